"""What the certified spectral functions start from: a basis in which a matrix is nearly diagonal, and proofs in it.

The approximate eigenvectors need not be right: a basis that is off only widens the balls. What is promised is that
the basis is exactly orthogonal, and that an enclosure which is given out holds its number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from flint import acb_mat, arb, arb_mat, ctx

from adbench.oracle.jet import Jet, jet
from adbench.oracle.linalg.stacks import middles, squared
from adbench.oracle.pair import Complex, around_zero, conjugate
from adbench.oracle.precision import working

ATTEMPTS = 6  # boxes to try, each twice as large as the image of the last


def approximate_eigenvectors(balls: np.ndarray, *, gram: bool = False) -> np.ndarray:
    """Columns of exact numbers near the eigenvectors of a Hermitian matrix, eigenvalues ascending; or those of AᴴA.

    At more than twice the working precision, as AᴴA squares the condition number. The diagonal is first shaken at
    rounding level: repeated eigenvalues too then have eigenvectors which are nearly orthogonal.
    """
    prec = ctx.prec
    with working(2 * prec + 64):
        is_complex = any(isinstance(ball, Complex) for ball in balls.flat)
        matrix: Any = acb_mat if is_complex else arb_mat
        a = matrix([[z.acb if isinstance(z, Complex) else z for z in row] for row in middles(balls)])
        if gram:
            a = (a.conjugate() if is_complex else a).transpose() * a
        n = a.nrows()
        shake = max((abs(x).upper() for x in a.entries()), default=arb(0)) * arb(2) ** (-prec * (2 if gram else 1) - 4)
        shaken = a + matrix([[shake * (i * i + 1) / n**2 if i == j else 0 for j in range(n)] for i in range(n)])
        found, vectors = acb_mat(shaken.mid()).eig(right=True, algorithm="approx")
        order = sorted(range(n), key=lambda i: found[i].real.mid())
        unit_vector_of = _complex if is_complex else _real
        columns = [unit_vector_of([vectors[r, i] for r in range(n)]) for i in order]
    return np.array(columns, dtype=object).reshape(n, n).T


def _real(vector: list[Any]) -> list[arb]:
    """A complex multiple of a real vector as a real one of length 1."""
    largest = max(vector, key=lambda z: abs(z).mid())
    real = [(z / largest).real.mid() for z in vector]
    length = sum((x * x for x in real), arb(0)).sqrt()
    return [(x / length).mid() for x in real]


def _complex(vector: list[Any]) -> list[Complex]:
    """A complex vector at length 1."""
    length = sum((abs(z) ** 2 for z in vector), arb(0)).sqrt()
    return [Complex.of(z / length).mid() for z in vector]


def apart(places: Iterable[arb], radius: arb, i: int) -> bool:
    """Whether the i-th of the intervals place ± radius overlaps none of the others.

    By Weyl's theorem the k-th eigenvalue of a symmetric matrix is in the k-th interval around its diagonal, if the
    radius is the norm of the rest; and the k-th singular value likewise.
    """
    around = [place + arb(0, radius) for place in places]
    return all(not around[i].overlaps(other) for j, other in enumerate(around) if j != i)


def fixed_point(step: Callable[[np.ndarray], np.ndarray], size: int) -> np.ndarray | None:
    """Balls around a fixed point of a continuous map; None where none is proved.

    By Brouwer's theorem one is in any box that the map takes into itself. It is near zero here, and the map contracts.
    """
    image = step(np.array([arb(0)] * size, dtype=object))
    for _ in range(ATTEMPTS):
        if not all(ball.is_finite() for ball in image):
            return None
        box = np.array([around_zero(arb(0, 2 * abs(ball).upper()), ball) for ball in image], dtype=object)
        image = step(box)
        if all(ball.is_finite() and outer.contains(ball) for outer, ball in zip(box, image, strict=True)):
            return step(image)
    return None


def diagonal(entries: np.ndarray, shape: tuple[int, ...] | None = None) -> np.ndarray:
    """A matrix of balls, zero but for its diagonal; by default square."""
    made = np.full(shape or (len(entries),) * 2, arb(0), dtype=object)
    for i, entry in enumerate(entries):
        made[i, i] = entry
    return made


def without_diagonal(b: np.ndarray) -> np.ndarray:
    """A copy of a matrix of balls or jets whose diagonal is exactly zero."""
    b = b.copy()
    for i in range(min(b.shape)):
        b[i, i] = jet(0) if isinstance(b[i, i], Jet) else arb(0)
    return b


def unit_ball(basis: np.ndarray, i: int, y: np.ndarray) -> np.ndarray:
    """The i-th column of a basis plus basis · y, at length 1, where yᵢ = 0; of balls."""
    length = sum((conjugate(entry) * entry for entry in y), arb(1))
    length = (length.re if isinstance(length, Complex) else length).sqrt()
    return np.asarray((basis[:, i] + basis @ y) / length, dtype=object)


def unit_vector(basis: np.ndarray, i: int, y: np.ndarray) -> np.ndarray:
    """The same of jets, where y has no constant term: s = Σ |y|² is of second order, and 1/√(1 + s) = 1 − s/2."""
    s = sum((squared(entry) for entry in y), jet(0))
    return np.asarray((basis[:, i] + basis @ y) * (1 - s * jet(0.5)), dtype=object)


def sign_of(column: np.ndarray) -> Any:
    """1 or −1: that of the first component at least half as large as the largest, by the middles of the balls.

    Of complex balls the direction of its conjugate, which makes it positive.
    """
    if any(isinstance(entry, Complex) for entry in column):
        sizes = [float(abs(entry.mid())) for entry in column]
        pivot = next(z for z, size in zip(column, sizes, strict=True) if 2 * size >= max(sizes))
        return conjugate(pivot) / abs(pivot)
    middles = [float(entry.mid()) for entry in column]
    return 1 if next(x for x in middles if 2 * abs(x) >= max(map(abs, middles))) >= 0 else -1
