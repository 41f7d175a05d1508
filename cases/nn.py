"""The libraries' own functions of neural networks, through the extension `xp.nn`.

Each is written by hand somewhere in a library, forward and backward, and few ask for its second derivative: a fused
rule that is right once need not be right twice. The oracle has the composition that each of them stands for, and holds
it to that: activations, softmax, normalisations, convolutions, pooling, losses with every reduction, attention. A
library without the function is unsupported, by name.

Points lie off the kinks, which are another family's. Hard ones are tagged `hazard`: far out, where a formula in use
rounds to a constant, a row of nearly equal numbers, points that nearly coincide, logits of ±1000.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from adbench.case import DTYPES, Case, case

Function = Callable[..., Any]
Shape = tuple[int, ...]
Inputs = dict[str, Any]
Options = dict[str, Any]
F64, HAZARD = ("float64",), ("hazard",)
SOURCE = "torch.nn.functional, jax.nn"


# Inputs


def normal(**shapes: Shape) -> Callable[..., Inputs]:
    return lambda rng: {name: rng.standard_normal(shape) for name, shape in shapes.items()}


def spread(rng: Any, shape: Shape, low: float, high: float) -> np.ndarray:
    """Numbers spread over [low, high], one from each of as many strata as there are entries: none are nearly equal."""
    size = math.prod(shape)
    drawn = (rng.permutation(size) + rng.uniform(0.25, 0.75, size)) / max(size, 1)
    return (low + (high - low) * drawn).reshape(shape)


def strata(low: float, high: float, **shapes: Shape) -> Callable[..., Inputs]:
    return lambda rng: {name: spread(rng, shape, low, high) for name, shape in shapes.items()}


def also(inputs: Callable[..., Inputs], **more: Any) -> Callable[..., Inputs]:
    """Further inputs: arrays, or functions of `rng`."""
    return lambda rng: {**inputs(rng), **{name: x(rng) if callable(x) else np.asarray(x) for name, x in more.items()}}


def at(**point: Any) -> Callable[..., Inputs]:
    return lambda rng: {name: np.asarray(x) for name, x in point.items()}


# Functions of `xp.nn` with options; a parameter of a case is an input


def of_x(of: str, *given: Any, **options: Any) -> Function:
    return lambda xp, x: getattr(xp.nn, of)(x, *given, **options)


def of_pair(of: str, **options: Any) -> Function:
    return lambda xp, x, y: getattr(xp.nn, of)(x, y, **options)


def define(name: str, function: Function, wrt: str, inputs: Callable[..., Inputs], formula: str, **fields: Any) -> Case:
    """A case whose derivative is the oracle's own."""
    function.__doc__ = formula
    made = case(name=name, wrt=wrt.split(), **{"source": SOURCE, **fields})(function)
    made.inputs(inputs)
    return made


# Activations: f, f′, where ordinary points are drawn, hard points


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


def _diagonal(slope: Function) -> Function:
    def closed_form(xp, x):
        unit = xp.reshape(xp.eye(math.prod(x.shape), dtype=x.dtype), x.shape + x.shape)
        return xp.reshape(slope(xp, x), x.shape + (1,) * len(x.shape)) * unit

    return closed_form


def _define_activation(name: str, of: Row, points: Points | None = None) -> None:
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
    made.jacobian("x")(_diagonal(of.slope))


for name, activation in ACTIVATIONS.items():
    _define_activation(name, activation)
    for where, points in activation.hard.items():
        _define_activation(f"{name}_{where}", activation, points)

# fmt: off

for name, weights in (("prelu", (2,)), ("prelu_one", (1,))):
    define(name, lambda xp, x, weight: xp.nn.prelu(x, weight), "x weight",
        also(strata(-2, 2, x=(2, 2, 3)), weight=lambda rng, weights=weights: spread(rng, weights, 0.1, 0.9)),
        f"x, below 0 times the weight of its channel; x (2, 2, 3), weight {weights}.")

