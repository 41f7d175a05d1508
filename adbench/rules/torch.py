"""The rules of PyTorch: the formulas of `derivatives.yaml`, as its own code generator reads them.

A rule is called after the operation that it is of, overload and all: `vjp:add.Tensor`, and behind that the dispatch
key where it is of one alone. Copies of views have the rules of the views, and what only raises is no rule.

A reverse rule counts as used when its node is in a graph that reverse mode has walked. In forward mode there is no
graph to look at: there the function is traced once more as for reverse mode, and the forward rules of all operations
between its inputs and outputs count as used, because all of these had tangents.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, wraps
from typing import Any

import torch
import torchgen


def names() -> frozenset[str]:
    """Every rule that a graph can show."""
    return frozenset(rule for rules in _by_node().values() for rule in rules)


@cache
def used() -> set[str]:
    """The rules evaluated so far; the first call begins to record."""
    seen: set[str] = set()
    torch.autograd.grad = _reverse(torch.autograd.grad, seen)  # which every reverse mode of `torch.func` calls
    torch.func.jvp = _forward(torch.func.jvp, seen)
    torch.func.jacfwd = _forward_of(torch.func.jacfwd, seen)
    torch.func.hessian = lambda f, argnums=0: torch.func.jacfwd(torch.func.jacrev(f, argnums), argnums)
    return seen


@cache
def _by_node() -> dict[str, tuple[str, ...]]:
    """The names of the rules of each node of a graph, reverse first, then the forward one if there is one."""
    from torchgen.packaged.autograd.load_derivatives import load_derivatives  # takes seconds, and needs PyYAML

    folder = os.path.join(os.path.dirname(torchgen.__file__), "packaged")
    files = ("autograd/derivatives.yaml", "ATen/native/native_functions.yaml", "ATen/native/tags.yaml")
    infos, _ = load_derivatives(*(os.path.join(folder, file) for file in files))
    found: dict[str, tuple[str, ...]] = {}
    for by_key in infos.values():
        for key, info in by_key.items():
            if info.op is not None and not info.op.endswith("_copy") and _is_implemented(info):
                name = str(info.func.func.name) + f"[{key}]" * (key != "Default")
                found[info.op] = (f"vjp:{name}", f"jvp:{name}")[: 1 + bool(info.forward_derivatives)]
    return found


def _is_implemented(info: Any) -> bool:
    """Whether a formula does more than to raise."""
    return not all(formula.original_formula.startswith("not_implemented(") for formula in info.derivatives)


def _reverse(grad: Callable[..., Any], seen: set[str]) -> Callable[..., Any]:
    @wraps(grad)
    def recorded(outputs: Any, *args: Any, **options: Any) -> Any:
        walked = {rule for name in _nodes(outputs) for rule in _by_node().get(name, ())[:1]}
        result = grad(outputs, *args, **options)
        seen.update(walked)
        return result

    return recorded


def _forward(jvp: Callable[..., Any], seen: set[str]) -> Callable[..., Any]:
    @wraps(jvp)
    def recorded(f: Callable[..., Any], primals: Any, tangents: Any, **options: Any) -> Any:
        result = jvp(f, primals, tangents, **options)
        seen.update(_pushed(f, primals))
        return result

    return recorded


def _forward_of(jacfwd: Callable[..., Any], seen: set[str]) -> Callable[..., Any]:
    @wraps(jacfwd)
    def recorded_for(f: Callable[..., Any], *options: Any, **more: Any) -> Callable[..., Any]:
        def recorded(*primals: Any) -> Any:
            result = jacfwd(f, *options, **more)(*primals)
            seen.update(_pushed(f, primals))
            return result

        return recorded

    return recorded_for


def _pushed(f: Callable[..., Any], primals: Any) -> set[str]:
    """The forward rules of the operations between the primals and what `f` makes of them."""
    found: set[str] = set()

    def watched(*xs: Any) -> Any:
        ys = f(*xs)
        found.update(rule for name in _nodes(ys) for rule in _by_node().get(name, ())[1:])
        return ys

    with suppress(Exception):  # without a reverse mode there is no graph to see; the answer is there all the same
        torch.func.vjp(watched, *primals)
    return found


def _nodes(outputs: Any) -> Iterator[str]:
    """The names of the nodes of the graph that leads to tensors."""
    leaves = torch.utils._pytree.tree_leaves(outputs)
    left = [y.grad_fn for y in leaves if isinstance(y, torch.Tensor)]
    seen = set()
    while left:
        node = left.pop()
        if node is not None and node not in seen:
            seen.add(node)
            left += [other for other, _ in node.next_functions]
            yield node.name()
