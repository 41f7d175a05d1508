"""logsumexp, softmax and log_softmax, under SciPy's names and with its keywords."""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

import numpy as np

from adbench.engine.arrays import add_reduce, maximum_reduce
from adbench.engine.core import Array
from adbench.engine.primitive import primitive
from adbench.engine.rules.reduction import Axis, _summed, spread


def _logsumexp(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    top, total = _shifted(x, axis)
    y = np.log(total) + top
    return y if keepdims else y.squeeze(axis)


def _softmax(x: Array, axis: Axis = None) -> Array:
    scaled = np.exp(x - _finite_max(x, axis))
    return scaled / add_reduce(scaled, axis, None, None, True)


def _log_softmax(x: Array, axis: Axis = None) -> Array:
    top, total = _shifted(x, axis)
    return x - top - np.log(total)


def _shifted(x: Array, axis: Axis) -> tuple[Array, Array]:
    top = _finite_max(x, axis)
    return top, add_reduce(np.exp(x - top), axis, None, None, True)


def _finite_max(x: Array, axis: Axis) -> Array:
    top = maximum_reduce(x, axis, None, None, True)
    return np.where(np.isfinite(top), top, 0.0)


def _project(t: Array, y: Array, axis: Axis) -> Array:
    """(diag y − y yᵀ) t, which is symmetric: a rule of both modes."""
    return y * (t - _summed(y * t, axis, True))


# fmt: off
logsumexp   = primitive(_logsumexp,
                        jvp=[lambda x_dot, y, x, axis=None, keepdims=False:
                             _summed(softmax(x, axis=axis) * x_dot, axis, keepdims)],
                        vjp=[lambda y_bar, y, x, axis=None, keepdims=False:
                             softmax(x, axis=axis) * spread(y_bar, x, axis)])
softmax     = primitive(_softmax,
                        jvp=[lambda x_dot, y, x, axis=None: _project(x_dot, y, axis)],
                        vjp=[lambda y_bar, y, x, axis=None: _project(y_bar, y, axis)])
log_softmax = primitive(_log_softmax,
                        jvp=[lambda x_dot, y, x, axis=None:
                             x_dot - _summed(softmax(x, axis=axis) * x_dot, axis, True)],
                        vjp=[lambda y_bar, y, x, axis=None:
                             y_bar - softmax(x, axis=axis) * _summed(y_bar, axis, True)])
# fmt: on
