"""Other interpreters: `--python NAME=PATH` gives a backend an environment, and so a version of its library, of its own.

There the backend's column is called `autograd@1.8.0`, so that several versions stand side by side.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from adbench import __version__, plan, registry
from adbench.case import Case
from adbench.errors import AdbenchError, BackendFailed, BackendNotInstalled
from adbench.results import SCHEMA
from adbench.runner.process import START_SECONDS, Worker

IMPORTS = "import adbench.runner.worker; print(adbench.__version__)"  # what a worker needs of its environment
INSTALL = f"-m pip install adbench-suite=={__version__}"


@dataclass(frozen=True, kw_only=True)
class Interpreter:
    """One `--python NAME=PATH`, or a side of a comparison, `NAME=PATH`.

    Attributes:
        backend: NAME.  path: PATH, as the user wrote it, or where it was found on the search path.
        flag: what stands before it on the command line.
        version: of the backend's library there.
        environment: the versions of Python and NumPy there.
        folder: from which adbench is imported there.
    """

    backend: str
    path: str
    flag: str = "--python "
    version: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""

    @property
    def column(self) -> str:
        """The backend's name in plans, outcomes and reports."""
        return f"{self.backend}@{self.version}"

    @property
    def option(self) -> str:
        """The option that gave it."""
        return f"{self.flag}{self.backend}={self.path}"


@dataclass(frozen=True)
class Interpreters:
    """The interpreters of a run, by the names of their columns."""

    found: Mapping[str, Interpreter] = field(default_factory=dict)

    def columns(self, backends: Iterable[str]) -> list[str]:
        """Names of backends, in place of each that has interpreters a name a version, and those that are missing."""
        mine: dict[str, list[str]] = {}
        for column, one in self.found.items():
            mine.setdefault(one.backend, []).append(column)
        return [column for name in dict.fromkeys([*backends, *mine]) for column in mine.get(name, [name])]

    def path(self, column: str) -> str:
        """The Python executable that a column's workers run under."""
        return self.found[column].path if column in self.found else sys.executable

    def options(self, column: str) -> str:
        """What selects a column on the command line."""
        if column not in self.found:
            return f"--backend {shlex.quote(column)}"
        one = self.found[column]
        return f"--backend {shlex.quote(one.backend)} --python {shlex.quote(f'{one.backend}={one.path}')}"

    def environment(self, column: str) -> dict[str, str]:
        """The versions of Python and NumPy where they need not be the run's own."""
        return dict(self.found[column].environment) if column in self.found else {}


HERE = Interpreters()  # every backend under the interpreter of the run


def interpreters(
    given: Sequence[str], backends: Sequence[str], cases: Iterable[Case] = (), case_files: tuple[str, ...] = ()
) -> Interpreters:
    """Parse and try the values of `--python`.

    Args:
        given: `NAME=PATH` each.
        backends: names chosen by `--backend`; all if none.
        cases: what will be run, which must be the same there.
    Raises:
        AdbenchError: a value is malformed, names a backend that is not known or not chosen, a path that is no
            executable, or two paths give one version.
        BackendFailed, BackendNotInstalled: adbench, or the library, cannot be had there.
    """
    named = [_parse(text, backends, "--python ") for text in dict.fromkeys(given)]
    expected = registry.digests(cases)
    with ThreadPoolExecutor() as pool:
        tried = list(pool.map(lambda one: _try(one, expected, case_files), named))
    found: dict[str, Interpreter] = {}
    for one in tried:
        if (other := found.setdefault(one.column, one)) is not one:
            raise AdbenchError(f"{one.option}: is {one.column}, and so is {other.path}; give one of the two")
    return Interpreters(found)


def interpreter(text: str, cases: Iterable[Case] = (), case_files: tuple[str, ...] = ()) -> Interpreter:
    """Parse and try `NAME=PATH` where it stands alone, as a side of a comparison; raises as `interpreters`."""
    return _try(_parse(text, (), ""), registry.digests(cases), case_files)


def _parse(text: str, backends: Sequence[str], flag: str) -> Interpreter:
    name, _, path = text.partition("=")
    if not name or not path:
        raise AdbenchError(f"{flag}{text}: must be NAME=PATH, a backend and the Python executable to run it under")
    plan.check_names("backend", [name] if ":" not in name else [], registry.backend_names())
    if backends and name not in backends:
        raise AdbenchError(f"{flag}{text}: {name} is not among the backends chosen, {', '.join(backends)}")
    path = os.path.expanduser(path)
    if Path(path).is_dir():
        raise AdbenchError(f"{flag}{text}: is a folder; its interpreter may be {Path(path, 'bin/python')}")
    found = shutil.which(path)
    if found is None:
        raise AdbenchError(f"{flag}{text}: {'not executable' if Path(path).exists() else 'no such file'}")
    return Interpreter(backend=name, path=found, flag=flag)


def _try(one: Interpreter, expected: Mapping[str, str], case_files: tuple[str, ...]) -> Interpreter:
    """The interpreter with what its worker said when it started."""
    pip = f"{shlex.quote(one.path)} -m pip"
    try:
        worker = Worker(one.backend, case_files, python=one.path)
    except BackendNotInstalled as error:
        raise BackendNotInstalled(f"{one.option}: {str(error).replace('; pip', f'; {pip}')}") from error
    except AdbenchError as error:
        if reason := _why_no_adbench(one):
            raise BackendFailed(f"{one.option}: {reason}") from error
        kind = BackendFailed if isinstance(error, BackendFailed) else AdbenchError
        raise kind(f"{one.option}: {error}") from error
    worker.close()
    ready = worker.ready
    if (ready.adbench, ready.schema) != (__version__, SCHEMA):
        raise BackendFailed(f"{one.option}: {_other(one, ready.adbench, f' with schema {ready.schema}')}")
    for name, digest in expected.items():
        if ready.cases.get(name) != digest:
            how = "is not the same" if name in ready.cases else "is not known"
            install = "install there what defines it here, or give its file by --cases"
            raise BackendFailed(f"{one.option}: the case {name} {how} there; {install}")
    environment = {"python": ready.python, "numpy": ready.numpy}
    return replace(one, version=ready.version, environment=environment, folder=ready.folder)


def _why_no_adbench(one: Interpreter) -> str:
    """Why the worker cannot be had there, if that and not its backend is what is wrong."""
    try:
        ran = subprocess.run(
            [one.path, "-c", IMPORTS], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=START_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"does not run: {error}"
    if ran.returncode:
        last = (ran.stderr.strip().splitlines() or [f"exit code {ran.returncode}"])[-1]
        return f"adbench does not start there ({last}); {shlex.quote(one.path)} {INSTALL}"
    theirs = ran.stdout.strip()
    return "" if theirs == __version__ else _other(one, theirs)


def _other(one: Interpreter, version: str, schema: str = "") -> str:
    there = f"adbench {version or 'of an unknown version'}{schema}"
    return f"has {there}, this is {__version__} with schema {SCHEMA}; {shlex.quote(one.path)} {INSTALL}"
