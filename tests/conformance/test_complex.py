"""Complex cases: judged by the real Jacobian over (Re, Im), by the convention that the adapter states."""

from typing import NamedTuple

import numpy as np
import pytest
from adbench.backends.free import Manual
from adbench.backends.numpy import NumPy, NumPyCompiled
from fakes import complexes

from adbench import registry
from adbench.backend import COMPLEX_TO_REAL, FIRST_ORDER, HOLOMORPHIC, REAL_TO_COMPLEX
from adbench.case import DTYPES
from adbench.conformance.blocks import OTHER, columns_joined, kind_of, rows_joined, units
from adbench.conformance.check import check_cell
from adbench.conformance.subject import Subject
from adbench.errors import BackendNotInstalled
from adbench.oracle.store import truths
from adbench.parts import parts
from adbench.plan import VARIANTS, Cell

SECOND = ("hvp", "revrev", "revfwd", "fwdfwd")
CASES = [complexes.cube, complexes.scaled, complexes.length, complexes.turned]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def subject(backend, case, dtype="float64"):
    return Subject(backend, case, "small", dtype, "cpu", truths(case, "small")[dtype])


def outcomes(backend, case, operators, dtype="float64", variant=""):
    made, of = {}, subject(backend, case, dtype)
    for operator in operators:
        cell = Cell(case=case.name, size="small", operator=operator, dtype=dtype, backend="b", variant=variant)
        made[operator] = check_cell(cell, of)
    return made


def failures(made):
    return {operator: outcome.message for operator, outcome in made.items() if outcome.status != "pass"}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("backend", [Manual, NumPy, NumPyCompiled])
@each_case
def test_an_honest_backend_passes(backend, case, dtype):
    operators = FIRST_ORDER if backend is Manual else (*FIRST_ORDER, *SECOND)
    made = outcomes(backend(), case, operators, dtype)
    assert failures(made) == {}
    assert {check.status for outcome in made.values() for check in outcome.checks} == {"pass"}


@pytest.mark.parametrize("variant", VARIANTS)
@each_case
def test_variants_pass(case, variant):
    assert failures(outcomes(NumPy(), case, ("jvp", "vjp"), variant=variant)) == {}


@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")
@pytest.mark.parametrize("name", ["torch", "jax", "autograd"])
def test_each_librarys_statement_holds(name):
    try:
        backend = registry.load_backend(name)
    except BackendNotInstalled as error:
        pytest.skip(str(error))
    for case in CASES:
        assert failures(outcomes(backend, case, (*FIRST_ORDER, "hvp", "revrev"))) == {}


class Fake(NamedTuple):
    """A backend, the operators that it spoils of a case, and the check that says so."""

    backend: type
    case: object
    operators: tuple[str, ...]
    check: str


FAKES = [
    Fake(complexes.StatesTheOther, complexes.cube, ("vjp", "jacrev"), "derivative"),
    Fake(complexes.StatesTheOther, complexes.length, ("vjp", "jacrev"), "derivative"),
    Fake(complexes.ClaimsGradients, complexes.length, ("jacrev",), "shape"),
    Fake(complexes.ClaimsHolomorphic, complexes.cube, ("jacfwd",), "derivative"),
    Fake(complexes.ComplexGradient, complexes.scaled, ("vjp",), "dtype"),
    Fake(complexes.DropsImaginary, complexes.cube, ("vjp", "jacrev"), "derivative"),
    Fake(complexes.RealTangents, complexes.cube, ("jvp", "jacfwd"), ""),
]


@pytest.mark.parametrize("fake", FAKES, ids=lambda fake: f"{fake.backend.__name__}-{fake.case.name}")
def test_a_fake_fails_by_its_own_check_in_its_own_operators_alone(fake):
    made = outcomes(fake.backend(), fake.case, FIRST_ORDER)
    assert set(failures(made)) == set(fake.operators)
    for operator in fake.operators:
        assert made[operator].message.startswith(fake.check)


def test_a_wrong_statement_shows_in_second_derivatives_that_are_complex():
    made = outcomes(complexes.StatesTheOther(), complexes.length, SECOND)
    assert set(failures(made)) == {"hvp", "revrev", "revfwd"}


def test_a_complex_gradient_of_a_real_input_is_told():
    made = outcomes(complexes.ComplexGradient(), complexes.scaled, ("vjp",))
    assert made["vjp"].message == "dtype by x: has dtype complex128, expected float64"


def test_an_entry_is_told_by_its_part():
    assert "Im entry [" in outcomes(complexes.StatesTheOther(), complexes.length, ("vjp",))["vjp"].message


def test_jacobians_are_native_where_the_library_gives_them_whole():
    for case, native in ((complexes.cube, False), (complexes.length, False), (complexes.turned, True)):
        of = subject(NumPy(), case)
        assert [of.is_native(operator) for operator in FIRST_ORDER] == [True, True, native, native]


def test_a_kink_of_complex_numbers_has_its_convention():
    made = outcomes(NumPy(), complexes.modulus, FIRST_ORDER)
    assert failures(made) == {}
    assert {outcome.convention for outcome in made.values()} == {"convention"}
    answers = {check.answer for outcome in made.values() for check in outcome.checks if check.answer}
    assert answers == {"[0, 0]"}


def test_kinds_are_told_by_the_true_jacobian():
    def kind(case, name):
        truth = truths(case, "small")["float64"]
        return kind_of(truth.inputs[name], truth.cotangent, truth.jacobian[name])

    assert kind(complexes.cube, "z") == HOLOMORPHIC
    assert kind(complexes.scaled, "z") == OTHER
    assert kind(complexes.scaled, "x") == kind(complexes.turned, "x") == REAL_TO_COMPLEX
    assert kind(complexes.length, "z") == COMPLEX_TO_REAL


def test_products_with_units_make_the_real_jacobian():
    """Of z ↦ A z and of its transpose over the real numbers, Aᴴ."""
    A = np.array([[1 + 2j, 3j], [0.5, -1j], [2.0, 1 - 1j]])
    x, y = np.zeros(2, complex), np.zeros(3, complex)
    forward = columns_joined([A @ e for (e,) in units(x)], x, y)
    reverse = rows_joined([A.conj().T @ e for (e,) in units(y)], x, y)
    np.testing.assert_array_equal(forward, reverse)
    z = np.array([0.3 - 1j, 2 + 0.5j])
    np.testing.assert_allclose(np.tensordot(forward, parts(z), 2), parts(A @ z))


def test_units_of_several_arrays_are_zero_but_for_one_part():
    made = units(np.zeros((), complex), np.zeros(2))
    assert [tuple(map(str, (x, *y))) for x, y in made] == [
        ("(1+0j)", "0.0", "0.0"),
        ("1j", "0.0", "0.0"),
        ("0j", "1.0", "0.0"),
        ("0j", "0.0", "1.0"),
    ]
