"""The worker's side: judges what a backend answers at inputs that nobody has looked at before."""

from __future__ import annotations

from functools import cache

import msgspec
import numpy as np

from adbench.backend import Backend
from adbench.case import Case, Inputs
from adbench.conformance.check import check_cell
from adbench.conformance.subject import Subject
from adbench.errors import NotCertified, Undecided, Unsupported
from adbench.fuzz.window import OutOfRange, OutsideDomain, truth_within
from adbench.oracle.truth import Truth
from adbench.plan import Cell
from adbench.registry import load_backend
from adbench.runner.protocol import Tried

DISCARDED: dict[type[Exception], str] = {
    Undecided: "at a kink",
    NotCertified: "not certified",
    OutOfRange: "out of range",
    OutsideDomain: "outside the domain",
    Unsupported: "beyond the oracle",
}


def judge(case: Case, backend: Backend, cell: Cell, operators: tuple[str, ...], inputs: Inputs) -> Tried:
    """The outcomes of a case at these inputs, an operator each, or why there is none."""
    point = case.at(cell.dtype, **inputs)
    truth = truth_or_reason(point, cell.dtype)
    return Tried(discarded=truth) if isinstance(truth, str) else outcomes(point, backend, cell, operators, truth)


def truth_or_reason(point: Case, dtype: str) -> Truth | str:
    """The truth at the one point of a case, or in a few words why an answer there says nothing about a library."""
    try:
        with np.errstate(all="ignore"):
            return truth_within(point, point.make_inputs("found"), dtype, _reference())
    except tuple(DISCARDED) as error:
        return next(reason for kind, reason in DISCARDED.items() if isinstance(error, kind))
    except Exception:  # a singular matrix, shapes that do not fit
        return DISCARDED[OutsideDomain]


def outcomes(point: Case, backend: Backend, cell: Cell, operators: tuple[str, ...], truth: Truth) -> Tried:
    """What a backend answers where the truth is known, told under the name of the cell's own case."""
    subject = Subject(backend, point, "found", cell.dtype, cell.device, truth)
    cells = [msgspec.structs.replace(cell, size="found", operator=operator) for operator in operators]
    with np.errstate(all="ignore"):
        checked = [check_cell(c, subject) for c in cells]
    family = cell.case.partition(".")[0]
    flat = any(not (np.abs(e.high) > e.tolerance).any() for e in truth.jacobian.values())
    return Tried(tuple(msgspec.structs.replace(outcome, family=family) for outcome in checked), flat=flat)


@cache
def _reference() -> Backend:
    return load_backend("numpy")
