"""Complex balls: each operation encloses its result, and its radius knows of the roundings that a library makes."""

from __future__ import annotations

import operator
from fractions import Fraction

import numpy as np
import pytest
from flint import acb, arb, arb_mat, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from adbench.errors import InvalidCase, Unsupported
from adbench.oracle.pair import Complex, around_zero, conjugate
from adbench.oracle.precision import rounded, working

some = settings(max_examples=25, deadline=None)
numbers = st.floats(-1e6, 1e6, allow_subnormal=False).filter(lambda x: abs(x) > 1e-3)
pairs = st.tuples(numbers, numbers)


def in_fractions(operation, z, w):
    (a, b), (c, d) = (map(Fraction, pair) for pair in (z, w))
    if operation is operator.mul:
        return a * c - b * d, a * d + b * c
    if operation is operator.truediv:
        n = c * c + d * d
        return (a * c + b * d) / n, (b * c - a * d) / n
    return operation(a, c), operation(b, d)


def holds(ball, true):
    with working(2000):
        exact = [arb(fmpq(part.numerator, part.denominator)) for part in true]
        return ball.is_finite() and ball.overlaps(Complex(*exact))


@pytest.mark.parametrize("bits", [24, 53, 320])
@pytest.mark.parametrize("operation", [operator.add, operator.sub, operator.mul, operator.truediv])
@given(z=pairs, w=pairs)
@some
def test_arithmetic_encloses(operation, bits, z, w):
    with working(bits):
        a, b = Complex(*map(arb, z)), Complex(*map(arb, w))
        assert holds(operation(a, b), in_fractions(operation, z, w))
        assert holds(operation(a, b.re), in_fractions(operation, z, (w[0], 0)))
        assert holds(operation(a.re, b), in_fractions(operation, (z[0], 0), w))


def test_a_radius_bounds_the_products_that_cancel():
    """Flint's own product rounds ac − bd once, and its radius says nothing of what a library loses."""
    with working(53):
        z, w = Complex(arb(1 + 2.0**-30), arb(1)), Complex(arb(1 - 2.0**-30), arb(1))
        assert (z.acb * w.acb).real.is_exact()
        product = (z * w).re
    assert float(product.rad()) >= 2.0**-53
    assert product.contains(arb(-(2.0**-60)))


def test_products_with_one_and_i_are_exact():
    z = Complex(arb(0.1), arb(0.3))
    for factor in (1, arb(1), Complex(arb(1), arb(0)), Complex(arb(0), arb(1))):
        assert (z * factor).is_exact()
    assert z * Complex(arb(0), arb(1)) == Complex(arb(-0.3), arb(0.1))


def test_rows_are_multiplied_by_balls():
    row, z = Complex(arb_mat([[1, 2]]), arb_mat([[0, 1]])), Complex(arb(2), arb(1))
    for made in (row * z, z * row):
        assert made.entries() == [Complex(arb(2), arb(1)), Complex(arb(3), arb(4))]
    real = arb_mat([[1, 2]])
    assert (real * z).entries() == [Complex(arb(2), arb(1)), Complex(arb(4), arb(2))]
    assert (real + row).entries() == (row + real).entries() == [Complex(arb(2), arb(0)), Complex(arb(4), arb(1))]
    assert row.ncols() == 2


def test_object_arrays_take_it_for_a_number():
    z = Complex(arb(1), arb(2))
    assert np.asarray([z, z], dtype=object).shape == (2,)
    for made in (z * np.array([1.0, 2.0]), np.array([arb(1), arb(2)], dtype=object) * z):
        assert list(made) == [z, z * 2]
    assert (np.array([2.0]) / z)[0].overlaps(2 / z)
    assert list(z - np.array([1.0])) == [z - 1]


@pytest.mark.parametrize("compare", [operator.gt, operator.lt, operator.ge, operator.le])
def test_an_order_is_refused(compare):
    z = Complex(arb(1), arb(2))
    for a, b in ((z, z), (z, 1), (arb(1), z)):
        with pytest.raises(InvalidCase, match="complex numbers have no order"):
            compare(a, b)


def test_what_only_real_balls_have_is_refused_by_name():
    with pytest.raises(Unsupported, match="no gamma of complex numbers"):
        Complex(arb(1), arb(2)).gamma()
    assert not hasattr(Complex(arb(1), arb(2)), "__array__")


def test_predicates():
    z, wide = Complex(arb(1), arb(2)), Complex(arb(1, 0.5), arb(2, 0.5))
    assert z.is_exact()
    assert not wide.is_exact()
    assert wide.mid() == z
    assert wide.contains(z)
    assert not z.contains(wide)
    assert wide.overlaps(Complex(arb(1.5), arb(1.5)))
    assert not wide.overlaps(1)
    assert Complex(arb(1), arb(0)) == 1
    assert Complex(arb(0), arb(0)).is_zero()
    assert Complex(arb.nan(), arb(0)).is_nan()
    assert not Complex(arb(0), arb("inf")).is_finite()
    assert conjugate(z) == Complex(arb(1), arb(-2))
    assert conjugate(arb(2)) == arb(2)
    assert around_zero(arb(0, 1), arb(3)).overlaps(arb(1))
    assert around_zero(arb(0, 1), z).contains(Complex(arb(0.5), arb(-0.5)))
    assert "i" in repr(z)
    assert z.str(3) == "(1.00) + (2.00)i"


def test_a_charge_is_of_the_modulus_and_leaves_zeros():
    with working(53):
        z = Complex(arb(1e-20), arb(1)).charged()
        assert float(z.re.rad()) == pytest.approx(2.0**-52, rel=1e-6)
        assert Complex(arb(0), arb(1)).charged().re.is_zero()


def test_numbers_of_every_kind_are_rounded():
    for number in (1 + 2j, np.complex128(1 + 2j), np.complex64(1 + 2j), Complex(arb(1), arb(2))):
        assert rounded(number) == Complex(arb(1), arb(2))
    with working(24):
        assert not rounded(0.1j).im.is_exact()
    assert Complex.of(acb(1, 2)).acb == acb(1, 2)
