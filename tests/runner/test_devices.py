"""A second device: every array is on it, and a backend without it says so."""

import os

import pytest
from fakes import CASES

from adbench.backend import FIRST_ORDER
from adbench.commands.bench import bench
from adbench.commands.run import run
from adbench.errors import AdbenchError
from adbench.plan import Cell
from adbench.results import Outcome, read
from adbench.runner.bench import Bench, Budget
from adbench.runner.devices import reach

TWO, HOME = "fakes.devices:TwoDevices", "fakes.devices:StaysAtHome"


@pytest.fixture(autouse=True)
def _platforms(monkeypatch):
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")  # `reach` would set it


def checked(tmp_path, backends, **options):
    path = tmp_path / "results.jsonl"
    code = run(["small.cubic"], backends=backends, case_files=(CASES,), json=path, jobs=1, progress="none", **options)
    return code, [line for line in read(path) if isinstance(line, Outcome)]


def test_all_arrays_of_a_check_are_on_the_device(tmp_path):
    code, outcomes = checked(tmp_path, [TWO], device="second", operators=FIRST_ORDER)
    assert {o.operator: (o.status, o.message) for o in outcomes} == dict.fromkeys(FIRST_ORDER, ("pass", ""))
    assert all(o.device == "second" and o.cell.endswith("@second") for o in outcomes)
    assert code == 0


def test_what_a_backend_has_not_is_unsupported_beside_one_that_has(tmp_path):
    _, outcomes = checked(tmp_path, [TWO, "manual"], device="second")
    assert {(o.backend, o.status) for o in outcomes} == {(TWO, "pass"), ("manual", "unsupported")}
    assert {o.message for o in outcomes if o.backend == "manual"} == {"manual has no device second here; it has cpu"}


def test_a_device_that_no_backend_has_is_refused_before_anything_runs(tmp_path, capsys):
    sentence = "^none of the chosen backends has a device second on this machine: manual has cpu; finite has cpu$"
    with pytest.raises(AdbenchError, match=sentence):
        checked(tmp_path, ["manual", "finite"], device="second")
    with pytest.raises(AdbenchError, match=sentence):
        bench(["small"], backends=["manual", "finite"], device="second", case_files=(CASES,), progress="none")


@pytest.mark.parametrize(("device", "told"), [("second", True), ("cpu", False)])
def test_a_failure_is_reproduced_on_its_device(tmp_path, capsys, device, told):
    code, _ = checked(tmp_path, ["fakes.devices:WrongSign"], device=device, operators=["vjp"])
    assert code == 1
    assert ("--device second" in capsys.readouterr().out) is told


def measured(backend, device, operators=("primal", "vjp", "jvp", "jacfwd", "jacrev")):
    cells = [
        Cell(case="small.cubic", size="small", operator=o, dtype="float32", backend=backend, device=device)
        for o in operators
    ]
    runner = Bench([backend], case_files=(CASES,), budget=Budget(seconds=5, rounds=3))
    try:
        return runner.measure(cells)
    finally:
        runner.close()


def test_all_arrays_of_a_timed_call_are_on_the_device():
    assert {(s.operator, s.status, s.message, s.device) for s in measured(TWO, "second")} == {
        (o, "timed", "", "second") for o in ("primal", "vjp", "jvp", "jacfwd", "jacrev")
    }


def test_a_result_on_another_device_is_seen_where_it_is_waited_for():
    (sample,) = measured(HOME, "second", ("vjp",))
    assert (sample.status, sample.message) == ("error", "RuntimeError: a result is on cpu")


def test_times_of_a_device_that_is_not_there_are_unsupported():
    (sample,) = measured("manual", "second", ("vjp",))
    assert (sample.status, sample.message) == ("unsupported", "manual has no device second here; it has cpu")


def test_workers_may_use_all_of_jaxs_platforms_once_a_device_is_asked_for(monkeypatch):
    monkeypatch.delenv("JAX_PLATFORMS")
    reach("cpu", [TWO])
    assert "JAX_PLATFORMS" not in os.environ
    reach("second", [TWO, "manual"])
    assert os.environ["JAX_PLATFORMS"] == ""
