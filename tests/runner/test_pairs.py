"""Pairs of processes: what is slower by its work is seen to be, and what cannot be measured is lost."""

import math

import pytest
from fakes import CASES

from adbench.errors import BackendNotInstalled
from adbench.plan import Cell
from adbench.runner import pairs
from adbench.runner.pairs import Pairs, Side


def cell(backend, case="small.quotient"):
    return Cell(case=case, size="small", operator="vjp", dtype="float64", backend=backend)


def open_(base, head, **options):
    return Pairs([(Side(role="base", backend=base), Side(role="head", backend=head))], case_files=(CASES,), **options)


def test_threefold_work_takes_threefold_time_in_every_pair():
    kept, seen = [], []
    runner = open_("manual", "fakes.slower:Thrice", keep=kept.append)
    ratios = [runner.measure([cell("manual")], lambda: seen.append(1))[cell("manual")] for _ in range(2)]
    assert all(1.5 < math.exp(ratio) < 6 for ratio in ratios)
    assert [(s.backend, s.process, s.status) for s in kept] == [
        (column, process, "timed") for process in (0, 1) for column in ("manual@base", "fakes.slower:Thrice@head")
    ]
    assert {(len(s.samples), s.conforms) for s in kept} == {(pairs.BUDGET.rounds, True)}
    assert len(seen) == 2


def test_a_cell_that_one_side_cannot_time_is_lost_and_the_others_are_measured():
    runner = open_("fakes.killers:Exits", "manual")
    cubic, quotient = cell("fakes.killers:Exits", "small.cubic"), cell("fakes.killers:Exits")
    assert list(runner.measure([cubic, quotient])) == [quotient]
    assert list(runner.lost) == [cubic]
    assert runner.lost[cubic].startswith("base: crash: the process ended with exit code 3")


def test_wrong_derivatives_are_found_on_either_side_before_anything_is_timed():
    runner, started = open_("manual", "fakes.wrong:WrongSign"), []
    wrong = runner.check([cell("manual")], lambda side, version: started.append(side.role))
    assert list(wrong) == [cell("manual")]
    assert wrong[cell("manual")].startswith("head: fail: ")
    assert sorted(started) == ["base", "head"]


def test_a_side_that_does_not_start_ends_it():
    with pytest.raises(BackendNotInstalled):
        open_("manual", "fakes.unstartable.missing:Missing").check([cell("manual")], lambda side, version: None)
