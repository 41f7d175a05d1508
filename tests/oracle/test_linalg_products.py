"""Products, powers and the exponential: NumPy's numbers and shapes, exactness, and what expm's tail bound promises."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, arb_mat

from adbench.errors import InvalidCase, NotCertified
from adbench.oracle import linalg
from adbench.oracle.jet import Jet
from adbench.oracle.linalg import products
from adbench.oracle.linalg.charges import widened
from adbench.oracle.namespace import NAMESPACE, jets
from adbench.oracle.precision import working

RNG = np.random.default_rng(0)
A, B = RNG.integers(-9, 10, (2, 3, 4)), RNG.integers(-9, 10, (2, 4, 3))
X, Y = RNG.integers(-9, 10, (2, 4, 3))


def middles(x):
    return np.array([float(j.value.mid()) for j in np.ravel(x)]).reshape(np.shape(x))


def equal(ours, theirs):
    assert np.shape(ours) == np.shape(theirs)
    assert middles(ours).tolist() == np.asarray(theirs, dtype=float).tolist()
    assert all(j.value.is_exact() for j in np.ravel(ours))


@pytest.mark.parametrize("offset", [-2, -1, 0, 1, 3])
def test_trace_and_diagonal_have_an_offset(offset):
    equal(linalg.trace(A, offset=offset), np.trace(A, offset, axis1=1, axis2=2))
    equal(linalg.diagonal(A, offset=offset), np.diagonal(A, offset, axis1=1, axis2=2))
    equal(linalg.trace(jets(A[0]), offset=offset), np.trace(A[0], offset))


def test_cross_of_vectors_along_an_axis():
    equal(linalg.cross(jets(X), Y), np.cross(X, Y))
    equal(linalg.cross(X[0], Y), np.cross(X[0], Y))
    equal(linalg.cross(X.T, Y.T, axis=0), np.cross(X, Y).T)
    equal(linalg.cross(X[:, :, None], Y[:, :, None], axis=-2), np.cross(X, Y)[:, :, None])


def test_cross_needs_three_entries():
    with pytest.raises(InvalidCase, match="cross: the axis has 2 and 2 entries, expected 3"):
        linalg.cross(np.ones(2), np.ones(2))


def test_products_are_numpy_s():
    equal(linalg.outer(X[0], Y[1]), np.outer(X[0], Y[1]))
    equal(linalg.vecdot(X, Y[0]), np.vecdot(X, Y[0]))
    equal(linalg.vecdot(X, Y, axis=-2), (X * Y).sum(0))
    equal(linalg.matmul(A, B), A @ B)
    equal(linalg.matmul(A[0], X[:, 0]), A[0] @ X[:, 0])
    equal(linalg.tensordot(A, B[0], axes=1), np.tensordot(A, B[0], axes=1))
    equal(linalg.tensordot(A, B, axes=((1, 2), (2, 1))), np.tensordot(A, B, axes=((1, 2), (2, 1))))
    equal(linalg.tensordot(X[0], Y[0], axes=1), np.asarray(X[0] @ Y[0]))
    equal(linalg.matrix_transpose(A), np.matrix_transpose(A))


@pytest.mark.parametrize(
    ("left", "right"),
    [((2, 3), (4, 1)), ((3,), (2,)), ((3,), (2, 2)), ((2, 2), (3,)), ((), (2, 3)), ((2, 1, 2), (3, 2))],
)
def test_kron_is_numpy_s(left, right):
    x, y = RNG.integers(-9, 10, left), RNG.integers(-9, 10, right)
    equal(linalg.kron(x, jets(y)), np.kron(x, y))


def test_kron_is_linear_in_either():
    x, y = np.array([[1.0, 2.0]]), np.array([3.0, 4.0])
    made = linalg.kron(active(x, 5 * x, 6 * x), active(y, 7 * y, 8 * y))
    assert [float(j.dot[0, 0]) for j in made.flat] == (12 * np.kron(x, y)).ravel().tolist()
    assert [float(j.mixed[0, 0]) for j in made.flat] == ((5 * 8 + 6 * 7) * np.kron(x, y)).ravel().tolist()


def test_multi_dot_is_numpy_s():
    for arrays in (
        [A[0], B[0]],
        [A[0], B[0], A[1], B[1]],
        [X[0], A[0], B[0]],
        [A[0], B[0], Y[0]],
        [X[0], A[0], B[0], Y[0]],
    ):
        equal(linalg.multi_dot([jets(a) for a in arrays]), np.linalg.multi_dot(arrays))
    with pytest.raises(InvalidCase, match="expected two arrays or more, got 1"):
        linalg.multi_dot([A[0]])


@pytest.mark.parametrize("n", [0, 1, 2, 3, 6, 7])
def test_powers_of_integers_are_exact(n):
    a = np.stack([A[0][:, :3], B[1][:3]])
    equal(linalg.matrix_power(a, n), np.linalg.matrix_power(a, n))


def test_a_negative_power_is_that_of_the_inverse():
    a = np.array([[2.0, 0.0], [0.0, 4.0]])
    equal(linalg.matrix_power(a, -2), [[0.25, 0.0], [0.0, 0.0625]])
    with pytest.raises(NotCertified, match="singular"):
        linalg.matrix_power(np.ones((2, 2)), -1)


def active(a, u, v):
    made = np.empty(np.shape(a), dtype=object)
    for i in np.ndindex(made.shape):
        made[i] = Jet(arb(float(a[i])), arb_mat(1, 1, [arb(float(u[i]))]), arb(float(v[i])))
    return made


@pytest.mark.parametrize("bits", [24, 53, 320])
@pytest.mark.parametrize("size", [1e-12, 1.0, 40.0])
def test_expm_of_a_multiple_of_one_matrix_is_the_exponential_of_its_eigenvalues(bits, size):
    """exp(xE) = eˣE for E = [[1, 1], [0, 0]], an idempotent, but for I − E; the derivatives along E are eˣE too."""
    e = np.array([[1.0, 1.0], [0.0, 0.0]])
    with working(bits):
        y = linalg.expm(active(size * e, e, 2 * e))
        for i, j in np.ndindex(2, 2):
            power = arb(size).exp() * e[i, j]
            rest = float((i == j) - e[i, j])
            assert y[i, j].value.overlaps(power + rest)
            assert y[i, j].dot[0, 0].overlaps(power)
            assert y[i, j].along.overlaps(2 * power)
            assert y[i, j].mixed[0, 0].overlaps(2 * power)
            # A bit for each squaring: about 10 more at 320 bits, 7 for a norm of 80; all of the norm, not of the entry.
            bits_lost = 7 + (10 if bits > 100 else 0) + (7 if size > 1 else 0)
            assert float(y[i, j].value.rad()) <= np.exp(size) * 2.0 ** (bits_lost - bits)
            assert float(y[i, j].mixed[0, 0].rad()) <= 8 * np.exp(size) * 2.0 ** (bits_lost - bits)


def test_expm_of_a_nilpotent_matrix_ends_after_its_terms():
    n = np.array([[0, 2, 3], [0, 0, 4], [0, 0, 0]])
    y = linalg.expm(n)
    for ball, true in zip(np.ravel(y), np.ravel([[1, 2, 7], [0, 1, 4], [0, 0, 1]]), strict=True):
        assert ball.value.contains(int(true))
        assert ball.value.rad() < 1e-13


def test_expm_of_zero_has_the_direction_for_derivative():
    u, v = np.array([[1, 2], [3, 4]]), np.array([[0, 1], [1, 0]])
    y, second = linalg.expm(active(np.zeros((2, 2)), u, v)), (u @ v + v @ u) / 2
    for i in np.ndindex(2, 2):
        assert y[i].dot[0, 0].contains(int(u[i]))
        assert y[i].mixed[0, 0].contains(arb(float(second[i])))
        assert y[i].mixed[0, 0].rad() < 1e-13


def test_expm_of_what_is_not_finite_is_refused():
    with pytest.raises(NotCertified, match="expm: the matrix is not finite"):
        linalg.expm(np.array([[Jet(arb("nan"))]]))


def test_the_bounds_of_what_the_series_leaves_out_are_bounds():
    """Of four terms: the sum misses the truth in every order, and the widened balls hold it."""
    u = np.array([[0.5, -1.0], [0.25, 1.0]])
    with working(320):
        a = active(u / 2, u, u.T)
        short, exact = sum_of_series(a, 4), sum_of_series(a, 60)
        wide = widened(short, a, [products._tail(arb(0.75), 4 - order) for order in range(3)])
        for made, true, cut in zip(wide.flat, exact.flat, short.flat, strict=True):
            for part in (lambda j: j.value, lambda j: j.dot[0, 0], lambda j: j.along, lambda j: j.mixed[0, 0]):
                assert part(made).contains(part(true).mid())
                assert not part(cut).overlaps(part(true))
                assert part(made).rad() < 1.5


@pytest.mark.parametrize("n", [0, 1, 5])
def test_the_tail_of_the_exponential_series_is_bounded_from_above(n):
    theta = arb(0.75)
    true = theta.exp() - sum((theta**k / arb(k + 1).gamma() for k in range(n + 1)), arb(0))
    assert true <= products._tail(theta, n) <= 1.3 * true
    assert not products._tail(arb(9), n).is_finite()


def sum_of_series(a, terms):
    total = term = linalg.matrix_power(a, 0)
    for k in range(1, terms + 1):
        term = term @ a * (1 / arb(k))
        total = total + term
    return total


def test_the_namespace_has_every_name():
    for name in linalg.__all__:
        if name.islower():
            assert getattr(NAMESPACE.linalg, name) is getattr(linalg, name)
