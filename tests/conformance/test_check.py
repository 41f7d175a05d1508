"""One cell: each misbehaviour is caught, by the check that is meant for it, and reported as what it is."""

from functools import cache

import numpy as np
import pytest
from adbench.backends.free import Finite, Manual
from fakes import impure, raising, small, wrong

from adbench.backend import FIRST_ORDER as OPERATORS
from adbench.conformance.check import Subject, check_cell
from adbench.oracle.certify import prove
from adbench.plan import Cell
from adbench.registry import load_cases

DTYPES = ("float64", "float32")


@cache
def truths(name):
    return prove(getattr(small, name), "small").truths


def subject_of(backend, name="cubic", dtype="float64"):
    return Subject(backend, getattr(small, name), "small", dtype, "cpu", truths(name)[dtype])


def outcome_of(backend, operator, name="cubic", dtype="float64", subject=None):
    cell = Cell(case=f"small.{name}", size="small", operator=operator, dtype=dtype, backend="fake")
    return check_cell(cell, subject or subject_of(backend, name, dtype))


def names(outcome):
    return list(dict.fromkeys(check.name for check in outcome.checks))


def failed(outcome):
    return list(dict.fromkeys(check.name for check in outcome.checks if check.status == "fail"))


# A backend that is right


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("name", ["cubic", "quotient", "far"])
def test_the_closed_form_passes_everything(name, operator, dtype):
    outcome = outcome_of(Manual(), operator, name, dtype)
    assert (outcome.status, outcome.message, failed(outcome)) == ("pass", "", [])
    assert 0 <= outcome.ratio <= 1
    assert 0 <= outcome.ulps < 4
    assert outcome.seconds > 0


CHECKS = {
    "jvp": ["value", "shape", "dtype", "derivative", "linearity", "purity", "determinism"],
    "vjp": ["value", "shape", "dtype", "derivative", "adjoint", "linearity", "purity", "determinism"],
    "jacfwd": ["shape", "dtype", "derivative", "purity", "determinism"],
    "jacrev": ["shape", "dtype", "derivative", "agreement", "purity", "determinism"],
}


@pytest.mark.parametrize("operator", OPERATORS)
def test_the_checks_and_their_order(operator):
    outcome = outcome_of(Manual(), operator)
    assert names(outcome) == CHECKS[operator]
    assert {check.status for check in outcome.checks} == {"pass"}


@pytest.mark.parametrize("operator", OPERATORS)
def test_each_input_is_checked_by_name(operator):
    inputs = [check.input for check in outcome_of(Manual(), operator).checks if check.name == "derivative"]
    assert inputs == (["x,s"] if operator == "jvp" else ["x", "s"])


def test_an_outcome_is_about_its_cell():
    outcome = outcome_of(Manual(), "vjp", dtype="float32")
    assert outcome.cell == "small.cubic[small]:vjp:float32:fake"
    assert (outcome.case, outcome.family, outcome.size) == ("small.cubic", "small", "small")
    assert (outcome.backend, outcome.operator, outcome.dtype, outcome.device) == (
        "fake",
        "vjp",
        "float32",
        "cpu",
    )


def test_finite_differences_are_as_far_off_as_they_are():
    outcome = outcome_of(Finite(), "jvp", "quotient")
    assert (outcome.status, failed(outcome)) == ("fail", ["derivative"])
    assert 1e2 < outcome.ulps < 1e8


# Backends that are wrong: what their outcomes say; `test_fakes.py` has the table of all of them


def test_a_wrong_answer_too_large_to_be_summed_is_a_failure_and_no_error():
    outcome = outcome_of(wrong.Huge(), "vjp")
    assert (outcome.status, failed(outcome)[0]) == ("fail", "derivative")


@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")
def test_a_complex_answer_fails_by_its_dtype():
    assert failed(outcome_of(wrong.Complex(), "vjp"))[0] == "dtype"


