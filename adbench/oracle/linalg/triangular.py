"""Triangular and Cholesky solves over jets, by substitution, under SciPy's names and torch's `cholesky_solve`.

Of a triangular operand the other triangle is never read, nor the diagonal where it counts as ones: their derivatives
are zeros.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from adbench.errors import InvalidCase, NotCertified
from adbench.oracle.linalg.elimination import back_substitute
from adbench.oracle.linalg.stacks import as_jets, at_working_precision, identity, matrices, maybe_zero

TRANSPOSES = {0: False, "N": False, 1: True, "T": True, 2: True, "C": True}


def solve_triangular(
    a: Any,
    b: Any,
    /,
    *,
    lower: bool = False,
    trans: Literal[0, 1, 2, "N", "T", "C"] = 0,
    unit_diagonal: bool = False,
) -> np.ndarray:
    """X with A X = B, or Aᵀ X = B, for a triangular A.

    Args:
        a: shape (…, n, n).
        b: shape (n,), or (…, n, k) with leading axes that broadcast against those of `a`.
        lower: whether A is lower triangular, before it is transposed.
        trans: 1, "T", 2 or "C" to transpose A.
        unit_diagonal: whether the diagonal counts as ones, whatever it holds.
    Raises:
        NotCertified: a diagonal entry may be zero.
    """
    if trans not in TRANSPOSES:
        raise InvalidCase(f"solve_triangular: trans is 0, 1, 2, 'N', 'T' or 'C', not {trans!r}")
    a, b = matrices("solve_triangular", a, square=True), as_jets(b)
    if unit_diagonal:
        a = np.where(np.eye(a.shape[-1], dtype=bool), identity(a.shape[-1]), a)
    if TRANSPOSES[trans]:
        a, lower = np.matrix_transpose(a), not lower
    return _over_stacks(a, b, lower)


def _over_stacks(a: np.ndarray, b: np.ndarray, lower: bool) -> np.ndarray:
    if b.ndim == 1:
        return _over_stacks(a, b[:, None], lower)[..., 0]
    if b.shape[-2] != a.shape[-1]:
        raise InvalidCase(f"solve_triangular: A has shape {a.shape} and B {b.shape}")
    stack = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a, b = np.broadcast_to(a, stack + a.shape[-2:]), np.broadcast_to(b, stack + b.shape[-2:])
    x = np.empty(b.shape, dtype=object)
    for i in np.ndindex(stack):
        x[i] = _substituted(a[i], b[i], lower)
    return x


def _substituted(a: np.ndarray, b: np.ndarray, lower: bool) -> np.ndarray:
    for i in range(len(a)):
        if maybe_zero(a[i, i].value):
            raise NotCertified(f"solve_triangular: diagonal entry {i} may be zero {at_working_precision()}")
    if lower:  # from the last row up is from the first one down
        return back_substitute(a[::-1, ::-1], b[::-1])[::-1]
    return back_substitute(a, b)


def cho_solve(c_and_lower: tuple[Any, bool], b: Any, /) -> np.ndarray:
    """X with A X = B from a Cholesky factor of A and whether it is the lower one: L Lᵀ X = B, or Uᵀ U X = B."""
    c, lower = c_and_lower
    halfway = solve_triangular(c, b, lower=lower, trans=0 if lower else 1)
    return solve_triangular(c, halfway, lower=lower, trans=1 if lower else 0)


def cholesky_solve(b: Any, factor: Any, /, *, upper: bool = False) -> np.ndarray:
    """`cho_solve` in torch's words."""
    return cho_solve((factor, not upper), b)
