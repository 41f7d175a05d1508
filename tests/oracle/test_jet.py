"""Jets: every operation encloses the true value and derivative, and no library takes a jet for a sequence."""

from __future__ import annotations

import operator
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, arb_mat, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from adbench.errors import Undecided
from adbench.oracle.jet import Jet, jet
from adbench.oracle.precision import working

PRECISIONS = [24, 53, 320]
some = settings(max_examples=25, deadline=None)
numbers = st.floats(-1e6, 1e6, allow_subnormal=False)
nonzero = numbers.filter(lambda x: abs(x) > 1e-3)

# The derivative of each operation by the product and quotient rules, in exact fractions.
ARITHMETIC = {
    operator.add: lambda x, y, dx, dy: dx + dy,
    operator.sub: lambda x, y, dx, dy: dx - dy,
    operator.mul: lambda x, y, dx, dy: dx * y + x * dy,
    operator.truediv: lambda x, y, dx, dy: (dx * y - x * dy) / (y * y),
}
each_operation = pytest.mark.parametrize("operation", ARITHMETIC, ids=lambda f: f.__name__)


def holds(ball: arb, true: Fraction) -> bool:
    with working(2000):  # in which the fraction is a ball far narrower than any that is tested
        return ball.is_finite() and ball.overlaps(arb(fmpq(true.numerator, true.denominator)))


@each_operation
@given(x=nonzero, y=nonzero, dx=st.tuples(numbers, numbers), dy=st.tuples(numbers, numbers))
@some
def test_arithmetic_encloses_value_and_derivatives(variable, operation, x, y, dx, dy):
    fx, fy = Fraction(x), Fraction(y)
    for bits in PRECISIONS:
        with working(bits):
            z = operation(variable(x, *dx), variable(y, *dy))
        assert holds(z.value, operation(fx, fy))
        for got, a, b in zip(z.dot.entries(), dx, dy, strict=True):
            assert holds(got, ARITHMETIC[operation](fx, fy, Fraction(a), Fraction(b)))


@each_operation
@given(x=nonzero, y=nonzero, dx=numbers, where=st.tuples(st.floats(-1, 1), st.floats(-1, 1)))
@some
def test_arithmetic_of_balls_encloses_every_point_in_them(operation, x, y, dx, where):
    """Operands are balls of relative radius 2⁻¹⁰; the points are somewhere inside."""
    width = Fraction(1, 2**10)
    fx, fy = (Fraction(c) * (1 + width * Fraction(t)) for c, t in zip((x, y), where, strict=True))
    a = Jet(arb(x, abs(x) * 2.0**-10), arb_mat(1, 1, [arb(dx)]))
    b = Jet(arb(y, abs(y) * 2.0**-10))
    for bits in PRECISIONS:
        with working(bits):
            z = operation(a, b)
        assert holds(z.value, operation(fx, fy))
        assert holds(z.dot[0, 0], ARITHMETIC[operation](fx, fy, Fraction(dx), Fraction(0)))


@each_operation
@given(x=nonzero, c=nonzero, dx=numbers)
@some
def test_numbers_are_constants_on_either_side(variable, operation, x, c, dx):
    rule, fx, fc, fdx = ARITHMETIC[operation], Fraction(x), Fraction(c), Fraction(dx)
    for bits in PRECISIONS:
        for number in (c, np.float64(c)):
            with working(bits):
                right, left = operation(variable(x, dx), number), operation(number, variable(x, dx))
            assert isinstance(right, Jet)
            assert isinstance(left, Jet)
            assert holds(right.value, operation(fx, fc))
            assert holds(right.dot[0, 0], rule(fx, fc, fdx, Fraction(0)))
            assert holds(left.value, operation(fc, fx))
            assert holds(left.dot[0, 0], rule(fc, fx, Fraction(0), fdx))


