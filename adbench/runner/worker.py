"""The process that a backend lives in: `python -m adbench.runner.worker BACKEND IN OUT [CASE FILE…]`.

IN and OUT are file descriptors. Standard output belongs to the library, which may print what it likes.
"""

from __future__ import annotations

import os
import platform
import sys

import numpy as np

from adbench import __version__
from adbench.accuracy.answer import sweep
from adbench.backend import Backend
from adbench.case import Case
from adbench.conformance.check import check_cell
from adbench.conformance.subject import Subject
from adbench.errors import AdbenchError, BackendFailed, BackendNotInstalled, describe
from adbench.oracle.store import truths
from adbench.plan import Cell
from adbench.registry import digests, load_backend, load_cases
from adbench.results import SCHEMA
from adbench.runner import protocol
from adbench.timing.call import TimedCall, prepare


def main(backend_name: str, fd_in: str, fd_out: str, *case_files: str) -> None:
    """Answer requests until the pipe closes."""
    out = os.fdopen(int(fd_out), "wb", buffering=0)

    def reply(message: protocol.Reply) -> None:
        out.write(protocol.encode(message) + b"\n")

    try:
        backend, cases = load_backend(backend_name), load_cases(case_files)
        version = backend.version()
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
            cases=digests(cases.values()),
        )
    )
    desk = Desk(backend, cases)
    with os.fdopen(int(fd_in), "rb") as requests:
        for line in requests:
            reply(desk.answer(protocol.decode_request(line)))


class Desk:
    """Answers requests; keeps the subject of the last check and the calls that are being timed."""

    def __init__(self, backend: Backend, cases: dict[str, Case]) -> None:
        self._backend, self._cases = backend, cases
        self._subject: Subject | None = None
        self._timed: dict[Cell, TimedCall] = {}

    def answer(self, request: protocol.Request) -> protocol.Reply:
        """The reply to any request."""
        if isinstance(request, protocol.Sweep):
            return protocol.Answers(sweep(self._backend, request.function, request.dtype))
        cell = request.cell
        if isinstance(request, protocol.Check):
            return protocol.Checked(check_cell(cell, self._subject_of(cell)))
        if isinstance(request, protocol.Answer):
            try:
                jacobians = self._subject_of(cell).answer(cell.operator).derivatives
            except Exception:  # the check of the same cell tells why
                return protocol.Answered({})
            return protocol.Answered({name: jacobian.tolist() for name, jacobian in jacobians.items()})
        if isinstance(request, protocol.Prepare):
            return self._prepare(cell)
        if isinstance(request, protocol.Try):
            from adbench.fuzz.judge import judge  # only where it is asked for

            inputs = {name: protocol.decode_array(x) for name, x in request.inputs.items()}
            return judge(self._cases[cell.case], self._backend, cell, request.operators, inputs)
        return protocol.Measured(self._timed[cell].sample(request.number))

    def _subject_of(self, cell: Cell) -> Subject:
        of, s = (cell.case, cell.size, cell.dtype, cell.device), self._subject
        if s is None or of != (s.case.name, s.size, s.dtype, s.device):
            case = self._cases[cell.case]
            truth = truths(case, cell.size)[cell.dtype]
            s = self._subject = Subject(self._backend, case, cell.size, cell.dtype, cell.device, truth)
        return s

    def _prepare(self, cell: Cell) -> protocol.Prepared:
        if any((c.case, c.size) != (cell.case, cell.size) for c in self._timed):
            self._timed.clear()  # the arrays of a size that is done with
        made = prepare(cell, self._cases[cell.case], self._backend)
        if isinstance(made, TimedCall):
            self._timed[cell] = made
            return protocol.Prepared(made.first_call_seconds, made.warm_seconds)
        return protocol.Prepared(failed=made)


if __name__ == "__main__":
    main(*sys.argv[1:])
