"""Second derivatives of a case: Hessian-vector products and Hessians, mixed partials included.

One pass of jets of second order along v gives the derivative of f'(x) v by every entry of every input: the product
of the Hessian with v. Unit vectors for v give its columns.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from adbench.case import Case, Inputs
from adbench.oracle.evaluate import apply, by_input, round_inputs, rows, width
from adbench.oracle.precision import BITS, working
from adbench.oracle.truth import Enclosure, enclose, narrowed

Products = dict[str, np.ndarray]


def hvp(case: Case, inputs: Inputs, v: Inputs, dtype: str) -> dict[str, Enclosure]:
    """The Hessian of a case times a vector.

    Args:
        inputs: float64 arrays; they are first rounded to `dtype`.
        v: an array of the shape of each input of `wrt`, likewise.
        dtype: whose rounding the tolerances are for.
    Returns:
        For each input of `wrt`, shape output.shape + input.shape.
    Raises:
        Undecided: the inputs lie at a kink.
        NotCertified: the enclosures stay wide at the cap on precision.
    """
    inputs, v = round_inputs(inputs, dtype), round_inputs(v, dtype)
    true, bits = narrowed(case, inputs, lambda bits: _products(case, inputs, v, bits), lambda made: made)
    rough = _products(case, inputs, v, BITS[dtype])
    with working(bits):
        return {name: enclose(true[name], rough[name], dtype) for name in case.wrt}


def hessian(case: Case, inputs: Inputs, dtype: str) -> dict[tuple[str, str], Enclosure]:
    """The second derivatives of a case by every pair of inputs in `wrt`.

    Args, Raises: see `hvp`.

    Returns:
        For inputs (a, b), shape output.shape + a.shape + b.shape.
    """
    inputs = round_inputs(inputs, dtype)
    shape = case.output_shape(inputs)
    columns: dict[tuple[str, str], list[Enclosure]] = {(a, b): [] for a in case.wrt for b in case.wrt}
    for b, v in _unit_vectors(case, inputs):
        for a, column in hvp(case, inputs, v, dtype).items():
            columns[a, b].append(column)
    return {(a, b): _joined(parts, shape + inputs[a].shape, inputs[b].shape) for (a, b), parts in columns.items()}


def _products(case: Case, inputs: Inputs, v: Inputs, bits: int) -> Products:
    with working(bits):
        y = apply(case, inputs, v, along=True)
        return by_input(case, inputs, rows(y, width(case, inputs), mixed=True), y.shape)


def _unit_vectors(case: Case, inputs: Inputs) -> Iterator[tuple[str, Inputs]]:
    zeros = {name: np.zeros(inputs[name].shape) for name in case.wrt}
    for name in case.wrt:
        for index in np.ndindex(inputs[name].shape):
            unit = np.zeros(inputs[name].shape)
            unit[index] = 1.0
            yield name, {**zeros, name: unit}


def _joined(columns: list[Enclosure], rows_shape: tuple[int, ...], columns_shape: tuple[int, ...]) -> Enclosure:
    def join(part: str) -> np.ndarray:
        arrays = [getattr(column, part) for column in columns]
        return (
            np.stack(arrays, axis=-1).reshape(rows_shape + columns_shape)
            if arrays
            else np.zeros(rows_shape + columns_shape)
        )

    return Enclosure(high=join("high"), low=join("low"), tolerance=join("tolerance"))
