"""Functions with a removable singularity, and their derivatives of every order, each a primitive of its own.

    sinc x = sin πx / πx = ∫₀¹ cos πxu du           log x / (x − 1) = ∫₀¹ du / (1 + (x − 1) u)

The quotients cancel at the singularity, each derivative worse than the last. The integrals under which one may
differentiate do not, and Gauss–Legendre quadrature of so smooth functions is exact to rounding.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from adbench.engine.core import Array
from adbench.engine.dispatch import Function
from adbench.engine.primitive import elementwise
from adbench.engine.rules.values import in_double, integral

NEAR = 0.75  # of log x / (x − 1), the distance from 1 up to which the integral is used


@functools.cache
def sinc_derivative(m: int) -> Function:
    """The m-th derivative of sinc."""

    def derivative(x: Array) -> Array:
        near = np.abs(x) < (m + 1) / 2
        quotient, far = 0.0 * x, np.where(near, 1.0, x)
        for k in range(m + 1):  # x s⁽ᵏ⁾ + k s⁽ᵏ⁻¹⁾ is the k-th derivative of (sin πx)/π
            quotient = (np.pi ** (k - 1) * sine(far, k) - k * quotient) / far
        smooth = np.pi**m * integral(lambda u, x: u**m * sine(x * u, m + 1), np.where(near, x, 0.0))
        return np.where(near, smooth, quotient)

    return elementwise(in_double(derivative, f"sinc_{m}"), lambda y, x: sinc_derivative(m + 1)(x))


def sine(x: Array, k: int) -> Array:
    """sin(πx + kπ/2), free of the rounding of πx."""
    whole = np.round(x)
    rest = x - whole
    away = np.pi * (0.5 - np.abs(rest))  # from where the cosine is 0
    near = np.abs(rest) < 0.25
    if k % 2 == 0:
        y = np.where(near, np.sin(np.pi * rest), np.sign(rest) * np.cos(away))
    else:
        y = np.where(near, np.cos(np.pi * rest), np.sin(away))
    return np.where(np.remainder(whole, 2.0) == 0, y, -y) * (1.0 if k % 4 < 2 else -1.0)


@functools.cache
def log_quotient(m: int) -> Function:
    """The m-th derivative of log x / (x − 1)."""

    def derivative(x: Array) -> Array:
        t = x - 1.0
        near = np.abs(t) < NEAR
        far = np.where(near, 2.0, x)
        quotient = np.log(far) / (far - 1.0)
        for k in range(1, m + 1):  # t q⁽ᵏ⁾ + k q⁽ᵏ⁻¹⁾ is the k-th derivative of log x
            log_derivative = (-1.0) ** (k - 1) * math.factorial(k - 1) / far**k
            quotient = (log_derivative - k * quotient) / (far - 1.0)
        smooth = integral(lambda u, t: u**m / (1.0 + t * u) ** (m + 1), np.where(near, t, 0.0))
        return np.where(near, (-1.0) ** m * math.factorial(m) * smooth, quotient)

    return elementwise(in_double(derivative, f"log_quotient_{m}"), lambda y, x: log_quotient(m + 1)(x))


def _sinc(x: Array) -> Array:
    zero = x == 0
    return np.where(zero, 1.0, sine(x, 0) / (np.pi * np.where(zero, 1.0, x)))


sinc = elementwise(in_double(_sinc), lambda y, x: sinc_derivative(1)(x))
