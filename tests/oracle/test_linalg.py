"""Elimination over jets: A X = B is enclosed, and so is dX = −A⁻¹ dA X + A⁻¹ dB; determinants and ranks."""

from __future__ import annotations

from itertools import permutations
from math import prod

import mpmath
import numpy as np
import pytest
from flint import arb, arb_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from adbench.errors import InvalidCase, NotCertified, Undecided
from adbench.oracle import linalg
from adbench.oracle.certify import prove
from adbench.oracle.jet import Jet, jet
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


@pytest.mark.parametrize("function", [lambda a: linalg.solve(a, jets([1.0, 2.0])), linalg.inv])
def test_a_singular_matrix_is_refused_by_name_and_column(function):
    with pytest.raises(NotCertified, match=r"(solve|inv): no pivot of column 1 is surely nonzero at 53 bits"):
        function(jets(np.ones((2, 2))))


def test_a_matrix_that_may_be_singular_is_refused():
    with pytest.raises(NotCertified, match="singular, or nearly so"):
        linalg.solve(np.array([[Jet(arb(0, 1e-3))]]), jets([1.0]))


def test_shapes_that_are_no_square_matrices_are_refused():
    with pytest.raises(InvalidCase, match=r"inv: expected square matrices, got shape \(2, 3\)"):
        linalg.inv(np.ones((2, 3)))
    with pytest.raises(InvalidCase, match=r"det: expected square matrices, got shape \(2,\)"):
        linalg.det(np.ones(2))
    with pytest.raises(InvalidCase, match="holds no matrix"):
        linalg.det(np.ones((0, 2, 2)))


def test_an_empty_system():
    assert linalg.solve(jets(np.zeros((0, 0))), jets(np.zeros(0))).shape == (0,)


def test_a_stack_of_systems():
    a, b = np.stack([np.eye(2), 2 * np.eye(2), 4 * np.eye(2)]), np.ones((3, 2, 1))
    x = linalg.solve(jets(a), jets(b))
    assert x.shape == (3, 2, 1)
    assert x[2, 0, 0].value == 0.25
    assert linalg.solve(jets(a), np.ones(2)).shape == (3, 2)


def test_integer_and_float_operands_become_constants():
    x = linalg.solve(np.array([[2, 0], [0, 4]]), np.array([1.0, 1.0]))
    assert [j.value for j in x] == [arb(0.5), arb(0.25)]
    assert all(j.is_constant for j in x)
    assert linalg.inv(np.array([[4]]))[0, 0].value == 0.25


@pytest.mark.parametrize("n", [2, 5, 8])
@given(seed=seeds)
@some
def test_radii_of_an_inverse_are_rounding_errors_times_its_condition(n, seed):
    a, _, _, a_dot = drawn(n, 1, seed)
    inverse = np.linalg.inv(a)
    size, condition = np.abs(inverse).max(), np.linalg.cond(a)
    x = linalg.inv(active(a, a_dot))
    assert max(float(j.value.rad()) for j in x.flat) <= 200 * n * condition * size * 2.0**-53
    assert max(float(j.dot[0, 0].rad()) for j in x.flat) <= 1000 * n * (condition * size) ** 2 * 2.0**-53


WHOLE = [
    ([[3]], 3),
    ([[0, 1], [1, 0]], -1),
    ([[2, 1, 0], [7, 3, 5], [1, 1, 9]], -14),
    ([[1, 2, 3], [4, 5, 6], [7, 8, 9]], 0),
    ([[1, 2, 3], [2, 4, 6], [3, 6, 9]], 0),
    ([[0, 0, 0], [0, 0, 0], [0, 0, 0]], 0),
    ([[0, 0, 2, 0], [3, 0, 0, 0], [0, 0, 0, 5], [0, 7, 0, 0]], -210),
]


def cofactors(a):
    """∂det/∂A by the definition, for integers."""
    n = len(a)
    minors = [[np.delete(np.delete(np.array(a, dtype=object), i, 0), j, 1) for j in range(n)] for i in range(n)]
    return [[(-1) ** (i + j) * leibniz(minors[i][j]) for j in range(n)] for i in range(n)]


def leibniz(a):
    """The determinant as a sum over permutations."""
    n, total = len(a), 0
    for order in permutations(range(n)):
        inversions = sum(order[i] > order[j] for i in range(n) for j in range(i + 1, n))
        total += (-1) ** inversions * prod(a[i][order[i]] for i in range(n))
    return total


def in_all_directions(a, v):
    """Jets with a direction for each entry, and the second order along v."""
    n, made = len(a), np.empty((len(a), len(a)), dtype=object)
    for i, j in np.ndindex(n, n):
        row = arb_mat(1, n * n)
        row[0, n * i + j] = arb(1)
        made[i, j] = Jet(arb(int(a[i][j])), row, arb(int(v[i][j])))
    return made


