"""Functions of one matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
from adbench.cases.scipy_linalg.common import ILL, REGULAR, Function, drawn, general, row, sym, symmetric, with_values


def inv(xp, A):
    """A⁻¹."""
    return xp.linalg.inv(A)


def det(xp, A):
    """det A."""
    return xp.linalg.det(A)


def expm(xp, A):
    """exp A."""
    return xp.linalg.expm(A)


def of_one(scipys: str, torchs: str) -> dict[str, Function]:
    return {
        "scipy": lambda scipy, A: getattr(scipy.linalg, scipys)(A),
        "torch": lambda torch, A: getattr(torch.linalg, torchs)(A),
    }


row("inv", inv, general(), **of_one("inv", "inv"))
row("inv_ill", inv, general(ILL), **of_one("inv", "inv"))
row("det", det, general(), **of_one("det", "det"))
row("det_four", det, drawn(lambda rng: with_values(rng, 4, 4, (1.0, 1.5, 2.0, 2.5))), **of_one("det", "det"))
row("det_ill", det, general(ILL), **of_one("det", "det"))
row("expm", expm, general(), **of_one("expm", "matrix_exp"))


def expm_frechet(xp, A, b):
    """The derivative of exp at A along B, a block of the exponential of a larger matrix."""
    above, below = xp.concat([A, b], axis=1), xp.concat([0 * A, A], axis=1)
    return xp.linalg.expm(xp.concat([above, below], axis=0))[:3, 3:]


def sqrtm_of_two(xp, A):
    """(A + √δ)/√(tr A + 2 √δ) with δ = det A; A (2, 2)."""
    root = xp.sqrt(A[0, 0] * A[1, 1] - A[0, 1] * A[1, 0])
    return (A + root * xp.eye(2, dtype=A.dtype)) / xp.sqrt(A[0, 0] + A[1, 1] + 2 * root)


def sqrtm_symmetric(xp, A):
    """V √Λ Vᵀ with V Λ Vᵀ = ½ (A + Aᵀ)."""
    values, vectors = xp.linalg.eigh(sym(A))
    return vectors * xp.sqrt(values) @ vectors.T


def two(rng: Any) -> Any:
    return np.array([[2.0, 0.5], [-0.75, 1.5]]) + rng.uniform(-0.25, 0.25, (2, 2))


# JAX's is complex whatever its value.
row(
    "sqrtm",
    sqrtm_of_two,
    drawn(two),
    jax=lambda jax, A: jax.scipy.linalg.sqrtm(A).real,
    scipy=lambda scipy, A: scipy.linalg.sqrtm(A),
)
row(
    "sqrtm_symmetric",
    sqrtm_symmetric,
    symmetric(),
    jax=lambda jax, A: jax.scipy.linalg.sqrtm(sym(A)).real,
    scipy=lambda scipy, A: scipy.linalg.sqrtm(sym(A)),
)
row(
    "expm_frechet",
    expm_frechet,
    general(REGULAR, 3, 3),
    scipy=lambda scipy, A, b: scipy.linalg.expm_frechet(A, b, compute_expm=False),
)
