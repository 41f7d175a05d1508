"""The end of a run in the terminal: matrix, the two numbers, worst errors, and every failure with its command."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from adbench.expectations import Deviation
from adbench.results import Outcome

APPLICABLE = ("pass", "fail", "error", "crash", "timeout", "oom")
MOST_FAILURES = 25


def print_summary(
    console: Console,
    outcomes: Sequence[Outcome],
    versions: dict[str, str],
    healed: Sequence[tuple[Deviation, Outcome]] = (),
    *,
    verbose: bool = False,
    extra: str = "",
    options: Callable[[str], str] = "--backend {}".format,
) -> None:
    """Print what came of a finished run.

    Args:
        console: where to; lines of text are left to the terminal to wrap, so that commands can be pasted.
        versions: of each backend, in the order of the columns.
        healed: deviations that no longer happen, with a cell that shows it.
        verbose: a row a case instead of a row a family.
        options: those that select a backend on the command line.
        extra: options that every reproduction command needs, e.g. `--cases mine.py`.
    """
    backends = [b for b in versions if any(o.backend == b for o in outcomes)]
    console.print(_matrix(outcomes, backends, versions, verbose))
    failures = _failures(outcomes, options, extra)
    for line in (Text(), *_numbers(outcomes), *failures, *_known(outcomes), *_healed(healed)):
        console.print(line, soft_wrap=True)


def _matrix(outcomes: Sequence[Outcome], backends: list[str], versions: dict[str, str], verbose: bool) -> Table:
    """Rows by backends; a cell says how many passed of how many apply, and what became of the others."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("case" if verbose else "family")
    for backend in backends:
        version = "" if "@" in backend else versions[backend]  # its name has it
        table.add_column(f"{backend}\n[dim]{version}[/dim]", justify="right")
    rows: dict[str, dict[str, list[Outcome]]] = {}
    for outcome in outcomes:
        row = rows.setdefault(outcome.case if verbose else outcome.family, {b: [] for b in backends})
        row[outcome.backend].append(outcome)
    for name, row in rows.items():
        table.add_row(name, *map(_matrix_cell, row.values()))
    table.add_section()
    table.add_row("[bold]worst error, ulps[/bold]", *(_worst(o for o in outcomes if o.backend == b) for b in backends))
    return table


def _matrix_cell(outcomes: Sequence[Outcome]) -> Text:
    applicable = [o for o in outcomes if o.status in APPLICABLE]
    if not applicable:
        return Text("unsupported" if outcomes else "–", "dim")
    passed = sum(o.status == "pass" for o in applicable)
    known = sum(bool(o.known) for o in applicable)
    failed = len(applicable) - passed - known
    text = Text(f"{passed}/{len(applicable)}", "red bold" if failed else "green")
    if known:
        text.append(f" {known}k", "yellow")
    if failed:
        text.append(f" {failed}✗", "red bold")
    return text


def _worst(outcomes: Iterable[Outcome]) -> Text:
    """The largest error among the cells that passed: how far off a right answer is."""
    ulps = [o.ulps for o in outcomes if o.status == "pass" and o.ulps is not None]
    return Text(f"{max(ulps):.3g}" if ulps else "–")


def _numbers(outcomes: Sequence[Outcome]) -> list[Text]:
    applicable = [o for o in outcomes if o.status in APPLICABLE]
    passed = sum(o.status == "pass" for o in applicable)
    known = sum(bool(o.known) for o in applicable)
    lines = [
        Text(f"passed {passed} of {len(applicable)} applicable, {len(applicable)} applicable of {len(outcomes)} cells")
    ]
    if known:
        lines.append(Text(f"{known} known deviations (k), each with its reason below", "yellow"))
    return lines


def _failures(outcomes: Sequence[Outcome], options: Callable[[str], str], extra: str) -> list[Text]:
    """One line of why and the command that reproduces it, for each failure that has no recorded reason."""
    failures = [o for o in outcomes if o.status in APPLICABLE and o.status != "pass" and not o.known]
    lines: list[Text] = []
    for outcome in failures[:MOST_FAILURES]:
        lines.append(Text())
        lines.append(Text.assemble((f"{outcome.status} ", "red bold"), (outcome.cell, "bold")))
        lines.append(Text(f"  {outcome.message}"))
        lines.append(Text(f"  {reproduce(outcome, extra, options(outcome.backend))}", "cyan"))
    if len(failures) > MOST_FAILURES:
        lines.append(Text(f"\n… and {len(failures) - MOST_FAILURES} more failures; --json PATH keeps them all", "red"))
    return lines


def reproduce(outcome: Outcome, extra: str = "", backend: str = "") -> str:
    """The command that runs one cell again, its backend selected by the options in `backend`."""
    command = f"adbench run {outcome.case} {backend or f'--backend {outcome.backend}'} --operator {outcome.operator}"
    return f"{command} --dtype {outcome.dtype} --size {outcome.size}{extra}"


def _known(outcomes: Sequence[Outcome]) -> list[Text]:
    reasons: dict[tuple[str, str], int] = {}
    for outcome in outcomes:
        if outcome.known:
            reasons[outcome.backend, outcome.known] = reasons.get((outcome.backend, outcome.known), 0) + 1
    lines = [Text.assemble((f"known {backend} ", "yellow"), f"×{n}: {why}") for (backend, why), n in reasons.items()]
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
