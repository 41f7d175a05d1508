"""The working precision of ball arithmetic, and how a computed elementary function is charged at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flint import arb, ctx

BITS = {"float64": 53, "float32": 24, "float16": 11, "bfloat16": 8}

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


def rounded(x: object) -> arb:
    """A Python or NumPy number as the working precision holds it: exact if it fits, else a ball around it."""
    return +(arb(x) if isinstance(x, int | arb) else arb(float(x)))  # type: ignore[arg-type]
