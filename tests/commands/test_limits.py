"""`adbench run` with limits of time and memory a cell."""

import sys

import pytest
from fakes import CASES

from adbench import cli


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
