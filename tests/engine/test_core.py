"""The pass backwards: order, cost, memory."""

import gc
import weakref

import numpy as np
import pytest

from adbench.engine import custom_jvp, custom_vjp, grad, graph, hessian, jvp, linearize, vjp
from adbench.engine import numpy as xp
from adbench.engine.core import Dual, Node, plain, unbroadcast
from adbench.engine.errors import NoRule, TraceEnded


def test_reuse_of_values():
    """a = x², b = 5a, c = ab, L = −c at x = 2: L' = −20 x³ = −160."""

    def f(x):
        a = x**2
        b = 5 * a
        return -(a * b)

    assert grad(f)(np.array(2.0)) == -160
    assert jvp(f, (np.array(2.0),), (np.array(1.0),))[1] == -160


@pytest.mark.parametrize("n", [10, 100_000])
def test_deep_chain(n):
    def f(x):
        for _ in range(n):
            x = -x
        return x

    assert grad(f)(np.array(2.0)) == 1


def test_wide_reuse_visits_each_node_once():
    """x + x, n deep, has 2ⁿ paths; halved, so that the value stays 1."""

    def f(x):
        for _ in range(100_000):
            x = 0.5 * (x + x)
        return x

    assert grad(f)(np.array(1.0)) == 1


def everything(x):
    return xp.sum(xp.tanh(x) * x[0] + x @ x + xp.prod(x)) + xp.special.logsumexp(xp.stack([x, x]))


def refused(x):
    with pytest.raises(NoRule):
        grad(lambda x: np.spacing(x * 2))(x)


@pytest.mark.parametrize(
    "use",
    [
        grad(everything),
        hessian(everything),
        lambda x: vjp(everything, x)[1](1.0),
        lambda x: vjp(everything, x),
        lambda x: jvp(grad(everything), (x,), (x,)),
        lambda x: linearize(everything, x)[1](x),
        lambda x: grad(lambda p: everything(p["x"]))({"x": x}),
        lambda x: grad(custom_jvp(everything, lambda x_dot, y, x: xp.sum(x_dot)))(x),
        lambda x: graph(everything, x),
        refused,
    ],
)
def test_no_cycle_is_left_behind(use):
    x = np.arange(1.0, 4.0)
    use(x)
    gc.collect()
    gc.disable()
    try:
        before = {id(o) for o in gc.get_objects()}  # other tests' too
        use(x)
        assert not [o for o in gc.get_objects() if type(o) in (Node, Dual) and id(o) not in before]
    finally:
        gc.enable()


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("use", [grad(lambda x: x * x), lambda x: vjp(lambda x: x * x, x), refused])
def test_garbage_collection_is_left_as_it_was(use, enabled):
    was = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        use(np.array(2.0))
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was else gc.disable)()


def test_values_die_on_the_way_back():
    """The value of a node that has been pulled back is gone when the one before it is."""
    alive = []
    look = custom_vjp(lambda x: x * 1, lambda y_bar, y, x: (alive.append(kept[0]() is not None), y_bar)[1])
    kept = []

    def f(x):
        y = look(x) * np.ones(3)
        kept.append(weakref.ref(y.value))
        return xp.sum(y * y)

    grad(f)(np.ones(3))
    assert alive == [False]


def test_values_die_with_the_gradient():
    kept = []

    def f(x):
        y = np.ones(3) * x
        kept.append(weakref.ref(y.value))
        return xp.sum(y * y)

    gc.disable()
    try:
        grad(f)(np.ones(3))
        assert kept[0]() is None
    finally:
        gc.enable()


def test_cotangents_are_freed_as_they_are_used():
    seen = []

    def f(x):
        for _ in range(3):
            x = x * 2.0
            seen.append(x)
        return xp.sum(x)

    _, pullback = vjp(f, np.ones(3))
    pullback(1.0)
    assert [node.bar for node in seen] == [None] * 3


def test_using_a_traced_array_after_its_trace():
    kept = []

    def f(x):
        kept.append(x)
        return xp.sum(x)

    grad(f)(np.ones(2))
    with pytest.raises(TraceEnded, match="after the function"):
        kept[0] + 1


@pytest.mark.parametrize(
    ("shape", "of"), [((2, 3), (3,)), ((2, 3), (2, 1)), ((2, 3), ()), ((4, 2, 3), (1, 3)), ((2, 0), (2, 1))]
)
def test_unbroadcast(shape, of):
    x_bar = np.arange(np.prod(shape), dtype=float).reshape(shape)
    x = np.zeros(of, np.float32)
    expected = np.zeros(of)
    for i in np.ndindex(shape):
        kept = i[len(shape) - len(of) :]
        expected[tuple(0 if n == 1 else k for k, n in zip(kept, of, strict=True))] += x_bar[i]
    result = unbroadcast(x_bar, x)
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result, expected)


def test_plain_unwraps_all_levels():
    def f(x):
        return jvp(lambda y: plain(x * y), (x,), (np.ones(()),))[0]

    assert jvp(f, (np.array(3.0),), (np.ones(()),)) == (9, 0)
