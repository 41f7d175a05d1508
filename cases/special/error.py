"""The error function and its relatives: complements, inverses, Dawson's integral, the normal distribution."""

from __future__ import annotations

from typing import Any

from adbench.cases.elementwise import F64, GAP, LAST_TO_1, NEXT_TO_1, REAL, UNIT, WITHIN_1, at, trap
from adbench.cases.special.common import one, pi

PEAK_OF_DAWSN = 0.9241388730045916


def root_pi(xp: Any, x: Any) -> Any:
    return xp.sqrt(pi(xp, x))


def bell(xp: Any, x: Any) -> Any:
    return 2 * xp.exp(-x * x) / root_pi(xp, x)


def swell(xp: Any, x: Any) -> Any:
    return 2 * xp.exp(x * x) / root_pi(xp, x)


def density(xp: Any, x: Any) -> Any:
    two = xp.full((), 2.0, dtype=x.dtype)
    return xp.exp(-x * x / 2) / (xp.sqrt(two) * root_pi(xp, x))


# fmt: off
one("erf", "erf x", bell, REAL,
    tiny=at(1e-20, -1e-30), far=at(5.0, -6.0), farther=at(9.0, -26.0, of=F64))
one("erfc", "1 − erf x", lambda xp, x: -bell(xp, x), REAL,
    tiny=at(1e-20, -1e-30), far=trap(5.0, -6.0, 9.0), farther=trap(20.0, 26.0, -26.0, of=F64))
one("erfcx", "e^(x²) erfc x", lambda xp, x: 2 * x * xp.special.erfcx(x) - 2 / root_pi(xp, x), REAL,
    tiny=at(1e-20, -1e-30), far=trap(30.0, 1e3, -8.0), farther=trap(1e8, -26.0, of=F64))
one("erfi", "−i erf ix", swell, REAL,
    tiny=at(1e-20, -1e-30), far=at(5.0, -9.0), farther=at(26.0, of=F64))
one("dawsn", "e^(−x²) ∫₀ˣ e^(t²) dt", lambda xp, x: 1 - 2 * x * xp.special.dawsn(x), REAL,
    tiny=at(1e-20, -1e-30), peak=trap(PEAK_OF_DAWSN, 0.92), far=trap(50.0, -300.0), farther=trap(1e8, of=F64))
one("erfinv", "the t with erf t = x", lambda xp, x: 1 / bell(xp, xp.special.erfinv(x)), UNIT, None, WITHIN_1,
    tiny=at(1e-20, -1e-30), near_one=trap(NEXT_TO_1, -NEXT_TO_1), last=trap(LAST_TO_1, -LAST_TO_1, of=F64))
one("erfcinv", "the t with erfc t = x", lambda xp, x: -1 / bell(xp, xp.special.erfcinv(x)), (0.1, 1.9), None,
    (0.0, 2.0), tiny=trap(1e-6, 1e-30), tiniest=trap(1e-300, of=F64), near_one=at(1 - GAP, 1 + GAP),
    near_two=trap(2 - 2.0**-23, 1.5))
one("ndtr", "Φ(x)", density, REAL,
    tiny=at(1e-20, -1e-30), tails=trap(-5.0, 5.0, -12.0), far=trap(-36.0, 30.0, of=F64))
one("log_ndtr", "log Φ(x)", lambda xp, x: density(xp, x) / xp.special.ndtr(x), REAL,
    tiny=at(1e-20, -1e-30), left=trap(-5.0, -12.0, -100.0), far_left=trap(-1e5, of=F64),
    right=trap(5.0, 12.0), far_right=trap(30.0, 37.0, of=F64))
one("ndtri", "the t with Φ(t) = x", lambda xp, x: 1 / density(xp, xp.special.ndtri(x)), (0.1, 0.9), None,
    (0.0, 1.0), tiny=trap(1e-6, 1e-30), tiniest=trap(1e-300, of=F64), half=at(0.5 - GAP, 0.5 + GAP),
    near_one=trap(NEXT_TO_1), last=trap(LAST_TO_1, of=F64))
