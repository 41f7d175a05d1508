"""Runs one cell: calls the backend, and holds what it answers to the truth and to itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from adbench.backend import Backend
from adbench.case import Array, Case, Inputs
from adbench.conformance import compare
from adbench.errors import Unsupported, describe
from adbench.oracle.truth import Enclosure, Truth, round_inputs, scale
from adbench.plan import Cell
from adbench.results import Check, Outcome

REDUCED = 1 - 2.0**-8  # moves a fixed point a little towards 0, which stays inside every domain of the catalogue


@dataclass
class Subject:
    """One case at one size in one dtype on one backend; what each operator answered is kept for the others' checks."""

    backend: Backend
    case: Case
    size: str
    dtype: str
    device: str
    truth: Truth
    answers: dict[str, Any] = field(default_factory=dict)
    purity: list[Check] = field(default_factory=list)

    def answer(self, operator: str) -> Any:
        """The operator's answers as NumPy arrays, or the exception that it raised.

        `jvp`: (y, y_dot), along all tangents at once. `vjp`: (y, x_bars), to all inputs at once.
        `jacfwd`, `jacrev`: a Jacobian an input, each differentiated alone.
        """
        if operator not in self.answers:
            try:
                self.answers[operator] = _ask(self, operator)
            except Exception as error:
                self.answers[operator] = error
        if isinstance(self.answers[operator], Exception):
            raise self.answers[operator]
        return self.answers[operator]

    def arrays(self, inputs: Inputs) -> dict[str, Array]:
        """The inputs as the backend's arrays."""
        return {name: self.backend.asarray(_cast(x, self.dtype), self.device) for name, x in inputs.items()}

    def elsewhere(self) -> Inputs:
        """The inputs of `wrt` at another point: what calls are prepared at, so that stale results show."""
        drawn = round_inputs(self.case.make_inputs(self.size, "prepare"), self.dtype)
        moved = {}
        for name in self.case.wrt:
            same = np.array_equal(drawn[name], self.truth.inputs[name])
            moved[name] = drawn[name] * REDUCED if same else drawn[name]
        return round_inputs(moved, self.dtype)


def _cast(x: np.ndarray, dtype: str) -> np.ndarray:
    return x.astype(dtype) if x.dtype.kind == "f" else x


def _ask(subject: Subject, operator: str) -> Any:
    case, backend = subject.case, subject.backend
    if operator in ("jacfwd", "jacrev"):
        return {name: _call(subject, operator, (name,), ())[0] for name in case.wrt}
    if operator == "jvp":
        seeds = tuple(subject.truth.tangents[name] for name in case.wrt)
        y, y_dot = _call(subject, operator, case.wrt, (seeds,))
        return y, y_dot
    y, x_bars = _call(subject, operator, case.wrt, (subject.truth.cotangent,))
    if len(x_bars) != len(case.wrt):
        raise TypeError(f"{backend.name}'s pullback gives {len(x_bars)} cotangents for {len(case.wrt)} inputs")
    return y, list(x_bars)


def _call(subject: Subject, operator: str, wrt: Sequence[str], seeds: tuple[Any, ...]) -> Any:
    """Prepare at one point, call twice at another; the answers as NumPy arrays, purity and determinism recorded."""
    backend, truth = subject.backend, subject.truth
    arrays = subject.arrays(truth.inputs)
    before = {name: backend.to_numpy(x).copy() for name, x in arrays.items()}
    constants = {name: x for name, x in arrays.items() if name not in wrt}
    f = backend.bind(subject.case, constants, wrt)
    primals = tuple(arrays[name] for name in wrt)
    elsewhere = subject.arrays({name: subject.elsewhere()[name] for name in wrt})
    other = tuple(elsewhere[name] for name in wrt)
    given = tuple(_convert(s, lambda x: backend.asarray(_cast(x, subject.dtype), subject.device)) for s in seeds)
    call = backend.prepare(operator, f, other)
    backend.synchronize(call(other, *given))
    first, second = (_convert(call(primals, *given), lambda x: _to_numpy(backend, x)) for _ in range(2))
    for name, x in before.items():
        changed = compare.same_bits("purity", name, x, backend.to_numpy(arrays[name]), f"{operator} changed its input")
        subject.purity.append(changed)
    answers = (first,) if operator in ("jacfwd", "jacrev") else first
    again = (second,) if operator in ("jacfwd", "jacrev") else second
    for one, two in zip(_leaves(answers), _leaves(again), strict=True):
        differs = compare.same_bits("determinism", "", one, two, "a second call at the same point gave another answer")
        subject.purity.append(differs)
    return answers


def _to_numpy(backend: Backend, x: Array) -> np.ndarray:
    return x if isinstance(x, np.ndarray) else np.asarray(backend.to_numpy(x))


def _convert(tree: Any, leaf: Callable[[Any], Any]) -> Any:
    return tuple(_convert(t, leaf) for t in tree) if isinstance(tree, tuple | list) else leaf(tree)


def _leaves(tree: Any) -> list[np.ndarray]:
    return [x for t in tree for x in _leaves(t)] if isinstance(tree, tuple | list) else [tree]


