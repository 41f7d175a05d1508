"""Matrices of parts, and equations between them."""

from __future__ import annotations

from typing import Any

import numpy as np
from adbench.cases.scipy_linalg.common import Draw, Function, Inputs, drawn, row, triangle


def block_diag(xp, A, b, c):
    """A (2, 3), b (2,) as a row, c (1, 1), along a diagonal of zeros."""
    blocks = [A, b[None, :], c]
    width, made, left = sum(block.shape[1] for block in blocks), [], 0
    for block in blocks:
        zeros = [xp.zeros((block.shape[0], n), dtype=A.dtype) for n in (left, width - left - block.shape[1])]
        made.append(xp.concat([zeros[0], block, zeros[1]], axis=1))
        left += block.shape[1]
    return xp.concat(made, axis=0)


def blocks(rng: Any) -> Inputs:
    return {name: rng.standard_normal(shape) for name, shape in (("A", (2, 3)), ("b", (2,)), ("c", (1, 1)))}


row(
    "block_diag",
    block_diag,
    blocks,
    scipy=lambda scipy, A, b, c: scipy.linalg.block_diag(A, b, c),
    torch=lambda torch, A, b, c: torch.block_diag(A, b, c),
)

ACROSS = np.arange(4)[:, None] - np.arange(3)  # i − j


def toeplitz(xp, c):
    """c of |i − j|; c (3,)."""
    return c[np.abs(ACROSS[:3])]


def toeplitz_of_two(xp, c, r):
    """cᵢ₋ⱼ below and on the diagonal, rⱼ₋ᵢ above it; c (4,), r (3,), of which the first is not looked at."""
    return xp.concat([xp.flip(c), r[1:]])[3 - ACROSS]


row(
    "toeplitz",
    toeplitz,
    lambda rng: {"c": rng.standard_normal(3)},
    scipy=lambda scipy, c: scipy.linalg.toeplitz(c),
)
row(
    "toeplitz_of_two",
    toeplitz_of_two,
    lambda rng: {"c": rng.standard_normal(4), "r": rng.standard_normal(3)},
    scipy=lambda scipy, c, r: scipy.linalg.toeplitz(c, r),
)


def sylvester(xp, A, b, c):
    """A X + X B = C, as one system for the rows of X one after the other; A (3, 3), B (2, 2), C (3, 2)."""
    I, J = xp.eye(3, dtype=A.dtype), xp.eye(2, dtype=A.dtype)
    system = A[:, None, :, None] * J[None, :, None, :] + I[:, None, :, None] * b.T[None, :, None, :]
    return xp.reshape(xp.linalg.solve(xp.reshape(system, (6, 6)), xp.reshape(c, (6,))), (3, 2))


row(
    "solve_sylvester",
    sylvester,
    lambda rng: {"A": triangle(rng), "b": triangle(rng, 2), "c": rng.standard_normal((3, 2))},
    scipy=lambda scipy, A, b, c: scipy.linalg.solve_sylvester(A, b, c),
)


def banded(below: int, above: int) -> tuple[Function, Function]:
    i, j = np.indices((4, 4))
    held = (j - i <= above) & (i - j <= below)
    places = np.where(held, above + i - j, 0), j

    def solve_banded(xp, A, b):
        """M X = B with M of bands, Mᵢⱼ = A[u + i − j, j]."""
        return xp.linalg.solve(A[places] * xp.asarray(held.astype(np.float64), dtype=A.dtype), b)

    return solve_banded, lambda scipy, A, b: scipy.linalg.solve_banded((below, above), A, b)


def bands(below: int, above: int, *b: int) -> Draw:
    def matrix(rng: Any) -> Any:
        A = rng.uniform(-0.5, 0.5, (below + above + 1, 4))
        A[above] += 2.0
        return A

    return drawn(matrix, *b)


for below, above, right in ((1, 1, (4,)), (1, 1, (4, 2)), (2, 1, (4, 2)), (1, 2, (4,))):
    definition, of_scipy = banded(below, above)
    shape = "matrix" if len(right) > 1 else "vector"
    row(f"solve_banded_{below}_{above}_{shape}", definition, bands(below, above, *right), scipy=of_scipy)
