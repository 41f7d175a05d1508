"""docs/laws.md and docs/laws.svg, from the results files of the laws."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from laws_fits import LAWS, OPERATORS, Row, agrees, cheap_ratios, crossings, law_of, multiplications, rows, swept
from laws_sweep import FIXED, INNER, SWEEPS

from adbench.report.quantities import estimated, number
from adbench.results import Header, Sample, Started, read
from adbench.timing.intervals import Interval
from adbench.timing.pool import Times, by_backend

TEXT = """# The laws

What theory says of the cost of derivatives, and what was measured. `python benchmarks/laws.py` measures and writes this
page; `python benchmarks/laws.py --from results/laws` writes it again from the times that are kept there.

![Time against size, law by law](laws.svg)

Grey is the predicted growth, of each operator in its own dashes; the dotted line is where both modes should take as
long, and the ticks below it are where they do. In the last panel grey is the predicted ratio.

Python {python}, NumPy {numpy}, {processor}, one thread a library. Every time is of fresh processes, three of each
library, in turns; an interval, at 95 %, is of what other processes would find. An exponent is Theil and Sen's over all
sizes, behind the arrow that between the two largest, where overhead weighs least. **Bold**: the interval does not come
within 0.1 of a predicted exponent, or a tenth of another figure. A dash: not measured, or at one size
alone. {conditions}

{table}

| law | program | theory |
|---|---|---|
| wide, tall | F tanh(G tanh(H x)), H (m, n), G (p, m), F (q, p), with m = p = {inner} | Forward mode multiplies the \
three Jacobians from the right, (qp + pm) n multiplications; reverse mode from the left, q (pm + mn). Both take as \
long where n = q. The larger exponent counts the product by the unit vectors too, which libraries make like any other. |
| deep_chain | x ← x/(1 + x), two nodes each time | time and memory grow as the nodes; nothing recurses |
| wide_reuse | x ← x + x, n times | time grows as n, and not as the 2ⁿ paths |
| hvp_cost | Σ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)² | a product takes 2 to 2.5 gradients at any n, and a Hessian n of them |
| cheap_gradient | every bench case, at its size `medium` | 3 to 4 times the function by operations and moves \
(Griewank & Walther, Evaluating Derivatives, chapter 4); lecture notes 003 say twice, of operations alone |

## Where it is off, and why

{reasons}
"""

REASONS = """- A call costs a library between one and some hundred microseconds whatever its arrays hold. It is in every
  time, and at the small end of a sweep it is most of it: exponents below the prediction are its trace. Compiled, a node
  of a scalar chain takes a few nanoseconds, and some hundred of them no longer than the call itself.
- autograd makes a Jacobian a row or a column at a time, by products of a matrix and a vector, where the others make
  products of two matrices; its overhead counts once a row.
- Where a Hessian-vector product takes less than a gradient, the gradient came with the value, of which a compiled
  product makes nothing: by jax:jit the gradient alone takes a quarter of the time of both."""

BUSY = """
- **The machine was busy.** Other programs took turns with every call on the core. What is over within a turn of a few
  milliseconds is hardly touched; what takes longer waits for all of them, and takes up to fifteen times as long:
  exponents above the prediction, wide intervals and ratios of a short call and a long one are the trace of that."""

COLOURS = {
    "numpy": "#1f6f9f",
    "numpy:compiled": "#6fb1d8",
    "torch": "#d08a1d",
    "jax:jit": "#4f8f4f",
    "autograd": "#b02020",
}


def write(folder: Path, docs: Path) -> None:
    """Write the page and the plot of the results files in a folder."""
    header, versions, samples = load(folder)
    lost = [line for law in samples.values() for line in law if line.status != "timed"]
    (docs / "laws.md").write_text(page(header, versions, rows(samples), lost), encoding="utf-8")
    plot(samples, docs / "laws.svg")


def load(folder: Path) -> tuple[Header, dict[str, str], dict[str, list[Sample]]]:
    """The header of the first file, versions of the backends, and samples by law."""
    lines = [line for law in LAWS if (path := folder / f"{law}.jsonl").exists() for line in read(path)]
    if not lines:
        raise SystemExit(f"{folder} has no results file of a law; python benchmarks/laws.py measures them")
    samples: dict[str, list[Sample]] = {}
    for line in lines:
        if isinstance(line, Sample):
            samples.setdefault(law_of(line.case), []).append(line)
    header = next(line for line in lines if isinstance(line, Header))
    return header, {line.backend: line.version for line in lines if isinstance(line, Started)}, samples


def page(header: Header, versions: dict[str, str], found: Sequence[Row], lost: Sequence[Sample]) -> str:
    """The page of the rows, and of what could not be timed."""
    load, cores = (int(header.environment.get(key, 0)) for key in ("load", "cores"))
    conditions = f"The machine had a load of {load} on {cores} cores." if load else "Other programs shared the machine."
    busy = BUSY if not 0 < load <= cores else ""
    untimed = [f"\n- Not timed: `{line.cell}`, {line.status}: {line.message}." for line in lost]
    return TEXT.format(
        table=table(versions, found),
        inner=INNER["m"],
        reasons="".join([REASONS, busy, *untimed]),
        conditions=conditions,
        **header.environment,
    )


def table(versions: dict[str, str], found: Sequence[Row]) -> str:
    """A row a quantity, a column a backend."""
    backends = sorted({backend for row in found for backend in row.found}, key=by_backend)
    titles = [f"{b} {versions.get(b, '')}".rstrip() for b in backends]
    lines = [f"| law | quantity | predicted | {' | '.join(titles)} |", "|---" * (3 + len(backends)) + "|"]
    for row in found:
        entries = [entry(row, backend) for backend in backends]
        lines.append(f"| {row.law} | {row.quantity} | {row.predicted} | {' | '.join(entries)} |")
    return "\n".join(lines)


def entry(row: Row, backend: str) -> str:
    """`1.02 ± 0.03 → 1.01` of an exponent, `63.1 ±4%` of what is no exponent."""
    if backend not in row.found:
        return "–"
    interval = row.found[backend]
    if "exponent" in row.quantity:
        text = f"{interval.value:.2f} {half(interval)}"
        text += f" → {row.last[backend].value:.2f}" if backend in row.last else ""
    else:
        text = estimated(interval)
    return text if agrees(row, backend) else f"**{text}**"


def half(interval: Interval) -> str:
    """Half of an exponent's interval."""
    return f"± {max(interval.high - interval.value, interval.value - interval.low):.2f}" if interval.known else "± ?"


