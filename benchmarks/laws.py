"""The laws of the cost of derivatives, measured beside theory: `python benchmarks/laws.py [LAW…]`.

It times the laws that are named, or all, in fresh processes of each backend that take turns, keeps the times in
results/laws/, a file a law, and writes docs/laws.md and docs/laws.svg from all of these files; with `--from FOLDER` it
does the last alone. It takes some minutes of a core.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

from laws_fits import OPERATORS, law_of
from laws_page import write
from msgspec.structs import replace

from adbench import environment, plan, registry
from adbench.case import Case
from adbench.commands.certification import certify
from adbench.journal import Journal
from adbench.plan import Cell
from adbench.report.progress import Progress
from adbench.results import Header, Outcome, Sample, Started
from adbench.runner.bench import Bench, Budget
from adbench.runner.conformance import Run
from adbench.runner.passes import PROCESSES, passes

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "results" / "laws"
FILES = (str(Path(__file__).with_name("laws_sweep.py")),)
BACKENDS = ("numpy", "numpy:compiled", "torch", "jax:jit", "autograd")
LONGEST = {"numpy:compiled": 10**4, "torch": 10**5, "jax:jit": 10**3, "autograd": 10**4}  # chains: minutes beyond
LARGE = "medium"  # the size at which arrays count and calls do not yet take seconds
BUDGET = Budget(seconds=20.0, rounds=5)  # of seconds that bound nothing: a chain of 10⁶ nodes takes one


def main() -> None:
    """Measure what is asked for, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("laws", nargs="*", metavar="LAW", help=", ".join(OPERATORS))
    parser.add_argument("--from", dest="folder", type=Path, help="measure nothing; the folder with a file a law")
    options = parser.parse_args()
    if unknown := set(options.laws) - set(OPERATORS):
        parser.error(f"no law {', '.join(sorted(unknown))}; there are {', '.join(OPERATORS)}")
    if not options.folder:
        measure(options.laws or list(OPERATORS))
    write(options.folder or FOLDER, ROOT / "docs")


def measure(laws: Sequence[str]) -> None:
    """Time the laws and write a results file of each."""
    start, header = time.monotonic(), environment.header("python benchmarks/laws.py")
    started, right = list[Started](), set[tuple[str, str, str]]()
    cases = [case for case in registry.load_cases(FILES).values() if case.bench or case.family == "laws_sweep"]
    cases = [case for case in cases if law_of(case.name) in laws]

    def see(outcome: Outcome) -> None:
        if outcome.status == "pass":
            right.add((outcome.case, outcome.operator, outcome.backend))

    def start_of(backend: str, version: str) -> None:
        started.append(Started(backend=backend, version=version))

    with Progress("laws") as bars:
        certify(plan.with_sizes(cases, ()), FILES, 1, bars)
        first = [cell for case in cases for cell in cells(case, next(iter(case.sizes))) if cell.operator != "primal"]
        Run(case_files=FILES, required=BACKENDS, see=see, started=start_of, skipped=bars.skip).conform(first, 1)
        groups = [cells(case, size) for case in cases for size in timed(case)]
        bar, samples = bars.add_task("timing", total=PROCESSES * sum(map(len, groups))), list[Sample]()
        for sample in passes(groups, bench):
            of = sample.case, sample.operator, sample.backend
            samples.append(short(replace(sample, conforms=sample.operator == "primal" or of in right)))
            bars.rename(bar, f"{sample.case}[{sample.size}]")
            bars.advance(bar, sample.status)
    samples.sort(key=lambda sample: law_of(sample.case))
    for law, lines in groupby(samples, key=lambda sample: law_of(sample.case)):
        keep(law, header, [*sorted(started, key=lambda line: line.backend), *lines], time.monotonic() - start)


def timed(case: Case) -> list[str]:
    """The sizes at which a case is timed."""
    if case.family == "laws_sweep":
        return list(case.sizes)[1:]
    return [LARGE if LARGE in case.sizes else list(case.sizes)[-1]]


def cells(case: Case, size: str) -> list[Cell]:
    """What is timed in turns."""
    steps = case.sizes[size].get("steps", 0)
    return [
        Cell(case=case.name, size=size, operator=operator, dtype="float64", backend=backend)
        for backend in BACKENDS
        for operator in OPERATORS[law_of(case.name)]
        if 2 * steps <= LONGEST.get(backend, 2 * steps)
    ]


def bench(process: int, threads: int) -> Bench:
    """The processes of a pass."""
    return Bench(BACKENDS, required=BACKENDS, case_files=FILES, threads=threads, process=process, budget=BUDGET)


def short(sample: Sample) -> Sample:
    """Without what no law is about, to four digits."""
    return replace(sample, samples=tuple(float(f"{t:.4g}") for t in sample.samples), warm_up=(), prepare_seconds=None)


def keep(law: str, header: Header, lines: Iterable[Started | Sample], seconds: float) -> None:
    """Replace the results file of a law."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{law}.jsonl"
    path.unlink(missing_ok=True)
    load = round(os.getloadavg()[1])  # over five minutes; the page tells of a busy machine
    told = replace(header, command=f"{header.command} {law}", environment={**header.environment, "load": load})
    with Journal(path, told) as journal:
        for line in lines:
            journal.write(line)
        journal.close(seconds)


if __name__ == "__main__":
    main()
