"""The gradient of each bench case on each backend: one class a case, so that a case's history is its own.

asv would run `setup` before each of its samples; these are our own samples of a prepared call, handed to
asv as a `track_` benchmark of type `time`. Nothing of adbench is imported until it is needed: the adbench
that is measured is that of the commit, and may be older than this file.
"""

from __future__ import annotations

import math
from functools import cache

from .names import BACKENDS, CASES

SAMPLE_SECONDS = 0.005  # 50,000 times the grain of the clock
CELL_SECONDS = 0.5
SAMPLES = (3, 30)  # at least, at most


class _Gradient:
    """The pullback of ones, value included, in float64."""

    name = ""
    param_names = ("size", "backend")
    type = "time"
    unit = "seconds"
    timeout = 300
    version = "1"  # asv drops a benchmark's history when this changes, and without it when its source does

    def setup(self, size: str, backend: str) -> None:
        from adbench.errors import BackendNotInstalled
        from adbench.plan import Cell
        from adbench.registry import load_backend
        from adbench.timing.call import TimedCall, prepare

        case = _cases().get(self.name)
        if case is None or size not in case.sizes:
            raise NotImplementedError(f"this commit has no {self.name}[{size}]")
        try:
            adapter = load_backend(backend)
        except BackendNotInstalled as error:
            raise NotImplementedError(str(error)) from error
        cell = Cell(case=self.name, size=size, operator="vjp", dtype="float64", backend=backend)
        made = prepare(cell, case, adapter)
        if not isinstance(made, TimedCall):
            raise (NotImplementedError if made.status == "unsupported" else RuntimeError)(made.message)
        self.timed = made

    def track_gradient(self, size: str, backend: str) -> dict[str, object]:
        """Seconds a call, sample by sample."""
        warm = max(self.timed.warm_seconds, 1e-9)
        number = max(1, math.ceil(SAMPLE_SECONDS / warm))
        fewest, most = SAMPLES
        count = max(fewest, min(most, int(CELL_SECONDS / (number * warm))))
        return {"samples": [self.timed.sample(number) for _ in range(count)], "number": number}


@cache
def _cases():
    from adbench.registry import load_cases

    return load_cases()


for _name, _sizes in CASES.items():
    _class = _name.replace(".", "_")
    globals()[_class] = type(_class, (_Gradient,), {"name": _name, "params": (_sizes, BACKENDS)})
