"""Where the timed calls of one backend live: one process after another, and what is prepared in it."""

from __future__ import annotations

from collections.abc import Callable

from adbench.errors import AdbenchError
from adbench.plan import Cell
from adbench.results import Sample
from adbench.runner import protocol
from adbench.runner.process import Worker, WorkerDied, WorkerTimedOut, loss
from adbench.timing.call import failed

MOST_LOSSES = 20  # processes; a backend that dies this often is broken as a whole


class Seat:
    """One backend's process, replaced when it dies or hangs, at the cost of the cell that it was asked about.

    Args:
        start: starts a process of the backend.
        limit: seconds within which a process must answer.
        memory_bytes: that it may hold; what cells leave behind is let go before they are this much.
    """

    def __init__(self, start: Callable[[], Worker], limit: float, memory_bytes: int) -> None:
        self._start, self._limit, self._memory_bytes = start, limit, memory_bytes
        self._ready: set[Cell] = set()
        self._losses, self._gone = 0, ""
        self._worker: Worker | None = None
        self._open()

    def _open(self) -> None:
        self._worker = self._start()
        self._ready.clear()
        self._fresh = True
        self._room = (self._worker.resident_bytes + self._memory_bytes) / 2
        self.version = self._worker.version

    def renew(self) -> None:
        """Take a new process if cells left much behind in this one."""
        if self._worker and self._memory_bytes and self._worker.resident_bytes > self._room:
            self.close()

    def prepare(self, cell: Cell, seconds: float) -> protocol.Prepared | Sample:
        """Make a cell's call ready; a `Sample` says why it is not.

        A process that dies of it is blamed on the cell if it was a new one: the damage may have been done by another.
        """
        fresh = self._worker is None or self._fresh
        reply = self._ask(cell, protocol.Prepare(cell, seconds))
        if isinstance(reply, Sample) and reply.status in ("crash", "oom") and not fresh:
            reply = self._ask(cell, protocol.Prepare(cell, seconds))
        if isinstance(reply, protocol.Prepared):
            if reply.failed is not None:
                return reply.failed
            self._ready.add(cell)
        assert isinstance(reply, protocol.Prepared | Sample)
        return reply

    def measure(self, cell: Cell, number: int, seconds: float) -> float | Sample:
        """Seconds a call, one sample; prepared anew where the process that had it is gone."""
        if self._worker is None or cell not in self._ready:
            again = self.prepare(cell, seconds)
            if isinstance(again, Sample):
                return again
        reply = self._ask(cell, protocol.Measure(cell, number))
        if isinstance(reply, Sample):
            return reply
        assert isinstance(reply, protocol.Measured)
        return reply.seconds

    def _ask(self, cell: Cell, request: protocol.Request) -> protocol.Reply | Sample:
        """The reply; where there is none, a `Sample` that says so, and a new process for the next cell."""
        if self._worker is None and not self._gone:
            try:
                self._open()
            except AdbenchError as error:
                self._gone = str(error)
        if self._worker is None:
            return failed(cell, "crash", f"not timed: {self._gone}")
        self._fresh = False
        try:
            reply = self._worker.ask(request, self._limit)
            self._worker.watch()  # what answers at once may have taken any amount of memory
            return reply
        except (WorkerDied, WorkerTimedOut) as error:
            self.close()
            self._losses += 1
            if self._losses == MOST_LOSSES:
                self._gone = f"{cell.backend} was given up after it was lost {MOST_LOSSES} times"
            return failed(cell, loss(error), str(error))

    def close(self) -> None:
        """End the process; harmless when called again."""
        if self._worker:
            self._worker.close()
            self._worker = None
