"""What a cell can leave changed is noticed, by name, and only that."""

import os
import random
import sys
import warnings

import numpy as np
import pytest

from adbench.runner.surroundings import READ, Surroundings


@pytest.fixture(autouse=True)
def _put_back():
    """Whatever a test changes here is this process's own."""
    folder, environment, limit = os.getcwd(), dict(os.environ), sys.getrecursionlimit()
    streams = random.getstate(), np.random.get_state()
    with np.errstate(), np.printoptions(), warnings.catch_warnings():
        yield
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.setrecursionlimit(limit)
    random.setstate(streams[0])
    np.random.set_state(streams[1])


CHANGES = {
    "the current directory": lambda: os.chdir("/"),
    "os.environ": lambda: os.environ.pop("PATH"),
    "NumPy's error state": lambda: np.seterr(over="raise"),
    "NumPy's print options": lambda: np.set_printoptions(suppress=True),
    "the warnings filters": lambda: warnings.simplefilter("ignore"),
    "the recursion limit": lambda: sys.setrecursionlimit(12_345),
}


def test_everything_that_is_read_has_a_change_here():
    assert CHANGES.keys() == READ.keys()


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_noticed_by_name(name):
    surroundings = Surroundings()
    assert surroundings.changed() == []
    CHANGES[name]()
    assert surroundings.changed() == [name]


def test_a_directory_that_is_gone_has_changed(tmp_path):
    surroundings = Surroundings()
    (tmp_path / "gone").mkdir()
    os.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert surroundings.changed() == ["the current directory"]


def test_what_is_put_back_has_not_changed():
    surroundings = Surroundings()
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("error")
        os.environ["ADBENCH_TEST"] = "1"
    del os.environ["ADBENCH_TEST"]
    assert surroundings.changed() == []


def test_random_streams_begin_anew_for_each_cell():
    surroundings = Surroundings()

    def draws():
        surroundings.reseed()
        return random.random(), np.random.rand()

    assert draws() == draws()
    random.seed(7)
    assert draws() == draws()
