"""Bessel and Airy functions; of those by order, K alone has a rule by it.

    C'ᵥ = α Cᵥ₋₁ + β Cᵥ₊₁:      J, Y: ½, −½      I: ½, ½

The scaled one, e^(−|x|) Iᵥ, adds its own multiple, and for large x the three terms cancel. That of order 0 and 1 is an
integral under which one may differentiate, of which no terms cancel:

    e^(−x) Iₖ(x) = 1/π ∫₀^π e^(−x (1 − cos θ)) cos kθ dθ

So is every K, which `special_order` has.

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


def by_order(name: str, below: float, above: float, same: Function | None = None) -> Function:
    """A function of order and argument, with the coefficients of its recurrence."""

    def partial(y: Array, v: Array, x: Array) -> Array:
        slope = below * op(v - 1, x) + above * op(v + 1, x)
        return slope if same is None else slope + same(x) * y

    op = elementwise(in_double(of_scipy(name), name), unknown(name, "v"), partial)
    return op


# fmt: off
jv  = by_order("jv",   0.5, -0.5)
yv  = by_order("yv",   0.5, -0.5)
iv  = by_order("iv",   0.5,  0.5)
kv  = k_by_order(0, 0, False)
ive = by_order("ive",  0.5,  0.5, lambda x: -_sign(x))
kve = k_by_order(0, 0, True)

yn  = by_order("yn",   0.5, -0.5)
jn, kn = jv, kv  # of whole orders

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
k0e = elementwise(of_scipy("k0e"), lambda y, x: k_by_order(0, 1, True)(0.0, x))
k1e = elementwise(of_scipy("k1e"), lambda y, x: k_by_order(0, 1, True)(1.0, x))
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
