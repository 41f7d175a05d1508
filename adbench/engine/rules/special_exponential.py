"""Exponential integrals, the dilogarithm, entropies and their relatives. Source: DLMF §6.2, §8.19, §25.12."""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

import math
from typing import Any

import numpy as np

from adbench.engine.arrays import none, whole
from adbench.engine.core import Array, plain
from adbench.engine.primitive import elementwise
from adbench.engine.rules.elementwise import exp, log, log1p, where
from adbench.engine.rules.removable import log_quotient
from adbench.engine.rules.values import deviation, in_double, of_scipy, scipy

ROOT, AT_ROOT = 0.3725074107813666, -5.1196989365556847e-17  # Ei, and its value there
NEAR, TERMS = 0.05, 20  # of which the last is below (NEAR/ROOT)²⁰
# 1/e as two numbers, of which x − HIGH is exact near it.
HIGH, LOW = 0.36787944117144233, -1.2428753672788363e-17


@whole
def _expn(n: Any, x: Any) -> Any:
    """SciPy's; for n ≤ 0, which derivatives lead to, from e^(−x) = n Eₙ₊₁ + x Eₙ."""
    order = np.asarray(n)
    y = scipy("expn")(np.maximum(order, 0), x)
    for k in range(-1, int(order.min(initial=0)) - 1, -1):
        y = np.where(order <= k, (np.exp(-x) - k * y) / x, y)
    return y.astype(x.dtype)[()] if isinstance(x, np.ndarray | np.generic) else y


@in_double
def _expi(x: Array) -> Array:
    """SciPy's; near its root by Taylor's series of Ei' = eˣ/x there, x c₁ = eˣ, x cₖ + cₖ₋₁ = eˣ/(k − 1)!."""
    near = np.abs(x - ROOT) < NEAR
    h, series = np.where(near, x - ROOT, 0.0), 0.0 * x
    c = [math.exp(ROOT) / ROOT]
    for k in range(1, TERMS):
        c.append((math.exp(ROOT) / math.factorial(k) - c[-1]) / ROOT)
    for k in range(TERMS, 0, -1):
        series = (series + c[k - 1] / k) * h
    return np.where(near, AT_ROOT + series, scipy("expi")(x))


@in_double
def _entropy_slope(x: Array) -> Array:
    """−log x − 1, near its zero 1/e from the distance to it."""
    near = np.abs(x - HIGH) < 0.2
    return np.where(near, -np.log1p(((np.where(near, x, HIGH) - HIGH) - LOW) * np.e), -np.log(x) - 1.0)


@in_double
def _log_ratio(x: Array, y: Array) -> Array:
    """log(x/y), near 1 from the difference, which is exact."""
    near = (x > 0.5 * y) & (x < 2.0 * y)
    return np.where(near, np.log1p((x - y) / y), np.log(x) - np.log(y))


@in_double
def _kl_div(x: Array, y: Array) -> Array:
    """SciPy's; where x and y are near, y ((1 + μ) log(1 + μ) − μ) for μ = (x − y)/y."""
    near = (x > 0.5 * y) & (x < 2.0 * y)
    m = np.where(near, (x - y) / y, 0.0)
    return np.where(near, y * (m * np.log1p(m) - deviation(m)), scipy("kl_div")(x, y))


def _logit_slope(x: Array) -> Array:
    return 1.0 / (x * (1.0 - x))


def _quotient(x: Array, y: Array) -> Array:
    """x/y, and 0/0 = 0: the derivative of x log y, which is 0 for every y where x is 0."""
    zero = (plain(x) == 0) & (plain(y) == 0)
    return x / y if none(zero) else x / where(zero, 1.0, y)


# fmt: off
entropy_slope = elementwise(_entropy_slope, lambda s, x: -1.0 / x)
log_ratio     = elementwise(_log_ratio,     lambda z, x, y: 1.0 / x, lambda z, x, y: -1.0 / y)

logit_slope   = elementwise(_logit_slope,   lambda s, x: (2.0 * x - 1.0) * s * s)

expi     = elementwise(in_double(_expi, "expi"), lambda y, x: exp(x) / x)
exp1     = elementwise(of_scipy("exp1"),     lambda y, x: -exp(-x) / x)
expn     = elementwise(_expn,                None, lambda y, n, x: -expn(plain(n) - 1, x))
spence   = elementwise(of_scipy("spence"),   lambda y, x: -log_quotient(0)(x))
logit    = elementwise(of_scipy("logit"),    lambda y, x: logit_slope(x))
entr     = elementwise(of_scipy("entr"),     lambda y, x: entropy_slope(x))
rel_entr = elementwise(of_scipy("rel_entr"), lambda z, x, y: log_ratio(x, y) + 1.0, lambda z, x, y: -x / y)
kl_div   = elementwise(_kl_div,               lambda z, x, y: log_ratio(x, y),       lambda z, x, y: (y - x) / y)
xlogy    = elementwise(of_scipy("xlogy"),    lambda z, x, y: log(y),                lambda z, x, y: _quotient(x, y))
xlog1py  = elementwise(of_scipy("xlog1py"),  lambda z, x, y: log1p(y),
                                             lambda z, x, y: _quotient(x, 1.0 + y))
# fmt: on
