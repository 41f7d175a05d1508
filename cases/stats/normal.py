"""The normal distribution, and Student's, which tends to it."""

from __future__ import annotations

import math

from adbench.cases.stats.common import F32, F64, LOG_TWO_PI, UNIT, at, distribution, trap, unchecked


def t_logpdf(xp, x, df, loc, scale):
    y = (x - loc) / scale
    constant = xp.special.betaln(df / 2, xp.ones_like(df) / 2) + xp.log(df) / 2 + xp.log(scale)
    return -(df + 1) / 2 * xp.log1p(y * y / df) - constant


def t_cdf(xp, x, df, loc, scale):
    y = (x - loc) / scale
    tail = xp.special.betainc(df / 2, xp.ones_like(df) / 2, df / (df + y * y)) / 2
    return xp.where(y < 0, tail, 1 - tail)


distribution(
    "norm",
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
)
distribution(
    "t",
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
)
