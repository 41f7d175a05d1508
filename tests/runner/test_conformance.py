"""A run: every cell has an outcome, and a backend that dies or hangs costs the one cell in which it did."""

import json
import time

import pytest
from fakes import CASES, planted

from adbench.errors import AdbenchError, BackendFailed, BackendNotInstalled, HarnessFailed
from adbench.plan import Cell
from adbench.runner import checker, conformance, deal, process
from adbench.runner.conformance import Run


class Listener:
    """Runs cells, and keeps what the run tells."""

    def __init__(self, required=(), seconds=60.0, memory_bytes=0, case_files=(CASES,), **more):
        self.outcomes, self.versions, self.skips = [], {}, {}
        self.run = Run(
            case_files=case_files,
            required=required,
            see=self.outcomes.append,
            started=self.versions.__setitem__,
            skipped=self.skips.__setitem__,
            seconds=seconds,
            memory_bytes=memory_bytes,
            **more,
        )

    def conform(self, backends, names=("cubic", "quotient"), jobs=2):
        self.run.conform([cell(name, backend) for backend in backends for name in names], jobs)
        return self

    def status(self, backend):
        return {o.case.partition(".")[2]: o.status for o in self.outcomes if o.backend == backend}

    def message(self, backend, name="cubic"):
        return next(o.message for o in self.outcomes if (o.backend, o.case) == (backend, f"small.{name}"))


def cell(name, backend):
    return Cell(case=f"small.{name}", size="small", operator="vjp", dtype="float64", backend=backend)


DEATHS = {
    "Exits": "the process ended with exit code 3: leaving now",
    "Segfaults": "the process ended with signal 11",
}


@pytest.fixture(scope="module")
def disturbed():
    """One run of every killer that ends at once, beside backends that are well."""
    killers = [f"fakes.killers:{name}" for name in DEATHS]
    return Listener().conform([*killers, "manual", "fakes.wrong:WrongSign"])


@pytest.mark.parametrize("name", DEATHS)
def test_a_backend_that_dies_costs_one_cell(disturbed, name):
    backend = f"fakes.killers:{name}"
    assert disturbed.status(backend) == {"cubic": "crash", "quotient": "pass"}
    assert disturbed.message(backend) == DEATHS[name]


def test_the_others_have_the_outcomes_of_an_undisturbed_run(disturbed):
    assert disturbed.status("manual") == {"cubic": "pass", "quotient": "pass"}
    assert disturbed.status("fakes.wrong:WrongSign") == {"cubic": "fail", "quotient": "fail"}
    assert disturbed.message("fakes.wrong:WrongSign").startswith("derivative by x (wrong): entry [")


def test_every_cell_has_one_outcome_and_every_backend_a_version(disturbed):
    assert len(disturbed.outcomes) == len({o.cell for o in disturbed.outcomes}) == 2 * (len(DEATHS) + 2)
    assert set(disturbed.versions) == {o.backend for o in disturbed.outcomes}
    assert all(disturbed.versions.values())
    assert disturbed.skips == {}


def test_a_lost_cell_is_described_like_any_other(disturbed):
    lost = next(o for o in disturbed.outcomes if o.status == "crash")
    assert lost.cell == cell("cubic", lost.backend).id
    assert (lost.case, lost.family, lost.size) == ("small.cubic", "small", "small")
    assert (lost.operator, lost.dtype, lost.device, lost.checks) == ("vjp", "float64", "cpu", ())


