"""The process that a backend lives in: `python -m adbench.runner.worker BACKEND IN OUT [CASE FILE…]`.

IN and OUT are file descriptors. Standard output belongs to the library, which may print what it likes.
"""

from __future__ import annotations

import os
import sys
import traceback

from adbench.conformance.check import Subject, check_cell
from adbench.errors import AdbenchError
from adbench.oracle.store import truths
from adbench.plan import Cell
from adbench.registry import load_backend, load_cases
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
        reply(protocol.Refused(str(error), error.exit_code))
        return
    except Exception as error:
        traceback.print_exc()
        reply(protocol.Refused(f"backend {backend_name} does not start: {type(error).__name__}: {error}", 4))
        return
    reply(protocol.Ready(version))
    subject: Subject | None = None
    timed: dict[Cell, TimedCall] = {}
    with os.fdopen(int(fd_in), "rb") as requests:
        for line in requests:
            request = protocol.decode_request(line)
            cell = request.cell
            if isinstance(request, protocol.Check):
                of = (cell.case, cell.size, cell.dtype, cell.device)
                if subject is None or of != (subject.case.name, subject.size, subject.dtype, subject.device):
                    case = cases[cell.case]
                    truth = truths(case, cell.size)[cell.dtype]
                    subject = Subject(backend, case, cell.size, cell.dtype, cell.device, truth)
                reply(protocol.Checked(check_cell(cell, subject)))
            elif isinstance(request, protocol.Prepare):
                if any((c.case, c.size) != (cell.case, cell.size) for c in timed):
                    timed.clear()  # the arrays of a size that is done with
                made = prepare(cell, cases[cell.case], backend)
                if isinstance(made, TimedCall):
                    timed[cell] = made
                    reply(protocol.Prepared(made.first_call_seconds, made.warm_seconds))
                else:
                    reply(protocol.Prepared(failed=made))
            else:
                reply(protocol.Measured(timed[cell].sample(request.number)))


if __name__ == "__main__":
    main(*sys.argv[1:])
