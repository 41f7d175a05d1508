"""Points at which a function has no derivative, and what each library then says.

A row a kink: the function, the point, and between which numbers each entry of a derivative may lie. For a function
that is continuous these are the ends of the Clarke subdifferential, the convex hull of the derivatives around the
point; for one that jumps they are those of the derivatives on its two sides; where the derivative is infinite, that is
the only one. The oracle proves that the derivatives beside the kink lie between the ends and reach them. Entries are
bounded one by one, which for several is more than the subdifferential holds; directions in which the function is smooth
take the excess away where it matters: along (1, 1) the weights of a tie must sum to one.

A set of one number, as for |x|² at 0, is that of a function which does have a derivative, behind a formula that has
none on the way. Where the oracle can evaluate such a formula itself the case is an ordinary one, tagged `hazard`; many
of those are in the families of their functions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from adbench.case import Bounds, Case, case

CLARKE = "Clarke, Optimization and Nonsmooth Analysis (1983), ch. 2"
INF = math.inf
Numbers = Any  # a number, or nested lists of them
Function = Callable[..., Any]


class Kink(NamedTuple):
    """A function and a point; for each input in `sets` the ends (low, high), broadcast to its Jacobian's shape."""

    formula: str
    function: Function
    at: Mapping[str, Numbers]
    sets: Mapping[str, tuple[Numbers, Numbers]]
    smooth: tuple[Mapping[str, Numbers], ...] = ()
    domain: Mapping[str, Bounds] = {}


def of_x(formula: str, function: Function, at: Numbers, low: Numbers, high: Numbers, *smooth: Numbers) -> Kink:
    """A kink of a function of x; `smooth` are directions."""
    return Kink(formula, function, {"x": at}, {"x": (low, high)}, tuple({"x": u} for u in smooth))


def from_side(formula: str, function: Function, at: float, low: Numbers, high: Numbers, within: Bounds) -> Kink:
    """A kink of a function of a number at an end of where it is defined."""
    return Kink(formula, function, {"x": at}, {"x": (low, high)}, (), {"x": within})


def of_two(formula: str, function: Function, at: Numbers, by_x: Any, by_y: Any, *smooth: Mapping[str, Numbers]) -> Kink:
    """A kink of a function of x and y, both differentiated by."""
    return Kink(formula, function, dict(zip("xy", at, strict=True)), {"x": by_x, "y": by_y}, smooth)


def relu(xp, x):
    return xp.maximum(x, xp.zeros_like(x))


def positive_root(xp, x):
    return xp.where(x > 0, xp.sqrt(x), xp.zeros_like(x))


def sinc_by_where(xp, x):
    return x + xp.where(x == 0, xp.ones_like(x), xp.sin(x) / x)


def sym(xp, x):
    return (x + xp.matrix_transpose(x)) / 2


def norm(order: Any = 2) -> Function:
    return lambda xp, x: xp.linalg.vector_norm(x, ord=order)


def matrix_norm(order: Any) -> Function:
    return lambda xp, x: xp.linalg.matrix_norm(x, ord=order)


def of(name: str) -> Function:
    """The standard's function of that name."""
    return lambda xp, *operands: getattr(xp, name)(*operands)


def eigenvalues(xp, x):
    return xp.linalg.eigvalsh(sym(xp, x))


EQUAL = {"x": 1.0, "y": 1.0}  # both operands of a tie move together
ABOVE_0 = (0.0, None)
ZEROS, EYE = [[0.0, 0.0], [0.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]]
RANK_ONE, TWICE = [[2.0, 0.0], [0.0, 0.0]], [[2.0, 0.0], [0.0, 2.0]]
SUMS = [[1.0, 2.0], [3.0, 2.0]]  # of its columns 4 and 4
# vvᵀ of any unit vector v, entry by entry: the derivative of a repeated eigenvalue
PROJECTION = [[0.0, -0.5], [-0.5, 0.0]], [[1.0, 0.5], [0.5, 1.0]]

