"""The Fourier extension of the array API standard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from adbench.engine.core import Array
from adbench.engine.rules.fourier import fft, hfft, ifft, ihfft, irfft, rfft
from adbench.engine.rules.shape import roll

__all__ = [
    "fft",
    "fftfreq",
    "fftn",
    "fftshift",
    "hfft",
    "ifft",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfftn",
    "rfft",
    "rfftfreq",
    "rfftn",
]

Axes = Sequence[int] | None


def fftn(x: Array, /, *, s: Axes = None, axes: Axes = None, norm: Any = "backward") -> Array:
    """`fft` along each of `axes`, with `s` entries."""
    for n, axis in lengths(x, s, axes):
        x = fft(x, n=n, axis=axis, norm=norm)
    return x


def ifftn(x: Array, /, *, s: Axes = None, axes: Axes = None, norm: Any = "backward") -> Array:
    """The inverse of `fftn`."""
    for n, axis in lengths(x, s, axes):
        x = ifft(x, n=n, axis=axis, norm=norm)
    return x


def rfftn(x: Array, /, *, s: Axes = None, axes: Axes = None, norm: Any = "backward") -> Array:
    """`rfft` along the last of `axes`, and `fft` along the others."""
    *others, (n, axis) = lengths(x, s, axes)
    x = rfft(x, n=n, axis=axis, norm=norm)
    for m, other in others:
        x = fft(x, n=m, axis=other, norm=norm)
    return x


def irfftn(x: Array, /, *, s: Axes = None, axes: Axes = None, norm: Any = "backward") -> Array:
    """The inverse of `rfftn`."""
    *others, (n, axis) = lengths(x, s, axes)
    for m, other in others:
        x = ifft(x, n=m, axis=other, norm=norm)
    return irfft(x, n=n if s is not None else None, axis=axis, norm=norm)


def fftshift(x: Array, /, *, axes: int | tuple[int, ...] | None = None) -> Array:
    """`x` with frequency zero in the middle."""
    return shifted(x, axes, 1)


def ifftshift(x: Array, /, *, axes: int | tuple[int, ...] | None = None) -> Array:
    """The inverse of `fftshift`."""
    return shifted(x, axes, -1)


def fftfreq(n: int, /, *, d: float = 1.0, dtype: Any = None, device: Any = None) -> Array:
    """The frequencies of the entries of `fft`."""
    return np.fft.fftfreq(n, d).astype(dtype or np.float64)


def rfftfreq(n: int, /, *, d: float = 1.0, dtype: Any = None, device: Any = None) -> Array:
    """The frequencies of the entries of `rfft`."""
    return np.fft.rfftfreq(n, d).astype(dtype or np.float64)


def lengths(x: Array, s: Axes, axes: Axes) -> list[tuple[int, int]]:
    """The number of entries to transform along each axis, and the axis."""
    if axes is None:
        axes = range(x.ndim) if s is None else range(-len(s), 0)
    return [(x.shape[a] if s is None else s[i], a) for i, a in enumerate(axes)]


def shifted(x: Array, axes: int | tuple[int, ...] | None, sign: int) -> Array:
    """`x` rolled by half the length of each axis."""
    chosen = tuple(range(x.ndim)) if axes is None else (axes,) if isinstance(axes, int) else tuple(axes)
    return roll(x, tuple(sign * (x.shape[a] // 2) for a in chosen), chosen)
