"""Singular values and vectors over jets, for singular values that are distinct and positive; and ranks.

In unitary bases in which B = Xᴴ A Y is nearly diagonal, a pair with uᵢ = vᵢ = 1 is the fixed point of

    p = B v, q = Bᴴ u   both without the diagonal        α = Bᵢᵢ + pᵢ, β = Bᵢᵢ + qᵢ, σ² = αβ
    uⱼ = (β pⱼ + Bⱼⱼ qⱼ)/(αβ − Bⱼⱼ²)        vⱼ = (α qⱼ + Bⱼⱼ pⱼ)/(αβ − Bⱼⱼ²)        uⱼ = pⱼ/α for rows below the square

which is B v = α u and Bᴴ u = β v solved for the j-th components; of complex matrices Bⱼⱼ is conjugated in v, and u is
turned by the phase of α. Balls and jets come from it as in `spectral`; the Gram matrix AᴴA, which squares the condition
number, is used to guess alone.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from flint import arb, ctx

from adbench.errors import NotCertified, Undecided
from adbench.oracle.functions import sqrt
from adbench.oracle.holomorphic import conj, real
from adbench.oracle.jet import Jet, jet
from adbench.oracle.linalg.basis import (
    apart,
    approximate_eigenvectors,
    diagonal,
    fixed_point,
    sign_of,
    unit_ball,
    unit_vector,
    without_diagonal,
)
from adbench.oracle.linalg.charges import charged, spread
from adbench.oracle.linalg.elimination import exact_rank
from adbench.oracle.linalg.reflections import completed, orthogonal
from adbench.oracle.linalg.stacks import (
    adjoint,
    adjoint_of_balls,
    as_jets,
    at_working_precision,
    has_second_order,
    matrices,
    middles,
    over_stack,
    values,
    with_values,
)
from adbench.oracle.pair import Complex, conjugate, parts_of
from adbench.oracle.precision import working


class SVDResult(NamedTuple):
    """A = U diag(S) Vh."""

    U: np.ndarray
    S: np.ndarray
    Vh: np.ndarray


def svdvals(a: Any, /) -> np.ndarray:
    """The singular values, descending; shape (…, m, n) to (…, min(m, n)).

    The radii charge what LAPACK may lose, rounding errors of the norm of A; see `charges`.

    Raises:
        Undecided: some are repeated or zero, or not told apart at the working precision.
    """
    return np.asarray(over_stack(lambda one: (_triples("svdvals", one)[1],), matrices("svdvals", a))[0], dtype=object)


def svd(a: Any, /, *, full_matrices: bool = True) -> SVDResult:
    """Singular values as `svdvals` gives them, with orthonormal singular vectors; shape (…, m, n).

    The sign of a pair of singular vectors is free. Here that of the right one is as `eigh` has it; a case does well
    to use them in functions that do not see it.

    Raises:
        Undecided: as `svdvals`.
        NotCertified: `full_matrices` for a matrix that is not square, whose added columns are not determined.
    """
    a = matrices("svd", a)
    if full_matrices and a.shape[-1] != a.shape[-2]:
        raise NotCertified(f"svd: shape {a.shape[-2:]} does not determine full_matrices; use full_matrices=False")
    return SVDResult(*over_stack(lambda one: _triples("svd", one), a))


def _triples(name: str, a: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """U, the singular values and Vᴴ of one matrix."""
    if a.shape[0] < a.shape[1]:
        u, s, vh = _triples(name, a.T)
        return vh.T, s, u.T
    n = a.shape[1]
    left, sigmas, right = _constants(name, values(a))
    x, s, y = as_jets(left), as_jets(sigmas), as_jets(right)
    u, v = x[:, :n].copy(), y.copy()
    if any(not entry.is_constant for entry in a.flat):
        b = with_values(adjoint(x) @ a @ y, diagonal(sigmas, a.shape))
        for i in range(n):
            alpha, beta, pair = _step(b, i, None)
            if has_second_order(a):
                alpha, beta, pair = _step(b, i, pair)
            u[:, i], v[:, i] = unit_vector(x, i, pair[len(y) :]), unit_vector(y, i, pair[: len(y)])
            if isinstance(alpha.value, Complex):
                s[i], u[:, i] = sqrt(real(alpha * beta)), u[:, i] * (alpha / abs(alpha))
            else:
                s[i] = (alpha + beta) * jet(0.5)  # √(αβ): α − β has no term below the second order
    return u, s, adjoint(v)


def _constants(name: str, balls: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Balls around orthogonal matrices of left and right singular vectors and around the values, descending."""
    m, n = balls.shape
    x, y, b = nearly_diagonal(balls)
    radius, places = spread(without_diagonal(b)), [*(parts_of(entry)[0] for entry in np.diagonal(b)), arb(0)]
    left, sigmas, right = x[:, :n].copy(), y[0].copy() if n else np.empty(0, dtype=object), y.copy()
    for i in range(n):
        pair = fixed_point(lambda pair: _step(b, i, pair)[2], m + n) if apart(places, radius, i) else None
        if pair is not None:
            alpha, beta, _ = _step(b, i, pair)
            sigmas[i] = parts_of(alpha * beta)[0].sqrt()
        if pair is None or not apart([*places[:i], sigmas[i], *places[i + 1 :]], radius, i):
            raise Undecided(
                f"{name}: singular value {i} of {n}, about {float(places[i].mid())}, is not told apart from the others "
                f"and zero {at_working_precision()}: it is repeated or zero, or nearly so"
            )
        u, v = unit_ball(x, i, pair[n:]), unit_ball(y, i, pair[:n])
        left[:, i], right[:, i] = u * sign_of(v), v * sign_of(v)
    return completed(x, left), sigmas, right


