"""Runs one cell: holds what a backend answers to the truth and to itself."""

from __future__ import annotations

import time

import numpy as np

from adbench.conformance import compare, compressed, convention
from adbench.conformance.subject import Answer, Impure, Subject
from adbench.errors import Unsupported, describe
from adbench.oracle.truth import Enclosure
from adbench.plan import Cell
from adbench.results import Check, Outcome

ORDER = ("value", "shape", "dtype", "derivative", "zeros", "convention", "adjoint", "agreement")


def check_cell(cell: Cell, subject: Subject) -> Outcome:
    """The outcome of one cell."""
    start = time.perf_counter()
    try:
        subject.backend.use(cell.device)
        checks = _checks(cell.operator, subject)
        status, message = _verdict(checks)
    except Impure as error:
        checks = [error.check]
        status, message = _verdict(checks)
    except Unsupported as error:
        checks, status, message = [], "unsupported", str(error)
    except Exception as error:
        checks, status, message = [], "error", describe(error)
    derivatives = [c for c in checks if c.name == "derivative"]
    return Outcome(
        **cell.fields(),
        status=status,  # type: ignore[arg-type]
        checks=tuple(checks),
        ulps=max((c.ulps for c in derivatives if c.ulps is not None), default=None),
        ratio=max((c.ratio for c in derivatives if c.ratio is not None), default=None),
        message=message,
        native=subject.backend.is_native(cell.operator),
        bound=subject.truth.bound,
        seconds=time.perf_counter() - start,
        convention=convention.of(status, checks) if subject.truth.admissible else "",
    )


def _checks(operator: str, subject: Subject) -> list[Check]:
    truths = subject.truths(operator)  # first, as there may be none
    answer = subject.answer(operator, again=True)
    checks = _value(subject, answer)
    if subject.truth.admissible:
        checks += convention.checks(operator, subject, answer)
    else:
        derivatives = compressed.derivatives if operator == "jacsparse" else _derivatives
        checks += derivatives(subject, truths, answer) + _between_modes(operator, subject, answer)
    in_order = sorted(checks, key=lambda c: ORDER.index(c.name))
    failed = (check for check in answer.repeats if check.status == "fail")
    steady = next(failed, Check(name="determinism", status="pass"))
    return [*in_order, Check(name="purity", status="pass"), steady]


def _value(subject: Subject, answer: Answer) -> list[Check]:
    y, truth = answer.value, subject.truth.value
    if y is None:
        return []
    checks = [compare.shape("", y, truth.high.shape), compare.dtype("", y, subject.dtype)]
    if checks[0].status == "pass" and not np.isnan(truth.high).any():  # at some kinks there is none
        checks.append(compare.closeness("value", "", y, truth, subject.dtype, lambda: subject.scale))
    return checks


def _derivatives(subject: Subject, truths: dict[str, Enclosure], answer: Answer) -> list[Check]:
    checks = []
    for name, truth in truths.items():
        got = answer.derivatives[name]
        fits = compare.shape(name, got, truth.high.shape)
        checks += [fits, compare.dtype(name, got, subject.dtype)]
        if fits.status == "pass":
            checks.append(compare.closeness("derivative", name, got, truth, subject.dtype, lambda: subject.scale))
    return checks


def _between_modes(operator: str, subject: Subject, answer: Answer) -> list[Check]:
    if operator == "vjp":
        return _adjoint(subject, answer)
    return _agreement(subject, answer) if operator == "jacrev" else []


def _adjoint(subject: Subject, reverse: Answer) -> list[Check]:
    """The adjoint identity between the two modes' answers."""
    forward = _forward("jvp", subject)
    if isinstance(forward, str):
        return [Check(name="adjoint", status="skip", message=forward)]
    truth, wrt = subject.truth, subject.case.wrt
    y_dot = forward.derivatives[subject.together]
    tangents, x_bars = [truth.tangents[n] for n in wrt], [reverse.derivatives[n] for n in wrt]
    if [x.shape for x in x_bars] != [u.shape for u in tangents]:
        return [Check(name="adjoint", status="skip", message="shapes differ")]
    return [compare.adjoint(truth.cotangent, y_dot, tangents, x_bars, truth.jvp, [truth.vjp[n] for n in wrt])]


def _agreement(subject: Subject, reverse: Answer) -> list[Check]:
    """The Jacobians by forward mode beside those by reverse mode."""
    forward = _forward("jacfwd", subject)
    if isinstance(forward, str):
        return [Check(name="agreement", status="skip", message=forward)]
    return [
        compare.agreement(name, forward.derivatives[name], jacobian, subject.truth.jacobian[name])
        for name, jacobian in reverse.derivatives.items()
    ]


def _forward(operator: str, subject: Subject) -> Answer | str:
    """Forward mode's answer, for reverse mode to be compared with; or why there is none.

    An answer that is wrong itself is none: it fails in forward mode's own cell, and tells nothing of reverse mode.
    """
    try:
        answer = subject.answer(operator)
        status, message = _verdict(_derivatives(subject, subject.truths(operator), answer))
    except Exception as error:
        return f"no forward mode to compare with: {describe(error)}"
    return answer if status == "pass" else f"forward mode is wrong itself: {message}"


def _verdict(checks: list[Check]) -> tuple[str, str]:
    failed = [c for c in checks if c.status == "fail"]
    if not failed:
        return "pass", ""
    first = failed[0]
    by = f" by {first.input}" if first.input else ""
    kind = f" ({first.kind})" if first.kind else ""
    return "fail", f"{first.name}{by}{kind}: {first.message}"
