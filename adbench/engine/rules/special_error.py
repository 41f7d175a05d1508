"""Error functions and the normal distribution.

The derivatives of e^(x²) iⁿerfc(x), repeated integrals of erfc, are each other: no digits cancel between them.
Source: DLMF §7.2, §7.10, §7.18.
"""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

import functools
import math

import numpy as np

from adbench.engine.core import Array
from adbench.engine.dispatch import Function
from adbench.engine.primitive import elementwise
from adbench.engine.rules.elementwise import minimum, where
from adbench.engine.rules.values import in_double, of_scipy, scipy

ROOT_2, ROOT_PI = math.sqrt(2), math.sqrt(math.pi)
FAR = 40.0  # where e^(x²) and e^(−x²) have left the range of float64
FIRST, STEPS = 1.0, 150  # from there on so many steps of the continued fraction, begun at its limit, give all digits
PEAK, NEAR_PEAK, PEAK_TERMS = 0.9241388730045916, 0.75, 36
PEAK_VALUES = 0.5410442246351817, 1.4586881498741334e-16  # D and D' there
SERIES_FROM, TERMS = 7.0, 22  # of Dawson's asymptotic series, whose least term is then below rounding


def _exponential_of_square(x: Array, factor: float) -> Array:
    """exp(factor x²), whose relative error would be that of x² times x²: a short part of x has an exact square."""
    x = np.clip(x, -FAR, FAR)
    short = x.astype(np.float32).astype(np.float64)
    return np.exp(factor * short * short) * np.exp(factor * (x - short) * (x + short))


@functools.cache
def repeated(n: int) -> Function:
    """Eₙ(x) = e^(x²) iⁿerfc(x), whose derivative is −2 (n + 1) Eₙ₊₁."""

    def values(x: Array) -> Array:
        forward = [np.full_like(x, 2 / ROOT_PI), scipy("erfcx")(x)]
        for k in range(1, n + 1):
            forward.append((forward[-2] - 2 * x * forward[-1]) / (2 * k))
        far, last, y = np.maximum(x, FIRST), n + STEPS + 1, scipy("erfcx")(x)
        ratio = (np.sqrt(far * far + 2 * last) - far) / (2 * last)
        for k in range(n + STEPS, 0, -1):  # ratio = Eₖ/Eₖ₋₁
            ratio = 0.5 / (far + (k + 1) * ratio)
            y = y * ratio if k <= n else y
        return np.where(x < FIRST, forward[-1], y)

    return elementwise(in_double(values, f"erfcx_{n}"), lambda y, x: -2.0 * (n + 1) * repeated(n + 1)(x))


def _taylor_at_peak(x: Array, m: int) -> Array:
    """The m-th derivative of D near its largest value, where 1 − 2 x D cancels, from those there."""
    c, h = [*PEAK_VALUES], np.where(np.abs(x - PEAK) < NEAR_PEAK, x - PEAK, 0.0)
    for k in range(1, m + PEAK_TERMS):
        c.append(-2.0 * (PEAK * c[-1] + k * c[-2]))
    return sum(c[m + k] * h**k / math.factorial(k) for k in range(PEAK_TERMS))


@functools.cache
def dawsn_derivative(m: int) -> Function:
    """The m-th derivative of D(x) ~ Σ (2k − 1)!! / (2ᵏ⁺¹ x²ᵏ⁺¹), by that series far out; near, D' = 1 − 2 x D."""

    def values(x: Array) -> Array:
        near = [scipy("dawsn")(x), 1.0 - 2.0 * x * scipy("dawsn")(x)]
        for k in range(1, m):
            near.append(-2.0 * (x * near[-1] + k * near[-2]))
        size = np.abs(x)
        y = np.where(np.abs(size - PEAK) < NEAR_PEAK, _taylor_at_peak(size, m) * np.sign(x) ** (m + 1), near[m])
        far = np.where(size < SERIES_FROM, SERIES_FROM, x)
        term, series = 0.5 / far, np.zeros_like(x)
        for k in range(TERMS):
            series = series + term * math.perm(2 * k + m, m)
            term = term * (2 * k + 1) / (2 * far) / far
        return np.where(size < SERIES_FROM, y, series * (-1.0 / far) ** m)

    return elementwise(in_double(values, f"dawsn_{m}"), lambda y, x: dawsn_derivative(m + 1)(x))


