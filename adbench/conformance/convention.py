"""At kinks: whether an answer is an admissible one, and which. What a backend gives there is its convention."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from adbench.conformance import compare
from adbench.conformance.subject import Answer, Subject
from adbench.errors import describe
from adbench.oracle.precision import BITS
from adbench.oracle.truth import Admissible, Smooth
from adbench.results import Check

CONVENTION, INADMISSIBLE, NAN, RAISES, DIFFERS = "convention", "inadmissible", "NaN", "raises", "forward ≠ reverse"
WORST_FIRST = (RAISES, NAN, INADMISSIBLE, DIFFERS, CONVENTION)
FORWARD = {"vjp": ("jvp", "adjoint"), "jacrev": ("jacfwd", "agreement")}  # what is compared with, and the check's name


def of(status: str, checks: list[Check]) -> str:
    """The class of a cell's answers, the worst of them; empty where it has none."""
    found = {RAISES} if status == "error" else {c.kind for c in checks}
    return next((kind for kind in WORST_FIRST if kind in found), "")


def checks(operator: str, subject: Subject, answer: Answer) -> list[Check]:
    """Of each input: shape, dtype and `convention`; then directions with one derivative, and the other mode."""
    made = list(_alone(operator, subject, answer))
    return made + list(_beside_forward(operator, subject, answer, made)) if operator in FORWARD else made


def _alone(operator: str, subject: Subject, answer: Answer) -> Iterator[Check]:
    inside = True
    for name, admissible in subject.truth.admissible.items():
        got = answer.derivatives[name]
        made = [compare.shape(name, got, admissible.low.shape), compare.dtype(name, got, subject.dtype)]
        if made[0].status == "pass":
            made.append(_convention(name, got, admissible, subject.dtype))
        inside &= len(made) == 3 and made[-1].status == "pass"
        yield from made
    for i, smooth in enumerate(subject.truth.smooth if inside else ()):
        if operator == "jvp":  # which at a kink need not be linear
            yield from _along(smooth, answer.along[i], subject)
        elif operator == "vjp" or len(smooth.direction) == 1:  # Jacobians are by one input alone
            yield from _along(smooth, _applied(answer, smooth), subject)


def _convention(name: str, got: np.ndarray, admissible: Admissible, dtype: str) -> Check:
    """Every entry is between its ends."""
    low, high, slack = admissible.low, admissible.high, _slack(dtype, admissible.low, admissible.high)
    answer = text(got, slack)
    outside = ~((got >= low - slack) & (got <= high + slack))  # NaN too
    if not outside.any():
        return Check(name="convention", status="pass", input=name, kind=CONVENTION, answer=answer)
    worst = tuple(int(i) for i in np.argwhere(np.isnan(got) if np.isnan(got).any() else outside)[0])
    where = f"entry {list(worst)}: " if worst else ""
    return Check(
        name="convention",
        status="fail",
        input=name,
        kind=NAN if np.isnan(got[worst]) else INADMISSIBLE,
        answer=answer,
        message=f"{where}got {got[worst]:.6g}, admissible is {ends(low[worst], high[worst])}",
    )


def _applied(answer: Answer, smooth: Smooth) -> np.ndarray:
    """The Jacobians times a direction."""
    return np.asarray(sum(np.tensordot(answer.derivatives[n], u, u.ndim) for n, u in smooth.direction.items()))


def _along(smooth: Smooth, got: np.ndarray, subject: Subject) -> Iterator[Check]:
    """In a direction in which the function is smooth, its derivative; said only where it is another."""
    slack = 0.0
    for name, u in smooth.direction.items():
        admissible = subject.truth.admissible[name]
        slack += _slack(subject.dtype, admissible.low, admissible.high) * float(np.abs(u).sum())
    wrong = np.argwhere(~(np.abs(got - smooth.slope) <= slack))
    if len(wrong):
        worst = tuple(int(i) for i in wrong[0])
        direction = ", ".join(f"{name} = {text(u)}" for name, u in smooth.direction.items())
        yield Check(
            name="convention",
            status="fail",
            input=",".join(smooth.direction),
            kind=NAN if np.isnan(got[worst]) else INADMISSIBLE,
            message=f"along {direction}, where f is smooth, got {got[worst]:.6g}, expected {smooth.slope[worst]:.6g}",
        )


def _beside_forward(operator: str, subject: Subject, reverse: Answer, own: list[Check]) -> Iterator[Check]:
    """Both modes' answers are the same, where each is admissible by itself."""
    mode, check = FORWARD[operator]
    if any(c.status == "fail" for c in own):
        return
    try:
        forward = subject.answer(mode)
        failed = next((c for c in _alone(mode, subject, forward) if c.status == "fail"), None)
    except Exception as error:
        yield Check(name=check, status="skip", message=f"no forward mode to compare with: {describe(error)}")
        return
    if failed:
        yield Check(name=check, status="skip", message=f"forward mode is {failed.kind} itself: {failed.message}")
        return
    for name, got in reverse.derivatives.items():
        admissible, other = subject.truth.admissible[name], forward.derivatives[name]
        slack = _slack(subject.dtype, admissible.low, admissible.high)
        with np.errstate(invalid="ignore"):
            same = (got == other) | (np.abs(got - other) <= 2 * slack)
        if same.all():
            yield Check(name=check, status="pass", input=name)
        else:
            message = f"forward mode says {text(other, slack)}, reverse mode {text(got, slack)}"
            yield Check(name=check, status="fail", input=name, kind=DIFFERS, message=message)


def _slack(dtype: str, *numbers: np.ndarray) -> float:
    """Half of the dtype's digits of the largest number: a convention is a choice, and other cases judge its digits."""
    largest = max((float(np.abs(x[np.isfinite(x)]).max(initial=0.0)) for x in numbers), default=0.0)
    return float(2.0 ** (-BITS[dtype] // 2) * largest)


def text(x: np.ndarray, zero: float = 0.0) -> str:
    """Numbers to six digits, as nested lists; what is no larger than `zero` is 0, and 0 has no sign."""
    if x.ndim:
        return f"[{', '.join(text(entry, zero) for entry in x)}]"
    return "0" if abs(float(x)) <= zero else f"{float(x):.6g}"


def ends(low: float, high: float) -> str:
    """An interval, or its one number."""
    return f"{low:g}" if low == high else f"[{low:g}, {high:g}]"
