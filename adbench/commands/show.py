"""`adbench show`: one case, its expected Jacobian, and what each backend answers."""

from __future__ import annotations

import inspect
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import RenderableType
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from adbench import expectations, plan, registry
from adbench.case import DTYPES, Case
from adbench.commands.graph import save_graph
from adbench.conformance.convention import text
from adbench.engine.drawing import check_format
from adbench.errors import AdbenchError, BackendNotInstalled
from adbench.oracle import store
from adbench.oracle.truth import Enclosure, Truth
from adbench.parts import real_shape
from adbench.plan import Cell
from adbench.report.console import wide_console
from adbench.report.conventions import admissible
from adbench.report.picture import LEGEND, picture
from adbench.results import Outcome
from adbench.runner import protocol
from adbench.runner.interpreters import interpreters
from adbench.runner.process import Worker, WorkerDied, WorkerTimedOut

SECONDS = 60.0


def show(
    name: str,
    *,
    backends: Sequence[str],
    pythons: Sequence[str] = (),
    size: str,
    dtype: str,
    case_files: tuple[str, ...],
    operator: str,
    graph: Path | None = None,
) -> int:
    """Print a case: function, inputs, expected Jacobian, and each backend's Jacobian and error.

    Raises:
        AdbenchError: the name is not exactly one case's, the size or dtype is not one of its own, or the graph
            cannot be drawn.
    """
    console, known = wide_console(), registry.backend_names()
    cases = registry.select_cases(registry.load_cases(case_files), [name])
    if len(cases) > 1:
        raise AdbenchError(f"{name} names {len(cases)} cases, such as {cases[0].name}; show takes one")
    case = cases[0]
    plan.check_names("operator", [operator], ("jacfwd", "jacrev"))
    plan.check_names("dtype", [dtype], DTYPES)
    plan.check_names("size", [size] if size else [], case.all_sizes)
    plan.check_names("backend", [b for b in backends if ":" not in b or b in known], known)
    ((_, size),) = plan.with_sizes([case], [size] if size else [])
    if dtype not in case.dtypes:
        raise AdbenchError(f"{case.name} has no meaning in {dtype}; it takes {', '.join(case.dtypes)}")
    if graph is not None:
        check_format(graph)
    elsewhere = interpreters(pythons, backends, [case], case_files)
    required = elsewhere.columns(backends)
    truth = store.truths(case, size)[dtype]
    drawn = [Text(save_graph(case, truth, dtype, graph)), Text()] if graph is not None else []
    for part in (*_case(case, size, dtype, truth), *drawn):
        console.print(part)
    for backend in elsewhere.columns(backends or [name for name in known if name not in registry.ONLY_BY_NAME]):
        cell = Cell(case=case.name, size=size, operator=operator, dtype=dtype, backend=backend)
        for part in _answer(cell, case_files, elsewhere.path(backend), required=backend in required):
            console.print(part)
    return 0


def _case(case: Case, size: str, dtype: str, truth: Truth) -> list[RenderableType]:
    """The part that no backend has a share in."""
    shape = truth.value.high.shape
    inputs = _table("input", "shape", "values")
    for name, x in truth.inputs.items():
        wrt = " (wrt)" if name in case.wrt else ""
        inputs.add_row(name + wrt, str(x.shape), Text(_values(x)))
    expected = _table("expected", "shape", "values, proved by ball arithmetic", "tolerance, ulps")
    if not np.isnan(truth.value.high).any():  # at some kinks the oracle has none
        expected.add_row("f", str(shape), Text(_values(truth.value.high)), _in_ulps(truth.value, dtype))
    for name, jacobian in truth.jacobian.items():
        closed = "" if name in case.jacobians else " (no closed form)"
        values = Text(_values(jacobian.high))
        expected.add_row(f"∂f/∂{name}{closed}", str(jacobian.high.shape), values, _in_ulps(jacobian, dtype))
    for name, ends in truth.admissible.items():
        expected.add_row(f"∂f/∂{name}, admissible", str(ends.low.shape), Text(admissible(case, name)), "–")
    for smooth in truth.smooth:
        direction = ", ".join(f"{name} = {text(u)}" for name, u in smooth.direction.items())
        expected.add_row(f"∂f along {direction}", str(smooth.slope.shape), Text(text(smooth.slope)), "–")
    title = Text.assemble((case.name, "bold"), f"[{size}]  {case.formula}")
    source = Text(f"{case.source}  {case.path}:{case.line}", "dim")
    code = Syntax(inspect.getsource(case.function).rstrip(), "python", background_color="default")
    return [title, source, Text(), code, Text(), inputs, Text(), expected, Text(), *_pictures(truth)]


