"""Elimination over jets with partial pivoting on the values, as in LAPACK: solve, inv, det, slogdet, matrix_rank.

Arithmetic on jets carries every order by itself, so that nothing here mentions a derivative.
"""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any, NamedTuple, cast

import numpy as np
from flint import arb, fmpq, fmpq_mat

from adbench.errors import NotCertified, Undecided
from adbench.oracle.dual import nests_arrays
from adbench.oracle.functions import TABLE
from adbench.oracle.holomorphic import imag, real
from adbench.oracle.jet import Jet, jet
from adbench.oracle.linalg.charges import charged_derivatives, spread, unit, widened
from adbench.oracle.linalg.stacks import (
    as_jets,
    at_working_precision,
    identity,
    matrices,
    maybe_zero,
    over_stack,
    values,
)
from adbench.oracle.pair import Complex

LARGEST_EXPANSION = 10  # 5120 products


class SlogdetResult(NamedTuple):
    """det(A) = sign · exp(logabsdet)."""

    sign: Any
    logabsdet: Any


def _change_of_solution(x: Any, a: Any, b: Any, da: Any, db: Any) -> Any:
    if np.ndim(b) == 1:
        return _change_of_solution(x[..., None], a, b[:, None], da, db[:, None])[..., 0]
    return solve(a, db - da @ x)


@nests_arrays(_change_of_solution)
def solve(a: Any, b: Any, /) -> np.ndarray:
    """X with A X = B, by elimination with partial pivoting and back substitution.

    Args:
        a: shape (…, n, n).
        b: shape (n,), or (…, n, k) with leading axes that broadcast against those of `a`.
    Raises:
        NotCertified: a matrix may be singular.
    """
    a, b = matrices("solve", a, square=True), as_jets(b)
    if b.ndim == 1:
        return np.asarray(solve(a, b[:, None])[..., 0], dtype=object)
    stack = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a, b = np.broadcast_to(a, stack + a.shape[-2:]), np.broadcast_to(b, stack + b.shape[-2:])
    x = np.empty(b.shape, dtype=object)
    for i in np.ndindex(stack):
        x[i] = solve_one("solve", a[i], b[i])
    return x


@nests_arrays(lambda y, a, da: -y @ da @ y)
def inv(a: Any, /) -> np.ndarray:
    """The inverse of square matrices, shape (…, n, n).

    Raises:
        NotCertified: a matrix may be singular.
    """
    a = matrices("inv", a, square=True)
    return np.asarray(over_stack(lambda one: (solve_one("inv", one, identity(len(one))),), a)[0], dtype=object)


