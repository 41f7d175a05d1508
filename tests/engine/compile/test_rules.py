"""Every function of the namespace, compiled: the value, the gradient and a second derivative, against the engine."""

import pytest
from engine.checks import positive
from engine.compile.test_catalogue import agree
from engine.test_batching import NAMES, calls

from adbench.engine import compile, errors, grad, jvp, vmap
from adbench.engine import numpy as xp

X, OTHER, DOT = positive(4, 4), positive(4, 4, seed=1), positive(4, 4, seed=2)


REFUSED = {
    "M[:, argmin(v)] * v": "the entries of an array",  # NumPy indexes its own arrays itself; take does not
}


@pytest.mark.parametrize("call", [call for call in calls() if call not in REFUSED])
def test_compiled_is_eager(call):
    def f(x):
        return eval(call, {**NAMES, "x": x, "v": 0.9 * x[1]})

    def loss(x):
        return xp.sum(xp.sin(f(x)))

    def curvature(x, x_dot):
        return jvp(grad(loss), (x,), (x_dot,))[1]

    agree(compile(f, OTHER)(X), f(X))
    agree(compile(grad(loss), OTHER)(X), grad(loss)(X))
    agree(compile(curvature, OTHER, DOT)(X, DOT), curvature(X, DOT))


@pytest.mark.parametrize("call", REFUSED)
def test_what_depends_on_the_entries_is_refused(call):
    with pytest.raises(errors.EngineError, match=f"test_rules.py:[0-9]+: {REFUSED[call]}"):
        compile(lambda x: NAMES["M"][:, xp.argmin(x[0])] * x, X)


@pytest.mark.parametrize("call", [call for call in calls() if call not in REFUSED])
def test_a_compiled_batch_is_the_batch(call):
    def gradient(x):
        return grad(lambda x: xp.sum(xp.sin(eval(call, {**NAMES, "x": x, "v": 0.9 * x[1]}))))(x)

    batch = xp.stack([X, DOT])
    agree(compile(vmap(gradient), xp.stack([OTHER, X]))(batch), vmap(gradient)(batch))
