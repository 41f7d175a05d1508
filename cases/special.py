"""Special functions, under SciPy's names: every differentiable one that at least two of the libraries offer.

A row a function: what it is, its derivative in closed form, where ordinary points are drawn, and its hard points:
roots, poles and removable points, tails, the largest and the smallest arguments. There the formulas that are in use
cancel, overflow, or divide zero by zero, and nobody looks. Those that some formula is known to fail at are tagged
`hazard`. Where there is no elementary derivative, as by the order of a Bessel function, the truth is the oracle's
alone.

Functions of several operands meet each of them as a scalar beside an array, and both broadcast at once. Vectors are
the shape of the hard points; `elementwise` has the other shapes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from inspect import Parameter, Signature
from typing import Any, NamedTuple

import numpy as np
from adbench.cases.elementwise import (
    ABOVE_0,
    ABOVE_1,
    F32,
    F64,
    GAP,
    LAST_TO_1,
    NEXT_TO_1,
    POSITIVE,
    REAL,
    UNIT,
    WITHIN_1,
    Points,
    Shape,
    Span,
    at,
    diagonal,
    pairs,
    shown,
    strata,
    trap,
)
from adbench.cases.reductions import over

from adbench.case import DTYPES, Bounds, case

SCIPY = "scipy.special 1.17, and DLMF for the derivatives"
# Bare runs take the first; only the full tier takes the others.
SIZES: dict[str, dict[str, Shape]] = {
    "small": {"shape": (2, 3)},
    "scalar": {"shape": ()},
}
FIRST, SECOND, THIRD = (2, 1), (3,), (4, 1, 1)  # that broadcast
Form = Callable[..., Any]


class Row(NamedTuple):
    """A function of operands, the closed form of its derivative by each of `partials` (None: the oracle's alone), and
    where its operands are drawn from."""

    formula: str
    spans: dict[str, Span]
    partials: dict[str, Form | None]
    hard: dict[str, Points]
    function: Form | None  # default SciPy's function of the row's name
    domain: dict[str, Bounds]


def one(formula: str, slope: Form | None, span: Span, f: Form | None = None, within: Bounds = (None, None), /,
        **hard: Points) -> Row:  # fmt: skip
    """The row of a function of x; `within` is where it is defined."""
    return Row(formula, {"x": span}, {"x": slope}, hard, f, {} if within == (None, None) else {"x": within})


def many(
    formula: str, spans: dict[str, Span], partials: dict[str, Form | None], f: Form | None = None, /, *,
    within: Mapping[str, Bounds] | None = None, **hard: Points,
) -> Row:  # fmt: skip
    """The row of a function of several operands, of which those in `partials` are differentiated."""
    return Row(formula, spans, partials, hard, f, dict(within or {}))


LOWER, UPPER, UNIT_LINE = (0.5, 4.0), (0.5, 5.0), (0.1, 0.9)
WHOLE = "n"  # an operand that takes whole numbers alone
ORDER, ARGUMENT = (0.25, 3.5), (0.5, 8.0)
OF_GAMMA: dict[str, Bounds] = {"a": ABOVE_0, "x": ABOVE_0}
OF_BETA: dict[str, Bounds] = {"a": ABOVE_0, "b": ABOVE_0, "x": (0.0, 1.0)}
OF_ZETA: dict[str, Bounds] = {"s": ABOVE_1, "q": ABOVE_0}
OF_BESSEL: dict[str, Bounds] = {"x": ABOVE_0}
MEASURES: dict[str, Bounds] = {"x": ABOVE_0, "y": ABOVE_0}
LEAST_OF_GAMMA = 1.4616321449683623  # where ψ is 0
ROOT_OF_PSI, ROOT_OF_EI, PEAK_OF_DAWSN = -0.504083008264455, 0.3725074107813666, 0.9241388730045916
ROOTS_OF_J0, ROOTS_OF_J1 = (2.404825557695773, 5.520078110286311), (3.8317059702075125, 7.015586669815619)
ROOTS_OF_Y0, ROOTS_OF_Y1 = (0.8935769662791675, 3.957678419314858), (2.197141326031017, 5.429681040794135)
ROOT_OF_AI, ROOT_OF_AI_SLOPE = -2.338107410459767, -1.018792971647471
ROOT_OF_BI, ROOT_OF_BI_SLOPE = -1.173713222709128, -2.294439682614123


def _root_pi(xp: Any, x: Any) -> Any:
    """√π as the working precision has it: a Python float would hold but 53 bits of it."""
    return xp.sqrt(xp.acos(-xp.ones((), dtype=x.dtype)))


def _bell(xp: Any, x: Any) -> Any:
    return 2 * xp.exp(-x * x) / _root_pi(xp, x)


def _swell(xp: Any, x: Any) -> Any:
    return 2 * xp.exp(x * x) / _root_pi(xp, x)


def _density(xp: Any, x: Any) -> Any:
    two = xp.full((), 2.0, dtype=x.dtype)
    return xp.exp(-x * x / 2) / (xp.sqrt(two) * _root_pi(xp, x))


def _removable(xp: Any, x: Any, where: float, limit: float, quotient: Form) -> Any:
    """A quotient, and its limit at the one point where it is 0/0."""
    there = x == where
    return xp.where(there, limit * xp.ones_like(x), quotient(xp.where(there, (where + 1) * xp.ones_like(x), x)))


def _sinc_slope(xp: Any, x: Any) -> Any:
    pi = xp.acos(-xp.ones((), dtype=x.dtype))
    return _removable(xp, x, 0, 0, lambda x: (xp.cos(pi * x) - xp.special.sinc(x)) / x)


def _spence_slope(xp: Any, x: Any) -> Any:
    return _removable(xp, x, 1, -1, lambda x: xp.log(x) / (1 - x))


def _of(name: str, *orders: int) -> Form:
    """SciPy's function of this name, of the integer orders that are given."""
    return lambda xp, *operands: getattr(xp.special, name)(*orders, *operands)


def _recurrent(name: str, below: float, above: float, same: Form = lambda xp, x: 0) -> Form:
    """C'ᵥ = below · Cᵥ₋₁ + above · Cᵥ₊₁ + same · Cᵥ."""

    def slope(xp: Any, v: Any, x: Any) -> Any:
        f = getattr(xp.special, name)
        return below * f(v - 1, x) + above * f(v + 1, x) + same(xp, x) * f(v, x)

    return slope


def _airy(i: int) -> Form:
    return lambda xp, x: xp.special.airy(x)[i]


def _rgamma_slope(xp: Any, x: Any) -> Any:
    """−ψ/Γ, and where that is ∞ · 0 by reflection: 1/Γ(x) = sin πx · Γ(1 − x) / π."""
    left = x < 0.5
    y, pi = xp.where(left, x, -xp.ones_like(x)), xp.acos(-xp.ones((), dtype=x.dtype))
    reflected = xp.special.gamma(1 - y) * (xp.cos(pi * y) - xp.sin(pi * y) * xp.special.digamma(1 - y) / pi)
    x = xp.where(left, xp.ones_like(x), x)
    return xp.where(left, reflected, -xp.special.rgamma(x) * xp.special.digamma(x))


def _beta_by(xp: Any, a: Any, b: Any) -> Any:
    """∂ log B(a, b) / ∂a."""
    return xp.special.digamma(a) - xp.special.digamma(a + b)


def _gamma_density(xp: Any, a: Any, x: Any) -> Any:
    return x ** (a - 1) * xp.exp(-x) * xp.special.rgamma(a)


def _beta_density(xp: Any, a: Any, b: Any, x: Any) -> Any:
    return x ** (a - 1) * (1 - x) ** (b - 1) / xp.special.beta(a, b)


# fmt: off
ERROR: dict[str, Row] = {
    "erf": one("erf x", _bell, REAL,
        tiny=at(1e-20, -1e-30), far=at(5.0, -6.0), farther=at(9.0, -26.0, of=F64)),
    "erfc": one("1 − erf x", lambda xp, x: -_bell(xp, x), REAL,
        tiny=at(1e-20, -1e-30), far=trap(5.0, -6.0, 9.0), farther=trap(20.0, 26.0, -26.0, of=F64)),
    "erfcx": one("e^(x²) erfc x", lambda xp, x: 2 * x * xp.special.erfcx(x) - 2 / _root_pi(xp, x), REAL,
        tiny=at(1e-20, -1e-30), far=trap(30.0, 1e3, -8.0), farther=trap(1e8, -26.0, of=F64)),
    "erfi": one("−i erf ix", _swell, REAL,
        tiny=at(1e-20, -1e-30), far=at(5.0, -9.0), farther=at(26.0, of=F64)),
    "dawsn": one("e^(−x²) ∫₀ˣ e^(t²) dt", lambda xp, x: 1 - 2 * x * xp.special.dawsn(x), REAL,
        tiny=at(1e-20, -1e-30), peak=trap(PEAK_OF_DAWSN, 0.92), far=trap(50.0, -300.0), farther=trap(1e8, of=F64)),
    "erfinv": one("the t with erf t = x", lambda xp, x: 1 / _bell(xp, xp.special.erfinv(x)), UNIT, None, WITHIN_1,
        tiny=at(1e-20, -1e-30), near_one=trap(NEXT_TO_1, -NEXT_TO_1), last=trap(LAST_TO_1, -LAST_TO_1, of=F64)),
    "erfcinv": one("the t with erfc t = x", lambda xp, x: -1 / _bell(xp, xp.special.erfcinv(x)), (0.1, 1.9), None,
        (0.0, 2.0), tiny=trap(1e-6, 1e-30), tiniest=trap(1e-300, of=F64), near_one=at(1 - GAP, 1 + GAP),
        near_two=trap(2 - 2.0**-23, 1.5)),
    "ndtr": one("Φ(x)", _density, REAL,
        tiny=at(1e-20, -1e-30), tails=trap(-5.0, 5.0, -12.0), far=trap(-36.0, 30.0, of=F64)),
    "log_ndtr": one("log Φ(x)", lambda xp, x: _density(xp, x) / xp.special.ndtr(x), REAL,
        tiny=at(1e-20, -1e-30), left=trap(-5.0, -12.0, -100.0), far_left=trap(-1e5, of=F64),
        right=trap(5.0, 12.0), far_right=trap(30.0, 37.0, of=F64)),
    "ndtri": one("the t with Φ(t) = x", lambda xp, x: 1 / _density(xp, xp.special.ndtri(x)), (0.1, 0.9), None,
        (0.0, 1.0), tiny=trap(1e-6, 1e-30), tiniest=trap(1e-300, of=F64), half=at(0.5 - GAP, 0.5 + GAP),
        near_one=trap(NEXT_TO_1), last=trap(LAST_TO_1, of=F64)),
}

GAMMA: dict[str, Row] = {
    "gamma": one("Γ(x)", lambda xp, x: xp.special.gamma(x) * xp.special.digamma(x), UPPER,
        negative=trap(-0.5, -1.5, -5.25), near_pole=trap(1e-10, -1e-10, -1 + GAP), large=at(30.0, 20.5),
        largest=at(170.0, 100.25, of=F64), least=trap(LEAST_OF_GAMMA, 1.46)),
    "gammaln": one("log |Γ(x)|", lambda xp, x: xp.special.digamma(x), UPPER,
        negative=trap(-0.5, -1.5, -10.25), near_pole=trap(1e-10, -1e-10, -1 + GAP),
        near_root=trap(1 - GAP, 1 + GAP, 2 + GAP), large=at(1e10, 1e5), extreme=at(1e300, 1e-150, of=F64),
        least=trap(LEAST_OF_GAMMA, 1.46)),
    "loggamma": one("log Γ(x)", lambda xp, x: xp.special.digamma(x), UPPER, None, ABOVE_0,
        tiny=at(1e-10, 1e-15), near_root=trap(1 - GAP, 1 + GAP, 2 + GAP), large=at(1e10, 1e5)),
    "rgamma": one("1/Γ(x)", _rgamma_slope, UPPER,
        negative=trap(-0.5, -1.5, -5.25), near_pole=trap(1e-10, -1e-10, -1 + GAP), large=at(30.0, 20.5),
        poles=trap(0.0, -1.0, -2.0, -3.0)),
    "digamma": one("ψ(x)", lambda xp, x: xp.special.polygamma(1, x), UPPER,
        negative=trap(-0.5, -1.25, -10.75), near_pole=trap(1e-10, -1e-10, -1 + GAP),
        near_root=trap(LEAST_OF_GAMMA, ROOT_OF_PSI), large=at(1e10, 1e5), extreme=at(1e150, 1e-100, of=F64)),
    "psi": one("ψ(x)", lambda xp, x: xp.special.polygamma(1, x), UPPER),
    **{
        f"polygamma_{n}": one(f"ψ of order {n}", lambda xp, x, n=n: xp.special.polygamma(n + 1, x), UPPER,
            _of("polygamma", n))
        for n in (0, 2, 5)
    },
    "polygamma_1": one("ψ of order 1", lambda xp, x: xp.special.polygamma(2, x), UPPER, _of("polygamma", 1),
        negative=trap(-0.5, -1.25, -10.75), tiny=at(1e-5, 1e-7), large=at(1e5, 1e8)),
    "multigammaln": one("log Γ₃(x)", lambda xp, x: sum(xp.special.digamma(x - j / 2) for j in range(3)), (1.5, 6.0),
        lambda xp, x: xp.special.multigammaln(x, 3), (1.0, None), near_pole=trap(1 + GAP, 1.01), large=at(1e5, 1e8)),
    "multigammaln_1": one("log Γ₁(x) = log Γ(x)", lambda xp, x: xp.special.digamma(x), UPPER,
        lambda xp, x: xp.special.multigammaln(x, 1), ABOVE_0),
}

BETA: dict[str, Row] = {
    "polygamma": many("ψ of order n at x, by x", {"n": (2.0, 2.0), "x": UPPER},
        {"x": lambda xp, n, x: xp.special.polygamma(n + 1, x)},
        orders=pairs((0.0, 1.5), (1.0, 1.5), (3.0, 0.25), (10.0, 2.5))),
    "beta": many("B(a, b)", {"a": LOWER, "b": UPPER}, {
            "a": lambda xp, a, b: xp.special.beta(a, b) * _beta_by(xp, a, b),
            "b": lambda xp, a, b: xp.special.beta(a, b) * _beta_by(xp, b, a),
        }, within={"a": ABOVE_0, "b": ABOVE_0},
        tiny=pairs((1e-10, 2.0), (3.0, 1e-10)), large=pairs((15.0, 20.0), (40.0, 30.5)),
        apart=pairs((1e5, 1e-3), (1e-3, 1e5), trap=True), largest=pairs((200.0, 300.0), of=F64)),
    "betaln": many("log B(a, b)", {"a": LOWER, "b": UPPER},
        {"a": _beta_by, "b": lambda xp, a, b: _beta_by(xp, b, a)},
        tiny=pairs((1e-10, 2.0), (3.0, 1e-10)), large=pairs((1e5, 1e6), (1e8, 1e8), trap=True),
        apart=pairs((1e5, 1e-3), (1e-3, 1e5), (1e8, 2.0), trap=True)),
    "poch": many("Γ(z + m) / Γ(z)", {"z": LOWER, "m": UPPER}, {
            "z": lambda xp, z, m: -xp.special.poch(z, m) * _beta_by(xp, z, m),
            "m": lambda xp, z, m: xp.special.poch(z, m) * xp.special.digamma(z + m),
        }, whole=pairs((2.0, 0.0), (2.0, 1.0), (3.0, 2.0)), negative=pairs((-2.5, 1.25), (-0.25, 2.0), trap=True),
        large=pairs((50.0, 10.0), (1e5, 2.5), trap=True)),
}

INCOMPLETE: dict[str, Row] = {
    "gammainc": many("P(a, x), by x", {"a": LOWER, "x": UPPER}, {"x": _gamma_density}, within=OF_GAMMA,
        near_0=pairs((2.0, 1e-10), (0.5, 1e-10)), at_0=pairs((1.0, 0.0), (2.0, 0.0), (3.0, 0.0), trap=True),
        large=pairs((100.0, 100.0), (50.0, 60.0), trap=True),
        largest=pairs((1e3, 1e3), (300.0, 250.0), of=F64, trap=True),
        tail=pairs((1.0, 50.0), (3.0, 40.0))),
    "gammaincc": many("Q(a, x) = 1 − P(a, x), by x", {"a": LOWER, "x": UPPER},
        {"x": lambda xp, a, x: -_gamma_density(xp, a, x)}, within=OF_GAMMA,
        near_0=pairs((2.0, 1e-10), (0.5, 1e-10)), at_0=pairs((1.0, 0.0), (2.0, 0.0), (3.0, 0.0), trap=True),
        large=pairs((100.0, 100.0), (50.0, 60.0), trap=True),
        largest=pairs((1e3, 1e3), (300.0, 350.0), of=F64, trap=True),
        tail=pairs((1.0, 50.0), (3.0, 40.0), trap=True)),
    "gammainc_by_a": many("P(a, x)", {"a": LOWER, "x": UPPER}, {"a": None, "x": _gamma_density}, _of("gammainc"),
        within=OF_GAMMA,
        near_0=pairs((2.0, 1e-10), (0.5, 1e-10)), large=pairs((100.0, 100.0), (50.0, 60.0), trap=True)),
    "gammaincc_by_a": many("Q(a, x)", {"a": LOWER, "x": UPPER},
        {"a": None, "x": lambda xp, a, x: -_gamma_density(xp, a, x)}, _of("gammaincc"),
        within=OF_GAMMA,
        large=pairs((100.0, 100.0), (50.0, 60.0), trap=True), tail=pairs((1.0, 50.0), (3.0, 40.0), trap=True)),
    "betainc": many("I(a, b; x), by x", {"a": LOWER, "b": UPPER, "x": UNIT_LINE}, {"x": _beta_density},
        within=OF_BETA,
        near_0=pairs((2.0, 3.0, 1e-10), (0.5, 0.5, 1e-10)), near_1=pairs((2.0, 3.0, NEXT_TO_1), (0.5, 0.5, NEXT_TO_1)),
        ends=pairs((1.0, 2.0, 0.0), (2.0, 2.0, 0.0), (2.0, 1.0, 1.0), trap=True),
        large=pairs((100.0, 100.0, 0.5), (30.0, 60.0, 0.25), trap=True),
        largest=pairs((1e3, 2e3, 0.33), of=F64, trap=True)),
}

INTEGRALS: dict[str, Row] = {
    "exp1": one("E₁(x)", lambda xp, x: -xp.exp(-x) / x, POSITIVE, None, ABOVE_0,
        tiny=at(1e-10), tinier=at(1e-18), several_tiny=at(1e-10, 1e-18, of=F64),
        far=trap(20.0, 50.0), farther=trap(600.0, of=F64)),
    "expi": one("Ei(x)", lambda xp, x: xp.exp(x) / x, (0.8, 4.0),
        negative=at(-0.5, -5.0, -40.0), tiny=at(1e-10, 1e-18), tiny_negative=at(-1e-18),
        near_root=trap(ROOT_OF_EI), far=at(20.0, 50.0), farther=at(700.0, of=F64)),
    **{
        f"expn_{n}": one(f"E of order {n}", lambda xp, x, n=n: -xp.special.expn(n - 1, x), POSITIVE, _of("expn", n),
            ABOVE_0,
            tiny=at(1e-10), tinier=at(1e-15), far=trap(20.0, 50.0))
        for n in (1, 2, 3)
    },
    "expn": many("E of order n at x, by x", {"n": (2.0, 2.0), "x": POSITIVE},
        {"x": lambda xp, n, x: -xp.special.expn(n - 1, x)},
        orders=pairs((1.0, 0.5), (3.0, 1.5), (10.0, 2.5), (50.0, 0.5))),
    "spence": one("∫₁ˣ log t / (1 − t) dt", _spence_slope, POSITIVE, None, ABOVE_0,
        one=trap(1.0, 1 + GAP, 1 - GAP), tiny=at(1e-10, 1e-30), large=at(1e5, 1e10)),
    "zeta": many("ζ(s, q), by q", {"s": (1.5, 5.0), "q": UPPER},
        {"q": lambda xp, s, q: -s * xp.special.zeta(s + 1, q)}, within=OF_ZETA,
        tiny=pairs((2.0, 1e-5), (3.5, 1e-3)), large=pairs((2.0, 1e5), (30.0, 2.0), (1.5, 1e8))),
    "zeta_by_s": many("ζ(s, q)", {"s": (1.5, 5.0), "q": UPPER},
        {"s": None, "q": lambda xp, s, q: -s * xp.special.zeta(s + 1, q)}, _of("zeta"),
        within=OF_ZETA,
        near_pole=pairs((1 + 2.0**-12, 2.0), trap=True), large=pairs((2.0, 1e5), (30.0, 2.0))),
}

ENTROPY: dict[str, Row] = {
    "entr": one("−x log x", lambda xp, x: -xp.log(x) - 1, POSITIVE, None, ABOVE_0,
        tiny=at(1e-10, 1e-30), peak=trap(1 / math.e, 0.3679), near_one=at(1 - GAP, 1 + GAP), large=at(1e10, 1e30)),
    "rel_entr": many("x log(x/y)", {"x": POSITIVE, "y": (0.7, 3.0)},
        {"x": lambda xp, x, y: xp.log(x / y) + 1, "y": lambda xp, x, y: -x / y}, within=MEASURES,
        equal=pairs((2.0, 2.0), (2.0, 2.0 + GAP), trap=True), apart=pairs((1e-10, 1e10), (1e10, 1e-10))),
    "kl_div": many("x log(x/y) − x + y", {"x": POSITIVE, "y": (0.7, 3.0)},
        {"x": lambda xp, x, y: xp.log(x / y), "y": lambda xp, x, y: 1 - x / y}, within=MEASURES,
        equal=pairs((2.0, 2.0), (2.0, 2.0 + GAP), trap=True), apart=pairs((1e-10, 1e10), (1e10, 1e-10))),
    "xlogy": many("x log y", {"x": REAL, "y": POSITIVE},
        {"x": lambda xp, x, y: xp.log(y), "y": lambda xp, x, y: x / y}, within={"y": ABOVE_0},
        zero=pairs((0.0, 2.0), (0.0, 1e-30), (2.0, 0.5), trap=True), near_one=pairs((2.0, 1 + GAP), (-3.0, 1 - GAP)),
        extreme=pairs((1e10, 1e-10), (-1e-10, 1e10))),
    "xlog1py": many("x log(1 + y)", {"x": REAL, "y": POSITIVE},
        {"x": lambda xp, x, y: xp.log1p(y), "y": lambda xp, x, y: x / (1 + y)},
        zero=pairs((0.0, 2.0), (0.0, 1e-30), (2.0, 0.5), trap=True), tiny=pairs((2.0, 1e-17), (-3.0, -1e-30)),
        near_branch=pairs((2.0, -NEXT_TO_1))),
    "logit": one("log(x / (1 − x))", lambda xp, x: 1 / (x * (1 - x)), (0.1, 0.9), None, (0.0, 1.0),
        tiny=at(1e-10, 1e-18), half=trap(0.5 - GAP, 0.5 + GAP), near_one=trap(NEXT_TO_1), last=trap(LAST_TO_1, of=F64)),
    "expit": one("1/(1 + e⁻ˣ)", lambda xp, x: 1 / (4 * xp.cosh(x / 2) ** 2), REAL),
    "log_expit": one("−log(1 + e⁻ˣ)", lambda xp, x: 1 / (1 + xp.exp(x)), REAL,
        far=trap(40.0, -40.0), farther=trap(700.0, -745.0, of=F64), far_single=trap(80.0, -103.0, of=F32)),
    "exp2": one("2ˣ", lambda xp, x: xp.special.exp2(x) * xp.log(xp.full((), 2.0, dtype=x.dtype)), REAL,
        whole=at(0.0, 3.0, -10.0), overflow=at(1023.5, -1020.5, of=F64), overflow_single=at(127.5, -124.5, of=F32)),
    "sinc": one("sin πx / πx", _sinc_slope, REAL,
        zero=trap(0.0, 1e-10), small=trap(1e-5, -1e-3, 0.03), whole=trap(1.0, -2.0, 5.0),
        large=at(1e3 + 0.25, -1e5 - 0.5)),
}

BESSEL: dict[str, Row] = {
    "j0": one("J₀(x)", lambda xp, x: -xp.special.j1(x), ARGUMENT,
        zero=at(0.0, 1e-10), roots=trap(*ROOTS_OF_J0), large=trap(100.0, 1e5)),
    "j1": one("J₁(x)", lambda xp, x: (xp.special.j0(x) - xp.special.jv(2, x)) / 2, ARGUMENT,
        zero=at(0.0, 1e-10), roots=trap(*ROOTS_OF_J1), large=trap(100.0, 1e5)),
    "y0": one("Y₀(x)", lambda xp, x: -xp.special.y1(x), ARGUMENT, None, ABOVE_0,
        tiny=at(1e-5, 1e-10), roots=trap(*ROOTS_OF_Y0), large=trap(100.0, 1e5)),
    "y1": one("Y₁(x)", lambda xp, x: (xp.special.y0(x) - xp.special.yv(2, x)) / 2, ARGUMENT, None, ABOVE_0,
        tiny=at(1e-5, 1e-10), roots=trap(*ROOTS_OF_Y1), large=trap(100.0, 1e5)),
    **{
        f"{kind}_{n}": one(f"{kind[0].upper()} of order {n}", lambda xp, x, kind=kind, n=n: (
            getattr(xp.special, kind)(n - 1, x) - getattr(xp.special, kind)(n + 1, x)) / 2, ARGUMENT, _of(kind, n))
        for kind in ("jn", "yn") for n in (0, 1, 3)
    },
    "jn_2": one("J of order 2", lambda xp, x: (xp.special.jn(1, x) - xp.special.jn(3, x)) / 2, ARGUMENT, _of("jn", 2),
        zero=at(0.0, 1e-5), large=trap(100.0, 1e5)),
    "i0": one("I₀(x)", lambda xp, x: xp.special.i1(x), REAL,
        zero=at(0.0, 1e-10), large=at(20.0, -80.0), largest=at(700.0, of=F64)),
    "i1": one("I₁(x)", lambda xp, x: (xp.special.i0(x) + xp.special.iv(2, x)) / 2, REAL,
        zero=at(0.0, 1e-10), large=at(20.0, -80.0), largest=at(700.0, of=F64)),
    "i0e": one("e^(−|x|) I₀(x)", lambda xp, x: xp.special.i1e(x) - xp.sign(x) * xp.special.i0e(x), REAL,
        tiny=at(1e-10, -1e-20), large=trap(100.0, -1e5), largest=trap(1e12, of=F64)),
    "i1e": one("e^(−|x|) I₁(x)", lambda xp, x: (
            (xp.special.i0e(x) + xp.special.ive(2, x)) / 2 - xp.sign(x) * xp.special.i1e(x)), REAL,
        tiny=at(1e-10, -1e-20), large=trap(100.0, -1e5), largest=trap(1e12, of=F64)),
    "k0": one("K₀(x)", lambda xp, x: -xp.special.k1(x), (0.5, 4.0), None, ABOVE_0,
        tiny=at(1e-5, 1e-10), far=at(20.0, 80.0), farther=at(600.0, of=F64)),
    "k1": one("K₁(x)", lambda xp, x: -(xp.special.k0(x) + xp.special.kv(2, x)) / 2, (0.5, 4.0), None, ABOVE_0,
        tiny=at(1e-5, 1e-10), far=at(20.0, 80.0), farther=at(600.0, of=F64)),
    "k0e": one("eˣ K₀(x)", lambda xp, x: xp.special.k0e(x) - xp.special.k1e(x), (0.5, 4.0), None, ABOVE_0,
        tiny=at(1e-5, 1e-10), large=trap(100.0, 1e5), largest=trap(1e12, of=F64)),
    "k1e": one("eˣ K₁(x)", lambda xp, x: (
            xp.special.k1e(x) - (xp.special.k0e(x) + xp.special.kve(2, x)) / 2), (0.5, 4.0), None, ABOVE_0,
        tiny=at(1e-5, 1e-10), large=trap(100.0, 1e5), largest=trap(1e12, of=F64)),
    "airy_ai": one("Ai(x)", _airy(1), (-4.0, 2.0), _airy(0),
        zero=at(0.0, 1e-10), roots=trap(ROOT_OF_AI), far=at(5.0, 10.0), farther=at(50.0, of=F64),
        negative=trap(-20.0, -100.0)),
    "airy_ai_slope": one("Ai'(x)", lambda xp, x: x * xp.special.airy(x)[0], (-4.0, 2.0), _airy(1),
        zero=at(0.0, 1e-10), roots=trap(ROOT_OF_AI_SLOPE), far=at(5.0, 10.0)),
    "airy_bi": one("Bi(x)", _airy(3), (-4.0, 2.0), _airy(2),
        zero=at(0.0, 1e-10), roots=trap(ROOT_OF_BI), far=at(5.0, 10.0), farther=at(50.0, of=F64),
        negative=trap(-20.0, -100.0)),
    "airy_bi_slope": one("Bi'(x)", lambda xp, x: x * xp.special.airy(x)[2], (-4.0, 2.0), _airy(3),
        zero=at(0.0, 1e-10), roots=trap(ROOT_OF_BI_SLOPE), far=at(5.0, 10.0)),
}

OF_ORDER: dict[str, tuple[str, Form, dict[str, Points]]] = {
    "jv": ("Jᵥ(x)", _recurrent("jv", 0.5, -0.5), {
        "whole": pairs((0.0, 1.5), (1.0, 1.5), (-2.0, 1.5)), "zero": pairs((0.0, 0.0), (1.0, 0.0), (2.0, 0.0)),
        "tiny": pairs((0.5, 1e-10), (2.5, 1e-5)), "large": pairs((1.5, 1e5), (30.5, 20.0), trap=True)}),
    "yv": ("Yᵥ(x)", _recurrent("yv", 0.5, -0.5), {
        "whole": pairs((0.0, 1.5), (1.0, 1.5), (-2.0, 1.5)), "tiny": pairs((0.5, 1e-10), (2.5, 1e-5)),
        "large": pairs((1.5, 1e5), (30.5, 20.0), trap=True)}),
    "iv": ("Iᵥ(x)", _recurrent("iv", 0.5, 0.5), {
        "whole": pairs((0.0, 1.5), (1.0, -1.5), (-2.0, 1.5)), "zero": pairs((0.0, 0.0), (1.0, 0.0), (2.0, 0.0)),
        "tiny": pairs((0.5, 1e-10), (2.5, 1e-5)), "large": pairs((1.5, 80.0), (30.5, 20.0), trap=True)}),
    "ive": ("e^(−|x|) Iᵥ(x)", _recurrent("ive", 0.5, 0.5, lambda xp, x: -xp.sign(x)), {
        "whole": pairs((0.0, 1.5), (1.0, -1.5), (3.0, 1.5)),
        "tiny": pairs((0.5, 1e-10), (2.5, 1e-5)), "large": pairs((1.5, 80.0), (2.5, 1e5), trap=True)}),
    "kv": ("Kᵥ(x)", _recurrent("kv", -0.5, -0.5), {
        "whole": pairs((0.0, 1.5), (1.0, 1.5), (-2.0, 1.5)), "tiny": pairs((0.5, 1e-10), (2.5, 1e-5)),
        "far": pairs((1.5, 80.0), (10.5, 20.0))}),
    "kve": ("eˣ Kᵥ(x)", _recurrent("kve", -0.5, -0.5, lambda xp, x: 1), {
        "whole": pairs((0.0, 1.5), (1.0, 1.5), (-2.0, 1.5)), "tiny": pairs((0.5, 1e-10), (2.5, 1e-5)),
        "large": pairs((1.5, 80.0), (2.5, 1e5), trap=True)}),
}
# fmt: on
for name, (formula, by_x, hard) in OF_ORDER.items():
    spans = {"v": ORDER, "x": ARGUMENT}
    BESSEL[name] = many(f"{formula}, by x", spans, {"x": by_x}, within=OF_BESSEL, **hard)
    if name in ("kv", "kve"):
        BESSEL[f"{name}_by_order"] = many(formula, spans, {"v": None, "x": by_x}, _of(name), within=OF_BESSEL)

FUNCTIONS = {**ERROR, **GAMMA, **BETA, **INCOMPLETE, **INTEGRALS, **ENTROPY, **BESSEL}


def _define(name: str, of: str, row: Row, points: Points | None = None, shapes: tuple[Shape, ...] = ()) -> None:
    """A case of ordinary points, of hard ones, or of ordinary ones in shapes that broadcast."""
    operands = tuple(row.spans)

    @case(
        tier="full",  # JAX takes minutes to compile them all
        name=name,
        wrt=row.partials,
        sizes={"small": {}} if points or shapes else SIZES,
        source=SCIPY,
        dtypes=points.dtypes if points else DTYPES,
        tags=("hazard",) if points and points.trap else (),
        domain=row.domain,
    )
    @_taking(operands)
    def made(xp, **named):
        return (row.function or _of(of))(xp, *(named[n] for n in operands))

    where = ", ".join(map(shown, zip(*points.rows, strict=True))) if points else ""
    across = ", ".join(f"{n} {shape}" for n, shape in zip(operands, shapes, strict=False))
    made.function.__doc__ = f"{row.formula}{where and f'; at {where}'}{across and f'; {across}'}."

    @made.inputs
    def _(rng, shape=()):
        each = shapes or (shape,) * len(operands)
        drawn = {n: strata(rng, s, *row.spans[n]) for n, s in zip(operands, each, strict=True)}
        if points:
            drawn = {n: np.asarray(values) for n, values in zip(operands, points.rows, strict=True)}
        return {n: x.astype(np.int64) if n == WHOLE else x for n, x in drawn.items()}

    for n, partial in row.partials.items():
        if partial is not None:
            made.jacobian(n)(diagonal(made.function, partial, n))


def _taking(operands: tuple[str, ...]) -> Callable[[Form], Form]:
    """Name the operands of a function, which may be given by place too."""

    def decorate(function: Form) -> Form:
        def made(xp, *placed, **named):
            return function(xp, **dict(zip(operands, placed, strict=False)), **named)

        kinds = [Parameter(n, Parameter.POSITIONAL_OR_KEYWORD) for n in ("xp", *operands)]
        made.__signature__ = Signature(kinds)  # type: ignore[attr-defined]
        return made

    return decorate


def _across(n: int) -> dict[str, tuple[Shape, ...]]:
    """Shapes of n operands that broadcast: a scalar beside arrays, and each along an axis of its own."""
    return {
        "scalar_first": ((), *((3,),) * (n - 1)),
        "scalar_last": (*((3,),) * (n - 1), ()),
        "outer": ((2, 1), (3,), (2, 1, 1))[:n],
    }


for of, row in FUNCTIONS.items():
    _define(of, of, row)
    for where, points in row.hard.items():
        _define(f"{of}_{where}", of, row, points)
    if len(row.spans) > 1 and "_by_" not in of:
        for where, shapes in _across(len(row.spans)).items():
            _define(f"{of}_{where}", of, row, None, shapes)


# logsumexp with weights, softmax and log_softmax, over axes; what they do with keywords but those is in `reductions`


def _together(xp: Any, x: Any, axis: Any) -> Any:
    """1 where o and i are normalised together, with axes o + i."""
    members = np.broadcast_to(over(x.shape, axis, keepdims=True), x.shape + x.shape)
    return xp.asarray(members.astype(np.float64), dtype=x.dtype)


def _log_softmax_slope(xp: Any, x: Any, axis: Any) -> Any:
    """[o = i] − p[i] inside a group."""
    ones = xp.reshape(xp.eye(math.prod(x.shape), dtype=x.dtype), x.shape + x.shape)
    return ones - _together(xp, x, axis) * xp.special.softmax(x, axis=axis)


def _softmax_slope(xp: Any, x: Any, axis: Any) -> Any:
    """p[o] ([o = i] − p[i]) inside a group."""
    shares = xp.special.softmax(x, axis=axis)
    return xp.reshape(shares, x.shape + (1,) * x.ndim) * _log_softmax_slope(xp, x, axis)


AXES: dict[str, Any] = {"last": -1, "first": 0, "all": None, "axes": (0, -1)}
LOGITS: dict[str, Any] = {"far": [1000.0, -1000.0, 999.0], "apart": [0.0, -40.0, -80.0], "equal": [[-1e4, -1e4]]}


def _define_softmax(name: str, of: str, slope: Form, axis: Any, logits: Any = None) -> None:
    @case(name=name, wrt=("x",), source=SCIPY, tier="full", tags=() if logits is None else ("hazard",))
    def made(xp, x):
        return getattr(xp.special, of)(x, axis=axis)

    made.function.__doc__ = f"y = {of}(x, axis={axis}){'' if logits is None else f'; x = {logits}'}."
    made.inputs(lambda rng: {"x": strata(rng, (2, 3, 2), *REAL) if logits is None else np.asarray(logits)})
    made.jacobian("x")(lambda xp, x: slope(xp, x, axis))


for of, slope in (("softmax", _softmax_slope), ("log_softmax", _log_softmax_slope)):
    for where, axis in AXES.items():
        _define_softmax(f"{of}_{where}", of, slope, axis)
    for where, logits in LOGITS.items():
        _define_softmax(f"{of}_{where}", of, slope, -1, logits)


# log Σ b eᵃ: name, shapes of a and b or their entries, keywords, what it is differentiated by, whether it is a trap
WEIGHTED: dict[str, tuple[Any, Any, dict[str, Any], tuple[str, ...], bool]] = {
    "weights": ((2, 3), (2, 3), {"axis": -1}, ("a",), False),
    "weights_all": ((2, 3), (2, 3), {}, ("a",), False),
    "weights_kept": ((2, 3), (2, 3), {"axis": 0, "keepdims": True}, ("a",), False),
    "weights_broadcast": ((2, 3), (3,), {"axis": 1}, ("a",), False),
    "weights_zero": ([1.0, 1000.0, 2.0], [1.0, 0.0, 2.0], {}, ("a",), True),
    "weights_negative": ([1.0, 0.5, 2.0], [1.0, -0.5, 2.0], {}, ("a",), False),
    "by_weights": ((2, 3), (2, 3), {"axis": -1}, ("a", "b"), False),
    "by_weights_kept": ((2, 3), (2, 3), {"axis": (0, 1), "keepdims": True}, ("a", "b"), False),
    "by_weights_broadcast": ((2, 3), (3,), {"axis": 1}, ("a", "b"), False),
}


def _define_weighted(name: str, a: Any, b: Any, options: dict[str, Any], wrt: tuple[str, ...], hazard: bool) -> None:
    @case(name=f"logsumexp_{name}", wrt=wrt, source=SCIPY, tier="full", tags=("hazard",) if hazard else ())
    def weighted(xp, a, b):
        return xp.special.logsumexp(a, b=b, **options)

    given = ", ".join(["a", "b=b", *(f"{key}={value}" for key, value in options.items())])
    weighted.function.__doc__ = f"y = logsumexp({given}), log Σ b eᵃ; a {a}, b {b}."

    @weighted.inputs
    def _(rng):
        drawn = {"a": (a, REAL), "b": (b, POSITIVE)}
        return {n: strata(rng, s, *span) if isinstance(s, tuple) else np.asarray(s) for n, (s, span) in drawn.items()}

    def slope(xp, a, b):
        """b[i] e^(a[i] − y[o]) and e^(a[i] − y[o]) inside a group, with axes o + i."""
        members = over(a.shape, **options)
        y = xp.reshape(weighted.function(xp, a, b), members.shape[: members.ndim - a.ndim] + (1,) * a.ndim)
        return xp.asarray(members.astype(np.float64), dtype=a.dtype) * xp.exp(a - y)

    def by_weights(xp, a, b):
        slopes, added = slope(xp, a, b), tuple(range(-a.ndim, -b.ndim))
        return xp.sum(slopes, axis=added) if added else slopes

    weighted.jacobian("a")(lambda xp, a, b: b * slope(xp, a, b))
    if "b" in wrt:
        weighted.jacobian("b")(by_weights)


for name, row in WEIGHTED.items():
    _define_weighted(name, *row)
