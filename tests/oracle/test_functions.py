"""Elementary functions of jets against mpmath at 600 bits: value and derivative, at each precision."""

from __future__ import annotations

import itertools
import math

import mpmath
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st

from adbench.errors import Undecided
from adbench.oracle import functions
from adbench.oracle.jet import Jet, jet
from adbench.oracle.precision import working

PRECISIONS = (24, 53, 320)
each_precision = pytest.mark.parametrize("bits", PRECISIONS)
some = settings(max_examples=12, deadline=None)

ANY, POSITIVE = st.floats(-20, 20), st.floats(1e-6, 1e6)
UNARY = {
    "exp": (mpmath.exp, ANY),
    "exp2": (lambda x: mpmath.mpf(2) ** x, ANY),
    "asin": (mpmath.asin, st.floats(-0.99, 0.99)),
    "acos": (mpmath.acos, st.floats(-0.99, 0.99)),
    "atan": (mpmath.atan, ANY),
    "asinh": (mpmath.asinh, ANY),
    "acosh": (mpmath.acosh, st.floats(1.01, 1e6)),
    "atanh": (mpmath.atanh, st.floats(-0.99, 0.99)),
    "reciprocal": (lambda x: 1 / x, POSITIVE),
    "log_expit": (lambda x: -mpmath.log1p(mpmath.exp(-x)), ANY),
    "expm1": (mpmath.expm1, ANY),
    "log": (mpmath.log, POSITIVE),
    "log1p": (mpmath.log1p, st.floats(-0.999, 1e6)),
    "log2": (lambda x: mpmath.log(x, 2), POSITIVE),
    "log10": (lambda x: mpmath.log(x, 10), POSITIVE),
    "sin": (mpmath.sin, ANY),
    "cos": (mpmath.cos, ANY),
    "tan": (mpmath.tan, st.floats(-1.5, 1.5)),
    "sinh": (mpmath.sinh, ANY),
    "cosh": (mpmath.cosh, ANY),
    "tanh": (mpmath.tanh, ANY),
    "expit": (lambda x: 1 / (1 + mpmath.exp(-x)), ANY),
    "sqrt": (mpmath.sqrt, POSITIVE),
    "square": (lambda x: x * x, ANY),
}


def named(name):
    return functions.TABLE.get(name) or getattr(functions, name)


def test_every_function_of_the_table_is_tested():
    assert set(functions.TABLE) <= set(UNARY)


@pytest.mark.parametrize("name", UNARY)
@given(data=st.data(), along=st.floats(-3, 3))
@some
def test_unary_functions_enclose_value_and_derivative(encloses, slope_encloses, variable, name, data, along):
    reference, domain = UNARY[name]
    x = data.draw(domain)
    for bits in PRECISIONS:
        with working(bits):
            y = named(name)(variable(x, along, 0))
        assert encloses(y.value, reference(mpmath.mpf(x)))
        assert slope_encloses(y.dot[0, 0], lambda t: along * reference(t), mpmath.mpf(x))
        assert y.dot[0, 1] == 0


@pytest.mark.parametrize("name", UNARY)
@given(data=st.data(), where=st.floats(-1, 1))
@some
def test_unary_functions_of_a_ball_enclose_every_point_in_it(encloses, slope_encloses, variable, name, data, where):
    reference, domain = UNARY[name]
    x = data.draw(domain)
    radius = abs(x) * 2.0**-20
    point = mpmath.mpf(x) + mpmath.mpf(radius) * mpmath.mpf(where)
    y = named(name)(variable(arb(x, radius)))
    assert encloses(y.value, reference(point))
    assert slope_encloses(y.dot[0, 0], reference, point)


@pytest.mark.parametrize("name", UNARY)
def test_balls_are_as_narrow_as_the_precision(variable, name):
    for bits in (24, 53, 320):
        with working(bits):
            y = named(name)(variable(1.7 if name == "acosh" else 0.7))
            for ball in (y.value, y.dot[0, 0]):
                assert ball.rad() <= abs(ball.mid()) * arb(2) ** (5 - bits)


@pytest.mark.parametrize("name", UNARY)
def test_the_derivative_of_a_constant_is_none(name):
    assert named(name)(0.5).dot is None


@each_precision
@pytest.mark.parametrize(
    ("name", "x", "y"),
    [("exp", 0, 1), ("cosh", 0, 1), ("cos", 0, 1), ("expit", 0, 0.5), ("log2", 8, 3), ("log10", 1000, 3)],
)
def test_elementary_functions_are_charged_an_ulp_even_where_exact(name, x, y, bits):
    with working(bits):
        ball = named(name)(x).value
    assert ball.contains(arb(y))
    assert ball.rad() >= 0.99 * arb(2) ** (1 - bits) * y


