"""The second derivatives that backends are held to: those of g(x) = ⟨cotangent, f(x)⟩, at the point of the first ones.

Tolerances come as for first derivatives (see `truth`): from the same jets at the working precision, in directions of
length 1 and √2, whichever is wider.
"""

from __future__ import annotations

import numpy as np

from adbench.case import Case, Inputs
from adbench.errors import NotCertified, Undecided, Unsupported
from adbench.oracle.evaluate import object_array, second
from adbench.oracle.precision import BITS, LARGEST, working
from adbench.oracle.sampled import is_useless
from adbench.oracle.truth import Enclosure, Second, Truth, enclose, narrowed, unit_of, wider
from adbench.parts import is_complex


def second_at(case: Case, truth: Truth, dtype: str) -> Second | str:
    """The second derivatives of a case, or in a few words why there are none."""
    if truth.bound != "radius":
        return "the radii of a loop as long as this one say nothing"
    try:
        *hvp, curvature = _products(case, truth, truth.tangents, dtype)
        hessian = _hessian(case, truth, dtype) if case.has_hessian(truth.inputs) else {}
    except (Undecided, NotCertified, Unsupported) as error:
        return f"the oracle has no second derivatives here: {error}"
    return Second(hvp=dict(zip(case.wrt, hvp, strict=True)), curvature=curvature, hessian=hessian)


def _products(case: Case, truth: Truth, along: Inputs, dtype: str) -> list[Enclosure]:
    """The Hessian times a direction, for each input, and the direction times that.

    Raises:
        NotCertified: rounding in `dtype` leaves too few digits.
    """

    def balls(bits: int, unit: float = 1.0) -> list[np.ndarray]:
        by_name, curvature = second(case, truth.inputs, along, truth.cotangent, bits, unit)
        return [*by_name.values(), object_array([curvature], ())]

    def groups(made: list[np.ndarray]) -> dict[str, np.ndarray]:
        return {f"second derivative by {name}": x for name, x in zip((*case.wrt, "all inputs"), made, strict=True)}

    true, bits = narrowed(case, truth.inputs, balls, groups)
    rough = [wider(a, b) for a, b in zip(balls(BITS[dtype]), balls(BITS[dtype], unit_of(dtype)), strict=True)]
    pairs = (*(is_complex(truth.inputs[name]) for name in case.wrt), False)
    with working(bits):
        made = [enclose(a, b, dtype, complex=pair) for a, b, pair in zip(true, rough, pairs, strict=True)]
    in_range = all((np.abs(e.high) <= LARGEST[dtype]).all() and np.isfinite(e.tolerance).all() for e in made)
    # Of a function that is linear in an entry the curvature along it is 0, whatever its products round to.
    products = max(float(np.max(np.abs(e.high), initial=0.0)) for e in made)
    if not in_range or any(map(is_useless, rough[:-1])) or is_useless(rough[-1], products):
        raise NotCertified(f"rounding in {dtype} leaves too few digits")
    return made


def _hessian(case: Case, truth: Truth, dtype: str) -> dict[str, Enclosure]:
    """By each input alone: the products with its unit vectors."""
    return {name: _columns(case, truth, name, dtype) for name in case.wrt}


def _columns(case: Case, truth: Truth, name: str, dtype: str) -> Enclosure:
    x, i = truth.inputs[name], case.wrt.index(name)
    zeros = {other: np.zeros_like(truth.inputs[other]) for other in case.wrt}
    units = np.eye(x.size).reshape(x.size, *x.shape)
    columns = [_products(case, truth, {**zeros, name: unit}, dtype)[i] for unit in units]

    def whole(field: str) -> np.ndarray:
        return np.array([getattr(column, field) for column in columns]).reshape(x.shape * 2)

    return Enclosure(high=whole("high"), low=whole("low"), tolerance=whole("tolerance"))
