"""Complex balls, and rows of them, as pairs of real ones, with the roundings that a library makes.

    (a + bi)(c + di) = (ac − bd) + (ad + bc)i        (a + bi)/(c + di) = ((ac + bd) + (bc − ad)i) / (c² + d²)

Flint's own complex balls (`acb`) round ac − bd once. A library rounds both products first, and loses digits where they
cancel; radii that know nothing of it would be held against it. What libraries compute as one function, exp or log, is
taken from `acb`.

Source: Higham, Accuracy and Stability of Numerical Algorithms (2002), §3.6.
"""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np
from flint import acb, arb, ctx

from adbench.errors import InvalidCase, Unsupported


class Complex:
    """re + im i, both of them balls or both of them rows of balls."""

    __slots__ = ("im", "re")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, re: Any, im: Any) -> None:
        self.re, self.im = re, im

    @classmethod
    def of(cls, z: acb) -> Complex:
        """A complex ball of Flint's, rounded to the working precision."""
        return cls(+z.real, +z.imag)

    @property
    def acb(self) -> acb:
        """As a complex ball of Flint's."""
        return acb(self.re, self.im)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # where Flint and NumPy look for conversions
            raise AttributeError(name)
        raise Unsupported(f"the oracle has no {name} of complex numbers")

    def __repr__(self) -> str:
        return f"({self.re}) + ({self.im})i"

    def str(self, digits: int) -> str:
        """Both parts to so many digits."""
        return f"({self.re.str(digits)}) + ({self.im.str(digits)})i"

    def __pos__(self) -> Complex:
        return Complex(+self.re, +self.im)

    def __neg__(self) -> Complex:
        return Complex(-self.re, -self.im)

    def __abs__(self) -> arb:
        return abs(self.acb)

    def __add__(self, other: Any) -> Any:
        if isinstance(other, Complex):
            return Complex(self.re + other.re, self.im + other.im)
        return NotImplemented if isinstance(other, np.ndarray) else Complex(self.re + other, self.im)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return NotImplemented if isinstance(other, np.ndarray) else self + -other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Complex):
            a, b, c, d = self.re, self.im, other.re, other.im
            return Complex(a * c - b * d, a * d + b * c)
        return NotImplemented if isinstance(other, np.ndarray) else Complex(self.re * other, self.im * other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, Complex):
            return self * other.conjugate() / other._squared()
        return NotImplemented if isinstance(other, np.ndarray) else Complex(self.re / other, self.im / other)

    def __rtruediv__(self, other: Any) -> Any:
        return self.conjugate() * other / self._squared()

    def _squared(self) -> Any:
        return self.re * self.re + self.im * self.im

    def __eq__(self, other: object) -> bool:
        re, im = parts_of(other)
        return bool(self.re == re and self.im == im)

    def _unordered(self, other: Any) -> NoReturn:
        raise InvalidCase(f"complex numbers have no order: cannot compare {self} and {other}")

    __gt__ = __lt__ = __ge__ = __le__ = _unordered

    def conjugate(self) -> Complex:
        """re − im i."""
        return Complex(self.re, -self.im)

    def entries(self) -> list[Complex]:
        """Of a row: its balls."""
        return [Complex(re, im) for re, im in zip(self.re.entries(), self.im.entries(), strict=True)]

    def ncols(self) -> int:
        """Of a row: how many balls it has."""
        return int(self.re.ncols())

    def mid(self) -> Complex:
        """The middle, as an exact ball."""
        return Complex(self.re.mid(), self.im.mid())

    def is_exact(self) -> bool:
        """Whether both radii are zero."""
        return bool(self.re.is_exact() and self.im.is_exact())

    def is_finite(self) -> bool:
        """Whether both parts are."""
        return bool(self.re.is_finite() and self.im.is_finite())

    def is_nan(self) -> bool:
        """Whether one of the parts is."""
        return bool(self.re.is_nan() or self.im.is_nan())

    def is_zero(self) -> bool:
        """Whether both parts are exactly zero."""
        return bool(self.re.is_zero() and self.im.is_zero())

    def overlaps(self, other: Any) -> bool:
        """Whether a number may be in both balls."""
        re, im = parts_of(other)
        return bool(self.re.overlaps(re) and self.im.overlaps(im))

    def contains(self, other: Any) -> bool:
        """Whether all of the other ball is in this one."""
        re, im = parts_of(other)
        return bool(self.re.contains(re) and self.im.contains(im))

    def charged(self, ulps: Any = 1) -> Complex:
        """Each part that is not exactly zero widened by units in the last place of the modulus.

        An elementary function of a complex number promises digits of the number, not of the smaller of its parts.
        """
        around = arb(0, (abs(self) * ulps * arb(2) ** (1 - ctx.prec)).upper())
        return Complex(*(part if part.is_zero() else part + around for part in (self.re, self.im)))


def parts_of(x: Any) -> tuple[Any, Any]:
    """The real and imaginary part of a ball, or of a number."""
    return (x.re, x.im) if isinstance(x, Complex) else (x, arb(0))


def conjugate(ball: Any) -> Any:
    """The conjugate of a ball, real or complex."""
    return ball.conjugate() if isinstance(ball, Complex) else ball


def around_zero(radius: Any, like: Any) -> Any:
    """What widens a ball or row: a real one around zero, or one in both parts where `like` is complex."""
    return Complex(radius, radius) if isinstance(like, Complex) else radius
