"""Differences, gradients, integrals, interpolation, and angles made continuous."""

from __future__ import annotations

from typing import Any

import numpy as np
from adbench.cases.numpy_api.common import FEW, LINE, TABLE, Function, between, flat, pi, point, row


def ascending(n: int) -> Function:
    """Numbers at distances that differ, none of them small."""
    return lambda rng: np.cumsum(rng.uniform(0.5, 1.5, n)) - n / 2


def on_line(xp: Any, x: Any, knots: Any, values: Any) -> Any:
    """The line through the points at x, all of them inside."""
    i = np.clip(xp.searchsorted(knots, x), 1, knots.shape[0] - 1)
    low, high = knots[i - 1], knots[i]
    return values[i - 1] + (values[i] - values[i - 1]) * (x - low) / (high - low)


def slopes(xp: Any, f: Any, x: Any, second: bool = False) -> Any:
    """Along the first axis, at coordinates x."""
    h = (x[1:] - x[:-1])[(slice(None),) + (None,) * (f.ndim - 1)]
    a, b = h[:-1], h[1:]
    d = (f[1:] - f[:-1]) / h
    inside = (b * d[:-1] + a * d[1:]) / (a + b)
    if second:  # the parabola's slope at its ends
        return xp.concat([2 * d[:1] - inside[:1], inside, 2 * d[-1:] - inside[-1:]])
    return xp.concat([d[:1], inside, d[-1:]])


# fmt: off
row("diff_ends", {"x": TABLE, "p": (), "q": ()}, lambda np, x, p, q: np.diff(x, axis=1, prepend=p, append=q), lambda xp, x, p, q: xp.concat([x[:, :1] - p, xp.diff(x), q - x[:, -1:]], axis=1))
row("ediff1d", {"x": TABLE}, lambda np, x: np.ediff1d(x), lambda xp, x: xp.diff(flat(x)))
row("ediff1d_ends", {"x": LINE, "p": (), "q": (2,)}, lambda np, x, p, q: np.ediff1d(x, to_end=q, to_begin=p), lambda xp, x, p, q: xp.concat([xp.reshape(p, (1,)), xp.diff(x), q]))
row("gradient", {"x": LINE}, lambda np, x: np.gradient(x), lambda xp, x: slopes(xp, x, xp.arange(5, dtype=x.dtype)))
row("gradient_short", {"x": FEW}, lambda np, x: np.gradient(x), lambda xp, x: xp.stack([x[1] - x[0], (x[2] - x[0]) / 2, x[2] - x[1]]))
row("gradient_axes", {"x": TABLE}, lambda np, x: np.stack(np.gradient(x)), lambda xp, x: xp.stack([slopes(xp, x, xp.arange(3, dtype=x.dtype)), slopes(xp, x.T, xp.arange(4, dtype=x.dtype)).T]))
row("gradient_spacing", {"x": TABLE, "h": between(0.5, 1.5)}, lambda np, x, h: np.gradient(x, h, axis=0), lambda xp, x, h: slopes(xp, x, xp.arange(3, dtype=h.dtype) * h))
row("gradient_coordinates", {"x": LINE, "t": ascending(5)}, lambda np, x, t: np.gradient(x, t), lambda xp, x, t: slopes(xp, x, t))
row("gradient_edge_order", {"x": TABLE, "t": ascending(4)}, lambda np, x, t: np.gradient(x, t, axis=1, edge_order=2), lambda xp, x, t: slopes(xp, x.T, t, True).T, wrt=("x",))
row("trapezoid", {"y": TABLE}, lambda np, y: np.trapezoid(y), lambda xp, y: xp.sum(y[:, 1:] + y[:, :-1], axis=1) / 2)
row("trapezoid_spacing", {"y": TABLE, "h": ()}, lambda np, y, h: np.trapezoid(y, dx=h, axis=0), lambda xp, y, h: xp.sum(y[1:] + y[:-1], axis=0) * h / 2)
row("trapezoid_coordinates", {"y": TABLE, "x": (4,)}, lambda np, y, x: np.trapezoid(y, x, axis=-1), lambda xp, y, x: xp.sum((y[:, 1:] + y[:, :-1]) * (x[1:] - x[:-1]), axis=1) / 2)
row("interp", {"x": point(0.25, 2.5, 1.125), "t": point(0.0, 0.5, 2.0, 3.0), "f": (4,)}, lambda np, x, t, f: np.interp(x, t, f), lambda xp, x, t, f: on_line(xp, x, t, f))
row("interp_outside", {"x": point(-1.0, 2.5, 4.0), "t": point(0.0, 0.5, 2.0, 3.0), "f": (4,)}, lambda np, x, t, f: np.interp(x, t, f), lambda xp, x, t, f: xp.stack([f[0], on_line(xp, x[1:2], t, f)[0], f[3]]))
row("interp_left_right", {"x": point(-1.0, 2.5, 4.0), "t": point(0.0, 0.5, 2.0, 3.0), "f": (4,)}, lambda np, x, t, f: np.interp(x, t, f, left=-7.0, right=5.0), lambda xp, x, t, f: xp.stack([0 * f[0] - 7, on_line(xp, x[1:2], t, f)[0], 0 * f[0] + 5]))
row("interp_period", {"x": point(-1.25, 2.25, 4.75), "t": point(2.0, 0.5, 3.0), "f": FEW}, lambda np, x, t, f: np.interp(x, t, f, period=4.0), lambda xp, x, t, f: on_line(xp, x + np.array([4.0, 0.0, -4.0]), xp.stack([t[2] - 4, t[1], t[0], t[2], t[1] + 4]), xp.stack([f[2], f[1], f[0], f[2], f[1]])), wrt=("x", "f"))
row("unwrap", {"x": point([0.0, 3.0, -2.5, -1.0], [2.0, -3.0, -2.0, -1.0])}, lambda np, x: np.unwrap(x), lambda xp, x: x + 2 * pi(xp, x) * np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 1.0, 1.0]]))
row("unwrap_axis", {"x": point([0.0, 1.75], [0.75, 0.0], [0.375, 1.25])}, lambda np, x: np.unwrap(x, axis=0, period=1.0), lambda xp, x: x + np.array([[0.0, 0.0], [-1.0, 2.0], [-1.0, 1.0]]))
