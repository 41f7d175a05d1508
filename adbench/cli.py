"""The command line. Each verb imports what it needs when it is used, so that `adbench --help` stays light."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from adbench.errors import AdbenchError

INTERRUPTED = 130  # what typer makes of Ctrl-C

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Conformance and benchmark suite for automatic differentiation, checked against certified truth.",
)

Patterns = Annotated[list[str] | None, typer.Argument(help="Shell globs on case names, or families; all if none.")]
Backends = Annotated[list[str] | None, typer.Option("--backend", "-b", help="Backend, or package.module:Backend.")]
Pythons = Annotated[
    list[str] | None, typer.Option("--python", metavar="NAME=PATH", help="Run a backend under another interpreter.")
]
Operators = Annotated[list[str] | None, typer.Option("--operator", "-o", help="`adbench list operators` has them.")]
Dtypes = Annotated[list[str] | None, typer.Option("--dtype", "-d", help="float64 or float32.")]
Sizes = Annotated[list[str] | None, typer.Option("--size", "-s", help="Size of the cases.")]
Device = Annotated[str, typer.Option("--device", help="cpu, or cuda where the backend and the machine have it.")]
CaseFiles = Annotated[list[str] | None, typer.Option("--cases", help="Python file with cases of your own.")]
Json = Annotated[Path | None, typer.Option("--json", help="Write the results file here.")]

ProgressHow = Annotated[str, typer.Option("--progress", help="auto: bars, or a line a minute in a pipe; json; none.")]


def _names(given: list[str] | None) -> list[str]:
    """Option values, each of which may be several joined by commas."""
    return list(dict.fromkeys(name for value in given or () for name in value.split(",") if name))


def _counts(option: str, given: list[str] | None) -> list[int]:
    """Option values that are whole numbers above zero."""
    names = _names(given)
    if wrong := [name for name in names if not name.isdecimal() or not int(name)]:
        raise AdbenchError(f"{option} {wrong[0]}: must be whole numbers from 1, several joined by commas")
    return [int(name) for name in names]


@app.command()
def run(
    cases: Patterns = None,
    backend: Backends = None,
    python: Pythons = None,
    operator: Operators = None,
    dtype: Dtypes = None,
    size: Sizes = None,
    variant: Annotated[
        list[str] | None, typer.Option("--variant", help="layout, closure, unused, batched; none: cases as they are.")
    ] = None,
    tier: Annotated[str, typer.Option(help="core: both modes of every case; full: every operator and size.")] = "core",
    case_files: CaseFiles = None,
    expectations: Annotated[
        list[str] | None, typer.Option("--expectations", help="TOML file of known deviations, beside ours.")
    ] = None,
    json: Json = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run that --json holds a part of.")] = False,
    shard: Annotated[str, typer.Option("--shard", metavar="I/N", help="Take the I-th of N parts of the cells.")] = "",
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="Processes at once; 0 for one a core.")] = 0,
    cell_seconds: Annotated[float, typer.Option("--cell-seconds", min=0.1, help="Time limit of a cell.")] = 120,
    memory: Annotated[int, typer.Option("--memory", min=0, help="MB that a process may hold; 0: no limit.")] = 4096,
    scheduler: Annotated[
        str, typer.Option("--scheduler", help="Run the cells on the Dask cluster of this scheduler.", metavar="ADDRESS")
    ] = "",
    device: Device = "cpu",
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="A row for each case.")] = False,
    progress: ProgressHow = "auto",
    accuracy: Annotated[
        bool, typer.Option("--accuracy", help="Instead of cases, ulps of elementwise FUNCTIONS over their domains.")
    ] = False,
) -> None:
    """Check derivatives: a matrix of cases by backends, held to certified truth."""
    if accuracy:
        from adbench.commands.accuracy import accuracy as board

        refused: dict[str, object] = {"--operator": operator, "--size": size, "--cases": case_files}
        refused |= {"--variant": variant}
        refused |= {"--expectations": expectations, "--scheduler": scheduler, "--resume": resume, "--shard": shard}
        if meaningless := [option for option, given in refused.items() if given]:
            raise AdbenchError(f"{meaningless[0]} means nothing with --accuracy, which sweeps functions and not cases")
        raise typer.Exit(
            board(
                cases or (),
                backends=_names(backend),
                pythons=python or (),
                dtypes=_names(dtype),
                json=json,
                jobs=jobs,
                progress=progress,
            )
        )
    from adbench.commands.run import run as command

    raise typer.Exit(
        command(
            cases or (),
            backends=_names(backend),
            pythons=python or (),
            operators=_names(operator),
            dtypes=_names(dtype),
            sizes=_names(size),
            variants=_names(variant),
            tier=tier,
            case_files=tuple(case_files or ()),
            expectations_files=expectations or (),
            json=json,
            resume=resume,
            shard=shard,
            jobs=jobs,
            cell_seconds=cell_seconds,
            memory=memory,
            scheduler=scheduler,
            device=device,
            verbose=verbose,
            progress=progress,
        )
    )


@app.command()
def merge(
    out: Annotated[Path, typer.Argument(help="Results file to write.")],
    shards: Annotated[list[Path], typer.Argument(help="Results files of `adbench run --shard`.")],
) -> None:
    """Put the results files of a run's shards together."""
    from adbench.commands.merge import merge as command

    raise typer.Exit(command(out, shards))


