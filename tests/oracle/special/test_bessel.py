"""Bessel and Airy functions: J and I against mpmath, K and Y against their integrals, whose derivatives are integrals.

    Kᵥ(x) = ∫₀^∞ e^(−x cosh t) cosh vt dt
    Yᵥ(x) = 1/π ∫₀^π sin(x sin t − vt) dt − 1/π ∫₀^∞ (eᵛᵗ + e⁻ᵛᵗ cos πv) e^(−x sinh t) dt

mpmath's own K and Y take many seconds at whole orders. Source: DLMF §10.32.9, §10.9.7.
"""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import scipy.special
from flint import arb, arb_mat
from mpmath import mpf
from oracle.special.checks import PRECISIONS, cases, check_balls, check_broadcasting, check_exact, holds, of

from adbench.errors import Undecided
from adbench.oracle.jet import Jet
from adbench.oracle.namespace import SPECIAL, jets
from adbench.oracle.precision import working
from adbench.oracle.special.bessel import OF_ONE, OF_TWO

QUADRATURE_BITS = 270  # more than checks.SAME has
NEGLIGIBLE = 300  # an exponent: e^(−300) is 2^−430


def of_k(scaled=False, order=None):
    """By the trapezoidal rule, as the integrand is even, analytic and falls double exponentially."""

    def partial(point, orders):
        v, x, m, n = with_order(order, point, orders)
        last = mpmath.acosh(1 + NEGLIGIBLE / x) + 1
        step = min(mpf(1) / 32, 1 / (4 * mpmath.sqrt(x)))  # off by e^(−π²/h), and by e^(−2π²/(h²x))

        def integrand(t):
            hyperbolic = (mpmath.cosh if m % 2 == 0 else mpmath.sinh)(v * t)
            factor = mpmath.cosh(t) - scaled
            return mpmath.exp(-x * factor) * (-factor) ** n * t**m * hyperbolic

        return step * (integrand(mpf(0)) / 2 + sum(integrand(k * step) for k in range(1, int(last / step))))

    return partial


def of_y(order=None):
    """By tanh-sinh quadrature."""

    def partial(point, orders):
        v, x, m, n = with_order(order, point, orders)
        last = mpmath.asinh(NEGLIGIBLE / x)

        def bounded(t):
            return mpmath.sin(t) ** n * (-t) ** m * mpmath.sin(x * mpmath.sin(t) - v * t + (m + n) * mpmath.pi / 2)

        def falling(t):
            turning = mpmath.mpc(-t, mpmath.pi)
            weight = t**m * mpmath.exp(v * t) + (turning**m * mpmath.exp(v * turning)).real
            return weight * mpmath.exp(-x * mpmath.sinh(t)) * (-mpmath.sinh(t)) ** n

        with mpmath.workprec(QUADRATURE_BITS):
            pieces = mpmath.linspace(0, last, 3 + int(last / 3))
            return (mpmath.quad(bounded, [0, mpmath.pi]) - mpmath.quad(falling, pieces)) / mpmath.pi

    return partial


def with_order(order, point, orders):
    return (*point, *orders) if order is None else (order, point[0], 0, orders[0])


def at(f, v):
    return lambda x: f(v, x)


def scaled_i(v, x):
    return mpmath.besseli(v, x) * mpmath.exp(-abs(x))


ORDINARY = [(1.3, 0.7), (2.0, 3.0)]
REFERENCES = {
    "j0": of(at(mpmath.besselj, 0), 0.3, 0.0, 2.404825557695773, -5.0, 1000.0),
    "j1": of(at(mpmath.besselj, 1), 0.3, 0.0, 1e-10, -5.0),
    "y0": of(None, 0.3, 1e-10, 20.0, partial=of_y(0)),
    "y1": of(None, 0.3, 1e-5, 20.0, partial=of_y(1)),
    "i0": of(at(mpmath.besseli, 0), 0.3, 0.0, -5.0, 700.0),
    "i1": of(at(mpmath.besseli, 1), 0.3, 0.0, -5.0, 1e-10),
    "k0": of(None, 0.3, 1e-5, 20.0, partial=of_k(order=0)),
    "k1": of(None, 0.3, 1e-5, 20.0, partial=of_k(order=1)),
    "i0e": of(at(scaled_i, 0), 0.3, -5.0, 1e6),
    "i1e": of(at(scaled_i, 1), 0.3, -5.0, 1e6),
    "k0e": of(None, 0.3, 1000.0, partial=of_k(scaled=True, order=0)),
    "k1e": of(None, 0.3, 1000.0, partial=of_k(scaled=True, order=1)),
    "jv": of(mpmath.besselj, *ORDINARY, (0.0, 3.0), (2.5, 100.0)),
    "jn": of(mpmath.besselj, *ORDINARY),
    "yv": of(None, *ORDINARY, partial=of_y()),
    "yn": of(None, (1.3, 0.7), partial=of_y()),
    "iv": of(mpmath.besseli, *ORDINARY, (2.5, 60.0), (20.0, 2.0)),
    "kv": of(None, *ORDINARY, (0.5, 20.0), (0.0, 2.0), partial=of_k()),
    "kn": of(None, (1.3, 0.7), partial=of_k()),
    "ive": of(scaled_i, *ORDINARY),
    "kve": of(None, *ORDINARY, partial=of_k(scaled=True)),
}  # fmt: skip
SLOW = [("yn", (1.3, 0.7)), ("yv", (2.0, 3.0)), ("y0", (1e-10,)), ("y1", (1e-5,)), ("y1", (20.0,)), ("kv", (0.0, 2.0))]
SCIPYS = {"jn": "jv", "yn": "yv", "kn": "kv"}  # its jn, yn and kn take whole orders alone


