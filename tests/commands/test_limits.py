"""`adbench run` with limits of time and memory a cell."""

import sys

import pytest
from fakes import CASES

from adbench import cli
from adbench.runner import conformance


@pytest.fixture
def run(monkeypatch, capsys):
    """Run `adbench run small.cubic` in this process; exit code, output and errors."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["adbench", "run", "small.cubic", "--cases", CASES, "-o", "vjp", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


def test_a_cell_that_takes_longer_than_it_may_is_a_timeout(run):
    code, out, _ = run("-b", "fakes.killers:Hangs", "--cell-seconds", "2.5")
    assert code == 1
    assert "timeout small.cubic[small]:vjp:float64:fakes.killers:Hangs" in out
    assert "no answer within 2.5 s" in out


def test_a_cell_that_takes_more_memory_than_it_may_has_its_own_status(run):
    code, out, _ = run("-b", "fakes.killers:EatsMemory", "--memory", "300")
    assert code == 1
    assert "oom small.cubic[small]:vjp:float64:fakes.killers:EatsMemory" in out
    assert "the limit is 300" in out
    assert "passed 0 of 1 applicable" in out


KNOWN = """
[[deviation]]
backend = "fakes.killers:Segfaults"
case = "small.cubic"
match = "ended with signal 11"
reason = "it does"
reproduction = "import ctypes; ctypes.string_at(0)"
"""


def test_losses_that_are_known_do_not_give_the_backend_up(run, monkeypatch, tmp_path):
    monkeypatch.setattr(conformance, "MOST_CRASHES", 1)
    known = tmp_path / "known.toml"
    known.write_text(KNOWN)
    code, out, _ = run("-b", "fakes.killers:Segfaults", "-d", "float64,float32", "--expectations", str(known))
    assert "known fakes.killers:Segfaults ×2: it does" in out
    assert code == 0
    code, out, _ = run("-b", "fakes.killers:Segfaults", "-d", "float64,float32")
    assert "was given up after it was lost on 1 cells" in out
    assert code == 1


def test_a_backend_that_needs_more_memory_to_start_is_refused_in_one_sentence(run):
    code, _, err = run("-b", "manual", "--memory", "10")
    assert code == 4
    (sentence,) = [line for line in err.splitlines() if line.startswith("adbench: ")]
    assert sentence.startswith("adbench: backend manual does not start: the process held ")
    assert sentence.endswith(" MB, the limit is 10")


@pytest.mark.parametrize("arguments", [("--cell-seconds", "0"), ("--memory", "-1"), ("--memory", "much")])
def test_a_limit_that_is_none_is_wrong_usage(run, arguments):
    code, _, err = run(*arguments)
    assert code == 2
    assert f"Invalid value for '{arguments[0]}'" in err
