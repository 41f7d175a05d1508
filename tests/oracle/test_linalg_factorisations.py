"""Conventions, identities and refusals of cholesky, qr and pinv; their derivatives are in test_linalg_derivatives."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, arb_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from adbench.errors import InvalidCase, NotCertified, Undecided
from adbench.oracle import linalg
from adbench.oracle.jet import Jet
from adbench.oracle.linalg.stacks import as_jets
from adbench.oracle.precision import working

some = settings(max_examples=15, deadline=None)
seeds = st.integers(0, 10**6)


def active(a, seed=0):
    """Jets with one direction, and the second order along another."""
    rng, a = np.random.default_rng(seed), np.asarray(a, dtype=float)
    made = np.empty(a.shape, dtype=object)
    for i in np.ndindex(a.shape):
        u, v = (arb(float(x)) for x in rng.uniform(-1, 1, 2))
        made[i] = Jet(arb(float(a[i])), arb_mat(1, 1, [u]), v)
    return made


def contain(made, true):
    """Whether jets hold other jets' numbers in all orders."""
    for x, y in zip(np.ravel(made), np.ravel(true), strict=True):
        assert all(p.overlaps(q) for p, q in zip(parts(x), parts(y), strict=True))


def parts(j):
    """The balls of a jet with one direction; None is zero."""
    dot, mixed = (None if row is None else row[0, 0] for row in (j.dot, j.mixed))
    return [arb(0) if ball is None else ball for ball in (j.value, dot, j.along, mixed)]


def middles(x):
    return np.array([[float(j.value.mid()) for j in row] for row in x])


def identity(n):
    return linalg.matrix_power(np.eye(n), 0)


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (5, 3), (3, 5), (4, 1)])
@given(seed=seeds)
@some
def test_qr_is_a_factorisation_with_orthonormal_columns_in_all_orders(shape, seed):
    a = active(np.random.default_rng(seed).standard_normal(shape), seed)
    q, r = linalg.qr(a)
    k = min(shape)
    assert (q.shape, r.shape) == ((shape[0], k), (k, shape[1]))
    contain(q @ r, a)
    contain(q.T @ q, identity(k))
    assert all(r[i, j].value == 0 and r[i, j].is_constant for i in range(k) for j in range(i))


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (5, 3), (3, 5), (4, 1)])
@given(seed=seeds)
@some
def test_qr_has_the_signs_of_lapack(shape, seed):
    a = np.random.default_rng(seed).standard_normal(shape)
    for mode in ("reduced", "complete"):
        for ours, theirs in zip(linalg.qr(a, mode=mode), np.linalg.qr(a, mode=mode), strict=True):
            np.testing.assert_allclose(middles(ours), theirs, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    "a",
    [
        np.eye(3),
        [[2.0, 1.0], [0.0, -3.0]],
        [[-2.0, 1.0], [0.0, 3.0]],
        [[0.0, 1.0], [2.0, 3.0]],
        [[3.0, 1.0, 2.0], [0.0, 1.0, 5.0], [0.0, 2.0, 1.0]],
    ],
)
def test_qr_of_columns_that_need_no_reflection_keeps_lapack_s_sign_and_is_right_in_all_orders(a):
    q, r = linalg.qr(active(a))
    for ours, theirs in zip((q, r), np.linalg.qr(a), strict=True):
        np.testing.assert_allclose(middles(ours), theirs, rtol=0, atol=1e-12)
    contain(q @ r, active(a))
    contain(q.T @ q, identity(len(a)))


def test_qr_complete_adds_an_orthonormal_complement():
    a = active(np.random.default_rng(3).standard_normal((5, 2)))
    q, r = linalg.qr(a, mode="complete")
    assert (q.shape, r.shape) == ((5, 5), (5, 2))
    contain(q @ r, a)
    contain(q.T @ q, identity(5))


def test_qr_radii_are_small_where_plain_reflections_lose_all_digits():
    a = active(np.random.default_rng(0).standard_normal((12, 10)))
    q, r = linalg.qr(a)
    assert max(float(j.value.rad()) for j in (*q.flat, *r.flat)) < 1e5 * 2.0**-53
    assert max(float(j.dot[0, 0].rad()) for j in q.flat) < 1e7 * 2.0**-53


