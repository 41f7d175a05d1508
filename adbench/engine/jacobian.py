"""Whole Jacobians and Hessians, and products with Hessians, from `jvp` and `vjp`.

Shapes, for `f` of an array of shape X to one of shape Y:

| operator | takes | gives |
|---|---|---|
| `jacfwd(f)`, `jacrev(f)` | | Y + X |
| `hessian(f)` | | Y + X + X |
| `hvp(f, (x,), (x_dot,))` | Y = (), x_dot: X | (H x_dot,): X |

Trees nest in the same order. Of `f` from a tree {"w", "b"} to a tuple (y, z), a Jacobian is
({"w": Y + W, "b": Y + B}, {"w": Z + W, "b": Z + B}): like the value, with a tree like the argument in place of each
leaf; a Hessian has another such tree in place of each leaf of that. Several arguments are a tuple of them.

A Jacobian is `jvp` or a pullback, under `vmap`, of the unit vectors: `basis` cuts these into chunks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adbench.engine import tree
from adbench.engine.ad import Argnums, Function, grad, jvp, vjp
from adbench.engine.basis import along_basis
from adbench.engine.core import Array
from adbench.engine.errors import EngineError
from adbench.engine.inputs import differentiable, name_of
from adbench.engine.rules.parts import I, is_complex
from adbench.engine.rules.shape import moveaxis, reshape
from adbench.engine.trace import function_of_arrays, missing_argument, of_leaves


def jacrev(f: Function, argnums: Argnums = 0, *, chunk: int | None = None) -> Callable[..., Any]:
    """The Jacobian of `f` by reverse mode: for more inputs than outputs.

    Args:
        f: function to an array or a tree of arrays.
        argnums: the positions of the arguments to differentiate with respect to, real arrays or trees of them.
        chunk: how many rows are computed at a time; None chooses by the memory that they take.
    Returns:
        A function of the same arguments to an array of shape `output.shape + input.shape`, or to a tuple of
        them if `argnums` is a tuple; for trees see above. An output that is complex has a complex Jacobian.
    Raises:
        NotDifferentiable: an argument is not a real floating-point array; of a complex one, differentiate with
            respect to the parts, or take products with `jvp` and `vjp`.
        EngineError: `argnums` names an argument that was not given by position, or `chunk` is less than one.
    """
    function_of_arrays(f, "jacrev")

    def jacobian(*args: Any, **options: Any) -> Any:
        g, primals, like = of_chosen("jacrev", f, argnums, args, options)
        y, pullback = vjp(g, *primals)
        outputs = tree.leaves(y)
        blocks = []
        for k, output in enumerate(outputs):
            rows = rows_of(pullback_of(pullback, y, k), output, chunk)
            blocks.append([reshape(r, output.shape + x.shape) for r, x in zip(rows, primals, strict=True)])
        return nested(y, like, blocks)

    jacobian.__wrapped__ = f  # type: ignore[attr-defined]  # as for `grad`
    return jacobian


def jacfwd(f: Function, argnums: Argnums = 0, *, chunk: int | None = None) -> Callable[..., Any]:
    """The Jacobian of `f` by forward mode, a column a unit vector: for more outputs than inputs; see `jacrev`."""
    function_of_arrays(f, "jacfwd")

    def jacobian(*args: Any, **options: Any) -> Any:
        g, primals, like = of_chosen("jacfwd", f, argnums, args, options)
        y = None if primals else g()
        blocks = []
        for k, x in enumerate(primals):
            y = along_basis(tangent_by(g, primals, k), x, chunk)
            columns = [moveaxis(c, 0, -1) for c in tree.leaves(y)]
            blocks.append([reshape(c, c.shape[:-1] + x.shape) for c in columns])
        return nested(y, like, list(zip(*blocks, strict=True)) if blocks else [[] for _ in tree.leaves(y)])

    jacobian.__wrapped__ = f  # type: ignore[attr-defined]  # as for `grad`
    return jacobian


def hessian(f: Function, argnums: Argnums = 0, *, chunk: int | None = None) -> Callable[..., Any]:
    """The second derivative of `f`, forward over reverse.

    Args:
        f: function to an array or a tree of arrays.
        argnums: the positions of the arguments to differentiate with respect to, real arrays or trees of them.
        chunk: how many columns are computed at a time; None chooses by the memory that they take.
    Returns:
        A function of the same arguments to an array of shape `output.shape + input.shape + input.shape`;
        for a tuple of positions to a tuple of tuples of them, a row for each position; for trees see above.
    Raises:
        NotDifferentiable, EngineError: as `jacrev`.
    """
    function_of_arrays(f, "hessian")
    return jacfwd(jacrev(f, argnums), argnums, chunk=chunk)


def hvp(f: Function, primals: Sequence[Array], tangents: Sequence[Array]) -> tuple[Array, ...]:
    """The product of the Hessian of a scalar `f` with `tangents`, forward over reverse.

    Returns:
        A tuple with an array like each primal.
    """
    product: tuple[Array, ...] = jvp(grad(f, tuple(range(len(primals)))), primals, tangents)[1]
    return product


def of_chosen(
    operator: str, f: Function, argnums: Argnums, args: Sequence[Any], options: dict[str, Any]
) -> tuple[Function, list[Array], Any]:
    """`f` as a function of the leaves of the arguments at `argnums` alone, these, and what they are the leaves of."""
    positions = argnums if isinstance(argnums, tuple) else (argnums,)
    try:
        chosen = [args[i] for i in positions]
    except IndexError:
        raise missing_argument(f, positions, len(args), operator) from None
    except TypeError:
        raise EngineError(f"argnums is {argnums!r}, expected an integer or a tuple of integers") from None
    like = tuple(chosen) if isinstance(argnums, tuple) else chosen[0]
    if tree.any_tree(chosen):
        g, parts = of_leaves(f, args, options, positions)
        return g, [differentiable(g, i, x) for i, x in enumerate(parts)], like

    def h(*chosen: Array) -> Any:
        filled = list(args)
        for i, x in zip(positions, chosen, strict=True):
            filled[i] = x
        return f(*filled, **options)

    h.__name__ = name_of(f)
    return h, [differentiable(f, i, x) for i, x in zip(positions, chosen, strict=True)], like


def pullback_of(pullback: Function, y: Any, k: int) -> Function:
    """The pullback of leaf `k` of the value `y`; nothing flows from the others, not even zeros."""
    if not tree.is_tree(y):
        return pullback
    count = len(tree.leaves(y))
    return lambda y_bar: pullback(tree.rebuilt(y, iter([y_bar if i == k else None for i in range(count)])))


def rows_of(pull: Function, y: Array, chunk: int | None) -> Sequence[Array]:
    """The rows of the Jacobian of `y`; what is pulled back along 1 is their real part, and along i the imaginary."""
    rows: Sequence[Array] = along_basis(pull, y, chunk)
    if not is_complex(y):
        return rows
    return [re + I * im for re, im in zip(rows, along_basis(lambda e: pull(I * e), y, chunk), strict=True)]


def tangent_by(g: Function, primals: Sequence[Array], k: int) -> Function:
    """The product of the Jacobian of `g` by argument `k` alone with a tangent."""
    return lambda e: jvp(lambda x: g(*primals[:k], x, *primals[k + 1 :]), (primals[k],), (e,))[1]


def nested(y: Any, like: Any, blocks: Sequence[Sequence[Array]]) -> Any:
    """A tree like `y` of trees like `like`, of the blocks: a row for each leaf of `y`, none sharing memory."""
    owners: set[int] = set()
    return tree.rebuilt(y, iter([tree.rebuilt(like, iter([apart(b, owners) for b in row])) for row in blocks]))


def apart(block: Array, owners: set[int]) -> Array:
    """`block`, or a copy if the memory that it lies in is among `owners`, to which it is added."""
    if not isinstance(block, np.ndarray):
        return block
    owner = block
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    if id(owner) in owners:
        return block.copy()
    owners.add(id(owner))
    return block
