"""Ranges by their ends, at even distances and at even ratios."""

from __future__ import annotations

from typing import Any

from adbench.cases.numpy_api.common import F64, FEW, between, row


def steps(xp: Any, n: int, like: Any, gaps: int) -> Any:
    return xp.arange(n, dtype=like.dtype) / gaps


def way(a: Any, b: Any, t: Any) -> Any:
    """The mean of two ways to write (1 − t) a + t b: each rounds where the other does not, and both are right."""
    return ((1 - t) * a + t * b + (a + t * (b - a))) / 2


# fmt: off
row("linspace", {"a": (), "b": ()}, lambda np, a, b: np.linspace(a, b, 5), lambda xp, a, b: way(a, b, steps(xp, 5, a, 4)))
row("linspace_open", {"a": (), "b": ()}, lambda np, a, b: np.linspace(a, b, 5, endpoint=False), lambda xp, a, b: way(a, b, steps(xp, 5, a, 5)))
row("linspace_arrays", {"a": FEW, "b": FEW}, lambda np, a, b: np.linspace(a, b, 5), lambda xp, a, b: way(a, b, steps(xp, 5, a, 4)[:, None]))
row("linspace_axis", {"a": FEW, "b": ()}, lambda np, a, b: np.linspace(a, b, num=4, axis=-1), lambda xp, a, b: way(a[:, None], b, steps(xp, 4, a, 3)))
row("logspace", {"a": (), "b": ()}, lambda np, a, b: np.logspace(a, b, 4), lambda xp, a, b: xp.exp(xp.log(xp.full((), 10.0, dtype=a.dtype)) * way(a, b, steps(xp, 4, a, 3))))
row("logspace_base", {"a": (), "b": ()}, lambda np, a, b: np.logspace(a, b, 4, endpoint=False, base=2.0), lambda xp, a, b: xp.exp2(way(a, b, steps(xp, 4, a, 4))))
row("geomspace", {"a": between(0.5, 1.0), "b": between(2.0, 3.0)}, lambda np, a, b: np.geomspace(a, b, 4), lambda xp, a, b: xp.exp(xp.log(a) + xp.log(b / a) * steps(xp, 4, a, 3)), dtypes=F64)