def test_qr_refuses_what_it_cannot_tell():
    with pytest.raises(NotCertified, match="qr: column 1 may depend on those before it"):
        linalg.qr(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]))
    with pytest.raises(Undecided, match="qr: the sign of row 0 of R hangs on rounding"):
        linalg.qr(np.array([[Jet(arb(0, 1e-9)), Jet(arb(1))], [Jet(arb(1)), Jet(arb(0))]]))
    with pytest.raises(InvalidCase, match="qr: mode is 'reduced' or 'complete', not 'raw'"):
        linalg.qr(np.eye(2), mode="raw")


def test_qr_of_a_singular_square_matrix_is_enclosed():
    a = active([[1.0, 2.0], [2.0, 4.0]])
    q, r = linalg.qr(a)
    contain(q @ r, a)
    assert r[1, 1].value.contains(0)
    assert r[1, 1].value.rad() < 1e-13


@pytest.mark.parametrize("upper", [False, True])
@given(seed=seeds)
@some
def test_cholesky_is_a_factorisation_of_the_symmetric_part_in_all_orders(upper, seed):
    g = np.random.default_rng(seed).standard_normal((4, 4))
    g = g @ g.T + np.eye(4)
    a = active((g + g.T) / 2, seed)
    factor = linalg.cholesky(a, upper=upper)
    product = factor.T @ factor if upper else factor @ factor.T
    contain(product * 2, a + a.T)
    outside = [(j, i) if upper else (i, j) for j in range(4) for i in range(j)]
    assert all(factor[at].value == 0 and factor[at].is_constant for at in outside)
    assert all(factor[i, i].value > 0 for i in range(4))


def test_cholesky_is_exact_where_roots_are():
    assert middles(linalg.cholesky(np.array([[4.0, 2.0], [2.0, 10.0]]))).tolist() == [[2.0, 0.0], [1.0, 3.0]]


def test_cholesky_refuses_what_is_not_positive_definite_or_symmetric():
    with pytest.raises(NotCertified, match=r"cholesky: pivot 1 is -3\.0.* not positive definite"):
        linalg.cholesky(np.array([[1.0, 2.0], [2.0, 1.0]]))
    with pytest.raises(NotCertified, match="pivot 1 is 0"):
        linalg.cholesky(np.ones((2, 2)))
    with pytest.raises(InvalidCase, match=r"cholesky: the matrix is not symmetric: entry \[0, 1\] is 1\.0"):
        linalg.cholesky(np.array([[2.0, 1.0], [1.5, 2.0]]))


@pytest.mark.parametrize("shape", [(3, 3), (5, 3), (3, 5), (4, 1)])
@given(seed=seeds)
@some
def test_pinv_meets_penrose_s_four_conditions_in_all_orders(shape, seed):
    a = active(np.random.default_rng(seed).standard_normal(shape), seed)
    x = linalg.pinv(a)
    assert x.shape == shape[::-1]
    contain(a @ x @ a, a)
    contain(x @ a @ x, x)
    contain(a @ x, (a @ x).T)
    contain(x @ a, (x @ a).T)


def test_pinv_of_ill_conditioned_matrices_has_radii_at_rounding_level_of_the_condition():
    rng = np.random.default_rng(2)
    u, v = (np.linalg.qr(rng.standard_normal((6, 4)))[0], np.linalg.qr(rng.standard_normal((4, 4)))[0])
    a = u @ np.diag([1.0, 1e-2, 1e-5, 1e-8]) @ v
    x = linalg.pinv(active(a))
    assert max(float(j.value.rad()) for j in x.flat) <= 1e3 * 1e8 * 1e8 * 2.0**-53


def test_pinv_refuses_matrices_without_full_rank():
    for a in (np.ones((3, 2)), np.ones((2, 2)), np.zeros((2, 3))):
        with pytest.raises(NotCertified, match=r"pinv: .*full rank, or not surely"):
            linalg.pinv(a)
    almost = np.diag([1.0, 1e-9])
    assert linalg.pinv(almost)[1, 1].value.overlaps(arb(1e-9) ** -1)
    assert linalg.pinv(almost, rtol=1e-12)[1, 1].value.overlaps(arb(1e-9) ** -1)
    with pytest.raises(NotCertified, match="not full rank by rtol"):
        linalg.pinv(almost, rtol=1e-6)


