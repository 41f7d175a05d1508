"""Elementary functions of jets: a line a function, its value and its derivative in terms of ball operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb

from adbench.errors import Undecided
from adbench.oracle.jet import Jet, combine, jet
from adbench.oracle.precision import elementary

Unary = Callable[[Any], Jet]


def _unary(f: Callable[[arb], arb], derivative: Callable[[arb, arb], arb]) -> Unary:
    """f of a jet: value f(x), derivative `derivative(y, x)` times the jet's own."""

    def apply(x: Any) -> Jet:
        x = jet(x)
        y = elementary(f(x.value))
        return Jet(y, None if x.dot is None else x.dot * derivative(y, x.value))

    return apply


def _sech2(_: arb, x: arb) -> arb:
    return elementary(x.sech()) ** 2  # 1 − y² would lose every digit at large x


TABLE: dict[str, Unary] = {
    "exp":   _unary(arb.exp,   lambda y, x: y),
    "expm1": _unary(arb.expm1, lambda y, x: elementary(x.exp())),
    "log":   _unary(arb.log,   lambda y, x: 1 / x),
    "log1p": _unary(arb.log1p, lambda y, x: 1 / (1 + x)),
    "log2":  _unary(lambda x: x.log() / arb(2).log(),  lambda y, x: 1 / (x * arb(2).log())),
    "log10": _unary(lambda x: x.log() / arb(10).log(), lambda y, x: 1 / (x * arb(10).log())),
    "sin":   _unary(arb.sin,   lambda y, x: elementary(x.cos())),
    "cos":   _unary(arb.cos,   lambda y, x: -elementary(x.sin())),
    "tan":   _unary(arb.tan,   lambda y, x: 1 + y * y),
    "sinh":  _unary(arb.sinh,  lambda y, x: elementary(x.cosh())),
    "cosh":  _unary(arb.cosh,  lambda y, x: elementary(x.sinh())),
    "tanh":  _unary(arb.tanh,  _sech2),
    "expit": _unary(lambda x: 1 / (1 + (-x).exp()), lambda y, x: y / (1 + elementary(x.exp()))),
}  # fmt: skip


def sqrt(x: Any) -> Jet:
    """√x; correctly rounded everywhere, so that it is not charged as an elementary function."""
    x = jet(x)
    y = x.value.sqrt()
    return Jet(y, None if x.dot is None else x.dot * (1 / (2 * y)))


def square(x: Any) -> Jet:
    """x²."""
    x = jet(x)
    return Jet(x.value * x.value, None if x.dot is None else x.dot * (2 * x.value))


def power(x: Any, y: Any) -> Jet:
    """x**y; a constant integer exponent holds for every x, any other needs x > 0 or an exact integer y."""
    x, y = jet(x), jet(y)
    n = y.value.unique_fmpz() if y.value.is_exact() and y.value.is_integer() else None
    if y.dot is None and n is not None:
        if n == 2:
            return square(x)
        z = x.value**n
        z = z if n in (0, 1) else elementary(z)
        slope = x.value ** (n - 1)
        slope = slope if n in (0, 1, 2) else elementary(slope)
        return Jet(z, None if x.dot is None or n == 0 else x.dot * (n * slope))
    z = elementary(x.value ** (n if n is not None else y.value))
    by_x = y.value * elementary(x.value ** (y.value - 1)) if x.dot is not None else arb(0)
    by_y = z * elementary(x.value.log()) if y.dot is not None else arb(0)
    return Jet(z, combine(x.dot, by_x, y.dot, by_y))


def atan2(y: Any, x: Any) -> Jet:
    """The angle of (x, y)."""
    y, x = jet(y), jet(x)
    square_of_radius = x.value * x.value + y.value * y.value
    z = elementary(arb.atan2(y.value, x.value))
    return Jet(z, combine(y.dot, x.value / square_of_radius, x.dot, -y.value / square_of_radius))


def hypot(x: Any, y: Any) -> Jet:
    """√(x² + y²)."""
    x, y = jet(x), jet(y)
    z = elementary((x.value * x.value + y.value * y.value).sqrt())
    return Jet(z, combine(x.dot, x.value / z, y.dot, y.value / z))


def logaddexp(x: Any, y: Any) -> Jet:
    """log(eˣ + eʸ), factored so that neither term overflows the other's precision."""
    x, y = jet(x), jet(y)
    high, low = (x, y) if x.value.mid() >= y.value.mid() else (y, x)
    gap = elementary((low.value - high.value).exp())  # e^(low − high) ≤ 1
    z = elementary(high.value + gap.log1p())
    return Jet(z, combine(high.dot, 1 / (1 + gap), low.dot, gap / (1 + gap)))


def maximum(x: Any, y: Any) -> Jet:
    """The larger; Undecided at a tie."""
    a, b = jet(x), jet(y)
    return a if a > b else b


def minimum(x: Any, y: Any) -> Jet:
    """The smaller; Undecided at a tie."""
    a, b = jet(x), jet(y)
    return a if a < b else b


def sign(x: Any) -> Jet:
    """−1, 0 or 1; Undecided at 0 where a derivative is asked for."""
    return Jet(arb((jet(x) > 0) - (jet(x) < 0)))


def copysign(x: Any, y: Any) -> Jet:
    """|x| with the sign of y."""
    magnitude, y = abs(jet(x)), jet(y)
    if y.value == 0:
        raise Undecided("copysign by a zero: balls know no signed zero")
    return magnitude if y > 0 else -magnitude
