"""Sweeps through workers: one that is lost costs its one function."""

import pytest

from adbench.accuracy.answer import questions
from adbench.accuracy.board import Board
from adbench.errors import AdbenchError, BackendFailed


def swept(functions, backends, required=()):
    answers, versions = {}, {}
    board = Board(
        required=required,
        see=lambda backend, name, dtype, found: answers.update({(backend, name, dtype): found}),
        started=lambda backend, version: versions.update({backend: version}),
        skipped=lambda backend, why: versions.update({backend: f"skipped: {why}"}),
    )
    board.sweep(functions, backends, ("float64",), 2)
    return answers, versions


def test_a_process_that_ends_costs_one_function():
    backend = "fakes.inaccurate:ExitsAtSine"
    answers, versions = swept(["cos", "sin", "tan"], [backend])
    status = {name: {s.status for s in found} for (_, name, _), found in answers.items()}
    assert status == {"cos": {"measured"}, "sin": {"crash"}, "tan": {"measured"}}
    assert [(s.mode, s.operand) for s in answers[backend, "sin", "float64"]] == questions("sin")
    assert "exit code 7" in answers[backend, "sin", "float64"][0].message
    assert list(versions) == [backend]


def test_a_backend_that_does_not_start_ends_the_run():
    with pytest.raises(BackendFailed):
        swept(["cos"], ["fakes.unstartable.constructor:Constructor"])
    with pytest.raises(AdbenchError):
        swept(["cos"], ["nowhere"])
