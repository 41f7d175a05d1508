"""Elementwise functions that step, and that ask what a number is: constant between their jumps, undecided at one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb, ctx

from adbench.errors import Undecided
from adbench.oracle.arrays import elementwise, jets
from adbench.oracle.functions import maximum, minimum
from adbench.oracle.jet import Jet, jet, real_jet
from adbench.oracle.precision import working

EXACT_BITS = 4300  # hold any quotient of two float64 numbers to its units, and 53 bits beyond


def _step(name: str, f: Callable[[arb], arb], jumps_at: Callable[[arb], bool]) -> Callable[[Any], Jet]:
    """A function that is constant between jumps.

    Args:
        f: the step, monotone.
        jumps_at: whether an exact number is where it jumps.
    """

    def apply(x: Any) -> Jet:
        x = real_jet(x, name)
        if not x.value.is_finite():
            return Jet(arb.nan())
        low, high = f(x.value.lower()), f(x.value.upper())
        jumps = x.value.is_exact() and not x.is_constant and jumps_at(x.value)
        if low != high or jumps:
            raise Undecided(f"cannot decide {name} of {x.value}: the inputs lie at a jump")
        return Jet(low)

    return apply


def _floor(x: arb) -> arb:
    return _whole(x, arb.floor)


def _whole(x: arb, f: Callable[[arb], arb]) -> arb:
    with working(max(ctx.prec, EXACT_BITS)):
        return f(x)


def _trunc(x: arb) -> arb:
    return _whole(x, arb.floor if x > 0 else arb.ceil)


def _round(x: arb) -> arb:
    """To the nearest integer, halves to the even one."""
    with working(max(ctx.prec, EXACT_BITS)):
        below = (x + arb(0.5)).floor()
        tie = below - x == arb(0.5)
        return below - 1 if tie and not (below / 2).is_integer() else below


floor = _step("floor", _floor, arb.is_integer)
ceil = _step("ceil", lambda x: _whole(x, arb.ceil), arb.is_integer)
trunc = _step("trunc", _trunc, lambda x: x.is_integer() and x != 0)
round_ = _step("round", _round, lambda x: (2 * x).is_integer() and not x.is_integer())


def floor_divide(x: Any, y: Any) -> Jet:
    """⌊x / y⌋, by the exact quotient; Undecided where that is a whole number and a derivative is asked for."""
    x, y = jet(x), jet(y)
    with working(max(ctx.prec, EXACT_BITS)):
        quotient = x.value / y.value  # exact where a whole number is
        return floor(Jet(quotient, x.dot if x.dot is not None else y.dot, x.along))


def remainder(x: Any, y: Any) -> Jet:
    """x − y ⌊x / y⌋, of the sign of y; a jump where x is a multiple of y."""
    x, y = jet(x), jet(y)
    quotient = floor_divide(x, y)
    z = x - y * quotient
    with working(max(ctx.prec, EXACT_BITS)):
        exact = x.value - y.value * quotient.value
    return Jet(+exact, z.dot, z.along, z.mixed)


_maximum, _minimum = elementwise(maximum, 2), elementwise(minimum, 2)


def clip(x: Any, /, min: Any = None, max: Any = None) -> Any:
    """x held between two bounds, numbers or arrays; None bounds nothing."""
    y = jets(x)
    y = y if min is None else _maximum(y, min)
    return y if max is None else _minimum(y, max)


def identity(x: Any, /) -> Any:
    """x: what positive makes of numbers."""
    return jets(x)[()]


def asks(question: Callable[[Jet], bool]) -> Callable[[Any], Any]:
    """A yes or no about each entry, as booleans."""
    ask = np.frompyfunc(lambda x: bool(question(jet(x))), 1, 1)
    return lambda x, /: np.asarray(ask(np.asarray(x, dtype=object)), dtype=bool)[()]


def booleans(x: Any) -> Any:
    """Truth values: a number is true unless it is zero."""
    return np.asarray(x, dtype=bool)


def logical(function: Any) -> Callable[..., Any]:
    """A NumPy function of truth values."""
    return lambda *operands: function(*(booleans(x) for x in operands))


QUESTIONS = {
    "isfinite": asks(lambda x: x.value.is_finite()),
    "isinf":    asks(lambda x: not x.value.is_finite() and not x.value.is_nan()),
    "isnan":    asks(lambda x: x.value.is_nan()),
    "signbit":  asks(lambda x: x < 0),  # balls know no signed zero
}  # fmt: skip
STEPS = {"floor": floor, "ceil": ceil, "trunc": trunc, "round": round_}
OF_TRUTH = ("logical_and", "logical_or", "logical_xor", "logical_not")
