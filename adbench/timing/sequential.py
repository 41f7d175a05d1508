"""As many pairs of processes as each cell needs, and a second, independent look before anything is called slower.

*Screening* looks at a cell after 6, 8, 11, 15 and 20 pairs. Where the interval holds no change of interest the cell is
done; where it excludes that nothing has changed, the cell is suspected. Nothing is promised of this: of unchanged cells
one in ten or so is suspected.

*Confirming* measures the suspected cells again with fresh processes, and judges them by these alone. It looks three
times; with s suspected cells each look is a test at the level alpha / 3s. So the chance that a comparison in which
nothing has changed calls any of its cells slower or faster is at most alpha (Bonferroni).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from adbench.timing.paired import Estimate, estimate, p_value

SCREENING = (6, 8, 11, 15, 20)  # six pairs are the fewest that have an interval at 95 %
CONFIRMING = (1, 5, 11)  # beyond the fewest that can reach the level: n pairs have no p-value below 2⁻ⁿ

Verdict = Literal["unchanged", "slower", "faster", "undecided", "lost"]
C = TypeVar("C", bound=Hashable)


@dataclass
class Evidence:
    """What is known of a cell.

    Attributes:
        screening, confirming: the log ratio of each pair of processes.
        suspected: what screening took it for, if for a change.
        verdict: `lost` of a cell that cannot be measured any more; `undecided` until it is judged.
    """

    screening: list[float] = field(default_factory=list)
    confirming: list[float] = field(default_factory=list)
    suspected: Literal["slower", "faster"] | None = None
    verdict: Verdict = "undecided"

    @property
    def estimate(self) -> Estimate:
        """The log ratio; of a suspected cell by the second look, as the first was what made it suspected."""
        return estimate(self.confirming or self.screening)


def compare(
    cells: Sequence[C],
    measure: Callable[[Sequence[C]], Mapping[C, float]],
    *,
    smallest: float,
    alpha: float,
    over: Callable[[], bool] = lambda: False,
) -> dict[C, Evidence]:
    """Judge each cell.

    Args:
        measure: the log ratio of each of these cells, by one more pair of fresh processes; without those that can
            not be measured any more.
        smallest: the smallest change of interest, as a log ratio.
        alpha: the chance that anything is called slower or faster where nothing has changed.
        over: whether the budget is used up; what is open then stays undecided.
    """
    found = {cell: Evidence() for cell in cells}

    def look(open_: dict[C, Evidence], looks: Sequence[int], kept: str, judge: Callable[..., bool]) -> None:
        """Measure what is open until each is judged."""
        for pairs in range(1, looks[-1] + 1):
            if not open_ or over():
                return
            ratios = measure(list(open_))
            for cell, evidence in list(open_.items()):
                if cell in ratios:
                    getattr(evidence, kept).append(ratios[cell])
                else:
                    evidence.verdict = "lost"
                if evidence.verdict == "lost" or (pairs in looks and judge(evidence)):
                    del open_[cell]

    look(dict(found), SCREENING, "screening", lambda evidence: screen(evidence, smallest))
    suspects = {cell: evidence for cell, evidence in found.items() if evidence.suspected}
    level = alpha / (len(CONFIRMING) * max(1, len(suspects)))
    looks = [math.ceil(-math.log2(level)) + more for more in CONFIRMING]
    look(suspects, looks, "confirming", lambda evidence: confirm(evidence, smallest, level))
    return found


def screen(evidence: Evidence, smallest: float) -> bool:
    """Look at a cell for the first time; whether that is enough."""
    low, middle, high = evidence.estimate
    if -smallest < low and high < smallest:
        evidence.verdict = "unchanged"
    elif low > 0 and middle >= smallest:
        evidence.suspected = "slower"
    elif high < 0 and middle <= -smallest:
        evidence.suspected = "faster"
    return evidence.verdict == "unchanged" or evidence.suspected is not None


def confirm(evidence: Evidence, smallest: float, level: float) -> bool:
    """Look at a suspected cell again; whether that is enough."""
    sign = 1 if evidence.suspected == "slower" else -1
    low, middle, high = evidence.estimate
    if sign * middle >= smallest and p_value([sign * d for d in evidence.confirming]) <= level:
        assert evidence.suspected
        evidence.verdict = evidence.suspected
    elif -smallest < low and high < smallest:
        evidence.verdict = "unchanged"
    return evidence.verdict != "undecided"
