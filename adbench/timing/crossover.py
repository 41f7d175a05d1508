"""Where forward and reverse mode change places: by the size of a case, and by the shape of the Jacobian."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from adbench.timing.intervals import Estimates, Interval
from adbench.timing.pool import Group, Times
from adbench.timing.scaling import Entries, Sizes, theil_sen


@dataclass(frozen=True, kw_only=True)
class Crossover:
    """Where `jacfwd` and `jacrev` of a case change places.

    Attributes:
        group: the smaller of the two sizes between which they do.
        entries: of the inputs, where both take as long.
        above: the faster mode from there on.
    """

    group: Group
    backend: str
    entries: Interval
    above: str


@dataclass(frozen=True, kw_only=True)
class Balance:
    """The shape of a Jacobian at which a backend's modes change places, over all cases.

    Attributes:
        group: what the shapes have in common; its case and size are empty.
        shapes: how many were timed.
        reverse: the share of them at which reverse mode is the faster.
        columns_per_row: inputs an output above which reverse mode is the faster; None where the shapes do not tell.
    """

    group: Group
    backend: str
    shapes: int
    reverse: float
    columns_per_row: Interval | None


Point = tuple[Entries, Group, int, int]  # of a case at a size, with the rows of its jacfwd and jacrev


def crossovers(times: Times, sizes: Sizes) -> list[Crossover]:
    """Where, between two sizes of a case, the faster of `jacfwd` and `jacrev` is another, beyond doubt at both."""
    return [
        crossing
        for backend, points in _points(times, sizes, by_case=True)
        for near, far in pairwise(sorted(points, key=lambda point: point[0].inputs))
        if (crossing := _crossing(times, backend, near, far))
    ]


def _crossing(times: Times, backend: str, near: Point, far: Point) -> Crossover | None:
    lead = _lead(times, [near, far])
    (a, b), (left, right) = np.log([near[0].inputs, far[0].inputs]), lead.point
    if a == b or left * right >= 0 or any(ratio.holds(1.0) for ratio in lead.ratios()):
        return None
    part, slope = left / (left - right), (right - left) / (b - a)
    at = lead.through(lambda y: a + part * (b - a) - ((1 - part) * y[0] + part * y[1]) / slope)
    above = "jacrev" if right > 0 else "jacfwd"
    return Crossover(group=near[1], backend=backend, entries=at.ratios()[0], above=above)


def balances(times: Times, sizes: Sizes) -> list[Balance]:
    """For each backend, the shape of the Jacobian at which its modes take as long."""
    found = []
    for backend, points in _points(times, sizes, by_case=False):
        lead = _lead(times, points)
        found.append(
            Balance(
                group=points[0][1]._replace(case="", size=""),
                backend=backend,
                shapes=len(points),
                reverse=float(np.mean(lead.point > 0)),
                columns_per_row=_balance(np.log([e.columns / e.rows for e, *_ in points]), lead),
            )
        )
    return found


def _balance(shape: np.ndarray, lead: Estimates) -> Interval | None:
    """Where Theil and Sen's line through the leads crosses zero, if it does so among the shapes."""
    if len(set(shape)) < 3:
        return None
    slope = float(theil_sen(shape, lead.point[:, None])[0])
    if slope <= 0:
        return None
    at = lead.through(lambda y: -np.median(y - slope * shape[:, None], axis=0) / slope)
    return at.ratios()[0] if shape.min() <= at.point[0] <= shape.max() else None


def _points(times: Times, sizes: Sizes, *, by_case: bool) -> Iterator[tuple[str, list[Point]]]:
    """By backend (and case), the sizes at which both modes were timed and conform."""
    found: dict[tuple[str, Group], list[Point]] = {}
    for group, rows in times.groups.items():
        if group.operator != "jacfwd" or (entries := sizes(group.case, group.size)) is None:
            continue
        other = times.groups.get(group._replace(operator="jacrev"), {})
        for backend in rows.keys() & other.keys():
            key = backend, group._replace(case=group.case if by_case else "", size="")
            found.setdefault(key, []).append((entries, group, rows[backend], other[backend]))
    for (backend, _), points in sorted(found.items()):
        yield backend, points


def _lead(times: Times, points: list[Point]) -> Estimates:
    """Logarithms of jacfwd over jacrev: positive where reverse mode is the faster."""
    return times.ratios([(forward, reverse) for _, _, forward, reverse in points])
