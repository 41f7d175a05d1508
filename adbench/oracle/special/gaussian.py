"""Error functions and the normal distribution of jets; DLMF §7.2."""

# ruff: noqa: E501 (a line a function)

from __future__ import annotations

from flint import arb

from adbench.oracle.sharp import Function, of_one

HALF = arb(0.5)
FAR_OUT = 100


def _bell(x: arb) -> arb:
    """2/√π e^(−x²), the derivative of erf."""
    return 2 * (-x * x).exp() / arb.const_sqrt_pi()


def _erfcx(x: arb) -> arb:
    """Far out Tricomi's U(½, ½, x²)/√π (DLMF §7.11.2): Arb's erfc of a ball there is a ball around 0."""
    return (x * x).hypgeom_u(HALF, HALF) / arb.const_sqrt_pi() if x > FAR_OUT else (x * x).exp() * x.erfc()


def _erfcx_slope(x: arb) -> arb:
    return 2 * x * _erfcx(x) - 2 / arb.const_sqrt_pi()


def _erfcx_curvature(x: arb) -> arb:
    return 2 * _erfcx(x) + 2 * x * _erfcx_slope(x)


def _swell(x: arb) -> arb:
    """2/√π e^(x²), the derivative of erfi."""
    return 2 * (x * x).exp() / arb.const_sqrt_pi()


def _dawsn(x: arb) -> arb:
    return (-x * x).exp() * x.erfi() * arb.const_sqrt_pi() / 2


def _dawsn_slope(x: arb) -> arb:
    return 1 - 2 * x * _dawsn(x)


def _dawsn_curvature(x: arb) -> arb:
    return -2 * (_dawsn(x) + x * _dawsn_slope(x))


def _density(x: arb) -> arb:
    return (-x * x / 2).exp() / (2 * arb.pi()).sqrt()


def _ndtr(x: arb) -> arb:
    return (-x / arb(2).sqrt()).erfc() / 2


def _log_ndtr(x: arb) -> arb:
    return (-_ndtr(-x)).log1p() if x > 0 else (_erfcx(-x / arb(2).sqrt()) / 2).log() - x * x / 2


def _hazard(x: arb) -> arb:
    """φ/Φ, the derivative h of log Φ; h' = −h (x + h)."""
    return (2 / arb.pi()).sqrt() / _erfcx(-x / arb(2).sqrt())


def _hazard_slope(x: arb) -> arb:
    return -_hazard(x) * (x + _hazard(x))


def _ndtri(p: arb) -> arb:
    return -arb(2).sqrt() * (2 * p).erfcinv()


def _ndtri_slope(p: arb) -> arb:
    return 1 / _density(_ndtri(p))


OF_ONE: dict[str, Function] = {
    "erf":     of_one("erf",     arb.erf,     _bell,                lambda x: -2 * x * _bell(x)),
    "erfc":    of_one("erfc",    arb.erfc,    lambda x: -_bell(x),  lambda x: 2 * x * _bell(x)),
    "erfcx":   of_one("erfcx",   _erfcx,      _erfcx_slope,         _erfcx_curvature, lambda x: 4 * _erfcx_slope(x) + 2 * x * _erfcx_curvature(x)),
    "erfi":    of_one("erfi",    arb.erfi,    _swell,               lambda x: 2 * x * _swell(x)),
    "dawsn":   of_one("dawsn",   _dawsn,      _dawsn_slope,         _dawsn_curvature, lambda x: -4 * _dawsn_slope(x) - 2 * x * _dawsn_curvature(x)),
    "erfinv":  of_one("erfinv",  arb.erfinv,  lambda x: 1 / _bell(x.erfinv()),   lambda x: 2 * x.erfinv() / _bell(x.erfinv()) ** 2),
    "erfcinv": of_one("erfcinv", arb.erfcinv, lambda x: -1 / _bell(x.erfcinv()), lambda x: 2 * x.erfcinv() / _bell(x.erfcinv()) ** 2),
    "ndtr":    of_one("ndtr",    _ndtr,       _density,             lambda x: -x * _density(x)),
    "log_ndtr": of_one("log_ndtr", _log_ndtr, _hazard,              _hazard_slope, lambda x: -_hazard_slope(x) * (x + 2 * _hazard(x)) - _hazard(x)),
    "ndtri":   of_one("ndtri",   _ndtri,      _ndtri_slope,         lambda p: _ndtri(p) * _ndtri_slope(p) ** 2),
}  # fmt: skip
