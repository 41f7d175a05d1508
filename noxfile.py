"""The chores of the repository, each in an environment of its own; CONTRIBUTING.md has the table."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import nox

nox.options.default_venv_backend = "virtualenv"
nox.options.sessions = ["lint", "tests"]
nox.options.error_on_missing_interpreters = True

CONSTRAINTS = ("-c", "constraints.txt")
COMPARED = {"autograd": ("autograd",), "jax": ("jax", "jax:jit")}  # the backends of each library
RELEASES = 3


def install(session: nox.Session, *what: str) -> None:
    """Install with the pinned versions."""
    session.install(*CONSTRAINTS, *what)


@nox.session
def tests(session: nox.Session) -> None:
    """The test suite, in a checkout."""
    install(session, "-e", ".[all,test]")
    session.run("pytest", "-n", "2", *session.posargs)


@nox.session
def slow(session: nox.Session) -> None:
    """The tests that are marked slow."""
    install(session, "-e", ".[all,test]")
    session.run("pytest", "-m", "slow", *session.posargs)


@nox.session
def bare(session: nox.Session) -> None:
    """The test suite without any AD library: what needs one skips."""
    install(session, "-e", ".[test]")
    session.run("pytest", "-n", "2", *session.posargs)


@nox.session
def conformance(session: nox.Session) -> None:
    """Every case on every backend; arguments after `--` are those of `adbench run`."""
    install(session, ".[all]")
    session.run("adbench", "run", *(session.posargs or ("--tier", "full")))


@nox.session
def versions(session: nox.Session) -> None:
    """The last releases of autograd and of JAX side by side; arguments after `--` are those of `adbench run`."""
    install(session, ".")
    folder = Path(session.create_tmp()).resolve()
    options = []
    for library, backends in COMPARED.items():
        for release in last_releases(session, library):
            python = environment(session, folder / f"{library}-{release}", f"{library}=={release}")
            options += [option for backend in backends for option in ("--python", f"{backend}={python}")]
    chosen = ",".join(name for backends in COMPARED.values() for name in backends)
    session.env["PYTHONSAFEPATH"] = "1"  # each environment has adbench installed; none is to take this checkout's
    results = folder / "versions.jsonl"
    session.run("adbench", "run", "--backend", chosen, *options, "--json", str(results), *session.posargs)
    session.log(f"the results file is {results}")


def last_releases(session: nox.Session, library: str) -> list[str]:
    """Newest first, as the package index has them."""
    said = session.run("python", "-m", "pip", "index", "versions", library, silent=True)
    listed = re.search(r"^Available versions: (.*)$", str(said), re.MULTILINE)
    if listed is None:
        session.error(f"the package index names no versions of {library}: {said}")
    return listed.group(1).split(", ")[:RELEASES]


def environment(session: nox.Session, folder: Path, requirement: str) -> Path:
    """The interpreter of an environment with a library and adbench without its extras."""
    python = folder / "bin" / "python"
    session.run("python", "-m", "venv", str(folder))
    session.run(str(python), "-m", "pip", "-q", "install", *CONSTRAINTS, ".", "scipy", external=True)
    session.run(str(python), "-m", "pip", "-q", "install", requirement, external=True)  # constraints have one version
    return python


@nox.session
def bench(session: nox.Session) -> None:
    """Times of the bench cases; arguments after `--` are those of `adbench bench`."""
    install(session, ".[all]")
    session.run("adbench", "bench", *session.posargs)


@nox.session
def dashboard(session: nox.Session) -> None:
    """asv's site of all times in `results/`; the folders after `--` are searched instead."""
    install(session, ".", "asv", "virtualenv")
    tree = Path(".asv", "dashboard")
    shutil.rmtree(tree, ignore_errors=True)
    files = [path for folder in session.posargs or ["results"] for path in sorted(Path(folder).rglob("*.jsonl"))]
    files = [path for path in files if path.parent.name != "laws"]  # sweeps for docs/laws.md, no machine's history
    timed = [path for path in files if '"type":"timing"' in path.read_text(encoding="utf-8")]
    if not timed:
        session.skip("there are no times yet: adbench bench --json results/NAME.jsonl")
    for path in timed:  # a machine is named after the folder that its results are in
        machine = "reference" if path.parent.name == "results" else path.parent.name
        session.run("adbench", "export", str(path), "--asv", str(tree), "--machine", machine)
    session.run("asv", "publish", "--config", "asv.dashboard.conf.json", "--no-pull")
    session.log("the site is .asv/html; `asv preview --config asv.dashboard.conf.json` serves it")


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
