"""Inverses and linear systems: dZ = X⁻¹ (dB − dX Z)."""

from __future__ import annotations

from typing import Any

from adbench.cases.linalg.common import F64, T, define, eye, ill_conditioned, regular

from adbench.case import DTYPES


def beside(xp, units, axes):
    """Units with as many axes behind the first as what they are multiplied with."""
    missing = (1,) * (axes + 1 - units.ndim)
    return xp.reshape(units, units.shape[:1] + missing + units.shape[1:])


def d_solve_by_matrix(xp, dX, X, b):
    Z = xp.linalg.solve(X, b)
    dX = beside(xp, dX, b.ndim)
    return -xp.linalg.inv(X) @ (dX @ Z) if b.ndim > 1 else -(dX @ Z) @ T(xp, xp.linalg.inv(X))


def d_solve_by_right(xp, db, X, b):
    return xp.linalg.inv(X) @ beside(xp, db, X.ndim) if b.ndim > 1 else db @ T(xp, xp.linalg.inv(X))


SYSTEMS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "vector": (regular(3, 3, b=(3,)), DTYPES),
    "matrix": (regular(3, 3, b=(3, 2)), DTYPES),
    "stack": (regular(2, 3, 3, b=(2, 3, 2)), DTYPES),
    "matrix_broadcast": (regular(3, 3, b=(2, 3, 2)), DTYPES),
    "right_broadcast": (regular(2, 3, 3, b=(3, 2)), DTYPES),
    "one": (regular(1, 1, b=(1, 2)), DTYPES),
    "ill": (ill_conditioned(3, b=(3,)), F64),
}
for suffix, (inputs, dtypes) in SYSTEMS.items():
    define(
        f"solve_{suffix}",
        lambda xp, X, b: xp.linalg.solve(X, b),
        {"X": d_solve_by_matrix, "b": d_solve_by_right},
        inputs,
        "Z = X⁻¹ b; dZ = X⁻¹ (db − dX Z).",
        dtypes=dtypes,
    )


def triangle(xp, X, lower, off=0):
    """One triangle of X, from the diagonal or, with `off` 1, from the one beside it on."""
    return xp.tril(X, k=-off) if lower else xp.triu(X, k=off)


def _define_triangular(name: str, inputs: Any, **options: Any) -> None:
    lower, unit, trans = (options.get(k, False) for k in ("lower", "unit_diagonal", "trans"))

    def factor(xp, X):
        L = triangle(xp, X, lower, int(unit)) + (eye(xp, X) if unit else 0)
        return T(xp, L) if trans else L

    def by_matrix(xp, dX, X, b):
        dL = triangle(xp, dX, lower, int(unit))
        return d_solve_by_matrix(xp, T(xp, dL) if trans else dL, factor(xp, X), b)

    def by_right(xp, db, X, b):
        return d_solve_by_right(xp, db, factor(xp, X), b)

    given = ", ".join(f"{k}={v}" for k, v in options.items())
    define(
        name,
        lambda xp, X, b: xp.linalg.solve_triangular(X, b, **options),
        {"X": by_matrix, "b": by_right},
        inputs,
        f"Z = solve_triangular(X, b, {given}): one triangle of X alone is looked at.",
        source="scipy.linalg.solve_triangular",
    )


for name, inputs, options in (
    ("solve_triangular_lower", regular(3, 3, b=(3, 2)), {"lower": True}),
    ("solve_triangular_upper", regular(3, 3, b=(3, 2)), {"lower": False}),
    ("solve_triangular_vector", regular(3, 3, b=(3,)), {"lower": True}),
    ("solve_triangular_transposed", regular(3, 3, b=(3, 2)), {"lower": True, "trans": 1}),
    ("solve_triangular_unit", regular(3, 3, b=(3, 2)), {"lower": False, "unit_diagonal": True}),
):
    _define_triangular(name, inputs, **options)
