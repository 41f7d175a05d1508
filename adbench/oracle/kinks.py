"""Kinks: where a case has no single derivative, its admissible set is checked from both sides.

Beside a kink the function is smooth, and each derivative found there is one that the set must hold: the Clarke
subdifferential is the convex hull of their limits. The other way round, each end of the set must be such a limit, so
that the set is no wider than it must be. An infinite end is one towards which they grow as the kink comes nearer.

Source: Clarke, Optimization and Nonsmooth Analysis (1983), ch. 2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from flint import arb, arb_mat

from adbench.case import Case, Inputs
from adbench.errors import InvalidCase, NotCertified, Undecided
from adbench.oracle.evaluate import by_input, constant_jets, object_array, output, round_inputs, rows, width
from adbench.oracle.jet import Jet
from adbench.oracle.namespace import NAMESPACE, jets
from adbench.oracle.precision import BITS, working
from adbench.oracle.truth import Admissible, Enclosure, Smooth, Truth, enclose
from adbench.parts import is_complex, real_shape

FAR, NEAR = "1e-40", "1e-80"  # both far below what a float64 can tell from the kink
KINK_BITS = 1280  # resolve the square of the nearer one, and 200 digits beyond
DIRECTIONS = 4
ENTRIES = 16  # of the inputs, along each of which kinks with no more are looked at: the ends must be reached there
NUDGE = 1e-20  # off the axis of an entry, so that the others do not tie
REACHED = 1e-6  # an end is a limit, and the nudge leaves it short of that
GROWTH = 1.5  # from far to near, of a derivative that is infinite at the kink; that of log x doubles
SLACK = "1e-30"  # a derivative that is continuous up to the kink differs from its limit by a power of the step

Balls = Any  # an object array of them
Jacobians = dict[str, Balls]


def prove_admissible(case: Case, inputs: Inputs) -> tuple[Smooth, ...]:
    """Check that the derivatives beside the kink lie in the admissible set, and that they reach its ends.

    Returns:
        The directions in which the case says that it is smooth, with the derivative there.
    Raises:
        InvalidCase: one does not, an end is not reached, the inputs do not lie at a kink at all, or a direction is
            not one in which the function is smooth.
        Undecided: it is a kink on a whole side as well.
    """
    if missing := [name for name in case.wrt if name not in case.admissible_sets]:
        raise InvalidCase(f"{case.where}: has an admissible set, but none by {missing[0]}")
    if _is_smooth(case, inputs):
        raise InvalidCase(f"{case.where}: has an admissible set, but its inputs do not lie at a kink")
    ends = _ends(case, inputs, KINK_BITS)
    directions = list(_directions(case, inputs))
    near = [beside(case, inputs, direction) for direction in directions]
    for name, (low, high) in ends.items():
        for found in near:
            _require_inside(case, name, found[name], low, high)
    if _entries(case, inputs) <= ENTRIES:
        far = [beside(case, inputs, direction, FAR) for direction in directions]
        for name in ends:
            _require_reached(case, name, ends[name], [f[name] for f in far], [f[name] for f in near])
    return tuple(_smooth(case, inputs, along(**inputs), near) for along in case.smooth_directions)


def truth_at_kink(case: Case, inputs: Inputs, dtype: str, smooth: tuple[Smooth, ...]) -> Truth:
    """What the checks compare with at a kink, once its set is proved."""
    inputs = round_inputs(inputs, dtype)
    value, like = _value(case, inputs, dtype), case.output_like(inputs)
    sets = {}
    for name, (low, high) in _ends(case, inputs, KINK_BITS).items():
        sets[name] = Admissible(low=_numbers(low), high=_numbers(high))
    return Truth(
        inputs=inputs,
        tangents={},
        cotangent=np.zeros_like(like),
        bound="admissible set",
        value=replace(value, complex=is_complex(like)),
        jvp=_unknown(value.high.shape),
        jacobian={},
        vjp={},
        second="there is no second derivative at a kink",
        admissible=sets,
        smooth=smooth,
    )


def beside(case: Case, inputs: Inputs, direction: Inputs, step: str = NEAR) -> Jacobians:
    """The Jacobian by each input as balls, at a step along `direction`, of the shapes of their `parts`, beside them.

    Beside an infinite input are large numbers of its sign, the larger the smaller the step.
    """
    with working(KINK_BITS):
        count, h = width(case, inputs), arb(step)

        def leaf(name: str, index: tuple[int, ...], x: float, number: int) -> Jet:
            row, u = arb_mat(1, count), arb(float(direction[name][index]))
            row[0, number] = 1
            return Jet(arb(x) + h * u if math.isfinite(x) else math.copysign(1, x) * (4 + u) / h, row)

        y = output(case, inputs, leaf)
        return by_input(case, inputs, rows(y, count), y.shape)


def _directions(case: Case, inputs: Inputs) -> Iterator[Inputs]:
    """Both ways along random ones and, of few entries, along each; none that leaves the case's domain."""
    shapes = {name: real_shape(inputs[name]) for name in case.wrt}
    rng = np.random.default_rng(0)

    def drawn() -> Inputs:
        return {name: rng.choice([-1.0, 1.0], shape) * rng.uniform(1, 2, shape) for name, shape in shapes.items()}

    made = [drawn() for _ in range(DIRECTIONS)]
    if _entries(case, inputs) <= ENTRIES:
        for name, shape in shapes.items():
            for index in np.ndindex(shape):
                nudged = {n: np.asarray(NUDGE * u) for n, u in drawn().items()}
                nudged[name][index] = 1.0
                made.append(nudged)
    for one in made:
        for side in (1.0, -1.0):
            yield {name: _within(case, name, inputs[name], side * u) for name, u in one.items()}