for axis, suffix in ((-1, ""), (0, "_first")):
    define(f"glu{suffix}", of_x("glu", axis=axis), "x", normal(x=(2, 4)),
        f"a expit(b) of the halves of x along axis {axis}; x (2, 4).")

for of in ("softmax", "log_softmax"):
    for axis, suffix in ((-1, ""), (0, "_first"), (1, "_middle")):
        define(f"{of}{suffix}", of_x(of, axis=axis), "x", normal(x=(2, 3, 2)), f"{of} x over axis {axis}; x (2, 3, 2).")
    define(f"{of}_apart", of_x(of, axis=-1), "x", at(x=[[0.0, -40.0, -41.0], [1000.0, 1000.5, -1000.0]]),
        f"{of} x of rows whose entries lie far apart; x (2, 3).", tags=HAZARD)


# Normalisations


AFFINE = {"weight": (4,), "bias": (4,)}
NEARLY_CONSTANT = [[1.1, 1.1007, 1.0996, 1.1002], [0.3, -0.2, 1.4, 0.7]]
OFFSET = [[1000.3, 999.6, 1001.2, 1000.9], [-999.4, -1000.7, -1002.1, -1000.1]]


def layer_norm(eps: float | None = None) -> Function:
    options = {} if eps is None else {"eps": eps}
    return lambda xp, x, weight, bias: xp.nn.layer_norm(x, (4,), weight, bias, **options)


NORM = "(x − mean x)/√(var x + ε) over"
define("layer_norm", layer_norm(), "x weight bias", normal(x=(2, 4), **AFFINE),
    f"{NORM} the last axis, times weight plus bias; x (2, 4).")
define("layer_norm_eps", layer_norm(0.1), "x weight bias", normal(x=(2, 4), **AFFINE),
    f"{NORM} the last axis, times weight plus bias, ε = 0.1; x (2, 4).")
define("layer_norm_plain", lambda xp, x: xp.nn.layer_norm(x, (4,)), "x", normal(x=(2, 4)),
    f"{NORM} the last axis; x (2, 4).")
define("layer_norm_two_axes", lambda xp, x, weight, bias: xp.nn.layer_norm(x, (2, 3), weight, bias), "x weight bias",
    normal(x=(2, 2, 3), weight=(2, 3), bias=(2, 3)), f"{NORM} the last two axes; x (2, 2, 3).")
for where, x in (("nearly_constant", NEARLY_CONSTANT), ("offset", OFFSET)):
    define(f"layer_norm_{where}", layer_norm(), "x weight bias", also(normal(**AFFINE), x=x),
        f"{NORM} the last axis; x = {x}.", tags=HAZARD)

RMS = "x/√(mean x² + ε)"
define("rms_norm", lambda xp, x, weight: xp.nn.rms_norm(x, (4,), weight, eps=1e-5), "x weight",
    normal(x=(2, 4), weight=(4,)), f"{RMS} over the last axis, times weight, ε = 1e-5; x (2, 4).")
define("rms_norm_plain", lambda xp, x: xp.nn.rms_norm(x, (2, 3), eps=1e-3), "x", normal(x=(2, 2, 3)),
    f"{RMS} over the last two axes, ε = 1e-3; x (2, 2, 3).")
define("rms_norm_small", lambda xp, x, weight: xp.nn.rms_norm(x, (4,), weight, eps=1e-5), "x weight",
    also(normal(weight=(4,)), x=[[1e-4, -2e-4, 3e-3, 0.0], [1e-8, 2e-8, -1e-8, 3e-8]]),
    f"{RMS} of numbers whose mean square is less than ε; x (2, 4).", tags=HAZARD)

CHANNELS = {"weight": (2,), "bias": (2,)}
define("batch_norm", lambda xp, x, weight, bias: xp.nn.batch_norm(x, None, None, weight, bias, training=True),
    "x weight bias", normal(x=(3, 2, 2), **CHANNELS), f"{NORM} all but the channels, in training; x (3, 2, 2).")
