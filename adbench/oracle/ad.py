"""Derivatives that a case takes inside itself: all by perturbations, an entry at a time, whichever mode was asked for.

The modes of a library are what is tested; the truth has no mode.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from adbench.errors import InvalidCase
from adbench.oracle.arrays import elementwise, jets
from adbench.oracle.dual import Dual, ground, levels, parts_at
from adbench.oracle.jet import Jet, jet
from adbench.oracle.reductions import sum_

Function = Callable[..., Any]


def jvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """f(x) and its derivative along the tangents, of which there is one for each primal, in its shape."""
    xs, dots = [jets(x) for x in primals], [jets(u) for u in tangents]
    if [x.shape for x in xs] != [u.shape for u in dots]:
        shapes = " and ".join(str([x.shape for x in given]) for given in (xs, dots))
        raise InvalidCase(f"ad.jvp: primals and tangents have shapes {shapes}, expected the same")
    level = next(levels)
    perturbed = elementwise(lambda x, u: Dual(level, x, u), 2)
    y = jets(f(*map(perturbed, xs, dots)))
    return elementwise(lambda e: parts_at(level, e), 1, 2)(y)  # type: ignore[no-any-return]


def vjp(f: Function, *primals: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """f(x), and the pullback of a cotangent of its shape to a tuple with one for each primal."""
    y = jets(f(*primals))

    @cache
    def jacobians() -> list[np.ndarray]:
        return [_jacobian(f, primals, i, y.shape) for i in range(len(primals))]

    def pullback(y_bar: Any) -> tuple[Any, ...]:
        y_bar = jets(y_bar)
        if y_bar.shape != y.shape:
            raise InvalidCase(f"ad.vjp: the cotangent has shape {y_bar.shape}, expected {y.shape} like the output")
        over = tuple(range(y.ndim))
        return tuple(sum_(y_bar.reshape(y.shape + (1,) * (j.ndim - y.ndim)) * j, axis=over) for j in jacobians())

    return y[()], pullback


def _jacobian(f: Function, primals: Sequence[Any], i: int, output_shape: tuple[int, ...]) -> np.ndarray:
    """By one primal, shape output_shape + primal.shape."""
    shape = jets(primals[i]).shape
    zeros = [jets(np.zeros(jets(x).shape)) for x in primals]
    units = jets(np.eye(math.prod(shape))).reshape(math.prod(shape), *shape)
    made = np.empty((*output_shape, len(units)), dtype=object)
    for k, unit in enumerate(units):
        made[..., k] = jets(jvp(f, primals, [*zeros[:i], unit, *zeros[i + 1 :]])[1])
    return made.reshape(output_shape + shape)


def grad(f: Function) -> Function:
    """The gradient of a scalar function by its first argument."""

    def gradient(x: Any, *others: Any) -> Any:
        y, pullback = vjp(lambda x: f(x, *others), x)
        if np.shape(y):
            raise InvalidCase(f"ad.grad: the function has shape {np.shape(y)}, expected a scalar")
        return pullback(1.0)[0]

    return gradient


def stop_gradient(x: Any) -> Any:
    """x as a constant: to what the case differentiates inside, and to every derivative of the case."""
    return elementwise(lambda e: Jet(ground(jet(e)).value), 1)(jets(x))


def custom_vjp(f: Function, vjp: Function, jvp: Function | None = None) -> Function:
    """f itself: the rule that a case supplies is what a backend is tested for, and the truth ignores it."""
    return f


AD = {made.__name__: made for made in (grad, jvp, vjp, stop_gradient, custom_vjp)}
