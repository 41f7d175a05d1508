"""Probability: densities, moments, entropies, divergences and posteriors, by every continuous parameter.

What goes wrong here goes wrong far out: in the tails of a density, where probabilities are nearly 0 or 1, where two
distributions nearly agree, where a covariance is nearly singular. Such points are cases of their own, tagged `hazard`
where the function is smooth and a formula in use is known to fail. Probabilities are differentiated as free numbers:
nothing makes them add up to 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from adbench.case import DTYPES, Bounds, case

Shape = tuple[int, ...]
Inputs = dict[str, Any]
Sizes = dict[str, dict[str, Any]]
DENSITIES = "lecture notes 004, probability density functions"
MOMENTS = "lecture notes 004, expectation and variance"
ENTROPIES = "lecture notes 004, Shannon entropy, cross entropy and KL divergence"
NORMS = "lecture notes 000, Q25"
BAYES = "lecture notes 004, naïve Bayes classifier"
F64 = ("float64",)
HAZARD = ("hazard",)
POSITIVE: Bounds = (0.0, None)
PROBABILITY: Bounds = (0.0, 1.0)


# Closed forms


def spread(xp: Any, partial: Any, x: Any) -> Any:
    """J[o, i] = partial[o] · [entry o of the broadcast x is x[i]]."""
    i = np.arange(math.prod(x.shape)).reshape(x.shape)
    o = np.broadcast_to(i, partial.shape).reshape(partial.shape + (1,) * x.ndim)
    return xp.reshape(partial, o.shape) * xp.asarray((o == i).astype(np.float64), dtype=x.dtype)


def by_rows(xp: Any, partial: Any, x: Any) -> Any:
    """The Jacobian of a sum over the last axis, from ∂y[o]/∂x[o, i], where x may be one row for all."""
    if x.ndim == partial.ndim:
        leading = partial.shape[:-1]
        members = np.eye(math.prod(leading)).reshape(leading * 2 + (1,))
        return xp.asarray(members, dtype=x.dtype) * xp.reshape(partial, leading + (1,) * len(leading) + (-1,))
    return partial


def fixed(**point: Any) -> Callable[..., Inputs]:
    return lambda rng: {name: np.asarray(x) for name, x in point.items()}


def simplex(rng: Any, shape: Shape) -> Any:
    """Rows of probabilities, none of them small."""
    weights = rng.uniform(0.5, 2.0, shape)
    return weights / weights.sum(axis=-1, keepdims=True)


def define(
    name: str,
    function: Callable[..., Any],
    partials: Mapping[str, Callable[..., Any]],
    place: Callable[..., Any],
    inputs: Callable[..., Inputs],
    **fields: Any,
) -> None:
    """A case whose Jacobian by each input is its partial derivative, put in place by `spread` or `by_rows`."""
    made = case(name=name, wrt=tuple(partials), **fields)(function)
    made.inputs(inputs)
    for wrt, partial in partials.items():
        made.jacobian(wrt)(_placed(place, partial, wrt))


def _placed(place: Callable[..., Any], partial: Callable[..., Any], wrt: str) -> Callable[..., Any]:
    return lambda xp, **inputs: place(xp, partial(xp, **inputs), inputs[wrt])


# The normal distribution


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


# Moments of a discrete variable: the values x, or one row of values for all, and their probabilities p


def expectation(xp, x, p):
    """E[X] = Σ x p; x (4,), p (4,) or (2, 4)."""
    return xp.sum(x * p, axis=-1)


def expectation_of_square(xp, x, p):
    """E[X²] = Σ x² p; x (4,), p (4,) or (2, 4)."""
    return xp.sum(x * x * p, axis=-1)


def variance(xp, x, p):
    """E[(X − E[X])²]; x (4,), p (4,) or (2, 4)."""
    mean = xp.sum(x * p, axis=-1, keepdims=True)
    return xp.sum((x - mean) ** 2 * p, axis=-1)


def variance_by_moments(xp, x, p):
    """E[X²] − E[X]²; x (4,), p (4,) or (2, 4)."""
    return xp.sum(x * x * p, axis=-1) - xp.sum(x * p, axis=-1) ** 2


def mean_of(xp, x, p):
    return xp.sum(x * p, axis=-1, keepdims=True)


def missing(xp, x, p):
    """Σ (x − E[X]) p, which is 0 where the probabilities add up to 1, but for rounding."""
    return xp.sum((x - mean_of(xp, x, p)) * p, axis=-1, keepdims=True)


DISCRETE: dict[str, tuple[Callable[..., Any], dict[str, Callable[..., Any]]]] = {
    "expectation": (
        expectation,
        {"x": lambda xp, x, p: p, "p": lambda xp, x, p: xp.ones_like(p) * x},
    ),
    "expectation_of_square": (
        expectation_of_square,
        {"x": lambda xp, x, p: 2 * x * p, "p": lambda xp, x, p: xp.ones_like(p) * x * x},
    ),
    "variance": (
        variance,
        {
            "x": lambda xp, x, p: 2 * p * (x - mean_of(xp, x, p) - missing(xp, x, p)),
            "p": lambda xp, x, p: (x - mean_of(xp, x, p)) ** 2 - 2 * x * missing(xp, x, p),
        },
    ),
    "variance_by_moments": (
        variance_by_moments,
        {
            "x": lambda xp, x, p: 2 * p * (x - mean_of(xp, x, p)),
            "p": lambda xp, x, p: x * (x - 2 * mean_of(xp, x, p)),
        },
    ),
}
ROWS: Sizes = {"small": {"shape": (4,)}, "batch": {"shape": (2, 4)}}


def discrete_inputs(rng, shape):
    return {"x": rng.standard_normal(shape[-1]), "p": simplex(rng, shape)}


for name, (function, partials) in DISCRETE.items():
    fields = {"source": MOMENTS, "domain": {"p": PROBABILITY}}
    define(name, function, partials, by_rows, discrete_inputs, sizes=ROWS, **fields)
OFFSET = fixed(x=[1e6 + 1, 1e6 - 2, 1e6 + 0.5, 1e6], p=[0.125, 0.25, 0.5, 0.125])
for name in ("variance", "variance_by_moments"):
    function, partials = DISCRETE[name]
    define(f"{name}_offset", function, partials, by_rows, OFFSET, dtypes=F64, tags=HAZARD, source=MOMENTS)


@case(wrt=("X",), sizes={"small": {"m": 4}, "two": {"m": 2}}, source="lecture notes 004, random vectors")
def covariance(xp, X):
    """Σ = (X − x̄)ᵀ(X − x̄)/(m − 1) of a sample; X (m, 3)."""
    centred = X - xp.mean(X, axis=0)
    return centred.T @ centred / (X.shape[0] - 1)


@covariance.jacobian("X")
def _(xp, X):
    centred, unit = X - xp.mean(X, axis=0), xp.eye(X.shape[1], dtype=X.dtype)
    half = xp.einsum("ac,kb->abkc", unit, centred) / (X.shape[0] - 1)
    return half + xp.permute_dims(half, (1, 0, 2, 3))


covariance.inputs(lambda rng, m: {"X": rng.standard_normal((m, 3))})


@case(wrt=("X", "p"), domain={"p": PROBABILITY}, source="lecture notes 004, random vectors")
def covariance_of_distribution(xp, X, p):
    """Σ = E[XXᵀ] − μμᵀ, μ = E[X]; the values X (4, 3), their probabilities p (4,)."""
    mean = p @ X
    return X.T @ (p[:, None] * X) - mean[:, None] * mean


@covariance_of_distribution.jacobian("X")
def _(xp, X, p):
    unit = xp.eye(X.shape[1], dtype=X.dtype)
    half = xp.einsum("k,ac,kb->abkc", p, unit, X - p @ X)
    return half + xp.permute_dims(half, (1, 0, 2, 3))


@covariance_of_distribution.jacobian("p")
def _(xp, X, p):
    crossed = xp.einsum("ka,b->abk", X, p @ X)
    return xp.einsum("ka,kb->abk", X, X) - crossed - xp.permute_dims(crossed, (1, 0, 2))


covariance_of_distribution.inputs(lambda rng: {"X": rng.standard_normal((4, 3)), "p": simplex(rng, (4,))})


# Entropies and divergences


def entropy(xp, p):
    """H(p) = −Σ p log p; p (4,) or (2, 4)."""
    return -xp.sum(p * xp.log(p), axis=-1)


def binary_entropy(xp, p):
    """(p − 1) log(1 − p) − p log p, entry by entry; p (3,)."""
    return (p - 1) * xp.log(1 - p) - p * xp.log(p)


def cross_entropy(xp, p, q):
    """H(p, q) = −Σ p log q; p and q (4,) or (2, 4)."""
    return -xp.sum(p * xp.log(q), axis=-1)


def kl(xp, p, q):
    """KL(p‖q) = −Σ p log(q/p); p and q (4,) or (2, 4)."""
    return -xp.sum(p * xp.log(q / p), axis=-1)


def kl_of_logits(xp, a, b):
    """KL(softmax a‖softmax b); a and b (4,) or (2, 4)."""
    log_p = a - xp.special.logsumexp(a, axis=-1, keepdims=True)
    log_q = b - xp.special.logsumexp(b, axis=-1, keepdims=True)
    return xp.sum(xp.exp(log_p) * (log_p - log_q), axis=-1)


def softmax(xp, a):
    e = xp.exp(a - xp.max(a, axis=-1, keepdims=True))
    return e / xp.sum(e, axis=-1, keepdims=True)


def kl_by_a(xp, a, b):
    """p (log p − log q − KL)."""
    log_ratio = (
        a - b - xp.special.logsumexp(a, axis=-1, keepdims=True) + xp.special.logsumexp(b, axis=-1, keepdims=True)
    )
    return softmax(xp, a) * (log_ratio - kl_of_logits(xp, a, b)[..., None])


OF_ENTROPY = {"p": lambda xp, p: -xp.log(p) - 1}
OF_CROSS = {"p": lambda xp, p, q: -xp.log(q), "q": lambda xp, p, q: -p / q}
OF_KL = {"p": lambda xp, p, q: xp.log(p / q) + 1, "q": lambda xp, p, q: -p / q}
OF_LOGITS = {"a": kl_by_a, "b": lambda xp, a, b: softmax(xp, b) - softmax(xp, a)}
OF_BINARY = {"p": lambda xp, p: xp.log(1 - p) - xp.log(p)}


def distributions(*names: str) -> Callable[..., Inputs]:
    return lambda rng, shape: {name: simplex(rng, shape) for name in names}


def two_logits(rng, shape):
    return {"a": rng.standard_normal(shape), "b": rng.standard_normal(shape)}


P_FAR, Q_FAR = [1e-9, 1e-8, 0.5, 0.25], [0.25, 0.5, 1e-9, 1e-7]  # 1/p⁴ is within the range of float32
CLOSE_P = [0.125, 0.25, 0.5, 0.125]
CLOSE_Q = [0.125 + 2.0**-30, 0.25 - 2.0**-31, 0.5, 0.125 - 2.0**-31]
FAR_A, FAR_B = [2.0, 0.0, -2.0, 1.0], [-300.0, 0.5, 40.0, 2.0]
for name, function, partials, inputs in (
    ("entropy", entropy, OF_ENTROPY, distributions("p")),
    ("cross_entropy", cross_entropy, OF_CROSS, distributions("p", "q")),
    ("kl", kl, OF_KL, distributions("p", "q")),
    ("kl_of_logits", kl_of_logits, OF_LOGITS, two_logits),
):
    domain = {} if "a" in partials else dict.fromkeys(partials, PROBABILITY)
    define(name, function, partials, by_rows, inputs, sizes=ROWS, source=ENTROPIES, domain=domain)
for name, function, partials, place, inputs, dtypes, tags in (
    ("entropy_near_zero", entropy, OF_ENTROPY, by_rows, fixed(p=P_FAR), DTYPES, ()),
    ("cross_entropy_near_zero", cross_entropy, OF_CROSS, by_rows, fixed(p=P_FAR, q=Q_FAR), DTYPES, ()),
    ("kl_near_zero", kl, OF_KL, by_rows, fixed(p=P_FAR, q=Q_FAR), DTYPES, ()),
    ("kl_close", kl, OF_KL, by_rows, fixed(p=CLOSE_P, q=CLOSE_Q), F64, HAZARD),
    ("kl_of_logits_far", kl_of_logits, OF_LOGITS, by_rows, fixed(a=FAR_A, b=FAR_B), F64, HAZARD),
    ("binary_entropy", binary_entropy, OF_BINARY, spread, fixed(p=[0.125, 0.75, 0.5 + 2.0**-10]), DTYPES, ()),
    ("binary_entropy_scalar", binary_entropy, OF_BINARY, spread, fixed(p=0.3), DTYPES, ()),
    ("binary_entropy_near_one", binary_entropy, OF_BINARY, spread, fixed(p=[1 - 2.0**-52, 1e-20]), F64, HAZARD),
):
    define(name, function, partials, place, inputs, dtypes=dtypes, tags=tags, source=ENTROPIES)
GUESSES: dict[str, list[float]] = {"bad": [0.01, 0.99], "good": [0.98, 0.02]}  # the notes' own, of p = 0.99
for guess, q in GUESSES.items():
    at_guess = fixed(p=[0.99, 0.01], q=q)
    define(f"cross_entropy_{guess}_guess", cross_entropy, OF_CROSS, by_rows, at_guess, source=ENTROPIES)


# Norms of order p


def lp_norm(xp, x, p):
    """(Σ |x|ᵖ)^(1/p), by the order too; x (4,) or (2, 4), p ()."""
    return xp.sum(xp.abs(x) ** p, axis=-1) ** (1 / p)


def lp_by_x(xp, x, p):
    return xp.sign(x) * (xp.abs(x) / lp_norm(xp, x, p)[..., None]) ** (p - 1)


def lp_by_p(xp, x, p):
    """N (Σ |x|ᵖ log |x| / Σ |x|ᵖ − log N)/p."""
    powers, N = xp.abs(x) ** p, lp_norm(xp, x, p)
    weighted = xp.sum(powers * xp.log(xp.abs(x)), axis=-1) / xp.sum(powers, axis=-1)
    return N * (weighted - xp.log(N)) / p


def _define_norm(p: int) -> None:
    def norm(xp, x):
        return lp_norm(xp, x, p)

    def by_x(xp, x):
        """p·e·|x|ᵖ⁻¹ sign x (Σ |x|ᵖ)^(e−1), e the float nearest to 1/p, which the function takes for it."""
        e = xp.asarray(1 / p, dtype=x.dtype)
        total = xp.sum(xp.abs(x) ** p, axis=-1, keepdims=True)
        return p * e * xp.sign(x) * xp.abs(x) ** (p - 1) * total ** (e - 1)

    norm.__doc__ = f"(Σ |x|ᵖ)^(1/p), p = {p}; x (4,) or (2, 4)."
    define(f"lp_norm_{p}", norm, {"x": by_x}, by_rows, _of_both_signs, sizes=ROWS, source=NORMS)


def _of_both_signs(rng, shape):
    return {"x": rng.uniform(0.25, 2.0, shape) * rng.permuted(np.resize([1.0, -1.0], shape), axis=-1)}


for order in (1, 2, 3):
    _define_norm(order)
of_order = case(name="lp_norm", wrt=("x", "p"), sizes=ROWS, source=NORMS, domain={"p": (1.0, None)})(lp_norm)
of_order.inputs(lambda rng, shape: {**_of_both_signs(rng, shape), "p": np.asarray(1.75)})
of_order.jacobian("x")(lambda xp, x, p: by_rows(xp, lp_by_x(xp, x, p), x))
of_order.jacobian("p")(lp_by_p)


# Posteriors: t_c = log P(c) + log P(d|c), log P(c|d) = t_c − log Σ exp t


@case(wrt=("likelihood", "prior"), domain=dict.fromkeys(("likelihood", "prior"), PROBABILITY), source="Bayes' theorem")
def bayes(xp, likelihood, prior):
    """P(c|d) = P(d|c) P(c) / Σ P(d|c) P(c); likelihood and prior (2,)."""
    joint = likelihood * prior
    return joint / xp.sum(joint)


def shares(xp, likelihood, prior):
    """∂P(c|d)/∂ log of a joint probability: P(c|d) ([c=k] − P(k|d))."""
    posterior = bayes.function(xp, likelihood, prior)
    return posterior[:, None] * (xp.eye(posterior.shape[0], dtype=posterior.dtype) - posterior)


# The notes' two cartons of fruit, a banana drawn.
bayes.inputs(fixed(likelihood=[2 / 5, 4 / 5], prior=[0.5, 0.5]))
bayes.jacobian("likelihood")(lambda xp, likelihood, prior: shares(xp, likelihood, prior) / likelihood)
bayes.jacobian("prior")(lambda xp, likelihood, prior: shares(xp, likelihood, prior) / prior)


def joint_log(xp, prior, words, counts):
    """log P(c) + Σ counts log P(w|c), shape (classes,)."""
    return xp.log(prior) + xp.log(words) @ counts


def log_posterior(xp, prior, words, counts):
    """log P(c|d), P(d|c) = Π P(w|c)ⁿ; the prior (2,), words P(w|c) (2, 3), counts n (3,)."""
    t = joint_log(xp, prior, words, counts)
    return t - xp.special.logsumexp(t)


def centred(xp, t):
    """∂(t − log Σ exp t)/∂t = [c=k] − P(k|d)."""
    return xp.eye(t.shape[0], dtype=t.dtype) - softmax(xp, t)


def _define_naive_bayes(name: str, inputs: Callable[..., Inputs], **fields: Any) -> None:
    domain = {"prior": PROBABILITY, "words": PROBABILITY, "counts": POSITIVE}
    made = case(name=name, wrt=("prior", "words", "counts"), source=BAYES, domain=domain, **fields)(log_posterior)
    made.inputs(inputs)

    def by_t(xp, prior, words, counts):
        return centred(xp, joint_log(xp, prior, words, counts))

    made.jacobian("prior")(lambda xp, prior, words, counts: by_t(xp, prior, words, counts) / prior)
    made.jacobian("words")(
        lambda xp, prior, words, counts: by_t(xp, prior, words, counts)[:, :, None] * (counts / words)
    )
    made.jacobian("counts")(lambda xp, prior, words, counts: by_t(xp, prior, words, counts) @ xp.log(words))


def document(rng):
    return {"prior": simplex(rng, (2,)), "words": simplex(rng, (2, 3)), "counts": np.array([3.0, 0.0, 1.0])}


_define_naive_bayes("naive_bayes", document)
_define_naive_bayes(
    "naive_bayes_cartons", fixed(prior=[0.5, 0.5], words=[[2 / 5, 3 / 5], [4 / 5, 1 / 5]], counts=[1.0, 0.0])
)
_define_naive_bayes(
    "naive_bayes_long_document",
    fixed(prior=[0.5, 0.5], words=[[0.5, 0.25, 0.25], [0.25, 0.625, 0.125]], counts=[400.0, 300.0, 500.0]),
    dtypes=F64,
    tags=HAZARD,
)


@case(wrt=("prior", "mean", "std", "x"), domain={"prior": PROBABILITY, "std": POSITIVE}, source=BAYES)
def gaussian_naive_bayes(xp, prior, mean, std, x):
    """log P(c|x), P(x|c) = Π φ(x; μ, σ); the prior (2,), μ and σ (2, 3), x (3,)."""
    t = xp.log(prior) + xp.sum(log_phi(xp, x, mean, std), axis=-1)
    return t - xp.special.logsumexp(t)


def gaussian_by_t(xp, prior, mean, std, x):
    return centred(xp, xp.log(prior) + xp.sum(log_phi(xp, x, mean, std), axis=-1))


gaussian_naive_bayes.inputs(
    lambda rng: {
        "prior": simplex(rng, (2,)),
        "mean": rng.standard_normal((2, 3)),
        "std": rng.uniform(0.5, 2.0, (2, 3)),
        "x": rng.standard_normal(3),
    }
)
gaussian_naive_bayes.jacobian("prior")(lambda xp, **given: gaussian_by_t(xp, **given) / given["prior"])
for wrt in ("mean", "std"):
    gaussian_naive_bayes.jacobian(wrt)(
        lambda xp, prior, mean, std, x, by=OF_LOG_PHI[wrt]: (
            gaussian_by_t(xp, prior, mean, std, x)[:, :, None] * by(xp, x, mean, std)
        )
    )
gaussian_naive_bayes.jacobian("x")(
    lambda xp, prior, mean, std, x: gaussian_by_t(xp, prior, mean, std, x) @ OF_LOG_PHI["x"](xp, x, mean, std)
)
