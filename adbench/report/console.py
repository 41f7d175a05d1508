"""The terminal that results are printed on: standard output. Progress goes to standard error; see `progress.py`."""

from __future__ import annotations

from rich.console import Console

PIPED_WIDTH = 200  # a pipe has no width of its own, and a wrapped command cannot be pasted


def wide_console() -> Console:
    """Standard output, at the terminal's width, or wide where it is not a terminal."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PIPED_WIDTH)
