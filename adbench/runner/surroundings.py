"""What all cells of a process share, and one could leave changed for the next."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

READ: dict[str, Callable[[], Any]] = {
    "the current directory": os.getcwd,
    "NumPy's error state": lambda: (np.geterr(), np.geterrcall()),
    "NumPy's print options": np.get_printoptions,
    "the recursion limit": sys.getrecursionlimit,
}


class Surroundings:
    """The state of this process now, to be compared with later."""

    def __init__(self) -> None:
        self._state = {name: read() for name, read in READ.items()}
        self._environment = dict(os.environ)

    def reseed(self) -> None:
        """Begin Python's and NumPy's global random streams anew, so that no cell's draws depend on the cells before."""
        random.seed(0)
        np.random.seed(0)

    def changed(self) -> list[str]:
        """Names of what is no longer as it was, after which the process cannot be trusted with another cell.

        A variable that is new is only taken away again: torch sets one when a part of it is first imported.
        """
        names = [name for name, read in READ.items() if _read(read) != self._state[name]]
        now = dict(os.environ)
        if any(now.get(name) != value for name, value in self._environment.items()):
            names.append("os.environ")
        for name in now.keys() - self._environment.keys():
            del os.environ[name]
        return names


def _read(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except OSError:  # the current directory is gone
        return None
