"""Factorisations over jets that are plain arithmetic: cholesky, qr, and the pseudo-inverse that follows from qr.

The conventions are LAPACK's, so that values compare with any library's; a sign that LAPACK would choose by rounding is
Undecided.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from flint import arb, ctx

from adbench.errors import InvalidCase, NotCertified, Undecided
from adbench.oracle.arrays import has_complex
from adbench.oracle.functions import sqrt
from adbench.oracle.holomorphic import conj, real
from adbench.oracle.jet import jet
from adbench.oracle.linalg.charges import charged, charged_by_column, charged_derivatives, spread, unit
from adbench.oracle.linalg.elimination import back_substitute, inverse_norm
from adbench.oracle.linalg.reflections import householder
from adbench.oracle.linalg.stacks import (
    adjoint,
    alike,
    as_jets,
    at_working_precision,
    conjugated,
    matrices,
    maybe_zero,
    middles,
    over_stack,
    squared,
    values,
    with_values,
)
from adbench.oracle.pair import around_zero, conjugate
from adbench.oracle.precision import working

SLACK = 1024  # rounding errors of the norm: what entries above and below the diagonal may differ by


class QRResult(NamedTuple):
    """A = Q R."""

    Q: np.ndarray
    R: np.ndarray


def symmetric_part(name: str, a: np.ndarray) -> np.ndarray:
    """(A + Aᴴ)/2 of one matrix that is symmetric, or Hermitian, in its values, up to rounding.

    A function of a symmetric matrix is here the function of its symmetric part, as in JAX and torch, so that its
    derivative by a free matrix is symmetric. LAPACK, and autograd's eigh, read one triangle; a case for any library
    symmetrises its argument itself, where all conventions agree.

    Raises:
        InvalidCase: the values are not symmetric, so that libraries disagree on the function itself.
    """
    balls = values(a)
    slack = arb(0, SLACK * unit() * spread(balls))
    word = "Hermitian" if has_complex(a) else "symmetric"
    for i, j in np.ndindex(a.shape):
        above, below = balls.item(i, j), balls.item(j, i)
        if i <= j and not (above + around_zero(slack, above)).overlaps(conjugate(below)):
            raise InvalidCase(
                f"{name}: the matrix is not {word}: entry [{i}, {j}] is {above}, [{j}, {i}] is {below}; "
                "symmetrise it in the case"
            )
    return np.asarray((a + adjoint(a)) * jet(0.5), dtype=object)


def cholesky(a: Any, /, *, upper: bool = False) -> np.ndarray:
    """L with A = L Lᴴ, lower triangular with positive diagonal, or its adjoint; shape (…, n, n).

    The derivative is that by the symmetric part of A; see `symmetric_part`.

    Raises:
        InvalidCase: a matrix is not symmetric.
        NotCertified: a matrix is not positive definite, or not surely.
    """
    factor = over_stack(lambda one: (_cholesky(one),), matrices("cholesky", a, square=True))[0]
    return conjugated(np.matrix_transpose(factor)) if upper else np.asarray(factor, dtype=object)


def _cholesky(a: np.ndarray) -> np.ndarray:
    n, a = len(a), symmetric_part("cholesky", a)
    lower = np.full((n, n), jet(0), dtype=object)
    for j in range(n):
        for i in range(j, n):
            rest = a[i, j]
            for k in range(j):
                rest = rest - (squared(lower[i, k]) if i == j else lower[i, k] * conj(lower[j, k]))
            rest = real(rest) if i == j else rest
            if i == j and not rest.value > 0:
                raise NotCertified(
                    f"cholesky: pivot {j} is {rest.value} {at_working_precision()}: "
                    "the matrix is not positive definite, or not surely"
                )
            lower[i, j] = sqrt(rest) if i == j else rest / lower[j, j]
    lower = alike(lower, a)
    size, inverse = spread(values(lower)), inverse_norm(lower.T)
    made = charged_derivatives(lower, a, size * inverse**2, size * inverse**4)  # L' = L Φ(L⁻¹ A' L⁻ᴴ)
    return np.where(np.tri(n, dtype=bool), made, lower)


def qr(a: Any, /, *, mode: str = "reduced") -> QRResult:
    """Q with orthonormal columns and R upper triangular (or trapezoidal) with A = Q R, shape (…, m, n).

    The signs are those of LAPACK's reflections: a diagonal entry of R has the sign opposite to that of the entry which
    is reflected onto it, and keeps it where there is nothing below to reflect, as in the last row. The columns that
    mode "complete" adds for m > n, and their derivatives, are those of the reflections too; no library
    differentiates them, and their radii are wide.

    Args:
        mode: "reduced" or "complete".
    Raises:
        Undecided: the sign of a row of R hangs on rounding.
        NotCertified: the leading columns may be linearly dependent.
    """
    if mode not in ("reduced", "complete"):
        raise InvalidCase(f"qr: mode is 'reduced' or 'complete', not {mode!r}")
    return QRResult(*over_stack(lambda one: _qr(one, mode), matrices("qr", a)))


def _qr(a: np.ndarray, mode: str) -> tuple[np.ndarray, np.ndarray]:
    with working(2 * ctx.prec + 64):
        open_signs = householder("qr", as_jets(values(a))).open_signs
    if open_signs:
        raise Undecided(f"qr: the sign of row {open_signs[0]} of R hangs on rounding")
    if mode == "complete" and a.shape[0] > a.shape[1]:
        q, r, _ = householder("qr", a)
        return q, r
    q, r = _lifted_qr("qr", with_values(a, charged_by_column(values(a))))
    k = min(a.shape)
    q, r = q[:, :k], alike(r[:k], a)
    inverse = inverse_norm(r[:, :k])
    if inverse.is_finite():  # else the last row is 0, where no library has derivatives
        size = spread(values(r))
        q = charged_derivatives(q, a, inverse, inverse**2)  # Q' = Q Ω + (I − Q Qᵀ) A' R⁻¹
        below = np.tri(k, r.shape[1], -1, dtype=bool)
        r = np.where(below, r, charged_derivatives(r, a, 1 + size * inverse, size * inverse**2))
    return q, r


def _lifted_qr(name: str, a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Q and R, in two steps that each reflect a matrix which is nearly triangular, so that the radii stay small.

    In an orthogonal basis near Q, the small entries below the diagonal are reflected away, as balls. In the basis that
    this gives, the constant term is exactly triangular, and what is reflected away is the derivatives.
    """
    with working(2 * ctx.prec + 64):
        x = values(householder(name, as_jets(middles(values(a)))).q)
    x = as_jets(+x)
    turned = householder(name, as_jets(values(adjoint(x) @ a)), keep_signs=True)
    x = x @ turned.q
    lifted = householder(name, with_values(adjoint(x) @ a, values(turned.r)), keep_signs=True)
    return x @ lifted.q, lifted.r


