"""Spectra and singular values.

Of S = (X + Xᵀ)/2 = V diag(λ) Vᵀ: dλᵢ = vᵢᵀ dS vᵢ, dV = V (F ∘ VᵀdS V), F[i, j] = 1/(λⱼ − λᵢ). Of
X = U diag(σ) Vᵀ: dσᵢ = uᵢᵀ dX vᵢ.
"""

from __future__ import annotations

from adbench.cases.linalg.common import F64, HAZARD, PERTURBATION, T, define, eye, normal, regular, sym, symmetric

from adbench.case import DTYPES


def in_basis(xp, dX, X):
    values, V = xp.linalg.eigh(sym(xp, X))
    return values, V, T(xp, V) @ sym(xp, dX) @ V


def d_values(xp, dX, X):
    return xp.linalg.diagonal(in_basis(xp, dX, X)[2])


def d_projector(xp, dX, X):
    """Of P = v vᵀ for the lowest eigenvalue."""
    values, V, D = in_basis(xp, dX, X)
    weights = D[..., 1:, 0] / (values[..., None, :1] - values[..., None, 1:])[..., 0, :]
    dv = xp.matmul(V[..., :, 1:], weights[..., None])
    half = dv @ T(xp, V[..., :, :1])
    return half + T(xp, half)


def d_exponential(xp, dX, X):
    """V (G ∘ VᵀdS V) Vᵀ with the divided differences of exp."""
    values, V, D = in_basis(xp, dX, X)
    a, b = values[..., :, None], values[..., None, :]
    unit = eye(xp, X)
    apart = (xp.exp(a) - xp.exp(b)) / (a - b + unit)
    return V @ (D * (apart * (1 - unit) + xp.exp(a) * unit)) @ T(xp, V)


def eigvalsh(xp, X):
    return xp.linalg.eigvalsh(sym(xp, X))


def projector(xp, X):
    v = xp.linalg.eigh(sym(xp, X))[1][..., :, :1]
    return v @ T(xp, v)


def exponential(xp, X):
    values, V = xp.linalg.eigh(sym(xp, X))
    return (V * xp.exp(values)[..., None, :]) @ T(xp, V)


CLOSE = (1.0, 1.0 + 1e-6, 2.0)
for suffix, inputs, dtypes, tags in (
    ("", symmetric(3, (-1.0, 0.5, 2.0)), DTYPES, ()),
    ("_stack", symmetric(3, (-1.0, 0.5, 2.0), (2,)), DTYPES, ()),
    ("_wide", symmetric(3, (1e-8, 1.0, 2.0)), F64, ()),
    ("_close", symmetric(3, CLOSE), F64, HAZARD),
):
    for name, function, differential, formula in (
        ("eigvalsh", eigvalsh, d_values, "λ of (X + Xᵀ)/2; dλᵢ = vᵢᵀ dS vᵢ."),
        ("eigh_projector", projector, d_projector, "v vᵀ for the lowest eigenvalue of (X + Xᵀ)/2."),
        ("eigh_exponential", exponential, d_exponential, "V exp(Λ) Vᵀ of (X + Xᵀ)/2."),
    ):
        define(
            f"{name}{suffix}",
            function,
            {"X": differential},
            inputs,
            formula,
            dtypes=dtypes,
            tags=tags,
            source=PERTURBATION,
        )


# Singular values of X = U diag(σ) Vᵀ: dσᵢ = uᵢᵀ dX vᵢ


def svd(xp, X):
    return xp.linalg.svd(X, full_matrices=False)


def d_svdvals(xp, dX, X):
    U, _, Vt = svd(xp, X)
    return xp.linalg.diagonal(T(xp, U) @ dX @ T(xp, Vt))


def leading(xp, X):
    """σ₁ u₁ v₁ᵀ, the nearest matrix of rank 1."""
    U, s, Vt = svd(xp, X)
    return s[0] * U[:, :1] @ Vt[:1, :]


def d_leading(xp, dX, X):
    """X P for the projector P on v₁, an eigenvector of XᵀX."""
    values, V = xp.linalg.eigh(X.T @ X)
    D = T(xp, V) @ (T(xp, dX) @ X + X.T @ dX) @ V
    last = V[:, -1:]
    dv = xp.matmul(V[:, :-1], D[..., :-1, -1:] / (values[-1] - values[:-1])[:, None])
    return dX @ last @ last.T + X @ (dv @ last.T + last @ T(xp, dv))


TALL, WIDE = regular(4, 3), regular(3, 4)
for suffix, inputs in (("tall", TALL), ("wide", WIDE), ("square", regular(3, 3)), ("stack", regular(2, 3, 2))):
    define(
        f"svdvals_{suffix}",
        lambda xp, X: xp.linalg.svdvals(X),
        {"X": d_svdvals},
        inputs,
        "σ of X = UΣVᵀ; dσᵢ = uᵢᵀ dX vᵢ.",
        source=PERTURBATION,
    )
for suffix, inputs in (("tall", TALL), ("wide", WIDE)):
    define(
        f"svd_leading_{suffix}",
        lambda xp, X: leading(xp, X),
        {"X": d_leading},
        inputs,
        "σ₁ u₁ v₁ᵀ, the nearest matrix of rank 1.",
        source=PERTURBATION,
    )


def d_pinv(xp, dX, X):
    P = xp.linalg.pinv(X)
    outside, kernel = eye(xp, X, -2) - X @ P, eye(xp, X) - P @ X
    return -P @ dX @ P + P @ T(xp, P) @ T(xp, dX) @ outside + kernel @ T(xp, dX) @ T(xp, P) @ P


for suffix, inputs in (
    ("tall", TALL),
    ("wide", WIDE),
    ("square", regular(3, 3)),
    ("stack", regular(2, 4, 3)),
    ("column", normal(X=(4, 1))),
):
    define(
        f"pinv_{suffix}",
        lambda xp, X: xp.linalg.pinv(X),
        {"X": d_pinv},
        inputs,
        "P = X⁺; dP = −P dX P + P Pᵀ dXᵀ (I − X P) + (I − P X) dXᵀ Pᵀ P.",
        source="Golub & Pereyra (1973)",
    )
