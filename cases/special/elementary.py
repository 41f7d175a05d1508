"""Elementary functions that have a name of their own: the logistic ones, 2ˣ, and the cardinal sine."""

from __future__ import annotations

from typing import Any

from adbench.cases.elementwise import F32, F64, GAP, LAST_TO_1, NEXT_TO_1, REAL, at, trap
from adbench.cases.special.common import one, pi, removable


def sinc_slope(xp: Any, x: Any) -> Any:
    return removable(xp, x, 0, 0, lambda x: (xp.cos(pi(xp, x) * x) - xp.special.sinc(x)) / x)


# fmt: off
one("logit", "log(x / (1 − x))", lambda xp, x: 1 / (x * (1 - x)), (0.1, 0.9), None, (0.0, 1.0),
    tiny=at(1e-10, 1e-18), half=trap(0.5 - GAP, 0.5 + GAP), near_one=trap(NEXT_TO_1), last=trap(LAST_TO_1, of=F64))
one("expit", "1/(1 + e⁻ˣ)", lambda xp, x: 1 / (4 * xp.cosh(x / 2) ** 2), REAL)
one("log_expit", "−log(1 + e⁻ˣ)", lambda xp, x: 1 / (1 + xp.exp(x)), REAL,
    far=trap(40.0, -40.0), farther=trap(700.0, -745.0, of=F64), far_single=trap(80.0, -103.0, of=F32))
one("exp2", "2ˣ", lambda xp, x: xp.special.exp2(x) * xp.log(xp.full((), 2.0, dtype=x.dtype)), REAL,
    whole=at(0.0, 3.0, -10.0), overflow=at(1023.5, -1020.5, of=F64), overflow_single=at(127.5, -124.5, of=F32))
one("sinc", "sin πx / πx", sinc_slope, REAL,
    zero=trap(0.0, 1e-10), small=trap(1e-5, -1e-3, 0.03), whole=trap(1.0, -2.0, 5.0),
    large=at(1e3 + 0.25, -1e5 - 0.5))
