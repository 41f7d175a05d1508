"""What the special functions share: rows, and the cases that a row makes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from inspect import Parameter, Signature
from typing import Any, NamedTuple

import numpy as np
from adbench.cases.elementwise import Points, Shape, Span, diagonal, shown, strata

from adbench.case import DTYPES, Bounds, case

SCIPY = "scipy.special 1.17, and DLMF for the derivatives"
# Bare runs take the first; only the full tier takes the others.
SIZES: dict[str, dict[str, Shape]] = {
    "small": {"shape": (2, 3)},
    "scalar": {"shape": ()},
}
WHOLE = "n"  # an operand that takes whole numbers alone
LOWER, UPPER, ARGUMENT = (0.5, 4.0), (0.5, 5.0), (0.5, 8.0)
Form = Callable[..., Any]


class Row(NamedTuple):
    """A function of operands, the closed form of its derivative by each of `partials` (None: the oracle's alone), and
    where its operands are drawn from."""

    name: str
    formula: str
    spans: dict[str, Span]
    partials: dict[str, Form | None]
    function: Form
    domain: Mapping[str, Bounds]
    module: str
    path: str  # the file that the row stands in
    line: int


def one(name: str, formula: str, slope: Form | None, span: Span, f: Form | None = None,
        within: Bounds = (None, None), /, **hard: Points) -> None:  # fmt: skip
    """The cases of a function of x, by default SciPy's of that name; `within` is where it is defined."""
    domain = {} if within == (None, None) else {"x": within}
    _define_all(Row(name, formula, {"x": span}, {"x": slope}, f or of(name), domain, *_place()), hard)


def many(
    name: str, formula: str, spans: dict[str, Span], partials: dict[str, Form | None], f: Form | None = None, /, *,
    within: Mapping[str, Bounds] | None = None, **hard: Points,
) -> None:  # fmt: skip
    """The cases of a function of several operands, of which those in `partials` are differentiated."""
    _define_all(Row(name, formula, spans, partials, f or of(name), within or {}, *_place()), hard)


def of(name: str, *orders: int) -> Form:
    """SciPy's function of this name, of the integer orders that are given."""
    return lambda xp, *operands: getattr(xp.special, name)(*orders, *operands)


def pi(xp: Any, x: Any) -> Any:
    """π as the working precision has it: a Python float would hold but 53 bits of it."""
    return xp.acos(-xp.ones((), dtype=x.dtype))


def removable(xp: Any, x: Any, where: float, limit: float, quotient: Form) -> Any:
    """A quotient, and its limit at the one point where it is 0/0."""
    there = x == where
    return xp.where(there, limit * xp.ones_like(x), quotient(xp.where(there, (where + 1) * xp.ones_like(x), x)))


def _place() -> tuple[str, str, int]:
    """Of who calls the caller: its module, file and line."""
    frame = sys._getframe(2)
    return frame.f_globals["__name__"], frame.f_code.co_filename, frame.f_lineno


def _define_all(row: Row, hard: Mapping[str, Points]) -> None:
    _define(row)
    for where, points in hard.items():
        _define(row, where, points)
    if len(row.spans) > 1 and "_by_" not in row.name:
        for where, shapes in _across(len(row.spans)).items():
            _define(row, where, None, shapes)


def _across(n: int) -> dict[str, tuple[Shape, ...]]:
    """Shapes of n operands that broadcast: a scalar beside arrays, and each along an axis of its own."""
    return {
        "scalar_first": ((), *((3,),) * (n - 1)),
        "scalar_last": (*((3,),) * (n - 1), ()),
        "outer": ((2, 1), (3,), (2, 1, 1))[:n],
    }


def _define(row: Row, where: str = "", points: Points | None = None, shapes: tuple[Shape, ...] = ()) -> None:
    """A case of ordinary points, of hard ones, or of ordinary ones in shapes that broadcast."""
    operands = tuple(row.spans)
    made = case(
        tier="full",  # JAX takes minutes to compile them all
        name=f"{row.name}_{where}" if where else row.name,
        wrt=row.partials,
        sizes={"small": {}} if where else SIZES,
        source=SCIPY,
        dtypes=points.dtypes if points else DTYPES,
        tags=("hazard",) if points and points.trap else (),
        domain=row.domain,
    )(_function(row, points, shapes))
    made.path, made.line = row.path, row.line  # not of the function, which is made here

    @made.inputs
    def _(rng, shape=()):
        if points:
            drawn = {n: np.asarray(values) for n, values in zip(operands, points.rows, strict=True)}
        else:
            each = shapes or (shape,) * len(operands)
            drawn = {n: strata(rng, s, *row.spans[n]) for n, s in zip(operands, each, strict=True)}
        return {n: x.astype(np.int64) if n == WHOLE else x for n, x in drawn.items()}

    for n, partial in row.partials.items():
        if partial is not None:
            made.jacobian(n)(diagonal(made.function, partial, n))


def _function(row: Row, points: Points | None, shapes: tuple[Shape, ...]) -> Form:
    """A row's function, of operands that are given by place or by name."""
    operands = tuple(row.spans)

    def function(xp, *placed, **named):
        return row.function(xp, *placed, *(named[n] for n in operands[len(placed) :]))

    at = ", ".join(map(shown, zip(*points.rows, strict=True))) if points else ""
    across = ", ".join(f"{n} {shape}" for n, shape in zip(operands, shapes, strict=False))
    function.__doc__ = f"{row.formula}{at and f'; at {at}'}{across and f'; {across}'}."
    function.__module__ = row.module
    kinds = [Parameter(n, Parameter.POSITIONAL_OR_KEYWORD) for n in ("xp", *operands)]
    function.__signature__ = Signature(kinds)  # type: ignore[attr-defined]  # which `inspect` reads, and mypy does not know
    return function
