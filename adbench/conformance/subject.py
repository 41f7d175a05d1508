"""Asks a backend for the derivatives of a case: prepared at one point, called twice at another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from adbench.backend import ALONE, SECOND_ORDER, Backend, Function
from adbench.case import Array, Case, Inputs
from adbench.conformance import compare
from adbench.errors import Unsupported
from adbench.oracle.evaluate import round_inputs
from adbench.oracle.truth import Enclosure, Second, Truth
from adbench.results import Check

REDUCED = 1 - 2.0**-8  # moves a fixed point a little towards 0, which stays inside every domain of the catalogue



@dataclass(frozen=True)
class Answer:
    """What a backend answered for one operator.

    Attributes:
        value: f(x); None where only a Jacobian was asked for.
        derivatives: by input, or for `jvp` one under the joined names of all inputs.
        steadiness: the checks `purity` and `determinism` of each call.
    """

    value: np.ndarray | None
    derivatives: dict[str, np.ndarray]
    steadiness: list[Check]


@dataclass
class Subject:
    """One case at one size in one dtype on one backend; what each operator answered is kept for the others' checks."""

    backend: Backend
    case: Case
    size: str
    dtype: str
    device: str
    truth: Truth
    answers: dict[str, Answer | Exception] = field(default_factory=dict)

    @property
    def together(self) -> str:
        """The name of the derivative by all inputs at once."""
        return ",".join(self.case.wrt)

    def truths(self, operator: str) -> dict[str, Enclosure]:
        """What the operator's derivatives should be, under the names that `Answer` has."""
        if operator in SECOND_ORDER:
            second = self.second
            if operator == "hessian":
                if not second.hessian:
                    raise Unsupported("whole Hessians are of scalar cases with few entries")
                return second.hessian
            return {self.together: second.curvature} if operator == "fwdfwd" else second.hvp
        if operator in ALONE:
            return self.truth.jacobian
        return self.truth.vjp if operator == "vjp" else {self.together: self.truth.jvp}

    @property
    def second(self) -> Second:
        """The true second derivatives.

        Raises:
            Unsupported: there are none.
        """
        if isinstance(self.truth.second, str):
            raise Unsupported(self.truth.second)
        return self.truth.second

    def answer(self, operator: str, *, again: bool = False) -> Answer:
        """The operator's answer, asked for once unless `again`; or the exception that it raised, raised again."""
        if again or operator not in self.answers:
            try:
                self.answers[operator] = self._ask(operator)
            except Exception as error:
                self.answers[operator] = error
        answer = self.answers[operator]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _ask(self, operator: str) -> Answer:
        """Jacobians and Hessians are by each input alone, all other derivatives by all inputs at once."""
        wrt, checks = self.case.wrt, list[Check]()
        if operator in ALONE:
            return Answer(None, {name: self._call(operator, (name,), (), checks) for name in wrt}, checks)
        if operator in SECOND_ORDER:
            got = self._call(operator, wrt, (tuple(self.truth.tangents[name] for name in wrt),), checks)
            return Answer(None, {self.together: got} if operator == "fwdfwd" else self._by_name(got), checks)
        if operator == "jvp":
            y, y_dot = self._call(operator, wrt, (tuple(self.truth.tangents[name] for name in wrt),), checks)
            return Answer(y, {self.together: y_dot}, checks)
        y, x_bars = self._call(operator, wrt, (self.truth.cotangent,), checks)
        return Answer(y, self._by_name(x_bars), checks)

    def _by_name(self, x_bars: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
        wrt = self.case.wrt
        if len(x_bars) != len(wrt):
            raise TypeError(f"{self.backend.name} gives {len(x_bars)} derivatives for {len(wrt)} inputs")
        return dict(zip(wrt, x_bars, strict=True))

    def _call(self, operator: str, wrt: tuple[str, ...], seeds: tuple[Any, ...], checks: list[Check]) -> Any:
        """Prepare at one point, call twice at another; appends to `checks` what did not stay as it was."""
        backend = self.backend
        arrays = self._arrays(self.truth.inputs)
        f = backend.bind(self.case, {name: x for name, x in arrays.items() if name not in wrt}, wrt)
        if operator in SECOND_ORDER:
            f = self._weighted(f)
        primals = tuple(arrays[name] for name in wrt)
        elsewhere = self._arrays({name: self.elsewhere()[name] for name in wrt})
        given = tuple(_map(lambda s: self._array(s), seeds))
        watched = {**arrays, "its seed": given}
        before = {name: _map(self._copy, x) for name, x in watched.items()}
        call = backend.prepare(operator, f, tuple(elsewhere[name] for name in wrt))
        backend.synchronize(call(tuple(elsewhere[name] for name in wrt), *given))
        first, second = (_map(self._numpy, call(primals, *given)) for _ in range(2))
        for name, x in before.items():
            checks += _same("purity", name, x, _map(self._copy, watched[name]), f"{operator} changed its input")
        checks += _same("determinism", "", first, second, "a second call at the same point gave another answer")
        return first

    def _weighted(self, f: Function) -> Function:
        """⟨cotangent, f⟩, a scalar function: see `Second`."""
        xp, weights = self.backend.namespace, self._array(self.truth.cotangent)
        return lambda *primals: xp.sum(weights * f(*primals))

    def _arrays(self, inputs: Inputs) -> dict[str, Array]:
        return {name: self._array(x) for name, x in inputs.items()}

    def _array(self, x: np.ndarray) -> Array:
        return self.backend.asarray(x.astype(self.dtype) if x.dtype.kind == "f" else x, self.device)

    def elsewhere(self) -> Inputs:
        """The inputs of `wrt` at another point: what calls are prepared at, so that stale results show."""
        drawn = round_inputs(self.case.make_inputs(self.size, "prepare"), self.dtype)
        moved = {}
        for name in self.case.wrt:
            same = np.array_equal(drawn[name], self.truth.inputs[name])
            moved[name] = drawn[name] * REDUCED if same else drawn[name]
        return round_inputs(moved, self.dtype)

    def _numpy(self, x: Array) -> np.ndarray:
        return x if isinstance(x, np.ndarray) else np.asarray(self.backend.to_numpy(x))

    def _copy(self, x: Array) -> np.ndarray:
        return self._numpy(x).copy()


def _map(leaf: Callable[[Any], Any], tree: Any) -> Any:
    """Nested tuples and lists as nested tuples, `leaf` applied to what is in them."""
    return tuple(_map(leaf, t) for t in tree) if isinstance(tree, tuple | list) else leaf(tree)


def _leaves(tree: Any) -> list[np.ndarray]:
    return [x for t in tree for x in _leaves(t)] if isinstance(tree, tuple) else [tree]


def _same(check: str, name: str, one: Any, other: Any, what: str) -> list[Check]:
    """Checks that two trees are equal to the bit."""
    pairs = zip(_leaves(one), _leaves(other), strict=True)
    return [compare.same_bits(check, name, x, y, what) for x, y in pairs]
