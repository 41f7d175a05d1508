"""The incomplete gamma and beta functions of jets, by every operand.

The regularised functions are entire in a, the beta function while a + b > 0: their derivatives by a and b are
certified by Cauchy's formula. Source: DLMF §8.2, §8.17.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import acb, arb

from adbench.oracle.cauchy import differentiated
from adbench.oracle.sharp import Ball, Function, smooth
from adbench.oracle.special.gamma import beta, log_beta_by, times_log


def _lower(a: Any, x: Any) -> Any:
    return acb(x).gamma_lower(a, 1)


def _upper(a: Any, x: Any) -> Any:
    return acb(x).gamma_upper(a, 1)


def _lower_size(a: acb, x: acb) -> arb:
    """|P| ≤ |xᵃ / Γ(a)| ∫₀¹ s^(Re a − 1) e^(−s Re x) ds, where the integral falls in both Re a and Re x."""
    return _integral(a, x, a.real.lower(), arb.gamma_lower)


def _upper_size(a: acb, x: acb) -> arb:
    """The same for Q with the integral from 1 on, which rises in Re a."""
    return _integral(a, x, a.real.upper(), arb.gamma_upper)


def _integral(a: acb, x: acb, power: arb, incomplete: Callable[[arb, arb], arb]) -> arb:
    rate = x.real.lower()
    return abs(acb(x).pow(a) * acb(a).rgamma()).upper() * incomplete(rate, power).upper() / rate**power


def _gamma_density(a: arb, x: arb) -> arb:
    return x ** (a - 1) * (-x).exp() * a.rgamma()


def _gamma_curvature(a: arb, x: arb) -> arb:
    return (_power_slope(x, a - 1) - x ** (a - 1)) * (-x).exp() * a.rgamma()


def _power_slope(x: arb, p: arb) -> arb:
    """The derivative of xᵖ; of x⁰ also at 0."""
    return arb(0) if p.is_zero() else p * x ** (p - 1)


def _gamma_reach(a: arb, x: arb) -> arb:
    return x.min(a)


def _gamma_by_order(order: int) -> tuple[Ball, Ball]:
    """Derivatives of P and of Q = 1 − P by a, from the smaller of the two; 0 at x = 0, where P is 0 for every a."""
    lower = differentiated(_lower, (1, 0), order, _gamma_reach, _lower_size)
    upper = differentiated(_upper, (1, 0), order, _gamma_reach, _upper_size)

    def by_order(a: arb, x: arb) -> arb:
        if x.is_zero() and a > 0:
            return arb(0)
        return lower(a, x) if x.mid() < a.mid() else -upper(a, x)

    return by_order, lambda a, x: -by_order(a, x)


def _incomplete_gamma(name: str, sign: int) -> Function:
    f, which = (_lower, 0) if sign > 0 else (_upper, 1)
    return smooth(
        name,
        "a x",
        lambda a, x: f(a, x).real,
        (_gamma_by_order(1)[which], lambda a, x: sign * _gamma_density(a, x)),
        {
            (0, 0): _gamma_by_order(2)[which],
            (0, 1): lambda a, x: sign * times_log(_gamma_density(a, x), x.log() - a.digamma()),
            (1, 1): lambda a, x: sign * _gamma_curvature(a, x),
        },
        domain=lambda a, x: a >= 0 and x >= 0,
    )


def _incomplete_beta(a: Any, b: Any, x: Any) -> Any:
    return acb(x).beta_lower(a, b, 1)


def _beta_rest(a: Any, b: Any, x: Any) -> Any:
    """1 − I, the incomplete beta function from the other end."""
    return (1 - acb(x)).beta_lower(b, a, 1)


def _beta_density(a: arb, b: arb, x: arb) -> arb:
    return x ** (a - 1) * (1 - x) ** (b - 1) / beta(a, b)


def _beta_curvature(a: arb, b: arb, x: arb) -> arb:
    rising, falling = _power_slope(x, a - 1), _power_slope(1 - x, b - 1)
    return (rising * (1 - x) ** (b - 1) - x ** (a - 1) * falling) / beta(a, b)


def _beta_reach(a: arb, b: arb, x: arb) -> arb:
    return a.min(b).min(x).min(1 - x)


def _beta_by(a_step: int, b_step: int, order: int) -> Ball:
    """The derivative along a and b, of the smaller of I and 1 − I; 0 at x = 0 and 1, where I is 0 and 1 for all."""
    lower = differentiated(_incomplete_beta, (a_step, b_step, 0), order, _beta_reach)
    upper = differentiated(_beta_rest, (a_step, b_step, 0), order, _beta_reach)

    def derivative(a: arb, b: arb, x: arb) -> arb:
        if (x.is_zero() or (1 - x).is_zero()) and a > 0 and b > 0:
            return arb(0)
        below_the_mean = x.mid() * (a.mid() + b.mid()) < a.mid()
        return lower(a, b, x) if below_the_mean else -upper(a, b, x)

    return derivative


def _by_a_and_b(a: arb, b: arb, x: arb) -> arb:
    """By polarisation: the second derivative along (1, 1) is f_aa + 2 f_ab + f_bb."""
    return (_beta_by(1, 1, 2)(a, b, x) - _beta_by(1, 0, 2)(a, b, x) - _beta_by(0, 1, 2)(a, b, x)) / 2


OF_TWO: dict[str, Function] = {
    "gammainc":  _incomplete_gamma("gammainc", 1),
    "gammaincc": _incomplete_gamma("gammaincc", -1),
}  # fmt: skip

OF_THREE: dict[str, Function] = {
    "betainc": smooth("betainc", "a b x", lambda a, b, x: _incomplete_beta(a, b, x).real,
                      (_beta_by(1, 0, 1), _beta_by(0, 1, 1), _beta_density),
                      {(0, 0): _beta_by(1, 0, 2), (0, 1): _by_a_and_b, (1, 1): _beta_by(0, 1, 2),
                       (0, 2): lambda a, b, x: times_log(_beta_density(a, b, x), x.log() - log_beta_by(a, b)),
                       (1, 2): lambda a, b, x: times_log(_beta_density(a, b, x), (-x).log1p() - log_beta_by(b, a)),
                       (2, 2): _beta_curvature},
                      domain=lambda a, b, x: a > 0 and b > 0 and x >= 0 and x <= 1),
}  # fmt: skip
