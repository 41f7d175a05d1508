"""`adbench conventions`: the table, the data, the page, and what differs between two versions."""

import shlex
from pathlib import Path

import msgspec
import pytest
from fakes import kinked

from adbench import conventions as data
from adbench.conventions import Convention, Origin
from adbench.registry import load_cases
from adbench.report.conventions import page

ROOT = Path(__file__).parents[2]
DATA, PAGE = ROOT / "results" / "kinks", ROOT / "docs" / "reference" / "conventions.md"
HALF, APART = "fakes.kinked:Half", "fakes.kinked:Apart"


def kinks():
    return [case for case in load_cases().values() if case.admissible_sets]


def test_the_page_in_docs_is_what_the_data_give():
    assert PAGE.read_text(encoding="utf-8") == page(kinks(), data.read_folder(DATA))


def test_the_data_hold_every_kink_of_each_backend():
    expected = {(case.name, operator) for case in kinks() for operator in ("jvp", "vjp", "jacfwd", "jacrev")}
    for origin, lines in data.read_folder(DATA).values():
        assert {(line.case, line.operator) for line in lines} == expected, origin.backend
        assert not {"crash", "timeout", "oom", "fail", "error"} & {line.kind for line in lines}, origin.backend


def test_a_table_of_what_backends_answer(adbench):
    code, out, _ = adbench("conventions", "kinked", "--cases", kinked.__file__, "-b", f"{HALF},{APART}", "-j", 1)
    assert code == 0
    row = next(line for line in out.splitlines() if line.startswith("kinked.size")).split("  ")
    assert [cell.strip() for cell in row if cell.strip()] == [
        "kinked.size", "[-1, 1]", "forward 0.25; reverse 0.75 ≠", "0.5",
    ]  # fmt: skip


@pytest.fixture
def found(monkeypatch, adbench, tmp_path):
    """The folder and the page of a run at the two kinks alone."""
    cases = {f"kinked.{case.name.partition('.')[2]}": case for case in (kinked.size, kinked.larger)}
    monkeypatch.setattr("adbench.registry.load_cases", lambda files=(): cases)
    options = shlex.split(f"--cases {kinked.__file__} --out {tmp_path / 'data'} --page {tmp_path / 'page.md'} -j 1")
    code, _, err = adbench("conventions", "-b", f"{HALF},{APART}", *options)
    assert (code, err) == (0, "")
    return tmp_path


def test_a_file_a_backend_and_a_page_of_them(found):
    apart = next(path for path in (found / "data").iterdir() if "Apart" in path.name)
    first, *lines = apart.read_text(encoding="utf-8").splitlines()
    assert msgspec.json.decode(first)["backend"] == APART
    assert len(lines) == 8
    assert lines[5] == (
        '{"type":"convention","case":"kinked.size","operator":"vjp","class":"forward ≠ reverse","answer":{"x":"0.75"}}'
    )
    text = (found / "page.md").read_text(encoding="utf-8")
    row = next(row for row in text.splitlines() if row.startswith("| `kinked.size` |"))
    assert row == "| `kinked.size` | \\|x\\| at 0 | `[-1, 1]` | forward `0.25`; reverse `0.75` **≠** | `0.5` |"
    assert "| inadmissible | 2 | 0 |" in text  # the shares of Apart at a tie do not add up to one


def test_show_says_what_is_admissible_and_what_is_answered(adbench):
    code, out, _ = adbench("show", "kinks.sqrt", "-b", "numpy")
    assert code == 0
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "∂f/∂x, admissible () inf –" in lines
    assert next(line for line in lines if line.startswith("numpy")).endswith("jacrev: pass, convention")
    assert "∂f/∂x inf – –" in lines
    assert "∂f along x = 1, y = 1 () 1 –" in " ".join(adbench("show", "kinks.maximum", "-b", APART)[1].split())


def file_of(path, version, *lines):
    return data.write(path / version, Origin(backend="torch", version=version), lines)


def line(case, operator="vjp", kind="convention", **answer):
    return Convention(case=case, operator=operator, kind=kind, answer=answer)


def test_what_differs_between_two_versions(adbench, tmp_path):
    old = file_of(tmp_path, "1.0", line("kinks.abs", x="0"), line("kinks.log", x="inf"), line("kinks.old", x="1"))
    new = file_of(tmp_path, "2.0", line("kinks.abs", "vjp", "NaN", x="nan"), line("kinks.log", x="inf"))
    code, out, _ = adbench("conventions", "--diff", old, new)
    assert code == 1
    rows = [row.split() for row in out.splitlines()]
    assert ["kinks.abs", "vjp", "0", "NaN"] in rows
    assert ["kinks.old", "vjp", "1", "not", "there"] in rows
    assert not any("kinks.log" in row for row in rows)
    assert out.splitlines()[-1] == "2 of 3 answers differ between torch 1.0 and torch 2.0"


def test_nothing_differs(adbench, tmp_path):
    old, new = (file_of(tmp_path, version, line("kinks.abs", x="0")) for version in ("1.0", "2.0"))
    code, out, _ = adbench("conventions", "--diff", old, new)
    assert (code, out) == (0, "0 of 1 answers differ between torch 1.0 and torch 2.0\n")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("calculus.log_sum",), 5, "none of the chosen cases lies at a kink"),
        (("kinks.abs", "--out", "here"), 2, "--out and --page hold every kink; leave the names of cases out"),
        (("-b", "nowhere"), 2, "no backend named 'nowhere'"),
        (("--diff", "old.jsonl", "new.jsonl"), 2, "cannot read old.jsonl: No such file or directory"),
        (("kinks.abs", "--diff", "a", "b"), 2, "CASES means nothing with --diff, which runs nothing"),
    ],
)
def test_wrong_input_is_told_in_a_sentence(adbench, arguments, code, message):
    ended, _, err = adbench("conventions", *arguments)
    assert (ended, err.startswith(f"adbench: {message}")) == (code, True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ('{"type":"convention","case":"kinks.abs","operator":"jvp","class":"NaN"}', "line 1: a file of conventions"),
        ('{"type":"conventions","backend":"a","version":"1"}\n{"type":"x"}', "line 2: not a line of conventions"),
        ("what", "line 1: not a line of conventions"),
    ],
)
def test_a_file_of_something_else_is_refused_with_its_line(adbench, tmp_path, text, message):
    path = tmp_path / "wrong.jsonl"
    path.write_text(text)
    code, _, err = adbench("conventions", "--diff", path, path)
    assert code == 2
    assert message in err
