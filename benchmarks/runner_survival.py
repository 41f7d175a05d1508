"""Plants every fault of `tests/fakes/killers.py` and `spoilers.py` at random in a run of many cells, many times each.

    python benchmarks/runner_survival.py [--times 50] [--cells 2000] [--jobs 2] [--seed 0]

Every cell without a fault must have the outcome that it has in an undisturbed run, to the last digit, and every cell
with one the status that its fault should give. Ends with 1 if any differs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

TESTS = str(Path(__file__).parent.parent / "tests")
sys.path.append(TESTS)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [TESTS, os.environ.get("PYTHONPATH")]))

from fakes import planted  # noqa: E402

from adbench.case import DTYPES  # noqa: E402
from adbench.plan import Cell  # noqa: E402
from adbench.results import Outcome  # noqa: E402
from adbench.runner import conformance  # noqa: E402
from adbench.runner.conformance import Run  # noqa: E402

BACKEND = "fakes.planted:Planted"
MEMORY_BYTES = 512 << 20

CASES = '''
import numpy as np

from adbench.case import case

for i in range({count}):
    @case(name=f"product_{{i}}", wrt=("x",))
    def product(xp, x, a):
        """a sin(x); x and a (3,)."""
        return a * xp.sin(x)

    product.inputs(lambda rng: {{"x": rng.uniform(0.5, 1.5, 3), "a": rng.uniform(0.5, 1.5, 3)}})
    product.jacobian("x")(lambda xp, x, a: xp.eye(3, dtype=x.dtype) * (a * xp.cos(x)))
'''


def main() -> None:
    """Run undisturbed, run disturbed, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--cells", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cell-seconds", type=float, default=10.0)
    options = parser.parse_args()
    conformance.MOST_CRASHES = options.cells  # here they are all planted
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "survival.py"
        file.write_text(CASES.format(count=options.cells // len(DTYPES)))
        cells = [
            Cell(case=f"survival.product_{i}", size="small", operator="vjp", dtype=dtype, backend=BACKEND)
            for i in range(options.cells // len(DTYPES))
            for dtype in DTYPES
        ]
        faults = [name for name in planted.FAULTS for _ in range(options.times)]
        places = random.Random(options.seed).sample(cells, len(faults))
        fault_of = {cell.id: name for cell, name in zip(places, faults, strict=True)}
        undisturbed, alone = conform(cells, {}, str(file), options)
        plan = {f"{cell.case}:{cell.dtype}": name for cell, name in zip(places, faults, strict=True)}
        disturbed, beset = conform(cells, plan, str(file), options)
    print(f"{len(cells)} cells: {alone:.0f} s undisturbed, {beset:.0f} s with {len(faults)} faults planted")
    sys.exit(report(undisturbed, disturbed, fault_of))


def conform(
    cells: list[Cell], plan: dict[str, str], file: str, options: argparse.Namespace
) -> tuple[dict[str, Outcome], float]:
    """The outcomes of a run by cell, and the seconds that it took."""
    os.environ[planted.PLANTED] = json.dumps(plan)
    outcomes: list[Outcome] = []
    run = Run(
        case_files=(file,),
        required=[BACKEND],
        see=outcomes.append,
        started=lambda backend, version: None,
        skipped=lambda backend, why: None,
        seconds=options.cell_seconds,
        memory_bytes=MEMORY_BYTES,
    )
    start = time.monotonic()
    run.conform(cells, options.jobs)
    by_cell = {outcome.cell: outcome for outcome in outcomes}
    if len(by_cell) != len(outcomes) or len(by_cell) != len(cells):
        sys.exit(f"{len(cells)} cells have {len(outcomes)} outcomes of {len(by_cell)} cells")
    return by_cell, time.monotonic() - start


def report(undisturbed: dict[str, Outcome], disturbed: dict[str, Outcome], fault_of: dict[str, str]) -> int:
    """Print a row a fault, and the cells that are not as they should be; the exit code."""
    others = [cell for cell in disturbed if cell not in fault_of]
    changed = [cell for cell in others if judged(disturbed[cell]) != judged(undisturbed[cell])]
    again = sum(bool(disturbed[cell].message) for cell in others)
    statuses = {name: Counter(disturbed[c].status for c, f in fault_of.items() if f == name) for name in planted.FAULTS}
    for name, status in planted.FAULTS.items():
        verdict = "" if set(statuses[name]) == {status} else f"   expected {status}"
        print(f"{name:24}{', '.join(f'{n} {s}' for s, n in statuses[name].items())}{verdict}")
    same = len(others) - len(changed)
    print(f"{same} of {len(others)} other cells as in the undisturbed run, {again} of them run again to know")
    for cell in changed:
        print(f"  {cell}: {disturbed[cell].status} {disturbed[cell].message}")
    return int(bool(changed) or any(set(statuses[name]) != {status} for name, status in planted.FAULTS.items()))


def judged(outcome: Outcome) -> tuple[object, ...]:
    """What an outcome says of its backend: all but when, and in which process."""
    return outcome.status, outcome.checks, outcome.ulps, outcome.ratio, outcome.native, outcome.bound


if __name__ == "__main__":
    main()
