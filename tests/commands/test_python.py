"""`--python` as its users meet it: versions of a library side by side, in every command that runs a backend."""

import re
import shlex
import sys

import pytest
from fakes import CASES
from fakes.interpreters import library

from adbench import results

NAME = "fakes.released:Released"
OLD, NEW = f"{NAME}@1.0", f"{NAME}@2.0"


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """The option for a version of the library that is wrong."""
    return ("--python", f"{NAME}={library(tmp_path_factory.mktemp('a') / 'old', '1.0', factor=2.0)}")


@pytest.fixture(scope="module")
def new(tmp_path_factory):
    """The option for a version that is right."""
    return ("--python", f"{NAME}={library(tmp_path_factory.mktemp('b') / 'new', '2.0')}")


@pytest.fixture
def run(adbench):
    """Run `small.cubic` in reverse mode."""
    return lambda *options: adbench("run", "small.cubic", "--cases", CASES, "-b", NAME, "-o", "vjp", *options)


@pytest.fixture
def only_numpy(monkeypatch):
    """As if no other backend were known."""
    monkeypatch.setattr("adbench.registry.backend_names", lambda: {"numpy": "adbench.backends.numpy:NumPy"})


def known(folder, **fields):
    """A file that records what the old version does."""
    fields = {"backend": NAME, "match": "derivative", "reason": "factor", "reproduction": "-", **fields}
    (path := folder / "known.toml").write_text("[[deviation]]\n" + "".join(f'{k} = "{v}"\n' for k, v in fields.items()))
    return path


def test_versions_stand_side_by_side_and_the_command_runs_the_failure_again(adbench, run, old, new, tmp_path):
    path = tmp_path / "results.jsonl"
    code, out, _ = run(*new, *old, "--json", path)
    assert code == 1
    assert out.splitlines()[0].split() == [NEW, OLD]
    assert re.search(r"^small +1/1 +0/1 1✗$", out, re.MULTILINE)
    lines = list(results.read(path))
    started = {line.backend: line for line in lines if isinstance(line, results.Started)}
    assert {name: line.version for name, line in started.items()} == {NEW: "2.0", OLD: "1.0"}
    assert started[OLD].environment["python"] == sys.version.split()[0]
    cells = {line.cell: line.status for line in lines if isinstance(line, results.Outcome)}
    assert cells == {f"small.cubic[small]:vjp:float64:{NEW}": "pass", f"small.cubic[small]:vjp:float64:{OLD}": "fail"}
    code, again, _ = adbench(*shlex.split(re.search(r"^  adbench (run .*)$", out, re.MULTILINE).group(1)))
    assert code == 1
    assert f"fail small.cubic[small]:vjp:float64:{OLD}" in again


@pytest.mark.parametrize(("versions", "code"), [("<2", 0), ("<1", 1), (None, 1)])
def test_a_deviation_holds_for_the_versions_that_it_names(run, old, new, tmp_path, versions, code):
    named = {} if versions is None else {"versions": versions}
    ended, out, _ = run(*old, *new, "--expectations", known(tmp_path, **named))
    assert ended == code
    assert ("0/1 1k" in out) == (versions != "<1")
    healed = f":{NEW} passes now; remove this deviation from its expectations file, or say in which `versions`"
    assert (healed in out) == (versions is None)


def test_a_bare_run_has_the_backend_beside_the_others(adbench, old, only_numpy):
    code, out, _ = adbench("run", "small.cubic", "--cases", CASES, "-o", "vjp", *old)
    assert code == 1
    assert out.splitlines()[0].split() == ["numpy", OLD]


def test_bench_times_them_side_by_side(adbench, old, new, tmp_path):
    path = tmp_path / "results.jsonl"
    quick = ("--processes", 1, "--cell-seconds", 0.05, "--json", path)
    code, out, _ = adbench("bench", "small", "--cases", CASES, "-b", f"manual,{NAME}", *old, *new, *quick)
    assert code == 0
    timed = [s for s in results.read(path) if isinstance(s, results.Sample) and s.operator == "vjp"]
    assert {(s.backend, s.conforms) for s in timed} == {("manual", True), (OLD, False), (NEW, True)}
    assert f"{OLD} ✗" in out


def test_show_prints_each_ones_answer(adbench, old, new):
    code, out, _ = adbench("show", "small.cubic", "--cases", CASES, "-b", NAME, *old, *new)
    assert code == 0
    assert re.findall(r"^(\S+)  jacrev.*: (\w+)$", out, re.MULTILINE) == [(OLD, "pass"), (NEW, "pass")]


def test_what_fuzz_finds_runs_again(adbench, old, monkeypatch, tmp_path):
    pytest.importorskip("hypothesis")
    monkeypatch.chdir(tmp_path)
    fixed = ("--cases", CASES, "-b", NAME, "-o", "vjp", "-d", "float64", "--seed", 1, "--examples", 5)
    code, out, _ = adbench("fuzz", "small.quotient", *fixed, *old)
    assert code == 1
    text = re.search(r'^""".*?^register\(.*?\)$', out, re.DOTALL | re.MULTILINE).group()
    (tmp_path / "found.py").write_text(text)
    code, again, _ = adbench(*shlex.split(re.search(r"^    adbench (run .*)$", text, re.MULTILINE).group(1)))
    assert code == 1
    assert f"{OLD}" in again.splitlines()[0]


def test_the_accuracy_board_has_a_column_a_version(adbench, old, new, tmp_path):
    path = tmp_path / "board.jsonl"
    assert adbench("run", "--accuracy", "square", "-b", NAME, *old, *new, "--json", path)[0] == 0
    assert {line.backend for line in results.read(path) if isinstance(line, results.Accuracy)} == {OLD, NEW}


def test_backends_are_listed_with_where_they_run(adbench, old, new, only_numpy):
    code, out, _ = adbench("list", "backends", *old, *new)
    assert code == 0
    assert "adbench.backends.numpy:NumPy" in out
    for column, version, option in ((OLD, "1.0", old), (NEW, "2.0", new)):
        path = option[1].partition("=")[2]
        assert re.search(rf"^{re.escape(column)} +{version} +{path}, Python 3", out, re.MULTILINE)


@pytest.mark.parametrize("command", ["run", "run --accuracy", "bench", "show calculus.square", "fuzz calculus"])
def test_an_interpreter_that_is_not_there_is_one_sentence(adbench, command):
    code, _, err = adbench(*command.split(), "-b", "manual", "--python", "manual=/no/where")
    assert code == 2
    assert err.splitlines() == ["adbench: --python manual=/no/where: no such file"]
