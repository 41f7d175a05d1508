"""Where forward and reverse mode change places."""

import numpy as np
import pytest
from fakes.lines import processes

from adbench.timing.crossover import balances, crossovers
from adbench.timing.pool import Times
from adbench.timing.scaling import Entries


def timed(sizes, forward, reverse, case="a.b", noise=0.01, **fields):
    """Both modes at each of `{size: Entries}`, in seconds by Entries."""
    rng = np.random.default_rng(3)
    return [
        line
        for size, entries in sizes.items()
        for operator, seconds in {"jacfwd": forward, "jacrev": reverse}.items()
        for line in processes(
            "fake",
            operator,
            (seconds(entries) * np.exp(noise * rng.normal(size=(4, 6)))).tolist(),
            case=case,
            size=size,
            **fields,
        )
    ]


GROWING = {name: Entries(inputs=n, columns=n, rows=100) for name, n in {"s": 10, "m": 1000, "l": 100_000}.items()}
SHAPES = {f"{m}x{n}": Entries(inputs=n, columns=n, rows=m) for m in (1, 10, 100) for n in (1, 10, 100)}


def of(sizes):
    return lambda case, size: sizes.get(size)


def test_modes_that_change_places_do_so_where_both_take_as_long():
    lines = timed(GROWING, lambda e: 1e-6 * e.columns, lambda e: 1e-4 * e.columns**0.5)
    (found,) = crossovers(Times(lines), of(GROWING))
    assert (found.backend, found.above) == ("fake", "jacrev")
    assert found.entries.low <= 1e4 <= found.entries.high
    assert found.entries.high / found.entries.low < 1.5


def test_the_other_way_round_it_is_the_other_mode():
    lines = timed(GROWING, lambda e: 1e-4 * e.columns**0.5, lambda e: 1e-6 * e.columns)
    assert [c.above for c in crossovers(Times(lines), of(GROWING))] == ["jacfwd"]


def test_modes_that_do_not_change_places_have_no_crossover():
    lines = timed(GROWING, lambda e: 2e-6 * e.columns, lambda e: 1e-6 * e.columns)
    assert crossovers(Times(lines), of(GROWING)) == []


def test_a_difference_within_the_noise_is_no_crossover():
    lines = timed(GROWING, lambda e: 1e-6 * e.columns**1.001, lambda e: 1.007e-6 * e.columns, noise=0.2)
    assert crossovers(Times(lines), of(GROWING)) == []


def test_the_shape_at_which_modes_take_as_long_is_found_over_all_cases():
    # a pass for each column or row, reverse passes three times as dear
    lines = timed(SHAPES, lambda e: 1e-6 * e.columns, lambda e: 3e-6 * e.rows)
    (found,) = balances(Times(lines), of(SHAPES))
    assert (found.backend, found.shapes, found.reverse) == ("fake", 9, pytest.approx(3 / 9))
    assert found.columns_per_row.low <= 3.0 <= found.columns_per_row.high
    assert found.columns_per_row.high / found.columns_per_row.low < 1.2


def test_where_one_mode_is_faster_at_every_shape_there_is_no_balance():
    lines = timed(SHAPES, lambda e: 1e-6 * e.columns, lambda e: 1e-2 * e.rows)
    (found,) = balances(Times(lines), of(SHAPES))
    assert (found.reverse, found.columns_per_row) == (0.0, None)


def test_modes_whose_lead_does_not_grow_with_the_shape_have_no_balance():
    lines = timed(SHAPES, lambda e: 3e-6 * e.rows, lambda e: 1e-6 * e.columns)
    assert balances(Times(lines), of(SHAPES))[0].columns_per_row is None


def test_two_shapes_do_not_tell():
    few = dict(list(SHAPES.items())[:2])
    lines = timed(few, lambda e: 1e-6 * e.columns, lambda e: 3e-6 * e.rows)
    assert balances(Times(lines), of(few))[0].columns_per_row is None


def test_what_does_not_conform_crosses_nothing():
    lines = timed(GROWING, lambda e: 1e-6 * e.columns, lambda e: 1e-4 * e.columns**0.5, conforms=False)
    assert crossovers(Times(lines), of(GROWING)) == balances(Times(lines), of(GROWING)) == []
