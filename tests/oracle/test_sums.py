"""What the order of a sum is charged: nothing where every order is exact, else by the terms' magnitudes."""

import numpy as np
import pytest
from flint import arb

from adbench.case import Case
from adbench.oracle.jet import Jet
from adbench.oracle.precision import working
from adbench.oracle.sums import charge, joined, terms_of
from adbench.oracle.truth import SAFETY, truth_at

LARGE = 2.0**30


def truth(function, x, dtype="float32"):
    case = Case(name="test.f", function=function, wrt=("x",), sizes={"small": {}})
    case.inputs(lambda rng: {"x": np.array(x)})
    return truth_at(case, case.make_inputs("small"), dtype)


def of(numbers):
    total = terms_of(arb(numbers[0]), None, 0)
    for number in numbers[1:]:
        total = joined(total, terms_of(arb(number), None, 0))
    return total


@pytest.mark.parametrize("function", [lambda xp, x: xp.sum(x), lambda xp, x: x @ xp.ones_like(x)])
def test_a_sum_that_is_exact_in_one_order_may_be_rounded_in_another(function):
    x = [LARGE, -LARGE, 1.1, 1.1]
    other = np.float32(LARGE) + np.float32(1.1) - np.float32(LARGE) + np.float32(1.1)
    value = truth(function, x).value
    assert value.error(other) > 0.5
    assert value.error(other) <= value.tolerance <= SAFETY * 8 * LARGE * 2.0**-24


def test_a_sum_that_is_exact_in_every_order_has_no_tolerance():
    assert truth(lambda xp, x: xp.sum(x), [1.0, 2.0, -3.0, 0.5]).value.tolerance == 0


def test_a_cotangent_is_pulled_back_in_any_order():
    pulled = truth(lambda xp, x: xp.broadcast_to(x, (6,)), 1.0).vjp["x"]
    assert pulled.tolerance > 0


def test_a_programs_own_difference_has_one_order():
    near = 1.0 + 2.0**-23
    value = truth(lambda xp, x: (x + 0.0) - near, 1.0).value
    assert value.tolerance == 0
    lost = truth(lambda xp, x: (x + LARGE) - LARGE, 1.1).value
    assert lost.tolerance < 3 * SAFETY * LARGE * 2.0**-24


def test_two_terms_have_one_order():
    value = truth(lambda xp, x: xp.sum(x), [1.0, 2.0**-30]).value
    assert value.tolerance <= 2 * SAFETY * 2.0**-24


@pytest.mark.parametrize("numbers", [[1.0, 2.0, 3.0], [LARGE, 1.0, -LARGE], [0.0, 0.1, 0.0]])
def test_multiples_of_one_number_are_free_as_long_as_their_sum_fits(numbers):
    with working(53):
        assert charge(of(numbers)).tolist() == [0.0]


def test_what_does_not_fit_is_charged_by_the_magnitudes():
    with working(24):
        assert charge(of([LARGE, -LARGE, 1.1])).tolist() == [(2 * LARGE + 1.1) * 2.0**-24]


def test_a_term_that_was_rounded_before_is_charged():
    with working(24):
        third = arb(1) / 3
        assert charge(joined(of([1.0, 1.0]), terms_of(third, None, 0)))[0] == pytest.approx((2 + 1 / 3) * 2.0**-24)


def test_a_loop_may_start_from_zero():
    with working(24):
        x, y = Jet(arb(LARGE)), Jet(arb(1) / 3)
        assert (0 + x + y).value.rad() == (x + y).value.rad()
