"""Plain values of special functions: SciPy's, imported at first use, and helpers for those that are our own."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from adbench.engine.arrays import whole
from adbench.engine.errors import NoRuleBy, ScipyNotInstalled

Values = Callable[..., Any]
SMALL = 0.15  # of μ − log(1 + μ), where it is summed as a series


@functools.cache
def scipy(name: str) -> Values:
    """A function of `scipy.special`.

    Raises:
        ScipyNotInstalled: there is no SciPy.
    """
    try:
        import scipy.special as module
    except ImportError as error:
        raise ScipyNotInstalled(name) from error
    function: Values = getattr(module, name)
    return function


def of_scipy(name: str) -> Values:
    """A function of `scipy.special` that is looked up when it is called."""

    def values(*operands: Any) -> Any:
        return scipy(name)(*operands)

    values.__name__ = name
    return values


def in_double(f: Values, name: str = "") -> Values:
    """`f` evaluated in float64, without warnings of what it discards, and rounded to its operands' dtype."""

    @functools.wraps(f)
    def rounded(*operands: Any) -> Any:
        with np.errstate(all="ignore"):
            y = f(*[np.asarray(x, dtype=np.float64) for x in operands])
        dtype = np.result_type(*operands)
        return np.asarray(y).astype(dtype if dtype.kind == "f" else np.float64)[()]

    rounded.__name__ = name or f.__name__
    return whole(rounded)


def unknown(name: str, operand: str) -> Values:
    """The partial derivative that is not known: to ask for it is an error."""

    def refuse(*operands: Any) -> Any:
        raise NoRuleBy(f"special.{name}", operand)

    return refuse


@functools.cache
def gauss_legendre(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights of Gauss–Legendre quadrature on [0, 1]; NumPy's, whose last digits a Newton step restores."""
    x = np.polynomial.legendre.leggauss(n)[0].astype(np.longdouble)
    before: Any = np.ones_like(x)
    p: Any = x
    for k in range(2, n + 1):
        before, p = p, ((2 * k - 1) * x * p - (k - 1) * before) / k
    slope = n * (before - x * p) / ((1 - x) * (1 + x))
    # The weight 2/((1 − x²) P'²) is stationary at a node, but for the factor 1 − x²; so it needs the better one.
    nodes = x - p / slope
    slope = slope - (p / slope) * (2 * x * slope - n * (n + 1) * p) / ((1 - x) * (1 + x))
    weights = 1 / ((1 - nodes) * (1 + nodes) * slope**2)
    return ((nodes + 1) / 2).astype(np.float64), weights.astype(np.float64)


def integral(f: Values, x: np.ndarray, nodes: int = 32) -> np.ndarray:
    """∫₀¹ f(u, x) du for each x."""
    u, w = gauss_legendre(nodes)
    return np.asarray((f(u, x[..., None]) * w).sum(-1))


def deviation(m: np.ndarray) -> np.ndarray:
    """μ − log(1 + μ), near 0 from log(1 + μ) = 2 artanh v for v = μ/(2 + μ)."""
    v = np.where(np.abs(m) < SMALL, m / (2 + m), 0.0)
    power, series = v.copy(), np.zeros_like(v)
    for k in range(3, 19, 2):
        power = power * v * v
        series = series + 2 * power / k
    return np.where(np.abs(m) < SMALL, m * v - series, m - np.log1p(m))
