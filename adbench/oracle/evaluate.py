"""Evaluates a case as jets: its value and derivatives as balls, at any working precision."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb, arb_mat

from adbench.case import Case, Inputs
from adbench.errors import InvalidCase
from adbench.oracle.arrays import has_complex
from adbench.oracle.holomorphic import imag, real
from adbench.oracle.jet import Jet
from adbench.oracle.namespace import NAMESPACE, jets
from adbench.oracle.precision import round_to, working
from adbench.parts import is_complex, joined, parts, real_shape


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
    """The inputs as `dtype` holds them, as float64 arrays, or complex128 ones; integers and booleans stay.

    Raises:
        InvalidCase: an input overflows in this dtype.
    """
    rounded = {name: joined(round_to(parts(x), dtype), x) if x.dtype.kind in "fc" else x for name, x in inputs.items()}
    for name, x in rounded.items():
        if (np.isfinite(x) != np.isfinite(inputs[name])).any():
            raise InvalidCase(f'input {name} overflows in {dtype}; give the case dtypes=("float64",)')
    return rounded


def seeds(
    case: Case, inputs: Inputs, output_shape: tuple[int, ...], dtype: str, *, complex_output: bool = False
) -> tuple[Inputs, np.ndarray]:
    """A random tangent for each input of `wrt` and a random cotangent, as `dtype` holds them."""
    rng = np.random.default_rng([len(case.name), *case.name.encode()])
    of = {**{name: inputs[name] for name in case.wrt}, "": np.empty(output_shape, complex if complex_output else float)}
    drawn = {name: joined(np.asarray(rng.standard_normal(real_shape(x))), x) for name, x in of.items()}
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
        whole = _of_unit(rows(y, width(case, inputs)), unit)
        value = object_array([j.value for j in y.flat], y.shape)
        jacobian = by_input(case, inputs, whole, y.shape)
        pulled = by_input(case, inputs, pull_back(parts(cotangent), whole)[None], ())
        return Balls(value, whole[:, -1].reshape(y.shape), jacobian, pulled)


def width(case: Case, inputs: Inputs) -> int:
    """Number of directions: the entries of all inputs of `wrt`, two a complex one, and one along all tangents."""
    return sum(math.prod(real_shape(inputs[name])) for name in case.wrt) + 1


def apply(case: Case, inputs: Inputs, tangents: Inputs, *, unit: float = 1.0, along: bool = False) -> np.ndarray:
    """The case's output as an array of real jets, at the working precision of the moment.

    Args:
        tangents: by input of `wrt`; the last direction.
        unit: length of the directions of the entries.
        along: whether the jets also carry the second order, along the tangents.
    """
    count, toward = width(case, inputs), {name: parts(tangents[name]) for name in case.wrt}

    def leaf(name: str, index: tuple[int, ...], x: float, direction: int) -> Jet:
        row, u = arb_mat(1, count), arb(float(toward[name][index]))
        row[0, direction] = arb(unit)
        row[0, count - 1] = u
        return Jet(arb(x), row, u if along else None)

    return output(case, inputs, leaf)


def output(case: Case, inputs: Inputs, leaf: Callable[[str, tuple[int, ...], float, int], Jet]) -> np.ndarray:
    """The case's output as an array of real jets, with an axis (Re, Im) at the end where it is complex.

    Args:
        leaf: gives the jet of an entry of an input of `wrt` from the input's name, the entry's index in its `parts`,
            its value and the number of its direction.
    """
    arguments, direction = {name: jets(x) for name, x in inputs.items() if x.dtype.kind in "fc"}, 0
    for name in case.wrt:
        entries = parts(inputs[name])
        made = np.empty(entries.shape, dtype=object)
        for index in np.ndindex(entries.shape):
            made[index] = leaf(name, index, float(entries[index]), direction)
            direction += 1
        arguments[name] = jets(made[..., 0] + 1j * made[..., 1]) if is_complex(inputs[name]) else made
    y = jets(case.function(NAMESPACE, **{name: arguments.get(name, inputs[name]) for name in case.parameters}))
    return parts_of_jets(y) if has_complex(y) else y


def constant_output(case: Case, inputs: Inputs) -> np.ndarray:
    """Zeros of the shape of the case's output in the oracle, complex128 or float64."""
    y = jets(case.function(NAMESPACE, **constant_jets(inputs)))
    return np.zeros(y.shape, dtype=complex if has_complex(y) else float)


def constant_jets(inputs: Inputs) -> dict[str, np.ndarray]:
    """The inputs as arrays of jets without derivatives; integers and booleans stay."""
    return {name: jets(x) if x.dtype.kind in "fc" else x for name, x in inputs.items()}


def parts_of_jets(y: Any) -> np.ndarray:
    """Real jets of complex ones, with an axis (Re, Im) at the end; of real ones the second is 0."""
    y = jets(y)
    return object_array([part(j) for j in y.flat for part in (real, imag)], (*y.shape, 2))


def rows(y: np.ndarray, width: int, *, mixed: bool = False) -> np.ndarray:
    """The derivatives of an array of jets, shape (y.size, width): first ones, or the second along the tangents."""
    parts = [j.mixed if mixed else j.dot for j in y.flat]
    entries = [e for part in parts for e in ([arb(0)] * width if part is None else part.entries())]
    return object_array(entries, (y.size, width))


def by_input(case: Case, inputs: Inputs, whole: np.ndarray, shape: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Rows of derivatives as an array for each input of `wrt`, of shape `shape` + input.shape (+ (2,))."""
    found, start = {}, 0
    for name in case.wrt:
        of_input = real_shape(inputs[name])
        size = math.prod(of_input)
        found[name] = whole[:, start : start + size].reshape(shape + of_input)
        start += size
    return found


def _of_unit(whole: np.ndarray, unit: float) -> np.ndarray:
    """Rows of derivatives in directions of length `unit` as those in unit vectors; the last is along the tangents."""
    if unit != 1:
        whole[:, :-1] = whole[:, :-1] / arb(unit)
    return whole


def second(
    case: Case, inputs: Inputs, tangents: Inputs, cotangent: np.ndarray, bits: int, unit: float = 1.0
) -> tuple[dict[str, np.ndarray], arb]:
    """The Hessian of ⟨cotangent, f⟩ times the tangents, by input, and the tangents times that; see `evaluate`."""
    with working(bits):
        y = apply(case, inputs, tangents, unit=unit, along=True)
        whole = _of_unit(rows(y, width(case, inputs), mixed=True), unit)
        pulled = pull_back(parts(cotangent), whole)
        return by_input(case, inputs, pulled[None], ()), pulled[-1]


def pull_back(cotangent: np.ndarray, rows: np.ndarray) -> np.ndarray:
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