define("batch_norm_images", lambda xp, x: xp.nn.batch_norm(x, None, None, training=True, eps=1e-2), "x",
    normal(x=(2, 2, 2, 2)), f"{NORM} all but the channels, in training, ε = 1e-2; x (2, 2, 2, 2).")
define("batch_norm_offset", lambda xp, x, weight, bias: xp.nn.batch_norm(x, None, None, weight, bias, training=True),
    "x weight bias", also(normal(**CHANNELS), x=np.reshape(OFFSET, (2, 2, 2)).swapaxes(0, 1)),
    f"{NORM} all but the channels, in training, far from 0; x (2, 2, 2).", tags=HAZARD)
define("batch_norm_eval", lambda xp, x, weight, bias, mean, var: xp.nn.batch_norm(x, mean, var, weight, bias),
    "x weight bias",
    also(normal(x=(3, 2, 2), mean=(2,), **CHANNELS), var=lambda rng: spread(rng, (2,), 0.5, 2.0)),
    "weight (x − mean)/√(var + ε) + bias by running statistics; x (3, 2, 2).")
define("batch_norm_statistics", lambda xp, mean, var, x: xp.nn.batch_norm(x, mean, var), "mean var",
    also(normal(x=(3, 2, 2), mean=(2,)), var=lambda rng: spread(rng, (2,), 0.5, 2.0)),
    "(x − mean)/√(var + ε) by the running statistics; x (3, 2, 2).")

define("group_norm", lambda xp, x, weight, bias: xp.nn.group_norm(x, 2, weight, bias), "x weight bias",
    normal(x=(2, 4, 2), **AFFINE), f"{NORM} each of two groups of channels; x (2, 4, 2).")
define("group_norm_plain", lambda xp, x: xp.nn.group_norm(x, 1, eps=1e-3), "x", normal(x=(2, 2, 2, 2)),
    f"{NORM} all channels, ε = 1e-3; x (2, 2, 2, 2).")
define("group_norm_nearly_constant", lambda xp, x, weight, bias: xp.nn.group_norm(x, 2, weight, bias), "x weight bias",
    also(normal(**AFFINE), x=np.reshape([NEARLY_CONSTANT[0], *OFFSET, NEARLY_CONSTANT[1]], (2, 4, 2))),
    f"{NORM} each of two groups of channels; x (2, 4, 2) of nearly equal numbers, and far from 0.", tags=HAZARD)
define("instance_norm", lambda xp, x, weight, bias: xp.nn.instance_norm(x, weight=weight, bias=bias), "x weight bias",
    normal(x=(2, 2, 3), **CHANNELS), f"{NORM} each channel; x (2, 2, 3).")
define("instance_norm_plain", lambda xp, x: xp.nn.instance_norm(x, eps=1e-3), "x", normal(x=(2, 2, 3)),
    f"{NORM} each channel, ε = 1e-3; x (2, 2, 3).")

for p, suffix in ((2.0, ""), (1.0, "_one"), (3.0, "_three")):
    define(f"normalize{suffix}", of_x("normalize", p=p, axis=1), "x", normal(x=(2, 3)),
        f"x/‖x‖ of order {p:g} along axis 1; x (2, 3).")
define("normalize_first", of_x("normalize", axis=0), "x", normal(x=(2, 3)), "x/‖x‖ along axis 0; x (2, 3).")
define("normalize_small", of_x("normalize", axis=-1, eps=1e-3), "x", at(x=[[1e-4, -2e-4], [0.3, 0.4]]),
    "x/max(‖x‖, 1e-3) of a small row, and another.", tags=HAZARD)
for axis, suffix in ((1, ""), (0, "_first")):
    define(f"cosine_similarity{suffix}", of_pair("cosine_similarity", axis=axis), "x y",
        normal(x=(2, 3), y=(2, 3)), f"x·y/(‖x‖‖y‖) along axis {axis}; x and y (2, 3).")
