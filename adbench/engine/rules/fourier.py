"""Fourier transforms along one axis, which are linear: a line each, with its transpose.

The matrix of the discrete Fourier transform is symmetric, so that `fft` and `ifft` are their own transposes. Their
relatives for real signals drop or imply half of the spectrum.
Source: van Loan, Computational Frameworks for the Fast Fourier Transform (1992), §1.1 and §4.3.
"""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.engine.core import Array, plain
from adbench.engine.primitive import linear
from adbench.engine.rules.indexing import getitem
from adbench.engine.rules.parts import conj, real
from adbench.engine.rules.shape import concat

INVERSE = {"backward": "forward", "ortho": "ortho", "forward": "backward", None: "forward"}
"""The norm with which the inverse transform has the scale of the transform with this one."""


# fmt: off
_fft   = linear(np.fft.fft,   lambda y_bar, x, n, axis, norm: fitted(_fft(y_bar, n, axis, norm), x, axis))
_ifft  = linear(np.fft.ifft,  lambda y_bar, x, n, axis, norm: fitted(_ifft(y_bar, n, axis, norm), x, axis))
_rfft  = linear(np.fft.rfft,  lambda y_bar, x, n, axis, norm: fitted(real(_fft(y_bar, n, axis, norm)), x, axis))
_irfft = linear(np.fft.irfft, lambda y_bar, x, n, axis, norm: fitted(half_spectrum(y_bar, n, axis, norm), x, axis))
# fmt: on


def fft(x: Array, /, *, n: int | None = None, axis: int = -1, norm: Any = "backward") -> Array:
    """The discrete Fourier transform along `axis`, of `n` entries."""
    return _fft(x, x.shape[axis] if n is None else n, axis, norm)


def ifft(x: Array, /, *, n: int | None = None, axis: int = -1, norm: Any = "backward") -> Array:
    """The inverse of `fft`."""
    return _ifft(x, x.shape[axis] if n is None else n, axis, norm)


def rfft(x: Array, /, *, n: int | None = None, axis: int = -1, norm: Any = "backward") -> Array:
    """The first half of the transform of a real signal; the rest are conjugates."""
    return _rfft(x, x.shape[axis] if n is None else n, axis, norm)


def irfft(x: Array, /, *, n: int | None = None, axis: int = -1, norm: Any = "backward") -> Array:
    """The real signal of `n` entries, by default an even number, of which `x` is the `rfft`."""
    return _irfft(x, 2 * (x.shape[axis] - 1) if n is None else n, axis, norm)


def hfft(x: Array, /, *, n: int | None = None, axis: int = -1, norm: Any = "backward") -> Array:
    """The real spectrum of a signal with Hermitian symmetry, of which `x` is the first half."""
    return irfft(conj(x), n=n, axis=axis, norm=INVERSE[norm])


def ihfft(x: Array, /, *, n: int | None = None, axis: int = -1, norm: Any = "backward") -> Array:
    """The inverse of `hfft`."""
    return conj(rfft(x, n=n, axis=axis, norm=INVERSE[norm]))


def fitted(y: Array, x: Array, axis: int) -> Array:
    """`y` cut off, or filled up with zeros, to the length of `x` along `axis`."""
    n, axis = x.shape[axis], axis % y.ndim
    missing = n - y.shape[axis]
    if missing <= 0:
        return y if not missing else getitem(y, (*(slice(None),) * axis, slice(n)))
    shape = (*y.shape[:axis], missing, *y.shape[axis + 1 :])
    return concat([y, np.zeros(shape, y.dtype)], axis=axis)


def half_spectrum(y_bar: Array, n: int, axis: int, norm: Any) -> Array:
    """The transpose of `irfft`: each entry of the first half stands for two of the spectrum, but for the ends."""
    k = np.arange(n // 2 + 1)
    times = np.where((k == 0) | (2 * k == n), 1, 2).astype(plain(y_bar).dtype)
    shape = [1] * y_bar.ndim
    shape[axis] = len(k)
    return times.reshape(shape) * conj(_rfft(y_bar, n, axis, INVERSE[norm]))