@app.command()
def bench(
    cases: Patterns = None,
    backend: Backends = None,
    python: Pythons = None,
    operator: Operators = None,
    dtype: Dtypes = None,
    size: Sizes = None,
    device: Device = "cpu",
    case_files: CaseFiles = None,
    json: Json = None,
    processes: Annotated[int, typer.Option("--processes", min=1, help="Fresh processes of each backend.")] = 3,
    threads: Annotated[
        list[str] | None, typer.Option("--threads", metavar="N", help="Threads that a library may use; 1.")
    ] = None,
    cell_seconds: Annotated[
        float, typer.Option("--cell-seconds", min=0.001, help="What the samples of a cell may take, in all processes.")
    ] = 2,
    width: Annotated[
        float, typer.Option("--width", min=0, help="Percent: a median known to this needs no more samples.")
    ] = 1,
    memory: Annotated[int, typer.Option("--memory", min=0, help="MB that a process may hold; 0: no limit.")] = 4096,
    from_: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="Time nothing; print the tables of a results file.")
    ] = None,
    scaling: Annotated[
        bool, typer.Option("--scaling", help="Also exponents of time, and where forward and reverse mode cross.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="A row for each cell.")] = False,
    progress: ProgressHow = "auto",
) -> None:
    """Time the bench cases: gradients beside the primal and beside the derivative written by hand."""
    if from_:
        from adbench.commands.timings import from_file

        timing: dict[str, object] = {"--json": json, "--python": python, "--threads": threads}
        if meaningless := [option for option, given in timing.items() if given]:
            raise AdbenchError(f"{meaningless[0]} means nothing with --from, which times nothing")
        raise typer.Exit(
            from_file(
                from_,
                cases or (),
                backends=_names(backend),
                operators=_names(operator),
                dtypes=_names(dtype),
                sizes=_names(size),
                case_files=tuple(case_files or ()),
                verbose=verbose,
                scaling=scaling,
            )
        )
    from adbench.commands.bench import bench as command

    raise typer.Exit(
        command(
            cases or (),
            backends=_names(backend),
            pythons=python or (),
            operators=_names(operator),
            dtypes=_names(dtype),
            sizes=_names(size),
            device=device,
            case_files=tuple(case_files or ()),
            json=json,
            threads=_counts("--threads", threads) or (1,),
            processes=processes,
            cell_seconds=cell_seconds,
            width=width,
            memory=memory,
            verbose=verbose,
            scaling=scaling,
            progress=progress,
        )
    )


@app.command()
def compare(
    base: Annotated[str, typer.Argument(help="BACKEND, BACKEND=PYTHON, or a results file of `adbench bench`.")],
    head: Annotated[str, typer.Argument(help="Likewise: what may have become slower.")],
    cases: Patterns = None,
    operator: Operators = None,
    dtype: Dtypes = None,
    size: Sizes = None,
    device: Device = "cpu",
    case_files: CaseFiles = None,
    json: Json = None,
    threads: Annotated[int, typer.Option("--threads", min=1, help="Threads that a library may use.")] = 1,
    smallest: Annotated[
        float | None, typer.Option("--smallest", min=0.1, help="Smallest change of interest: percent; 3, of files 10.")
    ] = None,
    alpha: Annotated[
        float, typer.Option("--alpha", min=1e-6, max=0.5, help="Chance of a false alarm in a whole comparison.")
    ] = 0.01,
    seconds: Annotated[float, typer.Option("--seconds", min=0, help="Start nothing more after this; 0: no limit.")] = 0,
    force: Annotated[bool, typer.Option("--force", help="Compare files of different machines all the same.")] = False,
    progress: ProgressHow = "auto",
) -> None:
    """Tell whether HEAD is slower than BASE: both timed in turn, in fresh processes; exit code 3 if so."""
    from adbench.commands import compare_files as files

    if files.is_file(base) != files.is_file(head):
        raise AdbenchError(f"{base} and {head}: a results file is compared with another, a backend with a backend")
    if files.is_file(base):
        refused: dict[str, object] = {"--operator": operator, "--dtype": dtype, "--size": size, "--json": json}
        refused |= {"--cases": case_files, "--seconds": seconds, "--device": device != "cpu"}
        if meaningless := [option for option, given in refused.items() if given]:
            raise AdbenchError(f"{meaningless[0]} means nothing where results files are compared")
        wanted = files.SMALLEST if smallest is None else smallest
        raise typer.Exit(files.compare_files(Path(base), Path(head), cases or (), smallest=wanted, force=force))
    if force:
        raise AdbenchError("--force is of results files; backends are timed on one machine")
    from adbench.commands.compare import SMALLEST
    from adbench.commands.compare import compare as command

    raise typer.Exit(
        command(
            base,
            head,
            cases or (),
            operators=_names(operator),
            dtypes=_names(dtype),
            sizes=_names(size),
            device=device,
            case_files=tuple(case_files or ()),
            json=json,
            threads=threads,
            smallest=SMALLEST if smallest is None else smallest,
            alpha=alpha,
            seconds=seconds,
            progress=progress,
        )
    )


@app.command()
def export(
    results: Annotated[Path, typer.Argument(help="Results file of `adbench bench --json`.")],
    asv: Annotated[Path | None, typer.Option("--asv", metavar="DIR", help="Add to the asv tree here.")] = None,
    pyperf: Annotated[Path | None, typer.Option("--pyperf", metavar="PATH", help="Write pyperf's JSON here.")] = None,
    machine: Annotated[str, typer.Option("--machine", help="asv's name for the machine.")] = "reference",
    commit: Annotated[
        str, typer.Option("--commit", help="What asv files it under; the commit that the file names if none.")
    ] = "",
) -> None:
    """Hand the times of a results file to asv or pyperf."""
    from adbench.commands.export import export as command

    raise typer.Exit(command(results, asv_folder=asv, pyperf_file=pyperf, machine=machine, commit=commit))


@app.command("list")
def list_(
    kind: Annotated[str, typer.Argument(help="cases, backends, operators or deviations.")],
    cases: Patterns = None,
    python: Pythons = None,
    case_files: CaseFiles = None,
) -> None:
    """List the cases, backends, operators or known deviations."""
    from adbench.commands.list import list_ as command

    raise typer.Exit(command(kind, cases or (), tuple(case_files or ()), python or ()))


@app.command()
def certify(
    cases: Patterns = None,
    size: Sizes = None,
    case_files: CaseFiles = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="Processes at once; 0 for one a core.")] = 0,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="A row for each case and size.")] = False,
    progress: ProgressHow = "auto",
) -> None:
    """Prove the cases by ball arithmetic: digits certified, closed forms confirmed."""
    from adbench.commands.certify import certify as command

    raise typer.Exit(
        command(
            cases or (),
            sizes=_names(size),
            case_files=tuple(case_files or ()),
            jobs=jobs,
            verbose=verbose,
            progress=progress,
        )
    )


