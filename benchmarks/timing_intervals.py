"""The intervals of `adbench bench`: how often they hold the truth, what they take, what another statistic would cost.

    python benchmarks/timing_intervals.py [RESULTS.jsonl]

Simulated runs for the coverage; a results file of several processes for the spread of each statistic among them.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

from adbench.results import Sample, read
from adbench.timing.intervals import NORMAL, estimate, student, trimmed
from adbench.timing.pool import Times

RUNS, ROUNDS = 2000, 15
STATISTICS: dict[str, Callable[[np.ndarray], float]] = {
    "minimum": np.min,
    "median": np.median,
    "trimmed mean": trimmed,
    "mean": np.mean,
}


def coverage() -> None:
    """How often an interval stated at 95 % holds the ratio, beside bare percentiles of the same draws."""
    print("| processes | between | within | ours | bare percentiles |\n|---|---|---|---|---|")
    rng = np.random.default_rng(0)
    for processes in (1, 2, 3, 5, 10):
        for between, within in ((0.05, 0.02), (0.0, 0.05), (0.05, 0.05)):
            if processes == 1 and between:
                continue
            effects = between * rng.normal(size=(2 * RUNS, processes, 1))
            e = estimate(effects + within * rng.normal(size=(2 * RUNS, processes, ROUNDS)))
            ratios = e[np.arange(RUNS)] - e[np.arange(RUNS, 2 * RUNS)]
            held = np.mean([i.holds(1.0) for i in ratios.ratios()])
            units = processes if processes > 1 else ROUNDS
            narrow = _bare(ratios.draws, ratios.point, units)
            print(f"| {processes} | {between:.0%} | {within:.0%} | {held:.1%} | {narrow:.1%} |")


def _bare(draws: np.ndarray, point: np.ndarray, units: int) -> float:
    """Coverage of the percentiles of draws from which the widening is taken out again."""
    widening = student(units - 1) / NORMAL * np.sqrt(units / (units - 1))
    low, high = np.quantile(point[:, None] + (draws - point[:, None]) / widening, [0.025, 0.975], axis=1)
    return float(np.mean((low <= 0) & (high >= 0)))


def speed() -> None:
    """Seconds of all estimates, ratios and intervals of 2000 cells."""
    rng = np.random.default_rng(0)
    for processes in (1, 3, 5):
        logs = rng.normal(size=(2000, processes, ROUNDS))
        start = time.process_time()
        e = estimate(logs)
        for shift in (1, 2, 3):
            (e - e[np.roll(np.arange(2000), shift)]).ratios()
        print(f"2000 cells, {processes} processes, three ratios each: {time.process_time() - start:.2f} s of CPU")


def spread(path: str) -> None:
    """By how much the ratio to the primal differs from process to process, by the statistic that it is a ratio of."""
    times = Times([line for line in read(path) if isinstance(line, Sample)])
    found: dict[str, list[float]] = {name: [] for name in STATISTICS}
    for pooled in times.cells:
        other = times.row.get((pooled.group._replace(operator="primal"), pooled.backend))
        if pooled.group.operator == "primal" or other is None or len(times.cells[other].timed) != len(pooled.timed) > 1:
            continue
        for name, f in STATISTICS.items():
            ratios = [
                f(np.log(a.samples)) - f(np.log(b.samples))
                for a, b in zip(pooled.timed, times.cells[other].timed, strict=True)
            ]
            found[name].append(float(np.var(ratios, ddof=1)))
    print("| statistic | typical (root mean square) | worst in 10 |\n|---|---|---|")
    for name, variances in found.items():
        print(f"| {name} | {np.sqrt(np.mean(variances)):.1%} | {np.sqrt(np.quantile(variances, 0.9)):.1%} |")
    print(f"{len(found['mean'])} cells")


if __name__ == "__main__":
    coverage()
    speed()
    for path in sys.argv[1:]:
        spread(path)
