"""The incomplete gamma and beta functions. Source: DLMF §8.2, §8.17.

Their derivatives by x are densities, whose factors lose digits or leave the range one by one:

    x^(a−1) e^(−x) / Γ(a) = √(a/2π) e^(−a (μ − log(1 + μ)) − r(a)) / x,   μ = (x − a)/a

with the remainder r of Stirling's series. With d that density and Λ = log x − ψ(a),

    P(a, x) = x d ∫₀^∞ e^(−a w + x (1 − e^(−w))) dw,        ∂P/∂a = Λ P − x d ∫₀^∞ w e^(−a w + x (1 − e^(−w))) dw
    Q(a, x) = x d ∫₀^∞ e^(a w − x (e^w − 1)) dw,            ∂Q/∂a = Λ Q + x d ∫₀^∞ w e^(a w − x (e^w − 1)) dw

where no terms cancel in the first while Λ < 0, and none in the second from there on. The quadrature for half-lines
is Takahasi and Mori's (1974).

Source: Loader, Fast and accurate computation of binomial probabilities (2000).
"""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

import functools

import numpy as np

from adbench.engine.arrays import none
from adbench.engine.core import Array, plain
from adbench.engine.dispatch import Function
from adbench.engine.primitive import elementwise
from adbench.engine.rules import values_gamma
from adbench.engine.rules.elementwise import log, log1p, where
from adbench.engine.rules.special_gamma import BERNOULLI, beta, digamma, gap, polygamma
from adbench.engine.rules.values import deviation, in_double, of_scipy, scipy, unknown
from adbench.engine.rules.values_gamma import LARGE, product_rest, stirling_remainder

STEP = 1 / 32  # of the double exponential rule, whose nodes decay so that e^(−w) does twice over
T = np.arange(-4.25, 4.25, STEP)
NODES = np.exp(T - np.exp(-T))
WEIGHTS = STEP * NODES * (1 + np.exp(-T))
ASYMPTOTIC = 10.0  # from there on ψ is its series


def _bend(w: Array) -> Array:
    """e^w − 1 − w, near 0 by its series."""
    near = np.abs(w) < 0.5
    small, series = np.where(near, w, 0.0), np.zeros_like(w)
    for k in range(18, 1, -1):
        series = (series + 1.0) * small / k
    return np.where(near, series * small, np.expm1(w) - w)


@in_double
def _log_over_psi(a: Array, x: Array) -> Array:
    """log x − ψ(a), of large a without the logarithms."""
    large = np.maximum(a, ASYMPTOTIC)
    near = (a == large) & (x > 0.5 * a) & (x < 2.0 * a)
    series = np.log1p(np.where(near, (x - large) / large, 0.0)) + 1 / (2 * large)
    for j, number in enumerate(BERNOULLI, 1):
        series = series + number / (2 * j) * large ** (-2.0 * j)
    return np.where(near, series, np.log(x) - scipy("digamma")(a))


def _side(a: Array, x: Array) -> Array:
    """−1 where P is differentiated by a, 1 where Q is."""
    return np.where(_log_over_psi(plain(a), plain(x)) < 0, -1.0, 1.0)


@functools.cache
def half_line(j: int, n: int) -> Function:
    """∫₀^∞ wʲ |e^(±w) − 1|ⁿ e^(±a w − x (e^(±w) − 1)) dw, of the sign of `_side`."""

    def values(a: Array, x: Array) -> Array:
        a, x = np.broadcast_arrays(a, x)
        sign = _side(a, x)
        width = 1 / np.maximum(np.abs(x - a), np.sqrt(x))  # of e^(−|x − a| w), or at the peak of a bell
        w = width[..., None] * NODES
        exponent = (sign * (a - x))[..., None] * w - x[..., None] * _bend(sign[..., None] * w)
        terms = w**j * np.abs(np.expm1(sign[..., None] * w)) ** n * np.exp(exponent)
        return np.asarray((terms * WEIGHTS).sum(-1) * width)

    return elementwise(
        in_double(values, f"gamma_half_line_{j}_{n}"),
        lambda y, a, x: _side(a, x) * half_line(j + 1, n)(a, x),
        lambda y, a, x: -_side(a, x) * half_line(j, n + 1)(a, x),
    )


def _lower_by_a(a: Array, x: Array) -> Array:
    """∂P/∂a, which is 0 where x is."""
    zero = np.equal(plain(x), 0)  # x may be a Python number
    if none(zero):
        return _inside_by_a(a, x)
    return where(zero, 0.0, _inside_by_a(a, where(zero, 1.0, x)))


def _inside_by_a(a: Array, x: Array) -> Array:
    share = where(_side(a, x) < 0, gammainc(a, x), -gammaincc(a, x))
    return log_over_psi(a, x) * share - x * gamma_density(a, x) * half_line(1, 0)(a, x)


