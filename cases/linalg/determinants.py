"""Determinants: d det X = det X · tr(X⁻¹ dX)."""

from __future__ import annotations

from typing import Any

import numpy as np
from adbench.cases.linalg.common import F64, HAZARD, NOTES, define, eye, ill_conditioned, normal, regular, tr

from adbench.case import DTYPES


def d_det(xp, dX, X):
    return xp.linalg.det(X) * tr(xp, xp.linalg.inv(X) @ dX)


def d_logdet(xp, dX, X):
    return tr(xp, xp.linalg.inv(X) @ dX)


def d_det_by_cofactors(xp, dX, X):
    """Of three rows: d det X = Σ (dX)ᵢ · (Xⱼ × X_k), for any X."""
    turned = xp.stack([xp.linalg.cross(X[i - 2, :], X[i - 1, :]) for i in range(3)])
    return xp.sum(dX * turned, axis=(-2, -1))


SQUARES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "": (regular(3, 3), DTYPES),
    "_one": (regular(1, 1), DTYPES),
    "_four": (normal(X=(4, 4)), F64),
    "_stack": (regular(2, 3, 3), DTYPES),
    "_ill": (ill_conditioned(3), F64),
}
for suffix, (inputs, dtypes) in SQUARES.items():
    points = {"inputs": inputs, "dtypes": dtypes}
    define(f"det{suffix}", lambda xp, X: xp.linalg.det(X), {"X": d_det}, formula="y = det X.", **points)
    define(
        f"slogdet{suffix}",
        lambda xp, X: xp.linalg.slogdet(X)[1],
        {"X": d_logdet},
        formula="y = log |det X|, from slogdet.",
        **points,
    )
    define(
        f"inv{suffix}",
        lambda xp, X: xp.linalg.inv(X),
        {"X": lambda xp, dX, X: -xp.linalg.inv(X) @ dX @ xp.linalg.inv(X)},
        formula="Y = X⁻¹; dY = −X⁻¹ dX X⁻¹.",
        **points,
    )

for name, X in {
    "det_singular": [[1.1, 2.3, 3.7], [2.2, 4.6, 7.4], [1.3, 0.4, 1.9]],
    "det_zero_column": [[1.1, 0.0, 3.3], [2.3, 0.0, 6.5], [1.7, 0.0, 0.9]],
}.items():
    define(
        name,
        lambda xp, X: xp.linalg.det(X),
        {"X": d_det_by_cofactors},
        {"X": X},
        f"y = det X, of a singular matrix: dy = ⟨cofactors, dX⟩; X = {X}.",
        tags=HAZARD,
    )
define(
    "slogdet_overflowing",
    lambda xp, X: xp.linalg.slogdet(X)[1],
    {"X": d_logdet},
    {"X": np.array([[2.0, 1.0, 0.0], [0.5, 3.0, 1.0], [0.0, 1.0, 4.0]]) * 1e120},
    "y = log |det X|, where det X overflows.",
    dtypes=F64,
    tags=HAZARD,
)
define(
    "logdet_covariance",
    lambda xp, X: xp.linalg.slogdet(X.T @ X + eye(xp, X))[1],
    {"X": lambda xp, dX, X: 2 * tr(xp, xp.linalg.inv(X.T @ X + eye(xp, X)) @ X.T @ dX)},
    normal(X=(4, 3)),
    "y = log det(XᵀX + I); dy = 2 tr((XᵀX + I)⁻¹ Xᵀ dX).",
    source=NOTES,
)
