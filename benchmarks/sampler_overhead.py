"""What the sampler adds to a call: `python benchmarks/sampler_overhead.py [--rounds 100] [--cpu]`.

The gradients of bench cases, each timed by a sample of ours and by the standard library's `timeit` on the bare call,
with as many calls in a loop, in turns whose order changes every round, in one process with one thread. The overhead
is the median over rounds of what one sample takes beyond the other. `manual`, which others are compared with, is also
held against the two functions that it consists of, as somebody would type them. `--cpu` counts the CPU time of the
one thread, so that other programs on the machine do not count.

Then the same calls by adbench's and by pyperf's processes (`pip install pyperf`), in turns, and what a cell takes.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import statistics
import subprocess
import sys
import time
import timeit
from functools import partial

import asv_suite  # noqa: F401  one thread, before NumPy is imported
import numpy as np

from adbench import plain, registry
from adbench.plan import Cell
from adbench.runner.bench import Bench, Budget
from adbench.runner.process import KEPT_MEMORY
from adbench.timing.call import TimedCall, at_once, prepare
from adbench.timing.ready import calibrated

FIGURE, FROM_SECONDS = 2.0, 10e-6  # percent, of calls that take so long
CASES = ("regression.ridge", "matmul.matmat", "sigmoid.sigmoid_chain_10")
SIZES = ("small", "medium")
BACKENDS = ("manual", "numpy", "numpy:compiled", "autograd", "torch", "jax:jit")
PROCESSES = 5
PYPERF = (("regression.ridge", "small"), ("regression.ridge", "medium"), ("matmul.matmul_chain", "large"))


def main() -> None:
    """Print all three tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--cpu", action="store_true")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    if options.cpu:
        time.perf_counter = time.thread_time  # type: ignore[assignment]
    beside_nothing(options.rounds)
    beside_hand(options.rounds)
    beside_timeit(options.rounds)
    if not options.cpu:
        cells = beside_pyperf()
        print(f"\n{cells:.2f} s a cell and process: made ready, warmed, {Budget().rounds} samples of 1 ms")


def beside_timeit(rounds: int) -> None:
    print(f"\n{'':52}{'timeit, µs':>12}{'overhead, %':>13}{'interval':>18}")
    long = []
    for name in CASES:
        case = registry.load_cases()[name]
        for size in SIZES:
            for backend in map(registry.load_backend, BACKENDS):
                cell = Cell(case=name, size=size, operator="vjp", dtype="float64", backend=backend.name)
                made = prepare(cell, case, backend)
                if not isinstance(made, TimedCall):
                    continue
                took = compared(made, timer(made), rounds)
                bare, ratios = min(took["bare"]), [a / b for a, b in zip(took["ours"], took["bare"], strict=True)]
                middle, (low, high) = statistics.median(ratios), interval(ratios)
                print(
                    f"{cell.id:52}{bare * 1e6:12.2f}{100 * middle - 100:13.2f}"
                    f"{f'{100 * low - 100:.2f} to {100 * high - 100:.2f}':>18}",
                    flush=True,
                )
                if bare >= FROM_SECONDS:
                    long.append((100 * middle - 100, 100 * low - 100, cell.id))
    middle, (worst, low, where) = statistics.median(x for x, _, _ in long), max(long)
    reached = middle <= FIGURE and all(low <= FIGURE for _, low, _ in long)
    print(
        f"{len(long)} calls from {FROM_SECONDS * 1e6:g} µs: median {middle:.2f} %, most {worst:.2f} % ({where}, from "
        f"{low:.2f} %); figure: {FIGURE:g} %, {'reached: no interval is above it' if reached else 'NOT reached'}"
    )


def beside_nothing(rounds: int) -> None:
    """What is added to any call, however long: seen best in one that does nothing."""
    made = TimedCall(partial(nothing, (1.0,), 2.0), at_once, 0.0, (0.0, 1e-7))
    took = compared(made, timer(made), rounds)
    bare, ours = min(took["bare"]), min(took["ours"])
    print(
        f"\na call that does nothing: {bare * 1e9:.1f} ns by timeit, {ours * 1e9:.1f} ns in a sample of ours (minima); "
        f"the difference is {100 * (ours - bare) / FROM_SECONDS:.2f} % of {FROM_SECONDS * 1e6:g} µs"
    )


def nothing(primals: tuple[float, ...], y_bar: float) -> None:
    """As many arguments as a gradient's call has."""


