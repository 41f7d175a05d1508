"""Functions of one entry at a time that torch has and the standard lacks, or whose keywords it lacks.

A row is what a user of torch writes, its definition over `xp`, and the inputs by name: a shape for normal numbers, what
draws them, or the numbers themselves; whole numbers and booleans are not differentiated by. The other tables of what is
torch's own are made of such rows too.

Functions that work in place have a copy to do it on. Steps, comparisons and fills, whose derivative is 0, are factors
of a product, so that not all that is compared is 0.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np

from adbench.case import DTYPES, case

SOURCE = "PyTorch's documentation"
F64 = ("float64",)
F32 = ("float32",)


# What rows are made of


class Between(NamedTuple):
    """Numbers drawn evenly between two bounds."""

    low: float
    high: float
    shape: tuple[int, ...]


def between(low: float, high: float, *shape: int) -> Between:
    return Between(low, high, shape)


def apart(*shape: int) -> Callable[[Any], Any]:
    """Numbers of both signs, no two of one magnitude, none of them small."""

    def draw(rng):
        size = math.prod(shape)
        magnitudes = 0.5 + (rng.permutation(size) + rng.uniform(0.25, 0.75, size)) / size
        return (magnitudes * rng.choice([-1.0, 1.0], size)).reshape(shape)

    return draw


def drawn(rng: Any, given: Any) -> Any:
    """The numbers of an input, from what its row gives."""
    if isinstance(given, Between):
        return rng.uniform(*given)
    if callable(given):
        return given(rng)
    return rng.standard_normal(given) if isinstance(given, tuple) else np.asarray(given)


def is_fixed(given: Any) -> bool:
    """Whether an input is of whole numbers or booleans, as indices and masks are."""
    return not callable(given) and not isinstance(given, tuple) and np.asarray(given).dtype.kind in "iub"


def table(module: str) -> Callable[..., None]:
    """What adds a row to the family of a module."""

    def row(name: str, call: str, definition: Callable[..., Any], /, dtypes: Sequence[str] = DTYPES, **inputs: Any):
        """A case of `call`, an expression of `torch` and the inputs in the order of the definition's parameters."""
        code = definition.__code__
        names = code.co_varnames[1 : code.co_argcount]
        function = FunctionType(code, definition.__globals__, name, None, definition.__closure__)
        shapes = ", ".join(f"{n} {s}" for n, s in inputs.items() if isinstance(s, tuple) and type(s) is tuple)
        function.__doc__, function.__module__ = f"{call}{'; ' if shapes else ''}{shapes}.", module
        made = case(
            name=name,
            wrt=[n for n in names if not is_fixed(inputs[n])],
            dtypes=tuple(dtypes),
            source=SOURCE,
            domain={n: given[:2] for n, given in inputs.items() if isinstance(given, Between)},
            # The expression is what the case is called after: written once, it is what runs.
            native={"torch": eval(f"lambda torch, {', '.join(names)}: {call}")},
        )(function)
        made.inputs(lambda rng: {n: drawn(rng, inputs[n]) for n in names})
        frame = sys._getframe(1)
        made.path, made.line = frame.f_code.co_filename, frame.f_lineno  # the row, whose definition may be a helper's

    return row


row = table(__name__)


# Arithmetic

