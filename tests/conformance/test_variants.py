"""Contracts beside the derivative: each breach is caught, by the check that is meant for it and in its cells alone."""

import inspect
from typing import NamedTuple

import msgspec
import pytest
from adbench.backends.free import Manual
from adbench.backends.numpy import NumPy, NumPyCompiled
from fakes import contracts, small, wrong

from adbench.backend import FIRST_ORDER, Backend
from adbench.case import DTYPES
from adbench.conformance.check import check_cell
from adbench.conformance.subject import Subject
from adbench.oracle.store import truths
from adbench.plan import VARIANTS, Cell, plan

BOTH = ("jvp", "vjp")
CHECKS = {
    "layout": ["strided", "readonly"],
    "closure": ["closure"],
    "unused": ["independence"],
    "batched": ["batched"],
}


class Breach(NamedTuple):
    """A backend, and what its cells of a variant ("" for none) must say, which all others must not."""

    backend: type
    variant: str
    operators: tuple[str, ...]
    message: str


BREACHES = [
    Breach(contracts.NaNForZero, "", BOTH, "linearity: of 0 × its seed: derivative by x"),
    Breach(contracts.Quadratic, "", BOTH, "linearity: of -0.5 × its seed: derivative by x"),
    Breach(contracts.ReadsMemory, "layout", BOTH, "strided: value (wrong): entry [0]: got nan"),
    Breach(contracts.WritesWhatIsThere, "layout", BOTH, "readonly (raised): ValueError: assignment"),
    Breach(contracts.ComplexStep, "closure", ("jvp",), "closure: derivative by x (wrong): entry ["),
    Breach(contracts.OneTape, "closure", ("vjp",), "closure: derivative by x (wrong): entry ["),
    Breach(contracts.NoneForUnused, "unused", ("vjp",), "independence: derivative by an unused input: is None"),
    Breach(contracts.NumberForUnused, "unused", ("vjp",), "independence: shape by an unused input: has shape ()"),
    Breach(contracts.RefusesUnused, "unused", ("vjp",), "independence (raised): RuntimeError: one of the inputs"),
    Breach(contracts.NumberForConstant, "unused", ("jvp",), "independence: shape by all inputs of a constant: has"),
    Breach(contracts.FirstOfAll, "batched", BOTH, "batched: value (wrong): example 1 of 2: entry ["),
    Breach(contracts.Reversed, "batched", BOTH, "batched: value (wrong): example 0 of 2: entry ["),
    Breach(contracts.RefusesBatches, "batched", BOTH, "batched (raised): ValueError: no batching rule"),
]


def subject_of(backend, case=small.cubic, dtype="float64"):
    return Subject(backend, case, "small", dtype, "cpu", truths(case, "small")[dtype])


def outcomes(backend, case=small.cubic, dtype="float64"):
    """Of every cell, by variant and operator."""
    subject = subject_of(backend, case, dtype)
    fields = {"case": case.name, "size": "small", "dtype": dtype, "backend": backend.name}
    cells = [Cell(operator=o, **fields) for o in FIRST_ORDER]
    cells += [Cell(operator=o, variant=v, **fields) for v in VARIANTS for o in BOTH]
    return {(cell.variant, cell.operator): check_cell(cell, subject) for cell in cells}


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: breach.backend.__name__)
def test_a_breach_is_caught_by_its_own_check_in_its_own_cells_alone(breach):
    made = outcomes(breach.backend())
    failed = {asked: outcome.message for asked, outcome in made.items() if outcome.status != "pass"}
    assert set(failed) == {(breach.variant, operator) for operator in breach.operators}
    for message in failed.values():
        assert message.startswith(breach.message)
    status = "error" if "(raised)" in breach.message else "fail"
    assert {made[asked].status for asked in failed} == {status}


def test_every_breach_is_in_the_table():
    fakes = {c for name, c in vars(contracts).items() if inspect.isclass(c) and c.__module__ == contracts.__name__}
    assert {c for c in fakes if c.__name__[0] != "_"} == {breach.backend for breach in BREACHES}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", [small.cubic, small.quotient, small.far], ids=lambda case: case.name)
@pytest.mark.parametrize("backend", [NumPy, NumPyCompiled])
def test_an_honest_backend_keeps_every_contract(backend, case, dtype):
    made = outcomes(backend(), case, dtype)
    assert {asked: outcome.message for asked, outcome in made.items()} == dict.fromkeys(made, "")
    for variant, names in CHECKS.items():
        for operator in BOTH:
            checks = made[variant, operator].checks
            assert [(check.name, check.status) for check in checks] == [(name, "pass") for name in names]


def test_what_a_backend_does_not_offer_is_unsupported_by_name():
    made = outcomes(Manual())
    said = {asked: outcome.message for asked, outcome in made.items() if outcome.status == "unsupported"}
    others = "manual has the derivatives of cases, and of no function made of them"
    assert said == {
        (variant, operator): message
        for variant, message in {"closure": others, "unused": others, "batched": "manual has no vmap"}.items()
        for operator in BOTH
    }


def test_a_layout_that_is_not_there_is_skipped_and_none_at_all_is_unsupported():
    backend = NumPy()
    backend.layouts = {"strided": NumPy.layouts["strided"]}
    assert [check.name for check in outcomes(backend)["layout", "jvp"].checks] == ["strided"]
    backend.layouts = Backend.layouts
    outcome = outcomes(backend)["layout", "jvp"]
    assert (outcome.status, outcome.message) == ("unsupported", "numpy has one layout of arrays")


@pytest.mark.parametrize("variant", VARIANTS)
def test_of_an_answer_that_is_wrong_itself_nothing_is_said(variant):
    """It fails in its own cell, and is one failure."""
    outcome = outcomes(wrong.WrongForward())[variant, "jvp"]
    assert outcome.status == "unsupported"
    assert outcome.message.startswith("plain jvp is wrong itself: derivative by x,s (wrong)")


def test_an_outcome_of_a_variant_says_which(tmp_path):
    outcome = outcomes(NumPy())["batched", "vjp"]
    assert outcome.cell == "small.cubic[small]~batched:vjp:float64:numpy"
    assert (outcome.variant, outcome.operator) == ("batched", "vjp")
    assert msgspec.json.decode(msgspec.json.encode(outcome))["variant"] == "batched"


def test_the_variants_of_a_plan_are_those_that_are_checked():
    whole = plan([(small.cubic, "small")], ["numpy"], FIRST_ORDER, DTYPES, variants=("", *VARIANTS))
    asked = {(cell.variant, cell.operator) for cell in whole.cells()}
    assert asked == set(outcomes(NumPy()))
