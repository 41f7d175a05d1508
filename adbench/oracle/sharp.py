"""Functions of jets whose balls lose no digit but those that the operands lack.

A formula that cancels is evaluated with as many more bits as it cancels, at the midpoints of the operands; the
radii of the operands then widen the result by the slope, as the mean value theorem has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flint import arb, ctx

from adbench.errors import NotCertified
from adbench.oracle.jet import Jet, chain, real_jet
from adbench.oracle.precision import elementary, working

Ball = Callable[..., arb]
Function = Callable[..., Jet]

GUARD_BITS = 32
CAP = 8  # times the working precision, or CAP_BITS: what has lost all digits by then is zero, or not finite
CAP_BITS = 1024


def smooth(
    name: str,
    operands: str,
    value: Ball,
    first: Sequence[Ball | None],
    second: Mapping[tuple[int, int], Ball],
    third: Ball | None = None,
    domain: Callable[..., bool] | None = None,
) -> Function:
    """A function of jets, from ball functions of its operands.

    Args:
        operands: their names, with spaces between.
        first: the partial derivative by each; None where there is none, as by an integer.
        second: the second partial derivatives by operands i ≤ j; what is missing is zero.
        third: of a function of one, where its second derivative cancels: the slope that widens that.
        domain: whether balls surely lie where the function is real; elsewhere it is not a number, though Arb may know
            the real part of a complex one.
    """
    names = operands.split()
    indices = range(len(names))
    rows = [[second.get((min(i, j), max(i, j))) for j in indices] for i in indices]
    slopes = [[None if g is None else h or _zero for g, h in zip(first, row, strict=True)] for row in rows]

    def apply(*arguments: Any) -> Jet:
        xs = [real_jet(a, name) for a in arguments]
        point = [x.value for x in xs]
        for x, partial, operand in zip(xs, first, names, strict=True):
            if partial is None and not x.is_constant:
                raise NotCertified(f"{name} has no derivative by {operand} that could be certified")
        if domain is not None and not domain(*point):
            return _nowhere(xs)
        z = elementary(sharp(value, first, point))
        if all(x.is_constant for x in xs):
            return Jet(z)
        partials = [
            None if x.is_constant else elementary(sharp(g, row, point))  # type: ignore[arg-type]
            for x, g, row in zip(xs, first, slopes, strict=True)
        ]

        def curvature() -> list[list[arb | None]]:
            thirds = None if third is None else [third]
            return [
                [None if h is None or x.is_constant or y.is_constant else elementary(sharp(h, thirds, point))
                 for y, h in zip(xs, row, strict=True)]
                for x, row in zip(xs, rows, strict=True)
            ]  # fmt: skip

        return chain(z, xs, partials, curvature)

    return apply


def of_one(
    name: str,
    value: Ball,
    first: Ball,
    second: Ball,
    third: Ball | None = None,
    domain: Callable[[arb], bool] | None = None,
) -> Function:
    """`smooth` of one operand."""
    return smooth(name, "x", value, (first,), {(0, 0): second}, third, domain)


def _nowhere(xs: Sequence[Jet]) -> Jet:
    nan = arb.nan()
    return chain(nan, xs, [nan] * len(xs), lambda: [[nan] * len(xs)] * len(xs))


def _zero(*point: arb) -> arb:
    return arb(0)


def sharp(f: Ball, slopes: Sequence[Ball | None] | None, point: Sequence[arb]) -> arb:
    """f over balls: at their midpoints with every digit, widened by the slopes; else by f's own arithmetic."""
    if all(x.is_exact() for x in point):
        return settled(f, point)
    with working(ctx.prec + GUARD_BITS):
        direct = f(*point)
    if slopes is None:
        return direct
    y = settled(f, [x.mid() for x in point])
    for x, slope in zip(point, slopes, strict=True):
        if not x.is_exact() and slope is not None:
            y += slope(*point) * arb(0, 1) * x.rad()
        elif not x.is_exact():
            return direct
    return y if y.is_finite() and (y.rad() < direct.rad() or not direct.is_finite()) else direct


def settled(f: Ball, point: Sequence[arb]) -> arb:
    """f at exact numbers, with at least as many digits as the working precision has."""
    wanted = ctx.prec
    bits = wanted + GUARD_BITS
    y = arb.nan()
    while bits <= max(CAP * wanted, CAP_BITS):
        with working(bits):
            y = f(*point)
        if y.rel_accuracy_bits() >= wanted or y.is_zero():
            break
        bits *= 2
    return y
