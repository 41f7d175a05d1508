"""The incomplete gamma and beta functions, by x; no rule by their parameters. Source: DLMF §8.2, §8.17.

Their derivatives are densities, whose factors lose digits or leave the range one by one:

    x^(a−1) e^(−x) / Γ(a) = √(a/2π) e^(−a (μ − log(1 + μ)) − r(a)) / x,   μ = (x − a)/a

with the remainder r of Stirling's series.

Source: Loader, Fast and accurate computation of binomial probabilities (2000).
"""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

import numpy as np

from adbench.engine.core import Array
from adbench.engine.primitive import elementwise
from adbench.engine.rules.elementwise import log, log1p
from adbench.engine.rules.special_gamma import digamma, gap
from adbench.engine.rules.values import in_double, of_scipy, scipy, unknown

LARGE = 25.0  # from there on Stirling's remainder has all digits with so few terms
NEAR = 0.15  # of μ − log(1 + μ), where it is summed as a series


def _stirling_remainder(a: Array) -> Array:
    """log Γ(a) − ((a − ½) log a − a + ½ log 2π)."""
    s = 1 / (a * a)
    return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - s / 1188) * s) * s) * s) / a


def _deviation(m: Array) -> Array:
    """μ − log(1 + μ), near 0 from log(1 + μ) = 2 artanh v for v = μ/(2 + μ)."""
    v = np.where(np.abs(m) < NEAR, m / (2 + m), 0.0)
    power, series = v.copy(), np.zeros_like(v)
    for k in range(3, 19, 2):
        power = power * v * v
        series = series + 2 * power / k
    return np.where(np.abs(m) < NEAR, m * v - series, m - np.log1p(m))


@in_double
def _gamma_density(a: Array, x: Array) -> Array:
    direct = x ** (a - 1) * np.exp(-x) / scipy("gamma")(a)
    large = np.maximum(a, LARGE)
    exponent = -large * _deviation((x - large) / large) - _stirling_remainder(large)
    by_saddle = np.sqrt(large / (2 * np.pi)) * np.exp(exponent) / x
    in_range = np.isfinite(direct) & (direct > 0)
    return np.where((a < LARGE) | (in_range & (np.abs(x - a) > 0.5 * a)), direct, by_saddle)


@in_double
def _beta_density(a: Array, b: Array, x: Array) -> Array:
    rest = 1.0 - x
    left_over = np.where(rest > 0, ((1.0 - rest) - x) / rest, 0.0)  # of that subtraction, relative
    return x ** (a - 1) * rest ** (b - 1) * np.exp((b - 1) * left_over) / scipy("beta")(a, b)


# fmt: off
gamma_density = elementwise(_gamma_density, lambda z, a, x: z * (log(x) - digamma(a)),
                                            lambda z, a, x: z * ((a - 1.0 - x) / x))
beta_density  = elementwise(_beta_density,  lambda z, a, b, x: z * (log(x) - gap(0)(a, b)),
                                            lambda z, a, b, x: z * (log1p(-x) - gap(0)(b, a)),
                                            lambda z, a, b, x: z * ((a - 1.0) / x - (b - 1.0) / (1.0 - x)))

gammainc  = elementwise(of_scipy("gammainc"),  unknown("gammainc", "a"),  lambda z, a, x: gamma_density(a, x))
gammaincc = elementwise(of_scipy("gammaincc"), unknown("gammaincc", "a"), lambda z, a, x: -gamma_density(a, x))
betainc   = elementwise(of_scipy("betainc"),   unknown("betainc", "a"),   unknown("betainc", "b"),
                                               lambda z, a, b, x: beta_density(a, b, x))
# fmt: on
