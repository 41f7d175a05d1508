"""What a results file holds of times, as exporters need it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from adbench.errors import AdbenchError
from adbench.plan import library_of
from adbench.results import Header, Sample, Started, read

MOST_NAMED = 3


@dataclass
class Timings:
    """The times of a results file, and what is known of where they were taken.

    Attributes:
        versions: of the backends that ran.
        samples: those that can be had, of derivatives that are right; several of a cell are of several processes.
        left_out: cells and why, such as a derivative that does not conform.
    """

    header: Header
    versions: dict[str, str] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def libraries(self) -> dict[str, str]:
        """Versions of the libraries, by name; those of a backend that has several are in its name."""
        found = {"numpy": str(self.header.environment.get("numpy", ""))}
        own = {*found.values(), self.header.adbench}
        for backend, version in self.versions.items():
            library = library_of(backend)
            if "@" not in backend and version not in own:
                found.setdefault(library, version)
        return found

    def take(self, sample: Sample) -> None:
        """Add a line of the file."""
        if sample.status != "timed":
            self.left_out[sample.cell] = sample.message if sample.status == "unsupported" else sample.status
        elif sample.conforms is False:
            self.left_out[sample.cell] = "the derivative is not known to be right"
        else:
            self.samples.append(sample)

    def told(self) -> list[str]:
        """Which cells were left out, in few lines."""
        why: dict[str, list[str]] = {}
        for cell, reason in self.left_out.items():
            why.setdefault(reason, []).append(cell)
        return [f"left out: {reason}: {_some(cells)}" for reason, cells in why.items()]


def read_timings(path: str | Path) -> Timings:
    """The times of a results file.

    Raises:
        AdbenchError: it cannot be read, or holds no time.
    """
    lines = read(path)
    header = next(lines)
    assert isinstance(header, Header)
    found = Timings(header)
    seen = False
    for line in lines:
        if isinstance(line, Started):
            found.versions[line.backend] = line.version
        elif isinstance(line, Sample):
            seen = True
            found.take(line)
    if not found.samples:
        why = f"; {found.told()[0]}" if found.left_out else "; `adbench bench --json PATH` writes some"
        raise AdbenchError(f"{path} holds no {'time that can be exported' if seen else 'times'}{why}")
    return found


def by_cell(samples: Iterable[Sample]) -> dict[tuple[str, int], list[Sample]]:
    """Samples of each cell at each number of threads, one a process."""
    cells: dict[tuple[str, int], list[Sample]] = {}
    for sample in samples:
        cells.setdefault((sample.cell, sample.threads), []).append(sample)
    return cells


def _some(cells: list[str]) -> str:
    more = f" and {len(cells) - MOST_NAMED} more" if len(cells) > MOST_NAMED else ""
    return ", ".join(cells[:MOST_NAMED]) + more
