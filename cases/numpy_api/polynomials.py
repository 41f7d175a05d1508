"""Convolutions, and polynomials by their coefficients."""

from __future__ import annotations

from typing import Any

import numpy as np
from adbench.cases.numpy_api.common import FEW, LINE, point, row


def convolved(xp: Any, a: Any, v: Any) -> Any:
    """yₖ = Σᵢ aᵢ vₖ₋ᵢ."""
    n = a.shape[0]
    shifted = [
        xp.concat([xp.zeros((i,), dtype=v.dtype), a[i] * v, xp.zeros((n - 1 - i,), dtype=v.dtype)]) for i in range(n)
    ]
    return sum(shifted[1:], shifted[0])


# fmt: off
row("convolve", {"a": LINE, "v": FEW}, lambda np, a, v: np.convolve(a, v), lambda xp, a, v: convolved(xp, a, v))
row("convolve_same", {"a": LINE, "v": (4,)}, lambda np, a, v: np.convolve(a, v, mode="same"), lambda xp, a, v: convolved(xp, a, v)[1:6])
row("convolve_valid", {"a": FEW, "v": LINE}, lambda np, a, v: np.convolve(a, v, mode="valid"), lambda xp, a, v: convolved(xp, a, v)[2:5])
row("correlate", {"a": LINE, "v": FEW}, lambda np, a, v: np.correlate(a, v), lambda xp, a, v: convolved(xp, a, v[::-1])[2:5])
row("correlate_same", {"a": LINE, "v": FEW}, lambda np, a, v: np.correlate(a, v, mode="same"), lambda xp, a, v: convolved(xp, a, v[::-1])[1:6])
row("correlate_full", {"a": FEW, "v": LINE}, lambda np, a, v: np.correlate(a, v, mode="full"), lambda xp, a, v: convolved(xp, a, v[::-1]))
row("polyval", {"p": (4,), "x": FEW}, lambda np, p, x: np.polyval(p, x), lambda xp, p, x: ((p[0] * x + p[1]) * x + p[2]) * x + p[3])
row("polymul", {"a": FEW, "b": (4,)}, lambda np, a, b: np.polymul(a, b), lambda xp, a, b: convolved(xp, a, b))
row("polyder", {"p": LINE}, lambda np, p: np.polyder(p, 2), lambda xp, p: p[:3] * np.array([12.0, 6.0, 2.0]))
row("vander", {"x": FEW}, lambda np, x: np.vander(x, 4), lambda xp, x: xp.stack([x * x * x, x * x, x, 1 + 0 * x], axis=-1))
row("vander_increasing", {"x": point(0.0, -1.5, 2.0)}, lambda np, x: np.vander(x, increasing=True), lambda xp, x: xp.stack([1 + 0 * x, x, x * x], axis=-1), trap=True)
