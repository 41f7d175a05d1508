"""Norms, powers and exponentials."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from adbench.cases.linalg.common import F64, HAZARD, T, define, eye, normal, regular
from adbench.cases.linalg.spectra import WIDE, svd

from adbench.case import DTYPES

# Norms


def inner(xp, A, B):
    return xp.sum(A * B, axis=(-2, -1))


def d_frobenius(xp, dX, X):
    return inner(xp, dX, X) / xp.sqrt(inner(xp, X, X))


def d_nuclear(xp, dX, X):
    U, _, Vt = svd(xp, X)
    return inner(xp, dX, U @ Vt)


def d_spectral(which: int) -> Callable[..., Any]:
    def differential(xp, dX, X):
        U, _, Vt = svd(xp, X)
        return xp.linalg.diagonal(T(xp, U) @ dX @ T(xp, Vt))[..., which]

    return differential


def d_sums(axis: int, largest: bool) -> Callable[..., Any]:
    """Of the largest or smallest sum of magnitudes along an axis."""

    def differential(xp, dX, X):
        sums = xp.sum(xp.abs(X), axis=axis, keepdims=True)
        other = -3 - axis
        extreme = (xp.max if largest else xp.min)(sums, axis=other, keepdims=True)
        chosen = xp.where(sums == extreme, xp.ones_like(sums), xp.zeros_like(sums))
        return inner(xp, dX, xp.sign(X) * chosen)

    return differential


def norm_of(order: Any, **options: Any) -> Callable[..., Any]:
    return lambda xp, X: xp.linalg.matrix_norm(X, ord=order, **options)


def kept(differential: Callable[..., Any]) -> Callable[..., Any]:
    return lambda xp, dX, X: differential(xp, dX, X)[..., None, None]


ORDERS: dict[str, tuple[Any, Callable[..., Any]]] = {
    "frobenius": ("fro", d_frobenius),
    "nuclear": ("nuc", d_nuclear),
    "two": (2, d_spectral(0)),
    "minus_two": (-2, d_spectral(-1)),
    "one": (1, d_sums(-2, True)),
    "minus_one": (-1, d_sums(-2, False)),
    "infinity": (math.inf, d_sums(-1, True)),
    "minus_infinity": (-math.inf, d_sums(-1, False)),
}
for name, (order, differential) in ORDERS.items():
    define(f"matrix_norm_{name}", norm_of(order), {"X": differential}, WIDE, f"‖X‖ of order {order}.")
    define(
        f"matrix_norm_{name}_stack_kept",
        norm_of(order, keepdims=True),
        {"X": kept(differential)},
        regular(2, 4, 3),
        f"‖X‖ of order {order} of a stack, with its axes kept.",
    )


# Powers and exponentials


def d_power(n: int) -> Callable[..., Any]:
    """Σ Xᵏ dX Xⁿ⁻¹⁻ᵏ; of a negative power through d(X⁻¹)."""

    def differential(xp, dX, X):
        if n < 0:
            inverse = xp.linalg.inv(X)
            X, dX = inverse, -inverse @ dX @ inverse
        powers = [eye(xp, X)]
        for _ in range(abs(n) - 1):
            powers.append(powers[-1] @ X)
        return sum(powers[k] @ dX @ powers[-1 - k] for k in range(abs(n)))

    return differential


def power_of(n: int) -> Callable[..., Any]:
    return lambda xp, X: xp.linalg.matrix_power(X, n)


for n in (1, 2, 3, 6, -1, -2):
    define(
        f"matrix_power_{n}".replace("-", "minus_"),
        power_of(n),
        {"X": d_power(n)},
        regular(3, 3),
        f"X to the power {n}: dY = Σ Xᵏ dX Xⁿ⁻¹⁻ᵏ.",
    )
define(
    "matrix_power_stack",
    power_of(3),
    {"X": d_power(3)},
    regular(2, 3, 3),
    "X³ of a stack.",
)


def d_expm(xp, dX, X):
    """The corner of exp [[X, dX], [0, X]]."""
    n = X.shape[-1]
    X = xp.broadcast_to(X, dX.shape)
    block = xp.concat([xp.concat([X, dX], axis=-1), xp.concat([xp.zeros_like(X), X], axis=-1)], axis=-2)
    return xp.linalg.expm(block)[..., :n, n:]


for suffix, inputs, dtypes, tags in (
    ("", normal(X=(2, 2)), DTYPES, ()),
    ("_stack", normal(X=(2, 2, 2)), DTYPES, ()),
    ("_nilpotent", {"X": [[0.0, 2.0, 3.0], [0.0, 0.0, 4.0], [0.0, 0.0, 0.0]]}, DTYPES, HAZARD),
    ("_large", {"X": [[3.0, 5.0], [-5.0, 2.0]]}, F64, ()),
    ("_defective", {"X": [[1.0, 1.0], [0.0, 1.0]]}, DTYPES, HAZARD),
):
    define(
        f"expm{suffix}",
        lambda xp, X: xp.linalg.expm(X),
        {"X": d_expm},
        inputs,
        "exp X by its series; dY is the corner of exp [[X, dX], [0, X]].",
        dtypes=dtypes,
        tags=tags,
        source="Van Loan, Computing integrals involving the matrix exponential (1978)",
    )
