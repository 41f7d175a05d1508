"""Probability distributions as `scipy.stats` names them: what two or more of JAX, autograd and torch have.

Each function is differentiated as the library has it, by the variate and every continuous parameter, which broadcast;
what judges it is its definition here. torch has no names of SciPy's: its distributions are put together as users do,
but without the validation of arguments, which asks for values and so fails under `vmap`. Our engine has none, and
runs the definitions. autograd has rules by some arguments alone, so that those functions are cases by these too.
Hard points are the tails and the limits of the parameters, tagged `hazard` where a formula in use is known to fail.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from adbench.case import DTYPES, Bounds, case

Inputs = dict[str, Any]
Function = Callable[..., Any]
Draw = Callable[[np.random.Generator], Inputs]
Span = tuple[float, float]

SOURCE = "SciPy, scipy.stats"
F64, F32 = ("float64",), ("float32",)
SHAPES = ((2, 1), (3,), (), (), ())  # of the variate and of the parameters, in order
IN_TORCH = {"logpdf": "log_prob", "logpmf": "log_prob", "cdf": "cdf", "ppf": "icdf", "entropy": "entropy"}
NOT_IN_TORCH = (("beta", "cdf"), ("poisson", "cdf"), ("t", "cdf"))
NO_RULE = (("gamma", "cdf"), ("beta", "cdf"), ("chi2", "cdf"), ("t", "cdf"))  # by the shape, in our engine
POSITIVE: Bounds = (0.0, None)
PROBABILITY: Bounds = (0.0, 1.0)
DOMAINS = {
    **dict.fromkeys(("scale", "df", "a", "b", "kappa", "mu", "n", "alpha"), POSITIVE),
    **dict.fromkeys(("p", "q"), PROBABILITY),
}
LOG_TWO_PI = math.log(2 * math.pi)


@dataclass(frozen=True)
class Points:
    """Where the named functions are hard.

    Attributes:
        inputs: a value of each, or a list of them.
        steady: whether the definition, computed as it stands, keeps its digits there.
    """

    functions: str
    inputs: Inputs
    dtypes: tuple[str, ...]
    tags: tuple[str, ...] = ()
    steady: bool = True


def at(functions: str, of: tuple[str, ...] = DTYPES, **inputs: Any) -> Points:
    return Points(functions, inputs, of)


def trap(functions: str, of: tuple[str, ...] = DTYPES, steady: bool = True, **inputs: Any) -> Points:
    return Points(functions, inputs, of, ("hazard",), steady)


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """The functions of one distribution.

    Attributes:
        functions: by SciPy's name the definition, of the variate and then the parameters in SciPy's order.
        drawn: by input where its ordinary points are drawn from, or a function that draws them all.
        torch: torch's distribution, from `torch.distributions` and the parameters.
        hard: by name, points in the tails and at the limits.
        counts: inputs by which nothing is differentiated.
        by: by function, what it is differentiated by, one case each; default all but the counts, together.
        scipy: its name in SciPy; default that in the table.
    """

    functions: Mapping[str, Function]
    drawn: Mapping[str, Span] | Draw
    torch: Function | None = None
    hard: Mapping[str, Points] = field(default_factory=dict)
    counts: tuple[str, ...] = ()
    by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scipy: str = ""


def unchecked(d: Any, name: str, *parameters: Any, **named: Any) -> Any:
    return getattr(d, name)(*parameters, **named, validate_args=False)


def moved(d: Any, base: Any, loc: Any, scale: Any = 1.0) -> Any:
    """torch's distribution of loc + scale · X."""
    return unchecked(d, "TransformedDistribution", base, d.AffineTransform(loc, scale))


def log_gamma(xp, a):
    return xp.special.gammaln(a)


def t_logpdf(xp, x, df, loc, scale):
    y = (x - loc) / scale
    constant = xp.special.betaln(df / 2, xp.ones_like(df) / 2) + xp.log(df) / 2 + xp.log(scale)
    return -(df + 1) / 2 * xp.log1p(y * y / df) - constant