def _pictures(truth: Truth) -> list[RenderableType]:
    """Each gradient in its input's shape; else each Jacobian, a row an output's entry, a column an input's."""
    shown: list[RenderableType] = []
    for name, jacobian in truth.jacobian.items():
        if jacobian.high.size < 2:
            continue
        shape = real_shape(truth.inputs[name])
        gradient = math.prod(shape) == jacobian.high.size
        matrix = jacobian.high.reshape(-1, shape[-1] if gradient else math.prod(shape))
        shown += [Text(f"∂f/∂{name}, {matrix.shape[0]} × {matrix.shape[1]}"), picture(matrix), Text()]
    return [*shown, Text(LEGEND, "dim"), Text()] if shown else []


def _in_ulps(enclosure: Enclosure, dtype: str) -> str:
    """The range of the tolerances, in units in the last place of what they belong to."""
    unit = np.spacing(np.abs(enclosure.high).astype(dtype)).astype(np.float64)
    ulps = (enclosure.tolerance / unit)[enclosure.high != 0]
    return f"{ulps.min():.2g} to {ulps.max():.2g}" if ulps.size else "–"


def _answer(cell: Cell, case_files: tuple[str, ...], python: str, *, required: bool) -> list[RenderableType]:
    """One backend's Jacobians and how far off they are."""
    try:
        worker = Worker(cell.backend, case_files, python=python)
    except BackendNotInstalled as error:
        if required:
            raise
        return [Text(str(error), "yellow")]
    try:
        checked = worker.ask(protocol.Check(cell), SECONDS)
        answered = worker.ask(protocol.Answer(cell), SECONDS)
    except (WorkerDied, WorkerTimedOut) as error:
        return [Text.assemble((cell.backend, "bold"), f"  {error}")]
    finally:
        worker.close()
    assert isinstance(checked, protocol.Checked)
    assert isinstance(answered, protocol.Answered)
    deviations = [d for d in expectations.load_defaults() if d.admits(worker.version)]
    outcome = expectations.explain(checked.outcome, deviations)
    return _verdict(cell, worker.version, outcome, answered.arrays)


def _verdict(cell: Cell, version: str, outcome: Outcome, arrays: dict[str, list[float]]) -> list[RenderableType]:
    colour = {"pass": "green", "unsupported": "dim"}.get(outcome.status, "red bold")
    native = "" if outcome.native else " (derived from its jvp or vjp)"
    named = "" if "@" in cell.backend else f" {version}"
    head = Text.assemble(
        (cell.backend, "bold"), (f"{named}  ", "dim"), f"{cell.operator}{native}: ", (outcome.status, colour)
    )
    if not arrays:
        return [head, Text(f"  {outcome.message}"), Text()]
    table = _table("", "answer", "error, ulps", "error / tolerance")
    for name, values in arrays.items():
        check = next((c for c in outcome.checks if c.name in ("derivative", "convention") and c.input == name), None)
        ulps, ratio = (check.ulps, check.ratio) if check else (None, None)
        answer = check.answer if check and check.answer else _values(np.array(values, dtype=float))
        table.add_row(f"  ∂f/∂{name}", Text(answer), _number(ulps), _number(ratio))
    if outcome.convention:
        head.append(f", {outcome.convention}", colour)
    why = [Text(f"  {outcome.message}", "red")] if outcome.message else []
    known = [Text(f"  known: {outcome.known}", "yellow")] if outcome.known else []
    return [head, table, *why, *known, Text()]


def _number(x: float | None) -> str:
    return "–" if x is None else f"{x:.3g}"


def _values(x: np.ndarray) -> str:
    return np.array2string(x, precision=6, threshold=12, edgeitems=2, max_line_width=70)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column)
    return table
