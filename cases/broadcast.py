"""Broadcasting and its transpose: twelve binary operations, each in every way that two shapes can meet.

Where an operand is repeated, its gradient is summed over the copies and has exactly the operand's shape and
dtype. Libraries do that in one place or in each rule by itself, so every operation meets every pattern: axes
repeated in front, in the middle, at the back, on both sides at once, without any entries, and Python scalars.

The Jacobian of z = x ∘ y with respect to x, at output index o and input index i, is

    J[o, i] = (∂∘/∂x)[o] · [entry o of the broadcast x is x[i]]
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from adbench.case import Bounds, Inputs, case

Shape = tuple[int, ...]
NOTES = "lecture notes 000 and 001, unbroadcast"
STANDARD = "array API standard 2024.12, broadcasting"
# Exact in every dtype, inside every domain, and in a gap of the four numbers that `_real` draws: never a tie.
SCALAR = 0.875


class Operation(NamedTuple):
    """z = function(xp, x, y), its partials (None where it is not differentiated), and its inputs."""

    formula: str
    function: Callable[..., Any]
    by_x: Callable[..., Any]
    by_y: Callable[..., Any] | None
    draw: Callable[[Any, Shape, Shape], Inputs]
    selects: bool = False  # each entry of z is one of x or of y: its derivative by the other is 0
    domain: dict[str, Bounds] | None = None


def _strata(rng: Any, shape: Shape, low: float, high: float) -> Any:
    """Numbers spread over [low, high], one from each of `size` strata: large and small in every draw."""
    size = math.prod(shape)
    at = (rng.permutation(size) + rng.uniform(0.25, 0.75, size)) / max(size, 1)
    return (low + (high - low) * at).reshape(shape)


def _real(rng: Any, shape: Shape) -> Any:
    return _strata(rng, shape, -2.0, 2.0)


def _positive(rng: Any, shape: Shape) -> Any:
    return _strata(rng, shape, 0.5, 2.0)


def _nonzero(rng: Any, shape: Shape) -> Any:
    return _positive(rng, shape) * rng.choice([-1.0, 1.0], shape)


def _domains(of_x: Callable[..., Any], of_y: Callable[..., Any]) -> Callable[..., Inputs]:
    return lambda rng, left, right: {"x": of_x(rng, left), "y": of_y(rng, right)}


def _x_first(sign: int) -> Callable[..., Inputs]:
    """x and y of which each is the larger somewhere; when both have one entry, sign · x is."""

    def draw(rng: Any, left: Shape, right: Shape) -> Inputs:
        x, y = _real(rng, left), _real(rng, right)
        return {"x": x, "y": x - sign if left == right == () else y}

    return draw


def _conditioned(rng: Any, left: Shape, right: Shape) -> Inputs:
    """x, y, and a condition that takes half of the entries from each; when there is but one, from x."""
    shape = np.broadcast_shapes(left, right)
    condition = rng.permutation(math.prod(shape)) % 2 == 0
    return {"x": _real(rng, left), "y": _real(rng, right), "condition": condition.reshape(shape)}


def _indicator(xp: Any, condition: Any, like: Any) -> Any:
    return xp.where(condition, xp.ones_like(like), xp.zeros_like(like))


OPERATIONS = {
    "add": Operation("x + y", lambda xp, x, y: x + y,
        lambda xp, x, y: xp.ones_like(x),
        lambda xp, x, y: xp.ones_like(y), _domains(_real, _real)),
    "subtract": Operation("x − y", lambda xp, x, y: x - y,
        lambda xp, x, y: xp.ones_like(x),
        lambda xp, x, y: -xp.ones_like(y), _domains(_real, _real)),
    "multiply": Operation("x y", lambda xp, x, y: x * y,
        lambda xp, x, y: y,
        lambda xp, x, y: x, _domains(_real, _real)),
    "divide": Operation("x / y", lambda xp, x, y: x / y,
        lambda xp, x, y: 1 / y,
        lambda xp, x, y: -x / (y * y), _domains(_real, _nonzero)),
    "pow": Operation("x ** y", lambda xp, x, y: x**y,
        lambda xp, x, y: y * x ** (y - 1),
        lambda xp, x, y: x**y * xp.log(x), _domains(_positive, _real), domain={"x": (0.0, None)}),
    "maximum": Operation("max(x, y)", lambda xp, x, y: xp.maximum(x, y),
        lambda xp, x, y: _indicator(xp, x > y, x),
        lambda xp, x, y: _indicator(xp, y > x, y), _x_first(+1), True),
    "minimum": Operation("min(x, y)", lambda xp, x, y: xp.minimum(x, y),
        lambda xp, x, y: _indicator(xp, x < y, x),
        lambda xp, x, y: _indicator(xp, y < x, y), _x_first(-1), True),
    "atan2": Operation("atan2(x, y), the angle of (y, x)", lambda xp, x, y: xp.atan2(x, y),
        lambda xp, x, y: y / (x * x + y * y),
        lambda xp, x, y: -x / (x * x + y * y), _domains(_nonzero, _nonzero)),
    "hypot": Operation("√(x² + y²)", lambda xp, x, y: xp.hypot(x, y),
        lambda xp, x, y: x / xp.hypot(x, y),
        lambda xp, x, y: y / xp.hypot(x, y), _domains(_nonzero, _nonzero)),
    "logaddexp": Operation("log(eˣ + eʸ)", lambda xp, x, y: xp.logaddexp(x, y),
        lambda xp, x, y: 1 / (1 + xp.exp(y - x)),
        lambda xp, x, y: 1 / (1 + xp.exp(x - y)), _domains(_real, _real)),
    "where": Operation("x where condition else y", lambda xp, x, y, condition: xp.where(condition, x, y),
        lambda xp, x, y, condition: _indicator(xp, condition, x),
        lambda xp, x, y, condition: 1 - _indicator(xp, condition, y), _conditioned, True),
    # By y the derivative is 0 everywhere: one that cannot fail.
    "copysign": Operation("|x| sign y", lambda xp, x, y: xp.copysign(x, y),
        lambda xp, x, y: xp.sign(x) * xp.sign(y),
        None, _domains(_nonzero, _nonzero)),
}  # fmt: skip

PATTERNS: dict[str, tuple[Shape | None, Shape | None]] = {  # None is a Python scalar
    "zero_dims":     ((), ()),
    "vector_scalar": ((4,), ()),
    "scalar_vector": ((), (4,)),
    "row_column":    ((1, 4), (3, 1)),
    "matrix_vector": ((3, 4), (4,)),
    "both_sides":    ((3, 1, 4), (2, 1)),
    "front":         ((1, 4), (3, 4)),
    "middle":        ((3, 1, 4), (3, 2, 4)),
    "back":          ((3, 4), (3, 1)),
    "empty":         ((0, 4), (4,)),
    "python_right":  ((4,), None),
    "python_left":   (None, (4,)),
}  # fmt: skip


def _define(name: str, operation: Operation, left: Shape | None, right: Shape | None) -> None:
    operands = {"x": (operation.by_x, left), "y": (operation.by_y, right)}
    partials = {n: by for n, (by, shape) in operands.items() if by is not None and shape is not None}
    if operation.selects and left == right == ():
        del partials["y"]  # x is selected
    if not partials:  # copysign of a Python scalar
        return
    size = {"left": left, "right": right}
    define = case(
        name=name,
        wrt=partials,
        sizes={"small": size},
        source=STANDARD,
        shape_only=0 in (left or ()),
        domain=operation.domain if left is not None else None,
    )
    made = define(_with_scalars(operation, left, right))

    @made.inputs
    def _(rng, left, right):
        drawn = operation.draw(rng, left or (), right or ())
        return {n: drawn[n] for n in made.parameters}

    for n, partial in partials.items():
        made.jacobian(n)(_jacobian(operation.function, partial, n))


def _with_scalars(operation: Operation, left: Shape | None, right: Shape | None) -> Callable[..., Any]:
    """The operation as a function of its arrays alone, with `SCALAR` for an operand whose shape is None."""
    shapes = {"x": left, "y": right}
    scalars = {n: SCALAR for n, shape in shapes.items() if shape is None}
    signature = inspect.signature(operation.function)
    kept = [p for n, p in signature.parameters.items() if n not in scalars]

    def function(xp, *arrays, **named):
        given = dict(zip((p.name for p in kept[1:]), arrays, strict=False))
        return operation.function(xp, **given, **named, **scalars)

    function.__signature__ = signature.replace(parameters=kept)
    shown = ", ".join(f"{n} {SCALAR if shape is None else shape}" for n, shape in shapes.items())
    function.__doc__ = f"z = {operation.formula}; {shown}."
    return function


def _jacobian(function: Callable[..., Any], partial: Callable[..., Any], wrt: str) -> Callable[..., Any]:
    """J[o, i] of the file's docstring, with axes o + i."""

    def closed_form(xp, **inputs):
        x = inputs[wrt]
        operands = {"x": xp.full((), SCALAR, dtype=x.dtype), "y": xp.full((), SCALAR, dtype=x.dtype)} | inputs
        slope = partial(xp, **operands)
        slope = xp.reshape(slope, slope.shape + (1,) * x.ndim)
        return slope * _copies(xp, x, function(xp, **operands).shape)

    return closed_form