def test_a_float64_answer_to_float32_fails_by_its_dtype():
    outcome = outcome_of(wrong.Float64(), "vjp", dtype="float32")
    assert failed(outcome)[0] == "dtype"
    assert outcome.message == "dtype by x: has dtype float64, expected float32"


def test_what_no_rounding_of_float32_shows_passes_in_float32():
    """1 + 1e-10 is 1 in float32: the tolerance is derived from the dtype, and so is what can be seen."""
    assert outcome_of(wrong.SlightlyOff(), "vjp", dtype="float32").status == "pass"


@pytest.mark.parametrize(("operator", "check"), [("vjp", "adjoint"), ("jacrev", "agreement")])
def test_reverse_mode_is_not_compared_with_a_forward_mode_that_is_wrong_itself(operator, check):
    outcome = outcome_of(wrong.WrongForward(), operator)
    (skipped,) = [c for c in outcome.checks if c.name == check]
    assert skipped.status == "skip"
    assert skipped.message.startswith("forward mode is wrong itself: derivative by x")
    assert outcome.status == "pass"


@pytest.mark.parametrize(("operator", "check"), [("vjp", "adjoint"), ("jacrev", "agreement")])
def test_a_wrong_reverse_mode_disagrees_with_the_right_forward_mode(operator, check):
    assert failed(outcome_of(wrong.WrongReverse(), operator)) == ["derivative", check]


@pytest.mark.parametrize("operator", ["jvp", "vjp"])
def test_a_value_of_the_wrong_shape_fails_without_being_compared(operator):
    class ValueInABox(Manual):
        def bind(self, case, constants, wrt):
            bound = super().bind(case, constants, wrt)

            def boxed(*primals):
                return bound(*primals)[None]

            boxed.__dict__.update(bound.__dict__)
            return boxed

    outcome = outcome_of(ValueInABox(), operator)
    assert outcome.message == "shape: has shape (1, 2), expected (2,)"
    assert "value" not in names(outcome)


def test_a_derivative_of_the_wrong_shape_is_not_compared():
    outcome = outcome_of(wrong.NotUnbroadcast(), "vjp")
    assert outcome.message == "shape by s: has shape (2,), expected ()"
    assert [c.input for c in outcome.checks if c.name == "derivative"] == ["x"]
    assert [(c.status, c.message) for c in outcome.checks if c.name == "adjoint"] == [
        ("skip", "shapes differ")
    ]


def test_a_pullback_that_forgets_an_input_is_an_error_that_counts():
    outcome = outcome_of(wrong.OneTooFew(), "vjp")
    assert outcome.status == "error"
    assert outcome.message == "TypeError: manual gives 1 derivatives for 2 inputs"


def test_a_changed_input_is_named():
    assert outcome_of(impure.ChangesInput(), "vjp").message == "purity by x: vjp changed its input"


@pytest.mark.parametrize(
    ("backend", "message"),
    [
        (impure.ChangesConstant, "purity by M: vjp changed its input"),
        (impure.ChangesSeed, "purity by its seed: vjp changed its input"),
        (impure.ReusesBuffer, "purity: a later call of vjp changed an earlier answer"),
    ],
)
def test_whatever_was_changed_is_named_and_nothing_else_is_judged(backend, message):
    outcome = outcome_of(backend(), "vjp")
    assert (outcome.message, names(outcome)) == (message, ["purity"])


# The point of preparation


@pytest.mark.parametrize("name", ["cubic", "quotient", "far"])
def test_calls_are_prepared_at_another_point(name):
    subject = subject_of(Manual(), name)
    elsewhere = subject.elsewhere
    assert set(elsewhere) == set(subject.case.wrt)
    assert not any(np.array_equal(elsewhere[n], subject.truth.inputs[n]) for n in subject.case.wrt)


