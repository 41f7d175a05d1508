"""Counts outcomes as they come: all that the summary needs, in memory that does not grow with the cells done."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from adbench.results import Outcome

MOST_FAILURES = 25  # kept whole; of more there is only the number


@dataclass
class Count:
    """Of some cells: how many there are, to how many the operator applies, how many passed, how many have a reason."""

    cells: int = 0
    applicable: int = 0
    passed: int = 0
    known: int = 0

    @property
    def failed(self) -> int:
        """Failures without a recorded reason."""
        return self.applicable - self.passed - self.known

    def add(self, outcome: Outcome) -> None:
        self.cells += 1
        self.applicable += outcome.status != "unsupported"
        self.passed += outcome.status == "pass"
        self.known += bool(outcome.known)


@dataclass
class Row:
    """A family or a case: the place of its first cell, and counts by backend."""

    place: int
    counts: defaultdict[str, Count] = field(default_factory=lambda: defaultdict(Count))


class Tally:
    """What became of the cells seen so far.

    What it holds does not depend on the order in which they were seen.

    Args:
        by_case: a row a case instead of a row a family.
        hazards: names of cases at smooth points with a known trap.
    Attributes:
        kind: what a row is, `case` or `family`.
        backends: those that were seen.
        all: counts of all cells.
        hazards: counts of those of hazards, by backend.
        worst: by backend, the largest error in ulps among the cells that passed: how far off a right answer is.
        failures: the first failures without a recorded reason, by place, at most `MOST_FAILURES`.
    """

    def __init__(self, *, by_case: bool = False, hazards: Collection[str] = ()) -> None:
        self.kind = "case" if by_case else "family"
        self._hazards = frozenset(hazards)
        self.hazards = defaultdict[str, Count](Count)
        self._rows: dict[str, Row] = {}
        self._known: dict[tuple[str, str], list[int]] = {}  # backend and reason: place of the first, number
        self._failures: list[tuple[int, Outcome]] = []
        self.all = Count()
        self.worst: dict[str, float] = {}
        self.backends: set[str] = set()

    def see(self, outcome: Outcome, place: int) -> None:
        """Take one outcome; `place` is that of its cell in the run, which orders rows and failures."""
        backend = outcome.backend
        self.backends.add(backend)
        self.all.add(outcome)
        row = self._rows.setdefault(outcome.case if self.kind == "case" else outcome.family, Row(place))
        row.place = min(row.place, place)
        row.counts[backend].add(outcome)
        if outcome.case in self._hazards:
            self.hazards[backend].add(outcome)
        if outcome.status == "pass":
            if outcome.ulps is not None:
                self.worst[backend] = max(self.worst.get(backend, 0.0), outcome.ulps)
        elif outcome.known:
            first = self._known.setdefault((backend, outcome.known), [place, 0])
            first[:] = min(first[0], place), first[1] + 1
        elif outcome.status != "unsupported":
            insort(self._failures, (place, outcome), key=lambda failure: failure[0])
            del self._failures[MOST_FAILURES:]

    @property
    def rows(self) -> list[tuple[str, Row]]:
        """Rows by name, in the order of the run."""
        return sorted(self._rows.items(), key=lambda row: row[1].place)

    @property
    def failures(self) -> list[Outcome]:
        return [outcome for _, outcome in self._failures]

    @property
    def known(self) -> list[tuple[str, str, int]]:
        """Backend, reason and number of the failures that have one, in the order of the run."""
        found = sorted(self._known.items(), key=lambda known: known[1][0])
        return [(backend, reason, number) for (backend, reason), (_, number) in found]
