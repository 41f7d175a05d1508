"""Functions of complex jets: holomorphic ones by the rows of the real table, their cuts, powers, and the parts.

A holomorphic function is differentiated as a real one: f(z)' u = f'(z) z'u, with complex numbers. On a branch cut it
jumps; at most its value is known there, on the side that NumPy takes for an imaginary part of +0.

Source: Kahan, Branch cuts for complex elementary functions (1987); C99, annex G.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import acb, arb, ctx

from adbench.errors import Undecided
from adbench.oracle.jet import Jet, chain, jet
from adbench.oracle.pair import Complex, conjugate, parts_of
from adbench.oracle.precision import working
from adbench.oracle.sharp import GUARD_BITS, settled

Ball = Callable[[Any], Any]
Cut = Callable[[acb], bool]


# Cuts: whether a ball may lie on one, or on its end.


def nowhere(z: acb) -> bool:
    """No cut."""
    return False


def negative(z: acb) -> bool:
    """The real axis up to 0: log, √, powers."""
    return bool(z.imag.contains(0) and not z.real > 0)


def below_minus_one(z: acb) -> bool:
    """The real axis up to −1: log1p."""
    return negative(1 + z)


def below_one(z: acb) -> bool:
    """The real axis up to 1: acosh."""
    return negative(z - 1)


def beyond_one(z: acb) -> bool:
    """The real axis up to −1 and from 1: asin, acos, atanh."""
    return bool(z.imag.contains(0) and not abs(z.real) < 1)


def beyond_i(z: acb) -> bool:
    """The imaginary axis up to −i and from i: atan, asinh."""
    return beyond_one(acb(-z.imag, z.real))


WITH_OTHER_SIDES = (beyond_one, beyond_i)  # on which Flint is continuous from another side than NumPy, for some points


def holomorphic(f: Ball, first: Ball, second: Ball, cut: Cut) -> Callable[[Jet], Jet]:
    """The function of a complex jet from a row of the table: ball functions of its value and its two derivatives."""
    value, slope, curvature = (_of_complex(g) for g in (f, first, second))

    def apply(x: Jet) -> Jet:
        z = x.value
        if not x.is_constant or cut in WITH_OTHER_SIDES:
            _refuse_cut(z, cut)
        if x.is_constant:
            return Jet(value(z))
        return chain(value(z), (x,), (slope(z),), lambda: ((curvature(z),),))

    return apply


def _refuse_cut(z: Any, cut: Cut) -> None:
    if cut(z.acb if isinstance(z, Complex) else acb(z)):
        raise Undecided(f"cannot decide the side of a branch cut at {z}: the inputs lie on it")


def _of_complex(f: Ball) -> Callable[..., Complex]:
    """A function of real balls, or one written for any, as one of complex balls."""
    of_acb = getattr(acb, f.__name__) if getattr(arb, f.__name__, None) is f else f
    return lambda z: _rounded(of_acb, z).charged()


def _rounded(f: Callable[..., Any], *operands: Any) -> Complex:
    """f of balls with no more rounding than its operands bring; `acb` loses digits in its inverse functions."""
    point = [z.acb if isinstance(z, Complex) else acb(z) for z in operands]
    if all(z.is_exact() for z in operands):
        return Complex.of(acb(settled(f, point)))
    with working(ctx.prec + GUARD_BITS):
        y = f(*point)
    return Complex.of(acb(y))


def power(x: Jet, y: Jet) -> Jet:
    """x**y where one of the two is complex: by the principal logarithm, but for whole constant exponents.

    What C makes of it is exp(y log x), which loses |y log x| rounding errors; products lose one a factor.
    """
    n = _whole(y)
    if n is not None:
        return _whole_power(x, n)
    a, b = x.value, y.value
    if not x.is_constant:
        _refuse_cut(a, negative)
    ulps = 1 + abs(_rounded(lambda a, b: b * a.log(), a, b))

    def charged(f: Callable[[acb, acb], acb]) -> Complex:
        return _rounded(f, a, b).charged(ulps)

    z = charged(lambda a, b: a**b)
    if x.is_constant and y.is_constant:
        return Jet(z)
    first = (charged(lambda a, b: b * a ** (b - 1)), charged(lambda a, b: a**b * a.log()))

    def second() -> Any:
        xy = charged(lambda a, b: a ** (b - 1) * (1 + b * a.log()))
        return (
            (charged(lambda a, b: b * (b - 1) * a ** (b - 2)), xy),
            (xy, charged(lambda a, b: a**b * a.log() ** 2)),
        )

    return chain(z, (x, y), first, second)


def _whole(y: Jet) -> Any:
    re, im = parts_of(y.value)
    return re.unique_fmpz() if y.is_constant and im == 0 and re.is_exact() and re.is_integer() else None


def _whole_power(x: Jet, n: Any) -> Jet:
    def at(k: Any) -> Complex:
        z = _rounded(lambda z: z**k, x.value)
        return z if k in (0, 1) else z.charged(1 + abs(arb(k)))

    return chain(
        at(n),
        (x,),
        (n * at(n - 1) if n else arb(0),),
        lambda: ((n * (n - 1) * at(n - 2) if n not in (0, 1) else arb(0),),),
    )


def _of_parts(of_part: Callable[[Any], Any]) -> Callable[[Jet], Jet]:
    """A real-linear function of a complex jet, from the same of each of its balls and rows."""
    return lambda x: Jet(*(None if p is None else of_part(p) for p in (x.value, x.dot, x.along, x.mixed)))


def _imaginary(part: Any) -> Any:
    return part.im if isinstance(part, Complex) else part * 0


_real = _of_parts(lambda part: part.re if isinstance(part, Complex) else part)
_imag = _of_parts(_imaginary)
_conj = _of_parts(conjugate)


def real(x: Any) -> Jet:
    """The real part."""
    x = jet(x)
    return _real(x) if isinstance(x.value, Complex) else x


def imag(x: Any) -> Jet:
    """The imaginary part; of a real number 0."""
    x = jet(x)
    return _imag(x) if isinstance(x.value, Complex) else jet(0)


def conj(x: Any) -> Jet:
    """The conjugate."""
    x = jet(x)
    return _conj(x) if isinstance(x.value, Complex) else x


def squared_modulus(x: Any) -> Any:
    """|z|² = re² + im², a jet."""
    a, b = real(x), imag(x)
    return a * a + b * b
