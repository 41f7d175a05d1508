"""Reductions, running sums and products, norms and differences: over one axis, several or all, with every keyword.

A keyword that a library accepts and drops in its derivative shows nowhere else, so that every function meets every
value of each. Where the entries x[i] of a group S[o] go into y[o], the Jacobian is

    J[o, i] = (∂y[o]/∂x[i]) · [i ∈ S[o]]

and the groups are found by arithmetic on whole numbers. Points at which a formula in use is known to fail, such as
a product divided by one of its factors, are tagged `hazard`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from adbench.case import DTYPES, case

Shape = tuple[int, ...]
Sizes = dict[str, dict[str, Shape]]
STANDARD = "array API standard 2024.12, statistical and utility functions"
F64 = ("float64",)
# Bare runs take the first; only the full tier takes the others.
SMALL: Sizes = {"small": {"shape": (2, 3, 2)}}
ONES: Sizes = {"ones": {"shape": (2, 1, 1)}}
EMPTY: Sizes = {"empty": {"shape": (2, 0, 3)}}


# Groups, as booleans of shape output.shape + input.shape


def over(shape: Shape, axis: Any = None, keepdims: bool = False) -> np.ndarray:
    """Of a reduction: i ∈ S[o] where they agree on the axes that are not reduced."""
    given = range(len(shape)) if axis is None else np.atleast_1d(axis)
    axes = {a % len(shape) for a in given}
    kept = tuple(1 if k in axes else n for k, n in enumerate(shape))
    group = np.arange(math.prod(kept)).reshape(kept)
    members = group.reshape(kept + (1,) * len(shape)) == np.broadcast_to(group, shape)
    return members if keepdims else members.squeeze(tuple(axes))


def up_to(shape: Shape, axis: int | None = None, include_initial: bool = False) -> np.ndarray:
    """Of a running sum: i ∈ S[o] where i comes no later than o along the axis and they agree on the others."""
    along = (axis or 0) % len(shape)
    outputs = tuple(n + (include_initial and k == along) for k, n in enumerate(shape))
    o = np.indices(outputs).reshape((len(shape),) + outputs + (1,) * len(shape))
    i = np.indices(shape).reshape((len(shape),) + (1,) * len(outputs) + shape)
    members = np.ones(outputs + shape, dtype=bool)
    for k in range(len(shape)):
        members &= i[k] + include_initial <= o[k] if k == along else i[k] == o[k]
    return members


# Partial derivatives ∂y[o]/∂x[i] inside the groups; y has the shape y.shape + (1, …) of J


def _by_one(xp, x, y, members, **options):
    return xp.ones_like(x)


def _by_share(xp, x, y, members, **options):
    return xp.ones_like(x) / _count(x, y)


def _by_others(xp, x, y, members, **options):
    """The product of the others, right where they or x[i] are zero."""
    n = math.prod(x.shape)
    others = members.reshape((math.prod(y.shape), 1, n)) & ~np.eye(n, dtype=bool)
    factors = xp.where(xp.asarray(others), xp.reshape(x, (1, 1, n)), xp.ones((1, 1, n), dtype=x.dtype))
    return xp.reshape(xp.prod(factors, axis=-1), members.shape)


def _by_choice(xp, x, y, members, **options):
    return xp.where(x == y, xp.ones_like(x), xp.zeros_like(x))


def _by_deviation(xp, x, y, members, correction=0, **options):
    n = _count(x, y)
    total = xp.sum(_numbers(xp, members, x) * x, axis=tuple(range(-x.ndim, 0)), keepdims=True)
    return 2 * (x - total / n) / (n - correction)


def _by_spread(xp, x, y, members, **options):
    return _by_deviation(xp, x, y, members, **options) / (2 * y)


def _by_weight(xp, x, y, members, **options):
    return xp.exp(x - y)


def _by_norm(xp, x, y, members, ord=2, **options):
    if math.isinf(ord):
        return xp.sign(x) * _by_choice(xp, xp.abs(x), y, members)
    return xp.sign(x) * (xp.abs(x) / y) ** (ord - 1) if ord != 1 else xp.sign(x)


def _count(x: Any, y: Any) -> int:
    """How many entries a group of a reduction has: each has as many."""
    return math.prod(x.shape) // math.prod(y.shape)


def _numbers(xp: Any, members: np.ndarray, like: Any) -> Any:
    return xp.asarray(members.astype(np.float64), dtype=like.dtype)


class Row(NamedTuple):
    """A function with its partial derivative and groups, the values of its keywords, and the sizes that it takes."""

    partial: Callable[..., Any]
    groups: Callable[..., np.ndarray]
    options: dict[str, dict[str, Any]]
    sizes: Sizes
    function: Callable[..., Any] | None = None  # default the standard's function of the row's name


AXES: dict[str, Any] = {"all": None, "axis": 1, "last": -1, "axes": (-1, 0)}
BY_AXIS = {name: {"axis": axis} for name, axis in AXES.items()}
KEPT = {f"{name}_kept": {"axis": axis, "keepdims": True} for name, axis in AXES.items()}
ALONG = {
    **{name: {"axis": axis} for name, axis in (("axis", 1), ("first", 0), ("last", -1))},
    **{f"{name}_initial": {"axis": axis, "include_initial": True} for name, axis in (("axis", 1), ("last", -1))},
}
CORRECTED = {
    "all_corrected": {"correction": 1},
    "last_corrected": {"axis": -1, "correction": 1},
    "axes_corrected": {"axis": (-1, 0), "correction": 1, "keepdims": True},
    "axis_half_corrected": {"axis": 1, "correction": 0.5},
}
ORDERS = {
    "order_one": {"axis": -1, "ord": 1},
    "order_three": {"axis": -1, "ord": 3},
    "order_half": {"axis": -1, "ord": 0.5},
    "order_minus_one": {"axis": -1, "ord": -1},
    "order_five_halves": {"ord": 2.5},
    "order_infinity": {"ord": math.inf},
    "order_minus_infinity": {"ord": -math.inf},
    "axes_order_one": {"axis": (-1, 0), "ord": 1, "keepdims": True},
    "axes_order_three": {"axis": (-1, 0), "ord": 3, "keepdims": True},
    "axes_order_infinity": {"axis": (-1, 0), "ord": math.inf},
}


def _norm(xp, x, **options):
    return xp.linalg.vector_norm(x, **options)


def _logsumexp(xp, x, **options):
    return xp.special.logsumexp(x, **options)


FUNCTIONS = {
    "sum":             Row(_by_one,       over,  BY_AXIS | KEPT,             SMALL | ONES | EMPTY),
    "prod":            Row(_by_others,    over,  BY_AXIS | KEPT,             SMALL | ONES | EMPTY),
    "mean":            Row(_by_share,     over,  BY_AXIS | KEPT,             SMALL | ONES),
    "max":             Row(_by_choice,    over,  BY_AXIS | KEPT,             SMALL | ONES),
    "min":             Row(_by_choice,    over,  BY_AXIS | KEPT,             SMALL | ONES),
    "var":             Row(_by_deviation, over,  BY_AXIS | KEPT | CORRECTED, SMALL),
    "std":             Row(_by_spread,    over,  BY_AXIS | KEPT | CORRECTED, SMALL),
    "logsumexp":       Row(_by_weight,    over,  BY_AXIS | KEPT,             SMALL | ONES, _logsumexp),
    "vector_norm":     Row(_by_norm,      over,  BY_AXIS | KEPT | ORDERS,    SMALL | ONES, _norm),
    "cumulative_sum":  Row(_by_one,       up_to, ALONG,                      SMALL | ONES | EMPTY),
    "cumulative_prod": Row(_by_others,    up_to, ALONG,                      SMALL | ONES | EMPTY),
}  # fmt: skip

# Points of their own: name, function, keywords, x, dtypes, whether a formula in use is known to fail there.
LINE: dict[str, Any] = {"axis": -1}
POINTS: dict[str, tuple[str, dict[str, Any], Any, tuple[str, ...], bool]] = {
    "sum_cancelling":              ("sum", {}, [1e8, 1.0, -1e8], DTYPES, False),
    "prod_one_zero":               ("prod", {}, [2.0, 0.0, -3.0, 0.5], DTYPES, True),
    "prod_two_zeros":              ("prod", LINE, [[2.0, 0.0, 0.0], [1.0, 2.0, 0.0], [3.0, 2.0, 5.0]], DTYPES, True),
    "prod_zeros_axes":            ("prod", {"axis": (0, 1)}, [[[2, 0], [4, 3]], [[5, 3], [2.0, 0.0]]], DTYPES, True),
    "prod_extreme":                ("prod", {}, [1e-200, 1e200, 3.0], F64, True),
    "cumulative_prod_one_zero":    ("cumulative_prod", {}, [2.0, 0.0, -3.0, 0.5], DTYPES, True),
    "cumulative_prod_two_zeros":   ("cumulative_prod", LINE, [[2.0, 0.0, 0.0], [0, 3.0, 0], [3, 2, 5]], DTYPES, True),
    "cumulative_prod_first_zero":  ("cumulative_prod", {"include_initial": True}, [0.0, 2.0, 4.0], DTYPES, True),
    "cumulative_sum_vector":       ("cumulative_sum", {}, [1.0, -2.0, 4.0], DTYPES, False),
    "var_constant_row":            ("var", LINE, [[0.1, 0.1, 0.1], [1.0, 2.0, 4.0]], DTYPES, False),
    "var_offset":                  ("var", {}, [1e6 + 0.25, 1e6, 1e6 - 0.5], F64, True),
    "std_offset":                  ("std", {}, [1e6 + 0.25, 1e6, 1e6 - 0.5], F64, True),
    "std_tiny":                    ("std", {}, [1e-150, -1e-150, 4e-150], F64, True),
    "max_opposite":                ("max", {}, [-1e30, -1e-30, -1.0], DTYPES, False),
    "logsumexp_far":               ("logsumexp", {}, [1000.0, -1000.0, 999.0], DTYPES, True),
    "logsumexp_low":               ("logsumexp", LINE, [[-1000.0, -1000.5], [-1e4, -1e4]], DTYPES, True),
    "logsumexp_apart":             ("logsumexp", {}, [0.0, -40.0, -80.0], DTYPES, True),
    "vector_norm_zero":            ("vector_norm", {}, [0.0, 3.0, -4.0], DTYPES, False),
    "vector_norm_zero_order_3":    ("vector_norm", {"ord": 3}, [0.0, 3.0, -4.0], DTYPES, True),
    "vector_norm_zero_order_5_2":  ("vector_norm", {"ord": 2.5}, [0.0, 3.0, -4.0], DTYPES, True),
    "vector_norm_huge":            ("vector_norm", {}, [1e150, -2e150], F64, True),
    "vector_norm_tiny":            ("vector_norm", {}, [1e-150, -2e-150], F64, True),
    "vector_norm_huge_order_3":    ("vector_norm", {"ord": 3}, [1e100, -2e100], F64, True),
    **{f"{name}_scalar": (name, {}, 1.5, DTYPES, False) for name in ("sum", "prod", "mean", "max", "min")},
}  # fmt: skip


def _define(name: str, of: str, row: Row, options: dict[str, Any], point: Any = None, **fields: Any) -> None:
    function = row.function or (lambda xp, x, **options: getattr(xp, of)(x, **options))

    @case(name=name, wrt=("x",), source=STANDARD, shape_only="empty" in fields["sizes"], **fields)
    def made(xp, x):
        return function(xp, x, **options)

    given = ", ".join(["x", *(f"{key}={value}" for key, value in options.items())])
    made.function.__doc__ = f"y = {of}({given}){'' if point is None else f'; x = {point}'}."
    made.inputs(lambda rng, shape=(): {"x": _drawn(rng, shape) if point is None else np.asarray(point)})

    @made.jacobian("x")
    def _(xp, x):
        members = row.groups(x.shape, **{k: v for k, v in options.items() if k not in ("ord", "correction")})
        y = xp.reshape(made.function(xp, x), members.shape[: members.ndim - x.ndim] + (1,) * x.ndim)
        return _numbers(xp, members, x) * row.partial(xp, x, y, members, **options)


def _drawn(rng: Any, shape: Shape) -> Any:
    """Numbers of both signs, no two of one magnitude, none of them small."""
    size = math.prod(shape)
    magnitudes = 0.5 + (rng.permutation(size) + rng.uniform(0.25, 0.75, size)) / max(size, 1)
    return (magnitudes * rng.choice([-1.0, 1.0], size)).reshape(shape)


for of, row in FUNCTIONS.items():
    for variant, options in row.options.items():
        _define(f"{of}_{variant}", of, row, options, sizes=row.sizes)
for name, (of, options, point, dtypes, trap) in POINTS.items():
    tags = ("hazard",) if trap else ()
    _define(name, of, FUNCTIONS[of], options, point, sizes={"small": {}}, dtypes=dtypes, tags=tags)


# Differences: y = Dⁿ of the parts put end to end along the axis

DIFFERENCES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "last":         ({}, ()),
    "first":        ({"axis": 0}, ()),
    "n_zero":       ({"n": 0}, ()),
    "n_two":        ({"n": 2}, ()),
    "n_three":      ({"n": 3, "axis": 1}, ()),
    "prepend":      ({}, ("prepend",)),
    "append":       ({"axis": 0}, ("append",)),
    "both_n_two":   ({"axis": -1, "n": 2}, ("prepend", "append")),
}  # fmt: skip


def _define_diff(variant: str, options: dict[str, Any], ends: tuple[str, ...]) -> None:
    names = ("x", *ends)

    def of_x(xp, x):
        return xp.diff(x, **options)

    def with_prepend(xp, x, prepend):
        return xp.diff(x, prepend=prepend, **options)

    def with_append(xp, x, append):
        return xp.diff(x, append=append, **options)

    def with_both(xp, x, prepend, append):
        return xp.diff(x, prepend=prepend, append=append, **options)

    function = {(): of_x, ("prepend",): with_prepend, ("append",): with_append}.get(ends, with_both)
    given = ", ".join(["x", *(f"{end}={end}" for end in ends), *(f"{k}={v}" for k, v in options.items())])
    function.__doc__ = f"y = diff({given}); x (3, 4)."
    made = case(name=f"diff_{variant}", wrt=names, source=STANDARD)(function)
    axis, n = options.get("axis", -1) % 2, options.get("n", 1)
    end = (1, 4) if axis == 0 else (3, 1)
    made.inputs(lambda rng: {name: rng.standard_normal((3, 4) if name == "x" else end) for name in names})

    def jacobian(of: str) -> Callable[..., Any]:
        def closed_form(xp, **inputs):
            order = [name for name in ("prepend", "x", "append") if name in inputs]
            before = sum(inputs[name].shape[axis] for name in order[: order.index(of)])
            length = sum(inputs[name].shape[axis] for name in order)
            D = np.zeros((length - n, length))
            for k in range(n + 1):
                D += (-1) ** (n - k) * math.comb(n, k) * np.eye(length - n, length, k)
            D = D[:, before : before + inputs[of].shape[axis]]
            others = np.eye(inputs[of].shape[1 - axis])
            J = np.einsum("oi,pj->opij", D, others) if axis == 0 else np.einsum("oi,pj->poji", D, others)
            return xp.asarray(J, dtype=inputs[of].dtype)

        return closed_form

    for name in names:
        made.jacobian(name)(jacobian(name))


for variant, (options, ends) in DIFFERENCES.items():
    _define_diff(variant, options, ends)


# Traces: y = Σ of the diagonal at an offset


def _define_trace(name: str, shape: Shape, offset: int) -> None:
    @case(name=name, wrt=("x",), source=STANDARD)
    def trace(xp, x):
        return xp.linalg.trace(x, offset=offset)

    trace.function.__doc__ = f"y = trace(x, offset={offset}); x {shape}."
    trace.inputs(lambda rng: {"x": rng.standard_normal(shape)})

    @trace.jacobian("x")
    def _(xp, x):
        stack = math.prod(shape[:-2])
        J = np.einsum("ab,ij->abij", np.eye(stack), np.eye(*shape[-2:], offset))
        return xp.asarray(J.reshape(shape[:-2] + shape), dtype=x.dtype)


for name, shape, offset in (
    ("trace", (3, 3), 0),
    ("trace_above", (3, 4), 1),
    ("trace_far_above", (3, 4), 2),
    ("trace_below", (3, 4), -1),
    ("trace_stacked", (2, 3, 3), 0),
    ("trace_stacked_below", (2, 3, 4), -1),
):
    _define_trace(name, shape, offset)
