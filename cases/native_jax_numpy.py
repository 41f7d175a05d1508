"""`jax.numpy` beyond the names of `numpy_api`: functions of its own, methods of its ufuncs, and functions of functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.rows import apart, between, constant, fixed, positive, real, table

F64 = ("float64",)
row = table("jax", "jax.numpy", F64)

# Elementwise

row("cbrt", "∛x", lambda jax, x: jax.numpy.cbrt(x), lambda xp, x: xp.sign(x) * xp.abs(x) ** (xp.ones_like(x) / 3), x=real(2, 3))
row("modf", "the fraction of x by its whole part", lambda jax, x: (lambda f, i: f * i)(*jax.numpy.modf(x)),
    lambda xp, x: (x - xp.trunc(x)) * xp.trunc(x), x=fixed([1.3, -1.6, 2.7]))
row("divmod", "⌊x/y⌋ x + the remainder", lambda jax, x, y: (lambda q, r: q * x + r)(*jax.numpy.divmod(x, y)),
    lambda xp, x, y: xp.floor(x / y) * x + x - y * xp.floor(x / y), x=fixed([5.3, -5.3, 5.3]), y=fixed([1.7, 1.7, -1.7]))
row("fmod", "the remainder, of the sign of x", lambda jax, x, y: jax.numpy.fmod(x, y),
    lambda xp, x, y: x - y * xp.trunc(x / y), x=fixed([5.3, -5.3, 5.3]), y=fixed([1.7, 1.7, -1.7]))
row("ldexp", "x 2ⁿ", lambda jax, x, n: jax.numpy.ldexp(x, n), lambda xp, x, n: x * xp.asarray([8.0, 0.25, 1.0]),
    x=real(3), n=constant([3, -2, 0]))
row("frexp", "x between ½ and 1, by 2ⁿ", lambda jax, x: jax.numpy.frexp(x)[0], lambda xp, x: x / xp.asarray([2.0, 4.0, 1.0]),
    x=fixed([1.3, -2.6, 0.7]))
row("i0", "I₀(x)", lambda jax, x: jax.numpy.i0(x), lambda xp, x: xp.special.i0(x), x=between(0.3, 2.0, 4))
row("nan_to_num", "x, with a number where it is none",
    lambda jax, x, m: jax.numpy.nan_to_num(jax.numpy.where(m, x, jax.numpy.nan), nan=2.0) * x,
    lambda xp, x, m: xp.where(m, x * x, 2 * x), x=real(3), m=constant([True, False, True]))
row("unwrap", "angles without jumps", lambda jax, x: jax.numpy.unwrap(x), lambda xp, x: x + 2 * xp.pi * xp.asarray([0.0, 0.0, -1.0, -1.0]),
    x=fixed([0.3, 2.9, 6.3 - 0.4 + 3.1, 9.1]))
row("clip", "x between arrays", lambda jax, x, low: jax.numpy.clip(x, low, 1.0), lambda xp, x, low: xp.clip(x, low, 1.0),
    x=fixed([-2.0, 0.7, 1.3]), low=fixed([-1.0, 0.2, 0.1]))

# Ufuncs and their methods

row("ufunc_where", "Σ of the x where it is true", lambda jax, x, m: jax.numpy.add.reduce(x, where=m, initial=1.0),
    lambda xp, x, m: x[0] + x[2] + 1, x=real(3), m=constant([True, False, True]))
row("add_reduce", "Σ along an axis", lambda jax, x: jax.numpy.add.reduce(x, axis=1, keepdims=True),
    lambda xp, x: xp.sum(x, axis=1, keepdims=True), x=real(2, 3))
row("multiply_reduce", "Π along an axis", lambda jax, x: jax.numpy.multiply.reduce(x, axis=0), lambda xp, x: xp.prod(x, axis=0), x=real(2, 3))
row("maximum_reduce", "the largest", lambda jax, x: jax.numpy.maximum.reduce(x), lambda xp, x: xp.max(x), x=apart(4))
row("logaddexp_reduce", "log Σ eˣ", lambda jax, x: jax.numpy.logaddexp.reduce(x), lambda xp, x: xp.special.logsumexp(x), x=real(4))
row("add_accumulate", "Σ so far", lambda jax, x: jax.numpy.add.accumulate(x, axis=1), lambda xp, x: xp.cumulative_sum(x, axis=1), x=real(2, 3))
row("multiply_accumulate", "Π so far", lambda jax, x: jax.numpy.multiply.accumulate(x), lambda xp, x: xp.cumulative_prod(x), x=real(4))
row("add_reduceat", "Σ between places", lambda jax, x: jax.numpy.add.reduceat(x, np.array([0, 2, 3])),
    lambda xp, x: xp.stack([x[0] + x[1], x[2], x[3] + x[4]]), x=real(5))
row("subtract_at", "x with y taken off, twice the same", lambda jax, x, y, i: jax.numpy.subtract.at(x, i, y, inplace=False),
    lambda xp, x, y, i: xp.stack([x[0] - y[1], x[1], x[2] - y[0] - y[2]]), x=real(3), y=real(3), i=constant([2, 0, 2]))
row("multiply_outer", "x yᵀ", lambda jax, x, y: jax.numpy.multiply.outer(x, y), lambda xp, x, y: x[:, None] * y, x=real(2), y=real(3))
row("frompyfunc_reduce", "Σ x + x y, by a function of one's own",
    lambda jax, x: jax.numpy.frompyfunc(lambda a, b: a + b + a * b, 2, 1, identity=0).reduce(x), lambda xp, x: xp.prod(x + 1) - 1, x=positive(4))

# Functions of functions

row("vectorize", "x·y of each row", lambda jax, x, y: jax.numpy.vectorize(jax.numpy.dot, signature="(n),(n)->()")(x, y),
    lambda xp, x, y: xp.sum(x * y, axis=-1), x=real(2, 3), y=real(3))
row("vectorize_excluded", "sin x + a", lambda jax, x, a: jax.numpy.vectorize(lambda x, a: jax.numpy.sin(x) + a, excluded={1})(x, a),
    lambda xp, x, a: xp.sin(x) + a, x=real(2, 2), a=real())
row("apply_along_axis", "the sorted columns", lambda jax, x: jax.numpy.apply_along_axis(jax.numpy.sort, 0, x),
    lambda xp, x: xp.sort(x, axis=0), x=apart(3, 2))
row("apply_over_axes", "Σ over two axes, kept", lambda jax, x: jax.numpy.apply_over_axes(jax.numpy.sum, x, (0, 2)),
    lambda xp, x: xp.sum(x, axis=(0, 2), keepdims=True), x=real(2, 3, 2))
row("piecewise", "sin x below 0, x² above ½, else 3", lambda jax, x: jax.numpy.piecewise(x, [x < 0, x > 0.5], [jax.numpy.sin, jax.numpy.square, 3.0]),
    lambda xp, x: xp.where(x < 0, xp.sin(x), xp.where(x > 0.5, x * x, 3 + 0 * x)), x=fixed([-0.7, 0.2, 1.3]))
row("select", "of several the first that is true", lambda jax, x, y: jax.numpy.select([x < 0, y > 0], [x * y, y * y], default=x),
    lambda xp, x, y: xp.where(x < 0, x * y, xp.where(y > 0, y * y, x)), x=fixed([-0.7, 0.2, 1.3]), y=fixed([0.4, 0.6, -0.8]))
row("choose", "of several the one that i names", lambda jax, x, y, i: jax.numpy.choose(i, [x, y, x * y], mode="clip"),
    lambda xp, x, y, i: xp.stack([x[0], y[1], x[2] * y[2], x[3] * y[3]]), x=real(4), y=real(4), i=constant([0, 1, 2, 5]))
row("fromfunction", "x by the places", lambda jax, x: jax.numpy.fromfunction(lambda i, j: x * (i + 2 * j), (2, 2), dtype=x.dtype),
    lambda xp, x: xp.stack([xp.stack([0 * x, 2 * x]), xp.stack([x, 3 * x])]), x=real())

# Polynomials


def multiplied(xp: Any, p: Any, q: Any) -> Any:
    n = p.shape[0] + q.shape[0] - 1
    return xp.stack([sum(p[i] * q[k - i] for i in range(p.shape[0]) if 0 <= k - i < q.shape[0]) for k in range(n)])


row("polyval", "the polynomial of p at x", lambda jax, p, x: jax.numpy.polyval(p, x), lambda xp, p, x: (p[0] * x + p[1]) * x + p[2],
    p=real(3), x=real(4))
row("polymul", "p q", lambda jax, p, q: jax.numpy.polymul(p, q), lambda xp, p, q: multiplied(xp, p, q), p=real(3), q=real(2))
row("polyadd", "p + q", lambda jax, p, q: jax.numpy.polyadd(p, q), lambda xp, p, q: xp.concat([p[:1], p[1:] + q]), p=real(3), q=real(2))
row("polysub", "p − q", lambda jax, p, q: jax.numpy.polysub(p, q), lambda xp, p, q: xp.concat([p[:1], p[1:] - q]), p=real(3), q=real(2))
row("polyder", "p″", lambda jax, p: jax.numpy.polyder(p, 2), lambda xp, p: xp.stack([6 * p[0], 2 * p[1]]), p=real(4))
row("polyint", "∫ p, from 2", lambda jax, p: jax.numpy.polyint(p, k=2), lambda xp, p: xp.stack([p[0] / 3, p[1] / 2, p[2], 2 + 0 * p[0]]), p=real(3))
row("polydiv", "p / q and the rest", lambda jax, p, q: (lambda a, r: jax.numpy.append(a, r[-1]))(*jax.numpy.polydiv(p, q)),
    lambda xp, p, q: (lambda a: (lambda b: xp.stack([a, b, p[2] - b * q[1]]))((p[1] - a * q[1]) / q[0]))(p[0] / q[0]),
    p=real(3), q=real(2))
row("polyfit", "the line of least squares", lambda jax, x, y: jax.numpy.polyfit(x, y, 1),
    lambda xp, x, y: (lambda V: xp.linalg.solve(xp.matrix_transpose(V) @ V, xp.matrix_transpose(V) @ y))(xp.stack([x, xp.ones_like(x)], axis=1)),
    x=fixed([-1.3, -0.2, 0.7, 1.6]), y=real(4))
row("polyfit_weights", "the same with weights", lambda jax, x, y, w: jax.numpy.polyfit(x, y, 1, w=w),
    lambda xp, x, y, w: (lambda V: xp.linalg.solve(xp.matrix_transpose(V) @ V, xp.matrix_transpose(V) @ (w * y)))(xp.stack([w * x, w], axis=1)),
    x=fixed([-1.3, -0.2, 0.7, 1.6]), y=real(4), w=positive(4))
row("vander", "powers of x", lambda jax, x: jax.numpy.vander(x, 3, increasing=True), lambda xp, x: xp.stack([xp.ones_like(x), x, x * x], axis=1), x=real(3))
row("poly", "the polynomial of its roots", lambda jax, r: jax.numpy.poly(r), lambda xp, r: xp.stack([1 + 0 * r[0], -r[0] - r[1], r[0] * r[1]]), r=real(2))

# Statistics

row("average_weights", "Σ w x / Σ w", lambda jax, x, w: jax.numpy.average(x, axis=1, weights=w),
    lambda xp, x, w: xp.sum(x * w, axis=1) / xp.sum(w), x=real(2, 3), w=positive(3))
row("cov", "the covariance of rows", lambda jax, x: jax.numpy.cov(x),
    lambda xp, x: (lambda c: c @ xp.matrix_transpose(c) / 3)(x - xp.mean(x, axis=1, keepdims=True)), x=real(2, 4))
row("cov_weights", "the same with weights, of columns", lambda jax, x, w: jax.numpy.cov(x, rowvar=False, bias=True, aweights=w),
    lambda xp, x, w: (lambda c: xp.matrix_transpose(c) @ (c * w[:, None]) / xp.sum(w))(x - xp.sum(w[:, None] * x, axis=0) / xp.sum(w)),
    x=real(4, 2), w=positive(4))
row("corrcoef", "the correlation of rows", lambda jax, x: jax.numpy.corrcoef(x)[0, 1],
    lambda xp, x: (lambda c: xp.sum(c[0] * c[1]) / xp.sqrt(xp.sum(c[0] ** 2) * xp.sum(c[1] ** 2)))(x - xp.mean(x, axis=1, keepdims=True)), x=real(2, 4))
row("ptp", "the largest without the smallest", lambda jax, x: jax.numpy.ptp(x, axis=1), lambda xp, x: xp.max(x, axis=1) - xp.min(x, axis=1), x=apart(2, 3))
row("histogram_weights", "Σ of the weights in each bin", lambda jax, x, i: jax.numpy.histogram(i, bins=3, range=(0, 3), weights=x)[0],
    lambda xp, x, i: xp.stack([x[1] + x[3], x[0], x[2]]), x=real(4), i=constant([1.5, 0.5, 2.5, 0.2]))


def quantile(method: str, formula: str, low: float, high: float) -> None:
    row(f"quantile_{method}", formula, lambda jax, x: jax.numpy.quantile(x, 0.4, axis=0, method=method),
        lambda xp, x: (lambda s: low * s[1] + high * s[2])(xp.sort(x, axis=0)), x=apart(4, 2))


quantile("lower", "of four the second", 1.0, 0.0)
quantile("higher", "of four the third", 0.0, 1.0)
quantile("midpoint", "half way from the second to the third of four", 0.5, 0.5)
quantile("nearest", "of four the second", 1.0, 0.0)
row("quantile_by_q", "between the second and the third of four, by q too", lambda jax, x, q: jax.numpy.quantile(x, q),
    lambda xp, x, q: (lambda s: s[1] + (3 * q - 1) * (s[2] - s[1]))(xp.sort(x)), x=apart(4), q=fixed(0.4))
row("nanquantile", "the same of what is a number", lambda jax, x, m: jax.numpy.nanquantile(jax.numpy.where(m, x, jax.numpy.nan), 0.25),
    lambda xp, x, m: (lambda s: (s[0] + s[1]) / 2)(xp.sort(x[1:])), x=apart(4), m=constant([False, True, True, True]))
row("nanvar", "the variance of what is a number", lambda jax, x, m: jax.numpy.nanvar(jax.numpy.where(m, x, jax.numpy.nan), ddof=1),
    lambda xp, x, m: xp.var(x[1:], correction=1), x=real(4), m=constant([False, True, True, True]))
row("nancumprod", "Π so far of what is a number", lambda jax, x, m: jax.numpy.nancumprod(jax.numpy.where(m, x, jax.numpy.nan)),
    lambda xp, x, m: xp.cumulative_prod(xp.concat([1 + 0 * x[:1], x[1:]])), x=real(4), m=constant([False, True, True, True]))

# Places

row("interp", "y between places, by all three", lambda jax, t, x, y: jax.numpy.interp(t, x, y),
    lambda xp, t, x, y: xp.stack([y[0] + (t[0] - x[0]) / (x[1] - x[0]) * (y[1] - y[0]), y[1] + (t[1] - x[1]) / (x[2] - x[1]) * (y[2] - y[1])]),
    t=fixed([0.3, 1.4]), x=fixed([0.1, 0.9, 2.2]), y=real(3))
row("interp_extrapolate", "y beyond its ends, along the last line", lambda jax, t, x, y: jax.numpy.interp(t, x, y, left="extrapolate", right="extrapolate"),
    lambda xp, t, x, y: xp.stack([y[0] + (t[0] - x[0]) / (x[1] - x[0]) * (y[1] - y[0]), y[1] + (t[1] - x[1]) / (x[2] - x[1]) * (y[2] - y[1])]),
    t=fixed([-0.6, 2.9]), x=fixed([0.1, 0.9, 2.2]), y=real(3))
row("interp_ends", "y beyond its ends, a number or the last", lambda jax, t, x, y: jax.numpy.interp(t, x, y, left=5.0) * t,
    lambda xp, t, x, y: xp.stack([5 * t[0], y[2] * t[1]]) + 0 * xp.sum(x), t=fixed([-0.6, 2.9]), x=constant([0.1, 0.9, 2.2]), y=real(3))
row("interp_period", "y around", lambda jax, t, y: jax.numpy.interp(t, np.array([0.5, 1.5, 2.5]), y, period=3.0),
    lambda xp, t, y: xp.stack([y[2] + (t[0] + 3 - 2.5) * (y[0] - y[2]), y[0] + (t[1] - 3 - 0.5) * (y[1] - y[0])]), t=fixed([0.25, 4.0]), y=real(3))
row("insert", "x with y before its second", lambda jax, x, y: jax.numpy.insert(x, 1, y), lambda xp, x, y: xp.stack([x[0], y, x[1], x[2]]), x=real(3), y=real())
row("delete", "x without its second", lambda jax, x: jax.numpy.delete(x, 1, axis=1), lambda xp, x: xp.stack([x[:, 0], x[:, 2]], axis=1), x=real(2, 3))
row("resize", "x over and over", lambda jax, x: jax.numpy.resize(x, (2, 3)), lambda xp, x: xp.stack([xp.stack([x[0], x[1], x[0]]), xp.stack([x[1], x[0], x[1]])]), x=real(2))
row("block", "blocks of a matrix", lambda jax, x, y: jax.numpy.block([[x, y], [y, x]]),
    lambda xp, x, y: xp.concat([xp.concat([x, y], axis=1), xp.concat([y, x], axis=1)]), x=real(1, 2), y=real(1, 2))
row("compress", "x where it is true, held to a size", lambda jax, x, m: jax.numpy.compress(m, x, size=3, fill_value=0),
    lambda xp, x, m: xp.stack([x[0], x[2], 0 * x[0]]), x=real(3), m=constant([True, False, True]))
row("matvec", "a product an example", lambda jax, A, x: jax.numpy.matvec(A, x), lambda xp, A, x: xp.einsum("bij,bj->bi", A, x), A=real(2, 2, 3), x=real(2, 3))
row("vecmat", "a product an example, from the left", lambda jax, x, A: jax.numpy.vecmat(x, A), lambda xp, x, A: xp.einsum("bi,bij->bj", x, A), x=real(2, 2), A=real(2, 2, 3))
row("geomspace", "between a and b by equal ratios", lambda jax, a, b: jax.numpy.geomspace(a, b, 4)[1:3],
    lambda xp, a, b: xp.stack([a * (b / a) ** (k / xp.full((), 3.0, dtype=a.dtype)) for k in (1, 2)]), a=positive(), b=positive())
row("logspace", "powers from a to b", lambda jax, a, b: jax.numpy.logspace(a, b, 3, base=2.0), lambda xp, a, b: xp.stack([xp.exp2(a), xp.exp2((a + b) / 2), xp.exp2(b)]),
    a=positive(), b=positive())
row("linspace_axis", "from x to y along a last axis", lambda jax, x, y: jax.numpy.linspace(x, y, 3, endpoint=False, axis=-1),
    lambda xp, x, y: xp.stack([x, x + (y - x) / 3, x + 2 * (y - x) / 3], axis=-1), x=real(2), y=real(2))
row("r_", "x and y end to end", lambda jax, x, y: jax.numpy.r_[x, y, x], lambda xp, x, y: xp.concat([x, y, x]), x=real(2), y=real(3))
row("place", "x with y where it is true", lambda jax, x, y, m: jax.numpy.place(x, m, y, inplace=False),
    lambda xp, x, y, m: xp.stack([y[0], x[1], y[1]]), x=real(3), y=real(2), m=constant([True, False, True]))
row("resized_image", "an image of twice the height, by straight lines",
    lambda jax, x: jax.image.resize(x, (4, 2), "linear"),
    lambda xp, x: xp.stack([x[0], 0.75 * x[0] + 0.25 * x[1], 0.25 * x[0] + 0.75 * x[1], x[1]]), x=real(2, 2))
