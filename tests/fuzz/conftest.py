"""What the tests of the fuzzer share: hunts in this process, on cases of the fakes."""

import pytest
from fakes import shaped, small

from adbench.backend import FIRST_ORDER as OPERATORS
from adbench.fuzz.hunt import hunt
from adbench.fuzz.judge import judge
from adbench.plan import Cell

CASES = {case.name: case for case in (*vars(small).values(), *vars(shaped).values()) if hasattr(case, "wrt")}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    """No example that another test found is tried first."""
    monkeypatch.setenv("ADBENCH_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def asked():
    """The inputs that the last hunt had judged, in order."""
    return []


@pytest.fixture
def hunted(asked):
    """A hunt on a fake backend."""

    def run(backend, name, *, dtype="float64", operators=OPERATORS, examples=60, seed=0, **options):
        cell = Cell(case=name, size="found", operator="", dtype=dtype, backend="fake")

        def ask(inputs):
            asked.append(inputs)
            return judge(CASES[name], backend, cell, operators, inputs)

        return hunt(CASES[name], dtype, ask, backend="fake", examples=examples, seed=seed, **options)

    return run
