"""Cases for the fakes: a square Jacobian without symmetry, a broadcast scalar, two inputs of one shape."""

import numpy as np

from adbench.case import case


@case(wrt=("x", "s"))
def cubic(xp, M, x, s):
    """M (s x³); M (2, 2), x (2,), s ()."""
    return M @ (s * x**3)


@cubic.inputs
def _(rng):
    M = np.array([[2.0, -1.0], [0.5, 3.0]])
    return {"M": M, "x": rng.uniform(0.5, 2.0, 2), "s": rng.uniform(0.5, 2.0)}


cubic.jacobian("x")(lambda xp, M, x, s: M * (3 * s * x**2))
cubic.jacobian("s")(lambda xp, M, x, s: M @ x**3)


@case(wrt=("x", "y"), published={"elsewhere": {}}, bench=True)
def quotient(xp, x, y):
    """x / y; both (3,)."""
    return x / y


@quotient.inputs
def _(rng):
    return {"x": rng.uniform(0.5, 2.0, 3), "y": rng.uniform(0.5, 2.0, 3)}


quotient.jacobian("x")(lambda xp, x, y: xp.eye(3, dtype=x.dtype) / y)
quotient.jacobian("y")(lambda xp, x, y: xp.eye(3, dtype=x.dtype) * (-x / y**2))


@case(wrt=("x",))
def far(xp, x):
    """log(x + 10⁴), x (): a derivative that is small beside what occurs on the way."""
    return xp.log(x + 10_000.0)


@far.inputs
def _(rng):
    return {"x": rng.uniform(0.5, 2.0)}


far.jacobian("x")(lambda xp, x: 1 / (x + 10_000.0))
