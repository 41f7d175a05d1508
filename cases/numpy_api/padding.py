"""Padding by values that are computed of the entries, and filling."""

from __future__ import annotations

import numpy as np
from adbench.cases.numpy_api.common import FEW, LINE, TABLE, row

# fmt: off
row("full_like", {"x": (), "y": TABLE}, lambda np, x, y: np.full_like(y, x), lambda xp, x, y: xp.full((3, 4), x), wrt=("x",))
row("pad_values", {"x": LINE}, lambda np, x: np.pad(x, 2, mode="constant", constant_values=(3.0, -1.0)), lambda xp, x: xp.concat([0 * x[:2] + 3, x, 0 * x[:2] - 1]))
row("pad_ramp", {"x": FEW}, lambda np, x: np.pad(x, (2, 4), mode="linear_ramp", end_values=(5.0, -4.0)), lambda xp, x: xp.concat([5 + (x[0] - 5) * np.array([0.0, 0.5]), x, x[2] + (-4 - x[2]) * np.array([0.25, 0.5, 0.75, 1.0])]))
row("pad_maximum", {"x": TABLE}, lambda np, x: np.pad(x, ((1, 0), (0, 2)), mode="maximum"), lambda xp, x: (lambda y: xp.concat([y] + [xp.max(y, axis=1, keepdims=True)] * 2, axis=1))(xp.concat([xp.max(x, axis=0, keepdims=True), x])))
row("pad_minimum", {"x": LINE}, lambda np, x: np.pad(x, 1, mode="minimum", stat_length=3), lambda xp, x: xp.concat([xp.min(x[:3], keepdims=True), x, xp.min(x[2:], keepdims=True)]))
row("pad_mean", {"x": TABLE}, lambda np, x: np.pad(x, ((0, 1), (2, 0)), mode="mean"), lambda xp, x: (lambda y: xp.concat([xp.mean(y, axis=1, keepdims=True)] * 2 + [y], axis=1))(xp.concat([x, xp.mean(x, axis=0, keepdims=True)])))
row("pad_median", {"x": LINE}, lambda np, x: np.pad(x, (1, 2), mode="median"), lambda xp, x: xp.concat([xp.sort(x)[2:3], x, xp.sort(x)[2:3], xp.sort(x)[2:3]]))
row("pad_reflect_odd", {"x": LINE}, lambda np, x: np.pad(x, (3, 2), mode="reflect", reflect_type="odd"), lambda xp, x: xp.concat([2 * x[0] - x[3:0:-1], x, 2 * x[4] - x[3:1:-1]]))
row("pad_symmetric_odd", {"x": LINE}, lambda np, x: np.pad(x, (2, 3), mode="symmetric", reflect_type="odd"), lambda xp, x: xp.concat([2 * x[0] - x[1::-1], x, 2 * x[4] - x[4:1:-1]]))