def t_cdf(xp, x, df, loc, scale):
    y = (x - loc) / scale
    tail = xp.special.betainc(df / 2, xp.ones_like(df) / 2, df / (df + y * y)) / 2
    return xp.where(y < 0, tail, 1 - tail)


def gamma_logpdf(xp, x, a):
    return (a - 1) * xp.log(x) - x - log_gamma(xp, a)


def beta_logpdf(xp, x, a, b):
    return (a - 1) * xp.log(x) + (b - 1) * xp.log1p(-x) - xp.special.betaln(a, b)


def chi2_logpdf(xp, x, df):
    return (df / 2 - 1) * xp.log(x) - x / 2 - log_gamma(xp, df / 2) - df / 2 * xp.log(2 * xp.ones_like(df))


def dirichlet_logpdf(xp, x, alpha):
    return xp.sum((alpha - 1) * xp.log(x)) + log_gamma(xp, xp.sum(alpha)) - xp.sum(log_gamma(xp, alpha))


def poisson_logpmf(xp, k, mu):
    return xp.special.xlogy(k, mu) - log_gamma(xp, k + 1) - mu


def choose(xp, n, k):
    return log_gamma(xp, n + 1) - log_gamma(xp, k + 1) - log_gamma(xp, n - k + 1)


def laplace_cdf(xp, z):
    tail = xp.exp(-xp.abs(z)) / 2
    return xp.where(z < 0, tail, 1 - tail)


def simplex(rng):
    """Four numbers that add up to 1 exactly, also in float32."""
    return (rng.multinomial(32, np.full(4, 1 / 4)) + 8) / 64


UNIT = {"x": (-2.0, 2.0), "q": (0.1, 0.9), "loc": (-1.0, 1.0), "scale": (0.5, 2.0)}
BEYOND = {**UNIT, "x": (1.2, 4.0)}  # of what begins at loc

