"""`adbench coverage`: rules that cases reach, rules that they do not, and rules left out, by a run or from its file."""

import io
import shlex
import shutil
import sys
from contextlib import redirect_stdout

import pytest
from commands.runs import timeless
from fakes import CASES

from adbench.cli import main
from adbench.results import Footer, Outcome, Started, read

RULED = "fakes.ruled:Ruled"
OPTIONS = ("--cases", CASES, "--tier", "core", "-j", 1)
TWO = ("coverage", "small.cubic", "small.quotient", "-b", RULED, *OPTIONS)


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """The results file of two cases that reach two rules each, and what was printed."""
    path, out = tmp_path_factory.mktemp("coverage") / "results.jsonl", io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out):
        patch.setattr(sys, "argv", ["adbench", *map(str, TWO), "--json", str(path), "--progress", "none"])
        with pytest.raises(SystemExit) as ended:
            main()
    assert not ended.value.code
    return path, out.getvalue()


@pytest.fixture
def recorded(once, tmp_path):
    """The same, with a copy of the file for a test alone."""
    path, out = once
    return shutil.copy(path, tmp_path / "results.jsonl"), out


def test_what_was_reached_what_not_and_what_is_left_out(recorded):
    version = next(line.version for line in read(recorded[0]) if isinstance(line, Started))
    assert recorded[1].splitlines()[1:] == [
        f"{RULED} {version}: forward 2 of 3, 66.6 %, reverse 2 of 3, 66.6 %",
        "  not reached, forward, 1:",
        "    far",
        "  not reached, reverse, 1:",
        "    far",
        "  left out, 2: no case is sparse",
        "    jvp:sparse, vjp:sparse",
    ]


def test_the_file_tells_the_same(adbench, recorded):
    path, out = recorded
    assert adbench("coverage", path) == (0, out, "")


def test_a_cell_has_the_rules_that_it_was_the_first_to_reach(recorded):
    first = [line.rules for line in read(recorded[0]) if isinstance(line, Outcome)]
    assert first == [("jvp:cubic",), ("vjp:cubic",), ("jvp:quotient",), ("vjp:quotient",)]


def test_nothing_is_recorded_unasked(adbench, tmp_path):
    path = tmp_path / "results.jsonl"
    adbench("run", "small.far", "--cases", CASES, "-b", RULED, "-j", 1, "--json", path)
    assert [line.status for line in read(path) if isinstance(line, Outcome)] == ["error", "error"]  # as `Ruled` asserts
    assert "rules" not in path.read_text(encoding="utf-8").partition("\n")[2]
    code, _, err = adbench("coverage", path)
    assert (code, err) == (
        2, f"adbench: {path} has no derivative rules; `adbench coverage --json PATH` records them\n"
    )  # fmt: skip


def test_a_process_that_dies_takes_along_its_own_cell_alone(adbench):
    code, out, err = adbench("coverage", "small", "-b", "fakes.ruled:Dies", *OPTIONS, "--progress", "none")
    assert (code, err) == (0, "adbench: 1 cells fail; `adbench run` tells of them\n")
    assert "forward 3 of 3, 100.0 %, reverse 2 of 3, 66.6 %" in out
    assert out.splitlines()[2:4] == ["  not reached, reverse, 1:", "    quotient"]


def test_a_backend_that_does_not_start_is_told_behind_what_the_others_reached(adbench):
    code, out, err = adbench("coverage", "small.far", "-b", f"{RULED},manual", *OPTIONS)
    assert code == 2
    assert "forward 1 of 3, 33.3 %" in out
    assert err.splitlines()[-1].startswith("adbench: the adapter of manual does not tell its derivative rules")


def test_a_library_without_a_direction(adbench):
    _, out, _ = adbench("coverage", "small", "-b", "fakes.ruled:Backwards", *OPTIONS)
    assert "forward no rules, reverse 3 of 3, 100.0 %" in out