def test_square_roots_and_squares_are_not_charged():
    assert functions.sqrt(9).value == 3
    assert functions.square(3).value == 9


def test_tanh_at_19_keeps_the_digits_of_its_derivative(encloses, variable):
    """1 − tanh² rounds to 0 there, and sech² is 1.2e-16."""
    with working(53):
        y = functions.TABLE["tanh"](variable(19.0))
    assert encloses(y.dot[0, 0], mpmath.sech(19) ** 2)
    assert y.dot[0, 0].rad() <= 1e-14 * y.dot[0, 0].mid()


def test_expit_far_out_keeps_the_digits_of_its_derivative(encloses, variable):
    for x in (-700.0, 100.0, 700.0):
        y = functions.TABLE["expit"](variable(x))
        assert encloses(y.dot[0, 0], 1 / (2 + 2 * mpmath.cosh(mpmath.mpf(x))))
        assert y.dot[0, 0].rad() <= 1e-12 * y.dot[0, 0].mid()


def test_small_arguments_keep_their_digits(variable):
    for name in ("expm1", "log1p", "sin", "tanh", "sinh", "tan"):
        y = named(name)(variable(1e-20))
        assert abs(y.value - arb(1e-20)) < 1e-35
        assert abs(y.dot[0, 0] - 1) < 1e-14


def test_outside_the_domain_nothing_finite_is_claimed(variable):
    assert not functions.TABLE["log"](variable(-1.0)).value.is_finite()
    assert not functions.TABLE["log"](Jet(arb(0.1, 0.2))).value.is_finite()
    assert not functions.sqrt(variable(-1.0)).value.is_finite()
    assert not functions.sqrt(variable(0.0)).dot[0, 0].is_finite()
    assert functions.sqrt(0).value == 0


# functions of two variables

BINARY = {
    "atan2": (mpmath.atan2, st.tuples(ANY, ANY).filter(lambda p: p[1] > 1e-3 or abs(p[0]) > 1e-3)),
    "hypot": (mpmath.hypot, st.tuples(ANY, ANY).filter(lambda p: math.hypot(*p) > 1e-3)),
    "logaddexp": (lambda x, y: mpmath.log(mpmath.exp(x) + mpmath.exp(y)), st.tuples(ANY, ANY)),
}


@pytest.mark.parametrize("name", BINARY)
@given(data=st.data())
@some
def test_binary_functions_enclose_value_and_derivatives(encloses, slope_encloses, variable, name, data):
    reference, domain = BINARY[name]
    x, y = data.draw(domain)
    fx, fy = mpmath.mpf(x), mpmath.mpf(y)
    for bits in PRECISIONS:
        with working(bits):
            z = getattr(functions, name)(variable(x, 1, 0), variable(y, 0, 1))
        assert encloses(z.value, reference(fx, fy))
        assert slope_encloses(z.dot[0, 0], lambda t: reference(t, fy), fx)
        assert slope_encloses(z.dot[0, 1], lambda t: reference(fx, t), fy)


def test_logaddexp_of_far_apart_numbers(encloses, variable):
    for x, y in ((1000.0, -1000.0), (-1000.0, 1000.0)):
        z = functions.logaddexp(variable(x, 1, 0), variable(y, 0, 1))
        assert encloses(z.value, mpmath.mpf(1000) + mpmath.exp(-2000))
        small, large = (z.dot[0, 1], z.dot[0, 0]) if x > y else (z.dot[0, 0], z.dot[0, 1])
        assert encloses(small, 1 / (1 + mpmath.exp(2000)))
        assert encloses(large, 1 / (1 + mpmath.exp(-2000)))
        assert small.rad() <= 1e-12 * small.mid()


def test_logaddexp_at_a_tie_is_smooth(encloses, variable):
    z = functions.logaddexp(variable(3.0, 1, 0), variable(3.0, 0, 1))
    assert encloses(z.value, 3 + mpmath.log(2))
    assert encloses(z.dot[0, 0], mpmath.mpf("0.5"))
    assert encloses(z.dot[0, 1], mpmath.mpf("0.5"))


# power


@pytest.mark.parametrize("n", [-3, -2, -1, 0, 1, 2, 3, 5])
@given(x=st.floats(-8, 8).filter(lambda x: abs(x) > 1e-2))
@some
def test_integer_powers_of_either_sign(encloses, variable, n, x):
    for exponent, bits in itertools.product((n, float(n)), PRECISIONS):
        with working(bits):
            y = variable(x) ** exponent
        slope = arb(0) if y.dot is None else y.dot[0, 0]
        assert encloses(y.value, mpmath.mpf(x) ** n)
        assert encloses(slope, n * mpmath.mpf(x) ** (n - 1))


