"""What the order of a sum costs: a library may add three or more terms in any order, and round other partial sums.

Ball arithmetic charges an addition for the sum that it meets. In 2³⁰ − 2³⁰ + 1.1 that is nothing and 1.1, but whoever
adds 2³⁰ + 1.1 first has lost seven digits. No partial sum in any order exceeds the sum of the terms' magnitudes; so
that is what each addition of a further term is charged for. It is charged nothing if all terms are multiples of one
number and the sum of their magnitudes has few enough of it: then every order is exact.

Source: Higham, Accuracy and Stability of Numerical Algorithms (2002), §4.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from flint import arb, arb_mat, ctx

from adbench.oracle.pair import Complex, around_zero, parts_of

MOST_BITS = 64  # of the precisions that stand for a dtype; at more, where truths are proved, no order matters


class Terms(NamedTuple):
    """What is known of the terms of a sum, for its value and then for each direction.

    Attributes:
        size: the sum of their magnitudes.
        grain: a power of two that they are multiples of; 0 where one is not exact.
    """

    size: np.ndarray
    grain: np.ndarray

    def of_width(self, width: int) -> Terms:
        """The same with zeros in all further directions."""
        missing = width + 1 - self.size.size
        if not missing:
            return self
        return Terms(np.pad(self.size, (0, missing)), np.pad(self.grain, (0, missing), constant_values=np.inf))


def terms_of(value: Any, dot: Any, width: int) -> Terms:
    """A single term; of a complex number its parts, as if they were added too."""
    if isinstance(value, Complex) or isinstance(dot, Complex):
        rows = (dot.re, dot.im) if isinstance(dot, Complex) else (dot, None)
        return joined(*(terms_of(part, row, width) for part, row in zip(parts_of(value), rows, strict=True)))
    balls = [value, *(dot.entries() if dot is not None else ())]
    size, grain = np.zeros(width + 1), np.full(width + 1, np.inf)
    mids = np.array([float(ball.mid()) for ball in balls])
    size[: len(balls)] = np.abs(mids)
    exact = np.array([ball.is_exact() for ball in balls])
    grain[: len(balls)] = np.where(exact, _grain(mids), 0.0)
    return Terms(size, grain)


def joined(a: Terms, b: Terms) -> Terms:
    """The terms of two sums."""
    return Terms(a.size + b.size, np.minimum(a.grain, b.grain))


def charge(terms: Terms) -> np.ndarray:
    """What an addition to a sum of these terms is charged: half a unit in the last place of any partial sum."""
    with np.errstate(all="ignore"):
        charged = terms.size > np.ldexp(terms.grain, ctx.prec)
        return np.where(charged & np.isfinite(terms.size), np.ldexp(terms.size, -ctx.prec), 0.0)


def widened(value: Any, dot: Any, radii: Sequence[float]) -> tuple[Any, Any]:
    """A value and its row of derivatives with their radii enlarged."""
    if radii[0]:
        value = value + around_zero(arb(0, radii[0]), value)
    if dot is not None and any(radii[1:]):
        dot = dot + around_zero(arb_mat(1, dot.ncols(), [arb(0, radius) for radius in radii[1:]]), dot)
    return value, dot


def _grain(x: np.ndarray) -> np.ndarray:
    """The largest power of two of which a number is a multiple; infinite for 0."""
    mantissa, exponent = np.frexp(np.where(np.isfinite(x), x, 0.0))
    whole = np.ldexp(np.abs(mantissa), 53).astype(np.int64)
    return np.where(whole == 0, np.inf, np.ldexp((whole & -whole).astype(np.float64), exponent - 53))
