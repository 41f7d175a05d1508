"""pytest-benchmark's face of the bench cases: `pytest --benchmark-only benchmarks/`.

With `--benchmark-disable` each is called, once, at its first size. All backends share one process here, one after the
other; `adbench bench` interleaves them in processes of their own.
"""

from __future__ import annotations

from functools import cache

import pytest

from adbench import registry
from adbench.errors import BackendNotInstalled
from adbench.plan import Cell
from adbench.timing.call import TimedCall, prepare

CASES = {case.name: case for case in registry.load_cases().values() if case.bench}
CELLS = [
    Cell(case=case.name, size=size, operator="vjp", dtype="float64", backend=backend)
    for case in CASES.values()
    for size in case.sizes
    for backend in registry.backend_names()
    if backend not in registry.ONLY_BY_NAME
]


@cache
def adapter(name):
    """The backend, or why there is none."""
    try:
        return registry.load_backend(name)
    except BackendNotInstalled as error:
        return str(error)


@pytest.mark.benchmark(disable_gc=True, max_time=0.3, min_rounds=3)
@pytest.mark.parametrize("cell", CELLS, ids=[cell.id for cell in CELLS])
def test_gradient(benchmark, cell):
    backend = adapter(cell.backend)
    if isinstance(backend, str):
        pytest.skip(backend)
    case = CASES[cell.case]
    if benchmark.disabled and cell.size != next(iter(case.sizes)):
        pytest.skip("called at the first size of each case only")
    made = prepare(cell, case, backend)
    if not isinstance(made, TimedCall):
        (pytest.skip if made.status == "unsupported" else pytest.fail)(made.message)
    benchmark.group = f"{cell.case}[{cell.size}]"
    benchmark.extra_info.update(
        cell=cell.id,
        backend=cell.backend,
        version=backend.version(),
        first_call_seconds=made.warm_up[0],
        counters=made.count(),
    )
    call, synchronize = made.call, made.synchronize
    benchmark(lambda: synchronize(call()))
