"""The incomplete gamma and beta functions, by their argument and by the order of the gamma ones."""

from __future__ import annotations

from typing import Any

from adbench.cases.elementwise import ABOVE_0, F64, NEXT_TO_1, pairs
from adbench.cases.special.common import LOWER, UPPER, many, of

from adbench.case import Bounds

UNIT_LINE = (0.1, 0.9)
GAMMA: dict[str, Bounds] = {"a": ABOVE_0, "x": ABOVE_0}
BETA: dict[str, Bounds] = {"a": ABOVE_0, "b": ABOVE_0, "x": (0.0, 1.0)}


def of_gamma(xp: Any, a: Any, x: Any) -> Any:
    return x ** (a - 1) * xp.exp(-x) * xp.special.rgamma(a)


def of_beta(xp: Any, a: Any, b: Any, x: Any) -> Any:
    return x ** (a - 1) * (1 - x) ** (b - 1) / xp.special.beta(a, b)


# fmt: off
many("gammainc", "P(a, x), by x", {"a": LOWER, "x": UPPER}, {"x": of_gamma}, within=GAMMA,
    near_0=pairs((2.0, 1e-10), (0.5, 1e-10)), at_0=pairs((1.0, 0.0), (2.0, 0.0), (3.0, 0.0), trap=True),
    large=pairs((100.0, 100.0), (50.0, 60.0), trap=True),
    largest=pairs((1e3, 1e3), (300.0, 250.0), of=F64, trap=True),
    tail=pairs((1.0, 50.0), (3.0, 40.0)))
many("gammaincc", "Q(a, x) = 1 − P(a, x), by x", {"a": LOWER, "x": UPPER},
    {"x": lambda xp, a, x: -of_gamma(xp, a, x)}, within=GAMMA,
    near_0=pairs((2.0, 1e-10), (0.5, 1e-10)), at_0=pairs((1.0, 0.0), (2.0, 0.0), (3.0, 0.0), trap=True),
    large=pairs((100.0, 100.0), (50.0, 60.0), trap=True),
    largest=pairs((1e3, 1e3), (300.0, 350.0), of=F64, trap=True),
    tail=pairs((1.0, 50.0), (3.0, 40.0), trap=True))
many("gammainc_by_a", "P(a, x)", {"a": LOWER, "x": UPPER}, {"a": None, "x": of_gamma}, of("gammainc"),
    within=GAMMA,
    near_0=pairs((2.0, 1e-10), (0.5, 1e-10)), large=pairs((100.0, 100.0), (50.0, 60.0), trap=True))
many("gammaincc_by_a", "Q(a, x)", {"a": LOWER, "x": UPPER},
    {"a": None, "x": lambda xp, a, x: -of_gamma(xp, a, x)}, of("gammaincc"),
    within=GAMMA,
    large=pairs((100.0, 100.0), (50.0, 60.0), trap=True), tail=pairs((1.0, 50.0), (3.0, 40.0), trap=True))
many("betainc", "I(a, b; x), by x", {"a": LOWER, "b": UPPER, "x": UNIT_LINE}, {"x": of_beta},
    within=BETA,
    near_0=pairs((2.0, 3.0, 1e-10), (0.5, 0.5, 1e-10)), near_1=pairs((2.0, 3.0, NEXT_TO_1), (0.5, 0.5, NEXT_TO_1)),
    ends=pairs((1.0, 2.0, 0.0), (2.0, 2.0, 0.0), (2.0, 1.0, 1.0), trap=True),
    large=pairs((100.0, 100.0, 0.5), (30.0, 60.0, 0.25), trap=True),
    largest=pairs((1e3, 2e3, 0.33), of=F64, trap=True))
