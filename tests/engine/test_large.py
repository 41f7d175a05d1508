"""Large values that no rule reads are let go of, and nobody can tell but by the memory."""

import functools
import tracemalloc
import weakref

import numpy as np
import pytest
from engine.rules.test_every_function import ROWS

from adbench.engine import Tensor, custom_vjp, grad, graph, hvp, jacfwd, jacrev, jvp, large, linearize, vjp, vmap
from adbench.engine import numpy as xp

N = 20_000
X = np.linspace(-1, 1, N)
SMALL = np.linspace(-1, 1, 5)


@pytest.fixture
def all_large(monkeypatch):
    """Every array of two entries or more is large."""
    monkeypatch.setattr(large, "LARGE_BYTES", 9)


def sigmoid(x):
    return 1 / (1 + xp.exp(-x))


def fate_of(operation, x=X):
    """Whether the result of `operation` lives on the tape once the function has no name for it."""
    found = []

    def f(x):
        found.append(weakref.ref(operation(x).value))
        return xp.sum(x)

    vjp(lambda x: (f(x), found.append(found[0]() is not None))[0], x)
    return found[1]


@pytest.mark.parametrize(
    ("operation", "kept"),
    [
        (lambda x: x * 3.0, False),
        (lambda x: x * X, False),
        (lambda x: x + x, False),
        (lambda x: xp.sin(x), False),
        (lambda x: xp.exp(x), True),
        (lambda x: 1 / x, True),
        (lambda x: np.broadcast_to(x[0], (N,)) - X, False),
        (lambda x: X - x[:1], False),
        (lambda x: custom_vjp(lambda x: x * x, lambda y_bar, y, x: y_bar * x)(x), False),
        (lambda x: custom_vjp(lambda x: x * x, lambda y_bar, y, x: y_bar * y)(x), True),
        (lambda x: custom_vjp(lambda x: x * x, functools.partial(lambda y_bar, y, x: y_bar))(x), True),
    ],
)
def test_what_the_tape_keeps_of_a_result(operation, kept):
    assert fate_of(operation) is kept


@pytest.mark.parametrize(
    ("reader", "kept"),
    [
        (xp.sin, True),
        (xp.exp, False),
        (lambda y: y + 1, False),
        (lambda y: y * X, False),
        (lambda y: X / y, True),
        (lambda y: y @ y, True),
        (lambda y: y * y, True),
        (lambda y: y / y, True),
        (xp.sum, False),
    ],
)
def test_what_the_tape_keeps_of_an_operand(reader, kept):
    def operation(x):
        y = x + 1.0
        reader(y)
        return y

    assert fate_of(operation) is kept


def test_small_values_stay():
    assert fate_of(lambda x: x + x, SMALL)


def test_memory_of_a_chain():
    """Of four arrays a sigmoid two remain."""

    def f(x):
        for _ in range(10):
            x = sigmoid(x)
        return xp.sum(x)

    gradient = grad(f)
    gradient(X)
    tracemalloc.start()
    try:
        gradient(X)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < (20 + 4) * X.nbytes


def test_a_value_let_go_of_by_one_operation_is_kept_for_the_next():
    def f(x):
        y = x + 1.0
        return xp.sum((y + 1.0) * xp.sin(y) / y - y)

    y = X + 3.0
    expected = xp.sin(y) / y + (y + 1) * (np.cos(y) * y - np.sin(y)) / y**2 - 1
    np.testing.assert_allclose(grad(f)(X + 2.0), expected, rtol=1e-12)


def everything(x):
    y = xp.tanh(x[::-1] * x) + x
    return sigmoid(y) * xp.sum(y * SMALL) + xp.cumulative_sum(xp.where(x > 0, x * y, y)) / (2 + y * y)


OPERATORS = {
    "vjp": lambda f, x: vjp(f, x)[1](x),
    "vjp twice": lambda f, x: [vjp(f, x)[1](x) for _ in range(2)][1],
    "jvp": lambda f, x: jvp(f, (x,), (x,)),
    "linearize": lambda f, x: linearize(f, x)[1](x),
    "hvp": lambda f, x: hvp(lambda x: xp.sum(f(x)), (x,), (x,)),
    "jacrev of jacfwd": lambda f, x: jacrev(jacfwd(f))(x),
    "jacfwd of jacrev": lambda f, x: jacfwd(jacrev(f))(x),
    "grad of grad": lambda f, x: grad(lambda x: xp.sum(grad(lambda x: xp.sum(f(x) * f(x)))(x) ** 2))(x),
    "vmap of grad": lambda f, x: vmap(grad(lambda x: xp.sum(f(x))))(np.stack([x, x + 1])),
    "grad of vmap": lambda f, x: grad(lambda z: xp.sum(vmap(f)(z) ** 2))(np.stack([x, x + 1])),
    "a tree": lambda f, x: vjp(lambda t: {"y": f(t["x"]), "x": t["x"]}, {"x": x})[1]({"y": x, "x": x})[0]["x"],
}


@pytest.mark.parametrize("name", OPERATORS)
def test_operators_do_not_notice(name, monkeypatch):
    expected = OPERATORS[name](everything, SMALL)
    monkeypatch.setattr(large, "LARGE_BYTES", 9)
    for got, want in zip(OPERATORS[name](everything, SMALL), expected, strict=True):
        np.testing.assert_array_equal(got, want)


def test_no_rule_notices(monkeypatch):
    """What a rule reads is what it got before, for every function of the engine, bit for bit."""
    for name, rows in ROWS.items():
        for given in rows:
            monkeypatch.undo()
            expected = pulled_back(given)
            monkeypatch.setattr(large, "LARGE_BYTES", 9)
            for got, want in zip(pulled_back(given), expected, strict=True):
                np.testing.assert_array_equal(got, want, err_msg=name)


def pulled_back(given):
    """The cotangents of the operands of a row, and of its cotangents."""
    f = functools.partial(given.f, xp)

    def cotangents(*primals):
        y, pullback = vjp(f, *primals)
        return pullback(y)

    y, pullback = vjp(cotangents, *given.primals)
    return pullback(y)


def test_a_drawing_has_every_value(all_large):
    drawn = graph(lambda x: xp.sum((x + 1.0) * 2.0), np.array([0.5, 0.25]))
    assert "nan" not in drawn.dot
    assert "[1.5" in drawn.dot


def test_a_tensor_has_its_value(all_large):
    x = Tensor(SMALL)
    y = x[1:].reshape(2, 2) + np.ones((2, 2))
    xp.sum(xp.maximum(y, 0.0)).backward()
    np.testing.assert_array_equal(y.data, SMALL[1:].reshape(2, 2) + 1)
    np.testing.assert_array_equal(x.grad, [0, 1, 1, 1, 1])


def test_the_parameters_that_a_rule_reads():
    def inside(y_bar, y, x):
        return [y_bar * v for v in (lambda: x)()]

    def read(rule):
        return list(large.positions(rule, 1))

    everything = list(large.ALL)
    assert read(lambda y_bar, y, x: y_bar) == []
    assert read(lambda y_bar, y, x: y_bar * y) == [-1]
    assert read(lambda y_bar, y, x, z: y_bar * z.T * x) == [0, 1]
    assert read(inside) == [0]
    assert read(lambda y_bar, *values: y_bar) == everything
    assert read(functools.partial(lambda y_bar, y, x: y_bar)) == everything
    assert read(type("Rule", (), {"of": lambda self, y_bar, y, x: y_bar})().of) == everything
    assert [read(rule) for rule in (1, -1, None)] == [[], [], []]