define("cosine_similarity_parallel", of_pair("cosine_similarity", axis=-1), "x y",
    at(x=[[3.0, 4.0, 12.0]], y=[[3.0, 4.125, 12.0]]),
    "x·y/(‖x‖‖y‖) of vectors that are nearly parallel.", tags=HAZARD)


# Linear layers, convolutions and pooling


define("linear", lambda xp, x, weight: xp.nn.linear(x, weight), "x weight", normal(x=(3,), weight=(2, 3)),
    "x Aᵀ; x (3,), A (2, 3).")
define("linear_bias", lambda xp, x, weight, bias: xp.nn.linear(x, weight, bias), "x weight bias",
    normal(x=(2, 2, 3), weight=(2, 3), bias=(2,)), "x Aᵀ + b; x (2, 2, 3), A (2, 3), b (2,).")

def convolution(of: str, **options: Any) -> Function:
    return lambda xp, x, weight, bias: getattr(xp.nn, of)(x, weight, bias, **options)


CONVOLUTIONS: dict[str, tuple[str, Shape, Shape, Options]] = {
    "conv1d": ("conv1d", (2, 2, 5), (3, 2, 3), {}),
    "conv1d_stride": ("conv1d", (1, 2, 6), (2, 2, 3), {"stride": 2}),
    "conv1d_padding": ("conv1d", (1, 2, 4), (2, 2, 3), {"padding": 2}),
    "conv1d_dilation": ("conv1d", (1, 2, 6), (2, 2, 3), {"dilation": 2}),
    "conv1d_groups": ("conv1d", (1, 4, 4), (4, 2, 3), {"groups": 2}),
    "conv1d_depthwise": ("conv1d", (2, 3, 4), (3, 1, 2), {"groups": 3, "padding": 1}),
    "conv1d_same": ("conv1d", (1, 2, 5), (2, 2, 3), {"padding": "same", "dilation": 2}),
    "conv1d_all": ("conv1d", (1, 4, 7), (2, 2, 2), {"stride": 3, "padding": 1, "dilation": 2, "groups": 2}),
    "conv2d": ("conv2d", (2, 2, 3, 3), (2, 2, 2, 2), {}),
    "conv2d_stride": ("conv2d", (1, 1, 4, 5), (2, 1, 2, 3), {"stride": (2, 1)}),
    "conv2d_padding": ("conv2d", (1, 1, 3, 3), (2, 1, 2, 3), {"padding": (1, 2)}),
    "conv2d_dilation": ("conv2d", (1, 1, 4, 4), (2, 1, 2, 2), {"dilation": (2, 1)}),
    "conv2d_groups": ("conv2d", (1, 4, 3, 2), (2, 2, 2, 2), {"groups": 2}),
    "conv2d_one_by_one": ("conv2d", (2, 2, 2, 2), (3, 2, 1, 1), {}),
    "conv2d_all": ("conv2d", (1, 2, 5, 4), (2, 1, 2, 2), {"stride": 2, "padding": 1, "dilation": (1, 2), "groups": 2}),
    "conv3d": ("conv3d", (1, 1, 2, 3, 3), (2, 1, 2, 2, 2), {"padding": (0, 1, 0), "stride": (1, 2, 1)}),
    "conv_transpose1d": ("conv_transpose1d", (1, 2, 4), (2, 3, 3), {}),
    "conv_transpose1d_stride": ("conv_transpose1d", (1, 2, 3), (2, 2, 3), {"stride": 2}),
    "conv_transpose1d_padding": ("conv_transpose1d", (1, 2, 4), (2, 2, 3), {"stride": 2, "padding": 1}),
    "conv_transpose1d_dilation": ("conv_transpose1d", (1, 2, 3), (2, 2, 2), {"dilation": 2, "padding": 1}),
    "conv_transpose1d_all": ("conv_transpose1d", (1, 4, 3), (4, 1, 2),
        {"stride": 3, "padding": 1, "dilation": 2, "groups": 2, "output_padding": 1}),
    "conv_transpose2d": ("conv_transpose2d", (1, 2, 2, 3), (2, 1, 2, 2), {}),
    "conv_transpose2d_stride": ("conv_transpose2d", (1, 1, 2, 3), (1, 2, 3, 2), {"stride": (2, 1), "padding": (1, 0)}),
}
for name, (of, x_shape, kernel, options) in CONVOLUTIONS.items():
    made = kernel[1] * options.get("groups", 1) if "transpose" in of else kernel[0]
    define(
        name,
        convolution(of, **options),
        "x weight bias",
        normal(x=x_shape, weight=kernel, bias=(made,)),
        f"{of}(x, weight, bias{''.join(f', {k}={v}' for k, v in options.items())}); x {x_shape}, weight {kernel}.",
    )

