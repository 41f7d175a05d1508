"""`adbench compare` of two results files: weaker than timing both in one job, and it says so."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import median, variance
from typing import NamedTuple

from msgspec.structs import replace

from adbench import registry
from adbench.errors import AdbenchError, NothingRan
from adbench.plan import Cell, name_and_version
from adbench.report.comparison import judge
from adbench.results import Header, Sample, Verdict, read
from adbench.timing.paired import fastest, ratios
from adbench.timing.unpaired import FEWEST, estimate

SOFTWARE = ("python", "numpy", "commit")  # may be what is compared; whatever else an environment tells is the machine
SMALLEST = 10.0  # per cent; runs of the same code lie so far apart, minutes or days later
ALPHA = 0.01
WEAKER = (
    "This is weaker than timing both in one job, as `adbench compare BACKEND=PYTHON BACKEND=PYTHON` does: the files "
    "were measured one after the other, so that a change of the machine in between looks like one of the code, and "
    "nothing was measured again to confirm it. Even on a machine that never changes, "
    f"1 unchanged cell in {1 / ALPHA:.0f} may be called slower or faster."
)


def is_file(text: str) -> bool:
    """Whether a side of a comparison is a results file."""
    return Path(text).is_file() or text.endswith((".json", ".jsonl"))


def compare_files(
    base: Path, head: Path, patterns: Sequence[str] = (), *, smallest: float = SMALLEST, force: bool = False
) -> int:
    """Compare two results files of `adbench bench`, cell by cell, and print verdicts.

    Args:
        patterns: shell globs on case names, or families; all if none.
        smallest: the smallest change of interest, in per cent.
        force: also where they are of different machines.
    Returns:
        The exit code: 3 where a cell is slower, else 0.
    Raises:
        AdbenchError: a file is not valid, or the files are of different machines or numbers of threads.
        NothingRan: they have no timed cell in common.
    """
    old, new = Timings(base), Timings(head)
    if (differing := _differing(old.header, new.header)) and not force:
        raise AdbenchError(f"{base} and {head} are not of one machine: {'; '.join(differing)}; --force compares them")
    common = [key for key in old.cells if key in new.cells]
    if not common:
        raise NothingRan(f"{base} and {head} have no timed cell in common: {old.told()}; {new.told()}")
    chosen = registry.matching("case", patterns, {key.cell.case for key in common})
    spreads = [variance(_logs(some)) for file in (old, new) for key in common if len(some := file.cells[key]) > 1]
    usual = median(spreads) if spreads else 0.0
    verdicts = [
        _verdict(key, old.cells[key], new.cells[key], math.log1p(smallest / 100), usual)
        for key in common
        if key.cell.case in chosen
    ]
    notes = [f"Compared all the same: {what}." for what in differing]
    for file, other in ((old, new), (new, old)):
        if alone := [key for key in file.cells if key not in other.cells and (key.cell.case in chosen or not patterns)]:
            notes.append(f"{len(alone)} cells are timed in {file.path} alone, {alone[0].cell.id} for one.")
    return judge(verdicts, [*notes, WEAKER])


class Key(NamedTuple):
    """What is timed: a cell, its backend without a version, and threads."""

    cell: Cell
    threads: int


class Timings:
    """The timed cells of a results file.

    Attributes:
        path: of the file.
        cells: the samples of each process.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cells: dict[Key, list[Sample]] = defaultdict(list)
        for line in read(path):
            if isinstance(line, Header):
                self.header = line
            elif isinstance(line, Sample) and line.status == "timed":
                self._take(line)

    def _take(self, sample: Sample) -> None:
        fields = {name: getattr(sample, name) for name in Cell.__struct_fields__ if name != "variant"}  # none is timed
        fields["backend"], _ = name_and_version(sample.backend)
        mine = self.cells[Key(Cell(**fields), sample.threads)]
        if mine and mine[0].backend != sample.backend:
            twice = f"{mine[0].backend} and {sample.backend}"
            raise AdbenchError(f"{self.path} has {twice}; of a library there can be one version in a file")
        mine.append(sample)

    def told(self) -> str:
        """What there is, in a few words."""
        backends = sorted({key.cell.backend for key in self.cells})
        cases = {key.cell.case for key in self.cells}
        return f"{self.path} has {len(cases)} cases on {', '.join(backends) or 'no backend'}"


def _differing(old: Header, new: Header) -> list[str]:
    """What says that two files are not of one machine in one state."""
    a, b = old.environment, new.environment
    facts = [(name, a.get(name, "unknown"), b.get(name, "unknown")) for name in {**a, **b} if name not in SOFTWARE]
    return [f"{name} {x}, then {y}" for name, x, y in facts if x != y]


def _logs(processes: Sequence[Sample]) -> list[float]:
    return [math.log(fastest(sample.samples)) for sample in processes]


def _verdict(key: Key, base: Sequence[Sample], head: Sequence[Sample], smallest: float, usual: float) -> Verdict:
    """`usual`: the variance of processes of the usual cell."""
    old, new = _logs(base), _logs(head)
    cell, pairs = key.cell, min(len(old), len(new))
    said = Verdict(
        cell=cell.id + (f" on {key.threads} threads" if key.threads > 1 else ""),
        case=cell.case,
        size=cell.size,
        operator=cell.operator,
        dtype=cell.dtype,
        device=cell.device,
        base=base[0].backend,
        head=head[0].backend,
        status="undecided",
        base_seconds=math.exp(median(old)),
        head_seconds=math.exp(median(new)),
        pairs=pairs,
    )
    if wrong := [role for role, some in (("base", base), ("head", head)) if not all(s.conforms for s in some)]:
        return replace(said, status="not conforming", message=f"{' and '.join(wrong)}")
    if pairs < FEWEST:
        ratio = math.exp(median(new) - median(old))
        return replace(said, ratio=ratio, message=f"of {FEWEST} processes a file there is {pairs}")
    found, p = estimate(old, new, usual)
    said = replace(said, **ratios(found))
    if -smallest < found.low and found.high < smallest:
        return replace(said, status="unchanged")
    if p <= ALPHA and abs(found.middle) >= smallest:
        return replace(said, status="slower" if found.middle > 0 else "faster")
    return said
