"""Elementary functions of jets: a line a function, with its value and its first and second derivative."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb

from adbench.errors import Undecided
from adbench.oracle.dual import nests
from adbench.oracle.holomorphic import (
    Cut,
    below_minus_one,
    below_one,
    beyond_i,
    beyond_one,
    holomorphic,
    imag,
    negative,
    nowhere,
    real,
)
from adbench.oracle.holomorphic import power as complex_power
from adbench.oracle.jet import Jet, chain, either, jet, real_jet
from adbench.oracle.pair import Complex
from adbench.oracle.precision import elementary

Unary = Callable[[Any], Jet]
Ball = Callable[[arb], arb]


def unary(f: Ball, first: Ball, second: Ball, cut: Cut = nowhere) -> Unary:
    """A function of one jet, from ball functions of x: its value and its two derivatives.

    The derivatives are written so as to lose no digits; what a library loses by another formula is its error.

    Args:
        cut: where the function of a complex number jumps; the ball functions are those of complex balls too.
    """
    of_complex = holomorphic(f, first, second, cut)

    def apply(x: Any) -> Jet:
        x = jet(x)
        if isinstance(x.value, Complex):
            return of_complex(x)
        y = elementary(f(x.value))
        if x.is_constant:
            return Jet(y)
        return chain(y, (x,), (elementary(first(x.value)),), lambda: ((elementary(second(x.value)),),))

    return apply


def _expit(x: arb) -> arb:
    return 1 / (1 + (-x).exp())


def _cube(x: arb) -> arb:
    return x * x * x


def _log_of(n: int) -> arb:
    return arb(n).log()  # anew each time: at the working precision of the moment


def _inside(x: arb) -> arb:
    return ((1 - x) * (1 + x)).rsqrt()


def _outside(x: arb) -> arb:
    return ((x - 1) * (x + 1)).rsqrt() if isinstance(x, arb) else (x - 1).rsqrt() * (x + 1).rsqrt()


TABLE: dict[str, Unary] = {
    "exp":        unary(arb.exp,   arb.exp,                      arb.exp),
    "exp2":       unary(lambda x: arb(2) ** x, lambda x: arb(2) ** x * _log_of(2), lambda x: arb(2) ** x * _log_of(2) ** 2),
    "expm1":      unary(arb.expm1, arb.exp,                      arb.exp),
    "log":        unary(arb.log,   lambda x: 1 / x,              lambda x: -1 / (x * x), negative),
    "log1p":      unary(arb.log1p, lambda x: 1 / (1 + x),        lambda x: -1 / (1 + x) ** 2, below_minus_one),
    "log2":       unary(lambda x: x.log() / _log_of(2),  lambda x: 1 / (x * _log_of(2)),  lambda x: -1 / (x * x * _log_of(2)), negative),
    "log10":      unary(lambda x: x.log() / _log_of(10), lambda x: 1 / (x * _log_of(10)), lambda x: -1 / (x * x * _log_of(10)), negative),
    "sin":        unary(arb.sin,   arb.cos,                      lambda x: -x.sin()),
    "cos":        unary(arb.cos,   lambda x: -x.sin(),           lambda x: -x.cos()),
    "tan":        unary(arb.tan,   lambda x: x.sec() ** 2,       lambda x: 2 * x.tan() * x.sec() ** 2),
    "sinh":       unary(arb.sinh,  arb.cosh,                     arb.sinh),
    "cosh":       unary(arb.cosh,  arb.sinh,                     arb.cosh),
    "tanh":       unary(arb.tanh,  lambda x: x.sech() ** 2,      lambda x: -2 * x.tanh() * x.sech() ** 2),
    "asin":       unary(arb.asin,  _inside,                      lambda x: x * _cube(_inside(x)), beyond_one),
    "acos":       unary(arb.acos,  lambda x: -_inside(x),        lambda x: -x * _cube(_inside(x)), beyond_one),
    "atan":       unary(arb.atan,  lambda x: 1 / (1 + x * x),    lambda x: -2 * x / (1 + x * x) ** 2, beyond_i),
    "asinh":      unary(arb.asinh, lambda x: (1 + x * x).rsqrt(), lambda x: -x * _cube((1 + x * x).rsqrt()), beyond_i),
    "acosh":      unary(arb.acosh, _outside,                     lambda x: -x * _cube(_outside(x)), below_one),
    "atanh":      unary(arb.atanh, lambda x: _inside(x) ** 2,    lambda x: 2 * x * _inside(x) ** 4, beyond_one),
    "reciprocal": unary(lambda x: 1 / x,  lambda x: -1 / (x * x), lambda x: 2 / _cube(x)),
    "expit":      unary(_expit,    lambda x: _expit(x) * _expit(-x), lambda x: -_expit(x) * _expit(-x) * (x / 2).tanh()),
    "log_expit":  unary(lambda x: -(-x).exp().log1p(), lambda x: _expit(-x), lambda x: -_expit(x) * _expit(-x), lambda x: negative(1 + (-x).exp())),
}  # fmt: skip

# By (y, x) with y the value: the same derivatives in operations that a case can differentiate again.
SLOPES: dict[str, Callable[[Any, Any], Any]] = {
    "exp":        lambda y, x: y,
    "exp2":       lambda y, x: y * TABLE["log"](2),
    "expm1":      lambda y, x: TABLE["exp"](x),
    "log":        lambda y, x: 1 / x,
    "log1p":      lambda y, x: 1 / (1 + x),
    "log2":       lambda y, x: 1 / (x * TABLE["log"](2)),
    "log10":      lambda y, x: 1 / (x * TABLE["log"](10)),
    "sin":        lambda y, x: TABLE["cos"](x),
    "cos":        lambda y, x: -TABLE["sin"](x),
    "tan":        lambda y, x: 1 + square(y),
    "sinh":       lambda y, x: TABLE["cosh"](x),
    "cosh":       lambda y, x: TABLE["sinh"](x),
    "tanh":       lambda y, x: 1 / square(TABLE["cosh"](x)),
    "asin":       lambda y, x: 1 / sqrt((1 - x) * (1 + x)),
    "acos":       lambda y, x: -1 / sqrt((1 - x) * (1 + x)),
    "atan":       lambda y, x: 1 / (1 + square(x)),
    "asinh":      lambda y, x: 1 / sqrt(1 + square(x)),
    "acosh":      lambda y, x: 1 / (sqrt(x - 1) * sqrt(x + 1)),
    "atanh":      lambda y, x: 1 / ((1 - x) * (1 + x)),
    "reciprocal": lambda y, x: -square(y),
    "expit":      lambda y, x: y * TABLE["expit"](-x),
    "log_expit":  lambda y, x: TABLE["expit"](-x),
}  # fmt: skip
TABLE = {name: nests(SLOPES[name])(f) for name, f in TABLE.items()}


@nests(lambda y, x: 1 / (2 * y))
def sqrt(x: Any) -> Jet:
    """√x; correctly rounded everywhere, so that it is not charged as an elementary function, but of complex numbers."""
    x = jet(x)
    if isinstance(x.value, Complex):
        return _complex_sqrt(x)
    y = x.value.sqrt()
    if x.is_constant:
        return Jet(y)
    return chain(y, (x,), (1 / (2 * y),), lambda: ((-1 / (4 * x.value * y),),))


_complex_sqrt = holomorphic(arb.sqrt, lambda z: z.rsqrt() / 2, lambda z: -_cube(z.rsqrt()) / 4, negative)


@nests(lambda y, x: 2 * x)
def square(x: Any) -> Jet:
    """x²."""
    x = jet(x)
    return chain(x.value * x.value, (x,), (2 * x.value,), lambda: ((arb(2),),))


def _power_by_x(z: Any, x: Any, y: Any) -> Any:
    return y if y.is_constant and y == 0 else y * power(x, y - 1)  # 0 x⁻¹ has no value at 0


@nests(_power_by_x, lambda z, x, y: z * TABLE["log"](x))
def power(x: Any, y: Any) -> Jet:
    """x**y; a constant integer exponent holds for every x, any other needs x > 0 or an exact integer y."""
    x, y = jet(x), jet(y)
    if isinstance(x.value, Complex) or isinstance(y.value, Complex):
        return complex_power(x, y)
    n = y.value.unique_fmpz() if y.value.is_exact() and y.value.is_integer() else None
    a, b = x.value, y.value
    if n is not None and y.is_constant:
        if n == 2:
            return square(x)
        return chain(
            _whole_power(a, n),
            (x,),
            (n * _whole_power(a, n - 1) if n else arb(0),),
            lambda: ((n * (n - 1) * _whole_power(a, n - 2) if n not in (0, 1) else arb(0),),),
        )
    z = elementary(a**n if n is not None else a**b)
    by_x = None if x.is_constant else b * elementary(a ** (b - 1))
    by_y = None if y.is_constant else _times_log(z, a, b)

    def second() -> Any:
        xx = None if x.is_constant else b * (b - 1) * elementary(a ** (b - 2))
        if y.is_constant:
            return (xx, None), (None, None)
        yy = _times_log(by_y, a, b)
        slope = None if x.is_constant else elementary(a ** (b - 1))
        xy = None if slope is None else slope + b * _times_log(slope, a, b - 1)
        return (xx, xy), (xy, yy)

    return chain(z, (x, y), (by_x, by_y), second)


def _times_log(power: Any, x: arb, exponent: arb) -> Any:
    """x**exponent, or that times log x, times log x once more: 0 at x = 0, where the power vanishes."""
    return power * 0 if x.is_zero() and exponent > 0 else power * elementary(x.log())


def _whole_power(x: arb, n: Any) -> arb:
    z = x**n
    return z if n in (0, 1, 2) else elementary(z)


@nests(lambda z, y, x: x / (square(x) + square(y)), lambda z, y, x: -y / (square(x) + square(y)))
def atan2(y: Any, x: Any) -> Jet:
    """The angle of (x, y); its partials are charged too, as libraries divide by r², or twice by r lest that overflow."""
    y, x = real_jet(y, "atan2"), real_jet(x, "atan2")
    a, b = y.value, x.value
    r2 = a * a + b * b

    def second() -> Any:
        yx = (a * a - b * b) / (r2 * r2)
        return (-2 * a * b / (r2 * r2), yx), (yx, 2 * a * b / (r2 * r2))

    return chain(elementary(arb.atan2(a, b)), (y, x), (elementary(b / r2), elementary(-a / r2)), second)


@nests(lambda z, x, y: x / z, lambda z, x, y: y / z)
def hypot(x: Any, y: Any) -> Jet:
    """√(x² + y²)."""
    x, y = real_jet(x, "hypot"), real_jet(y, "hypot")
    a, b = x.value, y.value
    z = elementary((a * a + b * b).sqrt())

    def second() -> Any:
        xy = -a * b / _cube(z)
        return (b * b / _cube(z), xy), (xy, a * a / _cube(z))

    return chain(z, (x, y), (a / z, b / z), second)


def modulus(z: Jet) -> Jet:
    """|z| of a complex number.

    Raises:
        Undecided: it may be 0, where a derivative is asked for: a kink.
    """
    if not z.is_constant and z.value.contains(0):
        raise Undecided(f"cannot decide that {z.value} is not 0: its modulus has a kink there")
    return jet(hypot(real(z), imag(z)))


@nests(lambda z, x, y: TABLE["expit"](x - y), lambda z, x, y: TABLE["expit"](y - x))
def logaddexp(x: Any, y: Any) -> Jet:
    """log(eˣ + eʸ), factored so that neither term overflows the other's precision."""
    x, y = jet(x), jet(y)
    high, low = (x, y) if x.value.mid() >= y.value.mid() else (y, x)
    gap = elementary((low.value - high.value).exp())  # e^(low − high) ≤ 1
    p, q = 1 / (1 + gap), gap / (1 + gap)
    return chain(elementary(high.value + gap.log1p()), (high, low), (p, q), lambda: ((p * q, -p * q), (-p * q, p * q)))


def maximum(x: Any, y: Any) -> Jet:
    """The larger; Undecided at a tie."""
    a, b = jet(x), jet(y)
    return either(lambda: a > b, lambda: a, lambda: b)


def minimum(x: Any, y: Any) -> Jet:
    """The smaller; Undecided at a tie."""
    a, b = jet(x), jet(y)
    return either(lambda: a < b, lambda: a, lambda: b)


def sign(x: Any) -> Jet:
    """−1, 0 or 1, of a complex number z/|z|; Undecided at 0 where a derivative is asked for."""
    x = jet(x)
    if isinstance(x.value, Complex):
        return x if x.value.is_zero() and x.is_constant else jet(x / abs(x))
    return Jet(arb((x > 0) - (x < 0)))


def copysign(x: Any, y: Any) -> Jet:
    """|x| with the sign of y."""
    magnitude, y = abs(jet(x)), jet(y)
    if y.value == 0:
        raise Undecided("copysign by a zero: balls know no signed zero")
    return either(lambda: y > 0, lambda: magnitude, lambda: -magnitude)
