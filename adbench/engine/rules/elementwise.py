"""Elementwise functions: a line each, with its partials, from which both modes derive.

A partial takes the result first and then the operands. It is written so as to lose no digits: near a branch
point as a product of differences, far out without squares that overflow. Its constants are Python floats,
which promote nothing and cost NumPy less than integers.
"""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from adbench.engine.arrays import none
from adbench.engine.core import Array, Tracer, plain
from adbench.engine.dispatch import SCALARS, Rule
from adbench.engine.primitive import elementwise, piecewise_constant, primitive
from adbench.engine.rules.parts import I, is_complex, modulus, phase

LN2, LN10 = math.log(2), math.log(10)
NUMBERS = (int, float, complex)  # Python's, which promote nothing; a union would be built anew each time

first: Rule = lambda t, z, condition, x, y: where(condition, t, 0.0)  # not t times a mask: t may be infinite
second: Rule = lambda t, z, condition, x, y: where(condition, 0.0, t)

# fmt: off
ceil         = piecewise_constant(np.ceil)
floor        = piecewise_constant(np.floor)
round        = piecewise_constant(np.round)
_sign        = piecewise_constant(np.sign)
trunc        = piecewise_constant(np.trunc)

add          = elementwise(np.add,        1, 1, inner=operator.add)
subtract     = elementwise(np.subtract,   1, -1, inner=operator.sub)
multiply     = elementwise(np.multiply,   lambda z, x, y: y,     lambda z, x, y: x, inner=operator.mul)
divide       = elementwise(np.divide,     lambda z, x, y: 1.0 / y,
                                          lambda z, x, y: -z / y, inner=operator.truediv)
negative     = elementwise(np.negative,   -1, inner=operator.neg)
positive     = elementwise(np.positive,   1, inner=operator.pos)
remainder    = elementwise(np.remainder,  1, lambda z, x, y: -np.floor_divide(plain(x), plain(y)))

where        = primitive(np.where, jvp=(None, first, second), vjp=(None, first, second))

_abs         = elementwise(np.abs,        lambda y, x: _sign(x))
_square      = elementwise(np.square,     lambda y, x: 2.0 * x)
_sqrt        = elementwise(np.sqrt,       lambda y, x: 0.5 / y)
reciprocal   = elementwise(np.reciprocal, lambda y, x: -y * y)
exp          = elementwise(np.exp,        lambda y, x: y)
exp2         = elementwise(np.exp2,       lambda y, x: LN2 * y)
expm1        = elementwise(np.expm1,      lambda y, x: exp(x))
log          = elementwise(np.log,        lambda y, x: 1.0 / x)
_log1p       = elementwise(np.log1p,      lambda y, x: 1.0 / (1.0 + x))
log2         = elementwise(np.log2,       lambda y, x: 1.0 / (LN2 * x))
log10        = elementwise(np.log10,      lambda y, x: 1.0 / (LN10 * x))

sin          = elementwise(np.sin,        lambda y, x: cos(x))
cos          = elementwise(np.cos,        lambda y, x: -sin(x))
tan          = elementwise(np.tan,        lambda y, x: sech_squared(I * x) if is_complex(x) else 1.0 + y * y)
asin         = elementwise(np.arcsin,     lambda y, x: inside(x))
acos         = elementwise(np.arccos,     lambda y, x: -inside(x))
atan         = elementwise(np.arctan,     lambda y, x: square(1.0 / beside(x)))
sinh         = elementwise(np.sinh,       lambda y, x: cosh(x))
cosh         = elementwise(np.cosh,       lambda y, x: sinh(x))
tanh         = elementwise(np.tanh,       lambda y, x: sech_squared(x))
asinh        = elementwise(np.arcsinh,    lambda y, x: 1.0 / beside(x))
acosh        = elementwise(np.arccosh,    lambda y, x: outside(x))
atanh        = elementwise(np.arctanh,    lambda y, x: square(inside(x)))

