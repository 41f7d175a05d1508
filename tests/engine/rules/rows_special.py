"""Rows of the special functions: ordinary points, and those where digits are easily lost."""

from __future__ import annotations

from engine.checks import normal
from engine.rules.rows_elementwise import called, columns
from engine.truths import Row, row

ANY = [-2.5, -0.3, 1e-9, 0.7, 3.0]
POSITIVE = [1e-5, 0.3, 1.0, 2.5, 30.0]
OURS = {  # whose values are not SciPy's
    *("expit", "log_expit", "sinc", "exp2", "expm1", "log1p", "ndtr", "log_ndtr", "expi", "digamma", "psi", "gammaln"),
    *("loggamma", "beta", "betaln", "kl_div", "kv", "kn", "kve"),
}
UNIT = [1e-9, 0.1, 0.4, 0.7, 0.999]
NEAR = 2.0**-20
SHAPES = [(0.3, 0.7), (2.5, 1.5), (30.0, 0.2), (0.2, 30.0), (100.0, 90.0)]

# fmt: off
ONE = {
    "dawsn":     [0.0, 0.3, -0.6, 0.92, 1.2, -30.0],
    "digamma":   [*POSITIVE, -0.75, NEAR - 1],
    "entr":      [1e-9, 0.3, 0.36787944117144233, 2.5],
    "erf":       [*ANY, 6.0, -20.0],
    "erfc":      [*ANY, 6.0, 20.0],
    "erfcinv":   [1e-100, 1e-9, 0.3, 1.2, 1.9999],
    "erfcx":     [-5.0, -0.3, 0.0, 0.6, 0.9, 2.0, 30.0, 1e5],
    "erfi":      [-2.5, 1e-9, 0.7, 20.0],
    "erfinv":    [-0.9999999, -0.3, 1e-9, 0.6, 0.999999],
    "exp1":      [1e-9, 0.3, 2.5, 300.0],
    "exp2":      ANY,
    "expi":      [-2.5, 1e-9, 0.3, 0.3725, 2.5, 300.0],
    "expit":     [*ANY, -700.0, 700.0, 37.0],
    "expm1":     ANY,
    "gamma":     [-1.5, 0.3, 1.0, 2.5, 30.0],
    "gammaln":   [*POSITIVE, 1 + NEAR, 2 - NEAR],
    "i0":        ANY,
    "i0e":       [-30.0, -0.3, 0.7, 3.0, 40.0, 1e9],
    "i1":        ANY,
    "i1e":       [-30.0, -0.3, 0.7, 3.0, 40.0, 1e9],
    "j0":        ANY,
    "j1":        ANY,
    "k0":        POSITIVE,
    "k0e":       [1e-5, 0.3, 0.99, 2.5, 30.0, 1e9],
    "k1":        POSITIVE,
    "k1e":       [1e-5, 0.3, 0.99, 2.5, 30.0, 1e9],
    "log1p":     [-0.99, 1e-17, 0.5],
    "log_expit": [*ANY, -700.0, 700.0, 37.0],
    "log_ndtr":  [-1e5, -30.0, -2.5, -0.3, 0.7, 3.0, 8.3, 20.0, 37.0],
    "loggamma":  POSITIVE,
    "logit":     [*UNIT, 0.5 - NEAR],
    "ndtr":      [*ANY, -12.0, -36.0],
    "ndtri":     [1e-100, *UNIT],
    "psi":       POSITIVE,
    "rgamma":    [-1.5, 0.5, 1.0, 30.0, 0.0, -3.0],
    "sinc":      [0.0, *ANY[:-1]],
    "spence":    [1e-9, 0.3, 0.999999999, 1.0, 1.3, 2.5, 1e9],
    "y0":        [0.3, 1.0, 2.5, 30.0],
    "y1":        [0.3, 1.0, 2.5, 30.0],
}
TWO = {
    "beta":     [*SHAPES[:-1], (200.0, 300.0)],
    "betaln":   SHAPES,
    "kl_div":   [(0.3, 0.7), (2.0, 2.000000001), (1e-5, 3.0), (300.0, 2.0)],
    "poch":     [(0.3, 0.7), (2.5, 1.5), (5.0, 0.2)],
    "rel_entr": [(0.3, 0.7), (2.0, 2.000000001), (1e-5, 3.0), (300.0, 2.0)],
    "xlog1py":  [(0.3, 0.7), (-2.0, 1e-17), (0.0, 3.0)],
    "xlogy":    [(0.3, 0.7), (-2.0, 1.000000001), (0.0, 3.0)],
}
BY_X = {  # by the argument, for orders that are given
    "expn":      [((n,), [0.3, 2.5]) for n in (0, 1, 3)],
    "gammainc":  [((a,), [0.3, 2.5, a, 2 * a]) for a in (0.5, 3.0, 100.0)],
    "gammaincc": [((a,), [0.3, 2.5, a, 2 * a]) for a in (0.5, 3.0, 100.0)],
    "betainc":   [(ab, [1e-5, 0.3, 0.7]) for ab in ((0.5, 2.5), (3.0, 0.3), (30.0, 40.0))],
    "iv":        [((v,), [0.3, 2.5]) for v in (0, 0.5, 3)],
    "ive":       [((0,), [-0.7, 0.3, 2.5]), ((0.5,), [0.3]), ((3,), [-0.7, 0.3])],
    "jn":        [((v,), [0.3, 2.5]) for v in (0, 3)],
    "jv":        [((v,), [0.3, 2.5]) for v in (0, 0.5, 3)],
    "kn":        [((v,), [0.3, 2.5]) for v in (0, 3)],
    "kv":        [((v,), [0.3, 2.5]) for v in (0, 0.5, 3)],
    "kve":       [((v,), [0.3, 2.5]) for v in (0, 0.5, 3)],
    "yn":        [((v,), [0.3, 2.5]) for v in (0, 3)],
    "yv":        [((v,), [0.3, 2.5]) for v in (0, 0.5, 3)],
    "polygamma": [((n,), [0.3, 1.0, 2.5]) for n in (0, 1, 3)],
    "zeta":      [((s,), [0.3, 1.0, 2.5]) for s in (1.5, 4.0)],
}
BY_BOTH = {  # by the order or parameter too
    "gammainc":  [(0.5, 2.5), (3.0, 1.5)],
    "gammaincc": [(0.5, 2.5), (3.0, 1.5)],
    "kv":        [(0.3, 0.7), (2.5, 3.0), (-1.0, 40.0)],
    "kve":       [(0.3, 0.7), (2.5, 3.0), (-1.0, 40.0)],
    "zeta":      [(1.5, 0.7), (4.0, 2.5)],
}
# fmt: on