LINE, IMAGE = (2, 2, 7), (1, 2, 5, 4)
POOLS: dict[str, tuple[str, Shape, int | Shape, Options]] = {
    "max_pool1d": ("max_pool1d", LINE, 2, {}),
    "max_pool1d_stride": ("max_pool1d", LINE, 3, {"stride": 1}),
    "max_pool1d_padding": ("max_pool1d", LINE, 3, {"stride": 2, "padding": 1}),
    "max_pool1d_dilation": ("max_pool1d", LINE, 2, {"stride": 1, "dilation": 3}),
    "max_pool1d_ceil": ("max_pool1d", LINE, 2, {"stride": 2, "ceil_mode": True}),
    "max_pool2d": ("max_pool2d", IMAGE, 2, {}),
    "max_pool2d_stride": ("max_pool2d", IMAGE, (3, 2), {"stride": (1, 2)}),
    "max_pool2d_padding": ("max_pool2d", IMAGE, 3, {"stride": 2, "padding": 1}),
    "max_pool2d_dilation": ("max_pool2d", IMAGE, 2, {"stride": 1, "dilation": (2, 1)}),
    "max_pool2d_ceil": ("max_pool2d", IMAGE, 3, {"stride": 2, "ceil_mode": True}),
    "avg_pool1d": ("avg_pool1d", LINE, 2, {}),
    "avg_pool1d_stride": ("avg_pool1d", LINE, 3, {"stride": 1}),
    "avg_pool1d_padding": ("avg_pool1d", LINE, 3, {"stride": 2, "padding": 1}),
    "avg_pool1d_without_padding": ("avg_pool1d", LINE, 3, {"stride": 2, "padding": 1, "count_include_pad": False}),
    "avg_pool1d_ceil": ("avg_pool1d", LINE, 2, {"stride": 2, "ceil_mode": True}),
    "avg_pool2d": ("avg_pool2d", IMAGE, 2, {}),
    "avg_pool2d_padding": ("avg_pool2d", IMAGE, 3, {"stride": (2, 1), "padding": (1, 0)}),
    "avg_pool2d_without_padding": ("avg_pool2d", IMAGE, 3, {"padding": 1, "count_include_pad": False}),
    "avg_pool2d_divisor": ("avg_pool2d", IMAGE, 2, {"divisor_override": 3}),
    "avg_pool2d_ceil": ("avg_pool2d", IMAGE, 3, {"stride": 2, "padding": 1, "ceil_mode": True}),
}
for name, (of, x_shape, size, options) in POOLS.items():
    define(
        name,
        of_x(of, size, **options),
        "x",
        strata(-3.0, -0.5, x=x_shape),  # a 0 in the padding would be the largest
        f"{of}(x, {size}{''.join(f', {k}={v}' for k, v in options.items())}); x {x_shape}, all negative.",
    )


# Losses


def loss(of: str, names: str, **options: Any) -> Function:
    """A loss of x, a target, and what `names` adds to them."""
    functions: Mapping[str, Function] = {
        "x target": lambda xp, x, target: getattr(xp.nn, of)(x, target, **options),
        "x target weight": lambda xp, x, target, weight: getattr(xp.nn, of)(x, target, weight, **options),
        "x target var": lambda xp, x, target, var: getattr(xp.nn, of)(x, target, var, **options),
        "x target weight pos_weight": lambda xp, x, target, weight, pos_weight: getattr(xp.nn, of)(
            x, target, weight=weight, pos_weight=pos_weight, **options
        ),
    }
    return functions[names]


