"""Hold special functions of jets to mpmath: value, gradient and Hessian, at exact operands and at balls of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import mpmath
import numpy as np
import pytest
import scipy.special
from flint import arb, arb_mat
from mpmath import mpf

from adbench.oracle.jet import Jet, jet
from adbench.oracle.namespace import SPECIAL, jets
from adbench.oracle.precision import working
from adbench.oracle.special import OF_ONE, OF_THREE, OF_TWO

PRECISIONS = (24, 53, 320)
LOST_BITS = 8  # of the working precision, in a second derivative at exact operands
REFERENCE_BITS = 400  # more where an operand lies next to a singularity
GUARD_BITS = 64  # of the reference's differences
SAME = mpf(2) ** -250  # how far such a difference quotient may be from the truth, relatively
NEGLIGIBLE_BITS = 40  # of the reference's: a difference quotient with no more is of a truth that is zero
RADIUS = 2.0**-20  # of operands as a computation leaves them, relatively
FUNCTIONS = {**OF_ONE, **OF_TWO, **OF_THREE}
INTEGER_FIRST = ("polygamma", "expn")

Point = tuple[float, ...]


@dataclass(frozen=True)
class Reference:
    """A function of mpmath's.

    Attributes:
        function: of numbers.
        points: where it is looked at, ordinary ones first.
        bits: of the reference; more where 1 − 1e-324 must not round to 1, or a singularity is near.
        partial: its partial derivative at a point, of an order by each operand; by default a difference quotient.
    """

    function: Callable[..., mpf]
    points: list[Point]
    bits: int = REFERENCE_BITS
    partial: Callable[[Point, Sequence[int]], mpf] | None = None


def of(
    function: Callable[..., mpf],
    *points: float | Point,
    bits: int = REFERENCE_BITS,
    partial: Callable[[Point, Sequence[int]], mpf] | None = None,
) -> Reference:
    """A row of a table; a point of one operand is a bare number."""
    return Reference(function, [p if isinstance(p, tuple) else (p,) for p in points], bits, partial)


def cases(references: dict[str, Reference], slow: Sequence[tuple[str, Point]] = ()) -> list:
    """Every function at every point, for pytest."""
    return [
        pytest.param(name, point, id=f"{name}{point}", marks=[pytest.mark.slow] * ((name, point) in slow))
        for name, reference in references.items()
        for point in reference.points
    ]


def check_exact(name: str, reference: Reference, point: Point) -> None:
    """Value and derivatives at exact operands are enclosed at every precision, and no digit is lost."""
    true = truths(name, reference, [mpf(x) for x in point])
    for bits in PRECISIONS:
        with working(bits):
            got = derivatives(name, point)
        for what, ball in got.items():
            assert holds(ball, true[what]), (bits, what, ball, true[what])
            if true[what] == 0:
                assert abs(ball).upper() <= arb(2) ** (1 - bits), (bits, what, ball)
            else:
                assert ball.rad() <= abs(ball.mid()) * arb(2) ** (LOST_BITS - bits), (bits, what, ball)


def check_balls(name: str, reference: Reference, where: float) -> None:
    """Value and derivatives at balls of operands enclose those at any point in them, and are nearly as narrow."""
    point, wrt = reference.points[0], active(name, len(reference.points[0]))
    moved = [mpf(x) * (1 + mpf(RADIUS) * mpf(where)) if i in wrt else mpf(x) for i, x in enumerate(point)]
    true = truths(name, reference, moved)
    for what, ball in derivatives(name, point, RADIUS).items():
        assert holds(ball, true[what]), (what, ball, true[what])
        assert ball.rad() <= 2.0**-8 * max(abs(ball.mid()), 0.02), (what, ball)


def check_broadcasting(name: str, point: Point, scipys: str = "") -> None:
    """Operands of shapes (2, 1) and (3,) broadcast, and values and shapes are SciPy's; `scipys` is its name for it."""
    point = [int(x) if i not in active(name, len(point)) else x for i, x in enumerate(point)]
    operands = [np.array([[x], [x]]) if i == 0 else np.array([x, x, x]) for i, x in enumerate(point)]
    expected = getattr(scipy.special, scipys or name)(*operands)
    got = getattr(SPECIAL, name)(*(jets(x) if x.dtype.kind == "f" else x for x in operands))
    assert got.shape == expected.shape
    np.testing.assert_allclose([float(j.value.mid()) for j in got.flat], np.ravel(expected), rtol=1e-12)


def active(name: str, n: int) -> list[int]:
    """The operands that are continuous."""
    return [i for i in range(n) if not (i == 0 and name in INTEGER_FIRST)]


def derivatives(name: str, point: Sequence[float], radius: float = 0.0) -> dict[tuple[int, ...], arb]:
    """The value under (), the gradient under (i,) and the Hessian under (i, j)."""
    n = len(point)
    wrt, found = active(name, n), {}
    for j in wrt:
        operands = [jet(int(x)) for x in point]
        for i in wrt:
            row = arb_mat(1, n, [arb(int(k == i)) for k in range(n)])
            operands[i] = Jet(arb(point[i], abs(point[i]) * radius), row, arb(int(i == j)))
        y = FUNCTIONS[name](*operands)
        found |= {(): y.value, **{(i,): y.dot[0, i] for i in wrt}, **{(i, j): y.mixed[0, i] for i in wrt}}
    return found


def truths(name: str, reference: Reference, point: Sequence[mpf]) -> dict[tuple[int, ...], mpf]:
    """The same of mpmath; what is no more than a difference quotient's noise is 0."""
    wrt = active(name, len(point))
    orders = [(), *((i,) for i in wrt), *((i, j) for i in wrt for j in wrt)]
    with mpmath.workprec(reference.bits):
        partials = {tuple(sorted(by)): mpf(0) for by in orders}
        for by in partials:
            partials[by] = _partial(reference, point, by)
        noise = mpf(2) ** (NEGLIGIBLE_BITS - reference.bits)
        return {by: x if not by or abs(x) > noise else mpf(0) for by in orders for x in [partials[tuple(sorted(by))]]}


def _partial(reference: Reference, point: Sequence[mpf], by: tuple[int, ...]) -> mpf:
    orders = tuple(by.count(i) for i in range(len(point)))
    if reference.partial is not None:
        return reference.partial(tuple(point), orders)
    steps = [mpf(2) ** (mpmath.mag(x or 1) - reference.bits // 2) for x in point]
    return difference(reference.function, point, by, steps)


def difference(f: Callable[..., mpf], point: Sequence[mpf], by: tuple[int, ...], steps: Sequence[mpf]) -> mpf:
    """A partial derivative by central differences, nested; each is off by the square of its step.

    mpmath.diff takes steps that grow as an operand shrinks.
    """
    if not by:
        return f(*point)
    i, h = by[0], steps[by[0]]
    with mpmath.workprec(mpmath.mp.prec + mpmath.mp.prec // 2 + GUARD_BITS):
        up, down = ([x + s * h if j == i else x for j, x in enumerate(point)] for s in (1, -1))
        return (difference(f, up, by[1:], steps) - difference(f, down, by[1:], steps)) / (2 * h)


def holds(ball: arb, true: mpf) -> bool:
    """Whether a ball holds a number, but for the reference's own error."""
    with working(4000):
        return bool(ball.is_finite() and ball.overlaps(arb(true) * (1 + arb(0, float(SAME)))))
