"""Whole Jacobians and Hessians, and products with Hessians, from `jvp` and `vjp`.

Shapes, for `f` of an array of shape X to one of shape Y:

| operator | takes | gives |
|---|---|---|
| `jacfwd(f)`, `jacrev(f)` | | Y + X |
| `hessian(f)` | | Y + X + X |
| `hvp(f, (x,), (x_dot,))` | Y = (), x_dot: X | (H x_dot,): X |
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adbench.engine.ad import Argnums, Function, grad, jvp, outputs_of, vjp
from adbench.engine.core import Array
from adbench.engine.inputs import differentiable, name_of
from adbench.engine.rules.shape import reshape, stack


def jacrev(f: Function, argnums: Argnums = 0) -> Callable[..., Any]:
    """The Jacobian of `f` a row at a time, by reverse mode: for more inputs than outputs.

    Args:
        f: function to an array.
        argnums: the positions of the arguments to differentiate with respect to.
    Returns:
        A function of the same arguments to an array of shape `output.shape + input.shape`, or to a tuple of
        them if `argnums` is a tuple.
    """

    def jacobian(*args: Any, **options: Any) -> Any:
        g, primals = restricted(f, args, options, argnums)
        y, pullback = vjp(g, *primals)
        rows = [pullback(e) for e in basis(y)]
        blocks = [assembled([row[k] for row in rows], y.shape + x.shape, x) for k, x in enumerate(primals)]
        return tuple(blocks) if isinstance(argnums, tuple) else blocks[0]

    jacobian.__wrapped__ = f  # type: ignore[attr-defined]  # as for `grad`
    return jacobian


def jacfwd(f: Function, argnums: Argnums = 0) -> Callable[..., Any]:
    """The Jacobian of `f` a column at a time, by forward mode: for more outputs than inputs; see `jacrev`."""

    def jacobian(*args: Any, **options: Any) -> Any:
        g, primals = restricted(f, args, options, argnums)
        blocks = []
        for k, x in enumerate(primals):
            alone = only(g, primals, k)
            columns = [jvp(alone, (x,), (e,))[1] for e in basis(x)]
            shape = columns[0].shape if columns else outputs_of(f, g(*primals))[0].shape
            columns = [reshape(c, (-1,)) for c in columns]
            blocks.append(assembled(columns, shape + x.shape, x, axis=1))
        return tuple(blocks) if isinstance(argnums, tuple) else blocks[0]

    jacobian.__wrapped__ = f  # type: ignore[attr-defined]  # as for `grad`
    return jacobian


def hessian(f: Function, argnums: Argnums = 0) -> Callable[..., Any]:
    """The second derivative of `f`, forward over reverse.

    Args:
        f: function to an array.
        argnums: the positions of the arguments to differentiate with respect to.
    Returns:
        A function of the same arguments to an array of shape `output.shape + input.shape + input.shape`;
        for a tuple of positions to a tuple of tuples of them, a row for each position.
    """
    if not isinstance(argnums, tuple):
        return jacfwd(jacrev(f, argnums), argnums)
    rows = [[jacfwd(jacrev(f, i), j) for j in argnums] for i in argnums]
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


def basis(x: Array) -> list[Array]:
    """The unit vectors of the shape and dtype of `x`."""
    return list(np.eye(x.size, dtype=x.dtype).reshape(x.size, *x.shape))


def assembled(parts: Sequence[Array], shape: tuple[int, ...], x: Array, axis: int = 0) -> Array:
    """Rows (`axis` 0) or flattened columns (`axis` 1) of a Jacobian as one array of `shape`."""
    return reshape(stack(parts, axis=axis), shape) if parts else np.zeros(shape, x.dtype)
