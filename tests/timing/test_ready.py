"""What is found out about a call before it is sampled."""

import pytest
from fakes import small, timed
from fakes.timed import COMPUTE

from adbench.plan import Cell
from adbench.timing import ready as module
from adbench.timing.call import TimedCall
from adbench.timing.ready import SAMPLE_SECONDS, calibrated, ready


def made_ready(backend, seconds=1.0):
    cell = Cell(case="small.cubic", size="small", operator="vjp", dtype="float64", backend="fake")
    return ready(cell, small.cubic, backend, seconds)


@pytest.mark.parametrize("seconds", [1e-7, 3e-6, 1e-4, 0.004, 0.005, 0.3])
def test_a_sample_is_as_long_as_it_should_be(clock, seconds):
    made = TimedCall(lambda: clock.tick(seconds), lambda result: None, 0.0, (1.0, seconds))
    number = calibrated(made)
    assert number * seconds == pytest.approx(max(seconds, SAMPLE_SECONDS), abs=seconds)


@pytest.mark.parametrize("times", [30.0, 1 / 30])
def test_what_a_call_takes_in_a_loop_decides_and_not_what_it_took_alone(clock, times):
    made = TimedCall(lambda: clock.tick(1e-5), lambda result: None, 0.0, (1.0, 1e-5 * times))
    if times > 1:
        assert calibrated(made) == pytest.approx(SAMPLE_SECONDS / 1e-5, abs=1)
    else:
        assert calibrated(made) >= round(SAMPLE_SECONDS / 1e-5)


def test_one_slow_sample_does_not_make_the_others_short(clock):
    slow = iter([1.0])
    made = TimedCall(lambda: clock.tick(next(slow, 1e-5)), lambda result: None, 0.0, (1.0, 1e-5))
    assert calibrated(made) == pytest.approx(SAMPLE_SECONDS / 1e-5, abs=1)


def test_a_coarse_clock_has_longer_samples(clock, monkeypatch):
    monkeypatch.setattr(module, "grain", lambda: 1e-5)
    made = TimedCall(lambda: clock.tick(1e-3), lambda result: None, 0.0, (1.0, 1e-3))
    assert calibrated(made) == pytest.approx(100, abs=1)


def test_a_call_that_does_nothing_is_too_fast():
    sample = made_ready(timed.TooFast())
    assert (sample.status, sample.samples) == ("too fast", ())
    assert sample.message.startswith("a call takes ")
    assert "ns and an empty one" in sample.message


def test_a_call_that_does_little_is_not(clock, monkeypatch):
    class Quick(timed.Timed):
        def seconds(self, n):
            return 5e-7

    monkeypatch.setattr(module, "SAMPLE_SECONDS", 5e-5)
    _, number, _ = made_ready(Quick())
    assert number == pytest.approx(100, abs=1)


def test_a_call_that_takes_long_is_too_slow_and_says_how_long(clock):
    sample = made_ready(timed.TooSlow())
    assert (sample.status, sample.samples) == ("too slow", ())
    assert sample.message == "a call takes 0.6 s, so 3 samples do not fit in 1 s"
    made, number, _ = made_ready(timed.TooSlow(), seconds=1.3)
    assert (number, made.warm_seconds) == (1, pytest.approx(60 * COMPUTE))


def test_an_exception_on_the_way_is_said(clock):
    class BreaksLater(timed.Timed):
        def seconds(self, n):
            if n > 11:
                raise ValueError("enough")
            return COMPUTE

    sample = made_ready(BreaksLater())
    assert (sample.status, sample.message) == ("error", "ValueError: enough")


def test_an_allocation_of_64_megabytes_is_seen_in_the_peak():
    _, _, quiet = made_ready(timed.Timed())
    _, _, loud = made_ready(timed.Allocates())
    if quiet is None:
        pytest.skip("this system does not tell")
    assert quiet < 8 << 20
    assert 62 << 20 < loud < 72 << 20
