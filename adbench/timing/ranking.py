"""The order of the libraries: geometric means over what all of them were timed on, and performance profiles.

Never a sum of times, which is the largest case's alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from adbench.timing.intervals import Estimates, Interval
from adbench.timing.pool import BY_HAND, Group, Times, by_backend
from adbench.timing.profiles import TAUS, area, profile
from adbench.timing.ratios import Other, fastest, manual, paired, primal

ENOUGH = 0.5  # of the problems; a library with fewer would leave little to compare all the others on


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a library stands.

    Attributes:
        to_fastest, to_primal, to_manual: geometric means of ratios over the shared problems; None where there is none.
        tied: whether the interval of its ratio to the one before it holds 1.
        shares: its performance profile at `TAUS`, over all problems.
        area: under its profile.
        compile_seconds: the median over the shared problems.
    """

    backend: str
    to_fastest: Interval
    to_primal: Interval | None
    to_manual: Interval | None
    tied: bool
    shares: tuple[float, ...]
    area: float
    compile_seconds: float


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """The libraries in order.

    Attributes:
        problems: a case at a size, by an operator, that some library gives right and was timed on.
        shared: those of them that all ranked libraries have.
        few: libraries that are not ranked, each with the number of problems that it has.
    """

    standings: tuple[Standing, ...]
    problems: tuple[Group, ...]
    shared: tuple[Group, ...]
    few: dict[str, int]


def ranking(times: Times) -> Ranking:
    """Rank the libraries that have at least `ENOUGH` of the problems, the fastest first.

    What is too fast to be timed on one library is no problem to rank by.
    """
    too_fast = {p.group for p in times.untimed if any(s.status == "too fast" for s in p.lost)}
    problems = [group for group in times.fastest if group not in too_fast]
    libraries = sorted({p.backend for p in times.cells if p.backend != BY_HAND}, key=by_backend)
    counts = {b: sum(b in times.groups[g] for g in problems) for b in libraries}
    ranked = [b for b in libraries if problems and counts[b] >= ENOUGH * len(problems)]
    shared = [g for g in problems if all(b in times.groups[g] for b in ranked)]
    return Ranking(
        standings=tuple(_standings(times, ranked, problems, shared)),
        problems=tuple(problems),
        shared=tuple(shared),
        few={b: n for b, n in counts.items() if b not in ranked or not shared},
    )


def _standings(
    times: Times, ranked: Sequence[str], problems: Sequence[Group], shared: Sequence[Group]
) -> Iterable[Standing]:
    if not shared:
        return
    means = {b: times.estimates[_rows(times, shared, b)].mean() for b in ranked}
    before: Estimates | None = None
    for backend in sorted(ranked, key=lambda b: float(means[b].point[0])):
        rows, mean = _rows(times, shared, backend), means[backend]
        against = _mean(times, rows, fastest)
        assert against is not None  # whoever shares a problem has a fastest there
        ratios = to_fastest(times, problems, backend)
        yield Standing(
            backend=backend,
            to_fastest=against,
            to_primal=_mean(times, rows, primal),
            to_manual=_mean(times, rows, manual),
            tied=before is not None and (mean - before).ratios()[0].holds(1.0),
            shares=tuple(profile(ratios, tau) for tau in TAUS),
            area=area(ratios),
            compile_seconds=float(np.median([times.cells[row].compile_seconds for row in rows])),
        )
        before = mean


def _rows(times: Times, groups: Iterable[Group], backend: str) -> list[int]:
    return [times.groups[group][backend] for group in groups]


def _mean(times: Times, rows: Iterable[int], other: Other) -> Interval | None:
    """Geometric mean of the ratios to what `other` finds."""
    pairs = paired(times, rows, other)
    return times.ratios(pairs).mean().ratios()[0] if pairs else None


def to_fastest(times: Times, problems: Sequence[Group], backend: str) -> np.ndarray:
    """The ratio of each problem to the fastest there; infinite where the library does not have it."""
    point = times.estimates.point
    mine = [times.groups[group].get(backend) for group in problems]
    logs = [np.inf if i is None else point[i] - point[times.fastest[g]] for i, g in zip(mine, problems, strict=True)]
    ratios: np.ndarray = np.exp(np.array(logs))
    return ratios