def beside_hand(rounds: int) -> None:
    """`manual` over the function and the pullback of each bench case at its first size."""
    ratios = []
    for case in (case for case in registry.load_cases().values() if case.bench):
        size = next(iter(case.sizes))
        inputs = case.make_inputs(size)
        cell = Cell(case=case.name, size=size, operator="vjp", dtype="float64", backend="manual")
        made = prepare(cell, case, registry.load_backend("manual"))
        names = {"f": case.function, "pullback": case.pullback, "xp": plain.NAMESPACE, "x": tuple(inputs.values())}
        names["y_bar"] = np.ones_like(case.function(plain.NAMESPACE, **inputs))
        bare = timeit.Timer("f(xp, *x); pullback(xp, y_bar, *x)", timer=time.perf_counter, globals=names)
        took = compared(made, bare, rounds)
        ratios.append((min(took["ours"]) / min(took["bare"]), min(took["bare"]), case.name))
    mean = statistics.geometric_mean(ratio for ratio, _, _ in ratios)
    print(f"\nmanual over what is typed by hand, minima: geometric mean {mean:.3f}")
    for ratio, bare, name in sorted(ratios, reverse=True)[:3]:
        print(f"  {name:36}{bare * 1e6:10.2f} µs by hand, {100 * ratio - 100:.2f} % more")


def compared(made: TimedCall, bare: timeit.Timer, rounds: int) -> dict[str, list[float]]:
    """Seconds a call by each way, round by round."""
    number = calibrated(made)
    ways = {"ours": lambda: made.sample(number), "bare": lambda: bare.timeit(number) / number}
    order, took = random.Random(0), {way: list[float]() for way in ways}
    for _ in range(rounds):
        for way in order.sample(list(ways), 2):
            took[way].append(ways[way]())
    return took


def timer(made: TimedCall) -> timeit.Timer:
    """What somebody would type who has the function and its arguments."""
    call, arguments = made.call.func, made.call.args
    names = {"f": call, "wait": made.synchronize} | {f"x{i}": x for i, x in enumerate(arguments)}
    statement = f"f({', '.join(f'x{i}' for i in range(len(arguments)))})"
    statement = statement if made.synchronize is at_once else f"wait({statement})"
    return timeit.Timer(statement, timer=time.perf_counter, globals=names)


def interval(ratios: list[float]) -> tuple[float, float]:
    """Of the median, by 1000 bootstraps, 95 times in 100."""
    draws = random.Random(0)
    medians = sorted(statistics.median(draws.choices(ratios, k=len(ratios))) for _ in range(1000))
    return medians[25], medians[974]


def beside_pyperf() -> float:
    """Minima of processes of ours and of pyperf's, in turns; the seconds that a cell of ours took."""
    chosen = [(case, size, backend) for case, size in PYPERF for backend in ("manual", "numpy", "autograd")]
    ours: dict[tuple[str, str, str], list[float]] = {one: [] for one in chosen}
    theirs: dict[tuple[str, str, str], list[float]] = {one: [] for one in chosen}
    spent = []
    for process in range(PROCESSES):
        for case, size in PYPERF:
            cells = [
                Cell(case=case, size=size, operator="vjp", dtype="float64", backend=backend)
                for c, s, backend in chosen
                if (c, s) == (case, size)
            ]
            bench = Bench([cell.backend for cell in cells], process=process, budget=Budget(width=0))
            start = time.monotonic()
            samples = bench.measure(cells)
            spent.append((time.monotonic() - start) / len(cells))
            bench.close()
            for sample in samples:
                one = (case, size, sample.backend)
                ours[one].append(min(sample.samples))
                theirs[one] += by_pyperf(*one, sample.number)
    print(f"\n{'':48}{'ours, µs':>10}{'pyperf, µs':>12}{'ratio':>8}   minima over {PROCESSES} processes each")
    for one in chosen:
        if theirs[one]:
            a, b = min(ours[one]), min(theirs[one])
            print(f"{'{}[{}] {}'.format(*one):48}{a * 1e6:10.2f}{b * 1e6:12.2f}{a / b:8.3f}")
    return statistics.median(spent)


SETUP = """
from adbench import registry
from adbench.plan import Cell
from adbench.timing.call import prepare
cell = Cell(case={case!r}, size={size!r}, operator="vjp", dtype="float64", backend={backend!r})
made = prepare(cell, registry.load_cases()[{case!r}], registry.load_backend({backend!r}))
call = made.call
"""


def by_pyperf(case: str, size: str, backend: str, number: int) -> list[float]:
    """The least sample of one process of pyperf's, with as many samples as long; none where it is not installed."""
    setup = SETUP.format(case=case, size=size, backend=backend)
    command = [sys.executable, "-m", "pyperf", "timeit", "--worker", "-l", str(number), "-n", str(Budget().rounds)]
    command += ["-w", "1", "-s", setup, "--pipe", "1", "call()"]
    surroundings = {**os.environ, "GLIBC_TUNABLES": KEPT_MEMORY}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings)
    return [min(values(done.stdout))] if done.returncode == 0 else []


def values(text: str) -> list[float]:
    return [value for run in json.loads(text)["benchmarks"][0]["runs"] for value in run.get("values", ())]


if __name__ == "__main__":
    gc.collect()
    main()
