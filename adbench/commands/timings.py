"""What `adbench bench` prints when the times are there, taken just now or read from a results file."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from rich.console import Console

from adbench import registry
from adbench.case import Case
from adbench.errors import NothingRan
from adbench.report.console import wide_console
from adbench.report.scaling import scaling as growth
from adbench.report.timing import timings
from adbench.results import Footer, Sample, read
from adbench.timing.pool import Times
from adbench.timing.scaling import Entries, Sizes


def print_timings(
    console: Console, samples: Iterable[Sample], cases: Iterable[Case], *, verbose: bool = False, scaling: bool = False
) -> None:
    """Print the tables of samples.

    Args:
        cases: what is known of those that were timed; only `scaling` looks at them.
    Raises:
        NothingRan: none of the samples is of a timed cell.
        AdbenchError: the samples are not of one run.
    """
    samples = list(samples)
    times = Times(samples)
    if not times.cells:
        raise NothingRan(f"nothing was timed: {samples[0].message if samples else 'none of the backends is installed'}")
    console.print(timings(times, console.width, verbose=verbose))
    if scaling:
        console.print(growth(times, entries({case.name: case for case in cases}), console.width))


def entries(cases: dict[str, Case]) -> Sizes:
    """How large a case is at a size, as far as it is among these."""

    @cache
    def found(name: str, size: str) -> Entries | None:
        if name not in cases or size not in cases[name].all_sizes:
            return None
        case = cases[name]
        inputs = case.make_inputs(size)
        return Entries(
            inputs=sum(x.size for x in inputs.values()),
            columns=sum(inputs[wrt].size for wrt in case.wrt),
            rows=math.prod(case.output_shape(inputs)),
        )

    return found


def from_file(
    path: Path,
    patterns: Sequence[str],
    *,
    backends: Sequence[str] = (),
    operators: Sequence[str] = (),
    dtypes: Sequence[str] = (),
    sizes: Sequence[str] = (),
    case_files: tuple[str, ...] = (),
    verbose: bool = False,
    scaling: bool = False,
) -> int:
    """Print the tables of a results file, or of the cells in it that are named, without timing anything.

    Returns:
        The exit code, 0.
    Raises:
        AdbenchError: the file is not valid, or has no such cell.
    """
    lines = list(read(path))
    samples = [line for line in lines if isinstance(line, Sample)]
    if not samples:
        raise NothingRan(f"{path} holds no timings; `adbench bench --json {path.name}` writes some")
    chosen = {"case": patterns, "backend": backends, "operator": operators, "dtype": dtypes, "size": sizes}
    for kind, names in chosen.items():
        samples = _those(samples, kind, names)
    console = wide_console()
    print_timings(
        console,
        samples,
        registry.load_cases(case_files).values() if scaling else (),
        verbose=verbose,
        scaling=scaling,
    )
    if not any(isinstance(line, Footer) for line in lines):
        console.print(f"{path} was cut short; these are the cells that it holds", style="yellow", highlight=False)
    return 0


def _those(samples: Sequence[Sample], kind: str, patterns: Sequence[str]) -> list[Sample]:
    """The samples whose case, backend or so is among those named; the function itself goes with any operator.

    Raises:
        UnknownName: a name is of none of them.
    """
    chosen = registry.matching(kind, patterns, {getattr(s, kind) for s in samples})
    if kind == "operator":
        chosen.add("primal")
    return [s for s in samples if getattr(s, kind) in chosen]
