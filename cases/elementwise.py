"""Every differentiable elementwise function of the array API standard, at ordinary points and at hard ones.

A row a function: what it is, its derivative in closed form, where ordinary points are drawn, and its hard points:
tiny and huge arguments, next to overflow, underflow and branch points, where a formula that is right on paper loses
its digits. Those that some formula in use is known to fail at are tagged `hazard`.

The Jacobian of y = f(x) is diagonal: J[o, i] = f′(x[i]) · [o = i]. A function that is constant between its jumps
has a derivative that cannot fail, 0, and is multiplied by x: x ⌊x⌋ has ⌊x⌋.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from adbench.case import DTYPES, Bounds, case

Shape = tuple[int, ...]
Span = tuple[float, float]
STANDARD = "array API standard 2024.12, elementwise functions"
F64, F32 = ("float64",), ("float32",)
# Bare runs take the first; only the full tier takes the others.
SHAPES: dict[str, dict[str, Shape]] = {
    "small": {"shape": (2, 3)},
    "scalar": {"shape": ()},
    "one": {"shape": (1,)},
    "vector": {"shape": (7,)},
    "empty": {"shape": (2, 0, 3)},
}


class Points(NamedTuple):
    """Hard points: a row of numbers for each operand, and whether they are a known trap."""

    rows: tuple[tuple[float, ...], ...]
    dtypes: tuple[str, ...]
    trap: bool


def at(*points: float, of: tuple[str, ...] = DTYPES) -> Points:
    """Hard points of a function of one operand."""
    return Points((points,), of, False)


def trap(*points: float, of: tuple[str, ...] = DTYPES) -> Points:
    """Hard points that a formula in use is known to fail at."""
    return Points((points,), of, True)


def pairs(*points: tuple[float, ...], of: tuple[str, ...] = DTYPES, trap: bool = False) -> Points:
    """Hard points (x, y, …) of a function of several operands."""
    return Points(tuple(zip(*points, strict=True)), of, trap)


class Row(NamedTuple):
    """A function with its partial derivatives by its operands, in order, and where they are drawn from."""

    formula: str
    partials: dict[str, Callable[..., Any]]
    spans: tuple[Span, ...]
    hard: dict[str, Points]
    function: Callable[..., Any] | None  # default the standard's function of the row's name
    domain: dict[str, Bounds]


def one(
    formula: str, slope: Any, span: Span, f: Any = None, within: Bounds = (None, None), /, **hard: Points
) -> Row:
    """The row of a function of x; `within` is where it is defined."""
    return Row(formula, {"x": slope}, (span,), hard, f, {} if within == (None, None) else {"x": within})


def two(formula: str, by_x: Any, by_y: Any, of_x: Span, of_y: Span, f: Any = None, /, **hard: Points) -> Row:
    """The row of a function of x and y; a partial that is None is not asked for."""
    partials = {name: by for name, by in (("x", by_x), ("y", by_y)) if by is not None}
    return Row(formula, partials, (of_x, of_y), hard, f, {})


REAL, POSITIVE, NEGATIVE, UNIT, ABOVE = (-2.0, 2.0), (0.5, 2.0), (-2.0, -0.5), (-0.9, 0.9), (1.2, 6.0)
ABOVE_0, ABOVE_1, WITHIN_1 = (0.0, None), (1.0, None), (-1.0, 1.0)
NEXT_TO_1 = 1 - 2.0**-24  # the float32 below 1
LAST_TO_1 = 1 - 2.0**-53  # the float64 below 1
HALF_PI = math.pi / 2
GAP = 2.0**-20
BESIDE = at(2 - GAP, 2 + GAP, -3 - GAP, -3 + GAP)


def _ones(xp: Any, x: Any, y: Any = None) -> Any:
    return xp.ones_like(x)


def _inside(xp: Any, x: Any) -> Any:
    return 1 / xp.sqrt((1 - x) * (1 + x))


def _log_of(xp: Any, n: float, like: Any) -> Any:
    """log n as the working precision has it: a Python float would hold but 53 bits of it."""
    return xp.log(xp.full((), n, dtype=like.dtype))


def _expit_slope(xp: Any, x: Any) -> Any:
    return 1 / (4 * xp.cosh(x / 2) ** 2)


FUNCTIONS: dict[str, Row] = {
    # powers and roots
    "square": one("x²", lambda xp, x: 2 * x, REAL,
        zero=at(0.0, 1.5), tiny=at(1e-18, -1e-18), huge=at(1e18, -1e18), extreme=at(1e150, -1e-150, of=F64)),
    "sqrt": one("√x", lambda xp, x: 1 / (2 * xp.sqrt(x)), POSITIVE, None, ABOVE_0,
        tiny=at(1e-37, 1e-30), huge=at(1e37), extreme=at(1e-300, 1e300, of=F64)),
    "reciprocal": one("1/x", lambda xp, x: -1 / (x * x), NEGATIVE,
        tiny=at(1e-15, -1e-15), huge=at(1e15, -1e15), extreme=at(1e-150, -1e150, of=F64)),
    # exponentials and logarithms
    "exp": one("eˣ", lambda xp, x: xp.exp(x), REAL,
        tiny=at(1e-20, -1e-20), overflow=at(709.0, -708.0, of=F64), overflow_single=at(88.0, -87.0, of=F32)),
    "expm1": one("eˣ − 1", lambda xp, x: xp.exp(x), REAL,
        tiny=at(1e-12, -1e-12, 1e-30), overflow=at(708.0, of=F64), overflow_single=at(87.0, of=F32),
        far=trap(-30.0, -80.0), farther=trap(-700.0, of=F64)),
    "log": one("log x", lambda xp, x: 1 / x, POSITIVE, None, ABOVE_0,
        near_one=at(1 - GAP, 1 + GAP), tiny=at(1e-37), huge=at(1e37), extreme=at(1e-300, 1e300, of=F64)),
    "log1p": one("log(1 + x)", lambda xp, x: 1 / (1 + x), POSITIVE, None, (-1.0, None),
        tiny=at(1e-17, -1e-17, 1e-30), near_branch=at(-NEXT_TO_1), extreme=at(-LAST_TO_1, 1e300, of=F64)),
    "log2": one("log₂ x", lambda xp, x: 1 / (x * _log_of(xp, 2, x)), POSITIVE, None, ABOVE_0,
        near_one=at(1 - GAP, 1 + GAP), tiny=at(1e-37), huge=at(1e37), extreme=at(1e-300, 1e300, of=F64)),
    "log10": one("log₁₀ x", lambda xp, x: 1 / (x * _log_of(xp, 10, x)), POSITIVE, None, ABOVE_0,
        near_one=at(1 - GAP, 1 + GAP), tiny=at(1e-37), huge=at(1e37), extreme=at(1e-300, 1e300, of=F64)),
    "expit": one("1/(1 + e⁻ˣ)", _expit_slope, REAL, lambda xp, x: xp.special.expit(x),
        far=trap(40.0, -40.0), limits=trap(-745.0, -700.0, 700.0, 745.0, of=F64),
        limits_single=trap(-103.0, -80.0, 80.0, 103.0, of=F32)),
    # trigonometry
    "sin": one("sin x", lambda xp, x: xp.cos(x), REAL,
        tiny=at(1e-20), quarter=at(HALF_PI, 2 * HALF_PI), huge=at(1e5, -1e8), extreme=at(1e22, 1e300, of=F64)),
    "cos": one("cos x", lambda xp, x: -xp.sin(x), REAL,
        tiny=at(1e-20), quarter=at(HALF_PI, 2 * HALF_PI), huge=at(1e5, -1e8), extreme=at(1e22, 1e300, of=F64)),
    "tan": one("tan x", lambda xp, x: 1 / xp.cos(x) ** 2, (-1.2, 1.2),
        tiny=at(1e-20), pole=at(HALF_PI, -HALF_PI), huge=at(1e5, -1e8), extreme=at(1e22, 1e300, of=F64)),
    "asin": one("asin x", _inside, UNIT, None, WITHIN_1,
        tiny=at(1e-20), branch=trap(NEXT_TO_1, -NEXT_TO_1), last=trap(LAST_TO_1, -LAST_TO_1, of=F64)),
    "acos": one("acos x", lambda xp, x: -_inside(xp, x), UNIT, None, WITHIN_1,
        tiny=at(1e-20), branch=trap(NEXT_TO_1, -NEXT_TO_1), last=trap(LAST_TO_1, -LAST_TO_1, of=F64)),
    "atan": one("atan x", lambda xp, x: 1 / (1 + x * x), REAL,
        tiny=at(1e-20), huge=at(1e15, -1e15), extreme=at(1e150, of=F64)),
    # hyperbolic functions
    "sinh": one("sinh x", lambda xp, x: xp.cosh(x), REAL,
        tiny=at(1e-20), overflow=at(709.79, -709.79, of=F64), overflow_single=at(88.0, -88.0, of=F32)),
    "cosh": one("cosh x", lambda xp, x: xp.sinh(x), REAL,
        tiny=at(1e-20), overflow=at(710.0, -710.0, of=F64), overflow_single=at(88.0, -88.0, of=F32)),
    "tanh": one("tanh x", lambda xp, x: 1 / xp.cosh(x) ** 2, REAL,
        tiny=at(1e-20), far=trap(19.0, -19.0), extreme=trap(350.0, -350.0, of=F64), extreme_single=trap(43.0, of=F32)),
    "asinh": one("asinh x", lambda xp, x: 1 / xp.sqrt(1 + x * x), REAL,
        tiny=at(1e-20), extreme=trap(1e200, -1e200, of=F64), extreme_single=trap(1e25, -1e25, of=F32)),
    "acosh": one("acosh x", lambda xp, x: 1 / xp.sqrt((x - 1) * (x + 1)), (1.2, 3.0), None, ABOVE_1,
        branch=trap(1 + 2.0**-23), last=trap(1 + 2.0**-52, of=F64),
        extreme=trap(1e200, of=F64), extreme_single=trap(1e25, of=F32)),
    "atanh": one("atanh x", lambda xp, x: 1 / ((1 - x) * (1 + x)), UNIT, None, WITHIN_1,
        tiny=at(1e-20), branch=trap(NEXT_TO_1, -NEXT_TO_1), last=trap(LAST_TO_1, -LAST_TO_1, of=F64)),
    # signs
    "abs": one("|x|", lambda xp, x: xp.sign(x), REAL, tiny=at(1e-30, -1e-30), huge=at(1e30, -1e30)),
    "sign": one("x sign x", lambda xp, x: xp.sign(x), REAL, lambda xp, x: x * xp.sign(x), tiny=at(1e-30, -1e-30)),
    "negative": one("−x", lambda xp, x: -xp.ones_like(x), REAL),
    "positive": one("+x", _ones, REAL),
    "conj": one("the conjugate of x, real", _ones, REAL),
    "real": one("the real part of x, real", _ones, REAL),
    # steps
    "ceil": one("x ⌈x⌉", lambda xp, x: xp.ceil(x), ABOVE, lambda xp, x: x * xp.ceil(x), beside=BESIDE),
    "floor": one("x ⌊x⌋", lambda xp, x: xp.floor(x), ABOVE, lambda xp, x: x * xp.floor(x), beside=BESIDE),
    "trunc": one("x trunc x", lambda xp, x: xp.trunc(x), ABOVE, lambda xp, x: x * xp.trunc(x), beside=BESIDE),
    "round": one("x round x", lambda xp, x: xp.round(x), ABOVE, lambda xp, x: x * xp.round(x),
        beside=at(0.5 + GAP, 1.5 - GAP, -2.5 - GAP, 2.5 - GAP)),
    # two operands
    "add": two("x + y", _ones, _ones, REAL, REAL, apart=pairs((1e30, 1e-30), (-1.0, 1.0))),
    "subtract": two("x − y", _ones, lambda xp, x, y: -xp.ones_like(y), REAL, REAL,
        apart=pairs((1e30, 1e-30), (1.0, 1.0))),
    "multiply": two("x y", lambda xp, x, y: y, lambda xp, x, y: x, REAL, REAL,
        zero=pairs((0.0, 2.0), (3.0, 0.0)), apart=pairs((1e30, 1e-30), (-1e-30, 1e30))),
    "divide": two("x / y", lambda xp, x, y: 1 / y, lambda xp, x, y: -x / (y * y), REAL, NEGATIVE,
        zero=pairs((0.0, 2.0), (1.0, -3.0)), tiny=pairs((1.0, 1e-15), (1e-15, -1e-15)),
        extreme=pairs((1e200, 1e200), of=F64, trap=True), extreme_single=pairs((1e25, 1e25), of=F32, trap=True)),
    "remainder": two("x mod y, of the sign of y", _ones, lambda xp, x, y: -xp.floor(x / y), (2.5, 9.0), (1.0, 2.0),
        signs=pairs((5.25, 3.0), (-5.25, 3.0), (5.25, -3.0), (-5.25, -3.0), (0.5, 3.0)),
        far=pairs((1e6 + 0.25, 3.0), (-1e-3, 8.0))),
    "pow": two("xʸ", lambda xp, x, y: y * x ** (y - 1), lambda xp, x, y: x**y * xp.log(x), POSITIVE, REAL,
        zero_exponent=pairs((2.0, 0.0), (0.5, 1.0), (1.5, -1.0)), one_base=pairs((1.0, 0.0), (1.0, 2.5), (2.0, 1.0)),
        extreme=pairs((10.0, 300.0), (0.5, 1000.0), of=F64), extreme_single=pairs((10.0, 37.0), (0.5, 120.0), of=F32)),
    "atan2": two("atan2(x, y), the angle of (y, x)", lambda xp, x, y: y / (x * x + y * y),
        lambda xp, x, y: -x / (x * x + y * y), NEGATIVE, POSITIVE,
        axes=pairs((0.0, 1.0), (1.0, 0.0), (-1.0, 0.0)), branch=pairs((1e-10, -1.0), (-1e-10, -1.0)),
        extreme=pairs((1e200, -1e200), (1e-200, 1e-200), of=F64, trap=True),
        extreme_single=pairs((1e25, -1e25), (1e-25, 1e-25), of=F32, trap=True)),
    "hypot": two("√(x² + y²)", lambda xp, x, y: x / xp.hypot(x, y), lambda xp, x, y: y / xp.hypot(x, y),
        NEGATIVE, POSITIVE,
        axes=pairs((0.0, 3.0), (-3.0, 0.0)),
        extreme=pairs((1e200, -1e200), (1e-200, 1e-200), of=F64, trap=True),
        extreme_single=pairs((1e25, -1e25), (1e-25, 1e-25), of=F32, trap=True)),
    "logaddexp": two("log(eˣ + eʸ)", lambda xp, x, y: 1 / (1 + xp.exp(y - x)),
        lambda xp, x, y: 1 / (1 + xp.exp(x - y)), REAL, REAL,
        far=pairs((1000.0, -1000.0), (-1000.0, 1000.0), trap=True),
        equal=pairs((1000.0, 1000.0), (-1000.0, -1000.0), trap=True),
        apart=pairs((0.0, -40.0), (30.0, 0.5), trap=True)),
    "maximum": two("max(x, y)", lambda xp, x, y: (1 + xp.sign(x - y)) / 2, lambda xp, x, y: (1 + xp.sign(y - x)) / 2,
        REAL, REAL, close=pairs((1.0, NEXT_TO_1), (NEXT_TO_1, 1.0)), apart=pairs((1.0, 1e30), (1e30, 1.0))),
    "minimum": two("min(x, y)", lambda xp, x, y: (1 + xp.sign(y - x)) / 2, lambda xp, x, y: (1 + xp.sign(x - y)) / 2,
        REAL, REAL, close=pairs((1.0, NEXT_TO_1), (NEXT_TO_1, 1.0)), apart=pairs((1.0, 1e30), (1e30, 1.0))),
    "copysign": two("|x| sign y", lambda xp, x, y: xp.sign(x) * xp.sign(y), None, REAL, NEGATIVE,
        signs=pairs((2.0, 1e-30), (-2.0, 1e-30), (2.0, -1e-30), (-2.0, -1e-30))),
}  # fmt: skip


def _whole(n: float) -> Callable[..., Any]:
    """n xⁿ⁻¹ for n ≠ 0, also at x = 0."""
    return lambda xp, x: n * (xp.ones_like(x) if n == 1 else x ** (n - 1))


# A Python number as the exponent: name, formula, f, f′, where ordinary points are drawn, hard points.
_ANY_BASE = {"zero": trap(0.0, -1.5, 2.0)}
EXPONENTS: dict[str, Row] = {
    "pow_int_0": one("x + x⁰", _ones, REAL, lambda xp, x: x + x**0, **_ANY_BASE),
    "pow_float_0": one("x + x⁰·⁰", _ones, REAL, lambda xp, x: x + x**0.0, **_ANY_BASE),
    "pow_int_1": one("x¹", _ones, REAL, lambda xp, x: x**1, **_ANY_BASE),
    "pow_float_1": one("x¹·⁰", _ones, REAL, lambda xp, x: x**1.0, **_ANY_BASE),
    "pow_int_2": one("x²", _whole(2), REAL, lambda xp, x: x**2, **_ANY_BASE),
    "pow_float_2": one("x²·⁰", _whole(2), REAL, lambda xp, x: x**2.0, **_ANY_BASE),
    "pow_int_3": one("x³", _whole(3), REAL, lambda xp, x: x**3, **_ANY_BASE),
    "pow_float_3": one("x³·⁰", _whole(3), REAL, lambda xp, x: x**3.0, **_ANY_BASE),
    "pow_int_minus_1": one("x⁻¹", _whole(-1), NEGATIVE, lambda xp, x: x**-1),
    "pow_float_minus_2": one("x⁻²·⁰", _whole(-2), NEGATIVE, lambda xp, x: x**-2.0),
    "pow_half": one("√x", lambda xp, x: 0.5 * x**-0.5, POSITIVE, lambda xp, x: x**0.5, ABOVE_0,
        tiny=at(1e-37), extreme=at(1e-300, of=F64)),
    "pow_five_halves": one("x²·⁵", lambda xp, x: 2.5 * x**1.5, POSITIVE, lambda xp, x: x**2.5, ABOVE_0),
    # An array exponent that is not differentiated: whole numbers, so that the base may be zero or negative.
    "pow_whole": Row("xʸ by x, y whole numbers", {"x": lambda xp, x, y: y * x ** (y - 1)}, (NEGATIVE, (3.0, 3.0)),
        {"negative": pairs((-2.0, 3.0), (-1.5, 2.0), (-2.0, -1.0), (-2.0, 1.0))}, lambda xp, x, y: xp.pow(x, y), {}),
}  # fmt: skip


SELECT = ("maximum", "minimum")  # of one entry each, the derivative by one operand is 0


def _define(name: str, row: Row, points: Points | None = None) -> None:
    """A case of ordinary points, or one of hard points."""
    shapes = {size: s for size, s in SHAPES.items() if name not in SELECT or math.prod(s["shape"]) != 1}
    operands = ("x", "y")[: len(row.spans)]
    function = row.function or (lambda xp, *operands: getattr(xp, name.partition("_")[0])(*operands))
    define = case(
        name=name,
        wrt=row.partials,
        sizes={"small": {}} if points else shapes,
        source=STANDARD,
        dtypes=points.dtypes if points else DTYPES,
        shape_only=points is None,
        tags=("hazard",) if points and points.trap else (),
        domain=row.domain,
    )
    made = define(_named(function, operands, row.formula, points))

    @made.inputs
    def _(rng, shape=()):
        if points:
            return {n: np.asarray(values) for n, values in zip(operands, points.rows, strict=True)}
        return {n: strata(rng, shape, *span) for n, span in zip(operands, row.spans, strict=True)}

    for n, partial in row.partials.items():
        made.jacobian(n)(diagonal(made.function, partial, n))


def _named(function: Callable[..., Any], operands: tuple[str, ...], formula: str, points: Points | None) -> Any:
    def of_one(xp, x):
        return function(xp, x)

    def of_two(xp, x, y):
        return function(xp, x, y)

    made: Any = of_one if operands == ("x",) else of_two
    where = ", ".join(map(shown, zip(*points.rows, strict=True))) if points else ""
    made.__doc__ = f"{'y' if operands == ('x',) else 'z'} = {formula}{where and f'; at {where}'}."
    return made


def shown(point: tuple[float, ...]) -> str:
    numbers = ", ".join(f"{x:.8g}" for x in point)
    return numbers if len(point) == 1 else f"({numbers})"


def strata(rng: Any, shape: Shape, low: float, high: float) -> Any:
    """Numbers spread over [low, high], one from each of `size` strata."""
    size = math.prod(shape)
    drawn = (rng.permutation(size) + rng.uniform(0.25, 0.75, size)) / max(size, 1)
    return (low + (high - low) * drawn).reshape(shape)


def diagonal(function: Callable[..., Any], partial: Callable[..., Any], wrt: str) -> Callable[..., Any]:
    """J[o, i] = (∂y/∂x)[o] · [entry o of x, broadcast to y, is x[i]], with axes o + i."""

    def closed_form(xp, **inputs):
        x, shape = inputs[wrt], function(xp, **inputs).shape
        slope = xp.broadcast_to(partial(xp, **inputs), shape)
        padded = (1,) * (len(shape) - x.ndim) + x.shape
        copies = xp.reshape(xp.eye(math.prod(x.shape), dtype=x.dtype), padded + x.shape)
        return xp.reshape(slope, shape + (1,) * x.ndim) * xp.broadcast_to(copies, shape + x.shape)

    return closed_form


for of, row in {**FUNCTIONS, **EXPONENTS}.items():
    _define(of, row)
    for where, points in row.hard.items():
        _define(f"{of}_{where}", row, points)


# clip, by bounds that are numbers, arrays, and not there; each bound holds some entries and not others

LOW, HIGH, NO_LOW, NO_HIGH = -0.625, 0.875, -4.0, 4.0  # x lies between −2 and 2
CLIPS: dict[str, tuple[Callable[..., Any], dict[str, Shape], float, float]] = {
    "clip": (lambda xp, x: xp.clip(x, LOW, HIGH), {"x": (2, 3)}, LOW, HIGH),
    "clip_keywords": (lambda xp, x: xp.clip(x, min=LOW, max=HIGH), {"x": (2, 3)}, LOW, HIGH),
    "clip_min": (lambda xp, x: xp.clip(x, min=LOW), {"x": (2, 3)}, LOW, NO_HIGH),
    "clip_max": (lambda xp, x: xp.clip(x, max=HIGH), {"x": (2, 3)}, NO_LOW, HIGH),
    "clip_none": (lambda xp, x: xp.clip(x, None, HIGH), {"x": (2, 3)}, NO_LOW, HIGH),
    "clip_arrays": (lambda xp, x, low, high: xp.clip(x, low, high), {"x": (2, 3), "low": (2, 3), "high": (2, 3)}, 0, 0),
    "clip_zero_dims": (lambda xp, x, low, high: xp.clip(x, low, high), {"x": (2, 3), "low": (), "high": ()}, 0, 0),
    "clip_mixed": (lambda xp, x, low, high: xp.clip(x, low, high), {"x": (3, 4), "low": (4,), "high": (3, 1)}, 0, 0),
    "clip_array_min": (lambda xp, x, low: xp.clip(x, min=low), {"x": (2, 3), "low": (3,)}, 0, NO_HIGH),
    "clip_array_and_number": (lambda xp, x, low: xp.clip(x, low, HIGH), {"x": (2, 3), "low": (2, 3)}, 0, HIGH),
}  # fmt: skip


def _above(xp: Any, x: Any, y: Any) -> Any:
    """1 where x > y, 0 where x < y."""
    return (1 + xp.sign(x - y)) / 2


def _define_clip(name: str, function: Any, shapes: dict[str, Shape], low: float, high: float) -> None:
    function.__doc__ = f"y = x held between two bounds; {', '.join(f'{n} {shape}' for n, shape in shapes.items())}."
    made = case(name=name, wrt=tuple(shapes), source=STANDARD)(function)
    spans = {"x": REAL, "low": (LOW - 0.1, LOW + 0.1), "high": (HIGH - 0.1, HIGH + 0.1)}
    made.inputs(lambda rng: {n: strata(rng, shape, *spans[n]) for n, shape in shapes.items()})
    partials = {
        "x": lambda xp, x, low=low, high=high: _above(xp, x, low) * _above(xp, high, x),
        "low": lambda xp, x, low, high=high: _above(xp, low, x),
        "high": lambda xp, x, low, high: _above(xp, x, high),
    }
    for n in shapes:
        made.jacobian(n)(diagonal(function, partials[n], n))


for name, clipped in CLIPS.items():
    _define_clip(name, *clipped)
