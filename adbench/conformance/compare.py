"""Entry by entry comparisons, each of which yields a `Check`."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from adbench.oracle.precision import BITS
from adbench.oracle.truth import SAFETY, Enclosure
from adbench.parts import parts
from adbench.results import Check

Index = tuple[np.intp, ...]


def shape(name: str, got: np.ndarray, expected: tuple[int, ...]) -> Check:
    """The answer has exactly the expected shape."""
    if got.shape == expected:
        return Check(name="shape", status="pass", input=name)
    return Check(name="shape", status="fail", input=name, message=f"has shape {got.shape}, expected {expected}")


def dtype(name: str, got: np.ndarray, expected: str) -> Check:
    """The answer has exactly the cell's dtype."""
    if got.dtype == expected:
        return Check(name="dtype", status="pass", input=name)
    return Check(name="dtype", status="fail", input=name, message=f"has dtype {got.dtype}, expected {expected}")


def closeness(
    check: str,
    name: str,
    got: np.ndarray,
    truth: Enclosure,
    dtype: str,
    scale: Callable[[], float],
    place: Callable[[Index], Index] = lambda index: index,
) -> Check:
    """Every entry lies within its own tolerance of the truth, of complex numbers each part.

    Args:
        scale: the largest magnitude in the computation, asked for only when an entry is beyond its tolerance:
            an error at that magnitude's rounding level means lost digits, a larger one a wrong derivative.
        place: what an entry's index is called in the message.
    """
    if got.size == 0:
        return Check(name=check, status="pass", input=name)
    got = parts(got)
    error = truth.error(got)
    ratio = _ratio(error, truth.tolerance)
    worst = np.unravel_index(np.argmax(np.where(np.isnan(ratio), np.inf, ratio)), got.shape)
    ulps = truth.ulps(got, dtype)
    largest_ulps = _finite(np.nanmax(ulps)) if not np.isnan(ulps).all() else None
    if ratio[worst] <= 1:
        return Check(name=check, status="pass", input=name, ulps=largest_ulps, ratio=_finite(ratio[worst]))
    lost = np.isfinite(error).all() and error.max() <= SAFETY * 2.0 ** (1 - BITS[dtype]) * scale()
    return Check(
        name=check,
        status="fail",
        input=name,
        ulps=largest_ulps,
        ratio=_finite(ratio[worst]),
        kind="inaccurate" if lost else "wrong",
        message=_entry(
            place(worst), got[worst], truth.high[worst], ulps[worst], ratio[worst], complex=truth.complex
        ),
    )


def adjoint(
    cotangent: np.ndarray,
    y_dot: np.ndarray,
    tangents: list[np.ndarray],
    x_bars: list[np.ndarray],
    jvp: Enclosure,
    vjp: list[Enclosure],
) -> Check:
    """⟨ȳ, J u⟩ = ⟨Jᵀ ȳ, u⟩, within what the tolerances of both sides add up to; of complex arrays their `parts`."""
    cotangent, y_dot, tangents, x_bars = parts(cotangent), parts(y_dot), [*map(parts, tangents)], [*map(parts, x_bars)]
    left = _terms(cotangent, y_dot)
    right = [t for u, x_bar in zip(tangents, x_bars, strict=True) for t in _terms(u, x_bar)]
    gap = abs(_sum(left) - _sum(right))
    allowed = _sum(_terms(np.abs(cotangent), jvp.tolerance))
    allowed += sum(_sum(_terms(np.abs(u), e.tolerance)) for u, e in zip(tangents, vjp, strict=True))
    allowed += 2.0**-52 * _sum(list(map(abs, left + right)))  # each product above was rounded once
    ratio = gap / allowed if allowed else (0.0 if gap == 0 else math.inf)
    if math.isfinite(gap) and ratio <= 1:
        return Check(name="adjoint", status="pass", ratio=ratio)
    return Check(
        name="adjoint",
        status="fail",
        ratio=_finite(ratio),
        message=f"⟨ȳ, J u⟩ = {_sum(left):.17g} but ⟨Jᵀ ȳ, u⟩ = {_sum(right):.17g}",
    )


def agreement(name: str, forward: np.ndarray, reverse: np.ndarray, truth: Enclosure) -> Check:
    """The Jacobians by forward and by reverse mode differ by no more than their tolerances together."""
    if forward.shape != reverse.shape:
        message = f"forward mode gives shape {forward.shape}, reverse mode {reverse.shape}"
        return Check(name="agreement", status="fail", input=name, message=message)
    if forward.size == 0:
        return Check(name="agreement", status="pass", input=name)
    with np.errstate(all="ignore"):
        ratio = _ratio(np.abs(forward.astype(np.float64) - reverse), 2 * truth.tolerance)
    worst = np.unravel_index(np.argmax(np.where(np.isnan(ratio), np.inf, ratio)), ratio.shape)
    if ratio[worst] <= 1:
        return Check(name="agreement", status="pass", input=name, ratio=_finite(ratio[worst]))
    message = f"entry {_index(worst)}: forward mode says {forward[worst]:.17g}, reverse mode {reverse[worst]:.17g}"
    return Check(name="agreement", status="fail", input=name, ratio=_finite(ratio[worst]), message=message)


def same_bits(check: str, name: str, before: np.ndarray, after: np.ndarray, what: str) -> Check:
    """Two arrays are equal to the bit, NaNs included."""
    if before.dtype == after.dtype and before.shape == after.shape and before.tobytes() == after.tobytes():
        return Check(name=check, status="pass", input=name)
    return Check(name=check, status="fail", input=name, message=what)


def _ratio(error: np.ndarray, tolerance: np.ndarray) -> np.ndarray:
    """Error over tolerance; 0 for an exact answer whatever its tolerance."""
    with np.errstate(all="ignore"):
        return np.where(error == 0, 0.0, error / tolerance)


def _terms(a: np.ndarray, b: np.ndarray) -> list[float]:
    with np.errstate(all="ignore"):
        products: list[float] = (np.asarray(a, np.float64) * np.asarray(b, np.float64)).ravel().tolist()
    return products


def _sum(terms: list[float]) -> float:
    """The sum, rounded once; infinite where it overflows or a term is not finite."""
    try:
        total = math.fsum(terms)
    except (OverflowError, ValueError):
        return math.inf
    return total if math.isfinite(total) else math.inf


def _finite(x: float) -> float | None:
    """As JSON can hold it: NaN and infinity are null."""
    return float(x) if math.isfinite(x) else None


def _index(index: Index) -> list[int]:
    return [int(i) for i in index]


def _entry(index: Index, got: float, expected: float, ulps: float, ratio: float, *, complex: bool) -> str:
    index, part = (index[:-1], ("Re ", "Im ")[index[-1]]) if complex else (index, "")
    where = f"{part}entry {_index(index)}: " if index else part.replace(" ", ": ")
    off = f", {ulps:.2g} ulps" if math.isfinite(ulps) else ""
    beyond = f", {ratio:.2g} × tolerance" if math.isfinite(ratio) else ""
    return f"{where}got {got:.17g}, expected {expected:.17g}{off}{beyond}"
