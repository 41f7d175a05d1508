"""Where a function is looked at: spans of its operands, swept with a seed, and the hard points beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

POINTS = 200  # a function; the hard points come on top
STIR = 1e-9  # of a point's own size: far below the distance to the next, far above its last place


@dataclass(frozen=True)
class Span:
    """A stretch of an operand's domain.

    Attributes:
        low, high: its ends; of magnitudes where `kind` is "signed".
        kind: spread evenly ("linear"), evenly in the logarithm ("log"), or so with either sign ("signed").
    """

    low: float
    high: float
    kind: Literal["linear", "log", "signed"]


Spans = tuple[Span, ...]


def linear(low: float, high: float) -> Spans:
    """Evenly spread."""
    return (Span(low, high, "linear"),)


def log(low: float, high: float) -> Spans:
    """As many points in each decade."""
    return (Span(low, high, "log"),)


def signed(low: float, high: float) -> Spans:
    """As many points in each decade of the magnitude, half of them negative."""
    return (Span(low, high, "signed"),)


@dataclass(frozen=True, kw_only=True)
class Function:
    """A row of the table.

    Attributes:
        operands: name to spans, in the order of the call; the derivative is taken by each alone.
        hard: points of its own choosing, a tuple of operands each.
        before: integers that come before the operands, such as an order.
    """

    operands: dict[str, Spans]
    hard: tuple[tuple[float, ...], ...] = ()
    before: tuple[int, ...] = ()


def of(*, hard: Sequence[float | tuple[float, ...]] = (), before: tuple[int, ...] = (), **operands: Spans) -> Function:
    """A row: spans by operand, `x=linear(-1, 1) + log(1, 1e300)`; a hard point of one operand may be a bare number."""
    points = tuple(p if isinstance(p, tuple) else (p,) for p in hard)
    return Function(operands=operands, hard=points, before=before)


def points(name: str, function: Function, dtype: str) -> tuple[np.ndarray, ...]:
    """The points at which a function is looked at, an array of `dtype` an operand; the same ones every time.

    Subnormal operands are left out: hardware may take them for zero.
    """
    rng = np.random.default_rng([len(name), *name.encode()])
    swept = [_sweep(spans, dtype, rng) for spans in function.operands.values()]
    hard = np.array(function.hard, dtype=np.float64).reshape(-1, len(swept))
    with np.errstate(over="ignore", under="ignore"):
        rounded = np.vstack([np.column_stack(swept), hard]).astype(dtype)
    kept = rounded[_are_ordinary(rounded).all(axis=1)]
    return tuple(np.ascontiguousarray(column) for column in kept.T)


def _sweep(spans: Spans, dtype: str, rng: np.random.Generator) -> np.ndarray:
    """One point in each of as many equal parts of the spans, shuffled so that operands meet by chance."""
    shares = [len(part) for part in np.array_split(np.arange(POINTS), len(spans))]
    return rng.permutation(np.concatenate([_spread(s, n, dtype, rng) for s, n in zip(spans, shares, strict=True)]))


def _spread(span: Span, count: int, dtype: str, rng: np.random.Generator) -> np.ndarray:
    parts = (np.arange(count) + rng.uniform(size=count)) / count
    if span.kind == "linear":
        # A sum of large numbers ends in zeros, of which y − 1 would be exact; real arguments do not.
        stirred = (span.low + (span.high - span.low) * parts) * (1 + rng.uniform(-STIR, STIR, count))
        return np.asarray(np.clip(stirred, span.low, span.high))
    range_of = np.finfo(dtype)
    low, high = np.log(max(span.low, float(range_of.smallest_normal))), np.log(min(span.high, float(range_of.max)))
    magnitude = np.exp(low + (high - low) * parts)
    return np.asarray(magnitude * (rng.choice([-1.0, 1.0], count) if span.kind == "signed" else 1.0))


def _are_ordinary(x: np.ndarray) -> np.ndarray:
    return np.asarray(np.isfinite(x) & ((x == 0) | (np.abs(x) >= np.finfo(x.dtype).smallest_normal)))
