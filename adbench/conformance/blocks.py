"""Jacobians of complex functions as real ones over (Re, Im), of what libraries give.

A library's own Jacobian, of complex numbers and one a pair of entries, holds all of it for some kinds of functions:

    real to complex     ∂y/∂x                                   its parts
    complex to real     what 1 is pulled back to                its parts
    holomorphic         f', by forward mode; by reverse mode    [[Re f', −Im f'], [Im f', Re f']]
                        the conjugate, which 1 is pulled back to

For other functions, and where a library has none, it is made of the products with 1 and i in the place of each entry.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from adbench.backend import COMPLEX_TO_REAL, HOLOMORPHIC, REAL_TO_COMPLEX, WHOLE, Backend, Function
from adbench.case import Array
from adbench.oracle.truth import Enclosure
from adbench.parts import is_complex, joined, parts, real_jacobian, real_shape

OTHER = "complex to complex"  # no library's own Jacobian has it


@dataclass(frozen=True, kw_only=True)
class Block:
    """The real Jacobian of an output by one input, of which at least one is complex.

    Attributes:
        operator: `jacfwd` or `jacrev`.
        x, y: arrays like the input and the output.  dtype: of the parts of what is asked for.
        kind: of the function, as the dictionaries in `Backend.complex_jacobians` name it.
    """

    backend: Backend
    operator: str
    x: np.ndarray
    y: np.ndarray
    dtype: str
    kind: str

    @property
    def is_own(self) -> bool:
        """Whether the library's own operator gives it."""
        return bool({self.kind, WHOLE} & set(self.backend.complex_jacobians.get(self.operator, ())))

    def prepare(self, f: Function, primals: tuple[Array, ...], array: Callable[[np.ndarray], Array]) -> Function:
        """`call(primals)`, which gives what `whole` makes the real Jacobian of.

        Args:
            array: makes the library's arrays.
        """
        if self.is_own:
            return self.backend.prepare(self.operator, f, primals)
        if self.operator == "jacfwd":
            forward, tangents = self.backend.prepare("jvp", f, primals), [array(e) for (e,) in units(self.x)]
            return lambda primals: [forward(primals, (e,))[1] for e in tangents]
        cotangents = [array(translated(self.backend, e)) for (e,) in units(self.y)]
        reverse = self.backend.prepare("vjp", f, primals)
        return lambda primals: [reverse(primals, e)[1][0] for e in cotangents]

    def whole(self, got: Any) -> np.ndarray:
        """Shape y.shape (+ (2,)) + x.shape (+ (2,)), real; what is real in the place of a complex array, or complex
        in that of a real one, stays so.
        """
        if not self.is_own:
            if not got:
                return np.zeros(real_shape(self.y) + real_shape(self.x), self.dtype)
            if self.operator == "jacfwd":
                return columns_joined(got, self.x, self.y)
            return rows_joined([translated(self.backend, row) for row in got], self.x, self.y)
        if not is_complex(got) or WHOLE in self.backend.complex_jacobians[self.operator]:
            return np.asarray(got)
        if self.kind == REAL_TO_COMPLEX:
            return _behind(self.y, parts(got))
        if self.kind == COMPLEX_TO_REAL:
            return parts(translated(self.backend, got))
        slope = got if self.operator == "jacfwd" else translated(self.backend, got).conj()
        return np.asarray(real_jacobian(np, slope, input_ndim=self.x.ndim))


def kind_of(x: np.ndarray, y: np.ndarray, jacobian: Enclosure) -> str:
    """The kind of a function at a point: holomorphic where it satisfies the equations of Cauchy and Riemann."""
    if not is_complex(x):
        return REAL_TO_COMPLEX
    if not is_complex(y):
        return COMPLEX_TO_REAL
    re, im = ((slice(None),) * y.ndim + (part,) for part in (0, 1))
    high, slack = jacobian.high, jacobian.tolerance
    slacks = slack[re] + slack[im]
    same = np.abs(high[re][..., 0] - high[im][..., 1]) <= slacks.max(-1)
    opposite = np.abs(high[re][..., 1] + high[im][..., 0]) <= slacks.max(-1)
    return HOLOMORPHIC if (same & opposite).all() else OTHER


def translated(backend: Backend, x: np.ndarray) -> np.ndarray:
    """A cotangent of ours as the library takes it, or one of the library's as ours."""
    return x.conj() if backend.conjugates and is_complex(x) else x


def units(*like: np.ndarray) -> list[tuple[np.ndarray, ...]]:
    """For each entry of the arrays in turn, arrays of their shapes: all zeros but for a 1 there, or an i."""
    shapes = [real_shape(x) for x in like]
    sizes = [math.prod(shape) for shape in shapes]
    split = (np.split(row, np.cumsum(sizes)[:-1]) for row in np.eye(sum(sizes)))
    return [tuple(joined(u.reshape(s), x) for u, s, x in zip(row, shapes, like, strict=True)) for row in split]


def columns_joined(columns: Sequence[np.ndarray], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The real Jacobian of its products with the `units` of x, each an array like y."""
    whole = np.stack(columns, axis=-1).reshape(columns[0].shape + real_shape(x))
    return _behind(y, parts(whole)) if is_complex(whole) and is_complex(y) else whole


def rows_joined(rows: Sequence[np.ndarray], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The real Jacobian of what the `units` of y are pulled back to, each an array like x."""
    whole = np.stack(rows).reshape(real_shape(y) + rows[0].shape)
    return parts(whole) if is_complex(whole) and is_complex(x) else whole


def _behind(y: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """The last axis moved behind those of y."""
    return np.moveaxis(pairs, -1, y.ndim)
