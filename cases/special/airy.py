"""The Airy functions and their slopes, of which y″ = x y."""

from __future__ import annotations

from adbench.cases.elementwise import F64, at, trap
from adbench.cases.special.common import Form, one

SPAN = (-4.0, 2.0)
ROOT_OF_AI, ROOT_OF_AI_SLOPE = -2.338107410459767, -1.018792971647471
ROOT_OF_BI, ROOT_OF_BI_SLOPE = -1.173713222709128, -2.294439682614123


def component(i: int) -> Form:
    return lambda xp, x: xp.special.airy(x)[i]


# fmt: off
one("airy_ai", "Ai(x)", component(1), SPAN, component(0),
    zero=at(0.0, 1e-10), roots=trap(ROOT_OF_AI), far=at(5.0, 10.0), farther=at(50.0, of=F64),
    negative=trap(-20.0, -100.0))
one("airy_ai_slope", "Ai'(x)", lambda xp, x: x * xp.special.airy(x)[0], SPAN, component(1),
    zero=at(0.0, 1e-10), roots=trap(ROOT_OF_AI_SLOPE), far=at(5.0, 10.0))
one("airy_bi", "Bi(x)", component(3), SPAN, component(2),
    zero=at(0.0, 1e-10), roots=trap(ROOT_OF_BI), far=at(5.0, 10.0), farther=at(50.0, of=F64),
    negative=trap(-20.0, -100.0))
one("airy_bi_slope", "Bi'(x)", lambda xp, x: x * xp.special.airy(x)[2], SPAN, component(3),
    zero=at(0.0, 1e-10), roots=trap(ROOT_OF_BI_SLOPE), far=at(5.0, 10.0))
