"""The lines of a results file, pooled: one cell, all of its processes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from adbench.backend import OPERATORS
from adbench.errors import AdbenchError
from adbench.results import Sample
from adbench.timing.intervals import Estimates, estimate

BY_HAND = "manual"  # no library, but what libraries are measured by


class Group(NamedTuple):
    """What is the same for cells that are compared with each other."""

    case: str
    size: str
    operator: str
    dtype: str
    device: str
    threads: int

    def __str__(self) -> str:
        """`regression.ridge[small] vjp float64`, without what is empty."""
        case = f"{self.case}[{self.size}]" if self.size else self.case
        on = "" if self.device == "cpu" else self.device
        many = "" if self.threads == 1 else f"{self.threads} threads"
        return " ".join(filter(None, (case, self.operator, self.dtype, on, many)))


@dataclass(frozen=True)
class Pooled:
    """A cell and its lines, in the order of the processes.

    Attributes:
        timed: those with samples.  lost: those without.
    """

    group: Group
    backend: str
    timed: tuple[Sample, ...]
    lost: tuple[Sample, ...]

    @property
    def id(self) -> str:
        """The cell's identifier, and its threads where they are not one."""
        many = "" if self.group.threads == 1 else f" with {self.group.threads} threads"
        return (*self.timed, *self.lost)[0].cell + many

    @property
    def conforms(self) -> bool:
        """Whether the derivative is right, as far as every process found."""
        return all(s.conforms for s in self.timed)

    @property
    def minimum_seconds(self) -> float:
        return min(min(s.samples) for s in self.timed)

    @property
    def compile_seconds(self) -> float:
        """The median over processes of what preparing and warming took beyond the steady time."""
        return float(np.median([s.compile_seconds or 0.0 for s in self.timed]))

    @property
    def peak_bytes(self) -> int | None:
        """The largest rise of memory that a process saw."""
        return max((s.peak_bytes for s in self.timed if s.peak_bytes is not None), default=None)

    @property
    def counters(self) -> dict[str, int]:
        """What depends on no machine, nor on the process."""
        return self.timed[0].counters


class Times:
    """All cells of a results file, in an order that does not depend on that of its lines.

    Attributes:
        cells: those that were timed in some process.
        untimed: those that were timed in none.
        processes: numbers of the processes that took samples.
        estimates: of the logarithm of each cell's seconds, a row a cell.
        row: of a group and a backend, the cell's row.
    Raises:
        AdbenchError: two lines are of one cell and process, or a time is not positive.
    """

    def __init__(self, samples: Iterable[Sample]) -> None:
        by_cell: dict[tuple[Group, str], list[Sample]] = {}
        for s in samples:
            group = Group(s.case, s.size, s.operator, s.dtype, s.device, s.threads)
            by_cell.setdefault((group, s.backend), []).append(s)
        pooled = sorted((_pooled(*key, lines) for key, lines in by_cell.items()), key=_order)
        self.cells = [p for p in pooled if p.timed]
        self.untimed = [p for p in pooled if not p.timed]
        self.processes = sorted({s.process for p in self.cells for s in p.timed})
        self.estimates = estimate(self._logs()) if self.cells else _NONE
        self.row = {(p.group, p.backend): i for i, p in enumerate(self.cells)}

    def _logs(self) -> np.ndarray:
        """Logarithms of all samples, shape (cells, processes, rounds), NaN where there is none."""
        rounds = max(len(s.samples) for p in self.cells for s in p.timed)
        logs = np.full((len(self.cells), len(self.processes), rounds), np.nan)
        place = {process: i for i, process in enumerate(self.processes)}
        for row, pooled in enumerate(self.cells):
            for s in pooled.timed:
                logs[row, place[s.process], : len(s.samples)] = np.log(s.samples)
        return logs

    def ratios(self, pairs: Sequence[tuple[int, int]]) -> Estimates:
        """Of rows over rows."""
        over, under = np.array(pairs, dtype=int).reshape(-1, 2).T
        return self.estimates[over] - self.estimates[under]

    @cached_property
    def groups(self) -> dict[Group, dict[str, int]]:
        """The rows of the timed derivatives that conform, by backend; the derivative by hand is among them."""
        found: dict[Group, dict[str, int]] = {}
        for row, pooled in enumerate(self.cells):
            if pooled.conforms and pooled.group.operator != "primal":
                found.setdefault(pooled.group, {})[pooled.backend] = row
        return found

    @cached_property
    def fastest(self) -> dict[Group, int]:
        """The row of the fastest library whose derivative conforms."""
        point = self.estimates.point
        libraries = {g: [row for b, row in rows.items() if b != BY_HAND] for g, rows in self.groups.items()}
        return {group: min(rows, key=point.__getitem__) for group, rows in libraries.items() if rows}

    @cached_property
    def sizes(self) -> list[str]:
        """Names of the sizes, the quickest first."""
        logs: dict[str, list[float]] = {}
        for pooled, point in zip(self.cells, self.estimates.point, strict=True):
            logs.setdefault(pooled.group.size, []).append(point)
        return sorted(logs, key=lambda size: (float(np.mean(logs[size])), size))


_NONE = Estimates(np.empty(0), np.empty((0, 0)))


def _pooled(group: Group, backend: str, lines: list[Sample]) -> Pooled:
    """The lines of one cell.

    Raises:
        AdbenchError: two are of one process, or a time is not positive.
    """
    lines = sorted(lines, key=lambda s: s.process)
    for a, b in pairwise(lines):
        if a.process == b.process:
            raise AdbenchError(f"{a.cell} has two timings of process {a.process}; one run has one of each")
    for s in lines:
        if (s.status == "timed") != bool(s.samples) or not all(0 < t < math.inf for t in s.samples):
            raise AdbenchError(f"{s.cell}, process {s.process}: {s.status} with samples {list(s.samples[:3])}")
    timed = tuple(s for s in lines if s.status == "timed")
    return Pooled(group, backend, timed, tuple(s for s in lines if s.status != "timed"))


def _order(pooled: Pooled) -> tuple[object, ...]:
    case, size, operator, *others = pooled.group
    operators = ("primal", *OPERATORS)
    place = operators.index(operator) if operator in operators else len(operators)
    return natural(case), size, place, operator, *others, by_backend(pooled.backend)


def by_backend(name: str) -> tuple[object, ...]:
    """Sorts backends: the derivative by hand, then libraries with their configurations together, differences last."""
    return (0 if name == BY_HAND else 2 if name == "finite" else 1), natural(name)


def natural(name: str) -> list[tuple[int, str]]:
    """Sorts names with the numbers in them as numbers."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]
