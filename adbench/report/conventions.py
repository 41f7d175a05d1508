"""What backends answer at kinks: the table in docs, the one in a terminal, and what differs between two versions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from rich.table import Table
from rich.text import Text

from adbench import plain
from adbench.backend import FIRST_ORDER
from adbench.case import Case
from adbench.conformance.convention import CONVENTION, DIFFERS, NAN, WORST_FIRST, ends
from adbench.conventions import Change, Convention, Conventions, Origin

MODES = {("jvp", "vjp", "jacfwd", "jacrev"): "", ("jvp", "jacfwd"): "forward", ("vjp", "jacrev"): "reverse"}
ORDER = ("numpy", "torch", "jax", "autograd")  # of columns; others behind them

MARKDOWN = ("`{}`".format, "**{}**".format)  # of an answer, and of what is no convention

Answers = dict[tuple[str, str], dict[str, Convention]]  # by backend and case, and by operator

PAGE = """# What each library answers where there is no derivative

`adbench conventions --out results/kinks --page docs/reference/conventions.md` writes this page and the data behind it,
`results/kinks/`, a file a backend: run it with another version of a library installed and `git diff` shows what has
changed, or `adbench conventions --diff OLD NEW`. The cases are those of `cases/kinks.py`, in float64.

*Admissible* is what each entry of a derivative may be. For a continuous function these are the ends of the Clarke
subdifferential, the convex hull of the derivatives around the point; for one that jumps (`sign`, `floor`) those of the
derivatives on its sides; `inf` is a derivative that is infinite. The oracle proves that the derivatives beside the
kink lie between the ends and come up to them. A single number is the derivative of a function that does have one, by a
formula that has none on the way.

Bounds entry by entry hold more than the subdifferential does: not every matrix of such entries is a vvᵀ with ‖v‖ = 1,
the derivative of a repeated eigenvalue. So answers are also held to directions in which the function is smooth: the
shares of a tie add up to one, as do the entries on the diagonal of that vvᵀ.

| class | the answer |
|---|---|
| convention | is admissible: the library's choice |
| **inadmissible** | is not, so that no sequence of points nearby has derivatives that lead to it |
| **NaN** | has a NaN |
| **raises** | is an exception |
| **forward ≠ reverse** | is admissible in each mode by itself, and the modes differ |

All but the first fail `adbench run`, where they have a [recorded reason](../deviations.md). Answers are Jacobians, to
six digits: by unit tangents in `jvp` and by unit cotangents in `vjp`, with all inputs active, and by each input alone
in `jacfwd` and `jacrev`. What all four give is written once; *forward* is `jvp` and `jacfwd`, *reverse* is `vjp` and
`jacrev`. A dash: the library does not offer the function.

{counts}

{table}

## Compiled

{compiled}
"""


def page(cases: Sequence[Case], found: Conventions) -> str:
    """The page of the conventions of all backends at the cases."""
    answers = _by_cell(found)
    compiled = [name for name in _sorted(found) if ":" in name and name.partition(":")[0] in found]
    eager = [name for name in _sorted(found) if name not in compiled]
    heads = [f"{name} {found[name][0].version}" for name in eager]
    rows = [
        [f"`{_short(case)}`", _escaped(case.formula.rstrip(".")), f"`{admissible(case)}`"]
        + [_escaped(_cell(answers.get((name, case.name), {}), *MARKDOWN)) for name in eager]
        for case in cases
    ]
    table = _markdown(["kink", "function", "admissible", *heads], rows)
    beside = [_compiled(name, found, answers, cases) for name in compiled]
    return PAGE.format(counts=_counts(found), table=table, compiled="\n".join(beside) or "None was run.")


def terminal(cases: Sequence[Case], found: Conventions) -> Table:
    """A row a kink and a column a backend."""
    answers, names = _by_cell(found), _sorted(found)
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for head in ("kink", "admissible", *(f"{name}\n[dim]{found[name][0].version}[/dim]" for name in names)):
        table.add_column(head)
    for case in cases:
        cells = (_cell(answers.get((name, case.name), {}), str, str) for name in names)
        table.add_row(_short(case), *(Text(text) for text in (admissible(case), *cells)))
    return table


def differences(found: Sequence[Change], before: Origin, after: Origin) -> Table:
    """What differs between two files, a row a case and operator."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for head in ("kink", "operator", *(f"{o.backend}\n[dim]{o.version}[/dim]" for o in (before, after))):
        table.add_column(head)
    for name, operator, old, new in found:
        table.add_row(name, operator, *(Text(_said(line, str, str) if line else "not there") for line in (old, new)))
    return table


