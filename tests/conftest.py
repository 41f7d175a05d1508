"""What every test shares: a cache of its own, and the fake backends on the path, here and in workers."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from adbench.cli import main

TESTS = str(Path(__file__).parent)

# `fakes` is imported by tests and named as `--backend fakes.wrong:WrongSign`; it must be one module for both.
if TESTS not in sys.path:
    sys.path.append(TESTS)

# No test fails for being slow: the machine may have other things to do.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def _environment(tmp_path_factory):
    """Truths are proved anew in each session; `ADBENCH_CACHE`, where it is set already, is kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [TESTS, os.environ.get("PYTHONPATH")])))
        if "ADBENCH_CACHE" not in os.environ:
            patch.setenv("ADBENCH_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def adbench(monkeypatch, capsys):
    """Run a command line in this process (its workers have their own); exit code, output and errors."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["adbench", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run
