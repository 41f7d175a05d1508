"""Derivatives by the order of K and ζ, from an integral and a series under which one may differentiate.

    Kᵥ(x)   = ∫₀^∞ e^(−x cosh t) cosh vt dt
    ζ(s, q) = Σ_{k<N} (q + k)^(−s) + M^(1−s)/(s − 1) + M^(−s)/2 + Σ B₂ⱼ/(2j)! s (s + 1) … (s + 2j − 2) M^(1−s−2j),
              M = q + N

Their integrands and terms have one sign, and so has what differentiating adds: no digits cancel between them.
Source: DLMF §10.32, §25.11.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from adbench.engine.core import Array
from adbench.engine.dispatch import Function
from adbench.engine.primitive import elementwise
from adbench.engine.rules.values import in_double, scipy

NEGLIGIBLE = 40.0  # e^(−40) is below rounding
NODES = 200  # of the trapezoidal rule, which converges faster than any power of them
SHIFT = 12  # N, after which the asymptotic series has all digits
BERNOULLI = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510]  # B₂, B₄, …


@functools.cache
def k_by_order(m: int, n: int, scaled: bool) -> Function:
    """∂ᵐ/∂vᵐ ∂ⁿ/∂xⁿ of Kᵥ(x), or of eˣ Kᵥ(x), by the trapezoidal rule."""

    def values(v: Array, x: Array) -> Array:
        v, x = np.broadcast_arrays(v, x)
        rise = np.abs(v) + n  # e^(rise t), to which what decays has to catch up
        reach = NEGLIGIBLE + rise * np.log1p(2 * (NEGLIGIBLE + rise) / x)
        step = 2 * np.arcsinh(np.sqrt(reach / 2 / x)) / NODES
        t = step[..., None] * np.arange(NODES)
        gap, vt = 2 * np.sinh(t / 2) ** 2, v[..., None] * t  # cosh t − 1
        decay, odd = -x[..., None] * gap, m % 2
        near = np.exp(decay) * (np.sinh(vt) if odd else np.cosh(vt))
        far = np.exp(np.abs(vt) + decay) / 2 * (np.sign(vt) if odd else 1.0)  # where a hyperbolic function overflows
        terms = np.where(np.abs(vt) < 40.0, near, far) * t**m * (-gap if scaled else -1.0 - gap) ** n
        y = (terms.sum(-1) - terms[..., 0] / 2) * step
        y = y if scaled else np.exp(-x) * y
        return np.where(x > 0, y, (-1.0) ** n * scipy("kv")(v, x))  # infinite at 0, not a number below

    return elementwise(
        in_double(values, f"k{'e' * scaled}_by_order_{m}_{n}"),
        lambda y, v, x: k_by_order(m + 1, n, scaled)(v, x),
        lambda y, v, x: k_by_order(m, n + 1, scaled)(v, x),
    )


@functools.cache
def zeta_by_order(m: int) -> Function:
    """∂ᵐ/∂sᵐ of ζ(s, q)."""

    def values(s: Array, q: Array) -> Array:
        y = sum((-np.log(q + k)) ** m * (q + k) ** -s for k in range(SHIFT))
        M = q + SHIFT
        # By powers of what s grows by: M^(−s), and below 1/(s − 1) and s (s + 1) … (s + 2j − 2).
        powers = [(-np.log(M)) ** i / math.factorial(i) * M**-s for i in range(m + 1)]
        pole = [(-1.0) ** i / (s - 1) ** (i + 1) for i in range(m + 1)]
        y = y + math.factorial(m) * M * product(powers, pole, m)
        y = y + math.factorial(m) * powers[m] / 2
        rising, scale = [s, np.ones_like(s)], M ** -1.0
        for j, number in enumerate(BERNOULLI, 1):
            y = y + number * math.factorial(m) / math.factorial(2 * j) * scale * product(powers, rising, m)
            for k in (2 * j - 1, 2 * j):
                rising = [product(rising, [s + k, np.ones_like(s)], i) for i in range(m + 1)]
            scale = scale / (M * M)
        return np.asarray(y)

    return elementwise(
        in_double(values, f"zeta_by_order_{m}"),
        lambda y, s, q: zeta_by_order(m + 1)(s, q),
        lambda y, s, q: -s * zeta_by_order(m)(s + 1.0, q) - (m * zeta_by_order(m - 1)(s + 1.0, q) if m else 0.0),
    )


def product(x: list[Array], y: list[Array], i: int) -> Array:
    """The i-th coefficient of the product of two polynomials."""
    return sum(x[k] * y[i - k] for k in range(i + 1) if k < len(x) and i - k < len(y))
