"""Bessel functions of every real order, by their argument and, of the second modified ones, by the order too."""

from __future__ import annotations

from typing import Any

from adbench.cases.elementwise import ABOVE_0, pairs
from adbench.cases.special.common import ARGUMENT, Form, many, of

from adbench.case import Bounds

SPANS = {"v": (0.25, 3.5), "x": ARGUMENT}
DOMAIN: dict[str, Bounds] = {"x": ABOVE_0}


def recurrent(name: str, below: float, above: float, same: Form = lambda xp, x: 0) -> Form:
    """C'ᵥ = below · Cᵥ₋₁ + above · Cᵥ₊₁ + same · Cᵥ."""

    def slope(xp: Any, v: Any, x: Any) -> Any:
        f = getattr(xp.special, name)
        return below * f(v - 1, x) + above * f(v + 1, x) + same(xp, x) * f(v, x)

    return slope


KV, KVE = recurrent("kv", -0.5, -0.5), recurrent("kve", -0.5, -0.5, lambda xp, x: 1)

# fmt: off
many("jv", "Jᵥ(x), by x", SPANS, {"x": recurrent("jv", 0.5, -0.5)}, within=DOMAIN,
    whole=pairs((0.0, 1.5), (1.0, 1.5), (-2.0, 1.5)), zero=pairs((0.0, 0.0), (1.0, 0.0), (2.0, 0.0)),
    tiny=pairs((0.5, 1e-10), (2.5, 1e-5)), large=pairs((1.5, 1e5), (30.5, 20.0), trap=True))
many("yv", "Yᵥ(x), by x", SPANS, {"x": recurrent("yv", 0.5, -0.5)}, within=DOMAIN,
    whole=pairs((0.0, 1.5), (1.0, 1.5), (-2.0, 1.5)), tiny=pairs((0.5, 1e-10), (2.5, 1e-5)),
    large=pairs((1.5, 1e5), (30.5, 20.0), trap=True))
many("iv", "Iᵥ(x), by x", SPANS, {"x": recurrent("iv", 0.5, 0.5)}, within=DOMAIN,
    whole=pairs((0.0, 1.5), (1.0, -1.5), (-2.0, 1.5)), zero=pairs((0.0, 0.0), (1.0, 0.0), (2.0, 0.0)),
    tiny=pairs((0.5, 1e-10), (2.5, 1e-5)), large=pairs((1.5, 80.0), (30.5, 20.0), trap=True))
many("ive", "e^(−|x|) Iᵥ(x), by x", SPANS, {"x": recurrent("ive", 0.5, 0.5, lambda xp, x: -xp.sign(x))}, within=DOMAIN,
    whole=pairs((0.0, 1.5), (1.0, -1.5), (3.0, 1.5)),
    tiny=pairs((0.5, 1e-10), (2.5, 1e-5)), large=pairs((1.5, 80.0), (2.5, 1e5), trap=True))
many("kv", "Kᵥ(x), by x", SPANS, {"x": KV}, within=DOMAIN,
    whole=pairs((0.0, 1.5), (1.0, 1.5), (-2.0, 1.5)), tiny=pairs((0.5, 1e-10), (2.5, 1e-5)),
    far=pairs((1.5, 80.0), (10.5, 20.0)))
many("kv_by_order", "Kᵥ(x)", SPANS, {"v": None, "x": KV}, of("kv"), within=DOMAIN)
many("kve", "eˣ Kᵥ(x), by x", SPANS, {"x": KVE}, within=DOMAIN,
    whole=pairs((0.0, 1.5), (1.0, 1.5), (-2.0, 1.5)), tiny=pairs((0.5, 1e-10), (2.5, 1e-5)),
    large=pairs((1.5, 80.0), (2.5, 1e5), trap=True))
many("kve_by_order", "eˣ Kᵥ(x)", SPANS, {"v": None, "x": KVE}, of("kve"), within=DOMAIN)
