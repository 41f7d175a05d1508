"""What the files of `scipy.linalg` share: how a row makes a case, matrices, and how they are drawn."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from adbench.case import case

Inputs = dict[str, Any]
Function = Callable[..., Any]
Draw = Callable[[np.random.Generator], Inputs]

SOURCE = "SciPy, scipy.linalg"


def row(name: str, definition: Function, draw: Draw, **natives: Function) -> None:
    """A case by all inputs; the libraries' own by API. A name that ends in `_ill` is of a badly conditioned point."""
    ill: dict[str, Any] = {"dtypes": ("float64",), "tags": ("hazard",)} if name.endswith("_ill") else {}
    wrt = tuple(inspect.signature(definition).parameters)[1:]
    if "scipy" in natives:  # or else libraries with NumPy's names would take the definition for their own
        natives["numpy"] = definition
    # JAX takes minutes to compile them all
    case(name=name, wrt=wrt, native=natives, source=SOURCE, tier="full", **ill)(definition).inputs(draw)


# Inputs


def with_values(rng: Any, m: int, n: int, values: Any) -> Any:
    """A matrix with these singular values."""
    u, _, vt = np.linalg.svd(rng.standard_normal((m, n)), full_matrices=False)
    return (u * values) @ vt


def definite(rng: Any, values: Any) -> Any:
    """A symmetric matrix with these eigenvalues."""
    u = np.linalg.qr(rng.standard_normal((len(values), len(values))))[0]
    made = u * values @ u.T
    return (made + made.T) / 2


def triangle(rng: Any, n: int = 3) -> Any:
    """A matrix of which both triangles are well conditioned."""
    return rng.uniform(-0.5, 0.5, (n, n)) + np.diag(rng.uniform(1.0, 2.0, n))


REGULAR, SPREAD, INDEFINITE = (1.0, 1.5, 2.0), (0.5, 1.0, 3.0), (-1.0, 0.5, 2.0)
ILL = (1.0, 1e-4, 1e-8)


def drawn(matrix: Function, *b: int) -> Draw:
    """A as `matrix(rng)` draws it, and b if it has a shape."""
    return lambda rng: {"A": matrix(rng)} | ({"b": rng.standard_normal(b)} if b else {})


def general(values: Any = REGULAR, *b: int) -> Draw:
    return drawn(lambda rng: with_values(rng, 3, 3, values), *b)


def symmetric(values: Any = SPREAD, *b: int) -> Draw:
    return drawn(lambda rng: definite(rng, values), *b)


def triangles(*b: int) -> Draw:
    return drawn(triangle, *b)


# Symmetric matrices


def sym(A: Any) -> Any:
    return (A + A.T) / 2


def mirrored(xp: Any, A: Any, lower: bool) -> Any:
    """The symmetric matrix of which A has one triangle."""
    return xp.tril(A) + xp.tril(A, k=-1).T if lower else xp.triu(A) + xp.triu(A, k=1).T


def gram(A: Any) -> Any:
    return A @ A.T