KINKS: dict[str, Kink] = {
    # signs and selections
    "abs": of_x("|x|", of("abs"), 0.0, -1, 1),
    "relu": of_x("max(x, 0)", relu, 0.0, 0, 1),
    "relu_by_where": of_x("x where x > 0, else 0", lambda xp, x: xp.where(x > 0, x, xp.zeros_like(x)), 0.0, 0, 1),
    "abs_by_where": of_x("x where x > 0, else −x", lambda xp, x: xp.where(x > 0, x, -x), 0.0, -1, 1),
    "abs_by_maximum": of_x("max(x, −x)", lambda xp, x: xp.maximum(x, -x), 0.0, -1, 1),
    "maximum": of_two("max(x, y)", of("maximum"), (1.0, 1.0), (0, 1), (0, 1), EQUAL),
    "maximum_of_one": Kink("max(x, y) by x", of("maximum"), EQUAL, {"x": (0, 1)}),
    "minimum": of_two("min(x, y)", of("minimum"), (1.0, 1.0), (0, 1), (0, 1), EQUAL),
    "minimum_of_one": Kink("min(x, y) by x", of("minimum"), EQUAL, {"x": (0, 1)}),
    "where_tie": of_two("x where x > y, else y", lambda xp, x, y: xp.where(x > y, x, y), (1.0, 1.0),
        (0, 1), (0, 1), EQUAL),
    "clip_above": of_x("x clipped to [−1, 1]", lambda xp, x: xp.clip(x, -1.0, 1.0), 1.0, 0, 1),
    "clip_below": of_x("x clipped to [−1, 1]", lambda xp, x: xp.clip(x, -1.0, 1.0), -1.0, 0, 1),
    "clip_arrays": Kink("x clipped to [y, z]", lambda xp, x, y, z: xp.clip(x, y, z), {"x": 2.0, "y": -1.0, "z": 2.0},
        {"x": (0, 1), "y": (0, 0), "z": (0, 1)}, ({"x": 1.0, "z": 1.0},)),
    "max": of_x("the largest entry", of("max"), [1.0, 3.0, 3.0], [0, 0, 0], [0, 1, 1], [0.0, 1.0, 1.0]),
    "min": of_x("the smallest entry", of("min"), [1.0, 1.0, 3.0], [0, 0, 0], [1, 1, 0], [1.0, 1.0, 0.0]),
    "max_axis": of_x("the largest of each row", lambda xp, x: xp.max(x, axis=-1), [[2.0, 2.0], [1.0, 4.0]],
        [[[0, 0], [0, 0]], [[0, 0], [0, 1]]], [[[1, 1], [0, 0]], [[0, 0], [0, 1]]], [[1.0, 1.0], [0.0, 0.0]]),
    "sort": of_x("the entries in order", of("sort"), [2.0, 3.0, 2.0],
        [[0, 0, 0], [0, 0, 0], [0, 1, 0]], [[1, 0, 1], [1, 0, 1], [0, 1, 0]], [1.0, 0.0, 1.0]),
    "copysign": of_two("|x| with the sign of y", of("copysign"), (0.0, 1.0), (-1, 1), (0, 0)),
    # jumps: the derivatives of both sides
    "sign": of_x("sign x", of("sign"), 0.0, 0, 0),
    "floor": of_x("⌊x⌋", of("floor"), 1.0, 0, 0),
    "ceil": of_x("⌈x⌉", of("ceil"), 1.0, 0, 0),
    "trunc": of_x("trunc x", of("trunc"), 1.0, 0, 0),
    "round": of_x("round x", of("round"), 0.5, 0, 0),
    "remainder": of_two("x mod y", of("remainder"), (4.0, 2.0), (1, 1), (-2, -1)),
    "copysign_of_zero": of_two("|x| with the sign of y", of("copysign"), (1.0, 0.0), (-1, 1), (0, 0)),
    # infinite derivatives
    "sqrt": from_side("√x", of("sqrt"), 0.0, INF, INF, ABOVE_0),
    "pow_half": from_side("x⁰·⁵", lambda xp, x: x**0.5, 0.0, INF, INF, ABOVE_0),
    "log": from_side("log x", of("log"), 0.0, INF, INF, ABOVE_0),
    "log1p": from_side("log(1 + x)", of("log1p"), -1.0, INF, INF, (-1.0, None)),
    "asin": from_side("asin x", of("asin"), 1.0, INF, INF, (-1.0, 1.0)),
    "acos": from_side("acos x", of("acos"), 1.0, -INF, -INF, (-1.0, 1.0)),
    "acosh": from_side("acosh x", of("acosh"), 1.0, INF, INF, (1.0, None)),
    "atanh": from_side("atanh x", of("atanh"), 1.0, INF, INF, (-1.0, 1.0)),
    "abs_half": of_x("√|x|", lambda xp, x: xp.abs(x) ** 0.5, 0.0, -INF, INF),
    "atan2": of_two("atan2(x, y), the angle of (y, x)", of("atan2"), (0.0, 0.0), (-INF, INF), (-INF, INF)),
    "where_root": of_x("√x where x > 0, else 0", positive_root, 0.0, 0, INF),
    # powers and norms
    "zero_to_zero": Kink("xʸ by y", of("pow"), {"x": 0.0, "y": 0.0}, {"y": (0, 0)}, (), {"y": ABOVE_0}),
    "abs_three_halves": of_x("|x|¹·⁵", lambda xp, x: xp.abs(x) ** 1.5, 0.0, 0, 0),
    "abs_squared": of_x("|x|²", lambda xp, x: xp.abs(x) ** 2, 0.0, 0, 0),
    "sqrt_of_square": of_x("√(x²)", lambda xp, x: xp.sqrt(x * x), 0.0, -1, 1),
    "sqrt_squared": from_side("(√x)²", lambda xp, x: xp.sqrt(x) ** 2, 0.0, 1, 1, ABOVE_0),
    "hypot": of_two("√(x² + y²)", of("hypot"), (0.0, 0.0), (-1, 1), (-1, 1)),
    "vector_norm": of_x("‖x‖", norm(), [0.0, 0.0], -1, 1),
    "vector_norm_squared": of_x("‖x‖²", lambda xp, x: xp.linalg.vector_norm(x) ** 2, [0.0, 0.0], 0, 0),
    "vector_norm_one": of_x("‖x‖₁", norm(1), [0.0, -2.0], [-1, -1], [1, -1]),
    "vector_norm_three": of_x("‖x‖₃", norm(3), [0.0, 0.0], -1, 1),
    "vector_norm_infinity": of_x("‖x‖∞", norm(INF), [1.0, -1.0], [0, -1], [1, 0], [1.0, -1.0]),
    "vector_norm_infinity_at_zero": of_x("‖x‖∞", norm(INF), [0.0, 0.0], -1, 1),
    "vector_norm_minus_infinity": of_x("min |xᵢ|", norm(-INF), [1.0, -1.0], [0, -1], [1, 0], [1.0, -1.0]),
    "matrix_norm_fro": of_x("‖X‖ of Frobenius", matrix_norm("fro"), ZEROS, -1, 1),
    "matrix_norm_nuc": of_x("the sum of the singular values", matrix_norm("nuc"), ZEROS, -1, 1),
    "matrix_norm_nuc_rank_one": of_x("the sum of the singular values", matrix_norm("nuc"), RANK_ONE,
        [[1, 0], [0, -1]], [[1, 0], [0, 1]]),
    "matrix_norm_two": of_x("the largest singular value", matrix_norm(2), ZEROS, -1, 1),
    "matrix_norm_two_tie": of_x("the largest singular value", matrix_norm(2), EYE, *PROJECTION, EYE),
    "matrix_norm_one": of_x("the largest sum of a column", matrix_norm(1), SUMS, 0, 1, [[1.0, 1.0], [0.0, 0.0]]),
    "matrix_norm_infinity": of_x("the largest sum of a row", matrix_norm(INF), [[1.0, 3.0], [2.0, 2.0]], 0, 1,
        [[1.0, 0.0], [1.0, 0.0]]),
    "std": of_x("the standard deviation of equal numbers", of("std"), [1.0, 1.0], -0.5, 0.5, [1.0, 1.0]),
    "std_five": of_x("the standard deviation of equal numbers", of("std"), [3.0] * 5, -0.4, 0.4, [1.0] * 5),
    # −∞, as the logarithm of a probability of 0
    "logaddexp": of_two("log(eˣ + eʸ)", of("logaddexp"), (-INF, -INF), (0, 1), (0, 1), EQUAL),
    "logaddexp_of_one": of_two("log(eˣ + eʸ)", of("logaddexp"), (-INF, 0.0), (0, 0), (1, 1)),
    "logsumexp": of_x("log Σ exp x", lambda xp, x: xp.special.logsumexp(x), [-INF, -INF], 0, 1, [1.0, 1.0]),
    "logsumexp_of_one": of_x("log Σ exp x", lambda xp, x: xp.special.logsumexp(x), [5.0, -INF], [1, 0], [1, 0]),
    # repeated eigenvalues and singular values, and smooth functions of them
    "eigvalsh": of_x("the eigenvalues of (X + Xᵀ)/2", eigenvalues, EYE, *PROJECTION, EYE),
    "eigvalsh_sum": of_x("their sum", lambda xp, x: xp.sum(eigenvalues(xp, x)), EYE, EYE, EYE),
    "eigvalsh_squares": of_x("the sum of their squares", lambda xp, x: xp.sum(eigenvalues(xp, x) ** 2), EYE,
        TWICE, TWICE),
    "svdvals": of_x("the singular values", lambda xp, x: xp.linalg.svdvals(x), EYE, *PROJECTION, EYE),
    "svdvals_rank_one": of_x("the singular values", lambda xp, x: xp.linalg.svdvals(x), RANK_ONE,
        [[[1, 0], [0, 0]], [[0, 0], [0, -1]]], [[[1, 0], [0, 0]], [[0, 0], [0, 1]]]),
    "svdvals_sum": of_x("their sum", lambda xp, x: xp.sum(xp.linalg.svdvals(x)), TWICE, EYE, EYE),
    # a formula that is 0/0 at the point alone
    "sinc_by_where": of_x("x + sin x / x, 1 at 0", sinc_by_where, 0.0, 1, 1),
}  # fmt: skip


