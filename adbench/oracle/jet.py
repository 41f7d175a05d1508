"""A jet: a ball for the value, and a row of balls for its derivatives in k directions at once.

    f(x + t u) = f(x) + t f'(x) u + O(t²)        for each direction u

Every operation encloses its true result, so whatever a program of jets computes is proved. A jet has no `__len__`:
NumPy must take it for a scalar, never for a sequence to split into coefficients.

Source: Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic (2017);
Griewank & Walther, Evaluating Derivatives (2008), ch. 13.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from flint import arb, arb_mat

from adbench.errors import Undecided
from adbench.oracle.precision import rounded


class Jet:
    """A value with its directional derivatives.

    Attributes:
        value: ball around the value.
        dot: row of balls, 1 × k; None where every derivative is zero.
    """

    __slots__ = ("dot", "value")
    magnitude: ClassVar[Callable[[Jet], None] | None] = None  # told of each jet while `tracking` is on

    shape, ndim, size, dtype = (), 0, 1, np.dtype(object)

    def __init__(self, value: arb, dot: arb_mat | None = None) -> None:
        self.value, self.dot = value, dot
        if Jet.magnitude is not None:
            Jet.magnitude(self)

    def __repr__(self) -> str:
        return f"Jet({self.value}, {self.dot})"

    @property
    def T(self) -> Jet:  # noqa: N802 (the array API's name)
        return self

    def __bool__(self) -> bool:
        return bool(self != 0)

    def __getitem__(self, index: Any) -> Any:
        return np.asarray(self, dtype=object)[index]

    __iter__ = None  # else `__getitem__` would make it an empty sequence

    def __neg__(self) -> Jet:
        return Jet(-self.value, None if self.dot is None else -self.dot)

    def __pos__(self) -> Jet:
        return self

    def __abs__(self) -> Jet:
        return self if self > 0 else -self

    def __add__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        b = jet(other)
        return Jet(self.value + b.value, _sum(self.dot, b.dot))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        b = jet(other)
        return Jet(self.value - b.value, _sum(self.dot, None if b.dot is None else -b.dot))

    def __rsub__(self, other: Any) -> Any:
        return NotImplemented if isinstance(other, np.ndarray) else jet(other) - self

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        b = jet(other)
        return Jet(self.value * b.value, combine(self.dot, b.value, b.dot, self.value))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        b = jet(other)
        z = self.value / b.value
        if b.dot is None:
            return Jet(z, None if self.dot is None else self.dot * (1 / b.value))
        return Jet(z, combine(self.dot, 1 / b.value, b.dot, -z / b.value))

    def __rtruediv__(self, other: Any) -> Any:
        return NotImplemented if isinstance(other, np.ndarray) else jet(other) / self

    def __pow__(self, other: Any) -> Any:
        from adbench.oracle.functions import power  # the table needs this class

        return NotImplemented if isinstance(other, np.ndarray) else power(self, other)

    def __rpow__(self, other: Any) -> Any:
        return NotImplemented if isinstance(other, np.ndarray) else jet(other) ** self

    def __gt__(self, other: Any) -> Any:
        return NotImplemented if isinstance(other, np.ndarray) else _order(self, jet(other)) > 0

    def __lt__(self, other: Any) -> Any:
        return NotImplemented if isinstance(other, np.ndarray) else _order(self, jet(other)) < 0

    def __ge__(self, other: Any) -> Any:
        return NotImplemented if isinstance(other, np.ndarray) else _order(self, jet(other)) >= 0

    def __le__(self, other: Any) -> Any:
        return NotImplemented if isinstance(other, np.ndarray) else _order(self, jet(other)) <= 0

    def __eq__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        b = jet(other)
        if not self.value.overlaps(b.value):
            return False
        if self.value == b.value and self.dot is None and b.dot is None:
            return True
        raise Undecided(f"cannot decide {self.value} == {b.value}: the inputs lie at a tie or a kink")

    __hash__ = None  # type: ignore[assignment]


def jet(x: Any) -> Jet:
    """A number as a constant jet; a jet as it is."""
    return x if isinstance(x, Jet) else Jet(rounded(x))


def combine(a: arb_mat | None, p: arb, b: arb_mat | None, q: arb) -> arb_mat | None:
    """The row a·p + b·q, where None is a row of zeros."""
    return _sum(None if a is None else a * p, None if b is None else b * q)


def _sum(a: arb_mat | None, b: arb_mat | None) -> arb_mat | None:
    if a is None or b is None:
        return b if a is None else a
    return a + b


def _order(a: Jet, b: Jet) -> int:
    """Sign of a − b, where the balls decide it.

    Raises:
        Undecided: the balls overlap, or they are one exact number at which a derivative is asked for: a kink.
    """
    if a.value > b.value:
        return 1
    if a.value < b.value:
        return -1
    if a.value == b.value and a.dot is None and b.dot is None:
        return 0
    raise Undecided(f"cannot order {a.value} and {b.value}: the inputs lie at a tie or a kink")