def in_all_directions(a):
    """Jets with a direction for each entry, and the second order along ones."""
    made = np.empty(a.shape, dtype=object)
    for k, i in enumerate(np.ndindex(a.shape)):
        row = arb_mat(1, a.size)
        row[0, k] = arb(1)
        made[i] = Jet(arb(float(a[i])), row, arb(1))
    return made


def test_a_zero_by_structure_is_charged_what_libraries_compute_for_it():
    """Q₁ and r₁₁ hang on the first column of A alone, but come from products of whole matrices in every library."""
    q, r = linalg.qr(in_all_directions(np.array([[3.0, 1.0], [4.0, 2.0]])))
    factor = linalg.cholesky(in_all_directions(np.array([[4.0, 2.0, 1.0], [2.0, 5.0, 3.0], [1.0, 3.0, 6.0]])))
    for ball in (q[0, 0].dot[0, 1], r[0, 0].dot[0, 1], factor[2, 0].dot[0, 1], factor[2, 0].dot[0, 3]):
        assert ball.contains(0)
        assert 2.0**-53 < float(ball.rad()) < 1e3 * 2.0**-53


def test_values_are_charged_the_rounding_errors_of_a_library_s_algorithm():
    """Of each column for reflections; of the norm for pinv, which comes from singular values."""
    _, r = linalg.qr(np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1e6]]))
    assert 3 * 2.0**-53 <= float(r[0, 0].value.rad()) <= 50 * 2.0**-53
    assert 3e6 * 2.0**-53 <= float(r[0, 2].value.rad()) <= 50e6 * 2.0**-53
    x = linalg.pinv(np.diag([1.0, 1e-3]))
    assert 1e6 * 2.0**-53 <= float(x[1, 1].value.rad()) <= 1e8 * 2.0**-53


def test_balls_of_a_matrix_are_enclosed_all_at_once():
    """The factors of every matrix in the balls, here with 1e-3 in the corner, and not only of the middle."""
    a = as_jets(np.array([[1.0, 2.0], [2.0, -1.0], [0.5, 3.0]]))
    a[2, 0] = Jet(arb(0.5, 1e-3))
    q, r = linalg.qr(a)
    for corner in (0.4995, 0.5, 0.5005):
        for ours, theirs in zip((q, r), np.linalg.qr([[1.0, 2.0], [2.0, -1.0], [corner, 3.0]]), strict=True):
            for j, true in zip(ours.flat, theirs.flat, strict=True):
                assert (j.value + arb(0, 1e-13)).contains(arb(true))
                assert j.value.rad() < 1e-2


def test_qr_complete_of_columns_that_need_no_reflection_keeps_lapack_s_sign():
    a = np.array([[2.0, 1.0], [0.0, 3.0], [0.0, 4.0]])
    q, r = linalg.qr(active(a), mode="complete")
    for ours, theirs in zip((q, r), np.linalg.qr(a, mode="complete"), strict=True):
        np.testing.assert_allclose(middles(ours), theirs, rtol=0, atol=1e-12)
    contain(q @ r, active(a))


def test_what_is_below_the_diagonal_is_not_charged():
    _, r = linalg.qr(in_all_directions(np.array([[3.0, 1.0], [4.0, 2.0]])))
    factor = linalg.cholesky(in_all_directions(np.array([[4.0, 2.0], [2.0, 5.0]])))
    for j in (r[1, 0], factor[0, 1]):
        assert j.is_constant
        assert j.value.is_zero()


def test_entries_that_differ_by_rounding_are_symmetric():
    a = np.array([[2.0, 1.0], [1.0 + 2.0**-52, 2.0]])
    assert linalg.cholesky(a)[1, 0].value.overlaps(arb(2).rsqrt())
    with working(320), pytest.raises(InvalidCase):
        linalg.cholesky(a)


@pytest.mark.parametrize("bits", [24, 53, 320])
def test_the_identities_hold_at_every_precision(bits):
    a = active(np.random.default_rng(5).standard_normal((4, 3)))
    with working(bits):
        q, r = linalg.qr(a)
        contain(q @ r, a)
        contain(linalg.pinv(a) @ a, identity(3))