def nearly_diagonal(balls: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Unitary X and Y with B = Xᴴ A Y nearly diagonal, its diagonal positive and descending; A as it is charged."""
    m, n = balls.shape
    vectors = approximate_eigenvectors(balls, gram=True)[:, ::-1]
    y = orthogonal(vectors)
    with working(2 * ctx.prec + 64):
        images = middles(balls) @ vectors
    x = orthogonal(images)
    b = adjoint_of_balls(x) @ charged(balls) @ y
    signs = np.array([-1 if i < n and parts_of(b[i, i])[0].mid() < 0 else 1 for i in range(m)], dtype=object)
    return x * signs, y, b * signs[:, None]


def _step(b: np.ndarray, i: int, pair: np.ndarray | None) -> tuple[Any, Any, np.ndarray]:
    """α, β and the next v and u, joined, of balls or of jets; None stands for the unit vectors.

    The components vᵢ = uᵢ = 1 are left out: 0 in their place.
    """
    rest, places, n = without_diagonal(b), np.diagonal(b), b.shape[1]
    mirrored = _conjugated(rest)
    p, q = rest[:, i], mirrored[i]
    if pair is not None:
        p, q = p + rest @ pair[:n], q + pair[n:] @ mirrored
    others = _conjugated(places)
    alpha, beta = places[i] + p[i], others[i] + q[i]
    u, v = p * 0, q * 0
    for j in range(len(b)):
        if j >= n:
            u[j] = p[j] / alpha
        elif j != i:
            gap = alpha * beta - places[j] * others[j]
            u[j] = (beta * p[j] + places[j] * q[j]) / gap
            v[j] = (alpha * q[j] + others[j] * p[j]) / gap
    return alpha, beta, np.concatenate([v, u])


def _conjugated(entries: np.ndarray) -> np.ndarray:
    """The conjugates of balls or of jets."""
    return np.asarray(_conjugate(entries), dtype=object)


_conjugate = np.frompyfunc(lambda x: conj(x) if isinstance(x, Jet) else conjugate(x), 1, 1)


def matrix_rank(a: Any, /, *, rtol: Any = None) -> Any:
    """The rank of matrices, shape (…, m, n) to (…), as integers.

    Args:
        rtol: how many singular values exceed this times the largest; an array broadcasts over the stack. With None the
            rank is that of exact arithmetic: a library's default drops what is below rounding level, so that a
            matrix which is singular but for the rounding of its entries has not the same rank.
    Raises:
        Undecided: the balls do not tell.
    """
    a = matrices("matrix_rank", a)
    stack = a.shape[:-2]
    ranks = np.empty(stack, dtype=int)
    limits = None if rtol is None else np.broadcast_to(values(as_jets(rtol)), stack)
    for i in np.ndindex(stack):
        ranks[i] = exact_rank(a[i]) if limits is None else _count_above(values(a[i]), limits[i])
    return ranks[()]


def _count_above(balls: np.ndarray, rtol: Any) -> int:
    balls = balls.T if balls.shape[0] < balls.shape[1] else balls
    _, _, b = nearly_diagonal(balls)
    radius = spread(without_diagonal(b))
    places = [parts_of(entry)[0] + arb(0, radius) for entry in np.diagonal(b)]
    limit = rtol * max(places, key=lambda place: float(place.mid()), default=arb(0))
    for place in places:
        if place.overlaps(limit):
            raise Undecided(f"matrix_rank: a singular value near {float(place.mid())} lies at the limit of rtol")
    return sum(1 for place in places if place > limit)
