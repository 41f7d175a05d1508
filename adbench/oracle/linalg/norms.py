"""Norms over jets: of vectors and of matrices. At a kink (a zero, a tie) they are Undecided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from flint import arb
from numpy.lib.array_utils import normalize_axis_tuple

from adbench.errors import InvalidCase, Undecided
from adbench.oracle.dual import Dual, ground
from adbench.oracle.functions import maximum, minimum, power, sqrt, square
from adbench.oracle.holomorphic import squared_modulus
from adbench.oracle.jet import Jet, jet
from adbench.oracle.linalg.singular import svdvals
from adbench.oracle.linalg.stacks import as_jets, at_working_precision, matrices, maybe_zero, over_stack
from adbench.oracle.pair import Complex

Order = int | float | str


def vector_norm(
    x: Any, /, *, axis: int | tuple[int, ...] | None = None, keepdims: bool = False, ord: int | float = 2
) -> Any:
    """(Σ |xᵢ|ᵖ)^(1/p) over one axis, several or all; for p = inf and −inf the largest and the smallest, for 0 a count.

    Raises:
        Undecided: an entry that matters, or the norm, may be zero where a derivative is asked for; a tie for p = ±inf.
    """
    x = as_jets(x)
    axes = normalize_axis_tuple(range(x.ndim) if axis is None else axis, x.ndim)
    kept = [i for i in range(x.ndim) if i not in axes]
    rows = x.transpose(kept + sorted(axes)).reshape([*(x.shape[i] for i in kept), -1] if x.size else [*kept, 0])
    made = np.empty(rows.shape[:-1], dtype=object)
    for index in np.ndindex(made.shape):
        made[index] = _vector_norm(list(rows[index]), ord)
    return np.expand_dims(made, tuple(sorted(axes))) if keepdims else made[()]


def _vector_norm(x: Sequence[Jet], p: int | float) -> Jet:
    if p == 0:
        return jet(sum(_is_nonzero(entry) for entry in x))
    if abs(p) == np.inf:
        return _extreme([[entry] for entry in x], largest=p > 0)
    if p == 1:
        return sum((abs(entry) for entry in x), jet(0))
    total = sum((_power_of_magnitude(entry, p) for entry in x), jet(0))
    return _root("vector_norm", total, p, x)


def _power_of_magnitude(x: Jet, p: int | float) -> Jet:
    if isinstance(ground(x).value, Complex):
        return squared_modulus(x) if p == 2 else _power_of_modulus(x, p)
    if p == 2:
        return square(x)
    if p > 0 and p % 2 == 0:
        return power(x, int(p))
    if not isinstance(x, Dual) and x.value.is_zero() and (p > 2 or (p > 0 and x.is_constant)):
        return jet(0)  # and so are both derivatives of |x|ᵖ
    return power(abs(x), p)


def _power_of_modulus(z: Jet, p: int | float) -> Jet:
    if p > 0 and p % 2 == 0:
        return power(squared_modulus(z), int(p) // 2)
    if z.value.is_zero() and (p > 2 or (p > 0 and z.is_constant)):
        return jet(0)
    return power(abs(z), p)


def _root(name: str, total: Jet, p: int | float, entries: Iterable[Jet]) -> Jet:
    if ground(total).value.is_zero() and all(entry.is_constant for entry in entries):
        return jet(0)
    if maybe_zero(ground(total).value):
        raise Undecided(f"{name}: the norm may be zero {at_working_precision()}, where it has a kink")
    return sqrt(total) if p == 2 else power(total, jet(1) / jet(p))


def _is_nonzero(x: Jet) -> bool:
    if maybe_zero(x.value) and not x.value.is_zero():
        raise Undecided(f"vector_norm: {x.value} may be zero {at_working_precision()}, and ord=0 counts")
    return not x.value.is_zero()


def _extreme(rows: Sequence[Iterable[Jet]], *, largest: bool) -> Jet:
    """The largest or smallest Σ|entry| of the rows; only of those that may be it the entries must not be zero."""
    if not rows:
        raise InvalidCase("norm: ord=inf and −inf of no entries is undefined")
    sums = [sum((abs(entry.value) for entry in row), arb(0)) for row in rows]
    outdone = [any(other > total if largest else other < total for other in sums) for total in sums]
    left = [sum((abs(j) for j in row), jet(0)) for row, out in zip(rows, outdone, strict=True) if not out]
    made = left[0]
    for other in left[1:]:
        made = (maximum if largest else minimum)(made, other)
    return made


def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Order | None = "fro") -> Any:
    """A norm of matrices, shape (…, m, n).

    Args:
        ord: "fro"; "nuc", 2 and −2 by the singular values: their sum, the largest, the smallest; 1, −1, inf and −inf
            by the largest and smallest sums of magnitudes down columns and along rows.
    Raises:
        Undecided: as `vector_norm`, and as `svdvals` for "nuc", 2 and −2.
    """
    x = matrices("matrix_norm", x)
    made = over_stack(lambda one: (_matrix_norm(one, "fro" if ord is None else ord),), x)[0]
    return np.asarray(made, dtype=object)[..., None, None] if keepdims else made


def _matrix_norm(a: np.ndarray, order: Order) -> Jet:
    if order == "fro":
        return _root("matrix_norm", sum((_power_of_magnitude(entry, 2) for entry in a.flat), jet(0)), 2, a.flat)
    if order in ("nuc", 2, -2):
        sigmas = list(svdvals(a))
        return sum(sigmas, jet(0)) if order == "nuc" else sigmas[0 if order == 2 else -1]
    if order in (1, -1):
        return _extreme(list(a.T), largest=order == 1)
    if order in (np.inf, -np.inf):
        return _extreme(list(a), largest=order == np.inf)
    raise InvalidCase(f"matrix_norm: ord is 'fro', 'nuc', 1, -1, 2, -2, inf or -inf, not {order!r}")
