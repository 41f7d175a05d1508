"""Times and peaks of calls that take turns, and the rows and verdicts that they are printed in."""

from __future__ import annotations

import gc
import math
import random
import statistics
import time
import tracemalloc

ROUNDS, SAMPLE_SECONDS = 15, 0.01


def minima(calls):
    """Seconds a call, the least of `ROUNDS` samples, in turns whose order changes every round."""
    once = {name: min(sample(call, 1) for _ in range(3)) for name, call in calls.items()}
    numbers = {name: max(1, math.ceil(SAMPLE_SECONDS / seconds)) for name, seconds in once.items()}
    order, least = random.Random(0), dict.fromkeys(calls, math.inf)
    for _ in range(ROUNDS):
        for name in order.sample(list(calls), len(calls)):
            least[name] = min(least[name], sample(calls[name], numbers[name]))
    return least


def sample(call, number, collecting=False):
    """Seconds that this thread computes for a call, so that other programs on the machine do not count."""
    if not collecting:
        gc.disable()
    try:
        start = time.thread_time()
        for _ in range(number):
            call()
        return (time.thread_time() - start) / number
    finally:
        gc.enable()


def peak_bytes(call):
    """The most memory that a call holds beyond what there was before it."""
    call()
    gc.collect()
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def row(title, *cells):
    """A line of a table; numbers with two digits."""
    cells = [f"{cell:.2f}" if isinstance(cell, float) else cell for cell in cells]
    print(f"{title:44}" + "".join(f"{cell:>12}" for cell in cells), flush=True)


def summary(what, ratios, figure, at_least):
    """The geometric mean beside its figure."""
    mean = statistics.geometric_mean(ratios)
    reached = mean >= figure if at_least else mean <= figure
    bound, verdict = "at least" if at_least else "at most", "reached" if reached else "NOT reached"
    spread = f"{len(ratios)} from {min(ratios):.2f} to {max(ratios):.2f}"
    print(f"{what}: {mean:.2f} ×, geometric mean of {spread}; figure: {bound} {figure:g} ×, {verdict}")


def exponent(what, costs):
    """The slope of log cost over log n, by least squares, beside its figure."""
    logs = [[math.log(v) for v in values] for values in (costs, costs.values())]
    slope = statistics.linear_regression(*logs).slope
    print(
        f"exponent of {what}: {slope:.3f}; figure: 1.0 ± 0.05, {'reached' if abs(slope - 1) <= 0.05 else 'NOT reached'}"
    )
