"""Which examples say something about a backend: those whose computation stays inside the range of the dtype.

Ball arithmetic has no limits on exponents, hardware has. Beyond them a right library answers zero, infinity or NaN,
and where it does depends on how its rules are written. So every number that the computation meets must lie in a
window that leaves room for what a rule does with it:

    smallest normal^⅓  ≤  |v|  ≤  largest^⅓          2^±340 in float64, 2^±42 in float32

The exponent is a third because a rule multiplies no more than three of the numbers at hand before it divides: x ȳ and
1/y² in the quotient's −x ȳ/y², x² + y² in atan2's, x ȳ and 1/√(1 − x²)… whichever way they are associated, a product
of three numbers in the window is a normal number.

- The values and the tangents of forward mode are the jets of the oracle, which tells each of them.
- The cotangents of reverse mode do not show in jets. They are those of our own engine, which runs in the dtype with
  the processor's overflow and underflow flags watched. Cotangents are linear in the seed: with the seed 2^340 larger
  and 2^340 smaller none of them overflows or underflows if and only if all of them lie in the window.
- An input that is smaller than the window (a subnormal number for one) is let through where it makes no difference to
  the truth whether the hardware takes it for zero, and where nothing else that is so small comes of it.

Two more things make an example useless. Balls know no signed zero: where the sign of a zero changes the value, the
inputs lie on a branch cut. And where the balls are so wide that the oracle estimates a tolerance by sampling, a library
that is beyond it need not be wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from flint import arb

from adbench import engine, plain
from adbench.backend import Backend
from adbench.case import Case, Inputs
from adbench.errors import AdbenchError, InvalidCase, NotCertified, Undecided, Unsupported
from adbench.oracle.evaluate import evaluate
from adbench.oracle.jet import Jet
from adbench.oracle.precision import BITS
from adbench.oracle.truth import Truth, truth_at
from adbench.parts import by_parts, in_dtype, parts

FACTORS = 3  # most numbers that a rule multiplies with each other
# Exponent of the window; one less than a third of the range leaves room to sum some terms.
WINDOW_BITS = {"float64": 1022 // FACTORS, "float32": 126 // FACTORS}

# A library may compare what it computed with up to SAFETY times the error of the jets; so may it take the other
# branch of a kink that the jets decide. Two bits less make their balls as wide.
MARGIN_BITS = 2


class OutOfRange(AdbenchError):
    """The computation leaves the range in which the dtype has all its digits."""


class OutsideDomain(AdbenchError):
    """The logarithm of a negative number, a division by zero, on the way if not in the end."""


def truth_within(case: Case, inputs: Inputs, dtype: str, reference: Backend) -> Truth:
    """The truth at these inputs, if a library must be able to compute it.

    Args:
        reference: our engine's backend, which the cotangents are taken from.
    Raises:
        OutOfRange: a number in the computation is too large or too small for the dtype.
        OutsideDomain: a number in the computation is none.
        Undecided: the inputs lie at a kink, or so close to one that rounding may cross it.
        NotCertified: the truth could not be enclosed.
    """
    tiny = _tiny(inputs, dtype)
    with _watched(WINDOW_BITS[dtype], tiny):
        tangents, cotangent = _seeds(case, inputs, dtype)
        evaluate(case, inputs, tangents, cotangent, BITS[dtype] - MARGIN_BITS)
    try:
        truth = truth_at(case, inputs, dtype)
    except InvalidCase as error:
        raise OutOfRange(str(error)) from error
    if truth.bound != "radius":
        raise NotCertified(f"{case.where}: the tolerance is an estimate")
    if tiny:
        _refuse_difference(case, truth, dtype, tiny)
    _refuse_branch_cut(case, truth, dtype)
    _refuse_cotangents(case, truth, dtype, reference)
    return truth


def _tiny(inputs: Inputs, dtype: str) -> set[float]:
    """The entries below the window, other than zeros.  Raises OutOfRange for one above it."""
    entries = [abs(float(x)) for array in inputs.values() if array.dtype.kind in "fc" for x in parts(array).flat]
    if max(entries, default=0.0) > 2.0 ** WINDOW_BITS[dtype]:
        raise OutOfRange(f"an input of {max(entries):.3g}")
    return {x for x in entries if 0 < x < 2.0 ** -WINDOW_BITS[dtype]}


def _seeds(case: Case, inputs: Inputs, dtype: str) -> tuple[Inputs, np.ndarray]:
    """Tangents and a cotangent of ones: of the size of those that the truth is taken with."""
    ones = {name: by_parts(np.ones_like, inputs[name]) for name in case.wrt}
    return ones, by_parts(np.ones_like, case.output_like(inputs))


@contextmanager
def _watched(window: int, tiny: set[float]) -> Iterator[None]:
    """Refuse the first jet that holds a number outside the window."""
    low, high = arb(2) ** -window, arb(2) ** window

    def see(j: Jet) -> None:
        for ball in (j.value, *(j.dot.entries() if j.dot is not None else ())):
            size = abs(ball)
            if not ball.is_finite():
                raise OutsideDomain(f"{ball} on the way")
            outside = size.upper() > high or (size.lower() > 0 and size.upper() < low)
            if outside and not (ball is j.value and ball.is_exact() and float(size) in tiny):
                raise OutOfRange(f"{ball} on the way")

    Jet.magnitude = see
    try:
        yield
    finally:
        Jet.magnitude = None


def _refuse_difference(case: Case, truth: Truth, dtype: str, tiny: set[float]) -> None:
    """Refuse where the truth is another one, by more than its tolerance, with zeros for the tiny inputs."""
    without = {
        name: by_parts(lambda v: np.where(np.isin(np.abs(v), list(tiny)), 0.0, v), x) if x.dtype.kind in "fc" else x
        for name, x in truth.inputs.items()
    }
    flushed = truth_at(case, without, dtype)
    pairs = [(truth.value, flushed.value), (truth.jvp, flushed.jvp)]
    pairs += [(truth.jacobian[n], flushed.jacobian[n]) for n in case.wrt]
    pairs += [(truth.vjp[n], flushed.vjp[n]) for n in case.wrt]
    if any((one.error(other.high) > one.tolerance).any() for one, other in pairs):
        raise OutOfRange(f"an input of {min(tiny):.3g} is neither a number of full precision nor zero")


def _refuse_branch_cut(case: Case, truth: Truth, dtype: str) -> None:
    """Refuse where NumPy's value is another one, by more than its tolerance, with zeros of the other sign."""
    if not any((parts(x) == 0).any() for x in truth.inputs.values() if x.dtype.kind in "fc"):
        return
    try:
        both = [_plain_value(case, truth.inputs, zero, dtype) for zero in (0.0, -0.0)]
    except Unsupported:  # NumPy has few of the special functions
        return
    if (np.abs(np.subtract(*both)) > truth.value.tolerance).any():
        raise Undecided(f"{case.where}: zeros of the two signs lie on the two sides of a branch cut")


