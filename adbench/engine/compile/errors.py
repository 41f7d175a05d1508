"""What cannot be compiled, with the place in the user's code."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from adbench.engine.errors import NotRecorded

OURS = (str(Path(__file__).parents[1]), str(Path(np.__file__).parent))
"""The folders of the engine and of NumPy: a frame elsewhere is the user's."""


class CannotCompile(NotRecorded):
    """A function whose program is not the same for all inputs of a shape, or that is no program of arrays.

    Args:
        what: what was asked for, as the first half of a sentence.
        instead: what to do instead.
    Attributes:
        file, line: where in the user's code.
    """

    def __init__(self, what: str, instead: str) -> None:
        self.file, self.line = users_place()
        super().__init__(f"{self.file}:{self.line}: {what}; {instead}" if self.file else f"{what}; {instead}")


class DependsOnData(CannotCompile):
    """Control flow, an index or a shape that depends on the entries of an array."""


def users_place() -> tuple[str, int]:
    """File and line of the innermost call that is neither in the engine nor in NumPy."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith((*OURS, "<__array_function__")):
        frame = frame.f_back  # type: ignore[assignment]
    return (frame.f_code.co_filename, frame.f_lineno) if frame is not None else ("", 0)
