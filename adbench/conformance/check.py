"""Runs one cell: holds what a backend answers to the truth and to itself."""

from __future__ import annotations

import time

from adbench.conformance import compare, compressed, convention, held
from adbench.conformance.subject import Answer, Impure, Subject
from adbench.conformance.variants import check_variant
from adbench.errors import Unsupported, describe
from adbench.oracle.truth import Enclosure
from adbench.parts import is_complex
from adbench.plan import Cell
from adbench.results import Check, Outcome

ORDER = ("value", "shape", "dtype", "derivative", "zeros", "convention", "adjoint", "agreement", "linearity")


def check_cell(cell: Cell, subject: Subject) -> Outcome:
    """The outcome of one cell."""
    start = time.perf_counter()
    try:
        subject.backend.use(cell.device)
        checks = check_variant(cell, subject) if cell.variant else _checks(cell.operator, subject)
        status, message = held.verdict(checks)
    except Impure as error:
        checks = [error.check]
        status, message = held.verdict(checks)
    except Unsupported as error:
        checks, status, message = [], "unsupported", str(error)
    except Exception as error:
        checks, status, message = [], "error", describe(error)
    derivatives = [c for c in checks if c.name == "derivative"]
    return Outcome(
        **cell.fields(),
        status=status,
        checks=tuple(checks),
        ulps=max((c.ulps for c in derivatives if c.ulps is not None), default=None),
        ratio=max((c.ratio for c in derivatives if c.ratio is not None), default=None),
        message=message,
        native=subject.is_native(cell.operator),
        bound=subject.truth.bound,
        seconds=time.perf_counter() - start,
        convention=convention.of(status, checks) if subject.truth.admissible else "",
    )


def _checks(operator: str, subject: Subject) -> list[Check]:
    truths = subject.truths(operator)  # first, as there may be none
    if other := held.definition(subject):
        return other
    answer = subject.answer(operator, again=True)
    checks = held.value(subject, answer)
    if subject.truth.admissible:
        checks += convention.checks(operator, subject, answer)
    else:
        derivatives = compressed.derivatives if operator == "jacsparse" else held.derivatives
        checks += derivatives(subject, truths, answer)
        right = held.verdict([*checks, *answer.repeats])[0] == "pass"
        checks += _between_modes(operator, subject, answer)
        if answer.scaled:
            wrong = Check(name="linearity", status="skip", message="the answer itself is not right")
            checks.append(_linearity(subject, truths, answer) if right else wrong)
    in_order = sorted(checks, key=lambda c: ORDER.index(c.name))
    failed = (check for check in answer.repeats if check.status == "fail")
    steady = next(failed, Check(name="determinism", status="pass"))
    return [*in_order, Check(name="purity", status="pass"), steady]


def _between_modes(operator: str, subject: Subject, answer: Answer) -> list[Check]:
    if operator == "vjp":
        return _adjoint(subject, answer)
    return _agreement(subject, answer) if operator == "jacrev" else []


def _adjoint(subject: Subject, reverse: Answer) -> list[Check]:
    """The adjoint identity between the two modes' answers."""
    forward = held.right("jvp", subject, "forward mode")
    if isinstance(forward, str):
        return [Check(name="adjoint", status="skip", message=forward)]
    truth, wrt = subject.truth, subject.case.wrt
    y_dot = forward.derivatives[subject.together]
    tangents, x_bars = [truth.tangents[n] for n in wrt], [reverse.derivatives[n] for n in wrt]
    if [(x.shape, is_complex(x)) for x in x_bars] != [(u.shape, is_complex(u)) for u in tangents]:
        return [Check(name="adjoint", status="skip", message="shapes differ")]
    return [compare.adjoint(truth.cotangent, y_dot, tangents, x_bars, truth.jvp, [truth.vjp[n] for n in wrt])]


def _agreement(subject: Subject, reverse: Answer) -> list[Check]:
    """The Jacobians by forward mode beside those by reverse mode."""
    forward = held.right("jacfwd", subject, "forward mode")
    if isinstance(forward, str):
        return [Check(name="agreement", status="skip", message=forward)]
    return [
        compare.agreement(name, forward.derivatives[name], jacobian, subject.truth.jacobian[name])
        for name, jacobian in reverse.derivatives.items()
    ]


def _linearity(subject: Subject, truths: dict[str, Enclosure], answer: Answer) -> Check:
    """The derivatives along a seed times a factor are those along the seed times the factor: exactly 0 for 0."""
    for factor, derivatives in answer.scaled.items():
        scaled = {name: truth.times(factor) for name, truth in truths.items()}
        status, message = held.verdict(held.derivatives(subject, scaled, Answer(None, derivatives)))
        if status != "pass":
            return Check(name="linearity", status="fail", message=f"of {factor:g} × its seed: {message}")
    return Check(name="linearity", status="pass")
