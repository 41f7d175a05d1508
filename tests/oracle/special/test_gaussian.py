"""Error functions and the normal distribution, against mpmath."""

from __future__ import annotations

import mpmath
import pytest
import scipy.special
from flint import arb, arb_mat
from mpmath import mpf
from oracle.special.checks import cases, check_balls, check_broadcasting, check_exact, of

from adbench.oracle.jet import Jet
from adbench.oracle.precision import working
from adbench.oracle.special.gaussian import OF_ONE

SATURATED = 2400  # bits that tell 1 − 1e-324 from 1


def ndtr(x):
    return mpmath.erfc(-x / mpmath.sqrt(2)) / 2


def log_ndtr(x):
    return mpmath.log1p(-ndtr(-x)) if x > 0 else mpmath.log(ndtr(x))


def dawsn(x):
    return mpmath.exp(-x * x) * mpmath.erfi(x) * mpmath.sqrt(mpmath.pi) / 2


def erfcinv(x):
    return mpmath.erfinv(1 - x)


REFERENCES = {
    "erf": of(mpmath.erf, 0.3, -1.7, 0.0, 1e-300, 6.0, bits=SATURATED),
    "erfc": of(mpmath.erfc, 0.3, -1.7, 0.0, 26.0, bits=SATURATED),
    "erfcx": of(lambda x: mpmath.exp(x * x) * mpmath.erfc(x), 0.3, -3.0, 0.0, 50.0, 1e8),
    "erfi": of(mpmath.erfi, 0.3, -1.7, 0.0, 26.0),
    "dawsn": of(dawsn, 0.3, -1.7, 0.0, 0.9241388730045916, 50.0),
    "erfinv": of(mpmath.erfinv, 0.3, -0.9, 0.0, 1 - 2.0**-53),
    "erfcinv": of(erfcinv, 0.3, 1.75, 1.0),
    "ndtr": of(ndtr, 0.3, -1.7, 0.0, -38.0, bits=SATURATED),
    "log_ndtr": of(log_ndtr, 0.3, -1.7, 0.0, -40.0, 37.0, bits=SATURATED),
    "ndtri": of(lambda p: -mpmath.sqrt(2) * erfcinv(2 * p), 0.3, 0.99),
}  # fmt: skip
SLOW = [("log_ndtr", (37.0,)), ("ndtr", (-38.0,))]  # log_ndtr at −40 is of the same functions


def test_every_function_is_tested():
    assert REFERENCES.keys() == OF_ONE.keys()


@pytest.mark.parametrize(("name", "point"), cases(REFERENCES, SLOW))
def test_values_and_derivatives_are_enclosed_with_no_digit_lost(name, point):
    check_exact(name, REFERENCES[name], point)


@pytest.mark.parametrize("where", [-1.0, 0.5])
@pytest.mark.parametrize("name", REFERENCES)
def test_balls_enclose_every_point_in_them(name, where):
    check_balls(name, REFERENCES[name], where)


@pytest.mark.parametrize("name", REFERENCES)
def test_names_and_broadcasting_are_scipys(name):
    assert hasattr(scipy.special, name)
    check_broadcasting(name, REFERENCES[name].points[0])


@pytest.mark.parametrize("name", ["erfcinv", pytest.param("ndtri", marks=pytest.mark.slow)])
def test_inverses_keep_their_digits_next_to_zero(name):
    """By what they invert, f(y) = p: y' = 1/f' and y'' = −f''/f'³; mpmath has erfinv alone."""
    f, p = (mpmath.erfc, ndtr)[name == "ndtri"], mpf(1e-200)
    with mpmath.workprec(SATURATED):
        guess = float(getattr(scipy.special, name)(1e-200))
        y = mpmath.findroot(lambda t: f(t) - p, mpf(guess), tol=mpf(2) ** -1900)
        slope, curvature = mpmath.diff(f, y), mpmath.diff(f, y, 2)
    inverse = of(None, 1e-200, partial=lambda _, by: (y, 1 / slope, -curvature / slope**3)[by[0]])
    check_exact(name, inverse, (1e-200,))


@pytest.mark.parametrize("x", [1e5, 1e10, 1e300])
def test_far_tails_are_those_of_the_asymptotic_series(x):
    """erfcx(x) √π x = 1 − 1/(2x²) + …; log Φ(−x) = −x²/2 − log(x √2π) − 1/x² + …, with slope x + 1/x − …"""
    ball = OF_ONE["erfcx"](x).value
    assert ball.rel_accuracy_bits() >= 50
    assert abs(ball * arb.const_sqrt_pi() * arb(x) - 1) < 1e-10
    y = OF_ONE["log_ndtr"](Jet(arb(-x), arb_mat([[1]]), arb(1)))
    with working(3000):
        log = -arb(x) * arb(x) / 2 - (arb(x) * (2 * arb.pi()).sqrt()).log()
    for part, true in ((y.value, log), (y.dot[0, 0], arb(x))):
        assert part.rel_accuracy_bits() >= 48
        assert part.overlaps(true * arb(1, 2e-10))
    assert y.mixed[0, 0].overlaps(arb(-1, 1e-9))
    assert y.mixed[0, 0].rad() < 1e-9 or x == 1e300  # where −h (x + h) cancels 4000 bits


def test_outside_the_domain_nothing_finite_is_claimed():
    for name, x in (("erfinv", 1.5), ("erfinv", 1.0), ("erfcinv", 0.0), ("ndtri", -0.5)):
        assert not OF_ONE[name](x).value.is_finite(), name