def _copies(xp: Any, x: Any, shape: Shape) -> Any:
    """The Jacobian of x broadcast to `shape`: [entry o of the copies is x[i]], of shape o + i."""
    padded = (1,) * (len(shape) - x.ndim) + x.shape
    return xp.broadcast_to(_identity(xp, x, padded + x.shape), shape + x.shape)


def _identity(xp: Any, x: Any, shape: Shape) -> Any:
    """The identity on the entries of x, as an array of `shape`."""
    return xp.reshape(xp.eye(math.prod(x.shape), dtype=x.dtype), shape)


for operation_name, operation in OPERATIONS.items():
    for pattern, (left, right) in PATTERNS.items():
        _define(f"{operation_name}_{pattern}", operation, left, right)


@case(wrt=("x", "y"), source=STANDARD)
def where_condition(xp, x, y, condition):
    """z = x where condition else y, all three broadcast; x (3, 1), y (), condition (4,)."""
    return xp.where(condition, x, y)


@where_condition.inputs
def _(rng):
    return {"x": _real(rng, (3, 1)), "y": _real(rng, ()), "condition": np.array([True, False, False, True])}


for n, partial in (("x", OPERATIONS["where"].by_x), ("y", OPERATIONS["where"].by_y)):
    where_condition.jacobian(n)(_jacobian(where_condition.function, partial, n))


