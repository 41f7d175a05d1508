"""Every differentiable function has a row, and in every row the derivatives are the oracle's."""

import pytest
from engine.rules import rows_elementwise, rows_fft, rows_linalg, rows_moves, rows_special
from engine.truths import hold

from adbench.engine import numpy as xp
from adbench.engine.numpy import fft, linalg, special

ROWS = rows_elementwise.ROWS | rows_moves.ROWS | rows_linalg.ROWS | rows_fft.ROWS | rows_special.ROWS
PLAIN = {"linalg.matrix_rank", "fft.fftfreq", "fft.rfftfreq", "argsort"}  # without a derivative


def differentiable():
    """The names of everything that has a derivative."""
    return {
        *(name for names in xp.RULES.values() for name in names.split()),
        *("asarray", "full", "full_like", "linspace", "pow"),
        *(f"linalg.{name}" for name in linalg.__all__ if name.islower()),
        *(f"fft.{name}" for name in fft.__all__),
        *(f"special.{name}" for names in special.RULES.values() for name in names.split()),
    } - PLAIN


def test_every_function_has_a_row():
    assert differentiable() - set(ROWS) == set()
    assert set(ROWS) - differentiable() == set()


@pytest.mark.parametrize(("name", "i"), [(name, i) for name, rows in ROWS.items() for i in range(len(rows))])
def test_derivatives_are_the_oracles(name, i):
    hold(ROWS[name][i])
