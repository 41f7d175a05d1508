"""Bessel and Airy functions of jets: derivatives by the argument from recurrences, by the order from Cauchy's formula.

    C'ᵥ = α Cᵥ₋₁ + β Cᵥ₊₁ + γ Cᵥ:        J, Y: ½, −½, 0    I: ½, ½, 0    K: −½, −½, 0

which at x = 0 divides by nothing, unlike the formulas with v/x. The scaled functions e^(−|x|) Iᵥ and eˣ Kᵥ add γ = ∓1.
All of them are entire in the order; the recurrence applied n times gives the nth derivative.

Source: DLMF §10.6, §10.29, §10.38.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import acb, arb

from adbench.errors import Undecided
from adbench.oracle.cauchy import differentiated
from adbench.oracle.jet import Jet, jet
from adbench.oracle.sharp import smooth

HALF = arb(0.5)


def _side(x: Any) -> arb:
    """The sign of x; at a ball around 0, either."""
    x = x.real if isinstance(x, acb) else x
    return arb(1) if x > 0 else arb(-1) if x < 0 else arb(0, 1)


def _scaled_i(v: Any, x: Any) -> Any:
    return x.bessel_i(v) if x == 0 else x.bessel_i(v) * (-_side(x) * x).exp()


def _k(v: Any, x: Any, scaled: bool = False) -> Any:
    """Kᵥ = K₋ᵥ; at complex orders around 0, where Arb's formula divides by 0, from the orders above."""
    if v.real.mid() < 0:
        v = -v
    if isinstance(v, acb) and v != 0 and abs(v.mid()) < HALF:
        return x.bessel_k(v + 2, scaled) - 2 * (v + 1) / x * x.bessel_k(v + 1, scaled)
    return x.bessel_k(v, scaled)


# kind: the function, α, β, γ at x
KINDS: dict[str, tuple[Callable[[Any, Any], Any], arb, arb, Callable[[Any], arb]]] = {
    "jv":  (lambda v, x: x.bessel_j(v), HALF, -HALF,  lambda x: arb(0)),
    "yv":  (lambda v, x: x.bessel_y(v), HALF, -HALF,  lambda x: arb(0)),
    "iv":  (lambda v, x: x.bessel_i(v), HALF, HALF,   lambda x: arb(0)),
    "kv":  (_k,                        -HALF, -HALF, lambda x: arb(0)),
    "ive": (_scaled_i,                  HALF, HALF,   lambda x: -_side(x)),
    "kve": (lambda v, x: _k(v, x, True), -HALF, -HALF, lambda x: arb(1)),
}  # fmt: skip


def _by_argument(kind: str, n: int) -> Callable[[Any, Any], Any]:
    """The nth derivative by x, of real or complex balls."""
    f, below, above, scaling = KINDS[kind]

    def derivative(v: Any, x: Any) -> Any:
        terms = {0: arb(1)}  # coefficient by the shift of the order
        for _ in range(n):
            shifted: dict[int, arb] = {}
            for shift, c in terms.items():
                for by, factor in ((-1, below), (1, above), (0, scaling(x))):
                    if factor != 0 or not factor.is_exact():
                        shifted[shift + by] = shifted.get(shift + by, arb(0)) + c * factor
            terms = shifted
        return sum((c * f(v + shift, x) for shift, c in terms.items()), arb(0))

    return derivative


def _reach(v: arb, x: arb) -> arb:
    return x.abs_lower()  # entire in v; in x there is a branch point at 0


def _by_order(kind: str, order: int, n: int) -> Callable[..., arb]:
    return differentiated(_by_argument(kind, n), (1, 0), order, _reach)


def _by_argument_at(kind: str, n: int) -> Callable[..., arb]:
    """The nth derivative by x; also at an order known to a ball, where Arb's K and Y fail if that holds an integer."""
    direct, around = _by_argument(kind, n), _by_order(kind, 0, n)
    return lambda v, x: direct(v, x) if v.is_exact() else around(v, x)


def _of_order(kind: str) -> Callable[..., Jet]:
    """A Bessel function of order and argument."""
    return smooth(
        kind,
        "v x",
        _by_argument(kind, 0),
        (_by_order(kind, 1, 0), _by_argument_at(kind, 1)),
        {(0, 0): _by_order(kind, 2, 0), (0, 1): _by_order(kind, 1, 1), (1, 1): _by_argument_at(kind, 2)},
    )


def _of_argument(kind: str, v: int) -> Callable[..., Jet]:
    """A Bessel function of one fixed order."""

    def by(n: int) -> Callable[[arb], arb]:
        return lambda x: _by_argument(kind, n)(arb(v), x)

    return smooth(f"{kind} of order {v}", "x", by(0), (by(1),), {(0, 0): by(2)}, by(3))


def _with_kink(f: Callable[..., Jet], order_of: Callable[..., Any]) -> Callable[..., Jet]:
    """A function scaled by e^(−|x|), which xᵛ |x| makes v times differentiable at 0."""

    def apply(*operands: Any) -> Jet:
        x = jet(operands[-1])
        if x.value == 0 and not x.is_constant and jet(order_of(*operands)).value < (1 if x.along is None else 2):
            raise Undecided(f"e^(-|x|) I_v(x) has a kink at x = {x.value}")
        return f(*operands)

    return apply


def _airy(which: int) -> Callable[..., Jet]:
    """Ai, Ai', Bi, Bi' of y'' = x y; a derivative's own derivatives are x y, y + x y' and 2 y' + x² y."""

    def part(i: int) -> Callable[[arb], arb]:
        return lambda x: x.airy()[i]

    y, slope = part(which - which % 2), part(which - which % 2 + 1)
    ladder: tuple[Callable[[arb], arb], ...] = (
        y,
        slope,
        lambda x: x * y(x),
        lambda x: y(x) + x * slope(x),
        lambda x: 2 * slope(x) + x * x * y(x),
    )
    f, first, second, third = ladder[which % 2 : which % 2 + 4]
    return smooth("airy", "x", f, (first,), {(0, 0): second}, third)


OF_ONE: dict[str, Callable[..., Jet]] = {
    "j0":  _of_argument("jv", 0),
    "j1":  _of_argument("jv", 1),
    "y0":  _of_argument("yv", 0),
    "y1":  _of_argument("yv", 1),
    "i0":  _of_argument("iv", 0),
    "i1":  _of_argument("iv", 1),
    "k0":  _of_argument("kv", 0),
    "k1":  _of_argument("kv", 1),
    "i0e": _with_kink(_of_argument("ive", 0), lambda x: 0),
    "i1e": _with_kink(_of_argument("ive", 1), lambda x: 1),
    "k0e": _of_argument("kve", 0),
    "k1e": _of_argument("kve", 1),
}  # fmt: skip

OF_TWO: dict[str, Callable[..., Jet]] = {
    "jv":  _of_order("jv"),
    "jn":  _of_order("jv"),
    "yv":  _of_order("yv"),
    "yn":  _of_order("yv"),
    "iv":  _of_order("iv"),
    "kv":  _of_order("kv"),
    "kn":  _of_order("kv"),
    "ive": _with_kink(_of_order("ive"), lambda v, x: v),
    "kve": _of_order("kve"),
}  # fmt: skip

AIRY = tuple(_airy(i) for i in range(4))  # Ai, Ai', Bi, Bi'
