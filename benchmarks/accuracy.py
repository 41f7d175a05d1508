"""Writes docs/accuracy.md, the accuracy board of every installed library: `python benchmarks/accuracy.py`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from adbench.accuracy.sweep import POINTS
from adbench.accuracy.table import FUNCTIONS
from adbench.report.accuracy import BAD_ULPS, markdown
from adbench.results import Accuracy, Header, Line, Started, read

PAGE = Path(__file__).parents[1] / "docs" / "accuracy.md"
ADBENCH = [sys.executable, "-m", "adbench"]

TEXT = """# Accuracy board

How far off the libraries' elementary functions and their derivatives are, over the functions' whole domains.

`python benchmarks/accuracy.py` writes this page; `adbench run --accuracy` prints it for the libraries that you have,
`adbench run --accuracy tanh 'special.*' --backend torch --dtype float32` a part of it.

Each function is evaluated at about {points} points: a seeded sweep of its domain, most of it evenly in the logarithm
of the argument, from 1e-300 to 1e300 where the function has it, and some hard points beside: near overflow and
underflow, branch points and zeros (`adbench/accuracy/table.py`). The truth comes from balls at 320 bits or more. An
entry is *median/maximum* in units in the last place (ulps) of float64; 0.5 is the best that rounding allows.
**Bold**: above {bad:g}. `×3`: three answers are infinitely far off, NaN or infinite where the truth is neither. A
dash: the library does not have it. Points where the truth overflows or underflows are left out. The rows *value* tell
whether the function itself is already at fault, or its derivative alone.

An entry in bold is no verdict by itself: where the truth is 1e-17 and the answer 0, the error is 1e16 ulps, harmless
in most programs and fatal in one that divides by it. The list below the table has the point of each, to be judged by.
Measured with Python {python} and NumPy {numpy} on an {processor}.

{board}"""


def main() -> None:
    """Run the board and write the page."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "accuracy.jsonl"
        subprocess.run([*ADBENCH, "run", "--accuracy", "--json", str(results)], check=True, stdout=subprocess.DEVNULL)
        PAGE.write_text(page(list(read(results))), encoding="utf-8")


def page(found: list[Line]) -> str:
    """The page for the lines of a results file."""
    header = next(line for line in found if isinstance(line, Header))
    started = sorted((line.backend, line.version) for line in found if isinstance(line, Started))
    lines = [line for line in found if isinstance(line, Accuracy)]
    order = {name: i for i, name in enumerate(FUNCTIONS)}
    lines.sort(key=lambda line: (order[line.function], line.backend))  # workers answer in any order
    board = markdown(lines, dict(started))
    return TEXT.format(points=POINTS, bad=BAD_ULPS, board=board, **header.environment)


if __name__ == "__main__":
    main()
