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
    """Checks each operator of each backend on each case, at the first size at which the oracle knows the truth.

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
        asked = [
            (case, operator, dtype)
            for case in cases
            for dtype in dtypes
            if dtype in case.dtypes
            for operator in operators
            if case.takes(operator)
        ]
        self._checked = {(case.name, operator): _check(case, operator) for case, operator, _ in asked}
        cells = [
            Cell(case=case.name, size=size, operator=by, dtype=dtype, backend=backend, device=device)
            for backend in backends
            for case, operator, dtype in asked
            for size, by in [self._checked[case.name, operator]]
        ]
        running = set[str]()
        self._right = set[str]()

        def start(backend: str, version: str) -> None:
            running.add(backend)
            started(backend, version)

        def see(outcome: Outcome) -> None:
            if outcome.status == "pass":
                self._right.add(outcome.cell)

        Run(
            case_files=case_files,
            required=required,
            see=see,
            started=start,
            skipped=skipped,
            interpreters=interpreters,
        ).conform(list(dict.fromkeys(cells)), os.cpu_count() or 1)
        self.backends = [backend for backend in backends if backend in running]

    def __call__(self, sample: Sample) -> bool:
        """Whether what was timed is right; a primal is no derivative."""
        if sample.operator == "primal":
            return True
        size, by = self._checked[sample.case, sample.operator]
        cell = Cell(
            case=sample.case, size=size, operator=by, dtype=sample.dtype, backend=sample.backend, device=sample.device
        )
        return cell.id in self._right


def _check(case: Case, operator: str) -> tuple[str, str]:
    """The size and the operator by which an operator is judged: the first size at which it has a truth.

    Whole Hessians have one only where they are small; elsewhere their products with a vector stand for them.
    """
    sizes = [size for size in case.sizes if operator != "hessian" or case.has_hessian(case.make_inputs(size))]
    return (sizes[0], operator) if sizes else (next(iter(case.sizes)), "hvp")
