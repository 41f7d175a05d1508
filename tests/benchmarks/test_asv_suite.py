"""asv's face: its frozen names are the registry's bench cases, and its samples are the suite's own."""

from __future__ import annotations

import hashlib
import importlib
import os
from pathlib import Path

import pytest

from adbench import registry

FROZEN_CASES, FROZEN_BACKENDS = 16, 7
FROZEN = "0c124f03cdfe66486a25bb363aef0e937a4ea028a8e4fd6f03a8ee0cd1177fc9"
ROOT = Path(__file__).parents[2]
BENCH_CASES = {case.name: tuple(case.sizes) for case in registry.load_cases().values() if case.bench}


@pytest.fixture
def suite(monkeypatch):
    monkeypatch.setattr(os, "environ", os.environ.copy())  # the suite fixes threads when it is imported
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))  # as asv does: its folder is a package of its own
    return importlib.import_module("asv_suite.gradients")


def test_what_history_is_filed_under_is_still_there(suite):
    """asv finds parameters by their index: what was first is to stay first, in this order."""
    first = (list(suite.CASES.items())[:FROZEN_CASES], suite.BACKENDS[:FROZEN_BACKENDS])
    digest = hashlib.sha256(repr(first).encode()).hexdigest()
    assert digest == FROZEN, "a name or a size of benchmarks/asv_suite/names.py was lost, moved or renamed"


def test_names_are_those_of_the_bench_cases(suite):
    assert suite.CASES == BENCH_CASES, (
        "append what is new to benchmarks/asv_suite/names.py, and change nothing"
    )


def test_backends_are_known(suite):
    assert set(suite.BACKENDS) <= set(registry.backend_names())


def test_one_class_a_case(suite):
    classes = [c for name, c in vars(suite).items() if isinstance(c, type) and not name.startswith("_")]
    assert {c.name: c.params[0] for c in classes} == BENCH_CASES
    assert all(c.params[1] == suite.BACKENDS for c in classes)


def test_samples_are_as_asv_reads_them(suite):
    benchmark = suite.regression_ridge()
    benchmark.setup("tiny", "numpy")
    measured = benchmark.track_gradient("tiny", "numpy")
    assert set(measured) == {"samples", "number"}
    assert len(measured["samples"]) >= suite.SAMPLES[0]
    assert all(0 < seconds < 1 for seconds in measured["samples"])


@pytest.mark.parametrize(("size", "backend"), [("gigantic", "numpy"), ("tiny", "finite")])
def test_what_cannot_be_measured_is_not_applicable(suite, size, backend):
    with pytest.raises(NotImplementedError):
        suite.regression_ridge().setup(size, backend)


def test_a_backend_that_is_not_installed_is_not_applicable(suite, monkeypatch):
    def load(name):
        raise registry.BackendNotInstalled(f"{name} is not installed")

    monkeypatch.setattr(registry, "load_backend", load)
    with pytest.raises(NotImplementedError, match="not installed"):
        suite.regression_ridge().setup("tiny", "torch")