@in_double
def _bell(x: Array) -> Array:
    return _exponential_of_square(x, -1.0) * (2 / ROOT_PI)


@in_double
def _swell(x: Array) -> Array:
    return _exponential_of_square(x, 1.0) * (2 / ROOT_PI)


@in_double
def _density(x: Array) -> Array:
    return _exponential_of_square(x, -0.5) / (ROOT_2 * ROOT_PI)


def _ndtr(x: Array) -> Array:
    """Φ; of erfc(−x/√2) the relative error would be that of x/√2 times x²."""
    below = math.sqrt(math.pi / 2) * scipy("erfcx")(np.minimum(x, 0.0) / -ROOT_2) * _density(x)
    return np.where(x < -1.0, below, scipy("ndtr")(x))


@in_double
def _log_ndtr(x: Array) -> Array:
    """log Φ; above 0 of what is left to 1."""
    return np.where(x > 0, np.log1p(-_ndtr(-x)), scipy("log_ndtr")(x))


@in_double
def _hazard(x: Array) -> Array:
    """φ/Φ."""
    below = math.sqrt(2 / math.pi) / scipy("erfcx")(np.minimum(x, 0.0) / -ROOT_2)
    return np.where(x < 0, below, _density(x) / scipy("ndtr")(x))


@in_double
def _erfinv_slope(x: Array) -> Array:
    """√π/2 e^(y²) for y = erfinv x, without the error of y²: e^(y²) = erfcx(y)/erfc(y)."""
    return ROOT_PI / 2 * scipy("erfcx")(np.abs(scipy("erfinv")(x))) / (1.0 - np.abs(x))


@in_double
def _erfcinv_slope(x: Array) -> Array:
    return -ROOT_PI / 2 * scipy("erfcx")(np.abs(scipy("erfcinv")(x))) / np.minimum(x, 2.0 - x)


@in_double
def _ndtri_slope(p: Array) -> Array:
    y = np.abs(scipy("ndtri")(p)) / ROOT_2
    return math.sqrt(math.pi / 2) * scipy("erfcx")(y) / np.minimum(p, 1.0 - p)


def _hazard_slope(h: Array, x: Array) -> Array:
    """−h (x + h), below 0 as −√π h² E₁(−x/√2), where x + h cancels."""
    below = -ROOT_PI * h * h * repeated(1)(minimum(x, 0.0) / -ROOT_2)
    return where(x < 0, below, -h * (x + h))


# fmt: off
bell          = elementwise(_bell,    lambda y, x: -2.0 * x * y)
swell         = elementwise(_swell,   lambda y, x: 2.0 * x * y)
density       = elementwise(_density, lambda y, x: -x * y)
hazard        = elementwise(_hazard,  _hazard_slope)
erfinv_slope  = elementwise(_erfinv_slope,  lambda s, x: 2.0 * erfinv(x) * s * s)
erfcinv_slope = elementwise(_erfcinv_slope, lambda s, x: 2.0 * erfcinv(x) * s * s)
ndtri_slope   = elementwise(_ndtri_slope,   lambda s, p: ndtri(p) * s * s)

erf      = elementwise(of_scipy("erf"),      lambda y, x: bell(x))
erfc     = elementwise(of_scipy("erfc"),     lambda y, x: -bell(x))
erfcx    = elementwise(of_scipy("erfcx"),    lambda y, x: -2.0 * repeated(1)(x))
erfi     = elementwise(of_scipy("erfi"),     lambda y, x: swell(x))
dawsn    = elementwise(of_scipy("dawsn"),    lambda y, x: dawsn_derivative(1)(x))
erfinv   = elementwise(of_scipy("erfinv"),   lambda y, x: erfinv_slope(x))
erfcinv  = elementwise(of_scipy("erfcinv"),  lambda y, x: erfcinv_slope(x))
ndtr     = elementwise(in_double(_ndtr, "ndtr"), lambda y, x: density(x))
log_ndtr = elementwise(in_double(_log_ndtr, "log_ndtr"), lambda y, x: hazard(x))
ndtri    = elementwise(of_scipy("ndtri"),    lambda y, p: ndtri_slope(p))
# fmt: on