DISTRIBUTIONS: dict[str, Distribution] = {
    "norm": Distribution(
        functions={
            "logpdf": lambda xp, x, loc, scale: -(((x - loc) / scale) ** 2) / 2 - xp.log(scale) - LOG_TWO_PI / 2,
            "pdf": lambda xp, x, loc, scale: xp.exp(-(((x - loc) / scale) ** 2) / 2) / (scale * math.sqrt(2 * math.pi)),
            "cdf": lambda xp, x, loc, scale: xp.special.ndtr((x - loc) / scale),
            "logcdf": lambda xp, x, loc, scale: xp.special.log_ndtr((x - loc) / scale),
            "sf": lambda xp, x, loc, scale: xp.special.ndtr((loc - x) / scale),
            "logsf": lambda xp, x, loc, scale: xp.special.log_ndtr((loc - x) / scale),
            "ppf": lambda xp, q, loc, scale: loc + scale * xp.special.ndtri(q),
        },
        drawn=UNIT,
        torch=lambda d, loc, scale: unchecked(d, "Normal", loc, scale),
        hard={
            "tails": trap("cdf logcdf sf logsf", F64, x=[-37.0, -12.0, -8.3, 6.0, 12.0, 37.0], loc=0.0, scale=1.0),
            "tails_single": trap("cdf logcdf", F32, x=[-12.0, -8.3, 6.0, 12.0], loc=0.0, scale=1.0),
            "far": trap("logcdf logsf", x=[-1e3, -40.0, 1e3], loc=0.0, scale=2.0),
            "narrow": at("logpdf", x=[1.0 - 2**-20, 1.0 + 2**-19], loc=1.0, scale=2.0**-20),
            "ends": trap("ppf", q=[1e-30, 1e-10, 1 - 2.0**-20], loc=0.0, scale=2.0),
        },
    ),
    "t": Distribution(
        functions={
            "logpdf": t_logpdf,
            "pdf": lambda xp, x, df, loc, scale: xp.exp(t_logpdf(xp, x, df, loc, scale)),
            "cdf": t_cdf,  # these two of autograd alone
            "logcdf": lambda xp, x, df, loc, scale: xp.log(t_cdf(xp, x, df, loc, scale)),
        },
        by={"cdf": ("x loc",), "logcdf": ("x loc",)},
        drawn={**UNIT, "df": (0.5, 5.5)},
        torch=lambda d, df, loc, scale: unchecked(d, "StudentT", df, loc, scale),
        hard={
            "normal": trap("logpdf", F64, False, x=[0.5, -2.0], df=[1e6, 1e10], loc=0.0, scale=1.0),
            "far": at("logpdf", x=[-1e8, 1e4], df=1.5, loc=0.0, scale=1.0),
            "heavy": at("logpdf", x=[0.5, -2.0], df=[1e-3, 1e-6], loc=0.0, scale=1.0),
        },
    ),
    "gamma": Distribution(
        functions={
            "logpdf": gamma_logpdf,
            "pdf": lambda xp, x, a: xp.exp(gamma_logpdf(xp, x, a)),
            "cdf": lambda xp, x, a: xp.special.gammainc(a, x),
        },
        drawn={"x": (0.5, 4.0), "a": (0.6, 3.4)},
        torch=lambda d, a: unchecked(d, "Gamma", a, 1 + 0 * a),
        by={"cdf": ("x a", "x")},
        hard={
            "tiny_shape": trap("logpdf", x=[0.5, 2.0, 1e-3], a=[1e-6, 1e-10, 1e-10]),
            "large_shape": trap("logpdf", F64, x=[100.0, 1000.0], a=[110.0, 900.0]),
            "near_zero": at("logpdf cdf", x=[1e-30, 1e-10], a=[1.5, 0.75]),
            "tail": trap("cdf", x=[30.0, 60.0], a=[1.5, 4.5]),
        },
    ),
    "gamma_scaled": Distribution(
        scipy="gamma",
        functions={
            "logpdf": lambda xp, x, a, loc, scale: gamma_logpdf(xp, (x - loc) / scale, a) - xp.log(scale),
            "cdf": lambda xp, x, a, loc, scale: xp.special.gammainc(a, (x - loc) / scale),
        },
        drawn={**BEYOND, "a": (0.6, 3.4)},
        torch=lambda d, a, loc, scale: moved(d, unchecked(d, "Gamma", a, 1 / scale), loc),
        by={"cdf": ("x a loc scale", "x loc scale")},
    ),
    "beta": Distribution(
        functions={
            "logpdf": beta_logpdf,
            "pdf": lambda xp, x, a, b: x ** (a - 1) * (1 - x) ** (b - 1) / xp.special.beta(a, b),
            "cdf": lambda xp, x, a, b: xp.special.betainc(a, b, x),
        },
        drawn={"x": (0.1, 0.9), "a": (0.6, 3.4), "b": (0.7, 2.6)},
        torch=lambda d, a, b: unchecked(d, "Beta", a, b),
        by={"cdf": ("x a b", "x")},
        hard={
            "near_zero": at("logpdf cdf", x=[1e-12, 1e-6], a=1.25, b=[2.5, 0.5]),
            "near_one": at("logpdf cdf", x=[1 - 2.0**-20, 1 - 2.0**-10], a=1.25, b=[2.5, 0.5]),
            "tiny_shapes": trap("logpdf", x=[0.25, 0.5], a=1e-8, b=[1e-6, 2.0]),
            "large_shapes": trap("logpdf", F64, x=[0.25, 0.5], a=[1e6, 1e8], b=[3e6, 1e8]),
        },
    ),
    "beta_scaled": Distribution(
        scipy="beta",
        functions={
            "logpdf": lambda xp, x, a, b, loc, scale: beta_logpdf(xp, (x - loc) / scale, a, b) - xp.log(scale),
            "cdf": lambda xp, x, a, b, loc, scale: xp.special.betainc(a, b, (x - loc) / scale),
        },
        drawn={"x": (0.5, 1.5), "a": (0.6, 3.4), "b": (0.7, 2.6), "loc": (-0.5, 0.25), "scale": (2.5, 3.0)},
        torch=lambda d, a, b, loc, scale: moved(d, unchecked(d, "Beta", a, b), loc, scale),
    ),
    "chi2": Distribution(
        functions={
            "logpdf": chi2_logpdf,
            "pdf": lambda xp, x, df: xp.exp(chi2_logpdf(xp, x, df)),
            "cdf": lambda xp, x, df: xp.special.gammainc(df / 2, x / 2),
        },
        drawn={"x": (0.5, 6.0), "df": (0.6, 6.7)},
        torch=lambda d, df: unchecked(d, "Chi2", df),
        by=dict.fromkeys(("logpdf", "pdf", "cdf"), ("x df", "x")),
        hard={
            "whole": at("logpdf", x=[0.5, 2.0, 7.0], df=[1.0, 2.0, 6.0]),
            "large": trap("logpdf", F64, x=[90.0, 1e4], df=[100.0, 1.02e4]),
        },
    ),
    "dirichlet": Distribution(
        functions={
            "logpdf": dirichlet_logpdf,
            "pdf": lambda xp, x, alpha: xp.exp(dirichlet_logpdf(xp, x, alpha)),
        },
        drawn=lambda rng: {"x": simplex(rng), "alpha": rng.uniform(0.5, 3.0, 4)},
        torch=lambda d, alpha: unchecked(d, "Dirichlet", alpha),
    ),
    "poisson": Distribution(
        functions={
            "logpmf": poisson_logpmf,
            "pmf": lambda xp, k, mu: xp.exp(poisson_logpmf(xp, k, mu)),
            "cdf": lambda xp, k, mu: xp.special.gammaincc(k + 1, mu),
        },
        drawn=lambda rng: {"k": np.array([[0.0], [3.0]]), "mu": rng.uniform(0.5, 5.0, 3)},
        torch=lambda d, mu: unchecked(d, "Poisson", mu),
        counts=("k",),
        hard={
            "tiny": trap("logpmf cdf", k=[0.0, 2.0], mu=[1e-10, 1e-6]),
            "large": trap("logpmf", F64, k=[1e6, 100.0], mu=[1.001e6, 90.0]),
        },
    ),
    "laplace": Distribution(
        functions={
            "logpdf": lambda xp, x, loc, scale: -xp.abs(x - loc) / scale - xp.log(2 * scale),
            "cdf": lambda xp, x, loc, scale: laplace_cdf(xp, (x - loc) / scale),
        },
        drawn=UNIT,
        torch=lambda d, loc, scale: unchecked(d, "Laplace", loc, scale),
        hard={"tails": trap("logpdf cdf", x=[-80.0, -30.0, 40.0], loc=0.0, scale=1.0)},
    ),
    "logistic": Distribution(
        functions={
            "logpdf": lambda xp, x, loc, scale: (
                xp.special.log_expit((x - loc) / scale) + xp.special.log_expit((loc - x) / scale) - xp.log(scale)
            ),
            "cdf": lambda xp, x, loc, scale: xp.special.expit((x - loc) / scale),
            "ppf": lambda xp, q, loc, scale: loc + scale * xp.special.logit(q),
        },
        drawn=UNIT,
        torch=lambda d, loc, scale: unchecked(
            d,
            "TransformedDistribution",
            unchecked(d, "Uniform", 0 * loc, 1 + 0 * loc),
            [d.SigmoidTransform().inv, d.AffineTransform(loc, scale)],
        ),
        hard={
            "tails": trap("logpdf cdf", x=[-80.0, -30.0, 40.0], loc=0.0, scale=1.0),
            "ends": trap("ppf", q=[1e-30, 1e-10, 1 - 2.0**-20], loc=0.0, scale=2.0),
        },
    ),
    "cauchy": Distribution(
        functions={
            "logpdf": lambda xp, x, loc, scale: -xp.log1p(((x - loc) / scale) ** 2) - xp.log(scale) - math.log(math.pi),
            "cdf": lambda xp, x, loc, scale: xp.atan2(scale, loc - x) / math.pi,
            "ppf": lambda xp, q, loc, scale: loc + scale * xp.tan(math.pi * (q - 0.5)),
        },
        drawn=UNIT,
        torch=lambda d, loc, scale: unchecked(d, "Cauchy", loc, scale),
        hard={
            "tails": trap("logpdf cdf", x=[-1e8, -1e4, 1e6], loc=0.0, scale=1.0),
        },
    ),
    "expon": Distribution(
        functions={
            "logpdf": lambda xp, x, loc, scale: -(x - loc) / scale - xp.log(scale),
            "cdf": lambda xp, x, loc, scale: -xp.expm1(-(x - loc) / scale),
            "ppf": lambda xp, q, loc, scale: loc - scale * xp.log1p(-q),
        },
        drawn=BEYOND,
        torch=lambda d, loc, scale: moved(d, unchecked(d, "Exponential", 1 / scale), loc),
        hard={
            "near_zero": trap("cdf ppf", x=[1e-20, 1e-9], q=[1e-20, 1e-9], loc=0.0, scale=2.0),
        },
    ),
    "uniform": Distribution(
        functions={
            "logpdf": lambda xp, x, loc, scale: -xp.log((loc + scale) - loc) + 0 * x,
            "cdf": lambda xp, x, loc, scale: (x - loc) / ((loc + scale) - loc),  # libraries have both ends
            "ppf": lambda xp, q, loc, scale: loc + ((loc + scale) - loc) * q,
        },
        drawn={"x": (0.5, 1.5), "q": (0.1, 0.9), "loc": (-0.5, 0.25), "scale": (2.5, 3.0)},
        torch=lambda d, loc, scale: unchecked(d, "Uniform", loc, loc + scale),
        by={"logpdf": ("scale",)},
    ),
    "pareto": Distribution(
        functions={
            "logpdf": lambda xp, x, b, loc, scale: xp.log(b / scale) - (b + 1) * xp.log((x - loc) / scale),
            "cdf": lambda xp, x, b, loc, scale: -xp.expm1(-b * xp.log((x - loc) / scale)),
            "ppf": lambda xp, q, b, loc, scale: loc + scale * xp.exp(-xp.log1p(-q) / b),
        },
        drawn={"x": (3.5, 6.0), "q": (0.1, 0.9), "b": (0.6, 3.0), "loc": (-1.0, 1.0), "scale": (0.5, 2.0)},
        torch=lambda d, b, loc, scale: moved(d, unchecked(d, "Pareto", scale, b), loc),
        hard={
            "start": trap("cdf", x=[1 + 2.0**-20, 1 + 2.0**-10], b=1.5, loc=0.0, scale=1.0),
        },
    ),
    "gumbel_r": Distribution(
        functions={
            "logpdf": lambda xp, x, loc, scale: -(x - loc) / scale - xp.exp(-(x - loc) / scale) - xp.log(scale),
            "cdf": lambda xp, x, loc, scale: xp.exp(-xp.exp(-(x - loc) / scale)),
            "ppf": lambda xp, q, loc, scale: loc - scale * xp.log(-xp.log(q)),
        },
        drawn=UNIT,
        torch=lambda d, loc, scale: unchecked(d, "Gumbel", loc, scale),
        hard={
            "tails": trap("logpdf cdf", x=[-3.5, 20.0, 40.0], loc=0.0, scale=1.0),
            "ends": trap("ppf", q=[1e-30, 1e-10, 1 - 2.0**-20], loc=0.0, scale=2.0),
        },
    ),
    "vonmises": Distribution(
        functions={
            "logpdf": lambda xp, x, kappa: kappa * (xp.cos(x) - 1) - xp.log(xp.special.i0e(kappa)) - LOG_TWO_PI,
        },
        drawn={"x": (-3.0, 3.0), "kappa": (0.5, 6.0)},
        torch=lambda d, kappa: unchecked(d, "VonMises", 0 * kappa, kappa),
        hard={"narrow": trap("logpdf", F64, x=[1e-3, 0.25], kappa=[1e6, 100.0])},
    ),
    "bernoulli": Distribution(
        functions={"logpmf": lambda xp, k, p: xp.special.xlogy(k, p) + xp.special.xlog1py(1 - k, -p)},
        drawn=lambda rng: {"k": np.array([[0.0], [1.0]]), "p": rng.uniform(0.1, 0.9, 3)},
        torch=lambda d, p: unchecked(d, "Bernoulli", p),
        counts=("k",),
        hard={"ends": trap("logpmf", k=[[0.0], [1.0]], p=[1e-12, 1 - 2.0**-20])},
    ),
    "binom": Distribution(
        functions={"logpmf": lambda xp, k, n, p: choose(xp, n, k) + k * xp.log(p) + (n - k) * xp.log1p(-p)},
        drawn=lambda rng: {"k": np.array([[1.0], [3.0]]), "n": np.array(5.0), "p": rng.uniform(0.1, 0.9, 3)},
        torch=lambda d, n, p: unchecked(d, "Binomial", n, p),
        counts=("k", "n"),
        hard={"ends": trap("logpmf", k=[[1.0], [4.0]], n=5.0, p=[1e-12, 1 - 2.0**-20])},
    ),
    "nbinom": Distribution(
        functions={
            "logpmf": lambda xp, k, n, p: choose(xp, k + n - 1, k) + n * xp.log(p) + k * xp.log1p(-p),
        },
        drawn=lambda rng: {
            "k": np.array([[1.0], [4.0]]),
            "n": rng.uniform(0.5, 3.0, 3),
            "p": rng.uniform(0.1, 0.9, ()),
        },
        torch=lambda d, n, p: unchecked(d, "NegativeBinomial", n, 1 - p),
        counts=("k",),
        hard={"few": trap("logpmf", k=[1.0, 4.0], n=[1e-6, 1e-3], p=0.25)},
    ),
    "geom": Distribution(
        functions={"logpmf": lambda xp, k, p: xp.log(p) + (k - 1) * xp.log1p(-p)},
        drawn=lambda rng: {"k": np.array([[2.0], [4.0]]), "p": rng.uniform(0.1, 0.9, 3)},
        torch=lambda d, p: moved(d, unchecked(d, "Geometric", p), 1.0),  # torch counts the failures alone
        counts=("k",),
        hard={"ends": trap("logpmf", k=[[2.0], [4.0]], p=[1e-12, 1 - 2.0**-20])},
    ),
}


