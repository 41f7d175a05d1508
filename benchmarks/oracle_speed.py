"""What the oracle's truths cost: `python benchmarks/oracle_speed.py`.

Proof of the whole catalogue; the certified Jacobian of a layer tanh(W x) of 20 × 30 by both inputs; and a pass of jets
to second order (all entries of a Hessian-vector product) over one to first order, case by case, in turns.
"""

from __future__ import annotations

import math
import time

import numpy as np

from adbench import registry
from adbench.case import Case
from adbench.errors import AdbenchError
from adbench.oracle.certify import prove
from adbench.oracle.evaluate import apply, seeds
from adbench.oracle.precision import CERTIFIED_BITS, working
from adbench.oracle.truth import certified

CATALOGUE_FIGURE, LAYER_FIGURE, ORDER_FIGURE = 60.0, 0.05, 4.0  # seconds, seconds, ratio
ROUNDS = 5


def main() -> None:
    """Measure all three and print them beside their figures."""
    cases = list(registry.load_cases().values())
    start = time.perf_counter()
    for case in cases:
        prove(case, next(iter(case.sizes)))
    report(f"proof of {len(cases)} cases, seconds", time.perf_counter() - start, CATALOGUE_FIGURE)

    layer = tanh_layer()
    inputs, tangents, cotangent = seeded(layer)
    seconds = fastest([lambda: certified(layer, inputs, tangents, cotangent)])[0]
    report("certified Jacobian of tanh(W x), 20 × 30, seconds", seconds, LAYER_FIGURE)

    ratios = {case.name: ratio for case in cases if (ratio := second_over_first(case))}
    worst = max(ratios, key=lambda name: ratios[name])
    mean = math.exp(np.mean(np.log(list(ratios.values()))))
    print(f"second order over first, geometric mean of {len(ratios)} cases: {mean:.2f}")
    report(f"the same, largest ({worst})", ratios[worst], ORDER_FIGURE)


def tanh_layer() -> Case:
    """One layer of a network."""
    layer = Case(name="layer.tanh", function=lambda xp, W, x: xp.tanh(W @ x), wrt=("W", "x"), sizes={"small": {}})
    layer.inputs(lambda rng: {"W": rng.normal(size=(20, 30)), "x": rng.normal(size=30)})
    return layer


def seeded(case: Case) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], np.ndarray]:
    """Inputs of the case's first size with a tangent and a cotangent."""
    inputs = case.make_inputs(next(iter(case.sizes)))
    like = case.output_like(inputs)
    return inputs, *seeds(case, inputs, like.shape, "float64", complex_output=like.dtype.kind == "c")


def second_over_first(case: Case) -> float | None:
    """The ratio of times; None for a case at a kink."""
    inputs, tangents, _ = seeded(case)
    try:
        with working(CERTIFIED_BITS):
            first, second = fastest(
                [lambda: apply(case, inputs, tangents), lambda: apply(case, inputs, tangents, along=True)]
            )
    except AdbenchError:
        return None
    return second / first


def fastest(calls: list) -> list[float]:
    """The least seconds of each of the calls, which take turns."""
    least = [math.inf] * len(calls)
    for _ in range(ROUNDS):
        for i, call in enumerate(calls):
            start = time.perf_counter()
            call()
            least[i] = min(least[i], time.perf_counter() - start)
    return least


def report(what: str, measured: float, figure: float) -> None:
    verdict = "reached" if measured < figure else "NOT reached"
    print(f"{what}: {measured:.3g} (figure: {figure:g}, {verdict})", flush=True)


if __name__ == "__main__":
    main()