row("add_alpha", "torch.add(x, y, alpha=0.75)", lambda xp, x, y: x + 0.75 * y, x=(2, 3), y=(3,))
row("add_scalar_alpha", "torch.add(x, 2, alpha=3) * x", lambda xp, x: (x + 6) * x, x=(3,))
row("sub_alpha", "torch.sub(x, y, alpha=0.75)", lambda xp, x, y: x - 0.75 * y, x=(3,), y=(2, 3))
row("sub_scalar_alpha", "torch.sub(x, 2, alpha=3) * x", lambda xp, x: (x - 6) * x, x=(3,))
row("rsub", "torch.rsub(x, y, alpha=0.75)", lambda xp, x, y: y - 0.75 * x, x=(2, 3), y=(3,))
row("rsub_scalar", "torch.rsub(x, 2, alpha=0.75)", lambda xp, x: 2 - 0.75 * x, x=(3,))
row("mul_scalar", "torch.mul(x, 2.5)", lambda xp, x: 2.5 * x, x=(3,))
row("div_scalar", "torch.div(x, 2.5)", lambda xp, x: x / 2.5, x=(3,))
row("true_divide", "torch.true_divide(x, y)", lambda xp, x, y: x / y, x=(2, 3), y=between(0.5, 2.0, 3))
row("addcmul", "torch.addcmul(x, y, z, value=0.75)", lambda xp, x, y, z: x + 0.75 * y * z, x=(2, 3), y=(3,), z=(2, 1))
row("addcdiv", "torch.addcdiv(x, y, z, value=0.75)", lambda xp, x, y, z: x + 0.75 * y / z, x=(2, 3), y=(3,), z=between(0.5, 2, 2, 1))
row("lerp", "torch.lerp(x, y, 0.25)", lambda xp, x, y: x + 0.25 * (y - x), x=(2, 3), y=(3,))
row("lerp_beyond_half", "torch.lerp(x, y, 0.75)", lambda xp, x, y: y - 0.25 * (y - x), x=(3,), y=(3,))
row("lerp_weight", "torch.lerp(x, y, w)", lambda xp, x, y, w: x + w * (y - x), x=(2, 3), y=(3,), w=(2, 1))
row("ldexp", "torch.ldexp(x, y)", lambda xp, x, y: x * 2**y, x=(2, 3), y=(3,))
row("ldexp_whole", "torch.ldexp(x, n)", lambda xp, x, n: x * xp.asarray(2.0 ** np.asarray(n)), x=(3,), n=[-3, 0, 5])
row("frexp", "torch.frexp(x).mantissa", lambda xp, x: x / 2 ** (xp.floor(xp.log2(xp.abs(x))) + 1), x=between(1.1, 1.9, 3))
row("frac", "torch.frac(x)", lambda xp, x: x - xp.trunc(x), x=[-1.75, 0.25, 2.625])
row("reciprocal", "torch.reciprocal(x)", lambda xp, x: 1 / x, x=apart(3))
row("rsqrt", "torch.rsqrt(x)", lambda xp, x: 1 / xp.sqrt(x), x=between(0.5, 2, 3))
row("deg2rad", "torch.deg2rad(x)", lambda xp, x: x * xp.asarray(math.pi) / 180, x=(3,))
row("rad2deg", "torch.rad2deg(x)", lambda xp, x: 180 * x / xp.asarray(math.pi), x=(3,))
row("neg", "torch.neg(x) * x", lambda xp, x: -x * x, x=(3,))
row("positive", "torch.positive(x) * x", lambda xp, x: x * x, x=(3,))
row("square", "torch.square(x)", lambda xp, x: x * x, x=(3,))
row("absolute", "torch.absolute(x) * x", lambda xp, x: xp.abs(x) * x, x=apart(4))
row("float_power", "torch.float_power(x, 3)", lambda xp, x: x**3, dtypes=F64, x=(3,))

# Powers


def power(p: float) -> Callable[..., Any]:
    return lambda xp, x: x**p * x


for label, p in (("2", 2), ("3", 3), ("minus_2", -2), ("half", 0.5), ("minus_half", -0.5), ("5_2", 2.5), ("1", 1)):
    row(f"pow_{label}", f"torch.pow(x, {p}) * x", power(p), x=between(0.5, 2.0, 3))
row("pow_0", "torch.pow(x, 0) * x", lambda xp, x: x, x=(3,))
row("pow_negative_base", "torch.pow(x, 3)", lambda xp, x: x**3, x=[-1.5, -0.25, 2.0])
row("pow_of_scalar", "torch.pow(2.5, x)", lambda xp, x: 2.5**x, x=(3,))
row("pow_of_tensor", "torch.pow(x, y)", lambda xp, x, y: x**y, x=between(0.5, 2.0, 2, 3), y=(3,))


# Quotients that are rounded, and what they leave

