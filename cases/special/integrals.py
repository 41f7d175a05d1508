"""Exponential integrals, the dilogarithm and Hurwitz' zeta function."""

from __future__ import annotations

from typing import Any

from adbench.cases.elementwise import ABOVE_0, ABOVE_1, F64, GAP, POSITIVE, at, pairs, trap
from adbench.cases.special.common import UPPER, many, of, one, removable

from adbench.case import Bounds

ROOT_OF_EI = 0.3725074107813666
ZETA: dict[str, Bounds] = {"s": ABOVE_1, "q": ABOVE_0}


def spence_slope(xp: Any, x: Any) -> Any:
    return removable(xp, x, 1, -1, lambda x: xp.log(x) / (1 - x))


# fmt: off
one("exp1", "E₁(x)", lambda xp, x: -xp.exp(-x) / x, POSITIVE, None, ABOVE_0,
    tiny=at(1e-10),  # alone: beside another it takes JAX days
    far=trap(20.0, 50.0), farther=trap(600.0, of=F64))
one("expi", "Ei(x)", lambda xp, x: xp.exp(x) / x, (0.8, 4.0),
    negative=at(-0.5, -5.0, -40.0), tiny=at(1e-10, 1e-18),
    near_root=trap(ROOT_OF_EI), far=at(20.0, 50.0), farther=at(700.0, of=F64))
for n in (1, 2, 3):
    one(f"expn_{n}", f"E of order {n}", lambda xp, x, n=n: -xp.special.expn(n - 1, x), POSITIVE, of("expn", n), ABOVE_0,
        far=trap(20.0, 50.0), **({"tiny": at(1e-10)} if n == 2 else {}))
many("expn", "E of order n at x, by x", {"n": (2.0, 2.0), "x": POSITIVE},
    {"x": lambda xp, n, x: -xp.special.expn(n - 1, x)},
    orders=pairs((1.0, 0.5), (3.0, 1.5), (10.0, 2.5), (50.0, 0.5)))
one("spence", "∫₁ˣ log t / (1 − t) dt", spence_slope, POSITIVE, None, ABOVE_0,
    one=trap(1.0, 1 + GAP, 1 - GAP), tiny=at(1e-10, 1e-30), large=at(1e5, 1e10))
many("zeta", "ζ(s, q), by q", {"s": (1.5, 5.0), "q": UPPER},
    {"q": lambda xp, s, q: -s * xp.special.zeta(s + 1, q)}, within=ZETA,
    tiny=pairs((2.0, 1e-5), (3.5, 1e-3)), large=pairs((2.0, 1e5), (30.0, 2.0), (1.5, 1e8)))
many("zeta_by_s", "ζ(s, q)", {"s": (1.5, 5.0), "q": UPPER},
    {"s": None, "q": lambda xp, s, q: -s * xp.special.zeta(s + 1, q)}, of("zeta"),
    within=ZETA,
    near_pole=pairs((1 + 2.0**-12, 2.0), trap=True), large=pairs((2.0, 1e5), (30.0, 2.0)))
