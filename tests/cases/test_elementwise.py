"""Elementwise functions: proofs at every shape and hard point, and derivatives that are known by other means."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from adbench import plain
from adbench.case import DEFINED
from adbench.cases import elementwise
from adbench.errors import InvalidCase
from adbench.oracle.certify import prove
from adbench.oracle.truth import truth_at

FAMILY = {case.name.removeprefix("elementwise."): case for case in DEFINED[elementwise.__name__]}
every_case = pytest.mark.parametrize("case", FAMILY.values(), ids=FAMILY)
STANDARD = """
    abs acos acosh add asin asinh atan atan2 atanh ceil clip conj copysign cos cosh divide exp expm1 floor
    hypot log log1p log2 log10 logaddexp maximum minimum multiply negative positive pow real reciprocal
    remainder round sign sin sinh sqrt square subtract tan tanh trunc
"""


@every_case
def test_proves(case):
    proof = prove(case, "small")
    assert set(proof.truths) == set(case.dtypes)
    assert set(proof.proved) == set(case.wrt) == set(case.jacobians)


@pytest.mark.parametrize("size", ["scalar", "one", "vector", "empty"])
@pytest.mark.parametrize("name", ["tanh", "pow", "pow_int_2", "floor"])
def test_proves_in_other_shapes(name, size):
    truth = prove(FAMILY[name], size).truths["float32"]
    shape = elementwise.SHAPES[size]["shape"]
    assert truth.value.high.shape == shape
    assert truth.jacobian["x"].high.shape == shape + shape


def test_every_differentiable_function_of_the_standard_is_there():
    assert set(STANDARD.split()) <= set(FAMILY)


@every_case
def test_closed_forms_keep_shape_and_dtype(case):
    for size in case.sizes:
        inputs = {name: x.astype(case.dtypes[-1]) for name, x in case.make_inputs(size).items()}
        with np.errstate(all="ignore"):
            y = np.asarray(case.function(plain.NAMESPACE, **inputs))
            for name in case.wrt:
                J = np.asarray(case.jacobians[name](plain.NAMESPACE, **inputs))
                assert J.shape == y.shape + inputs[name].shape
                assert J.dtype == case.dtypes[-1]


def slope(name, wrt="x"):
    """The true derivative at each point of a case, in float64 or else in its only dtype."""
    case = FAMILY[name]
    truth = truth_at(case, case.make_inputs("small"), case.dtypes[0])
    return np.diagonal(truth.jacobian[wrt].high.reshape((truth.value.high.size,) * 2))


@pytest.mark.parametrize(
    ("name", "wrt", "expected"),
    [
        ("tanh_far", "x", [4 * math.exp(-38), 4 * math.exp(-38)]),  # sech²(19), to its last digits
        ("tanh_extreme", "x", [4 * math.exp(-700)] * 2),
        ("expit_limits", "x", [0.0, math.exp(-700), math.exp(-700), 0.0]),
        ("expm1_far", "x", [math.exp(-30), math.exp(-80)]),
        ("expm1_tiny", "x", [1 + 1e-12, 1 - 1e-12, 1.0]),
        ("log1p_tiny", "x", [1.0, 1.0, 1.0]),
        ("sqrt_extreme", "x", [5e149, 5e-151]),
        ("asinh_extreme", "x", [1e-200, 1e-200]),
        ("acosh_last", "x", [2.0**25.5]),
        ("asin_last", "x", [2.0**26, 2.0**26]),
        ("atanh_last", "x", [2.0**52, 2.0**52]),
        ("square_zero", "x", [0.0, 3.0]),
        ("pow_int_2_zero", "x", [0.0, -3.0, 4.0]),
        ("pow_int_0_zero", "x", [1.0, 1.0, 1.0]),
        ("pow_float_0_zero", "x", [1.0, 1.0, 1.0]),
        ("pow_float_1_zero", "x", [1.0, 1.0, 1.0]),
        ("pow_whole_negative", "x", [12.0, -3.0, -0.25, 1.0]),
        ("pow_zero_exponent", "x", [0.0, 1.0, -1 / 2.25]),
        ("logaddexp_far", "x", [1.0, 0.0]),
        ("logaddexp_equal", "y", [0.5, 0.5]),
        ("hypot_extreme", "x", [math.sqrt(0.5), math.sqrt(0.5)]),
        ("atan2_extreme", "y", [-5e-201, -5e199]),
        ("remainder_signs", "y", [-1.0, 2.0, 2.0, -1.0, 0.0]),
        ("copysign_signs", "x", [1.0, -1.0, -1.0, 1.0]),
    ],
)
def test_derivatives_that_are_known_by_other_means(name, wrt, expected):
    np.testing.assert_allclose(slope(name, wrt), expected, rtol=1e-12, atol=1e-320)


def test_a_step_has_the_value_that_it_steps_to():
    np.testing.assert_array_equal(slope("floor_beside"), [1, 2, -4, -3])
    np.testing.assert_array_equal(slope("ceil_beside"), [2, 3, -3, -2])
    np.testing.assert_array_equal(slope("trunc_beside"), [1, 2, -3, -2])
    np.testing.assert_array_equal(slope("round_beside"), [1, 1, -3, 2])


@pytest.mark.parametrize("name", [name for name in FAMILY if name.startswith("clip")])
def test_every_bound_of_clip_is_reached_and_is_not(name):
    truth = prove(FAMILY[name], "small").truths["float64"]
    for wrt, jacobian in truth.jacobian.items():
        by_output = jacobian.high.reshape((truth.value.high.size, -1)).sum(axis=1)
        assert set(by_output) == {0.0, 1.0}, wrt


def test_of_x_and_its_bounds_each_entry_of_clip_is_one():
    truth = prove(FAMILY["clip_mixed"], "small").truths["float64"]
    total = sum(j.high.reshape((12, -1)).sum(axis=1) for j in truth.jacobian.values())
    np.testing.assert_array_equal(total, np.ones(12))


def test_a_planted_derivative_is_refused_at_a_hard_point_alone():
    case = FAMILY["pow_float_1_zero"]
    planted = {"x": lambda xp, x: case.jacobians["x"](xp, x=x) * xp.where(x == 0, 2 * xp.ones_like(x), xp.ones_like(x))}
    with pytest.raises(InvalidCase, match="wrong at entry"):
        prove(replace(case, jacobians=planted), "small")


def test_hazards_are_smooth_points_with_a_tag():
    tagged = {name for name, case in FAMILY.items() if "hazard" in case.tags}
    assert {"tanh_far", "expit_limits", "pow_int_2_zero", "hypot_extreme"} <= tagged
    assert not tagged & {"tanh", "exp_tiny", "add_apart"}
    assert not any(FAMILY[name].admissible_sets for name in tagged)
