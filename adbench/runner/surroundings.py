"""What all cells of a process share, and one could leave changed for the next."""

from __future__ import annotations

import os
import random
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

# Read after each cell: all of it together takes some 50 µs.
READ: dict[str, Callable[[], Any]] = {
    "the current directory": os.getcwd,
    "os.environ": lambda: dict(os.environ),
    "NumPy's error state": lambda: (np.geterr(), np.geterrcall()),
    "NumPy's print options": np.get_printoptions,
    "the warnings filters": lambda: list(warnings.filters),
    "the recursion limit": sys.getrecursionlimit,
}


class Surroundings:
    """The state of this process now, to be compared with later."""

    def __init__(self) -> None:
        self._state = {name: read() for name, read in READ.items()}

    def reseed(self) -> None:
        """Begin Python's and NumPy's global random streams anew, so that no cell's draws depend on the cells before."""
        random.seed(0)
        np.random.seed(0)

    def changed(self) -> list[str]:
        """Names of what is no longer as it was."""
        return [name for name, read in READ.items() if _read(read) != self._state[name]]


def _read(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except OSError:  # the current directory is gone
        return None
