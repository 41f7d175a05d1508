"""Evaluates a case as jets: its value and derivatives as balls, at any working precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb, arb_mat

from adbench.case import Case, Inputs
from adbench.errors import InvalidCase
from adbench.oracle.jet import Jet
from adbench.oracle.namespace import NAMESPACE, jets
from adbench.oracle.precision import round_to, working


@dataclass(frozen=True)
class Balls:
    """One evaluation: object arrays of balls, as in `Truth`."""

    value: np.ndarray
    jvp: np.ndarray
    jacobian: dict[str, np.ndarray]
    vjp: dict[str, np.ndarray]

    def groups(self) -> dict[str, np.ndarray]:
        """Every array under a name of its own: value, jvp, jacobian:w, vjp:w, …"""
        return {
            "value": self.value,
            "jvp": self.jvp,
            **{f"jacobian:{name}": balls for name, balls in self.jacobian.items()},
            **{f"vjp:{name}": balls for name, balls in self.vjp.items()},
        }


def round_inputs(inputs: Inputs, dtype: str) -> Inputs:
    """The inputs as `dtype` holds them, as float64 arrays; integers and booleans stay.

    Raises:
        InvalidCase: an input overflows in this dtype.
    """
    rounded = {name: round_to(x, dtype) if x.dtype.kind == "f" else x for name, x in inputs.items()}
    for name, x in rounded.items():
        if not np.isfinite(x).all():
            raise InvalidCase(f'input {name} overflows in {dtype}; give the case dtypes=("float64",)')
    return rounded


def seeds(case: Case, inputs: Inputs, output_shape: tuple[int, ...], dtype: str) -> tuple[Inputs, np.ndarray]:
    """A random tangent for each input of `wrt` and a random cotangent, as `dtype` holds them."""
    rng = np.random.default_rng([len(case.name), *case.name.encode()])
    tangents = {name: np.asarray(rng.standard_normal(inputs[name].shape)) for name in case.wrt}
    drawn = {**tangents, "": np.asarray(rng.standard_normal(output_shape))}
    drawn = round_inputs(drawn, dtype)
    return {name: drawn[name] for name in case.wrt}, drawn[""]


def evaluate(
    case: Case, inputs: Inputs, tangents: Inputs, cotangent: np.ndarray, bits: int, unit: float = 1.0
) -> Balls:
    """Value and first derivatives of a case as balls, at a working precision.

    One pass of jets with a direction for each entry of each input in `wrt`, and a last one along all tangents.

    Args:
        unit: length of those directions. The derivatives are divided by it, and are the same for any; but only
            with 1 does a product by the direction cost no rounding.
    Raises:
        Undecided: the inputs lie at a kink.
    """
    with working(bits):
        y = apply(case, inputs, tangents, unit=unit)
        whole = rows(y, width(case, inputs))
        if unit != 1:
            whole[:, :-1] = whole[:, :-1] / arb(unit)
        value = object_array([j.value for j in y.flat], y.shape)
        jacobian = by_input(case, inputs, whole, y.shape)
        pulled = by_input(case, inputs, _pull_back(cotangent, whole)[None], ())
        return Balls(value, whole[:, -1].reshape(y.shape), jacobian, pulled)


def width(case: Case, inputs: Inputs) -> int:
    """Number of directions: the entries of all inputs of `wrt`, and one along all tangents."""
    return sum(inputs[name].size for name in case.wrt) + 1


def apply(case: Case, inputs: Inputs, tangents: Inputs, *, unit: float = 1.0, along: bool = False) -> np.ndarray:
    """The case's output as an array of jets, at the working precision of the moment.

    Args:
        tangents: by input of `wrt`; the last direction.
        unit: length of the directions of the entries.
        along: whether the jets also carry the second order, along the tangents.
    """
    arguments, start = {name: jets(x) for name, x in inputs.items() if x.dtype.kind == "f"}, 0
    for name in case.wrt:
        arguments[name] = _active(inputs[name], tangents[name], start, width(case, inputs), unit, along)
        start += inputs[name].size
    return jets(case.function(NAMESPACE, **{name: arguments.get(name, inputs[name]) for name in case.parameters}))


def _active(x: np.ndarray, tangent: np.ndarray, start: int, width: int, unit: float, along: bool) -> np.ndarray:
    """Jets of `x` whose directions number `start`, `start` + 1, … are its entries, and the last its tangent."""
    made = np.empty(x.shape, dtype=object)
    for i, index in enumerate(np.ndindex(x.shape)):
        row, u = arb_mat(1, width), arb(float(tangent[index]))
        row[0, start + i] = arb(unit)
        row[0, width - 1] = u
        made[index] = Jet(arb(float(x[index])), row, u if along else None)
    return made


def rows(y: np.ndarray, width: int, *, mixed: bool = False) -> np.ndarray:
    """The derivatives of an array of jets, shape (y.size, width): first ones, or the second along the tangents."""
    parts = [j.mixed if mixed else j.dot for j in y.flat]
    entries = [e for part in parts for e in ([arb(0)] * width if part is None else part.entries())]
    return object_array(entries, (y.size, width))


def by_input(case: Case, inputs: Inputs, whole: np.ndarray, shape: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Rows of derivatives as an array for each input of `wrt`, of shape `shape` + input.shape."""
    found, start = {}, 0
    for name in case.wrt:
        size = inputs[name].size
        found[name] = whole[:, start : start + size].reshape(shape + inputs[name].shape)
        start += size
    return found


def _pull_back(cotangent: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """ȳᵀJ, rounded term by term as a backend would: Arb's own matrix product rounds once and promises too much."""
    width = rows.shape[1]
    total = Jet(arb(0), arb_mat(1, width))
    for weight, row in zip(cotangent.flat, rows, strict=True):
        total = total + Jet(arb(0), arb_mat(1, width, list(row)) * arb(float(weight)))
    assert total.dot is not None
    return object_array(total.dot.entries(), (width,))


def object_array(values: list[Any], shape: tuple[int, ...]) -> np.ndarray:
    """An object array of values that NumPy is not to look into."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array.reshape(shape)
