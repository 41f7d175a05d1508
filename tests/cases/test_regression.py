"""Regression: proved by the oracle, and the identities that the lecture notes state."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from adbench.case import DEFINED
from adbench.cases import regression
from adbench.errors import InvalidCase
from adbench.oracle.certify import prove

CASES = {case.name.partition(".")[2]: case for case in DEFINED[regression.__name__]}
CELLS = [
    (name, size) for name, case in CASES.items() for size in case.sizes if size not in ("medium", "large")
]
BENCH = ["ridge", "logistic_nll"]
EPSILON = np.finfo(np.float64).eps


@cache
def truths(name, size):
    return prove(CASES[name], size).truths


def inputs_of(name, size, dtype):
    return {k: x.astype(dtype) for k, x in truths(name, size)[dtype].inputs.items()}


def jacobian(name, wrt):
    return truths(name, "small")["float64"].jacobian[wrt].high


def half_hessian(X, lam):
    return X.T @ X + lam * np.eye(X.shape[1])


def test_the_catalogue_is_complete():
    assert set(CASES) == {
        "ridge", "ridge_solution", "ridge_optimality", "residual_norm", "polynomial", "da_dX", "mse",
        "mse_prediction", "mse_residual", "mse_square", "mse_sum", "mse_mean", "gaussian_nll", "map_estimate",
        "logistic_nll", "logistic_least_squares",
        "gradient_descent_1", "gradient_descent_5", "gradient_descent_20",
    }  # fmt: skip
    assert [name for name, case in CASES.items() if case.bench] == BENCH


@pytest.mark.parametrize(("name", "size"), CELLS)
def test_the_oracle_proves_every_closed_form(name, size):
    assert set(CASES[name].jacobians) == set(CASES[name].wrt)
    assert CASES[name].formula
    assert set(truths(name, size)) == {"float64", "float32"}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("name", "size"), CELLS)
def test_closed_forms_in_numpy_are_within_tolerance(name, size, dtype):
    for wrt, closed_form in CASES[name].jacobians.items():
        truth, got = truths(name, size)[dtype].jacobian[wrt], closed_form(np, **inputs_of(name, size, dtype))
        assert got.dtype == dtype
        assert (truth.error(got) <= truth.tolerance).all()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", BENCH)
def test_pullbacks_by_hand_are_within_tolerance(name, dtype):
    truth = truths(name, "small")[dtype]
    pulled = CASES[name].pullback(np, truth.cotangent.astype(dtype), **inputs_of(name, "small", dtype))
    for wrt in CASES[name].wrt:
        assert pulled[wrt].dtype == dtype
        assert (truth.vjp[wrt].error(pulled[wrt]) <= truth.vjp[wrt].tolerance).all()


@pytest.mark.parametrize("name", BENCH)
@pytest.mark.parametrize("size", ["medium", "large"])
def test_timed_sizes_stay_finite_in_float32(name, size):
    inputs = {k: x.astype("float32") for k, x in CASES[name].make_inputs(size).items()}
    pulled = CASES[name].pullback(np, np.float32(1), **inputs)
    assert all(np.isfinite(x_bar).all() and x_bar.dtype == np.float32 for x_bar in pulled.values())


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("library", ["numpy", "array_api_compat.torch", "jax.numpy"])
def test_values_and_dtypes_in_each_library(library, name, dtype):
    xp = pytest.importorskip(library)
    if library == "jax.numpy":
        pytest.importorskip("jax").config.update("jax_enable_x64", True)
    truth = truths(name, "small")[dtype]
    arrays = {k: xp.asarray(x) for k, x in inputs_of(name, "small", dtype).items()}
    value = np.asarray(CASES[name].function(xp, **arrays))
    assert value.dtype == dtype
    assert (truth.value.error(value) <= truth.value.tolerance).all()


@pytest.mark.parametrize("size", ["small", "tiny"])
def test_the_gradient_at_the_minimum_is_rounding_of_its_terms(size):
    case = CASES["ridge_optimality"]
    inputs = case.make_inputs(size)
    w, X, y, lam = inputs.values()
    terms = 2 * np.abs(X).T @ (np.abs(X) @ np.abs(w) + np.abs(y)) + 2 * lam * np.abs(w)
    rounding = (X.shape[0] + X.shape[1]) * EPSILON * terms  # a sum of m products, and a solve with n unknowns
    assert (np.abs(case.function(np, **inputs)) <= rounding).all()
    assert (np.abs(truths("ridge_optimality", size)["float64"].value.high) <= rounding).all()


def test_the_gradient_away_from_the_minimum_is_not_rounding():
    inputs = CASES["ridge_optimality"].make_inputs("small")
    moved = {**inputs, "w": inputs["w"] + 1e-6}
    assert np.linalg.norm(CASES["ridge_optimality"].function(np, **moved)) > 1e-6


def test_ridge_gradient_is_the_notes_formula():
    w, X, y, lam = CASES["ridge"].make_inputs("small").values()
    np.testing.assert_allclose(jacobian("ridge", "w"), 2 * half_hessian(X, lam) @ w - 2 * X.T @ y, rtol=1e-12)


def test_ridge_hessian_is_the_notes_formula():
    _, X, _, lam = CASES["ridge_optimality"].make_inputs("small").values()
    np.testing.assert_allclose(
        jacobian("ridge_optimality", "w"), 2 * half_hessian(X, lam), rtol=1e-13, atol=1e-13
    )


def test_ridge_solution_shrinks_along_the_regulariser():
    X, y, lam = CASES["ridge_solution"].make_inputs("small").values()
    inverse = np.linalg.inv(half_hessian(X, lam))
    np.testing.assert_allclose(jacobian("ridge_solution", "lam"), -inverse @ (inverse @ X.T @ y), rtol=1e-12)


def test_da_dx_is_one_row_of_w_a_row_of_x():
    w = CASES["da_dX"].make_inputs("small")["w"]
    by_X = jacobian("da_dX", "X")
    for i, j in np.ndindex(by_X.shape[:2]):
        np.testing.assert_array_equal(by_X[i, j], w if i == j else 0 * w)


def test_the_steps_of_the_mean_squared_error_multiply_to_its_gradient():
    made = {
        name: CASES[f"mse_{name}"].jacobians for name in ("prediction", "residual", "square", "sum", "mean")
    }
    w, X, y = CASES["mse"].make_inputs("small").values()
    a = X @ w
    b = y - a
    dL_dg, dg_dc = made["mean"]["g"](np, np.sum(b**2), y), made["sum"]["c"](np, b**2)
    dc_db, db_da, da_dw = (
        made["square"]["b"](np, b),
        made["residual"]["a"](np, y, a),
        made["prediction"]["w"](np, w, X),
    )
    np.testing.assert_allclose(dL_dg * dg_dc @ dc_db @ db_da @ da_dw, jacobian("mse", "w"), rtol=1e-12)


def test_logistic_least_squares_is_the_notes_backward_pass():
    w, b, x, t, lam = CASES["logistic_least_squares"].make_inputs("small").values()
    y = 1 / (1 + np.exp(-(w * x + b)))
    y_bar = y - t
    z_bar = y_bar * y * (1 - y)
    expected = {"w": z_bar * x + lam * w, "b": z_bar, "x": z_bar * w, "t": -y_bar, "lam": w**2 / 2}
    for wrt, number in expected.items():
        np.testing.assert_allclose(jacobian("logistic_least_squares", wrt), number, rtol=1e-13)


def test_gradient_descent_contracts_towards_the_solution():
    for name in ("gradient_descent_1", "gradient_descent_5", "gradient_descent_20"):
        by_start = jacobian(name, "start")
        assert np.linalg.norm(by_start, 2) < 1
    assert np.linalg.norm(by_start, 2) > 0.01


@pytest.mark.parametrize("name", CASES)
def test_both_modes_of_the_engine_agree_with_the_truth(name):
    engine = pytest.importorskip("adbench.engine")
    pytest.importorskip("adbench.engine.numpy")
    case, truth = CASES[name], truths(name, "small")["float64"]
    constants = {k: x for k, x in truth.inputs.items() if k not in case.wrt}
    primals, tangents = (tuple(d[k] for k in case.wrt) for d in (truth.inputs, truth.tangents))

    def f(*args):
        return case.function(engine.numpy, **constants, **dict(zip(case.wrt, args, strict=True)))

    _, pullback = engine.vjp(f, *primals)
    for wrt, x_bar in zip(case.wrt, pullback(truth.cotangent), strict=True):
        assert (truth.vjp[wrt].error(x_bar) <= truth.vjp[wrt].tolerance).all()
    _, y_dot = engine.jvp(f, primals, tangents)
    assert (truth.jvp.error(y_dot) <= truth.jvp.tolerance).all()


def test_a_planted_forgotten_factor_is_refused():
    ridge = CASES["ridge"]
    wrong = replace(ridge, jacobians={**ridge.jacobians, "y": lambda xp, w, X, y, lam: y - X @ w})
    with pytest.raises(InvalidCase, match=r"regression\.ridge.*jacobian\('y'\) is wrong at entry \[0\]"):
        prove(wrong, "tiny")


def test_a_planted_transposed_jacobian_is_refused():
    case = CASES["ridge_solution"]
    by_y = case.jacobians["y"]
    wrong = replace(case, jacobians={**case.jacobians, "y": lambda xp, X, y, lam: by_y(xp, X, y, lam).T})
    with pytest.raises(InvalidCase, match=r"has shape \(5, 3\), expected \(3, 5\)"):
        prove(wrong, "tiny")


def test_a_planted_wrong_pullback_is_refused():
    nll = CASES["logistic_nll"]
    by_hand = nll.pullback
    wrong = replace(nll, pullback=lambda xp, y_bar, **inputs: by_hand(xp, -y_bar, **inputs))
    with pytest.raises(InvalidCase, match="vjp of w is wrong at entry"):
        prove(wrong, "tiny")
