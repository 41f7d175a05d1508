"""Derivative rules reached: the figures and lists in a terminal, and the page of docs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from adbench.coverage import DIRECTIONS, Coverage, Reach
from adbench.report.pages import plain

WIDTH = 120
INDENT = "    "

PAGE = """# How much of each library the cases reach

Each library registers its derivative rules. `adbench coverage` runs the cases and tells which of the rules they
reached, which they did not, and why some are left out. One library's numbers do not compare with another's: a rule of
one may be ten of the other.

{what}

These are of {commands}; `adbench coverage RESULTS.jsonl… --page docs/reference/coverage.md` writes this page from
results files.

| library | forward | reverse | left out |
|---|---|---|---|
{rows}

{sections}"""


WHAT = """What is a rule, and when it is reached:

- numpy: the two that a primitive of our engine is declared with. When one has given a tangent, or pulled a cotangent.
- autograd: what `autograd.core` has in `primitive_jvps` and `primitive_vjps`. When its function has been called.
- jax: what `jax.interpreters.ad` has in `primitive_jvps`, and for reverse mode in its tables of transposes; what
  `custom_jvp` and `custom_vjp` give is none. When its function has been called; of compiled functions, in tracing them.
- torch: a formula of `derivatives.yaml`, as torch's own code generator reads it, unless it does no more than to raise.
  In reverse mode, when a node of it was in a graph that was walked. In forward mode there are no graphs: when its
  operation lies between the inputs, which have tangents, and the outputs, in the graph of the same function.

A rule that was reached was evaluated in a cell, whatever became of the cell: whether it is right is what `adbench run`
tells. How a rule takes keywords and shapes that no case has is not seen."""


def terminal(coverage: Coverage) -> Iterator[str]:
    """Lines: of each backend how many rules were reached, then those that were not, and those left out by reason."""
    for reach in coverage.reached.values():
        yield ""
        yield f"{_title(reach)}: {', '.join(f'{d} {_figure(reach, d)}' for d in DIRECTIONS)}"
        for direction in DIRECTIONS:
            if missing := reach.missing(direction):
                yield f"  not reached, {direction}, {len(missing)}:"
                yield from _wrapped(missing)
        for reason, rules in reach.left_out.items():
            yield f"  left out, {len(rules)}: {reason}"
            yield from _wrapped(rules)
        for rule in reach.found:
            yield f"  left out, and reached all the same: {rule}; take its record away"


def page(coverage: Coverage, commands: Sequence[str]) -> str:
    """The page of what results files hold, each written by one of the commands."""
    rows, sections = [], []
    for backend, reach in sorted(coverage.reached.items()):
        out = sum(map(len, reach.left_out.values()))
        rows.append(f"| {_title(reach)} | {' | '.join(_figure(reach, d) for d in DIRECTIONS)} | {out} |")
        sections.append(f"## {backend}\n")
        for direction in DIRECTIONS:
            missing = reach.missing(direction)
            sections.append(f"Not reached, {direction}: {_quoted(missing) if missing else 'none'}.\n")
        if reach.left_out:
            reasons = [f"- {plain(reason)}: {_quoted(rules)}\n" for reason, rules in reach.left_out.items()]
            sections.append("Left out:\n\n" + "".join(reasons))
    told = " and ".join(f"`{command}`" for command in commands)
    return PAGE.format(what=WHAT, commands=told, rows="\n".join(rows), sections="\n".join(sections).rstrip() + "\n")


def _title(reach: Reach) -> str:
    return f"{reach.started.backend} {reach.started.version}"


def _figure(reach: Reach, direction: str) -> str:
    """`121 of 127, 95.3 %`: rounded down, so that only all of them are 100 %."""
    reached, reachable = reach.counts(direction)
    return f"{reached} of {reachable}, {reached * 1000 // reachable / 10:.1f} %" if reachable else "no rules"


def _wrapped(rules: Sequence[str]) -> list[str]:
    return wrap(", ".join(rules), WIDTH, initial_indent=INDENT, subsequent_indent=INDENT, break_long_words=False)


def _quoted(rules: Sequence[str]) -> str:
    return ", ".join(f"`{rule}`" for rule in rules)
