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

SAMPLE_SECONDS = 0.005  # short beside the machine's slow drifts
GRAINS = 10_000  # of the clock in a sample; more than SAMPLE_SECONDS only where the clock is coarse
TRIES = 5
TOO_FAST = 2.0  # times an empty call


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
        number, each = calibrated(made)
    except Exception as error:
        return raised(cell, error)
    empty = min(spent(made.empty, at_once, number) for _ in range(3)) / number if each < 1e-6 else 0.0
    if each <= TOO_FAST * empty:
        return failed(cell, "too fast", f"a call takes {each * 1e9:.3g} ns and an empty one {empty * 1e9:.3g} ns")
    return made, number, peak


def calibrated(made: TimedCall) -> tuple[int, float]:
    """Calls that fill a sample, and seconds a call, as samples tell; these are not kept."""
    target = max(SAMPLE_SECONDS, GRAINS * grain())
    number, each = 1, made.warm_seconds
    for _ in range(TRIES):
        wanted = max(1, math.ceil(target / max(each, 1e-9)))
        if wanted <= 1.5 * number:
            return wanted, each
        number = wanted
        each = made.sample(number)
    return number, each


def grain() -> float:
    """The least step of the clock, in seconds."""
    return time.get_clock_info("perf_counter").resolution
