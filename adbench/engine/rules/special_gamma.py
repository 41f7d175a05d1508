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
from adbench.engine.rules import values_gamma
from adbench.engine.rules.elementwise import where
from adbench.engine.rules.removable import sine
from adbench.engine.rules.special_order import zeta_by_order
from adbench.engine.rules.values import in_double, of_scipy, scipy

SHIFT = 12  # steps after which the asymptotic series has all digits
BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6]  # B₂, B₄, …


@whole
def _polygamma(n: Any, x: Any) -> Any:
    """SciPy's, in the dtype of its argument."""
    underived: Any = np.equal(n, 0)
    y: Any = np.where(underived, values_gamma.digamma(np.asarray(x, np.float64)), scipy("polygamma")(n, x))
    y = y[()]
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
    return np.asarray(values_gamma.digamma(x) if n == 0 else scipy("polygamma")(n, x))


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
gamma     = elementwise(of_scipy("gamma"),                 lambda y, x: y * digamma(x))
rgamma    = elementwise(of_scipy("rgamma"),                lambda y, x: _rgamma_slope(x))
gammaln   = elementwise(values_gamma.log_gamma("gammaln"), lambda y, x: digamma(x))
loggamma  = elementwise(values_gamma.log_gamma("loggamma"), lambda y, x: digamma(x))
digamma   = elementwise(in_double(values_gamma.digamma),   lambda y, x: polygamma(1, x))
polygamma = elementwise(_polygamma,                        None, lambda y, n, x: polygamma(plain(n) + 1, x))
beta      = elementwise(in_double(values_gamma.beta),      lambda z, a, b: z * gap(0)(a, b),
                                                           lambda z, a, b: z * gap(0)(b, a))
betaln    = elementwise(in_double(values_gamma.log_beta, "betaln"), lambda z, a, b: gap(0)(a, b),
                                                           lambda z, a, b: gap(0)(b, a))
poch      = elementwise(of_scipy("poch"),                  lambda y, z, m: -y * gap(0)(z, m),
                                                           lambda y, z, m: y * digamma(z + m))
_hurwitz  = elementwise(_zeta,                             lambda y, s, q: zeta_by_order(1)(s, q),
                                                           lambda y, s, q: -s * _hurwitz(s + 1.0, q))
_multi    = primitive(_multigammaln, jvp=[lambda t, y, a, d: t * _digamma_sum(a, d)],
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
