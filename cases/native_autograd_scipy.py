"""autograd's own SciPy: convolutions over chosen axes, banded and triangular solvers, integrators; and its transforms."""

from __future__ import annotations

from typing import Any

from adbench.cases.native_jax_linalg import root
from adbench.cases.native_jax_scipy import convolved, convolved_2d

from adbench.rows import complex_, constant, dominant, fixed, real, table

row = table("autograd", "HIPS autograd")
F64 = ("float64",)

# autograd.scipy.signal.convolve


def convolve(name: str, formula: str, definition: Any, x: Any, y: Any, **options: Any) -> None:
    row(f"convolve_{name}", formula, lambda lib, x, y: lib.scipy.signal.convolve(x, y, **options), definition, x=x, y=y)


convolve("full", "x * y", lambda xp, x, y: convolved(xp, x, y), real(4), real(3))
convolve("valid", "x * y where they overlap", lambda xp, x, y: convolved(xp, x, y)[2:4], real(4), real(3), mode="valid")
convolve("valid_swapped", "the same, the shorter first", lambda xp, x, y: convolved(xp, x, y)[2:4], real(3), real(4), mode="valid")
convolve("same", "x * y, as many as x", lambda xp, x, y: convolved(xp, x, y)[1:5], real(4), real(3), mode="same")
convolve("table", "X * Y along two axes", lambda xp, x, y: convolved_2d(xp, x, y), real(3, 2), real(2, 2))
convolve("axes", "of each row by each row", lambda xp, x, y: xp.stack([xp.stack([convolved(xp, a, b) for b in y]) for a in x]),
         real(2, 4), real(3, 2), axes=([1], [1]))
convolve("dot_axes", "summed over channels, of each example by each filter",
         lambda xp, x, y: xp.stack([xp.stack([convolved(xp, x[b, 0], y[0, f]) + convolved(xp, x[b, 1], y[1, f]) for f in range(2)]) for b in range(2)]),
         real(2, 2, 3), real(2, 2, 2), axes=([2], [2]), dot_axes=([1], [0]))
convolve("dot_axes_valid", "the same where they overlap",
         lambda xp, x, y: xp.stack([xp.stack([(convolved(xp, x[b, 0], y[0, f]) + convolved(xp, x[b, 1], y[1, f]))[1:3] for f in range(2)]) for b in range(2)]),
         real(2, 2, 3), real(2, 2, 2), axes=([2], [2]), dot_axes=([1], [0]), mode="valid")


# autograd.scipy.linalg


def triangular(trans: int | str, lower: bool) -> None:
    def definition(xp: Any, A: Any, b: Any) -> Any:
        M = xp.tril(A) if lower else xp.triu(A)
        return xp.linalg.solve(M if trans in (0, "N") else xp.matrix_transpose(M), b)

    row(f"solve_triangular_{trans}_{'lower' if lower else 'upper'}", f"A⁻¹ b or A⁻ᵀ b of a triangle, trans={trans}",
        lambda lib, A, b: lib.scipy.linalg.solve_triangular(A, b, trans=trans, lower=lower), definition, A=dominant(3, 3), b=real(3, 2))


for trans in (0, 1, "T", "C"):
    for lower in (False, True):
        triangular(trans, lower)


def banded(xp: Any, d: Any) -> Any:
    """The matrix of the diagonals 1, 0 and −1 above each other, as SciPy holds them."""
    n = d.shape[1]
    return xp.stack([xp.stack([d[1 + i - j, j] if abs(i - j) <= 1 else 0 * d[0, 0] for j in range(n)]) for i in range(n)])


BANDS = fixed([[0.0, 0.7, -0.4], [3.1, -2.8, 4.0], [0.5, -0.9, 0.0]])
row("solve_banded", "A⁻¹ b of three diagonals", lambda lib, d, b: lib.scipy.linalg.solve_banded((1, 1), d, b),
    lambda xp, d, b: xp.linalg.solve(banded(xp, d), b), d=BANDS, b=real(3))
row("sqrtm", "√A", lambda lib, A: lib.scipy.linalg.sqrtm(A), lambda xp, A: root(xp, A), A=dominant(2, 2))
row("solve_sylvester", "A X + X B = C", lambda lib, A, B, C: lib.scipy.linalg.solve_sylvester(A, B, C),
    lambda xp, A, B, C: xp.reshape(
        xp.linalg.solve(xp.kron(A, xp.eye(2)) + xp.kron(xp.eye(2), xp.matrix_transpose(B)), xp.reshape(C, (4,))), (2, 2)),
    A=dominant(2, 2), B=dominant(2, 2), C=real(2, 2))

# autograd.scipy.integrate: of dy/dt = a, which an integrator has without an error of its own

row("odeint", "y + a t", lambda lib, y, t, a: lib.scipy.integrate.odeint(lambda y, t, a: a + 0 * y, y, t, lib.tuple((a,))),
    lambda xp, y, t, a: y + (t - t[0])[:, None] * a, y=real(2), t=fixed([0.0, 0.5, 1.25]), a=real(2), dtypes=F64)

# autograd.scipy.special.logsumexp, with every option

