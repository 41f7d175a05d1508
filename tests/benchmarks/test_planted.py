"""The backends with a planted slowdown do what their names say."""

import sys
from pathlib import Path

import pytest

from adbench.errors import UnknownName
from adbench.registry import load_backend

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(autouse=True)
def _on_the_path(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield
    sys.modules.pop("planted", None)


@pytest.mark.parametrize("times", [1, 20, 21])
def test_a_call_is_so_many_calls_and_gives_the_same(times):
    backend, called = load_backend(f"planted:numpy_{times}"), []
    f = lambda x: called.append(1) or 2 * x
    call = backend.prepare("primal", f, (3.0,))
    assert call((3.0,)) == 6.0
    assert len(called) == times


def test_a_configuration_is_named_with_an_underscore():
    assert load_backend("planted:numpy_compiled_22").name == "numpy:compiled×22"


@pytest.mark.parametrize("name", ["planted:manual", "planted:numpy_more"])
def test_other_names_are_no_backends(name):
    with pytest.raises(UnknownName):
        load_backend(name)
