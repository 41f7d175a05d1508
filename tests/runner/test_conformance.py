"""A run: every cell has an outcome, and a backend that dies or hangs costs the one cell in which it did."""

import pytest
from fakes import CASES

from adbench.errors import AdbenchError, BackendFailed, BackendNotInstalled
from adbench.plan import Cell
from adbench.runner import conformance
from adbench.runner.conformance import Run


class Listener:
    """Runs cells, and keeps what the run tells."""

    def __init__(self, required=(), seconds=60.0):
        self.outcomes, self.versions, self.skips = [], {}, {}
        self.run = Run(
            case_files=(CASES,),
            required=required,
            see=self.outcomes.append,
            started=self.versions.__setitem__,
            skipped=self.skips.__setitem__,
            seconds=seconds,
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
    "CallsSysExit": "the process ended with exit code 4",
    "Segfaults": "the process ended with signal 11",
    "IsKilled": "the process ended with signal 9",
}


@pytest.fixture(scope="module")
def disturbed():
    """One run of every killer that ends at once, beside backends that are well."""
    killers = [f"fakes.killers:{name}" for name in (*DEATHS, "Floods")]
    return Listener().conform([*killers, "manual", "fakes.wrong:WrongSign"])


@pytest.mark.parametrize("name", DEATHS)
def test_a_backend_that_dies_costs_one_cell(disturbed, name):
    backend = f"fakes.killers:{name}"
    assert disturbed.status(backend) == {"cubic": "crash", "quotient": "pass"}
    assert disturbed.message(backend) == DEATHS[name]


def test_a_flood_on_both_streams_costs_nothing(disturbed):
    assert disturbed.status("fakes.killers:Floods") == {"cubic": "pass", "quotient": "pass"}


def test_the_others_have_the_outcomes_of_an_undisturbed_run(disturbed):
    assert disturbed.status("manual") == {"cubic": "pass", "quotient": "pass"}
    assert disturbed.status("fakes.wrong:WrongSign") == {"cubic": "fail", "quotient": "fail"}
    assert disturbed.message("fakes.wrong:WrongSign").startswith("derivative by x (wrong): entry [")


def test_every_cell_has_one_outcome_and_every_backend_a_version(disturbed):
    assert len(disturbed.outcomes) == len({o.cell for o in disturbed.outcomes}) == 2 * (len(DEATHS) + 3)
    assert set(disturbed.versions) == {o.backend for o in disturbed.outcomes}
    assert all(disturbed.versions.values())
    assert disturbed.skips == {}


def test_a_lost_cell_is_described_like_any_other(disturbed):
    lost = next(o for o in disturbed.outcomes if o.status == "crash")
    assert lost.cell == cell("cubic", lost.backend).id
    assert (lost.case, lost.family, lost.size) == ("small.cubic", "small", "small")
    assert (lost.operator, lost.dtype, lost.device, lost.checks) == ("vjp", "float64", "cpu", ())


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


def test_a_backend_that_dies_on_import_ends_the_run_once():
    with pytest.raises(
        BackendFailed, match="does not start: the process ended with exit code 7: cannot load"
    ):
        Listener().conform(["fakes.unstartable.dies:Any"])


def test_a_backend_that_is_installed_and_does_not_start_is_not_skipped_in_silence():
    with pytest.raises(AdbenchError, match="the driver is too old"):
        Listener().conform(["fakes.unstartable.constructor:Constructor"])


def test_a_backend_that_always_dies_is_given_up(monkeypatch):
    monkeypatch.setattr(conformance, "MOST_CRASHES", 2)
    listener = Listener()
    with pytest.raises(AdbenchError, match=r"^backend fakes\.killers:Exits crashed or hung on 2 cells"):
        listener.conform(["fakes.killers:Exits"], names=["cubic"] * 3)
    assert [o.status for o in listener.outcomes] == ["crash", "crash"]


def test_garbage_on_the_protocol_costs_one_cell():
    listener = Listener().conform(["fakes.killers:WritesGarbage"])
    assert listener.status("fakes.killers:WritesGarbage") == {"cubic": "crash", "quotient": "pass"}
