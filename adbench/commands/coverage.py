"""`adbench coverage`: which of each library's derivative rules the cases reach, by a run or from its results file."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from adbench import environment
from adbench.commands.run import run
from adbench.coverage import Coverage, load
from adbench.errors import AdbenchError
from adbench.report.console import wide_console
from adbench.report.coverage import page, terminal
from adbench.report.tally import Tally
from adbench.results import Header, read

FOUND = 1


def files_in(patterns: Sequence[str]) -> list[Path]:
    """The results files that were named in place of cases; none where cases were.

    Raises:
        AdbenchError: some are files and some are not.
    """
    files = [Path(pattern) for pattern in patterns if Path(pattern).is_file()]
    if files and len(files) < len(patterns):
        raise AdbenchError(f"{files[0]} is a results file; give files alone, or cases alone")
    return files


def from_files(files: Sequence[Path], page_file: Path | None = None) -> int:
    """Print the rules that the runs of results files reached; the exit code as of `coverage`.

    Raises:
        AdbenchError: a file cannot be read or has no rules, or they do not agree.
    """
    return _told(load(files), [_command(file) for file in files], page_file)


def coverage(patterns: Sequence[str], *, page_file: Path | None = None, **options: Any) -> int:
    """Run the chosen cells and print the rules that they reached.

    Args:
        patterns: globs on the names of cases.
        page_file: Markdown page to write.
        options: those of `adbench.commands.run.run`.
    Returns:
        The exit code: 0, or 1 where a rule was reached that is recorded as left out.
    Raises:
        AdbenchError: wrong input, a backend that was asked for does not start or tells no rules, or nothing to run.
    """

    def told(reached: Coverage, tally: Tally) -> int:
        if tally.all.failed:
            print(f"adbench: {tally.all.failed} cells fail; `adbench run` tells of them", file=sys.stderr)
        return _told(reached, [environment.command_line()], page_file)

    return run(patterns, rules=told, **options)


def _told(reached: Coverage, commands: Sequence[str], page_file: Path | None) -> int:
    console = wide_console()
    for line in terminal(reached):
        console.print(line, markup=False, soft_wrap=True)
    if page_file:
        try:
            page_file.write_text(page(reached, commands), encoding="utf-8")
        except OSError as error:
            raise AdbenchError(f"cannot write {page_file}: {error.strerror}") from error
    return FOUND if any(reach.found for reach in reached.reached.values()) else 0


def _command(file: Path) -> str:
    """What wrote a results file, without the options that change no result."""
    header = next(read(file))
    assert isinstance(header, Header)
    return header.command.partition(" --json")[0]
