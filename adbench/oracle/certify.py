"""The proof of a case: its closed forms against the oracle's enclosures, and whether its derivative can fail."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from flint import arb

from adbench import plan
from adbench.case import Case, Inputs
from adbench.errors import AdbenchError, InvalidCase, NotCertified, Undecided, Unsupported, describe
from adbench.oracle.arrays import has_complex
from adbench.oracle.claimed import CLAIMED_DIGITS, claimed_truth
from adbench.oracle.compressed import certified_groups, compressed_truth, prove_structure
from adbench.oracle.curvature import second_at
from adbench.oracle.evaluate import Balls, constant_jets, object_array, parts_of_jets
from adbench.oracle.kinks import KINK_BITS, prove_admissible, truth_at_kink
from adbench.oracle.namespace import NAMESPACE, jets
from adbench.oracle.precision import working
from adbench.oracle.second_order import hessian_balls
from adbench.oracle.truth import Enclosure, Truth, certified, too_wide, truth_at
from adbench.parts import is_complex
from adbench.sparsity import structure_of


@dataclass(frozen=True)
class Proof:
    """What is known of a case at one size.

    Attributes:
        truths: by dtype.
        proved: what the oracle confirms of what is written by hand, e.g. "w", "hessian w, w" or "structure".
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
    if case.smooth_directions and not case.admissible_sets:
        raise InvalidCase(f"{case.where}: smooth_along is of kinks, and there is no admissible set")
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
    if case.structure is not None and case.jacobian_entries(size) > plan.LARGEST_JACOBIAN:
        return _prove_compressed(case, inputs)
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
    if case.structure is not None:
        _prove_structure(case, truth, balls)
        proved.append("structure")
    if case.pullback is not None:
        _prove_pullback(case, truth, balls.groups(), bits)
        proved.append("vjp")
    proved += _prove_hessians(case, truth.inputs)
    return Proof(truths, tuple(proved), min(map(_digits, balls.groups().values())), bits)


def _prove_compressed(case: Case, inputs: Inputs) -> Proof:
    """Closed forms of Jacobians are not looked at: they are whole."""
    truths = {dtype: compressed_truth(case, inputs, dtype) for dtype in case.dtypes}
    truth = truths[case.dtypes[0]]
    structure = structure_of(case, truth.inputs)
    of_input = np.repeat(case.wrt, [math.prod(shape) for shape in structure.shapes])[structure.columns]
    for dtype, made in truths.items():
        for name in case.wrt:
            assert made.compressed is not None
            _refuse_vacuous(case, name, dtype, made.compressed.where(of_input == name))
    groups, bits = certified_groups(case, truth.inputs, truth.tangents, truth.cotangent)
    prove_structure(case, truth, groups, bits)
    if case.pullback is not None:
        _prove_pullback(case, truth, groups, bits)
    proved = ("structure",) if case.pullback is None else ("structure", "vjp")
    return Proof(truths, proved, min(map(_digits, groups.values())), bits)


def _prove_structure(case: Case, truth: Truth, balls: Balls) -> None:
    """Refuse a structure that lacks an entry which is not exactly 0."""
    structure = structure_of(case, truth.inputs)
    whole = np.concatenate([balls.jacobian[name].reshape(balls.value.size, -1) for name in case.wrt], axis=1)
    lacking = np.ones(whole.shape, dtype=bool)
    lacking[structure.rows, structure.columns] = False
    for row, column in np.argwhere(lacking):
        if not whole[row, column].is_zero():
            raise InvalidCase(
                f"{case.where}: entry {[int(row), int(column)]} of the Jacobian is {whole[row, column].str(20)}, "
                "and its structure lacks it"
            )


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
    inputs = case.make_inputs(size)
    smooth = prove_admissible(case, inputs)
    truths = {dtype: truth_at_kink(case, inputs, dtype, smooth) for dtype in case.dtypes}
    return Proof(truths, tuple(f"admissible {name}" for name in case.admissible_sets), math.inf, KINK_BITS)


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
        return closed_form(NAMESPACE, *seed, **constant_jets(inputs))


def _prove_pullback(case: Case, truth: Truth, true: dict[str, np.ndarray], bits: int) -> None:
    assert case.pullback is not None
    claimed = _run(case, case.pullback, truth.inputs, bits, jets(truth.cotangent))
    if set(claimed) != set(case.wrt):
        raise InvalidCase(f"{case.where}: vjp gives {sorted(claimed)}, wrt is {sorted(case.wrt)}")
    for name in case.wrt:
        x_bar = parts_of_jets(claimed[name]) if is_complex(truth.inputs[name]) else claimed[name]
        _compare(case, f"vjp of {name}", x_bar, true[f"vjp:{name}"], bits)


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
