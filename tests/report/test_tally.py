"""The tally: the same in whatever order outcomes come, in memory that does not grow with their number."""

import random
import tracemalloc

import pytest
from report.test_terminal import MIXED, outcome

from adbench.report.tally import MOST_FAILURES, Tally


def tally(placed, **options):
    made = Tally(**options)
    for place, one in placed:
        made.see(one, place)
    return made


def contents(made):
    rows = [(name, row.place, dict(row.counts)) for name, row in made.rows]
    return rows, made.all, made.known, made.failures, made.worst, made.backends


@pytest.mark.parametrize("by_case", [True, False])
def test_the_order_in_which_outcomes_come_does_not_matter(by_case):
    outcomes = [*MIXED, *(outcome("fail", case=f"c.n{i}") for i in range(2 * MOST_FAILURES))]
    placed = list(enumerate(outcomes))
    expected = contents(tally(placed, by_case=by_case))
    for seed in range(5):
        random.Random(seed).shuffle(placed)
        assert contents(tally(placed, by_case=by_case)) == expected


def test_the_first_failures_of_the_run_are_kept_and_all_are_counted():
    placed = [(place, outcome("fail", case=f"a.n{place}")) for place in range(100)]
    made = tally(reversed(placed))
    assert [o.case for o in made.failures] == [f"a.n{place}" for place in range(MOST_FAILURES)]
    assert made.all.failed == 100


def test_its_memory_does_not_grow_with_the_number_of_outcomes():
    made, statuses = Tally(), ("pass", "fail", "error", "unsupported")
    tracemalloc.start()
    try:
        sizes = []
        for place in range(4000):
            made.see(outcome(statuses[place % 4], case=f"a.n{place}", known="because" * (place % 3 == 0)), place)
            if place in (999, 3999):
                sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert sizes[1] - sizes[0] < 20_000  # 3,000 outcomes would be megabytes
