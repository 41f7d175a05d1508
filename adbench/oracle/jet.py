"""A jet: a ball for the value, and balls for its derivatives in k directions at once, to first or second order.

    f(x + t u) = f(x) + t f'(x) u + O(t²)        for each direction u
    f'(x + s v) u = f'(x) u + s f''(x) v u + …    where a second order is asked for, along one direction v

Every operation encloses its true result, so whatever a program of jets computes is proved. A jet has no `__len__`:
NumPy must take it for a scalar, never for a sequence to split into coefficients.

Source: Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic (2017);
Griewank & Walther, Evaluating Derivatives (2008), ch. 13.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np
from flint import arb, arb_mat, ctx

from adbench.errors import Branch, Undecided, Unsupported
from adbench.oracle.pair import Complex
from adbench.oracle.precision import rounded
from adbench.oracle.sums import MOST_BITS, Terms, charge, joined, terms_of, widened


class Jet:
    """A value with its directional derivatives; None stands for zeros.

    A complex jet has `Complex` balls and rows in place of `arb` and `arb_mat`; its directions are real all the same.

    Attributes:
        value: ball around the value.
        dot: row of balls, 1 × k: the derivatives along the directions u.
        along: ball around the derivative along v.
        mixed: row of balls, 1 × k: the derivatives of `along` along the directions u.
        addends: of a sum the two jets, or what is known of all its terms.
    """

    __slots__ = ("addends", "along", "dot", "mixed", "value")
    magnitude: ClassVar[Callable[[Jet], None] | None] = None  # told of each jet while `scale` looks
    rounding: ClassVar[Callable[[Any], Any] | None] = None  # what becomes of each ball and row while `sampled` looks

    shape, ndim, size, dtype = (), 0, 1, np.dtype(object)

    def __init__(
        self, value: arb, dot: arb_mat | None = None, along: arb | None = None, mixed: arb_mat | None = None
    ) -> None:
        if Jet.rounding is not None:
            value, dot = Jet.rounding(value), Jet.rounding(dot)
        self.value, self.dot, self.along, self.mixed = value, dot, along, mixed
        self.addends: Addends = None
        if Jet.magnitude is not None:
            Jet.magnitude(self)

    def __repr__(self) -> str:
        return f"Jet({self.value}, {self.dot})"

    @property
    def is_constant(self) -> bool:
        """Whether no derivative is carried."""
        return self.dot is None and self.along is None

    @property
    def T(self) -> Jet:  # noqa: N802 (the array API's name)
        return self

    def __bool__(self) -> bool:
        return bool(self != 0)

    def __getitem__(self, index: Any) -> Any:
        return np.asarray(self, dtype=object)[index]

    __iter__ = None  # else `__getitem__` would make it an empty sequence

    def __neg__(self) -> Jet:
        return Jet(-self.value, *(None if part is None else -part for part in (self.dot, self.along, self.mixed)))

    def __pos__(self) -> Jet:
        return self

    def __abs__(self) -> Jet:
        if isinstance(self.value, Complex):
            from adbench.oracle.functions import modulus  # which needs this class

            made: Jet = modulus(self)
            return made
        return either(lambda: self > 0, lambda: self, lambda: -self)

    def __add__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        return _sum(self, jet(other))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        return _sum(self, -jet(other), ordered=True)

    def __rsub__(self, other: Any) -> Any:
        return NotImplemented if isinstance(other, np.ndarray) else jet(other) - self

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        b = jet(other)
        z = self.value * b.value
        if self.along is None and b.along is None:
            return Jet(z, plus(times(self.dot, b.value), times(b.dot, self.value)))
        return chain(z, (self, b), (b.value, self.value), lambda: ((None, ONE), (ONE, None)))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        b = jet(other)
        z = self.value / b.value
        p, q = 1 / b.value, -z / b.value
        return chain(z, (self, b), (p, q), lambda: ((None, -p / b.value), (-p / b.value, -2 * q / b.value)))

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
        if not (b.value.overlaps(self.value) if isinstance(b.value, Complex) else self.value.overlaps(b.value)):
            return False
        if self.value == b.value and self.dot is None and b.dot is None:
            return True
        raise Undecided(f"cannot decide {self.value} == {b.value}: the inputs lie at a tie or a kink")

    __hash__ = None  # type: ignore[assignment]


def jet(x: Any) -> Jet:
    """A number as a constant jet; a jet as it is."""
    return x if isinstance(x, Jet) else Jet(rounded(x))


def either(test: Callable[[], bool], yes: Callable[[], Jet], no: Callable[[], Jet]) -> Jet:
    """What a function of two branches is where a test holds, and where not.

    Raises:
        Undecided: the test cannot be decided, for inputs at a kink; with both branches.
    """
    try:
        holds = test()
    except Undecided as error:
        jets = yes(), no()
        if not all(type(side) is Jet for side in jets):  # perturbed inside the case: no derivatives to tell
            raise
        sides = _branches(*jets)
        slopes = next((pair for pair in zip(*(s.derivatives for s in sides), strict=True) if pair[0] != pair[1]), ())
        differ = f", with derivatives {' and '.join(f'{d:.6g}' for d in slopes)} on its two sides" if slopes else ""
        raise Undecided(f"{error}{differ}", sides) from None
    return yes() if holds else no()


def _branches(*sides: Jet) -> tuple[Branch, ...]:
    width = max(0 if x.dot is None else x.dot.ncols() for x in sides)
    rows = [[0.0] * width if x.dot is None else [float(ball.mid()) for ball in x.dot.entries()] for x in sides]
    return tuple(Branch(float(x.value.mid()), tuple(row)) for x, row in zip(sides, rows, strict=True))


def real_jet(x: Any, name: str) -> Jet:
    """The same of a real number, for a function that the oracle has of those alone; Flint does not check its balls.

    Raises:
        Unsupported: it is complex.
    """
    made = jet(x)
    if isinstance(made.value, Complex):
        raise Unsupported(f"the oracle has {name} of real numbers alone, and was given {made.value}")
    return made


def _sum(a: Jet, b: Jet, *, ordered: bool = False) -> Jet:
    """a + b; where one of them is a sum itself, charged for any order of the terms.

    Args:
        ordered: whether nobody adds in another order, as in a program's own difference.
    """
    z, dot, addends = a.value + b.value, plus(a.dot, b.dot), None
    if ctx.prec <= MOST_BITS and not ordered:
        addends = _addends(a, b, dot)
        if isinstance(addends, Terms):
            z, dot = widened(z, dot, charge(addends).tolist())
    made = Jet(z, dot, plus(a.along, b.along), plus(a.mixed, b.mixed))
    made.addends = addends
    return made


def _addends(a: Jet, b: Jet, row: arb_mat | None) -> Addends:
    for zero, other in ((a, b), (b, a)):
        if zero.value.is_zero() and zero.is_constant:  # what a loop starts with
            return other.addends
    if a.addends is None and b.addends is None:
        return a, b
    return joined(_terms(a, row), _terms(b, row))


def _terms(a: Jet, row: arb_mat | None) -> Terms:
    """The terms of a sum, or a single one, in as many directions as a row has."""
    width = 0 if row is None else row.ncols()
    if a.addends is None:
        return terms_of(a.value, a.dot, width)
    if isinstance(a.addends, Terms):
        return a.addends.of_width(width)
    return joined(*(_terms(b, row) for b in a.addends))


ONE = arb(1)

Addends = tuple[Jet, Jet] | Terms | None
Second = Sequence[Sequence[arb | None]]


def chain(z: arb, operands: Sequence[Jet], first: Sequence[Any], second: Callable[[], Second]) -> Jet:
    """The jet of z = g(operands) by the chain rule.

        z' u = Σᵢ gᵢ xᵢ'u        z''v u = Σᵢ gᵢ xᵢ''v u + Σᵢⱼ gᵢⱼ (xⱼ'v) (xᵢ'u)

    Args:
        z: the value.
        first: the partial derivatives gᵢ; of a constant operand's nothing is looked at.
        second: gives the second ones gᵢⱼ, None for zero; asked for only where a second order is.
    """
    dot: arb_mat | None = None
    for x, g in zip(operands, first, strict=True):
        if x.dot is not None:
            dot = plus(dot, x.dot * g)
    if all(x.along is None for x in operands):
        return Jet(z, dot)
    along, mixed = None, None
    for x, g, row in zip(operands, first, second(), strict=True):
        if x.is_constant:
            continue
        along, mixed = plus(along, times(x.along, g)), plus(mixed, times(x.mixed, g))
        for y, h in zip(operands, row, strict=True):
            if h is not None and y.along is not None:
                mixed = plus(mixed, times(x.dot, h * y.along))
    return Jet(z, dot, along, mixed)


def times(part: Any, factor: arb) -> Any:
    """A ball or row times a ball, where None is zero."""
    return None if part is None else part * factor


def plus(a: Any, b: Any) -> Any:
    """The sum of two balls or two rows, where None is zero."""
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
