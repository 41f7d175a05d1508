"""Writing results: one run a file, whole lines whatever happens, and a way on from wherever a run was cut."""

import json
import os
import resource
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adbench import environment
from adbench.case import Case
from adbench.errors import AdbenchError, HarnessFailed
from adbench.journal import Journal
from adbench.ledger import Ledger
from adbench.plan import plan
from adbench.results import Accuracy, Check, Footer, Outcome, Sample, Started, read

CASES = [Case(name=f"a.case{i}", function=lambda xp, x: x, wrt=("x",), sizes={"small": {}}) for i in range(4)]
PLAN = plan([(case, "small") for case in CASES], ["numpy", "jax"], ["jvp", "vjp"], ["float64"])
CELLS = list(PLAN.cells())
DIGESTS = {sized.id: "0" for sized in PLAN.cases}
HEADER = environment.header("adbench run", plan=PLAN, digests=DIGESTS)
STARTED = Started(backend="numpy", version="2.4.6")


def outcome(cell=CELLS[0], status="pass", **fields):
    return Outcome(**cell.fields(), status=status, **fields)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "results.jsonl"


def write(path, *lines, finish=True):
    with Journal(path, HEADER) as journal:
        for line in lines:
            journal.write(line)
        if finish:
            journal.close(1.5)


def replayed(path, header=HEADER):
    """What a run that goes on is told, and whether the file is finished."""
    lines = []
    with Journal(path, header, lines.append) as journal:
        return lines, journal.finished


def refusal(path, replay=None, header=HEADER):
    """The sentence with which a file is refused; the file is left as it is."""
    before = path.read_bytes()
    with pytest.raises(AdbenchError) as caught:
        Journal(path, header, replay)
    assert path.read_bytes() == before
    assert caught.value.exit_code == 2
    return str(caught.value)


# Lines


def test_lines_are_flat_json_with_their_type_and_the_footer_counts_them(path):
    write(path, STARTED, outcome(), outcome(CELLS[1], "fail"), outcome(CELLS[2]))
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["type"] for line in lines] == ["header", "backend", "outcome", "outcome", "outcome", "footer"]
    assert lines[2]["cell"] == CELLS[0].id
    assert lines[-1]["counts"] == {"pass": 2, "fail": 1}


def test_each_line_is_in_the_file_when_it_is_written(path):
    with Journal(path, HEADER) as journal:
        assert list(read(path)) == [HEADER]
        journal.write(outcome())
        assert list(read(path)) == [HEADER, outcome()]


def test_a_run_that_is_interrupted_leaves_a_file_without_footer(path):
    with suppress(KeyboardInterrupt), Journal(path, HEADER) as journal:
        journal.write(outcome())
        raise KeyboardInterrupt
    assert list(read(path)) == [HEADER, outcome()]


def test_without_a_path_nothing_is_kept():
    with Journal(None, HEADER) as journal:
        journal.write(outcome())
        journal.close(0.0)


@pytest.mark.parametrize("place", ["nowhere/results.jsonl", "."])
def test_a_path_that_cannot_be_written_is_one_sentence(tmp_path, place):
    with pytest.raises(AdbenchError, match=r"^cannot write .*: (No such file or directory|Is a directory)$"):
        Journal(tmp_path / place, HEADER)


# Files that are there already


@pytest.mark.parametrize(
    "line",
    [
        outcome(),
        Sample(**CELLS[0].fields(), status="error"),
        Accuracy(function="exp", operand="x", mode="value", backend="numpy", dtype="float64", status="error"),
    ],
)
@pytest.mark.parametrize("finish", [True, False])
def test_a_file_that_holds_a_measurement_is_never_overwritten(path, line, finish):
    write(path, line, finish=finish)
    assert refusal(path).startswith(f"{path} is there already and would be lost; ")


def test_a_file_of_something_else_is_never_overwritten(path):
    path.write_text("my notes")
    assert refusal(path).startswith(f"{path} is there already and would be lost; ")
    assert refusal(path, print) == f"{path} is not a results file"


@pytest.mark.parametrize("lines", [(), (STARTED,)])
def test_a_file_in_which_nothing_is_measured_is_begun_anew(path, lines):
    write(path, *lines, finish=False)
    write(path, outcome())
    assert list(read(path)) == [HEADER, outcome(), Footer(counts={"pass": 1}, seconds=1.5)]


# Going on


@pytest.mark.parametrize("text", [None, b"", b'{"type":"hea', b'{"type":"header","schema":1,"adb'])
def test_where_there_is_nothing_yet_going_on_is_beginning(path, text):
    if text is not None:
        path.write_bytes(text)
    assert replayed(path) == ([], False)
    assert list(read(path)) == [HEADER]


def test_going_on_tells_what_is_there_and_appends(path):
    write(path, STARTED, outcome(), finish=False)
    lines = []
    with Journal(path, HEADER, lines.append) as journal:
        assert lines == [STARTED, outcome()]
        journal.write(outcome(CELLS[1], "fail"))
        journal.close(2.0)
    footer = Footer(counts={"pass": 1, "fail": 1}, seconds=2.0)
    assert list(read(path)) == [HEADER, STARTED, outcome(), outcome(CELLS[1], "fail"), footer]