# Distributions of vectors, by matrices and by what makes them


def mvn_logpdf(xp, x, mean, cov):
    """−½ rᵀS⁻¹r − ½ log det S − 3/2 log 2π with S = (Σ + Σᵀ)/2, r = x − μ; x (3,) or (2, 3), Σ (3, 3)."""
    S, r = (cov + cov.T) / 2, x - mean
    quadratic = xp.sum(r * xp.linalg.solve(S, r.T).T, axis=-1)
    return -quadratic / 2 - xp.linalg.slogdet(S)[1] / 2 - 1.5 * LOG_TWO_PI


def mvn_pdf(xp, x, mean, cov):
    """The exponential of that."""
    return xp.exp(mvn_logpdf(xp, x, mean, cov))


def mvn_entropy(xp, cov):
    """½ log det S + 3/2 (1 + log 2π) with S = (Σ + Σᵀ)/2."""
    return xp.linalg.slogdet((cov + cov.T) / 2)[1] / 2 + 1.5 * (1 + LOG_TWO_PI)


def torch_mvn(torch: Any, mean: Any, cov: Any) -> Any:
    return unchecked(torch.distributions, "MultivariateNormal", mean, covariance_matrix=cov)


MVN_LOGPDF = {
    "scipy": lambda scipy, x, mean, cov: scipy.stats.multivariate_normal.logpdf(x, mean, cov),
    "torch": lambda torch, x, mean, cov: torch_mvn(torch, mean, cov).log_prob(x),
}
MVN_PDF = {"scipy": lambda scipy, x, mean, cov: scipy.stats.multivariate_normal.pdf(x, mean, cov)}
MVN_ENTROPY = {  # of the symmetric part: second derivatives beside it are of how a library goes on from there
    "scipy": lambda scipy, cov: scipy.stats.multivariate_normal.entropy(ZEROS, (cov + cov.T) / 2),
    "torch": lambda torch, cov: torch_mvn(torch, torch.zeros_like(cov[0]), (cov + cov.T) / 2).entropy(),
}
ZEROS = np.zeros(3)
PLACES = np.array([[0, 1, 3], [1, 2, 4], [3, 4, 5]])