def test_every_function_is_tested():
    assert REFERENCES.keys() == OF_ONE.keys() | OF_TWO.keys()


@pytest.mark.parametrize(("name", "point"), cases(REFERENCES, SLOW))
def test_values_and_derivatives_are_enclosed_with_no_digit_lost(name, point):
    check_exact(name, REFERENCES[name], point)


@pytest.mark.parametrize("where", [-1.0, pytest.param(0.5, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", [name for name in REFERENCES if name not in SCIPYS])
def test_balls_enclose_every_point_in_them(name, where):
    check_balls(name, REFERENCES[name], where)


@pytest.mark.parametrize("name", REFERENCES)
def test_names_and_broadcasting_are_scipys(name):
    assert hasattr(scipy.special, name)
    check_broadcasting(name, REFERENCES[name].points[0], SCIPYS.get(name, ""))


def test_the_integrals_are_mpmaths_functions():
    point = (mpf(1.3), mpf(0.7))
    for partial, f in ((of_k(), mpmath.besselk), (of_y(), mpmath.bessely)):
        for orders in ((0, 0), (1, 0), (0, 2)):
            true = mpmath.diff(f, point, orders) if any(orders) else f(*point)
            assert abs(partial(point, orders) - true) <= mpf(2) ** -250 * abs(true)


def test_outside_the_domain_nothing_finite_is_claimed():
    for name in ("y0", "y1", "k0", "k1", "k0e"):
        assert not OF_ONE[name](-1.0).value.is_finite(), name
    for name in ("jv", "yv", "iv", "kv", "ive", "kve"):
        y = OF_TWO[name](both(1.5, 1, 0), both(-1.0, 0, 1))
        assert not y.value.is_finite(), name
        assert not any(slope.is_finite() for slope in y.dot.entries()), name


def both(x, *row):
    return Jet(arb(x), arb_mat(1, len(row), list(row)), arb(1))


def test_i0e_has_a_kink_at_0_and_i1e_a_slope():
    with pytest.raises(Undecided, match="kink"):
        OF_ONE["i0e"](Jet(arb(0), arb_mat([[1]])))
    assert OF_ONE["i0e"](0).value.contains(1)
    assert OF_ONE["i1e"](Jet(arb(0), arb_mat([[1]]))).dot[0, 0].contains(arb(0.5))
    with pytest.raises(Undecided, match="kink"):
        OF_ONE["i1e"](both(0.0, 1))


def test_the_recurrences_do_not_divide_by_x():
    """C'ᵥ = (Cᵥ₋₁ ∓ Cᵥ₊₁) / 2 and not with v/x: the second derivative of J₁ at 0 is exact."""
    assert OF_ONE["j1"](both(0.0, 1)).mixed[0, 0] == 0


@pytest.mark.parametrize("x", [0.7, -5.0, 0.0, pytest.param(30.0, marks=pytest.mark.slow)])
def test_airy(x):
    parts = [lambda t, n, f=f: f(t, derivative=n) for f in (mpmath.airyai, mpmath.airybi)]
    references = [lambda t, n, f=f, k=k: f(t, n + k) for f in parts for k in (0, 1)]
    for bits in PRECISIONS:
        with working(bits):
            got = SPECIAL.airy(both(x, 1))
        for part, f in zip(got, references, strict=True):
            for n, ball in enumerate((part.value, part.dot[0, 0], part.mixed[0, 0])):
                with mpmath.workprec(QUADRATURE_BITS):
                    true = f(mpf(x), n)
                assert holds(ball, true)
                assert ball.rad() <= abs(ball.mid()) * arb(2) ** (8 - bits)


def test_airy_of_an_array_is_four_arrays():
    got = SPECIAL.airy(jets([0.5, -1.0]))
    for mine, expected in zip(got, scipy.special.airy([0.5, -1.0]), strict=True):
        np.testing.assert_allclose([float(j.value.mid()) for j in mine], expected, rtol=1e-13)
