"""Spectra and orthogonal factors; what a sign is free in goes into what does not see it."""

from __future__ import annotations

import numpy as np
from adbench.cases.scipy_linalg.common import INDEFINITE, REGULAR, Draw, drawn, gram, row, sym, symmetric, with_values


def eigenvalues(xp, A):
    """Of ½ (A + Aᵀ)."""
    return xp.linalg.eigvalsh(sym(A))


def eigenprojector(xp, A):
    """v vᵀ of the eigenvector of the least eigenvalue of ½ (A + Aᵀ)."""
    v = xp.linalg.eigh(sym(A))[1][:, :1]
    return gram(v)


def svd_values(xp, A):
    """The singular values of A."""
    return xp.linalg.svdvals(A)


def qr_q(xp, A):
    """Q of A = Q R, with LAPACK's signs."""
    return xp.linalg.qr(A)[0]


def qr_r(xp, A):
    """R of A = Q R, with LAPACK's signs."""
    return xp.linalg.qr(A)[1]


def polar(xp, A):
    """U Vᵀ of the singular vectors, the orthogonal factor of A."""
    u, _, vt = xp.linalg.svd(A, full_matrices=False)
    return u @ vt


def tall(m: int = 4) -> Draw:
    return drawn(lambda rng: with_values(rng, m, 3, REGULAR))


for lower, which in ((False, "upper"), (True, "lower")):
    row(
        f"eigh_values_{which}",
        eigenvalues,
        symmetric(INDEFINITE),
        scipy=lambda scipy, A, lower=lower: scipy.linalg.eigh(sym(A), eigvals_only=True, lower=lower),
        torch=lambda torch, A, lower=lower: torch.linalg.eigvalsh(sym(A), UPLO="L" if lower else "U"),
    )
row(
    "eigh_projector",
    eigenprojector,
    symmetric(INDEFINITE),
    scipy=lambda scipy, A: gram(scipy.linalg.eigh(sym(A))[1][:, :1]),
    torch=lambda torch, A: gram(torch.linalg.eigh(sym(A))[1][:, :1]),
)
row(
    "svd_values",
    svd_values,
    tall(),
    scipy=lambda scipy, A: scipy.linalg.svd(A, compute_uv=False),
    torch=lambda torch, A: torch.linalg.svdvals(A),
)
row("svd_polar", polar, tall(3), scipy=polar, torch=polar)  # svd has one name in all of them
row("polar", polar, tall(3), scipy=lambda scipy, A: scipy.linalg.polar(A)[0])
for m, shape in ((3, "square"), (4, "tall")):
    row(
        f"qr_q_{shape}",
        qr_q,
        tall(m),
        scipy=lambda scipy, A: scipy.linalg.qr(A, mode="economic")[0],
        torch=lambda torch, A: torch.linalg.qr(A)[0],
    )
    row(
        f"qr_r_{shape}",
        qr_r,
        tall(m),
        scipy=lambda scipy, A: scipy.linalg.qr(A, mode="economic")[1],
        torch=lambda torch, A: torch.linalg.qr(A)[1],
    )


def tridiagonal(xp, d, e):
    """The eigenvalues of the symmetric matrix with d on the diagonal and e beside it."""
    beside = xp.concat([e, 0 * e[:1]])
    D, E = d[:, None] * xp.eye(3, dtype=d.dtype), beside[:, None] * xp.eye(3, k=1, dtype=d.dtype)
    return xp.linalg.eigvalsh(D + E + E.T)


row(
    "eigh_tridiagonal",
    tridiagonal,
    lambda rng: {"d": np.array([1.0, 2.0, 4.0]) + rng.uniform(-0.25, 0.25, 3), "e": rng.uniform(0.2, 0.5, 2)},
    scipy=lambda scipy, d, e: scipy.linalg.eigh_tridiagonal(d, e, eigvals_only=True),
)
