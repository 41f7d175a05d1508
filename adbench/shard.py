"""Splits a run among machines: `--shard 2/3` is the second of three parts that together hold every cell once."""

from __future__ import annotations

import heapq
import re
from collections.abc import Mapping, Sequence

from adbench.case import Case
from adbench.errors import AdbenchError
from adbench.plan import SizedCase

ENTRIES_AS_A_CELL = 500  # a Jacobian of so many entries takes twice the time of a scalar one, as measured


def part(shard: str, sized: Sequence[SizedCase], cases: Mapping[str, Case]) -> tuple[SizedCase, ...]:
    """The sized cases that shard `i/n` takes, in order; all cells of one go together, for they share a truth.

    Every machine splits alike, for it depends on nothing but the cases.

    Raises:
        AdbenchError: the shard is not `i/n` with 1 ≤ i ≤ n, or there are fewer cases than shards.
    """
    match = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", shard)
    index, count = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= index <= count:
        raise AdbenchError(f"--shard takes i/n with i from 1 to n, 2/3 for example, and not {shard!r}")
    if count > len(sized):
        raise AdbenchError(f"--shard {shard}: there are but {len(sized)} cases and sizes to split; take fewer shards")
    return tuple(sized[i] for i in split([_load(s, cases[s.case]) for s in sized], count)[index - 1])


def _load(sized: SizedCase, case: Case) -> float:
    return len(sized.dtypes) * (1 + case.jacobian_entries(sized.size) / ENTRIES_AS_A_CELL)


def split(loads: Sequence[float], count: int) -> list[list[int]]:
    """Indices of the loads in `count` parts, whose sums differ by no more than the largest load; each in order.

    The heaviest goes first, each to the part that has least; of parts that have the same, to the one with fewest.
    """
    parts: list[list[int]] = [[] for _ in range(count)]
    least = [(0.0, 0, number) for number in range(count)]
    for i in sorted(range(len(loads)), key=lambda i: -loads[i]):
        load, members, number = least[0]
        parts[number].append(i)
        heapq.heapreplace(least, (load + loads[i], members + 1, number))
    return [sorted(indices) for indices in parts]
