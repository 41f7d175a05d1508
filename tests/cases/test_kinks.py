"""The kinks: every set is proved, and holds difference quotients beside the kink; hazards are smooth points."""

import math

import numpy as np
import pytest

from adbench import plain
from adbench.oracle.certify import prove
from adbench.oracle.kinks import _directions
from adbench.registry import load_cases
from adbench.report.conventions import admissible

FAMILY = {name.partition(".")[2]: case for name, case in load_cases().items() if case.family == "kinks"}
KINKS = {name: case for name, case in FAMILY.items() if case.admissible_sets}
BESIDE, STEP = 1e-4, 1e-7
NEARLY = 0.03  # |x|¹·⁵ has a slope of 0.015 at 1e-4, and difference quotients of eigenvalues are no better


@pytest.mark.parametrize("name", FAMILY)
def test_every_case_is_proved(name):
    case = FAMILY[name]
    proof = prove(case, "small")
    assert set(proof.truths) == set(case.dtypes)
    prefix = "admissible " if name in KINKS else ""
    assert proof.proved == tuple(f"{prefix}{wrt}" for wrt in case.wrt)


def test_what_is_no_kink_is_a_hazard():
    assert len(KINKS) > 60
    assert {name for name, case in FAMILY.items() if "hazard" in case.tags} == FAMILY.keys() - KINKS.keys()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", KINKS)
def test_difference_quotients_beside_the_kink_are_admissible(name):
    """By NumPy alone, at a step that it can tell from the kink."""
    case = KINKS[name]
    inputs = case.make_inputs("small")
    if not all(np.isfinite(x).all() for x in inputs.values()):
        pytest.skip("beside an infinity there is nothing that float64 can tell from it")

    def f(at):
        return np.asarray(case.function(plain.NAMESPACE, **at))

    for direction in list(_directions(case, inputs))[:6]:
        here = inputs | {n: inputs[n] + BESIDE * u for n, u in direction.items()}
        for wrt in case.wrt:
            low, high = case.admissible_sets[wrt](plain.NAMESPACE, **inputs)
            for index in np.ndindex(inputs[wrt].shape):
                e = np.zeros(inputs[wrt].shape)
                e[index] = STEP
                slope = (f(here | {wrt: here[wrt] + e}) - f(here | {wrt: here[wrt] - e})) / (2 * STEP)
                a, b = low[(..., *index)], high[(..., *index)]
                slack = NEARLY * (1 + np.abs(np.where(np.isfinite(slope), slope, 0)))
                assert (np.isinf(a) | (a - slack <= slope)).all()
                assert (np.isinf(b) | (slope <= b + slack)).all()


SETS = {
    "abs": "[-1, 1]", "relu": "[0, 1]", "sign": "0", "sqrt": "inf", "acos": "-inf", "atan2": "[-inf, inf]",
    "remainder": "x 1, y [-2, -1]", "max": "[0, [0, 1], [0, 1]]", "std": "[-0.5, 0.5]", "sqrt_squared": "1",
    "matrix_norm_nuc_rank_one": "[[1, 0], [0, [-1, 1]]]", "hypot": "[-1, 1]",
}  # fmt: skip


@pytest.mark.parametrize("name", SETS)
def test_sets_by_hand(name):
    assert admissible(KINKS[name]) == SETS[name]


def test_the_slopes_of_ties_by_hand():
    slopes = {name: prove(KINKS[name], "small").truths["float64"].smooth for name in ("maximum", "eigvalsh", "std")}
    assert [smooth.slope.tolist() for (smooth,) in slopes.values()] == [1.0, [1.0, 1.0], 0.0]


def test_probabilities_of_0_lie_at_minus_infinity():
    assert KINKS["logaddexp"].make_inputs("small")["x"] == -math.inf
