"""Eigenvalues and eigenvectors of symmetric and Hermitian matrices over jets, for eigenvalues that are distinct.

In a unitary basis in which B = Xᴴ A X is nearly diagonal, an eigenvector y with yᵢ = 1 is the fixed point of

    λ = Bᵢᵢ + Σ Bᵢₖ yₖ        yⱼ = (Σ Bⱼₖ yₖ) / (λ − Bⱼⱼ)        sums without the diagonal, j ≠ i

Balls around the constant terms come from that map by Brouwer's theorem. In the basis of those eigenvectors the
constant term is exactly diagonal, and the same map then adds one order to y each time it is applied, and two to λ.

Source: Rump, Verification methods (2010), §13; Magnus & Neudecker, Matrix Differential Calculus (2019), §8.9.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from adbench.errors import Undecided
from adbench.oracle.holomorphic import real
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
from adbench.oracle.linalg.factorisations import symmetric_part
from adbench.oracle.linalg.reflections import orthogonal
from adbench.oracle.linalg.stacks import (
    adjoint,
    adjoint_of_balls,
    as_jets,
    at_working_precision,
    has_second_order,
    matrices,
    over_stack,
    values,
    with_values,
)
from adbench.oracle.pair import parts_of


class EighResult(NamedTuple):
    """A = V diag(w) Vᴴ, the eigenvectors in the columns of V."""

    eigenvalues: np.ndarray
    eigenvectors: np.ndarray


def eigvalsh(a: Any, /) -> np.ndarray:
    """The eigenvalues of symmetric or Hermitian matrices, ascending; shape (…, n, n) to (…, n).

    The derivative is that by the symmetric part of A; see `symmetric_part`. The radii charge what LAPACK may lose,
    rounding errors of the norm of A; see `charges`.

    Raises:
        InvalidCase: a matrix is not symmetric or Hermitian.
        Undecided: eigenvalues are repeated, or not told apart at the working precision.
    """
    found = over_stack(lambda one: _eigensystem("eigvalsh", one)[:1], matrices("eigvalsh", a, square=True))
    return np.asarray(found[0], dtype=object)


def eigh(a: Any, /) -> EighResult:
    """Eigenvalues as `eigvalsh` gives them, and orthonormal eigenvectors in columns; shape (…, n, n) to that shape.

    The sign of an eigenvector is free, and LAPACK fixes none. Here the first of its components that is at least half
    as large as the largest is positive, and a derivative has no component along its vector; a case does well to use it
    in functions that do not see the sign, or the phase of a complex vector.

    Raises:
        InvalidCase, Undecided: as `eigvalsh`.
    """
    return EighResult(*over_stack(lambda one: _eigensystem("eigh", one), matrices("eigh", a, square=True)))


def _eigensystem(name: str, a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    a = symmetric_part(name, a)
    eigenvalues, basis = _constants(name, values(a))
    lambdas, constant = as_jets(eigenvalues), as_jets(basis)
    vectors = constant.copy()
    if all(entry.is_constant for entry in a.flat):
        return lambdas, vectors
    b = with_values(adjoint(constant) @ a @ constant, diagonal(eigenvalues))
    for i in range(len(a)):
        lambdas[i], y = _step(b, i, None)
        if has_second_order(a):
            lambdas[i], y = _step(b, i, y)
        lambdas[i] = real(lambdas[i])
        vectors[:, i] = unit_vector(constant, i, y)
    return lambdas, vectors


def _constants(name: str, balls: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Balls around the eigenvalues, ascending, and around a unitary matrix of eigenvectors."""
    n = len(balls)
    if not n:
        return np.empty(0, dtype=object), balls
    x = orthogonal(approximate_eigenvectors(balls))
    b = adjoint_of_balls(x) @ charged(balls) @ x
    order = sorted(range(n), key=lambda i: parts_of(b[i, i])[0].mid())
    x, b = x[:, order], b[np.ix_(order, order)]
    radius, places = spread(without_diagonal(b)), [parts_of(entry)[0] for entry in np.diagonal(b)]
    found, vectors = x[0].copy(), x.copy()
    for i in range(n):
        y = fixed_point(lambda y: _step(b, i, y)[1], n) if apart(places, radius, i) else None
        if y is not None:
            found[i] = parts_of(_step(b, i, y)[0])[0]
        if y is None or not apart([*places[:i], found[i], *places[i + 1 :]], radius, i):
            raise Undecided(
                f"{name}: eigenvalue {i} of {n}, about {float(places[i].mid())}, is not told apart from the others "
                f"{at_working_precision()}: it is repeated, or nearly so"
            )
        vectors[:, i] = unit_ball(x, i, y)
    return found, vectors * np.array([sign_of(column) for column in vectors.T], dtype=object)


def _step(b: np.ndarray, i: int, y: np.ndarray | None) -> tuple[Any, np.ndarray]:
    """λ and the next y, of balls or of jets; None stands for eᵢ. The component yᵢ = 1 is left out: 0 in its place."""
    rest, places = without_diagonal(b), np.diagonal(b)
    sums = rest[:, i] if y is None else rest[:, i] + rest @ y
    value = places[i] + sums[i]
    following = sums * 0
    for j in range(len(b)):
        if j != i:
            following[j] = sums[j] / (value - places[j])
    return value, following
