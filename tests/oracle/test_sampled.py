"""Where radii are useless, rounding is sampled, and the truth says so."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb

from adbench.oracle.jet import Jet
from adbench.oracle.sampled import is_useless
from adbench.oracle.truth import truth_at


def settle(xp, x):
    for _ in range(300):
        x = x + (xp.exp(-x * x) - x) / 10
    return x * x


def once(xp, x):
    return xp.exp(-x * x)


X = np.array([0.3, -0.5])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_long_loop_is_sampled_and_a_short_one_is_not(make_case, dtype):
    assert truth_at(make_case(settle, x=X), {"x": X}, dtype).bound == "sampled"
    assert truth_at(make_case(once, x=X), {"x": X}, dtype).bound == "radius"


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_sampled_tolerance_holds_a_plain_evaluation_and_is_no_wider_than_it_must(make_case, dtype):
    truth = truth_at(make_case(settle, x=X), {"x": X}, dtype)
    error = truth.value.error(settle(np, truth.inputs["x"].astype(dtype)))
    assert (error <= truth.value.tolerance).all()
    assert (truth.value.tolerance < 1000 * np.finfo(dtype).eps).all()


def test_samples_are_reproducible_and_leave_no_trace(make_case):
    one, two = (truth_at(make_case(settle, x=X), {"x": X}, "float32") for _ in range(2))
    np.testing.assert_array_equal(one.value.tolerance, two.value.tolerance)
    assert Jet.rounding is None


def test_a_residual_of_zero_is_no_sign_of_a_long_loop(make_case):
    truth = truth_at(make_case(lambda xp, x: xp.sum((x + 0.1) - x) - 0.2, x=X), {"x": X}, "float64")
    assert truth.bound == "radius"


@pytest.mark.parametrize(
    ("balls", "among", "useless"),
    [
        ([arb(1, 1e-12)], 0.0, False),
        ([arb(1, 0.01)], 0.0, True),
        ([arb(1, 0.01), arb(100)], 0.0, False),
        ([arb(0, 1e-15)], 1.0, False),
        ([arb("nan")], 0.0, True),
        ([arb(0)], 0.0, False),
    ],
)
def test_what_is_useless(balls, among, useless):
    group = np.empty(len(balls), dtype=object)
    group[:] = balls
    assert is_useless(group, among) is useless


@pytest.mark.parametrize(("dtype", "bits"), [("float16", 11), ("bfloat16", 8)])
def test_tolerances_of_half_precision(make_case, dtype, bits):
    truth = truth_at(make_case(once, x=X), {"x": X}, dtype)
    relative = truth.value.tolerance / truth.value.high
    assert (2.0**-bits < relative).all()
    assert (relative < 64 * 2.0**-bits).all()
