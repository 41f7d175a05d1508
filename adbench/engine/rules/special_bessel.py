"""Bessel and Airy functions; of those by order, K alone has a rule by it.

    C'ᵥ = α Cᵥ₋₁ + β Cᵥ₊₁:      J, Y: ½, −½      I: ½, ½      K: −½, −½

The scaled ones, e^(−|x|) Iᵥ and eˣ Kᵥ, add their own multiple, and for large x the three terms cancel. Those of order
0 and 1 are integrals under which one may differentiate; of these no terms cancel:

    e^(−x) Iₖ(x) = 1/π ∫₀^π e^(−x (1 − cos θ)) cos kθ dθ        eˣ Kₖ(x) = ∫₀^∞ e^(−x (cosh t − 1)) cosh kt dt

Source: DLMF §9.2, §10.6, §10.29, §10.32, §10.38.
"""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

import functools

import numpy as np

from adbench.engine.core import Array
from adbench.engine.dispatch import Function
from adbench.engine.primitive import elementwise
from adbench.engine.rules.elementwise import _sign
from adbench.engine.rules.special_order import k_by_order
from adbench.engine.rules.values import Values, in_double, of_scipy, scipy, unknown

NEGLIGIBLE = 40.0  # e^(−40) is below rounding
NODES = 160  # of the trapezoidal rule, which converges faster than any power of them


@functools.cache
def i_scaled_derivative(k: int, n: int) -> Function:
    """The n-th derivative of e^(−|x|) Iₖ(x) for x ≥ 0, and its reflection, for k = 0 and 1; at the kink 0 the mean."""

    def values(x: Array) -> Array:
        size = np.abs(x)
        # With √x sin(θ/2) = s the integrand is a bell of constant width.
        reach = np.minimum(1.0, np.sqrt(NEGLIGIBLE / 2 / np.maximum(size, NEGLIGIBLE / 2)))
        half = 2 * np.arcsin(reach) / NODES
        theta = half[..., None] * (np.arange(NODES) + 0.5)
        gap = 2 * np.sin(theta / 2) ** 2
        terms = np.exp(-size[..., None] * gap) * (-gap) ** n * (1.0 if k == 0 else 1.0 - gap)
        y = terms.sum(-1) * half / np.pi
        return np.where(x > 0, 1.0, np.where(x < 0, (-1.0) ** (n + k), (1 + (-1.0) ** (n + k)) / 2)) * y

    return elementwise(in_double(values, f"i{k}e_{n}"), lambda y, x: i_scaled_derivative(k, n + 1)(x))


@functools.cache
def k_scaled_derivative(k: int, n: int) -> Function:
    """The n-th derivative of eˣ Kₖ(x) for k = 0 and 1, by the integral from 1 on, and below by recurrence."""

    def values(x: Array) -> Array:
        far = np.maximum(x, 1.0)
        step = 2 * np.arcsinh(np.sqrt(NEGLIGIBLE / 2 / far)) / NODES
        t = step[..., None] * np.arange(NODES)
        gap = 2 * np.sinh(t / 2) ** 2
        terms = np.exp(-far[..., None] * gap) * (-gap) ** n * (1.0 if k == 0 else 1.0 + gap)
        smooth = (terms.sum(-1) - terms[..., 0] / 2) * step
        return np.where(x >= 1.0, smooth, by_recurrence(scipy("kve"), k, x, n))

    return elementwise(in_double(values, f"k{k}e_{n}"), lambda y, x: k_scaled_derivative(k, n + 1)(x))


def by_recurrence(kve: Values, v: float, x: Array, n: int) -> Array:
    """The n-th derivative of eˣ Kᵥ(x), from (eˣ Kᵥ)' = eˣ (Kᵥ − ½ Kᵥ₋₁ − ½ Kᵥ₊₁)."""
    if n == 0:
        return np.asarray(kve(v, x))
    return by_recurrence(kve, v, x, n - 1) - 0.5 * (
        by_recurrence(kve, v - 1, x, n - 1) + by_recurrence(kve, v + 1, x, n - 1)
    )


def by_order(
    name: str, below: float, above: float, same: Function | None = None, by_v: Function | None = None
) -> Function:
    """A function of order and argument, with the coefficients of its recurrence."""

    def partial(y: Array, v: Array, x: Array) -> Array:
        slope = below * op(v - 1, x) + above * op(v + 1, x)
        return slope if same is None else slope + same(x) * y

    op = elementwise(of_scipy(name), by_v or unknown(name, "v"), partial)
    return op


# fmt: off
jv  = by_order("jv",   0.5, -0.5)
yv  = by_order("yv",   0.5, -0.5)
iv  = by_order("iv",   0.5,  0.5)
kv  = by_order("kv",  -0.5, -0.5, by_v=lambda y, v, x: k_by_order(1, 0, False)(v, x))
ive = by_order("ive",  0.5,  0.5, lambda x: -_sign(x))
kve = by_order("kve", -0.5, -0.5, lambda x: 1.0, lambda y, v, x: k_by_order(1, 0, True)(v, x))

jn, yn, kn = jv, yv, kv  # of whole orders

j0  = elementwise(of_scipy("j0"),  lambda y, x: -j1(x))
j1  = elementwise(of_scipy("j1"),  lambda y, x: 0.5 * (j0(x) - jv(2, x)))
y0  = elementwise(of_scipy("y0"),  lambda y, x: -y1(x))
y1  = elementwise(of_scipy("y1"),  lambda y, x: 0.5 * (y0(x) - yv(2, x)))
i0  = elementwise(of_scipy("i0"),  lambda y, x: i1(x))
i1  = elementwise(of_scipy("i1"),  lambda y, x: 0.5 * (i0(x) + iv(2, x)))
k0  = elementwise(of_scipy("k0"),  lambda y, x: -k1(x))
k1  = elementwise(of_scipy("k1"),  lambda y, x: -0.5 * (k0(x) + kv(2, x)))
i0e = elementwise(of_scipy("i0e"), lambda y, x: i_scaled_derivative(0, 1)(x))
i1e = elementwise(of_scipy("i1e"), lambda y, x: i_scaled_derivative(1, 1)(x))
k0e = elementwise(of_scipy("k0e"), lambda y, x: k_scaled_derivative(0, 1)(x))
k1e = elementwise(of_scipy("k1e"), lambda y, x: k_scaled_derivative(1, 1)(x))
# fmt: on


def _airy_part(i: int) -> Values:
    def values(x: Array) -> Array:
        return scipy("airy")(x)[i]

    values.__name__ = f"airy_{i}"
    return values


# fmt: off
_ai       = elementwise(_airy_part(0), lambda y, x: _ai_slope(x))
_ai_slope = elementwise(_airy_part(1), lambda y, x: x * _ai(x))
_bi       = elementwise(_airy_part(2), lambda y, x: _bi_slope(x))
_bi_slope = elementwise(_airy_part(3), lambda y, x: x * _bi(x))
# fmt: on


def airy(x: Array) -> tuple[Array, Array, Array, Array]:
    """Ai, Ai', Bi and Bi'."""
    return _ai(x), _ai_slope(x), _bi(x), _bi_slope(x)
