"""Special functions of jets under SciPy's names: a line a function, with its value and its partial derivatives.

The values are Arb's own. Derivatives are formulas where there are any; by an order or a parameter they are certified
by Cauchy's formula (`cauchy`). No digit is lost to a formula that cancels (`sharp`).

Source: DLMF §6.2 expi, §8.19 expn, §25.11 zeta, §25.12 spence; the others name theirs.
"""

# ruff: noqa: E501 (a line a function)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import acb, arb

from adbench.oracle.arrays import elementwise
from adbench.oracle.cauchy import differentiated
from adbench.oracle.functions import TABLE
from adbench.oracle.sharp import Ball, Function, of_one, smooth
from adbench.oracle.special import bessel, gamma, gaussian, incomplete
from adbench.oracle.special.gamma import times_log
from adbench.oracle.special.softmax import log_softmax, logsumexp, softmax

__all__ = ["OF_ONE", "OF_THREE", "OF_TWO", "SPECIAL"]


def _zeta(s: Any, q: Any) -> Any:
    return acb(s).zeta(acb(q))


def _zeta_by_q(s: Any, q: Any) -> Any:
    return -s * _zeta(s + 1, q)


def _zeta_reach(s: arb, q: arb) -> arb:
    return abs(s - 1).min(q)  # the pole at s = 1


def _zeta_where(domain: Callable[..., bool] | None) -> Function:
    return smooth(
        "zeta",
        "x q",
        lambda s, q: _zeta(s, q).real,
        (differentiated(_zeta, (1, 0), 1, _zeta_reach), lambda s, q: _zeta_by_q(s, q).real),
        {
            (0, 0): differentiated(_zeta, (1, 0), 2, _zeta_reach),
            (0, 1): differentiated(_zeta_by_q, (1, 0), 1, _zeta_reach),
            (1, 1): lambda s, q: (s * (s + 1) * _zeta(s + 2, q)).real,
        },
        domain=domain,
    )


def _are_measures(x: arb, y: arb) -> bool:
    return bool(x >= 0 and y >= 0)


def _dilogarithm(x: Any) -> Any:
    return (1 - acb(x)).polylog(2)


def _dilogarithm_by(order: int) -> Ball:
    """log x / (1 − x) and its derivative; next to 1, where that is 0/0, by Cauchy's formula."""
    near = differentiated(_dilogarithm, (1,), order, lambda x: x)
    return lambda x: near(x) if abs(1 - x).lower() < 0.25 else _log_ratio(x, order)


def _log_ratio(x: arb, order: int) -> arb:
    ratio = x.log() / (1 - x)
    return ratio if order == 1 else (1 / x + ratio) / (1 - x)


def _sinc_by(order: int) -> Ball:
    return differentiated(lambda x: acb(x).sinc_pi(), (1,), order, lambda x: arb(1))


def _logit(x: arb) -> arb:
    return 2 * (2 * x - 1).atanh() if 0.25 < x < 0.75 else x.log() - (-x).log1p()


OF_ONE: dict[str, Function] = {
    **{name: TABLE[name] for name in ("expit", "log_expit", "exp2", "expm1", "log1p")},
    **gaussian.OF_ONE,
    **gamma.OF_ONE,
    **bessel.OF_ONE,
    "expi":    of_one("expi",    arb.ei,      lambda x: x.exp() / x, lambda x: x.exp() * (x - 1) / (x * x)),
    "exp1":    of_one("exp1",    lambda x: x.expint(1), lambda x: -(-x).exp() / x, lambda x: (-x).exp() * (1 + x) / (x * x)),
    "spence":  of_one("spence",  lambda x: _dilogarithm(x).real, _dilogarithm_by(1), _dilogarithm_by(2), domain=lambda x: x >= 0),
    "sinc":    of_one("sinc",    arb.sinc_pi, _sinc_by(1),          _sinc_by(2)),
    "entr":    of_one("entr",    lambda x: -times_log(x, x.log()), lambda x: -x.log() - 1, lambda x: -1 / x),
    "logit":   of_one("logit",   _logit,  lambda x: 1 / (x * (1 - x)), lambda x: (2 * x - 1) / (x * (1 - x)) ** 2),
}  # fmt: skip

OF_TWO: dict[str, Function] = {
    **gamma.OF_TWO,
    **incomplete.OF_TWO,
    **bessel.OF_TWO,
    "expn":      smooth("expn", "n x", lambda n, x: x.expint(n), (None, lambda n, x: -x.expint(n - 1)), {(1, 1): lambda n, x: x.expint(n - 2)},
                        domain=lambda n, x: x >= 0),
    "zeta":      _zeta_where(lambda s, q: s > 1 and q > 0),  # where its series converges
    "xlogy":     smooth("xlogy", "x y", lambda x, y: times_log(x, y.log()), (lambda x, y: y.log(), lambda x, y: x / y),
                        {(0, 1): lambda x, y: 1 / y, (1, 1): lambda x, y: -x / (y * y)}),
    "xlog1py":   smooth("xlog1py", "x y", lambda x, y: times_log(x, y.log1p()), (lambda x, y: y.log1p(), lambda x, y: x / (1 + y)),
                        {(0, 1): lambda x, y: 1 / (1 + y), (1, 1): lambda x, y: -x / (1 + y) ** 2}),
    "rel_entr":  smooth("rel_entr", "x y", lambda x, y: times_log(x, (x / y).log()), (lambda x, y: (x / y).log() + 1, lambda x, y: -x / y),
                        {(0, 0): lambda x, y: 1 / x, (0, 1): lambda x, y: -1 / y, (1, 1): lambda x, y: x / (y * y)}, domain=_are_measures),
    "kl_div":    smooth("kl_div", "x y", lambda x, y: times_log(x, (x / y).log()) - x + y, (lambda x, y: (x / y).log(), lambda x, y: 1 - x / y),
                        {(0, 0): lambda x, y: 1 / x, (0, 1): lambda x, y: -1 / y, (1, 1): lambda x, y: x / (y * y)}, domain=_are_measures),
}  # fmt: skip

OF_THREE = incomplete.OF_THREE


def _hurwitz_or_riemann(x: Any, q: Any = None) -> Any:
    """Hurwitz's zeta; without q Riemann's, which goes on below its pole at 1."""
    return elementwise(_zeta_where(None), 2)(x, 1) if q is None else elementwise(OF_TWO["zeta"], 2)(x, q)


SPECIAL: dict[str, Any] = {
    **{name: elementwise(function, 1) for name, function in OF_ONE.items()},
    **{name: elementwise(function, 2) for name, function in OF_TWO.items()},
    **{name: elementwise(function, 3) for name, function in OF_THREE.items()},
    "zeta": _hurwitz_or_riemann,
    "gammasgn": elementwise(gamma.gammasgn, 1),
    "multigammaln": gamma.multigammaln,
    "airy": elementwise(lambda x: tuple(f(x) for f in bessel.AIRY), 1, 4),
    "logsumexp": logsumexp,
    "softmax": softmax,
    "log_softmax": log_softmax,
}
