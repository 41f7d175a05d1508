"""Admissible sets at kinks are held to the derivatives on both sides."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from flint import arb, arb_mat

from adbench.errors import InvalidCase, NotCertified, Undecided
from adbench.oracle.certify import prove
from adbench.oracle.functions import copysign, maximum, minimum
from adbench.oracle.jet import Jet
from adbench.oracle.kinks import beside
from adbench.oracle.nn.activations import elu, leaky_relu
from adbench.oracle.precision import working

AT_ZERO = np.array([0.0, 1.0])


def relu(xp, x):
    return xp.maximum(x, 0.0)


def kink(make_case, function, low, high, x=AT_ZERO):
    case = make_case(function, x=x)
    case.admissible("x")(lambda xp, x: (xp.asarray(np.array(low)), xp.asarray(np.array(high))))
    return case


def test_the_right_set_is_proved(make_case):
    proof = prove(kink(make_case, relu, [[0, 0], [0, 1]], [[1, 0], [0, 1]]), "small")
    assert proof.proved == ("admissible x",)
    truth = proof.truths["float64"]
    np.testing.assert_array_equal(truth.admissible["x"].low, [[0, 0], [0, 1]])
    np.testing.assert_array_equal(truth.admissible["x"].high, [[1, 0], [0, 1]])
    np.testing.assert_array_equal(truth.value.high, AT_ZERO)
    assert truth.jacobian == {}
    assert isinstance(truth.second, str)


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ([[0.1, 0], [0, 1]], [[1, 0], [0, 1]]),
        ([[0, 0], [0, 1]], [[0.9, 0], [0, 1]]),
        ([[0, 0], [0, 0]], [[1, 0], [0, 0.5]]),
        ([[-0.1, 0], [0, 1]], [[1, 0], [0, 1]]),
        ([[0, 0], [0, 1]], [[np.inf, 0], [0, 1]]),
        ([[0, 0], [0, 0.9]], [[1, 0], [0, 1]]),
    ],
)
def test_a_set_that_lacks_a_side_or_has_more_is_refused_with_the_entry(make_case, low, high):
    with pytest.raises(InvalidCase, match=r"test\.f: beside the kink, entry \[\d, \d\] of the derivative by x"):
        prove(kink(make_case, relu, low, high), "small")


def root_case(make_case, low, high, domain=(0.0, None)):
    case = replace(make_case(lambda xp, x: xp.sqrt(x), x=np.array(0.0)), domain={"x": domain})
    case.admissible("x")(lambda xp, x: (xp.asarray(low), xp.asarray(high)))
    return case


def test_an_infinite_derivative_grows_without_end_as_the_kink_comes_nearer(make_case):
    truth = prove(root_case(make_case, np.inf, np.inf), "small").truths["float64"]
    assert truth.admissible["x"].low == truth.admissible["x"].high == np.inf


@pytest.mark.parametrize(("low", "high"), [(0.0, np.inf), (-np.inf, np.inf), (1.0, 2.0)])
def test_an_infinite_derivative_is_nothing_else(make_case, low, high):
    with pytest.raises(InvalidCase, match="beside the kink"):
        prove(root_case(make_case, low, high), "small")


def test_beside_a_kink_the_domain_is_not_left(make_case):
    with pytest.raises(NotCertified, match="beside the kink"):
        prove(root_case(make_case, np.inf, np.inf, (None, None)), "small")


def test_a_logarithm_grows_fast_enough(make_case):
    case = replace(make_case(lambda xp, x: x * xp.log(x), x=np.array(0.0)), domain={"x": (0.0, None)})
    case.admissible("x")(lambda xp, x: (xp.asarray(-np.inf), xp.asarray(-np.inf)))
    assert prove(case, "small").proved == ("admissible x",)


def tie(make_case, *directions, x=2.0, y=2.0, function=lambda xp, x, y: xp.maximum(x, y)):
    case = make_case(function, x=np.array(x), y=np.array(y))
    for name in ("x", "y"):
        case.admissible(name)(lambda xp, x, y: (xp.asarray(0.0), xp.asarray(1.0)))
    for direction in directions:
        case.smooth_along(lambda x, y, u=direction: u)
    return case


def test_a_direction_in_which_the_function_is_smooth_has_one_derivative(make_case):
    (smooth,) = prove(tie(make_case, {"x": 1.0, "y": 1.0}), "small").truths["float64"].smooth
    assert smooth.direction == {"x": 1.0, "y": 1.0}
    assert smooth.slope == 1.0


@pytest.mark.parametrize(
    ("direction", "message"),
    [
        ({"x": 1.0}, "is not smooth along the direction"),
        ({"x": 1.0, "y": 0.999}, "is not smooth along the direction"),
        ({"z": 1.0}, "smooth_along names 'z'; wrt is x, y"),
        ({"x": [1.0, 1.0]}, r"smooth_along gives shape \(2,\) for x, expected \(\)"),
    ],
)
def test_a_direction_in_which_it_is_not_smooth_is_refused(make_case, direction, message):
    with pytest.raises(InvalidCase, match=message):
        prove(tie(make_case, direction), "small")


def test_directions_are_of_kinks(make_case):
    case = make_case(lambda xp, x: xp.exp(x), x=np.array(1.0))
    case.smooth_along(lambda x: {"x": 1.0})
    with pytest.raises(InvalidCase, match="there is no admissible set"):
        prove(case, "small")


def test_each_input_needs_its_set(make_case):
    case = tie(make_case)
    del case.admissible_sets["y"]
    with pytest.raises(InvalidCase, match="has an admissible set, but none by y"):
        prove(case, "small")


def test_beside_an_infinity_are_large_numbers(make_case):
    case = tie(make_case, {"x": 1.0, "y": 1.0}, x=-np.inf, y=-np.inf, function=lambda xp, x, y: xp.logaddexp(x, y))
    truth = prove(case, "small").truths["float64"]
    assert truth.smooth[0].slope == 1.0
    assert np.isnan(truth.value.high)  # the oracle has no log 0


def test_only_a_kink_may_have_infinite_inputs(make_case):
    with pytest.raises(InvalidCase, match="inputs must be finite"):
        prove(make_case(lambda xp, x: xp.exp(x), x=np.array(-np.inf)), "small")
    with pytest.raises(InvalidCase, match="inputs must be finite"):
        prove(tie(make_case, x=np.nan), "small")


@pytest.mark.parametrize("order", [1, 2, 2.5, 3, 4, np.inf])
def test_a_norm_of_any_order_has_a_kink_at_0(make_case, order):
    case = make_case(lambda xp, x: xp.linalg.vector_norm(x, ord=order), x=np.zeros(2))
    with pytest.raises(Undecided, match="kink"):
        prove(case, "small")


def test_a_set_of_the_wrong_shape_is_refused(make_case):
    with pytest.raises(InvalidCase, match=r"gives shapes \(2,\) and \(2,\), expected \(2, 2\)"):
        prove(kink(make_case, relu, [0, 0], [1, 1]), "small")


def test_an_admissible_set_away_from_a_kink_is_refused(make_case):
    whole = [[-9, -9], [-9, -9]], [[9, 9], [9, 9]]
    with pytest.raises(InvalidCase, match="do not lie at a kink"):
        prove(kink(make_case, relu, *whole, x=np.array([0.5, 1.0])), "small")


def test_both_sides_of_a_tie_between_two_inputs(make_case):
    case = make_case(lambda xp, x, y: xp.maximum(x, y), x=np.array(2.0), y=np.array(2.0))
    sides = set()
    for sign in (1.0, -1.0):
        found = beside(case, case.make_inputs("small"), {"x": np.array(sign), "y": np.array(0.0)})
        sides.add((float(found["x"][()].mid()), float(found["y"][()].mid())))
    assert sides == {(1.0, 0.0), (0.0, 1.0)}


def at_a_tie(function, x):
    with pytest.raises(Undecided) as caught, working(64):
        function(*[Jet(arb(x[i]), arb_mat(1, len(x), list(row))) for i, row in enumerate(np.eye(len(x)))])
    return caught.value


@pytest.mark.parametrize(
    ("function", "x", "branches"),
    [
        (abs, [0.0], [(0, (1,)), (0, (-1,))]),
        (lambda x: maximum(x, 0.0), [0.0], [(0, (1,)), (0, (0,))]),
        (lambda x, y: minimum(2 * x, y), [1.0, 2.0], [(2, (2, 0)), (2, (0, 1))]),
        (lambda x, y: copysign(x, y - 1), [3.0, 1.0], None),
        (lambda x: elu(x, 2.0), [0.0], [(0, (1,)), (0, (2,))]),
        (leaky_relu, [0.0], [(0, (1,)), (0, (0.01,))]),
    ],
)
def test_a_tie_gives_both_branches(function, x, branches):
    error = at_a_tie(function, x)
    assert [(side.value, side.derivatives) for side in error.branches] == (branches or [])


def test_the_branches_are_in_the_message_and_pass_between_processes():
    error = at_a_tie(abs, [0.0])
    assert str(error).endswith("a tie or a kink, with derivatives 1 and -1 on its two sides")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.branches) == (str(error), error.branches)


def test_branches_that_join_smoothly_are_not_said_to_differ():
    error = at_a_tie(lambda x: elu(x, 1.0), [0.0])
    assert len(error.branches) == 2
    assert "sides" not in str(error)


def test_a_case_at_a_kink_is_told_to_give_its_set(make_case):
    advice = r"with derivatives 1 and 0 on its two sides; give its set with @relu\.admissible$"
    with pytest.raises(Undecided, match=advice) as caught:
        prove(make_case(relu, x=AT_ZERO), "small")
    assert [side.derivatives[:2] for side in caught.value.branches] == [(1.0, 0.0), (0.0, 0.0)]
