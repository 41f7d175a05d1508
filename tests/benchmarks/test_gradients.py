"""pytest-benchmark's face, in a pytest of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

WITHOUT = ("cacheprovider", "randomly", "xdist")  # under the last, pytest-benchmark turns itself off
ROOT = Path(__file__).parents[2]
RIDGE = "regression.ridge[small]:vjp:float64"  # at the first size of the case


def run_pytest(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *(f"-pno:{plugin}" for plugin in WITHOUT), *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
    )


def nodes(*backends):
    return [f"benchmarks/test_gradients.py::test_gradient[{RIDGE}:{backend}]" for backend in backends]


def test_benchmark_only_measures_the_prepared_calls(tmp_path):
    saved = tmp_path / "benchmarks.json"
    done = run_pytest("--benchmark-only", f"--benchmark-json={saved}", *nodes("numpy", "manual"))
    assert done.returncode == 0, done.stdout + done.stderr
    measured = json.loads(saved.read_text(encoding="utf-8"))["benchmarks"]
    assert {m["group"] for m in measured} == {"regression.ridge[small]"}
    assert {m["extra_info"]["backend"] for m in measured} == {"numpy", "manual"}
    assert all(m["extra_info"]["counters"]["primal_calls"] == 1 for m in measured)
    assert all(m["extra_info"]["first_call_seconds"] > 0 and m["extra_info"]["version"] for m in measured)


def test_benchmark_disable_is_a_smoke_test_in_which_unsupported_skips():
    done = run_pytest("--benchmark-disable", *nodes("numpy", "finite"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed, 1 skipped" in done.stdout


@pytest.mark.slow
def test_every_bench_case_runs_on_every_installed_backend():
    done = run_pytest("--benchmark-disable", "benchmarks/")
    assert done.returncode == 0, done.stdout + done.stderr
