"""How often `adbench compare` is wrong, measured: `python benchmarks/compare_power.py [--cells N] [--repeats K]`.

The same code on both sides (A/A): how many cells are called slower or faster. A slowdown of 5 % or 10 %, planted as
the same work done again (`planted.py`): how many are found. Each repeat is a comparison with processes of its own, of
N cells drawn from the bench cells, the same in every repeat; where a slowdown is planted it is in all of them, which is
the hardest: a comparison that suspects many cells asks more of each.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import time
from collections import Counter
from pathlib import Path

from adbench import registry
from adbench.commands.compare import ALPHA, SMALLEST
from adbench.plan import Cell
from adbench.results import Sample
from adbench.runner.pairs import Pairs, Side
from adbench.timing.paired import fastest
from adbench.timing.sequential import compare

BACKENDS = ("numpy", "numpy:compiled", "autograd", "torch", "jax:jit", "manual")
BLOCK = 20  # calls of the library in a planted call
FIGURES = {0: "at most 1 %", 5: "at least 80 %", 10: "at least 95 %"}


def main() -> None:
    """Measure what was asked for, and print counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=24, help="cells of a comparison; 0 for all of them")
    parser.add_argument("--repeats", type=int, default=20, help="comparisons of each kind")
    parser.add_argument("--slower", type=int, nargs="*", default=[0, 5, 10], choices=[0, 5, 10], help="percent; 0: A/A")
    parser.add_argument("--backends", nargs="*", default=BACKENDS)
    parser.add_argument("--longest", type=float, default=math.inf, help="seconds; leave out calls that take longer")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    os.environ["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(Path(__file__).parent), os.environ.get("PYTHONPATH")])
    )
    for percent in given.slower:
        measure(percent, given)


def measure(percent: int, given: argparse.Namespace) -> None:
    """One kind of comparison, several times over."""
    couples, repeats = [couple(name, percent) for name in given.backends], given.repeats
    shortest, longest = (20e-6, min(0.005, given.longest)) if percent else (0.0, given.longest)
    cells = drawn(couples, given.cells, shortest, longest, given.seed)
    verdicts, start, pairs, judged = Counter[str](), time.monotonic(), 0, 0
    title = f"{percent} % slower" if percent else "the same code on both sides"
    print(f"{title}: {len(cells)} cells, {repeats} comparisons", flush=True)
    for repeat in range(repeats):
        began, runner = time.monotonic(), Pairs(couples)
        found = compare(cells, runner.measure, smallest=math.log1p(SMALLEST / 100), alpha=ALPHA)
        said = Counter(evidence.verdict for evidence in found.values())
        verdicts += said
        pairs += sum(len(e.screening) + len(e.confirming) for e in found.values())
        judged += len(found) - said["lost"]
        suspected = sum(e.suspected is not None for e in found.values())
        print(f"  {repeat + 1}: {dict(said)}, {suspected} suspected, {time.monotonic() - began:.0f} s", flush=True)
        for cell, evidence in found.items():
            if (evidence.verdict in ("slower", "faster")) != bool(percent):
                low, middle, high = (100 * math.expm1(x) for x in evidence.estimate)
                print(f"    {evidence.verdict} {cell.id}: {middle:+.1f} % ({low:+.1f} to {high:+.1f})", flush=True)
        for cell, why in runner.lost.items():
            print(f"    lost {cell.id}: {why}", flush=True)
    flagged = verdicts["slower"] + (0 if percent else verdicts["faster"])
    took = time.monotonic() - start
    print(
        f"{title}: {flagged} of {judged} called {'slower' if percent else 'slower or faster'} "
        f"({flagged / judged:.1%}; figure: {FIGURES[percent]}), {verdicts['undecided']} undecided, "
        f"{pairs / judged:.1f} pairs and {took / judged:.1f} s a cell\n",
        flush=True,
    )


def couple(name: str, percent: int) -> tuple[Side, Side]:
    """The backend twice; or twenty calls of it, and as many more as make it slower by so much."""
    more = BLOCK + BLOCK * percent // 100
    names = [f"planted:{name.replace(':', '_')}_{times}" for times in (BLOCK, more)] if percent else [name, name]
    return Side(role="base", backend=names[0]), Side(role="head", backend=names[1])


def drawn(
    couples: list[tuple[Side, Side]], count: int, shortest: float, longest: float, seed: int
) -> list[Cell]:
    """Cells that can be timed, of each backend about as many, with calls of `shortest` to `longest` seconds."""
    seconds: dict[str, float] = {}

    def keep(sample: Sample) -> None:
        if sample.samples:
            seconds[sample.cell] = fastest(sample.samples)

    bench = [case for case in registry.load_cases().values() if case.bench]
    sized = [(case.name, size) for case in bench for size in case.sizes]
    if longest < 0.01:
        sized = [(case, size) for case, size in sized if size != "large"]
    rng, chosen = random.Random(seed), list[Cell]()
    for index, (base, head) in enumerate(couples):
        wanted = (count + index) // len(couples) if count else len(sized)
        tried = [
            Cell(case=case, size=size, operator="vjp", dtype="float64", backend=base.backend)
            for case, size in rng.sample(sized, min(len(sized), 3 * wanted))
        ]
        Pairs([(base, head)], keep=keep).measure(tried)
        fit = [cell for cell in tried if shortest <= seconds.get(base.of(cell).id, math.nan) <= longest]
        chosen += fit[:wanted]
    times = [seconds[side.of(cell).id] for cell in chosen for side, _ in couples if side.backend == cell.backend]
    print(f"calls of {min(times) * 1e6:.3g} µs to {max(times) * 1e3:.3g} ms", flush=True)
    return chosen


if __name__ == "__main__":
    main()
