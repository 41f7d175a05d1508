"""The notes' worked examples: proved by the oracle, and equal to every number that the notes print."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from adbench.case import DEFINED
from adbench.cases import calculus
from adbench.errors import InvalidCase
from adbench.oracle.certify import prove

CASES = {case.name.partition(".")[2]: case for case in DEFINED[calculus.__name__]}
CELLS = [(name, size) for name, case in CASES.items() for size in case.sizes]
EXACT, ROUNDED = 0.0, 1e-15


@cache
def truths(name, size):
    return prove(CASES[name], size).truths


def test_the_catalogue_is_complete():
    assert set(CASES) == {
        "product_sine", "gated_gaussian", "hinge_sum", "reuse_quartic",
        "reuse_quartic_nodes", "reuse_log", "log_sum", "neg_log_sigmoid", "line_chain",
        "tanh_power", "tanh_cube", "cubic_mix", "cubic_mix_squared", "curve_chain",
        "two_path", "two_path_partial", "square", "log", "shift",
    }  # fmt: skip


@pytest.mark.parametrize(("name", "size"), CELLS)
def test_the_oracle_proves_every_closed_form(name, size):
    assert set(CASES[name].jacobians) == set(CASES[name].wrt)
    assert CASES[name].formula
    assert set(truths(name, size)) == {"float64", "float32"}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("name", "size"), CELLS)
def test_closed_forms_in_numpy_are_within_tolerance(name, size, dtype):
    case, truth = CASES[name], truths(name, size)[dtype]
    inputs = {k: x.astype(dtype) for k, x in truth.inputs.items()}
    for wrt, closed_form in case.jacobians.items():
        jacobian = closed_form(np, **inputs)
        assert jacobian.dtype == dtype
        assert (truth.jacobian[wrt].error(jacobian) <= truth.jacobian[wrt].tolerance).all()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("library", ["numpy", "array_api_compat.torch", "jax.numpy"])
def test_values_and_dtypes_in_each_library(library, name, dtype):
    xp = pytest.importorskip(library)
    if library == "jax.numpy":
        pytest.importorskip("jax").config.update("jax_enable_x64", True)
    truth = truths(name, "small")[dtype]
    inputs = {k: xp.asarray(x.astype(dtype)) for k, x in truth.inputs.items()}
    value = np.asarray(CASES[name].function(xp, **inputs))
    assert value.dtype == dtype
    assert (truth.value.error(value) <= truth.value.tolerance).all()


# Case, size, input, the notes' number, how far the truth may be from it: half a unit of its last digit.
GOLDEN = [
    ("product_sine", "small", "x1", 6.5839, 0.5e-4),
    ("product_sine", "small", "x2", 2.0, EXACT),
    ("gated_gaussian", "small", "x", (-0.00673795, -0.02695179), 0.5e-8),
    (
        "gated_gaussian",
        "second",
        "x",
        (0.19560835, -0.30124165),
        1e-8,
    ),  # the point is rounded to 8 digits as well
    ("reuse_quartic", "small", "x", -160.0, EXACT),
    ("reuse_quartic_nodes", "small", "x", -160.0, EXACT),
    ("reuse_quartic_nodes", "small", "da", -40.0, EXACT),
    ("reuse_quartic_nodes", "small", "db", -4.0, EXACT),
    ("reuse_quartic_nodes", "small", "dc", -1.0, EXACT),
    ("reuse_log", "small", "x", -20 * (math.log(4) + 1), 1e-14),
    ("log_sum", "small", "a", 1 / 7, ROUNDED),
    ("log_sum", "small", "b", 1 / 7, ROUNDED),
    ("neg_log_sigmoid", "small", "x", -2 / (1 + math.exp(2)), ROUNDED),
    ("line_chain", "small", "x", -12.0, EXACT),
    ("line_chain", "random", "x", -12.0, EXACT),
    ("tanh_cube", "small", "x", (1 - math.tanh(0.8**3) ** 2) * 3 * 0.8**2, 2 * ROUNDED),
    ("tanh_power", "small", "x", (1 - math.tanh(0.8**3) ** 2) * 3 * 0.8**2, 2 * ROUNDED),
    ("cubic_mix", "small", "x1", 12.0, EXACT),
    ("cubic_mix", "small", "x2", 13.0, EXACT),
    ("cubic_mix_squared", "small", "x1", 34.0, EXACT),
    ("cubic_mix_squared", "small", "x2", 816.0, EXACT),
    ("curve_chain", "small", "t", 2 * math.sin(1) * (math.cos(1) - 1), ROUNDED),
    ("two_path", "small", "a", 40.0, EXACT),
    ("two_path_partial", "small", "a", 20.0, EXACT),
    ("square", "small", "x", np.diag([2.0, 4.0, 6.0, 8.0, 10.0]), EXACT),
    ("log", "small", "x", np.diag([1.0, 1 / 2, 1 / 3, 1 / 4, 1 / 5]), ROUNDED),
    ("shift", "small", "a", np.eye(5), EXACT),
]
each_golden_number = pytest.mark.parametrize(
    ("name", "size", "wrt", "number", "within"), GOLDEN, ids=[f"{g[0]}-{g[1]}-{g[2]}" for g in GOLDEN]
)


@each_golden_number
def test_golden_number_by_the_oracle(name, size, wrt, number, within):
    truth = truths(name, size)["float64"].jacobian[wrt]
    np.testing.assert_allclose(truth.high, number, rtol=0, atol=within)


def by_engine(name, size, wrt):
    """The engine, the case as a function of one input alone, and that input."""
    engine = pytest.importorskip("adbench.engine")
    pytest.importorskip("adbench.engine.numpy")
    inputs = CASES[name].make_inputs(size)
    x = inputs.pop(wrt)
    return engine, lambda x: CASES[name].function(engine.numpy, **{**inputs, wrt: x}), x


@each_golden_number
def test_golden_number_by_reverse_mode(name, size, wrt, number, within):
    engine, f, x = by_engine(name, size, wrt)
    y, pullback = engine.vjp(f, x)
    rows = [pullback(e.reshape(np.shape(y)))[0] for e in np.eye(np.size(y))]
    np.testing.assert_allclose(np.reshape(rows, np.shape(number)), number, rtol=1e-15, atol=within)


@each_golden_number
def test_golden_number_by_forward_mode(name, size, wrt, number, within):
    engine, f, x = by_engine(name, size, wrt)
    columns = [engine.jvp(f, (x,), (e.reshape(x.shape),))[1] for e in np.eye(x.size)]
    jacobian = np.stack(columns, axis=-1).reshape(np.shape(number))
    np.testing.assert_allclose(jacobian, number, rtol=1e-15, atol=within)


def test_hinge_sum_pulls_ones_back_to_the_notes_matrix():
    golden = [[2.0, 2.0], [2.0, 0.0]]
    np.testing.assert_array_equal(
        truths("hinge_sum", "small")["float64"].jacobian["x"].high.sum(axis=0), golden
    )
    engine, f, x = by_engine("hinge_sum", "small", "x")
    _, pullback = engine.vjp(f, x)
    np.testing.assert_array_equal(pullback(np.ones(2))[0], golden)


def test_the_notes_finite_difference_is_off_in_the_seventh_digit():
    """The notes print the difference quotient before the gradient; h = 1e-10 leaves it six digits."""
    truth = truths("gated_gaussian", "second")["float64"].jacobian["x"].high
    error = np.abs(truth - (0.19560853, -0.30124125))
    assert (error > 1e-7).all()
    assert (error < 1e-6).all()


def test_the_total_derivative_is_the_partial_ones_along_both_paths():
    total = truths("two_path", "small")["float64"].jacobian["a"].high
    partial = {k: e.high for k, e in truths("two_path_partial", "small")["float64"].jacobian.items()}
    assert total == partial["a"] + 5 * partial["b"]
    assert total != partial["a"]


def test_a_planted_wrong_sign_is_refused():
    case = CASES["curve_chain"]
    wrong = replace(case, jacobians={"t": lambda xp, t: 2 * xp.sin(t) * (xp.cos(t) + 1)})
    with pytest.raises(InvalidCase, match=r"calculus\.curve_chain.*jacobian\('t'\) is wrong at entry"):
        prove(wrong, "small")


def test_a_planted_error_of_one_part_in_10_to_the_15_is_refused():
    case = CASES["log_sum"]
    wrong = replace(case, jacobians={**case.jacobians, "a": lambda xp, a, b: (1 + 2.0**-50) / (a + b)})
    with pytest.raises(InvalidCase, match="is wrong at entry"):
        prove(wrong, "random")
