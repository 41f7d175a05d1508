"""Compressed Jacobians: each fault of one is caught by the check that is meant for it, in both modes."""

from functools import cache

import numpy as np
import pytest
from adbench.backends.free import Manual
from adbench.backends.numpy import NumPy, NumPyCompiled

from adbench.case import Case
from adbench.conformance.check import check_cell
from adbench.conformance.subject import Subject
from adbench.oracle.certify import prove
from adbench.plan import Cell


def declared(name, function, places):
    made = Case(name=f"test.{name}", function=function, wrt=("x", "s"), sizes={"small": {}})
    made.inputs(lambda rng: {"x": rng.uniform(1.0, 2.0, 5), "s": rng.uniform(1.0, 2.0)})
    made.sparsity(lambda x, s: places)
    made.jacobian("x")(lambda xp, x, s: jacobian(xp, function, x, s)[0])
    made.jacobian("s")(lambda xp, x, s: jacobian(xp, function, x, s)[1])
    return made


def jacobian(xp, function, x, s):
    """Of both functions below, by x and by s."""
    eye = xp.eye(5, dtype=x.dtype)
    if function is bent:
        return s * 2 * x[:, None] * eye, x * x
    return xp.concat([xp.reshape(s * 2 * x, (1, 5)), eye]), xp.concat([xp.reshape(xp.sum(x * x), (1,)), 0 * x])


def bent(xp, x, s):
    """s xᵢ²: two colours of columns, as no row has more than two entries."""
    return s * x * x


def arrow(xp, x, s):
    """Σ s xᵢ², and then each xᵢ: two colours of rows, as no column has more than two entries."""
    return xp.concat([xp.reshape(s * xp.sum(x * x), (1,)), x])


N = np.arange(5)
BENT = declared("bent", bent, (np.tile(N, 2), np.concat([N, np.full(5, 5)])))
ARROW = declared("arrow", arrow, (np.concat([np.zeros(6, int), 1 + N]), np.concat([np.arange(6), N])))
CASES = {"forward": BENT, "reverse": ARROW}


@cache
def truths(mode):
    return prove(CASES[mode], "small").truths


def outcome_of(backend, mode, dtype="float64"):
    subject = Subject(backend, CASES[mode], "small", dtype, "cpu", truths(mode)[dtype])
    cell = Cell(case=CASES[mode].name, size="small", operator="jacsparse", dtype=dtype, backend="fake")
    return check_cell(cell, subject)


def failed(outcome):
    return [check.name for check in outcome.checks if check.status == "fail"]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("mode", CASES)
@pytest.mark.parametrize("backend", [Manual, NumPy, NumPyCompiled])
def test_an_honest_backend_passes(backend, mode, dtype):
    outcome = outcome_of(backend(), mode, dtype)
    assert (outcome.status, outcome.message, outcome.native) == ("pass", "", False)
    checks = [check.name for check in outcome.checks]
    assert list(dict.fromkeys(checks)) == ["shape", "dtype", "derivative", "zeros", "purity", "determinism"]
    assert 0 <= outcome.ratio <= 1


@pytest.mark.parametrize("mode", CASES)
def test_a_pass_a_colour(mode):
    passes = []

    class Counted(Manual):
        def jvp(self, *arguments):
            passes.append("forward")
            return super().jvp(*arguments)

        def vjp(self, *arguments):
            y, pullback = super().vjp(*arguments)
            return y, lambda y_bar: passes.append("reverse") or pullback(y_bar)

    assert outcome_of(Counted(), mode).status == "pass"
    assert passes == [mode] * 2 * 3  # two colours; called twice at one point and once at another


def spoiling(spoil):
    class Spoiled(Manual):
        """Its compressed Jacobian goes through `spoil`, as a list of arrays with an axis of colours."""

        def jacsparse(self, f, primals, seeds):
            made = super().jacsparse(f, primals, seeds)
            blocks = [np.stack(part) for part in made] if isinstance(made, tuple) else [np.stack(made)]
            spoiled = [spoil(block) for block in blocks]
            return tuple(spoiled) if isinstance(made, tuple) else spoiled[0]

    return Spoiled()


def planted(value):
    def spoil(block):
        block = block.copy()
        block[block == 0] = value  # an entry outside of the structure, as every other is not 0
        return block

    return spoiling(spoil)


@pytest.mark.parametrize("mode", CASES)
@pytest.mark.parametrize(
    ("spoil", "check"),
    [
        (lambda block: -block, "derivative"),
        (lambda block: block * (1 + 1e-10), "derivative"),
        (lambda block: np.full_like(block, np.nan), "derivative"),
        (lambda block: block.astype(np.float32).astype(np.float64), "derivative"),
        (lambda block: block.astype(np.float32), "dtype"),
        (lambda block: block[:, None], "shape"),
        (lambda block: block[:1], "shape"),
    ],
)
def test_a_wrong_answer_is_caught(mode, spoil, check):
    outcome = outcome_of(spoiling(spoil), mode)
    assert outcome.status == "fail"
    assert failed(outcome)[0] == check


@pytest.mark.parametrize("value", [1e-300, np.nan])
def test_what_leaks_out_of_the_structure_is_caught_by_zeros_alone(value):
    outcome = outcome_of(planted(value), "reverse")
    assert (outcome.status, set(failed(outcome))) == ("fail", {"zeros"})
    assert "holds" in outcome.message
    assert "where its structure has no entry" in outcome.message


def test_an_entry_is_named_by_its_row_and_column():
    def spoil(block):
        block = block.copy()
        block[0, 3] *= 2  # of the first colour, which x has, in row 3
        return block

    assert "derivative by x,s (wrong): entry [3, 3]: got" in outcome_of(spoiling(spoil), "forward").message


def test_a_case_that_declares_nothing_is_unsupported():
    BARE = declared("bent", bent, None)
    BARE.structure = None
    subject = Subject(Manual(), BARE, "small", "float64", "cpu", truths("forward")["float64"])
    cell = Cell(case="test.bent", size="small", operator="jacsparse", dtype="float64", backend="fake")
    assert (check_cell(cell, subject).status, check_cell(cell, subject).message[:8]) == ("unsupported", "declares")
