"""Known deviations: failures that have a recorded reason, which must go on happening until their record is removed.

Ours for a library lie beside its adapter, in `backends/<library>.toml`:

    [[deviation]]
    backend = "torch"                  # a glob or several; what is left out matches everything
    case = ["sigmoid.sigmoid_custom_at_100", "sigmoid.sigmoid_stable_*"]
    operator = "vjp"
    dtype = "float64"
    variant = "batched"                # left out: the cases as they are
    device = "cuda"                    # left out: those that were recorded are of the processor, and may be of others
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
from collections.abc import Iterable
from dataclasses import dataclass
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
    device: Globs = "*"
    variant: Globs = ""
    every: bool = True
    versions: str = ""
    fuzzed: bool = False
    link: str = ""

    def names(self, backend: str, case: str) -> bool:
        """Whether it is about cells of this backend and case, whichever version of the library they ran."""
        name, _ = name_and_version(backend)
        return (_matches(name, self.backend) or _matches(backend, self.backend)) and _matches(case, self.case)

    def covers(self, outcome: Outcome) -> bool:
        """Whether the outcome's cell is one that this deviation is about, whichever version of the library it ran."""
        fields = ("operator", "dtype", "device", "variant")
        return self.names(outcome.backend, outcome.case) and all(
            _matches(getattr(outcome, name), getattr(self, name)) for name in fields
        )

    def admits(self, version: str) -> bool:
        """Whether it is about this version of the library; not, where it names versions and this is not a number."""
        if not self.versions:
            return True
        try:
            return SpecifierSet(self.versions).contains(version, prereleases=True)
        except InvalidVersion:
            return False

    def answers_for(self, device: str) -> bool:
        """Whether a pass on this device says that it is gone; not, of one that was seen on the processor alone."""
        return device == "cpu" or self.device != "*"

    def explains(self, outcome: Outcome) -> bool:
        """Whether the outcome is this very failure, and not another one in the same cell."""
        return self.covers(outcome) and outcome.status in FAILED and bool(re.search(self.match, outcome.message))

    @property
    def title(self) -> str:
        case, variant, *others = (
            g if isinstance(g, str) else "|".join(g)
            for g in (self.case, self.variant, self.operator, self.dtype, self.backend)
        )
        return ":".join((f"{case}~{variant}" if variant else case, *others))


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
    files = [f for f in files if not f.name.endswith(".rules.toml")]  # of `adbench.coverage`
    return [deviation for file in files for deviation in load(file, fuzzed=fuzzed)]


def explain(outcome: Outcome, deviations: Iterable[Deviation]) -> Outcome:
    """The outcome with the reason of the deviation that explains it, or with none, whatever it had before."""
    known = next((deviation.reason for deviation in deviations if deviation.explains(outcome)), "")
    return outcome if outcome.known == known else msgspec.structs.replace(outcome, known=known)


class Healing:
    """Which deviations no longer happen in a version of their library, found by seeing outcomes one by one."""

    def __init__(self, deviations: Iterable[Deviation]) -> None:
        self._deviations = list(deviations)
        self._about: dict[tuple[str, str], list[int]] = {}
        self._seen: dict[tuple[int, str], _Seen] = {}

    def about(self, outcome: Outcome) -> list[Deviation]:
        """Those about the outcome's backend and case, which are few of hundreds."""
        return [self._deviations[i] for i in self._places(outcome)]

    def see(self, outcome: Outcome, place: int, version: str = "") -> None:
        """Take one outcome; `place` is that of its cell in the run, `version` that of its library."""
        if outcome.status == "unsupported":
            return
        for i in self._places(outcome):
            deviation = self._deviations[i]
            if deviation.covers(outcome) and deviation.admits(version) and deviation.answers_for(outcome.device):
                seen = self._seen.setdefault((i, version), _Seen())
                seen.covered += 1
                seen.passed += outcome.status == "pass"
                if outcome.status == "pass" and (seen.first is None or place < seen.first[0]):
                    seen.first = place, outcome

    def _places(self, outcome: Outcome) -> list[int]:
        named = outcome.backend, outcome.case
        if named not in self._about:
            self._about[named] = [i for i, deviation in enumerate(self._deviations) if deviation.names(*named)]
        return self._about[named]

    def healed(self, *, complete: bool) -> list[tuple[Deviation, Outcome]]:
        """Those that are gone, each with the first cell that passed: their records must go, or name versions.

        Args:
            complete: whether the run held every cell; only then can one that some cells show be said to be gone.
        """
        return [
            (self._deviations[i], seen.first[1])
            for (i, _), seen in sorted(self._seen.items())
            if seen.first and (self._deviations[i].every or (complete and seen.passed == seen.covered))
        ]


@dataclass
class _Seen:
    """Of the cells that a deviation is about: how many there were, how many passed, and the first of these."""

    covered: int = 0
    passed: int = 0
    first: tuple[int, Outcome] | None = None