def each(change: Function, natives: dict[str, Function]) -> dict[str, Function]:
    return {api: change(native) for api, native in natives.items()}


def packed(f: Function) -> Function:
    def of_entries(api, x, mean, entries):
        """That of a symmetric Σ by its six entries."""
        return f(api, x, mean, entries[PLACES])

    return of_entries


def rooted(f: Function) -> Function:
    def of_root(api, x, mean, root):
        """That of Σ = R Rᵀ by a square R."""
        return f(api, x, mean, root @ root.T)

    return of_root


def symmetrised(f: Function) -> Function:
    return lambda api, x, mean, cov: f(api, x, mean, (cov + cov.T) / 2)


def covariance(rng: Any, eigenvalues: tuple[float, ...] = (0.5, 1.0, 3.0)) -> Any:
    turned = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    made = turned * eigenvalues @ turned.T
    return (made + made.T) / 2


def mvn_inputs(rng: Any, *stack: int, eigenvalues: tuple[float, ...] = (0.5, 1.0, 3.0)) -> Inputs:
    cov = covariance(rng, eigenvalues)
    return {
        "x": rng.standard_normal((*stack, 3)),
        "mean": rng.standard_normal(3),
        "cov": cov,
        "entries": cov[np.tril_indices(3)],
        "root": np.linalg.cholesky(cov) @ np.linalg.qr(rng.standard_normal((3, 3)))[0],
    }