row("div_floor", "torch.div(x, y, rounding_mode='floor') * x * y", lambda xp, x, y: xp.floor(x / y) * x * y, x=[-3.5, 2.25, 4.5], y=[1.5, -0.5, 1.75])
row("div_trunc", "torch.div(x, y, rounding_mode='trunc') * x * y", lambda xp, x, y: xp.trunc(x / y) * x * y, x=[-3.5, 2.25, 4.5], y=[1.5, -0.5, 1.75])
row("div_no_mode", "torch.div(x, y, rounding_mode=None)", lambda xp, x, y: x / y, x=(3,), y=between(0.5, 2.0, 3))
row("div_floor_scalar", "torch.div(x, 1.5, rounding_mode='floor') * x", lambda xp, x: xp.floor(x / 1.5) * x, x=[-3.5, 2.25, 4.75])
row("div_trunc_scalar", "torch.div(x, 1.5, rounding_mode='trunc') * x", lambda xp, x: xp.trunc(x / 1.5) * x, x=[-3.5, 2.25, 4.75])
row("floor_divide", "torch.floor_divide(x, y) * x * y", lambda xp, x, y: xp.floor(x / y) * x * y, x=[-3.5, 2.25, 4.5], y=[1.5, -0.5, 1.75])
row("fmod", "torch.fmod(x, y)", lambda xp, x, y: x - y * xp.trunc(x / y), x=[-3.5, 2.25, 4.5], y=[1.5, -0.5, 1.75])
row("fmod_scalar", "torch.fmod(x, 1.5)", lambda xp, x: x - 1.5 * xp.trunc(x / 1.5), x=[-3.5, 2.25, 4.75])
row("remainder", "torch.remainder(x, y)", lambda xp, x, y: x - y * xp.floor(x / y), x=[-3.5, 2.25, 4.5], y=[1.5, -0.5, 1.75])
row("remainder_scalar", "torch.remainder(x, 1.5)", lambda xp, x: x - 1.5 * xp.floor(x / 1.5), x=[-3.5, 2.25, 4.75])
row("remainder_of_scalar", "torch.remainder(7.5, y)", lambda xp, y: 7.5 - y * xp.floor(7.5 / y), y=[2.0, -1.75, 4.25])


# Steps

STEP = [-1.75, -0.25, 0.375, 2.625]
row("floor", "torch.floor(x) * x", lambda xp, x: xp.floor(x) * x, x=STEP)
row("ceil", "torch.ceil(x) * x", lambda xp, x: xp.ceil(x) * x, x=STEP)
row("trunc", "torch.trunc(x) * x", lambda xp, x: xp.trunc(x) * x, x=STEP)
row("fix", "torch.fix(x) * x", lambda xp, x: xp.trunc(x) * x, x=STEP)
row("round", "torch.round(x) * x", lambda xp, x: xp.round(x) * x, x=STEP)
row("round_decimals", "torch.round(x, decimals=1) * x", lambda xp, x: xp.round(10 * x) / 10 * x, x=[-1.75 + 0.0625, 0.3125, 2.625 + 0.03125])
row("round_tens", "torch.round(x, decimals=-1) * x", lambda xp, x: xp.round(x / 10) * 10 * x, x=[-17.5, 4.0, 26.5])
row("sign", "torch.sign(x) * x", lambda xp, x: xp.abs(x), x=apart(4))
row("sgn", "torch.sgn(x) * x", lambda xp, x: xp.abs(x), x=apart(4))
row("heaviside", "torch.heaviside(x, torch.ones_like(x)) * x", lambda xp, x: xp.where(x > 0, x, 0 * x), x=apart(4))
row("angle", "torch.angle(x) * x", lambda xp, x: xp.where(x < 0, math.pi * x, 0 * x), x=apart(4))
row("copysign_scalar", "torch.copysign(x, -2.0)", lambda xp, x: -xp.abs(x), x=apart(4))
row("nextafter", "torch.nextafter(x, y) * y", lambda xp, x, y: x * y, dtypes=F64, x=(3,), y=(3,))


def doubled_where(comparison: str) -> Callable[..., Any]:
    return lambda xp, x, y: xp.where(getattr(xp, comparison)(x, y), 2 * x * y, x * y)


def doubled_where_near(comparison: str) -> Callable[..., Any]:
    return lambda xp, x: xp.where(getattr(xp, comparison)(x, 0.75), 2 * x, x)


for mark, comparison in {
    "eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal",
}.items():  # fmt: skip
    row(f"{mark}_in_place", f"x * y * (1 + x.clone().{mark}_(y))", doubled_where(comparison), x=apart(4), y=apart(4))
    row(f"{mark}_in_place_scalar", f"x * (1 + x.clone().{mark}_(0.75))", doubled_where_near(comparison), x=apart(4))


# Bounds and choices