@in_double
def _gamma_density(a: Array, x: Array) -> Array:
    direct = x ** (a - 1) * np.exp(-x) / scipy("gamma")(a)
    large = np.maximum(a, LARGE)
    exponent = -large * deviation((x - large) / large) - stirling_remainder(large)
    by_saddle = np.sqrt(large / (2 * np.pi)) * np.exp(exponent) / x
    in_range = np.isfinite(direct) & (direct > 0)
    return np.where((a < LARGE) | (in_range & (np.abs(x - a) > 0.5 * a)), direct, by_saddle)


@in_double
def _beta_density(a: Array, b: Array, x: Array) -> Array:
    rest = 1.0 - x
    left_over = np.where(rest > 0, ((1.0 - rest) - x) / rest, 0.0)  # of that subtraction, relative
    direct = x ** (a - 1) * rest ** (b - 1) * np.exp((b - 1) * left_over) / values_gamma.beta(a, b)
    p, q = np.maximum(a, LARGE), np.maximum(b, LARGE)
    exponent = -p * deviation((x * (p + q) - p) / p) - q * deviation((rest * (p + q) - q) / q)
    exponent = exponent - stirling_remainder(p) - stirling_remainder(q) + stirling_remainder(p + q)
    by_saddle = np.sqrt(p * q / (p + q) / (2 * np.pi)) * np.exp(exponent) / (x * rest)
    far = np.maximum(np.abs(x * (a + b) / a - 1), np.abs(rest * (a + b) / b - 1)) > 0.5
    in_range = np.isfinite(direct) & (direct > 0)
    return np.where((a < LARGE) | (b < LARGE) | (in_range & far), direct, by_saddle)


def _slope_of_gamma_density(z: Array, a: Array, x: Array) -> Array:
    """z (a − 1 − x)/x, and where that is 0/0 the density of a − 1, less z."""
    zero = plain(x) == 0
    if none(zero):
        return z * ((a - 1.0 - x) / x)
    one = plain(a) == 1
    below = where(one, 0.0, gamma_density(where(one, 2.0, a) - 1.0, x))
    inside = where(zero, 1.0, x)
    return where(zero, below - z, z * ((a - 1.0 - inside) / inside))


@in_double
def _below_the_mode(a: Array, b: Array, x: Array) -> Array:
    """a − 1 − (a + b − 2) x, whose product is not rounded."""
    return product_rest(x, a + b - 2.0, a - 1.0)


def _slope_of_beta_density(z: Array, a: Array, b: Array, x: Array) -> Array:
    """z ((a − 1)/x − (b − 1)/(1 − x)), and what that is at the ends."""
    end = (plain(x) == 0) | (plain(x) == 1)
    if none(end):
        return z * (below_the_mode(a, b, x) / (x * (1.0 - x)))
    inside = where(end, 0.5, x)
    rise = _power_slope(x, a - 1.0) * (1.0 - x) ** (b - 1.0)
    fall = _power_slope(1.0 - x, b - 1.0) * x ** (a - 1.0)
    return where(end, (rise - fall) / beta(a, b), z * (below_the_mode(a, b, inside) / (inside * (1.0 - inside))))


def _power_slope(x: Array, p: Array) -> Array:
    """The derivative of xᵖ; of x⁰ also at 0."""
    constant = plain(p) == 0
    return where(constant, 0.0, p * x ** (where(constant, 1.0, p) - 1.0))


# fmt: off
gamma_density = elementwise(_gamma_density, lambda z, a, x: z * (log(x) - digamma(a)),
                                            _slope_of_gamma_density)
beta_density  = elementwise(_beta_density,  lambda z, a, b, x: z * (log(x) - gap(0)(a, b)),
                                            lambda z, a, b, x: z * (log1p(-x) - gap(0)(b, a)),
                                            _slope_of_beta_density)

below_the_mode = elementwise(_below_the_mode, lambda z, a, b, x: 1.0 - x, lambda z, a, b, x: -x,
                                              lambda z, a, b, x: 2.0 - a - b)
log_over_psi = elementwise(_log_over_psi, lambda z, a, x: -polygamma(1, a), lambda z, a, x: 1.0 / x)

gammainc  = elementwise(of_scipy("gammainc"),  lambda z, a, x: _lower_by_a(a, x),  lambda z, a, x: gamma_density(a, x))
gammaincc = elementwise(of_scipy("gammaincc"), lambda z, a, x: -_lower_by_a(a, x), lambda z, a, x: -gamma_density(a, x))
betainc   = elementwise(in_double(of_scipy("betainc")),   unknown("betainc", "a"),   unknown("betainc", "b"),
                                               lambda z, a, b, x: beta_density(a, b, x))
# fmt: on
