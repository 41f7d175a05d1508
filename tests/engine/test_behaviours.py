"""What users of autograd rely on, held of the engine: ways of writing a function, calling it, using it again."""

import functools
import math

import numpy as np
import pytest
from engine.checks import ROUNDING, assert_close, check, normal, positive

from adbench.engine import custom_vjp, grad, hessian, hvp, jacfwd, jacrev, jvp, value_and_grad, vjp, vmap
from adbench.engine import numpy as xp

X = positive(3)
UFUNCS = [
    "add", "subtract", "multiply", "divide", "power", "maximum", "minimum", "hypot", "atan2", "logaddexp", "copysign",
    "remainder",
]  # fmt: skip
SHAPES = [((3, 1), (2,)), ((1,), (2, 3)), ((2, 1, 3), (4, 1)), ((1, 1), ()), ((0, 1), (1, 3))]


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("name", UFUNCS)
def test_every_binary_function_broadcasts_both_ways_round(name, shapes):
    f, (x, y) = getattr(xp, name), (positive(*s, seed=i) + i for i, s in enumerate(shapes))
    for a, b in ((x, y), (y, x)):
        z, pullback = vjp(f, a, b)
        a_bar, b_bar = pullback(np.ones(z.shape))
        assert (a_bar.shape, b_bar.shape) == (a.shape, b.shape)
        along_a, along_b = (jvp(f, (a, b), dots)[1] for dots in ((a, 0 * b), (0 * a, b)))
        assert along_a.shape == along_b.shape == np.broadcast_shapes(*shapes)
        assert_close(np.sum(along_a), np.sum(a_bar * a), ROUNDING)
        assert_close(np.sum(along_b), np.sum(b_bar * b), ROUNDING)


SCALARS = {"float": 0.7, "int": 2, "np.float64": np.float64(0.7), "0-d": np.array(0.7), "list": [0.5, 0.7, 0.9]}


@pytest.mark.parametrize("kind", SCALARS)
@pytest.mark.parametrize("name", UFUNCS)
def test_every_binary_function_takes_every_kind_of_constant(name, kind):
    f, c = getattr(xp, name), SCALARS[kind]
    same = np.asarray(c, dtype=float)
    for jacobian in (jacfwd, jacrev):
        assert_close(jacobian(lambda x: f(x, c))(X), jacobian(lambda x: f(x, same))(X), ROUNDING)
        assert_close(jacobian(lambda x: f(c, x))(X), jacobian(lambda x: f(same, x))(X), ROUNDING)


@pytest.mark.parametrize("name", UFUNCS)
def test_one_array_as_both_operands(name):
    f = getattr(xp, name)
    by_first, by_second = jacrev(f, (0, 1))(X, X)
    assert_close(jacrev(lambda x: f(x, x))(X), by_first + by_second, ROUNDING)


class Scaled:
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, x):
        return self.factor * xp.sum(x * x)

    def method(self, x):
        return self(x)

    @staticmethod
    def static(x, *more, factor=3.0, **unused):
        return factor * xp.sum(x * x)


def wrapped(f):
    @functools.wraps(f)
    def inner(*args, **options):
        return f(*args, **options)

    return inner


CALLABLES = {
    "object": Scaled(3.0),
    "method": Scaled(3.0).method,
    "static": Scaled.static,
    "partial": functools.partial(lambda factor, x: factor * xp.sum(x * x), 3.0),
    "decorated": wrapped(Scaled(3.0).method),
    "default": lambda x, factor=3.0: factor * xp.sum(x * x),
    "varargs": lambda *args: 3.0 * xp.sum(args[0] * args[0]),
    "nothing but itself": lambda x: 3.0 * sum(v * v for v in x),
}


@pytest.mark.parametrize("name", CALLABLES)
def test_every_kind_of_callable(name):
    f = CALLABLES[name]
    assert_close(grad(f)(X), 6 * X, ROUNDING)
    assert_close(hessian(f)(X), 6 * np.eye(3), ROUNDING)
    assert_close(value_and_grad(f)(X)[1], 6 * X, ROUNDING)


