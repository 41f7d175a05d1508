"""`adbench bench --from`: the tables of a results file, or the sentence that says what is wrong with it."""

import sys

import pytest
from fakes import CASES
from fakes.lines import processes, sample

from adbench import cli, environment
from adbench.journal import Journal
from adbench.results import Started

LINES = [
    *processes("manual", "vjp", [(1e-6, 1e-6)] * 3, case="small.cubic"),
    *processes("numpy", "primal", [(1e-6, 1e-6)] * 3, case="small.cubic"),
    *processes("numpy", "vjp", [(3e-6, 3e-6)] * 3, case="small.cubic"),
    *processes("numpy", "vjp", [(5e-6, 5e-6)] * 3, case="small.quotient"),
    *processes("torch", "jvp", [(7e-6, 7e-6)] * 3, case="other.case", size="large", dtype="float32"),
]


@pytest.fixture
def file(tmp_path):
    """Write a results file of such lines."""

    def write(lines, finished=True, name="times.jsonl"):
        with Journal(tmp_path / name, environment.header("adbench bench")) as journal:
            journal.write(Started(backend="numpy", version="1"))
            for line in lines:
                journal.write(line)
            if finished:
                journal.close(1.0)
        return tmp_path / name

    return write


@pytest.fixture
def bench(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["adbench", "bench", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


def test_the_tables_of_a_file_are_printed_and_nothing_is_timed(bench, file, monkeypatch):
    monkeypatch.setattr("adbench.runner.bench.Bench.__init__", None)
    code, out, err = bench("--from", file(LINES))
    assert (code, err) == (0, "")
    assert "small.quotient[small] vjp float64" in out
    assert "Geometric means over the " in out
    assert "cut short" not in out


def test_the_same_file_gives_the_same_table_in_any_order_of_its_lines(bench, file):
    one, other = file(LINES), file(LINES[::-1], name="other.jsonl")
    assert bench("--from", one, "-v")[1] == bench("--from", other, "-v")[1] != ""


@pytest.mark.parametrize(
    ("options", "cells"),
    [
        (["small.cubic"], ["small.cubic[small] vjp float64"]),
        (["small"], ["small.cubic[small] vjp float64", "small.quotient[small] vjp float64"]),
        (["-o", "jvp"], ["other.case[large] jvp float32"]),
        (["-b", "torch"], ["other.case[large] jvp float32"]),
        (["-d", "float64", "-s", "small", "*.quotient"], ["small.quotient[small] vjp float64"]),
    ],
)
def test_the_cells_that_are_named_are_printed(bench, file, options, cells):
    out = bench("--from", file(LINES), *options)[1]
    assert [line.rstrip() for line in out.splitlines() if "[" in line and "(" not in line] == cells


def test_the_function_itself_stays_beside_the_operators_that_are_named(bench, file):
    out = bench("--from", file(LINES), "-o", "vjp", "small.cubic")[1]
    assert next(line for line in out.splitlines() if line.startswith("  numpy")).split()[5:7] == ["3.00", "3.00"]


def test_scaling_knows_the_sizes_of_cases_of_ones_own(bench, file):
    said = "no exponents: nothing was timed at two sizes or more"
    assert said in bench("--from", file(LINES), "--scaling", "--cases", CASES)[1]


def test_a_file_that_was_cut_short_is_said_to_be_so(bench, file):
    path = file(LINES, finished=False)
    code, out, _ = bench("--from", path)
    assert code == 0
    assert out.splitlines()[-1] == f"{path} was cut short; these are the cells that it holds"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["nothing.*"], "no case named 'nothing.*'; "),
        (["smal.cubic"], "no case named 'smal.cubic'; did you mean small.cubic"),
        (["-b", "jax"], "no backend named 'jax'; there are manual, numpy, torch"),
        (["-s", "tiny"], "no size named 'tiny'; "),
        (["--json", "x.jsonl"], "--json means nothing with --from, which times nothing"),
        (["--threads", "2"], "--threads means nothing with --from, which times nothing"),
        (["--python", "jax=python"], "--python means nothing with --from, which times nothing"),
    ],
)
def test_wrong_usage_is_one_sentence(bench, file, options, sentence):
    code, out, err = bench("--from", file(LINES), *options)
    assert (code, out) == (2, "")
    assert err.startswith(f"adbench: {sentence}")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", " is empty; it is not a results file"),
        ("no\n", ", line 1: not a results line: "),
        ('{"type":"footer","counts":{},"seconds":1}\n', ", line 1: a results file begins with a header"),
        ('{"type":"header","schema":99}\n', " has schema 99, this adbench reads up to 2; upgrade adbench"),
    ],
)
def test_a_bad_file_gives_the_readers_sentence(bench, tmp_path, content, sentence):
    path = tmp_path / "bad.jsonl"
    path.write_text(content)
    code, _, err = bench("--from", path)
    assert code == 2
    assert err.startswith(f"adbench: {path}{sentence}")


def test_a_file_that_is_not_there_or_holds_no_times_or_two_of_one_cell(bench, file, tmp_path):
    assert bench("--from", tmp_path / "no")[2] == f"adbench: cannot read {tmp_path / 'no'}: No such file or directory\n"
    code, _, err = bench("--from", path := file([], name="empty.jsonl"))
    assert (code, err) == (5, f"adbench: {path} holds no timings; `adbench bench --json empty.jsonl` writes some\n")
    code, _, err = bench("--from", file([LINES[0], LINES[0]], name="twice.jsonl"))
    assert code == 2
    assert "small.cubic[small]:vjp:float64:manual has two timings of process 0" in err
    lost = sample("numpy", "vjp", status="crash", message="gone")
    assert bench("--from", file([lost], name="lost.jsonl"))[::2] == (5, "adbench: nothing was timed: gone\n")
