"""Writes docs/cases/, a page a family, from results files: `python benchmarks/pages.py RESULTS.jsonl…`.

Of `adbench run --tier full --backend … --json RESULTS.jsonl` they have every operator, dtype and size.
"""

from __future__ import annotations

import sys
from pathlib import Path

from adbench import registry
from adbench.report.pages import Standing, write
from adbench.results import Header, Outcome, Started, read

FOLDER = Path(__file__).parents[1] / "docs" / "cases"

TITLE = """# The catalogue

Every case by family, and how the backends stand: *passed of applicable* cells, over operators, dtypes and sizes.
`known` are failures with a recorded reason ([known deviations](../deviations.md)).

`adbench show CASE` has a case's code, inputs and expected Jacobian, and a picture of it.
`python benchmarks/pages.py RESULTS.jsonl…` writes these pages from results files:
{commands}.
"""


def main(*paths: str) -> None:
    """Write the pages of results files; a backend's cells are those of the first file that has it."""
    standing, versions, commands = Standing(), dict[str, str](), list[str]()
    for path in paths:
        mine, header = dict[str, str](), None
        for line in read(path):
            if isinstance(line, Header):
                header = line
            elif isinstance(line, Started) and line.backend not in versions:
                mine[line.backend] = line.version
            elif isinstance(line, Outcome) and line.backend in mine:
                standing.see(line)
        versions |= mine
        command = header.command.partition(" --json")[0] if header else ""
        commands.append(f"{', '.join(sorted(mine))} by `{command}`")
    title = TITLE.format(commands="; ".join(commands))
    written = write(FOLDER, title, registry.load_cases().values(), standing, dict(sorted(versions.items())))
    print(f"{len(written)} pages in {FOLDER}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python benchmarks/pages.py RESULTS.jsonl…")
    main(*sys.argv[1:])
