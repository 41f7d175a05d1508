"""Counts fuzzed cells on backends that are taken to be right, and the alarms among them: there should be none.

    python benchmarks/fuzz_false_alarms.py [--backends numpy,torch] [--cases GLOB,…] [--examples 20] [--cells 100000]

A cell is an example × operator × dtype × backend that applies. The backends share a process and the truth of each
example; what is recorded as a deviation is counted apart. Every alarm is shrunk and printed: it is a fault of a
library, to be recorded, or of our model of rounding, to be corrected.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable

from adbench.backend import FIRST_ORDER, Backend
from adbench.case import Case, Inputs
from adbench.expectations import load_defaults
from adbench.fuzz import paste
from adbench.fuzz.hunt import Hunt, hunt
from adbench.fuzz.judge import outcomes, truth_or_reason
from adbench.plan import Cell
from adbench.registry import load_backend, load_cases, select_cases
from adbench.runner.protocol import Tried

BACKENDS = "numpy,torch,jax,autograd"
PROGRESS_SECONDS = 30


def main() -> None:
    """Hunt on every case with each of its dtypes, by one seed after the other until there are enough cells."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backends", default=BACKENDS)
    parser.add_argument("--cases", default="")
    parser.add_argument("--examples", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cells", type=int, default=1)
    options = parser.parse_args()
    start, total, seed = time.monotonic(), Hunt(), options.seed
    before = -1
    while before < total.cells < options.cells:
        before = total.cells
        sweep(options, seed, total)
        seed += 1
        print(f"{total.cells} cells on {total.judged} examples in {time.monotonic() - start:.0f} s: {options.backends}")
        print(f"discarded {total.discarded.total()}: {dict(total.discarded.most_common())}")
        print(f"known deviations {total.known.total()}")
        print(f"alarms {len(total.findings)} {dict(Counter(f.outcome.backend for f in total.findings))}", flush=True)
    sys.exit(bool(total.findings))


def sweep(options: argparse.Namespace, seed: int, total: Hunt) -> None:
    """Hunt on every case by one seed, and add what came of it."""
    backends = [load_backend(name) for name in options.backends.split(",")]
    deviations, shown = load_defaults(fuzzed=True), time.monotonic()
    cases = select_cases(load_cases(), [g for g in options.cases.split(",") if g])
    for number, case in enumerate(cases, 1):
        for dtype in case.dtypes:
            one = hunt(
                case,
                dtype,
                asker(case, dtype, backends),
                backend=f"{options.backends}-{seed}",
                examples=options.examples,
                seed=seed,
                deviations=deviations,
            )
            if one.interrupted:
                raise KeyboardInterrupt
            add(total, one)
            for finding in one.findings:
                inputs = ", ".join(f"{name}={paste.literal(x)}" for name, x in finding.inputs.items())
                print(f"alarm {finding.outcome.cell}\n  {finding.outcome.message}\n  {inputs}", flush=True)
        if time.monotonic() - shown > PROGRESS_SECONDS:
            shown = time.monotonic()
            print(f"{number} of {len(cases)} cases, {total.cells} cells", file=sys.stderr, flush=True)


def asker(case: Case, dtype: str, backends: list[Backend]) -> Callable[[Inputs], Tried]:
    """A function of inputs that gives the outcomes of all backends there."""

    def ask(inputs: Inputs) -> Tried:
        point = case.at(dtype, **inputs)
        truth = truth_or_reason(point, dtype)
        if isinstance(truth, str):
            return Tried(discarded=truth)
        cells = [Cell(case=case.name, size="found", operator="", dtype=dtype, backend=b.name) for b in backends]
        tried = [outcomes(point, b, cell, FIRST_ORDER, truth) for b, cell in zip(backends, cells, strict=True)]
        return Tried(tuple(o for t in tried for o in t.outcomes), flat=tried[0].flat)

    return ask


def add(total: Hunt, one: Hunt) -> None:
    """Add the counts and findings of one hunt."""
    total.judged += one.judged
    total.cells += one.cells
    total.discarded.update(one.discarded)
    total.known.update(one.known)
    total.findings += one.findings


if __name__ == "__main__":
    main()
