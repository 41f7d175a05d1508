"""What a run and its workers say to each other: JSON Lines on two private pipes."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from adbench.accuracy.answer import Swept
from adbench.parts import parts
from adbench.plan import Cell
from adbench.results import LeftOut, Outcome, Sample

RECORD = "--record"  # to a worker, before the files of cases: record the derivative rules that cells reach


class Check(msgspec.Struct, frozen=True, tag="check"):
    """Run the checks of a cell; answered by `Checked`."""

    cell: Cell


class Answer(msgspec.Struct, frozen=True, tag="answer"):
    """Tell the Jacobians of a cell; answered by `Answered`."""

    cell: Cell


class Prepare(msgspec.Struct, frozen=True, tag="prepare"):
    """Make the timed call of a cell ready, whose samples may take so many seconds; answered by `Prepared`."""

    cell: Cell
    seconds: float = 1.0


class Measure(msgspec.Struct, frozen=True, tag="measure"):
    """Take one sample of a prepared call, `number` calls long; answered by `Measured`."""

    cell: Cell
    number: int


class Sweep(msgspec.Struct, frozen=True, tag="sweep"):
    """Evaluate a function of the accuracy board over its sweep; answered by `Answers`."""

    function: str
    dtype: str


class Array(msgspec.Struct, frozen=True):
    """A NumPy array: its dtype, its shape, and its entries in order, of a complex one the parts of each."""

    dtype: str
    shape: tuple[int, ...]
    entries: list[bool | int | float]


class Try(msgspec.Struct, frozen=True, tag="try"):
    """Run the checks of a case at these inputs, for each operator; answered by `Tried`."""

    cell: Cell
    operators: tuple[str, ...]
    inputs: dict[str, Array]


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The worker's library is imported.

    Attributes:
        version: of the library.
        adbench, schema, python, numpy: versions of the worker's own; another interpreter may have others.
        folder: from which it imports adbench.
        cases: by name, a digest of the file that defines it.
        devices: those that the backend has here.
        rules, left_out: as in a `Started` line, of a worker that records them.
    """

    version: str
    adbench: str = ""
    schema: int = 0
    python: str = ""
    numpy: str = ""
    folder: str = ""
    cases: dict[str, str] = {}
    devices: tuple[str, ...] = ("cpu",)
    rules: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class Checked(msgspec.Struct, frozen=True, tag="checked"):
    """What came of a cell.

    `spent`: the process is no longer as it was, so that the next cell needs another; `logged`: bytes that it had
    written on its standard error, or wherever that leads, by then.
    """

    outcome: Outcome
    spent: bool = False
    logged: int = 0


class Answered(msgspec.Struct, frozen=True, tag="answered"):
    """Nested lists, one an input; none where the backend could not answer."""

    arrays: dict[str, Any]


class Tried(msgspec.Struct, frozen=True, tag="tried"):
    """An outcome an operator; or why the inputs can tell nothing about a backend, and no outcome.

    `flat`: a derivative is zero to its tolerance, so that these inputs cannot be registered as a case.
    """

    outcomes: tuple[Outcome, ...] = ()
    discarded: str = ""
    flat: bool = False


class Prepared(msgspec.Struct, frozen=True, tag="prepared"):
    """A call that is ready, described as in `Sample`; `failed` holds why there is none."""

    prepare_seconds: float = 0.0
    warm_up: tuple[float, ...] = ()
    number: int = 1
    peak_bytes: int | None = None
    counters: dict[str, int] = {}
    note: str = ""
    failed: Sample | None = None


class Measured(msgspec.Struct, frozen=True, tag="measured"):
    seconds: float


class Answers(msgspec.Struct, frozen=True, tag="answers"):
    swept: list[Swept]


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The backend cannot be had: why, the exit code that this means for the run, and whether it is not installed."""

    message: str
    exit_code: int
    missing: bool = False


Request = Check | Answer | Prepare | Measure | Sweep | Try
Reply = Ready | Checked | Answered | Prepared | Measured | Answers | Tried | Refused

encode = msgspec.json.Encoder().encode
decode_request = msgspec.json.Decoder(Request).decode
decode_reply = msgspec.json.Decoder(Reply).decode


def encode_array(x: np.ndarray) -> Array:
    """An array as it goes through the pipe; the shortest decimals hold every bit of a float."""
    return Array(x.dtype.str, x.shape, parts(x).ravel().tolist())


def decode_array(x: Array) -> np.ndarray:
    """The array that was sent."""
    dtype = np.dtype(x.dtype)
    if dtype.kind == "c":
        return np.array(x.entries, dtype=f"f{dtype.itemsize // 2}").view(dtype).reshape(x.shape)
    return np.array(x.entries, dtype=dtype).reshape(x.shape)
