"""Values of the gamma function's relatives where SciPy's lose digits: next to poles and roots, and of large parameters.

Source: DLMF §5.5, §5.7, §5.11; Didonato and Morris, Algorithm 708 (1992), for the beta function.
"""

from __future__ import annotations

import numpy as np

from adbench.engine.core import Array
from adbench.engine.rules.values import Values, in_double, scipy

ROOT = -0.504083008264455  # of ψ, next to which SciPy has digits of its own
SLOPE = 1 - np.euler_gamma  # of log Γ at 2
LARGE = 25.0  # from there on Stirling's remainder has all digits with so few terms
TERMS = 30  # of log Γ's series, of which the last are below 4⁻³⁰


def digamma(x: Array) -> Array:
    """SciPy's; below 0 by reflection, of which it loses the digits of π x next to a pole."""
    rest = x - np.round(x)
    left = (x < 0) & (rest != 0) & (np.abs(x - ROOT) > 0.25)
    reflected = scipy("digamma")(1.0 - np.where(left, x, 0.0)) - np.pi / np.tan(np.pi * np.where(left, rest, 0.5))
    return np.where(left, reflected, scipy("digamma")(x))


def log_gamma(name: str) -> Values:
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


def stirling_remainder(a: Array) -> Array:
    """log Γ(a) − ((a − ½) log a − a + ½ log 2π), for large a."""
    s = 1 / (a * a)
    return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - s / 1188) * s) * s) * s) / a


def _log_ratio(p: Array, q: Array) -> Array:
    """log Γ(q)/Γ(q + p) + p log(q + p), for large q."""
    return p - (q - 0.5) * np.log1p(p / q) + stirling_remainder(q) - stirling_remainder(q + p)


def beta(a: Array, b: Array) -> Array:
    """SciPy's B; of large parameters as it scales, √(2π (a + b)/ab) (a/(a + b))ᵃ (b/(a + b))ᵇ e^…."""
    p, q = np.minimum(a, b), np.maximum(a, b)
    u, v = np.maximum(p, LARGE), np.maximum(q, LARGE)
    remainder = stirling_remainder(u) + stirling_remainder(v) - stirling_remainder(u + v)
    both = np.sqrt(2 * np.pi / u * ((u + v) / v)) * _share(u, v) ** u * _share(v, u) ** v
    both = both * np.exp(remainder + u * _lost(u, v) + v * _lost(v, u))
    one = scipy("gamma")(p) * (v + p) ** -p * np.exp(_log_ratio(p, v))
    return np.where(p >= LARGE, both, np.where((q >= LARGE) & (p > 0), one, scipy("beta")(a, b)))


def _share(a: Array, b: Array) -> Array:
    return a / (a + b)


def _lost(a: Array, b: Array) -> Array:
    """How much larger a/(a + b) is than its rounding, relative: a power multiplies that by its exponent."""
    total, share = a + b, _share(a, b)
    rest = (b - (total - a)) + (a - (total - (total - a)))  # of the sum
    return (product_rest(share, total, a) - share * rest) / a


def product_rest(x: Array, y: Array, z: Array) -> Array:
    """z − x y, where that is nearly 0, exactly; by Dekker's product."""
    (x_high, x_low), (y_high, y_low) = _halves(x), _halves(y)
    return (((z - x_high * y_high) - x_high * y_low) - x_low * y_high) - x_low * y_low


def _halves(x: Array) -> tuple[Array, Array]:
    high = x.astype(np.float32).astype(np.float64)
    return high, x - high


def log_beta(a: Array, b: Array) -> Array:
    """log |B| from log |Γ|; of a large parameter from what it changes."""
    p, q = np.minimum(a, b), np.maximum(a, b)
    v, f = np.maximum(q, LARGE), log_gamma("gammaln")
    u = np.maximum(p, LARGE)
    remainder = stirling_remainder(u) + stirling_remainder(v) - stirling_remainder(u + v)
    both = np.log(2 * np.pi / u * ((u + v) / v)) / 2 - u * np.log1p(v / u) - v * np.log1p(u / v) + remainder
    one = f(p) - p * np.log(v + p) + _log_ratio(p, v)
    large = np.where(p >= LARGE, both, one)
    return np.where((q >= LARGE) & (p > 0), large, f(p) + f(q) - f(a + b))