row("logsumexp_weights", "log Σ b eˣ", lambda lib, x, b: lib.scipy.special.logsumexp(x, axis=0, b=b),
    lambda xp, x, b: xp.log(xp.sum(b * xp.exp(x), axis=0)), x=real(3, 2), b=constant([[0.5], [1.5], [2.0]]))
row("logsumexp_axes", "log Σ eˣ of two axes, kept", lambda lib, x: lib.scipy.special.logsumexp(x, axis=(0, 2), keepdims=True),
    lambda xp, x: xp.special.logsumexp(x, axis=(0, 2), keepdims=True), x=real(2, 3, 2))

# Transforms, of whose numbers a real function goes on


def power(xp: Any, z: Any) -> Any:
    """Re z + 2 Im z."""
    return xp.real(z) + 2 * xp.imag(z)


def transform(name: str, formula: str, function: str, shape: tuple[int, ...], **options: Any) -> None:
    row(name, formula, lambda lib, x: power(lib.numpy, getattr(lib.numpy.fft, function)(x, **options)),
        lambda xp, x: power(xp, getattr(xp.fft, function)(x, **options)), x=real(*shape), dtypes=F64)


def planar(name: str, formula: str, function: str, whole: str, shape: tuple[int, ...], **options: Any) -> None:
    row(name, formula, lambda lib, x: power(lib.numpy, getattr(lib.numpy.fft, function)(x, **options)),
        lambda xp, x: power(xp, getattr(xp.fft, whole)(x, axes=(-2, -1), **options)), x=real(*shape), dtypes=F64)


transform("fft", "Re + 2 Im of the transform", "fft", (2, 3))
transform("fft_longer", "the same of x and zeros", "fft", (3, 2), n=4, axis=0)
transform("fft_shorter", "the same of a part of x", "fft", (2, 3), n=2)
transform("fft_ortho", "the same, orthogonal", "fft", (3,), norm="ortho")
transform("ifft", "Re + 2 Im of the inverse", "ifft", (4,))
transform("rfft", "Re + 2 Im of one half of it", "rfft", (4,))
transform("rfft_odd", "the same of an odd length", "rfft", (5,))
transform("rfft_ortho", "the same, orthogonal", "rfft", (2, 4), norm="ortho")
transform("fftn", "Re + 2 Im along all axes", "fftn", (2, 3))
transform("ifftn", "Re + 2 Im of its inverse", "ifftn", (2, 3))
transform("rfftn", "Re + 2 Im of one half of it", "rfftn", (2, 4))
planar("fft2", "Re + 2 Im along the last two axes", "fft2", "fftn", (2, 2, 3))
planar("ifft2", "Re + 2 Im of its inverse", "ifft2", "ifftn", (2, 3))
planar("rfft2", "Re + 2 Im of one half of it", "rfft2", "rfftn", (2, 4))
row("irfft", "the real inverse of x + i x²", lambda lib, x: lib.numpy.fft.irfft(x + 1j * x**2), lambda xp, x: xp.fft.irfft(x + 1j * x**2),
    x=real(3), dtypes=F64)
row("irfftn", "the same along two axes", lambda lib, x: lib.numpy.fft.irfftn(x + 1j * x**2), lambda xp, x: xp.fft.irfftn(x + 1j * x**2),
    x=real(2, 3), dtypes=F64)
row("irfft2", "the same of the last two", lambda lib, x: lib.numpy.fft.irfft2(x + 1j * x**2),
    lambda xp, x: xp.fft.irfftn(x + 1j * x**2, axes=(-2, -1)), x=real(2, 3), dtypes=F64)
row("fftshift", "x, its halves changed", lambda lib, x: lib.numpy.fft.fftshift(x), lambda xp, x: xp.fft.fftshift(x), x=real(2, 3))
row("ifftshift", "and back", lambda lib, x: lib.numpy.fft.ifftshift(x, axes=1), lambda xp, x: xp.fft.ifftshift(x, axes=1), x=real(2, 3))

# Complex numbers

row("angle", "arg z", lambda lib, z: lib.numpy.angle(z), lambda xp, z: xp.atan2(xp.imag(z), xp.real(z)), z=complex_(3))
row("real_if_close", "x of x + 0i", lambda lib, x: lib.numpy.real_if_close(x + 0j) * x, lambda xp, x: x * x, x=real(3))
row("imag_of_complex", "Re z · Im z", lambda lib, z: lib.numpy.imag(z) * lib.numpy.real(z), lambda xp, z: xp.real(z) * xp.imag(z), z=complex_(3))
row("covector_of_complex", "z̄, of the dual space", lambda lib, z: lib.extend.vspace(z).covector(z), lambda xp, z: xp.conj(z), z=complex_(3))
row("fft_of_complex", "the transform", lambda lib, z: lib.numpy.fft.fft(z), lambda xp, z: xp.fft.fft(z), z=complex_(3))
row("ifft_of_complex", "its inverse", lambda lib, z: lib.numpy.fft.ifft(z), lambda xp, z: xp.fft.ifft(z), z=complex_(3))
row("eig_of_complex", "Σ w³, tr A³", lambda lib, A: lib.numpy.sum(lib.numpy.linalg.eig(A)[0] ** 3),
    lambda xp, A: xp.linalg.trace(A @ A @ A), A=complex_(2, 2))
