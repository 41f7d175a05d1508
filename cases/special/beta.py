"""The beta function, its logarithm, and the quotient of two gamma functions."""

from __future__ import annotations

from typing import Any

from adbench.cases.elementwise import ABOVE_0, F64, pairs
from adbench.cases.special.common import LOWER, UPPER, many


def by_first(xp: Any, a: Any, b: Any) -> Any:
    """∂ log B(a, b) / ∂a."""
    return xp.special.digamma(a) - xp.special.digamma(a + b)


# fmt: off
many("beta", "B(a, b)", {"a": LOWER, "b": UPPER}, {
        "a": lambda xp, a, b: xp.special.beta(a, b) * by_first(xp, a, b),
        "b": lambda xp, a, b: xp.special.beta(a, b) * by_first(xp, b, a),
    }, within={"a": ABOVE_0, "b": ABOVE_0},
    tiny=pairs((1e-10, 2.0), (3.0, 1e-10)), large=pairs((15.0, 20.0), (40.0, 30.5)),
    apart=pairs((1e5, 1e-3), (1e-3, 1e5), trap=True), largest=pairs((200.0, 300.0), of=F64))
many("betaln", "log B(a, b)", {"a": LOWER, "b": UPPER},
    {"a": by_first, "b": lambda xp, a, b: by_first(xp, b, a)},
    tiny=pairs((1e-10, 2.0), (3.0, 1e-10)), large=pairs((1e5, 1e6), (1e8, 1e8), trap=True),
    apart=pairs((1e5, 1e-3), (1e-3, 1e5), (1e8, 2.0), trap=True))
many("poch", "Γ(z + m) / Γ(z)", {"z": LOWER, "m": UPPER}, {
        "z": lambda xp, z, m: -xp.special.poch(z, m) * by_first(xp, z, m),
        "m": lambda xp, z, m: xp.special.poch(z, m) * xp.special.digamma(z + m),
    }, whole=pairs((2.0, 0.0), (2.0, 1.0), (3.0, 2.0)), negative=pairs((-2.5, 1.25), (-0.25, 2.0), trap=True),
    large=pairs((50.0, 10.0), (1e5, 2.5), trap=True))
