"""The text of a drawing in the DOT language: boxes of values and gradients, ovals of operations.

Labels are in DOT's HTML-like form, so whatever a value or a name holds is escaped in one place.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import numpy as np

from adbench.engine.core import Array, Node, operation, plain

MANY = 12  # entries of which no more than the outermost are shown
SYMBOLS = {"add": "+", "subtract": "−", "multiply": "×", "divide": "÷", "power": "**", "matmul": "@", "negative": "−"}
COMMUTATIVE = ("add", "multiply", "maximum", "minimum", "hypot", "logaddexp")  # layout may swap their operands
HEAD = """\
  rankdir={rankdir}; nodesep=0.15; ranksep=0.25;
  node [fontname="Helvetica", fontsize=9, height=0.2, width=0.2, margin="0.06,0.03", color="#7a869a"];
  edge [arrowsize=0.5, color="#7a869a"];"""
BOX = 'shape=box, style="rounded,filled", fillcolor="{fill}"'
INPUT, RESULT, VALUE = (BOX.format(fill=fill) for fill in ("#dcebff", "#dff3e0", "#f7f8fa"))
CONSTANT = 'shape=plain, fontcolor="#5b6778"'
COLOURS = {"value": "#1b2430", "grad": "#b3261e"}


def drawn(
    nodes: Sequence[Node], grads: dict[int, Array], names: dict[int, str], results: set[int], rankdir: str
) -> str:
    """The text of a drawing: nodes are numbered in their order, so that it is the same each time."""
    numbers = {id(node): i for i, node in enumerate(nodes)}
    lines = ["digraph computation {", HEAD.format(rankdir=rankdir)]
    for node in nodes:
        style = INPUT if node.pull is None else RESULT if id(node) in results else VALUE
        rows = [("value", shortened(node.value) + shape_of(node.value))]
        if id(node) in grads:
            rows.append(("grad", shortened(grads[id(node)])))
        lines.append(f"  v{numbers[id(node)]} [{style}, label={box(names.get(id(node)), rows)}];")
        if node.pull is not None:
            lines += drawn_operation(node, numbers)
    return "\n".join([*lines, "}", ""])


def drawn_operation(node: Node, numbers: dict[int, int]) -> list[str]:
    """The oval that a value comes from, and the edges into it, from top to bottom as written where that matters."""
    i = numbers[id(node)]
    ordered = "" if operation(node) in COMMUTATIVE else ", ordering=in"
    lines = [f"  o{i} [label={words(label(node))}{ordered}];", f"  o{i} -> v{i};"]
    for k, x in enumerate(arguments(node)):
        source = f"v{numbers[id(x)]}" if id(x) in numbers else f"c{i}_{k}"
        if id(x) not in numbers:
            lines.append(f"  {source} [{CONSTANT}, label={words(shortened(x) + shape_of(x))}];")
        lines.append(f"  {source} -> o{i};")
    return lines


def arguments(node: Node) -> list[Any]:
    """The operands of an operation as they were written, nodes and constants."""
    role = node.pull.__qualname__.rpartition(".")[2]
    if role == "pull_y_alone":
        return [node.y, node.x]
    if role != "pull":
        return [node.x, node.y]
    if not isinstance(node.x, list):
        return [node.x]
    primals = list(node.y[0] if isinstance(node.y, tuple) else node.y)
    for i, x in node.x:
        primals[i] = x
    return primals


def label(node: Node) -> str:
    """What stands in an operation's oval: its symbol or name, and its parameters."""
    name = operation(node)
    args, options = node.y if isinstance(node.y, tuple) else ((), {})
    if isinstance(node.x, list):
        args = ()  # these are operands
    if name == "getitem":
        return f"[{index_text(args[0])}]"
    shown = [str(a) for a in args if a is not None and a is not False]
    shown += [f"{key}={value}" for key, value in options.items() if value is not None and value is not False]
    return SYMBOLS.get(name, name) + (f"({', '.join(shown)})" if shown else "")


def index_text(index: Any) -> str:
    """An index as one writes it between brackets."""
    if isinstance(index, tuple):
        return ", ".join(map(index_text, index))
    if isinstance(index, slice):
        start, stop, step = ("" if part is None else str(part) for part in (index.start, index.stop, index.step))
        return f"{start}:{stop}" + (f":{step}" if step else "")
    return "..." if index is Ellipsis else shortened(index)


def shortened(x: Any) -> str:
    """An array in a few short lines."""
    number = {"float_kind": lambda v: f"{v + 0.0:.4g}"}  # + 0.0: −0 is written 0
    x = np.asarray(plain(x))
    return np.array2string(x, threshold=MANY, edgeitems=2, max_line_width=56, formatter=number)  # type: ignore[arg-type]


def shape_of(x: Any) -> str:
    """A line with the shape of an array of which entries are left out."""
    x = plain(x)
    return f"\nshape {np.shape(x)}" if np.size(x) > MANY else ""


def box(name: str | None, rows: Sequence[tuple[str, str]]) -> str:
    """The label of a value: its name, if it has one, and a row each for value and gradient."""
    head = f'<tr><td colspan="2"><b>{escaped(name)}</b></td></tr>' if name else ""
    body = "".join(
        f'<tr><td align="left" valign="top"><font color="#7a869a">{kind}</font></td>'
        f'<td align="left" balign="left"><font color="{COLOURS[kind]}">{escaped(entries)}</font></td></tr>'
        for kind, entries in rows
    )
    return f'<<table border="0" cellspacing="0" cellpadding="1">{head}{body}</table>>'


def words(text: str) -> str:
    """Plain text as a label."""
    return f"<{escaped(text)}>"


def escaped(text: str) -> str:
    """Text without what a label would read as markup."""
    return html.escape(text).replace("\n", "<br/>")
