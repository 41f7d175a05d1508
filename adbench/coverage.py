"""How much of a library's differentiation the cases reach: its derivative rules, those reached, those left out.

What is not meant to be reached is recorded beside the adapter, in `backends/<library>.rules.toml`:

    [[left_out]]
    rules = ["vjp:_sparse_*", "jvp:_sparse_*"]      # globs
    reason = "of sparse tensors, which no case has"

The records are strict: each glob matches a rule of the library, and none of these is ever reached.
"""

from __future__ import annotations

import fnmatch
import inspect
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from adbench.backend import Backend
from adbench.errors import AdbenchError, BrokenFile
from adbench.results import LeftOut, Line, Outcome, Started, read

DIRECTIONS = {"forward": "jvp:", "reverse": "vjp:"}


class _File(msgspec.Struct, forbid_unknown_fields=True):
    left_out: list[LeftOut] = []


def rules_of(backend: Backend) -> tuple[str, ...]:
    """Every rule of a backend, in order, none of them reached yet; what is reached from now on is recorded.

    Raises:
        NoRules: the backend does not tell them.
        AdbenchError: one of them is of neither direction.
    """
    rules = sorted(backend.rules())
    for rule in rules:
        if not rule.startswith(tuple(DIRECTIONS.values())):
            raise AdbenchError(f"{backend.name}: rules() has {rule!r}; a rule's name begins with jvp: or vjp:")
    backend.rules_used()
    return tuple(rules)


def left_out(backend: Backend, rules: Collection[str]) -> tuple[LeftOut, ...]:
    """What the file beside a backend's adapter leaves out of its rules; nothing where there is no file.

    Raises:
        BrokenFile: it cannot be read, or has a glob that matches none of the rules.
    """
    path = Path(inspect.getfile(type(backend))).with_suffix(".rules.toml")
    if not path.exists():
        return ()
    try:
        records = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File).left_out
    except (OSError, ValueError) as error:
        raise BrokenFile(str(path), None, str(error)) from error
    for glob in (glob for record in records for glob in record.rules):
        if not fnmatch.filter(rules, glob):
            reason = f"leaves out {glob!r}, which is no rule of {backend.name} {backend.version()}; take it away"
            raise BrokenFile(str(path), None, reason)
    return tuple(records)


@dataclass
class Reach:
    """The rules of one backend, and those of them that were reached."""

    started: Started
    used: set[str] = field(default_factory=set)

    @property
    def left_out(self) -> dict[str, list[str]]:
        """By reason, the rules left out; one that several records are about by the first."""
        found: dict[str, list[str]] = {record.reason: [] for record in self.started.left_out}
        for rule in self.started.rules:
            for record in self.started.left_out:
                if any(fnmatch.fnmatchcase(rule, glob) for glob in record.rules):
                    found[record.reason].append(rule)
                    break
        return found

    @property
    def reachable(self) -> list[str]:
        """All but those left out."""
        out = {rule for rules in self.left_out.values() for rule in rules}
        return [rule for rule in self.started.rules if rule not in out]

    @property
    def found(self) -> list[str]:
        """Rules that were left out and reached all the same: their records must go."""
        return sorted(rule for rules in self.left_out.values() for rule in rules if rule in self.used)

    def counts(self, direction: str) -> tuple[int, int]:
        """How many rules of a direction were reached, of how many that are reachable."""
        mine = [rule for rule in self.reachable if rule.startswith(DIRECTIONS[direction])]
        return sum(rule in self.used for rule in mine), len(mine)

    def missing(self, direction: str) -> list[str]:
        """The names of the reachable rules of a direction that were not reached."""
        begin = DIRECTIONS[direction]
        return [r.removeprefix(begin) for r in self.reachable if r.startswith(begin) and r not in self.used]


class Coverage:
    """Takes the lines of a run one by one, or of several.

    Attributes:
        reached: by backend.
    """

    def __init__(self) -> None:
        self.reached: dict[str, Reach] = {}

    def take(self, line: Line) -> None:
        """Take one line.

        Raises:
            AdbenchError: a cell reached a rule that its backend does not have, or a backend has other rules than
                before.
        """
        if isinstance(line, Started) and line.rules:
            before = self.reached.setdefault(line.backend, Reach(line)).started
            if (before.rules, before.left_out) != (line.rules, line.left_out):
                versions = f"{before.version}, then {line.version}"
                raise AdbenchError(f"the files are of different rules of {line.backend}: {versions}")
        elif isinstance(line, Outcome) and line.rules:
            reach = self.reached.get(line.backend)
            if reach is None:
                raise AdbenchError(f"{line.cell} has derivative rules, and no line before it tells its backend's")
            if unknown := sorted(set(line.rules) - set(reach.started.rules)):
                raise AdbenchError(
                    f"{line.cell}: the adapter's rules_used() has {unknown[0]!r}, which its rules() has not; "
                    "the two must call a rule by the same name"
                )
            reach.used.update(line.rules)


def load(paths: Iterable[Path]) -> Coverage:
    """What results files hold together.

    Raises:
        AdbenchError: one cannot be read or has no rules, or they do not agree.
    """
    coverage = Coverage()
    for path in paths:
        recorded = False
        for line in read(path):
            coverage.take(line)
            recorded = recorded or (isinstance(line, Started) and bool(line.rules))
        if not recorded:
            raise AdbenchError(f"{path} has no derivative rules; `adbench coverage --json PATH` records them")
    return coverage
