"""The gamma function and its complete relatives, against mpmath."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from flint import arb, arb_mat
from mpmath import mpf
from oracle.special.checks import PRECISIONS, cases, check_balls, check_broadcasting, check_exact, holds, of

from adbench.errors import NotCertified
from adbench.oracle.jet import Jet
from adbench.oracle.namespace import SPECIAL
from adbench.oracle.precision import working
from adbench.oracle.special import gamma


def psi(n):
    return lambda x: mpmath.psi(n, x)


REFERENCES = {
    "gamma": of(mpmath.gamma, 0.3, 4.0, -2.5, 1e-300, 170.5),
    "rgamma": of(mpmath.rgamma, 0.3, 4.0, -2.5, 0.0, -3.0),
    "gammaln": of(lambda x: mpmath.log(abs(mpmath.gamma(x))), 0.3, 1.0, 2.0, 1 + 2.0**-50, -2.5, 1e-300, 1e10),
    "loggamma": of(lambda x: mpmath.loggamma(x).real, 0.3, 1.0, 2.0 - 2.0**-50, 1e10),
    "digamma": of(psi(0), 0.3, 1.4616321449683622, -2.5, 1e-10, 1e10),
    "psi": of(psi(0), 0.3, 7.0),
    "polygamma": of(lambda n, x: mpmath.psi(int(n), x), (1, 0.7), (0, 0.7), (1, -1.5), (3, 1e-3), (2, 50.0)),
    "beta": of(mpmath.beta, (1.3, 0.7), (1e-10, 1.0), (100.0, 200.0)),
    "betaln": of(lambda a, b: mpmath.log(mpmath.beta(a, b)), (1.3, 0.7), (1.0, 1.0), (1e6, 1e-3)),
    "poch": of(mpmath.rf, (1.3, 0.7), (3.0, 2.0), (3.0, 0.0)),
}  # fmt: skip


def test_every_function_is_tested():
    assert REFERENCES.keys() == gamma.OF_ONE.keys() | gamma.OF_TWO.keys()


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


def test_the_order_of_polygamma_has_no_derivative(variable):
    with pytest.raises(NotCertified, match="polygamma has no derivative by n"):
        gamma.OF_TWO["polygamma"](variable(2.0), 1.5)


@pytest.mark.parametrize("name", ["gamma", "gammaln", "digamma"])
def test_at_a_pole_nothing_finite_is_claimed(variable, name):
    y = gamma.OF_ONE[name](variable(-2.0))
    assert not y.value.is_finite()
    assert not y.dot[0, 0].is_finite()


@pytest.mark.parametrize(("x", "sign"), [(2.5, 1), (-0.5, -1), (-1.5, 1)])
def test_gammasgn(variable, x, sign):
    y = gamma.gammasgn(variable(x))
    assert y.value == sign
    assert y.dot is None


@pytest.mark.parametrize("d", [1, 2, 5])
def test_multigammaln(d):
    def reference(a):
        return d * (d - 1) * mpmath.log(mpmath.pi) / 4 + sum(mpmath.loggamma(a - mpf(j) / 2) for j in range(d))

    for bits in PRECISIONS:
        with working(bits):
            y = SPECIAL.multigammaln(np.array([Jet(arb(3.25), arb_mat([[1]]), arb(1))]), d)[0]
        for ball, order in ((y.value, 0), (y.dot[0, 0], 1), (y.mixed[0, 0], 2)):
            assert holds(ball, mpmath.diff(reference, mpf(3.25), order))
            assert ball.rad() <= abs(ball.mid()) * arb(2) ** (8 - bits)
