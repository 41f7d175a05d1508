"""Drawings: deterministic text, properly escaped, that Graphviz takes."""

import re
import shutil

import numpy as np
import pytest

from adbench.engine import Tensor, custom_vjp, errors, graph
from adbench.engine import numpy as xp

needs_graphviz = pytest.mark.skipif(shutil.which("dot") is None, reason="needs Graphviz")


def product_sine(x1, x2):
    return x1 * x2 + xp.sin(x1)


def boxes(drawing):
    """Names, values and gradients of a drawing's boxes, as text."""
    found = []
    for line in drawing.dot.splitlines():
        if line.startswith("  v") and "label" in line:
            cells = re.findall(r"<(?:b|font color=\"[^\"]*\")>(.*?)</(?:b|font)>", line)
            found.append(tuple(c for c in cells if c not in ("value", "grad")))
    return found


def ovals(drawing):
    return re.findall(r"^  o\d+ \[label=<(.*)>(?:, ordering=in)?\];$", drawing.dot, re.MULTILINE)


def edges(drawing):
    return re.findall(r"^  (\w+) -> (\w+);$", drawing.dot, re.MULTILINE)


def test_values_gradients_operations_edges():
    drawing = graph(product_sine, 2.0, 7.0)
    assert boxes(drawing) == [
        ("x1", "2", "6.584"), ("x2", "7", "2"), ("14", "1"), ("0.9093", "1"), ("14.91", "1"),
    ]  # fmt: skip
    assert ovals(drawing) == ["×", "sin", "+"]
    assert edges(drawing) == [
        ("o2", "v2"), ("v0", "o2"), ("v1", "o2"), ("o3", "v3"), ("v0", "o3"), ("o4", "v4"), ("v2", "o4"), ("v3", "o4"),
    ]  # fmt: skip
    assert drawing.dot == graph(product_sine, 2.0, 7.0).dot


def test_constants_stand_where_they_were_written():
    assert edges(graph(lambda x: 2 - x, 1.0)) == [("o1", "v1"), ("c1_0", "o1"), ("v0", "o1")]
    assert edges(graph(lambda x: x - 2, 1.0)) == [("o1", "v1"), ("v0", "o1"), ("c1_1", "o1")]
    assert edges(graph(lambda x: np.ones(2) @ x, np.ones(2))) == [("o1", "v1"), ("c1_0", "o1"), ("v0", "o1")]
    assert edges(graph(lambda x: xp.where(True, x, 0.0), 1.0))[1:] == [("c1_0", "o1"), ("v0", "o1"), ("c1_2", "o1")]
    assert edges(graph(lambda x: x * x, 1.0)) == [("o1", "v1"), ("v0", "o1"), ("v0", "o1")]


def test_parameters_of_operations():
    def f(x):
        return x.sum(axis=-1)[1:, ...][0] + x.reshape(6)[[0, 1]].max(axis=0)

    found = ovals(graph(f, np.ones((2, 3))))
    assert found == ["sum(-1)", "[1:, ...]", "[0]", "reshape(6)", "[[0 1]]", "max(axis=0)", "+"]


def test_dead_branches_are_left_out_and_unused_inputs_stay():
    drawing = graph(lambda x, y: (xp.exp(x), x * 2)[1], 1.0, 5.0)
    assert boxes(drawing) == [("x", "1", "2"), ("y", "5"), ("2", "1")]


def test_large_arrays_are_shortened():
    drawing = graph(lambda x: xp.sum(x * x), np.arange(1000.0))
    assert "[0 1 ... 998 999]<br/>shape (1000,)" in drawing.dot
    assert len(drawing.dot) < 3000


def test_gradient_of_an_array_needs_a_cotangent():
    assert boxes(graph(lambda x: x * 2, np.ones(2))) == [("x", "[1 1]"), ("[2 2]",)]
    drawing = graph(lambda x: x * 2, np.ones(2), y_bar=np.array([1.0, 3.0]))
    assert boxes(drawing) == [("x", "[1 1]", "[2 6]"), ("[2 2]", "[1 3]")]


def test_names_are_escaped():
    def f(x):
        return x * 2

    f.__name__ = '<b>"&\\'
    odd = custom_vjp(f, lambda y_bar, y, x: y_bar)
    drawing = graph(lambda x: odd(x), 1.0, names=['a<"&'])
    assert ovals(drawing) == ["&lt;b&gt;&quot;&amp;\\"]
    assert "<b>a&lt;&quot;&amp;</b>" in drawing.dot
    if shutil.which("dot"):
        assert b"<svg" in drawing.render("svg")


def test_tensor():
    x = Tensor([[1.0, 2.0], [2.0, -1.0]])
    y = (x * 2 - 1).maximum(0).sum(axis=-1)
    assert boxes(y.graph())[-1] == ("[4 3]",)
    y.backward(np.ones_like(y))
    assert boxes(y.graph())[0] == ("[[1 2]<br/> [2 -1]]", "[[2 2]<br/> [2 0]]")
    assert ovals(y.graph()) == ["×", "−", "maximum", "sum(-1)"]
    assert boxes(Tensor(3.0).graph()) == [("3",)]
    assert "rankdir=TB" in y.graph(rankdir="TB").dot


def test_result_that_depends_on_no_input():
    assert boxes(graph(lambda x: np.array(3.0), 1.0)) == [("x", "1")]


def test_saving_text(tmp_path):
    drawing = graph(product_sine, 2.0, 7.0)
    path = drawing.save(tmp_path / "out.DOT")
    assert path.read_text() == drawing.dot == repr(drawing)
    with pytest.raises(errors.CannotDraw, match=r"'out.pdf'; the name must end in .svg, .png or .dot"):
        drawing.save(tmp_path / "out.pdf")
    with pytest.raises(errors.CannotDraw, match=r"cannot write .*: No such file"):
        drawing.save(tmp_path / "nowhere" / "out.dot")


@needs_graphviz
def test_saving_pictures(tmp_path):
    drawing = graph(product_sine, 2.0, 7.0)
    assert b"<svg" in drawing.save(tmp_path / "out.svg").read_bytes()
    assert drawing.save(str(tmp_path / "out.png")).read_bytes().startswith(b"\x89PNG")
    assert "<svg" in drawing._repr_svg_()


@needs_graphviz
def test_text_that_graphviz_refuses():
    drawing = graph(product_sine, 2.0, 7.0)
    drawing.dot = "digraph {"
    with pytest.raises(errors.CannotDraw, match=r"dot failed: .*syntax error"):
        drawing.render("svg")


def test_without_graphviz(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    drawing = graph(product_sine, 2.0, 7.0)
    with pytest.raises(errors.CannotDraw, match=r"needs Graphviz's program dot.*apt-get install graphviz.*\.dot"):
        drawing.save(tmp_path / "out.svg")
    assert drawing._repr_svg_() is None
    assert drawing.save(tmp_path / "out.dot").exists()
