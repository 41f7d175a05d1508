"""Functions that step: NumPy's values, no derivative between the jumps, Undecided at one; clip and the questions."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, arb_mat
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracle.arrays import active, curvature, jacobian, values

from adbench.errors import Undecided
from adbench.oracle.jet import Jet, jet
from adbench.oracle.namespace import NAMESPACE as XP
from adbench.oracle.namespace import jets
from adbench.oracle.precision import working

STEPS = ["floor", "ceil", "trunc", "round"]
JUMPS = {"floor": [-1.0, 0.0, 2.0], "ceil": [-1.0, 0.0, 2.0], "trunc": [-1.0, 2.0], "round": [-1.5, -0.5, 0.5, 2.5]}
SMOOTH = {"floor": [0.5], "ceil": [0.5], "trunc": [0.0, 0.5, -0.5], "round": [0.0, -1.0, 2.0]}
FINITE = st.floats(-1e300, 1e300, allow_subnormal=False)
some = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize("name", STEPS)
@given(x=FINITE | st.integers(-9, 9).map(lambda n: n / 2))
@some
def test_steps_are_numpys(name, x):
    assert getattr(XP, name)(jet(x)).value == getattr(np, name)(x)


@pytest.mark.parametrize("name", STEPS)
def test_steps_are_constant_between_jumps_and_undecided_at_them(variable, name):
    for x in SMOOTH[name]:
        y = getattr(XP, name)(variable(x))
        assert y.is_constant
        assert y.value == getattr(np, name)(x)
    for x in JUMPS[name]:
        assert getattr(XP, name)(jet(x)).value == getattr(np, name)(x)
        with pytest.raises(Undecided, match=f"cannot decide {name} of"):
            getattr(XP, name)(variable(x))


@pytest.mark.parametrize("name", STEPS)
def test_steps_of_balls_are_decided_where_no_jump_lies_in_them(name):
    clear, jump = (0.25, 0.5) if name == "round" else (0.5, 1.0)
    assert getattr(XP, name)(Jet(arb(clear, 0.1))).value == getattr(np, name)(clear)
    with pytest.raises(Undecided):
        getattr(XP, name)(Jet(arb(jump, 1e-10)))


@pytest.mark.parametrize("name", STEPS)
def test_steps_of_what_is_not_finite_are_not_a_number(name):
    assert getattr(XP, name)(jet(np.nan)).value.is_nan()


@given(x=FINITE, y=FINITE)
@some
def test_floor_divide_and_remainder_are_exact(x, y):
    """Of Python's integers, as x = m 2ᵏ and y = n 2ᵏ."""
    assume(y != 0)
    (m, p), (n, q) = x.as_integer_ratio(), y.as_integer_ratio()
    scale = max(p, q)
    m, n = m * (scale // p), n * (scale // q)
    assert XP.floor_divide(jet(x), jet(y)).value == arb(m // n)
    with working(5000):
        true = arb(m % n) / scale
    rest = XP.remainder(jet(x), jet(y)).value
    assert rest.overlaps(true)
    assert rest.rad() <= abs(true) * arb(2) ** -50


@pytest.mark.parametrize(
    ("x", "y"), [(6.0, 3.0), (-6.0, 3.0), (0.75, -0.25), (0.0, 2.0), (5.0, 3.0), (-5.0, 3.0), (5, -3)]
)
def test_remainders_have_the_sign_of_the_divisor(x, y):
    assert XP.remainder(jet(x), jet(y)).value == np.remainder(x, y)
    assert XP.floor_divide(jet(x), jet(y)).value == np.floor_divide(x, y)


def test_remainder_has_the_slopes_1_and_minus_the_quotient(variable):
    z = XP.remainder(variable(7.5, 1, 0), variable(-2.0, 0, 1))
    assert z.value == -0.5
    assert z.dot.entries() == [1, 4]
    assert XP.floor_divide(variable(7.5, 1, 0), variable(-2.0, 0, 1)).is_constant


@pytest.mark.parametrize("name", ["remainder", "floor_divide"])
def test_multiples_are_jumps(variable, name):
    for operands in ((variable(6.0), 3.0), (6.0, variable(3.0)), (variable(0.0), 2.0)):
        with pytest.raises(Undecided, match="jump"):
            getattr(XP, name)(*operands)
    assert getattr(XP, name)(variable(0.3), 0.1).value == getattr(np, name)(0.3, 0.1)  # 0.3 is below 3 × 0.1


def test_division_by_zero_is_not_a_number():
    assert not XP.floor_divide(jet(1.0), jet(0.0)).value.is_finite()
    assert not XP.remainder(jet(1.0), jet(0.0)).value.is_finite()


X = np.array([[-2.0, 0.25], [1.5, 4.0]])


@pytest.mark.parametrize(
    ("low", "high"),
    [(-1.0, 2.0), (None, 2.0), (-1.0, None), (None, None), (3.0, 1.0), (np.array([-3.0, 1.0]), 3.0),
     (0.0, np.array([[1.0], [5.0]])), (np.zeros((3, 1, 1)), None)],
)  # fmt: skip
def test_clip_takes_bounds_of_any_shape(low, high):
    got = XP.clip(jets(X), low, high)
    expected = X if low is None and high is None else np.clip(X, low, high)
    assert got.shape == expected.shape
    assert values(got).tolist() == expected.tolist()
    assert values(XP.clip(jets(X), max=high, min=low)).tolist() == expected.tolist()


def test_clip_differentiates_by_what_it_returns():
    x, low = active([-2.0, 0.5]), Jet(arb(-1), arb_mat([[3, 4]]), arb(7))
    y = XP.clip(x, low, 2.0)
    assert jacobian(y, 2).tolist() == [[3, 4], [0, 1]]
    assert [float(j.along) for j in y] == [7, 2]
    assert curvature(y, 2).tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize("bound", [{"min": 0.5}, {"max": 0.5}])
def test_clip_at_a_bound_is_undecided(bound):
    with pytest.raises(Undecided):
        XP.clip(active([0.5]), **bound)
    assert values(XP.clip(jets([0.5]), **bound)) == [0.5]


def test_questions():
    x = np.array([0.0, -1.5, np.inf, -np.inf, np.nan])
    for name in ("isfinite", "isinf", "isnan"):
        answer = getattr(XP, name)(jets(x))
        assert answer.dtype == bool
        assert answer.tolist() == getattr(np, name)(x).tolist()
    assert XP.signbit(jets([-1.5, 0.0, 2.0])).tolist() == [True, False, False]
    assert XP.isnan(jet(1.0)).shape == ()


def test_the_sign_of_a_ball_around_zero_is_undecided():
    for name in ("signbit", "sign"):
        with pytest.raises(Undecided):
            getattr(XP, name)(Jet(arb(0, 1e-9)))


@pytest.mark.parametrize("name", ["logical_and", "logical_or", "logical_xor"])
def test_logical_functions_take_numbers_for_truth(name):
    x, y = np.array([[0.0], [2.0]]), np.array([0.0, 3.0])
    assert getattr(XP, name)(jets(x), jets(y)).tolist() == getattr(np, name)(x, y).tolist()
    assert XP.logical_not(jets(y)).tolist() == [True, False]


def test_real_numbers_have_no_imaginary_part():
    x = active([1.0, -2.0])
    for name in ("positive", "real", "conj"):
        assert getattr(XP, name)(x).tolist() == x.tolist()
    assert values(XP.imag(x)).tolist() == [0, 0]
