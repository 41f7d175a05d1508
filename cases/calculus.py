"""Calculus: the worked examples of the lecture notes, with the numbers that the notes print.

Small enough to check with a pencil, and each about one thing: a node used twice, a path that
branches and meets, a total derivative against a partial one. Size "small" is the notes' own point,
where they give one.
"""

from __future__ import annotations

import numpy as np

from adbench.case import case

POINTS = {"small": {}, "random": {"drawn": True}}
POSITIVE = (0.0, None)


def at(low=0.5, high=2.0, **point):
    """Inputs: the notes' point, or, where `drawn`, arrays of its shapes between `low` and `high`."""

    def inputs(rng, drawn=False):
        arrays = {name: np.asarray(value, dtype=np.float64) for name, value in point.items()}
        return {name: rng.uniform(low, high, x.shape) for name, x in arrays.items()} if drawn else arrays

    return inputs


def sigmoid(xp, z):
    return 1 / (1 + xp.exp(-z))


def identity(xp, like):
    return xp.eye(like.shape[0], dtype=like.dtype)


# functions of two variables


@case(wrt=("x1", "x2"), sizes=POINTS, source="lecture notes 001")
def product_sine(xp, x1, x2):
    """x₁x₂ + sin x₁; all ()."""
    return x1 * x2 + xp.sin(x1)


product_sine.inputs(at(x1=2.0, x2=7.0))
product_sine.jacobian("x1")(lambda xp, x1, x2: x2 + xp.cos(x1))
product_sine.jacobian("x2")(lambda xp, x1, x2: x1)


@case(wrt=("x1", "x2"), sizes=POINTS, source="lecture notes 004, multivariate differentiation")
def cubic_mix(xp, x1, x2):
    """x₁²x₂ + x₁x₂³; all ()."""
    return x1**2 * x2 + x1 * x2**3


cubic_mix.inputs(at(x1=1.0, x2=2.0))
cubic_mix.jacobian("x1")(lambda xp, x1, x2: 2 * x1 * x2 + x2**3)
cubic_mix.jacobian("x2")(lambda xp, x1, x2: x1**2 + 3 * x1 * x2**2)


@case(wrt=("x1", "x2"), sizes=POINTS, source="lecture notes 004, multivariate differentiation")
def cubic_mix_squared(xp, x1, x2):
    """(x₁ + 2x₂³)²; all ()."""
    return (x1 + 2 * x2**3) ** 2


cubic_mix_squared.inputs(at(x1=1.0, x2=2.0))
cubic_mix_squared.jacobian("x1")(lambda xp, x1, x2: 2 * (x1 + 2 * x2**3))
cubic_mix_squared.jacobian("x2")(lambda xp, x1, x2: 2 * (x1 + 2 * x2**3) * (6 * x2**2))


@case(wrt=("a", "b"), sizes=POINTS, domain={"a": POSITIVE, "b": POSITIVE}, source="lecture notes 002, reverse mode")
def log_sum(xp, a, b):
    """log(a + b); all ()."""
    return xp.log(a + b)


log_sum.inputs(at(a=5.0, b=2.0))
log_sum.jacobian("a")(lambda xp, a, b: 1 / (a + b))
log_sum.jacobian("b")(lambda xp, a, b: 1 / (a + b))


# chains of functions of one variable


@case(wrt=("x",), sizes=POINTS, source="lecture notes 004, scalar chain rule")
def line_chain(xp, x):
    """6(−2x + 5) + 3; x ()."""
    return 6 * (-2 * x + 5) + 3


line_chain.inputs(at(x=1.0))
line_chain.jacobian("x")(lambda xp, x: -12 * xp.ones_like(x))


def tanh_slope(xp, z):
    return 1 - xp.tanh(z) ** 2


@case(wrt=("x",), sizes=POINTS, source="lecture notes 004, scalar chain rule")
def tanh_cube(xp, x):
    """tanh(x³), the exponent a Python integer; x ()."""
    return xp.tanh(x**3)


tanh_cube.inputs(at(-1.0, 1.0, x=0.8))
tanh_cube.jacobian("x")(lambda xp, x: tanh_slope(xp, x**3) * 3 * x**2)


@case(
    wrt=("x", "n"),
    sizes=POINTS,
    domain={"x": POSITIVE, "n": (-8.0, 8.0)},
    source="lecture notes 004, scalar chain rule",
)
def tanh_power(xp, x, n):
    """tanh(xⁿ), the exponent an array; all ()."""
    return xp.tanh(x**n)


tanh_power.inputs(at(0.2, 1.2, x=0.8, n=3.0))
tanh_power.jacobian("x")(lambda xp, x, n: tanh_slope(xp, x**n) * n * x ** (n - 1))
tanh_power.jacobian("n")(lambda xp, x, n: tanh_slope(xp, x**n) * x**n * xp.log(x))


@case(wrt=("x", "w"), sizes=POINTS, source="lecture notes 002, automatic differentiation review")
def neg_log_sigmoid(xp, x, w):
    """−log σ(w x²); all ()."""
    return -xp.log(sigmoid(xp, w * x**2))


neg_log_sigmoid.inputs(at(x=2.0, w=0.5))
neg_log_sigmoid.jacobian("x")(lambda xp, x, w: -sigmoid(xp, -w * x**2) * 2 * w * x)
neg_log_sigmoid.jacobian("w")(lambda xp, x, w: -sigmoid(xp, -w * x**2) * x**2)


@case(wrt=("t",), sizes=POINTS, source="lecture notes 004, combined chain rule")
def curve_chain(xp, t):
    """x₁² + 2x₂ along x = (sin t, cos t); t ()."""
    x = xp.stack([xp.sin(t), xp.cos(t)])
    return x[0] ** 2 + 2 * x[1]