maximum      = elementwise(np.maximum,    lambda z, x, y: share(x, y), lambda z, x, y: share(y, x))
minimum      = elementwise(np.minimum,    lambda z, x, y: share(y, x), lambda z, x, y: share(x, y))
copysign     = elementwise(np.copysign,   lambda z, x, y: _sign(x) * np.copysign(1.0, y), None)
hypot        = elementwise(np.hypot,      lambda z, x, y: cosine(x, y), lambda z, x, y: cosine(y, x))
atan2        = elementwise(np.arctan2,    lambda z, y, x: cosine(x, y) / apart(hypot(x, y)),
                                          lambda z, y, x: -cosine(y, x) / apart(hypot(x, y)))
logaddexp    = elementwise(np.logaddexp,  lambda z, x, y: weight(x, y),  lambda z, x, y: weight(y, x))
_power       = elementwise(np.power,      lambda z, x, y: power_base(x, y),
                                          lambda z, x, y: power_exponent(z, x, y), inner=operator.pow)
# fmt: on


def _unrooted(x: Array) -> Array:
    return np.square(np.sqrt(x))


def _outward(x: Array) -> Array:
    """|x|, or of a complex number ±x with a real part that is not negative."""
    return np.where(x.real < 0, -x, x) if np.iscomplexobj(x) else np.abs(x)


def _expit(x: Array) -> Array:
    decay = np.exp(-_outward(x))  # never overflows
    return np.where(np.real(x) >= 0, 1.0, decay) / (1 + decay)


def _log_expit(x: Array) -> Array:
    return np.where(np.real(x) < 0, x, 0.0) - np.log1p(np.exp(-_outward(x)))


def _sech_squared(x: Array) -> Array:
    decay = np.exp(-2 * _outward(x))  # 1 − tanh² cancels, 1/cosh² overflows
    far = 4 * decay / np.square(1 + decay)
    if not np.iscomplexobj(x):
        return far
    near = np.abs(np.real(x)) < 1  # as are the poles, where 1 + decay cancels
    return np.where(near, 1 / np.square(np.cosh(np.where(near, x, 0.0))), far)


def _complex_log1p(x: Array) -> Array:
    """NumPy's own loses small numbers beside 1."""
    near = np.abs(x) < 0.5
    a, b = np.where(near, np.real(x), 0.0), np.where(near, np.imag(x), 0.0)
    return np.where(near, 0.5 * np.log1p(a * (2 + a) + b * b) + I * np.arctan2(b, 1 + a), np.log(1 + x))


def _one_and_square(x: Array) -> Array:
    return (1.0 + I * x) * (1.0 - I * x)


def _inside(x: Array) -> Array:
    return 1.0 / np.sqrt((1.0 - x) * (1.0 + x))


def _outside(x: Array) -> Array:
    return 1.0 / (np.sqrt(x - 1.0) * np.sqrt(x + 1.0))


def _weight(x: Array, y: Array) -> Array:
    """eˣ / (eˣ + eʸ), with the digits that rounding takes from x − y."""
    difference = np.subtract(x, y)
    taken = difference - x
    lost = (x - (difference - taken)) - (y + taken)
    difference = np.where(np.equal(x, y), 0.0, difference)  # also of two equal infinities
    return _expit(difference) * (1 + np.where(np.isfinite(lost), lost, 0.0) * _expit(-difference))


def _cosine(x: Array, y: Array) -> Array:
    z = np.hypot(x, y)
    return x / np.where(z == 0, np.inf, z)


# fmt: off
unrooted     = elementwise(_unrooted,     lambda y, x: where(np.isnan(plain(y)), plain(y), 1.0))  # below 0
expit        = elementwise(_expit,        lambda y, x: 0.25 * sech_squared(0.5 * x))
log_expit    = elementwise(_log_expit,    lambda y, x: expit(-x))
sech_squared = elementwise(_sech_squared, lambda y, x: -2.0 * tanh(x) * y)

complex_log1p = elementwise(_complex_log1p, lambda y, x: 1.0 / (1.0 + x))

