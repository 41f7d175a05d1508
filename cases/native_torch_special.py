"""torch's special functions: those that SciPy lacks, and the forms that take a number for a tensor.

An orthogonal polynomial is defined by the recurrence that it satisfies, with its degree a whole number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from adbench.cases.native_torch import F64, between, table

row = table(__name__)
F = Callable[..., Any]
LINE = between(0.5, 3.0, 3)
INSIDE = between(-0.9, 0.9, 3)


# Gamma, zeta and their kin

row("lgamma", "torch.lgamma(x)", lambda xp, x: xp.special.gammaln(x), x=LINE)
row("lgamma_in_place", "x.clone().lgamma_()", lambda xp, x: xp.special.gammaln(x), x=LINE)
row("digamma", "torch.digamma(x)", lambda xp, x: xp.special.digamma(x), x=LINE)
row("mvlgamma", "torch.mvlgamma(x, 3)", lambda xp, x: xp.special.multigammaln(x, 3), x=between(1.5, 4.0, 2, 3))


def polygamma(n: int) -> F:
    return lambda xp, x: xp.special.polygamma(n, x)


for n in (0, 1, 2, 3):
    row(f"polygamma_{n}", f"torch.polygamma({n}, x)", polygamma(n), x=LINE)
    row(f"polygamma_{n}_in_place", f"x.clone().polygamma_({n})", polygamma(n), x=LINE)
row("igamma", "torch.igamma(a, x)", lambda xp, x, a: xp.special.gammainc(xp.asarray(np.asarray(a, dtype=float)), x), x=LINE, a=[1, 2, 4])
row("igammac", "torch.igammac(a, x)", lambda xp, x, a: xp.special.gammaincc(xp.asarray(np.asarray(a, dtype=float)), x), x=LINE, a=[1, 2, 4])
row("zeta", "torch.special.zeta(3.0, q)", lambda xp, q: xp.special.zeta(3.0, q), q=LINE)
row("zeta_whole", "torch.special.zeta(torch.asarray([2.0, 3.0, 5.0], dtype=q.dtype), q)", lambda xp, q: xp.special.zeta(xp.asarray([2.0, 3.0, 5.0]), q), q=LINE)


# Exponentials, logarithms and entropies

row("exp2", "torch.exp2(x)", lambda xp, x: xp.special.exp2(x), x=(3,))
row("expm1", "torch.special.expm1(x)", lambda xp, x: xp.expm1(x), x=(3,))
row("log2", "torch.log2(x)", lambda xp, x: xp.log2(x), x=LINE)
row("logaddexp2", "torch.logaddexp2(x, y)", lambda xp, x, y: xp.log2(2**x + 2**y), x=(2, 3), y=(3,))
row("xlogy", "torch.xlogy(x, y)", lambda xp, x, y: xp.special.xlogy(x, y), x=(2, 3), y=LINE)
row("xlogy_of_scalar", "torch.xlogy(2.5, y)", lambda xp, y: 2.5 * xp.log(y), y=LINE)
row("xlogy_by_scalar", "torch.xlogy(x, 2.5)", lambda xp, x: x * xp.log(xp.asarray(2.5)), x=(3,))
row("xlog1py", "torch.special.xlog1py(x, y)", lambda xp, x, y: xp.special.xlog1py(x, y), x=(2, 3), y=LINE)
row("xlog1py_of_scalar", "torch.special.xlog1py(2.5, y)", lambda xp, y: 2.5 * xp.log1p(y), y=LINE)
row("xlog1py_by_scalar", "torch.special.xlog1py(x, 2.5)", lambda xp, x: x * xp.log(xp.asarray(3.5)), x=(3,))
row("entr", "torch.special.entr(x)", lambda xp, x: xp.special.entr(x), x=LINE)
row("sinc", "torch.sinc(x)", lambda xp, x: xp.sinc(x), x=[-1.25, 0.25, 2.5])
row("sinc_zero", "torch.sinc(x)", lambda xp, x: xp.sinc(x), x=[0.0, 1.0, 0.5])
row("logit", "torch.logit(x)", lambda xp, x: xp.special.logit(x), x=between(0.1, 0.9, 3))
row("logit_clamped", "torch.logit(x, eps=0.25)", lambda xp, x: xp.special.logit(xp.clip(x, 0.25, 0.75)), x=[0.0625, 0.375, 0.5, 0.9375])
row("expit", "torch.special.expit(x)", lambda xp, x: xp.special.expit(x), x=(3,))
row("sigmoid", "torch.sigmoid(x)", lambda xp, x: xp.special.expit(x), x=(3,))
row("special_softmax", "torch.special.softmax(x, 0)", lambda xp, x: xp.special.softmax(x, axis=0), x=(2, 3))
row("special_log_softmax", "torch.special.log_softmax(x, 0)", lambda xp, x: xp.special.log_softmax(x, axis=0), x=(2, 3))


# Error functions and the normal distribution


def function(name: str) -> F:
    return lambda xp, x: getattr(xp.special, name)(x)


for name, ours, given in (
    ("erf", "erf", (3,)),
    ("erfc", "erfc", (3,)),
    ("erfinv", "erfinv", INSIDE),
    ("special.erfcx", "erfcx", (3,)),
    ("special.ndtr", "ndtr", (3,)),
    ("special.ndtri", "ndtri", between(0.1, 0.9, 3)),
    ("special.log_ndtr", "log_ndtr", (3,)),
):
    row(ours, f"torch.{name}(x)", function(ours), x=given)


# Bessel functions; torch has a derivative of some of them alone

for name, ours in (
    ("i0", "i0"), ("special.i0e", "i0e"), ("special.i1", "i1"), ("special.i1e", "i1e"),
    ("special.bessel_j0", "j0"), ("special.bessel_j1", "j1"), ("special.bessel_y0", "y0"), ("special.bessel_y1", "y1"),
    ("special.modified_bessel_i0", "i0"), ("special.modified_bessel_i1", "i1"),
    ("special.modified_bessel_k0", "k0"), ("special.modified_bessel_k1", "k1"),
    ("special.scaled_modified_bessel_k0", "k0e"), ("special.scaled_modified_bessel_k1", "k1e"),
):  # fmt: skip
    row(name.removeprefix("special."), f"torch.{name}(x)", function(ours), x=LINE)
row("airy_ai", "torch.special.airy_ai(x)", lambda xp, x: xp.special.airy(x)[0], x=INSIDE)
row("spherical_bessel_j0", "torch.special.spherical_bessel_j0(x)", lambda xp, x: xp.sin(x) / x, x=LINE)


# Orthogonal polynomials: p₀ = 1, p₁ and a recurrence p_{k+1} = step(k, x, p_k, p_{k−1})


def polynomial(first: F, step: F, degree: int = 4) -> F:
    def of(xp, x):
        before, now = xp.ones_like(x), first(x)
        for k in range(1, degree):
            before, now = now, step(k, x, now, before)
        return now

    return of


def shifted(first: F) -> F:
    return lambda x: first(2 * x - 1)


def chebyshev(k, x, now, before):
    return 2 * x * now - before


CHEBYSHEV: dict[str, F] = {"t": lambda x: x, "u": lambda x: 2 * x, "v": lambda x: 2 * x - 1, "w": lambda x: 2 * x + 1}
POLYNOMIALS: dict[str, F] = {
    **{f"chebyshev_polynomial_{kind}": polynomial(first, chebyshev) for kind, first in CHEBYSHEV.items()},
    **{
        f"shifted_chebyshev_polynomial_{kind}": polynomial(shifted(first), lambda k, x, p, q: chebyshev(k, 2 * x - 1, p, q))
        for kind, first in CHEBYSHEV.items()
    },
    "hermite_polynomial_h": polynomial(lambda x: 2 * x, lambda k, x, now, before: 2 * x * now - 2 * k * before),
    "hermite_polynomial_he": polynomial(lambda x: x, lambda k, x, now, before: x * now - k * before),
    "laguerre_polynomial_l": polynomial(lambda x: 1 - x, lambda k, x, now, before: ((2 * k + 1 - x) * now - k * before) / (k + 1)),
    "legendre_polynomial_p": polynomial(lambda x: x, lambda k, x, now, before: ((2 * k + 1) * x * now - k * before) / (k + 1)),
}  # fmt: skip
for name, definition in POLYNOMIALS.items():
    row(name, f"torch.special.{name}(x, 4)", definition, dtypes=F64, x=between(0.1, 0.9, 3))
