"""Any program of the engine's functions, compiled: the same value, inputs as they were, results that are new."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from adbench import engine
from adbench.engine import numpy as xp
from adbench.engine.compile import blocks, buffers

UNARY = {
    "-": lambda x: -x,
    "sin": xp.sin,
    "exp": lambda x: xp.exp(-xp.abs(x)),
    "tanh": xp.tanh,
    "square": lambda x: x**2,
    "half": lambda x: x / 2,
    "double": lambda x: x + x,
    "one": lambda x: x * 1.0,
    "transpose": lambda x: x.T,
    "rows": lambda x: xp.flip(x, axis=0),
    "sum": lambda x: xp.broadcast_to(xp.sum(x, axis=0), (3, 3)),
    "mean": lambda x: x - xp.mean(x, axis=1, keepdims=True),
    "max": lambda x: xp.broadcast_to(xp.max(x), (3, 3)),
    "first": lambda x: x[:1] + x[:, 1:2],
    "relu": lambda x: xp.maximum(x, 0.0),
    "softmax": lambda x: xp.special.softmax(x, axis=-1),
    "cumulative": lambda x: xp.cumulative_sum(x, axis=0) / 3,
    "constant": lambda x: xp.tanh(x * np.arange(9.0).reshape(3, 3)),
    "eye": lambda x: x + np.eye(3),
    "ones": lambda x: np.ones((3, 3)) - x,
}
BINARY = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: xp.tanh(x * y),
    "/": lambda x, y: x / (2 + xp.abs(y)),
    "@": lambda x, y: xp.tanh(x @ y),
    "where": lambda x, y: xp.where(x > y, x, -y),
    "concat": lambda x, y: xp.concat([x[:1], y[1:]]),
    "hypot": lambda x, y: xp.hypot(x, y) / 2,
}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(sorted(UNARY)), st.integers(0, 9)),
        st.tuples(st.sampled_from(sorted(BINARY)), st.integers(0, 9), st.integers(0, 9)),
    ),
    min_size=1,
    max_size=8,
)
ENTRIES = st.lists(st.sampled_from([-2.0, -0.5, -0.0, 0.0, 0.25, 1.0, 3.0]), min_size=18, max_size=18)


def program(steps):
    """The function that takes each step with values made so far, and returns the last two and a sum."""

    def function(x, y):
        values = [x, y]
        for name, *operands in steps:
            step = UNARY[name] if len(operands) == 1 else BINARY[name]
            values.append(step(*[values[i % len(values)] for i in operands]))
        return values[-1], values[-2], xp.sum(values[-1] * values[-2])

    return function


def gradients(function):
    return engine.grad(lambda x, y: function(x, y)[2] + xp.sum(xp.sin(function(x, y)[0])), (0, 1))


def second(function):
    return engine.jacfwd(lambda x: gradients(function)(x, xp.ones_like(x))[0])


def flat(results):
    return results if isinstance(results, tuple) else (results,)


@pytest.fixture(params=["small", "large"], scope="module")
def limits(request):
    """With the limits of `large`, arrays of nine entries are taken in blocks and written over."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "large":
            patch.setattr(buffers, "LARGE", 1)
            for name in ("WORTH", "CACHE", "ENTRIES", "BLOCKS"):
                patch.setattr(blocks, name, 1)
        yield


@pytest.mark.usefixtures("limits")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, ENTRIES, st.sampled_from(["value", "gradient", "second"]))
def test_any_program(steps, entries, order):
    x, y = np.array(entries).reshape(2, 3, 3)
    before = x.copy(), y.copy()
    function = {"value": lambda f: f, "gradient": gradients, "second": second}[order](program(steps))
    args = (x,) if order == "second" else (x, y)
    compiled = engine.compile(function, *[a + 0.5 for a in args])
    expected, got, again = flat(function(*args)), flat(compiled(*args)), flat(compiled(*args))
    for e, a, b in zip(expected, got, again, strict=True):
        assert a.dtype == e.dtype
        np.testing.assert_allclose(a, e, rtol=1e-10, atol=1e-10)
        np.testing.assert_array_equal(a, b)
    arrays = [a for a in got if isinstance(a, np.ndarray)]
    for i, a in enumerate(arrays):
        assert not any(np.shares_memory(a, b) for b in (x, y, *arrays[:i], *again))
    np.testing.assert_array_equal((x, y), before)