def admissible(case: Case, wrt: str = "") -> str:
    """The admissible set of a case by one input, or by each: an interval, or one for each entry that differs."""
    inputs = case.make_inputs(next(iter(case.sizes)))
    texts = {}
    for name, of in case.admissible_sets.items():
        low, high = (np.asarray(end, dtype=float) for end in of(plain.NAMESPACE, **inputs))
        alike = low.size and (low == low.flat[0]).all() and (high == high.flat[0]).all()
        texts[name] = ends(low.flat[0], high.flat[0]) if alike else _nested(low, high)
    return texts[wrt] if wrt else _joined(texts)


def _nested(low: np.ndarray, high: np.ndarray) -> str:
    if low.ndim:
        return f"[{', '.join(_nested(a, b) for a, b in zip(low, high, strict=True))}]"
    return ends(float(low), float(high))


def _joined(texts: Mapping[str, str]) -> str:
    """A text an input, named where there are several that differ."""
    if len(set(texts.values())) == 1:
        return next(iter(texts.values()))
    return ", ".join(f"{name} {text}" for name, text in texts.items())


def _by_cell(found: Conventions) -> Answers:
    made: Answers = {}
    for name, (_, lines) in found.items():
        for line in lines:
            made.setdefault((name, line.case), {})[line.operator] = line
    return made


def _cell(lines: Mapping[str, Convention], quote: Callable[[str], str], mark: Callable[[str], str]) -> str:
    """What a backend answers at a kink, by mode where its operators differ."""
    groups: dict[str, list[str]] = {}
    for operator in (o for o in FIRST_ORDER if o in lines):
        groups.setdefault(_said(lines[operator], quote, mark), []).append(operator)
    labels = {text: MODES.get(tuple(operators), ", ".join(operators)) for text, operators in groups.items()}
    return "; ".join(f"{label} {text}".strip() for text, label in labels.items())


def _said(line: Convention, quote: Callable[[str], str], mark: Callable[[str], str]) -> str:
    answer = quote(_joined(line.answer)) if line.answer else line.raised
    if line.kind == "unsupported":
        return "–"
    if line.kind == CONVENTION:
        return answer
    told = mark("≠" if line.kind == DIFFERS else line.kind)
    return told if line.kind == NAN and set(answer) <= set("`nan[], ") else f"{answer} {told}".strip()


def _compiled(name: str, found: Conventions, answers: Answers, cases: Sequence[Case]) -> str:
    """Where a compiled backend answers otherwise than its library does uncompiled."""
    library = name.partition(":")[0]
    other = [c for c in cases if answers.get((name, c.name)) != answers.get((library, c.name))]
    told = [f"`{_short(c)}` {_cell(answers.get((name, c.name), {}), *MARKDOWN)}" for c in other]
    but = f", except at {', '.join(told)}" if told else ""
    return f"- `{name}` {found[name][0].version} answers as `{library}` does{but}."


def _counts(found: Conventions) -> str:
    """How many cells of each backend are of each class."""
    names = _sorted(found)
    rows = []
    for kind in (*reversed(WORST_FIRST), "unsupported"):
        numbers = [sum(line.kind == kind for line in found[name][1]) for name in names]
        rows.append([kind, *map(str, numbers)])
    return _markdown(["cells", *(f"{name} {found[name][0].version}" for name in names)], rows)


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))


def _short(case: Case) -> str:
    return case.name.removeprefix("kinks.")


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
