"""pyperf's JSON, as pyperf itself reads it."""

import json

import pytest
from export.files import sample, write

from adbench.commands.export import export
from adbench.errors import AdbenchError


def exported(tmp_path, *samples, name="results"):
    out = tmp_path / f"{name}.json"
    path = write(tmp_path / f"{name}.jsonl", *samples)
    assert export(path, asv_folder=None, pyperf_file=out) == 0
    return out


def test_pyperf_loads_a_benchmark_a_cell_and_a_run_a_process(tmp_path):
    pyperf = pytest.importorskip("pyperf")
    out = exported(tmp_path, sample(counters={"primal_calls": 1}), sample(process=1, samples=(4e-6,)), sample("manual"))
    suite = pyperf.BenchmarkSuite.load(str(out))
    assert suite.get_benchmark_names() == [
        "regression.ridge[small]:vjp:float64:torch", "regression.ridge[small]:vjp:float64:manual",
    ]  # fmt: skip
    benchmark = suite.get_benchmark("regression.ridge[small]:vjp:float64:torch")
    assert [run.values for run in benchmark.get_runs()] == [(3e-6, 1e-6, 2e-6), (4e-6,)]
    assert benchmark.get_runs()[0].warmups == ((1, 0.5), (1, 4e-6))
    assert benchmark.median() == pytest.approx(2.5e-6)
    metadata = benchmark.get_metadata()
    assert metadata["adbench_backend_version"] == "2.13.0+cpu"
    assert (metadata["cpu_model_name"], metadata["cpu_count"], metadata["unit"]) == ("Fast", 2, "second")


def test_threads_are_told_apart(tmp_path):
    benchmarks = json.loads(exported(tmp_path, sample(), sample(threads=2)).read_text())["benchmarks"]
    names = [benchmark["metadata"]["name"] for benchmark in benchmarks]
    assert names == [f"regression.ridge[small]:vjp:float64:torch ({n} threads)" for n in (1, 2)]


def test_a_file_is_never_overwritten(tmp_path):
    out = exported(tmp_path, sample())
    before = out.read_bytes()
    with pytest.raises(AdbenchError, match="exists; name another file"):
        exported(tmp_path, sample(samples=(1.0,)))
    assert out.read_bytes() == before


def test_a_file_without_times_is_refused(tmp_path):
    with pytest.raises(AdbenchError, match="holds no times; `adbench bench --json PATH` writes some"):
        exported(tmp_path)
    with pytest.raises(AdbenchError, match=r"holds no time that can be exported; left out: too slow: regression"):
        exported(tmp_path, sample(status="too slow"), name="lost")


def test_nothing_to_write_and_a_machine_that_is_no_name_are_refused(tmp_path):
    path = write(tmp_path / "results.jsonl", sample())
    with pytest.raises(AdbenchError, match="nothing to write: name a folder by --asv"):
        export(path, asv_folder=None, pyperf_file=None)
    for machine in ("", "..", "a/b"):
        with pytest.raises(AdbenchError, match="must be a name that a folder can have"):
            export(path, asv_folder=tmp_path / "asv", pyperf_file=None, machine=machine)
    with pytest.raises(AdbenchError, match="cannot write"):
        export(path, asv_folder=None, pyperf_file=tmp_path / "none" / "out.json")
