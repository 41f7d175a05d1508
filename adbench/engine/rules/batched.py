"""How the functions that are not elementwise meet a batch: each in one call of itself.

A rule of a function of one array takes the function, the array with the batch axis first, and the function's
own parameters. Parameters that count axes from the front are shifted by one; those that count from the end
stay as they are.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adbench.engine.batching import RULES, aligned, by_loop, lifted
from adbench.engine.core import Array, Axis, Batched
from adbench.engine.rules import (
    determinant,
    elementwise,
    factorisation,
    fourier,
    indexing,
    order,
    parts,
    powers,
    product,
    reduction,
    repeated,
    scans,
    shape,
    singular,
    softmax,
    solving,
    spectral,
)
from adbench.engine.rules.shape import broadcast_to, expand_dims, matrix_transpose, moveaxis, reshape, squeeze

Axes = int | Sequence[int] | None
Op = Callable[..., Any]


def of_array(*ops: Op) -> Callable[[Op], Op]:
    """Declare `rule(op, value, *parameters)` for functions of one array, which is the batch."""

    def declare(rule: Op) -> Op:
        for op in ops:
            RULES[op] = lambda op, axis, args, options: rule(op, args[0].value, *args[1:], **options)
        return rule

    return declare


def of_arrays(*ops: Op) -> Callable[[Op], Op]:
    """Declare `rule(op, axis, *arrays, **parameters)` for functions of several arrays."""

    def declare(rule: Op) -> Op:
        for op in ops:
            RULES[op] = lambda op, axis, args, options: rule(op, axis, *args, **options)
        return rule

    return declare


def shifted(axis: Axes) -> Any:
    """Axes of an example as axes of the batch."""
    if isinstance(axis, Sequence):
        return tuple(shifted(a) for a in axis)
    return axis + 1 if axis is not None and axis >= 0 else axis


def every(x: Array, axis: Axes) -> Any:
    """`axis` as axes of the batch; all axes of an example for None."""
    return tuple(range(1, x.ndim)) if axis is None else shifted(axis)


LINED_UP = (
    elementwise.where, elementwise.round, solving._solve, solving._triangular,
    repeated.adapted, spectral._decomposed, spectral._eigvalsh, spectral._eigenvectors,
    repeated.adapted_pairs, singular._decomposed, singular._svd, singular._svdvals,
)  # fmt: skip
RULES |= dict.fromkeys(LINED_UP, aligned)


@of_array(
    shape._cast, shape.matrix_transpose, parts._real, parts._imag, parts._conj, parts.modulus, parts.phase,
    solving.inv, solving._pinv, determinant.det, determinant._logabsdet, determinant._phase,
    factorisation._cholesky, factorisation._qr, powers.expm,
)  # fmt: skip
def unchanged(op: Op, x: Array, *args: Any, **options: Any) -> Array:
    return op(x, *args, **options)


@of_array(reduction.total)
def totalled(op: Op, x: Array) -> Array:
    return reduction._summed(x, every(x, None))


@of_array(
    reduction._summed, reduction._averaged, reduction._multiplied, reduction._largest, reduction._smallest,
    softmax._of_sum,
)  # fmt: skip
def reduced(op: Op, x: Array, axis: Axes = None, keepdims: bool = False) -> Array:
    return op(x, axis=every(x, axis), keepdims=keepdims)


@of_array(softmax.softmax, softmax.log_softmax, shape.flip)
def along(op: Op, x: Array, axis: Axes = None) -> Array:
    return op(x, axis=every(x, axis))


@of_array(scans._cumulated)
def cumulated(op: Op, x: Array, axis: int, include_initial: bool) -> Array:
    return op(x, shifted(axis), include_initial)


@of_arrays(scans._multiplied, scans.recurrence)
def accumulated(op: Op, batch: Axis, *arrays: Array) -> Array:
    """Along the first axis, which comes before that of the batch."""
    return moveaxis(op(*[moveaxis(everywhere(a, batch), 0, 1) for a in arrays]), 0, 1)


@of_array(fourier._fft, fourier._ifft, fourier._rfft, fourier._irfft)
def transformed(op: Op, x: Array, n: int, axis: int, norm: Any) -> Array:
    return op(x, n, shifted(axis), norm)


@of_array(shape.reshape)
def reshaped(op: Op, x: Array, shape: Any, copy: bool | None = None) -> Array:
    wanted = tuple(shape) if isinstance(shape, Sequence) else (shape,)
    if -1 in wanted:
        wanted = np.empty(x.shape[1:], np.bool_).reshape(wanted).shape
    return op(x, (x.shape[0], *wanted))


@of_array(shape.expand_dims)
def expanded(op: Op, x: Array, axis: Axes = 0) -> Array:
    return op(x, axis=shifted(axis))


@of_array(shape.squeeze)
def squeezed(op: Op, x: Array, axis: Axes = None) -> Array:
    ones = tuple(i for i, n in enumerate(x.shape) if i and n == 1)
    return op(x, axis=ones if axis is None else shifted(axis))


@of_array(shape.broadcast_to)
def broadcast(op: Op, x: Array, shape: Any) -> Array:
    wanted = tuple(shape) if isinstance(shape, Sequence) else (shape,)
    ones = (1,) * (len(wanted) + 1 - x.ndim)
    return op(reshape(x, (x.shape[0], *ones, *x.shape[1:])) if ones else x, (x.shape[0], *wanted))


@of_array(shape.swapaxes, shape.moveaxis)
def moved(op: Op, x: Array, source: Axes, destination: Axes) -> Array:
    return op(x, shifted(source), shifted(destination))


@of_array(shape.permute_dims)
def permuted(op: Op, x: Array, axes: Sequence[int] | None = None) -> Array:
    order = reversed(range(x.ndim - 1)) if axes is None else [a % (x.ndim - 1) for a in axes]
    return op(x, (0, *[a + 1 for a in order]))


@of_array(shape.roll)
def rolled(op: Op, x: Array, shift: Any, axis: Axes = None) -> Array:
    if axis is not None:
        return op(x, shift, shifted(axis))
    return reshape(op(reshape(x, (x.shape[0], -1)), shift, 1), x.shape)


@of_array(shape.tril, shape.triu)
def triangle(op: Op, x: Array, *, k: int = 0) -> Array:
    if x.ndim == 2:  # of a vector NumPy makes a matrix with equal rows
        x = broadcast_to(expand_dims(x, 1), (x.shape[0], x.shape[1], x.shape[1]))
    return op(x, k=k)


@of_array(indexing._select)
def selected(op: Op, x: Array, index: Any) -> Array:
    behind = behind_arrays(index)
    y = op(x, (slice(None), *(index if isinstance(index, tuple) else (index,))))
    return moveaxis(y, behind, 0) if behind else y


@of_array(indexing.scatter)
def scattered(op: Op, y: Array, index: Any, shape: tuple[int, ...]) -> Array:
    behind = behind_arrays(index)
    y_behind = moveaxis(y, 0, behind) if behind else y
    return op(y_behind, (slice(None), *(index if isinstance(index, tuple) else (index,))), (y.shape[0], *shape))


def behind_arrays(index: Any) -> int:
    """How many axes NumPy puts before the batch axis: those of index arrays that a slice stands between."""
    parts = index if isinstance(index, tuple) else (index,)
    advanced = [i for i, part in enumerate(parts) if not (part is None or part is Ellipsis or isinstance(part, slice))]
    arrays = [a if hasattr(a, "dtype") else np.asarray(a) for a in (parts[i] for i in advanced)]
    if all(a.ndim == 0 for a in arrays) or advanced[-1] - advanced[0] == len(advanced) - 1:
        return 0
    return max(1 if a.dtype.kind == "b" else a.ndim for a in arrays)


@of_arrays(shape._stacked, shape._joined)
def connected(op: Op, batch: Axis, *arrays: Array, axis: int) -> Array:
    return op(*[everywhere(a, batch) for a in arrays], axis=shifted(axis))


def everywhere(x: Array, axis: Axis) -> Array:
    """`x` one level down with the batch axis, repeated along it if it is the same for all examples."""
    if x.__class__ is Batched and x.axis is axis:
        return x.value
    return broadcast_to(x, (axis.size, *np.shape(x)))


@of_arrays(order.shared)
def shared(op: Op, batch: Axis, y: Array, shares: Array) -> Array:
    return op(everywhere(y, batch), everywhere(shares, batch))


@of_arrays(product.matmul)
def multiplied(op: Op, axis: Axis, x: Array, y: Array) -> Array:
    """Each case as the fewest and largest calls of BLAS that it allows."""
    both = is_batch(x, axis) and is_batch(y, axis)
    v, w = lifted(x, axis), lifted(y, axis)
    if not both and y.ndim <= 2 and is_batch(x, axis):
        if x.ndim == 1 or y.ndim == 1 or not v.size:
            return op(v, w)
        return reshape(op(reshape(v, (-1, v.shape[-1])), w), (*v.shape[:-1], w.shape[-1]))
    if not both and y.ndim == 1 and x.ndim <= 2:  # (x yᵀ)ᵀ
        return op(w, v if x.ndim == 1 else matrix_transpose(v))
    rank = max(x.ndim, y.ndim, 2)
    left = lifted_matrix(x, axis, rank, -2)
    right = lifted_matrix(y, axis, rank, -1)
    dropped = (*((-2,) if x.ndim == 1 else ()), *((-1,) if y.ndim == 1 else ()))
    z = op(left, right)
    return squeeze(z, axis=dropped) if dropped else z


def is_batch(x: Array, axis: Axis) -> bool:
    """Whether `x` differs between the examples of `axis`."""
    return x.__class__ is Batched and x.axis is axis


def lifted_matrix(x: Array, axis: Axis, rank: int, new: int) -> Array:
    """`x` one level down, of which a vector is a matrix with its one row or column along axis `new`."""
    if x.ndim == 1:
        x = expand_dims(x, new)
    return lifted(x, axis, rank)


@of_arrays(product._einsum)
def summed_over_indices(op: Op, axis: Axis, *operands: Array, subscripts: str) -> Array:
    unused = sorted(set(string.ascii_letters) - set(subscripts))
    if not unused:
        return by_loop(op, axis, operands, {"subscripts": subscripts})
    inputs, result = subscripts.split("->")
    terms = [
        unused[0] + term if is_batch(x, axis) else term for term, x in zip(inputs.split(","), operands, strict=True)
    ]
    return op(*[lifted(x, axis) for x in operands], subscripts=f"{','.join(terms)}->{unused[0]}{result}")
