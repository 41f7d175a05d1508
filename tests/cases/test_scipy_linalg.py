"""scipy.linalg: definitions beside SciPy's own functions, and what a function does not look at."""

from __future__ import annotations

import functools
import inspect

import numpy as np
import pytest
import scipy

from adbench.case import defined_by
from adbench.cases import scipy_linalg
from adbench.oracle.certify import prove

FAMILY = {case.name.removeprefix("scipy_linalg."): case for case in defined_by(scipy_linalg.__name__)}


@functools.cache
def truth(name):
    return prove(FAMILY[name], "small").truths["float64"]


@pytest.mark.parametrize("name", [name for name, case in FAMILY.items() if "scipy" in case.native])
def test_the_definition_is_scipys_function_and_so_is_its_derivative(name):
    """Along one direction, by central differences of SciPy's."""
    case, inputs = FAMILY[name], truth(name).inputs
    own = functools.partial(case.native["scipy"], scipy)
    size = np.abs(truth(name).value.high).max() * (1e6 if "_ill" in name else 1)
    np.testing.assert_allclose(own(**inputs), truth(name).value.high, rtol=0, atol=1e-11 * size)
    if "_ill" in name:
        return
    tangents = {n: truth(name).tangents[n] for n in case.wrt}
    beside = [own(**{**inputs, **{n: inputs[n] + h * u for n, u in tangents.items()}}) for h in (1e-5, -1e-5)]
    slope = (beside[0] - beside[1]) / 2e-5
    np.testing.assert_allclose(slope, truth(name).jvp.high, rtol=0, atol=1e-6 * np.abs(truth(name).jvp.high).max())


@pytest.mark.parametrize("name", [name for name in FAMILY if name.startswith(("solve_triangular", "cho_solve"))])
def test_the_other_triangle_is_not_looked_at(name):
    J = truth(name).jacobian["A"].high
    rows, columns = np.indices((3, 3))
    outside = columns > rows if "lower" in name else rows > columns
    assert (J[..., outside] == 0).all()
    assert ((J[..., [0, 1, 2], [0, 1, 2]] == 0).all()) == name.endswith("_unit")
    assert np.abs(J[..., ~outside]).max() > 0.01


def test_every_flag_of_a_triangular_solve_is_there():
    for lower in ("lower", "upper"):
        flags = {f"solve_triangular_{lower}_{trans}{unit}" for trans in (0, 1, 2) for unit in ("", "_unit")}
        assert flags | {f"solve_triangular_{lower}_{trans}_vector" for trans in "NTC"} <= set(FAMILY)


def test_a_root_times_itself_has_the_identity_for_its_derivative():
    for name in ("sqrtm", "sqrtm_symmetric"):
        root, J = truth(name).value.high, truth(name).jacobian["A"].high
        n = len(root)
        product = np.einsum("ij,jkab->ikab", root, J) + np.einsum("ijab,jk->ikab", J, root)
        same = np.einsum("ia,kb->ikab", np.eye(n), np.eye(n))
        expected = same if name == "sqrtm" else (same + same.swapaxes(0, 1)) / 2
        np.testing.assert_allclose(product, expected, atol=1e-12)


def test_what_the_bands_leave_out_has_derivative_zero():
    J = truth("solve_banded_2_1_matrix").jacobian["A"].high  # one row above the diagonal, two below
    unused = np.zeros((4, 4), bool)
    unused[0, 0] = unused[2, 3] = unused[3, 2:] = True
    assert (J[..., unused] == 0).all()
    assert (np.abs(J[..., ~unused]).max(axis=(0, 1)) > 0).all()


def test_elimination_finds_the_order_of_the_rows():
    for name in ("lu_lower_square", "lu_lower_tall", "lu_lower_wide"):
        A = truth(name).inputs["A"]
        permutation, lower, _ = scipy.linalg.lu(A)
        assert not np.array_equal(permutation, np.eye(len(A)))
        assert np.abs(lower).max() == 1.0


@pytest.mark.parametrize("case", FAMILY.values(), ids=FAMILY)
def test_the_libraries_are_given_what_the_definition_is(case):
    for native in case.native.values():
        assert tuple(inspect.signature(native).parameters)[1 : 1 + len(case.parameters)] == case.parameters
