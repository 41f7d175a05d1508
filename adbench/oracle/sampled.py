"""A bound on rounding by sampling, for computations so long that the balls' radii say nothing.

Each operation's result is replaced by one end of its ball, chosen at random, so that one evaluation is one of the
results that rounding may lead to. The largest distance from the truth over several evaluations stands in for the
radius. It is an estimate where the radius is a proof; outcomes say which of the two was used.

Source: stochastic arithmetic, after Vignes, A stochastic arithmetic for reliable scientific computation (1993).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import arb, arb_mat

from adbench.case import Case, Inputs
from adbench.oracle.evaluate import Balls, evaluate
from adbench.oracle.jet import Jet
from adbench.oracle.pair import Complex

SAMPLES = 8  # their largest distance exceeds the standard deviation in all but 5 of 100 entries
USELESS = 1e-3  # a radius above this share of the largest entry bounds nothing


def is_useless(rough: np.ndarray, among: float = 0.0) -> bool:
    """Whether the radii of a group of balls are beyond a thousandth of its largest number.

    Args:
        among: a magnitude that the numbers are differences of: a residual of 0 is no sign of a long loop.
    """
    if not all(b.is_finite() for b in rough.flat):
        return True
    largest = max((float(abs(b.mid())) for b in rough.flat), default=0.0)
    widest = max((float(b.rad()) for b in rough.flat), default=0.0)
    return widest > USELESS * max(largest, among) > 0.0


def sampled(
    case: Case, inputs: Inputs, tangents: Inputs, cotangent: np.ndarray, bits: int, true: Balls
) -> dict[str, np.ndarray]:
    """Balls around the truth whose radii are the largest distances seen, by name as `Balls.groups` has them."""
    rng = np.random.default_rng(0)
    widest = {name: np.zeros(group.shape) for name, group in true.groups().items()}
    for _ in range(SAMPLES):
        made = _one(case, inputs, tangents, cotangent, bits, rng)
        for name, group in made.groups().items():
            pairs = zip(group.flat, true.groups()[name].flat, strict=True)
            distances = np.array([float(abs(a - b).upper()) for a, b in pairs]).reshape(group.shape)
            widest[name] = np.maximum(widest[name], distances)
    return {name: _around(group, widest[name]) for name, group in true.groups().items()}


def _one(
    case: Case, inputs: Inputs, tangents: Inputs, cotangent: np.ndarray, bits: int, rng: np.random.Generator
) -> Balls:
    def end(ball: arb) -> arb:
        return ball if ball.is_exact() else (ball.mid() + (ball.rad() if rng.random() < 0.5 else -ball.rad())).mid()

    def rounding(part: Any) -> Any:
        if part is None:
            return None
        if isinstance(part, Complex):
            return Complex(rounding(part.re), rounding(part.im))
        if isinstance(part, arb):
            return end(part)
        return arb_mat(1, part.ncols(), [end(e) for e in part.entries()])

    Jet.rounding = rounding
    try:
        return evaluate(case, inputs, tangents, cotangent, bits)
    finally:
        Jet.rounding = None


def _around(true: np.ndarray, radius: np.ndarray) -> np.ndarray:
    made = np.empty(true.shape, dtype=object)
    for index, b in np.ndenumerate(true):
        made[index] = arb(b.mid(), float(radius[index]))
    return made
