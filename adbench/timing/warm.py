"""Warming a call: again and again, until it is steady."""

from __future__ import annotations

from collections.abc import Callable

from adbench.errors import AdbenchError

FEWEST_SAMPLES = 3  # of which a median says something
FEWEST_CALLS, FEW_CALLS, MOST_CALLS = 4, 10, 100
FEW_SECONDS, WARM_SECONDS = 0.2, 2.0  # after the first call, the longest left out: instead of FEW_CALLS, and at most
CLOSE, FAR = 1.25, 3.0  # times the least: what half of the last calls, and all of them, may take


class TooSlow(AdbenchError):
    """A call that takes so long that there cannot be samples enough."""


def warm(one: Callable[[], float], seconds: float) -> tuple[float, ...]:
    """Seconds of each call until they are steady, or until it is no use to wait longer.

    Args:
        one: makes the call and says how long it took.
        seconds: that all samples may take.
    Raises:
        TooSlow: they cannot be enough.
    """
    times: list[float] = []
    while not steady(times) and (len(times) < FEWEST_CALLS or _worth_more(times)):
        times.append(one())
        if len(times) > 1 and (least := min(times)) * (FEWEST_SAMPLES - 1) >= seconds:
            raise TooSlow(f"a call takes {least:.3g} s, so {FEWEST_SAMPLES} samples do not fit in {seconds:.3g} s")
    return tuple(times)


def steady(times: list[float]) -> bool:
    """Whether a call takes no longer any more than it will; the first may be anything, and so may the next few."""
    after = times[1:]
    if len(times) < FEWEST_CALLS or (len(times) < FEW_CALLS and _passed(after) < FEW_SECONDS):
        return False
    least, (_, middle, slowest) = min(after), sorted(after[-3:])
    return middle <= CLOSE * least and slowest <= FAR * least


def _worth_more(times: list[float]) -> bool:
    return len(times) < MOST_CALLS and _passed(times[1:]) < WARM_SECONDS


def _passed(times: list[float]) -> float:
    """Seconds that have passed, but for the longest call: a compilation may have hidden in it."""
    return sum(times) - max(times)