@app.command()
def show(
    case: Annotated[str, typer.Argument(help="Name of a case, e.g. regression.ridge.")],
    backend: Backends = None,
    python: Pythons = None,
    size: Annotated[str, typer.Option("--size", "-s", help="Size of the case; its first if none.")] = "",
    dtype: Annotated[str, typer.Option("--dtype", "-d", help="float64 or float32.")] = "float64",
    operator: Annotated[str, typer.Option("--operator", "-o", help="jacrev or jacfwd.")] = "jacrev",
    graph: Annotated[
        Path | None, typer.Option("--graph", help="Draw the case's graph in this file: .svg, .png or .dot.")
    ] = None,
    source: Annotated[bool, typer.Option("--source", help="Print the engine's compiled gradient instead.")] = False,
    case_files: CaseFiles = None,
) -> None:
    """Show a case: function, inputs, expected Jacobian, graph, each backend's answer and error."""
    from adbench.commands.show import show as command
    from adbench.commands.source import source as print_source

    if source:
        raise typer.Exit(print_source(case, size=size, dtype=dtype, case_files=tuple(case_files or ())))
    raise typer.Exit(
        command(
            case,
            backends=_names(backend),
            pythons=python or (),
            size=size,
            dtype=dtype,
            operator=operator,
            graph=graph,
            case_files=tuple(case_files or ()),
        )
    )


