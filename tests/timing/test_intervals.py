"""Intervals: as wide as another run asks for, and the same every time."""

import math

import numpy as np
import pytest
from fakes.lines import patient
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from adbench.timing import intervals
from adbench.timing.intervals import CONFIDENCE, Interval, estimate, student, trimmed

LOGS = arrays.arrays(
    float, st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 7)), elements=st.floats(-20, 5)
)


@patient
@given(LOGS)
def test_an_interval_holds_its_estimate(logs):
    for interval in estimate(logs).ratios():
        assert not interval.known or 0 < interval.low <= interval.value <= interval.high


@patient
@given(LOGS)
def test_a_ratio_and_its_inverse_have_inverse_intervals(logs):
    e = estimate(logs)
    there, back = (e[[0]] - e[[-1]]).ratios()[0], (e[[-1]] - e[[0]]).ratios()[0]
    assert there.value * back.value == pytest.approx(1)
    if there.known:
        assert (there.low * back.high, there.high * back.low) == pytest.approx((1, 1))


@patient
@given(LOGS, st.floats(-3, 3))
def test_a_machine_that_is_faster_by_a_factor_has_the_same_relative_widths(logs, shift):
    for one, other in zip(estimate(logs).intervals(), estimate(logs + shift).intervals(), strict=True):
        assert other.value - one.value == pytest.approx(shift, abs=1e-9)
        assert other.high - other.value == pytest.approx(one.high - one.value, abs=1e-9, nan_ok=True)


def test_the_same_numbers_give_the_same_interval_every_time():
    for shape in ((3, 4, 9), (3, 1, 9)):
        logs = np.random.default_rng(0).normal(size=shape)
        first = estimate(logs).ratios()
        intervals._weights.cache_clear()  # as in another process
        assert estimate(logs).ratios() == first


def test_the_estimate_is_the_mean_over_processes_of_trimmed_means():
    logs = np.array([[[0.0, 1.0, 2.0, 3.0, 100.0], [4.0, 4.0, 4.0, 4.0, 4.0]]])
    assert estimate(logs).point == pytest.approx([3.0])


def test_rounds_of_several_processes_do_not_narrow_an_interval_that_processes_widen():
    rng = np.random.default_rng(1)
    effects = rng.normal(size=(1, 4, 1))
    few, many = (estimate(effects + 1e-3 * rng.normal(size=(1, 4, n))).intervals()[0] for n in (5, 500))
    assert many.high - many.low == pytest.approx(few.high - few.low, rel=0.01)


def test_a_ratio_of_cells_whose_processes_were_slow_together_is_sure():
    shared = np.random.default_rng(2).normal(size=(1, 5, 1))
    e = estimate(np.concatenate([shared, shared + math.log(3)]) + np.zeros(4))
    alone, ratio = e.ratios()[0], (e[[1]] - e[[0]]).ratios()[0]
    assert alone.high / alone.low > 2
    assert (ratio.low, ratio.high) == pytest.approx((3, 3))


def test_cells_of_one_process_are_resampled_by_their_rounds():
    logs = np.full((2, 2, 15), np.nan)
    logs[0, 0] = np.linspace(0, 1, 15)
    logs[1, 1, :8] = np.linspace(0, 1, 8)
    longer, shorter = estimate(logs).intervals()
    assert (longer.value, shorter.value) == pytest.approx((0.5, 0.5))
    assert 0 < longer.high - longer.low < shorter.high - shorter.low < 2


def test_one_sample_tells_nothing_of_the_spread():
    (interval,) = estimate(np.array([[[1.0]]])).ratios()
    assert interval.value == pytest.approx(math.e)
    assert not interval.known
    assert interval.holds(1e9)


def test_the_mean_is_geometric():
    mean = estimate(np.log([[[2.0]], [[8.0]]])).mean()
    assert mean.ratios()[0].value == pytest.approx(4.0)


@patient
@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=9))
def test_the_geometric_mean_of_inverses_is_the_inverse(ratios):
    logs = np.log(ratios)[:, None, None]
    one, other = estimate(logs).mean(), estimate(-logs).mean()
    assert one.ratios()[0].value * other.ratios()[0].value == pytest.approx(1)


@patient
@given(arrays.arrays(float, 8, elements=st.floats(-5, 5)), st.floats(-1e6, 1e6))
def test_a_fifth_of_wild_samples_does_not_carry_a_time_away(x, wild):
    assert min(x) - 1e-9 <= trimmed(np.append(x, [wild, -wild])) <= max(x) + 1e-9


def test_what_is_not_there_is_left_out():
    x = np.array([[1.0, 2.0, 6.0, np.nan], [np.nan] * 4])
    assert trimmed(x) == pytest.approx([3.0, np.nan], nan_ok=True)


@pytest.mark.parametrize("freedom", [*range(1, 12), 30, 101, 998])
@pytest.mark.parametrize("confidence", [0.5, CONFIDENCE, 0.999])
def test_students_quantiles_are_scipys(freedom, confidence):
    expected = stats.t.ppf((1 + confidence) / 2, freedom)
    assert student(freedom, confidence) == pytest.approx(expected, rel=1e-9)


def test_an_interval_says_what_it_holds():
    interval = Interval(value=1.0, low=0.5, high=2.0)
    assert [interval.holds(x) for x in (0.4, 0.5, 2.0, 2.1)] == [False, True, True, False]


RUNS = 400


def coverage(between, within, processes, noise):
    """How often, of `RUNS` simulated ratios of 1, the interval holds 1."""
    rng = np.random.default_rng([round(100 * between), round(100 * within), processes])
    effects = between * rng.normal(size=(2 * RUNS, processes, 1)) * (processes > 1)
    e = estimate(effects + within * noise(rng, (2 * RUNS, processes, 15)))
    return np.mean([i.holds(1.0) for i in (e[np.arange(RUNS)] - e[np.arange(RUNS, 2 * RUNS)]).ratios()])


@pytest.mark.parametrize("noise", [np.random.Generator.normal, np.random.Generator.exponential])
@pytest.mark.parametrize(
    ("processes", "between", "within"),
    [(1, 0.0, 0.05), (2, 0.05, 0.02), (3, 0.05, 0.02), (3, 0.0, 0.05), (5, 0.05, 0.02), (5, 0.05, 0.05)],
)
def test_the_stated_confidence_holds_on_simulated_runs(between, within, processes, noise):
    def draw(rng, shape):
        return noise(rng, size=shape)

    held = coverage(between, within, processes, draw)
    spread = math.sqrt(CONFIDENCE * (1 - CONFIDENCE) / RUNS)  # of the share that `RUNS` simulations find
    assert CONFIDENCE - 3 * spread <= held <= CONFIDENCE + 4.5 * spread
