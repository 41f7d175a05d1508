"""Admissible sets at kinks are held to the derivatives on both sides."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from flint import arb, arb_mat

from adbench.errors import InvalidCase, Undecided
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
    assert proof.truths == {}


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ([[0.1, 0], [0, 1]], [[1, 0], [0, 1]]),
        ([[0, 0], [0, 1]], [[0.9, 0], [0, 1]]),
        ([[0, 0], [0, 0]], [[1, 0], [0, 0.5]]),
    ],
)
def test_a_set_without_one_side_is_refused_with_the_entry(make_case, low, high):
    with pytest.raises(InvalidCase, match=r"test\.f: beside the kink, entry \[\d, \d\] of the derivative by x"):
        prove(kink(make_case, relu, low, high), "small")


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
