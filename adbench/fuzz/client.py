"""The parent's side: asks a backend's process, and starts another when an example took it down."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from types import TracebackType

import msgspec

from adbench.case import Inputs
from adbench.plan import Cell
from adbench.results import Outcome
from adbench.runner.process import Worker, WorkerDied, WorkerTimedOut
from adbench.runner.protocol import Tried, Try, encode_array

EXAMPLE_SECONDS = 60.0  # JAX compiles for seconds where a shape is new
EXAMPLES_A_WORKER = 1000  # then a new process: JAX keeps every kernel that it compiled
NO_TRUTH = "the oracle did not answer"


class Client:
    """A backend that can be asked about examples.

    Args:
        seconds: time limit of an example.
        python: the interpreter to run it under.
    Raises:
        AdbenchError: it does not start.
    """

    def __init__(
        self,
        backend: str,
        case_files: tuple[str, ...] = (),
        seconds: float = EXAMPLE_SECONDS,
        *,
        python: str = sys.executable,
    ) -> None:
        self._backend, self._case_files, self._seconds, self._python = backend, case_files, seconds, python
        self._worker, self._asked = self._start(), 0

    @property
    def version(self) -> str:
        return self._worker.version

    def asker(self, case: str, dtype: str, operators: Sequence[str]) -> Callable[[Inputs], Tried]:
        """A function of inputs that gives the outcomes there, one an operator."""
        cell = Cell(case=case, size="found", operator=operators[0], dtype=dtype, backend=self._backend)

        def ask(inputs: Inputs) -> Tried:
            tried = self._ask(cell, tuple(operators), inputs)
            return tried if isinstance(tried, Tried) else self._one_by_one(cell, operators, inputs, tried)

        return ask

    def _one_by_one(self, cell: Cell, operators: Sequence[str], inputs: Inputs, lost: Outcome) -> Tried:
        """The outcomes where they cannot be had together, because one of them takes the process down."""
        if not isinstance(alone := self._ask(cell, (), inputs), Tried) or alone.discarded:
            return Tried(discarded=NO_TRUTH)
        if len(operators) == 1:
            return Tried((lost,), flat=alone.flat)
        outcomes = list[Outcome]()
        for operator in operators:
            one = self._ask(msgspec.structs.replace(cell, operator=operator), (operator,), inputs)
            outcomes += one.outcomes if isinstance(one, Tried) else [one]
        died = any(o.status in ("crash", "timeout") for o in outcomes)
        return Tried(tuple(outcomes if died else [lost, *outcomes[1:]]), flat=alone.flat)

    def _ask(self, cell: Cell, operators: tuple[str, ...], inputs: Inputs) -> Tried | Outcome:
        """The worker's reply; where it died or hung, an outcome that says so."""
        if self._asked >= EXAMPLES_A_WORKER:
            self._restart()
        self._asked += 1
        try:
            arrays = {name: encode_array(x) for name, x in inputs.items()}
            reply = self._worker.ask(Try(cell, operators, arrays), self._seconds)
        except (WorkerDied, WorkerTimedOut) as error:
            self._restart()
            return Outcome(
                cell=cell.id,
                case=cell.case,
                family=cell.case.partition(".")[0],
                size=cell.size,
                backend=cell.backend,
                operator=cell.operator,
                dtype=cell.dtype,
                status="timeout" if isinstance(error, WorkerTimedOut) else "crash",
                message=str(error),
            )
        assert isinstance(reply, Tried)
        return reply

    def _start(self) -> Worker:
        return Worker(self._backend, self._case_files, python=self._python)

    def _restart(self) -> None:
        self._worker.close()
        self._worker, self._asked = self._start(), 0

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._worker.close()
