"""Results files as a tree of asv's results, which `asv publish`, `asv show` and `asv compare` read.

A benchmark is a case and an operator, `regression.ridge.vjp`, with the size, the backend, the dtype and the device as
its parameters. asv passes parameters by their index, so what a tree has of them is only ever added to; a results file
of asv's has parameters of its own, and asv finds values in it by name.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from adbench.errors import AdbenchError
from adbench.export.timings import Timings, by_cell
from adbench.results import Header, Sample
from adbench.timing.narrow import median_within

PARAMETERS = ("size", "backend", "dtype", "device")
MACHINE = ("arch", "cpu", "machine", "num_cpu", "os", "ram")
STATISTICS = ("ci_99_a", "ci_99_b", "q_25", "q_75", "number", "repeat")
COLUMNS = (
    *("result", "params", "version", "started_at", "duration"),
    *(f"stats_{name}" for name in STATISTICS),
    *("samples", "profile"),
)
VERSION = "1"  # of every benchmark; asv drops the history of one whose version changes


@dataclass(frozen=True)
class Commit:
    """What was measured: its whole hash, and when it was made."""

    hash: str
    date: datetime


def write_tree(folder: Path, timings: Timings, machine: str, commit: Commit) -> list[Path]:
    """Add the times to the tree in `folder`, which may be new: a file for each number of threads.

    Raises:
        AdbenchError: the tree has one of the benchmarks of this commit in this environment, or another machine of this
            name, or cannot be read or written; nothing is written then.
    """
    facts = _machine(timings.header, machine)
    groups: dict[int, list[Sample]] = {}
    for sample in timings.samples:
        groups.setdefault(sample.threads, []).append(sample)
    files: dict[Path, Any] = {}
    for threads, samples in groups.items():
        environment = {"python": _python(timings.header), "threads": str(threads), **timings.libraries}
        name = f"py{environment['python']}-threads{threads}-{_digest(environment)}"
        path = folder / machine / f"{commit.hash[:8]}-{name}.json"
        files[path] = _results(timings.header, samples, name, facts, environment, commit)
        there = _load(path).get("results", {})
        if both := sorted(there.keys() & files[path]["results"].keys()):
            raise AdbenchError(f"{path} has {both[0]} of this commit already; remove it, or name another --machine")
        files[path]["results"] |= there
    listed, known = folder / "benchmarks.json", folder / machine / "machine.json"
    _same_machine(known, facts)
    benchmarks = _benchmarks(_load(listed), timings.samples)
    try:
        (folder / machine).mkdir(parents=True, exist_ok=True)
        for path, content in {known: {**facts, "version": 1}, listed: {**benchmarks, "version": 2}, **files}.items():
            path.write_text(json.dumps(content, indent=None if path in files else 4) + "\n", encoding="utf-8")
    except OSError as error:
        raise AdbenchError(f"cannot write {error.filename}: {error.strerror}") from error
    return list(files)


def _machine(header: Header, name: str) -> dict[str, str]:
    known = header.environment
    system, _, architecture = str(known.get("system", "")).partition(" ")
    values = (architecture, known.get("processor", ""), name, known.get("cores", ""), system, "")
    return {key: str(value) for key, value in zip(MACHINE, values, strict=True)}


def _same_machine(path: Path, facts: dict[str, str]) -> None:
    """Refuse to mix the results of two machines, of what both trees tell."""
    before = _load(path)
    for name in ("arch", "cpu", "num_cpu"):
        if (old := before.get(name) or facts[name]) != facts[name]:
            raise AdbenchError(
                f"{path.parent} is of another machine: its {name} is {old}, that of these results {facts[name]}; "
                "name theirs with --machine"
            )


def _load(path: Path) -> dict[str, Any]:
    """What a file of the tree holds; nothing where there is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise AdbenchError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise AdbenchError(f"{path} is not asv's: {error}") from error
    if not isinstance(found, dict):
        raise AdbenchError(f"{path} is not asv's: it holds no object")
    return found


