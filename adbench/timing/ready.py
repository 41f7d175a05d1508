"""A call that is ready to be sampled: how many times in a sample, and how much memory it takes."""

from __future__ import annotations

import math
import time

from adbench.backend import Backend
from adbench.case import Case
from adbench.plan import Cell
from adbench.results import Sample
from adbench.timing.call import TimedCall, at_once, failed, prepare, raised, spent
from adbench.timing.memory import peak_bytes

SAMPLE_SECONDS = 0.001  # most samples escape the interruptions of a busy machine
GRAINS = 10_000  # of the clock in a sample; more than SAMPLE_SECONDS only where the clock is coarse
TRIES = 5
FAST_SECONDS, TOO_FAST = 1e-6, 2.0  # below which a call is looked at; empty calls below which it is too fast


def ready(cell: Cell, case: Case, backend: Backend, seconds: float) -> tuple[TimedCall, int, int | None] | Sample:
    """The timed call of a cell, how often it is called in a sample, and what it adds to the peak of memory.

    Args:
        seconds: that its samples may take.
    Returns:
        Or a `Sample` that says why there is none.
    """
    made = prepare(cell, case, backend, seconds)
    if isinstance(made, Sample):
        return made
    try:
        peak = peak_bytes(lambda: made.synchronize(made.call()))
        number = calibrated(made)
        if made.warm_seconds < FAST_SECONDS:
            each = min(made.sample(number) for _ in range(3))
            empty = min(spent(made.empty, at_once, number) for _ in range(3)) / number
            if each <= TOO_FAST * empty:
                told = f"a call takes {each * 1e9:.3g} ns and an empty one {empty * 1e9:.3g} ns"
                return failed(cell, "too fast", told)
        made.counters = made.count()
    except Exception as error:
        return raised(cell, error)
    return made, number, peak


def calibrated(made: TimedCall) -> int:
    """Calls that fill a sample, as samples tell; these are not kept."""
    target = max(SAMPLE_SECONDS, GRAINS * grain())
    number, each = 1, made.warm_seconds
    for _ in range(TRIES):
        wanted = max(1, math.ceil(target / max(each, 1e-9)))
        if wanted <= 1.5 * number:
            return wanted
        number = wanted
        each = min(each, made.sample(number))
    return number


def grain() -> float:
    """The least step of the clock, in seconds."""
    return time.get_clock_info("perf_counter").resolution
