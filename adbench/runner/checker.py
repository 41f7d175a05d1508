"""Checks cells of one backend in one process after another: what a cell does to its process costs no other cell."""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec.structs import asdict, replace

from adbench.errors import AdbenchError, BackendFailed
from adbench.plan import Cell
from adbench.results import Outcome, Status
from adbench.runner import protocol
from adbench.runner.process import Worker, WorkerDied, WorkerTimedOut, loss

CELL_SECONDS = 120.0
MOST_TIMEOUTS = 2  # at one truth: the rest of its cells would most likely do the same
MEMORY_BYTES = 4 << 30
CELLS_A_WORKER = 1000  # then a new process: JAX keeps every kernel that it compiled, a gigabyte in so many cells
AHEAD = 8  # requests that a worker has before it, so that it never waits for the run
LOST = ("crash", "timeout", "oom")


class Gone(BackendFailed):
    """A backend that did start does not start again."""


class Checker:
    """One backend's processes, one at a time.

    Args:
        python: the interpreter to run them under.
        seconds: time limit of a cell.
        memory_bytes: resident memory of a process beyond which it is killed; 0 for no limit.
        record: whether to record the derivative rules that cells reach.
    """

    def __init__(
        self,
        backend: str,
        case_files: tuple[str, ...] = (),
        *,
        python: str = sys.executable,
        seconds: float = CELL_SECONDS,
        memory_bytes: int = MEMORY_BYTES,
        record: bool = False,
    ) -> None:
        self._backend, self._case_files, self._python = backend, case_files, python
        self._seconds, self._memory_bytes = seconds, memory_bytes
        self._stopped, self._record = False, record
        self._worker: Worker | None = None

    def start(self) -> str:
        """Start the first process; the version of its library.

        Raises:
            AdbenchError: it does not start.
        """
        try:
            worker = Worker(
                self._backend,
                self._case_files,
                python=self._python,
                memory_bytes=self._memory_bytes,
                record=self._record,
                begun=self._begun,
            )
        except AdbenchError:
            self._worker = None
            raise
        self._answered = 0
        # What cells leave behind is not to be charged to the one at which the limit is reached.
        self._room = (worker.resident_bytes + self._memory_bytes) / 2 if self._memory_bytes else math.inf
        self.ready = worker.ready
        return worker.version

    def _begun(self, worker: Worker) -> None:
        self._worker = worker
        if self._stopped:
            worker.kill()

    def check(self, cells: Sequence[Cell]) -> Iterator[Outcome]:
        """The outcome of each cell, in order; fewer once it is stopped.

        A cell at which a process is lost is run again in a new one, unless it was the first there: the damage may
        have been done by a cell before it.

        Raises:
            Gone: a lost process cannot be replaced.
        """
        done = asked = 0
        before = ""  # how the process was lost in which this cell was tried first
        hung: Counter[tuple[str, ...]] = Counter()
        try:
            while done < len(cells):
                cell = cells[done]
                if hung[cell.truth] == MOST_TIMEOUTS:
                    done += 1
                    yield lost(cell, "timeout", f"no answer within {self._seconds:g} s to cells of this truth: not run")
                    continue
                if self._worker is None:
                    if self._stopped:
                        return
                    self._start_again()
                    asked = done
                assert self._worker is not None
                try:
                    while asked < min(done + AHEAD, len(cells)):
                        self._worker.send(protocol.Check(cells[asked]), self._seconds)
                        asked += 1
                    outcome = self._receive(cell)
                except (WorkerDied, WorkerTimedOut) as error:
                    first = self._answered == 0
                    self.close()
                    if self._stopped:
                        return
                    if not first:
                        before = str(error)
                        continue
                    outcome = lost(cell, loss(error), str(error))
                    hung[cell.truth] += outcome.status == "timeout"
                if before and outcome.status == "pass":
                    outcome = replace(outcome, message=f"passed in a new process; after other cells, {before}")
                done, before = done + 1, ""
                yield outcome
        finally:
            if asked > done:  # what it was asked last is not to be taken for the answer to what it is asked next
                self.close()

    def _receive(self, cell: Cell) -> Outcome:
        """The worker's next outcome; ends a worker that should not have another cell."""
        assert self._worker is not None
        reply = self._worker.receive(self._seconds)
        if not isinstance(reply, protocol.Checked) or reply.outcome.cell != cell.id:
            raise WorkerDied("the process answered about another cell")
        self._answered += 1
        if reply.spent or self._answered == CELLS_A_WORKER or self._worker.resident_bytes > self._room:
            self.close()
        return replace(reply.outcome, **asdict(cell))  # the plan's strings, which a thousand outcomes can share

    def _start_again(self) -> None:
        try:
            self.start()
        except AdbenchError as error:
            raise Gone(str(error)) from error

    def stop(self) -> None:
        """End the process, from any thread; `check` then ends."""
        self._stopped = True
        if worker := self._worker:
            worker.kill()

    def close(self) -> None:
        """End the process; harmless when called again."""
        if self._worker:
            self._worker.close()
            self._worker = None


def lost(cell: Cell, status: Status, message: str) -> Outcome:
    """The outcome of a cell that has no answer."""
    return Outcome(**cell.fields(), status=status, message=message)
