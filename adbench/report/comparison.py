"""What `adbench compare` prints: a verdict a cell, what matters most last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from adbench.errors import NothingRan
from adbench.report.console import wide_console
from adbench.report.quantities import seconds
from adbench.results import Verdict

SLOWER = 3  # the exit code
STYLES = {"unchanged": "dim", "undecided": "yellow", "faster": "green", "slower": "bold red"}  # in order


def judge(verdicts: Sequence[Verdict], notes: Sequence[str]) -> int:
    """Print the verdicts, and notes on what they are worth.

    Returns:
        The exit code: 3 where a cell is slower, else 0.
    Raises:
        NothingRan: no cell was compared.
    """
    console = wide_console()
    for line in _lines(verdicts):
        console.print(line, soft_wrap=True)
    judged = [v for v in verdicts if v.status in STYLES]
    if not judged:
        raise NothingRan(f"nothing was compared: {verdicts[0].cell}: {verdicts[0].status}: {verdicts[0].message}")
    for note in notes:
        console.print(Text(note, "dim"), soft_wrap=True)
    return SLOWER if any(v.status == "slower" for v in judged) else 0


def _lines(verdicts: Sequence[Verdict]) -> list[RenderableType]:
    order = list(STYLES)
    judged = sorted((v for v in verdicts if v.status in STYLES), key=lambda v: order.index(v.status))
    lines: list[RenderableType] = [_table(judged)] if judged else []
    for status, title in (("not conforming", "not judged, because the derivative is wrong"), ("lost", "not compared")):
        if some := [v for v in verdicts if v.status == status]:
            lines += [Text(f"\n{title}:", "red"), *(Text(f"  {v.cell}: {v.message}") for v in some)]
    for status in ("faster", "slower"):
        if some := [v for v in judged if v.status == status and v.command]:
            lines += [Text(f"\n{status}; to measure again:", STYLES[status]), *(Text(f"  {v.command}") for v in some)]
    counts = Counter(v.status for v in verdicts)
    return [*lines, Text("\n" + ", ".join(f"{n} {status}" for status, n in counts.items()), "bold")]


def _table(judged: Sequence[Verdict]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("cell", no_wrap=True)
    for column in ("base", "head", "head / base", "95 % interval", "pairs"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for v in judged:
        known = v.low is not None and v.high is not None
        table.add_row(
            Text(v.cell),
            *("–" if t is None else seconds(t) for t in (v.base_seconds, v.head_seconds)),
            "–" if v.ratio is None else f"{v.ratio:.3f}",
            f"{v.low:.3f} to {v.high:.3f}" if known else "–",
            str(v.pairs),
            Text(v.status + (f": {v.message}" if v.message else ""), STYLES[v.status]),
        )
    return table


def between(base: str, head: str) -> str:
    """What is compared: `torch`, or `jax → jax:jit`."""
    return base if base == head else f"{base} → {head}"
