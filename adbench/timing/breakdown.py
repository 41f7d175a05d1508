"""The ranking taken apart: who is fast on which operator, at which size, in which family."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from adbench.timing.pool import Group, Times
from adbench.timing.ranking import Ranking, to_fastest

KINDS = ("operator", "size", "dtype", "device", "threads", "family", "case")


@dataclass(frozen=True, kw_only=True)
class Part:
    """The shared problems that have something in common, e.g. all of `vjp`.

    Attributes:
        kind: what they have in common: one of `KINDS`.
        to_fastest: geometric mean of each library's ratios to the fastest.
    """

    kind: str
    name: str
    problems: int
    to_fastest: dict[str, float]


def parts(times: Times, found: Ranking) -> list[Part]:
    """The ranking taken apart by each kind of which there are several."""
    names = {g: _names(g) for g in found.shared}
    kinds = [kind for kind in KINDS if len({n[kind] for n in names.values()}) > 1]
    if "family" in kinds:
        kinds.remove("case")
    made = []
    for kind in kinds:
        for name in dict.fromkeys(_in_order(times, kind, (n[kind] for n in names.values()))):
            groups = [g for g in found.shared if names[g][kind] == name]
            means = {
                s.backend: float(np.exp(np.mean(np.log(to_fastest(times, groups, s.backend))))) for s in found.standings
            }
            made.append(Part(kind=kind, name=name, problems=len(groups), to_fastest=means))
    return made


def _names(group: Group) -> dict[str, str]:
    named = {kind: str(value) for kind, value in group._asdict().items()}
    return {**named, "family": group.case.partition(".")[0]}


def _in_order(times: Times, kind: str, names: Iterable[str]) -> list[str]:
    return sorted(names, key=times.sizes.index) if kind == "size" else list(names)