# What is said of a misbehaviour ends with this, where anything is.
SAID = {
    "Exits": "exit code 3: leaving now",
    "CallsSysExit": "exit code 4",
    "Interrupts": "KeyboardInterrupt",
    "Segfaults": "signal 11",
    "OverflowsTheStack": "signal 11",
    "IsKilled": "signal 9",
    "DiesBeforeItsChild": "exit code 6",
    "ClosesItsPipes": "closed its pipe",
    "WritesGarbage": "no reply: JSON is malformed: invalid character (byte 0)",
    "WritesGarbageForEver": "more than 64 MB that are no reply",
    "EatsMemory": "the limit is 512",
    "RecursesDeeply": "RecursionError: maximum recursion depth exceeded",
    "Unprintable": "MuteError",
    "ChangesDirectory": "purity: vjp changed the current directory",
    "LosesDirectory": "purity: vjp changed the current directory",
    "ChangesEnvironment": "purity: vjp changed os.environ",
    "ChangesErrorState": "purity: vjp changed NumPy's error state",
    "ChangesPrinting": "purity: vjp changed NumPy's print options",
    "ChangesRecursionLimit": "purity: vjp changed the recursion limit",
}
PLANTED = [name for name, status in planted.FAULTS.items() if status != "timeout"]  # which takes its time

