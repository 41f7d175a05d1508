"""Derivatives of analytic functions that have no formula, enclosed by Cauchy's: orders of Bessel functions, say.

    g(t) = Σ cₖ tᵏ,  |g| ≤ M on |t| = R:        |cₖ| ≤ M / Rᵏ
    (1/N rᵏ) Σⱼ g(r ωʲ) ω⁻ʲᵏ = cₖ + cₖ₊ₙ rᴺ + …,  ω = e^(2πi/N),  k < N

so that N values on a small circle give cₖ, and the bound M on a large one what the sum leaves over. The small radius
is chosen for that rest to vanish at the working precision; the values are taken with the bits that dividing by rᵏ
costs.

Source: Bornemann, Accuracy and stability of computing high-order derivatives of analytic functions (2011).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from flint import acb, arb, ctx

from adbench.oracle.precision import working

Analytic = Callable[..., acb]
Reach = Callable[..., arb]
Size = Callable[..., arb]

N = 8  # divisible by 4: conjugate points need no values of their own
ARCS = 8  # that cover the upper half of the large circle
BOUND_BITS = 64  # a bound needs its magnitude alone
SHRINKINGS = 8  # of the large circle, by 4, until the function can be bounded on it
ATTEMPTS = 2  # the second with the bits that the first lacked


def differentiated(
    f: Analytic, direction: Sequence[int], order: int, reach: Reach, bound: Callable[..., arb] | None = None
) -> Callable[..., arb]:
    """The derivative of a function of several along a direction, as a function of balls.

    Args:
        f: complex balls to a complex ball; real where its operands are.
        direction: of the derivative, an entry an operand.
        order: of the derivative, 0 to 2.
        reach: of the operands: f is analytic where each is displaced by less than this. It is what the proof
            rests on: a bound on a circle says nothing of a pole within.
        bound: of |f| over wide balls, where f's own arithmetic on them gives none.
    """
    size = bound or (lambda *operands: f(*operands).abs_upper())

    def derivative(*point: arb) -> arb:
        centre = [x.mid() for x in point]
        room = reach(*point)
        if not (room > 0 and all(x.is_finite() for x in point)):
            return arb.nan()
        y = _at(f, size, centre, direction, order, room)
        if all(x.is_exact() for x in point):
            return y
        return y + arb(0, 1) * _spread(f, size, point, direction, order, room)

    return derivative


def _displaced(centre: Sequence[Any], direction: Sequence[int], t: acb) -> list[acb]:
    return [x + t * d if d else acb(x) for x, d in zip(centre, direction, strict=True)]


def _at(f: Analytic, size: Size, centre: Sequence[arb], direction: Sequence[int], order: int, room: arb) -> arb:
    """The derivative at exact operands, with as many bits as the working precision has, if two attempts give them."""
    bits, guard = ctx.prec, 16
    y, (radius, bound) = arb.nan(), _bounded(size, centre, direction, room)
    for _ in range(ATTEMPTS):
        shrunk = -(-(bits + guard) // N)  # r = R / 2**shrunk
        with working(bits + guard + (order + 1) * shrunk):
            rest = arb(2) ** (-N * shrunk)
            left_over = bound / radius**order * rest / (1 - rest)
            r = radius * arb(2) ** -shrunk
            c = _coefficient(lambda t: f(*_displaced(centre, direction, t)), order, r)
            y = math.factorial(order) * (c + arb(0, 1) * left_over)
        lacking = bits - y.rel_accuracy_bits()
        if lacking <= 0 or not y.is_finite():
            break
        guard += 8 + min(lacking, bits)
    return y


def _coefficient(g: Analytic, k: int, r: arb) -> arb:
    """cₖ but for cₖ₊ₙ rᴺ and beyond."""
    total = g(acb(r)).real + (-1) ** k * g(acb(-r)).real
    for j in range(1, N // 2):
        angle = arb(2 * j) / N
        total += 2 * (g(r * acb(angle).exp_pi_i()) * acb(-angle * k).exp_pi_i()).real
    return total / (N * r**k)


def _bounded(size: Size, centre: Sequence[arb], direction: Sequence[int], room: arb) -> tuple[arb, arb]:
    """A radius, and a bound on the circle; not finite where none was found."""
    with working(BOUND_BITS):
        radius = min(arb(1) / 4, (room / 2).mid())  # not next to what is beyond reach: there f may grow
        bound = arb.nan()
        for _ in range(SHRINKINGS):
            bound = _largest(size, centre, direction, radius)
            if bound.is_finite():
                break
            radius /= 4
        return radius.mid(), bound


def _largest(size: Size, centre: Sequence[Any], direction: Sequence[int], radius: arb) -> arb:
    """A bound on a circle around the centre, by arcs of its upper half."""
    largest = arb(0)
    for j in range(ARCS):
        angle = arb((2 * j + 1) / (2 * ARCS), 1 / (2 * ARCS))
        on_arc = size(*_displaced(centre, direction, radius * acb(angle).exp_pi_i()))
        if not on_arc.is_finite():
            return arb.nan()
        largest = largest.max(on_arc)
    return largest


def _spread(f: Analytic, size: Size, point: Sequence[arb], direction: Sequence[int], order: int, room: arb) -> arb:
    """How far the derivative over the balls may be from that at their midpoints.

    With g(s, t) = f(centre + s η + t direction), where η is ρ times a displacement within the balls, and |g| ≤ M for
    |s| ≤ 1, |t| ≤ R: the coefficient of tᵏ is a series in s whose coefficients are below M / Rᵏ, so that at s = 1/ρ
    all but its constant and linear terms make M / Rᵏ ρ (ρ − 1) at most. The linear term is rad × slope.
    """
    inexact = [i for i, x in enumerate(point) if not x.is_exact()]
    with working(BOUND_BITS):
        linear = arb(0)
        for i in inexact:
            linear += point[i].rad() * abs(_slope(f, size, point, direction, i, order, room))
        radius = min(arb(1) / 4, (room / 4).mid())
        for _ in range(SHRINKINGS):
            rho = min((radius / (4 * point[i].rad())).mid() for i in inexact)  # the centre's box clear of the circle
            if not rho > 2:
                break
            centre = [x.mid() + acb(arb(0, 1), arb(0, 1)) * (rho * x.rad()) for x in point]
            bound = _largest(size, centre, direction, radius)
            if bound.is_finite():
                return linear + math.factorial(order) * bound / (radius**order * rho * (rho - 1))
            radius /= 4
        return arb.nan()


def _slope(
    f: Analytic, size: Size, point: Sequence[arb], direction: Sequence[int], i: int, order: int, room: arb
) -> arb:
    """The derivative of the derivative by operand i, by polarisation of those along d ± e and e.

    D²(d + e) − D²(d − e) = 4 D(d) D(e)        D³(d + e) − D³(d − e) = 6 D²(d) D(e) + 2 D³(e)
    """
    centre = [x.mid() for x in point]
    e = [int(j == i) for j in range(len(point))]

    def along(sign: int, of: Sequence[int]) -> arb:
        d = [o + sign * u for o, u in zip(of, e, strict=True)]
        return _at(f, size, centre, d, order + 1, room / 2)  # d may hold a 2

    if order == 0:
        return along(1, [0] * len(e))
    if order == 1:
        return (along(1, direction) - along(-1, direction)) / 4
    return (along(1, direction) - along(-1, direction) - 2 * along(1, [0] * len(e))) / 6
