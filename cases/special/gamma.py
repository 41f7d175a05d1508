"""The gamma function, its logarithm, its reciprocal, and the derivatives of the logarithm."""

from __future__ import annotations

from typing import Any

from adbench.cases.elementwise import ABOVE_0, F64, GAP, at, pairs, trap
from adbench.cases.special.common import UPPER, many, of, one, pi

LEAST_OF_GAMMA = 1.4616321449683623  # where ψ is 0
ROOT_OF_PSI = -0.504083008264455


def rgamma_slope(xp: Any, x: Any) -> Any:
    """−ψ/Γ, and where that is ∞ · 0 by reflection: 1/Γ(x) = sin πx · Γ(1 − x) / π."""
    left = x < 0.5
    y, p = xp.where(left, x, -xp.ones_like(x)), pi(xp, x)
    reflected = xp.special.gamma(1 - y) * (xp.cos(p * y) - xp.sin(p * y) * xp.special.digamma(1 - y) / p)
    x = xp.where(left, xp.ones_like(x), x)
    return xp.where(left, reflected, -xp.special.rgamma(x) * xp.special.digamma(x))


# fmt: off
one("gamma", "Γ(x)", lambda xp, x: xp.special.gamma(x) * xp.special.digamma(x), UPPER,
    negative=trap(-0.5, -1.5, -5.25), near_pole=trap(1e-10, -1e-10, -1 + GAP), large=at(30.0, 20.5),
    largest=at(170.0, 100.25, of=F64), least=trap(LEAST_OF_GAMMA, 1.46))
one("gammaln", "log |Γ(x)|", lambda xp, x: xp.special.digamma(x), UPPER,
    negative=trap(-0.5, -1.5, -10.25), near_pole=trap(1e-10, -1e-10, -1 + GAP),
    near_root=trap(1 - GAP, 1 + GAP, 2 + GAP), large=at(1e10, 1e5), extreme=at(1e300, 1e-150, of=F64),
    least=trap(LEAST_OF_GAMMA, 1.46))
one("loggamma", "log Γ(x)", lambda xp, x: xp.special.digamma(x), UPPER, None, ABOVE_0,
    tiny=at(1e-10, 1e-15), near_root=trap(1 - GAP, 1 + GAP, 2 + GAP), large=at(1e10, 1e5))
one("rgamma", "1/Γ(x)", rgamma_slope, UPPER,
    negative=trap(-0.5, -1.5, -5.25), near_pole=trap(1e-10, -1e-10, -1 + GAP), large=at(30.0, 20.5),
    poles=trap(0.0, -1.0, -2.0, -3.0))
one("digamma", "ψ(x)", lambda xp, x: xp.special.polygamma(1, x), UPPER,
    negative=trap(-0.5, -1.25, -10.75), near_pole=trap(1e-10, -1e-10, -1 + GAP),
    near_root=trap(LEAST_OF_GAMMA, ROOT_OF_PSI), large=at(1e10, 1e5), extreme=at(1e150, 1e-100, of=F64))
one("psi", "ψ(x)", lambda xp, x: xp.special.polygamma(1, x), UPPER)
for n in (0, 2, 5):
    one(f"polygamma_{n}", f"ψ of order {n}", lambda xp, x, n=n: xp.special.polygamma(n + 1, x), UPPER,
        of("polygamma", n))
one("polygamma_1", "ψ of order 1", lambda xp, x: xp.special.polygamma(2, x), UPPER, of("polygamma", 1),
    negative=trap(-0.5, -1.25, -10.75), tiny=at(1e-5, 1e-7), large=at(1e5, 1e8))
one("multigammaln", "log Γ₃(x)", lambda xp, x: sum(xp.special.digamma(x - j / 2) for j in range(3)), (1.5, 6.0),
    lambda xp, x: xp.special.multigammaln(x, 3), (1.0, None), near_pole=trap(1 + GAP, 1.01), large=at(1e5, 1e8))
one("multigammaln_1", "log Γ₁(x) = log Γ(x)", lambda xp, x: xp.special.digamma(x), UPPER,
    lambda xp, x: xp.special.multigammaln(x, 1), ABOVE_0)
many("polygamma", "ψ of order n at x, by x", {"n": (2.0, 2.0), "x": UPPER},
    {"x": lambda xp, n, x: xp.special.polygamma(n + 1, x)},
    orders=pairs((0.0, 1.5), (1.0, 1.5), (3.0, 0.25), (10.0, 2.5)))
