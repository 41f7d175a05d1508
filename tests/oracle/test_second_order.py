"""Second derivatives enclose the truth: of each function, through the chain rule, and of whole cases."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from flint import arb, arb_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from adbench.cases import calculus, regression
from adbench.oracle import functions
from adbench.oracle.jet import Jet
from adbench.oracle.precision import working
from adbench.oracle.second_order import hessian, hvp

PARTIAL_NOISE = 2.0**-120  # of mpmath's mixed difference quotients

some = settings(max_examples=12, deadline=None)
inside = st.floats(0.05, 0.95)

ONE = {name: getattr(mpmath, name) for name in ("exp", "expm1", "log", "log1p", "sin", "cos", "tan", "sinh", "cosh")}
ONE |= {name: getattr(mpmath, name) for name in ("tanh", "asin", "acos", "atan", "asinh", "atanh", "sqrt")}
ONE |= {
    "exp2": lambda x: mpmath.mpf(2) ** x,
    "log2": lambda x: mpmath.log(x, 2),
    "log10": lambda x: mpmath.log(x, 10),
    "acosh": lambda x: mpmath.acosh(x),
    "reciprocal": lambda x: 1 / x,
    "expit": lambda x: 1 / (1 + mpmath.exp(-x)),
    "log_expit": lambda x: -mpmath.log1p(mpmath.exp(-x)),
    "square": lambda x: x * x,
}
TWO = {
    "power": lambda x, y: x**y,
    "atan2": mpmath.atan2,
    "hypot": mpmath.hypot,
    "logaddexp": lambda x, y: mpmath.log(mpmath.exp(x) + mpmath.exp(y)),
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
}
OPERATORS = {
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
}


def named(name):
    return functions.TABLE.get(name) or OPERATORS.get(name) or getattr(functions, name)


def test_every_function_is_tested():
    assert set(functions.TABLE) <= set(ONE)


@pytest.mark.parametrize("name", ONE)
@given(x=inside, u=st.floats(-2, 2), v=st.floats(-2, 2))
@some
def test_functions_of_one(encloses, name, x, u, v):
    x = x + 1 if name == "acosh" else x
    f = ONE[name]
    for bits in (53, 320):
        with working(bits):
            z = named(name)(Jet(arb(x), arb_mat([[u]]), arb(v)))
        for got, true in ((z.along, mpmath.diff(f, x) * v), (z.mixed[0, 0], mpmath.diff(f, x, 2) * mpmath.mpf(u) * v)):
            assert encloses(got, true, noise=2.0**-300)


@pytest.mark.parametrize("name", TWO)
@given(x=inside, y=inside, us=st.tuples(*[st.floats(-2, 2)] * 4))
@some
def test_functions_of_two(encloses, name, x, y, us):
    f, (u1, u2, v1, v2) = TWO[name], us
    second = {n: mpmath.diff(f, (x, y), n) for n in ((2, 0), (1, 1), (0, 2))}
    a, b, c, d = map(mpmath.mpf, us)
    true = second[2, 0] * a * c + second[1, 1] * (a * d + b * c) + second[0, 2] * b * d
    with working(320):
        z = named(name)(Jet(arb(x), arb_mat([[u1]]), arb(v1)), Jet(arb(y), arb_mat([[u2]]), arb(v2)))
    assert encloses(arb(0) if z.mixed is None else z.mixed[0, 0], true, noise=PARTIAL_NOISE)


def test_a_chain_through_several_functions(encloses):
    with working(320):
        x = Jet(arb(0.3), arb_mat([[1]]), arb(1))
        z = functions.TABLE["tanh"](x * x + 2) / (1 + functions.TABLE["exp"](-x))
    true = mpmath.diff(lambda x: mpmath.tanh(x * x + 2) / (1 + mpmath.exp(-x)), 0.3, 2)
    assert encloses(z.mixed[0, 0], true, noise=2.0**-250)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_hessian_of_ridge_is_the_closed_form(dtype):
    inputs = regression.ridge.make_inputs("tiny")
    found = hessian(regression.ridge, inputs, dtype)
    X, lam = inputs["X"].astype(dtype), inputs["lam"].astype(dtype)
    by_w = found["w", "w"]
    closed = 2 * (X.T @ X + lam * np.eye(3, dtype=dtype))
    assert by_w.high.shape == (3, 3)
    assert (by_w.error(closed) <= by_w.tolerance).all()
    assert (by_w.error(closed * (1 + 64 * np.finfo(dtype).eps)) > by_w.tolerance).any()
    np.testing.assert_array_equal(found["w", "lam"].high, 2 * inputs["w"].astype(dtype).astype(np.float64))
    np.testing.assert_array_equal(found["X", "w"].high, np.moveaxis(found["w", "X"].high, 0, -1))


def test_a_hessian_vector_product_is_the_hessian_times_the_vector():
    inputs = regression.ridge.make_inputs("tiny")
    v = {
        name: np.asarray(np.random.default_rng(0).standard_normal(inputs[name].shape)) for name in regression.ridge.wrt
    }
    product, whole = hvp(regression.ridge, inputs, v, "float64"), hessian(regression.ridge, inputs, "float64")
    for a in regression.ridge.wrt:
        expected = sum(np.tensordot(whole[a, b].high, v[b], v[b].ndim) for b in regression.ridge.wrt)
        np.testing.assert_allclose(product[a].high, expected, rtol=1e-13, atol=1e-13)


def test_the_second_derivative_of_a_vector_function_has_its_shape():
    case = calculus.square
    inputs = case.make_inputs("small")
    n = inputs["x"].size
    found = hessian(case, inputs, "float64")["x", "x"]
    expected = np.zeros((n, n, n))
    expected[np.arange(n), np.arange(n), np.arange(n)] = 2
    np.testing.assert_array_equal(found.high, expected)
