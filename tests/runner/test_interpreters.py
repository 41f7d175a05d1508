"""`--python NAME=PATH`: what is found there, and what is refused in one sentence."""

import shlex
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import CASES, small
from fakes.interpreters import interpreter, library

from adbench import __version__
from adbench.errors import AdbenchError, BackendFailed, BackendNotInstalled
from adbench.results import SCHEMA
from adbench.runner.interpreters import HERE, interpreters

RELEASED = "fakes.released:Released"


@pytest.fixture(scope="module")
def pythons(tmp_path_factory):
    """Executables by name."""
    folder = tmp_path_factory.mktemp("pythons")
    patch = "import adbench, adbench.results\nadbench.{} = {}\n".format
    return {
        "old": library(folder / "old", "1.0"),
        "new": library(folder / "new", "2.0+cpu"),
        "new too": library(folder / "new too", "2.0+cpu"),
        "without adbench": interpreter(folder / "bare", flags="-I -S"),
        "without numpy": interpreter(folder / "x", numpy='raise ModuleNotFoundError("No module named \'numpy\'")'),
        "other schema": interpreter(folder / "schema", sitecustomize=patch("results.SCHEMA", 99)),
        "other adbench": interpreter(folder / "adbench", sitecustomize=patch("__version__", "'0.0.1'")),
    }


def refusal(given, *arguments, **options):
    with pytest.raises(AdbenchError) as caught:
        interpreters([given] if isinstance(given, str) else given, *arguments, **options)
    assert "\n" not in str(caught.value)
    return caught.value


def test_columns_are_named_by_the_versions_found_there(pythons):
    given = [f"{RELEASED}={pythons[name]}" for name in ("new", "old", "new")]
    found = interpreters(given, [], [small.cubic], (CASES,))
    new, old = f"{RELEASED}@2.0+cpu", f"{RELEASED}@1.0"
    assert list(found.found) == [new, old]
    assert found.path(old) == pythons["old"]
    assert found.environment(old) == {"python": sys.version.split()[0], "numpy": np.__version__}
    assert shlex.split(found.options(old)) == ["--backend", RELEASED, "--python", f"{RELEASED}={pythons['old']}"]
    assert found.columns(["numpy", RELEASED, "jax"]) == ["numpy", new, old, "jax"]
    assert found.columns(["numpy"]) == ["numpy", new, old]


def test_what_has_no_interpreter_of_its_own_runs_under_this_one():
    assert HERE.path("numpy") == sys.executable
    assert HERE.options("numpy") == "--backend numpy"
    assert HERE.environment("numpy") == {}
    assert HERE.columns(["numpy", "jax", "numpy"]) == ["numpy", "jax"]


def test_an_interpreter_is_found_on_the_search_path(pythons, monkeypatch):
    monkeypatch.setenv("PATH", str(Path(pythons["old"]).parent), prepend=":")
    assert interpreters(["manual=python"], []).path(f"manual@{np.__version__}") == pythons["old"]


@pytest.mark.parametrize(
    ("given", "backends", "sentence"),
    [
        ("manual", [], "--python manual: must be NAME=PATH, "),
        ("=python", [], "--python =python: must be NAME=PATH, "),
        ("manual=", [], "--python manual=: must be NAME=PATH, "),
        ("manul=python", [], "no backend named 'manul'; did you mean manual?"),
        ("manual@1.0=python", [], "no backend named 'manual@1.0'; did you mean manual?"),
        ("manual=python", ["numpy"], "--python manual=python: manual is not among the backends chosen, numpy"),
        ("manual=/no/where", [], "--python manual=/no/where: no such file"),
        ("manual=no-such-python", [], "--python manual=no-such-python: no such file"),
        (f"manual={CASES}", [], f"--python manual={CASES}: not executable"),
        ("manual=/usr", [], "--python manual=/usr: is a folder; its interpreter may be /usr/bin/python"),
    ],
)
def test_a_malformed_value_is_refused(given, backends, sentence):
    error = refusal(given, backends)
    assert error.exit_code == 2
    assert str(error).startswith(sentence)


def test_two_of_one_version_are_refused(pythons):
    error = refusal([f"{RELEASED}={pythons['new']}", f"{RELEASED}={pythons['new too']}"], [])
    assert error.exit_code == 2
    assert str(error) == (
        f"--python {RELEASED}={pythons['new too']}: is {RELEASED}@2.0+cpu, and so is {pythons['new']}; "
        "give one of the two"
    )


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("without adbench", "adbench does not start there (ModuleNotFoundError: No module named 'adbench')"),
        ("without numpy", "adbench does not start there (ModuleNotFoundError: No module named 'numpy')"),
        ("other schema", f"has adbench {__version__} with schema 99, this is {__version__} with schema {SCHEMA}"),
        ("other adbench", f"has adbench 0.0.1 with schema {SCHEMA}, this is {__version__} with schema {SCHEMA}"),
    ],
)
def test_an_environment_without_this_adbench_is_told_with_how_to_install(pythons, name, reason):
    error = refusal(f"manual={pythons[name]}", [])
    assert isinstance(error, BackendFailed)
    assert error.exit_code == 4
    install = f"{shlex.quote(pythons[name])} -m pip install adbench-suite=={__version__}"
    assert str(error) == f"--python manual={pythons[name]}: {reason}; {install}"


def test_what_is_no_python_is_refused(tmp_path):
    (script := tmp_path / "python").write_text("echo hello")
    script.chmod(0o755)
    for path in ("/bin/false", str(script)):
        error = refusal(f"manual={path}", [])
        assert error.exit_code == 4
        assert str(error).startswith(f"--python manual={path}: ")


def test_an_environment_without_the_library_is_told_with_how_to_install_it_there(pythons):
    path = pythons["old"]
    error = refusal(f"fakes.unstartable.missing:Missing={path}", [])
    assert isinstance(error, BackendNotInstalled)
    assert str(error).endswith(f"no_such_library is not installed; {path} -m pip install no_such_library")


def test_a_library_that_dies_there_is_not_taken_for_an_environment_without_adbench(pythons):
    error = refusal(f"fakes.unstartable.dies:Any={pythons['old']}", [])
    assert isinstance(error, BackendFailed)
    assert str(error).endswith("does not start: the process ended with exit code 7: cannot load the driver")


def test_a_case_that_is_not_known_there_is_refused(pythons):
    error = refusal(f"manual={pythons['old']}", [], [small.cubic])
    assert isinstance(error, BackendFailed)
    assert ": the case small.cubic is not known there; install there what defines it" in str(error)


def test_a_case_that_another_file_defines_there_is_refused(pythons, tmp_path):
    (other := tmp_path / "small.py").write_text(Path(CASES).read_text() + "# changed\n")
    changed = replace(small.cubic, path=str(other))
    error = refusal(f"manual={pythons['old']}", [], [changed], (CASES,))
    assert ": the case small.cubic is not the same there; " in str(error)
