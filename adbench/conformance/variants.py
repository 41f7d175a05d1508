"""Contracts beside the derivative itself: variants of a case that leave its truth as it is, or a part of it.

    layout    strided, readonly  every array is a view with steps, or cannot be written
    closure   closure            by one input, inside a derivative by the others, which the function closes over
    unused    independence       an input that nothing depends on, and a function of nothing, have derivatives of 0
    batched   batched            under the library's vmap, beside another point, in either place of the batch
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from operator import itemgetter
from typing import Any

import numpy as np
from msgspec.structs import replace

from adbench.backend import Backend, Function
from adbench.case import Array
from adbench.conformance import held
from adbench.conformance.blocks import translated
from adbench.conformance.subject import Answer, Subject, mapped
from adbench.errors import Unsupported, describe
from adbench.oracle.truth import Enclosure
from adbench.parts import is_complex, joined, real_shape
from adbench.plan import Cell
from adbench.results import Check

Contract = Callable[[Subject, str], Iterable[Check]]

UNUSED = np.array([[0.5, -1.5, 2.0], [1.0, 0.25, -0.75]])  # an input, and its tangent
FACTOR, FACTOR_DOT = np.array(1.0), np.array(0.75)  # likewise; times 1 is exact


def check_variant(cell: Cell, subject: Subject) -> list[Check]:
    """A check of each contract of the cell's variant.

    Raises:
        Unsupported: the backend offers none of it, or its answer to the case itself is wrong, which tells nothing.
    """
    answer = held.right(cell.operator, subject, f"plain {cell.operator}")
    if isinstance(answer, str):
        raise Unsupported(answer)
    contracts = _contracts(cell.variant, subject)
    checks = [_check(name, contract, subject, cell.operator) for name, contract in contracts.items()]
    if not checks:
        raise Unsupported(f"{subject.backend.name} has one layout of arrays")
    if all(check.status == "skip" for check in checks):
        raise Unsupported(checks[0].message)
    return checks


def _contracts(variant: str, subject: Subject) -> dict[str, Contract]:
    if variant == "layout":
        return {name: partial(_laid_out, layout) for name, layout in subject.backend.layouts.items()}
    named: dict[str, dict[str, Contract]] = {
        "closure": {"closure": _closure},
        "unused": {"independence": _independence},
        "batched": {"batched": _batched},
    }
    return named[variant]


def _check(name: str, contract: Contract, subject: Subject, operator: str) -> Check:
    """One check of all that a contract asks for: of the first thing that fails, if any does."""
    try:
        status, message = held.verdict(list(contract(subject, operator)))
    except Unsupported as error:
        return Check(name=name, status="skip", message=str(error))
    except Exception as error:
        return Check(name=name, status="fail", kind="raised", message=describe(error))
    return Check(name=name, status="pass" if status == "pass" else "fail", message=message)


def _judged(subject: Subject, operator: str, got: Any) -> list[Check]:
    """The checks of what a call has answered at the case's own point."""
    answer = subject.read(operator, mapped(subject.copy, got))
    return held.value(subject, answer) + held.derivatives(subject, subject.truths(operator), answer)


def _laid_out(layout: Callable[[Array], Array], subject: Subject, operator: str) -> list[Check]:
    """Everything that the call is given is laid out so: inputs, constants and seeds; prepared with fresh arrays."""
    there, f = subject.point(subject.elsewhere), subject.function(layout)
    call = subject.backend.prepare(operator, f, there)
    here, seeds = subject.point(subject.truth.inputs), mapped(subject.array, subject.seeds(operator))
    return _judged(subject, operator, call(mapped(layout, here), *mapped(layout, seeds)))


def _closure(subject: Subject, operator: str) -> list[Check]:
    """The derivative by each input x alone of f(…, 1 · x, …), inside one of the same mode by the 1 and the others."""
    backend, f, wrt = subject.backend, subject.function(), subject.case.wrt
    inside = _forward if operator == "jvp" else _reverse
    if operator == "jvp":
        columns = [_column(subject.truth.jacobian[n], subject.truth.inputs[n], subject.output) for n in wrt]
        seeds, truths = zip(*columns, strict=True)
    else:
        seeds, truths = subject.seeds("vjp") * len(wrt), tuple(subject.truth.vjp[name] for name in wrt)

    def call(primals: Any, factor: Array, dots: Any, factor_dot: Array, seeds: Any) -> tuple[Array, ...]:
        def by(i: int) -> Array:
            outer, outer_dots = (factor, *_without(i, primals)), (factor_dot, *_without(i, dots))
            return inside(backend, partial(_at, f, i), primals[i], outer, outer_dots, seeds[i])

        return tuple(map(by, range(len(wrt))))

    others = mapped(subject.array, (FACTOR, *subject.seeds("jvp"), FACTOR_DOT, seeds))
    compiled = backend.compiled(call, subject.point(subject.elsewhere), *others)
    got = mapped(subject.copy, compiled(subject.point(subject.truth.inputs), *others))
    derivatives = got if operator == "jvp" else [translated(backend, x_bar) for x_bar in got]
    answer = Answer(None, dict(zip(wrt, derivatives, strict=True)))
    return held.derivatives(subject, dict(zip(wrt, truths, strict=True)), answer)


