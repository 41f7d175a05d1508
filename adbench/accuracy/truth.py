"""The true value and partial derivatives of a function at the points of its sweep, by balls at 320 bits or more."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from flint import arb, arb_mat

from adbench.accuracy.sweep import points
from adbench.accuracy.table import FUNCTIONS, call
from adbench.errors import Undecided
from adbench.oracle.jet import Jet
from adbench.oracle.namespace import NAMESPACE, jets
from adbench.oracle.precision import working
from adbench.oracle.truth import Enclosure

BITS, CAP_BITS = 320, 5120
ACCURATE_BITS = 120  # float64 and what its rounding leaves over, 106, with bits to spare
SUBNORMAL = math.ulp(0.0)  # stands for what is smaller still


@dataclass(frozen=True, kw_only=True)
class SweptTruth:
    """Truths at the points of a sweep; NaN where there is none, at a pole for one.

    Attributes:
        points: an array an operand.
        value: of the function.  partials: of its derivative, by operand.
    """

    points: dict[str, np.ndarray]
    value: Enclosure
    partials: dict[str, Enclosure]


def swept_truth(name: str, dtype: str) -> SweptTruth:
    """The truth of a function of the table.

    Raises:
        Unsupported: the oracle lacks the function.
    """
    function = FUNCTIONS[name]
    columns = points(name, function, dtype)
    rows = [balls_at(name, tuple(map(float, point))) for point in zip(*columns, strict=True)]
    value, *partials = (_enclosed([row[i] for row in rows]) for i in range(len(columns) + 1))
    return SweptTruth(
        points=dict(zip(function.operands, columns, strict=True)),
        value=value,
        partials=dict(zip(function.operands, partials, strict=True)),
    )


def balls_at(name: str, point: tuple[float, ...]) -> list[arb]:
    """The value and the partials at one point, narrow to `ACCURATE_BITS`; where there is none, no finite ball."""
    bits = BITS
    while bits <= CAP_BITS:
        try:
            balls = _evaluate(name, point, bits)
        except Undecided:  # a kink
            break
        if all(not b.is_finite() or b.rel_accuracy_bits() >= ACCURATE_BITS for b in balls):
            return balls
        bits *= 2
    return [arb("nan")] * (1 + len(point))


def _evaluate(name: str, point: tuple[float, ...], bits: int) -> list[arb]:
    width = len(point)
    with working(bits), np.errstate(all="ignore"):  # balls say themselves what is not finite
        operands = []
        for i, x in enumerate(point):
            row = arb_mat(1, width)
            row[0, i] = arb(1)
            operands.append(jets([Jet(arb(x), row)]))
        (y,) = jets(call(NAMESPACE, name, *operands))
        return [y.value, *([arb(0)] * width if y.dot is None else y.dot.entries())]


def _enclosed(balls: list[arb]) -> Enclosure:
    with working(BITS):
        high = [_nearest(b) for b in balls]
        low = [float(b.mid() - arb(h)) if math.isfinite(h) else math.nan for b, h in zip(balls, high, strict=True)]
    return Enclosure(high=np.array(high), low=np.array(low), tolerance=np.zeros(len(balls)))


def _nearest(ball: arb) -> float:
    """The float64 nearest to the middle; NaN where there is none, and never 0 unless the truth is."""
    if not ball.is_finite():
        return math.nan
    nearest = float(ball.mid())
    return nearest if nearest != 0 or ball == 0 else SUBNORMAL
