"""Which process checks which cell: what takes one down is told apart from what came after it."""

import pytest
from msgspec.structs import replace

from adbench.errors import BackendFailed
from adbench.plan import Cell
from adbench.results import Outcome
from adbench.runner import checker, protocol
from adbench.runner.checker import AHEAD, Checker, Gone
from adbench.runner.process import WorkerDied, WorkerOutOfMemory, WorkerTimedOut

CELLS = [Cell(case=f"f.c{i}", size="small", operator="vjp", dtype="float64", backend="fake") for i in range(20)]
CELLS += [replace(CELLS[0], case="f.d", operator=operator) for operator in ("jvp", "vjp", "jacfwd", "jacrev")]
CELLS += [replace(CELLS[0], case="f.e")]
DIED = WorkerDied("the process ended with signal 11")


def checked(cell, **kwargs):
    return protocol.Checked(Outcome(**cell.fields(), status="pass"), **kwargs)


class Process:
    """Stands for a worker: answers "pass", except where its `script` tells by the cell's number what happens instead.

    Attributes:
        asked: numbers of the cells that it was asked about.
        most: the most that it had before it at once.
    """

    version = ready = "1.0"
    resident_bytes = 100

    def __init__(self, script):
        self.script, self.asked, self.answered, self.most, self.closed = script, [], 0, 0, False

    def send(self, request, seconds):
        self.asked.append(CELLS.index(request.cell))
        self.most = max(self.most, len(self.asked) - self.answered)

    def receive(self, seconds):
        number = self.asked[self.answered]
        self.answered += 1
        reply = self.script.get(number, checked(CELLS[number]))
        if isinstance(reply, Exception):
            raise reply
        return reply

    def kill(self):
        pass

    def close(self):
        self.closed = True


@pytest.fixture
def processes(monkeypatch):
    """A checker whose processes follow these scripts, one after the other."""
    made = []

    def follow(*scripts):
        coming = iter(scripts)

        def start(backend, case_files, *, python, memory_bytes, record, begun):
            script = next(coming)
            if isinstance(script, Exception):
                raise script
            made.append(Process(script))
            begun(made[-1])
            return made[-1]

        monkeypatch.setattr(checker, "Worker", start)
        one = Checker("fake", memory_bytes=1000)
        assert one.start() == Process.version
        return one, made

    return follow


def statuses(one, count=3):
    return [o.status for o in one.check(CELLS[:count])]


def test_cells_are_checked_in_order_and_asked_ahead(processes):
    one, made = processes({})
    assert [o.cell for o in one.check(CELLS)] == [c.id for c in CELLS]
    assert made[0].asked == list(range(len(CELLS)))
    assert made[0].most == AHEAD


@pytest.mark.parametrize(
    ("error", "status"),
    [(DIED, "crash"), (WorkerTimedOut("no answer"), "timeout"), (WorkerOutOfMemory("too much"), "oom")],
)
def test_a_process_lost_at_its_first_cell_is_that_cells_doing(processes, error, status):
    one, made = processes({0: error}, {})
    outcomes = list(one.check(CELLS[:3]))
    assert [o.status for o in outcomes] == [status, "pass", "pass"]
    assert outcomes[0].message == str(error)
    assert made[1].asked == [1, 2]


def test_a_cell_at_which_a_used_process_is_lost_is_run_again_in_a_new_one(processes):
    one, made = processes({1: DIED}, {})
    outcomes = list(one.check(CELLS[:3]))
    assert [o.status for o in outcomes] == ["pass"] * 3
    assert outcomes[1].message == f"passed in a new process; after other cells, {DIED}"
    assert outcomes[0].message == outcomes[2].message == ""
    assert made[0].closed
    assert made[1].asked == [1, 2]


def test_a_cell_that_takes_the_new_process_down_too_is_lost(processes):
    one, made = processes({1: DIED}, {1: WorkerTimedOut("no answer")}, {})
    outcomes = list(one.check(CELLS[:3]))
    assert [o.status for o in outcomes] == ["pass", "timeout", "pass"]
    assert outcomes[1].message == "no answer"
    assert len(made) == 3


def test_a_truth_at_which_two_cells_have_hung_has_no_other_cell_run(processes):
    hangs = WorkerTimedOut("no answer")
    one, made = processes({20: hangs}, {21: hangs}, {})
    outcomes = list(one.check(CELLS[20:]))
    assert [o.status for o in outcomes] == ["timeout"] * 4 + ["pass"]
    assert [o.message for o in outcomes[:2]] == ["no answer"] * 2
    assert all(o.message.startswith("no answer within") and o.message.endswith("not run") for o in outcomes[2:4])
    assert made[2].asked == [24]


def test_a_process_that_a_cell_left_changed_has_no_other_cell(processes):
    one, made = processes({1: checked(CELLS[1], spent=True)}, {})
    assert statuses(one, 4) == ["pass"] * 4
    assert made[0].closed
    assert made[1].asked == [2, 3]


def test_a_process_that_has_grown_half_way_to_its_limit_has_no_other_cell(processes, monkeypatch):
    one, made = processes({}, {})
    monkeypatch.setattr(made[0], "resident_bytes", 551, raising=False)
    assert statuses(one) == ["pass"] * 3
    assert made[1].asked == [1, 2]


def test_a_process_serves_only_so_many_cells(processes, monkeypatch):
    monkeypatch.setattr(checker, "CELLS_A_WORKER", 2)
    one, made = processes({}, {})
    assert statuses(one) == ["pass"] * 3
    assert made[1].asked == [2]


@pytest.mark.parametrize("reply", [checked(CELLS[5]), protocol.Ready("1.0")])
def test_an_answer_to_another_question_is_none(processes, reply):
    one, _ = processes({0: reply}, {})
    outcomes = list(one.check(CELLS[:2]))
    assert [o.status for o in outcomes] == ["crash", "pass"]
    assert outcomes[0].message == "the process answered about another cell"


def test_no_process_is_started_for_no_cell(processes):
    one, made = processes({2: checked(CELLS[2], spent=True)})
    assert statuses(one) == ["pass"] * 3
    assert statuses(one, 0) == []
    assert len(made) == 1


def test_answers_that_nobody_waits_for_are_not_taken_for_later_ones(processes):
    one, made = processes({}, {})
    for _ in one.check(CELLS[:10]):
        break
    assert statuses(one) == ["pass"] * 3
    assert made[0].closed
    assert made[1].asked == [0, 1, 2]


def test_a_checker_that_is_stopped_ends_without_an_outcome(processes):
    one, made = processes({1: DIED})
    outcomes = one.check(CELLS[:3])
    assert next(outcomes).status == "pass"
    one.stop()
    assert list(outcomes) == []
    assert len(made) == 1


def test_a_backend_that_does_not_start_is_an_error_of_its_own_kind_only_when_it_did_before(processes):
    with pytest.raises(BackendFailed, match="no driver") as caught:
        processes(BackendFailed("no driver"))
    assert not isinstance(caught.value, Gone)
    one, _ = processes({0: DIED}, BackendFailed("no driver"))
    outcomes = one.check(CELLS[:3])
    assert next(outcomes).status == "crash"
    with pytest.raises(Gone, match="no driver"):
        next(outcomes)
