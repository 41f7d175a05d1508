"""The sequential comparison, on noise like a shared machine's: processes differ, samples are interrupted, modes."""

import math
from collections import Counter

import numpy as np
import pytest

from adbench.timing.paired import log_ratio
from adbench.timing.sequential import CONFIRMING, SCREENING, compare

SMALLEST = math.log(1.03)


def run(measure, cells=("a",), smallest=SMALLEST, alpha=0.01, **options):
    return compare(cells, measure, smallest=smallest, alpha=alpha, **options)


def steady(**changes):
    """Pairs without noise but a thousandth: log ratios by cell."""
    turn = iter(range(10_000))
    return lambda cells: {cell: changes[cell] + 1e-3 * (next(turn) % 7 - 3) for cell in cells}


def test_a_cell_that_is_the_same_is_done_after_six_pairs():
    found = run(steady(a=0.0))["a"]
    assert (found.verdict, found.suspected, len(found.screening)) == ("unchanged", None, SCREENING[0])


@pytest.mark.parametrize(("change", "verdict"), [(0.1, "slower"), (-0.1, "faster")])
def test_a_change_is_confirmed_by_pairs_of_its_own(change, verdict):
    found = run(steady(a=change))["a"]
    assert (found.verdict, found.suspected, len(found.screening)) == (verdict, verdict, SCREENING[0])
    assert len(found.confirming) == math.ceil(math.log2(len(CONFIRMING) / 0.01)) + CONFIRMING[0]
    assert found.estimate.middle == pytest.approx(change, abs=2e-3)


def test_a_change_that_is_not_there_again_is_none():
    pairs = iter([0.10, 0.11, 0.12, 0.13, 0.14, 0.15] + [0.001 * (-1) ** i for i in range(100)])
    found = run(lambda cells: {"a": next(pairs)})["a"]
    assert (found.suspected, found.verdict) == ("slower", "unchanged")


def test_a_change_in_the_other_direction_confirms_nothing():
    pairs = iter([0.10, 0.11, 0.12, 0.13, 0.14, 0.15] + [-0.1 - 0.001 * i for i in range(100)])
    assert run(lambda cells: {"a": next(pairs)})["a"].verdict == "undecided"


def test_a_change_smaller_than_that_of_interest_is_none():
    assert run(steady(a=0.02))["a"].verdict == "unchanged"


def test_a_change_about_as_large_as_the_smallest_of_interest_is_undecided():
    pairs = iter([SMALLEST - 0.005 + 0.002 * (i % 5) for i in range(100)])
    found = run(lambda cells: {"a": next(pairs)})["a"]
    assert (found.verdict, len(found.screening)) == ("undecided", SCREENING[-1])


def test_more_suspected_cells_need_more_evidence_each():
    alone = run(steady(a=0.1))["a"]
    many = run(steady(**{str(i): 0.1 for i in range(40)}), [str(i) for i in range(40)])["7"]
    assert len(many.confirming) - len(alone.confirming) == math.floor(math.log2(40))


def test_what_cannot_be_measured_is_lost_and_the_others_go_on():
    measure = steady(a=0.0, b=0.0)
    found = run(lambda cells: {c: r for c, r in measure(cells).items() if c != "a"}, ["a", "b"])
    assert (found["a"].verdict, found["b"].verdict) == ("lost", "unchanged")


def test_what_is_open_when_the_budget_is_over_is_undecided():
    asked = []

    def measure(cells):
        asked.append(list(cells))
        return dict.fromkeys(cells, 0.1)

    found = run(measure, ["a", "b"], over=lambda: len(asked) == 3)
    assert len(asked) == 3
    assert {evidence.verdict for evidence in found.values()} == {"undecided"}


def test_a_suspected_cell_is_undecided_where_there_is_no_time_to_confirm():
    asked = []
    measure = steady(a=0.1)
    found = run(lambda cells: asked.append(1) or measure(cells), over=lambda: len(asked) == SCREENING[0])["a"]
    assert (found.suspected, found.verdict) == ("slower", "undecided")


# Noise


class Machine:
    """Pairs of processes whose samples are made up.

    Args:
        slower: head over base.
        spread: by which processes differ, as a standard deviation of logarithms.
        modes: the chance that a process is a tenth slower than others for good.
    """

    def __init__(self, seed, slower=1.0, spread=0.02, modes=0.0):
        self.rng, self.slower, self.spread, self.modes = np.random.default_rng(seed), slower, spread, modes

    def samples(self, drift, factor):
        rng = self.rng
        level = math.exp(rng.normal(0, self.spread) + 0.1 * (rng.random() < self.modes))
        interrupted = (rng.random(24) < 0.3) * rng.exponential(1.0, 24)
        return factor * level * drift * (1 + rng.exponential(0.02, 24) + interrupted)

    def __call__(self, cells):
        return {cell: self.pair(1 + 0.003 * np.cumsum(self.rng.normal(0, 1, 24))) for cell in cells}

    def pair(self, drift):
        return log_ratio(self.samples(drift, 1.0), self.samples(drift, self.slower))


def verdicts(machine, cells, times, **options):
    counted = Counter()
    for _ in range(times):
        counted += Counter(e.verdict for e in run(machine, range(cells), **options).values())
    return counted


@pytest.mark.parametrize("machine", [Machine(1), Machine(2, spread=0.04), Machine(3, modes=0.3)])
def test_what_is_the_same_is_called_the_same(machine):
    found = verdicts(machine, 50, 4)
    assert found["slower"] + found["faster"] <= 2  # of 200; in each comparison one at most, with a chance of 1 %


@pytest.mark.parametrize(("percent", "most_missed"), [(5, 20), (10, 5)])
def test_a_slowdown_is_found(percent, most_missed):
    found = verdicts(Machine(4, slower=1 + percent / 100, spread=0.02), 10, 10)
    assert found["slower"] >= 100 - most_missed
    assert not found["faster"]


@pytest.mark.parametrize("modes", [0.0, 0.4])
def test_false_alarms_are_as_rare_as_stated_over_a_whole_comparison(modes):
    machine, alpha, times = Machine(5, spread=0.01, modes=modes), 0.1, 60
    wrong = suspected = 0
    for _ in range(times):
        found = run(machine, range(20), smallest=1e-4, alpha=alpha).values()
        wrong += any(evidence.verdict in ("slower", "faster") for evidence in found)
        suspected += any(evidence.suspected for evidence in found)
    assert wrong <= alpha * times + 3 * math.sqrt(alpha * (1 - alpha) * times)
    assert suspected > times / 2  # why there is a second look
