"""`adbench fuzz`: looks for inputs on which a backend is wrong."""

from __future__ import annotations

import math
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.text import Text

from adbench import expectations, plan, registry
from adbench.backend import FIRST_ORDER
from adbench.case import DTYPES
from adbench.commands.run import NOT_IN_A_BARE_RUN
from adbench.errors import BackendNotInstalled, NothingRan
from adbench.fuzz import paste
from adbench.fuzz.client import Client
from adbench.fuzz.hunt import Finding, Hunt, hunt
from adbench.report.console import wide_console
from adbench.report.progress import Progress
from adbench.runner.interpreters import Interpreters, interpreters

LARGEST_SEED = 2**32
JUDGED_SHARE = 0.1  # of its examples; a hunt that judged fewer says so


def fuzz(
    patterns: Sequence[str],
    *,
    backends: Sequence[str] = (),
    pythons: Sequence[str] = (),
    operators: Sequence[str] = (),
    dtypes: Sequence[str] = (),
    examples: int = 100,
    seed: int | None = None,
    seconds: float = 0.0,
    case_files: tuple[str, ...] = (),
    expectations_files: Sequence[str] = (),
    progress: str = "auto",
) -> int:
    """Hunt on each chosen case, backend and dtype, and print what was found.

    Args:
        examples: how many a hunt.
        seed: of what is drawn; a random one if None.
        seconds: after which no more is drawn, all hunts together; 0 for no limit.
    Returns:
        The exit code: 0 where nothing was found, 1 where something was.
    Raises:
        UnknownName: a case, backend, operator or dtype that does not exist.
        NothingRan: no backend is installed, or no example could be judged.
    """
    all_cases = registry.load_cases(case_files)
    cases = registry.select_cases(all_cases, patterns)
    plan.check_names("operator", operators, FIRST_ORDER)
    plan.check_names("dtype", dtypes, DTYPES)
    known = registry.backend_names()
    plan.check_names("backend", [b for b in backends if ":" not in b], known)
    elsewhere = interpreters(pythons, backends, cases, case_files)
    chosen = elsewhere.columns(backends or [b for b in known if b not in NOT_IN_A_BARE_RUN])
    required = elsewhere.columns(backends)
    deviations = expectations.load_defaults(fuzzed=True)
    for file in expectations_files:
        deviations += expectations.load(Path(file), known_cases=all_cases, fuzzed=True)
    work = [(case, dtype) for case in cases for dtype in dtypes or DTYPES if dtype in case.dtypes]
    if not work:
        raise NothingRan("nothing to fuzz: no chosen case has these dtypes")
    seed = random.SystemRandom().randrange(LARGEST_SEED) if seed is None else seed
    start = time.monotonic()
    deadline = start + seconds if seconds else math.inf
    hunts = list[Hunt]()
    try:
        with Progress("fuzz", progress) as bars:
            for backend, client in _clients(chosen, required, elsewhere, case_files, bars):
                bar = bars.add_task(backend, total=len(work) * examples)
                for done, (case, dtype) in enumerate(work, 1):
                    if time.monotonic() > deadline:
                        break
                    one = hunt(
                        case,
                        dtype,
                        client.asker(case.name, dtype, list(operators or FIRST_ORDER)),
                        backend=backend,
                        examples=examples,
                        seed=seed,
                        deadline=deadline,
                        deviations=[d for d in deviations if d.admits(client.version)],
                        progress=lambda bar=bar: bars.advance(bar),  # type: ignore[misc]
                    )
                    hunts.append(one)
                    if one.interrupted:
                        raise KeyboardInterrupt
                    bars.reach(bar, done * examples)
    finally:  # Ctrl-C too ends with what was found until then
        findings = [finding for one in hunts for finding in one.findings]
        _print(hunts, findings, case_files, elsewhere)
        print(f"seed {seed}, {time.monotonic() - start:.1f} s")
    if not any(one.judged for one in hunts):
        raise NothingRan("nothing judged: no backend is installed, or each example was discarded")
    return 1 if findings else 0


def _clients(
    chosen: Sequence[str],
    required: Sequence[str],
    elsewhere: Interpreters,
    case_files: tuple[str, ...],
    bars: Progress,
) -> Iterator[tuple[str, Client]]:
    """Each backend in turn, as long as its hunts last; one that is not installed is skipped unless it was asked for."""
    for backend in chosen:
        try:
            client = Client(backend, case_files, python=elsewhere.path(backend))
        except BackendNotInstalled as error:
            if backend in required:
                raise
            bars.skip(backend, str(error))
            continue
        with client:
            yield backend, client


def _print(
    hunts: Sequence[Hunt], findings: Sequence[Finding], case_files: tuple[str, ...], elsewhere: Interpreters
) -> None:
    console = wide_console()
    found = [line for one in findings for line in _finding(one, case_files, elsewhere.options(one.outcome.backend))]
    for line in (*found, *_numbers(hunts, findings)):
        console.print(line, soft_wrap=True)


def _finding(finding: Finding, case_files: tuple[str, ...], backend: str) -> list[Text]:
    """What failed, and the file that reproduces it."""
    outcome = finding.outcome
    lines = [Text.assemble((f"{outcome.status} ", "red bold"), (outcome.cell, "bold")), Text(f"  {outcome.message}")]
    if finding.others:
        lines.append(Text(f"  at the same inputs: {', '.join(finding.others)}"))
    if refusal := paste.refusal(finding):
        lines += [Text(f"  {name} = {paste.literal(x)}") for name, x in finding.inputs.items()]
        return [*lines, Text(f"  this point cannot be registered as a case: {refusal}", "yellow"), Text()]
    hint = f"  {paste.FILE}, a case of this point, which runs by the command in its docstring:"
    return [*lines, Text(hint), Text(), Text(paste.source(finding, case_files, backend), "cyan"), Text()]


def _numbers(hunts: Sequence[Hunt], findings: Sequence[Finding]) -> list[Text]:
    known = sum((one.known for one in hunts), Counter[str]())
    judged, cells = sum(one.judged for one in hunts), sum(one.cells for one in hunts)
    lines = [
        Text(f"judged {judged} examples, {cells} cells, in {len(hunts)} hunts"),
        Text(f"discarded {_by_reason(sum((one.discarded for one in hunts), Counter[str]()))}"),
        *(Text(f"  {line}", "yellow") for line in _blind(hunts)),
        *(Text.assemble(("known ", "yellow"), f"×{n}: {reason}") for reason, n in known.most_common()),
    ]
    return [*lines, Text(f"found {len(findings)}", "red bold" if findings else "green")]


def _by_reason(discarded: Counter[str]) -> str:
    reasons = ", ".join(f"{n} {reason}" for reason, n in discarded.most_common())
    return f"{discarded.total()}" + (f": {reasons}" if reasons else "")


def _blind(hunts: Sequence[Hunt]) -> list[str]:
    """The hunts that judged next to nothing of what they drew."""
    blind = [one for one in hunts if one.judged < JUDGED_SHARE * (one.judged + one.discarded.total())]
    lines = [f"{one.title}: judged only {one.judged}, discarded {_by_reason(one.discarded)}" for one in blind]
    return [*lines, "a domain, declared in the case, makes more of its examples count"] if lines else []