MANY = """
from adbench.case import case

for name in {names}:
    @case(name=name, wrt=("x",))
    def square(xp, x):
        "x²; x ()."
        return x * x

    square.inputs(lambda rng: {{"x": rng.uniform(1.0, 2.0)}})
    square.jacobian("x")(lambda xp, x: 2 * x)
"""


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory):
    """One run in which every misbehaviour is planted in a cell, and the cell after it is well."""
    file = tmp_path_factory.mktemp("cases") / "many.py"
    file.write_text(MANY.format(names=PLANTED))
    backend, dtypes = "fakes.planted:Planted", ("float64", "float32")
    cells = [
        Cell(case=f"many.{name}", size="small", operator="vjp", dtype=dtype, backend=backend)
        for name in PLANTED
        for dtype in dtypes
    ]
    listener = Listener(memory_bytes=512 << 20, case_files=(str(file),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(planted.PLANTED, json.dumps({f"many.{name}:float64": name for name in PLANTED}))
        patch.setattr(conformance, "MOST_CRASHES", len(PLANTED))
        listener.run.conform(cells, 2)
    return {(o.case.partition(".")[2], o.dtype): o for o in listener.outcomes}


@pytest.mark.parametrize("name", PLANTED)
def test_a_misbehaviour_costs_its_own_cell_and_is_told_by_its_status(spoiled, name):
    outcome = spoiled[name, "float64"]
    assert outcome.status == planted.FAULTS[name], outcome.message
    assert outcome.message.endswith(SAID.get(name, ""))


def test_no_misbehaviour_costs_another_cell(spoiled):
    assert len(spoiled) == 2 * len(PLANTED)
    assert {name: o.status for (name, dtype), o in spoiled.items() if dtype == "float32"} == dict.fromkeys(
        PLANTED, "pass"
    )


def test_a_backend_that_hangs_costs_one_cell():
    listener = Listener(seconds=3.0).conform(["fakes.killers:Hangs"])
    assert listener.status("fakes.killers:Hangs") == {"cubic": "timeout", "quotient": "pass"}
    assert listener.message("fakes.killers:Hangs") == "no answer within 3 s"


def test_a_backend_that_is_not_installed_is_skipped_and_the_others_run():
    missing = "fakes.unstartable.missing:Missing"
    listener = Listener().conform([missing, "manual"], names=["cubic"])
    assert listener.status("manual") == {"cubic": "pass"}
    assert listener.status(missing) == {}
    assert "no_such_library is not installed" in listener.skips[missing]
    assert missing not in listener.versions


def test_a_backend_that_is_not_installed_but_required_ends_the_run():
    missing = "fakes.unstartable.missing:Missing"
    listener = Listener(required=[missing])
    with pytest.raises(
        BackendNotInstalled, match="no_such_library is not installed; pip install no_such_library"
    ):
        listener.conform([missing], names=["cubic"])
    assert listener.outcomes == []


def test_a_backend_that_dies_on_import_is_told_once_and_costs_no_other_backend_a_cell():
    dies = "fakes.unstartable.dies:Any"
    listener = Listener()
    message = f"backend {dies} does not start: the process ended with exit code 7: cannot load the driver"
    with pytest.raises(BackendFailed, match=f"^{message}$"):
        listener.conform([dies, "manual"])
    assert listener.skips == {dies: message}
    assert listener.status("manual") == {"cubic": "pass", "quotient": "pass"}
    assert listener.status(dies) == {}


def test_a_backend_that_is_installed_and_does_not_start_is_not_skipped_in_silence():
    with pytest.raises(AdbenchError, match="the driver is too old"):
        Listener().conform(["fakes.unstartable.constructor:Constructor"])


def test_a_backend_that_always_dies_is_given_up_and_the_others_are_not(monkeypatch):
    monkeypatch.setattr(conformance, "MOST_CRASHES", 2)
    dies = "fakes.killers:Exits"
    listener = Listener().conform([dies, "manual"], names=["cubic"] * 4)
    assert [o.status for o in listener.outcomes if o.backend == dies] == ["crash"] * 4
    assert [o.message for o in listener.outcomes if o.backend == dies] == [
        *[DEATHS["Exits"]] * 2,
        *["not run: fakes.killers:Exits was given up after it was lost on 2 cells"] * 2,
    ]
    assert [o.status for o in listener.outcomes if o.backend == "manual"] == ["pass"] * 4


def test_losses_that_are_expected_do_not_count(monkeypatch):
    monkeypatch.setattr(conformance, "MOST_CRASHES", 1)
    expected = "fakes.killers:Segfaults"
    listener = Listener(expected=lambda outcome: outcome.backend == expected)
    listener.conform([expected, "fakes.killers:Exits"], names=["cubic", "cubic", "quotient"])
    assert [o.message for o in listener.outcomes if o.backend == expected] == [*[DEATHS["Segfaults"]] * 2, ""]
    assert listener.status(expected)["quotient"] == "pass"
    given_up = [o for o in listener.outcomes if o.backend == "fakes.killers:Exits" and "was given up" in o.message]
    assert len(given_up) == 2


def test_a_backend_that_does_not_start_again_is_given_up(monkeypatch):
    start, started = checker.Worker, []

    def once(*args, **kwargs):
        if started:
            raise BackendFailed("the driver is gone")
        started.append(start(*args, **kwargs))
        return started[0]

    monkeypatch.setattr(checker, "Worker", once)
    listener = Listener().conform(["fakes.killers:Exits"], names=["cubic", "quotient"], jobs=1)
    assert [(o.status, o.message) for o in listener.outcomes] == [
        ("crash", DEATHS["Exits"]),
        ("crash", "not run: the driver is gone"),
    ]


def test_cells_of_one_backend_are_dealt_to_as_many_processes_as_jobs_allow(monkeypatch):
    monkeypatch.setattr(deal, "WORTH_A_PROCESS", 1)
    monkeypatch.setattr(deal, "BATCH", 1)
    monkeypatch.setattr(deal.os, "cpu_count", lambda: 2)
    processes, start = [], checker.Worker
    monkeypatch.setattr(checker, "Worker", lambda *a, **k: processes.append(a) or start(*a, **k))
    listener = Listener().conform(["manual"], names=["cubic", "quotient"] * 20, jobs=3)
    assert len(listener.outcomes) == 40
    assert len(processes) == 2
    assert list(listener.versions) == ["manual"]


def test_a_run_that_fails_ends_at_once_whatever_its_workers_are_at():
    def see(outcome):
        raise HarnessFailed("the disk is full")

    listener = Listener()
    listener.run._see = see
    start = time.monotonic()
    with pytest.raises(HarnessFailed, match="the disk is full"):
        listener.conform(["fakes.unstartable.hangs:Any", "manual"])
    assert listener.run._checkers == set()
    assert listener.skips == {}
    assert time.monotonic() - start < process.START_SECONDS  # nobody waited for the one that hangs on import
