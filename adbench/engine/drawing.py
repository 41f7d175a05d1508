"""Drawing a computation: boxes of values with their gradients, ovals of operations, as text in the DOT language.

    graph(lambda x: xp.sum(x * xp.sin(x)), np.ones(3)).save("out.svg")
    Tensor(3.0).exp().graph()                                            # draws itself in a notebook

The text needs nothing; a picture needs Graphviz's program `dot`.
"""

from __future__ import annotations

import html
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from adbench.engine.ad import at, outputs_of, record
from adbench.engine.core import Array, Node, history, operation, plain, pulled
from adbench.engine.errors import CannotDraw
from adbench.engine.inputs import fitting, parameter

if TYPE_CHECKING:
    from adbench.engine.tensor import Tensor

FORMATS = ("svg", "png", "dot")
MANY = 12  # entries of which no more than the outermost are shown
SECONDS = 60  # what `dot` may take; it lays out some thousand nodes in it
SYMBOLS = {"add": "+", "subtract": "−", "multiply": "×", "divide": "÷", "power": "**", "matmul": "@", "negative": "−"}
HEAD = """\
  rankdir={rankdir}; ordering=in; nodesep=0.15; ranksep=0.25;
  node [fontname="Helvetica", fontsize=9, height=0.2, width=0.2, margin="0.06,0.03", color="#7a869a"];
  edge [arrowsize=0.5, color="#7a869a"];"""
BOX = 'shape=box, style="rounded,filled", fillcolor="{fill}"'
INPUT, RESULT, VALUE = (BOX.format(fill=fill) for fill in ("#dcebff", "#dff3e0", "#f7f8fa"))
CONSTANT = 'shape=plain, fontcolor="#5b6778"'
COLOURS = {"value": "#1b2430", "grad": "#b3261e"}


class Graph:
    """A drawing.

    Attributes:
        dot: its text in the DOT language.
    """

    def __init__(self, dot: str) -> None:
        self.dot = dot

    def save(self, path: str | Path) -> Path:
        """Write the drawing to a file, as what its name ends in: .svg or .png by Graphviz, .dot as text.

        Raises:
            CannotDraw: the name ends in something else, or Graphviz is missing or fails.
        """
        path = Path(path)
        kind = check_format(path)
        path.write_bytes(self.dot.encode() if kind == "dot" else self.render(kind))
        return path

    def render(self, kind: str) -> bytes:
        """The picture that `dot` draws, "svg" or "png"."""
        dot = shutil.which("dot")
        if dot is None:
            raise CannotDraw(
                f"a graph as {kind} needs Graphviz's program dot, which is not installed (apt-get install graphviz, "
                "brew install graphviz); as .dot, or as the attribute dot, its text can be had without"
            )
        command = [dot, f"-T{kind}", *(["-Gdpi=160"] if kind == "png" else [])]
        try:
            run = subprocess.run(command, input=self.dot.encode(), capture_output=True, check=True, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            raise CannotDraw(f"dot took more than {SECONDS} seconds to lay out the graph; save it as .dot") from None
        except subprocess.CalledProcessError as error:
            raise CannotDraw(f"dot failed: {error.stderr.decode(errors='replace').strip()}") from error
        return run.stdout

    def _repr_svg_(self) -> str | None:
        """What a notebook shows; None makes it show the text instead."""
        return self.render("svg").decode() if shutil.which("dot") else None

    def __repr__(self) -> str:
        return self.dot


def graph(f: Callable[..., Any], *args: Any, y_bar: Any = None, rankdir: str = "LR") -> Graph:
    """The graph of `f` at `args`, with every value, and with gradients if it gives a scalar.

    Args:
        f: function of arrays to an array or a tuple of arrays.
        args: its arguments, float64 or float32.
        y_bar: the cotangent to pull back where `f` gives an array that is no scalar.
        rankdir: "LR" draws from left to right, "TB" from top to bottom.
    """
    nodes, roots, y = record(f, args, {}, range(len(args)))
    outputs = outputs_of(f, y)
    results = [o for o in outputs if roots and at(o, roots[0].level)]
    wanted = {id(node) for result in results for node in history(result)}
    shown = [*roots, *(node for node in nodes if id(node) in wanted)]
    names = {id(root): parameter(f, i) for i, root in enumerate(roots)}
    if len(outputs) == 1 and results and (y_bar is not None or not results[0].shape):
        results[0].bar = fitting("cotangent", 0, 1.0 if y_bar is None else y_bar, results[0])
    grads = {id(node): bar for node, bar in pulled(shown.copy())}
    return drawn(shown, grads, names, {id(result) for result in results}, rankdir)


def graph_of_tensor(root: Tensor, rankdir: str = "LR") -> Graph:
    """The graph of what `root` was computed from, with the gradients that `backward` has left."""
    nodes = history(root)
    grads = {id(n): n.grad for n in nodes if n.grad is not None}
    return drawn(nodes, grads, {}, {id(root)}, rankdir)


def drawn(
    nodes: Sequence[Node], grads: dict[int, Array], names: dict[int, str], results: set[int], rankdir: str
) -> Graph:
    """The text of a drawing: nodes are numbered in their order, so that it is the same each time."""
    numbers = {id(node): i for i, node in enumerate(nodes)}
    lines = ["digraph {", HEAD.format(rankdir=rankdir)]
    for node in nodes:
        style = INPUT if node.pull is None else RESULT if id(node) in results else VALUE
        rows = [("value", shortened(node.value) + shape_of(node.value))]
        if id(node) in grads:
            rows.append(("grad", shortened(grads[id(node)])))
        lines.append(f"  v{numbers[id(node)]} [{style}, label={box(names.get(id(node)), rows)}];")
        if node.pull is not None:
            lines += drawn_operation(node, numbers)
    return Graph("\n".join([*lines, "}", ""]))


def drawn_operation(node: Node, numbers: dict[int, int]) -> list[str]:
    """The oval that a value comes from, and the edges into it: on top, the operand that was written first."""
    i = numbers[id(node)]
    lines = [f"  o{i} [label={words(label(node))}];", f"  o{i} -> v{i};"]
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


def check_format(path: Path) -> str:
    """What kind of file a drawing's name asks for."""
    kind = path.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise CannotDraw(f"cannot draw a graph as {path.name!r}; the name must end in .svg, .png or .dot")
    return kind
