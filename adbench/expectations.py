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
    versions = "<1.9"                  # of the library, as in a requirement; what is left out applies to each
    fuzzed = true                      # only inputs that `adbench fuzz` finds show it; false: a case's own do
    link = "…"                         # where the library's authors speak of it
"""

from __future__ import annotations

import fnmatch
import re
import tomllib
from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path
from typing import Annotated

import msgspec
from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion

import adbench.backends
from adbench.errors import InvalidExpectations
from adbench.plan import name_and_version
from adbench.results import Outcome

Globs = str | tuple[str, ...]
Text = Annotated[str, msgspec.Meta(min_length=1)]
FAILED = ("fail", "error", "crash", "timeout", "oom")


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
    versions: str = ""
    fuzzed: bool = False
    link: str = ""

    def covers(self, outcome: Outcome) -> bool:
        """Whether the outcome's cell is one that this deviation is about, whichever version of the library it ran."""
        name, _ = name_and_version(outcome.backend)
        named = _matches(name, self.backend) or _matches(outcome.backend, self.backend)
        return named and all(_matches(getattr(outcome, n), getattr(self, n)) for n in ("case", "operator", "dtype"))

    def admits(self, version: str) -> bool:
        """Whether it is about this version of the library; not, where it names versions and this is not a number."""
        if not self.versions:
            return True
        try:
            return SpecifierSet(self.versions).contains(version, prereleases=True)
        except InvalidVersion:
            return False

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
        InvalidExpectations: it cannot be read, a field is missing or unknown, `match` is no regular expression,
            `versions` no specifier, or a deviation matches no case.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        deviations = msgspec.convert(table, _File).deviation
        for deviation in deviations:
            re.compile(deviation.match)
            SpecifierSet(deviation.versions)
    except (OSError, ValueError, re.error) as error:  # of the file, its text, the TOML, a field or a specifier
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
    """The outcome with the reason of the deviation that explains it, if one does."""
    for deviation in deviations:
        if deviation.explains(outcome):
            return msgspec.structs.replace(outcome, known=deviation.reason)
    return outcome


def healed(
    outcomes: Iterable[Outcome],
    deviations: Iterable[Deviation],
    versions: Mapping[str, str] | None = None,
    *,
    complete: bool,
) -> list[tuple[Deviation, Outcome]]:
    """Deviations that no longer happen in a version of their library, each with a cell that passed: their records must
    go, or name the versions in which they happen.

    Args:
        versions: of each backend's library; from its name, if that holds one.
        complete: whether the run held every cell; only then can one that some cells show be said to be gone.
    """
    by_version: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        version = (versions or {}).get(outcome.backend) or name_and_version(outcome.backend)[1]
        by_version.setdefault(version, []).append(outcome)
    found = []
    for deviation, version in product(deviations, by_version):
        if not deviation.admits(version):
            continue
        covered = [o for o in by_version[version] if deviation.covers(o) and o.status != "unsupported"]
        passed = [o for o in covered if o.status == "pass"]
        if passed and (deviation.every or (complete and len(passed) == len(covered))):
            found.append((deviation, passed[0]))
    return found
