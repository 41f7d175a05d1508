"""The proof of a case: its closed forms against the oracle's enclosures, and whether its derivative can fail."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from flint import arb

from adbench.case import Case, Inputs
from adbench.errors import AdbenchError, InvalidCase, NotCertified, Undecided, Unsupported, describe
from adbench.oracle.arrays import has_complex
from adbench.oracle.claimed import CLAIMED_DIGITS, claimed_truth
from adbench.oracle.curvature import second_at
from adbench.oracle.evaluate import Balls, object_array, parts_of_jets
from adbench.oracle.kinks import KINK_BITS, prove_admissible
from adbench.oracle.namespace import NAMESPACE, jets
from adbench.oracle.precision import working
from adbench.oracle.second_order import hessian_balls
from adbench.oracle.truth import Enclosure, Truth, certified, too_wide, truth_at
from adbench.parts import is_complex


@dataclass(frozen=True)
class Proof:
    """What is known of a case at one size.

    Attributes:
        truths: by dtype; none at a kink.
        proved: the closed forms that the oracle confirms, e.g. "w" or "hessian w, w".
        digits: decimal digits of the widest enclosure; of 0 none are counted.
        bits: the precision that they took.
        note: what the oracle could not do itself.
    """

    truths: dict[str, Truth]
    proved: tuple[str, ...]
    digits: float
    bits: int
    note: str = ""


def prove(case: Case, size: str) -> Proof:
    """Prove every closed form of a case at one size, and give the truth for each of its dtypes.

    Raises:
        InvalidCase: a closed form has the wrong shape or disagrees with the oracle, or the derivative cannot fail.
        Undecided, NotCertified: the oracle has no truth at these inputs.
    """
    _refuse_other_shapes(case, size)
    try:
        return _at_kink(case, size) if case.admissible_sets else _prove(case, size)
    except Unsupported as error:
        return _unproved(case, size, str(error))
    except Undecided as error:
        advice = f"give its set with @{case.function.__name__}.admissible"
        raise Undecided(f"{case.where}: {error}; {advice}", error.branches) from error
    except AdbenchError:
        raise
    except Exception as error:
        raise InvalidCase(f"{case.where}: {describe(error)}") from error


def _refuse_other_shapes(case: Case, size: str) -> None:
    """Calls are prepared at another draw of the inputs, which must be like the first."""
    first, second = case.make_inputs(size), case.make_inputs(size, "prepare")
    for name in case.wrt:
        one, other = first[name], second[name]
        if (one.shape, one.dtype) != (other.shape, other.dtype):
            raise InvalidCase(
                f"{case.where}: input {name} is {one.dtype} {one.shape} when it is first drawn and {other.dtype} "
                f"{other.shape} when it is drawn again; a size must fix shapes and dtypes"
            )


def _prove(case: Case, size: str) -> Proof:
    inputs = case.make_inputs(size)
    truths = {dtype: _truth(case, inputs, dtype) for dtype in case.dtypes}
    for dtype, truth in truths.items():
        for name, enclosure in truth.jacobian.items():
            _refuse_vacuous(case, name, dtype, enclosure)
    truth = truths[case.dtypes[0]]
    balls, bits = certified(case, truth.inputs, truth.tangents, truth.cotangent)
    proved = []
    for name, closed_form in case.jacobians.items():
        claimed = _run(case, closed_form, truth.inputs, bits)
        _compare(case, f"jacobian({name!r})", claimed, balls.jacobian[name], bits)
        proved.append(name)
    if case.pullback is not None:
        _prove_pullback(case, truth, balls, bits)
        proved.append("vjp")
    proved += _prove_hessians(case, truth.inputs)
    return Proof(truths, tuple(proved), min(map(_digits, balls.groups().values())), bits)


def _truth(case: Case, inputs: Inputs, dtype: str) -> Truth:
    truth = truth_at(case, inputs, dtype)
    return replace(truth, second=second_at(case, truth, dtype))


def _prove_hessians(case: Case, inputs: Inputs) -> list[str]:
    if not case.hessians:
        return []
    true, bits = hessian_balls(case, inputs, {b for _, b in case.hessians})
    for (a, b), closed_form in case.hessians.items():
        _compare(case, f"hessian({a!r}, {b!r})", _run(case, closed_form, inputs, bits), true[a, b], bits)
    return [f"hessian {a}, {b}" for a, b in case.hessians]


def _at_kink(case: Case, size: str) -> Proof:
    prove_admissible(case, case.make_inputs(size))
    return Proof({}, tuple(f"admissible {name}" for name in case.admissible_sets), math.inf, KINK_BITS)


def _unproved(case: Case, size: str, why: str) -> Proof:
    """The closed form alone, for a case that uses a function which the oracle lacks."""
    missing = [name for name in case.wrt if name not in case.jacobians]
    if missing:
        raise NotCertified(f"{case.where}: {why}, and there is no closed form by {missing[0]} to compare with")
    inputs = case.make_inputs(size)
    try:
        truths = {dtype: claimed_truth(case, inputs, dtype) for dtype in case.dtypes}
    except Unsupported as error:
        raise NotCertified(f"{case.where}: {why}, and {error} either") from error
    return Proof(truths, (), 0.0, 0, f"{why}; compared with its closed form alone, to {CLAIMED_DIGITS}")


def _digits(balls: np.ndarray) -> float:
    """Decimal digits of the widest ball; infinite where all are exact. A zero has none to count."""
    bits = [b.rel_accuracy_bits() for b in balls.flat if not (b.is_exact() or b.contains(0))]
    return min(bits, default=math.inf) * math.log10(2)


def _run(case: Case, closed_form: Any, inputs: Inputs, bits: int, *seed: Any) -> Any:
    with working(bits):
        arguments = {name: jets(x) if x.dtype.kind in "fc" else x for name, x in inputs.items()}
        return closed_form(NAMESPACE, *seed, **arguments)


def _prove_pullback(case: Case, truth: Truth, balls: Balls, bits: int) -> None:
    assert case.pullback is not None
    claimed = _run(case, case.pullback, truth.inputs, bits, jets(truth.cotangent))
    if set(claimed) != set(case.wrt):
        raise InvalidCase(f"{case.where}: vjp gives {sorted(claimed)}, wrt is {sorted(case.wrt)}")
    for name in case.wrt:
        x_bar = parts_of_jets(claimed[name]) if is_complex(truth.inputs[name]) else claimed[name]
        _compare(case, f"vjp of {name}", x_bar, balls.vjp[name], bits)


def _compare(case: Case, what: str, claimed: Any, true: np.ndarray, bits: int) -> None:
    """Refuse a closed form whose shape is wrong, or whose balls miss the oracle's somewhere."""
    with working(bits):
        claimed = jets(claimed)
    if has_complex(claimed):
        raise InvalidCase(
            f"{case.where}: {what} has complex entries, expected real ones, with an axis (Re, Im) for each complex "
            "input and output; adbench.parts.real_jacobian makes them of complex derivatives"
        )
    if claimed.shape != true.shape:
        raise InvalidCase(f"{case.where}: {what} has shape {claimed.shape}, expected {true.shape}")
    for index, ball in np.ndenumerate(true):
        if not (claimed[index].value.is_finite() and claimed[index].value.overlaps(ball)):
            said, proved = _told_apart(claimed[index].value, ball)
            raise InvalidCase(
                f"{case.where}: {what} is wrong at entry {list(index)}: it says {said}, the oracle proves {proved}"
            )
    values = object_array([j.value for j in claimed.flat], claimed.shape)
    largest = max((abs(b).upper() for b in (*values.flat, *true.flat)), default=arb(0))
    if wide := too_wide(values, largest):
        raise NotCertified(f"{case.where}: {what} cannot be proved, {wide} is too wide at {bits} bits")


def _told_apart(one: arb, other: arb) -> tuple[str, str]:
    """Two balls in so many digits that they can be seen to differ, 20 at least."""
    digits = 20
    while one.str(digits) == other.str(digits) and digits < 1000:
        digits *= 2
    return one.str(digits), other.str(digits)


def _refuse_vacuous(case: Case, name: str, dtype: str, jacobian: Enclosure) -> None:
    if jacobian.high.size == 0:
        if not case.shape_only:
            raise InvalidCase(f"{case.where}: the derivative by {name} has no entries; mark the case shape_only")
    elif not (np.abs(jacobian.high) > jacobian.tolerance).any():
        raise InvalidCase(
            f"{case.where}: the derivative by {name} is nowhere larger than its tolerance in {dtype}, "
            "so that an all-zero answer would pass"
        )
