"""Broadcasting: proofs, the notes' unbroadcast, and the case functions under three libraries."""

from __future__ import annotations

import functools
import importlib
from dataclasses import replace

import numpy as np
import pytest

from adbench.case import DEFINED
from adbench.cases import broadcast
from adbench.errors import InvalidCase
from adbench.oracle.certify import prove

FAMILY = {case.name.removeprefix("broadcast."): case for case in DEFINED[broadcast.__name__]}
every_case = pytest.mark.parametrize("case", FAMILY.values(), ids=FAMILY)
proved = functools.cache(lambda case: prove(case, "small").truths)
ARRAY_PATTERNS = [name for name, shapes in broadcast.PATTERNS.items() if None not in shapes]


@pytest.fixture(params=["numpy", "array_api_compat.torch", "jax.numpy"])
def xp(request):
    namespace = pytest.importorskip(request.param)
    if request.param == "jax.numpy":
        importlib.import_module("jax").config.update("jax_enable_x64", True)
    return namespace


def cast(inputs, dtype):
    return {name: x.astype(dtype) if x.dtype.kind == "f" else x for name, x in inputs.items()}


def pulled_back(case, name, y_bar, inputs):
    """Σ_o ȳ[o] J[o, i], by the closed form."""
    return np.tensordot(y_bar, case.jacobians[name](np, **inputs), y_bar.ndim)


def unbroadcast(x, x_bar):
    """The notes': sum over the axes that `x` lacks, then over those where it has size 1."""
    x_bar = x_bar.sum(axis=tuple(range(x_bar.ndim - x.ndim)))
    return x_bar.sum(axis=tuple(i for i, n in enumerate(x.shape) if n == 1), keepdims=True)


def integers(*of_shape):
    rng = np.random.default_rng(0)
    return [rng.integers(-9, 10, shape).astype(float) for shape in of_shape]


@every_case
def test_proves(case):
    assert set(proved(case)) == {"float64", "float32"}
    assert set(case.jacobians) == set(case.wrt)


@every_case
def test_gradients_have_the_shape_of_their_operands(case):
    truth = proved(case)["float64"]
    for name in case.wrt:
        assert truth.vjp[name].high.shape == truth.inputs[name].shape


@every_case
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_closed_forms_keep_shape_and_dtype(case, dtype):
    inputs = cast(case.make_inputs("small"), dtype)
    y = np.asarray(case.function(np, **inputs))
    for name in case.wrt:
        J = np.asarray(case.jacobians[name](np, **inputs))
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
def test_functions_take_their_inputs_by_position_too(case):
    inputs = case.make_inputs("small")
    np.testing.assert_array_equal(case.function(np, *inputs.values()), case.function(np, **inputs))


def test_every_operation_meets_every_pattern():
    expected = {
        f"{operation}_{pattern}" for operation in broadcast.OPERATIONS for pattern in broadcast.PATTERNS
    }
    assert expected - set(FAMILY) == {"copysign_python_left"}


@pytest.mark.parametrize("pattern", [p for p in ARRAY_PATTERNS if p not in ("zero_dims", "empty")])
@pytest.mark.parametrize("operation", ["maximum", "minimum", "where"])
def test_both_operands_are_selected_somewhere(operation, pattern):
    truth = proved(FAMILY[f"{operation}_{pattern}"])["float64"]
    assert all(set(np.unique(truth.jacobian[name].high)) == {0.0, 1.0} for name in "xy")


def test_copysign_is_differentiated_by_the_magnitude_alone():
    assert {case.wrt for name, case in FAMILY.items() if name.startswith("copysign")} == {("x",)}


@pytest.mark.parametrize(
    ("planted", "message"),
    [
        (lambda right: 2 * right, "wrong at entry"),
        (lambda right: right[::-1], "wrong at entry"),
        (lambda right: right.sum(axis=0), "has shape"),
        (lambda right: right[..., 0], "has shape"),
    ],
)
def test_planted_closed_forms_are_refused(planted, message):
    case = FAMILY["multiply_row_column"]
    wrong = {"x": lambda xp, x, y: planted(case.jacobians["x"](xp, x=x, y=y))}
    with pytest.raises(InvalidCase, match=message):
        prove(replace(case, jacobians=wrong), "small")


def test_planted_pullback_that_sums_the_wrong_axis_is_refused():
    def wrong(xp, y_bar, x, y):
        return {"x": xp.sum(y_bar, axis=1, keepdims=True).T, "y": xp.sum(y_bar, axis=0, keepdims=True).T}

    with pytest.raises(InvalidCase, match="vjp of x is wrong at entry"):
        prove(replace(FAMILY["outer_sum"], pullback=wrong), "small")


# The notes' own examples, in integers, so that sums are exact in any order.


def test_row_of_100_plus_column_of_100():
    case = FAMILY["outer_sum"]
    x, y, y_bar = integers((1, 100), (100, 1), (100, 100))
    assert {name: x.shape for name, x in case.make_inputs("medium").items()} == {"x": (1, 100), "y": (100, 1)}
    assert case.function(np, x, y).shape == (100, 100)
    for pulled in (
        case.pullback(np, y_bar, x, y),
        {name: pulled_back(case, name, y_bar, {"x": x, "y": y}) for name in "xy"},
    ):
        np.testing.assert_array_equal(pulled["x"], y_bar.sum(axis=0, keepdims=True), strict=True)
        np.testing.assert_array_equal(pulled["y"], y_bar.sum(axis=1, keepdims=True), strict=True)


@pytest.mark.parametrize("pattern", ARRAY_PATTERNS)
def test_addition_pulls_back_to_unbroadcast(pattern):
    case = FAMILY[f"add_{pattern}"]
    x, y = integers(*broadcast.PATTERNS[pattern])
    (y_bar,) = integers((x + y).shape)
    for name, operand in (("x", x), ("y", y)):
        pulled = pulled_back(case, name, y_bar, {"x": x, "y": y})
        np.testing.assert_array_equal(pulled, unbroadcast(operand, y_bar), strict=True)


@pytest.mark.parametrize("pattern", ARRAY_PATTERNS)
def test_multiplication_pulls_back_to_unbroadcast_of_the_other_times_y_bar(pattern):
    case = FAMILY[f"multiply_{pattern}"]
    x, y = integers(*broadcast.PATTERNS[pattern])
    (y_bar,) = integers((x * y).shape)
    for name, operand, other in (("x", x, y), ("y", y, x)):
        pulled = pulled_back(case, name, y_bar, {"x": x, "y": y})
        np.testing.assert_array_equal(pulled, unbroadcast(operand, y_bar * other), strict=True)


def test_maximum_pulls_back_to_the_larger_alone():
    case = FAMILY["maximum_matrix_vector"]
    inputs = case.make_inputs("small")
    x, y = inputs.values()
    (y_bar,) = integers((3, 4))
    np.testing.assert_array_equal(pulled_back(case, "x", y_bar, inputs), np.where(x > y, y_bar, 0))
    np.testing.assert_array_equal(
        pulled_back(case, "y", y_bar, inputs), np.where(x > y, 0, y_bar).sum(axis=0)
    )
