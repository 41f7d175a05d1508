"""`adbench merge`: the results file of a run from those of its shards."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import msgspec

from adbench import environment
from adbench.errors import AdbenchError, NothingRan
from adbench.journal import Journal
from adbench.plan import Order, Plan
from adbench.results import Footer, Header, Outcome, Started, scan

GAPS = 1
MOST_NAMED = 3


def merge(out: Path, paths: Sequence[Path]) -> int:
    """Write the file that the run would have written without shards, its outcomes in the order of the plan.

    Cells that no shard has are told, and leave the file without a footer, so that `adbench run --resume` fills them in.

    Returns:
        The exit code: 0, or 1 where cells are missing.
    Raises:
        AdbenchError: the shards are not of one run, or do not agree; nothing is written.
    """
    shards = Shards(paths)
    if shards.conflicts:
        raise AdbenchError(f"the shards do not agree: {_some(shards.conflicts, '; ')}")
    if not shards.started:
        raise NothingRan("nothing to merge: no backend has started in any of the shards")
    missing = list(shards.missing())
    with Journal(out, shards.header()) as journal:
        try:
            for line in shards.lines():
                journal.write(line)
            if not missing:
                journal.close(shards.seconds)
        except BaseException:
            out.unlink(missing_ok=True)  # the shards have it all
            raise
    print(f"{out}: {shards.cells} cells of {len(paths)} file{'s'[: len(paths) != 1]}")
    if not missing:
        return 0
    why = [f"{path} was cut short" for path in shards.unfinished]
    why += [f"no file is of shard {shard}" for shard in shards.absent()]
    print(f"adbench: {len(missing)} cells are missing: {'; '.join([_some(missing, ', '), *why])}", file=sys.stderr)
    return GAPS


class Shards:
    """What the files of shards hold together: where the outcome of each cell lies, and what does not agree.

    Args:
        paths: at least one.
    Attributes:
        started: a line for each backend that started in any of them.
        conflicts: a sentence each.
        unfinished: files without a footer.
        seconds: wall time of all runs together.
    Raises:
        AdbenchError: a file is not of a conformance run, or not valid.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        found = [_header(path) for path in paths]
        self._headers, self._plans = [header for header, _ in found], [plan for _, plan in found]
        self._plan, self.order = self._plans[0], Order(self._plans[0])
        self._file, self._start, self._end = (array("q", [-1]) * len(self.order) for _ in range(3))
        self.started: dict[str, Started] = {}
        self.conflicts: list[str] = []
        self.unfinished = list(paths)
        self.seconds = 0.0
        for number, (path, header) in enumerate(zip(paths, self._headers, strict=True)):
            if different := environment.differences(self._headers[0], header, shards=True):
                self.conflicts.append(f"{paths[0]}, then {path}: {', '.join(different)}")
            else:
                self._read(number, path)

    def _read(self, number: int, path: Path) -> None:
        start = 0
        for end, line in scan(path, whole=True):
            if isinstance(line, Outcome):
                self._take(number, start, end, line)
            elif isinstance(line, Started):
                if (before := self.started.setdefault(line.backend, line)) != line:
                    self.conflicts.append(
                        f"{path} has {line.backend} {line.version}, a file before it {before.version}"
                    )
            elif isinstance(line, Footer):
                self.unfinished.remove(path)
                self.seconds += line.seconds
            start = end

    def _take(self, number: int, start: int, end: int, outcome: Outcome) -> None:
        path = self._paths[number]
        try:
            place = self.order[outcome]
        except KeyError:
            self.conflicts.append(f"{path} has {outcome.cell}, which is no cell of the run")
            return
        if self._file[place] < 0:
            self._file[place], self._start[place], self._end[place] = number, start, end
            return
        other = self._paths[self._file[place]]
        with other.open("rb") as file:
            if _timeless(self._outcome(place, file)) != _timeless(outcome):
                self.conflicts.append(f"{other} and {path} have two outcomes of {outcome.cell}")

    def _outcome(self, place: int, file: BinaryIO) -> Outcome:
        file.seek(self._start[place])
        return msgspec.json.decode(file.read(self._end[place] - self._start[place]), type=Outcome)

    def missing(self) -> Iterator[str]:
        """Cells without an outcome, but for those of backends that no shard could start."""
        for cell in self._plan.cells():
            if self._file[self.order[cell]] < 0 and cell.backend in self.started:
                yield cell.id

    @property
    def cells(self) -> int:
        """Those that have an outcome."""
        return sum(number >= 0 for number in self._file)

    def absent(self) -> list[str]:
        """Shards that the files speak of and that none of them is."""
        there = {plan.shard for plan in self._plans}
        counts = sorted({int(shard.partition("/")[2]) for shard in there if shard})
        return [shard for n in counts for i in range(1, n + 1) if (shard := f"{i}/{n}") not in there]

    def header(self) -> Header:
        """The header of the whole run; what may differ among machines is told of each."""
        first = self._headers[0]
        machines = [header.environment for header in self._headers]
        told = {name: list(dict.fromkeys(machine.get(name, "") for machine in machines)) for name in first.environment}
        return msgspec.structs.replace(
            first,
            command=environment.command_line(),
            started=min(header.started for header in self._headers),
            environment={name: x[0] if len(x) == 1 else "; ".join(map(str, x)) for name, x in told.items()},
            plan=msgspec.structs.replace(self._plan, shard=""),
        )

    def lines(self) -> Iterator[Started | Outcome]:
        """Backends and outcomes, as one process after the other would have written them."""
        backend = ""
        with ExitStack() as stack:
            files = [stack.enter_context(path.open("rb")) for path in self._paths]
            for place, number in enumerate(self._file):
                if number >= 0:
                    outcome = self._outcome(place, files[number])
                    if outcome.backend != backend:
                        backend = outcome.backend
                        yield self.started[backend]
                    yield outcome


def _header(path: Path) -> tuple[Header, Plan]:
    for _, line in scan(path, whole=True):
        if isinstance(line, Header) and line.plan is not None:
            return line, line.plan
        break
    raise AdbenchError(f"{path} has no plan of an `adbench run`")


def _timeless(outcome: Outcome) -> Outcome:
    """The outcome without what depends on the process that it came of."""
    return msgspec.structs.replace(outcome, seconds=0.0, rules=msgspec.UNSET)


def _some(names: Sequence[str], between: str) -> str:
    more = f"{between}and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return between.join(names[:MOST_NAMED]) + more
