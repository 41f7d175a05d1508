"""Products: proofs, the VJP formulas of the lecture notes, and the case functions under three libraries."""

from __future__ import annotations

import functools
import importlib
from dataclasses import replace

import numpy as np
import pytest

from adbench.case import DEFINED
from adbench.cases import matmul
from adbench.errors import InvalidCase
from adbench.oracle.certify import prove

FAMILY = {case.name.removeprefix("matmul."): case for case in DEFINED[matmul.__name__]}
every_case = pytest.mark.parametrize("case", FAMILY.values(), ids=FAMILY)
proved = functools.cache(lambda case: prove(case, "small").truths)


@pytest.fixture(params=["numpy", "array_api_compat.torch", "jax.numpy"])
def xp(request):
    namespace = pytest.importorskip(request.param)
    if request.param == "jax.numpy":
        importlib.import_module("jax").config.update("jax_enable_x64", True)
    return namespace


def cast(inputs, dtype):
    return {name: x.astype(dtype) for name, x in inputs.items()}


def integers(case, size="small"):
    """Inputs of a case with integers for numbers, on which sums and products are exact in any order."""
    return {name: np.round(3 * x) for name, x in case.make_inputs(size).items()}


def jacobian(case, name, inputs):
    return case.jacobians[name](np, **inputs)


def pulled_back(case, name, y_bar, inputs):
    """Σ_o ȳ[o] J[o, i], by the closed form."""
    return np.tensordot(y_bar, jacobian(case, name, inputs), y_bar.ndim)


def cotangent(case, inputs):
    shape = np.shape(case.function(np, **inputs))
    return np.random.default_rng(0).integers(-9, 10, shape).astype(float)


@every_case
def test_proves(case):
    assert set(proved(case)) == {"float64", "float32"}
    assert set(case.jacobians) == set(case.wrt)


@every_case
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_closed_forms_keep_shape_and_dtype(case, dtype):
    inputs = cast(case.make_inputs("small"), dtype)
    y = np.asarray(case.function(np, **inputs))
    for name in case.wrt:
        J = np.asarray(jacobian(case, name, inputs))
        assert J.shape == y.shape + inputs[name].shape
        assert J.dtype == dtype
        assert J.size <= 2000


@every_case
def test_value_and_dtype_in_each_library(case, xp):
    for dtype, truth in proved(case).items():
        inputs = cast(truth.inputs, dtype)
        got = np.asarray(case.function(xp, **{name: xp.asarray(x) for name, x in inputs.items()}))
        assert got.shape == truth.value.high.shape
        assert got.dtype == dtype
        assert (truth.value.error(got) <= truth.value.tolerance).all()


@every_case
def test_bench_cases_have_all_sizes_and_a_pullback(case):
    assert case.bench == (set(case.sizes) == {"small", "medium", "large"})
    assert case.bench == (case.pullback is not None)


@pytest.mark.parametrize(
    ("planted", "message"),
    [
        (lambda right: -right, "wrong at entry"),
        (lambda right: right[:, ::-1], "wrong at entry"),
        (lambda right: right[0], "has shape"),
        (lambda right: right.swapaxes(2, 3), "has shape"),
    ],
)
def test_planted_closed_forms_are_refused(planted, message):
    matmat = FAMILY["matmat"]
    wrong = {"A": lambda xp, A, B: planted(matmat.jacobians["A"](xp, A, B))}
    with pytest.raises(InvalidCase, match=message):
        prove(replace(matmat, jacobians=wrong), "small")


def test_planted_pullback_that_forgets_a_repeated_axis_is_refused():
    def forgetful(xp, y_bar, A, B):
        right = FAMILY["batched_broadcast"].pullback(xp, y_bar, A, B)
        return {**right, "A": (y_bar @ B.mT)[:, :1]}

    with pytest.raises(InvalidCase, match="vjp of A is wrong at entry"):
        prove(replace(FAMILY["batched_broadcast"], pullback=forgetful), "small")


# The notes' VJPs, with y_bar for ∂l/∂f.


def test_dot_pulls_back_to_multiples_of_the_other_vector():
    inputs = integers(FAMILY["dot"])
    y_bar = np.asarray(3.0)
    np.testing.assert_array_equal(pulled_back(FAMILY["dot"], "a", y_bar, inputs), y_bar * inputs["b"])
    np.testing.assert_array_equal(pulled_back(FAMILY["dot"], "b", y_bar, inputs), y_bar * inputs["a"])


