"""What is known of a run so far: from its results file, where one is gone on with, and then from its workers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from adbench.coverage import Coverage
from adbench.errors import AdbenchError
from adbench.expectations import Deviation, Healing, explain
from adbench.journal import Recorded
from adbench.plan import Cell, Order, Plan
from adbench.report.tally import Tally
from adbench.results import Outcome, Started


class Ledger:
    """Takes outcomes one by one and keeps a byte a cell of them, and what the summary tells.

    Args:
        plan: of the whole run.
        deviations: the known ones, by which outcomes are judged, also those of a file written under others.
        by_case: a row a case in the summary.
        hazards: names of cases that the summary has a row for, beside those of their families.
    Attributes:
        versions: of each backend of the plan; empty for one that has not started.
        coverage: the derivative rules reached, where they are recorded.
    """

    def __init__(
        self, plan: Plan, deviations: Sequence[Deviation], *, by_case: bool = False, hazards: Collection[str] = ()
    ) -> None:
        self._order = Order(plan)
        self._done = bytearray(len(self._order))
        self.tally, self.healing = Tally(by_case=by_case, hazards=hazards), Healing(deviations)
        self.versions = dict.fromkeys(plan.backends, "")
        self.coverage = Coverage()
        self._started: dict[str, Started] = {}

    def replay(self, line: Recorded) -> None:
        """Take a line of the file that is gone on with."""
        if isinstance(line, Started):
            self.start(line)
        elif isinstance(line, Outcome):
            self.take(line)

    def start(self, line: Started) -> bool:
        """Take that a backend is up; whether this is news.

        Raises:
            AdbenchError: the file that is gone on with has it in another version.
        """
        name, before = line.backend, self._started.get(line.backend)
        if before and before != line:
            others = "" if before.version != line.version else " with other derivative rules"
            what = f"{name} {before.version}, then {line.version}{others}"
            raise AdbenchError(f"the results file is of another run: {what}")
        self.coverage.take(line)
        self._started[name], self.versions[name] = line, line.version
        return before is None

    def skip(self, backend: str, why: str) -> None:
        """Take that a backend is not installed.

        Raises:
            AdbenchError: it was, when the file that is gone on with was written.
        """
        if before := self._started.get(backend):
            raise AdbenchError(f"the results file is of another run: {backend} {before.version}, then none; {why}")

    def take(self, outcome: Outcome) -> Outcome:
        """Take the outcome of a cell; the same outcome with the reason of the deviation that explains it.

        Raises:
            AdbenchError: the plan does not have the cell, or it has an outcome already.
        """
        try:
            place = self._order[outcome]
        except KeyError:
            raise AdbenchError(f"there is an outcome of {outcome.cell}, which is no cell of this run") from None
        if self._done[place]:
            raise AdbenchError(f"there are two outcomes of {outcome.cell}")
        self._done[place] = True
        outcome = self.explained(outcome)
        self.coverage.take(outcome)
        self.tally.see(outcome, place)
        self.healing.see(outcome, place, self.versions[outcome.backend])
        return outcome

    def explained(self, outcome: Outcome) -> Outcome:
        """The outcome with the reason of the deviation that explains it, which must admit the backend's version."""
        version = self.versions[outcome.backend]
        return explain(outcome, (d for d in self.healing.about(outcome) if not version or d.admits(version)))

    def left(self, cells: Iterable[Cell]) -> Iterator[Cell]:
        """Those that have no outcome yet."""
        return (cell for cell in cells if not self._done[self._order[cell]])
