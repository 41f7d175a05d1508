"""What `adbench compare` finds on noise of known shapes: `python benchmarks/compare_simulated.py [--cells 400]`.

The log ratio of a pair of processes is a slowdown and noise. A comparison is of 200 unchanged cells, or of one slower.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from adbench.commands.compare import ALPHA, SMALLEST
from adbench.timing.sequential import compare

SPREADS = (0.01, 0.02, 0.03, 0.04)
SHAPES: dict[str, Callable[[np.random.Generator], float]] = {
    "normal": lambda rng: rng.normal(),
    "t3": lambda rng: rng.standard_t(3),
    "modes": lambda rng: 3 * (float(rng.random() < 0.25) - float(rng.random() < 0.25)) + rng.normal(0, 0.25),
    "spikes": lambda rng: rng.normal() * (5 if rng.random() < 0.1 else 1),
}


def main() -> None:
    """Print verdicts by slowdown, shape and spread."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=400, help="of each kind, over all comparisons")
    total, rng = parser.parse_args().cells, np.random.default_rng(0)
    for percent, cells in ((0, 200), (5, 1), (10, 1)):
        for shape in SHAPES:
            for spread in SPREADS:
                told = simulated(rng, percent, shape, spread, cells, total)
                print(f"{percent:3} % slower, {shape:7}{spread:.0%}: {told}")


def simulated(rng: np.random.Generator, percent: int, shape: str, spread: float, cells: int, total: int) -> str:
    """What comes of `total` cells, `cells` in a comparison."""
    verdicts, pairs = Counter[str](), 0

    def measure(some: Sequence[int]) -> dict[int, float]:
        return {cell: math.log1p(percent / 100) + spread * SHAPES[shape](rng) for cell in some}

    for _ in range(max(1, total // cells)):
        found = compare(range(cells), measure, smallest=math.log1p(SMALLEST / 100), alpha=ALPHA)
        verdicts += Counter(evidence.verdict for evidence in found.values())
        pairs += sum(len(e.screening) + len(e.confirming) for e in found.values())
    return f"{dict(verdicts)}, {pairs / verdicts.total():.1f} pairs a cell"


if __name__ == "__main__":
    main()
