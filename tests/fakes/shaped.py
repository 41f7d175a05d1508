"""Cases for the fuzzer: axes that can be shorter, declared domains, a kink, a branch cut."""

import numpy as np

from adbench.case import case


@case(wrt=("x", "a"), sizes={"small": {"m": 3, "n": 2}}, domain={"x": (0.5, None), "a": (-1.0, 1.0)})
def roots(xp, x, a):
    """a √x; x (m, n), a (m, 1)."""
    return a * xp.sqrt(x)


@roots.inputs
def _(rng, m, n):
    return {"x": rng.uniform(0.5, 2.0, (m, n)), "a": rng.uniform(0.5, 1.0, (m, 1))}


@case(wrt=("x", "y"), sizes={"small": {"n": 3}})
def larger(xp, x, y):
    """max(x, y); both (n,)."""
    return xp.maximum(x, y)


@larger.inputs
def _(rng, n):
    return {"x": rng.uniform(-2.0, 2.0, n), "y": rng.uniform(-2.0, 2.0, n)}


@larger.jacobian("x")
def _(xp, x, y):
    return xp.eye(x.shape[0], dtype=x.dtype) * xp.where(x > y, xp.ones_like(x), xp.zeros_like(x))


@larger.jacobian("y")
def _(xp, x, y):
    return xp.eye(x.shape[0], dtype=x.dtype) * xp.where(x > y, xp.zeros_like(x), xp.ones_like(x))


@case(wrt=("x", "y"), sizes={"small": {"n": 2}})
def product(xp, x, y):
    """x y; both (n,)."""
    return x * y


@product.inputs
def _(rng, n):
    return {"x": rng.uniform(0.5, 2.0, n), "y": rng.uniform(0.5, 2.0, n)}


product.jacobian("x")(lambda xp, x, y: xp.eye(x.shape[0], dtype=x.dtype) * y)
product.jacobian("y")(lambda xp, x, y: xp.eye(x.shape[0], dtype=x.dtype) * x)


@case(wrt=("y", "x"))
def angle(xp, y, x):
    """The angle of (x, y); both ()."""
    return xp.atan2(y, x)


@angle.inputs
def _(rng):
    return {"y": rng.uniform(0.5, 2.0), "x": rng.uniform(0.5, 2.0)}


@case(wrt=("x",))
def log(xp, x):
    """log x; x ()."""
    return xp.log(x)


log.inputs(lambda rng: {"x": np.asarray(rng.uniform(0.5, 2.0))})
log.jacobian("x")(lambda xp, x: 1 / x)


@case(wrt=("x",), sizes={"small": {"n": 2, "odd": False}})
def stubborn(xp, x):
    """x²; x (n,), where its inputs function refuses n = 1."""
    return x * x


@stubborn.inputs
def _(rng, n, odd):
    if n == 1:
        raise ValueError("one is too few")
    return {"x": rng.uniform(0.5, 2.0, n)}


stubborn.jacobian("x")(lambda xp, x: xp.eye(x.shape[0], dtype=x.dtype) * 2 * x)


@case(wrt=("x",))
def narrow(xp, x):
    """arcosh x + artanh(x − 1), for 1 < x < 2 alone; x ()."""
    return xp.acosh(x) + xp.atanh(x - 1)


narrow.inputs(lambda rng: {"x": np.asarray(rng.uniform(1.1, 1.9))})
narrow.jacobian("x")(lambda xp, x: 1 / xp.sqrt((x - 1) * (x + 1)) + 1 / (x * (2 - x)))
