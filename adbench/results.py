"""Outcomes on disk: JSON Lines with a header, an outcome a line, and a footer that says the file is whole."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

from adbench.errors import AdbenchError
from adbench.plan import Plan

SCHEMA = 2

Status = Literal["pass", "fail", "error", "unsupported", "crash", "timeout", "oom"]


class Check(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One named check of one input of a cell.

    Attributes:
        input: the input differentiated by, several joined by commas where they were differentiated together.
        ulps: largest error in units in the last place, over entries whose truth is not zero.
        ratio: largest error over tolerance; above 1 fails.
        kind: of a failed derivative, `inaccurate` (digits were lost) or `wrong`, `raised` where there is none; `table`
            where a library's function is another than its row in a table says; at a kink, the class of the answer.
        answer: at a kink, the Jacobian by this input, to six digits.
    """

    name: str
    status: Literal["pass", "fail", "skip"]
    input: str = ""
    ulps: float | None = None
    ratio: float | None = None
    kind: str = ""
    answer: str = ""
    message: str = ""


class LeftOut(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Derivative rules of a library, as globs, that no case can reach or is meant to, and why."""

    rules: tuple[str, ...]
    reason: str


class Outcome(msgspec.Struct, frozen=True, kw_only=True, tag="outcome", tag_field="type"):
    """What became of one cell.

    Attributes:
        cell: stable identifier, `family.case[size]:operator:dtype:backend`, with `~variant` behind the size.
        checks: in the order in which they were made.
        message: one line of why, unless it passed.
        native: whether the library itself offers the operator, or the adapter's base class derived it.
        bound: what the tolerances came from: the balls' `radius`, `sampled` rounding, or the `closed form` alone.
        seconds: wall time of the whole cell.
        known: the reason recorded for this deviation, where one is.
        convention: at a kink, the class of the answers.
        variant: what was made of the case; "" for the case as it is.
        rules: where they are recorded, the derivative rules that this cell was the first of its process to reach.
    """

    cell: str
    case: str
    family: str
    size: str
    backend: str
    operator: str
    dtype: str
    device: str = "cpu"
    status: Status
    checks: tuple[Check, ...] = ()
    ulps: float | None = None
    ratio: float | None = None
    message: str = ""
    native: bool = True
    bound: str = "radius"
    seconds: float = 0.0
    known: str = ""
    convention: str = ""
    variant: str = ""
    rules: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET


class Sample(msgspec.Struct, frozen=True, kw_only=True, tag="timing", tag_field="type"):
    """Every timing sample of one cell in one process.

    Attributes:
        operator: `primal` or a derivative.
        status: `too fast` where the clock cannot tell the call from an empty one, `too slow` where the budget is over
            before there are samples enough; neither has samples.
        process: which of the fresh processes of its backend, from 0; samples with one index and one process were
            taken in one round, and are pairs.
        threads: that the libraries of the process may use.
        prepare_seconds: until there was a call to make: tracing, and compiling ahead of time.
        warm_up: seconds of each call before the samples; the first compiles in most libraries.
        number: calls in a sample.
        samples: seconds a call, a sample each.
        peak_bytes: by which the peak of the process's memory rises over one call.
        counters: what does not depend on the machine, by name: calls of the function, nodes of the tape.
        conforms: whether the derivative is right at the case's first size.
    """

    cell: str
    case: str
    family: str
    size: str
    backend: str
    operator: str
    dtype: str
    device: str = "cpu"
    status: Literal["timed", "too fast", "too slow", "error", "unsupported", "crash", "timeout", "oom"]
    process: int = 0
    threads: int = 1
    prepare_seconds: float | None = None
    warm_up: tuple[float, ...] = ()
    number: int = 0
    samples: tuple[float, ...] = ()
    peak_bytes: int | None = None
    counters: dict[str, int] = {}
    conforms: bool | None = None
    message: str = ""

    @property
    def first_call_seconds(self) -> float | None:
        """The first call, compiling included."""
        return self.warm_up[0] if self.warm_up else None

    @property
    def compile_seconds(self) -> float | None:
        """What preparing and warming took beyond the steady time: tracing and compiling, whichever call hid it."""
        if not self.samples:
            return None
        steady = statistics.median(self.samples)
        return (self.prepare_seconds or 0.0) + sum(max(0.0, t - steady) for t in self.warm_up)


class Verdict(msgspec.Struct, frozen=True, kw_only=True, tag="verdict", tag_field="type"):
    """Whether a cell has become slower or faster, as `adbench compare` found.

    Attributes:
        base, head: the two sides, backends as in the timings.
        base_seconds, head_seconds: a call; the median over processes.
        ratio, low, high: head over base, and its interval at 95 %; None where there is none.
        pairs: of processes, over which the cell was measured.
        message: why it was not compared, where it was not.
        command: what measures it again.
    """

    cell: str
    case: str
    size: str
    operator: str
    dtype: str
    device: str = "cpu"
    base: str
    head: str
    status: Literal["unchanged", "slower", "faster", "undecided", "not conforming", "lost"]
    base_seconds: float | None = None
    head_seconds: float | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    pairs: int = 0
    message: str = ""
    command: str = ""


class WorstPoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where an answer is farthest off: operands by name, what was answered as Python writes it, and the truth."""

    at: dict[str, float]
    got: str
    expected: float


class Accuracy(msgspec.Struct, frozen=True, kw_only=True, tag="accuracy", tag_field="type"):
    """How far off one function of one backend is over a sweep of its domain.

    Attributes:
        operand: by which was differentiated; none for `value`.
        points: how many were looked at.
        median, maximum: ulps; None where infinite or where there is no point.
        infinite: points at which the answer is NaN, infinite, or not the zero that is the truth.
    """

    function: str
    operand: str
    mode: Literal["value", "forward", "reverse"]
    backend: str
    dtype: str
    status: Literal["measured", "unsupported", "error", "crash", "timeout"]
    points: int = 0
    median: float | None = None
    maximum: float | None = None
    infinite: int = 0
    worst: WorstPoint | None = None
    message: str = ""


class Started(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="backend", tag_field="type"):
    """A backend's worker is up, with this version of its library.

    Attributes:
        environment: the versions of Python and NumPy, where an interpreter of its own may have others than the run.
        rules: where those that cells reach are recorded, all derivative rules of the library.
        left_out: those of them that are not meant to be reached.
    """

    backend: str
    version: str
    environment: dict[str, str] = {}
    rules: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class Header(msgspec.Struct, frozen=True, kw_only=True, tag="header", tag_field="type"):
    """What was run, and where.

    Attributes:
        schema: version of this file's schema.
        environment: Python, NumPy, system, platform, processor, cores, threads.
        plan: of a conformance run, its cells.
        digests: of each case at each size, `family.case[size]`, what its truth depends on.
    """

    schema: int
    adbench: str
    command: str
    started: str
    environment: dict[str, str | int]
    plan: Plan | None = None
    digests: dict[str, str] = {}


class Footer(msgspec.Struct, frozen=True, kw_only=True, tag="footer", tag_field="type"):
    """Number of lines by status; a file without it was cut short."""

    counts: dict[str, int]
    seconds: float


Line = Header | Started | Outcome | Sample | Verdict | Accuracy | Footer


def read(path: str | Path) -> Iterator[Line]:
    """Read a results file line by line.

    Raises:
        AdbenchError: the file is missing, a line is not valid (with its number), or the schema is newer than ours.
    """
    return (line for _, line in scan(path))


def scan(path: str | Path, *, whole: bool = False) -> Iterator[tuple[int, Line]]:
    """Read a results file line by line, each with the offset of the byte behind it.

    Args:
        whole: leave out a last line without a newline, which a run that was killed may leave.
    Raises:
        AdbenchError: as for `read`.
    """
    decode, end, number = msgspec.json.Decoder(Line).decode, 0, 0
    try:
        with open(path, "rb", buffering=1 << 20) as file:
            for number, text in enumerate(file, 1):
                if whole and not text.endswith(b"\n"):
                    return
                if number == 1:
                    _refuse_newer(path, text)
                try:
                    line = decode(text)
                except msgspec.DecodeError as error:
                    raise AdbenchError(f"{path}, line {number}: not a results line: {error}") from error
                if number == 1 and not isinstance(line, Header):
                    raise AdbenchError(f"{path}, line 1: a results file begins with a header")
                end += len(text)
                yield end, line
    except OSError as error:
        raise AdbenchError(f"cannot read {path}: {error.strerror}") from error
    if not number:
        raise AdbenchError(f"{path} is empty; it is not a results file")


class _Schema(msgspec.Struct):
    schema: int = SCHEMA


def _refuse_newer(path: str | Path, first_line: bytes) -> None:
    """Raise for a newer schema before anything else of the header is looked at: it may look otherwise."""
    try:
        schema = msgspec.json.decode(first_line, type=_Schema).schema
    except msgspec.DecodeError:
        return
    if schema > SCHEMA:
        raise AdbenchError(f"{path} has schema {schema}, this adbench reads up to {SCHEMA}; upgrade adbench")


def json_schema() -> dict[str, Any]:
    """JSON Schema of a line of a results file."""
    return msgspec.json.schema(Line)
