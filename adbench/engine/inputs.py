"""What may go into a derivative: real floating-point arrays, and tangents and cotangents that fit them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from adbench.engine.arrays import as_array
from adbench.engine.core import Array, Tracer
from adbench.engine.errors import NotDifferentiable, ShapeMismatch


def differentiable(f: Callable[..., Any], position: int, x: Any) -> Array:
    """Argument `position` of `f` as an array with a real floating-point dtype."""
    if isinstance(x, Tracer):
        return x
    if x.__class__ is not np.ndarray and not isinstance(x, np.generic):
        x = as_array(x)
    if x.dtype.kind == "f":
        return x
    advice = {
        "i": "; convert it to float64 first",
        "u": "; convert it to float64 first",
        "b": "; convert it to float64 first",
        "c": "; differentiate with respect to its real and imaginary parts",
    }.get(x.dtype.kind, "")
    raise NotDifferentiable(
        f"argument {parameter(f, position)!r} of {name_of(f)} has dtype {x.dtype}, "
        f"expected a real floating-point one{advice}"
    )


def fitting(kind: str, position: int, t: Any, primal: Array) -> Array:
    """A tangent or cotangent, once its shape is its primal's; cast to its dtype."""
    if not isinstance(t, Tracer):
        t = as_array(t)
    if t.shape != primal.shape:
        raise ShapeMismatch(f"{kind} {position} has shape {t.shape}, expected {primal.shape} like its primal")
    return t if t.dtype == primal.dtype else t.astype(primal.dtype)


def parameter(f: Callable[..., Any], position: int) -> str:
    """The name of the parameter of `f` at `position`, or the position where it has none."""
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):
        return str(position)
    named = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return named[position] if position < len(named) else str(position)


def name_of(f: Callable[..., Any]) -> str:
    """What to call `f` in a message."""
    return getattr(f, "__name__", repr(f))
