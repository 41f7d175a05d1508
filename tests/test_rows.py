"""Rows of libraries' own functions: what is drawn, and the case that a row makes."""

import numpy as np
import pytest

from adbench import rows
from adbench.case import DEFINED

SEEDS = range(20)


@pytest.fixture(autouse=True)
def _leave_the_registry_alone():
    yield
    DEFINED.pop(__name__, None)


def drawn(operand):
    return [operand.draw(np.random.default_rng(seed)) for seed in SEEDS]


@pytest.mark.parametrize("shape", [(), (1,), (5,), (2, 3), (2, 3, 2), (0,)])
@pytest.mark.parametrize("of", [rows.real, rows.positive, rows.apart, rows.complex_])
def test_operands_have_their_shapes(of, shape):
    assert all(x.shape == shape for x in drawn(of(*shape)))


def test_what_is_drawn_apart_has_no_ties_and_no_whole_or_half_numbers():
    for x in drawn(rows.apart(3, 4)):
        assert np.diff(np.sort(x, axis=None)).min() > 0.01
        assert np.abs(2 * x - np.round(2 * x)).min() > 0.05
        assert x.min() >= -2.0
        assert x.max() <= 2.0


def test_matrices_are_well_conditioned_and_not_symmetric():
    for n in (1, 2, 4):
        for A in drawn(rows.dominant(n, n)):
            assert np.linalg.cond(A) < 20
            assert n == 1 or (A != A.T).any()


def test_positive_numbers_say_where_they_may_lie():
    assert rows.positive(3).domain == (0.0, None)
    assert rows.real(3).domain == (None, None)
    assert min(x.min() for x in drawn(rows.positive(3))) >= 0.5


def test_what_is_fixed_is_new_every_time():
    values = np.array([1.0, 2.0])
    operand = rows.fixed(values)
    operand.draw(np.random.default_rng(0))[0] = 9.0
    np.testing.assert_array_equal(operand.draw(np.random.default_rng(0)), values)


def test_a_row_is_a_case_of_the_librarys_own_function():
    native, row = (lambda lib, x, i, y: lib.f(x, i, y)), rows.table("lib", "a source", ("float64",))
    made = row("f", "x[i] y", native, lambda xp, x, i, y: x[i] * y,
               x=rows.real(3), i=rows.constant([2, 0]), y=rows.positive(2))  # fmt: skip
    assert made.name == "test_rows.f"
    assert (made.wrt, made.parameters) == (("x", "y"), ("x", "i", "y"))
    assert (made.native, made.formula, made.source) == ({"lib": native}, "x[i] y", "a source")
    assert (made.dtypes, made.domain) == (("float64",), {"y": (0.0, None)})
    inputs = made.make_inputs("small")
    assert inputs["i"].dtype.kind == "i"
    assert made.path == __file__
    assert DEFINED[__name__] == [made]


def test_a_row_may_have_dtypes_of_its_own():
    row = rows.table("lib", "a source", ("float64",))
    made = row("g", "x", lambda lib, x: x, lambda xp, x: x, dtypes=("float32",), x=rows.real(2))
    assert made.dtypes == ("float32",)
