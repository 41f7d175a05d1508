"""Distributions that a gamma function normalises: gamma, beta, χ², Dirichlet's and Poisson's."""

from __future__ import annotations

import numpy as np
from adbench.cases.stats.common import BEYOND, F64, at, distribution, moved, trap, unchecked


def gamma_logpdf(xp, x, a):
    return (a - 1) * xp.log(x) - x - xp.special.gammaln(a)


def beta_logpdf(xp, x, a, b):
    return (a - 1) * xp.log(x) + (b - 1) * xp.log1p(-x) - xp.special.betaln(a, b)


def chi2_logpdf(xp, x, df):
    return (df / 2 - 1) * xp.log(x) - x / 2 - xp.special.gammaln(df / 2) - df / 2 * xp.log(2 * xp.ones_like(df))


def dirichlet_logpdf(xp, x, alpha):
    return xp.sum((alpha - 1) * xp.log(x)) + xp.special.gammaln(xp.sum(alpha)) - xp.sum(xp.special.gammaln(alpha))


def poisson_logpmf(xp, k, mu):
    return xp.special.xlogy(k, mu) - xp.special.gammaln(k + 1) - mu


def simplex(rng):
    """Four numbers that add up to 1 exactly, also in float32."""
    return (rng.multinomial(32, np.full(4, 1 / 4)) + 8) / 64


distribution(
    "gamma",
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
)
distribution(
    "gamma_scaled",
    scipy="gamma",
    functions={
        "logpdf": lambda xp, x, a, loc, scale: gamma_logpdf(xp, (x - loc) / scale, a) - xp.log(scale),
        "cdf": lambda xp, x, a, loc, scale: xp.special.gammainc(a, (x - loc) / scale),
    },
    drawn={**BEYOND, "a": (0.6, 3.4)},
    torch=lambda d, a, loc, scale: moved(d, unchecked(d, "Gamma", a, 1 / scale), loc),
    by={"cdf": ("x a loc scale", "x loc scale")},
)
distribution(
    "beta",
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
)
distribution(
    "beta_scaled",
    scipy="beta",
    functions={
        "logpdf": lambda xp, x, a, b, loc, scale: beta_logpdf(xp, (x - loc) / scale, a, b) - xp.log(scale),
        "cdf": lambda xp, x, a, b, loc, scale: xp.special.betainc(a, b, (x - loc) / scale),
    },
    drawn={"x": (0.5, 1.5), "a": (0.6, 3.4), "b": (0.7, 2.6), "loc": (-0.5, 0.25), "scale": (2.5, 3.0)},
    torch=lambda d, a, b, loc, scale: moved(d, unchecked(d, "Beta", a, b), loc, scale),
)
distribution(
    "chi2",
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
)
distribution(
    "dirichlet",
    functions={
        "logpdf": dirichlet_logpdf,
        "pdf": lambda xp, x, alpha: xp.exp(dirichlet_logpdf(xp, x, alpha)),
    },
    drawn=lambda rng: {"x": simplex(rng), "alpha": rng.uniform(0.5, 3.0, 4)},
    torch=lambda d, alpha: unchecked(d, "Dirichlet", alpha),
)
distribution(
    "poisson",
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
)