def multinomial_logpmf(xp, p):
    """log n! − Σ log kᵢ! + Σ kᵢ log pᵢ with the counts k and n = Σ kᵢ."""
    k = xp.asarray(COUNTS, dtype=p.dtype)
    return log_gamma(xp, xp.sum(k) + 1) + xp.sum(k * xp.log(p) - log_gamma(xp, k + 1))


def multinomial_by_logits(xp, logits):
    """That of p = softmax of the logits; (4,)."""
    return multinomial_logpmf(xp, xp.special.softmax(logits))


def multinomial_by_weights(xp, weights):
    """That of p = weights / Σ weights; (4,)."""
    return multinomial_logpmf(xp, weights / xp.sum(weights))


COUNTS = np.array([2, 0, 3, 1])
OF_LOGITS = {
    "scipy": lambda scipy, logits: scipy.stats.multinomial.logpmf(COUNTS, 6, scipy.special.softmax(logits)),
    "torch": lambda torch, logits: unchecked(torch.distributions, "Multinomial", 6, logits=logits).log_prob(
        torch.asarray(COUNTS, dtype=logits.dtype)
    ),
}
OF_WEIGHTS = {
    "scipy": lambda scipy, weights: scipy.stats.multinomial.logpmf(COUNTS, 6, weights / weights.sum()),
    "torch": lambda torch, weights: unchecked(torch.distributions, "Multinomial", 6, weights).log_prob(
        torch.asarray(COUNTS, dtype=weights.dtype)
    ),
}
ILL = (1e-6, 1.0, 3.0)

