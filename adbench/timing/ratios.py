"""What samples are reported as: minimum, median, and ratios to the primal and to the hand-written derivative."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from adbench.results import Sample


@dataclass(frozen=True, kw_only=True)
class Row:
    """A timed cell beside what it is compared with; a ratio is None where there is nothing to compare with."""

    sample: Sample
    minimum_seconds: float
    median_seconds: float
    to_primal: float | None
    to_manual: float | None


def rows(samples: Sequence[Sample]) -> list[Row]:
    """Rows of the timed derivatives, ratios of minima: noise only ever adds to a time."""
    timed = {(s.case, s.size, s.dtype, s.backend, s.operator): s for s in samples if s.status == "timed"}
    found = []
    for (case, size, dtype, backend, operator), sample in timed.items():
        least = min(sample.samples)
        primal = timed.get((case, size, dtype, backend, "primal"))
        manual = timed.get((case, size, dtype, "manual", operator))
        found.append(
            Row(
                sample=sample,
                minimum_seconds=least,
                median_seconds=statistics.median(sample.samples),
                to_primal=least / min(primal.samples) if primal else None,
                to_manual=least / min(manual.samples) if manual else None,
            )
        )
    return found


def geometric_mean(ratios: Sequence[float]) -> float | None:
    """The mean for ratios: the same whichever of the two is the denominator."""
    return statistics.geometric_mean(ratios) if ratios else None
