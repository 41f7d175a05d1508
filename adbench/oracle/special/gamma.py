"""The gamma function of jets and its complete relatives; DLMF §5.2 to §5.15."""

# ruff: noqa: E501 (a line a function)

from __future__ import annotations

from typing import Any

from flint import acb, arb

from adbench.oracle.arrays import elementwise, jets
from adbench.oracle.cauchy import differentiated
from adbench.oracle.jet import Jet, jet
from adbench.oracle.precision import elementary
from adbench.oracle.sharp import Function, of_one, smooth


def _psi(n: int, x: arb) -> arb:
    return x.digamma() if n == 0 else acb(x).polygamma(n).real


def _square(x: arb) -> arb:
    return x * x  # `**` of a ball around 0 is not finite


def times_log(x: arb, log: arb) -> arb:
    """x log, where x has a zero that beats the logarithm's infinity."""
    return arb(0) if x.is_zero() else x * log


def _gammaln(x: arb) -> arb:
    return x.lgamma() if x > 0 else abs(x.gamma()).log()


def _polygamma(n: Any, x: Any) -> arb:
    return acb(x).polygamma(n).real


def beta(a: arb, b: arb) -> arb:
    return a.gamma() * b.gamma() * (a + b).rgamma()


def log_beta_by(a: arb, b: arb) -> arb:
    """∂ log B / ∂a."""
    return _psi(0, a) - _psi(0, a + b)


def _poch(z: arb, m: arb) -> arb:
    return z.rising(m)


def _poch_by(z: arb, m: arb) -> arb:
    """∂ log (z)ₘ / ∂z."""
    return _psi(0, z + m) - _psi(0, z)


OF_ONE: dict[str, Function] = {
    "gamma":   of_one("gamma",   arb.gamma,   lambda x: x.gamma() * _psi(0, x), lambda x: x.gamma() * (_square(_psi(0, x)) + _psi(1, x))),
    "rgamma":  of_one("rgamma",  arb.rgamma,  differentiated(acb.rgamma, (1,), 1, lambda x: arb(1)), differentiated(acb.rgamma, (1,), 2, lambda x: arb(1))),
    "gammaln": of_one("gammaln", _gammaln,    lambda x: _psi(0, x), lambda x: _psi(1, x)),
    "loggamma": of_one("loggamma", arb.lgamma, lambda x: _psi(0, x), lambda x: _psi(1, x)),
    "digamma": of_one("digamma", arb.digamma, lambda x: _psi(1, x), lambda x: _psi(2, x)),
    "psi":     of_one("psi",     arb.digamma, lambda x: _psi(1, x), lambda x: _psi(2, x)),
}  # fmt: skip

OF_TWO: dict[str, Function] = {
    "polygamma": smooth("polygamma", "n x", _polygamma, (None, lambda n, x: _polygamma(n + 1, x)), {(1, 1): lambda n, x: _polygamma(n + 2, x)}),
    "beta":      smooth("beta", "a b", beta,
                        (lambda a, b: beta(a, b) * log_beta_by(a, b), lambda a, b: beta(a, b) * log_beta_by(b, a)),
                        {(0, 0): lambda a, b: beta(a, b) * (_square(log_beta_by(a, b)) + _psi(1, a) - _psi(1, a + b)),
                         (0, 1): lambda a, b: beta(a, b) * (log_beta_by(a, b) * log_beta_by(b, a) - _psi(1, a + b)),
                         (1, 1): lambda a, b: beta(a, b) * (_square(log_beta_by(b, a)) + _psi(1, b) - _psi(1, a + b))}),
    "betaln":    smooth("betaln", "a b", lambda a, b: _gammaln(a) + _gammaln(b) - _gammaln(a + b),
                        (log_beta_by, lambda a, b: log_beta_by(b, a)),
                        {(0, 0): lambda a, b: _psi(1, a) - _psi(1, a + b), (0, 1): lambda a, b: -_psi(1, a + b),
                         (1, 1): lambda a, b: _psi(1, b) - _psi(1, a + b)}),
    "poch":      smooth("poch", "z m", _poch,
                        (lambda z, m: _poch(z, m) * _poch_by(z, m), lambda z, m: _poch(z, m) * _psi(0, z + m)),
                        {(0, 0): lambda z, m: _poch(z, m) * (_square(_poch_by(z, m)) + _psi(1, z + m) - _psi(1, z)),
                         (0, 1): lambda z, m: _poch(z, m) * (_poch_by(z, m) * _psi(0, z + m) + _psi(1, z + m)),
                         (1, 1): lambda z, m: _poch(z, m) * (_square(_psi(0, z + m)) + _psi(1, z + m))}),
}  # fmt: skip


def gammasgn(x: Any) -> Jet:
    """The sign of Γ, constant between its poles."""
    y = jet(x).value.gamma()
    return Jet(y.sgn())


def multigammaln(a: Any, d: int) -> Any:
    """log Γ_d(a) = d (d − 1) / 4 log π + Σⱼ log Γ(a − j/2), j = 0, …, d − 1."""
    constant = Jet(elementary(arb.pi().log()) * d * (d - 1) / 4)
    gammaln = elementwise(OF_ONE["gammaln"], 1)
    return sum((gammaln(jets(a) - arb(j) / 2) for j in range(d)), constant)
