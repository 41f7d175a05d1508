"""`adbench compare` of two results files: weaker than timing both in one job, and it says so."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median

from adbench import registry
from adbench.errors import AdbenchError, NothingRan
from adbench.plan import Cell, name_and_version
from adbench.report.comparison import between, judge
from adbench.results import Header, Sample, Verdict, read
from adbench.timing.paired import Estimate, fastest, ratios
from adbench.timing.unpaired import FEWEST, estimate

SOFTWARE = ("python", "numpy")  # which may be what is compared; everything else of an environment is the machine
SMALLEST = 10.0  # per cent; what two runs differ by, minutes or days apart, without any change
ALPHA = 0.01
WEAKER = (
    "The two files were measured one after the other, so that a change of the machine in between (its neighbours, its "
    "clock, its memory) looks like a change of the code, and nothing could be measured again to confirm it. Where "
    "nothing has changed, not even that, a cell is called slower or faster in at most {:.3g} of such comparisons, each "
    "cell by itself. `adbench compare BACKEND=PYTHON BACKEND=PYTHON` times both in turn."
)


def is_file(text: str) -> bool:
    """Whether a side of a comparison is a results file."""
    return Path(text).is_file() or text.endswith((".jsonl", ".json"))


def compare_files(
    base: Path, head: Path, patterns: Sequence[str] = (), *, smallest: float = SMALLEST, force: bool = False
) -> int:
    """Compare two results files of `adbench bench`, cell by cell, and print verdicts.

    Args:
        patterns: shell globs on case names, or families; all if none.
        smallest: the smallest change of interest, in per cent.
        force: also where they are of different machines.
    Returns:
        The exit code: 3 where a cell is slower, else 0.
    Raises:
        AdbenchError: a file is not valid, or the files are of different machines or numbers of threads.
        NothingRan: they have no timed cell in common.
    """
"""TO DO"""
