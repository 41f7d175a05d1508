"""The parent's end of a worker: what it makes of one that answers, refuses, dies, hangs or talks nonsense."""

import os

import pytest
from fakes import CASES

from adbench.errors import AdbenchError, BackendFailed, BackendNotInstalled
from adbench.plan import Cell
from adbench.runner import process, protocol
from adbench.runner.process import Worker, WorkerDied, WorkerTimedOut


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


def test_the_rest_of_the_environment_is_the_users(monkeypatch):
    monkeypatch.setenv("JAX_PLATFORMS", "cuda")
    monkeypatch.setenv("SOME_SETTING", "mine")
    environment = process._environment(1)
    assert (environment["JAX_PLATFORMS"], environment["SOME_SETTING"]) == ("cuda", "mine")
