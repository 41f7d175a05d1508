"""Activations: of an entry, with their slopes, with weights, and of a row."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from adbench.cases.nn.common import (
    F64,
    HAZARD,
    Function,
    Shape,
    also,
    at,
    between,
    define,
    normal,
    spread,
    strata,
)

from adbench.case import DTYPES

# Of an entry: f, f′, where ordinary points are drawn, hard points


class Points(NamedTuple):
    """Points, and the dtypes that they make sense in."""

    x: tuple[float, ...]
    dtypes: tuple[str, ...] = DTYPES


class Row(NamedTuple):
    """An activation of x."""

    formula: str
    function: Function
    slope: Function
    span: tuple[float, float]
    hard: dict[str, Points]


FAR = {
    "at_20": Points((20.0, -20.0)),
    "at_100": Points((100.0, -100.0)),
    "at_745": Points((745.0, -745.0), F64),
}
TINY = {"tiny": Points((1e-20, -1e-20))}
REAL = (-2.0, 2.0)


def row(formula: str, function: Function, slope: Function, span: tuple[float, float] = REAL, **hard: Points) -> Row:
    return Row(formula, function, slope, span, hard)


def above(xp: Any, x: Any, bound: float = 0.0) -> Any:
    """1 above a bound, 0 below."""
    return (1 + xp.sign(x - bound)) / 2


def within(xp: Any, x: Any, low: float, high: float) -> Any:
    return above(xp, x, low) - above(xp, x, high)


def below(xp: Any, x: Any, slope: Any) -> Any:
    """1 above 0, `slope` of what is below it."""
    return above(xp, x) + (1 - above(xp, x)) * slope


def decay(xp: Any, x: Any) -> Any:
    """eˣ below 0, 1 above."""
    return xp.exp(xp.minimum(x, 0 * x))


def expit(xp: Any, x: Any) -> Any:
    return xp.special.expit(x)


def density(xp: Any, x: Any) -> Any:
    return xp.exp(-x * x / 2) / xp.sqrt(2 * pi(xp, x))


def pi(xp: Any, like: Any) -> Any:
    """π as the working precision has it: a Python float would hold but 53 bits of it."""
    return 2 * xp.asin(xp.ones_like(like))


def gelu_tanh_slope(xp: Any, x: Any) -> Any:
    """s + x s(1 − s) 2u′, of x s(2u) with s = expit."""
    root = xp.sqrt(8 / pi(xp, x))
    s, rest = expit(xp, root * x * (1 + CUBIC * x * x)), expit(xp, -root * x * (1 + CUBIC * x * x))
    return s + x * s * rest * root * (1 + 3 * (CUBIC * x * x))


def mish_slope(xp: Any, x: Any) -> Any:
    soft = -xp.special.log_expit(-x)
    return xp.tanh(soft) + x * expit(xp, x) / xp.cosh(soft) ** 2


CUBIC = 0.044715
SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
ACTIVATIONS: dict[str, Row] = {
    "relu": row("max(x, 0)", lambda xp, x: xp.nn.relu(x), above, huge=Points((1e30, -1e30))),
    "leaky_relu": row("x, 0.01 x below 0", lambda xp, x: xp.nn.leaky_relu(x), lambda xp, x: below(xp, x, 0.01)),
    "leaky_relu_slope": row("x, 0.3 x below 0", lambda xp, x: xp.nn.leaky_relu(x, negative_slope=0.3),
        lambda xp, x: below(xp, x, 0.3)),
    "elu": row("x, eˣ − 1 below 0", lambda xp, x: xp.nn.elu(x), lambda xp, x: below(xp, x, decay(xp, x)),
        **TINY, **FAR, far=Points((1000.0, -30.0), F64)),
    "elu_alpha": row("x, 1.7 (eˣ − 1) below 0", lambda xp, x: xp.nn.elu(x, alpha=1.7),
        lambda xp, x: below(xp, x, 1.7 * decay(xp, x)), at_20=FAR["at_20"]),
    "selu": row("λx, λα (eˣ − 1) below 0", lambda xp, x: xp.nn.selu(x),
        lambda xp, x: SELU_SCALE * below(xp, x, SELU_ALPHA * decay(xp, x)), **TINY, **FAR),
    "celu": row("x, eˣ − 1 below 0", lambda xp, x: xp.nn.celu(x), lambda xp, x: below(xp, x, decay(xp, x)), **FAR),
    "celu_alpha": row("x, 0.6 (e^(x/0.6) − 1) below 0", lambda xp, x: xp.nn.celu(x, alpha=0.6),
        lambda xp, x: below(xp, x, decay(xp, x / 0.6)), at_20=FAR["at_20"]),
    "gelu": row("x Φ(x)", lambda xp, x: xp.nn.gelu(x, approximate="none"),
        lambda xp, x: xp.special.ndtr(x) + x * density(xp, x), **TINY, at_5=Points((5.0, -5.0)), **FAR),
    "gelu_tanh": row("x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2", lambda xp, x: xp.nn.gelu(x, approximate="tanh"),
        gelu_tanh_slope, **TINY, at_5=Points((5.0, -5.0)), **FAR),
    "silu": row("x expit x", lambda xp, x: xp.nn.silu(x),
        lambda xp, x: expit(xp, x) * (1 + x * expit(xp, -x)), **TINY, **FAR),
    "sigmoid": row("expit x", lambda xp, x: xp.nn.sigmoid(x), lambda xp, x: expit(xp, x) * expit(xp, -x),
        at_20=FAR["at_20"], at_100=Points((100.0, -100.0), F64), at_700=Points((700.0, -700.0), F64)),
    "mish": row("x tanh(log(1 + eˣ))", lambda xp, x: xp.nn.mish(x), mish_slope, **TINY, **FAR),
    "softplus": row("log(1 + eˣ)", lambda xp, x: xp.nn.softplus(x), expit, at_30=Points((30.0, -30.0)), **FAR),
    "softplus_beta": row("log(1 + e^(2.5x)) / 2.5", lambda xp, x: xp.nn.softplus(x, beta=2.5),
        lambda xp, x: expit(xp, 2.5 * x), at_20=FAR["at_20"]),
    "log_sigmoid": row("−log(1 + e⁻ˣ)", lambda xp, x: xp.nn.log_sigmoid(x), lambda xp, x: expit(xp, -x), **FAR),
    "hard_tanh": row("x between −1 and 1", lambda xp, x: xp.nn.hard_tanh(x), lambda xp, x: within(xp, x, -1.0, 1.0)),
    "hard_tanh_bounds": row("x between −0.25 and 1.5", lambda xp, x: xp.nn.hard_tanh(x, min_val=-0.25, max_val=1.5),
        lambda xp, x: within(xp, x, -0.25, 1.5)),
    "relu6": row("x between 0 and 6", lambda xp, x: xp.nn.relu6(x), lambda xp, x: within(xp, x, 0.0, 6.0), (-3.0, 9.0)),
    "hard_sigmoid": row("(x + 3)/6 between 0 and 1", lambda xp, x: xp.nn.hard_sigmoid(x),
        lambda xp, x: within(xp, x, -3.0, 3.0) / 6, (-5.0, 5.0)),
    "hard_swish": row("x times (x + 3)/6 between 0 and 1", lambda xp, x: xp.nn.hard_swish(x),
        lambda xp, x: within(xp, x, -3.0, 3.0) * (2 * x + 3) / 6 + above(xp, x, 3.0), (-5.0, 5.0)),
    "soft_sign": row("x / (1 + |x|)", lambda xp, x: xp.nn.soft_sign(x), lambda xp, x: 1 / (1 + xp.abs(x)) ** 2,
        far=Points((1e6, -1e6))),
}  # fmt: skip

SHAPES: dict[str, dict[str, Shape]] = {"small": {"shape": (2, 3)}, "scalar": {"shape": ()}, "empty": {"shape": (2, 0)}}
FLAT = {"relu", "hard_tanh", "hard_tanh_bounds", "relu6", "hard_sigmoid"}  # of one entry alone the derivative may be 0


def diagonal(slope: Function) -> Function:
    def closed_form(xp, x):
        unit = xp.reshape(xp.eye(math.prod(x.shape), dtype=x.dtype), x.shape + x.shape)
        return xp.reshape(slope(xp, x), x.shape + (1,) * len(x.shape)) * unit

    return closed_form


def define_activation(name: str, of: Row, points: Points | None = None) -> None:
    shapes = {size: shape for size, shape in SHAPES.items() if size != "scalar" or name not in FLAT}

    def activation(xp, x):
        return of.function(xp, x)

    def draw(rng, shape=()):
        return {"x": np.asarray(points.x) if points else spread(rng, shape, *of.span)}

    where = "; at " + ", ".join(f"{x:.8g}" for x in points.x) if points else ""
    made = define(
        name,
        activation,
        "x",
        draw,
        f"y = {of.formula}{where}.",
        sizes={"small": {}} if points else shapes,
        dtypes=points.dtypes if points else DTYPES,
        shape_only=not points,
        tags=HAZARD if points else (),
    )
    made.jacobian("x")(diagonal(of.slope))


for name, activation in ACTIVATIONS.items():
    define_activation(name, activation)
    for where, points in activation.hard.items():
        define_activation(f"{name}_{where}", activation, points)

# fmt: off

# With weights, and of a row


def of_axis(of: str, axis: int) -> Function:
    return lambda xp, x: getattr(xp.nn, of)(x, axis=axis)


for name, weights in (("prelu", (2,)), ("prelu_one", (1,))):
    define(name, lambda xp, x, weight: xp.nn.prelu(x, weight), "x weight",
        also(strata(-2, 2, x=(2, 2, 3)), weight=between(0.1, 0.9, *weights)),
        f"x, below 0 times the weight of its channel; x (2, 2, 3), weight {weights}.")

for axis, suffix in ((-1, ""), (0, "_first")):
    define(f"glu{suffix}", of_axis("glu", axis), "x", normal(x=(2, 4)),
        f"a expit(b) of the halves of x along axis {axis}; x (2, 4).")

for of in ("softmax", "log_softmax"):
    for axis, suffix in ((-1, ""), (0, "_first"), (1, "_middle")):
        define(f"{of}{suffix}", of_axis(of, axis), "x", normal(x=(2, 3, 2)), f"{of} x over axis {axis}; x (2, 3, 2).")
    define(f"{of}_apart", of_axis(of, -1), "x", at(x=[[0.0, -40.0, -41.0], [1000.0, 1000.5, -1000.0]]),
        f"{of} x of rows whose entries lie far apart; x (2, 3).", tags=HAZARD)