def test_a_fixed_point_is_moved_in_the_dtype():
    from adbench.cases import calculus

    for dtype in DTYPES:
        truth = prove(calculus.square, "small").truths[dtype]
        moved = Subject(Manual(), calculus.square, "small", dtype, "cpu", truth).elsewhere["x"]
        assert np.array_equal(moved, moved.astype(dtype))
        assert (moved != truth.inputs["x"]).all()


@pytest.mark.parametrize("name", ["acosh_last", "atanh_last", "acosh_extreme"])
def test_a_fixed_point_is_moved_within_the_domain(name):
    case = load_cases()[f"elementwise.{name}"]
    moved = Subject(Manual(), case, "small", "float64", "cpu", prove(case, "small").truths["float64"]).elsewhere["x"]
    low, high = case.domain["x"]
    assert (moved > low).all()
    assert high is None or (moved < high).all()


# Modes that are not there, and exceptions


def test_without_forward_mode_the_adjoint_and_the_agreement_are_skipped_and_reverse_mode_passes():
    for operator, check in (("vjp", "adjoint"), ("jacrev", "agreement")):
        outcome = outcome_of(raising.NoForward(), operator)
        assert outcome.status == "pass"
        skipped = [c for c in outcome.checks if c.status == "skip"]
        assert [(c.name, c.message) for c in skipped] == [
            (check, "no forward mode to compare with: no forward mode here")
        ]


@pytest.mark.parametrize("operator", ["jvp", "jacfwd"])
def test_unsupported_is_neither_a_failure_nor_an_error(operator):
    outcome = outcome_of(raising.NoForward(), operator)
    assert (outcome.status, outcome.message, outcome.checks) == ("unsupported", "no forward mode here", ())
    assert outcome.ratio is None


@pytest.mark.parametrize(
    ("backend", "message"),
    [
        (raising.Raises, "ValueError: no such rule: sin"),
        (raising.RaisesEmpty, "AssertionError"),
        (raising.RaisesLines, "RuntimeError: the graph is broken"),
        (raising.RecursesDeeply, "RecursionError: maximum recursion depth exceeded"),
    ],
)
def test_an_exception_is_an_error_told_in_one_line(backend, message):
    outcome = outcome_of(backend(), "jvp")
    assert (outcome.status, outcome.checks) == ("error", ())
    assert outcome.message.startswith(message)
    assert "\n" not in outcome.message


def test_an_exception_that_cannot_be_printed_is_an_error_by_its_type():
    outcome = outcome_of(raising.Unprintable(), "jvp")
    assert (outcome.status, outcome.message) == ("error", "MuteError")


def test_an_error_of_forward_mode_skips_the_adjoint_and_says_why():
    outcome = outcome_of(raising.Raises(), "vjp")
    assert outcome.status == "pass"
    adjoint = next(c for c in outcome.checks if c.name == "adjoint")
    assert adjoint.message == "no forward mode to compare with: ValueError: no such rule: sin"


# A subject that is kept from cell to cell


def test_the_cells_of_a_subject_do_not_see_each_others_failures():
    subject = subject_of(impure.Unsteady())
    assert outcome_of(None, "jvp", subject=subject).status == "fail"
    subject.backend = Manual()
    again = outcome_of(None, "jvp", subject=subject)
    assert (again.status, names(again)) == ("pass", CHECKS["jvp"])


def test_forward_mode_is_run_once_for_its_own_cell_and_for_the_adjoint():
    calls = []

    class Counting(Manual):
        def prepare(self, operator, f, primals):
            calls.append(operator)
            return super().prepare(operator, f, primals)

    subject = subject_of(Counting())
    for operator in ("jvp", "vjp"):
        assert outcome_of(None, operator, subject=subject).status == "pass"
    assert calls == ["jvp", "vjp"]


def test_native_is_what_the_adapter_itself_has():
    assert outcome_of(Manual(), "jacfwd").native
    assert not outcome_of(Finite(), "jacfwd").native