# The plot


def plot(samples: dict[str, list[Sample]], path: Path) -> None:
    """Time against size on logarithmic axes, a law a panel, with the predicted slopes in grey."""
    import matplotlib

    matplotlib.use("agg")
    matplotlib.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "adbench"}  # a drawing that can be compared
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(2, 3, figsize=(13, 8))
    for axes, law in zip(panels.flat, LAWS, strict=True):
        axes.set_title(law, loc="left", fontsize=10)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        if samples.get(law):
            (ratios if law == "cheap_gradient" else lines)(axes, law, Times(samples[law]))
    handles = [pyplot.Line2D([], [], color=colour, label=backend) for backend, colour in COLOURS.items()]
    figure.legend(handles=handles, loc="lower center", ncols=len(handles), frameon=False)
    figure.tight_layout(rect=(0, 0.04, 1, 1))
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def lines(axes, law, times):
    """A line a backend and operator; the second operator dashed."""
    points: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for pooled, log in zip(times.cells, times.estimates.point, strict=True):
        if pooled.conforms:
            key = pooled.backend, pooled.group.operator
            points.setdefault(key, []).append((swept(pooled.group.size), float(np.exp(log))))
    for (backend, operator), line in points.items():
        style = "o-" if operator == OPERATORS[law][0] else "s--"
        axes.plot(
            *zip(*sorted(line), strict=True), style, color=COLOURS.get(backend, "black"), markersize=3, linewidth=1
        )
    guides(axes, law, min(t for line in points.values() for _, t in line))
    if law in ("wide", "tall"):
        axes.axvline(FIXED, color="grey", linewidth=0.8, linestyle=":")
        for backend, at in crossings(times).items():
            axes.axvline(at.value, ymax=0.05, color=COLOURS.get(backend, "black"), linewidth=2)
    axes.set(xscale="log", yscale="log", xlabel="q" if law == "tall" else "n", ylabel="seconds")
    operators = OPERATORS[law]
    axes.text(0.02, 0.97, ", ".join(f"{o} {s}" for o, s in zip(operators, ("—", "- -"), strict=False)), va="top",
              transform=axes.transAxes, fontsize=8)  # fmt: skip


def guides(axes, law, lowest):
    """The predicted growth, below the times."""
    x = np.array([swept(size) for size in SWEEPS[law]], dtype=float)
    for operator in OPERATORS[law]:
        counts = x
        if law in ("wide", "tall"):
            counts = np.array([multiplications(**shape)[operator] for shape in SWEEPS[law].values()], dtype=float)
        style = "-" if operator == OPERATORS[law][0] else "--"
        axes.plot(x, counts / counts[0] * lowest / 2, style, color="grey", linewidth=2, alpha=0.4)


def ratios(axes, law, times):
    """A dot a case, by backend, and a line at what theory bounds."""
    for place, (backend, found) in enumerate(cheap_ratios(times).items()):
        axes.plot(found, np.full(len(found), place), "o", color=COLOURS.get(backend, "black"), markersize=4, alpha=0.7)
        axes.text(0.99, place + 0.2, number(float(np.exp(np.mean(np.log(found))))), ha="right", fontsize=8,
                  transform=axes.get_yaxis_transform())  # fmt: skip
    axes.axvspan(3, 4, color="grey", alpha=0.3)
    axes.set(xscale="log", yticks=[], xlabel="gradient over function; a dot a case, means at the right")
