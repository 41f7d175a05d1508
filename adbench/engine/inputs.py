"""What may go into a derivative: floating-point arrays, and tangents and cotangents that fit them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from adbench.engine.arrays import as_array
from adbench.engine.core import Array, Tracer
from adbench.engine.errors import NotDifferentiable, ShapeMismatch

CONVERT = "; convert it to float64 first, as x.astype(float)"
ADVICE = {
    **dict.fromkeys("iubO", CONVERT),
    "c": "; differentiate with respect to its real and imaginary parts",
}
"""What to do about an input, by the kind of its dtype."""


def differentiable(f: Callable[..., Any], position: int, x: Any, kinds: str = "f") -> Array:
    """Argument `position` of `f` as an array with a real floating-point dtype, or with `kinds` "fc" a complex one."""
    if isinstance(x, Tracer):
        return x
    if x.__class__ is not np.ndarray and not isinstance(x, np.generic):
        x = as_array(x)
    if x.dtype.kind in kinds:
        return x
    raise NotDifferentiable(
        f"argument {quoted(parameter(f, position))} of {name_of(f)} has dtype {x.dtype}, "
        f"expected a real floating-point one{ADVICE.get(x.dtype.kind, '')}"
    )


def fitting(kind: str, position: int, t: Any, primal: Array) -> Array:
    """A tangent or cotangent, once its shape is its primal's; cast to its dtype."""
    if not isinstance(t, Tracer):
        t = as_array(t)
    if t.shape != primal.shape:
        raise ShapeMismatch(f"{kind} {position} has shape {t.shape}, expected {primal.shape} like its primal")
    if t.dtype == primal.dtype:
        return t
    if t.dtype.kind not in "fiub" + primal.dtype.kind:
        raise NotDifferentiable(f"{kind} {position} has dtype {t.dtype}, expected {primal.dtype} like its primal")
    return t.astype(primal.dtype)


def parameter(f: Callable[..., Any], position: int) -> str:
    """The name of the parameter of `f` at `position`, or the position where it has none."""
    if hasattr(f, "parameter_names"):  # see tree.flattened
        return str(f.parameter_names[position])
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):
        return str(position)
    named = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return named[position] if position < len(named) else str(position)


def quoted(name: str) -> str:
    """A name between quotation marks, unless it holds some."""
    return name if "'" in name else f"'{name}'"


def name_of(f: Callable[..., Any]) -> str:
    """What to call `f` in a message."""
    return getattr(f, "__name__", repr(f))
