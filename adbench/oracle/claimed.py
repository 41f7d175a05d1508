"""The truth of a case by its closed form alone, where the oracle lacks a function that the case uses.

Nothing is proved then. Answers are held to half of their dtype's digits, relative to the largest entry, and outcomes
say so.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adbench import plain
from adbench.case import Case, Inputs
from adbench.oracle.evaluate import round_inputs, seeds
from adbench.oracle.precision import BITS
from adbench.oracle.truth import Enclosure, Truth
from adbench.parts import is_complex, parts

CLAIMED_DIGITS = "half of the dtype's digits"


def claimed_truth(case: Case, inputs: Inputs, dtype: str) -> Truth:
    """What the function and its closed forms give in float64, with a tolerance of half of the digits of `dtype`."""
    inputs = round_inputs(inputs, dtype)
    with np.errstate(all="ignore"):
        value = np.asarray(case.function(plain.NAMESPACE, **inputs))
    tangents, cotangent = seeds(case, inputs, value.shape, dtype, complex_output=is_complex(value))
    jacobian = {n: np.asarray(f(plain.NAMESPACE, **inputs)) for n, f in case.jacobians.items()}
    directions, y_bar = {n: parts(tangents[n]) for n in case.wrt}, parts(cotangent)
    jvp = sum(np.tensordot(jacobian[n], directions[n], directions[n].ndim) for n in case.wrt)
    vjp = {n: np.tensordot(y_bar, jacobian[n], y_bar.ndim) for n in case.wrt}
    return Truth(
        inputs=inputs,
        tangents=tangents,
        cotangent=cotangent,
        bound="closed form",
        value=_claimed(parts(value), dtype, complex=is_complex(value)),
        jvp=_claimed(jvp, dtype, complex=is_complex(value)),
        jacobian={n: _claimed(jacobian[n], dtype) for n in case.wrt},
        vjp={n: _claimed(vjp[n], dtype, complex=is_complex(inputs[n])) for n in case.wrt},
    )


def _claimed(numbers: Any, dtype: str, *, complex: bool = False) -> Enclosure:
    high = np.asarray(numbers, dtype=np.float64)
    allowed = 2.0 ** (-BITS[dtype] // 2) * np.abs(high).max(initial=0.0)
    return Enclosure(high=high, low=np.zeros_like(high), tolerance=np.full_like(high, allowed), complex=complex)
