"""The end of a run in the terminal: matrix, the two numbers, worst errors, and every failure with its command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from adbench.expectations import Deviation
from adbench.report.tally import Count, Tally
from adbench.results import Outcome


def print_summary(
    console: Console,
    tally: Tally,
    versions: Mapping[str, str],
    healed: Sequence[tuple[Deviation, Outcome]] = (),
    *,
    extra: str = "",
    options: Callable[[str], str] = "--backend {}".format,
) -> None:
    """Print what came of a finished run.

    Args:
        console: where to; lines of text are left to the terminal to wrap, so that commands can be pasted.
        versions: of each backend, in the order of the columns.
        healed: deviations that no longer happen, with a cell that shows it.
        options: those that select a backend on the command line.
        extra: options that every reproduction command needs, e.g. `--cases mine.py`.
    """
    console.print(_matrix(tally, {b: version for b, version in versions.items() if b in tally.backends}))
    failures = _failures(tally, options, extra)
    for line in (Text(), *_numbers(tally.all), *failures, *_known(tally), *_healed(healed)):
        console.print(line, soft_wrap=True)


def _matrix(tally: Tally, versions: Mapping[str, str]) -> Table:
    """Rows by backends; a cell says how many passed of how many apply, and what became of the others."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column(tally.kind)
    for backend, version in versions.items():
        shown = "" if "@" in backend else version  # its name has it
        table.add_column(f"{backend}\n[dim]{shown}[/dim]", justify="right")
    for name, row in tally.rows:
        table.add_row(name, *(_matrix_cell(row.counts.get(b, Count())) for b in versions))
    table.add_section()
    if tally.hazards:
        counts = (_matrix_cell(tally.hazards.get(b, Count())) for b in versions)
        table.add_row("[bold]hazards, no excuse[/bold]", *counts)
    worst = (f"{tally.worst[b]:.3g}" if b in tally.worst else "–" for b in versions)
    table.add_row("[bold]worst error, ulps[/bold]", *worst)
    return table


def _matrix_cell(count: Count) -> Text:
    if not count.applicable:
        return Text("unsupported" if count.cells else "–", "dim")
    text = Text(f"{count.passed}/{count.applicable}", "red bold" if count.failed else "green")
    if count.known:
        text.append(f" {count.known}k", "yellow")
    if count.failed:
        text.append(f" {count.failed}✗", "red bold")
    return text


def _numbers(count: Count) -> list[Text]:
    passed = f"passed {count.passed} of {count.applicable} applicable"
    lines = [Text(f"{passed}, {count.applicable} applicable of {count.cells} cells")]
    if count.known:
        lines.append(Text(f"{count.known} known deviations (k), each with its reason below", "yellow"))
    return lines


def _failures(tally: Tally, options: Callable[[str], str], extra: str) -> list[Text]:
    """One line of why and the command that reproduces it, for each failure that has no recorded reason."""
    lines: list[Text] = []
    for outcome in tally.failures:
        lines.append(Text())
        lines.append(Text.assemble((f"{outcome.status} ", "red bold"), (outcome.cell, "bold")))
        lines.append(Text(f"  {outcome.message}"))
        lines.append(Text(f"  {reproduce(outcome, extra, options(outcome.backend))}", "cyan"))
    if more := tally.all.failed - len(tally.failures):
        lines.append(Text(f"\n… and {more} more failures; --json PATH keeps them all", "red"))
    return lines


def reproduce(outcome: Outcome, extra: str = "", backend: str = "") -> str:
    """The command that runs one cell again, its backend selected by the options in `backend`."""
    command = f"adbench run {outcome.case} {backend or f'--backend {outcome.backend}'} --operator {outcome.operator}"
    variant = f" --variant {outcome.variant}" if outcome.variant else ""
    return f"{command} --dtype {outcome.dtype} --size {outcome.size}{variant}{extra}"


def _known(tally: Tally) -> list[Text]:
    lines = [Text.assemble((f"known {backend} ", "yellow"), f"×{n}: {why}") for backend, why, n in tally.known]
    return [Text(), *lines] if lines else []


def _healed(healed: Sequence[tuple[Deviation, Outcome]]) -> list[Text]:
    return [
        Text.assemble(
            ("healed ", "red bold"),
            f"{deviation.title}: {outcome.cell} passes now; remove this deviation from its expectations file"
            + (", or say in which `versions` it happens" if "@" in outcome.backend else ""),
        )
        for deviation, outcome in healed
    ]
