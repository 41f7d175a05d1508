"""Drawing a computation: boxes of values with their gradients, ovals of operations, as text in the DOT language.

    graph(lambda x: xp.sum(x * xp.sin(x)), np.ones(3)).save("out.svg")
    Tensor(3.0).exp().graph()                                            # draws itself in a notebook

The text needs nothing; a picture needs Graphviz's program `dot`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adbench.engine.core import WholeTape, history, pulled
from adbench.engine.dot import drawn
from adbench.engine.errors import CannotDraw
from adbench.engine.inputs import fitting, parameter
from adbench.engine.trace import at, of_leaves, outputs_of, record

if TYPE_CHECKING:
    from adbench.engine.tensor import Tensor

FORMATS = ("svg", "png", "dot")
SECONDS = 60  # what `dot` may take; it lays out some thousand nodes in it


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
            CannotDraw: the name ends in something else, the file cannot be written, or Graphviz is missing or fails.
        """
        path = Path(path)
        kind = check_format(path)
        data = self.dot.encode() if kind == "dot" else self.render(kind)
        try:
            path.write_bytes(data)
        except OSError as error:
            raise CannotDraw(f"cannot write {path}: {error.strerror}") from error
        return path

    def render(self, kind: str) -> bytes:
        """The picture that `dot` draws, "svg" or "png"."""
        import shutil
        import subprocess

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
        try:
            return self.render("svg").decode()
        except CannotDraw:
            return None

    def __repr__(self) -> str:
        return self.dot


def graph(
    f: Callable[..., Any], *args: Any, y_bar: Any = None, names: Sequence[str] = (), rankdir: str = "LR"
) -> Graph:
    """The graph of `f` at `args`, with every value, and with gradients if it gives a scalar.

    Args:
        f: function of arrays, or trees of them, to an array or a tree of arrays.
        args: its arguments, float64 or float32.
        y_bar: the cotangent to pull back where `f` gives an array that is no scalar.
        names: what to call the arguments; by default what `f` calls them.
        rankdir: "LR" draws from left to right, "TB" from top to bottom.
    """
    g, parts = of_leaves(f, args, {}, range(len(args)))
    nodes, roots, y = record(g, parts, {}, range(len(parts)), WholeTape)
    outputs = outputs_of(g, y)
    results = [o for o in outputs if roots and at(o, roots[0].level)]
    wanted = {id(node) for result in results for node in history(result)}
    shown = [*roots, *(node for node in nodes if id(node) in wanted)]
    called = {id(root): names[i] if i < len(names) else parameter(g, i) for i, root in enumerate(roots)}
    if len(outputs) == 1 and results and (y_bar is not None or not results[0].shape):
        results[0].bar = fitting("cotangent", 0, 1.0 if y_bar is None else y_bar, results[0])
    grads = {id(node): bar for node, bar in pulled(shown.copy())}
    return Graph(drawn(shown, grads, called, {id(result) for result in results}, rankdir))


def graph_of_tensor(root: Tensor, rankdir: str = "LR") -> Graph:
    """The graph of what `root` was computed from, with the gradients that `backward` has left."""
    nodes = history(root)
    grads = {id(node): node.grad for node in nodes if node.grad is not None}
    return Graph(drawn(nodes, grads, {}, {id(root)}, rankdir))


def check_format(path: Path) -> str:
    """What kind of file a drawing's name asks for."""
    kind = path.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise CannotDraw(f"cannot draw a graph as {path.name!r}; the name must end in .svg, .png or .dot")
    return kind