@case(
    wrt=("x", "y"),
    sizes={"small": {"m": 10, "n": 10}, "medium": {"m": 100, "n": 100}, "large": {"m": 1000, "n": 1000}},
    source=NOTES,
    bench=True,
)
def outer_sum(xp, x, y):
    """F = x + y, every sum of two entries; x (1, n), y (m, 1)."""
    return x + y


@outer_sum.inputs
def _(rng, m, n):
    return {"x": rng.standard_normal((1, n)), "y": rng.standard_normal((m, 1))}


outer_sum.jacobian("x")(lambda xp, x, y: _copies(xp, x, (x + y).shape))
outer_sum.jacobian("y")(lambda xp, x, y: _copies(xp, y, (x + y).shape))


@outer_sum.vjp
def _(xp, y_bar, x, y):
    """Sums as products with ones: BLAS reads y_bar as fast as `sum`, and starts in half the time."""
    m, n = y_bar.shape
    of_rows, of_columns = xp.ones(n, dtype=x.dtype), xp.ones(m, dtype=x.dtype)
    return {"x": (of_columns @ y_bar)[None, :], "y": (y_bar @ of_rows)[:, None]}


def _repeated(xp: Any, x: Any, y: Any) -> Any:
    return _copies(xp, x, y.shape)


def _reshaped(xp: Any, x: Any, y: Any) -> Any:
    return _identity(xp, x, y.shape + x.shape)


