"""Functions of one entry, or of two, at a time."""

from __future__ import annotations

import numpy as np
from adbench.cases.numpy_api.common import F64, FEW, MASK, TABLE, between, constant, pi, point, row, with_nan

# fmt: off
row("exp2", {"x": TABLE}, lambda np, x: np.exp2(x), lambda xp, x: xp.exp2(x))
row("cbrt", {"x": TABLE}, lambda np, x: np.cbrt(x), lambda xp, x: xp.sign(x) * xp.exp(xp.log(xp.abs(x)) / 3))
row("fabs", {"x": TABLE}, lambda np, x: np.fabs(x), lambda xp, x: xp.abs(x))
row("deg2rad", {"x": TABLE}, lambda np, x: np.deg2rad(x), lambda xp, x: x * pi(xp, x) / 180)
row("radians", {"x": TABLE}, lambda np, x: np.radians(x), lambda xp, x: x * pi(xp, x) / 180)
row("rad2deg", {"x": TABLE}, lambda np, x: np.rad2deg(x), lambda xp, x: x * 180 / pi(xp, x))
row("degrees", {"x": TABLE}, lambda np, x: np.degrees(x), lambda xp, x: x * 180 / pi(xp, x))
row("i0", {"x": TABLE}, lambda np, x: np.i0(x), lambda xp, x: xp.special.i0(x))
row("i0_large", {"x": point(-6.0, 0.0, 9.0, 30.0)}, lambda np, x: np.i0(x), lambda xp, x: xp.special.i0(x), dtypes=F64)
row("sinc", {"x": between(0.125, 0.625, 3, 4)}, lambda np, x: np.sinc(x), lambda xp, x: xp.sinc(x))
row("sinc_zero", {"x": point(0.0, 1e-9, 0.5)}, lambda np, x: np.sinc(x), lambda xp, x: xp.sinc(x), trap=True)
row("logaddexp2", {"x": TABLE, "y": (4,)}, lambda np, x, y: np.logaddexp2(x, y), lambda xp, x, y: xp.log2(xp.exp2(x) + xp.exp2(y)))
row("ldexp", {"x": TABLE}, lambda np, x: np.ldexp(x, constant([3, -2, 0, 1])), lambda xp, x: x * np.array([8.0, 0.25, 1.0, 2.0]))
row("fmod", {"x": point([5.5, -5.5, 5.5], [-7.25, 0.5, 3.25]), "y": point(2.0, 3.25, -1.5)}, lambda np, x, y: np.fmod(x, y), lambda xp, x, y: x - xp.trunc(x / y) * y, trap=True)
row("mod_array", {"x": point([5.5, -5.5, 5.5], [-7.25, 0.5, 3.25]), "y": point(2.0, 3.25, -1.5)}, lambda np, x, y: np.mod(x, y), lambda xp, x, y: x - xp.floor(x / y) * y)
row("divmod", {"x": point([5.5, -5.5, 5.5], [-7.25, 0.5, 3.25]), "y": point(2.0, 3.25, -1.5)}, lambda np, x, y: x * np.divmod(x, y)[0] + np.divmod(x, y)[1], lambda xp, x, y: x * xp.floor(x / y) + x - xp.floor(x / y) * y)
row("modf", {"x": point(2.5, -3.25, 0.75)}, lambda np, x: np.modf(x)[0] * np.modf(x)[1], lambda xp, x: (x - xp.trunc(x)) * xp.trunc(x))
row("fmax", {"x": TABLE, "y": (4,)}, lambda np, x, y: np.fmax(x, y), lambda xp, x, y: xp.maximum(x, y))
row("fmin", {"x": (3, 1), "y": (4,)}, lambda np, x, y: np.fmin(x, y), lambda xp, x, y: xp.minimum(x, y))
row("fmax_nan", {"x": TABLE, "y": TABLE}, lambda np, x, y: np.fmax(with_nan(np, x), y), lambda xp, x, y: xp.where(MASK, xp.maximum(x, y), y), trap=True)
row("heaviside", {"x": point(-1.0, 0.0, 2.0, 0.0), "h": (4,)}, lambda np, x, h: np.heaviside(x, h), lambda xp, x, h: xp.where(np.array([False, True, False, True]), h, 0 * h + np.array([0.0, 0.0, 1.0, 0.0])), wrt=("h",))
row("float_power", {"x": between(0.5, 2.0, 3, 4), "y": (4,)}, lambda np, x, y: np.float_power(x, y), lambda xp, x, y: xp.exp(y * xp.log(x)), dtypes=F64)
row("power_array", {"x": TABLE}, lambda np, x: np.power(x, constant([0, 1, 2, 3])), lambda xp, x: xp.stack([1 + 0 * x[:, 0], x[:, 1], x[:, 2] ** 2, x[:, 3] ** 3], axis=1), dtypes=F64)
row("power_negative", {"x": TABLE}, lambda np, x: np.power(x, -2), lambda xp, x: 1 / (x * x))
row("nan_to_num_values", {"x": TABLE}, lambda np, x: x * np.nan_to_num(with_nan(np, x), nan=1.5), lambda xp, x: xp.where(MASK, x * x, 1.5 * x))
row("rint", {"x": TABLE}, lambda np, x: x * np.rint(3 * x), lambda xp, x: x * xp.round(3 * x))
row("angle", {"x": FEW, "y": FEW}, lambda np, x, y: np.angle(x + 1j * y), lambda xp, x, y: xp.atan2(y, x))
row("angle_degrees", {"x": FEW, "y": FEW}, lambda np, x, y: np.angle(x + 1j * y, deg=True), lambda xp, x, y: xp.atan2(y, x) * 180 / pi(xp, x))
row("astype_complex", {"x": FEW}, lambda np, x: np.imag(np.astype(x, complex) * (1 + 2j)), lambda xp, x: 2 * x, dtypes=F64)
row("real_if_close", {"x": FEW}, lambda np, x: np.real_if_close(x * (1 + 0j)), lambda xp, x: x)
