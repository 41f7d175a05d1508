"""Times cells several times over, each time in fresh processes: what differs from process to process must show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

from adbench.plan import Cell
from adbench.results import Sample
from adbench.runner.bench import Bench

PROCESSES = 3


def passes(
    groups: Sequence[Sequence[Cell]],
    bench: Callable[[int, int], Bench],
    *,
    processes: int = PROCESSES,
    threads: Sequence[int] = (1,),
) -> Iterator[Sample]:
    """A `Sample` of each cell and process, as they come; but a single one where it is lost, and then not tried again.

    Args:
        groups: cells that are interleaved with each other, as `Bench.measure` takes them.
        bench: opens the processes of a pass, given the number of the pass and of threads.
        threads: numbers of threads, each with processes of its own in each pass.
    """
    lost: set[tuple[str, int]] = set()
    for process in range(processes):
        for count in threads:
            with closing(bench(process, count)) as runner:
                for cells in groups:
                    for sample in runner.measure([cell for cell in cells if (cell.id, count) not in lost]):
                        if sample.status != "timed":
                            lost.add((sample.cell, count))
                        yield sample
