"""Which process times which cell, and what becomes of the others when it is lost."""

import pytest

from adbench.errors import BackendFailed
from adbench.plan import Cell
from adbench.results import Sample
from adbench.runner import protocol, seat
from adbench.runner.process import WorkerDied, WorkerOutOfMemory, WorkerTimedOut
from adbench.runner.seat import Seat
from adbench.timing.call import failed

A, B, C = (
    Cell(case=f"f.{name}", size="small", operator="vjp", dtype="float64", backend="fake") for name in ("a", "b", "c")
)
READY, MEASURED = protocol.Prepared(number=3), protocol.Measured(0.25)
PREPARE, MEASURE = protocol.Prepare, protocol.Measure
DIED = WorkerDied("the process ended with signal 11")


class Process:
    """Stands for a worker: answers as it should, except where `script` tells by request and cell what happens instead.

    Attributes:
        asked: requests and their cells, in order.
    """

    version, resident_bytes = "1.0", 100

    def __init__(self, script=()):
        self.script, self.asked, self.closed = dict(script), [], False

    def ask(self, request, seconds):
        assert seconds == 9.0
        self.asked.append((type(request), request.cell))
        if isinstance(request, MEASURE):
            assert (PREPARE, request.cell) in self.asked
        reply = self.script.get((type(request), request.cell), MEASURED if isinstance(request, MEASURE) else READY)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def watch(self):
        if self.resident_bytes > 1000:
            raise WorkerOutOfMemory("too much")

    def close(self):
        self.closed = True


def sitting(*processes, memory_bytes=1000):
    coming = iter(processes)

    def start():
        process = next(coming)
        if isinstance(process, Exception):
            raise process
        return process

    return Seat(start, 9.0, memory_bytes)


def test_what_is_prepared_is_measured():
    process = Process()
    place = sitting(process)
    assert place.version == "1.0"
    assert place.prepare(A, 1.0) is READY
    assert place.measure(A, 3, 1.0) == place.measure(A, 3, 1.0) == 0.25
    assert process.asked == [(PREPARE, A), (MEASURE, A), (MEASURE, A)]
    place.close()
    assert process.closed


def test_what_cannot_be_prepared_is_said():
    why = failed(A, "unsupported", "no forward mode")
    assert sitting(Process({(PREPARE, A): protocol.Prepared(failed=why)})).prepare(A, 1.0) is why


@pytest.mark.parametrize(
    ("error", "status"),
    [(DIED, "crash"), (WorkerOutOfMemory("too much"), "oom"), (WorkerTimedOut("no answer"), "timeout")],
)
def test_a_loss_is_told_by_its_status(error, status):
    process = Process({(PREPARE, A): error})
    lost = sitting(process).prepare(A, 1.0)
    assert isinstance(lost, Sample)
    assert (lost.cell, lost.status, lost.message) == (A.id, status, str(error))
    assert process.closed


def test_memory_that_is_taken_between_two_looks_is_the_cells_that_was_asked_for():
    process = Process()
    place = sitting(process, Process())
    place.prepare(A, 1.0)
    process.resident_bytes = 2000
    assert place.measure(A, 3, 1.0).status == "oom"


def test_others_are_prepared_anew_when_they_are_measured_next():
    second = Process()
    place = sitting(Process({(MEASURE, B): DIED}), second)
    for cell in (A, B, C):
        place.prepare(cell, 1.0)
    assert place.measure(B, 3, 1.0).status == "crash"
    assert place.measure(A, 3, 1.0) == place.measure(C, 3, 1.0) == 0.25
    assert second.asked == [(PREPARE, A), (MEASURE, A), (PREPARE, C), (MEASURE, C)]


def test_a_process_that_others_may_have_damaged_is_not_held_against_a_cell():
    place = sitting(Process({(PREPARE, B): DIED}), Process())
    place.prepare(A, 1.0)
    assert place.prepare(B, 1.0) is READY


def test_a_process_that_a_cell_had_for_itself_is():
    place = sitting(Process({(PREPARE, B): DIED}), Process({(PREPARE, B): DIED}), Process())
    place.prepare(A, 1.0)
    assert place.prepare(B, 1.0).status == "crash"
    assert place.prepare(A, 1.0) is READY


def test_what_hangs_is_not_waited_for_twice():
    place = sitting(Process({(PREPARE, B): WorkerTimedOut("no answer")}))
    place.prepare(A, 1.0)
    assert place.prepare(B, 1.0).status == "timeout"


def test_a_process_in_which_cells_left_much_behind_is_replaced():
    first, second = Process(), Process()
    place = sitting(first, second)
    place.prepare(A, 1.0)
    place.renew()
    assert not first.closed
    first.resident_bytes = 700  # half of the room between its start and the limit
    place.renew()
    assert first.closed
    assert place.measure(A, 3, 1.0) == 0.25
    assert second.asked == [(PREPARE, A), (MEASURE, A)]


def test_a_backend_that_does_not_start_again_is_given_up(monkeypatch):
    place = sitting(Process({(PREPARE, A): DIED}), BackendFailed("it is gone"))
    assert place.prepare(A, 1.0).message == str(DIED)
    for cell in (B, C):
        assert (place.prepare(cell, 1.0).status, place.prepare(cell, 1.0).message) == ("crash", "not timed: it is gone")


def test_a_backend_that_dies_all_the_time_is_given_up(monkeypatch):
    monkeypatch.setattr(seat, "MOST_LOSSES", 3)
    place = sitting(*[Process({(PREPARE, A): DIED}) for _ in range(3)])
    for _ in range(3):
        assert place.prepare(A, 1.0).message == str(DIED)
    assert place.prepare(B, 1.0).message == "not timed: fake was given up after it was lost 3 times"
