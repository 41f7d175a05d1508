"""Complex numbers, inside chains from real to real and outside: both modes, by finite differences of the parts."""

import numpy as np
import pytest
from engine.checks import check, normal

from adbench import engine
from adbench.engine import errors, grad, jvp, vjp
from adbench.engine import numpy as xp

SQUARE = normal(2, 2) + 3 * np.eye(2), normal(2, 2, seed=1)
VECTOR = np.array([0.6, -0.4]), np.array([0.3, 0.8])
HERMITIAN = lambda z: z + xp.conj(xp.matrix_transpose(z))
polar = lambda svd: svd.U @ svd.Vh  # which does not see the phases of the vectors

ELEMENTWISE = """
    abs acos acosh asin asinh atan atanh conj cos cosh exp exp2 expm1 imag log log10 log1p log2 negative positive real
    reciprocal sign sin sinh special.expit special.log_expit sqrt square tan tanh
"""
# fmt: off
WHOLE = {
    "sum":           lambda z: xp.sum(z),
    "mean":          lambda z: xp.mean(z, axis=0),
    "prod":          lambda z: xp.prod(z, axis=0),
    "var":           lambda z: xp.var(z),
    "cumulative_sum": lambda z: xp.cumulative_sum(z, axis=0),
    "cumulative_prod": lambda z: xp.cumulative_prod(z, axis=0),
    "multiply":      lambda z: z * z[0] * 2j,
    "divide":        lambda z: 1j / z,
    "power":         lambda z: z**2 + z**1.5 + z ** (0.5 + 0.5j),
    "real and complex": lambda z: xp.real(z) * z + xp.imag(z) ** 2,
    "where":         lambda z: xp.where(xp.real(z) > 0, z, z * z),
    "matmul":        lambda z: z @ z,
    "real matmul":   lambda z: SQUARE[1] @ z,
    "vecdot":        lambda z: xp.vecdot(z, z[0]),
    "einsum":        lambda z: xp.einsum("ij,jk->ki", z, z),
    "outer":         lambda z: xp.linalg.outer(z[0], z[1]),
    "vector_norm":   lambda z: xp.linalg.vector_norm(z),
    "norm of order 3": lambda z: xp.linalg.vector_norm(z, ord=3),
    "matrix_norm":   lambda z: xp.linalg.matrix_norm(z, ord="nuc"),
    "trace":         lambda z: xp.linalg.trace(z @ z),
    "inv":           lambda z: xp.linalg.inv(z),
    "det":           lambda z: xp.linalg.det(z),
    "slogdet":       lambda z: xp.linalg.slogdet(z)[0] * xp.linalg.slogdet(z)[1],
    "solve":         lambda z: xp.linalg.solve(z, z @ SQUARE[1]),
    "solve_triangular": lambda z: xp.linalg.solve_triangular(z, z[0], trans="C", lower=True),
    "pinv":          lambda z: xp.linalg.pinv(z[:, :1]),
    "expm":          lambda z: xp.linalg.expm(0.3 * z),
    "cholesky":      lambda z: xp.linalg.cholesky(z @ xp.conj(z.T)),
    "qr":            lambda z: xp.linalg.qr(z).R,
    "Q of qr":       lambda z: xp.linalg.qr(z).Q,
    "Q of tall qr":  lambda z: xp.linalg.qr(z[:, :1]).Q,
    "eigvalsh":      lambda z: xp.linalg.eigvalsh(HERMITIAN(z)),
    "eigh":          lambda z: xp.abs(xp.linalg.eigh(HERMITIAN(z)).eigenvectors) ** 2,
    "svdvals":       lambda z: xp.linalg.svdvals(z),
    "svd":           lambda z: polar(xp.linalg.svd(z)),
    "tall svd":      lambda z: polar(xp.linalg.svd(z[:, :1], full_matrices=False)),
    "fft":           lambda z: xp.fft.fft(z) * z,
    "irfft":         lambda z: xp.fft.irfft(z * z),
    "concat":        lambda z: xp.concat([z, xp.real(z)], axis=0),
    "stack":         lambda z: xp.stack([xp.imag(z), z]),
    "index":         lambda z: z[np.array([0, 0, 1])],
}
# fmt: on


def of_parts(f):
    """A complex function as one of real and imaginary parts to these."""

    def g(x, y):
        z = f(x + 1j * y)
        return xp.stack([xp.real(z), xp.imag(z)])

    return g


@pytest.mark.parametrize("name", ELEMENTWISE.split())
def test_elementwise(name):
    f = getattr(xp.special, name[8:]) if "." in name else getattr(xp, name)
    check(of_parts(f), *VECTOR)


@pytest.mark.parametrize("name", WHOLE)
def test_whole_arrays(name):
    check(of_parts(WHOLE[name]), *SQUARE)


Z, T = VECTOR[0] + 1j * VECTOR[1], np.array([0.7 - 0.2j, -1.1 + 0.4j])


def test_of_a_holomorphic_function():
    """ẏ = f' ż and z̄ = conj(f') ȳ."""
    slope = np.cos(Z) * np.exp(Z) + np.sin(Z) * np.exp(Z)
    f = lambda z: xp.sin(z) * xp.exp(z)
    np.testing.assert_allclose(jvp(f, (Z,), (T,))[1], slope * T, rtol=1e-14)
    np.testing.assert_allclose(vjp(f, Z)[1](T)[0], np.conj(slope) * T, rtol=1e-14)


