"""The proof of a case: its closed forms against the oracle's enclosures, and whether its derivative can fail."""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import arb

from adbench.case import Case, Inputs
from adbench.errors import AdbenchError, InvalidCase, NotCertified, Undecided, describe
from adbench.oracle.evaluate import Balls, object_array
from adbench.oracle.namespace import NAMESPACE, jets
from adbench.oracle.precision import working
from adbench.oracle.truth import Enclosure, Truth, certified, too_wide, truth_at


def prove(case: Case, size: str) -> dict[str, Truth]:
    """Prove every closed form of a case at one size, and give the truth for each of its dtypes.

    Raises:
        InvalidCase: a closed form has the wrong shape or disagrees with the oracle, or the derivative cannot fail.
        Undecided, NotCertified: the oracle has no truth at these inputs.
    """
    try:
        return _prove(case, size)
    except Undecided as error:
        raise Undecided(f"{case.where}: {error}") from error
    except AdbenchError:
        raise
    except Exception as error:
        raise InvalidCase(f"{case.where}: {describe(error)}") from error


def _prove(case: Case, size: str) -> dict[str, Truth]:
    inputs = case.make_inputs(size)
    truths = {dtype: truth_at(case, inputs, dtype) for dtype in case.dtypes}
    for dtype, truth in truths.items():
        for name, enclosure in truth.jacobian.items():
            _refuse_vacuous(case, name, dtype, enclosure)
    truth = truths[case.dtypes[0]]
    balls, bits = certified(case, truth.inputs, truth.tangents, truth.cotangent)
    for name, closed_form in case.jacobians.items():
        claimed = _run(case, closed_form, truth.inputs, bits)
        _compare(case, f"jacobian({name!r})", claimed, balls.jacobian[name], bits)
    if case.pullback is not None:
        _prove_pullback(case, truth, balls, bits)
    return truths


def _run(case: Case, closed_form: Any, inputs: Inputs, bits: int, *seed: Any) -> Any:
    with working(bits):
        arguments = {name: jets(x) if x.dtype.kind == "f" else x for name, x in inputs.items()}
        return closed_form(NAMESPACE, *seed, **arguments)


def _prove_pullback(case: Case, truth: Truth, balls: Balls, bits: int) -> None:
    assert case.pullback is not None
    claimed = _run(case, case.pullback, truth.inputs, bits, jets(truth.cotangent))
    if set(claimed) != set(case.wrt):
        raise InvalidCase(f"{case.where}: vjp gives {sorted(claimed)}, wrt is {sorted(case.wrt)}")
    for name in case.wrt:
        _compare(case, f"vjp of {name}", claimed[name], balls.vjp[name], bits)


def _compare(case: Case, what: str, claimed: Any, true: np.ndarray, bits: int) -> None:
    """Refuse a closed form whose shape is wrong, or whose balls miss the oracle's somewhere."""
    with working(bits):
        claimed = jets(claimed)
    if claimed.shape != true.shape:
        raise InvalidCase(f"{case.where}: {what} has shape {claimed.shape}, expected {true.shape}")
    for index, ball in np.ndenumerate(true):
        if not (claimed[index].value.is_finite() and claimed[index].value.overlaps(ball)):
            raise InvalidCase(
                f"{case.where}: {what} is wrong at entry {list(index)}: "
                f"it says {claimed[index].value.str(20)}, the oracle proves {ball.str(20)}"
            )
    values = object_array([j.value for j in claimed.flat], claimed.shape)
    largest = max((abs(b).upper() for b in (*values.flat, *true.flat)), default=arb(0))
    if wide := too_wide(values, largest):
        raise NotCertified(f"{case.where}: {what} cannot be proved, {wide} is too wide at {bits} bits")


def _refuse_vacuous(case: Case, name: str, dtype: str, jacobian: Enclosure) -> None:
    if jacobian.high.size == 0:
        if not case.shape_only:
            raise InvalidCase(f"{case.where}: the derivative by {name} has no entries; mark the case shape_only")
    elif not (np.abs(jacobian.high) > jacobian.tolerance).any():
        raise InvalidCase(
            f"{case.where}: the derivative by {name} is nowhere larger than its tolerance in {dtype}, "
            "so that an all-zero answer would pass"
        )
