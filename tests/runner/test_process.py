"""The parent's end of a worker: what it makes of one that answers, refuses, dies, hangs or talks nonsense."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fakes import CASES

from adbench.errors import AdbenchError, BackendFailed, BackendNotInstalled
from adbench.plan import Cell
from adbench.runner import log, process, protocol
from adbench.runner.process import Worker, WorkerDied, WorkerOutOfMemory, WorkerTimedOut


def check(name="cubic", backend="fake", operator="vjp"):
    cell = Cell(case=f"small.{name}", size="small", operator=operator, dtype="float64", backend=backend)
    return protocol.Check(cell)


@pytest.fixture
def worker():
    """Start workers that end with the test."""
    made = []

    def start(backend, **kwargs):
        made.append(Worker(backend, (CASES,), **kwargs))
        return made[-1]

    yield start
    for one in made:
        one.close()


def open_descriptors():
    return set(os.listdir("/proc/self/fd"))


def test_a_worker_answers_and_is_closed_twice_without_harm(worker):
    before = open_descriptors()
    one = worker("manual")
    assert one.version == __import__("numpy").__version__
    reply = one.ask(check(), 60)
    assert isinstance(reply, protocol.Checked)
    assert reply.outcome.status == "pass"
    one.close()
    one.close()
    assert open_descriptors() == before


def test_what_a_library_prints_is_no_part_of_the_protocol(worker):
    one = worker("fakes.killers:Floods")
    assert one.ask(check("cubic"), 60).outcome.status == "pass"
    assert one.ask(check("quotient"), 60).outcome.status == "pass"


def test_a_worker_that_dies_is_told_by_its_exit_code_and_its_last_words(worker):
    before = open_descriptors()
    one = worker("fakes.killers:Exits")
    with pytest.raises(WorkerDied, match=r"^the process ended with exit code 3: leaving now$"):
        one.ask(check(), 60)
    assert open_descriptors() == before


def test_a_worker_that_is_gone_already_has_died(worker):
    one = worker("manual")
    one._process.kill()
    one._process.wait()
    with pytest.raises(WorkerDied, match=r"^the process ended with signal 9$"):
        one.ask(check(), 60)


def test_a_worker_that_hangs_is_killed(worker):
    one = worker("fakes.killers:Hangs")
    with pytest.raises(WorkerTimedOut, match=r"^no answer within 1 s$"):
        one.ask(check(), 1)
    assert one._process.returncode == -9


def test_garbage_in_place_of_a_reply_is_a_death(worker):
    one = worker("fakes.killers:WritesGarbage")
    with pytest.raises(WorkerDied):
        one.ask(check(), 60)


def test_a_worker_that_takes_too_much_memory_is_killed(worker):
    one = worker("fakes.killers:EatsMemory", memory_bytes=256 << 20)
    with pytest.raises(WorkerOutOfMemory, match=r"^the process held \d+ MB, the limit is 256$"):
        one.ask(check(), 60)
    assert one._process.returncode == -9


def test_a_backend_that_needs_more_memory_than_it_may_take_does_not_start(worker):
    with pytest.raises(BackendFailed, match=r"^backend manual does not start: the process held .* the limit is 10$"):
        worker("manual", memory_bytes=10 << 20)


def test_the_last_words_are_those_of_the_last_request(worker):
    one = worker("fakes.killers:Floods")
    one.ask(check("cubic"), 60)
    one.kill()
    with pytest.raises(WorkerDied, match=r"^the process ended with signal 9$"):
        one.ask(check("quotient"), 60)


def test_a_flood_does_not_fill_the_disk(worker, monkeypatch):
    one = worker("fakes.killers:Floods")
    monkeypatch.setattr(log, "MOST_BYTES", 1 << 20)
    one.ask(check("cubic"), 60)
    assert one._log.size == log.TAIL_BYTES


def processes_of_group(pgid):
    """Processes that live, zombies left out."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, group = stat.read_text().rpartition(") ")[2].split()[:3]
        except OSError:
            continue
        if int(group) == pgid and state != "Z":
            found.append(stat.parent.name)
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc")
def test_children_end_with_their_worker(worker):
    one = worker("fakes.killers:LeavesAChild")
    assert one.ask(check(), 60).outcome.status == "pass"
    assert len(processes_of_group(one._process.pid)) > 1
    one.close()
    deadline = time.monotonic() + 60
    while (left := processes_of_group(one._process.pid)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert left == []


def test_a_request_that_is_not_read_times_out_too(worker):
    one = worker("manual")
    os.kill(one._process.pid, 19)  # SIGSTOP
    request = protocol.Try(check().cell, ("vjp",), {"x": protocol.Array("<f8", (1 << 20,), [1.0] * (1 << 20))})
    with pytest.raises(WorkerTimedOut, match=r"^no answer within 0\.5 s$"):
        one.ask(request, 0.5)


@pytest.mark.parametrize(
    ("backend", "kind", "exit_code", "message"),
    [
        ("nunpy", AdbenchError, 2, r"^no backend named 'nunpy'; did you mean numpy\?$"),
        ("fakes.wrong:Sign", AdbenchError, 2, r"^no backend named 'fakes\.wrong:Sign'"),
        ("fakes.nowhere:Any", AdbenchError, 2, r"^no backend named 'fakes\.nowhere:Any'"),
        ("fakes.unstartable.missing:Missing", BackendNotInstalled, 4, r"no_such_library is not installed"),
        ("fakes.unstartable.raises:Any", AdbenchError, 2, r"unstartable/raises\.py:4: ZeroDivisionError: "),
        ("fakes.unstartable.constructor:Constructor", AdbenchError, 4, r": OSError: the driver is too old$"),
        ("fakes.unstartable.dies:Any", BackendFailed, 4, r"exit code 7: cannot load the driver$"),
    ],
)  # fmt: skip
def test_a_backend_that_does_not_start(backend, kind, exit_code, message):
    before = open_descriptors()
    with pytest.raises(AdbenchError, match=message) as caught:
        Worker(backend, (CASES,))
    assert isinstance(caught.value, kind)
    assert caught.value.exit_code == exit_code
    assert isinstance(caught.value, BackendNotInstalled) == ("missing" in backend)
    assert "\n" not in str(caught.value)
    assert open_descriptors() == before


def test_a_case_file_that_is_broken_refuses_the_worker(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("x = 1\ny = nowhere\n")
    with pytest.raises(AdbenchError, match=r"mine\.py:2: NameError: ") as caught:
        Worker("manual", (str(path),))
    assert caught.value.exit_code == 2


def test_threads_are_fixed_in_the_environment(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    for threads in (1, 3):
        environment = process._environment(threads)
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
            assert environment[name] == str(threads)


@pytest.mark.parametrize(
    ("theirs", "threads", "flags"),
    [
        ("", 1, "--xla_cpu_multi_thread_eigen=false"),
        ("--xla_dump_to=/tmp", 1, "--xla_dump_to=/tmp --xla_cpu_multi_thread_eigen=false"),
        ("--xla_cpu_multi_thread_eigen=true", 1, "--xla_cpu_multi_thread_eigen=true"),
        ("--xla_dump_to=/tmp", 2, "--xla_dump_to=/tmp"),
    ],
)
def test_threads_of_xla_are_fixed_beside_the_users_own_flags(monkeypatch, theirs, threads, flags):
    monkeypatch.setenv("XLA_FLAGS", theirs)
    assert process._environment(threads)["XLA_FLAGS"] == flags


def test_the_environment_is_there_before_anything_is_imported(worker):
    one = worker("manual")
    environment = Path(f"/proc/{one._process.pid}/environ")
    if not environment.exists():
        pytest.skip("there is no /proc")
    assert b"OMP_NUM_THREADS=1" in environment.read_bytes().split(b"\0")


def test_the_rest_of_the_environment_is_the_users(monkeypatch):
    monkeypatch.setenv("JAX_PLATFORMS", "cuda")
    monkeypatch.setenv("SOME_SETTING", "mine")
    environment = process._environment(1)
    assert (environment["JAX_PLATFORMS"], environment["SOME_SETTING"]) == ("cuda", "mine")


PARENT = """
import sys
from adbench.plan import Cell
from adbench.runner import protocol
from adbench.runner.process import Worker
worker = Worker("fakes.killers:Hangs", (sys.argv[1],))
cell = Cell(case="small.cubic", size="small", operator="vjp", dtype="float64", backend="fake")
worker.send(protocol.Check(cell), 60)
print(worker._process.pid, flush=True)
worker.receive(60)
"""


def test_a_worker_that_hangs_does_not_outlive_a_run_that_is_killed():
    run = subprocess.Popen([sys.executable, "-c", PARENT, CASES], stdout=subprocess.PIPE)
    pid = int(run.stdout.readline())
    os.kill(pid, 0)
    run.kill()
    run.communicate()
    deadline = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()