def solve_one(name: str, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """X with A X = B for one matrix; `name` is the function to blame."""
    n = a.shape[0]
    rows, eliminated, _ = _eliminate(np.concatenate([a, b], axis=1), n)
    if eliminated < n:
        raise NotCertified(
            f"{name}: no pivot of column {eliminated} is surely nonzero {at_working_precision()}: "
            "the matrix is singular, or nearly so"
        )
    return back_substitute(rows[:, :n], rows[:, n:])


def back_substitute(r: np.ndarray, b: np.ndarray) -> np.ndarray:
    """X with R X = B for an upper triangular R, of which nothing below the diagonal is read."""
    x = b.copy()
    for i in reversed(range(len(r))):
        for k in range(i + 1, len(r)):
            x[i] = x[i] - r[i, k] * x[k]
        x[i] = x[i] / r[i, i]
    return x


def _eliminate(rows: np.ndarray, columns: int) -> tuple[np.ndarray, int, int]:
    """The rows in upper triangular form as far as pivots are surely nonzero.

    Args:
        rows: shape (n, k); left alone.
        columns: the first so many are to be eliminated.
    Returns:
        The rows, the number of columns eliminated, and the sign of the permutation.
    """
    rows, sign = rows.copy(), 1
    for i in range(columns):
        pivot = max(range(i, len(rows)), key=lambda r: _magnitude(rows[r, i].value))
        if maybe_zero(rows[pivot, i].value):
            return rows, i, sign
        if pivot != i:
            rows[[i, pivot]], sign = rows[[pivot, i]], -sign
        for r in range(i + 1, len(rows)):
            rows[r, i + 1 :] = rows[r, i + 1 :] - (rows[r, i] / rows[i, i]) * rows[i, i + 1 :]
    return rows, columns, sign


@nests_arrays(lambda y, a, da: y * np.trace(solve(a, da), axis1=-2, axis2=-1))
def det(a: Any, /) -> Any:
    """The determinant of square matrices, shape (…, n, n), singular ones included.

    Elimination as far as a column has a pivot that is surely nonzero, and what is then left by its minors, which
    divides by nothing: at a singular matrix the value and both orders are still enclosed.

    Raises:
        NotCertified: what elimination leaves is larger than 10 × 10.
    """
    return over_stack(lambda one: (_det(one),), matrices("det", a, square=True))[0]


def _det(a: np.ndarray) -> Jet:
    rows, pivots, rest, sign = _pivots("det", a)
    product = rest
    for pivot in reversed(pivots):
        product = pivot * product
    y = np.array([product if sign > 0 else -product], dtype=object)
    if len(pivots) < len(a):  # elimination found a zero, perhaps exactly, where others have that of a matrix nearby
        norms = sorted((spread(row) for row in values(a)), reverse=True)
        errors = len(a) * unit()
        bounds = [errors * math.prod(norms[: max(0, len(a) - k)], start=arb(1)) for k in range(3)]  # Hadamard's
        return cast(Jet, widened(y, a, bounds)[0])
    size, inverse = spread(values(y)), inverse_norm(rows)
    return cast(Jet, charged_derivatives(y, a, size * inverse, size * inverse**2)[0])  # y' = y tr(A⁻¹ A')


def inverse_norm(r: np.ndarray) -> arb:
    """A bound of the norm of the inverse of an upper triangular matrix; what is below its diagonal is not looked at."""
    return spread(values(back_substitute(as_jets(values(r)), identity(len(r)))))


def slogdet(a: Any, /) -> SlogdetResult:
    """The sign of the determinant and the logarithm of its magnitude, Σ log|pivot|, shape (…, n, n).

    Raises:
        Undecided: the determinant may be zero.
    """
    return SlogdetResult(*over_stack(_slogdet, matrices("slogdet", a, square=True)))


def _slogdet(a: np.ndarray) -> tuple[Jet, Jet]:
    _, pivots, rest, sign = _pivots("slogdet", a)
    if maybe_zero(rest.value):
        raise Undecided(f"slogdet: the determinant may be zero {at_working_precision()}, a pole of the logarithm")
    factors = [*pivots, rest] if len(pivots) < len(a) else pivots
    if any(isinstance(factor.value, Complex) for factor in factors):
        return _complex_slogdet(factors, sign)
    total = jet(0)
    for factor in factors:
        total = total + TABLE["log"](factor if factor.value > 0 else -factor)
        sign = sign if factor.value > 0 else -sign
    return jet(sign), total


def _complex_slogdet(factors: list[Jet], sign: int) -> tuple[Jet, Jet]:
    direction, total = jet(complex(sign)), jet(0)
    for factor in factors:
        modulus = abs(factor)
        direction, total = direction * (factor / modulus), total + TABLE["log"](modulus)
    return direction, total


def _pivots(name: str, a: np.ndarray) -> tuple[np.ndarray, list[Jet], Jet, int]:
    """The rows after elimination, their pivots, the determinant of what is left, and the sign of the permutation."""
    n = len(a)
    rows, eliminated, sign = _eliminate(a, n)
    if n - eliminated > LARGEST_EXPANSION:
        raise NotCertified(
            f"{name}: elimination ends in column {eliminated} of {n} {at_working_precision()}, "
            f"and minors are expanded up to {LARGEST_EXPANSION} × {LARGEST_EXPANSION}"
        )
    return rows, [rows[i, i] for i in range(eliminated)], _by_minors(rows[eliminated:, eliminated:]), sign


def _by_minors(a: np.ndarray) -> Jet:
    """The determinant by Laplace's expansion along the last row, over all minors of the rows above, top down."""
    n = len(a)
    minors: dict[tuple[int, ...], Jet] = {(): jet(1)}
    for row in range(n):
        larger = {}
        for columns in combinations(range(n), row + 1):
            total = jet(0)
            for place, column in enumerate(columns):
                term = a[row, column] * minors[columns[:place] + columns[place + 1 :]]
                total = total + (term if (row + place) % 2 == 0 else -term)
            larger[columns] = total
        minors = larger
    return minors[tuple(range(n))]


def exact_rank(a: np.ndarray) -> int:
    """The rank of one matrix in exact arithmetic.

    Raises:
        Undecided: balls with a radius leave it open.
    """
    balls = values(a)
    if any(isinstance(ball, Complex) for ball in balls.flat):
        return exact_rank(_embedded(a)) // 2
    if all(ball.is_exact() for ball in balls.flat):
        return int(fmpq_mat(*a.shape, [_rational(ball) for ball in balls.flat]).rank())
    return _rank_of_balls(balls)


def _embedded(a: np.ndarray) -> np.ndarray:
    """[[Re, −Im], [Im, Re]], of twice the rank."""
    re, im = np.frompyfunc(real, 1, 1)(a), np.frompyfunc(imag, 1, 1)(a)
    return np.block([[re, -im], [im, re]])


def _rational(ball: arb) -> fmpq:
    mantissa, exponent = ball.man_exp()
    return fmpq(mantissa) * fmpq(2) ** exponent


def _rank_of_balls(balls: np.ndarray) -> int:
    """By elimination with the largest pivot of all that is left."""
    rows, rank = balls.copy(), 0
    while rows.size and not all(ball.is_zero() for ball in rows.flat):
        i, j = max(np.ndindex(rows.shape), key=lambda at: _magnitude(rows[at]))
        if maybe_zero(rows[i, j]):
            raise Undecided(f"matrix_rank: what {rank} pivots leave may or may not be zero {at_working_precision()}")
        factors = rows[:, j] / rows[i, j]
        rows = np.delete(np.delete(rows - factors[:, None] * rows[i], i, axis=0), j, axis=1)
        rank += 1
    return rank


def _magnitude(ball: Any) -> arb:
    """The largest number that is surely no larger than the ball's, to compare pivots by: 0 if it may be zero."""
    return abs(ball).lower()
