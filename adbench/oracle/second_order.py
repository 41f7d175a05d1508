"""Second derivatives of a case: Hessian-vector products and Hessians, mixed partials included.

One pass of jets of second order along v gives the derivative of f'(x) v by every entry of every input: the product
of the Hessian with v. Unit vectors for v give its columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from adbench.case import Case, Inputs
from adbench.oracle.evaluate import apply, by_input, round_inputs, rows, width
from adbench.oracle.precision import BITS, working
from adbench.oracle.truth import Enclosure, enclose, narrowed
from adbench.parts import joined, real_shape

Products = dict[str, np.ndarray]


def hvp(case: Case, inputs: Inputs, v: Inputs, dtype: str) -> dict[str, Enclosure]:
    """The Hessian of a case times a vector.

    Args:
        inputs: float64 arrays; they are first rounded to `dtype`.
        v: an array of the shape of each input of `wrt`, likewise; complex where that is.
        dtype: whose rounding the tolerances are for.
    Returns:
        For each input of `wrt`, shape output.shape + input.shape; over (Re, Im) where they are complex, as in `Truth`.
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
    true, bits = hessian_balls(case, inputs, case.wrt)
    rough = _columns(case, inputs, case.wrt, BITS[dtype])
    with working(bits):
        return {pair: enclose(balls, rough[pair], dtype) for pair, balls in true.items()}


def hessian_balls(case: Case, inputs: Inputs, by: Iterable[str]) -> tuple[dict[tuple[str, str], np.ndarray], int]:
    """Certified balls of the second derivatives, as `hessian` has them, and the bits that they took.

    Args:
        by: the inputs b that the pairs (a, b) are wanted for; each entry of one costs a pass.
    """
    by = tuple(by)
    return narrowed(
        case,
        inputs,
        lambda bits: _columns(case, inputs, by, bits),
        lambda made: {f"hessian by {a}, {b}": balls for (a, b), balls in made.items()},
    )


def _columns(case: Case, inputs: Inputs, by: Iterable[str], bits: int) -> dict[tuple[str, str], np.ndarray]:
    """The products with every unit vector, joined."""
    shape = real_shape(case.output_like(inputs))
    found: dict[tuple[str, str], list[np.ndarray]] = {(a, b): [] for a in case.wrt for b in by}
    for b, v in _unit_vectors(case, inputs, by):
        for a, column in _products(case, inputs, v, bits).items():
            found[a, b].append(column)
    found_all = {}
    for (a, b), columns in found.items():
        whole = np.stack(columns, axis=-1) if columns else np.empty((*shape, *real_shape(inputs[a]), 0), dtype=object)
        found_all[a, b] = whole.reshape(shape + real_shape(inputs[a]) + real_shape(inputs[b]))
    return found_all


def _products(case: Case, inputs: Inputs, v: Inputs, bits: int) -> Products:
    with working(bits):
        y = apply(case, inputs, v, along=True)
        return by_input(case, inputs, rows(y, width(case, inputs), mixed=True), y.shape)


def _unit_vectors(case: Case, inputs: Inputs, by: Iterable[str]) -> Iterator[tuple[str, Inputs]]:
    zeros = {name: np.zeros_like(inputs[name]) for name in case.wrt}
    for name in by:
        for index in np.ndindex(real_shape(inputs[name])):
            unit = np.zeros(real_shape(inputs[name]))
            unit[index] = 1.0
            yield name, {**zeros, name: joined(unit, inputs[name])}
