"""Elimination over jets: A X = B is enclosed, and so is dX = −A⁻¹ dA X + A⁻¹ dB."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from flint import arb, arb_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from adbench.oracle import linalg
from adbench.oracle.jet import Jet
from adbench.oracle.namespace import jets
from adbench.oracle.precision import working

some = settings(max_examples=12, deadline=None)
seeds = st.integers(0, 10**6)


def active(x, x_dot):
    made = np.empty(x.shape, dtype=object)
    for i in np.ndindex(x.shape):
        made[i] = Jet(arb(float(x[i])), arb_mat(1, 1, [arb(float(x_dot[i]))]))
    return made


def drawn(n, k, seed):
    """Well conditioned A, B and a direction of each."""
    rng = np.random.default_rng(seed)
    a = rng.uniform(-1, 1, (n, n)) + n * np.eye(n)[rng.permutation(n)]
    return a, *rng.uniform(-1, 1, (2, n, k)), rng.uniform(-1, 1, (n, n))


def exactly(a):
    return mpmath.matrix(a.tolist())


@pytest.mark.parametrize("n", [1, 2, 4])
@given(seed=seeds)
@some
def test_solve_encloses_the_solution_and_its_derivative(encloses, n, seed):
    a, b, b_dot, a_dot = drawn(n, 2, seed)
    inverse = exactly(a) ** -1
    true = inverse * exactly(b)
    true_dot = inverse * (exactly(b_dot) - exactly(a_dot) * true)
    for bits in (24, 53, 320):
        with working(bits):
            x = linalg.solve(active(a, a_dot), active(b, b_dot))
        assert x.shape == (n, 2)
        for i, j in np.ndindex(x.shape):
            assert encloses(x[i, j].value, true[i, j])
            assert encloses(x[i, j].dot[0, 0], true_dot[i, j])
            assert x[i, j].value.rad() <= 2.0 ** (20 - bits)


@pytest.mark.parametrize("n", [1, 3])
@given(seed=seeds)
@some
def test_inv_encloses_the_inverse_and_minus_inverse_times_direction_times_inverse(encloses, n, seed):
    a, _, _, a_dot = drawn(n, 1, seed)
    true = exactly(a) ** -1
    true_dot = -true * exactly(a_dot) * true
    x = linalg.inv(active(a, a_dot))
    assert x.shape == (n, n)
    for i, j in np.ndindex(x.shape):
        assert encloses(x[i, j].value, true[i, j])
        assert encloses(x[i, j].dot[0, 0], true_dot[i, j])


def test_a_right_hand_side_may_be_a_vector():
    x = linalg.solve(jets([[2.0, 0.0], [0.0, 4.0]]), jets([1.0, 1.0]))
    assert x.shape == (2,)
    assert [j.value for j in x] == [arb(0.5), arb(0.25)]
    assert linalg.solve(jets([[2.0]]), np.array([3])).shape == (1,)


def test_a_zero_in_the_corner_needs_another_pivot():
    x = linalg.solve(jets([[0.0, 1.0], [1.0, 0.0]]), jets([2.0, 3.0]))
    assert [j.value for j in x] == [arb(3), arb(2)]


def test_a_small_pivot_is_not_taken():
    """Without pivoting the multiplier 1e20 would leave no digit at 53 bits."""
    x = linalg.solve(jets([[1e-20, 1.0], [1.0, 1.0]]), jets([1.0, 2.0]))
    assert all(j.value.rad() < 1e-13 for j in x)
    assert all(abs(j.value - 1) < 1e-13 for j in x)


def test_the_operands_are_left_alone():
    a, b = jets([[0.0, 1.0], [1.0, 5.0]]), jets([2.0, 3.0])
    before = [*a.flat, *b.flat]
    linalg.solve(a, b)
    assert all(x is y for x, y in zip(before, [*a.flat, *b.flat], strict=True))


def test_a_singular_matrix_has_no_finite_solution():
    assert not any(j.value.is_finite() for j in linalg.solve(jets(np.ones((2, 2))), jets([1.0, 2.0])))


def test_a_matrix_that_may_be_singular_has_no_finite_solution():
    maybe = np.array([[Jet(arb(0, 1e-3))]])
    assert not linalg.solve(maybe, jets([1.0]))[0].value.is_finite()


def test_an_empty_system():
    assert linalg.solve(jets(np.zeros((0, 0))), jets(np.zeros(0))).shape == (0,)


def test_a_stack_of_systems():
    a, b = np.stack([np.eye(2), 2 * np.eye(2), 4 * np.eye(2)]), np.ones((3, 2, 1))
    x = linalg.solve(jets(a), jets(b))
    assert x.shape == (3, 2, 1)
    assert x[2, 0, 0].value == 0.25
