"""Products with NumPy's own rules for axes, and those of polynomials and filters."""

from __future__ import annotations

import string
from typing import Any

import numpy as np

from adbench.engine.core import Array, plain
from adbench.engine.creation import asarray
from adbench.engine.numpy_names.arranging import ravel
from adbench.engine.rules import product
from adbench.engine.rules.elementwise import power
from adbench.engine.rules.indexing import getitem
from adbench.engine.rules.parts import conj
from adbench.engine.rules.shape import concat, expand_dims, flip, moveaxis


def dot(a: Array, b: Array) -> Array:
    """The sum over the last axis of `a` and the last but one of `b`, or its only one; the product with a number."""
    a, b = asarray(a), asarray(b)
    if 0 in (a.ndim, b.ndim):
        return a * b
    return product.matmul(a, b) if b.ndim == 1 or a.ndim == b.ndim == 2 else product.tensordot(a, b, axes=(-1, -2))


def inner(a: Array, b: Array) -> Array:
    """The sum over the last axes; the product with a number."""
    a, b = asarray(a), asarray(b)
    return a * b if 0 in (a.ndim, b.ndim) else product.tensordot(a, b, axes=(-1, -1))


def vdot(a: Array, b: Array) -> Array:
    """The sum of the products of all entries; those of `a` are conjugated."""
    return product.matmul(conj(ravel(a)), ravel(b))


def outer(a: Array, b: Array) -> Array:
    """The products of each entry of `a` with each of `b`, as a matrix."""
    return product.outer(ravel(a), ravel(b))


def cross(a: Array, b: Array, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Array:
    """The cross products of vectors of three entries along an axis of `a`, of `b` and of the result."""
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = moveaxis(asarray(a), axisa, -1), moveaxis(asarray(b), axisb, -1)
    if a.shape[-1] != 3 or b.shape[-1] != 3:
        raise ValueError(f"cross takes vectors of 3 entries; there are {a.shape[-1]} and {b.shape[-1]}")
    return moveaxis(product.cross(a, b), -1, axisc)


def einsum(subscripts: Any, /, *operands: Any, optimize: Any = True) -> Array:
    """Einstein's summation, also as `einsum(x, [0, 1], y, [1, 2], [0, 2])`; `optimize` changes nothing."""
    if isinstance(subscripts, str):
        return product.einsum(subscripts, *operands)
    parts = [subscripts, *operands]
    result = [parts.pop()] if len(parts) % 2 else []
    terms = [_letters(numbers) for numbers in parts[1::2]]
    return product.einsum("->".join([",".join(terms), *map(_letters, result)]), *parts[::2])


def _letters(numbers: list[Any]) -> str:
    return "".join("..." if n is Ellipsis else string.ascii_letters[n] for n in numbers)


def convolve(a: Array, v: Array, mode: str = "full") -> Array:
    """The sums of products of two vectors, one of them in reverse, at each shift of one against the other.

    Of vectors of n and m ≤ n entries: all n + m − 1 shifts ("full"), the n in the middle ("same"), or the n − m + 1
    at which they overlap wholly ("valid").
    """
    a, v = asarray(a), asarray(v)
    if v.shape[0] > a.shape[0]:
        a, v = v, a
    return getitem(_slid(a, flip(v)), _kept(a.shape[0], v.shape[0], mode))


def correlate(a: Array, v: Array, mode: str = "valid") -> Array:
    """The sums of products of two vectors at each shift of one against the other; those of `v` are conjugated."""
    a, v = asarray(a), conj(asarray(v))
    n, m = a.shape[0], v.shape[0]
    if m > n:
        return flip(getitem(_slid(v, a), _kept(m, n, mode)))
    return getitem(_slid(a, v), _kept(n, m, mode))


def _slid(a: Array, v: Array) -> Array:
    """Σⱼ aₖ₊ⱼ₋ₘ₊₁ vⱼ for each k from 0 to n + m − 2, with zeros around `a`."""
    n, m = a.shape[0], v.shape[0]
    zeros = np.zeros(m - 1, plain(a).dtype)
    return product.matmul(getitem(concat([zeros, a, zeros]), np.arange(n + m - 1)[:, None] + np.arange(m)), v)


def _kept(n: int, m: int, mode: str) -> slice:
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"there is no mode {mode!r}; there are 'full', 'same' and 'valid'")
    start = (m - 1) // 2
    return {"full": slice(None), "same": slice(start, start + n), "valid": slice(m - 1, n)}[mode]


def polyval(p: Array, x: Array) -> Array:
    """The polynomial with coefficients `p`, the highest first, at `x`."""
    p, x = asarray(p), asarray(x)
    y: Array = np.zeros(x.shape, plain(x).dtype)
    for i in range(p.shape[0]):
        y = y * x + p[i]
    return y


def polymul(a1: Array, a2: Array) -> Array:
    """The coefficients of the product of two polynomials."""
    return convolve(a1, a2)


def polyder(p: Array, m: int = 1) -> Array:
    """The coefficients of the m-th derivative of a polynomial."""
    p = asarray(p)
    for _ in range(m):
        n = p.shape[0] - 1
        p = getitem(p, slice(n)) * np.arange(n, 0, -1, dtype=plain(p).dtype)
    return p


def vander(x: Array, N: int | None = None, increasing: bool = False) -> Array:
    """A row of `N` powers of each entry of a vector, the highest first unless they increase."""
    x = asarray(x)
    exponents = np.arange(x.shape[0] if N is None else N, dtype=plain(x).dtype)
    return power(expand_dims(x, 1), exponents if increasing else exponents[::-1])