@pytest.mark.parametrize("number", [3, True, np.int64(3), np.float32(0.1), np.bool_(True)])
@each_operation
def test_every_kind_of_number(variable, operation, number):
    true = Fraction(float(number))
    right, left = operation(variable(7.0), number), operation(number, variable(7.0))
    assert holds(right.value, operation(Fraction(7), true))
    assert holds(left.value, operation(true, Fraction(7)))


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 0), (2, 3)])
@each_operation
def test_arrays_of_floats_on_either_side(variable, operation, shape):
    x, c = variable(0.7, 2.0), np.random.default_rng(0).uniform(1, 2, shape)
    for first, second in ((x, c), (c, x)):
        z = operation(first, second)
        assert np.shape(z) == shape
        for index in np.ndindex(shape):
            entry, number = (z[index] if shape else z), float(c[index])
            expected = operation(x, number) if first is x else operation(number, x)
            assert isinstance(entry, Jet)
            assert entry.value == expected.value or entry.value.overlaps(expected.value)
            assert entry.dot[0, 0].overlaps(expected.dot[0, 0])


def test_powers_with_arrays_on_either_side(variable):
    x = variable(2.0)
    np.testing.assert_allclose([float(j.value.mid()) for j in x ** np.array([0.5, 2.0])], [2**0.5, 4.0])
    np.testing.assert_allclose([float(j.value.mid()) for j in np.array([3.0, 0.5]) ** x], [9.0, 0.25])
    assert float((3 ** variable(2.0)).dot[0, 0].mid()) == pytest.approx(9 * np.log(3), rel=1e-14)


def test_radii_shrink_with_bits(variable):
    def radii(bits):
        with working(bits):
            z = variable(0.1, 0.3) / 3 * variable(0.7, 0.1) - 1 / variable(0.9, 0.2)
            return z.value.rad(), z.dot[0, 0].rad()

    at = [radii(bits) for bits in PRECISIONS]
    for wide, narrow, fewer, more in ((*at[:2], 24, 53), (*at[1:], 53, 320)):
        for a, b in zip(wide, narrow, strict=True):
            assert 0 < b < a * arb(2) ** (fewer - more + 6)


def test_results_without_rounding_have_no_radius(variable):
    x, y = variable(3.0, 1.0, 0.0), variable(0.25, 0.0, 1.0)
    z = x * y + 2 * x - y / 2
    assert z.value == arb(6.625)
    assert z.dot.entries() == [arb(2.25), arb(2.5)]


def test_the_derivative_of_a_constant_is_none(variable):
    assert (jet(2) * jet(3) / jet(5) - jet(1) + jet(2)).dot is None
    assert (variable(1.0) * 3).dot is not None
    assert (-jet(2)).dot is None


def test_division_by_a_ball_around_zero_is_not_finite():
    assert not (jet(1) / Jet(arb(0, 1e-9))).value.is_finite()
    assert not (jet(1) / jet(0)).value.is_finite()


def test_negative_and_absolute_value(variable):
    for x, sign in ((2.0, 1), (-2.0, -1)):
        assert abs(variable(x)).value == 2
        assert abs(variable(x)).dot[0, 0] == sign
        assert (-variable(x)).dot[0, 0] == -1
        assert (-variable(x)).value == -x
        assert (+variable(x)).value == x


# NumPy


def test_numpy_takes_a_jet_for_a_scalar(variable):
    j = variable(1.0, 2.0, 3.0)
    for made in (np.asarray(j, dtype=object), np.array(j, dtype=object), np.asarray(j)):
        assert made.shape == ()
        assert made[()] is j
    for made in (np.array([j, j]), np.array([j, j], dtype=object), np.stack([j, j]), np.full(2, j)):
        assert made.shape == (2,)
        assert made[0] is j
    assert np.array([[j, 1.0], [2, j]], dtype=object).shape == (2, 2)
    assert np.broadcast_to(np.asarray(j, dtype=object), (2, 3))[1, 2] is j
    assert not hasattr(j, "__len__")


def test_a_jet_is_indexed_as_an_array_of_shape_0(variable):
    j = variable(1.0, 2.0, 3.0)
    assert j[None].shape == (1,)
    assert j[None][0] is j
    assert j[()] is j
    assert j[...].shape == ()
    with pytest.raises(IndexError):
        j[0]
    with pytest.raises(TypeError, match="iterable"):
        list(j)


