"""Markdown pages of the catalogue, one a family: what each case is, and how each backend stands."""

from __future__ import annotations

import inspect
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from adbench.case import Case
from adbench.report.tally import Count
from adbench.results import Outcome


@dataclass
class Standing:
    """What became of the cells of each case on each backend, and the reasons of known deviations by family."""

    counts: defaultdict[tuple[str, str], Count] = field(default_factory=lambda: defaultdict(Count))
    known: defaultdict[str, dict[tuple[str, str], int]] = field(default_factory=lambda: defaultdict(dict))

    def see(self, outcome: Outcome) -> None:
        self.counts[outcome.case, outcome.backend].add(outcome)
        if outcome.known:
            reasons = self.known[outcome.family]
            reasons[outcome.backend, outcome.known] = reasons.get((outcome.backend, outcome.known), 0) + 1


def page(family: str, cases: Sequence[Case], standing: Standing, versions: Mapping[str, str]) -> str:
    """The page of one family.

    Args:
        cases: all of the family.
        versions: of each backend, in the order of the columns.
    """
    first, _, rest = (inspect.getdoc(_module(family, cases[0])) or family).partition("\n")
    heads = [f"{backend} {version}" for backend, version in versions.items()]
    lines = [f"# {family}", "", f"{first}\n{rest}".strip(), ""]
    lines += _table(("case", "function", "by", "source"), _about(cases))
    lines += ["", "## How the backends stand", "", *_table(("case", *heads), _stands(cases, standing, versions))]
    if reasons := standing.known.get(family):
        lines += ["", "## Known deviations", ""]
        lines += [
            f"- {backend}, {count} cell{'s'[: count != 1]}: {plain(why)}"
            for (backend, why), count in sorted(reasons.items())
        ]
    return "\n".join(lines) + "\n"


def _module(family: str, case: Case) -> ModuleType:
    """The file of a family, or its folder."""
    folder = case.function.__module__.rpartition(".")[0]
    return sys.modules[folder if folder.endswith(f".{family}") else case.function.__module__]


def index(families: Iterable[tuple[str, Sequence[Case]]], standing: Standing, versions: Mapping[str, str]) -> list[str]:
    """A table of the families, each with a link to its page."""
    rows: list[tuple[str, ...]] = []
    for family, cases in families:
        totals = [_total(standing.counts[case.name, backend] for case in cases) for backend in versions]
        rows.append((f"[{family}]({family}.md)", str(len(cases)), *map(_count, totals)))
    return _table(("family", "cases", *versions), rows)


def _about(cases: Sequence[Case]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for case in cases:
        closed = all(wrt in case.jacobians for wrt in case.wrt) or bool(case.admissible_sets)
        tags = [*case.tags, *(["bench"] if case.bench else []), *([] if closed else ["no closed form"])]
        name = f"`{case.name.partition('.')[2]}`" + "".join(f" *{tag}*" for tag in tags)
        rows.append((name, plain(case.formula), plain(", ".join(case.wrt)), plain(case.source)))
    return rows


def _stands(cases: Sequence[Case], standing: Standing, versions: Mapping[str, str]) -> list[tuple[str, ...]]:
    return [
        (f"`{case.name.partition('.')[2]}`", *(_count(standing.counts[case.name, backend]) for backend in versions))
        for case in cases
    ]


def _total(counts: Iterable[Count]) -> Count:
    total = Count()
    for count in counts:
        total.cells += count.cells
        total.applicable += count.applicable
        total.passed += count.passed
        total.known += count.known
    return total


def _count(count: Count) -> str:
    """`10/12, 2 known`: passed of applicable; a dash where nothing applies."""
    if not count.applicable:
        return "–"
    passed = f"{count.passed}/{count.applicable}"
    more = [f"{n} {what}" for n, what in ((count.known, "known"), (count.failed, "**unexpected**")) if n]
    return ", ".join((passed, *more))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows)]


def plain(text: str) -> str:
    """The text as Markdown that reads like it, in a table too."""
    return re.sub(r"([\\`*_\[\]|])", r"\\\1", text).replace("<", "&lt;")


def write(
    folder: Path, title: str, cases: Iterable[Case], standing: Standing, versions: Mapping[str, str]
) -> list[Path]:
    """Write the pages of all families, and `index.md` under the given text; pages of families that are gone go."""
    families: dict[str, list[Case]] = {}
    for case in cases:
        families.setdefault(case.family, []).append(case)
    texts = {family: page(family, of_it, standing, versions) for family, of_it in families.items()}
    texts["index"] = "\n".join([title, "", *index(families.items(), standing, versions), ""])
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.md"):
        if old.stem not in texts:
            old.unlink()
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return [folder / f"{name}.md" for name in texts]
