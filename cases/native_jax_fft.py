"""Fourier and cosine transforms of JAX: `jax.lax.fft` by its types, `jax.numpy.fft` and `jax.scipy.fft`."""

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.rows import complex_, real, table

F64 = ("float64",)
row = table("jax", "jax.lax.fft, jax.numpy.fft, jax.scipy.fft", F64)


def axes_of(xp: Any, x: Any, matrices: dict[int, Any], along: tuple[int, ...]) -> Any:
    """x with each of the axes multiplied by its matrix."""
    for axis in along:
        x = xp.moveaxis(xp.tensordot(matrices[axis], x, axes=((1,), (axis,))), 0, axis)
    return x


# Cosine transforms


def cosines(xp: Any, x: Any, n: int, ortho: bool) -> Any:
    """The matrix of the second cosine transform, 2 cos(π k (2 j + 1) / 2n), orthogonal with the factors."""
    k, j = np.arange(n)[:, None], np.arange(n)[None, :]
    pi = xp.acos(-xp.ones((), dtype=x.dtype))  # of which a Python float has but 53 bits
    angles = xp.asarray((k * (2 * j + 1)).astype(float), dtype=x.dtype) * (pi / (2 * n))
    C = 2 * xp.cos(angles)
    if not ortho:
        return C
    first = xp.asarray((k == 0).astype(float), dtype=x.dtype)
    return C * (first * xp.sqrt(1 / (4 * xp.asarray(float(n)))) + (1 - first) * xp.sqrt(1 / (2 * xp.asarray(float(n)))))


def inverse_cosines(xp: Any, x: Any, n: int, ortho: bool) -> Any:
    return xp.linalg.inv(cosines(xp, x, n, ortho))


def dct(name: str, formula: str, function: str, matrix: Any, axis: int, n: int | None, norm: str | None) -> None:
    def definition(xp: Any, x: Any) -> Any:
        if n is not None:
            zeros = xp.zeros((x.shape[0], max(n - x.shape[1], 0)), dtype=x.dtype)
            x = xp.concat([x[:, :n], zeros], axis=1)
        return axes_of(xp, x, {axis: matrix(xp, x, x.shape[axis], norm == "ortho")}, (axis,))

    row(name, formula, lambda jax, x: getattr(jax.scipy.fft, function)(x, axis=axis, n=n, norm=norm), definition,
        x=real(2, 4))


dct("dct", "the cosine transform", "dct", cosines, 1, None, None)
dct("dct_ortho", "the orthogonal one", "dct", cosines, 0, None, "ortho")
dct("dct_longer", "the same of x and zeros", "dct", cosines, 1, 5, None)
dct("dct_shorter", "the same of a part of x", "dct", cosines, 1, 3, "ortho")
dct("idct", "the inverse", "idct", inverse_cosines, 1, None, None)
dct("idct_ortho", "the orthogonal inverse", "idct", inverse_cosines, 1, None, "ortho")
row("dctn", "the cosine transform along two axes", lambda jax, x: jax.scipy.fft.dctn(x, norm="ortho"),
    lambda xp, x: axes_of(xp, x, {0: cosines(xp, x, 2, True), 1: cosines(xp, x, 3, True)}, (0, 1)), x=real(2, 3))
row("idctn", "its inverse", lambda jax, x: jax.scipy.fft.idctn(x, norm="ortho"),
    lambda xp, x: axes_of(xp, x, {0: inverse_cosines(xp, x, 2, True), 1: inverse_cosines(xp, x, 3, True)}, (0, 1)), x=real(2, 3))

# Fourier transforms of real arrays, of whose numbers a real function goes on


def power(xp: Any, z: Any) -> Any:
    """Re z + 2 Im z."""
    return xp.real(z) + 2 * xp.imag(z)


def of_real(name: str, formula: str, function: str, options: dict[str, Any], *shape: int) -> None:
    row(name, formula, lambda jax, x: power(jax.numpy, getattr(jax.numpy.fft, function)(x, **options)),
        lambda xp, x: power(xp, getattr(xp.fft, function)(x, **options)), x=real(*shape))


of_real("fft_of_real", "Re + 2 Im of the transform of real numbers", "fft", {}, 4)
of_real("fft_longer", "the same of x and zeros", "fft", {"n": 5, "axis": 0}, 3, 2)
of_real("fft_ortho", "the same, orthogonal", "fft", {"norm": "ortho"}, 2, 3)
of_real("rfft", "Re + 2 Im of one half of it", "rfft", {}, 5)
of_real("rfft_even", "the same of an even number", "rfft", {"norm": "forward"}, 4)
of_real("rfft_shorter", "the same of a part of x", "rfft", {"n": 3, "axis": 0}, 4, 2)
of_real("ifft_of_real", "Re + 2 Im of the inverse", "ifft", {}, 4)
of_real("fftn", "Re + 2 Im along all axes", "fftn", {"axes": (0, 1)}, 2, 3)
of_real("rfftn", "Re + 2 Im of one half of it", "rfftn", {"s": (2, 3), "norm": "ortho"}, 2, 3)
of_real("ihfft", "Re + 2 Im of one half of the inverse", "ihfft", {}, 4)


def to_real(name: str, formula: str, function: str, options: dict[str, Any], *shape: int) -> None:
    """Of x + i x², so that the input is real."""
    row(name, formula, lambda jax, x: getattr(jax.numpy.fft, function)(x + 1j * x**2, **options),
        lambda xp, x: getattr(xp.fft, function)(x + 1j * x**2, **options), x=real(*shape))


to_real("irfft", "the real inverse of x + i x²", "irfft", {}, 3)
to_real("irfft_odd", "the same of an odd length", "irfft", {"n": 5}, 3)
to_real("hfft", "the transform of a Hermitian array", "hfft", {}, 3)
to_real("irfftn", "the real inverse along two axes", "irfftn", {"norm": "forward"}, 2, 3)


def typed(name: str, kind: str, lengths: tuple[int, ...], definition: Any, *shape: int) -> None:
    row(f"lax_{name}", f"jax.lax.fft of the type {kind}, Re + 2 Im",
        lambda jax, x: power(jax.numpy, jax.lax.fft(x * (1 + 2j) if kind != "RFFT" else x, kind, lengths)),
        lambda xp, x: power(xp, definition(xp, x * (1 + 2j) if kind != "RFFT" else x)), x=real(*shape))


typed("fft", "FFT", (3,), lambda xp, z: xp.fft.fft(z), 2, 3)
typed("ifft", "IFFT", (2, 3), lambda xp, z: xp.fft.ifftn(z, axes=(0, 1)), 2, 3)
typed("rfft", "RFFT", (4,), lambda xp, z: xp.fft.rfft(z), 4)
typed("irfft", "IRFFT", (4,), lambda xp, z: xp.fft.irfft(z, n=4), 3)

# Of complex numbers

row("fft", "the transform", lambda jax, z: jax.numpy.fft.fft(z), lambda xp, z: xp.fft.fft(z), z=complex_(3))
row("ifft", "its inverse", lambda jax, z: jax.numpy.fft.ifft(z, norm="ortho"), lambda xp, z: xp.fft.ifft(z, norm="ortho"), z=complex_(3))
row("fftn_of_complex", "the transform along two axes", lambda jax, z: jax.numpy.fft.fftn(z), lambda xp, z: xp.fft.fftn(z), z=complex_(2, 2))
