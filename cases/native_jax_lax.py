"""Elementwise functions of `jax.lax`: each has a rule of its own, which NumPy's names need not reach.

They promote no dtypes and broadcast nothing but scalars; their points lie away from zeros of a function or of its
derivative, where the digits of the value say nothing of the rule. Hard points are the business of `elementwise` and
`special`.
"""

from __future__ import annotations

import numpy as np

from adbench.rows import apart, between, constant, fixed, positive, real, table

row = table("jax", "jax.lax, elementwise operators")
F64 = ("float64",)
SHAPE = (2, 3)
UNIT = between(-0.9, 0.9, *SHAPE, domain=(-1.0, 1.0))
ABOVE_1 = between(1.2, 4.0, *SHAPE, domain=(1.0, None))
GAMMA = between(4.0, 8.0, *SHAPE, domain=(0.0, None))  # beyond the zeros of log Γ and ψ

# Of one operand

row("cbrt", "∛x", lambda jax, x: jax.lax.cbrt(x),
    lambda xp, x: xp.sign(x) * xp.abs(x) ** (xp.ones_like(x) / 3), x=real(*SHAPE))
row("rsqrt", "1/√x", lambda jax, x: jax.lax.rsqrt(x), lambda xp, x: 1 / xp.sqrt(x), x=positive(*SHAPE))
row("sqrt", "√x", lambda jax, x: jax.lax.sqrt(x), lambda xp, x: xp.sqrt(x), x=positive(*SHAPE))
row("logistic", "1/(1 + e⁻ˣ)", lambda jax, x: jax.lax.logistic(x), lambda xp, x: xp.special.expit(x), x=real(*SHAPE))
row("square", "x²", lambda jax, x: jax.lax.square(x), lambda xp, x: x * x, x=real(*SHAPE))
row("reciprocal", "1/x", lambda jax, x: jax.lax.reciprocal(x), lambda xp, x: 1 / x, x=real(*SHAPE))
row("exp2", "2ˣ", lambda jax, x: jax.lax.exp2(x), lambda xp, x: xp.exp2(x), x=real(*SHAPE))
row("expm1", "eˣ − 1", lambda jax, x: jax.lax.expm1(x), lambda xp, x: xp.expm1(x), x=real(*SHAPE))
row("log1p", "log(1 + x)", lambda jax, x: jax.lax.log1p(x), lambda xp, x: xp.log1p(x), x=positive(*SHAPE))
row("tan", "tan x", lambda jax, x: jax.lax.tan(x), lambda xp, x: xp.tan(x), x=between(-1.2, 1.2, *SHAPE))
row("sinh", "sinh x", lambda jax, x: jax.lax.sinh(x), lambda xp, x: xp.sinh(x), x=real(*SHAPE))
row("cosh", "cosh x", lambda jax, x: jax.lax.cosh(x), lambda xp, x: xp.cosh(x), x=real(*SHAPE))
row("asin", "asin x", lambda jax, x: jax.lax.asin(x), lambda xp, x: xp.asin(x), x=UNIT)
row("acos", "acos x", lambda jax, x: jax.lax.acos(x), lambda xp, x: xp.acos(x), x=UNIT)
row("atan", "atan x", lambda jax, x: jax.lax.atan(x), lambda xp, x: xp.atan(x), x=real(*SHAPE))
row("asinh", "asinh x", lambda jax, x: jax.lax.asinh(x), lambda xp, x: xp.asinh(x), x=real(*SHAPE))
row("acosh", "acosh x", lambda jax, x: jax.lax.acosh(x), lambda xp, x: xp.acosh(x), x=ABOVE_1)
row("atanh", "atanh x", lambda jax, x: jax.lax.atanh(x), lambda xp, x: xp.atanh(x), x=UNIT)
row("erf", "erf x", lambda jax, x: jax.lax.erf(x), lambda xp, x: xp.special.erf(x), x=real(*SHAPE))
row("erfc", "1 − erf x", lambda jax, x: jax.lax.erfc(x), lambda xp, x: xp.special.erfc(x), x=real(*SHAPE))
row("erf_inv", "erf⁻¹ x", lambda jax, x: jax.lax.erf_inv(x), lambda xp, x: xp.special.erfinv(x), x=UNIT)
row("lgamma", "log |Γ(x)|", lambda jax, x: jax.lax.lgamma(x), lambda xp, x: xp.special.gammaln(x), x=GAMMA)
row("digamma", "ψ(x)", lambda jax, x: jax.lax.digamma(x), lambda xp, x: xp.special.digamma(x), x=GAMMA)
row("bessel_i0e", "e^(−|x|) I₀(x)", lambda jax, x: jax.lax.bessel_i0e(x), lambda xp, x: xp.special.i0e(x),
    x=between(0.3, 4.0, *SHAPE))
row("bessel_i1e", "e^(−|x|) I₁(x)", lambda jax, x: jax.lax.bessel_i1e(x), lambda xp, x: xp.special.i1e(x),
    x=between(-1.2, -0.3, *SHAPE))


def integer_pow(n: int) -> None:
    name = f"integer_pow_{n}".replace("-", "minus_")
    row(name, f"x^{n}", lambda jax, x: jax.lax.integer_pow(x, n), lambda xp, x: x**n, x=real(*SHAPE))


for n in (1, 2, 3, 5, -1, -2):
    integer_pow(n)

# Of two and three