def test_a_run_that_was_cut_short_is_gone_on_with(adbench, recorded):
    path, out = recorded
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-3]))  # without the footer and two cells
    code, resumed, _ = adbench(*TWO, "--json", path, "--resume")
    assert (code, resumed) == (0, out)
    assert isinstance(list(read(path))[-1], Footer)


def test_a_run_that_did_not_record_is_another_run(adbench, recorded):
    path, _ = recorded
    code, _, err = adbench(
        "run", "small.cubic", "small.quotient", "-b", RULED, "--cases", CASES, "--json", path, "--resume"
    )
    assert code == 2
    assert "is of another run: rules recorded, then not recorded" in err


def test_shards_are_put_together(adbench, recorded, tmp_path):
    paths = [tmp_path / f"{i}.jsonl" for i in (1, 2)]
    for i, path in enumerate(paths, 1):
        assert adbench(*TWO, "--json", path, "--shard", f"{i}/2")[0] == 0
    assert adbench("coverage", *paths)[1] == recorded[1]
    whole = tmp_path / "whole.jsonl"
    assert adbench("merge", whole, *paths, recorded[0])[0] == 0  # where two files have a cell, they agree
    assert adbench("coverage", whole)[1] == recorded[1]
    assert timeless(whole)[1] == timeless(recorded[0])[1]


def test_a_page(adbench, recorded, tmp_path):
    page = tmp_path / "page.md"
    adbench("coverage", recorded[0], "--page", page)
    text = page.read_text(encoding="utf-8")
    assert "| 2 of 3, 66.6 % | 2 of 3, 66.6 % | 2 |" in text
    assert "Not reached, forward: `far`." in text
    assert "- no case is sparse: `jvp:sparse`, `vjp:sparse`" in text
    assert f"These are of `{shlex.join(['adbench', *map(str, TWO)])}`;" in text


@pytest.fixture
def mine(monkeypatch, tmp_path):
    """Write a backend of one's own with its table of rules left out; its name."""

    def write(table):
        (tmp_path / "mine.py").write_text("from fakes.ruled import Ruled\nclass Mine(Ruled):\n    pass\n")
        (tmp_path / "mine.rules.toml").write_text(table)
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
        return "mine:Mine"

    return write


def test_a_rule_that_is_left_out_and_reached(adbench, mine):
    name = mine('[[left_out]]\nrules = ["vjp:cubic", "jvp:far"]\nreason = "no case has it"\n')
    code, out, _ = adbench("coverage", "small.cubic", "-b", name, *OPTIONS)
    assert code == 1
    assert out.splitlines()[-1] == "  left out, and reached all the same: vjp:cubic; take its record away"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('[[left_out]]\nrules = ["vjp:cubics"]\nreason = "x"', "leaves out 'vjp:cubics', which is no rule of ruled 2"),
        ('[[left_out]]\nrules = ["vjp:cubic"]', "missing required field `reason`"),
        ("left_out = 3", "Expected `array`"),
        ("[[left_out]", "at line 1"),
    ],
)
def test_a_table_that_is_wrong(adbench, mine, table, message):
    code, _, err = adbench("coverage", "small.cubic", "-b", mine(table), *OPTIONS)
    assert code == 2
    assert "mine.rules.toml: " in err
    assert message in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("small", "-b", "nowhere"), "no backend named 'nowhere'"),
        (("small", "-b", "manual"), "the adapter of manual does not tell its derivative rules; it has no rules()"),
        (("small", "-b", "fakes.ruled:Inventive"), "small.cubic[small]:jvp:float64:fakes.ruled:Inventive: the"),
        (("small", "-b", "fakes.ruled:Directionless"), "ruled: rules() has 'quotient'; a rule's name begins with"),
        ((CASES, "small"), f"{CASES} is a results file; give files alone, or cases alone"),
        ((CASES, "-b", "manual"), "--backend means nothing with results files, which hold a run"),
    ],
)  # fmt: skip
def test_wrong_input_is_told_in_a_sentence(adbench, arguments, message):
    code, _, err = adbench("coverage", *arguments, "--progress", "none", *(() if CASES in arguments else OPTIONS))
    assert code == 2
    assert f"adbench: {message}" in err