def _at(f: Function, place: int, x: Array, factor: Array, *others: Array) -> Array:
    return f(*others[:place], factor * x, *others[place:])


def _without(place: int, xs: tuple[Array, ...]) -> tuple[Array, ...]:
    return xs[:place] + xs[place + 1 :]


def _forward(backend: Backend, g: Function, x: Array, outer: Any, dots: Any, x_dot: Array) -> Array:
    def inner(*outer: Array) -> Array:
        return backend.jvp(lambda x: g(x, *outer), (x,), (x_dot,))[1]

    return backend.jvp(inner, outer, dots)[0]


def _reverse(backend: Backend, g: Function, x: Array, outer: Any, dots: Any, y_bar: Array) -> Array:
    def inner(*outer: Array) -> Array:
        return backend.vjp(lambda x: g(x, *outer), (x,))[1](y_bar)[0]

    return backend.vjp(inner, outer)[0]


def _column(jacobian: Enclosure, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, Enclosure]:
    """The unit vector along which the Jacobian of y by x has its largest entry, and its column there."""
    unit = np.zeros(real_shape(x))
    if not jacobian.high.size:
        return joined(unit, x), _nothing(y)
    at = int(np.argmax(np.abs(jacobian.high).reshape(-1, unit.size).max(axis=0)))
    unit.reshape(-1)[at] = 1.0
    shape = (*real_shape(y), unit.size)
    high, low, tolerance = (e.reshape(shape)[..., at] for e in (jacobian.high, jacobian.low, jacobian.tolerance))
    return joined(unit, x), Enclosure(high=high, low=low, tolerance=tolerance, complex=is_complex(y))


def _nothing(like: np.ndarray) -> Enclosure:
    """Exact zeros."""
    zeros = np.zeros(real_shape(like))
    return Enclosure(high=zeros, low=zeros, tolerance=zeros, complex=is_complex(like))


def _independence(subject: Subject, operator: str) -> list[Check]:
    """What nothing depends on has derivatives of 0, and changes no other."""
    return _with_unused(subject, operator) + _of_constant(subject, operator)


def _with_unused(subject: Subject, operator: str) -> list[Check]:
    """The case with one more input."""
    f, extra, (seed,) = subject.function(), subject.array(UNUSED), mapped(subject.array, subject.seeds(operator))
    here, there = ((*subject.point(inputs), extra) for inputs in (subject.truth.inputs, subject.elsewhere))
    call = subject.backend.prepare(operator, lambda *xs: f(*xs[:-1]), there)
    if operator == "jvp":
        return _judged(subject, operator, call(here, (*seed, extra)))
    y, (*x_bars, unused) = call(here, seed)
    return _judged(subject, operator, (y, x_bars)) + _zeros(subject, "an unused input", unused, UNUSED)


def _of_constant(subject: Subject, operator: str) -> list[Check]:
    """A function of the same inputs with an output of the same shape, which is always the same."""
    constant, (seed,) = subject.array(subject.truth.cotangent), mapped(subject.array, subject.seeds(operator))
    call = subject.backend.prepare(operator, lambda *xs: constant, subject.point(subject.elsewhere))
    _, derivative = call(subject.point(subject.truth.inputs), seed)
    if operator == "jvp":
        return _zeros(subject, "all inputs of a constant", derivative, subject.output)
    x_bars = zip(subject.case.wrt, derivative, strict=True)
    return [c for n, got in x_bars for c in _zeros(subject, f"{n} of a constant", got, subject.truth.inputs[n])]


def _zeros(subject: Subject, name: str, got: Array, like: np.ndarray) -> list[Check]:
    if got is None:
        return [Check(name="derivative", status="fail", input=name, message="is None, expected zeros")]
    return held.derivatives(subject, {name: _nothing(like)}, Answer(None, {name: subject.copy(got)}))


def _batched(subject: Subject, operator: str) -> Iterable[Check]:
    """Two points are two examples; ours comes first, then second, and is held to the truth in both."""
    inputs, seeds = subject.truth.inputs, subject.seeds(operator)
    here = tuple(inputs[name] for name in subject.case.wrt), *seeds
    there = tuple(subject.elsewhere[name] for name in subject.case.wrt), *mapped(np.negative, seeds)
    ours_first, ours_second = _stacked(subject, here, there), _stacked(subject, there, here)
    call = subject.backend.prepare_batch(operator, subject.function(), *ours_second)
    for place, batch in enumerate((ours_first, ours_second)):
        got = mapped(subject.copy, call(*batch))
        for check in _judged(subject, operator, mapped(itemgetter((place, ...)), got)):
            yield replace(check, message=f"example {place} of 2: {check.message}")


def _stacked(subject: Subject, *examples: Any) -> Any:
    if isinstance(examples[0], tuple):
        return tuple(_stacked(subject, *parts) for parts in zip(*examples, strict=True))
    return subject.array(np.stack(examples))