@app.command()
def conventions(
    cases: Patterns = None,
    backend: Backends = None,
    python: Pythons = None,
    case_files: CaseFiles = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write a file a backend here.")] = None,
    page: Annotated[Path | None, typer.Option("--page", help="Write a page in Markdown of the files there.")] = None,
    diff: Annotated[
        tuple[Path, Path] | None, typer.Option("--diff", metavar="OLD NEW", help="Run nothing; compare two such files.")
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="Processes at once; 0 for one a core.")] = 0,
    progress: ProgressHow = "auto",
) -> None:
    """Tell what each backend answers at kinks, where there is no derivative, and whether it may."""
    from adbench.commands import conventions as command

    if diff:
        running: dict[str, object] = {"--backend": backend, "--python": python, "--cases": case_files}
        running |= {"--out": out, "--page": page, "CASES": cases}
        if meaningless := [option for option, given in running.items() if given]:
            raise AdbenchError(f"{meaningless[0]} means nothing with --diff, which runs nothing")
        raise typer.Exit(command.diff(*diff))
    raise typer.Exit(
        command.conventions(
            cases or (),
            backends=_names(backend),
            pythons=python or (),
            case_files=tuple(case_files or ()),
            out=out,
            page_file=page,
            jobs=jobs,
            progress=progress,
        )
    )


@app.command()
def coverage(
    cases: Annotated[
        list[str] | None, typer.Argument(help="Shell globs on case names, or families; or results files of this verb.")
    ] = None,
    backend: Backends = None,
    python: Pythons = None,
    operator: Operators = None,
    dtype: Dtypes = None,
    size: Sizes = None,
    tier: Annotated[str, typer.Option(help="core: both modes of every case; full: every operator and size.")] = "full",
    case_files: CaseFiles = None,
    json: Json = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run that --json holds a part of.")] = False,
    shard: Annotated[str, typer.Option("--shard", metavar="I/N", help="Take the I-th of N parts of the cells.")] = "",
    page: Annotated[Path | None, typer.Option("--page", help="Write a page in Markdown.")] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="Processes at once; 0 for one a core.")] = 0,
    progress: ProgressHow = "auto",
) -> None:
    """Tell which of each library's derivative rules the cases reach, and which not."""
    from adbench.commands import coverage as command

    if files := command.files_in(cases or ()):
        running: dict[str, object] = {"--backend": backend, "--python": python, "--operator": operator}
        running |= {"--dtype": dtype, "--size": size, "--cases": case_files}
        running |= {"--json": json, "--resume": resume, "--shard": shard}
        if meaningless := [option for option, given in running.items() if given]:
            raise AdbenchError(f"{meaningless[0]} means nothing with results files, which hold a run")
        raise typer.Exit(command.from_files(files, page))
    raise typer.Exit(
        command.coverage(
            cases or (),
            backends=_names(backend),
            pythons=python or (),
            operators=_names(operator),
            dtypes=_names(dtype),
            sizes=_names(size),
            tier=tier,
            case_files=tuple(case_files or ()),
            json=json,
            resume=resume,
            shard=shard,
            page_file=page,
            jobs=jobs,
            progress=progress,
        )
    )


@app.command()
def fuzz(
    cases: Annotated[list[str], typer.Argument(help="Shell globs on case names, or families.")],
    backend: Backends = None,
    python: Pythons = None,
    operator: Operators = None,
    dtype: Dtypes = None,
    examples: Annotated[int, typer.Option("--examples", min=1, help="Examples of each case, backend and dtype.")] = 100,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Draw what this seed drew before.")] = None,
    seconds: Annotated[float, typer.Option("--seconds", min=0, help="Draw no more after this; 0 for no limit.")] = 0,
    case_files: CaseFiles = None,
    expectations: Annotated[
        list[str] | None, typer.Option("--expectations", help="TOML file of known deviations, beside ours.")
    ] = None,
    progress: ProgressHow = "auto",
) -> None:
    """Look for inputs on which a derivative is wrong, and shrink them to a case."""
    from adbench.commands.fuzz import fuzz as command

    raise typer.Exit(
        command(
            cases,
            backends=_names(backend),
            pythons=python or (),
            operators=_names(operator),
            dtypes=_names(dtype),
            examples=examples,
            seed=seed,
            seconds=seconds,
            case_files=tuple(case_files or ()),
            expectations_files=expectations or (),
            progress=progress,
        )
    )


def main() -> None:
    """Run the command line; a user's mistake ends with one sentence and an exit code, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # mathematics, on a terminal that may know ASCII alone
    try:
        code = app(standalone_mode=False)
    except AdbenchError as error:
        print(f"adbench: {error}", file=sys.stderr)
        code = error.exit_code
    except Exception as error:
        if not hasattr(error, "show"):  # what typer raises for wrong usage has, and says it itself
            raise
        error.show()
        code = 2
    if code == INTERRUPTED:
        print("adbench: interrupted; what was measured is kept", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
