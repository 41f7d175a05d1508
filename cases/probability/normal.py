"""The normal distribution, of one variable and of two: log p = −½ rᵀΣ⁻¹r − ½ log det Σ − log 2π, r = x − μ."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from adbench.cases.probability.common import (
    DENSITIES,
    F64,
    HAZARD,
    POSITIVE,
    Inputs,
    Sizes,
    by_rows,
    define,
    fixed,
    spread,
)

from adbench.case import DTYPES, case


def phi(xp, x, mean, std):
    """The density φ(z)/σ, z = (x − μ)/σ; x, μ and σ broadcast."""
    z = (x - mean) / std
    return xp.exp(-0.5 * z * z) / (std * math.sqrt(2 * math.pi))


def cdf(xp, x, mean, std):
    """Φ(z), z = (x − μ)/σ, the library's own; x, μ and σ broadcast."""
    return xp.special.ndtr((x - mean) / std)


def cdf_by_erf(xp, x, mean, std):
    """½(1 + erf(z/√2)), z = (x − μ)/σ; x, μ and σ broadcast."""
    return 0.5 * (1 + xp.special.erf((x - mean) / (std * math.sqrt(2))))


def log_phi(xp, x, mean, std):
    """−½z² − log σ − ½ log 2π, z = (x − μ)/σ; x, μ and σ broadcast."""
    z = (x - mean) / std
    return -0.5 * z * z - xp.log(std) - 0.5 * math.log(2 * math.pi)


