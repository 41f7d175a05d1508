"""What can go wrong for a user, as classes that carry the sentence to show and the exit code to end with."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import NamedTuple


class AdbenchError(Exception):
    """Base of every error that adbench raises on purpose; its text is one sentence for the user."""

    exit_code = 2


class UnknownName(AdbenchError):
    """A case, backend, operator or dtype that does not exist.

    Args:
        kind: what was looked up, e.g. "backend".
        name: what the user wrote.
        known: the valid names.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
        near = near or [n for n in names if name.lower() in n.lower()][:3]
        if near:
            hint = f"did you mean {' or '.join(near)}?"
        elif kind == "case":
            hint = f"`adbench list cases` prints all {len(names)}"
        else:
            hint = f"there are {', '.join(names)}"
        super().__init__(f"no {kind} named {name!r}; {hint}")
        self.kind, self.name, self.near = kind, name, near


class BrokenFile(AdbenchError):
    """A case or adapter file that cannot be loaded: says its path, line and reason."""

    def __init__(self, path: str, line: int | None, reason: str) -> None:
        where = f"{path}:{line}" if line else path
        super().__init__(f"{where}: {reason}")
        self.path, self.line, self.reason = path, line, reason


class InvalidCase(AdbenchError):
    """A case that is refused: its name, what is wrong with it and where."""


class NotCertified(AdbenchError):
    """The oracle could not enclose a value tightly enough within its cap on precision."""


class Branch(NamedTuple):
    """What a function is on one side of a kink: its value, and its derivatives in the directions asked for."""

    value: float
    derivatives: tuple[float, ...]


class Undecided(AdbenchError):
    """A comparison of balls that overlap: the inputs lie at a kink or a branch point.

    Args:
        message: what could not be decided.
        branches: the two sides, where the function has two.
    """

    def __init__(self, message: str, branches: tuple[Branch, ...] = ()) -> None:
        super().__init__(message)
        self.branches = branches


class Unsupported(AdbenchError):
    """A backend lacks this by design; an outcome of a cell, never an error of a run."""


class BackendNotInstalled(AdbenchError):
    """A backend's library is not installed; the text ends with the line that installs it."""

    exit_code = 4


class NoRules(BackendNotInstalled):
    """A backend that does not tell its derivative rules; what records them goes on without it, unless it was named."""

    exit_code = 2


class BackendFailed(AdbenchError):
    """A backend that is installed does not start, or its worker cannot be kept alive."""

    exit_code = 4


class ClusterFailed(AdbenchError):
    """A Dask cluster that cannot be used: nobody answers, it has no nodes, or they are not like the head."""

    exit_code = 4


class HarnessFailed(AdbenchError):
    """Something that adbench itself needs failed, a full disk for one."""

    exit_code = 4


class NothingRan(AdbenchError):
    """The selection holds no cell."""

    exit_code = 5


class InvalidExpectations(AdbenchError):
    """An expectations file that cannot be read, or a deviation in it that matches no cell."""

    exit_code = 6


def describe(error: BaseException) -> str:
    """An exception in one line: our own by its text, a library's with its type, also where it cannot be printed."""
    try:
        text = str(error).encode(errors="replace").decode()  # half a surrogate pair cannot be written to a file
    except Exception:
        text = ""
    if isinstance(error, AdbenchError):
        return text
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return f"{type(error).__name__}: {first[:300]}".rstrip(": ")
