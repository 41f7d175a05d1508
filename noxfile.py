"""The chores of the repository, each in an environment of its own; CONTRIBUTING.md has the table."""

from __future__ import annotations

import zipfile
from pathlib import Path

import nox

nox.options.default_venv_backend = "virtualenv"
nox.options.sessions = ["lint", "tests"]
nox.options.error_on_missing_interpreters = True

CONSTRAINTS = ("-c", "constraints.txt")


def install(session: nox.Session, *what: str) -> None:
    """Install with the pinned versions."""
    session.install(*CONSTRAINTS, *what)


@nox.session
def tests(session: nox.Session) -> None:
    """The test suite, in a checkout."""
    install(session, "-e", ".[all,test]")
    session.run("pytest", *session.posargs)


@nox.session
def slow(session: nox.Session) -> None:
    """The tests that are marked slow."""
    install(session, "-e", ".[all,test]")
    session.run("pytest", "-m", "slow", *session.posargs)


@nox.session
def bare(session: nox.Session) -> None:
    """The test suite without any AD library: what needs one skips."""
    install(session, "-e", ".[test]")
    session.run("pytest", *session.posargs)


@nox.session
def conformance(session: nox.Session) -> None:
    """Every case on every backend; arguments after `--` are those of `adbench run`."""
    install(session, ".[all]")
    session.run("adbench", "run", *(session.posargs or ("--tier", "full")))


@nox.session
def bench(session: nox.Session) -> None:
    """Times of the bench cases; arguments after `--` are those of `adbench bench`."""
    install(session, ".[all]")
    session.run("adbench", "bench", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Ruff and mypy."""
    install(session, "-e", ".", "ruff", "mypy")
    session.run("ruff", "check", ".")
    session.run("mypy")


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation as a site; a broken link is an error."""
    if not Path("docs").is_dir():
        session.skip("there is no docs/ yet")
    install(session, ".[docs]")
    session.run("mkdocs", "build", "--strict")


@nox.session
def build(session: nox.Session) -> None:
    """An sdist, a wheel made from it, and proof that every adapter and case file is inside."""
    install(session, "build", "hatchling")
    out = session.create_tmp()
    session.run("python", "-m", "build", "--no-isolation", "--outdir", out)
    wheel = max(Path(out).glob("*.whl"), key=lambda path: path.stat().st_mtime)
    packed = set(zipfile.ZipFile(wheel).namelist())
    missing = sorted(shipped() - packed)
    if missing:
        session.error(f"{wheel.name} lacks {', '.join(missing)}")
    session.log(f"{wheel.name} holds all {len(shipped())} adapter and case files")


@nox.session
def wheel(session: nox.Session) -> None:
    """The test suite on the installed wheel, with the source tree out of reach."""
    install(session, ".[all,test]")
    session.env["PYTHONSAFEPATH"] = "1"
    session.run("pytest", "-o", "pythonpath=", *session.posargs)


def shipped() -> set[str]:
    """Names that the files of `backends/` and `cases/` have in a wheel."""
    return {
        f"adbench/{path.as_posix()}"
        for folder in ("backends", "cases")
        for path in Path(folder).iterdir()
        if path.suffix in (".py", ".toml")
    }
