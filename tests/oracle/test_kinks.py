"""Admissible sets at kinks are held to the derivatives on both sides."""

from __future__ import annotations

import numpy as np
import pytest

from adbench.errors import InvalidCase
from adbench.oracle.certify import prove
from adbench.oracle.kinks import beside

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
