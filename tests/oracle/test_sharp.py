"""Functions of jets from ball functions: no digit lost to cancellation, balls enclosed, partials to second order."""

from __future__ import annotations

import mpmath
import pytest
from flint import arb, arb_mat
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

from adbench.errors import NotCertified
from adbench.oracle.jet import Jet
from adbench.oracle.precision import working
from adbench.oracle.sharp import CAP, CAP_BITS, of_one, settled, sharp, smooth

PRECISIONS = (24, 53, 320)


def versine(x):
    return 1 - x.cos()  # cancels around 0


VERSINE = of_one("versine", versine, arb.sin, arb.cos)
QUOTIENT = smooth(
    "quotient",
    "x y",
    lambda x, y: x / y,
    (lambda x, y: 1 / y, lambda x, y: -x / (y * y)),
    {(0, 1): lambda x, y: -1 / (y * y), (1, 1): lambda x, y: 2 * x / (y * y * y)},
)


def second_order(x, *row, along=1):
    return Jet(x if isinstance(x, arb) else arb(x), arb_mat(1, len(row), list(row)), arb(along))


@pytest.mark.parametrize("bits", PRECISIONS)
@pytest.mark.parametrize("x", [1.0, 1e-8, 1e-80])
def test_cancellation_costs_bits_and_no_digits(encloses, bits, x):
    with working(bits):
        y = VERSINE(second_order(x, 1))
    with mpmath.workprec(3000):
        assert encloses(y.value, 2 * mpmath.sin(mpf(x) / 2) ** 2)
        assert encloses(y.dot[0, 0], mpmath.sin(mpf(x)))
        assert encloses(y.mixed[0, 0], mpmath.cos(mpf(x)))
    for ball in (y.value, y.dot[0, 0], y.mixed[0, 0]):
        assert ball.rel_accuracy_bits() >= bits - 3


@given(x=st.floats(-1, 1), where=st.floats(-1, 1), bits=st.integers(4, 45))
@settings(max_examples=60, deadline=None)
def test_balls_enclose_every_point_in_them(encloses, x, where, bits):
    ball = sharp(versine, (arb.sin,), [arb(x, 2.0**-bits)])
    with mpmath.workprec(3000):
        assert encloses(ball, 1 - mpmath.cos(mpf(x) + mpf(where) * mpf(2) ** -bits))


def test_the_radius_is_that_of_the_operand_times_the_slope():
    """At 1e-8 ± 1e-12 versine has slope 1e-8; its own arithmetic gives 1e-16 ± 1e-16."""
    x = arb(1e-8, 1e-12)
    ball = sharp(versine, (arb.sin,), [x])
    assert 1e-20 <= float(ball.rad()) <= 1.001e-20
    with working(53):
        assert versine(x).rad() > 1e-17


def test_without_slopes_or_with_worse_ones_its_own_arithmetic_stands():
    x = arb(1, 0.25)
    direct = sharp(versine, None, [x])
    assert sharp(versine, (None,), [x]).rad() == direct.rad()
    assert sharp(versine, (lambda x: arb(0, 1000),), [x]).rad() == direct.rad()
    assert sharp(versine, (lambda x: arb("nan"),), [x]).rad() == direct.rad()


def test_what_stays_zero_is_given_up_at_the_cap():
    seen = []

    def zero(x):
        seen.append(1)
        return x.sin() - x.sin()

    with working(53):
        y = settled(zero, [arb(1)])
    assert y.contains(0)
    assert y.rad() <= arb(2) ** -(CAP_BITS // 2)
    assert len(seen) <= 6
    assert CAP * 53 < CAP_BITS


def test_partials_of_two_operands_to_second_order():
    z = QUOTIENT(second_order(3, 1, 0, along=5), second_order(4, 0, 1, along=7))
    assert z.value.contains(0.75)
    for ball, true in zip(z.dot.entries(), (0.25, -3 / 16), strict=True):
        assert ball.contains(true)
    assert z.along.contains(5 / 4 - 21 / 16)
    assert z.mixed[0, 0].contains(-7 / 16)  # z_xy v_y
    assert z.mixed[0, 1].contains(-5 / 16 + 2 * 3 * 7 / 64)  # z_yx v_x + z_yy v_y


def test_values_and_derivatives_are_charged_an_ulp():
    y = VERSINE(second_order(1.0, 1))
    for ball in (y.value, y.dot[0, 0], y.mixed[0, 0]):
        assert ball.rad() >= abs(ball.mid()) * arb(2) ** -53


def test_constants_cost_no_derivative():
    def costly(*point):
        raise AssertionError("a derivative was computed")

    f = smooth("f", "x y", lambda x, y: x + y, (lambda x, y: arb(1), costly), {(1, 1): costly})
    assert f(1, 2).is_constant
    assert f(second_order(1.0, 1), 2).dot[0, 0].contains(1)
    first_order = Jet(arb(1), arb_mat([[1]]))
    assert of_one("g", versine, arb.sin, costly)(first_order).mixed is None


def test_an_operand_without_a_derivative_must_be_constant():
    f = smooth("power", "n x", lambda n, x: x**n, (None, lambda n, x: n * x ** (n - 1)), {})
    assert f(3, second_order(2.0, 1)).dot[0, 0].contains(12)
    with pytest.raises(NotCertified, match="power has no derivative by n that could be certified"):
        f(second_order(3.0, 1), 2.0)


def test_outside_the_domain_nothing_is_a_number():
    root = of_one("root", lambda x: abs(x).sqrt(), lambda x: 1 / x, lambda x: 1 / x, domain=lambda x: x > 0)
    assert root(4).value.contains(2)
    for x in (-4.0, arb(0, 1)):
        y = root(second_order(x, 1))
        assert not any(b.is_finite() for b in (y.value, y.dot[0, 0], y.along, y.mixed[0, 0]))
