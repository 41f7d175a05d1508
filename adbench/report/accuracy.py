"""The accuracy board: median and maximum ulps, functions by backends, and the worst point of each bad entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from adbench.results import Accuracy

BAD_ULPS = 10.0  # a good elementary function is off by 1 or 2, and a derivative is made of two or three of them
MARKS = {"unsupported": "–", "error": "error", "crash": "crash", "timeout": "timeout"}


@dataclass(frozen=True)
class Row:
    """A row of the board: a function's value, or its derivative by an operand in a mode or in both alike."""

    function: str
    what: str
    dtype: str
    lines: dict[str, Accuracy]  # by backend


def rows(lines: Sequence[Accuracy]) -> Iterator[Row]:
    """The rows in the order of the lines; one row for both modes where they read the same on every backend."""
    grouped: dict[tuple[str, str, str, str], dict[str, Accuracy]] = {}
    for line in lines:
        grouped.setdefault((line.function, line.dtype, line.operand, line.mode), {})[line.backend] = line
    for (function, dtype, operand, mode), by_backend in grouped.items():
        twin = {"forward": "reverse", "reverse": "forward"}.get(mode, "")
        other = grouped.get((function, dtype, operand, twin))
        alike = other is not None and _texts(by_backend) == _texts(other)
        if alike and mode == "reverse":
            continue
        by = f"by {operand}, " if operand else ""
        yield Row(function, by + ("both modes" if alike else mode), dtype, by_backend)


def _texts(by_backend: dict[str, Accuracy]) -> dict[str, str]:
    return {backend: text(line) for backend, line in by_backend.items()}


def text(line: Accuracy | None) -> str:
    """An entry of the board: `0.5/1.2`, with `×3` where three answers are infinitely far off."""
    if line is None:
        return "–"
    if line.status != "measured":
        return MARKS[line.status]
    if not line.points:
        return "no point"
    count = f" ×{line.infinite}" if line.infinite else ""
    return f"{_ulps(line.median)}/{_ulps(line.maximum)}{count}"


def is_bad(line: Accuracy) -> bool:
    """Whether some answer is beyond `BAD_ULPS`."""
    return bool(line.points) and (line.maximum is None or line.maximum > BAD_ULPS)


def print_board(
    console: Console, lines: Sequence[Accuracy], versions: dict[str, str], missing: Sequence[str] = ()
) -> None:
    """Print the board.

    Args:
        versions: of each backend, in the order of the columns.
        missing: functions of the table that the oracle lacks.
    """
    backends = [b for b in versions if any(line.backend == b for line in lines)]
    several = len({line.dtype for line in lines}) > 1
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("ulps, median/maximum", no_wrap=True)
    table.add_column("")
    for backend in backends:
        table.add_column(f"{backend}\n[dim]{versions[backend]}[/dim]", justify="right", no_wrap=True)
    previous = ""
    for row in rows(lines):
        title = f"{row.function} {row.dtype}" if several else row.function
        table.add_row(Text(title if title != previous else ""), Text(row.what), *(_cell(row, b) for b in backends))
        previous = title
    console.print(table)
    for paragraph in (_worst(lines), _failed(lines), _missing(missing)):
        for sentence in ["", *paragraph] if paragraph else []:
            console.print(Text(sentence), soft_wrap=True)


def _cell(row: Row, backend: str) -> Text:
    line = row.lines.get(backend)
    if line is None or line.status == "unsupported":
        return Text("–", "dim")
    return Text(text(line), "red bold" if is_bad(line) or line.status != "measured" else "green")


def _worst(lines: Sequence[Accuracy]) -> list[str]:
    """The worst point of each bad entry, all that is needed to see it again; told once for all who answer alike."""
    modes: dict[tuple[str, str], dict[str, list[str]]] = {}
    for line in filter(is_bad, lines):
        modes.setdefault((_what(line), _point(line)), {}).setdefault(line.backend, []).append(line.mode)
    head = [f"worst point of each entry above {BAD_ULPS:g} ulps:"] if modes else []
    return head + [f"  {what}: {point} ({_who(by_backend)})" for (what, point), by_backend in modes.items()]


def _who(modes: dict[str, list[str]]) -> str:
    """`jax forward and reverse, torch reverse`."""
    return ", ".join(f"{backend} {' and '.join(those)}" for backend, those in modes.items())


def _what(line: Accuracy) -> str:
    of = f"derivative by {line.operand} of " if line.operand else ""
    return f"{of}{line.function} {line.dtype}"


def _point(line: Accuracy) -> str:
    """`x = 19.0, got 0.0, expected 1.2e-16, 5e+15 ulps`."""
    if line.worst is None:
        return ""
    at = ", ".join(f"{operand} = {x!r}" for operand, x in line.worst.at.items())
    return f"{at}, got {line.worst.got}, expected {line.worst.expected!r}, {_ulps(line.maximum)} ulps"


def _failed(lines: Sequence[Accuracy]) -> list[str]:
    failed = [line for line in lines if line.status in ("error", "crash", "timeout")]
    return [f"{line.status} {line.backend} {_what(line)}, {line.mode}: {line.message}" for line in failed]


def _missing(missing: Sequence[str]) -> list[str]:
    return [f"not on the board, because the oracle lacks them: {', '.join(missing)}"] if missing else []


def _ulps(x: float | None) -> str:
    if x is None:
        return "∞"
    return f"{x:.1f}" if x < 9.95 else f"{x:.0f}" if x < 9999.5 else f"{x:.0e}"


def markdown(lines: Sequence[Accuracy], versions: dict[str, str]) -> str:
    """The board and its worst points for a page of the documentation; entries above `BAD_ULPS` are bold."""
    columns = " | ".join(f"{backend} {version}" for backend, version in versions.items())
    table = [f"| function | | {columns} |", "|---" * (len(versions) + 2) + "|"]
    for row in rows(lines):
        entries = (row.lines.get(b) for b in versions)
        texts = (f"**{text(e)}**" if e is not None and is_bad(e) else text(e) for e in entries)
        table.append(f"| `{row.function}` | {row.what} | {' | '.join(texts)} |")
    worst = [f"- {sentence.strip()}" for sentence in _worst(lines)[1:]]
    return "\n".join([*table, "", *worst]) + "\n"
