"""Which derivatives are right, before they are timed: a wrong answer is quickly found."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from adbench.case import Case
from adbench.plan import Cell
from adbench.results import Outcome, Sample
from adbench.runner.conformance import Run
from adbench.runner.interpreters import HERE, Interpreters


class Conformity:
    """Checks each operator of each backend on each case, at the case's first size, where the oracle knows the truth.

    The checks have processes of their own, so that those in which times are taken are fresh.

    Args:
        required: backends that were asked for by name; one that is missing ends the run.
        started: told of each backend that runs, and its version.
        skipped: told of a backend that does not start, and why.
    Attributes:
        backends: those that run, in the given order.
    Raises:
        AdbenchError: a required backend does not start.
    """

    def __init__(
        self,
        cases: Sequence[Case],
        backends: Sequence[str],
        operators: Sequence[str],
        dtypes: Sequence[str],
        *,
        required: Sequence[str],
        case_files: tuple[str, ...],
        started: Callable[[str, str], None],
        skipped: Callable[[str, str], None],
        interpreters: Interpreters = HERE,
        device: str = "cpu",
    ) -> None:
        cells = [
            Cell(
                case=case.name,
                size=next(iter(case.sizes)),
                operator=operator,
                dtype=dtype,
                backend=backend,
                device=device,
            )
            for backend in backends
            for case in cases
            for dtype in dtypes
            if dtype in case.dtypes
            for operator in operators
            if case.takes(operator)
        ]
        running = set[str]()
        self._right = set[tuple[str, str, str, str]]()

        def start(backend: str, version: str) -> None:
            running.add(backend)
            started(backend, version)

        def see(outcome: Outcome) -> None:
            if outcome.status == "pass":
                self._right.add(_key(outcome))

        Run(
            case_files=case_files,
            required=required,
            see=see,
            started=start,
            skipped=skipped,
            interpreters=interpreters,
        ).conform(cells, os.cpu_count() or 1)
        self.backends = [backend for backend in backends if backend in running]

    def __call__(self, sample: Sample) -> bool:
        """Whether what was timed is right; a primal is no derivative."""
        return sample.operator == "primal" or _key(sample) in self._right


def _key(of: Outcome | Sample) -> tuple[str, str, str, str]:
    return of.case, of.operator, of.dtype, of.backend
