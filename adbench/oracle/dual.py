"""Numbers that a case perturbs to differentiate inside itself: x + ε x_dot with ε² = 0, over jets.

Each derivative that a case takes has an ε of its own, a level; later ones lie further inside. An operation is
perturbed at the innermost level among its operands, and takes those of other levels for constants there: so no
derivative is mistaken for another's, and the jets carry the derivatives of the whole case through all of them.

    d/dx (x · d/dy (x + y)) = 1        not 2, as where the two perturbations are one

Source: Siskind & Pearlmutter, Nesting forward-mode AD in a functional framework (2008), §2.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import wraps
from itertools import count
from typing import Any, NoReturn

import numpy as np
from flint import arb_mat

from adbench.errors import Unsupported
from adbench.oracle.jet import Jet, jet

levels = count()  # never used twice, so that what outlives its derivative is a constant to every other
Scalar = Callable[..., Jet]


def _lacking(self: Dual) -> NoReturn:
    raise Unsupported(
        "inside a case the oracle differentiates arithmetic, comparisons, powers, elementary functions, sums, "
        "products, vector norms, det, inv and solve; this case differentiates something else there"
    )


class Dual(Jet):
    """A number and its derivative at one level; either may be perturbed at levels further outside.

    It has no ball of its own: a function of jets that knows nothing of perturbations is told that it is unsupported.
    """

    __slots__ = ("level", "primal", "tangent")
    value = dot = along = mixed = addends = property(_lacking)

    def __init__(self, level: int, primal: Any, tangent: Any) -> None:
        self.level, self.primal, self.tangent = level, primal, tangent

    def __repr__(self) -> str:
        return f"Dual({self.level}, {self.primal}, {self.tangent})"

    @property
    def is_constant(self) -> bool:
        return False

    def __neg__(self) -> Dual:
        return Dual(self.level, -self.primal, -self.tangent)

    def __abs__(self) -> Dual:
        return self if self > 0 else -self

    def __add__(self, other: Any) -> Any:
        return _linear(operator.add, self, other)

    def __radd__(self, other: Any) -> Any:
        return _linear(operator.add, other, self)

    def __sub__(self, other: Any) -> Any:
        return _linear(operator.sub, self, other)

    def __rsub__(self, other: Any) -> Any:
        return _linear(operator.sub, other, self)

    def __mul__(self, other: Any) -> Any:
        return NotImplemented if isinstance(other, np.ndarray) else _product(self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        return NotImplemented if isinstance(other, np.ndarray) else _quotient(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return NotImplemented if isinstance(other, np.ndarray) else _quotient(other, self)

    def __gt__(self, other: Any) -> Any:
        return _compared(operator.gt, self, other)

    def __lt__(self, other: Any) -> Any:
        return _compared(operator.lt, self, other)

    def __ge__(self, other: Any) -> Any:
        return _compared(operator.ge, self, other)

    def __le__(self, other: Any) -> Any:
        return _compared(operator.le, self, other)

    def __eq__(self, other: Any) -> Any:
        return _compared(operator.eq, self, other)

    __hash__ = None


def parts_at(level: int, x: Any) -> tuple[Any, Any]:
    """A number and its derivative at a level; 0 where it is a constant there."""
    return (x.primal, x.tangent) if isinstance(x, Dual) and x.level == level else (x, jet(0))


def ground(x: Any) -> Jet:
    """The jet inside all perturbations."""
    while isinstance(x, Dual):
        x = x.primal
    return jet(x)


def nests(*partials: Callable[..., Any]) -> Callable[[Scalar], Scalar]:
    """Let a function of jets take perturbed numbers, given its partial derivatives.

    Args:
        partials: of z = f(x, …), functions of (z, x, …) written in operations that take perturbed numbers in turn.
    """

    def decorate(f: Scalar) -> Scalar:
        @wraps(f)
        def apply(*operands: Any) -> Jet:
            if Dual not in map(type, operands):
                return f(*operands)
            level = _innermost(operands)
            primals, tangents = zip(*(parts_at(level, jet(x)) for x in operands), strict=True)
            z = apply(*primals)
            moved = [(g, u) for g, u in zip(partials, tangents, strict=True) if not _is_zero(u)]
            return Dual(level, z, sum((g(z, *primals) * u for g, u in moved), jet(0)))

        return apply

    return decorate


def nests_arrays(differential: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a function of arrays of jets take perturbed ones.

    Args:
        differential: of y = f(a, …), a function of (y, a, …, da, …) written in what takes perturbed numbers in turn.
    """

    def decorate(f: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(f)
        def apply(*operands: Any) -> Any:
            arrays = [np.asarray(x, dtype=object) for x in operands]
            entries = [x for array in arrays for x in array.flat if isinstance(x, Dual)]
            if not entries:
                return f(*operands)
            level = max(x.level for x in entries)
            split = np.frompyfunc(lambda x: parts_at(level, x), 1, 2)
            primals, changes = zip(*map(split, arrays), strict=True)
            y = apply(*primals)
            return np.frompyfunc(lambda e, u: Dual(level, e, u), 2, 1)(y, differential(y, *primals, *changes))

        return apply

    return decorate


_product = nests(lambda z, x, y: y, lambda z, x, y: x)(operator.mul)
_quotient = nests(lambda z, x, y: 1 / y, lambda z, x, y: -z / y)(operator.truediv)


def _linear(op: Callable[..., Any], x: Any, y: Any) -> Any:
    """x ± y; not by partial derivatives, as the jets keep account of what is added."""
    if isinstance(x, np.ndarray) or isinstance(y, np.ndarray):
        return NotImplemented
    level = _innermost((x, y))
    (p, u), (q, v) = parts_at(level, jet(x)), parts_at(level, jet(y))
    return Dual(level, op(p, q), op(u, v))


def _compared(op: Callable[..., Any], x: Any, y: Any) -> Any:
    """What the numbers inside say; Undecided where they are equal, and a derivative is asked for."""
    return NotImplemented if isinstance(y, np.ndarray) else op(_varying(x), _varying(y))


def _varying(x: Any) -> Jet:
    inside = ground(x)
    if not isinstance(x, Dual) or inside.dot is not None:
        return inside
    return Jet(inside.value, arb_mat(1, 1))


def _innermost(operands: tuple[Any, ...]) -> int:
    return max(x.level for x in operands if isinstance(x, Dual))


def _is_zero(x: Jet) -> bool:
    return not isinstance(x, Dual) and x.is_constant and bool(x.value.is_zero())
