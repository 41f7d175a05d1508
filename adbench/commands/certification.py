"""Proving cases before they are used: what `run` and `bench` do first."""

from __future__ import annotations

from collections.abc import Iterable

from adbench.case import Case
from adbench.oracle import store
from adbench.report.progress import Progress


def certify(cases: Iterable[tuple[Case, str]], case_files: tuple[str, ...], jobs: int, progress: Progress) -> None:
    """Prove the cases at the sizes given, those that are not proved yet, with a bar while it lasts.

    Raises:
        AdbenchError: a case is refused.
    """
    work = [(case.name, size) for case, size in cases if not store.is_known(case, size)]
    if work:
        bar = progress.add_task("certifying truth", total=len(work), stage="certify")
        for _ in store.prove_all(work, case_files, jobs):
            progress.advance(bar)
        progress.remove_task(bar)
