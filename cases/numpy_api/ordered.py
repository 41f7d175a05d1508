"""Sorted and partitioned entries, and functions that are made of pieces."""

from __future__ import annotations

from adbench.cases.numpy_api.common import LINE, TABLE, flat, point, row

# fmt: off
row("sort_flat", {"x": TABLE}, lambda np, x: np.sort(x, axis=None), lambda xp, x: xp.sort(flat(x)))
row("partition", {"x": LINE}, lambda np, x: np.partition(x, 2)[2], lambda xp, x: xp.sort(x)[2])
row("partition_rows", {"x": TABLE}, lambda np, x: np.partition(x, 1, axis=0)[1], lambda xp, x: xp.sort(x, axis=0)[1])
row("partition_below", {"x": LINE}, lambda np, x: np.partition(x, 2)[0] * np.partition(x, 2)[1], lambda xp, x: xp.sort(x)[0] * xp.sort(x)[1])
row("piecewise", {"x": point(0.5, -0.25, 2.0, -1.5)}, lambda np, x: np.piecewise(x, [x < -1, x > 1], [lambda x: -x, 3.0, lambda x: x * x]), lambda xp, x: xp.stack([x[0] * x[0], x[1] * x[1], 3 + 0 * x[2], -x[3]]))
row("piecewise_domains", {"x": point(0.5, -0.25, 2.0, -1.5)}, lambda np, x: np.piecewise(x, [x > 0, x <= 0], [lambda x: np.log(x), lambda x: np.sqrt(-x)]), lambda xp, x: xp.stack([xp.log(x[0]), xp.sqrt(-x[1]), xp.log(x[2]), xp.sqrt(-x[3])]), trap=True)