def _plain_value(case: Case, inputs: Inputs, zero: float, dtype: str) -> np.ndarray:
    signed = {
        name: by_parts(lambda v: np.where(v == 0, zero, v), x) if x.dtype.kind in "fc" else x
        for name, x in inputs.items()
    }
    return parts(np.asarray(case.function(plain.NAMESPACE, **_in_dtype(signed, dtype)))).astype(np.float64)


def _in_dtype(inputs: Inputs, dtype: str) -> Inputs:
    return {name: in_dtype(x, dtype) for name, x in inputs.items()}


def _refuse_cotangents(case: Case, truth: Truth, dtype: str, reference: Backend) -> None:
    """Refuse where a cotangent of our own engine lies outside the window."""
    inputs = _in_dtype(truth.inputs, dtype)
    f = reference.bind(case, {name: x for name, x in inputs.items() if name not in case.wrt}, case.wrt)
    primals = tuple(inputs[name] for name in case.wrt)
    try:
        with np.errstate(all="raise"):
            _, pullback = engine.vjp(f, *primals)
            for seed in (truth.cotangent, by_parts(np.ones_like, truth.cotangent)):
                for window in (WINDOW_BITS[dtype], -WINDOW_BITS[dtype]):
                    pullback(in_dtype(2.0**window * seed, dtype))
    except FloatingPointError as error:
        raise OutOfRange(f"{error} in reverse mode") from error
    except Exception:  # the engine has no rule, or one of its own faults; the jets have judged the range
        return
