"""Bessel functions of whole orders, and the modified ones, with and without their exponential factor."""

from __future__ import annotations

from adbench.cases.elementwise import ABOVE_0, F64, REAL, at, trap
from adbench.cases.special.common import ARGUMENT, of, one

ROOTS_OF_J0, ROOTS_OF_J1 = (2.404825557695773, 5.520078110286311), (3.8317059702075125, 7.015586669815619)
ROOTS_OF_Y0, ROOTS_OF_Y1 = (0.8935769662791675, 3.957678419314858), (2.197141326031017, 5.429681040794135)

# fmt: off
one("j0", "J₀(x)", lambda xp, x: -xp.special.j1(x), ARGUMENT,
    zero=at(0.0, 1e-10), roots=trap(*ROOTS_OF_J0), large=trap(100.0, 1e5))
one("j1", "J₁(x)", lambda xp, x: (xp.special.j0(x) - xp.special.jv(2, x)) / 2, ARGUMENT,
    zero=at(0.0, 1e-10), roots=trap(*ROOTS_OF_J1), large=trap(100.0, 1e5))
one("y0", "Y₀(x)", lambda xp, x: -xp.special.y1(x), ARGUMENT, None, ABOVE_0,
    tiny=at(1e-5, 1e-10), roots=trap(*ROOTS_OF_Y0), large=trap(100.0, 1e5))
one("y1", "Y₁(x)", lambda xp, x: (xp.special.y0(x) - xp.special.yv(2, x)) / 2, ARGUMENT, None, ABOVE_0,
    tiny=at(1e-5, 1e-10), roots=trap(*ROOTS_OF_Y1), large=trap(100.0, 1e5))
for kind in ("jn", "yn"):
    for n in (0, 1, 3):
        one(f"{kind}_{n}", f"{kind[0].upper()} of order {n}", lambda xp, x, kind=kind, n=n: (
            getattr(xp.special, kind)(n - 1, x) - getattr(xp.special, kind)(n + 1, x)) / 2, ARGUMENT, of(kind, n))
one("jn_2", "J of order 2", lambda xp, x: (xp.special.jn(1, x) - xp.special.jn(3, x)) / 2, ARGUMENT, of("jn", 2),
    zero=at(0.0, 1e-5), large=trap(100.0, 1e5))
one("i0", "I₀(x)", lambda xp, x: xp.special.i1(x), REAL,
    zero=at(0.0, 1e-10), large=at(20.0, -80.0), largest=at(700.0, of=F64))
one("i1", "I₁(x)", lambda xp, x: (xp.special.i0(x) + xp.special.iv(2, x)) / 2, REAL,
    zero=at(0.0, 1e-10), large=at(20.0, -80.0), largest=at(700.0, of=F64))
one("i0e", "e^(−|x|) I₀(x)", lambda xp, x: xp.special.i1e(x) - xp.sign(x) * xp.special.i0e(x), REAL,
    tiny=at(1e-10, -1e-20), large=trap(100.0, -1e5), largest=trap(1e12, of=F64))
one("i1e", "e^(−|x|) I₁(x)", lambda xp, x: (
        (xp.special.i0e(x) + xp.special.ive(2, x)) / 2 - xp.sign(x) * xp.special.i1e(x)), REAL,
    tiny=at(1e-10, -1e-20), large=trap(100.0, -1e5), largest=trap(1e12, of=F64))
one("k0", "K₀(x)", lambda xp, x: -xp.special.k1(x), (0.5, 4.0), None, ABOVE_0,
    tiny=at(1e-5, 1e-10), far=at(20.0, 80.0), farther=at(600.0, of=F64))
one("k1", "K₁(x)", lambda xp, x: -(xp.special.k0(x) + xp.special.kv(2, x)) / 2, (0.5, 4.0), None, ABOVE_0,
    tiny=at(1e-5, 1e-10), far=at(20.0, 80.0), farther=at(600.0, of=F64))
one("k0e", "eˣ K₀(x)", lambda xp, x: xp.special.k0e(x) - xp.special.k1e(x), (0.5, 4.0), None, ABOVE_0,
    tiny=at(1e-5, 1e-10), large=trap(100.0, 1e5), largest=trap(1e12, of=F64))
one("k1e", "eˣ K₁(x)", lambda xp, x: (
        xp.special.k1e(x) - (xp.special.k0e(x) + xp.special.kve(2, x)) / 2), (0.5, 4.0), None, ABOVE_0,
    tiny=at(1e-5, 1e-10), large=trap(100.0, 1e5), largest=trap(1e12, of=F64))
