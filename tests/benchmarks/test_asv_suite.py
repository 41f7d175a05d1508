"""asv's face: its frozen names are the registry's bench cases, and its samples are the suite's own."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import pytest

from adbench import registry

ROOT = Path(__file__).parents[2]
BENCH_CASES = {case.name: tuple(case.sizes) for case in registry.load_cases().values() if case.bench}


@pytest.fixture
def suite(monkeypatch):
    monkeypatch.setattr(os, "environ", os.environ.copy())  # the suite fixes threads when it is imported
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))  # as asv does: its folder is a package of its own
    return importlib.import_module("asv_suite.gradients")


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