@pytest.mark.parametrize(("n", "value", "slope"), [(0, 1, 0), (1, 0, 1), (2, 0, 0), (3, 0, 0)])
def test_integer_powers_of_0(variable, n, value, slope):
    y = variable(0.0) ** n
    assert y.value == value
    assert (arb(0) if y.dot is None else y.dot[0, 0]) == slope


def test_negative_powers_of_0_are_not_finite(variable):
    assert not (variable(0.0) ** -1).value.is_finite()


def test_powers_0_1_and_2_are_exact_and_others_charged(variable):
    for n in (0, 1, 2):
        assert (variable(3.0) ** n).value == 3**n
    assert (variable(2.0) ** 3).value.rad() >= 0.99 * 8 * arb(2) ** -52


def test_the_derivative_of_a_power_is_charged(variable):
    assert (variable(2.0) ** 5).dot[0, 0].rad() > 0


@given(x=st.floats(0.01, 50), y=st.floats(-5, 5))
@some
def test_powers_by_base_and_exponent(encloses, variable, x, y):
    fx, fy = mpmath.mpf(x), mpmath.mpf(y)
    for bits in PRECISIONS:
        with working(bits):
            z = variable(x, 1, 0) ** variable(y, 0, 1)
        assert encloses(z.value, fx**fy)
        assert encloses(z.dot[0, 0], fy * fx ** (fy - 1))
        assert encloses(z.dot[0, 1], mpmath.log(fx) * fx**fy)


@given(x=st.floats(0.01, 50), y=st.floats(-5, 5).filter(lambda y: y != int(y)))
@some
def test_powers_with_a_constant_base_or_exponent(encloses, variable, x, y):
    fx, fy = mpmath.mpf(x), mpmath.mpf(y)
    by_base, by_exponent = variable(x) ** y, x ** variable(y)
    assert encloses(by_base.value, fx**fy)
    assert encloses(by_base.dot[0, 0], fy * fx ** (fy - 1))
    assert encloses(by_exponent.value, fx**fy)
    assert encloses(by_exponent.dot[0, 0], mpmath.log(fx) * fx**fy)


def test_an_active_integer_exponent_of_a_negative_base_claims_nothing_by_the_exponent(variable):
    z = variable(-2.0, 1, 0) ** variable(3.0, 0, 1)
    assert z.value.contains(-8)
    assert not z.dot[0, 1].is_finite()


def test_a_non_integer_power_of_a_negative_base_is_not_finite(variable):
    assert not (variable(-2.0) ** 0.5).value.is_finite()


# functions with branches


@given(x=ANY, y=ANY)
@some
def test_maximum_and_minimum_take_the_whole_jet(variable, x, y):
    if x == y:
        return
    a, b = variable(x, 1, 0), variable(y, 0, 1)
    assert functions.maximum(a, b) is (a if x > y else b)
    assert functions.minimum(a, b) is (a if x < y else b)


@pytest.mark.parametrize("function", [functions.maximum, functions.minimum])
def test_ties_are_undecided(variable, function):
    with pytest.raises(Undecided):
        function(variable(1.0), 1.0)
    with pytest.raises(Undecided):
        function(variable(1.0), variable(1.0))
    assert function(1, 1).value == 1


def test_sign_and_copysign(variable):
    for x in (2.0, -3.0):
        assert functions.sign(variable(x)).value == math.copysign(1, x)
        assert functions.sign(variable(x)).dot is None
        for y in (0.5, -0.5):
            z = functions.copysign(variable(x), y)
            assert z.value == math.copysign(x, y)
            assert z.dot[0, 0] == math.copysign(1, x) * math.copysign(1, y)
    for function in (functions.sign, lambda x: functions.copysign(1.0, x)):
        with pytest.raises(Undecided):
            function(variable(0.0))


def test_sign_of_a_constant_zero_is_zero():
    assert functions.sign(0).value == 0


def test_copysign_of_a_zero_is_undecided():
    """Balls know no signed zero."""
    with pytest.raises(Undecided, match="signed zero"):
        functions.copysign(3, 0.0)


def test_constants_need_no_jet():
    assert jet(jet(2)).value == 2
    assert functions.hypot(3, 4).value.contains(5)


@pytest.mark.parametrize("y", [0.5, 2.0, 3.0])
def test_a_power_of_zero_is_0_for_every_exponent_above_0(variable, y):
    with working(53):
        z = functions.power(jet(0.0), variable(y))
    assert (z.value, z.dot[0, 0]) == (0, 0)


def test_both_partials_of_a_power_of_zero(variable):
    with working(53):
        z = functions.power(variable(0.0, 1, 0), variable(3.0, 0, 1))
    assert [*z.dot.entries()] == [0, 0]
    with working(53):
        assert not functions.power(jet(0.0), variable(0.0)).dot[0, 0].is_finite()  # x⁰ log x has no limit
