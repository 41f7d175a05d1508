"""Second derivatives where formulas divide by zero and the function is smooth: exact ones, in all nestings."""

import itertools

import numpy as np
import pytest
from engine.checks import normal

from adbench.engine import compile, grad, hessian, jacfwd, jacrev, jvp, vmap
from adbench.engine import numpy as xp

NESTINGS = {"ff": (jacfwd, jacfwd), "fr": (jacfwd, jacrev), "rf": (jacrev, jacfwd), "rr": (jacrev, jacrev)}
ROUNDING = 8 * np.finfo(float).eps  # of the largest entry
CENTRED = np.eye(3) - 1 / 3

norm, std = xp.linalg.vector_norm, xp.std
SQUARES = {
    "norm ** 2": (lambda x: norm(x) ** 2, np.zeros(2), 2 * np.eye(2)),
    "norm ** 2.0": (lambda x: norm(x) ** 2.0, np.zeros(1), [[2]]),
    "square(norm)": (lambda x: xp.square(norm(x)), np.zeros(2), 2 * np.eye(2)),
    "np.linalg.norm ** 2": (lambda x: np.linalg.norm(x) ** 2, np.zeros(2), 2 * np.eye(2)),
    "of rows": (lambda x: xp.sum(norm(xp.reshape(x, (2, 2)), axis=1) ** 2), [0, 0, 3, 4], 2 * np.eye(4)),
    "away from 0": (lambda x: norm(x) ** 2, [3.0, 4.0], 2 * np.eye(2)),
    "of a matrix": (lambda x: xp.linalg.matrix_norm(xp.reshape(x, (2, 2))) ** 2, np.zeros(4), 2 * np.eye(4)),
    "sqrt(sum of squares) ** 2": (lambda x: xp.sqrt(xp.sum(x**2)) ** 2, np.zeros(2), 2 * np.eye(2)),
    "sqrt ** 2": (lambda x: xp.sum(xp.sqrt(x) ** 2 * x), np.zeros(2), 2 * np.eye(2)),
    "abs ** 2": (lambda x: xp.sum(abs(x) ** 2), np.zeros(2), 2 * np.eye(2)),
    "std ** 2": (lambda x: std(x) ** 2, [3.0, 3.0, 3.0], 2 / 3 * CENTRED),
    "std ** 2, n − 1": (lambda x: std(x, correction=1) ** 2, [3.0, 3.0, 3.0], CENTRED),
    "std ** 2 of one": (lambda x: std(x) ** 2, [3.0], [[0]]),
    "std of one": (std, [3.0], [[0]]),
    "std of a constant": (std, [3.0, 3.0], np.zeros((2, 2))),
    "var of one": (xp.var, [3.0], [[0]]),
}
POWERS = {
    "x ** 0.0": (lambda x: x**0.0, 0.0, 0),
    "x ** 1.0": (lambda x: x**1.0, 0.0, 0),
    "x ** 2.0": (lambda x: x**2.0, 0.0, 2),
    "x ** 3.0": (lambda x: x**3.0, 0.0, 0),
    "powers": (lambda x: xp.sum(x ** np.array([0.0, 1.0, 2.0, 3.0])), 0.0, 2),
    "x ** y at 0 ** 2": (lambda v: xp.power(v[0], v[1]), [0.0, 2.0], [[2, 0], [0, 0]]),
    "x ** y at 0 ** 1": (lambda v: xp.power(v[0], v[1]), [0.0, 3.0], np.zeros((2, 2))),
}
ENDS = {
    "sinc": (xp.sinc, 0.0, -(np.pi**2) / 3),
    "tanh at 400": (xp.tanh, 400.0, 0),
    "tanh at −18": (xp.tanh, -18.0, 8 * np.exp(-36.0)),
    "expit at −800": (xp.special.expit, -800.0, 0),
    "expit at −40": (xp.special.expit, -40.0, np.exp(-40.0)),
    "expit at 40": (xp.special.expit, 40.0, -np.exp(-40.0)),
    "log1p near −1": (xp.log1p, 2.0**-50 - 1, -(2.0**100)),
    "log1p at 1e150": (xp.log1p, 1e150, -1e-300),
    "logaddexp of equals": (lambda v: xp.logaddexp(v[0], v[1]), [7.0, 7.0], [[0.25, -0.25], [-0.25, 0.25]]),
    "logaddexp far apart": (lambda v: xp.logaddexp(v[0], v[1]), [1e308, -1e308], np.zeros((2, 2))),
    "logaddexp of −inf": (lambda v: xp.logaddexp(v[0], v[1]), [-np.inf, 0.0], np.zeros((2, 2))),
    "logaddexp of two −inf": (lambda v: xp.logaddexp(v[0], v[1]), [-np.inf] * 2, [[0.25, -0.25], [-0.25, 0.25]]),
}


def of_product(x):
    """The Hessian of a product: what is left without two factors."""
    rest = lambda *gone: np.prod([v for k, v in enumerate(x) if k not in gone])
    return [[0.0 if i == j else rest(i, j) for j in range(len(x))] for i in range(len(x))]


def of_cumulative_sum(x):
    """The Hessian of the sum of all running products."""
    n = len(x)
    return sum(np.pad(of_product(x[:k]), (0, n - k)) for k in range(1, n + 1))


