"""logsumexp, softmax and log_softmax, under SciPy's names and with its keywords."""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

import numpy as np

from adbench.engine.arrays import add_reduce, maximum_reduce, none
from adbench.engine.core import Array, plain
from adbench.engine.primitive import primitive
from adbench.engine.rules.elementwise import exp, log, where
from adbench.engine.rules.reduction import Axis, _summed, spread
from adbench.engine.rules.shape import squeeze

LITTLE = 1.5  # up to here log(1 + rest) keeps digits of the rest that the sum has lost


def _logsumexp(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    top, rest = _split(x, axis)
    y = top + rest
    return y if keepdims else y.squeeze(axis)


def _softmax(x: Array, axis: Axis = None) -> Array:
    scaled = np.exp(x - _finite_max(x, axis))
    return scaled / add_reduce(scaled, axis, None, None, True)


def _log_softmax(x: Array, axis: Axis = None) -> Array:
    top, rest = _split(x, axis)
    return x - top - rest


def _split(x: Array, axis: Axis) -> tuple[Array, Array]:
    """log Σ eˣ as the largest entry and log Σ e^(x − largest), of which little more than the 1 may be left."""
    top = _finite_max(x, axis)
    scaled = np.exp(x - top)
    total = add_reduce(scaled, axis, None, None, True)
    if none(total <= LITTLE):
        return top, np.log(total)
    largest = x == top
    others = add_reduce(np.where(largest, 0, scaled), axis, None, None, True)
    return top, np.log1p(others + (add_reduce(largest, axis, x.dtype, None, True) - 1))


def _finite_max(x: Array, axis: Axis) -> Array:
    top = maximum_reduce(x, axis, None, None, True)
    return np.where(np.isfinite(top), top, x.dtype.type(0))


def _weights(y: Array, x: Array, axis: Axis) -> Array:
    """The derivative of y = logsumexp(x): its shares, equal ones where all entries are −∞."""
    nothing = plain(y) == -np.inf
    return softmax(x if none(nothing) else where(spread(nothing, x, axis), 0.0, x), axis=axis)


def _project(t: Array, y: Array, axis: Axis) -> Array:
    """(diag y − y yᵀ) t, which is symmetric: a rule of both modes."""
    return y * _centred(t, y, axis)


def _centred(t: Array, y: Array, axis: Axis) -> Array:
    """(I − 1 yᵀ) t. Where one entry of y is nearly 1, t is first counted from there: else t − 1 · t would cancel."""
    most = _dominant(y, axis)
    if most is not None:
        t = t - _summed(most * t, axis, True)
    return t - _summed(y * t, axis, True)


def _uncentred(t: Array, y: Array, axis: Axis) -> Array:
    """(I − y 1ᵀ) t, whose entries add up to 0: the one that would cancel is what the others lack."""
    x = t - y * _summed(t, axis, True)
    most = _dominant(y, axis)
    if most is None:
        return x
    others = (1 - most) * x
    return others - most * _summed(others, axis, True)


def _dominant(y: Array, axis: Axis) -> Array | None:
    """1 at the entry, if there is one, that is more than half of all; None where there is none in any row."""
    most = plain(y) > 0.5
    return None if none(most) else most.astype(plain(y).dtype)


# fmt: off
_of_sum     = primitive(_logsumexp,
                        jvp=[lambda x_dot, y, x, axis=None, keepdims=False:
                             _summed(_weights(y, x, axis) * x_dot, axis, keepdims)],
                        vjp=[lambda y_bar, y, x, axis=None, keepdims=False:
                             _weights(y, x, axis) * spread(y_bar, x, axis)])
softmax     = primitive(_softmax,
                        jvp=[lambda x_dot, y, x, axis=None: _project(x_dot, y, axis)],
                        vjp=[lambda y_bar, y, x, axis=None: _project(y_bar, y, axis)])
log_softmax = primitive(_log_softmax,
                        jvp=[lambda x_dot, y, x, axis=None:
                             _centred(x_dot, softmax(x, axis=axis), axis)],
                        vjp=[lambda y_bar, y, x, axis=None:
                             _uncentred(y_bar, softmax(x, axis=axis), axis)])
# fmt: on


def logsumexp(a: Array, axis: Axis = None, b: Array | None = None, keepdims: bool = False) -> Array:
    """log Σ b eᵃ over `axis`, where b is 1 unless given."""
    if b is None:
        return _of_sum(a, axis=axis, keepdims=keepdims)
    absent = plain(b) == 0
    top = _finite_max(np.where(absent, -np.inf, plain(a)), axis)
    shifted = a - top
    overflow = absent & (plain(shifted) > 0)  # ∞ times 0
    y = log(_summed(b * exp(where(overflow, 0.0, shifted)), axis, True)) + top
    return y if keepdims else squeeze(y, tuple(range(y.ndim)) if axis is None else axis)
