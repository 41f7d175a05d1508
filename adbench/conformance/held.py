"""Holds what a backend answered to the truth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from adbench.conformance import compare
from adbench.conformance.subject import Answer, Subject
from adbench.errors import describe
from adbench.oracle.truth import Enclosure
from adbench.parts import is_complex
from adbench.results import Check, Status


def definition(subject: Subject) -> list[Check]:
    """Of a library's own function the check that it has the value of its definition; none where it has.

    Otherwise one of the two is another function, and nothing can be said of the derivative. A value that has lost
    digits fails the check `value`.
    """
    if not subject.case.native or subject.truth.admissible:
        return []
    y, truth = subject.primal, subject.truth.value
    check = compare.shape("", y, truth.shape)
    if check.status == "pass" and is_complex(y) != truth.complex:
        check = compare.dtype("", y, truth.dtype(subject.dtype))
    elif check.status == "pass":
        check = compare.closeness("definition", "", y, truth, subject.dtype, lambda: subject.scale)
    if check.status == "pass" or check.kind == "inaccurate":
        return []
    which = f"the value of {subject.backend.name}'s function beside that of its definition, {subject.case.where}"
    return [replace(check, name="definition", kind="table", message=f"{check.message}: {which}")]


def value(subject: Subject, answer: Answer) -> list[Check]:
    """The checks of f(x), if it was asked for."""
    y, truth = answer.value, subject.truth.value
    if y is None:
        return []
    checks = [compare.shape("", y, truth.shape), compare.dtype("", y, truth.dtype(subject.dtype))]
    comparable = checks[0].status == "pass" and is_complex(y) == truth.complex
    if comparable and not np.isnan(truth.high).any():  # at some kinks there is none
        checks.append(compare.closeness("value", "", y, truth, subject.dtype, lambda: subject.scale))
    return checks


def derivatives(subject: Subject, truths: dict[str, Enclosure], answer: Answer) -> list[Check]:
    """The checks of each derivative, under the names of its truth."""
    checks = []
    for name, truth in truths.items():
        got = answer.derivatives[name]
        fits = compare.shape(name, got, truth.shape)
        checks += [fits, compare.dtype(name, got, truth.dtype(subject.dtype))]
        if fits.status == "pass" and is_complex(got) == truth.complex:
            checks.append(compare.closeness("derivative", name, got, truth, subject.dtype, lambda: subject.scale))
    return checks


def right(operator: str, subject: Subject, what: str) -> Answer | str:
    """What an operator answers of the case itself, for others to be compared with; or why there is nothing.

    An answer that is wrong is nothing: it fails in the operator's own cell, and tells nothing of others.

    Args:
        what: the operator's name in the reason.
    """
    try:
        answer = subject.answer(operator)
        status, message = verdict(value(subject, answer) + derivatives(subject, subject.truths(operator), answer))
    except Exception as error:
        return f"no {what} to compare with: {describe(error)}"
    return answer if status == "pass" else f"{what} is wrong itself: {message}"


def verdict(checks: Sequence[Check]) -> tuple[Status, str]:
    """The status of a cell by its checks, and why it did not pass."""
    failed = [c for c in checks if c.status == "fail"]
    if not failed:
        return "pass", ""
    first = failed[0]
    by = f" by {first.input}" if first.input else ""
    kind = f" ({first.kind})" if first.kind else ""
    return "error" if first.kind in ("raised", "table") else "fail", f"{first.name}{by}{kind}: {first.message}"
