"""`adbench certify`: what the oracle can prove of the cases."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from rich.table import Table
from rich.text import Text

from adbench import plan, registry
from adbench.case import Case
from adbench.errors import AdbenchError, NothingRan
from adbench.report.console import wide_console
from adbench.report.progress import Progress


@dataclass(frozen=True)
class Finding:
    """What became of one case at one size; `refused` holds why it is not proved."""

    case: str
    size: str
    seconds: float
    digits: float = 0.0
    bits: int = 0
    proved: tuple[str, ...] = ()
    closed_forms: int = 0
    sampled: tuple[str, ...] = ()
    note: str = ""
    refused: str = ""


def certify(
    patterns: Sequence[str],
    *,
    sizes: Sequence[str],
    case_files: tuple[str, ...],
    jobs: int,
    verbose: bool,
    progress: str = "auto",
) -> int:
    """Prove the selected cases anew, at every size that the oracle can take, and print what was certified.

    Returns:
        The exit code: 0 when all are proved, 1 when one is refused or the oracle cannot judge it.
    Raises:
        AdbenchError: wrong input.
    """
    start, console = time.monotonic(), wide_console()
    cases = registry.select_cases(registry.load_cases(case_files), patterns)
    work = [(case.name, size) for case, size in plan.with_sizes(cases, sizes, full=not sizes)]
    if not work:
        raise NothingRan("no cases selected: none has a size that the oracle can take")
    with Progress("certify", progress) as bars:
        bar = bars.add_task("certifying", total=len(work), stage="certify")
        findings = []
        for finding in _prove_all(work, case_files, jobs or os.cpu_count() or 1):
            findings.append(finding)
            bars.advance(bar, "refused" if finding.refused else "proved")
    order = {pair: i for i, pair in enumerate(work)}
    findings.sort(key=lambda f: order[f.case, f.size])
    console.print(_table(findings, verbose=verbose))
    for line in _remarks(findings):
        console.print(line, soft_wrap=True)
    failed = sum(bool(f.refused) for f in findings)
    console.print(f"{len(findings) - failed} of {len(findings)} certified in {time.monotonic() - start:.1f} s")
    return 1 if failed else 0


def _prove_all(work: list[tuple[str, str]], case_files: tuple[str, ...], jobs: int) -> Iterable[Finding]:
    if jobs == 1 or len(work) < 8:  # starting processes costs more than this
        _load(case_files)
        yield from map(_prove, work)
        return
    with ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_load, initargs=(case_files,)) as pool:
        yield from pool.map(_prove, work, chunksize=4)


_cases: dict[str, Case] = {}


def _load(case_files: tuple[str, ...]) -> None:
    _cases.update(registry.load_cases(case_files))


def _prove(pair: tuple[str, str]) -> Finding:
    from adbench.oracle.certify import prove

    case, size = _cases[pair[0]], pair[1]
    start = time.perf_counter()
    try:
        proof = prove(case, size)
    except AdbenchError as error:
        return Finding(case.name, size, time.perf_counter() - start, refused=str(error))
    return Finding(
        case.name,
        size,
        time.perf_counter() - start,
        proof.digits,
        proof.bits,
        proof.proved,
        len([*case.jacobians, *case.hessians, *case.admissible_sets])
        + (case.pullback is not None)
        + (case.structure is not None),
        tuple(dtype for dtype, truth in proof.truths.items() if truth.bound == "sampled"),
        proof.note,
    )


def _table(findings: Sequence[Finding], *, verbose: bool) -> Table:
    """A row a case and size, or a row a family."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("case" if verbose else "family")
    for column in ("cases", "digits certified", "bits", "closed forms proved", "seconds"):
        table.add_column(column, justify="right")
    rows: dict[str, list[Finding]] = {}
    for finding in findings:
        name = f"{finding.case}[{finding.size}]" if verbose else finding.case.partition(".")[0]
        rows.setdefault(name, []).append(finding)
    for name, found in rows.items():
        good = [f for f in found if not f.refused]
        table.add_row(
            Text(name, "" if len(good) == len(found) else "red"),
            f"{len(good)}/{len(found)}",
            _digits(min((f.digits for f in good), default=0.0)),
            str(max((f.bits for f in good), default=0)),
            f"{sum(len(f.proved) for f in good)}/{sum(f.closed_forms for f in found)}",
            f"{sum(f.seconds for f in found):.2f}",
        )
    return table


def _digits(digits: float) -> str:
    return "exact" if math.isinf(digits) else f"{digits:.0f}"


def _remarks(findings: Sequence[Finding]) -> list[Text]:
    lines = [Text.assemble(("refused ", "red bold"), f.refused) for f in findings if f.refused]
    lines += [Text(f"{f.case}[{f.size}]: {f.note}", "yellow") for f in findings if f.note]
    lines += [
        Text(f"{f.case}[{f.size}]: tolerances by sampled rounding in {', '.join(f.sampled)}", "yellow")
        for f in findings
        if f.sampled
    ]
    return lines
