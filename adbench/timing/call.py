"""A timed call: prepared once, synchronised every time."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from adbench.backend import ALONE, SECOND_ORDER, Backend
from adbench.case import Case
from adbench.errors import Unsupported, describe
from adbench.plan import Cell
from adbench.results import Sample

WARM_CALLS = 3


@dataclass
class TimedCall:
    """A call to repeat, with the times of its first runs."""

    call: Callable[[], Any]
    synchronize: Callable[[Any], None]
    prepare_seconds: float
    warm_up: tuple[float, ...]

    @property
    def warm_seconds(self) -> float:
        """A call when the first is over."""
        return min(self.warm_up[1:])

    def sample(self, number: int) -> float:
        """Seconds a call, over `number` calls in a row, each synchronised, without garbage collection."""
        call, synchronize, enabled = self.call, self.synchronize, gc.isenabled()
        gc.disable()
        try:
            start = time.perf_counter()
            for _ in range(number):
                synchronize(call())
            return (time.perf_counter() - start) / number
        finally:
            if enabled:
                gc.enable()


def prepare(cell: Cell, case: Case, backend: Backend) -> TimedCall | Sample:
    """The timed call of a cell after its first and a few more runs; a `Sample` that says why where there is none.

    `primal` is timed without tracing; `vjp` yields the value and the cotangents of all inputs of `wrt`. Jacobians and
    Hessians are by one input after the other; second derivatives are those of the sum of the outputs.
    """
    try:
        return _prepare(cell, case, backend)
    except Unsupported as error:
        return failed(cell, "unsupported", str(error))
    except Exception as error:
        return failed(cell, "error", describe(error))


def _prepare(cell: Cell, case: Case, backend: Backend) -> TimedCall:
    inputs = case.make_inputs(cell.size)
    cast = {name: x.astype(cell.dtype) if x.dtype.kind == "f" else x for name, x in inputs.items()}
    arrays = {name: backend.asarray(x, cell.device) for name, x in cast.items()}
    start = time.perf_counter()
    if cell.operator in ALONE and cell.operator != "primal":
        parts = [_bound(cell, case, backend, arrays, (name,)) for name in case.wrt]

        def call() -> Any:
            return [part() for part in parts]
    else:
        call = _bound(cell, case, backend, arrays, case.wrt)

    prepare_seconds = time.perf_counter() - start
    return TimedCall(
        call, backend.synchronize, prepare_seconds, tuple(_timed(call, backend) for _ in range(1 + WARM_CALLS))
    )


def _bound(cell: Cell, case: Case, backend: Backend, arrays: dict[str, Any], wrt: tuple[str, ...]) -> Callable[[], Any]:
    """The prepared call with its arguments."""
    f = backend.bind(case, {n: x for n, x in arrays.items() if n not in wrt}, wrt)
    if cell.operator in SECOND_ORDER:  # of the sum of the outputs
        f = partial(_total, backend.namespace.sum, f)
    primals = tuple(arrays[name] for name in wrt)
    seeds = _seeds(cell, backend, primals, backend.to_numpy(f(*primals)))
    return partial(backend.prepare(cell.operator, f, primals), primals, *seeds)


def _seeds(cell: Cell, backend: Backend, primals: tuple[Any, ...], y: np.ndarray) -> tuple[Any, ...]:
    """Ones: what a gradient is seeded with."""
    if cell.operator == "jvp" or (cell.operator in SECOND_ORDER and cell.operator not in ALONE):
        return (tuple(backend.asarray(np.ones_like(backend.to_numpy(x)), cell.device) for x in primals),)
    if cell.operator == "vjp":
        return (backend.asarray(np.ones_like(y), cell.device),)
    return ()


def _total(add: Callable[[Any], Any], f: Callable[..., Any], *primals: Any) -> Any:
    return add(f(*primals))


def _timed(call: Callable[[], Any], backend: Backend) -> float:
    start = time.perf_counter()
    backend.synchronize(call())
    return time.perf_counter() - start


def failed(cell: Cell, status: str, message: str) -> Sample:
    """A timing that could not be taken."""
    return Sample(
        **cell.fields(),
        status=status,  # type: ignore[arg-type]
        message=message,
    )