def test_assignment_into_an_array_does_not_split_a_jet(variable):
    j, array = variable(1.0, 2.0, 3.0), np.empty((2, 2), dtype=object)
    array[0, 1] = j
    array[1] = j
    assert array[0, 1] is j
    assert array[1, 0] is j


def test_a_jet_has_the_attributes_of_an_array_of_shape_0(variable):
    j = variable(1.0)
    assert (j.shape, j.ndim, j.size, j.dtype) == ((), 0, 1, np.dtype(object))
    assert j.T is j


def test_arithmetic_of_object_arrays_is_that_of_jets(variable):
    x = np.array([variable(1.0, 1.0, 0.0), variable(2.0, 0.0, 1.0)], dtype=object)
    y = x @ np.array([3.0, 4.0]) + (x * x).sum()
    assert y.value == 16
    assert y.dot.entries() == [arb(5), arb(8)]


# comparisons

COMPARISONS = [operator.gt, operator.lt, operator.ge, operator.le]
each_comparison = pytest.mark.parametrize("compare", COMPARISONS, ids=lambda f: f.__name__)


@each_comparison
@given(a=st.floats(-3, 3), b=st.floats(-3, 3))
@some
def test_balls_apart_are_decided(variable, compare, a, b):
    if a == b:
        return
    assert compare(variable(a), variable(b)) is compare(a, b)
    assert compare(jet(a), b) is compare(a, b)
    assert compare(a, jet(b)) is compare(a, b)


@each_comparison
def test_exact_constants_are_decided_at_a_tie(compare):
    assert compare(jet(2), jet(2)) is compare(2, 2)
    assert compare(jet(2), 2) is compare(2, 2)


@each_comparison
def test_balls_that_overlap_are_undecided(compare):
    a, b = Jet(arb(1, 0.1)), Jet(arb(1.05, 0.1))
    with pytest.raises(Undecided, match="cannot order"):
        compare(a, b)
    with pytest.raises(Undecided, match="cannot order"):
        compare(a, a)


@each_comparison
def test_a_tie_with_an_active_derivative_is_undecided(variable, compare):
    for a, b in ((variable(2.0), jet(2)), (jet(2), variable(2.0)), (variable(2.0), variable(2.0))):
        with pytest.raises(Undecided, match="tie or a kink"):
            compare(a, b)


@each_comparison
def test_arrays_are_compared_entry_by_entry(variable, compare):
    numbers = np.array([1.0, 3.0])
    assert compare(variable(2.0), numbers).tolist() == compare(2.0, numbers).tolist()
    assert compare(numbers, variable(2.0)).tolist() == compare(numbers, 2.0).tolist()


def test_absolute_value_at_0_is_undecided(variable):
    with pytest.raises(Undecided):
        abs(variable(0.0))
    assert abs(jet(0)).value == 0


def test_equality(variable):
    assert jet(2) == jet(2)
    assert jet(2) == 2
    assert jet(2) != 3
    assert variable(2.0) != 3.0
    assert (np.array([1.0, 2.0]) == jet(2)).tolist() == [False, True]
    with pytest.raises(Undecided, match="cannot decide"):
        assert Jet(arb(1, 0.1)) == 1
    with pytest.raises(TypeError, match="unhashable"):
        hash(jet(2))


def test_equality_at_a_tie_with_an_active_derivative_is_undecided(variable):
    """Else where(x == 1, 1, x), which is x, would be proved to have derivative 0 at 1."""
    with pytest.raises(Undecided):
        assert variable(1.0) == 1.0


def test_a_zero_is_false(variable):
    assert not bool(jet(0))
    assert bool(jet(3))
    assert bool(variable(3.0))


def test_what_may_be_a_zero_is_undecided(variable):
    for j in (Jet(arb(0, 1)), Jet(arb(0.5, 1)), variable(0.0)):
        with pytest.raises(Undecided):
            bool(j)


# tracking


def test_magnitude_sees_every_jet(variable, monkeypatch):
    seen = []
    monkeypatch.setattr(Jet, "magnitude", seen.append)
    z = variable(2.0) * 3
    assert z in [*filter(lambda j: j is z, seen)]
    assert [float(j.value.mid()) for j in seen] == [2.0, 3.0, 6.0]