def _define_kink(name: str, row: Kink) -> None:
    made = case(name=name, wrt=tuple(row.sets), source=CLARKE, domain=dict(row.domain))(
        _named(row.function, tuple(row.at), f"{row.formula}, at {_point(row.at)}.")
    )
    made.inputs(lambda rng: {n: np.asarray(x, dtype=float) for n, x in row.at.items()})
    for wrt, ends in row.sets.items():
        made.admissible(wrt)(_ends(made, wrt, *ends))
    for u in row.smooth:
        made.smooth_along(lambda u=u, **inputs: {n: np.asarray(x, dtype=float) for n, x in u.items()})


# Smooth points that look like those above, as a formula in use divides by zero there. What is added keeps the
# derivative from being zero.


class Smooth(NamedTuple):
    """A function and a point, and the derivative by each input there."""

    formula: str
    function: Function
    at: Mapping[str, Numbers]
    derivatives: Mapping[str, Numbers]


def safe_root(xp, x):
    positive = x > 0
    return xp.where(positive, xp.sqrt(xp.where(positive, x, xp.ones_like(x))), 2 * x)


SMOOTH: dict[str, Smooth] = {
    "sinc": Smooth("x + sinc x", lambda xp, x: x + xp.special.sinc(x), {"x": 0.0}, {"x": 1}),
    "pow_zero_exponent": Smooth("x + xʸ by x", lambda xp, x, y: x + xp.pow(x, y), {"x": 0.0, "y": 0.0}, {"x": 1}),
    "pow_zero_base": Smooth("x + y + xʸ", lambda xp, x, y: x + y + xp.pow(x, y), {"x": 0.0, "y": 3.0},
        {"x": 1, "y": 1}),
    "zero_to_power": Smooth("y + xʸ by y", lambda xp, x, y: y + xp.pow(x, y), {"x": 0.0, "y": 2.0}, {"y": 1}),
    "where_untaken_root": Smooth("√x where x > 0, else 2x", lambda xp, x: xp.where(x > 0, xp.sqrt(x), 2 * x),
        {"x": -1.0}, {"x": 2}),
    "where_untaken_log": Smooth("log x where x > 0, else 2x", lambda xp, x: xp.where(x > 0, xp.log(x), 2 * x),
        {"x": -1.0}, {"x": 2}),
    "where_untaken_overflow": Smooth("eˣ where x < 1, else 2x", lambda xp, x: xp.where(x < 1, xp.exp(x), 2 * x),
        {"x": 1e4}, {"x": 2}),
    "where_twice": Smooth("√x where x > 0, else 2x, by two where", safe_root, {"x": -1.0}, {"x": 2}),
    "std_of_one": Smooth("Σ x + the standard deviation of one number", lambda xp, x: xp.sum(x) + xp.std(x),
        {"x": [3.0]}, {"x": [1]}),
}  # fmt: skip


