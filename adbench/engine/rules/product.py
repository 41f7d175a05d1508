"""Products of arrays: matmul and its relatives; each is linear in each of its operands."""

from __future__ import annotations

import functools
import operator
import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from adbench.engine.core import Array, plain
from adbench.engine.primitive import bilinear, elementwise, primitive
from adbench.engine.rules.parts import conj
from adbench.engine.rules.reduction import _summed
from adbench.engine.rules.shape import expand_dims, matrix_transpose, permute_dims, reshape, stack, unstack


def _left_cotangent(z_bar: Array, x: Array, y: Array) -> Array:
    """Z̄ Yᵀ."""
    if y.ndim == 1:
        return expand_dims(z_bar, -1) * y
    if x.ndim == 1:
        return y @ z_bar if y.ndim == 2 else reshape(y @ expand_dims(z_bar, -1), y.shape[:-1])
    return z_bar @ matrix_transpose(y)


def _right_cotangent(z_bar: Array, x: Array, y: Array) -> Array:
    """Xᵀ Z̄."""
    if x.ndim == 1:
        return x * z_bar if y.ndim == 1 else expand_dims(x, -1) * expand_dims(z_bar, -2)
    if y.ndim > 2 or x.ndim == 2:
        return matrix_transpose(x) @ solid(z_bar)
    rows = reshape(x, (-1, x.shape[-1]))  # a batch times one matrix or vector: sum over the batch while multiplying
    return matrix_transpose(rows) @ reshape(z_bar, (-1, *z_bar.shape[x.ndim - 1 :]))


def _solid(x: Array) -> Array:
    """A copy of a vector that was broadcast, such as the cotangent of a sum: BLAS takes it ten times faster."""
    return x.copy() if x.__class__ is np.ndarray and x.ndim == 1 and not x.strides[0] else x


solid = elementwise(_solid, 1)
matmul = bilinear(np.matmul, _left_cotangent, _right_cotangent, inner=operator.matmul)


def vecdot(x: Array, y: Array, /, *, axis: int = -1) -> Array:
    """The dot products of the vectors along `axis`; complex entries of `x` are conjugated."""
    return _summed(conj(x) * y, axis)


def cross(x: Array, y: Array, /, *, axis: int = -1) -> Array:
    """The cross products of the vectors of three entries along `axis`."""
    (a, b, c), (d, e, f) = unstack(x, axis=axis), unstack(y, axis=axis)
    return stack([b * f - c * e, c * d - a * f, a * e - b * d], axis=axis)


def kron(x: Array, y: Array, /) -> Array:
    """The Kronecker product: each entry of `x` times all of `y`."""
    ndim = max(x.ndim, y.ndim)
    left, right = ((1,) * (ndim - a.ndim) + a.shape for a in (x, y))
    apart = tuple(n for m in left for n in (m, 1)), tuple(n for m in right for n in (1, m))
    product = reshape(x, apart[0]) * reshape(y, apart[1])
    return reshape(product, tuple(m * n for m, n in zip(left, right, strict=True)))


def outer(x: Array, y: Array, /) -> Array:
    """The products of each entry of `x`, shape (m,), with each of `y`, shape (n,); shape (m, n)."""
    return expand_dims(x, 1) * y


def tensordot(x: Array, y: Array, /, axes: Any = 2) -> Array:
    """The sum of products over pairs of axes; a number pairs the last of `x` with the first of `y`."""
    if isinstance(axes, int):
        axes = (range(x.ndim - axes, x.ndim), range(axes))
    of_x, of_y = ([axes[0]], [axes[1]]) if isinstance(axes[0], int) else axes
    of_x, of_y = [a % x.ndim for a in of_x], [a % y.ndim for a in of_y]
    free_x = [i for i in range(x.ndim) if i not in of_x]
    free_y = [i for i in range(y.ndim) if i not in of_y]
    rows, columns = [x.shape[i] for i in free_x], [y.shape[i] for i in free_y]
    inner = int(np.prod([x.shape[i] for i in of_x]))
    left = reshape(permute_dims(x, (*free_x, *of_x)), (int(np.prod(rows)), inner))
    right = reshape(permute_dims(y, (*of_y, *free_y)), (inner, int(np.prod(columns))))
    return reshape(left @ right, (*rows, *columns))


def einsum(subscripts: str, /, *operands: Array) -> Array:
    """Einstein's summation: indices may be repeated in an operand, summed out in one, or an ellipsis."""
    return _einsum(*operands, subscripts=spelled_out(subscripts, [np.ndim(plain(x)) for x in operands]))


def _einsum_of(*operands: Array, subscripts: str) -> Array:
    return np.einsum(subscripts, *operands, optimize=len(operands) > 2)


def _einsum_tangent(dots: dict[int, Array], y: Array, *operands: Array, subscripts: str) -> Array:
    terms = [_einsum(*operands[:i], x_dot, *operands[i + 1 :], subscripts=subscripts) for i, x_dot in dots.items()]
    return functools.reduce(operator.add, terms)


def _einsum_cotangent(i: int, y_bar: Array, y: Array, *operands: Array, subscripts: str) -> Array:
    """The einsum of the cotangent with the other operands, onto the indices of operand `i`.

    An index that operand i alone has was summed out: its cotangent is constant along it, so a vector of ones
    brings the index in. An index that operand i has twice was read on the diagonal: the second occurrence
    gets a letter of its own, tied to the first by an identity matrix.
    """
    inputs, result = subscripts.split("->")
    terms = inputs.split(",")
    shape = operands[i].shape
    factors, names = [y_bar, *operands[:i], *operands[i + 1 :]], [result, *terms[:i], *terms[i + 1 :]]
    unused = iter(sorted(set(string.ascii_letters) - set(subscripts)))
    target = ""
    for axis, index in enumerate(terms[i]):
        if index in target:
            tied = next(unused)
            factors, names = [*factors, np.eye(shape[axis], dtype=y.dtype)], [*names, index + tied]
            target += tied
        else:
            if not any(index in name for name in names):
                factors, names = [*factors, np.ones(shape[axis], dtype=y.dtype)], [*names, index]
            target += index
    return _einsum(*factors, subscripts=f"{','.join(names)}->{target}")


_einsum = primitive(_einsum_of, jvp=_einsum_tangent, vjp=_einsum_cotangent)


def spelled_out(subscripts: str, ndims: Sequence[int]) -> str:
    """`subscripts` with its result written out and letters for the ellipsis."""
    subscripts = subscripts.replace(" ", "")
    inputs, arrow, result = subscripts.partition("->")
    terms = inputs.split(",")
    spare = sorted(set(string.ascii_letters) - set(subscripts), reverse=True)
    hidden = [n - len(t.replace("...", "")) if "..." in t else 0 for t, n in zip(terms, ndims, strict=True)]
    letters = "".join(spare[: max(hidden)])
    if not arrow:
        once = sorted(c for c in set(inputs) - set(",.") if inputs.count(c) == 1)
        result = ("..." if letters else "") + "".join(once)
    terms = [t.replace("...", letters[len(letters) - n :]) for t, n in zip(terms, hidden, strict=True)]
    return f"{','.join(terms)}->{result.replace('...', letters)}"