@pytest.mark.parametrize("f", [xp.conj, xp.abs, xp.real, xp.imag, xp.fft.fft, lambda z: z * xp.conj(z), xp.sign])
def test_modes_are_adjoint_in_the_real_pairing(f):
    """Re ⟨ȳ, J ż⟩ = Re ⟨Jᵀ ȳ, ż⟩."""
    y, y_dot = jvp(f, (Z,), (T,))
    y_bar = (0.3 + np.arange(2.0)) * (1 if np.isrealobj(y) else 1 - 2j)
    (z_bar,) = vjp(f, Z)[1](y_bar)
    assert y_dot.dtype == y.dtype
    assert z_bar.dtype == Z.dtype
    np.testing.assert_allclose(np.vdot(y_bar, y_dot).real, np.vdot(z_bar, T).real, rtol=1e-13)


def test_gradient_of_a_real_function_points_uphill():
    """∂/∂Re + i ∂/∂Im: of |z|² this is 2z, and of |z|² its derivative in turn."""
    square = lambda z: xp.sum(xp.abs(z) ** 2)
    np.testing.assert_allclose(grad(square)(Z), 2 * Z, rtol=1e-15)
    np.testing.assert_allclose(jvp(grad(square), (Z,), (T,))[1], 2 * T, rtol=1e-14)
    np.testing.assert_allclose(vjp(grad(square), Z)[1](T)[0], 2 * T, rtol=1e-14)


def test_gradient_of_a_complex_number_is_refused():
    with pytest.raises(errors.NotScalar, match="returned dtype complex128, expected a real scalar"):
        grad(lambda z: xp.sum(z))(Z)


def test_precision_is_kept():
    z = Z.astype(np.complex64)
    for f in (xp.abs, xp.imag, xp.fft.fft, lambda z: xp.real(z) * z, lambda z: xp.fft.irfft(xp.exp(z))):
        y, pullback = vjp(f, z)
        assert y.dtype in (np.float32, np.complex64)
        assert pullback(y)[0].dtype == np.complex64


def slope(f, z):
    return jvp(f, (z,), (np.ones_like(z),))[1]


def test_a_small_number_is_not_lost_beside_1():
    """NumPy's log1p of complex numbers loses it."""
    z = np.array([1e-12 + 1e-12j, -0.3 + 0.2j, 3 - 4j])
    expected = [1e-12 + 1e-12j, np.log(0.7 + 0.2j), np.log(4 - 4j)]
    np.testing.assert_allclose(xp.log1p(z), expected, rtol=1e-11)
    np.testing.assert_allclose(slope(xp.log1p, z), 1 / (1 + z), rtol=1e-15)


@pytest.mark.parametrize("z", [1 + 10j, -2 - 15j, np.pi / 2 + 1e-4j, 0.3 - 0.2j])
def test_the_derivatives_of_tan_and_tanh_do_not_cancel(z):
    np.testing.assert_allclose(slope(xp.tan, np.array(z)) * np.cos(z) ** 2, 1, rtol=1e-14)
    np.testing.assert_allclose(slope(xp.tanh, np.array(z)) * np.cosh(z) ** 2, 1, rtol=1e-12)


@pytest.mark.parametrize("z", [1e-6 + 1j, -1e-6 - 1j, 1e-8 + 1e-8j])
def test_the_derivatives_of_atan_and_asinh_keep_their_digits_near_i(z):
    squared = (1 - 1j * z) * (1 + 1j * z)
    np.testing.assert_allclose(slope(xp.atan, np.array(z)) * squared, 1, rtol=1e-14)
    np.testing.assert_allclose(slope(xp.asinh, np.array(z)) ** 2 * squared, 1, rtol=1e-14)


def test_a_phase_turns_and_does_not_grow():
    """d(z/|z|) = i z/|z| Im(z̄ dz)/|z|²; the second derivative of |z| along the real axis is Im(z)²/|z|³."""
    z = np.array(1 + 1e-9j)
    np.testing.assert_allclose(slope(lambda z: slope(xp.abs, z), z), 1e-18, rtol=1e-12)
    w = np.array(3 - 4j)
    assert slope(xp.sign, w) == pytest.approx(1j * w / 5 * 4 / 25)
    y, pullback = vjp(xp.sign, w)
    np.testing.assert_allclose(pullback(1j * y)[0], 1j * y / 5)
    assert pullback(y)[0] == pytest.approx(0)


def test_complex64_stays_beside_complex128():
    z = np.array([0.5 + 0.3j], dtype=np.complex64)
    y_bar = np.array([1 - 2j], dtype=np.complex64)

    def pulled(z, y_bar):
        return vjp(lambda z: z ** (1 + 2j), z)[1](y_bar)[0]

    expected = np.conj((1 + 2j) * z**2j) * y_bar
    for got in (pulled(z, y_bar), engine.compile(pulled, z, y_bar)(z, y_bar)):
        assert got.dtype == np.complex64
        np.testing.assert_allclose(got, expected, rtol=1e-5)
    wide = vjp(lambda z: z * np.array([2 + 1j]), z)[1](np.array([1 + 0j]))[0]
    assert wide.dtype == np.complex64
    np.testing.assert_allclose(wide, [2 - 1j], rtol=1e-6)
