"""A timed call: prepared once, warmed until it is steady, synchronised every time."""

from __future__ import annotations

import gc
import math
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from typing import Any

import numpy as np

from adbench.backend import ALONE, SECOND_ORDER, Backend
from adbench.case import Case
from adbench.errors import Unsupported, describe
from adbench.parts import in_dtype
from adbench.plan import Cell
from adbench.results import Sample
from adbench.sparsity import structure_of
from adbench.timing.degenerate import refuse_degenerate
from adbench.timing.traps import LAZY, REMEMBERS, is_lazy, read, remembers
from adbench.timing.warm import TooSlow, warm

COLD_SECONDS = 0.01  # of a longer call it does not count that what ran before it has taken the caches
LARGEST_BYTES = 1 << 30  # of a Jacobian or a Hessian that is worth a try

Call = Callable[[], Any]


def at_once(result: Any) -> None:
    """Stands for the waiting of libraries that compute at once, and is passed over in a sample."""


@dataclass
class TimedCall:
    """A call to repeat, with the times of its first runs.

    Attributes:
        synchronize: waits for a result of the call.
        prepare_seconds: until there was a call to make.
        warm_up: seconds of each call until they were steady.
        renew: makes the same call on new arrays, where it would know again those that it has seen.
        note: what had to be done for the times to be true.
        empty: a call with the same arguments that does nothing.
        count: makes the call once more and counts what depends on no machine; see `Backend.counters`.
        counters: what came of it.
    """

    call: Call
    synchronize: Callable[[Any], Any]
    prepare_seconds: float
    warm_up: tuple[float, ...]
    renew: Callable[[], Call] | None = None
    note: str = ""
    empty: Call = lambda: None
    count: Callable[[], dict[str, int]] = dict
    counters: dict[str, int] = field(default_factory=dict)

    @property
    def warm_seconds(self) -> float:
        """A call when the first is over."""
        return min(self.warm_up[1:])

    def settle(self, number: int) -> None:
        """Make a tenth of a sample's calls, one at least: processes that are timed in turn find the caches taken."""
        if not self.renew and self.warm_seconds < COLD_SECONDS:
            spent(self.call, self.synchronize, max(1, number // 10))

    def sample(self, number: int) -> float:
        """Seconds a call, over `number` calls in a row, each synchronised, without garbage collection."""
        enabled = gc.isenabled()
        gc.disable()
        try:
            if self.renew:
                return sum(spent(self.renew(), self.synchronize, 1) for _ in range(number)) / number
            return spent(self.call, self.synchronize, number) / number
        finally:
            if enabled:
                gc.enable()


def spent(call: Call, synchronize: Callable[[Any], Any], number: int) -> float:
    """Seconds that `number` calls in a row take."""
    turns = repeat(None, number)
    if synchronize is at_once:
        start = time.perf_counter()
        for _ in turns:
            call()
    else:
        start = time.perf_counter()
        for _ in turns:
            synchronize(call())
    return time.perf_counter() - start


def prepare(cell: Cell, case: Case, backend: Backend, seconds: float = math.inf) -> TimedCall | Sample:
    """The timed call of a cell when it is warm; a `Sample` that says why where there is none.

    `primal` is timed without tracing; `vjp` yields the value and the cotangents of all inputs of `wrt`. Jacobians and
    Hessians are by one input after the other; second derivatives are those of the sum of the outputs. `jacsparse` is
    the passes along its colours; to pick the entries out of what they give is nobody's own.

    Args:
        seconds: that its samples may take.
    """
    try:
        _refuse_large(cell, case)
        made, renew = _prepare(cell, case, backend)
        _warm(made, seconds)
        if cell.size != next(iter(case.sizes)):  # of the first the oracle knows all derivatives
            refuse_degenerate(cell, case, read(backend, made.call()))
        if is_lazy(renew, made.synchronize, backend, cell.device):
            made.synchronize, made.note = partial(read, backend), LAZY
            _warm(made, seconds)
        if remembers(renew, lambda call: spent(call, made.synchronize, 1)):
            made.renew, made.note = renew, "; ".join(filter(None, [made.note, REMEMBERS]))
        return made
    except Exception as error:
        return raised(cell, error)


def _refuse_large(cell: Cell, case: Case) -> None:
    if cell.operator == "hessian":
        inputs = case.make_inputs(cell.size)
        entries = sum(inputs[name].size ** 2 for name in case.wrt)
    elif cell.operator in ("jacfwd", "jacrev"):
        entries = case.jacobian_entries(cell.size)
    else:
        return
    if (size := entries * np.dtype(cell.dtype).itemsize) > LARGEST_BYTES:
        held = f"{entries:.2g} entries, {size / (1 << 30):,.1f} GiB"
        raise Unsupported(f"the {cell.operator} has {held}; more than {LARGEST_BYTES >> 30} GiB is not timed")


def _prepare(cell: Cell, case: Case, backend: Backend) -> tuple[TimedCall, Callable[[], Call]]:
    """The call, and what makes it on new arrays."""
    backend.use(cell.device)
    inputs = case.make_inputs(cell.size)
    cast = {name: in_dtype(x, cell.dtype) for name, x in inputs.items()}
    arrays = {name: backend.asarray(x, cell.device) for name, x in cast.items()}
    single = cell.operator in ALONE and cell.operator != "primal"
    seeds = _seeds(cell, case, backend, cast)
    start = time.perf_counter()
    makers = [
        _maker(cell, case, backend, cast, arrays, wrt, seeds)
        for wrt in ([(name,) for name in case.wrt] if single else [case.wrt])
    ]
    prepare_seconds = time.perf_counter() - start

    def renew() -> Call:
        parts = [make() for make, _ in makers]
        return (lambda: [part() for part in parts]) if single else parts[0]

    def count() -> dict[str, int]:
        total = Counter[str]()
        for _, one in makers:
            total.update(one())
        return dict(total)

    synchronize = backend.synchronize
    if getattr(synchronize, "__func__", None) is Backend.synchronize:
        synchronize = at_once
    empty = partial(_nothing, tuple(arrays[name] for name in case.wrt), *seeds)
    return TimedCall(renew(), synchronize, prepare_seconds, (), empty=empty, count=count), renew


def _maker(
    cell: Cell,
    case: Case,
    backend: Backend,
    given: dict[str, np.ndarray],
    arrays: dict[str, Any],
    wrt: tuple[str, ...],
    seeds: tuple[Any, ...],
) -> tuple[Callable[[], Call], Callable[[], dict[str, int]]]:
    """What makes the prepared call, each time on new copies of what is differentiated by; and what counts its work."""
    f = backend.bind(case, {n: x for n, x in arrays.items() if n not in wrt}, wrt)
    if cell.operator in SECOND_ORDER:  # of the sum of the outputs
        f = partial(_total, backend.namespace.sum, f)
    here = tuple(arrays[name] for name in wrt)
    prepared = backend.prepare(cell.operator, f, here)

    def make() -> Call:
        primals = tuple(backend.asarray(given[name], cell.device) for name in wrt)
        backend.synchronize(primals)
        return partial(prepared, primals, *seeds)

    return make, partial(backend.counters, cell.operator, f, here, *seeds)


def _seeds(cell: Cell, case: Case, backend: Backend, given: dict[str, np.ndarray]) -> tuple[Any, ...]:
    """Ones: what a gradient is seeded with; and the directions of a compressed Jacobian."""
    if cell.operator == "jacsparse":
        if not case.takes(cell.operator):
            raise Unsupported("declares no structure of its Jacobian")
        directions = structure_of(case, given).seeds(cell.dtype)
        if isinstance(directions, tuple):
            return (tuple(backend.asarray(u, cell.device) for u in directions),)
        return (backend.asarray(directions, cell.device),)
    if cell.operator == "jvp" or (cell.operator in SECOND_ORDER and cell.operator not in ALONE):
        return (tuple(backend.asarray(np.ones_like(given[name]), cell.device) for name in case.wrt),)
    if cell.operator == "vjp":
        like = case.output_like(given)
        dtype = np.result_type(cell.dtype, np.complex64) if like.dtype.kind == "c" else cell.dtype
        return (backend.asarray(np.ones(like.shape, dtype), cell.device),)
    return ()


def _total(add: Callable[[Any], Any], f: Callable[..., Any], *primals: Any) -> Any:
    return add(f(*primals))


def _nothing(*arguments: Any) -> None:
    pass


def _warm(made: TimedCall, seconds: float) -> None:
    made.warm_up += warm(lambda: made.sample(1), seconds)


def raised(cell: Cell, error: Exception) -> Sample:
    """A timing that ended with an exception."""
    if isinstance(error, Unsupported):
        return failed(cell, "unsupported", str(error))
    if isinstance(error, TooSlow):
        return failed(cell, "too slow", str(error))
    return failed(cell, "oom" if isinstance(error, MemoryError) else "error", describe(error))


def failed(cell: Cell, status: str, message: str) -> Sample:
    """A timing that could not be taken."""
    return Sample(
        **cell.fields(),
        status=status,  # type: ignore[arg-type]
        message=message,
    )