def probabilities(*shape: int) -> Callable[..., np.ndarray]:
    return lambda rng: spread(rng, shape, 0.1, 0.9)


def positive(*shape: int) -> Callable[..., np.ndarray]:
    return lambda rng: spread(rng, shape, 0.5, 2.0)


REDUCED = ("none", "mean", "sum")
PAIR = strata(-2.0, 2.0, x=(2, 3), target=(2, 3))
GUESS = also(at(), x=probabilities(2, 3), target=probabilities(2, 3))
LOGITS = also(normal(x=(2, 3)), target=probabilities(2, 3))
RESIDUALS = {
    "mse": "(x − t)²",
    "l1": "|x − t|",
    "huber": "r²/2 of r = x − t, |r| − ½ beyond 1",
    "smooth_l1": "r²/2 of r = x − t, |r| − ½ beyond 1",
}
for reduction in REDUCED:
    for of, formula in RESIDUALS.items():
        define(f"{of}_{reduction}", loss(of, "x target", reduction=reduction), "x target", PAIR,
            f"{formula}; reduction {reduction}; x and t (2, 3).")
    define(f"bce_{reduction}", loss("bce", "x target", reduction=reduction), "x target", GUESS,
        f"−t log x − (1 − t) log(1 − x); reduction {reduction}; x and t (2, 3).")
    define(f"bce_with_logits_{reduction}", loss("bce_with_logits", "x target", reduction=reduction), "x target", LOGITS,
        f"−t log σ(x) − (1 − t) log σ(−x); reduction {reduction}; x and t (2, 3).")
define("huber_delta", loss("huber", "x target", delta=0.6), "x target", PAIR, "huber with δ = 0.6; x and t (2, 3).")
define("smooth_l1_beta", loss("smooth_l1", "x target", beta=0.6), "x target", PAIR,
    "smooth_l1 with β = 0.6; x and t (2, 3).")

for wrt, name in (("x target", "bce_weight"), ("weight", "bce_by_weight")):
    define(name, loss("bce", "x target weight"), wrt, also(GUESS, weight=positive(3)),
        f"−w (t log x + (1 − t) log(1 − x)), averaged, by {wrt}; x and t (2, 3), w (3,).")
define("bce_nearly_sure", loss("bce", "x target", reduction="none"), "x target",
    at(x=[2.0**-20, 1 - 2.0**-20, 2.0**-20, 1 - 2.0**-20], target=[1.0, 0.0, 0.0, 1.0]),
    "−t log x − (1 − t) log(1 − x) of probabilities next to 0 and 1.", tags=HAZARD)
WEIGHTED_LOGITS = also(LOGITS, weight=positive(2, 1), pos_weight=positive(3))
define("bce_with_logits_weights", loss("bce_with_logits", "x target weight pos_weight"),
    "x target weight pos_weight", WEIGHTED_LOGITS,
    "−w (p t log σ(x) + (1 − t) log σ(−x)), averaged; x and t (2, 3), w (2, 1), p (3,).")
for bound, dtypes in ((20.0, DTYPES), (100.0, DTYPES), (745.0, F64)):
    define(f"bce_with_logits_at_{bound:g}", loss("bce_with_logits", "x target", reduction="none"), "x target",
        at(x=[bound, -bound, bound, -bound], target=[1.0, 0.0, 0.25, 0.25]),
        f"−t log σ(x) − (1 − t) log σ(−x) at ±{bound:g}, where two labels are right.", dtypes=dtypes, tags=HAZARD)

