"""How quantities are written in the tables of times: three digits, the unit that suits them, and how sure they are."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from rich.table import Table

from adbench.timing.intervals import Interval


def seconds(t: float) -> str:
    """`4.57 µs`."""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if t * factor >= 0.9995 or unit == "µs":
            return f"{number(t * factor)} {unit}"
    raise AssertionError


def size(count: float) -> str:
    """`4.57 MB`."""
    for unit, factor in (("GB", 1e-9), ("MB", 1e-6), ("kB", 1e-3)):
        if count * factor >= 0.9995:
            return f"{number(count * factor)} {unit}"
    return f"{count:.0f} B"


def number(x: float) -> str:
    """Three digits, without an exponent as long as it has fewer than six."""
    return f"{x:.3g}" if abs(x) < 999.5 else f"{x:.0f}" if abs(x) < 99999.5 else f"{x:.1e}"


def ratio(x: float | None) -> str:
    """`1.26`, `12.6`, `126`; `–` where there is none."""
    return "–" if x is None else number(x) if x >= 99.95 or x < 0.1 else f"{x:.1f}" if x >= 9.995 else f"{x:.2f}"


def sureness(interval: Interval) -> str:
    """`±3%` where the interval goes from 1.03 times less to 1.03 times more, rounded up.

    `±?` where it is not known, and nothing for what is compared with itself.
    """
    if not interval.known:
        return "±?"
    if math.isclose(interval.low, interval.high):
        return ""
    percent = 100 * (interval.high / interval.value - 1)
    return f"±{math.ceil(round(percent, 6))}%" if percent <= 999 else "±>999%"


def estimated(interval: Interval | None) -> str:
    """`1.26 ±3%`."""
    return "–" if interval is None else f"{ratio(interval.value)} {sureness(interval)}".rstrip()


def table(*columns: str, left: Sequence[str] = ()) -> Table:
    """A bare table, its columns to the right but for the first and those of `left`."""
    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for i, column in enumerate(columns):
        made.add_column(column, justify="left" if i == 0 or column in left else "right", no_wrap=True)
    return made


def blocks(columns: Sequence[str], room: int, widest: int) -> Iterator[list[str]]:
    """The columns in as few blocks as fit.

    Args:
        room: characters beside the first column.
        widest: characters of an entry.
    """
    many = max(1, room // (widest + 2))
    for start in range(0, len(columns), many):
        yield list(columns[start : start + many])
