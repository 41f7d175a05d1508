"""The page that docs/accuracy.md is: made of the lines of a results file, in the order of the table."""

import importlib
from pathlib import Path

from adbench.environment import header
from adbench.results import Accuracy, Started

ROOT = Path(__file__).parents[2]


def line(function, backend):
    return Accuracy(
        function=function, operand="", mode="value", backend=backend, dtype="float64", status="measured",
        points=200, median=0.0, maximum=0.5,
    )  # fmt: skip


def test_the_page_has_a_row_a_function_and_a_column_a_backend(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    started = [Started(backend="torch", version="2.0"), Started(backend="jax", version="1.0")]
    lines = [line("tanh", "torch"), line("abs", "torch"), line("tanh", "jax")]
    page = importlib.import_module("accuracy").page([header("adbench run"), *started, *lines]).splitlines()
    assert page[0] == "# Accuracy board"
    at = page.index("| function | | jax 1.0 | torch 2.0 |")
    assert page[at + 2 : at + 4] == ["| `abs` | value | – | 0.0/0.5 |", "| `tanh` | value | 0.0/0.5 | 0.0/0.5 |"]