# Partials with rules of their own: the quotients that they are would cancel in the next derivative.
one_and_square = elementwise(_one_and_square, lambda y, x: 2.0 * x)
inside       = elementwise(_inside,       lambda y, x: x * y * y * y)
outside      = elementwise(_outside,      lambda y, x: -x * y * y * y)
weight       = elementwise(_weight,       lambda z, x, y: z * weight(y, x), lambda z, x, y: -z * weight(y, x))
cosine       = elementwise(_cosine,       lambda c, x, y: square(cosine(y, x)) / apart(hypot(x, y)),
                                          lambda c, x, y: -c * cosine(y, x) / apart(hypot(x, y)))
# fmt: on


def sqrt(x: Array, /) -> Array:
    """The square root; its square has the derivative of `x` also at 0, where the root has none."""
    return with_square(_sqrt(x), unrooted, x)


def square(x: Array, /) -> Array:
    """x²; of a root what it is the root of, without the root's derivative."""
    known = getattr(x, "squared", None) if isinstance(x, Tracer) else None
    return _square(x) if known is None else known[0](*known[1])


def power(x: Array, y: Array, /) -> Array:
    """xʸ; the derivative of x⁰ is 0, also at 0."""
    return square(x) if y.__class__ in SCALARS and y == 2 else _power(x, y)


def with_square(y: Array, f: Any, *operands: Array) -> Array:
    """`y`, remembering that its square is `f(*operands)`: at 0, where y² is smooth and y is not, nothing else tells."""
    if isinstance(y, Tracer):
        y.squared = f, operands
    return y


def log1p(x: Array, /) -> Array:
    """log(1 + x)."""
    return complex_log1p(x) if is_complex(x) else _log1p(x)


def beside(x: Array) -> Array:
    """√(1 + x²), also near ±i."""
    return sqrt(one_and_square(x)) if is_complex(x) else hypot(1.0, x)


def abs(x: Array, /) -> Array:
    """The absolute value; its derivative at 0 is 0."""
    return modulus(x) if is_complex(x) else with_square(_abs(x), square, x)


def sign(x: Array, /) -> Array:
    """−1, 0 or 1 without a derivative; of a complex number x/|x|, which has one."""
    return phase(x) if is_complex(x) else _sign(x)


def clip(x: Array, min: Any = None, max: Any = None) -> Array:
    """`x` kept between two bounds, each an array, a number or None; at a bound the derivative is shared."""
    if min is not None:
        x = maximum(x, min)
    return x if max is None else minimum(x, max)


def share(x: Array, y: Array) -> Array:
    """∂max(x, y)/∂x: 1, ½ or 0."""
    x, y = plain(x), plain(y)
    above, equal = np.greater(x, y), np.equal(x, y)
    if none(equal):
        return above
    return np.where(equal, 0.5, above).astype(np.result_type(x, y))


def apart(z: Array) -> Array:
    """`z` with 0 replaced by infinity, by which 0 may be divided."""
    zero = plain(z) == 0
    return z if none(zero) else where(zero, np.inf, z)


def power_base(x: Array, y: Array) -> Array:
    """∂xʸ/∂x = y xʸ⁻¹, and 0 for 0⁰, of which the product would make 0 · ∞."""
    if isinstance(y, NUMBERS):
        return 2 * x if y == 2 else y * power(x, y - 1) if y else np.zeros(x.shape, x.dtype)
    undefined = (plain(x) == 0) & (plain(y) == 0)
    return y * power(x, y - 1 if none(undefined) else where(undefined, 1.0, y - 1))


def power_exponent(z: Array, x: Array, y: Array) -> Array:
    """∂xʸ/∂y = xʸ log x, whose limit for x → 0 is 0 unless y is negative."""
    if isinstance(x, NUMBERS):
        if x:
            return z * np.log(x).item()
        x = z.dtype.type(x)  # a Python base promotes nothing
    limit = (plain(x) == 0) & (plain(y) >= 0)
    rate = log(x if none(limit) else where(limit, 1.0, x))
    return z * rate
