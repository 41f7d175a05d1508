"""Two operands, of which one may be real: its gradient is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from adbench.cases.complex.common import F64, Function, Inputs, Shape, define

from adbench.case import DTYPES


def spread_out(xp, d, like):
    """A stack of scalars, to be multiplied with arrays like `like`."""
    return xp.reshape(d, d.shape[:1] + (1,) * (like.ndim + 1 - d.ndim) + d.shape[1:])


OPERATIONS: dict[str, tuple[str, Function, Function, Function]] = {
    "add": ("+", lambda xp, p, q: p + q, lambda xp, p, q: 1, lambda xp, p, q: 1),
    "subtract": ("−", lambda xp, p, q: p - q, lambda xp, p, q: 1, lambda xp, p, q: -1),
    "multiply": ("·", lambda xp, p, q: p * q, lambda xp, p, q: q, lambda xp, p, q: p),
    "divide": ("/", lambda xp, p, q: p / q, lambda xp, p, q: 1 / q, lambda xp, p, q: -p / (q * q)),
    "pow": ("**", lambda xp, p, q: p**q,
        lambda xp, p, q: q * p ** (q - 1), lambda xp, p, q: p**q * xp.log(p)),
}  # fmt: skip
# Of p and of q the shape, and whether it is complex. The output has the shape of the longer one.
OPERANDS: dict[str, tuple[Shape, bool, Shape, bool]] = {
    "complex": ((3,), True, (3,), True),
    "real_left": ((3,), False, (3,), True),
    "real_right": ((3,), True, (3,), False),
    "real_scalar": ((), False, (2, 2), True),
    "scalar_beside_real": ((), True, (3,), False),
}


def numbers(rng: Any, shape: Shape, pair: bool) -> np.ndarray:
    """Complex ones, or real ones above 0, of which there are powers."""
    x = rng.uniform(0.5, 1.5, shape)
    return x * np.exp(1j * rng.uniform(-2.5, 2.5, shape)) if pair else x


def operands(of_p: Shape, pair_p: bool, of_q: Shape, pair_q: bool) -> Callable[..., Inputs]:
    return lambda rng: {"p": numbers(rng, of_p, pair_p), "q": numbers(rng, of_q, pair_q)}


def by(slope: Function) -> Function:
    return lambda xp, d, p, q: (slope(xp, p, q) + 0 * (p + q)) * spread_out(xp, d, p + q)


for kind, (of_p, pair_p, of_q, pair_q) in OPERANDS.items():
    for name, (sign, function, by_p, by_q) in OPERATIONS.items():
        define(
            f"{name}_{kind}",
            function,
            {"p": by(by_p), "q": by(by_q)},
            operands(of_p, pair_p, of_q, pair_q),
            f"p {sign} q; p {'complex' if pair_p else 'real'} {of_p}, q {'complex' if pair_q else 'real'} {of_q}.",
            dtypes=F64 if "scalar" in kind else DTYPES,
        )
