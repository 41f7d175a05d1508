"""What a timed cell is compared with: the function itself, the derivative by hand, and the fastest library."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from adbench.timing.intervals import Interval
from adbench.timing.pool import BY_HAND, Pooled, Times

Other = Callable[[Times, int], int | None]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A timed derivative with its ratios; one is None where there is nothing to compare with.

    Attributes:
        to_primal: over the function itself on the same backend.
        to_manual: over the derivative written by hand.
        to_fastest: over the fastest library that gives this derivative right.
        is_fastest: whether it is that one.
    """

    pooled: Pooled
    seconds: Interval
    to_primal: Interval | None
    to_manual: Interval | None
    to_fastest: Interval | None
    is_fastest: bool


def rows(times: Times) -> list[Row]:
    """The rows of the timed derivatives."""
    derivatives = [i for i, pooled in enumerate(times.cells) if pooled.group.operator != "primal"]
    to_primal, to_manual, to_fastest = (_ratios(times, derivatives, other) for other in (primal, manual, fastest))
    seconds = times.estimates.ratios()
    return [
        Row(
            pooled=times.cells[i],
            seconds=seconds[i],
            to_primal=to_primal.get(i),
            to_manual=to_manual.get(i),
            to_fastest=to_fastest.get(i),
            is_fastest=times.fastest.get(times.cells[i].group) == i,
        )
        for i in derivatives
    ]


def _ratios(times: Times, rows: Sequence[int], other: Other) -> dict[int, Interval]:
    pairs = paired(times, rows, other)
    return {i: ratio for (i, _), ratio in zip(pairs, times.ratios(pairs).ratios(), strict=True)}


def paired(times: Times, rows: Iterable[int], other: Other) -> list[tuple[int, int]]:
    """Each row with the one that it is compared with, where there is one."""
    return [(i, j) for i in rows if (j := other(times, i)) is not None]


def primal(times: Times, row: int) -> int | None:
    """The function itself on the same backend."""
    pooled = times.cells[row]
    return times.row.get((pooled.group._replace(operator="primal"), pooled.backend))


def manual(times: Times, row: int) -> int | None:
    """The derivative written by hand."""
    return times.groups.get(times.cells[row].group, {}).get(BY_HAND)


def fastest(times: Times, row: int) -> int | None:
    """The fastest library that gives this derivative right."""
    return times.fastest.get(times.cells[row].group)