row("clamp", "torch.clamp(x, -0.75, 0.8125)", lambda xp, x: xp.clip(x, -0.75, 0.8125), x=apart(6))
row("clamp_tensors", "torch.clamp(x, low, high)", lambda xp, x, low, high: xp.clip(x, low, high), x=apart(2, 6), low=between(-1, -0.5, 6), high=between(0.5, 1, 2, 1))
row("clamp_crossed", "torch.clamp(x, low, high) * x * low", lambda xp, x, low, high: high * x * low, x=apart(6), low=between(0.5, 1, 6), high=between(-1, -0.5, 6))
row("clamp_min", "torch.clamp_min(x, 0.3125)", lambda xp, x: xp.maximum(x, xp.full_like(x, 0.3125)), x=apart(6))
row("clamp_max", "torch.clamp_max(x, 0.3125)", lambda xp, x: xp.minimum(x, xp.full_like(x, 0.3125)), x=apart(6))
row("clamp_min_tensor", "torch.clamp_min(x, y)", lambda xp, x, y: xp.maximum(x, y), x=apart(2, 6), y=(6,))
row("clamp_max_tensor", "torch.clamp_max(x, y)", lambda xp, x, y: xp.minimum(x, y), x=apart(2, 6), y=(6,))
row("fmax", "torch.fmax(x, y)", lambda xp, x, y: xp.maximum(x, y), x=(2, 6), y=(6,))
row("fmin", "torch.fmin(x, y)", lambda xp, x, y: xp.minimum(x, y), x=(2, 6), y=(6,))
row("max_other", "torch.max(x, y)", lambda xp, x, y: xp.maximum(x, y), x=(2, 6), y=(6,))
row("min_other", "torch.min(x, y)", lambda xp, x, y: xp.minimum(x, y), x=(2, 6), y=(6,))
row("where_scalar", "torch.where(m, x, 2.5) * x", lambda xp, x, m: xp.where(m, x * x, 2.5 * x), x=(3,), m=[True, False, True])
row("where_method", "x.where(m, y)", lambda xp, x, y, m: xp.where(m, x, y), x=(2, 3), y=(3,), m=[True, False, True])
row("masked_fill", "torch.masked_fill(x, m, 2.5)", lambda xp, x, m: xp.where(m, 2.5 + 0 * x, x), x=(2, 3), m=[True, False, True])
row("masked_fill_tensor", "torch.masked_fill(x, m, y)", lambda xp, x, y, m: xp.where(m, y, x), x=(2, 3), y=(), m=[True, False, True])
row("nan_to_num", "torch.nan_to_num(x, 7.0) * x", lambda xp, x: x * x, x=(3,))


# In place, of a copy

row("mul_in_place", "x.clone().mul_(y).mul_(x)", lambda xp, x, y: x * x * y, x=(2, 3), y=(3,))
row("add_in_place", "x.clone().add_(y, alpha=2).mul_(x)", lambda xp, x, y: (x + 2 * y) * x, x=(2, 3), y=(3,))
row("div_in_place", "x.clone().div_(y)", lambda xp, x, y: x / y, x=(2, 3), y=between(0.5, 2, 3))
row("exp_in_place", "x.clone().exp_() * x", lambda xp, x: xp.exp(x) * x, x=(3,))
row("sin_in_place", "x.clone().sin_().sin_()", lambda xp, x: xp.sin(xp.sin(x)), x=(3,))
row("pow_in_place", "x.clone().pow_(y)", lambda xp, x, y: x**y, x=between(0.5, 2, 3), y=(3,))
row("acosh_in_place", "x.clone().acosh_()", lambda xp, x: xp.acosh(x), x=between(1.5, 3, 3))
row("asinh_in_place", "x.clone().asinh_()", lambda xp, x: xp.asinh(x), x=(3,))
row("atanh_in_place", "x.clone().atanh_()", lambda xp, x: xp.atanh(x), x=between(-0.75, 0.75, 3))
row("fill", "torch.fill(x, 2.5) * x", lambda xp, x: 2.5 * x, x=(3,))
row("fill_tensor", "torch.fill(x, y) * x", lambda xp, x, y: x * y, x=(3,), y=())
row("fill_in_place", "x.clone().fill_(2.5) * x", lambda xp, x: 2.5 * x, x=(3,))
row("fill_tensor_in_place", "x.clone().fill_(y) * x", lambda xp, x, y: x * y, x=(3,), y=())
row("zero_in_place", "x.clone().zero_() + x * x", lambda xp, x: x * x, x=(3,))
row("copy_in_place", "(x * x).copy_(y) * x", lambda xp, x, y: x * y, x=(2, 3), y=(3,))
row("clone", "torch.clone(x) * x", lambda xp, x: x * x, x=(3,))
row("to_and_back", "x.to(torch.float64).to(torch.float32) * x", lambda xp, x: x * x, dtypes=F32, x=(3,))
row("detach", "torch.detach(x) * x * x", lambda xp, x: xp.ad.stop_gradient(x) * x * x, x=(3,))
