"""Exponential integrals, the dilogarithm, entropies and their relatives. Source: DLMF §6.2, §8.19, §25.12."""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.engine.arrays import none
from adbench.engine.core import Array, plain
from adbench.engine.primitive import elementwise
from adbench.engine.rules.elementwise import exp, log, log1p, where
from adbench.engine.rules.removable import log_quotient
from adbench.engine.rules.values import in_double, of_scipy, scipy

# 1/e as two numbers, of which x − HIGH is exact near it.
HIGH, LOW = 0.36787944117144233, -1.2428753672788363e-17


def _expn(n: Any, x: Any) -> Any:
    """SciPy's; for n ≤ 0, which derivatives lead to, from e^(−x) = n Eₙ₊₁ + x Eₙ."""
    order = np.asarray(n)
    y = scipy("expn")(np.maximum(order, 0), x)
    for k in range(-1, int(order.min(initial=0)) - 1, -1):
        y = np.where(order <= k, (np.exp(-x) - k * y) / x, y)
    return y.astype(x.dtype)[()] if isinstance(x, np.ndarray | np.generic) else y


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


def _quotient(x: Array, y: Array) -> Array:
    """x/y, and 0/0 = 0: the derivative of x log y, which is 0 for every y where x is 0."""
    zero = (plain(x) == 0) & (plain(y) == 0)
    return x / y if none(zero) else x / where(zero, 1.0, y)


# fmt: off
entropy_slope = elementwise(_entropy_slope, lambda s, x: -1.0 / x)
log_ratio     = elementwise(_log_ratio,     lambda z, x, y: 1.0 / x, lambda z, x, y: -1.0 / y)

expi     = elementwise(of_scipy("expi"),     lambda y, x: exp(x) / x)
exp1     = elementwise(of_scipy("exp1"),     lambda y, x: -exp(-x) / x)
expn     = elementwise(_expn,                None, lambda y, n, x: -expn(plain(n) - 1, x))
spence   = elementwise(of_scipy("spence"),   lambda y, x: -log_quotient(0)(x))
logit    = elementwise(of_scipy("logit"),    lambda y, x: 1.0 / (x * (1.0 - x)))
entr     = elementwise(of_scipy("entr"),     lambda y, x: entropy_slope(x))
rel_entr = elementwise(of_scipy("rel_entr"), lambda z, x, y: log_ratio(x, y) + 1.0, lambda z, x, y: -x / y)
kl_div   = elementwise(of_scipy("kl_div"),   lambda z, x, y: log_ratio(x, y),       lambda z, x, y: (y - x) / y)
xlogy    = elementwise(of_scipy("xlogy"),    lambda z, x, y: log(y),                lambda z, x, y: _quotient(x, y))
xlog1py  = elementwise(of_scipy("xlog1py"),  lambda z, x, y: log1p(y),
                                             lambda z, x, y: _quotient(x, 1.0 + y))
# fmt: on
