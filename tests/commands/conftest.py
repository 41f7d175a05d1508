import sys

import pytest
from commands.runs import Workers

from adbench import cli


@pytest.fixture
def adbench(monkeypatch, capsys):
    """Run a command line in this process (its workers have their own); exit code, output and errors."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["adbench", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


@pytest.fixture
def workers(monkeypatch):
    """Instead of processes: see `Workers`."""
    made = Workers()
    monkeypatch.setattr("adbench.commands.run.Run", made)
    return made
