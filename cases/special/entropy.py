"""Entropies, and products with a logarithm that are 0 where their factor is."""

from __future__ import annotations

import math

from adbench.cases.elementwise import ABOVE_0, GAP, NEXT_TO_1, POSITIVE, REAL, at, pairs, trap
from adbench.cases.special.common import many, one

from adbench.case import Bounds

MEASURES: dict[str, Bounds] = {"x": ABOVE_0, "y": ABOVE_0}

# fmt: off
one("entr", "−x log x", lambda xp, x: -xp.log(x) - 1, POSITIVE, None, ABOVE_0,
    tiny=at(1e-10, 1e-30), peak=trap(1 / math.e, 0.3679), near_one=at(1 - GAP, 1 + GAP), large=at(1e10, 1e30))
many("rel_entr", "x log(x/y)", {"x": POSITIVE, "y": (0.7, 3.0)},
    {"x": lambda xp, x, y: xp.log(x / y) + 1, "y": lambda xp, x, y: -x / y}, within=MEASURES,
    equal=pairs((2.0, 2.0), (2.0, 2.0 + GAP), trap=True), apart=pairs((1e-10, 1e10), (1e10, 1e-10)))
many("kl_div", "x log(x/y) − x + y", {"x": POSITIVE, "y": (0.7, 3.0)},
    {"x": lambda xp, x, y: xp.log(x / y), "y": lambda xp, x, y: 1 - x / y}, within=MEASURES,
    equal=pairs((2.0, 2.0), (2.0, 2.0 + GAP), trap=True), apart=pairs((1e-10, 1e10), (1e10, 1e-10)))
many("xlogy", "x log y", {"x": REAL, "y": POSITIVE},
    {"x": lambda xp, x, y: xp.log(y), "y": lambda xp, x, y: x / y}, within={"y": ABOVE_0},
    zero=pairs((0.0, 2.0), (0.0, 1e-30), (2.0, 0.5), trap=True), near_one=pairs((2.0, 1 + GAP), (-3.0, 1 - GAP)),
    extreme=pairs((1e10, 1e-10), (-1e-10, 1e10)))
many("xlog1py", "x log(1 + y)", {"x": REAL, "y": POSITIVE},
    {"x": lambda xp, x, y: xp.log1p(y), "y": lambda xp, x, y: x / (1 + y)},
    zero=pairs((0.0, 2.0), (0.0, 1e-30), (2.0, 0.5), trap=True), tiny=pairs((2.0, 1e-17), (-3.0, -1e-30)),
    near_branch=pairs((2.0, -NEXT_TO_1)))
