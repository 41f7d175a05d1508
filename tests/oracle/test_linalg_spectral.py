"""Eigen- and singular systems: identities in all orders, conventions, radii and refusals."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, arb_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from adbench.errors import InvalidCase, NotCertified, Undecided
from adbench.oracle import linalg
from adbench.oracle.jet import Jet, jet
from adbench.oracle.linalg.basis import approximate_eigenvectors, fixed_point
from adbench.oracle.linalg.charges import charged
from adbench.oracle.linalg.reflections import completed, orthogonal
from adbench.oracle.linalg.stacks import as_jets, values
from adbench.oracle.precision import working

some = settings(max_examples=10, deadline=None)
seeds = st.integers(0, 10**6)
DECOMPOSITIONS = [linalg.eigvalsh, linalg.eigh, linalg.svdvals, linalg.svd]


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


def widest(x, part):
    return max(float(parts(j)[part].rad()) for j in np.ravel(x))


def middles(x):
    return np.array([float(j.value.mid()) for j in np.ravel(x)]).reshape(np.shape(x))


def identity(n):
    return linalg.matrix_power(np.eye(n), 0)


def with_spectrum(eigenvalues, seed):
    """A symmetric matrix near Q diag(…) Qᵀ."""
    n = len(eigenvalues)
    q = np.linalg.qr(np.random.default_rng(seed).standard_normal((n, n)))[0]
    a = q @ np.diag(eigenvalues) @ q.T
    return (a + a.T) / 2


def with_singular_values(sigmas, m, seed):
    rng, n = np.random.default_rng(seed), len(sigmas)
    u, v = np.linalg.qr(rng.standard_normal((m, n)))[0], np.linalg.qr(rng.standard_normal((n, n)))[0]
    return u @ np.diag(sigmas) @ v.T


@pytest.mark.parametrize("n", [1, 2, 5])
@pytest.mark.parametrize("bits", [53, 320])
@given(seed=seeds)
@some
def test_eigh_diagonalises_the_symmetric_part_in_all_orders(n, bits, seed):
    a = active(with_spectrum(np.arange(n) ** 2 - 2.0, seed), seed)
    with working(bits):
        w, v = linalg.eigh(a)
        contain((v * w) @ v.T * 2, a + a.T)
        contain(v.T @ v, identity(n))
        contain(linalg.eigvalsh(a), w)
    assert middles(w) == pytest.approx(np.arange(n) ** 2 - 2.0, abs=1e-12)


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (5, 3), (3, 5), (4, 1), (1, 3)])
@pytest.mark.parametrize("bits", [53, 320])
@given(seed=seeds)
@some
def test_svd_is_a_factorisation_in_all_orders(shape, bits, seed):
    k = min(shape)
    a = with_singular_values(np.arange(k, 0, -1.0) ** 2, max(shape), seed)
    a = active(a if shape[0] >= shape[1] else a.T, seed)
    with working(bits):
        u, s, vh = linalg.svd(a, full_matrices=False)
        assert (u.shape, s.shape, vh.shape) == ((shape[0], k), (k,), (k, shape[1]))
        contain((u * s) @ vh, a)
        contain(u.T @ u, identity(k))
        contain(vh @ vh.T, identity(k))
        contain(linalg.svdvals(a), s)
    assert middles(s) == pytest.approx(np.arange(k, 0, -1.0) ** 2, abs=1e-12)


@given(seed=seeds)
@some
def test_the_derivative_of_an_eigenvalue_by_a_free_matrix_is_symmetric(seed):
    """λ' = vᵀ A' v, so that a direction and its transpose give the same, and an antisymmetric one gives 0."""
    a = with_spectrum([1.0, 2.0, 4.0], seed)
    d = np.random.default_rng(seed).uniform(-1, 1, (3, 3))
    made = np.empty((3, 3), dtype=object)
    for i in np.ndindex(3, 3):
        made[i] = Jet(arb(a[i]), arb_mat(1, 3, [arb(d[i]), arb(d.T[i]), arb(d[i]) - arb(d.T[i])]))
    w, v = linalg.eigh(made)
    for i in range(3):
        column = middles(v[:, i])
        assert w[i].dot[0, 0].overlaps(w[i].dot[0, 1])
        assert w[i].dot[0, 2].contains(0)
        assert float(w[i].dot[0, 0].mid()) == pytest.approx(column @ d @ column, abs=1e-12)


def test_the_first_large_component_of_an_eigenvector_is_positive():
    for a in ([[2.0, 1.0], [1.0, 3.0]], [[2.0, -1.0], [-1.0, 3.0]], [[-1.0, 0.25], [0.25, 1.0]]):
        for column in middles(linalg.eigh(np.array(a)).eigenvectors).T:
            assert next(x for x in column if 2 * abs(x) >= np.abs(column).max()) > 0


def test_a_diagonal_matrix_is_charged_what_lapack_may_lose():
    w = linalg.eigvalsh(np.diag([3.0, -4.0]))
    assert middles(w).tolist() == [-4.0, 3.0]
    assert all(5 * 2.0**-53 <= float(j.value.rad()) <= 20 * 2.0**-53 for j in w)
    s = linalg.svdvals(np.diag([3.0, -4.0]))
    assert middles(s).tolist() == [4.0, 3.0]
    assert all(5 * 2.0**-53 <= float(j.value.rad()) <= 20 * 2.0**-53 for j in s)


@pytest.mark.parametrize("n", [3, 6, 10])
@given(seed=seeds)
@some
def test_radii_at_53_bits_are_rounding_errors_of_the_norm_over_the_gap(n, seed):
    """Eigenvalues n ulps of ‖A‖, their derivatives and the vectors that over the gap, which is 1 here."""
    a = active(with_spectrum(np.arange(1.0, n + 1), seed), seed)
    w, v = linalg.eigh(a)
    unit = n * n * n * 2.0**-53
    assert widest(w, 0) <= 4 * unit
    assert widest(v, 0) <= 8 * unit
    assert widest(w, 1) <= 40 * n * unit
    s = linalg.svdvals(a)
    assert widest(s, 0) <= 4 * unit
    assert widest(s, 1) <= 40 * n * unit


def test_small_singular_values_of_an_ill_conditioned_matrix_keep_the_digits_of_a_stable_algorithm():
    """By way of AᵀA nothing would be left of 1e-8 at 53 bits."""
    a = active(with_singular_values([1.0, 1e-3, 1e-8], 5, 1))
    s = linalg.svdvals(a)
    assert widest(s, 0) <= 100 * 2.0**-53
    assert widest(s, 1) <= 100 * 1e8 * 2.0**-53  # the last left vector turns by eps/σ: there are two beside it at 0
    assert float(s[2].value.mid()) == pytest.approx(1e-8, rel=1e-6)


def test_a_large_entry_beside_a_small_one_is_ordered():
    w, v = linalg.eigh(active(np.diag([1e12, 1.0, -1e6])))
    assert middles(w).tolist() == pytest.approx([-1e6, 1.0, 1e12])
    assert np.abs(middles(v)).round(3).tolist() == [[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]


@pytest.mark.parametrize("f", DECOMPOSITIONS)
@pytest.mark.parametrize("a", [np.eye(2), np.diag([2.0, 2.0, 1.0]), np.diag([1.0, 1 + 2.0**-52]), np.ones((3, 3))])
def test_repeated_values_are_undecided(f, a):
    with pytest.raises(Undecided, match=r"not told apart from the others .*at 53 bits: it is repeated"):
        f(a)


def test_values_too_close_at_53_bits_are_told_apart_at_320():
    a = active([[1.0, 2.0**-60], [2.0**-60, 1.0 + 2.0**-52]])
    with pytest.raises(Undecided):
        linalg.eigh(a)
    with working(320):
        w, v = linalg.eigh(a)
        contain((v * w) @ v.T * 2, a + a.T)
        assert w[1].value - w[0].value > 2.0**-52


@pytest.mark.parametrize("a", [np.zeros((2, 2)), np.diag([1.0, 0.0]), [[1.0, 2.0], [2.0, 4.0]], np.ones((3, 2))])
def test_a_singular_value_of_zero_is_undecided(a):
    with pytest.raises(Undecided, match=r"svdvals: singular value . of 2.* repeated or zero"):
        linalg.svdvals(np.asarray(a))


def test_a_matrix_that_is_not_symmetric_is_refused():
    for f in (linalg.eigh, linalg.eigvalsh):
        with pytest.raises(InvalidCase, match=r"the matrix is not symmetric: entry \[0, 1\] is 1\.0.*symmetrise it"):
            f(np.array([[0.0, 1.0], [2.0, 0.0]]))


def test_columns_that_a_matrix_does_not_determine_are_not_given():
    with pytest.raises(NotCertified, match=r"svd: shape \(3, 2\) does not determine full_matrices"):
        linalg.svd(np.ones((3, 2)))


def test_empty_matrices_have_nothing_to_decompose():
    assert linalg.eigvalsh(np.zeros((0, 0))).shape == (0,)
    assert linalg.eigh(np.zeros((2, 0, 0))).eigenvectors.shape == (2, 0, 0)
    assert linalg.svdvals(np.zeros((3, 0))).shape == (0,)


def test_balls_of_a_matrix_are_enclosed_all_at_once():
    """The eigenvalues of every matrix in the balls, here with 1e-3 on the diagonal, and not only of the middle."""
    balls = np.array([[Jet(arb(2, 1e-3)), Jet(arb(1))], [Jet(arb(1)), Jet(arb(5, 1e-3))]])
    w = linalg.eigvalsh(balls)
    for x, y in ((1.999, 4.999), (2.001, 5.001), (2.001, 4.999)):
        for j, true in zip(w, np.linalg.eigvalsh([[x, 1.0], [1.0, y]]), strict=True):
            assert j.value.contains(arb(true))
            assert j.value.rad() < 1e-2


def test_a_fixed_point_is_enclosed_only_where_it_is_proved():
    found = fixed_point(lambda y: (y * y + arb(0.125)) / 4, 1)  # y = 2 − √(4 − 1/8)
    assert found[0].contains(2 - (4 - arb(0.125)).sqrt())
    assert found[0].rad() < 0.01
    assert fixed_point(lambda y: 2 * y + arb(1), 1) is None
    assert fixed_point(lambda y: arb(1) / y, 1) is None


@given(seed=seeds)
@some
def test_a_basis_is_orthogonal_within_its_balls_and_can_be_completed(seed):
    a = np.random.default_rng(seed).standard_normal((5, 3))
    x = orthogonal(values(as_jets(a)))
    product = x.T @ x
    for i, j in np.ndindex(5, 5):
        assert product[i, j].contains(int(i == j))
        assert product[i, j].rad() < 1e-14
    turned = x[:, :2] * arb(3 / 5) + x[:, 2:4] * arb(4 / 5)
    full = completed(orthogonal(turned + arb(1e-3)), turned)
    assert max(float(ball.rad()) for ball in full.flat) < 1e-12
    assert all((full[:, :2].T @ full[:, 2:])[at].contains(0) for at in np.ndindex(2, 3))


def test_guesses_for_repeated_eigenvalues_are_still_a_basis():
    x = approximate_eigenvectors(values(as_jets(np.ones((4, 4)))))
    gram = x.T @ x
    assert max(abs(float(gram[i, j].mid())) for i, j in np.ndindex(4, 4) if i != j) < 1e-12


def test_a_charge_is_n_rounding_errors_of_the_norm():
    made = charged(values(as_jets(np.array([[3.0, 0.0], [0.0, 4.0]]))))
    assert [float(ball.rad()) * 2.0**53 for ball in made.flat] == pytest.approx([10.0] * 4, rel=1e-6)


def test_a_jet_of_first_order_alone_has_first_order_alone():
    a = with_spectrum([1.0, 2.0, 4.0], 0)
    made = np.empty((3, 3), dtype=object)
    for i in np.ndindex(3, 3):
        made[i] = Jet(arb(a[i]), arb_mat(1, 1, [arb(1)]))
    assert all(j.along is None and j.mixed is None for part in linalg.eigh(made) for j in part.flat)
    assert all(j.is_constant for part in linalg.eigh(a) for j in part.flat)
    assert (linalg.eigvalsh(a * jet(1))[0]).is_constant
