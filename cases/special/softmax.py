"""Softmax, its logarithm, and logsumexp with weights, over axes; `reductions` has logsumexp's other keywords."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from adbench.cases.elementwise import POSITIVE, REAL, strata
from adbench.cases.reductions import over
from adbench.cases.special.common import SCIPY, Form

from adbench.case import case


def together(xp: Any, x: Any, axis: Any) -> Any:
    """1 where o and i are normalised together, with axes o + i."""
    members = np.broadcast_to(over(x.shape, axis, keepdims=True), x.shape + x.shape)
    return xp.asarray(members.astype(np.float64), dtype=x.dtype)


def log_softmax_slope(xp: Any, x: Any, axis: Any) -> Any:
    """[o = i] − p[i] inside a group."""
    ones = xp.reshape(xp.eye(math.prod(x.shape), dtype=x.dtype), x.shape + x.shape)
    return ones - together(xp, x, axis) * xp.special.softmax(x, axis=axis)


def softmax_slope(xp: Any, x: Any, axis: Any) -> Any:
    """p[o] ([o = i] − p[i]) inside a group."""
    shares = xp.special.softmax(x, axis=axis)
    return xp.reshape(shares, x.shape + (1,) * x.ndim) * log_softmax_slope(xp, x, axis)


AXES: dict[str, Any] = {"last": -1, "first": 0, "all": None, "axes": (0, -1)}
LOGITS: dict[str, Any] = {"far": [1000.0, -1000.0, 999.0], "apart": [0.0, -40.0, -80.0], "equal": [[-1e4, -1e4]]}


def _define_softmax(name: str, of: str, slope: Form, axis: Any, logits: Any = None) -> None:
    @case(name=name, wrt=("x",), source=SCIPY, tier="full", tags=() if logits is None else ("hazard",))
    def made(xp, x):
        return getattr(xp.special, of)(x, axis=axis)

    made.function.__doc__ = f"y = {of}(x, axis={axis}){'' if logits is None else f'; x = {logits}'}."
    made.inputs(lambda rng: {"x": strata(rng, (2, 3, 2), *REAL) if logits is None else np.asarray(logits)})
    made.jacobian("x")(lambda xp, x: slope(xp, x, axis))


for of, slope in (("softmax", softmax_slope), ("log_softmax", log_softmax_slope)):
    for where, axis in AXES.items():
        _define_softmax(f"{of}_{where}", of, slope, axis)
    for where, logits in LOGITS.items():
        _define_softmax(f"{of}_{where}", of, slope, -1, logits)


# log Σ b eᵃ: name, shapes of a and b or their entries, keywords, what it is differentiated by, whether it is a trap
WEIGHTED: dict[str, tuple[Any, Any, dict[str, Any], tuple[str, ...], bool]] = {
    "weights": ((2, 3), (2, 3), {"axis": -1}, ("a",), False),
    "weights_all": ((2, 3), (2, 3), {}, ("a",), False),
    "weights_kept": ((2, 3), (2, 3), {"axis": 0, "keepdims": True}, ("a",), False),
    "weights_broadcast": ((2, 3), (3,), {"axis": 1}, ("a",), False),
    "weights_zero": ([1.0, 1000.0, 2.0], [1.0, 0.0, 2.0], {}, ("a",), True),
    "weights_negative": ([1.0, 0.5, 2.0], [1.0, -0.5, 2.0], {}, ("a",), False),
    "by_weights": ((2, 3), (2, 3), {"axis": -1}, ("a", "b"), False),
    "by_weights_kept": ((2, 3), (2, 3), {"axis": (0, 1), "keepdims": True}, ("a", "b"), False),
    "by_weights_broadcast": ((2, 3), (3,), {"axis": 1}, ("a", "b"), False),
}


def _define_weighted(name: str, a: Any, b: Any, options: dict[str, Any], wrt: tuple[str, ...], hazard: bool) -> None:
    @case(name=f"logsumexp_{name}", wrt=wrt, source=SCIPY, tier="full", tags=("hazard",) if hazard else ())
    def weighted(xp, a, b):
        return xp.special.logsumexp(a, b=b, **options)

    given = ", ".join(["a", "b=b", *(f"{key}={value}" for key, value in options.items())])
    weighted.function.__doc__ = f"y = logsumexp({given}), log Σ b eᵃ; a {a}, b {b}."

    @weighted.inputs
    def _(rng):
        drawn = {"a": (a, REAL), "b": (b, POSITIVE)}
        return {n: strata(rng, s, *span) if isinstance(s, tuple) else np.asarray(s) for n, (s, span) in drawn.items()}

    def slope(xp, a, b):
        """b[i] e^(a[i] − y[o]) and e^(a[i] − y[o]) inside a group, with axes o + i."""
        members = over(a.shape, **options)
        y = xp.reshape(weighted.function(xp, a, b), members.shape[: members.ndim - a.ndim] + (1,) * a.ndim)
        return xp.asarray(members.astype(np.float64), dtype=a.dtype) * xp.exp(a - y)

    def by_weights(xp, a, b):
        slopes, added = slope(xp, a, b), tuple(range(-a.ndim, -b.ndim))
        return xp.sum(slopes, axis=added) if added else slopes

    weighted.jacobian("a")(lambda xp, a, b: b * slope(xp, a, b))
    if "b" in wrt:
        weighted.jacobian("b")(by_weights)


for name, row in WEIGHTED.items():
    _define_weighted(name, *row)