def _entries(case: Case, inputs: Inputs) -> int:
    return width(case, inputs) - 1


def _within(case: Case, name: str, x: np.ndarray, u: np.ndarray) -> np.ndarray:
    """The direction, turned back where it leaves the domain."""
    low, high = case.domain.get(name, (None, None))
    u = np.where(x == low, np.abs(u), u) if low is not None else u
    return np.where(x == high, -np.abs(u), u) if high is not None else u


def _ends(case: Case, inputs: Inputs, bits: int) -> dict[str, tuple[Balls, Balls]]:
    with working(bits):
        arguments = constant_jets(inputs)
        shape = real_shape(case.output_like(inputs))
        found = {}
        for name, ends in case.admissible_sets.items():
            low, high = (jets(end) for end in ends(NAMESPACE, **arguments))
            expected = shape + real_shape(inputs[name])
            if low.shape != expected or high.shape != expected:
                got = f"{low.shape} and {high.shape}"
                raise InvalidCase(f"{case.where}: admissible({name!r}) gives shapes {got}, expected {expected}")
            found[name] = _balls(low), _balls(high)
        return found


def _require_inside(case: Case, name: str, found: Balls, low: Balls, high: Balls) -> None:
    with working(KINK_BITS):
        for index, ball in np.ndenumerate(found):
            if not ball.is_finite():
                raise NotCertified(f"{case.where}: beside the kink, entry {list(index)} by {name} is {ball}")
            slack = arb(SLACK) * (1 + abs(ball))
            inside = (_is_infinite(low[index]) or low[index] - slack <= ball) and (
                _is_infinite(high[index]) or ball <= high[index] + slack
            )
            if not inside:
                raise InvalidCase(
                    f"{case.where}: beside the kink, entry {list(index)} of the derivative by {name} is "
                    f"{ball.str(20)}, outside of the admissible [{_end(low[index])}, {_end(high[index])}]"
                )


