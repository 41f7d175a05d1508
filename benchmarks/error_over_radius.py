"""How far correct answers lie from the truth, in radii: `python benchmarks/error_over_radius.py RESULTS…`.

The tolerance is SAFETY radii. What this prints shows what the factor has to cover.
"""

from __future__ import annotations

import sys
from collections import defaultdict

import numpy as np

from adbench.oracle.truth import SAFETY
from adbench.results import Outcome, read


def main(paths: list[str]) -> None:
    """Print quantiles of error over radius of the derivatives of passing cells, a row a backend and dtype."""
    radii: dict[tuple[str, str], list[float]] = defaultdict(list)
    for path in paths:
        for line in read(path):
            if isinstance(line, Outcome) and line.status == "pass":
                checks = [c for c in line.checks if c.name == "derivative" and c.ratio is not None]
                radii[line.backend, line.dtype] += [SAFETY * c.ratio for c in checks]
    print("| backend | dtype | derivatives | exact | median of the others | 99th percentile | largest |")
    print("|---|---|---|---|---|---|---|")
    for (backend, dtype), found in sorted(radii.items()):
        x = np.array(found)
        median, high = np.quantile(x[x > 0], [0.5, 0.99])
        exact = f"{100 * (x == 0).mean():.0f} %"
        print(f"| {backend} | {dtype} | {x.size} | {exact} | {median:.2g} | {high:.2g} | {x.max():.2g} |")


if __name__ == "__main__":
    main(sys.argv[1:])