def of_determinant(a):
    """∂²det/∂aᵢⱼ∂aₖₗ: the minor without rows i, k and columns j, l, with its sign; shape (n, n, n, n)."""
    n = len(a)
    made = np.zeros((n,) * 4)
    for i, j, k, m in itertools.product(range(n), repeat=4):
        if i != k and j != m:
            rows, columns = ([r for r in range(n) if r not in gone] for gone in ((i, k), (j, m)))
            sign = (-1) ** (i + j + k + m) * (1 if (i < k) == (j < m) else -1)
            made[i, j, k, m] = sign * (np.linalg.det(a[np.ix_(rows, columns)]) if rows else 1.0)
    return made


FACTORS = [[0.0, 2, 3], [0.0, 0, 3], [0.0, 0, 0, 5], [1.5, 0, 2, 0, 3]]
PRODUCTS = {
    **{f"prod of {x}": (xp.prod, x, of_product(x)) for x in FACTORS},
    **{f"last of cumprod of {x}": (lambda x: xp.cumulative_prod(x)[-1], x, of_product(x)) for x in FACTORS},
    **{f"cumprod of {x}": (lambda x: xp.sum(xp.cumulative_prod(x)), x, of_cumulative_sum(x)) for x in FACTORS},
}
SUMMANDS = [np.outer(normal(4, seed=r), normal(4, seed=9 - r)) for r in range(3)]
RANKS = {rank: sum(SUMMANDS[:rank], np.zeros((4, 4))) for rank in range(4)}
DETERMINANTS = {
    "det of zeros": (xp.linalg.det, np.zeros((2, 2)), of_determinant(np.zeros((2, 2)))),
    "det of 1 by 1": (xp.linalg.det, np.zeros((1, 1)), np.zeros((1, 1, 1, 1))),
    **{f"det of rank {r} of 4": (xp.linalg.det, a, of_determinant(a)) for r, a in RANKS.items()},
}
POINTS = SQUARES | POWERS | ENDS | PRODUCTS | DETERMINANTS


def assert_equal_but_for_rounding(got, expected, rounding=ROUNDING):
    scale = np.max(np.abs(expected), initial=0.0)
    np.testing.assert_allclose(got, expected, rtol=0, atol=rounding * scale)


@pytest.mark.parametrize("nesting", NESTINGS)
@pytest.mark.parametrize("name", POINTS)
def test_hessian(name, nesting):
    f, x, expected = POINTS[name]
    outer, inner = NESTINGS[nesting]
    assert_equal_but_for_rounding(outer(inner(f))(np.asarray(x, float)), np.asarray(expected, float))


@pytest.mark.parametrize("name", SQUARES)
def test_the_square_of_a_root_has_the_value_that_numpy_gives_it(name):
    f, x, _ = SQUARES[name]
    x = np.asarray(x, float)
    assert jvp(f, (x,), (x,))[0] == f(x)


def test_the_square_of_a_root_compiled_and_batched():
    f = lambda x: norm(x) ** 2
    np.testing.assert_array_equal(compile(hessian(f), np.ones(2))(np.zeros(2)), 2 * np.eye(2))
    np.testing.assert_array_equal(vmap(hessian(f))(np.eye(2) - 1)[1], 2 * np.eye(2))


def test_what_is_computed_from_a_root_is_none():
    f = lambda x: (norm(x) + 1.0) ** 2
    np.testing.assert_array_equal(hessian(f)(np.zeros(2)), 0)  # the norm's kink, by its convention
    expected = 2 * np.eye(2) + 2 * (np.eye(2) - np.outer([0.6, 0.8], [0.6, 0.8])) / 5
    np.testing.assert_allclose(hessian(f)(np.array([3.0, 4.0])), expected, rtol=1e-15)


def test_the_square_of_a_root_below_zero_stays_nan():
    with np.errstate(invalid="ignore"):
        assert np.isnan(grad(lambda x: xp.sqrt(x) ** 2)(-1.0))
        assert grad(lambda x: xp.sqrt(x) ** 2)(0.0) == 1



def test_the_square_of_a_root_keeps_its_dtype():
    for f in (lambda x: xp.sqrt(x) ** 2, lambda x: xp.square(xp.sqrt(x))):
        y, y_dot = jvp(f, (np.zeros(2, np.float32),), (np.ones(2, np.float32),))
        assert (y.dtype, y_dot.dtype) == (np.float32, np.float32)


@pytest.mark.parametrize("order", range(9))
def test_sinc_at_zero_to_any_order(order):
    """∫₀¹ cos πxu du: the derivatives at 0 are ±πᵐ / (m + 1), or 0."""
    f = xp.sinc
    for k in range(order):
        f = grad(f) if k % 2 else lambda x, f=f: jvp(f, (x,), (np.float64(1),))[1]
    expected = 0.0 if order % 2 else (-1) ** (order // 2) * np.pi**order / (order + 1)
    np.testing.assert_allclose(f(np.float64(0)), expected, rtol=4e-16)


@pytest.mark.parametrize("nesting", NESTINGS)
@pytest.mark.parametrize("order", [3, 2.5, -1])
@pytest.mark.parametrize("exponent", [-500, 500])
def test_a_norm_scales_with_its_argument_to_the_bit(exponent, order, nesting):
    outer, inner = NESTINGS[nesting]
    x, scale = np.array([[1.0, -2.0], [3.0, 0.5]]), 2.0**exponent
    f = lambda x: norm(x, ord=order, axis=1)
    derivative, second = inner(f), outer(inner(f))
    np.testing.assert_array_equal(f(scale * x), scale * f(x))
    np.testing.assert_array_equal(derivative(scale * x), derivative(x))
    np.testing.assert_array_equal(scale * second(scale * x), second(x))
    np.testing.assert_array_equal(compile(second, scale * x)(scale * x), second(scale * x))
