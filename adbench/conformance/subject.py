"""Asks a backend for the derivatives of a case: prepared and called twice at one point, then called at another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np

from adbench.backend import ALONE, SECOND_ORDER, Backend, Function
from adbench.case import Array, Bounds, Case, Inputs
from adbench.conformance import compare
from adbench.conformance.blocks import Block, columns_joined, kind_of, rows_joined, translated, units
from adbench.errors import Unsupported
from adbench.oracle.evaluate import round_inputs
from adbench.oracle.truth import Enclosure, Second, Truth, scale
from adbench.parts import COMPLEX, is_complex, joined, parts, real_shape
from adbench.plan import CORE_OPERATORS
from adbench.results import Check
from adbench.sparsity import Structure, structure_of

REDUCED = 1 - 2.0**-8  # moves a fixed point a little towards 0
FACTORS = (0.0, -0.5)  # of seeds: exact in every dtype, and what is finite stays so


class Impure(Exception):
    """A call changed what it was given, or what an earlier one had answered: nothing that came of it can be judged."""

    def __init__(self, check: Check) -> None:
        super().__init__(check.message)
        self.check = check


@dataclass(frozen=True)
class Answer:
    """What a backend answered for one operator.

    Attributes:
        value: f(x); None where only a Jacobian was asked for.
        derivatives: by input, or for `jvp` one under the joined names of all inputs; at a kink Jacobians by input. For
            `jacsparse` the same, as it is by reverse or by forward mode, with an axis of the colours in front. Complex
            where values, inputs and their cotangents are, by our convention; Jacobians are real, over (Re, Im).
        repeats: the check `determinism` of each call.
        along: of `jvp` at a kink, the derivative in each direction in which the function is smooth.
        scaled: of `jvp` and `vjp`, the derivatives of the seeds times each of `FACTORS`.
    """

    value: np.ndarray | None
    derivatives: dict[str, np.ndarray]
    repeats: list[Check] = field(default_factory=list)
    along: tuple[np.ndarray, ...] = ()
    scaled: dict[float, dict[str, np.ndarray]] = field(default_factory=dict)


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

    @cached_property
    def scale(self) -> float:
        """The largest magnitude in the computation; it takes an evaluation by the oracle, and only failures need it."""
        if self.truth.admissible:  # the jets would stop there
            return float(np.abs(self.truth.value.high).max(initial=0.0))
        return scale(self.case, self.truth, self.dtype)

    @cached_property
    def structure(self) -> Structure:
        """Where the case's Jacobian may be nonzero.

        Raises:
            Unsupported: it declares nothing.
        """
        if self.case.structure is None:
            raise Unsupported("declares no structure of its Jacobian")
        return structure_of(self.case, self.truth.inputs)

    @property
    def output(self) -> np.ndarray:
        """An array like the output."""
        return self.truth.cotangent

    def is_native(self, operator: str) -> bool:
        """Whether the library itself offers the operator, by each input."""
        blocks = [self.block(operator, name) for name in self.case.wrt]
        return all(block.is_own if block else self.backend.is_native(operator) for block in blocks)

    def block(self, operator: str, name: str) -> Block | None:
        """How the Jacobian by an input is asked for, if complex numbers are in it."""
        x, y = self.truth.inputs[name], self.output
        if operator not in ("jacfwd", "jacrev") or not (is_complex(x) or is_complex(y)):
            return None
        jacobian = self.truth.jacobian.get(name)
        kind = kind_of(x, y, jacobian) if jacobian else ""  # at a kink there is none
        return Block(backend=self.backend, operator=operator, x=x, y=y, dtype=self.dtype, kind=kind)

    def truths(self, operator: str) -> dict[str, Enclosure]:
        """What the operator's derivatives should be, under the names that `Answer` has; of `jacsparse` the nonzeros."""
        if operator == "jacsparse":
            return {self.together: self.truth.nonzeros(self.case, self.structure)}
        if operator in SECOND_ORDER:
            second = self.second
            if operator == "hessian":
                if not second.hessian:
                    raise Unsupported("whole Hessians are of scalar cases with few entries")
                return second.hessian
            return {self.together: second.curvature} if operator == "fwdfwd" else second.hvp
        if operator in ALONE:
            if self.truth.compressed is not None:
                raise Unsupported("its Jacobian is too large to be compared whole; jacsparse compares it compressed")
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
        if self.truth.admissible and operator in ("jvp", "vjp"):
            return self._ask_along_units(operator)
        if operator in ALONE:
            return Answer(None, {name: self._whole(operator, name, checks) for name in wrt}, checks)
        got, *scaled = self._call(operator, wrt, self.seeds(operator), checks)
        if operator in SECOND_ORDER:
            products = {self.together: got} if operator == "fwdfwd" else self._pulled_back(got)
            return Answer(None, products, checks)
        if operator == "jacsparse":
            if self.structure.by_columns:
                return Answer(None, {self.together: np.stack(got)}, checks)
            return Answer(None, self._by_name([np.stack(x_bars) for x_bars in got]), checks)
        answer = self.read(operator, got)
        others = {factor: self.read(operator, y).derivatives for factor, y in zip(FACTORS, scaled, strict=True)}
        return Answer(answer.value, answer.derivatives, checks, scaled=others)

    def _whole(self, operator: str, name: str, checks: list[Check]) -> np.ndarray:
        """The Jacobian or Hessian by an input alone."""
        block, (got,) = self.block(operator, name), self._call(operator, (name,), (), checks)
        return block.whole(got) if block else got

    def seeds(self, operator: str) -> tuple[Any, ...]:
        """What a prepared call takes beside the primals, if anything: tangents, a cotangent, or all of a structure."""
        if operator == "jacsparse":
            return (self.structure.seeds(self.dtype),)
        if operator == "vjp":
            return (translated(self.backend, self.truth.cotangent),)
        return () if operator in ALONE else (tuple(self.truth.tangents[name] for name in self.case.wrt),)

    def read(self, operator: str, got: tuple[np.ndarray, Any]) -> Answer:
        """What a call of `jvp` or `vjp` has answered."""
        y, derivative = got
        return Answer(y, {self.together: derivative} if operator == "jvp" else self._pulled_back(derivative))

    def _ask_along_units(self, operator: str) -> Answer:
        """At a kink: the Jacobian by each input, all of them active, from one unit tangent or cotangent at a time."""
        wrt, checks, derivatives = self.case.wrt, list[Check](), {}
        inputs = {name: self.truth.inputs[name] for name in wrt}
        if operator == "vjp":
            seeds = [(translated(self.backend, y_bar),) for (y_bar,) in units(self.output)]
            pulled = [self._call("vjp", wrt, seed, checks)[0] for seed in seeds]
            y, rows = pulled[0][0], [self._pulled_back(x_bars) for _, x_bars in pulled]
            for name, x in inputs.items():
                derivatives[name] = rows_joined([row[name] for row in rows], x, self.output)
            return Answer(y, derivatives, checks)
        nothing = {name: np.zeros(real_shape(x)) for name, x in inputs.items()}
        smooth = [
            tuple(joined(s.direction.get(name, nothing[name]), x) for name, x in inputs.items())
            for s in self.truth.smooth
        ]
        pushed = [self._call("jvp", wrt, (seed,), checks)[0] for seed in (*units(*inputs.values()), *smooth)]
        y, columns = pushed[0][0], [y_dot for _, y_dot in pushed]
        for name, x in inputs.items():
            mine, columns = columns[: nothing[name].size], columns[nothing[name].size :]
            derivatives[name] = columns_joined(mine, x, self.output)
        return Answer(y, derivatives, checks, tuple(map(parts, columns)))

    def _pulled_back(self, x_bars: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
        """By our convention."""
        return {name: translated(self.backend, x_bar) for name, x_bar in self._by_name(x_bars).items()}

    def _by_name(self, x_bars: Sequence[np.ndarray]) -> dict[str, np.ndarray]:
        wrt = self.case.wrt
        if len(x_bars) != len(wrt):
            raise TypeError(f"{self.backend.name} gives {len(x_bars)} derivatives for {len(wrt)} inputs")
        return dict(zip(wrt, x_bars, strict=True))

    def _call(self, operator: str, wrt: tuple[str, ...], seeds: tuple[Any, ...], checks: list[Check]) -> list[Any]:
        """Prepare and call twice at one point with one seed, then call at another with another seed.

        What is kept of the first call spoils the third, whose answer this is; a first call that differs from the
        later ones differs from the second. Appends to `checks` whether it does.

        Returns:
            The answer, and for `jvp` and `vjp`, but at kinks, one more with the seed times each of `FACTORS`.
        Raises:
            Impure: a call changed an array that it was given, or an answer that it had given.
        """
        backend, first, kept = self.backend, (), ()
        constants = {name: self.array(x) for name, x in self.truth.inputs.items() if name not in wrt}
        here, there = (tuple(self.array(x[name]) for name in wrt) for x in (self.truth.inputs, self.elsewhere))
        given, opposite = mapped(self.array, seeds), mapped(lambda seed: self.array(-seed), seeds)
        factors = FACTORS if operator in CORE_OPERATORS and not self.truth.admissible else ()
        scaled = [mapped(self.array, mapped(partial(np.multiply, factor), seeds)) for factor in factors]
        named = zip((*constants, *wrt, *wrt), (*constants.values(), *here, *there), strict=True)
        watched = [*named, ("its seed", (*given, *opposite))]
        before = [mapped(self.copy, x) for _, x in watched]
        f = backend.bind(self.case, constants, wrt)
        if operator in SECOND_ORDER:
            f = self._weighted(f)
        try:
            block = self.block(operator, wrt[0])
            call = block.prepare(f, there, self.array) if block else backend.prepare(operator, f, there)
            first = call(there, *opposite)
            kept = mapped(self.copy, first)
            second = mapped(self.copy, call(there, *opposite))
            answers = [mapped(self.copy, call(here, *seed)) for seed in (given, *scaled)]
        finally:  # an exception too may come of what was changed
            for (name, x), old in zip(watched, before, strict=True):
                _unchanged(name, old, mapped(self.copy, x), f"{operator} changed its input")
        _unchanged("", kept, mapped(self.copy, first), f"a later call of {operator} changed an earlier answer")
        checks += _same("determinism", "", kept, second, "a second call at the same point gave another answer")
        return answers

    def point(self, inputs: Inputs) -> tuple[Array, ...]:
        """The inputs to differentiate by, as the library's arrays."""
        return tuple(self.array(inputs[name]) for name in self.case.wrt)

    @cached_property
    def primal(self) -> np.ndarray:
        """f(x) without any derivative."""
        return self.copy(self.function()(*self.point(self.truth.inputs)))

    def function(self, layout: Callable[[Array], Array] = lambda x: x) -> Function:
        """The case as a function of the inputs to differentiate by; the others are laid out so."""
        constants = {n: layout(self.array(x)) for n, x in self.truth.inputs.items() if n not in self.case.wrt}
        return self.backend.bind(self.case, constants, self.case.wrt)

    def _weighted(self, f: Function) -> Function:
        """⟨cotangent, f⟩, a scalar function: see `Second`."""
        xp, weights = self.backend.namespace, self.array(self.truth.cotangent.conj())
        if is_complex(self.output):
            return lambda *primals: xp.sum(xp.real(weights * f(*primals)))
        return lambda *primals: xp.sum(weights * f(*primals))

    def array(self, x: np.ndarray) -> Array:
        """The library's array with the entries of `x`, in the cell's dtype if they are floats, or pairs of them."""
        held = {"f": self.dtype, "c": COMPLEX[self.dtype]}.get(x.dtype.kind, x.dtype)
        return self.backend.asarray(x.astype(held), self.device)

    @cached_property
    def elsewhere(self) -> Inputs:
        """The inputs of `wrt` at another point: what calls are prepared at, so that stale results show."""
        drawn = round_inputs(self.case.make_inputs(self.size, "prepare"), self.dtype)
        moved = {}
        for name in self.case.wrt:
            same = np.array_equal(drawn[name], self.truth.inputs[name])
            moved[name] = _beside(drawn[name], self.case.domain.get(name, (None, None))) if same else drawn[name]
        return round_inputs(moved, self.dtype)

    def _numpy(self, x: Array) -> np.ndarray:
        return x if isinstance(x, np.ndarray) else np.asarray(self.backend.to_numpy(x))

    def copy(self, x: Array) -> np.ndarray:
        """What a library's array holds now."""
        return self._numpy(x).copy()


def _beside(x: np.ndarray, domain: Bounds) -> np.ndarray:
    """A point near `x`: towards 0, unless that leaves the domain, as below 1 that of acosh."""
    low, high = domain
    nearer: np.ndarray = x * REDUCED
    if is_complex(x):
        return nearer
    inside = (nearer >= (-np.inf if low is None else low)) & (nearer <= (np.inf if high is None else high))
    return np.where(inside, nearer, x / REDUCED)


def mapped(leaf: Callable[[Any], Any], tree: Any) -> Any:
    """Nested tuples and lists as nested tuples, `leaf` applied to what is in them."""
    return tuple(mapped(leaf, t) for t in tree) if isinstance(tree, tuple | list) else leaf(tree)


def _leaves(tree: Any) -> list[np.ndarray]:
    return [x for t in tree for x in _leaves(t)] if isinstance(tree, tuple) else [tree]


def _unchanged(name: str, before: Any, after: Any, what: str) -> None:
    for check in _same("purity", name, before, after, what):
        if check.status == "fail":
            raise Impure(check)


def _same(check: str, name: str, one: Any, other: Any, what: str) -> list[Check]:
    """Checks that two trees are equal to the bit."""
    pairs = zip(_leaves(one), _leaves(other), strict=True)
    return [compare.same_bits(check, name, x, y, what) for x, y in pairs]