row("pow", "x^y", lambda jax, x, y: jax.lax.pow(x, y), lambda xp, x, y: x**y, x=positive(*SHAPE), y=real(*SHAPE))
row("pow_of_integers", "x^n, n whole", lambda jax, x, n: jax.lax.pow(x, n), lambda xp, x, n: x**n,
    x=real(4), n=constant([3, -2, 1, 2]))
row("rem", "x − y trunc(x/y), of the sign of x", lambda jax, x, y: jax.lax.rem(x, y),
    lambda xp, x, y: x - y * xp.trunc(x / y),
    x=fixed([5.3, -5.3, 5.3, -5.3, 0.7]), y=fixed([1.7, 1.7, -1.7, -1.7, 2.1]))
row("atan2", "the angle of (x, y)", lambda jax, y, x: jax.lax.atan2(y, x), lambda xp, y, x: xp.atan2(y, x),
    y=real(*SHAPE), x=real(*SHAPE))
row("max", "the larger", lambda jax, x, y: jax.lax.max(x, y), lambda xp, x, y: xp.maximum(x, y),
    x=real(*SHAPE), y=real(*SHAPE))
row("min", "the smaller", lambda jax, x, y: jax.lax.min(x, y), lambda xp, x, y: xp.minimum(x, y),
    x=real(*SHAPE), y=real(*SHAPE))
row("clamp", "x held between two bounds", lambda jax, low, x, high: jax.lax.clamp(low, x, high),
    lambda xp, low, x, high: xp.clip(x, low, high),
    low=fixed([-1.0, 0.2, 0.1, -3.0]), x=fixed([-2.0, 0.7, 1.3, 0.3]), high=fixed([1.0, 0.9, 0.5, -0.5 + 1]))
row("clamp_scalars", "x held between two numbers", lambda jax, low, x, high: jax.lax.clamp(low, x, high),
    lambda xp, low, x, high: xp.clip(x, low, high), low=constant(-0.6), x=apart(*SHAPE), high=constant(0.8))
row("select_n", "x, y or z, by an integer", lambda jax, which, x, y: jax.lax.select_n(which, x, y, x * y),
    lambda xp, which, x, y: xp.where(which == 0, x, xp.where(which == 1, y, x * y)),
    which=constant(np.array([0, 1, 2, 0], np.int32)), x=real(4), y=real(4))
row("select", "x where true, y elsewhere", lambda jax, which, x, y: jax.lax.select(which, x, y),
    lambda xp, which, x, y: xp.where(which, x, y), which=constant([True, False, True]), x=real(3), y=real(3))
row("polygamma", "ψ⁽ⁿ⁾(x)", lambda jax, n, x: jax.lax.polygamma(n, x),
    lambda xp, n, x: xp.special.polygamma(n, x), n=constant([1.0, 2.0, 3.0]), x=between(1.0, 3.0, 3, domain=(0.0, None)))
row("igamma", "P(a, x)", lambda jax, a, x: jax.lax.igamma(a, x), lambda xp, a, x: xp.special.gammainc(a, x),
    a=positive(3), x=positive(3), dtypes=F64)
row("igammac", "Q(a, x)", lambda jax, a, x: jax.lax.igammac(a, x), lambda xp, a, x: xp.special.gammaincc(a, x),
    a=positive(3), x=positive(3), dtypes=F64)
row("betainc", "I_x(a, b) by x", lambda jax, a, b, x: jax.lax.betainc(a, b, x),
    lambda xp, a, b, x: xp.special.betainc(a, b, x),
    a=constant([1.5, 0.5, 1.0]), b=constant([2.5, 0.5, 3.0]), x=fixed([0.8, 0.8, 0.55]))

# What steps, in a product that does not

row("floor", "x ⌊x⌋", lambda jax, x: x * jax.lax.floor(x), lambda xp, x: x * xp.floor(x), x=apart(*SHAPE))
row("ceil", "x ⌈x⌉", lambda jax, x: x * jax.lax.ceil(x), lambda xp, x: x * xp.ceil(x), x=apart(*SHAPE))
row("round_to_even", "x round(x)", lambda jax, x: x * jax.lax.round(x, jax.lax.RoundingMethod.TO_NEAREST_EVEN),
    lambda xp, x: x * xp.round(x), x=apart(*SHAPE))
row("sign", "x sign x", lambda jax, x: x * jax.lax.sign(x), lambda xp, x: xp.abs(x), x=apart(*SHAPE))
row("is_finite", "x where it is finite", lambda jax, x: jax.numpy.where(jax.lax.is_finite(x), x * x, 0),
    lambda xp, x: x * x, x=real(3))
row("bitcast", "x where its bits are those of a positive number",
    lambda jax, x: jax.numpy.where(jax.lax.bitcast_convert_type(x, "int64") > 0, x * x, x),
    lambda xp, x: xp.where(x > 0, x * x, x), x=real(4), dtypes=F64)
row("argmax", "the largest, by its place", lambda jax, x: x[jax.lax.argmax(x, 0, "int32")] * x[0],
    lambda xp, x: xp.max(x) * x[0], x=apart(5))
row("argmin", "the smallest, by its place", lambda jax, x: x[jax.lax.argmin(x, 0, "int32")] * x[0],
    lambda xp, x: xp.min(x) * x[0], x=apart(5))

# Other precisions

row("convert_element_type", "x", lambda jax, x: 3 * jax.lax.convert_element_type(x, "float64"), lambda xp, x: 3 * x,
    x=real(4), dtypes=F64)
row("reduce_precision", "x, of the digits that it has", lambda jax, x: jax.lax.reduce_precision(x, 11, 52),
    lambda xp, x: xp.positive(x), x=real(4))
