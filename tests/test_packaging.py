"""What is installed: the same names from a checkout and from a wheel, and nothing heavy on import."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import adbench.backends
import adbench.cases

ROOT = Path(__file__).parents[1]
LIBRARIES = ("torch", "jax", "autograd", "scipy")
SHIPPED = {
    f"{folder}/{path.name}"
    for folder in ("backends", "cases")
    for path in (ROOT / folder).iterdir()
    if path.suffix in (".py", ".toml")
}


def python(*arguments, **environment):
    """A Python that finds the adbench that this one has found."""
    package_folder = Path(adbench.cases.__file__).parents[2]
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(package_folder), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def adbench_command(*arguments, **environment):
    return python("-c", "from adbench.cli import main; main()", *arguments, **environment)


@pytest.mark.parametrize("file", sorted(name for name in SHIPPED if name.endswith(".py")))
def test_the_folders_at_the_top_are_subpackages(file):
    spec = importlib.util.find_spec("adbench." + file.removesuffix(".py").replace("/", "."))
    assert spec is not None
    assert Path(spec.origin).read_bytes() == (ROOT / file).read_bytes()


@pytest.mark.parametrize("file", sorted(name for name in SHIPPED if name.endswith(".toml")))
def test_recorded_deviations_lie_beside_their_adapter(file):
    folders = [Path(folder) for folder in adbench.backends.__path__]
    assert any((folder / Path(file).name).is_file() for folder in folders)


@pytest.mark.parametrize("statement", ["import adbench", "import adbench.registry", "import adbench.cli"])
def test_importing_brings_no_library_along(statement):
    done = python("-c", f"{statement}, sys; print({{*{LIBRARIES}}} & {{*sys.modules}})")
    assert done.stdout == "set()\n", done.stderr


def test_help_brings_not_even_numpy_along():
    done = python("-X", "importtime", "-c", "from adbench.cli import main; main()", "--help")
    assert done.returncode == 0, done.stderr
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "adbench" in imported
    assert not imported & {*LIBRARIES, "numpy", "flint"}


def test_the_command_is_the_one_that_the_project_declares():
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert callable(importlib.metadata.EntryPoint("adbench", scripts["adbench"], "console_scripts").load())


def test_the_version_is_the_one_that_the_project_declares():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == adbench.__version__


def test_constraints_suit_any_machine():
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()[1:]
    assert "torch==2.13.0" in pins
    assert all("==" in pin and not set(pin) & set("+@/ ") for pin in pins)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["list", "backends"], 0, ""),
        (["run", "matmul.dit"], 2, "matmul.dot"),
        (["run", "matmul.dot", "--backend", "pytorch"], 2, "torch"),
        (["run", "matmul.dot", "--operator", "vpj"], 2, "vjp"),
        (["run", "matmul.dot", "--dtype", "float46"], 2, "float64"),
        (["run", "--nonsense"], 2, "nonsense"),
        (["bench", "calculus"], 5, "nothing to time"),
    ],
)
def test_exit_codes(arguments, code, says):
    done = adbench_command(*arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert says in done.stderr


def test_a_backend_that_was_asked_for_and_is_not_installed(tmp_path):
    hidden = 'raise ModuleNotFoundError("No module named \'autograd\'", name="autograd")'
    (tmp_path / "autograd.py").write_text(hidden, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), str(Path(adbench.cases.__file__).parents[2])])
    done = adbench_command("run", "matmul.dot", "--backend", "autograd", PYTHONPATH=path)
    assert done.returncode == 4, done.stderr
    assert 'pip install "adbench-suite[autograd]"' in done.stderr


@pytest.mark.slow
def test_the_wheel_holds_every_adapter_and_case(tmp_path):
    built = python("-m", "pip", "wheel", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT))
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"adbench/{name}" for name in SHIPPED} <= names
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"adbench", wheel.name.rpartition("-py3")[0] + ".dist-info"}