def root_by_newton(a):
    x = a
    while abs(x * x - a) > 1e-14:
        x = (x + a / x) / 2
    return x


def by_unpacking(x):
    a, (b, *rest) = x[0], x[1:]
    return a * b + sum(rest)


def by_containers(x):
    store = {"terms": []}
    for i, v in enumerate(reversed(list(x))):
        store["terms"].append(v ** (i + 1))
    return sum(store["terms"], 0.0)


def by_generator(x):
    return math.prod(v for v in x if v > 0)


WRITTEN = {
    "unpacking": (by_unpacking, lambda x: x[0] * x[1] + xp.sum(x[2:])),
    "containers": (by_containers, lambda x: x[2] + x[1] ** 2 + x[0] ** 3),
    "generator": (by_generator, xp.prod),
    "while": (lambda x: root_by_newton(x[0]) * x[1], lambda x: xp.sqrt(x[0]) * x[1]),
    "largest by builtin": (lambda x: max(x) * min(x), lambda x: xp.max(x) * xp.min(x)),
    "zip": (lambda x: sum(a * b for a, b in zip(x, x[::-1], strict=True)), lambda x: xp.sum(x * x[::-1])),
    "array of scalars": (lambda x: xp.sum(xp.asarray([[x[0], x[1]], [x[2], 1.0]]) ** 2), lambda x: xp.sum(x * x)),
    "matrix row by row": (lambda x: sum(row @ x for row in xp.outer(x, x)), lambda x: xp.sum(xp.outer(x, x) @ x)),
    "numpy's own": (lambda x: np.sum(np.exp(x) @ np.outer(x, x)), lambda x: xp.sum(xp.exp(x) @ xp.outer(x, x))),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_every_way_of_writing_it(name):
    f, same = WRITTEN[name]
    assert_close(grad(f)(X), grad(same)(X), ROUNDING)
    assert_close(hessian(f)(X), hessian(same)(X), 1e-10 if name == "while" else ROUNDING)
    assert_close(jacrev(jacrev(f))(X), hessian(f)(X), ROUNDING)


def test_fan_out_identity_and_constant():
    assert_close(grad(lambda x: xp.sum(x + x * x + x))(X), 2 + 2 * X, ROUNDING)
    np.testing.assert_array_equal(jacrev(lambda x: x)(X), np.eye(3))
    for operator in (jacfwd, jacrev, hessian):
        np.testing.assert_array_equal(operator(lambda x: 2.0)(X), 0)


def test_arguments_that_are_not_used():
    f = lambda x, unused, y: xp.sum(x) * y
    for operator in (jacfwd, jacrev):
        by_x, by_unused = operator(f, (0, 1))(X, np.ones((2, 2)), 2.0)
        np.testing.assert_array_equal(by_x, 2 * np.ones(3))
        np.testing.assert_array_equal(by_unused, np.zeros((2, 2)))
    blocks = hessian(f, (1, 2))(X, np.ones(2), 2.0)
    assert [[b.shape for b in row] for row in blocks] == [[(2, 2), (2,)], [(2,), ()]]
    assert not any(np.any(b) for row in blocks for b in row)
    products = hvp(f, (X, np.ones(2), np.array(2.0)), (np.ones(3), np.ones(2), np.array(1.0)))
    np.testing.assert_array_equal(products[1], np.zeros(2))
    np.testing.assert_array_equal(products[0], np.ones(3))


def test_dictionaries_in_and_out():
    """What is done to a dictionary of traced arrays is Python's: iteration, copies, keys made on the way."""

    def f(params):
        assert isinstance(params, dict)
        scaled = {f"{key} scaled": value * len(params) for key, value in sorted(params.items())}
        return {**scaled, "all": sum(xp.sum(v) for v in params.values()), "none": params.get("missing", 1.0)}

    params = {"b": normal(2), "a": np.array(2.0)}
    y, pullback = vjp(f, params)
    assert list(y) == ["a scaled", "b scaled", "all", "none"]
    (bars,) = pullback({"a scaled": 3.0, "b scaled": np.ones(2), "all": 1.0, "none": 5.0})
    assert bars["a"] == 2 * 3 + 1
    np.testing.assert_array_equal(bars["b"], [3, 3])
    assert list(bars) == ["b", "a"]
    assert jacrev(f)(params)["all"] == {"b": pytest.approx([1, 1]), "a": 1}


def checkpoint(f):
    """`f` that keeps its input alone and runs again on the way back, as autograd's `checkpoint` does."""
    return custom_vjp(f, lambda y_bar, y, *primals: vjp(f, *primals)[1](y_bar))


def test_a_function_run_again_on_the_way_back():
    calls = []

    def layer(x, w):
        calls.append(1)
        return xp.tanh(w @ x)

    w = normal(3, 3)
    again = checkpoint(layer)
    expected = grad(lambda w: xp.sum(layer(layer(X, w), w)))(w)
    calls.clear()
    assert_close(grad(lambda w: xp.sum(again(again(X, w), w)))(w), expected, ROUNDING)
    assert len(calls) == 4
    second = grad(lambda w: xp.sum(grad(lambda w: xp.sum(again(X, w)))(w) ** 2))(w)
    assert_close(second, grad(lambda w: xp.sum(grad(lambda w: xp.sum(layer(X, w)))(w) ** 2))(w), ROUNDING)


def test_derivative_entry_by_entry():
    """autograd's elementwise_grad: of a function of numbers at every entry of an array."""
    x = normal(4)
    np.testing.assert_allclose(vmap(grad(xp.tanh))(x), 1 - np.tanh(x) ** 2, rtol=1e-14)
    np.testing.assert_allclose(vmap(grad(grad(xp.sin)))(x), -np.sin(x), rtol=1e-14)


def test_gauss_newton_product():
    """Jᵀ H J v, of a model and the Hessian of its loss."""
    a, x, v = normal(4, 3), normal(3, seed=1), normal(3, seed=2)
    model, loss = lambda x: xp.sin(a @ x), lambda y: xp.sum(xp.exp(y))
    y, pullback = vjp(model, x)
    (product,) = pullback(hvp(loss, (y,), (jvp(model, (x,), (v,))[1],))[0])
    j = jacrev(model)(x)
    assert_close(product, j.T @ np.diag(np.exp(y)) @ j @ v, ROUNDING)


INDICES = {
    "of a 0-d array": ((), np.s_[()]),
    "new axes": ((3,), np.s_[None, :, None]),
    "ellipsis in between": ((2, 3, 4), np.s_[1, ..., 2]),
    "steps": ((5,), np.s_[4:0:-2]),
    "beyond the end": ((3,), np.s_[1:10]),
    "booleans of one axis": ((2, 3), np.s_[:, np.array([True, False, True])]),
    "no entry": ((3,), np.zeros(3, bool)),
    "mask and number": ((2, 3), (np.array([False, True]), 2)),
    "table of numbers": ((4,), np.array([[0, 3], [3, -1]])),
    "crossed": ((3, 4), np.ix_([0, 2], [1, 1, 3])),
    "Python list of lists": ((4,), [[0, 1], [1, 2]]),
    "np.int64": ((3,), np.int64(1)),
}


@pytest.mark.parametrize("name", INDICES)
def test_every_form_of_index(name):
    shape, index = INDICES[name]
    x = normal(*shape)
    f = lambda x: (x * x)[index]
    np.testing.assert_array_equal(vjp(f, x)[0], (x * x)[index])
    if name == "no entry":
        assert jacrev(f)(x).shape == jacfwd(f)(x).shape == (0, 3)
    else:
        check(f, x)
