"""NumPy's own functions: their definitions have NumPy's values, and the oracle proves them."""

from __future__ import annotations

import numpy as np
import pytest
from adbench.cases.numpy_api.moves import moved

from adbench import plain
from adbench.case import defined_by
from adbench.cases import numpy_api
from adbench.errors import Unsupported
from adbench.oracle.certify import prove

FAMILY = {case.name.removeprefix("numpy_api."): case for case in defined_by(numpy_api.__name__)}
WIDENED = ("corrcoef", "cov", "interp", "polyder", "vander")  # by NumPy, and by nobody who follows it
every_case = pytest.mark.parametrize("case", FAMILY.values(), ids=FAMILY)


@every_case
def test_the_definition_has_numpys_value(case):
    inputs = case.make_inputs("small")
    expected = case.native["numpy"](np, **inputs)
    try:
        y = case.function(plain.NAMESPACE, **inputs)
    except Unsupported:
        pytest.skip("NumPy lacks what it is defined by")
    assert np.shape(y) == np.shape(expected)
    np.testing.assert_allclose(y, expected, rtol=1e-12, atol=1e-14)


@every_case
def test_the_call_keeps_float32(case):
    if "float32" not in case.dtypes or case.name.partition(".")[2].partition("_")[0] in WIDENED:
        pytest.skip("NumPy makes float64 of it")
    inputs = {name: x.astype(np.float32) for name, x in case.make_inputs("small").items()}
    assert np.asarray(case.native["numpy"](np, **inputs)).dtype == np.float32


@pytest.mark.parametrize("name", ["ravel_by_columns", "sum_where", "gradient_coordinates", "pad_value"])
def test_proves(name):
    assert set(prove(FAMILY[name], "small").truths["float64"].jacobian) == set(FAMILY[name].wrt)


@pytest.mark.slow
@every_case
def test_every_case_proves(case):
    assert set(prove(case, "small").truths["float64"].jacobian) == set(case.wrt)


def test_what_moves_entries_is_defined_by_their_places():
    shapes = {"x": (2, 3), "y": (3,)}
    definition = moved(lambda np, x, y: np.vstack((x[::-1], y)), shapes)
    x, y = np.arange(6.0).reshape(2, 3), np.array([7.0, 8.0, 9.0])
    np.testing.assert_array_equal(definition(plain.NAMESPACE, x=x, y=y), [[3, 4, 5], [0, 1, 2], [7, 8, 9]])
    spread = moved(lambda np, x: np.diag(x, 1), {"x": (2,)})
    np.testing.assert_array_equal(spread(plain.NAMESPACE, x=y[:2]), [[0, 7, 0], [0, 0, 8], [0, 0, 0]])
