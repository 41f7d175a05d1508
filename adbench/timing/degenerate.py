"""Refuses a derivative that is 0 throughout, or not finite, at a size that the oracle has not proved: it is fast, and
says nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adbench.case import Case
from adbench.errors import InvalidCase
from adbench.plan import Cell

FIRST = {"vjp": 1, "jacfwd": 0, "jacrev": 0}  # where derivatives begin in the answers of these operators


def refuse_degenerate(cell: Cell, case: Case, answer: Sequence[np.ndarray]) -> None:
    """Look at the answer of a call that is going to be timed.

    Derivatives along tangents of ones and second ones may be 0 for good reason, and are not looked at.

    Args:
        answer: its arrays in order, the value first where the operator gives it.
    Raises:
        InvalidCase: a derivative is 0 throughout, or an entry is not finite.
    """
    derivatives = answer[FIRST.get(cell.operator, len(answer)) :]
    names = case.wrt if len(derivatives) == len(case.wrt) else ("all inputs",) * len(derivatives)
    for name, derivative in zip(names, derivatives, strict=True):
        if derivative.size and not derivative.any():
            raise InvalidCase(f"{case.where}: at size {cell.size} the derivative by {name} is 0 throughout")
        if not np.isfinite(derivative).all():
            raise InvalidCase(f"{case.where}: at size {cell.size} the derivative by {name} is not finite")
