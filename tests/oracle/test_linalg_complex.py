"""Linear algebra of complex matrices: identities in balls to second order, NumPy's values, slopes by differences."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, arb_mat

from adbench.errors import InvalidCase, NotCertified, Undecided
from adbench.oracle.arrays import elementwise
from adbench.oracle.functions import TABLE
from adbench.oracle.holomorphic import conj, imag, real
from adbench.oracle.jet import Jet
from adbench.oracle.namespace import LINALG, jets
from adbench.oracle.pair import parts_of
from adbench.oracle.precision import working

RNG = np.random.default_rng(15)
SHAPES = [(3, 3), (4, 2), (2, 3), (1, 1)]
each_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)
_conj = elementwise(conj, 1)


def drawn(shape):
    return RNG.normal(size=shape) + 1j * RNG.normal(size=shape)


def active(z, x_dot=None, v=None):
    """Jets along one direction, and along another to second order; complex by a real and an imaginary jet."""
    x_dot, v = (drawn(z.shape) if u is None else u for u in (x_dot, v))

    def part(of):
        made = [
            Jet(arb(float(a)), arb_mat([[float(b)]]), arb(float(c)))
            for a, b, c in zip(of(z).flat, of(x_dot).flat, of(v).flat, strict=True)
        ]
        return np.array(made, dtype=object).reshape(z.shape)

    return part(np.real) + 1j * part(np.imag)


def adjoint(a):
    return _conj(np.matrix_transpose(a))


def numbers(x, of=lambda j: j.value):
    """Middles as complex numbers."""
    x = jets(x)
    made = [[float(p.mid()) for p in parts_of(of(j))] for j in x.flat]
    return np.array([complex(*m) for m in made]).reshape(x.shape)


def assert_same(a, b, digits=40):
    """Values and both orders are the same numbers, in balls that say so to many digits."""
    for x, y in zip(np.broadcast_to(a, np.shape(b)).flat, jets(b).flat, strict=True):
        difference = x - y
        for part in (difference.value, *(p for p in (difference.along,) if p is not None)):
            assert all(p.contains(0) and p.rad() < 10.0**-digits for p in parts_of(part))
        for row in (difference.dot, difference.mixed):
            for ball in [] if row is None else row.entries():
                assert all(p.contains(0) and p.rad() < 10.0**-digits for p in parts_of(ball))


def hermitian(a):
    return (a + adjoint(a)) * 0.5


@pytest.fixture(autouse=True)
def _at_320_bits():
    with working(320):
        yield


def test_solve_inv_and_powers():
    a, b = active(drawn((3, 3))), active(drawn((3, 2)))
    assert_same(a @ LINALG.solve(a, b), b)
    assert_same(LINALG.inv(a) @ a, np.eye(3))
    assert_same(LINALG.matrix_power(a, -2), LINALG.inv(a @ a))
    real_a = jets(RNG.normal(size=(3, 3)))
    assert_same(real_a @ LINALG.solve(real_a, b), b)


def test_determinants():
    z = drawn((3, 3))
    a = active(z)
    sign, logabsdet = LINALG.slogdet(a)
    assert numbers(LINALG.det(a))[()] == pytest.approx(np.linalg.det(z), rel=1e-13)
    assert numbers(sign)[()] == pytest.approx(np.linalg.slogdet(z)[0], rel=1e-13)
    modulus = abs(LINALG.det(a))
    assert_same(logabsdet, TABLE["log"](modulus))
    assert_same(sign * modulus, LINALG.det(a))
    b = active(drawn((3, 3)))
    assert_same(LINALG.det(a @ b), LINALG.det(a) * LINALG.det(b))
    with pytest.raises(Undecided):
        LINALG.slogdet(jets(np.zeros((2, 2), dtype=complex)))


def test_the_derivative_of_det_is_jacobis():
    z, u = drawn((3, 3)), drawn((3, 3))
    slope = numbers(LINALG.det(active(z, u)), lambda j: j.dot.entries()[0])[()]
    assert slope == pytest.approx(np.linalg.det(z) * np.trace(np.linalg.solve(z, u)), rel=1e-13)


@each_shape
def test_qr(shape):
    z = drawn(shape)
    a = active(z)
    q, r = LINALG.qr(a)
    assert_same(q @ r, a)
    assert_same(adjoint(q) @ q, np.eye(min(shape)))
    assert_same(np.tril(r, -1), np.tril(r, -1) * 0)
    np.testing.assert_allclose(numbers(q), np.linalg.qr(z)[0], atol=1e-13)
    np.testing.assert_allclose(numbers(r), np.linalg.qr(z)[1], atol=1e-13)
    assert all(parts_of(r[i, i].value)[1].contains(0) for i in range(min(shape)))


def test_complete_qr():
    z = drawn((3, 2))
    q, r = LINALG.qr(active(z), mode="complete")
    np.testing.assert_allclose(numbers(q @ r), z, atol=1e-13)
    assert_same(adjoint(q) @ q, np.eye(3))
    np.testing.assert_allclose(numbers(q), np.linalg.qr(z, mode="complete")[0], atol=1e-13)


@pytest.mark.parametrize("upper", [False, True])
def test_cholesky(upper):
    a = active(drawn((3, 4)))
    a = a @ adjoint(a)
    factor = LINALG.cholesky(a, upper=upper)
    assert_same(adjoint(factor) @ factor if upper else factor @ adjoint(factor), a)
    np.testing.assert_allclose(numbers(factor), np.linalg.cholesky(numbers(a), upper=upper), atol=1e-12)
    assert imag(factor[1, 1]).value.contains(0)
    with pytest.raises(NotCertified, match="positive definite"):
        LINALG.cholesky(-a)
    with pytest.raises(InvalidCase, match="not Hermitian"):
        LINALG.cholesky(a + 1j)


def test_eigenvalues_and_vectors():
    z = drawn((4, 4))
    a = hermitian(active(z))
    w, v = LINALG.eigh(a)
    assert_same(v @ (w[:, None] * adjoint(v)), a)
    assert_same(adjoint(v) @ v, np.eye(4))
    assert_same(LINALG.eigvalsh(a), w)
    assert all(isinstance(x.value, arb) for x in w)
    np.testing.assert_allclose(numbers(w), np.linalg.eigvalsh(numbers(a)), atol=1e-13)
    assert_same(np.sum(w), real(np.trace(a)))
    with pytest.raises(Undecided, match="repeated"):
        LINALG.eigvalsh(active(np.eye(2, dtype=complex), np.zeros((2, 2)), np.zeros((2, 2))))


def test_the_derivative_of_an_eigenvalue_is_the_quadratic_form():
    z, u = (hermitian_numbers(drawn((3, 3))) for _ in range(2))
    w = LINALG.eigvalsh(active(z, u))
    vectors = np.linalg.eigh(z)[1]
    expected = [np.vdot(v, u @ v).real for v in vectors.T]
    np.testing.assert_allclose(numbers(w, lambda j: j.dot.entries()[0]), expected, atol=1e-13)


def hermitian_numbers(z):
    return (z + z.conj().T) / 2


@each_shape
def test_singular_values_and_vectors(shape):
    z = drawn(shape)
    a = active(z)
    u, s, vh = LINALG.svd(a, full_matrices=False)
    assert_same((u * s) @ vh, a)
    assert_same(adjoint(u) @ u, np.eye(min(shape)))
    assert_same(vh @ adjoint(vh), np.eye(min(shape)))
    assert_same(LINALG.svdvals(a), s)
    np.testing.assert_allclose(numbers(s), np.linalg.svdvals(z), rtol=1e-13)
    gram = a @ adjoint(a) if shape[0] < shape[1] else adjoint(a) @ a
    assert_same((s * s)[::-1], LINALG.eigvalsh(gram), digits=30)


@each_shape
def test_the_pseudo_inverse(shape):
    z = drawn(shape)
    a = active(z)
    p = LINALG.pinv(a)
    assert_same(a @ p @ a, a)
    assert_same(adjoint(a @ p), a @ p)
    assert_same(adjoint(p @ a), p @ a)
    np.testing.assert_allclose(numbers(p), np.linalg.pinv(z), atol=1e-12)


@pytest.mark.parametrize("order", ["fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf])
def test_matrix_norms(order):
    z = drawn((3, 2))
    assert numbers(LINALG.matrix_norm(jets(z), ord=order)) == pytest.approx(np.linalg.norm(z, order), rel=1e-13)


@pytest.mark.parametrize("order", [1, 2, 3, 4, 0.5, np.inf, -np.inf])
def test_vector_norms_are_of_moduli(order):
    z = active(drawn(4))
    norm = LINALG.vector_norm(z, ord=order)
    assert_same(norm, LINALG.vector_norm(np.abs(z), ord=order))
    assert numbers(norm) == pytest.approx(np.linalg.norm(numbers(z), order), rel=1e-13)


def test_the_norm_of_zero_has_a_kink():
    with pytest.raises(Undecided):
        LINALG.vector_norm(active(np.zeros(2, dtype=complex)))
    assert LINALG.vector_norm(jets(np.zeros(2, dtype=complex))).value == 0


def test_the_exponential_and_ranks():
    a = active(drawn((2, 2)) * 0.5)
    assert_same(LINALG.expm(a) @ LINALG.expm(-a), np.eye(2))
    assert_same(LINALG.det(LINALG.expm(a)), TABLE["exp"](np.trace(a)))
    column = np.array([[1 + 2j], [3j], [0.5]])
    assert LINALG.matrix_rank(column @ column.T) == 1
    assert LINALG.matrix_rank(drawn((3, 2))) == 2


def test_a_real_diagonal_is_charged_in_both_parts():
    """What a library computes for the derivative of an entry that is real has an imaginary part at rounding level."""
    z = drawn((3, 3))
    with working(53):
        a = active(z)
        for factor in (LINALG.cholesky(a @ adjoint(a)), LINALG.qr(a)[1]):
            imaginary = imag(factor[0, 0])
            assert imaginary.value == 0
            assert imaginary.dot[0, 0].contains(0)
            assert imaginary.dot[0, 0].rad() > 0
