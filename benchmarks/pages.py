"""Writes docs/cases/, a page a family, from results files: `python benchmarks/pages.py RESULTS.jsonl…`.

Of `adbench run --tier full --backend … --json RESULTS.jsonl` they have every operator, dtype and size.
"""

from __future__ import annotations

import sys
from pathlib import Path

from adbench import expectations, registry
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
    """Write the pages of results files; a cell is that of the first file that has it, a reason the one recorded now."""
    standing, versions, commands, seen = Standing(), dict[str, str](), list[str](), set[str]()
    known = expectations.Healing(expectations.load_defaults())
    for path in paths:
        names, header = set[str](), None
        for line in read(path):
            if isinstance(line, Header):
                header = line
            elif isinstance(line, Started):
                names.add(line.backend)
                if (version := versions.setdefault(line.backend, line.version)) != line.version:
                    sys.exit(f"{path}: has {line.backend} {line.version}, an earlier file {version}; take one version")
            elif isinstance(line, Outcome) and line.cell not in seen:
                seen.add(line.cell)
                standing.see(expectations.explain(line, known.about(line)))
        command = header.command.partition(" --json")[0] if header else ""
        commands.append(f"{', '.join(sorted(names))} by `{command}`")
    title = TITLE.format(commands="; ".join(commands))
    written = write(FOLDER, title, registry.load_cases().values(), standing, dict(sorted(versions.items())))
    print(f"{len(written)} pages in {FOLDER}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python benchmarks/pages.py RESULTS.jsonl…")
    main(*sys.argv[1:])