CLASSES, PLACES = [2, 0, 1], [[0, 2], [1, 1]]  # of three labels, and of two images of two entries
SCORES, IMAGES = also(normal(x=(3, 3)), target=CLASSES), also(normal(x=(2, 3, 2)), target=PLACES)
NLL, ENTROPY = "−w[t] x[t]", "−w[t] log softmax(x)[t]"
for reduction in REDUCED:
    for of, formula in (("nll", NLL), ("cross_entropy", ENTROPY)):
        define(f"{of}_{reduction}", loss(of, "x target", reduction=reduction), "x", SCORES,
            f"{formula}, w = 1; reduction {reduction}; x (3, 3), labels t (3,).")
        define(f"{of}_{reduction}_weight", loss(of, "x target weight", reduction=reduction), "x",
            also(SCORES, weight=positive(3)), f"{formula}; reduction {reduction}; x (3, 3), w (3,), labels t (3,).")
for of, formula in (("nll", NLL), ("cross_entropy", ENTROPY)):
    define(f"{of}_images", loss(of, "x target weight"), "x", also(IMAGES, weight=positive(3)),
        f"{formula}, the weighted mean; x (2, 3, 2), w (3,), labels t (2, 2).")
    define(f"{of}_by_weight", loss(of, "x target weight"), "weight", also(SCORES, weight=positive(3)),
        f"{formula}, the weighted mean, by w; x (3, 3), w (3,), labels t (3,).")
for reduction in REDUCED:
    define(f"cross_entropy_{reduction}_smoothing",
        loss("cross_entropy", "x target weight", reduction=reduction, label_smoothing=0.2), "x",
        also(SCORES, weight=positive(3)),
        f"{ENTROPY} with a fifth of the label spread over all; reduction {reduction}; x (3, 3), w (3,).")
    define(f"cross_entropy_{reduction}_probabilities",
        loss("cross_entropy", "x target weight", reduction=reduction, label_smoothing=0.1), "x target",
        also(normal(x=(2, 3)), target=probabilities(2, 3), weight=positive(3)),
        f"−Σ w p log softmax(x) with p = 0.9 t + 0.1/3; reduction {reduction}; x and t (2, 3), w (3,).")
define("cross_entropy_at_1000", loss("cross_entropy", "x target", reduction="none"), "x",
    at(x=[[1000.0, -1000.0, 999.0], [-1000.0, 1000.0, -999.5]], target=[0, 2]),
    "−log softmax(x)[t] of logits ±1000, labels that are likely and that are not.", tags=HAZARD)
define("cross_entropy_sure", loss("cross_entropy", "x target", reduction="sum"), "x",
    at(x=[[40.0, 0.0, -1.0], [0.0, 1.0, 50.0]], target=[0, 2]),
    "−Σ log softmax(x)[t] of labels that have nearly all.", tags=HAZARD)

DIVERGENCE = also(at(), x=lambda rng: np.log(spread(rng, (2, 3), 0.1, 0.9)), target=probabilities(2, 3))
for reduction in (*REDUCED, "batchmean"):
    define(f"kl_div_{reduction}", loss("kl_div", "x target", reduction=reduction), "x target", DIVERGENCE,
        f"t (log t − x) of log-probabilities x; reduction {reduction}; x and t (2, 3).")
define("kl_div_log_target", loss("kl_div", "x target", reduction="sum", log_target=True), "x target",
    normal(x=(2, 3), target=(2, 3)), "Σ eᵗ (t − x) of log-probabilities x and t (2, 3).")
define("poisson_nll", loss("poisson_nll", "x target"), "x target", LOGITS, "eˣ − t x, averaged; x and t (2, 3).")
define("poisson_nll_rate", loss("poisson_nll", "x target", log_input=False, reduction="sum"), "x target", GUESS,
    "Σ x − t log(x + 1e-8); x and t (2, 3).")
for full, suffix in ((False, ""), (True, "_full")):
    define(f"gaussian_nll{suffix}", loss("gaussian_nll", "x target var", full=full), "x target var",
        also(PAIR, var=positive(2, 3)), f"(log v + (x − t)²/v{' + log 2π' if full else ''})/2, averaged; (2, 3) each.")


# Distances


