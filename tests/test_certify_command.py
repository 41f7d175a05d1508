"""`adbench certify`: a table of what is proved, and exit code 1 where something is not."""

from __future__ import annotations

import sys

import pytest

from adbench.cli import main

CASES = """
from adbench.case import case

@case(wrt=("x",))
def good(xp, x):
    return xp.sin(x)

@good.inputs
def _(rng):
    return {"x": 0.5}

good.jacobian("x")(lambda xp, x: xp.cos(x))

@case(wrt=("x",))
def lost(xp, x):
    return xp.cbrt(x)

@lost.inputs
def _(rng):
    return {"x": 0.5}

@case(wrt=("x",))
def kink(xp, x):
    return xp.abs(x)

@kink.inputs
def _(rng):
    return {"x": 0.0}

kink.admissible("x")(lambda xp, x: (x * 0 - 1, x * 0 + 1))
"""


@pytest.fixture
def certify(monkeypatch, capsys, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(CASES)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["adbench", "certify", *arguments, "--cases", str(path)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return run


def test_what_is_proved_is_counted(certify):
    code, out, _ = certify("mine.good", "mine.kink", "-v")
    assert code == 0
    good = next(line for line in out.splitlines() if line.startswith("mine.good[small]")).split()
    assert good[1] == "1/1"
    assert int(good[2]) > 80
    assert good[3:5] == ["320", "1/1"]
    assert "2 of 2 certified" in out


def test_what_the_oracle_cannot_do_is_listed(certify):
    code, out, _ = certify("mine")
    assert code == 1
    assert "refused mine.lost (mine.py:14): the oracle has no cbrt, and there is no closed form by x" in out
    assert "2 of 3 certified" in out


def test_an_unknown_case_is_wrong_input(certify):
    code, _, err = certify("mine.nothing")
    assert code == 2
    assert err.startswith("adbench: no case named 'mine.nothing'")


def test_a_kink_is_run_too(monkeypatch, capsys, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(CASES)
    monkeypatch.setattr(sys, "argv", ["adbench", "run", "mine.kink", "--cases", str(path), "-b", "numpy", "-j", "1"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    assert "passed 2 of 2 applicable" in capsys.readouterr().out
