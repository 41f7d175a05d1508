"""Planted faults at a small size: what is planted, and that adbench's own check finds it, on our engine."""

import importlib
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from adbench.backends.numpy import NumPy

from adbench.oracle.truth import truth_at

ROOT = Path(__file__).parents[2]
NAMES = ("sine", "matvec", "ridge")


@pytest.fixture(scope="module")
def detection():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        yield importlib.import_module("detection")


@cache
def truth_of(problem):
    return truth_at(problem, problem.make_inputs("small"), "float64")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("fault", ["none", "1e-10", "1e-02", "entry is 0"])
def test_adbench_finds_every_fault_and_nothing_where_there_is_none(detection, name, fault):
    problem = getattr(detection, name)
    planted = detection.plant(truth_of(problem), detection.FAULTS[fault], seed=1)
    assert detection.adbench_finds(NumPy(), problem, "small", planted) == (fault != "none")


def test_a_fault_is_planted_in_one_entry_that_the_seed_draws(detection):
    truth = truth_of(detection.matvec)
    planted = [detection.plant(truth, 0.5, seed).inputs["planted"] for seed in range(8)]
    assert all((p != 1).sum() == 1 and p.min() == 0.5 for p in planted)
    assert len({int(np.argmin(p)) for p in planted}) > 4
    assert (truth.inputs["planted"] == 1).all()


def test_a_stock_checker_sees_the_same_fault_when_it_is_gross(detection):
    pytest.importorskip("autograd")
    from adbench.registry import load_backend

    truth, autograd = truth_of(detection.sine), load_backend("autograd")
    found = {}
    for fault in ("none", "1e-10", "entry is 0"):
        planted = detection.plant(truth, detection.FAULTS[fault], seed=1)
        np.random.seed(1)
        found[fault] = detection.stock_finds(detection.autograd_check, autograd, detection.sine, planted)
    assert found == {"none": False, "1e-10": False, "entry is 0": True}


@pytest.mark.parametrize("name", NAMES)
def test_reach_counts_every_entry_of_the_derivative(detection, name):
    truth = truth_of(getattr(detection, name))
    assert detection.within_reach(getattr(detection, name), truth, 1e-10) == (20, 20)
    assert detection.within_reach(getattr(detection, name), truth, 1e-17) == (0, 20)
