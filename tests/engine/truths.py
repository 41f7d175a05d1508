"""Hold the engine's derivatives of a function to the oracle's certified ones, within the oracle's own tolerances."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from adbench.case import Case
from adbench.engine import jvp, vjp
from adbench.engine import numpy as xp
from adbench.oracle.second_order import hvp
from adbench.oracle.truth import Enclosure, truth_at

UNIT = np.finfo(float).eps  # of a product or sum that the test itself takes
F = Callable[..., Any]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A function and where to take its derivatives.

    Attributes:
        f: `f(xp, *primals)` over the engine's namespace.
        primals: float64 arrays, by each of which it is differentiated.
        reference: the same function over the oracle's namespace, where that lacks a name.
        value: whether the function's value is held to the truth as well; not where it is SciPy's to answer for.
    """

    f: F
    primals: tuple[np.ndarray, ...]
    reference: F | None = None
    value: bool = True


def row(f: F, *primals: Any, reference: F | None = None, value: bool = True) -> Row:
    """A row from anything array-like."""
    arrays = tuple(np.asarray(x, dtype=float) for x in primals)
    return Row(f=f, primals=arrays, reference=reference, value=value)


def hold(given: Row) -> None:
    """Check value, JVP and VJP, and the Hessian along a tangent in all four nestings."""
    made, inputs = case_of(given), {f"x{i}": x for i, x in enumerate(given.primals)}
    truth = truth_at(made, inputs, "float64")
    primals = tuple(truth.inputs.values())
    dots, y_bar = tuple(truth.tangents.values()), truth.cotangent

    def f(*primals: Any) -> Any:
        return xp.asarray(given.f(xp, *primals))

    y, y_dot = jvp(f, primals, dots)
    value, pullback = vjp(f, *primals)
    if given.value:
        within("value", y, truth.value)
    np.testing.assert_array_equal(value, y)
    within("jvp", y_dot, truth.jvp)
    for x, x_bar, expected in zip(primals, pullback(y_bar), truth.vjp.values(), strict=True):
        assert x_bar.dtype == x.dtype
        within("vjp", x_bar, expected)
    hold_second(f, primals, dots, y_bar, list(hvp(made, inputs, truth.tangents, "float64").values()))


def hold_second(f: F, primals: Any, dots: Any, y_bar: np.ndarray, hessians: list[Enclosure]) -> None:
    """Check ff, fr, rf and rr against the second derivative along `dots`, contracted with `y_bar`."""
    pulled = lambda *primals: vjp(f, *primals)[1](y_bar)
    pushed = lambda *primals: jvp(f, primals, dots)[1]
    along = lambda *primals: sum_of_products(pulled(*primals), dots)
    products = {
        "forward over reverse": jvp(pulled, primals, dots)[1],
        "reverse over reverse": vjp(along, *primals)[1](np.float64(1)),
        "reverse over forward": vjp(pushed, *primals)[1](y_bar),
    }
    for nesting, x_bars in products.items():
        for x_bar, hessian in zip(x_bars, hessians, strict=True):
            within(nesting, x_bar, contracted(y_bar, hessian, y_bar.ndim))
    again = jvp(pushed, primals, dots)[1]
    parts = [contracted(u, h, u.ndim, from_end=True) for u, h in zip(dots, hessians, strict=True)]
    within("forward over forward", again, total(parts))


def case_of(given: Row) -> Case:
    """The row as a case of the oracle's."""
    names = [f"x{i}" for i in range(len(given.primals))]
    reference = given.reference or given.f

    def function(xp: Any, **inputs: Any) -> Any:
        return reference(xp, *(inputs[name] for name in names))

    parameters = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in ("xp", *names)]
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return Case(name="tests.row", function=function, wrt=tuple(names), sizes={"small": {}})


def within(what: str, got: Any, truth: Enclosure) -> None:
    """Compare shapes, and every entry to its tolerance."""
    got = np.asarray(got)
    assert got.shape == truth.high.shape, what
    over = ~(truth.error(got) <= truth.tolerance)
    if over.any():
        times = np.where(over, truth.error(got) / np.maximum(truth.tolerance, np.finfo(float).tiny), 0)
        at = np.unravel_index(np.argmax(times), got.shape)
        raise AssertionError(
            f"{what}{list(map(int, at))}: {got[at]!r}, expected {truth.high[at]!r} ± {truth.tolerance[at]:.2g}, "
            f"which it exceeds {times[at]:.3g} times"
        )


def contracted(weights: np.ndarray, of: Enclosure, ndim: int, from_end: bool = False) -> Enclosure:
    """An enclosure times an array, summed over its first or last axes."""
    axes = range(of.high.ndim - ndim, of.high.ndim) if from_end else range(ndim)
    terms = np.tensordot(np.abs(weights), np.abs(of.high), (range(ndim), axes))
    return Enclosure(
        high=np.tensordot(weights, of.high, (range(ndim), axes)),
        low=np.tensordot(weights, of.low, (range(ndim), axes)),
        tolerance=np.tensordot(np.abs(weights), of.tolerance, (range(ndim), axes)) + 4 * weights.size * UNIT * terms,
    )


def total(parts: list[Enclosure]) -> Enclosure:
    """The sum of enclosures."""
    high = sum(p.high for p in parts)
    rounding = len(parts) * UNIT * sum(np.abs(p.high) for p in parts)
    return Enclosure(high=high, low=sum(p.low for p in parts), tolerance=sum(p.tolerance for p in parts) + rounding)


def sum_of_products(xs: Any, ys: Any) -> Any:
    """Σ ⟨x, y⟩."""
    return sum((xp.sum(x * y) for x, y in zip(xs, ys, strict=True)), 0.0)
