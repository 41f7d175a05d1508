"""Solves: by a general, a symmetric and a triangular matrix."""

from __future__ import annotations

from itertools import product
from typing import Any

from adbench.cases.scipy_linalg.common import (
    ILL,
    INDEFINITE,
    REGULAR,
    SPREAD,
    Function,
    general,
    mirrored,
    row,
    sym,
    symmetric,
    triangles,
)

# By a general and by a symmetric matrix


def solve(xp, A, b):
    """A X = B."""
    return xp.linalg.solve(A, b)


def solve_symmetric(xp, A, b):
    """½ (A + Aᵀ) X = B."""
    return xp.linalg.solve(sym(A), b)


SOLVE: dict[str, Function] = {
    "scipy": lambda scipy, A, b: scipy.linalg.solve(A, b),
    "torch": lambda torch, A, b: torch.linalg.solve(A, b),
}


def solve_as(assume_a: str, lower: bool, symmetrised: Function = sym) -> Function:
    return lambda scipy, A, b: scipy.linalg.solve(symmetrised(A), b, lower=lower, assume_a=assume_a)


def factored(lower: bool) -> dict[str, Function]:
    def of_torch(torch: Any, A: Any, b: Any) -> Any:
        return torch.cholesky_solve(b, torch.linalg.cholesky(sym(A), upper=not lower), upper=not lower)

    return {
        "scipy": lambda scipy, A, b: scipy.linalg.cho_solve(scipy.linalg.cho_factor(sym(A), lower=lower), b),
        "torch": of_torch,
    }


def of_triangle(lower: bool) -> Function:
    def solve_mirrored(xp, A, b):
        """S X = B, S the symmetric matrix of which A has one triangle."""
        return xp.linalg.solve(mirrored(xp, A, lower), b)

    return solve_mirrored


row("solve", solve, general(REGULAR, 3, 2), **SOLVE)
row("solve_vector", solve, general(REGULAR, 3), **SOLVE)
row("solve_ill", solve, general(ILL, 3), **SOLVE)
row("solve_sym", solve_symmetric, symmetric(INDEFINITE, 3, 2), scipy=solve_as("sym", False))
for lower, which in ((False, "upper"), (True, "lower")):
    row(f"solve_pos_{which}", solve_symmetric, symmetric(SPREAD, 3, 2), scipy=solve_as("pos", lower))
    row(f"solve_pos_{which}_free", of_triangle(lower), symmetric(SPREAD, 3), scipy=solve_as("pos", lower, lambda A: A))
    row(f"cho_factor_{which}", solve_symmetric, symmetric(SPREAD, 3, 2), **factored(lower))
row("cho_factor_ill", solve_symmetric, symmetric((1e-6, 1e-3, 1.0), 3, 2), **factored(True))


# By a triangle: which one, transposed or not, ones on the diagonal or what is there


def triangular(lower: bool, trans: Any, unit: bool) -> tuple[Function, dict[str, Function]]:
    def solve_triangular(xp, A, b):
        """T X = B or TᵀX = B with T a triangle of A."""
        return xp.linalg.solve_triangular(A, b, lower=lower, trans=trans, unit_diagonal=unit)

    def of_scipy(scipy: Any, A: Any, b: Any) -> Any:
        return scipy.linalg.solve_triangular(A, b, lower=lower, trans=trans, unit_diagonal=unit)

    def of_torch(torch: Any, A: Any, b: Any) -> Any:
        A, upper = (A, not lower) if trans in (0, "N") else (A.mT, lower)
        solved = torch.linalg.solve_triangular(A, b[:, None] if b.ndim == 1 else b, upper=upper, unitriangular=unit)
        return solved[:, 0] if b.ndim == 1 else solved

    return solve_triangular, {"scipy": of_scipy, "torch": of_torch}


for lower, trans, unit in product((False, True), (0, 1, 2), (False, True)):
    definition, natives = triangular(lower, trans, unit)
    flags = f"{'lower' if lower else 'upper'}_{trans}{'_unit' if unit else ''}"
    row(f"solve_triangular_{flags}", definition, triangles(3, 2), **natives)
for lower, trans in product((False, True), "NTC"):
    definition, natives = triangular(lower, trans, False)
    row(f"solve_triangular_{'lower' if lower else 'upper'}_{trans}_vector", definition, triangles(3), **natives)
