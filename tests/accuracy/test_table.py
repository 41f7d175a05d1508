"""Every row of the table: the oracle has a truth at its points, and it is the truth of the function that is named."""

from functools import cache

import mpmath
import numpy as np
import pytest
import scipy.special

from adbench.accuracy.judge import ulps_of
from adbench.accuracy.sweep import POINTS
from adbench.accuracy.table import FUNCTIONS, call
from adbench.accuracy.truth import balls_at, swept_truth
from adbench.errors import Unsupported
from adbench.oracle.namespace import NAMESPACE, jets

STANDARD = """
    abs acos acosh add asin asinh atan atan2 atanh copysign cos cosh divide exp expm1 hypot log log10 log1p log2
    logaddexp maximum minimum multiply negative pow reciprocal sign sin sinh sqrt square subtract tan tanh
"""  # the differentiable elementwise functions of the array API, 2024.12


def oracle_has(name):
    try:
        call(NAMESPACE, name, *(jets([0.5]) for _ in FUNCTIONS[name].operands))
    except Unsupported:
        return False
    return True


# where SciPy itself is a hundred ulps off
OTHERS = {"special.beta": np.vectorize(lambda a, b: float(mpmath.beta(a, b)))}
of_the_oracle = pytest.mark.parametrize("name", [name for name in FUNCTIONS if oracle_has(name)])
swept = cache(swept_truth)


def test_the_standard_is_on_the_board_and_the_oracle_has_it():
    assert set(STANDARD.split()) | {"special.expit"} <= set(FUNCTIONS)
    assert all(oracle_has(name) for name in [*STANDARD.split(), "special.expit"])


@of_the_oracle
def test_the_oracle_has_a_truth_at_every_point(name):
    truth = swept(name, "float64")
    assert len(truth.value.high) == POINTS + len(FUNCTIONS[name].hard)
    for enclosure in (truth.value, *truth.partials.values()):
        without = {operand: x[np.isnan(enclosure.high)] for operand, x in truth.points.items()}
        assert all(x.size == 0 for x in without.values()), without


@of_the_oracle
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_most_of_the_points_are_looked_at(name, dtype):
    truth = swept(name, dtype)
    for enclosure in (truth.value, *truth.partials.values()):
        exact = enclosure.high.astype(dtype).astype(np.float64)
        looked_at = ~np.isnan(ulps_of(enclosure, exact, dtype))
        assert looked_at.sum() >= POINTS / 3


@of_the_oracle
def test_the_truth_is_that_of_the_function_with_the_name(name):
    """Another implementation of the same name and the same order of operands agrees at ordinary points."""
    namespace, _, short = name.rpartition(".")
    function = OTHERS.get(name) or getattr(scipy.special if namespace else np, short)
    truth = swept(name, "float64")
    got = function(*FUNCTIONS[name].before, *truth.points.values())
    assert np.nanmedian(ulps_of(truth.value, got, "float64")) <= 4


@pytest.mark.parametrize(
    ("name", "function", "point"),
    [
        ("tanh", mpmath.tanh, (19.0,)),
        ("log1p", mpmath.log1p, (1e-17,)),
        ("atan2", mpmath.atan2, (0.3, -2.0)),
        ("pow", mpmath.power, (2.5, -3.25)),
        ("divide", mpmath.fdiv, (2.5, -3.25)),
        ("logaddexp", lambda x, y: mpmath.log(mpmath.exp(x) + mpmath.exp(y)), (2.0, -20.0)),
        ("special.expit", lambda x: 1 / (1 + mpmath.exp(-x)), (-40.0,)),
    ],
)
def test_the_partials_are_the_derivatives_by_each_operand_in_order(name, function, point):
    with mpmath.workdps(60):
        true = [function(*map(mpmath.mpf, point))]
        for i in range(len(point)):
            true.append(mpmath.diff(function, point, tuple(int(i == j) for j in range(len(point)))))
        found = [mpmath.mpf(b.mid().str(50, radius=False)) for b in balls_at(name, point)]
        assert all(abs(f - t) <= abs(t) * mpmath.mpf("1e-20") for f, t in zip(found, true, strict=True))
