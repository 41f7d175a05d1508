"""Distances between the points of two sets."""

from __future__ import annotations

import math

import numpy as np
from adbench.cases.nn.common import HAZARD, Function, at, define, normal

# fmt: off


def cdist(**options: float) -> Function:
    return lambda xp, x, y: xp.nn.cdist(x, y, **options)


for p, suffix in ((2.0, ""), (1.0, "_one"), (1.5, "_three_halves"), (3.0, "_three"), (math.inf, "_inf")):
    define(f"cdist{suffix}", cdist(p=p), "x y", normal(x=(3, 2), y=(2, 2)),
        f"‖xᵢ − yⱼ‖ of order {p:g}; x (3, 2), y (2, 2).")
define("cdist_stack", cdist(), "x y", normal(x=(2, 2, 3), y=(1, 2, 3)), "‖xᵢ − yⱼ‖; x (2, 2, 3), y (1, 2, 3).")
MANY = np.stack([np.linspace(0.3, 4.1, 26), np.linspace(-2.2, 1.7, 26)], axis=1)
define("cdist_many", cdist(), "x y", at(x=MANY, y=[[3.3, -1.9]]),
    "‖xᵢ − yⱼ‖ of more than 25 points, from where a library multiplies matrices; x (26, 2), y (1, 2).")
POINTS, NEARBY = np.asarray([[1.1, 2.2], [-3.3, 0.4]]), np.asarray([[1e-3, -2e-3], [3e-3, 1e-3]])
for p, suffix in ((2.0, ""), (3.0, "_three")):
    define(f"cdist_near{suffix}", cdist(p=p), "x y", at(x=POINTS, y=POINTS + NEARBY),
        f"‖xᵢ − yⱼ‖ of order {p:g} of points that nearly coincide; x and y (2, 2).", tags=HAZARD)
define("cdist_many_near", cdist(), "x y", at(x=MANY, y=[MANY[7] + NEARBY[0]]),
    "‖xᵢ − yⱼ‖ of more than 25 points, of which two nearly coincide; x (26, 2), y (1, 2).", tags=HAZARD)
