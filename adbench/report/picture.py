"""A matrix as a picture of characters: where it is zero, and how large it is elsewhere."""

from __future__ import annotations

import numpy as np
from rich.text import Text

ZERO = "·"
SHADES = ((0.5, "█"), (0.1, "▓"), (0.01, "▒"), (0.0, "░"))  # from this part of the largest magnitude on
LEGEND = "█ from ½ of the largest magnitude on, ▓ from 1/10, ▒ from 1/100, ░ less, · exactly 0; negative entries in red"


def picture(matrix: np.ndarray, rows: int = 16, columns: int = 64) -> Text:
    """The matrix, a character an entry; a character a block, by its entry of largest magnitude, where there are more.

    Args:
        matrix: finite, shape (m, n), both at least 1.
        rows, columns: of characters, at most.
    """
    blocks = _blocks(matrix, rows, columns)
    largest = float(np.abs(blocks).max())
    drawn = Text()
    for i, row in enumerate(blocks):
        drawn.append("\n" if i else "")
        for x in row:
            drawn.append(_shade(abs(x), largest), "red" if x < 0 else "")
    return drawn


def _shade(x: float, largest: float) -> str:
    return ZERO if x == 0 else next(shade for part, shade in SHADES if x >= part * largest)


def _blocks(matrix: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """The entry of largest magnitude of each block, shape at most (rows, columns)."""
    m, n = matrix.shape
    down, across = np.array_split(np.arange(m), min(m, rows)), np.array_split(np.arange(n), min(n, columns))
    return np.array([[_largest(matrix[np.ix_(i, j)]) for j in across] for i in down])


def _largest(block: np.ndarray) -> float:
    return float(block.flat[np.argmax(np.abs(block))])