curve_chain.inputs(at(t=1.0))
curve_chain.jacobian("t")(lambda xp, t: 2 * xp.sin(t) * (xp.cos(t) - 1))


# nodes that are used twice


@case(wrt=("x",), sizes=POINTS, source="lecture notes 002, reverse mode")
def reuse_quartic(xp, x):
    """a = x², b = 5a, c = ab, L = −c; x ()."""
    a = x**2
    b = 5 * a
    c = a * b
    return -c


reuse_quartic.inputs(at(x=2.0))
reuse_quartic.jacobian("x")(lambda xp, x: -20 * x**3)


@case(wrt=("x", "da", "db", "dc"), sizes=POINTS, source="lecture notes 002, backward pass")
def reuse_quartic_nodes(xp, x, da, db, dc):
    """a = x² + da, b = 5a + db, c = ab + dc, L = −c: by da, db, dc, the adjoint of each node; all ()."""
    a = x**2 + da
    b = 5 * a + db
    c = a * b + dc
    return -c


def a_bar(x, da, db):
    """−(b + 5a): a reaches c by itself and through b."""
    return -(10 * (x**2 + da) + db)


reuse_quartic_nodes.inputs(at(x=2.0, da=0.0, db=0.0, dc=0.0))
reuse_quartic_nodes.jacobian("x")(lambda xp, x, da, db, dc: 2 * x * a_bar(x, da, db))
reuse_quartic_nodes.jacobian("da")(lambda xp, x, da, db, dc: a_bar(x, da, db))
reuse_quartic_nodes.jacobian("db")(lambda xp, x, da, db, dc: -(x**2 + da))
reuse_quartic_nodes.jacobian("dc")(lambda xp, x, da, db, dc: -xp.ones_like(dc))


@case(wrt=("x",), sizes=POINTS, source="lecture notes 002, reusing values")
def reuse_log(xp, x):
    """a = x², b = 5a, c = log a, L = −bc; x ()."""
    a = x**2
    b = 5 * a
    c = xp.log(a)
    return -(b * c)


reuse_log.inputs(at(x=2.0))
reuse_log.jacobian("x")(lambda xp, x: -10 * x * (xp.log(x**2) + 1))


@case(wrt=("a",), sizes=POINTS, source="lecture notes 002, partial derivatives revisited")
def two_path(xp, a):
    """c = ab along b = 5a, the total derivative; a ()."""
    b = 5 * a
    return a * b


two_path.inputs(at(a=4.0))
two_path.jacobian("a")(lambda xp, a: 10 * a)


@case(wrt=("a", "b"), sizes=POINTS, source="lecture notes 002, partial derivatives revisited")
def two_path_partial(xp, a, b):
    """c = ab at b = 5a, the partial derivatives; all ()."""
    return a * b


two_path_partial.inputs(at(a=4.0, b=20.0))
two_path_partial.jacobian("a")(lambda xp, a, b: b)
two_path_partial.jacobian("b")(lambda xp, a, b: a)


# functions of an array


@case(
    wrt=("x", "b"),
    sizes={"small": {}, "second": {"x": (0.4717993, 0.90549333)}, "random": {"drawn": True}},
    source="lecture notes 000, 001",
)
def gated_gaussian(xp, x, b):
    """(x·b) exp(−Σx²); x (2,), b (2,)."""
    return (x @ b) * xp.exp(xp.sum(-x * x))


@gated_gaussian.inputs
def _(rng, x=(1.0, 2.0), drawn=False):
    return at(x=x, b=(1.0, 0.0))(rng, drawn)


@gated_gaussian.jacobian("x")
def _(xp, x, b):
    return (b - 2 * (x @ b) * x) * xp.exp(xp.sum(-x * x))


gated_gaussian.jacobian("b")(lambda xp, x, b: x * xp.exp(xp.sum(-x * x)))


@case(wrt=("x",), sizes=POINTS, source="lecture notes 000, 001")
def hinge_sum(xp, x):
    """Σₖ max(2xᵢₖ − 1, 0); x (2, 2) to (2,)."""
    return xp.sum(xp.maximum(2 * x - 1, 0), axis=-1)


@hinge_sum.jacobian("x")
def _(xp, x):
    slope = xp.where(2 * x > 1, xp.full_like(x, 2), xp.zeros_like(x))
    return identity(xp, x)[:, :, None] * slope


hinge_sum.inputs(at(-1.0, 2.0, x=[[1.0, 2.0], [2.0, -1.0]]))


@case(wrt=("x",), sizes=POINTS, source="lecture notes 002, calculus for vectors")
def square(xp, x):
    """x², elementwise; x (5,)."""
    return x**2


@case(wrt=("x",), sizes=POINTS, domain={"x": POSITIVE}, source="lecture notes 002, vector-Jacobian products")
def log(xp, x):
    """log x, elementwise; x (5,)."""
    return xp.log(x)


@case(wrt=("x", "a"), sizes=POINTS, source="lecture notes 002, vector-Jacobian products")
def shift(xp, x, a):
    """x + a, elementwise; x (5,), a (5,)."""
    return x + a


square.inputs(at(-2.0, 2.0, x=(1.0, 2.0, 3.0, 4.0, 5.0)))
square.jacobian("x")(lambda xp, x: identity(xp, x) * (2 * x))
log.inputs(at(x=(1.0, 2.0, 3.0, 4.0, 5.0)))
log.jacobian("x")(lambda xp, x: identity(xp, x) / x)
shift.inputs(at(x=(1.0, 2.0, 3.0, 4.0, 5.0), a=(5.0, 4.0, 3.0, 2.0, 1.0)))
shift.jacobian("x")(lambda xp, x, a: identity(xp, x))
shift.jacobian("a")(lambda xp, x, a: identity(xp, a))
