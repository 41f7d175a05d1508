"""The incomplete gamma and beta functions by every operand, against mpmath."""

from __future__ import annotations

import mpmath
import pytest
from flint import arb, arb_mat
from oracle.special.checks import cases, check_balls, check_broadcasting, check_exact, of

from adbench.oracle.jet import Jet
from adbench.oracle.special.incomplete import OF_THREE, OF_TWO

FAR_TAIL = (1.125, 30.0, 0.9375)  # 1 − I is 1e-36
REFERENCES = {
    "gammainc": of(lambda a, x: mpmath.gammainc(a, 0, x, regularized=True),
                   (1.3, 0.7), (0.5, 1e-10), (2.0, 9.0), (30.0, 20.0)),
    "gammaincc": of(lambda a, x: mpmath.gammainc(a, x, regularized=True), (1.3, 0.7), (2.0, 9.0), (20.0, 60.0)),
    "betainc": of(lambda a, b, x: mpmath.betainc(a, b, 0, x, regularized=True),
                  (1.3, 0.7, 0.4), (0.5, 2.0, 1e-6), (12.0, 20.0, 0.6), FAR_TAIL, bits=500),
}  # fmt: skip


def test_every_function_is_tested():
    assert REFERENCES.keys() == OF_TWO.keys() | OF_THREE.keys()


@pytest.mark.parametrize(("name", "point"), cases(REFERENCES))
def test_values_and_derivatives_are_enclosed_with_no_digit_lost(name, point):
    check_exact(name, REFERENCES[name], point)


@pytest.mark.parametrize("where", [-1.0, 0.5])
@pytest.mark.parametrize("name", REFERENCES)
def test_balls_enclose_every_point_in_them(name, where):
    check_balls(name, REFERENCES[name], where)


@pytest.mark.parametrize("name", REFERENCES)
def test_names_and_broadcasting_are_scipys(name):
    check_broadcasting(name, REFERENCES[name].points[0])


def both(x, *row):
    return Jet(arb(x), arb_mat(1, len(row), list(row)), arb(1))


@pytest.mark.parametrize("sign", [1, -1])
def test_incomplete_gamma_at_0(sign):
    f = OF_TWO["gammainc" if sign > 0 else "gammaincc"]
    y = f(both(2.0, 1, 0), both(0.0, 0, 1))
    assert y.value.contains(0 if sign > 0 else 1)
    assert y.dot.entries() == [0, 0]
    assert y.mixed[0, 0] == 0
    assert y.mixed[0, 1].contains(sign)  # x e^(−x) rises by 1
    assert not f(both(0.5, 1, 0), both(0.0, 0, 1)).dot[0, 1].is_finite()


@pytest.mark.parametrize("x", [0.0, 1.0])
def test_incomplete_beta_at_its_ends(x):
    y = OF_THREE["betainc"](both(2.0, 1, 0, 0), both(3.0, 0, 1, 0), both(x, 0, 0, 1))
    assert y.value.contains(x)
    assert y.dot.entries() == [0, 0, 0]
    assert y.mixed[0, 2].contains(12 if x == 0 else 0)  # 12 x (1 − x)²


def test_outside_the_domain_nothing_finite_is_claimed():
    assert not OF_TWO["gammainc"](both(-1.5, 1, 0), both(1.0, 0, 1)).dot[0, 0].is_finite()
