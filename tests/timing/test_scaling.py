"""Exponents of time against size."""

import numpy as np
import pytest
from fakes.lines import patient, processes, sample
from hypothesis import given
from hypothesis import strategies as st

from adbench.timing.pool import Times
from adbench.timing.scaling import Entries, exponents, theil_sen

SIZES = {"one": 1, "small": 10, "medium": 1000, "large": 100_000}


def entries(case, size):
    return Entries(inputs=SIZES[size], columns=SIZES[size], rows=1) if size in SIZES else None


@patient
@given(
    st.lists(st.floats(-10, 10), min_size=2, max_size=8, unique_by=lambda x: round(x, 2)),
    st.floats(-3, 3),
    st.floats(-5, 5),
)
def test_theil_and_sen_are_exact_on_power_laws(x, power, offset):
    x = np.array(x)
    assert theil_sen(x, (power * x + offset)[:, None]) == pytest.approx([power], abs=1e-6)


def test_one_wild_point_of_five_does_not_carry_the_slope_away():
    x = np.arange(5.0)
    y = 2 * x + np.array([0, 0, 100.0, 0, 0])
    assert theil_sen(x, y[:, None]) == pytest.approx([2.0])


def test_points_of_the_same_size_are_no_slope():
    assert theil_sen(np.array([1.0, 1.0, 2.0]), np.array([[0.0], [2.0], [5.0]])) == pytest.approx([4.0])


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0, 1.5])
def test_a_backend_with_a_known_exponent_has_it(power):
    rng = np.random.default_rng(7)
    lines = []
    for size, n in SIZES.items():
        rounds = 1e-6 * n**power * np.exp(0.02 * rng.normal(size=(5, 1)) + 0.02 * rng.normal(size=(5, 12)))
        lines += processes("fake", "vjp", rounds.tolist(), size=size)
    (found,) = exponents(Times(lines), entries)
    assert found.sizes == 4
    for interval in (found.overall, found.last):
        assert interval.low <= power <= interval.high
        assert interval.high - interval.low < 0.05


def test_overhead_hides_an_exponent_and_the_last_two_sizes_show_it():
    lines = [sample("fake", "vjp", 1e-4 + 1e-7 * n, size=size) for size, n in SIZES.items()]
    (found,) = exponents(Times(lines), entries)
    assert found.overall.value < 0.4
    assert found.last.value == pytest.approx(0.85, abs=0.01)


def test_the_function_itself_has_an_exponent_and_what_does_not_conform_has_none():
    lines = [
        sample(backend, operator, float(n), size=size, conforms=backend == "right")
        for backend in ("right", "wrong")
        for operator in ("primal", "vjp")
        for size, n in SIZES.items()
    ]
    found = exponents(Times(lines), entries)
    assert [(e.backend, e.group.operator) for e in found] == [("right", "primal"), ("right", "vjp")]
    assert all(e.overall.value == pytest.approx(1.0) for e in found)


def test_one_size_or_sizes_that_are_not_known_have_none():
    assert exponents(Times([sample("fake", "vjp", 1.0)]), entries) == []
    lines = [sample("fake", "vjp", 1.0), sample("fake", "vjp", 1.0, size="unheard-of")]
    assert exponents(Times(lines), entries) == []