def _require_reached(case: Case, name: str, ends: tuple[Balls, Balls], far: list[Balls], near: list[Balls]) -> None:
    with working(KINK_BITS):
        for end, extreme in zip(ends, (min, max), strict=True):
            for index, limit in np.ndenumerate(end):
                before, now = (_extreme(extreme, (found[index] for found in seen)) for seen in (far, near))
                if _is_infinite(limit):
                    sign = 1 if limit > 0 else -1
                    reached = sign * now > GROWTH * sign * before > 0
                else:
                    reached = abs(now - limit) <= REACHED * (1 + abs(limit))
                if not reached:
                    raise InvalidCase(
                        f"{case.where}: beside the kink, entry {list(index)} of the derivative by {name} comes to "
                        f"{now.str(10, radius=False)}, which does not reach the end {_end(limit)} of the "
                        "admissible set"
                    )


def _extreme(choose: Callable[..., arb], balls: Iterable[arb]) -> arb:
    return choose(balls, key=lambda ball: ball.mid())


def _is_infinite(end: arb) -> bool:
    return not end.is_finite() and not end.is_nan()


def _end(limit: arb) -> str:
    return limit.str(10) if limit.is_finite() else f"{float(limit.mid())}"


def _smooth(case: Case, inputs: Inputs, along: Inputs, near: list[Jacobians]) -> Smooth:
    """A direction in which every derivative beside the kink is the same."""
    if unknown := [name for name in along if name not in case.wrt]:
        raise InvalidCase(f"{case.where}: smooth_along names {unknown[0]!r}; wrt is {', '.join(case.wrt)}")
    direction = {name: np.asarray(u, dtype=np.float64) for name, u in along.items()}
    if wrong := [name for name, u in direction.items() if u.shape != real_shape(inputs[name])]:
        got, expected = direction[wrong[0]].shape, real_shape(inputs[wrong[0]])
        raise InvalidCase(f"{case.where}: smooth_along gives shape {got} for {wrong[0]}, expected {expected}")
    with working(KINK_BITS):
        slopes: Balls = [np.asarray(sum(_applied(f[n], u) for n, u in direction.items())) for f in near]
        for slope in slopes:
            for index, ball in np.ndenumerate(slope):
                first = slopes[0][index]
                if not abs(ball - first) <= arb(SLACK) * (1 + abs(first)):
                    raise InvalidCase(
                        f"{case.where}: is not smooth along the direction that smooth_along gives: beside the kink "
                        f"entry {list(index)} of the derivative along it is {first.str(10)} and {ball.str(10)}"
                    )
    return Smooth(direction=direction, slope=_numbers(slopes[0]))


def _applied(jacobian: Balls, direction: np.ndarray) -> Balls:
    """The derivative along a direction, balls."""
    weights = object_array([arb(u) for u in direction.flat], direction.shape)
    return np.sum(jacobian * weights, axis=tuple(range(jacobian.ndim - direction.ndim, jacobian.ndim)))


def _is_smooth(case: Case, inputs: Inputs) -> bool:
    try:
        found = beside(case, inputs, {name: np.zeros(real_shape(inputs[name])) for name in case.wrt}, "0")
    except (Undecided, NotCertified):
        return False
    return all(ball.is_finite() for balls in found.values() for ball in balls.flat)


def _value(case: Case, inputs: Inputs, dtype: str) -> Enclosure:
    """f at the kink, where it is finite and the oracle can evaluate it."""

    def at(bits: int) -> Balls:
        with working(bits):
            return _balls(jets(case.function(NAMESPACE, **constant_jets(inputs))))

    try:
        true, rough = at(KINK_BITS), at(BITS[dtype])
    except (Undecided, NotCertified):
        return _unknown(real_shape(case.output_like(inputs)))
    if not all(ball.is_finite() for ball in (*true.flat, *rough.flat)):
        return _unknown(true.shape)
    with working(KINK_BITS):
        return enclose(true, rough, dtype)


def _unknown(shape: tuple[int, ...]) -> Enclosure:
    return Enclosure(high=np.full(shape, np.nan), low=np.zeros(shape), tolerance=np.full(shape, np.nan))


def _balls(y: np.ndarray) -> Balls:
    """The values of real jets."""
    return object_array([j.value for j in y.flat], y.shape)


def _numbers(balls: Balls) -> np.ndarray:
    return np.array([float(ball.mid()) for ball in balls.flat], dtype=np.float64).reshape(balls.shape)
