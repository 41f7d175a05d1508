"""Orthogonal matrices over jets and balls, by Householder's reflections; unitary ones of complex numbers.

H = I − τ v vᴴ, and Hᴴ x = β e₁ with β real
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from flint import ctx

from adbench.errors import NotCertified
from adbench.oracle.arrays import has_complex
from adbench.oracle.functions import sqrt, square
from adbench.oracle.holomorphic import conj, imag, real
from adbench.oracle.jet import Jet, jet
from adbench.oracle.linalg.stacks import (
    adjoint_of_balls,
    as_jets,
    at_working_precision,
    conjugated,
    identity,
    maybe_zero,
    squared,
    values,
)
from adbench.oracle.precision import working


class Triangular(NamedTuple):
    """A = Q R with complete Q, and the rows of R whose sign LAPACK would choose by rounding."""

    q: np.ndarray
    r: np.ndarray
    open_signs: list[int]


def householder(name: str | None, a: np.ndarray, *, keep_signs: bool = False) -> Triangular:
    """The factors of one matrix by reflections.

    Q is orthogonal in truth whatever A is, since a reflection is so for any v. On a matrix that is nearly triangular
    the radii stay what they were; on any other they grow with each reflection.

    Args:
        name: the function to blame where a column may depend on those before it; None passes over the column.
        keep_signs: whether diagonal entries of R have the signs of A's in place of LAPACK's, so that Q is near the
            identity for a matrix which is nearly triangular.

    Source: Golub & Van Loan, Matrix Computations (2013), §5.2; LAPACK's dlarfg and zlarfg for the signs.
    """
    m, n = a.shape
    r, q = a.copy(), identity(m)
    reflections: list[tuple[int, np.ndarray, Jet]] = []
    kept: list[int] = []
    open_signs: list[int] = []
    turns = has_complex(a)  # the last row too: its diagonal entry becomes real
    for j in range(min(m if turns else m - 1, n)):
        head, tail = real(r[j, j]), [*r[j + 1 :, j], *([imag(r[j, j])] if turns else [])]
        zero = all(x.value.is_zero() for x in tail)
        if zero and all(x.is_constant for x in tail):
            continue  # nothing to reflect
        norm2 = sum((squared(x) for x in tail), square(head))
        if maybe_zero(norm2.value) or (keep_signs and maybe_zero(head.value)):
            if name is None:
                continue
            raise NotCertified(
                f"{name}: column {j} may depend on those before it {at_working_precision()}: "
                "the matrix has not full rank, or not surely"
            )
        if zero or keep_signs:
            kept.append(j)
        elif all(maybe_zero(x.value) for x in tail) or (maybe_zero(head.value) and not head.value.is_zero()):
            open_signs.append(j)
        v, tau, r[j, j] = _reflection(r[j:, j], sqrt(norm2))
        r[j + 1 :, j] = jet(0)
        r[j:, j + 1 :] = _reflected(v, conj(tau), r[j:, j + 1 :])
        reflections.append((j, v, tau))
    for j, v, tau in reversed(reflections):
        q[j:, j:] = _reflected(v, tau, q[j:, j:])
    for j in kept:
        q[:, j], r[j] = -q[:, j], -r[j]
    return Triangular(q, r, open_signs)


def _reflection(x: np.ndarray, norm: Jet) -> tuple[np.ndarray, Jet, Jet]:
    """v, τ and β with (I − τ v vᴴ)ᴴ x = β e₁ and v₁ = 1; β has the sign opposite to Re x₁'s, so nothing cancels."""
    beta = norm if real(x[0]).value.mid() < 0 else -norm
    v = np.asarray(x / (x[0] - beta), dtype=object)
    v[0] = jet(1)
    return v, (beta - x[0]) / beta, beta


def _reflected(v: np.ndarray, tau: Jet, a: np.ndarray) -> np.ndarray:
    return np.asarray(a - (tau * v)[:, None] * (conjugated(v) @ a), dtype=object) if a.size else a


def orthogonal(columns: np.ndarray) -> np.ndarray:
    """Balls around an exactly orthogonal matrix whose first columns are near those that are given, which are so.

    At more than twice the working precision and then rounded to it, so that reflections widen nothing.
    """
    with working(2 * ctx.prec + 64):
        q, r, _ = householder(None, as_jets(columns))
        signs = [1 if i >= columns.shape[1] or real(r[i, i]).value.mid() > 0 else -1 for i in range(len(q))]
        q = values(q) * np.array(signs, dtype=object)
    return np.asarray(+q, dtype=object)


def completed(basis: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Balls around orthonormal columns, and further ones that make the matrix orthogonal.

    Args:
        basis: balls around an orthogonal matrix whose first columns are near those.
    """
    k = columns.shape[1]
    q = values(householder("completed", as_jets(adjoint_of_balls(basis) @ columns), keep_signs=True).q)
    return np.concatenate([columns, basis @ q[:, k:]], axis=1)
