"""Writes docs/cases/, a page a family, from a results file: `python benchmarks/pages.py RESULTS.jsonl`.

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
`python benchmarks/pages.py RESULTS.jsonl` writes these pages from a results file; this is
`{command}` with Python {python} and NumPy {numpy}.
"""


def main(path: str) -> None:
    """Write the pages of one results file."""
    standing, versions, title = Standing(), dict[str, str](), ""
    for line in read(path):
        if isinstance(line, Header):
            command = line.command.partition(" --json")[0]
            title = TITLE.format(command=command, python=line.environment["python"], numpy=line.environment["numpy"])
        elif isinstance(line, Started):
            versions[line.backend] = line.version
        elif isinstance(line, Outcome):
            standing.see(line)
    written = write(FOLDER, title, registry.load_cases().values(), standing, dict(sorted(versions.items())))
    print(f"{len(written)} pages in {FOLDER}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python benchmarks/pages.py RESULTS.jsonl")
    main(sys.argv[1])
