"""The page about the engine: its blocks run, its picture is the one that its command draws."""

import doctest
import html
import re
from pathlib import Path

import pytest

from adbench.commands.graph import save_graph
from adbench.oracle import store
from adbench.registry import load_cases

FOLDER = Path(__file__).parents[2] / "docs" / "explanation"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the docs are not in the wheel")


def test_blocks_run_and_print_what_the_page_says():
    page = (FOLDER / "engine.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 10
    names: dict = {}
    said: list[str] = []
    for i, block in enumerate(blocks):
        test = doctest.DocTestParser().get_doctest(block, names, f"block {i}", "engine.md", 0)
        assert test.examples
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
        runner.run(test, out=said.append, clear_globs=False)
        names.update(test.globs)
    assert said == []


def test_picture_is_current(tmp_path):
    """Graphviz lays out as its version likes, but what stands in the picture is ours."""
    case = load_cases()["calculus.product_sine"]
    save_graph(case, store.truths(case, "small")["float64"], "float64", tmp_path / "now.dot")
    drawn = re.findall(r">([^<>]+)</(?:font|b)>|\[label=<([^<>]+)>", (tmp_path / "now.dot").read_text())
    shown = re.findall(r"<text[^>]*>([^<]*)</text>", (FOLDER / "product_sine.svg").read_text(encoding="utf-8"))
    assert sorted(html.unescape(a or b) for a, b in drawn) == sorted(html.unescape(t) for t in shown)