# name: definition, the libraries' own, inputs, further fields
VECTORS: dict[str, tuple[Function, dict[str, Function], Draw, dict[str, Any]]] = {
    "multivariate_normal_logpdf": (mvn_logpdf, MVN_LOGPDF, mvn_inputs, {}),
    "multivariate_normal_logpdf_rows": (mvn_logpdf, each(symmetrised, MVN_LOGPDF), lambda rng: mvn_inputs(rng, 2), {}),
    "multivariate_normal_logpdf_packed": (packed(mvn_logpdf), each(packed, MVN_LOGPDF), mvn_inputs, {}),
    "multivariate_normal_logpdf_rooted": (rooted(mvn_logpdf), each(rooted, MVN_LOGPDF), mvn_inputs, {}),
    "multivariate_normal_logpdf_ill": (
        mvn_logpdf, each(symmetrised, MVN_LOGPDF), lambda rng: mvn_inputs(rng, eigenvalues=ILL), {"dtypes": F64}
    ),
    "multivariate_normal_pdf": (mvn_pdf, MVN_PDF, mvn_inputs, {}),
    "multivariate_normal_pdf_rows": (mvn_pdf, each(symmetrised, MVN_PDF), lambda rng: mvn_inputs(rng, 2), {}),
    "multivariate_normal_entropy": (mvn_entropy, MVN_ENTROPY, mvn_inputs, {}),
    "multinomial_logpmf_logits": (
        multinomial_by_logits,
        OF_LOGITS, lambda rng: {"logits": rng.standard_normal(4)}, {},
    ),
    "multinomial_logpmf_weights": (
        multinomial_by_weights,
        OF_WEIGHTS, lambda rng: {"weights": rng.uniform(0.5, 2.0, 4)}, {},
    ),
}  # fmt: skip


