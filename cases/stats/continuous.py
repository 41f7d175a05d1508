"""Continuous distributions of a location and a scale whose functions are elementary, and von Mises' on the circle."""

from __future__ import annotations

import math

from adbench.cases.stats.common import BEYOND, F64, LOG_TWO_PI, UNIT, distribution, moved, trap, unchecked


def laplace_cdf(xp, z):
    tail = xp.exp(-xp.abs(z)) / 2
    return xp.where(z < 0, tail, 1 - tail)


distribution(
    "laplace",
    functions={
        "logpdf": lambda xp, x, loc, scale: -xp.abs(x - loc) / scale - xp.log(2 * scale),
        "cdf": lambda xp, x, loc, scale: laplace_cdf(xp, (x - loc) / scale),
    },
    drawn=UNIT,
    torch=lambda d, loc, scale: unchecked(d, "Laplace", loc, scale),
    hard={"tails": trap("logpdf cdf", x=[-80.0, -30.0, 40.0], loc=0.0, scale=1.0)},
)
distribution(
    "logistic",
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
)
distribution(
    "cauchy",
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
)
distribution(
    "expon",
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
)
distribution(
    "uniform",
    functions={
        "logpdf": lambda xp, x, loc, scale: -xp.log((loc + scale) - loc) + 0 * x,
        "cdf": lambda xp, x, loc, scale: (x - loc) / ((loc + scale) - loc),  # libraries have both ends
        "ppf": lambda xp, q, loc, scale: loc + ((loc + scale) - loc) * q,
    },
    drawn={"x": (0.5, 1.5), "q": (0.1, 0.9), "loc": (-0.5, 0.25), "scale": (2.5, 3.0)},
    torch=lambda d, loc, scale: unchecked(d, "Uniform", loc, loc + scale),
    by={"logpdf": ("scale",)},
)
distribution(
    "pareto",
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
)
distribution(
    "gumbel_r",
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
)
distribution(
    "vonmises",
    functions={
        "logpdf": lambda xp, x, kappa: kappa * (xp.cos(x) - 1) - xp.log(xp.special.i0e(kappa)) - LOG_TWO_PI,
    },
    drawn={"x": (-3.0, 3.0), "kappa": (0.5, 6.0)},
    torch=lambda d, kappa: unchecked(d, "VonMises", 0 * kappa, kappa),
    hard={"narrow": trap("logpdf", F64, x=[1e-3, 0.25], kappa=[1e6, 100.0])},
)
