"""Rows of the elementwise functions: ordinary points, and those where digits are easily lost."""

from __future__ import annotations

import functools

from engine.truths import Row, row

ANY = [-2.5, -0.3, 1e-9, 0.7, 3.0]
POSITIVE = [1e-9, 0.3, 0.9999999, 1.0, 2.5, 1e9]
STEPS = [-2.4, -0.3, 1e-9, 0.7]
INSIDE = [-0.9999999, -0.3, 1e-9, 0.6]

# fmt: off
ONE = {
    "abs":        [-2.5, 1e-300, 3.0],
    "acos":       INSIDE,
    "acosh":      [1.0000001, 2.0, 1e9],
    "asin":       INSIDE,
    "asinh":      [*ANY, -1e9],
    "atan":       [*ANY, -1e9],
    "atanh":      INSIDE,
    "ceil":       STEPS,
    "conj":       ANY,
    "cos":        ANY,
    "cosh":       [*ANY, -30.0],
    "exp":        [*ANY, -700.0, 700.0],
    "exp2":       [*ANY, -1000.0],
    "expm1":      [*ANY, 1e-17, -40.0],
    "floor":      STEPS,
    "imag":       ANY,
    "log":        POSITIVE,
    "log10":      POSITIVE,
    "log1p":      [-0.9999999, 1e-17, 0.5, 1e9],
    "log2":       POSITIVE,
    "negative":   ANY,
    "positive":   ANY,
    "real":       ANY,
    "reciprocal": [-0.3, 1e-9, 7.0],
    "round":      STEPS,
    "sign":       ANY,
    "sin":        [*ANY, 100.0],
    "sinc":       [0.0, -2.5, -0.3, 1e-9, 0.7, 1.000000001, 10.3],
    "sinh":       [*ANY, -30.0],
    "sqrt":       [1e-100, 0.3, 4.0],
    "square":     [0.0, *ANY],
    "tan":        ANY,
    "tanh":       [*ANY, 19.0, -40.0, 300.0],
    "trunc":      STEPS,
}
TWO = {
    "add":       [(1.5, -0.3), (1e9, 1.0)],
    "atan2":     [(1.5, -0.3), (1e-9, 2.0), (-3.0, 1e-9), (1e200, 1e200)],
    "copysign":  [(1.5, -0.3), (-2.0, 1.0)],
    "divide":    [(1.5, -0.3), (1e-9, 3.0)],
    "hypot":     [(1.5, -0.3), (3.0, 0.0), (1e8, 1.0), (1e-9, 2.0)],
    "logaddexp": [(1.5, -0.3), (1000.0, -1000.0), (0.0, -40.0), (-700.0, 0.5), (2.0, 2.0)],
    "maximum":   [(1.5, -0.3), (1.0, 1e20)],
    "minimum":   [(1.5, -0.3), (1.0, 1e20)],
    "multiply":  [(1.5, -0.3), (1e-9, 3.0)],
    "pow":       [(1.5, -0.3), (0.3, 2.0), (2.0, 3.7), (1e-3, 0.5), (2.0, 0.0)],
    "power":     [(1.5, -0.3), (2.0, 3.7)],
    "remainder": [(7.5, 2.0), (-1.3, 0.4)],
    "subtract":  [(1.5, -0.3), (1e9, 1.0)],
}
# fmt: on


def called(name):
    """The function of any array namespace by its name."""
    return lambda xp, *operands: functools.reduce(getattr, name.split("."), xp)(*operands)


def columns(points):
    """Operands from points."""
    return zip(*points, strict=True)


ROWS: dict[str, list[Row]] = {
    **{name: [row(called(name), points)] for name, points in ONE.items()},
    **{name: [row(called(name), *columns(points))] for name, points in TWO.items()},
}
ROWS["power"] = [row(called("power"), *columns(TWO["power"]), reference=called("pow"))]
ROWS["pow"] += [row(lambda xp, x, n=n: x**n, [-2.0, 0.0, 0.5]) for n in (0, 1, 2, 3, 0.0, 2.0, 3.0)]
ROWS["pow"] += [row(lambda xp, x: xp.pow(x, 2.5), [0.3, 4.0]), row(lambda xp, y: xp.pow(2.5, y), [-0.3, 0.0, 4.0])]
ROWS["where"] = [row(lambda xp, x, y: xp.where(x > y, x * y, y * y * y), [1.5, -0.3], [0.2, 0.4])]
ROWS["clip"] = [
    row(lambda xp, x: xp.clip(x, -1.0, 1.0), [-2.5, 0.3, 3.0]),
    row(lambda xp, x, low, high: xp.clip(x * x, low, high), [[-2.5, 0.3, 1.1]], [[0.2], [0.1]], [3.0, 4.0, 0.9]),
]