def names_of(function: Function) -> tuple[str, ...]:
    """The inputs that a function over `xp` takes."""
    return tuple(inspect.signature(function).parameters)[1:]


def ordered(names: tuple[str, ...], call: Function) -> Function:
    """`call(api, *inputs)` of inputs that are given in order or by name."""
    return lambda api, *given, **named: call(api, *given, *(named[n] for n in names[len(given) :]))


def _natives(of: Distribution, function: str, definition: Function) -> dict[str, Function]:
    names = names_of(definition)

    def of_scipy(scipy: Any, *inputs: Any) -> Any:
        return getattr(getattr(scipy.stats, of.scipy), function)(*inputs)

    def of_torch(torch: Any, variate: Any, *parameters: Any) -> Any:
        assert of.torch is not None
        return getattr(of.torch(torch.distributions, *parameters), IN_TORCH[function])(variate)

    natives = {"scipy": ordered(names, of_scipy)}
    if of.torch is None or function not in IN_TORCH or (of.scipy, function) in NOT_IN_TORCH:
        return natives
    return {**natives, "torch": ordered(names, of_torch)}


def _define(
    name: str, definition: Function, natives: dict[str, Function], wrt: tuple[str, ...], draw: Draw, **fields: Any
) -> None:
    parameters = names_of(definition)
    domain = {n: DOMAINS[n] for n in parameters if n in DOMAINS}
    made = case(name=name, wrt=wrt, native=natives, domain=domain, source=SOURCE, tier="full", **fields)(definition)
    made.inputs(lambda rng: {n: x for n, x in draw(rng).items() if n in parameters})


def _drawn(spans: Mapping[str, Span], names: tuple[str, ...]) -> Draw:
    return lambda rng: {n: rng.uniform(*spans[n], shape) for n, shape in zip(names, SHAPES, strict=False)}


def _fixed(inputs: Inputs) -> Draw:
    return lambda rng: {n: np.asarray(x, dtype=np.float64) for n, x in inputs.items()}


def _define_all(key: str, of: Distribution) -> None:
    of = replace(of, scipy=of.scipy or key)
    for function, definition in of.functions.items():
        names, natives = names_of(definition), _natives(of, function, definition)
        definition.__doc__ = f"scipy.stats.{of.scipy}.{function}({', '.join(names)})."
        draw = of.drawn if callable(of.drawn) else _drawn(of.drawn, names)
        places = {where: points for where, points in of.hard.items() if function in points.functions.split()}
        all_free = " ".join(n for n in names if n not in of.counts)
        own = {} if (of.scipy, function) in NO_RULE else {"numpy": definition}
        for i, by in enumerate(of.by.get(function, (all_free,))):
            suffix = f"_by_{by.replace(' ', '_')}" if i else ""
            _define(f"{key}_{function}{suffix}", definition, natives | own, tuple(by.split()), draw)
            for where, points in places.items():
                apis = natives | (own if points.steady else {})
                fields = {"dtypes": points.dtypes, "tags": points.tags}
                name = f"{key}_{function}_{where}{suffix}"
                _define(name, definition, apis, tuple(by.split()), _fixed(points.inputs), **fields)


for key, distribution in DISTRIBUTIONS.items():
    _define_all(key, distribution)
for name, (definition, natives, draw, fields) in VECTORS.items():
    _define(name, definition, {**natives, "numpy": definition}, names_of(definition), draw, **fields)
