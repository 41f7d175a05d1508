"""Cholesky and QR: with S = L Lᵀ, dL = L Φ(L⁻¹ dS L⁻ᵀ); Φ keeps a triangle and halves the diagonal."""

from __future__ import annotations

from adbench.cases.linalg.common import F64, PERTURBATION, T, define, eye, regular, sym, symmetric

from adbench.case import DTYPES


def phi(xp, S):
    return xp.tril(S) - S * eye(xp, S) / 2


def d_cholesky(xp, dX, X):
    L = xp.linalg.cholesky(sym(xp, X))
    inverse = xp.linalg.inv(L)
    return L @ phi(xp, inverse @ sym(xp, dX) @ T(xp, inverse))


def cholesky(xp, X):
    return xp.linalg.cholesky(sym(xp, X))


def cholesky_upper(xp, X):
    return xp.linalg.cholesky(sym(xp, X), upper=True)


SPREAD, FAR = (1.0, 2.0, 3.5), (1.0, 1e-4, 1e-8)
for suffix, inputs, dtypes, upper in (
    ("", symmetric(3, SPREAD), DTYPES, False),
    ("_upper", symmetric(3, SPREAD), DTYPES, True),
    ("_stack", symmetric(3, SPREAD, (2,)), DTYPES, False),
    ("_one", symmetric(1, (2.0,)), DTYPES, False),
    ("_ill", symmetric(3, FAR), F64, False),
):
    define(
        f"cholesky{suffix}",
        cholesky_upper if upper else cholesky,
        {"X": (lambda xp, dX, X: T(xp, d_cholesky(xp, dX, X))) if upper else d_cholesky},
        inputs,
        "U, (X + Xᵀ)/2 = UᵀU." if upper else "L, (X + Xᵀ)/2 = L Lᵀ; dL = L Φ(L⁻¹ dS L⁻ᵀ).",
        dtypes=dtypes,
        source=PERTURBATION,
    )


def positive_qr(xp, X):
    """The factors with a positive diagonal of R, which are unique."""
    Q, R = xp.linalg.qr(X)
    signs = xp.sign(xp.linalg.diagonal(R))
    return Q * signs[..., None, :], signs[..., :, None] * R


def d_qr(xp, dX, X):
    Q, R = positive_qr(xp, X)
    M = dX @ xp.linalg.inv(R)
    A = T(xp, Q) @ M
    W = T(xp, phi(xp, A + T(xp, A)))
    return M - Q @ W, W @ R


for suffix, inputs in (("tall", regular(4, 2)), ("square", regular(3, 3)), ("stack", regular(2, 4, 2))):
    for factor, function, differential in (
        ("q", lambda xp, X: positive_qr(xp, X)[0], lambda xp, dX, X: d_qr(xp, dX, X)[0]),
        ("r", lambda xp, X: positive_qr(xp, X)[1], lambda xp, dX, X: d_qr(xp, dX, X)[1]),
    ):
        define(
            f"qr_{factor}_{suffix}",
            function,
            {"X": differential},
            inputs,
            f"{factor.upper()} of X = QR with a positive diagonal of R.",
            source=PERTURBATION,
        )