def of_scipy(name, *points) -> Row:
    """A function whose value is SciPy's."""
    return row(called(f"special.{name}"), *points, value=name in OURS)


def of_order(name, order, points) -> Row:
    """A function of its last operand."""
    return row(lambda xp, x: called(f"special.{name}")(xp, *order, x), points, value=name in OURS)


X = normal(2, 3)
ROWS: dict[str, list[Row]] = {
    **{f"special.{name}": [of_scipy(name, points)] for name, points in ONE.items()},
    **{f"special.{name}": [of_scipy(name, *columns(points))] for name, points in TWO.items()},
    **{f"special.{name}": [of_order(name, *one) for one in given] for name, given in BY_X.items()},
    **{
        f"special.{name}": [*(of_order(name, *one) for one in BY_X[name]), of_scipy(name, *columns(points))]
        for name, points in BY_BOTH.items()
    },
    "special.airy": [row(lambda xp, x, i=i: xp.special.airy(x)[i], ANY, value=False) for i in range(4)],
    "special.multigammaln": [row(lambda xp, x: xp.special.multigammaln(x, 3), [1.3, 2.5, 30.0], value=False)],
    "special.logsumexp": [
        row(lambda xp, x: xp.special.logsumexp(x), [1000.0, -1000.0, 999.5]),
        row(lambda xp, x: xp.special.logsumexp(x), [0.0, -40.0]),
        row(lambda xp, x: xp.special.logsumexp(x, axis=1, keepdims=True), X),
        row(lambda xp, x, b: xp.special.logsumexp(x, axis=0, b=b), X, abs(normal(2, 3, seed=1))),
    ],
    "special.softmax": [
        row(lambda xp, x: xp.special.softmax(x, axis=1), X),
        row(lambda xp, x: xp.special.softmax(x), X),
    ],
    "special.log_softmax": [
        row(lambda xp, x: xp.special.log_softmax(x, axis=1), X),
        row(lambda xp, x: xp.special.log_softmax(x), [0.0, -40.0]),
    ],
}
