"""The functions of the board: a line each, with where it is looked at.

To add one, add a line: its standard name (or `special.` and SciPy's), spans by operand in the order of the call, and
the points where its derivative is hard to get right. A backend that lacks it shows a dash, and one that the oracle
lacks is named below the board.
"""

from __future__ import annotations

import functools
from typing import Any

from adbench.accuracy.sweep import Function, linear, log, of, signed

TINY, HUGE = 1e-300, 1e300
ANY = signed(TINY, HUGE)
POSITIVE = log(TINY, HUGE)
SHAPE = log(0.1, 100.0)  # parameters of the gamma and beta family

# fmt: off
FUNCTIONS: dict[str, Function] = {
    "abs":        of(x=ANY),
    "acos":       of(x=linear(-1, 1) + signed(TINY, 1), hard=[-0.9999999, 0.9999999, 1 - 1e-12]),
    "acosh":      of(x=linear(1, 5) + log(1, HUGE), hard=[1 + 1e-7, 1 + 1e-12, 1e160]),
    "add":        of(x=ANY, y=ANY),
    "asin":       of(x=linear(-1, 1) + signed(TINY, 1), hard=[-0.9999999, 0.9999999, 1 - 1e-12]),
    "asinh":      of(x=linear(-5, 5) + ANY, hard=[1e-9, 1e160, -1e160]),
    "atan":       of(x=linear(-5, 5) + ANY, hard=[1e160, -1e160]),
    "atan2":      of(y=linear(-5, 5) + ANY, x=linear(-5, 5) + ANY, hard=[(1e-200, 1e-200), (1e200, -1e200), (0, 1)]),
    "atanh":      of(x=linear(-1, 1) + signed(TINY, 1), hard=[-0.9999999, 0.9999999, 1 - 1e-12]),
    "copysign":   of(x=ANY, y=ANY),
    "cos":        of(x=linear(-10, 10) + ANY, hard=[1.5707963267948966, 3.141592653589793, 1e22]),
    "cosh":       of(x=linear(-20, 20) + signed(TINY, 710), hard=[709, -710]),
    "divide":     of(x=signed(1e-100, 1e100), y=signed(1e-100, 1e100), hard=[(1, 1e-160), (1e-160, 1e-120)]),
    "exp":        of(x=linear(-20, 20) + signed(TINY, 700), hard=[709, -708]),
    "expm1":      of(x=linear(-5, 5) + signed(TINY, 700), hard=[1e-12, -1e-12, 1e-17, 709, -40]),
    "hypot":      of(x=linear(-5, 5) + ANY, y=linear(-5, 5) + ANY, hard=[(1e200, 1e200), (1e-200, 1e-200), (3, 0)]),
    "log":        of(x=linear(0.5, 2) + POSITIVE, hard=[1 + 1e-15, 1 - 1e-15]),
    "log10":      of(x=linear(0.5, 2) + POSITIVE, hard=[1 + 1e-15, 1 - 1e-15]),
    "log1p":      of(x=linear(-0.9, 5) + POSITIVE, hard=[1e-17, -1e-17, -1 + 1e-12]),
    "log2":       of(x=linear(0.5, 2) + POSITIVE, hard=[1 + 1e-15, 1 - 1e-15]),
    "logaddexp":  of(x=linear(-30, 30) + ANY, y=linear(-30, 30) + ANY, hard=[(1000, -1000), (0, -40), (-700, 0.5)]),
    "maximum":    of(x=ANY, y=ANY, hard=[(1, 1e20), (1e20, 1)]),
    "minimum":    of(x=ANY, y=ANY, hard=[(1, 1e20), (1e20, 1)]),
    "multiply":   of(x=signed(1e-150, 1e150), y=signed(1e-150, 1e150)),
    "negative":   of(x=ANY),
    "pow":        of(x=log(1e-3, 1e3), y=linear(-40, 40), hard=[(1e-10, 0.5), (1 + 1e-10, 1e10), (10, 300), (2, 0)]),
    "reciprocal": of(x=signed(1e-150, 1e150)),
    "sign":       of(x=ANY),
    "sin":        of(x=linear(-10, 10) + ANY, hard=[1.5707963267948966, 3.141592653589793, 1e22]),
    "sinh":       of(x=linear(-20, 20) + signed(TINY, 710), hard=[709, -710]),
    "sqrt":       of(x=linear(0.1, 5) + POSITIVE, hard=[1e-300]),
    "square":     of(x=signed(1e-150, 1e150), hard=[0]),
    "subtract":   of(x=ANY, y=ANY),
    "tan":        of(x=linear(-10, 10) + ANY, hard=[1.5707963267948966, 3.141592653589793, 1e22]),
    "tanh":       of(x=linear(-20, 20) + signed(TINY, 350), hard=[19, -19, 300]),

    "special.beta":      of(a=SHAPE, b=SHAPE),
    "special.betainc":   of(a=SHAPE, b=SHAPE, x=linear(0.01, 0.99)),
    "special.betaln":    of(a=SHAPE, b=SHAPE, hard=[(1e-5, 1e5)]),
    "special.digamma":   of(x=linear(-5, 5) + log(1e-100, HUGE), hard=[1.4616321449683623]),
    "special.entr":      of(x=log(1e-300, 1e100), hard=[0.36787944117144233]),
    "special.erf":       of(x=linear(-6, 6) + signed(TINY, 26)),
    "special.erfc":      of(x=linear(-6, 26) + signed(TINY, 26)),
    "special.erfcx":     of(x=linear(-5, 30) + log(TINY, HUGE), hard=[1e3, 1e8, -26]),
    "special.erfinv":    of(x=linear(-1, 1) + signed(TINY, 1), hard=[1 - 1e-12, -0.9999999]),
    "special.exp1":      of(x=linear(0.01, 30) + log(TINY, 700)),  # where jax takes 1/x steps
    "special.expi":      of(x=linear(0.01, 30) + signed(1e-3, 700), hard=[0.37250741078136663]),  # as exp1
    "special.expit":     of(x=linear(-40, 40) + signed(TINY, 708), hard=[37, 100, 700, -700, 745, -745]),
    "special.gamma":     of(x=linear(-5, 20) + log(1e-100, 170), hard=[1.4616321449683623, 171]),
    "special.gammainc":  of(a=SHAPE, x=SHAPE, hard=[(100, 100), (0.5, 1e-10)]),
    "special.gammaincc": of(a=SHAPE, x=SHAPE, hard=[(100, 100), (0.5, 1e-10)]),
    "special.gammaln":   of(x=linear(0.1, 5) + log(1e-100, 1e300), hard=[1.4616321449683623]),
    "special.i0":        of(x=linear(-20, 20) + signed(TINY, 700)),
    "special.i0e":       of(x=linear(-20, 20) + signed(TINY, 1e100)),
    "special.i1":        of(x=linear(-20, 20) + signed(TINY, 700)),
    "special.i1e":       of(x=linear(-20, 20) + signed(TINY, 1e100)),
    "special.j0":        of(x=linear(-50, 50) + signed(1e-100, 1e4)),
    "special.j1":        of(x=linear(-50, 50) + signed(1e-100, 1e4)),
    "special.kl_div":    of(x=log(1e-5, 1e5), y=log(1e-5, 1e5), hard=[(1, 1 + 1e-9)]),
    "special.log_expit": of(x=linear(-40, 40) + signed(TINY, 700), hard=[37, -700, 700]),
    "special.log_ndtr":  of(x=linear(-40, 8) + signed(TINY, 30), hard=[-1e5, -1e10]),
    "special.logit":     of(x=linear(0.01, 0.99) + log(TINY, 1), hard=[1 - 1e-12, 1e-17]),
    "special.ndtr":      of(x=linear(-37, 8) + signed(TINY, 30)),
    "special.ndtri":     of(p=linear(0.001, 0.999) + log(TINY, 1), hard=[1 - 1e-12]),
    "special.polygamma": of(x=linear(0.1, 10) + log(1e-30, 1e100), before=(1,)),
    "special.rel_entr":  of(x=log(1e-5, 1e5), y=log(1e-5, 1e5), hard=[(1, 1 + 1e-9)]),
    "special.sinc":      of(x=linear(-10, 10) + signed(TINY, 1e5), hard=[1e-8, 1 + 1e-9]),
    "special.spence":    of(x=linear(0.01, 5) + log(1e-100, 1e100), hard=[1 + 1e-9]),
    "special.xlog1py":   of(x=signed(1e-100, 1e100), y=linear(-0.9, 5) + log(1e-100, 1e100), hard=[(1, 1e-17)]),
    "special.xlogy":     of(x=signed(1e-100, 1e100), y=linear(0.5, 2) + log(1e-100, 1e100), hard=[(1, 1 + 1e-15)]),
    "special.y0":        of(x=linear(0.1, 50) + log(1e-100, 1e4)),
    "special.y1":        of(x=linear(0.1, 50) + log(1e-100, 1e4)),
    "special.zeta":      of(x=linear(1.5, 30), q=linear(0.1, 30)),
}
# fmt: on


def call(xp: Any, name: str, *operands: Any) -> Any:
    """The function of any array namespace, by its name in the table.

    Raises:
        Unsupported: the namespace lacks it.
    """
    return functools.reduce(getattr, name.split("."), xp)(*FUNCTIONS[name].before, *operands)