def check_cell(cell: Cell, subject: Subject) -> Outcome:
    """The outcome of one cell."""
    start = time.perf_counter()
    subject.purity.clear()
    try:
        checks = _checks(cell.operator, subject)
        status, message = _verdict(checks)
    except Unsupported as error:
        checks, status, message = [], "unsupported", str(error)
    except Exception as error:
        checks, status, message = [], "error", describe(error)
    derivatives = [c for c in checks if c.name == "derivative"]
    return Outcome(
        cell=cell.id,
        case=cell.case,
        family=subject.case.family,
        size=cell.size,
        backend=cell.backend,
        operator=cell.operator,
        dtype=cell.dtype,
        device=cell.device,
        status=status,  # type: ignore[arg-type]
        checks=tuple(checks),
        ulps=max((c.ulps for c in derivatives if c.ulps is not None), default=None),
        ratio=max((c.ratio for c in derivatives if c.ratio is not None), default=None),
        message=message,
        native=subject.backend.is_native(cell.operator),
        seconds=time.perf_counter() - start,
    )


def _checks(operator: str, subject: Subject) -> list[Check]:
    subject.answers.pop(operator, None)
    answer = subject.answer(operator)
    own = list(subject.purity)
    truth = subject.truth
    if operator in ("jacfwd", "jacrev"):
        checks = _derivatives(subject, [(name, answer[name], truth.jacobian[name]) for name in subject.case.wrt])
        checks += _agreement(operator, subject, answer)
    elif operator == "jvp":
        y, y_dot = answer
        checks = _value(subject, y) + _derivatives(subject, [(",".join(subject.case.wrt), y_dot, truth.jvp)])
    else:
        y, x_bars = answer
        named = list(zip(subject.case.wrt, x_bars, strict=True))
        checks = _value(subject, y) + _derivatives(subject, [(n, x_bar, truth.vjp[n]) for n, x_bar in named])
        checks += _adjoint(subject, x_bars)
    return sorted(checks, key=lambda c: ORDER.index(c.name)) + _summed("purity", own) + _summed("determinism", own)


ORDER = ("value", "shape", "dtype", "derivative", "adjoint", "agreement")


def _value(subject: Subject, y: np.ndarray) -> list[Check]:
    truth = subject.truth
    checks = [compare.shape("", y, truth.value.high.shape), compare.dtype("", y, subject.dtype)]
    if checks[0].status == "pass":
        checks.append(compare.closeness("value", "", y, truth.value, subject.dtype, lambda: _scale(subject)))
    return checks


def _derivatives(subject: Subject, answers: list[tuple[str, np.ndarray, Enclosure]]) -> list[Check]:
    checks = []
    for name, got, truth in answers:
        fits = compare.shape(name, got, truth.high.shape)
        checks += [fits, compare.dtype(name, got, subject.dtype)]
        if fits.status == "pass":
            checks.append(compare.closeness("derivative", name, got, truth, subject.dtype, lambda: _scale(subject)))
    return checks


def _scale(subject: Subject) -> float:
    return scale(subject.case, subject.truth, subject.dtype)


def _adjoint(subject: Subject, x_bars: list[np.ndarray]) -> list[Check]:
    """The adjoint identity between the two modes' answers, where the backend has both."""
    case, truth = subject.case, subject.truth
    try:
        _, y_dot = subject.answer("jvp")
    except Exception as error:
        return [Check(name="adjoint", status="skip", message=f"no forward mode to compare with: {describe(error)}")]
    shapes = [x.shape for x in x_bars] == [truth.tangents[n].shape for n in case.wrt]
    if y_dot.shape != truth.cotangent.shape or not shapes:
        return [Check(name="adjoint", status="skip", message="shapes differ")]
    tangents = [truth.tangents[n] for n in case.wrt]
    return [compare.adjoint(truth.cotangent, y_dot, tangents, x_bars, truth.jvp, [truth.vjp[n] for n in case.wrt])]


def _agreement(operator: str, subject: Subject, jacobians: dict[str, np.ndarray]) -> list[Check]:
    """The Jacobian of the other mode, where the backend has it; made once, in the cell of reverse mode."""
    if operator != "jacrev":
        return []
    try:
        forward = subject.answer("jacfwd")
    except Exception as error:
        return [Check(name="agreement", status="skip", message=f"no forward mode to compare with: {describe(error)}")]
    return [
        compare.agreement(name, forward[name], jacobians[name], subject.truth.jacobian[name])
        for name in subject.case.wrt
    ]


def _summed(name: str, checks: list[Check]) -> list[Check]:
    """One check for many of one name: the first failure, or a pass."""
    mine = [c for c in checks if c.name == name]
    return [next((c for c in mine if c.status == "fail"), Check(name=name, status="pass"))] if mine else []


def _verdict(checks: list[Check]) -> tuple[str, str]:
    failed = [c for c in checks if c.status == "fail"]
    if not failed:
        return "pass", ""
    first = failed[0]
    by = f" by {first.input}" if first.input else ""
    kind = f" ({first.kind})" if first.kind else ""
    return "fail", f"{first.name}{by}{kind}: {first.message}"
