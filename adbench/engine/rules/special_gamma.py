"""The gamma function and its complete relatives.

Derivatives of the beta family are differences ψ(a) − ψ(a + b), which cancel where b is small beside a: `gap` takes
the difference of each term instead.
Source: DLMF §5.2 to §5.15, §25.11.
"""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from adbench.engine.arrays import none, whole
from adbench.engine.core import Array, plain
from adbench.engine.dispatch import Function
from adbench.engine.primitive import elementwise, primitive
from adbench.engine.rules.elementwise import where
from adbench.engine.rules.removable import sine
from adbench.engine.rules.special_order import zeta_by_order
from adbench.engine.rules.values import Values, in_double, of_scipy, scipy

SHIFT = 12  # steps after which the asymptotic series has all digits
BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6]  # B₂, B₄, …
ROOT = -0.504083008264455  # of ψ, next to which SciPy has digits of its own
SLOPE = 1 - np.euler_gamma  # of log Γ at 2
TERMS = 30  # of log Γ's series, of which the last are below 4⁻³⁰


def _digamma(x: Array) -> Array:
    """SciPy's; below 0 by reflection, of which it loses the digits of π x next to a pole."""
    rest = x - np.round(x)
    left = (x < 0) & (rest != 0) & (np.abs(x - ROOT) > 0.25)
    reflected = scipy("digamma")(1.0 - np.where(left, x, 0.0)) - np.pi / np.tan(np.pi * np.where(left, rest, 0.5))
    return np.where(left, reflected, scipy("digamma")(x))


def _log_gamma(name: str) -> Values:
    """SciPy's function of this name; near its roots 1 and 2, where that loses digits, by the series at 2."""

    def values(x: Array) -> Array:
        below = (x > 0.5) & (x < 1.5)
        near = below | ((x >= 1.5) & (x < 2.5))
        h = np.where(near, x - np.where(below, 1.0, 2.0), 0.0)
        series = np.zeros_like(h)
        for k in range(TERMS, 1, -1):
            series = (series + (-1.0) ** k * scipy("zetac")(float(k)) / k) * h
        at_two = h * (SLOPE + series)
        return np.where(near, at_two - np.where(below, np.log1p(h), 0.0), scipy(name)(x))

    return in_double(values, name)


@whole
def _polygamma(n: Any, x: Any) -> Any:
    """SciPy's, in the dtype of its argument."""
    y = np.where(np.equal(n, 0), _digamma(np.asarray(x, np.float64)), scipy("polygamma")(n, x))[()]
    return y.astype(x.dtype)[()] if getattr(x, "dtype", None) == np.float32 else y


def _zeta(s: Any, q: Any) -> Any:
    return scipy("zeta")(s, q)


@whole
def _multigammaln(a: Any, *, d: int) -> Any:
    y = scipy("multigammaln")(a, d)
    return y.astype(a.dtype)[()] if getattr(a, "dtype", None) == np.float32 else y


@functools.cache
def gap(n: int) -> Function:
    """ψ⁽ⁿ⁾(a) − ψ⁽ⁿ⁾(a + b), digit by digit for positive a and a + b."""

    def values(a: Array, b: Array) -> Array:
        u, y = a, np.zeros(np.broadcast_shapes(a.shape, b.shape))
        sign = (-1.0) ** (n + 1)
        for _ in range(SHIFT):
            y = y + sign * math.factorial(n) * power_gap(u, b, n + 1)
            u = u + 1.0
        leading = -np.log1p(b / u) if n == 0 else sign * math.factorial(n - 1) * power_gap(u, b, n)
        y = y + leading + sign * math.factorial(n) / 2 * power_gap(u, b, n + 1)
        for k, number in enumerate(BERNOULLI, 1):
            factor = number * math.factorial(2 * k + n - 1) / math.factorial(2 * k)
            y = y + sign * factor * power_gap(u, b, 2 * k + n)
        difference = polygamma_of(n, a) - polygamma_of(n, a + b)
        return np.where((a > 0) & (a + b > 0), y, difference)

    return elementwise(
        in_double(values, f"polygamma_gap_{n}"),
        lambda z, a, b: gap(n + 1)(a, b),
        lambda z, a, b: -polygamma(n + 1, a + b),
    )


def power_gap(u: Array, b: Array, m: int) -> Array:
    """u⁻ᵐ − (u + b)⁻ᵐ."""
    v = u + b
    return b * sum(u ** -(i + 1.0) * v ** -(m - i + 0.0) for i in range(m))


def polygamma_of(n: int, x: Array) -> Array:
    """ψ⁽ⁿ⁾ of a plain array."""
    return np.asarray(_digamma(x) if n == 0 else scipy("polygamma")(n, x))


@functools.cache
def sine_pi(k: int) -> Function:
    """sin(πx + kπ/2)."""
    return elementwise(in_double(lambda x: sine(x, k), f"sine_pi_{k}"), lambda y, x: np.pi * sine_pi(k + 1)(x))


def _rgamma_slope(x: Array) -> Array:
    """−ψ/Γ, and on the left, where that is ∞ · 0 at the poles, by 1/Γ(x) = sin πx · Γ(1 − x)/π."""
    left = plain(x) < 0.5
    if none(left):
        return -digamma(x) * rgamma(x)
    t, right = where(left, x, 0.0), where(left, 1.0, x)
    reflected = gamma(1.0 - t) * (sine_pi(1)(t) - sine_pi(0)(t) * digamma(1.0 - t) / np.pi)
    return where(left, reflected, -digamma(right) * rgamma(right))


# fmt: off
gamma      = elementwise(of_scipy("gamma"),    lambda y, x: y * digamma(x))
rgamma     = elementwise(of_scipy("rgamma"),   lambda y, x: _rgamma_slope(x))
gammaln    = elementwise(_log_gamma("gammaln"),  lambda y, x: digamma(x))
loggamma   = elementwise(_log_gamma("loggamma"), lambda y, x: digamma(x))
digamma    = elementwise(in_double(_digamma, "digamma"), lambda y, x: polygamma(1, x))
polygamma  = elementwise(_polygamma,           None, lambda y, n, x: polygamma(plain(n) + 1, x))
beta       = elementwise(of_scipy("beta"),     lambda z, a, b: z * gap(0)(a, b),   lambda z, a, b: z * gap(0)(b, a))
betaln     = elementwise(of_scipy("betaln"),   lambda z, a, b: gap(0)(a, b),       lambda z, a, b: gap(0)(b, a))
poch       = elementwise(of_scipy("poch"),     lambda y, z, m: -y * gap(0)(z, m),  lambda y, z, m: y * digamma(z + m))
_hurwitz   = elementwise(_zeta,                lambda y, s, q: zeta_by_order(1)(s, q),
                                               lambda y, s, q: -s * _hurwitz(s + 1.0, q))

_multi       = primitive(_multigammaln, jvp=[lambda t, y, a, d: t * _digamma_sum(a, d)],
                                        vjp=[lambda t, y, a, d: t * _digamma_sum(a, d)])
# fmt: on
psi = digamma


def zeta(x: Array, q: Array = 1.0) -> Array:
    """Hurwitz's zeta function, Riemann's for q = 1."""
    return _hurwitz(x, q)


def multigammaln(a: Array, d: int) -> Array:
    """log Γ_d(a)."""
    return _multi(a, d=d)


def _digamma_sum(a: Array, d: int) -> Array:
    return sum(digamma(a - 0.5 * j) for j in range(d))
