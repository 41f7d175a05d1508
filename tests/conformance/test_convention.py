"""At kinks: what is in the admissible set passes and is told; each way to be outside of it is a class of its own."""

from functools import cache

import numpy as np
import pytest
from fakes import kinked

from adbench.backend import FIRST_ORDER as OPERATORS
from adbench.backend import SECOND_ORDER
from adbench.conformance.check import check_cell
from adbench.conformance.convention import ends, text
from adbench.conformance.subject import Subject
from adbench.oracle.certify import prove
from adbench.plan import Cell, plan


@cache
def truths(name):
    return prove(getattr(kinked, name), "small").truths


def outcomes(backend, name="size", dtype="float64"):
    """By operator, as one worker makes them."""
    subject = Subject(backend, getattr(kinked, name), "small", dtype, "cpu", truths(name)[dtype])
    cells = [
        Cell(case=f"kinked.{name}", size="small", operator=o, dtype=dtype, backend="fake") for o in OPERATORS
    ]
    return {cell.operator: check_cell(cell, subject) for cell in cells}


def classes(made):
    return {operator: outcome.convention for operator, outcome in made.items()}


def answers(outcome):
    return {check.input: check.answer for check in outcome.checks if check.answer}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", ["size", "larger"])
def test_what_is_admissible_passes_and_is_told(name, dtype):
    made = outcomes(kinked.Half(), name, dtype)
    assert {outcome.message for outcome in made.values()} == {""}
    assert {outcome.status for outcome in made.values()} == {"pass"}
    assert set(classes(made).values()) == {"convention"}
    wrt = getattr(kinked, name).wrt
    assert all(answers(outcome) == dict.fromkeys(wrt, "0.5") for outcome in made.values())


CHECKS = {
    "jvp": ["value", "shape", "dtype", "convention", "purity", "determinism"],
    "vjp": ["value", "shape", "dtype", "convention", "adjoint", "purity", "determinism"],
    "jacfwd": ["shape", "dtype", "convention", "purity", "determinism"],
    "jacrev": ["shape", "dtype", "convention", "agreement", "purity", "determinism"],
}


def test_convention_stands_in_the_place_of_derivative():
    for operator, outcome in outcomes(kinked.Half()).items():
        assert list(dict.fromkeys(check.name for check in outcome.checks)) == CHECKS[operator]


@pytest.mark.parametrize(
    ("backend", "kind", "answer", "message"),
    [
        (kinked.Outside, "inadmissible", "1.5", "convention by x (inadmissible): got 1.5, admissible is [-1, 1]"),
        (kinked.NotANumber, "NaN", "nan", "convention by x (NaN): got nan, admissible is [-1, 1]"),
    ],
)
def test_what_is_outside_fails_in_every_operator_and_is_told_too(backend, kind, answer, message):
    made = outcomes(backend())
    assert set(classes(made).values()) == {kind}
    assert {(outcome.status, outcome.message) for outcome in made.values()} == {("fail", message)}
    assert all(answers(outcome) == {"x": answer} for outcome in made.values())


def test_every_input_is_told_though_the_first_is_outside():
    made = outcomes(kinked.Outside(), "larger")
    assert all(answers(outcome) == {"x": "1.5", "y": "1.5"} for outcome in made.values())


def test_an_exception_is_a_class_of_its_own():
    made = outcomes(kinked.Raises())
    assert set(classes(made).values()) == {"raises"}
    assert {(o.status, o.message) for o in made.values()} == {("error", "ValueError: no derivative here")}


def test_modes_that_differ_are_flagged_in_reverse_mode():
    made = outcomes(kinked.Apart())
    differ = "forward ≠ reverse"
    assert classes(made) == {"jvp": "convention", "vjp": differ, "jacfwd": "convention", "jacrev": differ}
    assert made["vjp"].message == f"adjoint by x ({differ}): forward mode says 0.25, reverse mode 0.75"
    assert made["jacrev"].message.startswith(f"agreement by x ({differ})")
    assert made["jvp"].status == "pass"


def test_reverse_mode_is_not_blamed_for_forward_mode():
    made = outcomes(kinked.NaNForward())
    assert classes(made) == {"jvp": "NaN", "vjp": "convention", "jacfwd": "NaN", "jacrev": "convention"}
    (skipped,) = (check for check in made["vjp"].checks if check.name == "adjoint")
    assert (skipped.status, skipped.message[:27]) == ("skip", "forward mode is NaN itself:")


def test_shares_of_a_tie_add_up_to_one():
    made = outcomes(kinked.One(), "larger")
    assert [*classes(made).values()] == ["inadmissible", "inadmissible", "convention", "convention"]
    assert made["vjp"].message == (
        "convention by x,y (inadmissible): along x = 1, y = 1, where f is smooth, got 2, expected 1"
    )
    assert answers(made["vjp"]) == {"x": "1", "y": "1"}


def test_the_value_at_a_kink_is_checked():
    made = outcomes(kinked.WrongValue())
    assert made["jvp"].message.startswith("value (wrong): got 1, expected 0")
    assert made["jvp"].convention == "convention"


def test_there_are_no_cells_of_second_order_at_a_kink():
    cells = plan([(kinked.size, "small")], ["numpy"], (*OPERATORS, *SECOND_ORDER), ["float64"]).cells()
    assert [cell.operator for cell in cells] == list(OPERATORS)


def test_second_derivatives_at_a_kink_are_unsupported():
    subject = Subject(kinked.Half(), kinked.size, "small", "float64", "cpu", truths("size")["float64"])
    cell = Cell(case="kinked.size", size="small", operator="hvp", dtype="float64", backend="fake")
    outcome = check_cell(cell, subject)
    assert (outcome.status, outcome.message) == ("unsupported", "there is no second derivative at a kink")


def test_numbers_and_sets_in_words():
    assert text(np.array([[1 / 3, -0.0], [np.inf, np.nan]])) == "[[0.333333, 0], [inf, nan]]"
    assert text(np.array([1.0, 1e-17]), zero=1e-9) == "[1, 0]"
    assert (ends(-1.0, 1.0), ends(0.0, np.inf), ends(2.0, 2.0)) == ("[-1, 1]", "[0, inf]", "2")
