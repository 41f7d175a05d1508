"""Known deviations: failures that have a recorded reason, which must go on happening until their record is removed.

Ours for a library lie beside its adapter, in `backends/<library>.toml`:

    [[deviation]]
    backend = "torch"                  # a glob or several; what is left out matches everything
    case = ["sigmoid.sigmoid_custom_at_100", "sigmoid.sigmoid_stable_*"]
    operator = "vjp"
    dtype = "float64"
    match = "derivative.*inaccurate"   # a regular expression that the outcome's message must match
    every = true                       # false: at least one of the cells deviates, not each
    reason = "…"
    reproduction = '''…'''             # Python of at most ten lines
    fuzzed = true                      # only inputs that `adbench fuzz` finds show it; false: a case's own do
    link = "…"                         # where the library's authors speak of it
"""

from __future__ import annotations

import fnmatch
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

import adbench.backends
from adbench.errors import InvalidExpectations
from adbench.results import Outcome

Globs = str | tuple[str, ...]
Text = Annotated[str, msgspec.Meta(min_length=1)]
FAILED = ("fail", "error", "crash", "timeout")


class Deviation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One recorded failure; the globs say which cells it is about."""

    reason: Text
    match: Text
    reproduction: Text
    backend: Globs = "*"
    case: Globs = "*"
    operator: Globs = "*"
    dtype: Globs = "*"
    every: bool = True
    fuzzed: bool = False
    link: str = ""

    def covers(self, outcome: Outcome) -> bool:
        """Whether the outcome's cell is one that this deviation is about."""
        return all(_matches(getattr(outcome, n), getattr(self, n)) for n in ("backend", "case", "operator", "dtype"))

    def explains(self, outcome: Outcome) -> bool:
        """Whether the outcome is this very failure, and not another one in the same cell."""
        return self.covers(outcome) and outcome.status in FAILED and bool(re.search(self.match, outcome.message))

    @property
    def title(self) -> str:
        globs = (self.case, self.operator, self.dtype, self.backend)
        return ":".join(g if isinstance(g, str) else "|".join(g) for g in globs)


def _matches(name: str, globs: Globs) -> bool:
    return any(fnmatch.fnmatchcase(name, g) for g in ([globs] if isinstance(globs, str) else globs))


class _File(msgspec.Struct, forbid_unknown_fields=True):
    deviation: list[Deviation] = []


def load(path: Path, known_cases: Iterable[str] = (), *, fuzzed: bool = False) -> list[Deviation]:
    """The deviations of a TOML file.

    Args:
        known_cases: names of all cases; where given, each deviation must be about one of them.
        fuzzed: whether to keep those that only fuzzed inputs show.
    Raises:
        InvalidExpectations: it cannot be read, a field is missing or unknown, `match` is no regular expression, or
            a deviation matches no case.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        deviations = msgspec.convert(table, _File).deviation
        for deviation in deviations:
            re.compile(deviation.match)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError, re.error) as error:
        raise InvalidExpectations(f"{path}: {error}") from error
    names = list(known_cases)
    for deviation in deviations:
        if names and not any(_matches(name, deviation.case) for name in names):
            raise InvalidExpectations(f"{path}: the deviation {deviation.title} matches no case")
    return [deviation for deviation in deviations if fuzzed or not deviation.fuzzed]


def load_defaults(*, fuzzed: bool = False) -> list[Deviation]:
    """The deviations recorded beside our own adapters; `fuzzed` as for `load`."""
    files = [f for folder in adbench.backends.__path__ for f in sorted(Path(folder).glob("*.toml"))]
    return [deviation for file in files for deviation in load(file, fuzzed=fuzzed)]


def explain(outcome: Outcome, deviations: Iterable[Deviation]) -> Outcome:
    """The outcome with the reason of the deviation that explains it, or with none, whatever it had before."""
    known = next((deviation.reason for deviation in deviations if deviation.explains(outcome)), "")
    return outcome if outcome.known == known else msgspec.structs.replace(outcome, known=known)


class Healing:
    """Which deviations no longer happen, found by seeing outcomes one by one."""

    def __init__(self, deviations: Iterable[Deviation]) -> None:
        self._seen = [_Seen(deviation) for deviation in deviations]

    def see(self, outcome: Outcome, place: int) -> None:
        """Take one outcome; `place` is that of its cell in the run."""
        if outcome.status == "unsupported":
            return
        for seen in self._seen:
            if seen.deviation.covers(outcome):
                seen.covered += 1
                seen.passed += outcome.status == "pass"
                if outcome.status == "pass" and (seen.first is None or place < seen.first[0]):
                    seen.first = place, outcome

    def healed(self, *, complete: bool) -> list[tuple[Deviation, Outcome]]:
        """Those that are gone, each with the first cell that passed: their records must go.

        Args:
            complete: whether the run held every cell; only then can one that some cells show be said to be gone.
        """
        return [
            (seen.deviation, seen.first[1])
            for seen in self._seen
            if seen.first and (seen.deviation.every or (complete and seen.passed == seen.covered))
        ]


@dataclass
class _Seen:
    """Of the cells that a deviation is about: how many there were, how many passed, and the first of these."""

    deviation: Deviation
    covered: int = 0
    passed: int = 0
    first: tuple[int, Outcome] | None = None
