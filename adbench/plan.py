"""Which cells a run holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from adbench.case import Case
from adbench.errors import AdbenchError, UnknownName

# Entries of a Jacobian that the oracle encloses in about a second; larger sizes are for timing.
LARGEST_JACOBIAN = 20_000

# The core tier: both modes, by all inputs at once. JAX compiles each operation and shape anew in each dtype.
CORE_OPERATORS = ("jvp", "vjp")
CORE_DTYPES = ("float64",)


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One case at one size, through one operator of one backend, in one dtype on one device."""

    case: str
    size: str
    operator: str
    dtype: str
    backend: str
    device: str = "cpu"

    @property
    def id(self) -> str:
        on = "" if self.device == "cpu" else f"@{self.device}"
        return f"{self.case}[{self.size}]:{self.operator}:{self.dtype}:{self.backend}{on}"

    def fields(self) -> dict[str, Any]:
        """What a line of a results file says of the cell that it is about."""
        return {"cell": self.id, "family": self.case.partition(".")[0], **msgspec.structs.asdict(self)}


def name_and_version(backend: str) -> tuple[str, str]:
    """The parts of a backend's name in a cell: `autograd@1.8.0`, or `autograd` where this interpreter's is meant."""
    name, _, version = backend.partition("@")
    return name, version


def plan(
    sized: Iterable[tuple[Case, str]], backends: Sequence[str], operators: Sequence[str], dtypes: Sequence[str]
) -> list[Cell]:
    """Cells of cases at sizes, in an order that keeps together what shares a truth."""
    cases = [(case, size, _operators(case, size, operators)) for case, size in sized]
    return [
        Cell(case=case.name, size=size, operator=operator, dtype=dtype, backend=backend)
        for backend in backends
        for case, size, mine in cases
        for dtype in dtypes
        if dtype in case.dtypes
        for operator in mine
    ]


def _operators(case: Case, size: str, operators: Sequence[str]) -> Sequence[str]:
    if "hessian" not in operators or case.has_hessian(case.make_inputs(size)):
        return operators
    return [operator for operator in operators if operator != "hessian"]


def with_sizes(cases: Iterable[Case], sizes: Sequence[str], *, full: bool = False) -> list[tuple[Case, str]]:
    """Each case at the named sizes that it has; unnamed, at its first, or for `full` at every one the oracle can take.

    Raises:
        UnknownName: no case has a named size.
        AdbenchError: a named size is beyond the oracle.
    """
    cases = list(cases)
    check_names("size", sizes, {size for case in cases for size in case.sizes})
    if not sizes and not full:
        return [(case, next(iter(case.sizes))) for case in cases]
    chosen = [(case, size) for case in cases for size in case.sizes if size in sizes or not sizes]
    if not sizes:
        return [(case, size) for case, size in chosen if case.jacobian_entries(size) <= LARGEST_JACOBIAN]
    for case, size in chosen:
        if (entries := case.jacobian_entries(size)) > LARGEST_JACOBIAN:
            raise AdbenchError(
                f"{case.name}[{size}] has a Jacobian of {entries} entries, beyond the {LARGEST_JACOBIAN} that the "
                "oracle certifies; `adbench bench` takes this size, `adbench run` the smaller ones"
            )
    return chosen


def check_names(kind: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Raise UnknownName for the first name that is not known."""
    known = list(known)
    for name in names:
        if name not in known:
            raise UnknownName(kind, name, known)