def _define_smooth(name: str, row: Smooth) -> None:
    made = case(name=name, wrt=tuple(row.derivatives), tags=("hazard",))(
        _named(row.function, tuple(row.at), f"{row.formula}, at {_point(row.at)}.")
    )
    made.inputs(lambda rng: {n: np.asarray(x, dtype=float) for n, x in row.at.items()})
    for wrt, derivative in row.derivatives.items():
        made.jacobian(wrt)(lambda xp, J=derivative, **x: xp.asarray(np.asarray(J, dtype=float), dtype=x["x"].dtype))


def _ends(made: Case, wrt: str, low: Numbers, high: Numbers) -> Callable[..., Any]:
    def ends(xp, **inputs):
        shape = made.output_shape(made.make_inputs("small")) + inputs[wrt].shape
        return tuple(xp.asarray(np.broadcast_to(np.asarray(end, dtype=float), shape)) for end in (low, high))

    return ends


def _named(function: Function, names: tuple[str, ...], doc: str) -> Any:
    """The function with these parameters behind `xp`."""
    if names == ("x",):

        def made(xp, x):
            return function(xp, x)
    elif names == ("x", "y"):

        def made(xp, x, y):
            return function(xp, x, y)
    else:

        def made(xp, x, y, z):
            return function(xp, x, y, z)

    made.__doc__ = doc
    return made


def _point(at: Mapping[str, Numbers]) -> str:
    return ", ".join(f"{name} = {x}" for name, x in at.items())


for _name, _row in KINKS.items():
    _define_kink(_name, _row)
for _name, _smooth in SMOOTH.items():
    _define_smooth(_name, _smooth)