def pinv(a: Any, /, *, rtol: Any = None) -> np.ndarray:
    """The pseudo-inverse of matrices of full rank, R⁻¹ Qᴴ of the taller of A and Aᵀ; shape (…, m, n) to (…, n, m).

    Args:
        rtol: singular values up to this times the largest count as zero; None takes all as they are.
    Raises:
        NotCertified: a matrix has not full rank, or not surely, or by `rtol`.
    """
    a = matrices("pinv", a)
    if a.shape[-2] < a.shape[-1]:
        return np.matrix_transpose(pinv(np.matrix_transpose(a), rtol=rtol))
    if rtol is not None:
        from adbench.oracle.linalg.singular import matrix_rank  # which needs householder

        if (np.asarray(matrix_rank(a, rtol=rtol)) < a.shape[-1]).any():
            raise NotCertified("pinv: a matrix has not full rank by rtol, and its pseudo-inverse is not enclosed")
    return np.asarray(over_stack(lambda one: (_pinv(one),), a)[0], dtype=object)


def _pinv(a: np.ndarray) -> np.ndarray:
    n = a.shape[1]
    a = with_values(a, charged(values(a)))  # libraries come by way of singular values
    q, r = _lifted_qr("pinv", a)
    for j in range(n):
        if maybe_zero(r[j, j].value):
            raise NotCertified(f"pinv: the matrix has not full rank, or not surely {at_working_precision()}")
    inverse = back_substitute(r[:n], adjoint(q[:, :n]))
    norm, condition = spread(values(inverse)), spread(values(inverse)) * spread(values(a))
    # P' = −P A' P + P Pᵀ A'ᵀ (I − A P) + (I − P A) A'ᵀ Pᵀ P, where I − A P is rounding errors times the condition.
    return charged_derivatives(inverse, a, condition * norm**2, condition * norm**3)
