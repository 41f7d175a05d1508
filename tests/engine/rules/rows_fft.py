"""Rows of the Fourier transforms, beside products with their matrices in real arithmetic."""

from __future__ import annotations

import numpy as np
from engine.checks import normal
from engine.truths import Row, row

SCALE = {"backward": 0.0, "ortho": -0.5, "forward": -1.0}  # power of n that the transform has


def matrix(n, rows, columns, inverse, norm):
    """The cosines and sines of a transform of n entries, some rows and columns of them."""
    turns = np.outer(np.arange(rows), np.arange(columns)) % n / n
    angle = 2 * np.pi * turns
    exact = np.isin(turns, [0.25, 0.75]), np.isin(turns, [0.0, 0.5])  # where the one or the other is 0
    scale = float(n) ** (-1 - SCALE[norm] if inverse else SCALE[norm])
    c, s = (np.where(zero, 0.0, f(angle)) for zero, f in zip(exact, (np.cos, np.sin), strict=True))
    return scale * c, scale * (s if inverse else -s)


def turned(z, axis, n=None, inverse=False, norm="backward", rows=None):
    """The transform of z = (real, imaginary) along an axis of one or two."""
    x, y = (np.swapaxes(p, axis, 0) for p in z)
    n = n or len(x)
    kept = min(n, len(x))
    c, s = matrix(n, rows or n, kept, inverse, norm)
    x, y = x[:kept], y[:kept]
    return tuple(np.swapaxes(p, axis, 0) for p in (c @ x - s @ y, s @ x + c @ y))


def completed(z, axis, n, inverse=True, norm="backward"):
    """The real signal of half a spectrum: twice the real part of its sum, but for the ends."""
    x, y = (np.swapaxes(p, axis, 0)[: n // 2 + 1] for p in z)
    c, s = matrix(n, n, len(x), inverse, norm)
    k = np.arange(len(x))
    times = np.where((k == 0) | (2 * k == n), 1.0, 2.0)
    return np.swapaxes((c * times) @ x - (s * times) @ y, axis, 0)


def parts(xp, z):
    """A complex array as its real and imaginary parts."""
    return xp.stack([xp.real(z), xp.imag(z)])


def of_complex(name, shape, reference, **options) -> Row:
    """A transform of x² + iy, real or complex."""

    def f(xp, x, y):
        z = getattr(xp.fft, name)(x * x + 1j * y, **options)
        return z if name in ("irfft", "irfftn", "hfft") else parts(xp, z)

    def by_matrix(xp, x, y):
        z = reference((x * x, y))
        return xp.stack(list(z)) if isinstance(z, tuple) else z

    return row(f, normal(*shape), normal(*shape, seed=1), reference=by_matrix)


def of_real(name, shape, reference, **options) -> Row:
    """A transform of x²."""
    return row(
        lambda xp, x: parts(xp, getattr(xp.fft, name)(x * x, **options)),
        normal(*shape),
        reference=lambda xp, x: xp.stack(list(reference((x * x, 0 * x)))),
    )


def both(z, **options):
    """Along both axes of a matrix."""
    return turned(turned(z, 1, **options), 0, **options)


# fmt: off
LINES = [(None, "backward"), (3, "backward"), (8, "ortho"), (4, "forward")]
REAL = [(5, "backward"), (6, "ortho"), (3, "forward")]
OTHER = {"backward": "forward", "ortho": "ortho", "forward": "backward"}

FFT: dict[str, list[Row]] = {
    "fft":   [of_complex("fft", (5,), lambda z, o=o: turned(z, 0, o[0], False, o[1]), n=o[0], norm=o[1]) for o in LINES],
    "ifft":  [of_complex("ifft", (5,), lambda z, o=o: turned(z, 0, o[0], True, o[1]), n=o[0], norm=o[1]) for o in LINES],
    "rfft":  [of_real("rfft", (5,), lambda z, o=o: turned(z, 0, o[0], False, o[1], o[0] // 2 + 1), n=o[0], norm=o[1]) for o in REAL],
    "ihfft": [of_real("ihfft", (5,), lambda z, o=o: turned(z, 0, o[0], True, o[1], o[0] // 2 + 1), n=o[0], norm=o[1]) for o in REAL],
    "irfft": [of_complex("irfft", (4,), lambda z, o=o: completed(z, 0, o[0], True, o[1]), n=o[0], norm=o[1]) for o in REAL],
    "hfft":  [of_complex("hfft", (4,), lambda z, o=o: completed(z, 0, o[0], False, o[1]), n=o[0], norm=o[1]) for o in REAL],
    "fftn":  [of_complex("fftn", (3, 4), both),
              of_complex("fftn", (3, 4), lambda z: both(z, n=5, norm="ortho"), s=(5, 5), norm="ortho"),
              of_complex("fftn", (4, 3), lambda z: turned(z, 0), axes=(0,))],
    "ifftn": [of_complex("ifftn", (3, 4), lambda z: both(z, inverse=True))],
    "rfftn": [of_real("rfftn", (3, 4), lambda z: turned(turned(z, 1, rows=3), 0)),
              of_real("rfftn", (3, 4), lambda z: turned(turned(z, 0, rows=2), 1), axes=(1, 0))],
    "irfftn": [of_complex("irfftn", (3, 3), lambda z: completed(turned(z, 0, inverse=True), 1, 4)),
               of_complex("irfftn", (3, 3), lambda z: completed(turned(z, 0, inverse=True, norm="ortho"), 1, 5, norm="ortho"),
                          s=(3, 5), norm="ortho")],
    "fftshift":  [row(lambda xp, x: xp.fft.fftshift(x * x, axes=0), normal(4, 3),
                      reference=lambda xp, x: xp.roll(x * x, 2, axis=0))],
    "ifftshift": [row(lambda xp, x: xp.fft.ifftshift(x * x), normal(5), reference=lambda xp, x: xp.roll(x * x, -2))],
}
# fmt: on
ROWS = {f"fft.{name}": rows for name, rows in FFT.items()}