@pytest.mark.parametrize(("a", "value"), WHOLE)
def test_det_of_integers_to_second_order_singular_ones_included(a, value):
    n = len(a)
    assert leibniz(a) == value
    v = np.arange(n * n).reshape(n, n) ** 2 % 5 - 2
    y = linalg.det(in_all_directions(a, v))
    slope = [[second_of_cofactor(a, v, i, j) for j in range(n)] for i in range(n)]
    assert y.value.contains(value)
    assert y.value.rad() < 1e-11
    for ball, true in zip(y.dot.entries(), np.ravel(cofactors(a)), strict=True):
        assert ball.contains(int(true))
        assert ball.rad() < 1e-11
    mixed = [arb(0)] * n * n if y.mixed is None else y.mixed.entries()
    for ball, true in zip(mixed, np.ravel(slope), strict=True):
        assert ball.contains(int(true))
        assert ball.rad() < 1e-11


def second_of_cofactor(a, v, i, j):
    """The sum over rows of the cofactor with that row of A replaced by v's: a determinant is linear in each row."""
    a, total = np.array(a, dtype=object), 0
    for r in range(len(a)):
        if r != i:
            replaced = a.copy()
            replaced[r] = v[r]
            total += cofactors(replaced)[i][j]
    return total


def test_det_of_a_stack_and_of_a_large_zero():
    y = linalg.det(np.stack([np.eye(3), 2 * np.eye(3)])[None])
    assert y.shape == (1, 2)
    assert [j.value for j in y.flat] == [arb(1), arb(8)]
    with pytest.raises(NotCertified, match="det: elimination ends in column 0 of 11"):
        linalg.det(np.zeros((11, 11)))


def test_slogdet_has_the_sign_and_the_logarithm():
    y = linalg.slogdet(np.array([[0.0, 2.0], [3.0, 0.0]]))
    assert y.sign.value == -1
    assert y.logabsdet.value.overlaps(arb(6).log())
    sign, logabsdet = linalg.slogdet(np.stack([np.eye(2), np.diag([1.0, -4.0])]))
    assert [j.value for j in sign] == [arb(1), arb(-1)]
    assert logabsdet[0].value.contains(0)
    assert logabsdet[1].value.overlaps(arb(4).log())


def test_slogdet_of_numbers_whose_determinant_overflows_a_float():
    y = linalg.slogdet(np.diag([1e200, 1e200, -1e200]))
    assert y.sign.value == -1
    assert y.logabsdet.value.overlaps(600 * arb(10).log() * arb(1, 1e-15))


def test_slogdet_at_a_singular_matrix_is_undecided():
    with pytest.raises(Undecided, match="slogdet: the determinant may be zero"):
        linalg.slogdet(np.array([[1.0, 2.0], [2.0, 4.0]]))
    with pytest.raises(Undecided, match="slogdet"):
        linalg.slogdet(np.array([[1.0, 3.0, 2.0], [1.0, 3.0, 2.0], [1.0, 5.0, 8.0]]))


@pytest.mark.parametrize(
    ("a", "rank"),
    [
        (np.eye(3), 3),
        (np.zeros((2, 3)), 0),
        ([[1, 2, 3], [4, 5, 6], [7, 8, 9]], 2),
        ([[0.1, 0.2], [0.2, 0.4]], 1),
        ([[3, 1], [9, 3], [27, 9]], 1),
        ([[1, 1], [1, 1 + 2**-52]], 2),
    ],
)
def test_the_rank_is_exact(a, rank):
    assert linalg.matrix_rank(np.asarray(a)) == rank


def test_the_rank_of_balls():
    third = jet(1) / 3
    assert linalg.matrix_rank(np.array([[third, jet(1)], [jet(0), third]])) == 2
    assert linalg.matrix_rank(np.array([[third, jet(0)], [jet(0), jet(0)]])) == 1
    with pytest.raises(Undecided, match="matrix_rank: what 1 pivots leave may or may not be zero"):
        linalg.matrix_rank(np.array([[jet(1), third], [third * 3, third]]))


def test_the_rank_by_a_relative_tolerance():
    a = np.stack([np.diag([4.0, 1e-3]), np.diag([1.0, 1.0])])
    assert linalg.matrix_rank(a, rtol=1e-2).tolist() == [1, 2]
    assert linalg.matrix_rank(a, rtol=1e-6).tolist() == [2, 2]
    assert linalg.matrix_rank(a, rtol=np.array([1e-6, 2.0])).tolist() == [2, 0]
    assert linalg.matrix_rank(np.ones((3, 2)), rtol=1e-6) == 1
    with pytest.raises(Undecided, match="limit of rtol"):
        linalg.matrix_rank(np.diag([1.0, 0.5]), rtol=0.5)


def test_the_determinant_of_a_singular_matrix_is_charged_as_that_of_one_nearby(make_case):
    """Elimination finds the zero exactly here, others at rounding level: neither is wrong."""
    X = np.array([[1.1, 2.3, 3.7], [2.2, 4.6, 7.4], [1.3, 0.4, 1.9]])
    truth = prove(make_case(lambda xp, X: xp.linalg.det(X), X=X), "small").truths["float64"]
    assert truth.value.high == 0
    assert abs(np.linalg.det(X[[1, 2, 0]])) < truth.value.tolerance < 1e-12