@pytest.mark.parametrize("name", ["matvec", "linear_map_wrt_matrix"])
def test_matrix_by_vector_pulls_back_to_an_outer_product(name):
    case = FAMILY[name]
    inputs = integers(case)
    A, b = inputs.values()
    y_bar = cotangent(case, inputs)
    np.testing.assert_array_equal(pulled_back(case, "A", y_bar, inputs), np.outer(y_bar, b))
    if "b" in case.wrt:
        np.testing.assert_array_equal(pulled_back(case, "b", y_bar, inputs), y_bar @ A)


def test_matrix_by_matrix_pulls_back_to_products_with_transposes():
    inputs = integers(FAMILY["matmat"])
    y_bar = cotangent(FAMILY["matmat"], inputs)
    A_bar, B_bar = (pulled_back(FAMILY["matmat"], name, y_bar, inputs) for name in "AB")
    np.testing.assert_array_equal(A_bar, y_bar @ inputs["B"].T)
    np.testing.assert_array_equal(B_bar, inputs["A"].T @ y_bar)


def test_scalar_by_matrix_pulls_back_to_a_product_of_vecs():
    case = FAMILY["scalar_matrix"]
    inputs = integers(case)
    y_bar = cotangent(case, inputs)
    assert pulled_back(case, "alpha", y_bar, inputs) == y_bar.reshape(-1) @ inputs["X"].reshape(-1)
    np.testing.assert_array_equal(pulled_back(case, "X", y_bar, inputs), y_bar * inputs["alpha"])


def test_linear_map_by_its_matrix_is_blocks_with_x_in_one_row():
    case = FAMILY["linear_map_wrt_matrix"]
    inputs = integers(case)
    (m, n), J = inputs["A"].shape, jacobian(case, "A", inputs)
    assert J.shape == (m, m, n)
    for i, block in enumerate(J):
        np.testing.assert_array_equal(block[i], inputs["x"])
        np.testing.assert_array_equal(np.delete(block, i, axis=0), np.zeros((m - 1, n)))


def test_matrix_of_vector_is_one_array_whichever_way_it_is_computed():
    case = FAMILY["matrix_of_vector"]
    inputs = case.make_inputs("small")
    x, T = inputs.values()
    flat = np.cos(T.reshape(8, 3) @ x)[:, None] * T.reshape(8, 3)
    J = jacobian(case, "x", inputs)
    assert J.shape == (4, 2, 3)
    np.testing.assert_array_max_ulp(J, flat.reshape(4, 2, 3), maxulp=4)


def test_trace_is_cyclic_and_so_is_its_gradient():
    case = FAMILY["trace_cyclic"]
    inputs = integers(case)
    A, B, C, D = inputs.values()
    shifted = dict(zip("ABCD", (B, C, D, A), strict=True))
    assert case.function(np, **inputs) == case.function(np, **shifted)
    np.testing.assert_array_equal(jacobian(case, "A", inputs), (B @ C @ D).T)
    np.testing.assert_array_equal(jacobian(case, "A", inputs), jacobian(case, "D", shifted))


def test_both_orders_of_the_chain_are_one_function():
    right, left = FAMILY["matmul_chain"], FAMILY["matmul_chain_left"]
    inputs = integers(right)
    np.testing.assert_array_equal(right.function(np, **inputs), left.function(np, **inputs))


@pytest.mark.parametrize("name", ["batched", "batched_broadcast", "matmul_chain", "matmat", "matvec"])
def test_pullbacks_hold_at_medium_size(name):
    """⟨ȳ, f(step)⟩ = ⟨pulled, step⟩ exactly, as each case is linear in each input and all is in integers."""
    case = FAMILY[name]
    inputs = integers(case, "medium")
    y_bar = cotangent(case, inputs)
    pulled = case.pullback(np, y_bar, **inputs)
    for wrt in case.wrt:
        step = np.random.default_rng(1).integers(-9, 10, inputs[wrt].shape).astype(float)
        change = case.function(np, **(inputs | {wrt: step}))
        assert pulled[wrt].shape == inputs[wrt].shape
        assert np.vdot(y_bar, change) == np.vdot(pulled[wrt], step)
