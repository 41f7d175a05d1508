"""Kinks: where a case has no single derivative, its admissible set is checked from both sides.

Beside a kink the function is smooth, and each derivative found there is one that the set must hold: the Clarke
subdifferential is the convex hull of such limits.

Source: Clarke, Optimization and Nonsmooth Analysis (1983), ch. 2.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import arb, arb_mat

from adbench.case import Case, Inputs
from adbench.errors import InvalidCase, NotCertified, Undecided
from adbench.oracle.evaluate import by_input, object_array, output, rows, width
from adbench.oracle.jet import Jet
from adbench.oracle.namespace import NAMESPACE, jets
from adbench.oracle.precision import working
from adbench.parts import real_shape

STEP = "1e-40"  # far below what a float64 can tell from the kink, far above what the balls resolve
KINK_BITS = 640
DIRECTIONS = 4
SLACK = "1e-30"  # a derivative that is continuous up to the kink differs from its limit by a multiple of the step


def prove_admissible(case: Case, inputs: Inputs) -> None:
    """Check that the derivatives beside the kink, on both sides in several directions, lie in the admissible set.

    Raises:
        InvalidCase: one does not, or the inputs do not lie at a kink at all.
        Undecided: it is a kink on a whole side as well.
    """
    ends = _ends(case, inputs)
    rng, seen = np.random.default_rng(0), []
    for _ in range(DIRECTIONS):
        toward = {name: rng.choice([-1.0, 1.0], real_shape(inputs[name])) * rng.uniform(1, 2) for name in case.wrt}
        for side in (1, -1):
            found = beside(case, inputs, {name: side * u for name, u in toward.items()})
            for name, (low, high) in ends.items():
                _require_inside(case, name, found[name], low, high)
            seen.append(found)
    if _is_smooth(case, inputs):
        raise InvalidCase(f"{case.where}: has an admissible set, but its inputs do not lie at a kink")


def beside(case: Case, inputs: Inputs, direction: Inputs) -> dict[str, np.ndarray]:
    """The Jacobian by each input as balls, at 1e-40 times `direction`, of the shapes of their `parts`, beside them."""
    with working(KINK_BITS):
        step, count = arb(STEP), width(case, inputs)

        def leaf(name: str, index: tuple[int, ...], x: float, number: int) -> Jet:
            row = arb_mat(1, count)
            row[0, number] = 1
            return Jet(arb(x) + step * arb(float(direction[name][index])), row)

        y = output(case, inputs, leaf)
        return by_input(case, inputs, rows(y, count), y.shape)


def _ends(case: Case, inputs: Inputs) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    with working(KINK_BITS):
        arguments = {name: jets(x) if x.dtype.kind in "fc" else x for name, x in inputs.items()}
        shape = real_shape(case.output_like(inputs))
        found = {}
        for name, ends in case.admissible_sets.items():
            low, high = (jets(end) for end in ends(NAMESPACE, **arguments))
            expected = shape + real_shape(inputs[name])
            if low.shape != expected or high.shape != expected:
                got = f"{low.shape} and {high.shape}"
                raise InvalidCase(f"{case.where}: admissible({name!r}) gives shapes {got}, expected {expected}")
            found[name] = tuple(object_array([j.value for j in end.flat], end.shape) for end in (low, high))
        return found  # type: ignore[return-value]


def _require_inside(case: Case, name: str, found: Any, low: Any, high: Any) -> None:
    with working(KINK_BITS):
        for index, ball in np.ndenumerate(found):
            if not ball.is_finite():
                raise NotCertified(f"{case.where}: beside the kink, entry {list(index)} by {name} is {ball}")
            slack = arb(SLACK) * (1 + abs(ball))
            if not low[index] - slack <= ball <= high[index] + slack:
                raise InvalidCase(
                    f"{case.where}: beside the kink, entry {list(index)} of the derivative by {name} is "
                    f"{ball.str(20)}, outside of the admissible [{low[index].str(10)}, {high[index].str(10)}]"
                )


def _is_smooth(case: Case, inputs: Inputs) -> bool:
    try:
        beside(case, inputs, {name: np.zeros(real_shape(inputs[name])) for name in case.wrt})
    except Undecided:
        return False
    return True