def _summed(kept: Shape) -> Callable[..., Any]:
    """The Jacobian of a sum, whose shape with `keepdims` is `kept`: a broadcast's, transposed."""

    def closed_form(xp, x, y):
        to_entry = xp.reshape(xp.eye(math.prod(kept), dtype=x.dtype), kept + kept)
        return xp.reshape(xp.broadcast_to(to_entry, kept + x.shape), y.shape + x.shape)

    return closed_form


def _define_linear(
    name: str, of: str, shape: Shape, target: Shape, options: dict[str, Any], by_x: Any
) -> None:
    positional = (target,) if target else ()

    @case(name=name, wrt=("x",), sizes={"small": {"shape": shape}}, source=STANDARD, shape_only=0 in shape)
    def linear(xp, x):
        return getattr(xp, of)(x, *positional, **options)

    arguments = ["x", *map(str, positional), *(f"{key}={value}" for key, value in options.items())]
    linear.function.__doc__ = f"y = {of}({', '.join(arguments)}); x {shape}."
    linear.inputs(lambda rng, shape: {"x": rng.standard_normal(shape)})
    linear.jacobian("x")(lambda xp, x: by_x(xp, x, linear.function(xp, x)))


# Linear maps of one array: name, function, shape of x, shape to broadcast to, keywords, ∂y/∂x.
LINEAR = (
    ("broadcast_to_front",  "broadcast_to", (4,),      (3, 4),    {}, _repeated),
    ("broadcast_to_middle", "broadcast_to", (3, 1, 4), (3, 2, 4), {}, _repeated),
    ("broadcast_to_back",   "broadcast_to", (3, 1),    (3, 4),    {}, _repeated),
    ("broadcast_to_scalar", "broadcast_to", (),        (3, 4),    {}, _repeated),
    ("expand_dims_front",   "expand_dims",  (3, 4),    (), {"axis": 0},                   _reshaped),
    ("expand_dims_middle",  "expand_dims",  (3, 4),    (), {"axis": 1},                   _reshaped),
    ("expand_dims_back",    "expand_dims",  (3, 4),    (), {"axis": -1},                  _reshaped),
    ("squeeze_front",       "squeeze",      (1, 4),    (), {"axis": 0},                   _reshaped),
    ("squeeze_back",        "squeeze",      (3, 1),    (), {"axis": -1},                  _reshaped),
    ("squeeze_tuple",       "squeeze",      (1, 4, 1), (), {"axis": (0, 2)},              _reshaped),
    ("sum_front",           "sum",          (3, 4),    (), {"axis": 0},                   _summed((1, 4))),
    ("sum_back_kept",       "sum",          (3, 4),    (), {"axis": -1, "keepdims": True}, _summed((3, 1))),
    ("sum_middle_kept",     "sum",          (3, 2, 4), (), {"axis": 1, "keepdims": True}, _summed((3, 1, 4))),
    ("sum_tuple",           "sum",          (3, 2, 4), (), {"axis": (0, -1)},             _summed((1, 2, 1))),
    ("sum_all",             "sum",          (3, 4),    (), {},                            _summed((1, 1))),
    ("sum_one",             "sum",          (3, 1, 4), (), {"axis": 1},                   _summed((3, 1, 4))),
    ("sum_empty",           "sum",          (0, 4),    (), {"axis": 0},                   _summed((1, 4))),
)  # fmt: skip

for row in LINEAR:
    _define_linear(*row)


@case(wrt=("x",), source=STANDARD)
def sum_of_broadcast(xp, x):
    """y = sum(broadcast_to(x, (3, 4)), axis=0) = 3 x; x (4,)."""
    return xp.sum(xp.broadcast_to(x, (3, 4)), axis=0)


sum_of_broadcast.inputs(lambda rng: {"x": rng.standard_normal(4)})
sum_of_broadcast.jacobian("x")(lambda xp, x: 3 * xp.eye(4, dtype=x.dtype))
