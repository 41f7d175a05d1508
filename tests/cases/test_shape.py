"""Shape functions: proofs, and that the places say what the functions do in each library."""

from __future__ import annotations

import importlib
from dataclasses import replace

import numpy as np
import pytest

from adbench import plain
from adbench.case import DEFINED
from adbench.cases import shape
from adbench.errors import InvalidCase
from adbench.oracle.certify import prove

FAMILY = {case.name.removeprefix("shape."): case for case in DEFINED[shape.__name__]}
every_case = pytest.mark.parametrize("case", FAMILY.values(), ids=FAMILY)
LINEAR = {name: case for name, case in FAMILY.items() if name != "index_product"}
NEGATIVE_STEPS = {"index_reversed", "index_negative_step", "index_ellipsis_middle", "index_array_and_slice"}


@every_case
def test_proves(case):
    proof = prove(case, "small")
    assert set(proof.proved) == set(case.wrt) == set(case.jacobians)


@pytest.mark.parametrize("case", LINEAR.values(), ids=LINEAR)
@pytest.mark.parametrize("library", ["numpy", "torch", "jax"])
def test_a_linear_function_is_its_jacobian_times_its_inputs(case, library):
    if library == "torch" and case.name.partition(".")[2] in NEGATIVE_STEPS:
        pytest.skip("torch has no negative steps")
    pytest.importorskip(library)
    adapter = importlib.import_module(f"adbench.backends.{library}")
    backend = getattr(adapter, {"numpy": "NumPy", "torch": "Torch", "jax": "Jax"}[library])()
    inputs = case.make_inputs("small")
    y = backend.to_numpy(case.function(backend.namespace, **{n: backend.asarray(x) for n, x in inputs.items()}))
    terms = [np.tensordot(case.jacobians[n](plain.NAMESPACE, **inputs), x, x.ndim) for n, x in inputs.items()]
    np.testing.assert_array_equal(y, sum(terms), strict=True)


@every_case
def test_closed_forms_keep_dtype(case):
    inputs = {name: x.astype(np.float32) for name, x in case.make_inputs("small").items()}
    for name in case.wrt:
        assert case.jacobians[name](plain.NAMESPACE, **inputs).dtype == np.float32


def test_an_entry_that_is_taken_twice_counts_twice():
    case = FAMILY["index_twice"]
    truth = prove(case, "small").truths["float64"]
    ones = np.ones_like(truth.value.high)
    np.testing.assert_array_equal(np.tensordot(ones, truth.jacobian["x"].high, 2), [[0] * 4, [3] * 4, [0] * 4])


@pytest.mark.parametrize(
    ("one", "other"), [("roll_axis", "roll_back"), ("sort", "sort_descending"), ("tril", "tril_below")]
)
def test_a_keyword_that_is_dropped_is_refused(one, other):
    with pytest.raises(InvalidCase, match="wrong at entry"):
        prove(replace(FAMILY[one], jacobians=FAMILY[other].jacobians), "small")
