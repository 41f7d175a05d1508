"""Discrete Fourier transforms over jets, as products with matrices of exact roots of unity: the standard's `fft`.

    fft:  y_k = Σⱼ xⱼ ω^(−jk)        ifft: x_j = (1/n) Σₖ yₖ ω^(jk)        ω = e^(2πi/n)

irfft takes the rest of the coefficients for conjugates of those that are given, and of the first, and of the middle one
of an even n, the real part. hfft and ihfft are the two with time and frequency exchanged.

An FFT adds in log₂ n stages, each with a rounding error of its largest sums: every entry, small ones too, is charged
those of Σ|x|.

Source: Higham, Accuracy and Stability of Numerical Algorithms (2002), §24.1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from flint import arb, fmpq

from adbench.errors import InvalidCase
from adbench.oracle.arrays import elementwise, has_complex, jets
from adbench.oracle.holomorphic import conj, real
from adbench.oracle.jet import Jet, jet
from adbench.oracle.linalg.charges import row_sum_norm, unit, widened
from adbench.oracle.pair import Complex

Weights = Callable[[int, int], Any]  # of input j in output k; None for zero
SWAPPED = {"backward": "forward", "ortho": "ortho", "forward": "backward"}

_conj, _real = elementwise(conj, 1), elementwise(real, 1)


def _root(exponent: int, n: int) -> Complex:
    """e^(2πi exponent/n), exact where it is ±1 or ±i."""
    turn = fmpq(2 * (exponent % n), n)
    return Complex(arb.cos_pi_fmpq(turn), arb.sin_pi_fmpq(turn))


def _scale(norm: str, n: int, *, inverse: bool) -> Jet:
    if norm not in SWAPPED:
        raise InvalidCase(f"fft: norm is 'backward', 'ortho' or 'forward', not {norm!r}")
    if norm == "ortho":
        return jet(1 / arb(n).sqrt())
    return jet(1) / jet(n) if (norm == "backward") == inverse else jet(1)


def _fitted(x: np.ndarray, n: int) -> np.ndarray:
    """Rows cut or filled with zeros to n entries."""
    if n < 1:
        raise InvalidCase(f"fft: {n} points, expected 1 at least")
    zeros = jets(np.zeros((*x.shape[:-1], max(n - x.shape[-1], 0))))
    return np.concatenate([x[..., :n], zeros], axis=-1)


def _transformed(rows: np.ndarray, count: int, n: int, weight: Weights) -> np.ndarray:
    """The products of rows with a matrix of weights, with `count` columns, charged as an FFT of n points."""
    matrix = [[weight(j, k) for k in range(count)] for j in range(rows.shape[-1])]
    made = np.empty((*rows.shape[:-1], count), dtype=object)
    errors = unit() * max(n - 1, 1).bit_length() if n > 1 else arb(0)
    for index in np.ndindex(rows.shape[:-1]):
        row = rows[index]
        y = [_sum([x * w[k] for x, w in zip(row, matrix, strict=True) if w[k] is not None]) for k in range(count)]
        bounds = [errors * row_sum_norm([x.value for x in row], 1), errors, arb(0)]
        made[index] = widened(np.array(y, dtype=object), row[None], bounds)
    return made


def _sum(terms: Sequence[Jet]) -> Jet:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _along(axis: int, x: Any, transform: Callable[[np.ndarray], np.ndarray]) -> Any:
    """A transform of rows as one along an axis."""
    x = jets(x)
    if x.ndim == 0:
        raise InvalidCase("fft: expected an array with an axis, got shape ()")
    return np.moveaxis(transform(np.moveaxis(x, axis, -1)), -1, axis)


def _complex_transform(sign: int) -> Callable[..., Any]:
    """fft and ifft."""

    def transform(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Any:
        def of_rows(rows: np.ndarray) -> np.ndarray:
            m = rows.shape[-1] if n is None else n
            y = _transformed(_fitted(rows, m), m, m, lambda j, k: _root(sign * j * k, m))
            return np.asarray(y * _scale(norm, m, inverse=sign > 0), dtype=object)

        return _along(axis, x, of_rows)

    return transform


fft, ifft = _complex_transform(-1), _complex_transform(1)


def rfft(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Any:
    """The first n/2 + 1 coefficients of real numbers."""

    def of_rows(rows: np.ndarray) -> np.ndarray:
        m = rows.shape[-1] if n is None else n
        y = _transformed(_fitted(_require_real("rfft", rows), m), m // 2 + 1, m, lambda j, k: _root(-j * k, m))
        return np.asarray(y * _scale(norm, m, inverse=False), dtype=object)

    return _along(axis, x, of_rows)


def irfft(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Any:
    """n real numbers, by default 2(m − 1), from their first n/2 + 1 coefficients."""

    def of_rows(rows: np.ndarray) -> np.ndarray:
        m = 2 * (rows.shape[-1] - 1) if n is None else n
        rows = _fitted(rows, m // 2 + 1)

        def weight(j: int, k: int) -> Any:
            alone = j == 0 or 2 * j == m
            return _root(j * k, m) * (1 if alone else 2)

        y = _transformed(rows * jet(1 + 0j), m, m, weight)
        return np.asarray(_real(y) * _scale(norm, m, inverse=True), dtype=object)

    return _along(axis, x, of_rows)


def hfft(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Any:
    """The real transform of a signal that is Hermitian, from its first half: irfft of the conjugate, not divided."""
    _scale(norm, 1, inverse=False)
    return irfft(_conj(jets(x)), n=n, axis=axis, norm=SWAPPED[norm])


def ihfft(x: Any, /, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Any:
    """The inverse of hfft."""
    _scale(norm, 1, inverse=False)
    return _conj(rfft(x, n=n, axis=axis, norm=SWAPPED[norm]))


def _require_real(name: str, rows: np.ndarray) -> np.ndarray:
    if has_complex(rows):
        raise InvalidCase(f"{name}: expected real numbers, got complex ones")
    return rows


def _axes(x: np.ndarray, s: Sequence[int] | None, axes: Sequence[int] | None) -> list[tuple[int, int | None]]:
    """Pairs of axis and number of points."""
    if axes is None:
        axes = range(x.ndim) if s is None else range(x.ndim - len(s), x.ndim)
    return list(zip(axes, [None] * len(axes) if s is None else s, strict=True))


def _over_axes(last: Callable[..., Any], others: Callable[..., Any], *, last_first: bool) -> Callable[..., Any]:
    """A transform over several axes: one function along the last of them, another along the others."""

    def transform(
        x: Any, /, *, s: Sequence[int] | None = None, axes: Sequence[int] | None = None, norm: str = "backward"
    ) -> Any:
        x = jets(x)
        *rest, final = _axes(x, s, axes)
        steps = [(last, final)] + [(others, pair) for pair in rest]
        for function, (axis, n) in steps if last_first else reversed(steps):
            x = function(x, n=n, axis=axis, norm=norm)
        return x

    return transform


def _frequencies(ends_at: Callable[[int], int], *, wrapped: bool) -> Callable[..., Any]:
    """fftfreq and rfftfreq: k/(n d), those beyond the middle as the negative ones that they are."""

    def frequencies(n: int, /, *, d: float = 1.0, dtype: Any = None, device: Any = None) -> Any:
        counts = [k - n if wrapped and 2 * k >= n and k else k for k in range(ends_at(n))]
        return np.array([jet(k) / (jet(n) * d) for k in counts], dtype=object)

    return frequencies


def _shifted(direction: int) -> Callable[..., Any]:
    """fftshift and ifftshift."""

    def shift(x: Any, /, *, axes: int | Sequence[int] | None = None) -> Any:
        x = jets(x)
        chosen = range(x.ndim) if axes is None else (axes,) if isinstance(axes, int) else tuple(axes)
        return np.roll(x, [direction * (x.shape[a] // 2) for a in chosen], tuple(chosen))

    return shift


FFT: dict[str, Callable[..., Any]] = {
    "fft": fft,
    "ifft": ifft,
    "rfft": rfft,
    "irfft": irfft,
    "hfft": hfft,
    "ihfft": ihfft,
    "fftn": _over_axes(fft, fft, last_first=True),
    "ifftn": _over_axes(ifft, ifft, last_first=True),
    "rfftn": _over_axes(rfft, fft, last_first=True),
    "irfftn": _over_axes(irfft, ifft, last_first=False),
    "fftfreq": _frequencies(lambda n: n, wrapped=True),
    "rfftfreq": _frequencies(lambda n: n // 2 + 1, wrapped=False),
    "fftshift": _shifted(1),
    "ifftshift": _shifted(-1),
}