def by_z(slope: Callable[..., Any], by_std: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    """Partials of f(z, σ), from ∂f/∂z as σ·∂f/∂x and from ∂f/∂σ, both functions of (x, μ, σ)."""
    return {
        "x": lambda xp, x, mean, std: slope(xp, x, mean, std) / std,
        "mean": lambda xp, x, mean, std: -slope(xp, x, mean, std) / std,
        "std": by_std,
    }


def z_of(x, mean, std):
    return (x - mean) / std


OF_PHI = by_z(
    lambda xp, x, mean, std: -z_of(x, mean, std) * phi(xp, x, mean, std),
    lambda xp, x, mean, std: (z_of(x, mean, std) ** 2 - 1) * phi(xp, x, mean, std) / std,
)


def bell(xp, z):
    """φ(z), the derivative of Φ; the acos is π to as many digits as are asked for."""
    return xp.exp(-0.5 * z * z) / xp.sqrt(2 * xp.acos(-xp.ones_like(z)))


def bell_of_erf(xp, x, mean, std):
    """σ times the derivative of ½ erf(u) by x, u = (x − μ)/(cσ), with the float c that the function divides by."""
    u = (x - mean) / (std * math.sqrt(2))
    return xp.exp(-u * u) / (math.sqrt(2) * xp.sqrt(xp.acos(-xp.ones_like(u))))


OF_CDF = by_z(
    lambda xp, x, mean, std: bell(xp, z_of(x, mean, std)),
    lambda xp, x, mean, std: -z_of(x, mean, std) * bell(xp, z_of(x, mean, std)) / std,
)
OF_ERF = by_z(
    bell_of_erf,
    lambda xp, x, mean, std: -z_of(x, mean, std) * bell_of_erf(xp, x, mean, std) / std,
)
OF_LOG_PHI = by_z(
    lambda xp, x, mean, std: -z_of(x, mean, std),
    lambda xp, x, mean, std: (z_of(x, mean, std) ** 2 - 1) / std,
)
NORMALS: dict[str, tuple[Callable[..., Any], dict[str, Callable[..., Any]]]] = {
    "normal_pdf": (phi, OF_PHI),
    "normal_cdf": (cdf, OF_CDF),
    "normal_cdf_by_erf": (cdf_by_erf, OF_ERF),
    "normal_log_pdf": (log_phi, OF_LOG_PHI),
}
BATCHES: Sizes = {
    "small": {"x": (3,), "mean": (), "std": ()},
    "scalar": {"x": (), "mean": (), "std": ()},
    "batch": {"x": (2, 3), "mean": (3,), "std": (2, 1)},
}
# z down to −12 and up to 12, where the density is still a normal number in float32, and to ±37 in float64 alone.
TAILS: dict[str, tuple[list[float], tuple[str, ...], tuple[str, ...]]] = {
    "left_tail": ([-5.5, -9.0, -11.5], DTYPES, ("normal_pdf", "normal_cdf", "normal_cdf_by_erf")),
    "right_tail": ([6.5, 10.0, 12.5], DTYPES, ("normal_pdf", "normal_cdf", "normal_cdf_by_erf")),
    "far_tails": ([-36.0, -20.0, 37.0], F64, ("normal_pdf", "normal_cdf")),
}
OF_STD = {"std": POSITIVE}


def normal_inputs(rng, x, mean, std):
    return {
        "x": rng.standard_normal(x),
        "mean": 0.5 * rng.standard_normal(mean),
        "std": rng.uniform(0.5, 2.0, std),
    }


for name, (function, partials) in NORMALS.items():
    define(name, function, partials, spread, normal_inputs, sizes=BATCHES, source=DENSITIES, domain=OF_STD)
for tail, (x, dtypes, names) in TAILS.items():
    fields = {"dtypes": dtypes, "tags": HAZARD, "source": DENSITIES, "domain": OF_STD}
    for name in names:
        function, partials = NORMALS[name]
        define(f"{name}_{tail}", function, partials, spread, fixed(x=x, mean=0.5, std=1.0), **fields)

# The bivariate normal distribution: log p = −½ rᵀΣ⁻¹r − ½ log det Σ − log 2π, r = x − μ

LOG_TWO_PI = math.log(2 * math.pi)


def log_density(xp, x, mean, cov):
    """log p(x), by slogdet and inv; x (2,) or (3, 2), μ (2,), Σ (2, 2)."""
    r = x - mean
    return -0.5 * xp.sum(r @ xp.linalg.inv(cov) * r, axis=-1) - 0.5 * xp.linalg.slogdet(cov)[1] - LOG_TWO_PI


def log_density_by_solve(xp, x, mean, cov):
    """log p(x), by solve and det; x (2,) or (3, 2), μ (2,), Σ (2, 2)."""
    r = x - mean
    solved = xp.linalg.solve(cov, r if r.ndim == 1 else r.T)
    return -0.5 * xp.sum(solved.T * r, axis=-1) - 0.5 * xp.log(xp.linalg.det(cov)) - LOG_TWO_PI


def log_density_by_cholesky(xp, x, mean, cov):
    """log p(x), by the Cholesky factor of (Σ + Σᵀ)/2; x (2,) or (3, 2), μ (2,), Σ (2, 2)."""
    r = x - mean
    L = xp.linalg.cholesky((cov + cov.T) / 2)
    half = xp.linalg.solve_triangular(L, r if r.ndim == 1 else r.T, lower=True)
    return -0.5 * xp.sum(half * half, axis=0) - xp.sum(xp.log(xp.linalg.diagonal(L))) - LOG_TWO_PI


def density(xp, x, mean, cov):
    """p(x) as the notes write it, exp(−½ rᵀΣ⁻¹r) / (2π √det Σ); x (2,) or (3, 2), μ (2,), Σ (2, 2)."""
    r = x - mean
    quadratic = xp.sum(r @ xp.linalg.inv(cov) * r, axis=-1)
    return xp.exp(-0.5 * quadratic) / (2 * math.pi * xp.sqrt(xp.linalg.det(cov)))


def log_by_x(xp, x, mean, cov):
    """∂ log p/∂x as a row for each x, −½ (S + Sᵀ) r with S = Σ⁻¹."""
    S = xp.linalg.inv(cov)
    return -0.5 * ((x - mean) @ (S + S.T))


def log_by_cov(xp, x, mean, cov):
    """½ (Sᵀr)(Sr)ᵀ − ½ Sᵀ with S = Σ⁻¹, of a Σ that need not be symmetric."""
    S, r = xp.linalg.inv(cov), x - mean
    return 0.5 * ((r @ S)[..., :, None] * (r @ S.T)[..., None, :] - S.T)


def _define_bivariate(
    name: str, function: Callable[..., Any], inputs: Callable[..., Inputs], symmetrised: bool = False, **fields: Any
) -> None:
    made = case(name=name, wrt=("x", "mean", "cov"), source=DENSITIES, **fields)(function)
    made.inputs(inputs)

    def scaled(closed_form: Callable[..., Any], axes: int) -> Callable[..., Any]:
        """∂ log p, or p ∂ log p where p itself is the function; at (Σ + Σᵀ)/2 where that is what it looks at."""

        def by(xp, x, mean, cov):
            cov = (cov + cov.T) / 2 if symmetrised else cov
            y = density(xp, x, mean, cov) if function is density else xp.ones_like(x[..., 0])
            return xp.reshape(y, y.shape + (1,) * axes) * closed_form(xp, x, mean, cov)

        return by

    by_x, by_cov = scaled(log_by_x, 1), scaled(log_by_cov, 2)
    made.jacobian("x")(lambda xp, **inputs: by_rows(xp, by_x(xp, **inputs), inputs["x"]))
    made.jacobian("mean")(lambda xp, **inputs: -by_x(xp, **inputs))
    made.jacobian("cov")(by_cov)


def bivariate_inputs(rng, x):
    root = rng.standard_normal((2, 2)) / 2 + np.eye(2)
    return {"x": rng.standard_normal(x), "mean": rng.standard_normal(2), "cov": root @ root.T}


def free_inputs(rng, x):
    """With a Σ that is not symmetric, so that a transposed derivative shows."""
    skew = np.array([[0.0, 0.25], [-0.25, 0.0]])
    inputs = bivariate_inputs(rng, x)
    return {**inputs, "cov": inputs["cov"] + skew}


POINTS: Sizes = {"small": {"x": (3, 2)}, "one": {"x": (2,)}}
NEARLY_SINGULAR = fixed(x=[[1.0, 1.0 + 2e-4], [0.5, 0.25]], mean=[0.5, 0.5], cov=[[1.0, 1.0], [1.0, 1.0 + 1e-6]])
NEARLY: dict[str, Any] = {"dtypes": F64, "tags": HAZARD}
for name, function, inputs, symmetrised in (
    ("bivariate_normal", log_density, bivariate_inputs, False),
    ("bivariate_normal_by_solve", log_density_by_solve, free_inputs, False),
    ("bivariate_normal_by_cholesky", log_density_by_cholesky, free_inputs, True),
):
    _define_bivariate(name, function, inputs, symmetrised, sizes=POINTS)
    _define_bivariate(f"{name}_nearly_singular", function, NEARLY_SINGULAR, symmetrised, **NEARLY)
_define_bivariate("bivariate_normal_density", density, bivariate_inputs, sizes=POINTS)


def by_correlation(xp, x, mean, std, rho):
    """log p(x) by the two deviations and the correlation; x, μ and σ (2,), ρ ()."""
    u, v = (x - mean)[0], (x - mean)[1]
    a, b = u / std[0], v / std[1]
    rest = (1 - rho) * (1 + rho)
    return -0.5 * (a * a - 2 * rho * a * b + b * b) / rest - xp.sum(xp.log(std)) - 0.5 * xp.log(rest) - LOG_TWO_PI


def crossed(xp, x, mean, std, rho):
    """(a − ρb, b − ρa)/(1 − ρ²) with (a, b) = (x − μ)/σ: minus the derivative of log p by (a, b)."""
    z = (x - mean) / std
    return (z - rho * xp.flip(z)) / ((1 - rho) * (1 + rho))


def by_rho(xp, x, mean, std, rho):
    a_bar, b_bar = (crossed(xp, x, mean, std, rho)[i] for i in (0, 1))
    return a_bar * b_bar + rho / ((1 - rho) * (1 + rho))


for name, inputs, fields in (
    (
        "bivariate_normal_by_correlation",
        fixed(x=[1.25, -0.5], mean=[0.25, 0.5], std=[1.5, 0.75], rho=0.6),
        {},
    ),
    (
        "bivariate_normal_by_correlation_nearly_one",
        fixed(x=[1.0, 0.75], mean=[0.25, 0.5], std=[1.5, 0.5], rho=1 - 2.0**-10),
        NEARLY,
    ),
):
    made = case(
        name=name,
        wrt=("x", "mean", "std", "rho"),
        source=DENSITIES,
        domain={"std": POSITIVE, "rho": (-1.0, 1.0)},
        **fields,
    )(by_correlation)
    made.inputs(inputs)
    made.jacobian("x")(lambda xp, **given: -crossed(xp, **given) / given["std"])
    made.jacobian("mean")(lambda xp, **given: crossed(xp, **given) / given["std"])
    made.jacobian("std")(lambda xp, x, mean, std, rho: (crossed(xp, x, mean, std, rho) * (x - mean) / std - 1) / std)
    made.jacobian("rho")(by_rho)
