"""How far correct answers lie from the truth, in radii: `python benchmarks/error_over_radius.py RESULTS… [--plot SVG]`.

The tolerance is SAFETY radii. What this prints and draws shows what the factor has to cover.
"""

from __future__ import annotations

import argparse
from collections import defaultdict

import numpy as np

from adbench.oracle.truth import SAFETY
from adbench.results import Outcome, read

Radii = dict[tuple[str, str], np.ndarray]


def main() -> None:
    """Print quantiles of error over radius, a row a backend and dtype, and draw their distributions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", nargs="+")
    parser.add_argument("--plot", help="where to write the drawing; its ending says the format")
    options = parser.parse_args()
    radii = collect(options.results)
    print("| backend | dtype | derivatives | exact | median of the others | 99th percentile | largest |")
    print("|---|---|---|---|---|---|---|")
    for (backend, dtype), x in sorted(radii.items()):
        median, high = np.quantile(x[x > 0], [0.5, 0.99])
        exact = f"{100 * (x == 0).mean():.0f} %"
        print(f"| {backend} | {dtype} | {x.size} | {exact} | {median:.2g} | {high:.2g} | {x.max():.2g} |")
    if options.plot:
        plot(radii, options.plot)


def collect(paths: list[str]) -> Radii:
    """Error over radius of the derivatives of passing cells, by backend and dtype."""
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for path in paths:
        for line in read(path):
            if isinstance(line, Outcome) and line.status == "pass" and line.bound == "radius":
                checks = [c for c in line.checks if c.name == "derivative" and c.ratio is not None]
                found[line.backend, line.dtype] += [SAFETY * c.ratio for c in checks]
    return {key: np.array(x) for key, x in found.items()}


def plot(radii: Radii, path: str) -> None:
    """A histogram a backend, float64 and float32 apart; a line at the tolerance."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    backends = sorted({backend for backend, _ in radii})
    figure, axes = pyplot.subplots(len(backends), 1, sharex=True, figsize=(7, 1.2 * len(backends) + 0.8))
    edges = np.logspace(-3, 1, 61)
    for axis, backend in zip(np.atleast_1d(axes), backends, strict=True):
        for dtype, colour in (("float64", "#1f6f9f"), ("float32", "#d08a1d")):
            x = radii.get((backend, dtype), np.empty(0))
            axis.hist(x[x > 0], edges, histtype="step", color=colour, label=dtype)
        axis.axvline(SAFETY, color="#b02020", linewidth=1)
        axis.set_xscale("log")
        axis.set_yticks([])
        axis.set_ylabel(backend, rotation=0, ha="right", va="center")
        for side in ("top", "right", "left"):
            axis.spines[side].set_visible(False)
    np.atleast_1d(axes)[0].legend(frameon=False, loc="upper left")
    np.atleast_1d(axes)[-1].set_xlabel("worst error of a derivative, in radii; the red line is the tolerance")
    figure.tight_layout()
    figure.savefig(path)


if __name__ == "__main__":
    main()
