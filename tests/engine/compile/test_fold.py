"""Simplifications: what is folded, and that nothing is folded that is not exact."""

import numpy as np
import pytest

from adbench import engine
from adbench.engine import numpy as xp

AWKWARD = np.array([0.0, -0.0, 1.0, -1.5, np.inf, -np.inf, np.nan, 5e-324, 1e308, np.pi])


def lines(function, *args):
    """The body of the program, without its guards."""
    source = engine.compile(function, *args).source.splitlines()
    return [line.strip() for line in source[source.index("    ):") + 2 :]]


X = np.array([1.0, 2.0, 3.0])

FOLDED = {
    "x + x is 2 x": (lambda x: x + x, ["t0 = x * _2"]),
    "−(−x) is x": (lambda x: xp.negative(-x) * 3, ["t0 = x * _3"]),
    "x − (−y) is x + y": (lambda x: x - (-x[::-1]), ["t0 = x[::-1]", "t1 = x + t0"]),
    "x + (−y) is x − y": (lambda x: x + (-x[::-1]), ["t0 = x[::-1]", "t1 = x - t0"]),
    "signs cancel across products": (lambda x: -((-x) * x), ["t0 = x * x"]),
    "x · 1 is x": (lambda x: x * 1.0 * np.ones(3) / 1 + 1, ["t0 = x + _1"]),
    "x · −1 is −x": (lambda x: x * -1.0, ["t0 = -x"]),
    "x / 4 is x · 0.25": (lambda x: x / 4, ["t0 = x * _0p25"]),
    "x / 3 stays": (lambda x: x / 3, ["t0 = x / _3"]),
    "x + 0 stays": (lambda x: x + 0.0, ["t0 = x + _0"]),
    "x − 0 is x": (lambda x: (x - 0.0) * 2, ["t0 = x * _2"]),
    "x · 0 stays": (lambda x: x * 0.0, ["t0 = x * _0"]),
    "x − x stays": (lambda x: x - x, ["t0 = x - x"]),
    "Xᵀ y is y X": (lambda x: xp.reshape(x, (3, 1)).T @ x, ["t0 = x.reshape(3, 1)", "t1 = x.dot(t0)"]),
    "transposes undo each other": (lambda x: xp.reshape(x, (3, 1)).T.T * 2, ["t0 = x.reshape(3, 1)", "t1 = _2 * t0"]),
    "shapes in between are skipped": (
        lambda x: xp.squeeze(xp.expand_dims(x, axis=0), axis=0) + xp.reshape(xp.reshape(x, (3, 1)), (3,)) * 3,
        ["t0 = x * _3", "t1 = x + t0"],
    ),
    "a constant has no shape": (lambda x: x * np.full(3, 7.0), ["t0 = x * _7"]),
    "a broadcast is NumPy's": (lambda x: xp.broadcast_to(x[0], (3,)) * x, ["t0 = x[0]", "t1 = x * t0"]),
    "a sum of rows": (
        lambda x: xp.sum(xp.reshape(x, (3, 1)), axis=0),
        ["t0 = x.reshape(3, 1)", "t1 = constant.dot(t0)"],
    ),
    "a sum along rows stays": (
        lambda x: xp.sum(xp.reshape(x, (1, 3)), axis=1),
        ["t0 = x.reshape(1, 3)", "t1 = add_reduce(t0, 1)"],
    ),
    "a square": (lambda x: x**2 + xp.square(x), ["t0 = x * x", "t1 = t0 * _2"]),
}


@pytest.mark.parametrize("name", FOLDED)
def test_folded(name):
    function, expected = FOLDED[name]
    body = lines(function, X)[:-1]
    assert [sorted(a.split()) for a in body] == [sorted(b.split()) for b in expected]  # x * y is y * x
    np.testing.assert_array_equal(engine.compile(function, X)(X), function(X))


def test_a_constant_cotangent_is_a_number_until_its_shape_is_needed():
    assert lines(engine.grad(lambda x: xp.sum(x) * 3), np.ones((2, 2)))[:2] == ["return constant.copy()"]


EXACT = {
    "x + x": lambda x: x + x,
    "−(−x)": lambda x: xp.negative(-x),
    "x − (−y)": lambda x: x - (-x[::-1]),
    "x + (−y)": lambda x: x + (-x[::-1]),
    "−((−x) x)": lambda x: -((-x) * x),
    "x · 1": lambda x: x * 1.0 / 1,
    "x · −1": lambda x: x * -1.0,
    "x / −1": lambda x: x / -1,
    "x / 4": lambda x: x / 4,
    "x / 3": lambda x: x / 3,
    "x / 2⁻¹⁰⁷⁴": lambda x: x / 5e-324,
    "x + 0": lambda x: x + 0.0,
    "x + −0": lambda x: x + -0.0,
    "x − 0": lambda x: x - 0.0,
    "0 − x": lambda x: 0.0 - x,
    "x · 0": lambda x: x * 0.0,
    "x · zeros": lambda x: x * np.zeros(x.shape),
    "x + zeros of both signs": lambda x: x + np.array([0.0, -0.0] * 5, x.dtype),
    "x · sevens": lambda x: x * np.full(x.shape, 7, x.dtype),
    "x − x": lambda x: x - x,
    "2 (3 x)": lambda x: 2 * (3 * x),
    "−(3 x)": lambda x: -(3 * x),
    "1 / −x": lambda x: 1 / -x,
    "−x / y": lambda x: -x / x[::-1],
    "−(x − y)": lambda x: -(x - x[::-1]),
    "−x · y": lambda x: -x * (1 + x),
    "where": lambda x: xp.where(x > 0, xp.negative(-x), -0.0),
    "roots": lambda x: x**0.5,
    "reciprocals": lambda x: x**-1 + x**-1.0 * x**1,
    "powers": lambda x: x**2 + x**3 + 2.0 ** xp.clip(x, -3, 3),
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", EXACT)
def test_exact_to_the_bit_where_it_is_awkward(name, dtype):
    x, function = AWKWARD.astype(dtype), EXACT[name]
    got, expected = engine.compile(function, x)(x), function(x)
    assert got.dtype == expected.dtype
    np.testing.assert_array_equal(got, expected)
    finite = ~np.isnan(expected)  # the sign of NaN means nothing
    np.testing.assert_array_equal(np.signbit(got)[finite], np.signbit(expected)[finite])


@pytest.mark.parametrize("a", [np.arange(3), np.array([True, False]), np.arange(3, dtype=np.uint8)])
def test_integers_keep_their_dtype(a):
    sums = (lambda a: a + a, lambda a: a + 0)
    for function in (*sums, lambda a: a * 1, lambda a: a / 1, lambda a: 2 * a, lambda a: a * 1.0):
        got, expected = engine.compile(function, a)(a), function(a)
        assert got.dtype == expected.dtype
        np.testing.assert_array_equal(got, expected)


def test_the_conjugate_is_itself_for_real_numbers_alone():
    assert lines(lambda x: xp.conj(x) * 2, X)[:-1] in (["t0 = x * _2"], ["t0 = _2 * x"])

    def squared_modulus(x):
        z = 1 + xp.exp(1j * x)
        return xp.real(z * xp.conj(z))

    def pulled(x):
        y, pullback = engine.vjp(squared_modulus, x)
        return pullback(xp.ones_like(y))[0]

    np.testing.assert_array_equal(engine.compile(squared_modulus, X)(X), squared_modulus(X))
    np.testing.assert_allclose(engine.compile(pulled, X)(X), -2 * np.sin(X), rtol=1e-14)
