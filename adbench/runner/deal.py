"""Deals the cells of a run to processes: which backend's cells a free hand takes next, and how many at a time."""

from __future__ import annotations

import itertools
import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from adbench.plan import Cell

BATCH = 16  # cells that a process is given at once
WORTH_A_PROCESS = 64  # cells that must wait before another process of a backend is started for them


@dataclass
class Queue:
    """A backend's cells that wait, and how the backend fares.

    Attributes:
        hands: how many processes it has.
        started: whether one of them has come up.
        losses: cells that took their process down unexpectedly.
        full: whether no more processes of it come up.
        given_up: why the rest of its cells is not run.
    """

    backend: str
    batches: deque[list[Cell]]
    hands: int = 0
    started: bool = False
    full: bool = False
    losses: int = 0
    given_up: str = ""

    @property
    def waiting(self) -> int:
        return sum(map(len, self.batches))

    def take(self) -> list[Cell]:
        """The next cells, or none."""
        return self.batches.popleft() if self.batches else []


def deal(cells: Iterable[Cell]) -> list[Queue]:
    """A queue a backend, in the cells' order."""
    by_backend: dict[str, list[Cell]] = {}
    for cell in cells:
        by_backend.setdefault(cell.backend, []).append(cell)
    return [Queue(name, deque(_batches(mine))) for name, mine in by_backend.items()]


def _batches(cells: list[Cell]) -> Iterator[list[Cell]]:
    """Runs of at least `BATCH` cells, cut only where the truth changes."""
    batch: list[Cell] = []
    for _, of_one_truth in itertools.groupby(cells, key=lambda c: c.truth):
        batch += of_one_truth
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def most_in_need(queues: Iterable[Queue]) -> Queue | None:
    """Where a free hand should go: to a backend that has none, or where the most cells wait for each; None if nowhere.

    No backend has more hands than there are cores: JAX compiles on every core that it finds.
    """
    open_to_more = [q for q in queues if q.batches and not q.full and q.hands < (os.cpu_count() or 1)]
    if untouched := next((q for q in open_to_more if not q.hands), None):
        return untouched
    best = max(open_to_more, key=lambda q: q.waiting / q.hands, default=None)
    return best if best and best.waiting >= WORTH_A_PROCESS else None