for p, suffix in ((2.0, ""), (1.0, "_one"), (1.5, "_three_halves"), (3.0, "_three"), (math.inf, "_inf")):
    define(f"cdist{suffix}", of_pair("cdist", p=p), "x y", normal(x=(3, 2), y=(2, 2)),
        f"‖xᵢ − yⱼ‖ of order {p:g}; x (3, 2), y (2, 2).")
define("cdist_stack", of_pair("cdist"), "x y", normal(x=(2, 2, 3), y=(1, 2, 3)), "‖xᵢ − yⱼ‖; x (2, 2, 3), y (1, 2, 3).")
MANY = np.stack([np.linspace(0.3, 4.1, 26), np.linspace(-2.2, 1.7, 26)], axis=1)
define("cdist_many", of_pair("cdist"), "x y", at(x=MANY, y=[[3.3, -1.9]]),
    "‖xᵢ − yⱼ‖ of more than 25 points, from where a library multiplies matrices; x (26, 2), y (1, 2).")
POINTS, NEARBY = np.asarray([[1.1, 2.2], [-3.3, 0.4]]), np.asarray([[1e-3, -2e-3], [3e-3, 1e-3]])
for p, suffix in ((2.0, ""), (3.0, "_three")):
    define(f"cdist_near{suffix}", of_pair("cdist", p=p), "x y", at(x=POINTS, y=POINTS + NEARBY),
        f"‖xᵢ − yⱼ‖ of order {p:g} of points that nearly coincide; x and y (2, 2).", tags=HAZARD)
define("cdist_many_near", of_pair("cdist"), "x y", at(x=MANY, y=[MANY[7] + NEARBY[0]]),
    "‖xᵢ − yⱼ‖ of more than 25 points, of which two nearly coincide; x (26, 2), y (1, 2).", tags=HAZARD)


# Attention: with axes in front for a batch and for heads, and with one


HEADS = {"query": (1, 2, 3, 2), "key": (1, 2, 4, 2), "value": (1, 2, 4, 2)}
STACK = {"query": (2, 3, 2), "key": (2, 4, 2), "value": (2, 4, 2)}
MASK = [[True, False, True, True], [True, True, False, False], [False, True, True, True]]
SOFT = "softmax(QKᵀ/√d + M) V"


def attention(**options: Any) -> Function:
    return lambda xp, query, key, value: xp.nn.scaled_dot_product_attention(query, key, value, **options)


def masked(xp: Any, query: Any, key: Any, value: Any, mask: Any) -> Any:
    return xp.nn.scaled_dot_product_attention(query, key, value, attn_mask=mask)


for of, shapes in (("attention", HEADS), ("attention_stack", STACK)):
    sizes = f"Q {shapes['query']}, K {shapes['key']}, V {shapes['value']}"
    wrt, ahead = "query key value", (1,) * (len(shapes["query"]) - 2)
    define(of, attention(), wrt, normal(**shapes), f"softmax(QKᵀ/√d) V; {sizes}.")
    define(f"{of}_causal", attention(is_causal=True), wrt, normal(**shapes), f"{SOFT}, M causal; {sizes}.")
    define(f"{of}_scale", attention(scale=0.3), wrt, normal(**shapes), f"softmax(0.3 QKᵀ) V; {sizes}.")
    define(f"{of}_mask", lambda xp, query, key, value, mask: masked(xp, query, key, value, mask), wrt,
        also(normal(**shapes), mask=np.reshape(MASK, (*ahead, 3, 4))), f"{SOFT} with a mask of booleans; {sizes}.")
    define(f"{of}_bias", lambda xp, query, key, value, mask: masked(xp, query, key, value, mask), f"{wrt} mask",
        normal(**shapes, mask=(*ahead, 3, 4)), f"{SOFT} with a mask of numbers, also by it; {sizes}.")
define("attention_sure", attention(scale=10.0), "query key value", normal(**STACK),
    "softmax(10 QKᵀ) V, where nearly all goes to one; the shapes of attention_stack.", tags=HAZARD)
