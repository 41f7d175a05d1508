"""NumPy's elementwise functions beyond the standard: a line each with its partials, or made of others."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from adbench.engine.core import Array, plain
from adbench.engine.creation import asarray
from adbench.engine.primitive import elementwise, piecewise_constant
from adbench.engine.rules.elementwise import LN2, abs, atan2, maximum, minimum, power, remainder, trunc, weight, where
from adbench.engine.rules.parts import imag, real
from adbench.engine.rules.shape import astype

# fmt: off
cbrt        = elementwise(np.cbrt,       lambda y, x: 1.0 / (3.0 * y * y))
deg2rad     = elementwise(np.deg2rad,    lambda y, x: math.pi / 180.0)
rad2deg     = elementwise(np.rad2deg,    lambda y, x: 180.0 / math.pi)
fmod        = elementwise(np.fmod,       1, lambda z, x, y: -np.trunc(plain(x) / plain(y)))
heaviside   = elementwise(np.heaviside,  None, lambda z, x, y: plain(x) == 0)
ldexp       = elementwise(np.ldexp,      lambda z, x, y: np.ldexp(1.0, plain(y)), None)
logaddexp2  = elementwise(np.logaddexp2, lambda z, x, y: weight(LN2 * x, LN2 * y),
                                         lambda z, x, y: weight(LN2 * y, LN2 * x))
rint        = piecewise_constant(np.rint)
# fmt: on


def fabs(x: Array, /) -> Array:
    """The absolute value of real numbers."""
    return abs(x)


def fmax(x: Array, y: Array, /) -> Array:
    """The larger of two numbers, or the one that is a number."""
    return where(np.isnan(plain(x)), y, where(np.isnan(plain(y)), x, maximum(x, y)))


def fmin(x: Array, y: Array, /) -> Array:
    """The smaller of two numbers, or the one that is a number."""
    return where(np.isnan(plain(x)), y, where(np.isnan(plain(y)), x, minimum(x, y)))


def float_power(x: Array, y: Array, /) -> Array:
    """xʸ in double precision."""
    return power(*(astype(asarray(a), np.result_type(plain(asarray(a)), np.float64)) for a in (x, y)))


def modf(x: Array, /) -> tuple[Array, Array]:
    """What stands behind the point, with the sign of `x`, and the whole number before it."""
    return fmod(x, 1.0), trunc(x)


def divmod(x: Array, y: Array, /) -> tuple[Array, Array]:
    """The quotient rounded down, and the remainder."""
    return np.floor_divide(plain(x), plain(y)), remainder(x, y)


def angle(z: Array, deg: bool = False) -> Array:
    """The angle of complex numbers, in degrees with `deg`."""
    y = atan2(imag(z), real(z))
    return rad2deg(y) if deg else y


def nan_to_num(x: Array, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Array:
    """`x` with numbers in place of NaN and the infinities: 0 and the largest and smallest that there are."""
    x = asarray(x)
    values, limits = plain(x), np.finfo(plain(x).dtype)
    y = where(np.isnan(values), nan, x)
    y = where(np.equal(values, np.inf), float(limits.max) if posinf is None else posinf, y)
    return where(np.equal(values, -np.inf), float(limits.min) if neginf is None else neginf, y)