def test_a_finished_file_says_so_and_is_left_as_it_is(path):
    write(path, STARTED, outcome())
    before = path.read_bytes()
    assert replayed(path) == ([STARTED, outcome()], True)
    assert path.read_bytes() == before


def test_a_line_in_the_middle_that_is_none_is_told_by_its_number(path):
    write(path, outcome(), outcome(CELLS[1]))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1][:40] + b"\n" + lines[2])
    assert refusal(path, lambda _: None).startswith(f"{path}, line 2: not a results line: ")


texts = st.text(st.characters(codec="utf-8"), max_size=20)
checks = st.builds(Check, name=texts, status=st.sampled_from(["pass", "fail"]), message=texts, ulps=st.floats(0, 1e9))
outcomes = st.tuples(
    *(
        st.builds(outcome, st.just(cell), message=texts, checks=st.lists(checks, max_size=2).map(tuple))
        for cell in CELLS
    )
)


@given(outcomes=outcomes, cuts=st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_wherever_it_is_cut_and_however_often_every_cell_is_there_once(tmp_path_factory, outcomes, cuts):
    path = tmp_path_factory.mktemp("cut") / "results.jsonl"
    by_cell = dict(zip(CELLS, outcomes, strict=True))
    for cut in [*cuts, None]:
        ledger = Ledger(PLAN, [])
        with Journal(path, HEADER, ledger.replay) as journal:
            assert not (journal.finished and list(ledger.left(CELLS)))
            for cell in ledger.left(CELLS):
                journal.write(by_cell[cell])
            if not journal.finished:
                journal.close(0.0)
        if cut is not None:
            os.truncate(path, int(cut * path.stat().st_size))
    header, *lines, footer = read(path)
    assert header == HEADER
    assert sorted(lines, key=lambda o: o.cell) == sorted(outcomes, key=lambda o: o.cell)
    assert footer.counts == {"pass": len(CELLS)}


OTHERS = {
    "adbench 9.9, then": {"adbench": "9.9"},
    "numpy 1.0, then": {"environment": {**HEADER.environment, "numpy": "1.0"}},
    "threads 64, then 1": {"environment": {**HEADER.environment, "threads": 64}},
    "system Plan 9, then": {"environment": {**HEADER.environment, "system": "Plan 9"}},
    "backends numpy, then jax, numpy": {"plan": msgspec.structs.replace(PLAN, backends=("numpy",))},
    "operators vjp, then jvp, vjp": {"plan": msgspec.structs.replace(PLAN, operators=("vjp",))},
    "shard 1/2, then none": {"plan": msgspec.structs.replace(PLAN, shard="1/2")},
    "cases not selected then: a.case0[small]": {"plan": msgspec.structs.replace(PLAN, cases=PLAN.cases[1:])},
    "definitions changed of: a.case0[small], a.case1[small], a.case2[small] and 1 more": {"digests": {}},
    "it is not of a conformance run": {"plan": None},
}


@pytest.mark.parametrize(("said", "fields"), OTHERS.items())
def test_a_file_of_another_run_is_refused_with_what_differs(path, said, fields):
    other = msgspec.structs.replace(HEADER, **fields)
    with Journal(path, other) as journal:
        journal.write(outcome())
    path.write_bytes(path.read_bytes() + b'{"type":"outc')
    sentence = refusal(path, lambda _: None)
    assert sentence.startswith(f"{path} is of another run: {said}")


def test_what_may_change_between_two_goes_does_not_matter(path):
    write(path, outcome(), finish=False)
    facts = {**HEADER.environment, "platform": "another kernel", "processor": "x", "cores": 999}
    later = msgspec.structs.replace(HEADER, command="again", started="later", environment=facts)
    assert replayed(path, later) == ([outcome()], False)
    assert next(read(path)) == HEADER


# One run a file


def test_two_runs_do_not_write_one_file(path):
    with Journal(path, HEADER) as journal:
        journal.write(outcome())
        for replay in (None, lambda _: None):
            sentence = refusal(path, replay)
            assert sentence.startswith(f"{path} is being written by ")
            if Path("/proc/locks").exists():
                assert f"process {os.getpid()} (" in sentence
    replayed(path)


HOLD = """
import sys
from pathlib import Path
from adbench.environment import header
from adbench.journal import Journal
with Journal(Path(sys.argv[1]), header("adbench run")):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_lock_of_a_dead_process_does_not_last(path):
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        assert "is being written by" in refusal(path)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    write(path, outcome())
    assert list(read(path))[1] == outcome()


# A full disk


@contextmanager
def room_for(size):
    """No file may grow beyond this many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", [0, 1, 100, 300])
def test_a_disk_that_fills_up_costs_the_line_that_does_not_fit(path, room):
    write(path, STARTED, outcome(), finish=False)
    before = path.read_bytes()
    with Journal(path, HEADER, lambda _: None) as journal:
        with room_for(len(before) + room), pytest.raises(HarnessFailed) as caught:
            journal.write(outcome(CELLS[1], message="x" * 300))
        assert path.read_bytes() == before
    assert str(caught.value) == f"cannot write {path}: File too large; what was measured until then is kept"
    assert replayed(path) == ([STARTED, outcome()], False)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_device_without_room_is_a_failure_of_the_harness():
    with pytest.raises(HarnessFailed, match=r"^cannot write /dev/full: No space left on device; "):
        Journal(Path("/dev/full"), HEADER)
