"""The process that a backend lives in: `python -m adbench.runner.worker BACKEND IN OUT [--record] [CASE FILE…]`.

IN and OUT are file descriptors. Standard output belongs to the library, which may print what it likes.
"""

from __future__ import annotations

import os
import platform
import resource
import select
import sys
import threading
import warnings
from pathlib import Path

import msgspec
import numpy as np

from adbench import __version__
from adbench.accuracy.answer import sweep
from adbench.backend import Backend
from adbench.case import Case
from adbench.conformance.check import check_cell
from adbench.conformance.subject import Subject
from adbench.coverage import left_out, rules_of
from adbench.errors import AdbenchError, BackendFailed, BackendNotInstalled, describe
from adbench.oracle.store import truths
from adbench.plan import Cell
from adbench.registry import digests, load_backend, load_cases
from adbench.results import SCHEMA, Check, Outcome, Sample
from adbench.runner import protocol
from adbench.runner.memory import be_the_first_to_go
from adbench.runner.surroundings import Surroundings
from adbench.timing.call import TimedCall
from adbench.timing.ready import ready


def main(backend_name: str, fd_in: str, fd_out: str, *rest: str) -> None:
    """Answer requests until the pipe closes."""
    record = rest[:1] == (protocol.RECORD,)
    case_files = rest[record:]
    out, process = os.fdopen(int(fd_out), "wb", buffering=0), os.getpid()

    def reply(message: protocol.Reply) -> None:
        if os.getpid() != process:  # a child that the library forked and let go on
            os._exit(0)
        out.write(protocol.encode(message) + b"\n")

    try:
        backend, cases = load_backend(backend_name), load_cases(case_files)
        version, devices = backend.version(), backend.devices()
        rules = rules_of(backend) if record else ()
        out_of_reach = left_out(backend, rules) if record else ()
    except AdbenchError as error:
        reply(protocol.Refused(str(error), error.exit_code, isinstance(error, BackendNotInstalled)))
        return
    except Exception as error:
        reply(protocol.Refused(f"backend {backend_name} does not start: {describe(error)}", BackendFailed.exit_code))
        return
    reply(
        protocol.Ready(
            version=version,
            adbench=__version__,
            schema=SCHEMA,
            python=platform.python_version(),
            numpy=np.__version__,
            folder=str(Path(__file__).parent.parent),
            cases=digests(cases.values()),
            devices=devices,
            rules=rules,
            left_out=out_of_reach,
        )
    )
    desk = Desk(backend, cases, record=record)
    with os.fdopen(int(fd_in), "rb") as requests:
        for line in requests:
            reply(desk.answer(protocol.decode_request(line)))


class Desk:
    """Answers requests; keeps the subject of the last check and the calls that are being timed."""

    def __init__(self, backend: Backend, cases: dict[str, Case], *, record: bool = False) -> None:
        self._backend, self._cases, self._record = backend, cases, record
        self._reached: set[str] = set()
        self._subject: Subject | None = None
        self._timed: dict[Cell, TimedCall] = {}
        self._surroundings = Surroundings()

    def answer(self, request: protocol.Request) -> protocol.Reply:
        """The reply to any request."""
        if isinstance(request, protocol.Sweep):
            return protocol.Answers(sweep(self._backend, request.function, request.dtype))
        cell = request.cell
        if isinstance(request, protocol.Check):
            return self._check(cell)
        if isinstance(request, protocol.Answer):
            try:
                jacobians = self._subject_of(cell).answer(cell.operator).derivatives
            except Exception:  # the check of the same cell tells why
                return protocol.Answered({})
            return protocol.Answered({name: jacobian.tolist() for name, jacobian in jacobians.items()})
        if isinstance(request, protocol.Prepare):
            return self._prepare(cell, request.seconds)
        if isinstance(request, protocol.Try):
            from adbench.fuzz.judge import judge  # only where it is asked for

            inputs = {name: protocol.decode_array(x) for name, x in request.inputs.items()}
            return judge(self._cases[cell.case], self._backend, cell, request.operators, inputs)
        self._timed[cell].settle(request.number)
        return protocol.Measured(self._timed[cell].sample(request.number))

    def _check(self, cell: Cell) -> protocol.Checked:
        self._surroundings.reseed()
        subject = self._subject_of(cell)
        with warnings.catch_warnings():  # libraries add filters as their parts are imported, which is no fault
            outcome = check_cell(cell, subject)
        if self._record:
            outcome = msgspec.structs.replace(outcome, rules=self._newly_reached())
        changed = self._surroundings.changed()
        return protocol.Checked(_blamed(outcome, changed) if changed else outcome, bool(changed), _logged())

    def _newly_reached(self) -> tuple[str, ...]:
        """The derivative rules that were evaluated since this was last asked, for the first time in this process."""
        new = set(self._backend.rules_used()) - self._reached
        self._reached |= new
        return tuple(sorted(new))

    def _subject_of(self, cell: Cell) -> Subject:
        s = self._subject
        if s is None or cell.truth != (s.case.name, s.size, s.dtype, s.device):
            case = self._cases[cell.case]
            truth = truths(case, cell.size)[cell.dtype]
            s = self._subject = Subject(self._backend, case, cell.size, cell.dtype, cell.device, truth)
        return s

    def _prepare(self, cell: Cell, seconds: float) -> protocol.Prepared:
        if any((c.case, c.size) != (cell.case, cell.size) for c in self._timed):
            self._timed.clear()  # the arrays of a size that is done with
        got = ready(cell, self._cases[cell.case], self._backend, seconds)
        if isinstance(got, Sample):
            return protocol.Prepared(failed=got)
        self._timed[cell], number, peak = got
        made = self._timed[cell]
        return protocol.Prepared(made.prepare_seconds, made.warm_up, number, peak, made.counters, made.note)


def _blamed(outcome: Outcome, changed: list[str]) -> Outcome:
    """The outcome of a cell that left its process changed, which is impure; what went wrong before that comes first."""
    message = f"{outcome.operator} changed {' and '.join(changed)}"
    checks = [c for c in outcome.checks if (c.name, c.status) != ("purity", "pass")]
    checks.append(Check(name="purity", status="fail", message=message))
    if outcome.status in ("pass", "unsupported"):
        outcome = msgspec.structs.replace(outcome, status="fail", message=f"purity: {message}")
    return msgspec.structs.replace(outcome, checks=tuple(checks))


def _logged() -> int:
    try:
        return os.fstat(2).st_size
    except OSError:  # the library closed it
        return 0


def _settle_in() -> None:
    """What a process does for the others before it loads a library that may do anything."""
    be_the_first_to_go()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash is an outcome; its memory on disk is a nuisance
    for fd in sys.argv[2:4]:
        os.set_inheritable(int(fd), False)


def _end_with_the_run(fd: int) -> None:
    """End this process when nobody holds the other end of a pipe any more, also in a cell that hangs."""
    pipe = select.poll()
    pipe.register(fd, 0)  # of a hang-up one is told all the same

    def wait() -> None:
        pipe.poll()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    _settle_in()
    _end_with_the_run(int(sys.argv[2]))
    main(*sys.argv[1:])
