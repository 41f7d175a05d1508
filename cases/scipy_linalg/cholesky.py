"""Cholesky factors."""

from __future__ import annotations

from adbench.cases.scipy_linalg.common import Function, mirrored, row, sym, symmetric, triangles


def cho_solve(lower: bool) -> tuple[Function, dict[str, Function]]:
    def solve_factored(xp, A, b):
        """L Lᵀ X = B or Uᵀ U X = B, L and U triangles of A."""
        return xp.linalg.cho_solve((A, lower), b)

    return solve_factored, {
        "scipy": lambda scipy, A, b: scipy.linalg.cho_solve((A, lower), b),
        "torch": lambda torch, A, b: torch.cholesky_solve(b, A, upper=not lower),
    }


def cholesky(lower: bool) -> tuple[Function, dict[str, Function]]:
    def factor(xp, A):
        """L or U with L Lᵀ = Uᵀ U = ½ (A + Aᵀ)."""
        return xp.linalg.cholesky(sym(A), upper=not lower)

    return factor, {
        "scipy": lambda scipy, A: scipy.linalg.cholesky(sym(A), lower=lower),
        "torch": lambda torch, A: torch.linalg.cholesky(sym(A), upper=not lower),
    }


def cholesky_of_triangle(lower: bool) -> Function:
    def factor(xp, A):
        """L or U with L Lᵀ = Uᵀ U = S, the symmetric matrix of which A has one triangle."""
        return xp.linalg.cholesky(mirrored(xp, A, lower), upper=not lower)

    return factor


for lower, which in ((False, "upper"), (True, "lower")):
    definition, natives = cho_solve(lower)
    row(f"cho_solve_{which}", definition, triangles(3, 2), **natives)
    definition, natives = cholesky(lower)
    row(f"cholesky_{which}", definition, symmetric(), **natives)
    own = {"scipy": lambda scipy, A, lower=lower: scipy.linalg.cholesky(A, lower=lower)}
    row(f"cholesky_{which}_free", cholesky_of_triangle(lower), symmetric(), **own)
    own = {"torch": lambda torch, A, lower=lower: torch.linalg.cholesky(A, upper=not lower)}
    row(f"cholesky_{which}_part", definition, symmetric(), **own)