def _python(header: Header) -> str:
    return ".".join(str(header.environment.get("python", "")).split(".")[:2])


def _digest(environment: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(environment, sort_keys=True).encode()).hexdigest()[:8]


def _name(sample: Sample) -> str:
    return f"{sample.case}.{sample.operator}"


def _parameters(sample: Sample) -> tuple[str, ...]:
    """As asv writes them: the text of a Python literal."""
    return tuple(repr(getattr(sample, name)) for name in PARAMETERS)


def _benchmarks(known: dict[str, Any], samples: Iterable[Sample]) -> dict[str, Any]:
    """asv's list of benchmarks with those of the samples: what it has keeps its place."""
    for sample in samples:
        operator = "" if sample.operator == "primal" else f" --operator {sample.operator}"
        benchmark = known.setdefault(
            _name(sample),
            {
                "code": f"adbench bench {sample.case}{operator}",
                "name": _name(sample),
                "param_names": list(PARAMETERS),
                "params": [[] for _ in PARAMETERS],
                "type": "time",
                "unit": "seconds",
                "version": VERSION,
            },
        )
        if benchmark.get("param_names") != list(PARAMETERS):
            raise AdbenchError(f"benchmarks.json has a {_name(sample)} with other parameters; export to a new folder")
        for values, value in zip(benchmark["params"], _parameters(sample), strict=True):
            if value not in values:
                values.append(value)
    return known


def _results(
    header: Header,
    samples: Sequence[Sample],
    name: str,
    machine: dict[str, str],
    environment: dict[str, str],
    commit: Commit,
) -> dict[str, Any]:
    """A results file of asv's, format 2."""
    benchmarks: dict[str, list[Sample]] = {}
    for sample in samples:
        benchmarks.setdefault(_name(sample), []).append(sample)
    return {
        "commit_hash": commit.hash,
        "env_name": name,
        "date": _milliseconds(commit.date),
        "params": {**machine, **environment},
        "python": environment["python"],
        "requirements": {name: version for name, version in environment.items() if name not in ("python", "threads")},
        "env_vars": {},
        "result_columns": COLUMNS,
        "results": {name: _row(header, mine) for name, mine in benchmarks.items()},
        "durations": {},
        "version": 2,
    }


def _row(header: Header, samples: Sequence[Sample]) -> list[Any]:
    """One benchmark: a value for each combination of its parameters, NaN where there is none."""
    params: list[list[str]] = [[] for _ in PARAMETERS]
    for sample in samples:
        for values, value in zip(params, _parameters(sample), strict=True):
            if value not in values:
                values.append(value)
    cells = {_parameters(same[0]): same for same in by_cell(samples).values()}
    medians, statistic, kept = list[float](), list[dict[str, Any]](), list[list[float] | None]()
    for combination in itertools.product(*params):
        same = cells.get(combination, [])
        taken = [seconds for sample in same for seconds in sample.samples]
        medians.append(statistics.median(taken) if taken else math.nan)
        statistic.append(_statistics(taken, same[0].number) if taken else dict.fromkeys(STATISTICS))
        kept.append(taken or None)
    started = _milliseconds(datetime.fromisoformat(header.started))
    spread = [[one[name] for one in statistic] for name in STATISTICS]
    return [medians, params, VERSION, started, None, *spread, kept, None]


def _statistics(taken: list[float], number: int) -> dict[str, float]:
    low, high = median_within(taken, 0.005) or (-math.inf, math.inf)
    quarters = statistics.quantiles(taken, n=4, method="inclusive") if len(taken) > 1 else taken * 3
    return dict(zip(STATISTICS, (low, high, quarters[0], quarters[2], number, len(taken)), strict=True))


def _milliseconds(date: datetime) -> int:
    return int(date.timestamp() * 1000)
