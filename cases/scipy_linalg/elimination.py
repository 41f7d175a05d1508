"""Elimination, of a dominant matrix with its rows in another order, so that pivoting finds that order again."""

from __future__ import annotations

from typing import Any

import numpy as np
from adbench.cases.scipy_linalg.common import Draw, Function, drawn, gram, row, triangles

ORDER, BACK = [1, 2, 0, 3], [2, 0, 1, 3]


def dominant(rng: Any, m: int, n: int) -> Any:
    """A matrix in which the largest entry of each column is on the diagonal, also while it is eliminated."""
    return rng.uniform(0.3, 0.5, (m, n)) * rng.choice([-1.0, 1.0], (m, n)) + 2 * np.eye(m, n)


def eliminated(xp: Any, A: Any) -> tuple[Any, Any]:
    """L and U without pivoting; A (m, n)."""
    m, n = A.shape
    rows, k = [A[i, :] for i in range(m)], min(m, n)
    zero, one = 0 * A[0, 0], 0 * A[0, 0] + 1
    factors = [[one if i == j else zero for j in range(k)] for i in range(m)]
    for j in range(k):
        for i in range(j + 1, m):
            factors[i][j] = rows[i][j] / rows[j][j]
            rows[i] = rows[i] - factors[i][j] * rows[j]
    return xp.stack([xp.stack(entries) for entries in factors]), xp.triu(xp.stack(rows[:k]))


def lu_lower(xp, A):
    """L of the rows of A in order."""
    return eliminated(xp, A[np.array(BACK[: A.shape[0]])])[0]


def lu_upper(xp, A):
    """U Uᵀ of the rows of A in order: U itself has a row of A, in which nobody might round anything."""
    return gram(eliminated(xp, A[np.array(BACK[: A.shape[0]])])[1])


def lu_permuted(xp, A):
    """P L, of which A = P L U."""
    return lu_lower(xp, A)[np.array(ORDER[: A.shape[0]])]


def lu_factor(xp, A):
    """F Fᵀ, with U in F, and below it L without its ones."""
    lower, upper = eliminated(xp, A[np.array(BACK[:3])])
    return gram(xp.tril(lower, k=-1) + upper)


def permuted(m: int, n: int, *b: int) -> Draw:
    return drawn(lambda rng: dominant(rng, m, n)[ORDER[:m]], *b)


for m, n, shape in ((3, 3, "square"), (4, 3, "tall"), (3, 4, "wide")):
    row(
        f"lu_lower_{shape}",
        lu_lower,
        permuted(m, n),
        scipy=lambda scipy, A: scipy.linalg.lu(A)[1],
        torch=lambda torch, A: torch.linalg.lu(A).L,
    )
    row(
        f"lu_upper_{shape}",
        lu_upper,
        permuted(m, n),
        scipy=lambda scipy, A: gram(scipy.linalg.lu(A)[2]),
        torch=lambda torch, A: gram(torch.linalg.lu(A).U),
    )
row(
    "lu_permute_l",
    lu_permuted,
    permuted(3, 3),
    scipy=lambda scipy, A: scipy.linalg.lu(A, permute_l=True)[0],
    torch=lambda torch, A: torch.linalg.lu(A).P @ torch.linalg.lu(A).L,
)
row(
    "lu_factor",
    lu_factor,
    permuted(3, 3),
    scipy=lambda scipy, A: gram(scipy.linalg.lu_factor(A)[0]),
    torch=lambda torch, A: gram(torch.linalg.lu_factor(A).LU),
)

PIVOTS = np.array([1, 2, 2], dtype=np.int32)  # exchange rows 0 and 1, then 1 and 2


def lu_solve(trans: int) -> tuple[Function, dict[str, Function]]:
    def solve_lu(xp, A, b):
        """P L U X = B or (P L U)ᵀ X = B, the unit L and U in one matrix A."""
        if trans:
            half = xp.linalg.solve_triangular(A, b, trans=1)
            return xp.linalg.solve_triangular(A, half, trans=1, lower=True, unit_diagonal=True)[np.array([2, 0, 1])]
        half = xp.linalg.solve_triangular(A, b[np.array([1, 2, 0])], lower=True, unit_diagonal=True)
        return xp.linalg.solve_triangular(A, half)

    def of_torch(torch: Any, A: Any, b: Any) -> Any:
        return torch.linalg.lu_solve(A, torch.asarray(PIVOTS) + 1, b, adjoint=bool(trans))

    return solve_lu, {
        "scipy": lambda scipy, A, b: scipy.linalg.lu_solve((A, PIVOTS), b, trans=trans),
        "torch": of_torch,
    }


for trans in (0, 1, 2):
    definition, natives = lu_solve(trans)
    row(f"lu_solve_{trans}", definition, triangles(3, 2), **natives)


def solve(xp, A, b):  # not that of solves: a case stands in the file of its function
    """A X = B."""
    return xp.linalg.solve(A, b)


row(
    "lu_factor_solve",
    solve,
    permuted(3, 3, 3, 2),
    scipy=lambda scipy, A, b: scipy.linalg.lu_solve(scipy.linalg.lu_factor(A), b),
    torch=lambda torch, A, b: torch.linalg.lu_solve(*torch.linalg.lu_factor(A), b),
)
