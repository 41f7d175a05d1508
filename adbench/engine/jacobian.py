"""Whole Jacobians and Hessians, and products with Hessians, from `jvp` and `vjp`.

Shapes, for `f` of an array of shape X to one of shape Y:

| operator | takes | gives |
|---|---|---|
| `jacfwd(f)`, `jacrev(f)` | | Y + X |
| `hessian(f)` | | Y + X + X |
| `hvp(f, (x,), (x_dot,))` | Y = (), x_dot: X | (H x_dot,): X |

A Jacobian is `jvp` or a pullback, under `vmap`, of the unit vectors: `basis` cuts these into chunks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adbench.engine.ad import Argnums, Function, grad, jvp, vjp
from adbench.engine.basis import along_basis
from adbench.engine.core import Array
from adbench.engine.inputs import differentiable, name_of
from adbench.engine.rules.shape import moveaxis, reshape


def jacrev(f: Function, argnums: Argnums = 0, *, chunk: int | None = None) -> Callable[..., Any]:
    """The Jacobian of `f` by reverse mode: for more inputs than outputs.

    Args:
        f: function to an array.
        argnums: the positions of the arguments to differentiate with respect to.
        chunk: how many rows are computed at a time; None chooses by the memory that they take.
    Returns:
        A function of the same arguments to an array of shape `output.shape + input.shape`, or to a tuple of
        them if `argnums` is a tuple.
    """

    def jacobian(*args: Any, **options: Any) -> Any:
        g, primals = restricted(f, args, options, argnums)
        y, pullback = vjp(g, *primals)
        rows = along_basis(pullback, y, chunk)
        blocks = [reshape(r, y.shape + x.shape) for r, x in zip(rows, primals, strict=True)]
        return apart(blocks) if isinstance(argnums, tuple) else blocks[0]

    jacobian.__wrapped__ = f  # type: ignore[attr-defined]  # as for `grad`
    return jacobian


def jacfwd(f: Function, argnums: Argnums = 0, *, chunk: int | None = None) -> Callable[..., Any]:
    """The Jacobian of `f` by forward mode, a column a unit vector: for more outputs than inputs; see `jacrev`."""

    def jacobian(*args: Any, **options: Any) -> Any:
        g, primals = restricted(f, args, options, argnums)
        blocks = []
        for k, x in enumerate(primals):
            alone = only(g, primals, k)
            columns = along_basis(lambda e: jvp(alone, (x,), (e,))[1], x, chunk)
            blocks.append(reshape(moveaxis(columns, 0, -1), columns.shape[1:] + x.shape))
        return tuple(blocks) if isinstance(argnums, tuple) else blocks[0]

    jacobian.__wrapped__ = f  # type: ignore[attr-defined]  # as for `grad`
    return jacobian


def hessian(f: Function, argnums: Argnums = 0, *, chunk: int | None = None) -> Callable[..., Any]:
    """The second derivative of `f`, forward over reverse.

    Args:
        f: function to an array.
        argnums: the positions of the arguments to differentiate with respect to.
        chunk: how many columns are computed at a time; None chooses by the memory that they take.
    Returns:
        A function of the same arguments to an array of shape `output.shape + input.shape + input.shape`;
        for a tuple of positions to a tuple of tuples of them, a row for each position.
    """
    if not isinstance(argnums, tuple):
        return jacfwd(jacrev(f, argnums), argnums, chunk=chunk)
    rows = [[jacfwd(jacrev(f, i), j, chunk=chunk) for j in argnums] for i in argnums]
    return lambda *args, **options: tuple(tuple(block(*args, **options) for block in row) for row in rows)


def hvp(f: Function, primals: Sequence[Array], tangents: Sequence[Array]) -> tuple[Array, ...]:
    """The product of the Hessian of a scalar `f` with `tangents`, forward over reverse.

    Returns:
        A tuple with an array like each primal.
    """
    product: tuple[Array, ...] = jvp(grad(f, tuple(range(len(primals)))), primals, tangents)[1]
    return product


def restricted(
    f: Function, args: Sequence[Any], options: dict[str, Any], argnums: Argnums
) -> tuple[Function, list[Array]]:
    """`f` as a function of the arguments at `argnums` alone, and these."""
    positions = argnums if isinstance(argnums, tuple) else (argnums,)

    def g(*chosen: Array) -> Any:
        filled = list(args)
        for i, x in zip(positions, chosen, strict=True):
            filled[i] = x
        return f(*filled, **options)

    g.__name__ = name_of(f)
    return g, [differentiable(f, i, args[i]) for i in positions]


def only(g: Function, primals: Sequence[Array], k: int) -> Function:
    """`g` as a function of its argument `k` alone."""
    return lambda x: g(*primals[:k], x, *primals[k + 1 :])


def apart(blocks: Sequence[Array]) -> tuple[Array, ...]:
    """The blocks, none of which shares memory with another."""
    taken: list[Array] = []
    for block in blocks:
        shared = isinstance(block, np.ndarray) and any(np.may_share_memory(block, other) for other in taken)
        taken.append(block.copy() if shared else block)
    return tuple(taken)
