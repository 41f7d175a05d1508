"""Functions of matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from adbench.cases.complex.common import Function, H, Inputs, define, drawn, hermitian, inner, normal

# Inputs


def regular(n: int) -> Callable[..., Inputs]:
    """A matrix Z with singular values from 1 to 2."""

    def draw(rng):
        u, _, vh = np.linalg.svd(normal(rng, (n, n)))
        return {"Z": (u * np.linspace(1.0, 2.0, n)) @ vh}

    return draw


def with_spectrum(*values: float) -> Callable[..., Inputs]:
    """A matrix Z whose Hermitian part has these eigenvalues."""

    def draw(rng):
        n = len(values)
        q = np.linalg.qr(normal(rng, (n, n)))[0]
        skew = normal(rng, (n, n))
        return {"Z": (q * np.asarray(values)) @ q.conj().T + (skew - skew.conj().T) / 2}

    return draw


# Differentials


def solved(xp, d, Z):
    return xp.linalg.inv(Z) @ d


def d_cholesky(xp, d, Z):
    """dL = L Φ(L⁻¹ dH L⁻ᴴ), Φ the lower triangle with half of the diagonal."""
    L = xp.linalg.cholesky(hermitian(xp, Z))
    M = solved(xp, hermitian(xp, d), L) @ H(xp, xp.linalg.inv(L))
    return L @ (xp.tril(M) + xp.tril(M, k=-1)) / 2


def d_eigvalsh(xp, d, Z):
    """dλₖ = vₖᴴ dH vₖ."""
    V = xp.linalg.eigh(hermitian(xp, Z))[1]
    return xp.real(xp.sum(xp.conj(V) * (hermitian(xp, d) @ V), axis=-2))


def d_projector(xp, d, Z):
    """dP = Σⱼ vⱼ (vⱼᴴ dH v)/(λ − λⱼ) vᴴ, over the others, and its Hermitian transpose."""
    values, V = xp.linalg.eigh(hermitian(xp, Z))
    v, others = V[:, -1:], V[:, :-1]
    half = others @ ((H(xp, others) @ hermitian(xp, d) @ v) / (values[-1] - values[:-1])[:, None]) @ H(xp, v)
    return half + H(xp, half)


def projector(xp, Z):
    v = xp.linalg.eigh(hermitian(xp, Z))[1][:, -1:]
    return v @ H(xp, v)


def d_svdvals(xp, d, Z):
    """dsₖ = Re uₖᴴ dZ vₖ."""
    u, _, vh = xp.linalg.svd(Z, full_matrices=False)
    return xp.real(xp.linalg.diagonal(H(xp, u) @ d @ H(xp, vh)))


def d_pinv(xp, d, Z):
    """d(Z⁺) = −Z⁺ dZ Z⁺ + (ZᴴZ)⁻¹ dZᴴ (I − Z Z⁺), of full column rank."""
    P = xp.linalg.pinv(Z)
    return -P @ d @ P + xp.linalg.inv(H(xp, Z) @ Z) @ H(xp, d) @ (xp.eye(3, dtype=Z.dtype) - Z @ P)


def d_frobenius(xp, d, Z):
    return xp.sum(inner(xp, Z, d), axis=(-2, -1)) / xp.linalg.matrix_norm(Z)


MATRICES: dict[str, tuple[str, Function, Function | None, Any, bool]] = {
    "inv": ("Z⁻¹", lambda xp, Z: xp.linalg.inv(Z), lambda xp, d, Z: -solved(xp, d, Z) @ xp.linalg.inv(Z),
        regular(3), False),
    "det": ("det Z", lambda xp, Z: xp.linalg.det(Z),
        lambda xp, d, Z: xp.linalg.det(Z) * xp.linalg.trace(solved(xp, d, Z)), regular(3), False),
    "det_stack": ("det Z of two matrices", lambda xp, Z: xp.linalg.det(Z), None, drawn(Z=(2, 2, 2)), False),
    "logabsdet": ("log |det Z|, from slogdet", lambda xp, Z: xp.linalg.slogdet(Z)[1],
        lambda xp, d, Z: xp.real(xp.linalg.trace(solved(xp, d, Z))), regular(3), True),
    "det_sign": ("det Z/|det Z|, from slogdet", lambda xp, Z: xp.linalg.slogdet(Z)[0],
        lambda xp, d, Z: xp.linalg.slogdet(Z)[0] * 1j * xp.imag(xp.linalg.trace(solved(xp, d, Z))), regular(3), False),
    "cholesky": ("L, L Lᴴ = (Z + Zᴴ)/2", lambda xp, Z: xp.linalg.cholesky(hermitian(xp, Z)), d_cholesky,
        with_spectrum(1.0, 3.0), False),
    "eigvalsh": ("eigenvalues of (Z + Zᴴ)/2", lambda xp, Z: xp.linalg.eigvalsh(hermitian(xp, Z)), d_eigvalsh,
        with_spectrum(-1.0, 0.5, 2.0), True),
    "eigh_values": ("eigenvalues of (Z + Zᴴ)/2, from eigh", lambda xp, Z: xp.linalg.eigh(hermitian(xp, Z))[0],
        d_eigvalsh, with_spectrum(-1.0, 0.5, 2.0), True),
    "eigh_projector": ("v vᴴ, of the last eigenvector of (Z + Zᴴ)/2", projector, d_projector,
        with_spectrum(-1.0, 0.5, 2.0), False),
    "svdvals": ("singular values of Z", lambda xp, Z: xp.linalg.svdvals(Z), d_svdvals, regular(3), True),
    "pinv": ("Z⁺, of full column rank", lambda xp, Z: xp.linalg.pinv(Z), d_pinv, drawn(Z=(3, 2)), False),
    "matrix_power": ("Z³", lambda xp, Z: xp.linalg.matrix_power(Z, 3),
        lambda xp, d, Z: d @ Z @ Z + Z @ d @ Z + Z @ Z @ d, drawn(Z=(2, 2)), False),
    "expm": ("exp Z", lambda xp, Z: xp.linalg.expm(Z), None, regular(2), False),
    "frobenius": ("‖Z‖_F", lambda xp, Z: xp.linalg.matrix_norm(Z), d_frobenius, drawn(Z=(2, 3)), True),
}  # fmt: skip
for name, (formula, function, differential, inputs, real) in MATRICES.items():
    define(name, function, {"Z": differential}, inputs, f"{formula}.", real=real)
