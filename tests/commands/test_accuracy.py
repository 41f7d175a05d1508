"""`adbench run --accuracy`, from the command line to the table and the results file."""

import sys

import pytest

from adbench import cli, results
from adbench.accuracy.table import FUNCTIONS
from adbench.commands.accuracy import select
from adbench.errors import UnknownName

BENT = "fakes.inaccurate:OneMinusSquare"


@pytest.fixture
def board(monkeypatch, capsys):
    """Run `adbench run --accuracy …` in this process; exit code, output and errors."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["adbench", "run", "--accuracy", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


def test_functions_by_backends_and_the_worst_point(board, tmp_path):
    path = tmp_path / "board.jsonl"
    code, out, _ = board("tanh", "expit", "--backend", f"{BENT},numpy", "--json", path)
    assert code == 0
    lines = out.splitlines()
    assert lines[0].split() == [BENT, "numpy"]
    value, slope = lines[2:4]
    assert value.startswith("tanh ")
    bent, right = slope.split("by x, both modes")[1].split()
    assert float(bent.split("/")[1]) > 1e15
    assert float(right.split("/")[1]) < 10
    worst = [line for line in lines if line.startswith("  derivative by x of tanh float64: x = ")]
    assert len(worst) == 1
    assert worst[0].endswith(f"({BENT} forward and reverse)")
    assert "special.expit" in out
    found = [line for line in results.read(path) if isinstance(line, results.Accuracy)]
    assert len(found) == 2 * 2 * 3
    assert max(line.maximum for line in found if line.backend == "numpy") < 10
    footer = list(results.read(path))[-1]
    assert footer.counts == {"measured": 12}


def test_two_dtypes_are_two_rows(board):
    code, out, _ = board("sqrt", "--backend", "numpy", "--dtype", "float64,float32")
    assert code == 0
    assert [line.split()[1] for line in out.splitlines() if line.startswith("sqrt ")] == ["float64", "float32"]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["tahn"], 2, "no function named 'tahn'; did you mean"),
        (["tanh", "--backend", "nunpy"], 2, "no backend named 'nunpy'"),
        (["tanh", "--dtype", "float8"], 2, "no dtype named 'float8'"),
        (["tanh", "--operator", "jvp"], 2, "--operator means nothing with --accuracy"),
        (["tanh", "--size", "small"], 2, "--size means nothing with --accuracy"),
    ],
)
def test_wrong_usage_is_refused_in_one_sentence(board, arguments, code, sentence):
    ended, out, err = board(*arguments)
    assert (ended, out) == (code, "")
    assert err.startswith(f"adbench: {sentence}")


def test_a_function_is_found_by_glob_and_by_its_short_name():
    assert select(["*sin"]) == ["asin", "sin"]
    assert select(["expit", "tanh"]) == ["tanh", "special.expit"]
    assert select([]) == list(FUNCTIONS)
    with pytest.raises(UnknownName):
        select(["tanh", "nothing*"])


def test_functions_that_the_oracle_lacks_are_named(board, monkeypatch):
    from adbench.accuracy.sweep import linear, of

    monkeypatch.setitem(FUNCTIONS, "no_such", of(x=linear(0, 1)))
    code, out, _ = board("no_such", "sqrt", "--backend", "numpy")
    assert code == 0
    assert "not on the board, because the oracle lacks them: no_such" in out
    code, _, err = board("no_such", "--backend", "numpy")
    assert (code, err.strip()) == (5, "adbench: nothing ran: the oracle lacks no_such")
