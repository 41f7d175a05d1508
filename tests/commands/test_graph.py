"""`adbench show --graph`: a picture or its text beside what show prints, one sentence otherwise."""

import shutil
import sys

import pytest
from fakes import CASES

from adbench import cli


@pytest.fixture
def show(monkeypatch, capsys):
    """Run `adbench show` in this process; exit code, output and errors."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["adbench", "show", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


def test_text(show, tmp_path):
    path = tmp_path / "cubic.dot"
    code, out, _ = show("small.cubic", "--cases", CASES, "-b", "manual", "--graph", path)
    assert code == 0
    assert "the graph, with gradients of f" in out
    text = path.read_text()
    assert text.startswith("digraph computation {")
    assert "<b>x</b>" in text
    assert ">grad<" in text


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs Graphviz")
@pytest.mark.parametrize(("kind", "magic"), [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_picture(show, tmp_path, kind, magic):
    path = tmp_path / f"cubic.{kind}"
    assert show("small.cubic", "--cases", CASES, "-b", "manual", "--graph", path)[0] == 0
    assert path.read_bytes().startswith(magic)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("cubic.jpg", "cannot draw a graph as 'cubic.jpg'; the name must end in .svg, .png or .dot"),
        ("cubic", "cannot draw a graph as 'cubic'; the name must end in .svg, .png or .dot"),
        ("nowhere/cubic.dot", "cubic.dot: No such file or directory"),
    ],
)
def test_refusals(show, tmp_path, name, sentence):
    code, out, err = show("small.cubic", "--cases", CASES, "-b", "manual", "--graph", tmp_path / name)
    assert (code, out) == (2, "")
    assert err.startswith("adbench: ")
    assert sentence in err
    assert len(err.splitlines()) == 1


def test_picture_without_graphviz(show, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    code, _, err = show("small.cubic", "--cases", CASES, "-b", "manual", "--graph", tmp_path / "cubic.svg")
    assert code == 2
    assert "Graphviz" in err
    assert ".dot" in err
