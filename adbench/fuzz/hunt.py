"""Hunts for inputs of one case on which one backend is wrong in one dtype, and shrinks what it finds."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from adbench import expectations
from adbench.case import Case, Inputs
from adbench.errors import HarnessFailed
from adbench.expectations import FAILED, Deviation
from adbench.fuzz.interrupts import noted
from adbench.oracle.store import cache_folder
from adbench.results import Outcome
from adbench.runner.protocol import Tried

# Each example that takes the process down costs a start, or a minute if it hangs, and shrinking would try hundreds.
MOST_LOST = 10
LOSSES = {"crash": 1, "timeout": 5}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Inputs on which a backend is wrong, as simple as they could be made.

    Attributes:
        outcome: what became of the first operator that failed.
        others: the other operators that failed at the same inputs.
        flat: a derivative is zero there, so that the inputs cannot be registered as a case.
    """

    case: Case
    inputs: Inputs
    outcome: Outcome
    others: tuple[str, ...]
    flat: bool


@dataclass
class Hunt:
    """What came of one hunt.

    Attributes:
        judged: examples on which the oracle judged the backend.  cells: those times the operators that apply.
        discarded: examples that say nothing, by reason.  known: failures by the reason that is recorded for them.
        interrupted: by Ctrl-C; what was found until then is kept.
    """

    title: str = ""
    judged: int = 0
    cells: int = 0
    discarded: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    interrupted: bool = False


def hunt(
    case: Case,
    dtype: str,
    ask: Callable[[Inputs], Tried],
    *,
    backend: str,
    examples: int,
    seed: int,
    deadline: float = float("inf"),
    deviations: Sequence[Deviation] = (),
    progress: Callable[[], None] = lambda: None,
) -> Hunt:
    """Draw examples and have them judged.

    Args:
        ask: the outcomes at some inputs.
        backend: its name, for the database of examples that were found before, which are tried first.
        deadline: of `time.monotonic`; nothing is judged after it.
        deviations: failures that have a recorded reason.
        progress: told of each example that was judged or discarded for the first time.
    """
    found = Hunt(title=f"{case.name} {dtype} {backend}")
    with noted() as interrupted:

        def heard(inputs: Inputs) -> Tried:
            if interrupted():
                raise KeyboardInterrupt
            return ask(inputs)

        trial = _Trial(case, heard, found, deadline, deviations, progress)
        try:
            _search(case, dtype, trial, backend=backend, examples=examples, seed=seed)
        except KeyboardInterrupt:
            found.interrupted = True
    found.findings = trial.smallest()
    return found


class _Found(Exception):
    """A failure; Hypothesis takes those of one class for one fault and shrinks each by itself."""


class _Trial:
    """Judges an example once, however often Hypothesis comes back to it."""

    def __init__(
        self,
        case: Case,
        ask: Callable[[Inputs], Tried],
        hunt: Hunt,
        deadline: float,
        deviations: Sequence[Deviation],
        progress: Callable[[], None],
    ) -> None:
        self._case, self._ask, self._hunt, self._deadline = case, ask, hunt, deadline
        self._deviations, self._progress = deviations, progress
        self._judged: dict[tuple[object, ...], Finding | str | None] = {}
        self._faults: dict[tuple[object, ...], type[_Found]] = {}
        self._last: dict[type[_Found], Finding] = {}
        self._lost = 0

    def __call__(self, inputs: Inputs) -> str:
        """Raise for a failure; else say why the example was discarded, or nothing."""
        key = tuple((name, x.shape, x.tobytes()) for name, x in inputs.items())
        if key not in self._judged:
            if time.monotonic() > self._deadline or self._lost >= MOST_LOST:
                return ""
            self._judged[key] = self._judge(inputs)
            self._progress()
        verdict = self._judged[key]
        if not isinstance(verdict, Finding):
            return verdict or ""
        fault = self._fault(verdict)
        self._last[fault] = verdict
        raise fault(verdict.outcome.message)

    def _judge(self, inputs: Inputs) -> Finding | str | None:
        tried = self._ask(inputs)
        if tried.discarded:
            self._hunt.discarded[tried.discarded] += 1
            return tried.discarded
        outcomes = [expectations.explain(outcome, self._deviations) for outcome in tried.outcomes]
        failed = [o for o in outcomes if o.status in FAILED]
        self._lost += max((LOSSES.get(o.status, 0) for o in failed), default=0)
        self._hunt.judged += 1
        self._hunt.cells += sum(o.status != "unsupported" for o in outcomes)
        self._hunt.known.update(o.known for o in failed if o.known)
        new = [o for o in failed if not o.known]
        if not new:
            return None
        others = tuple(o.operator for o in new[1:])
        return Finding(case=self._case, inputs=inputs, outcome=new[0], others=others, flat=tried.flat)

    def _fault(self, finding: Finding) -> type[_Found]:
        """The class of a failure: one for each operator and check, and another where a derivative is zero."""
        outcome = finding.outcome
        check = next((c.name for c in outcome.checks if c.status == "fail"), "")
        kind = (outcome.backend, outcome.operator, outcome.status, check, finding.flat)
        return self._faults.setdefault(kind, type("Found", (_Found,), {}))

    def smallest(self) -> list[Finding]:
        """The last failure of each class, which is what Hypothesis shrank it to.

        Where two differ only in that a derivative is zero, the one that can be registered.
        """
        kept = {}
        for kind, fault in self._faults.items():
            twin = self._faults.get((*kind[:-1], False))
            if fault in self._last and (twin in (None, fault) or twin not in self._last):
                kept[kind] = self._last[fault]
        return list(kept.values())


def _search(case: Case, dtype: str, trial: _Trial, *, backend: str, examples: int, seed: int) -> None:
    """Let Hypothesis look for failures of `trial`, which keeps them."""
    folder = cache_folder() / "fuzz"
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(folder / "hypothesis"))  # else in the current folder
    try:
        import hypothesis
        from hypothesis.database import DirectoryBasedExampleDatabase
    except ModuleNotFoundError as error:
        raise HarnessFailed('fuzz needs Hypothesis; pip install "adbench-suite[fuzz]"') from error
    from adbench.fuzz.strategies import examples as drawn

    def judged(inputs: Inputs) -> None:
        if trial(inputs):
            hypothesis.reject()

    settings = hypothesis.settings(
        max_examples=examples,
        database=DirectoryBasedExampleDatabase(folder / "found" / _as_folder(f"{case.name}-{dtype}-{backend}")),
        deadline=None,
        phases=(hypothesis.Phase.reuse, hypothesis.Phase.generate, hypothesis.Phase.shrink),
        suppress_health_check=list(hypothesis.HealthCheck),
        verbosity=hypothesis.Verbosity.quiet,
        print_blob=False,
        report_multiple_bugs=True,
    )
    search = settings(hypothesis.seed(seed)(hypothesis.given(drawn(case, dtype))(judged)))  # `seed` drops the database
    try:
        search()
    except* (_Found, hypothesis.errors.Unsatisfiable, hypothesis.errors.Flaky):
        pass  # `trial` has kept what was found, and counted what was discarded


def _as_folder(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in name)
