"""The working precision of ball arithmetic, and how a computed elementary function is charged at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from flint import arb, ctx

from adbench.oracle.pair import Complex

BITS = {"float64": 53, "float32": 24, "float16": 11, "bfloat16": 8}
SMALLEST_NORMAL = {"float64": 2.0**-1022, "float32": 2.0**-126, "float16": 2.0**-14, "bfloat16": 2.0**-126}
LARGEST = {
    "float64": np.finfo(np.float64).max,
    "float32": (2 - 2.0**-23) * 2.0**127,
    "float16": 65504.0,
    "bfloat16": (2 - 2.0**-7) * 2.0**127,
}

CERTIFIED_BITS = 320  # 200 bits of headroom over the 1e-30 that a proof asks for
CAP_BITS = 5120


@contextmanager
def working(bits: int) -> Iterator[None]:
    """Run a block with every ball operation rounded to `bits` bits."""
    outer = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = outer


def elementary(y: arb) -> arb:
    """Widen the value of an elementary function by one unit in its last place.

    IEEE 754 demands correct rounding of + − × ÷ √ alone; what a library computes for exp(0) or 2.0**3 may be
    off by an ulp even where the exact result is representable, so that Arb's own radius is zero.
    """
    return y * arb(1, (1, 1 - ctx.prec))


COMPLEX_NUMBERS = (complex, np.complexfloating, Complex)


def rounded(x: object) -> arb | Complex:
    """A Python or NumPy number as the working precision holds it: exact if it fits, else a ball around it."""
    if isinstance(x, COMPLEX_NUMBERS):
        return +x if isinstance(x, Complex) else Complex(rounded(x.real), rounded(x.imag))
    return +(arb(x) if isinstance(x, int | arb) else arb(float(x)))  # type: ignore[arg-type]


def round_to(x: np.ndarray, dtype: str) -> np.ndarray:
    """float64 numbers rounded to nearest as `dtype` holds them, infinite beyond its range; as float64."""
    if dtype != "bfloat16":
        with np.errstate(over="ignore"):
            return np.asarray(x).astype(dtype).astype(np.float64)
    mantissa, exponent = np.frexp(np.asarray(x, dtype=np.float64))  # NumPy has no bfloat16
    bits = BITS[dtype]
    rounded = np.ldexp(np.rint(np.ldexp(mantissa, bits)), exponent - bits)
    return np.asarray(np.where(np.abs(rounded) > LARGEST[dtype], np.copysign(np.inf, x), rounded))


def spacing(x: np.ndarray, dtype: str) -> np.ndarray:
    """One unit in the last place of numbers of `dtype`, no less than that of its smallest normal number."""
    magnitude = np.maximum(np.abs(np.asarray(x, dtype=np.float64)), SMALLEST_NORMAL[dtype])
    _, exponent = np.frexp(magnitude)
    return np.asarray(np.ldexp(1.0, exponent - BITS[dtype]))
