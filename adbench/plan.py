"""Which cells a run holds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import msgspec

from adbench.backend import SECOND_ORDER
from adbench.case import SHARED, Case
from adbench.errors import AdbenchError, UnknownName
from adbench.sparsity import structure_of

if TYPE_CHECKING:
    from adbench.results import Outcome

# Entries of a Jacobian that the oracle encloses in about a second; larger sizes are for timing.
LARGEST_JACOBIAN = 20_000
LARGEST_COMPRESSED = 2_000_000  # of one whose structure is declared, along its colours: minutes, and so only by name

# The core tier: both modes, by all inputs at once. JAX compiles each operation and shape anew in each dtype.
CORE_OPERATORS = ("jvp", "vjp")
CORE_DTYPES = ("float64",)

# What `adbench.conformance.variants` makes of a case; "" is the case as it is.
VARIANTS = ("layout", "closure", "unused", "batched")
PLAIN = "none"  # what users say for ""


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One case at one size, or a variant of it, through one operator of one backend, in one dtype on one device."""

    case: str
    size: str
    operator: str
    dtype: str
    backend: str
    device: str = "cpu"
    variant: str = ""

    @property
    def truth(self) -> tuple[str, ...]:
        """What cells have in common that are judged by the same truth."""
        return self.case, self.size, self.dtype, self.device

    @property
    def id(self) -> str:
        made = f"~{self.variant}" if self.variant else ""
        on = "" if self.device == "cpu" else f"@{self.device}"
        return f"{self.case}[{self.size}]{made}:{self.operator}:{self.dtype}:{self.backend}{on}"

    def fields(self) -> dict[str, Any]:
        """What a line of a results file says of the cell that it is about; of the variant, if it is one."""
        fields = {"cell": self.id, "family": self.case.partition(".")[0], **msgspec.structs.asdict(self)}
        if not self.variant:
            del fields["variant"]
        return fields


def name_and_version(backend: str) -> tuple[str, str]:
    """The parts of a backend's name in a cell: `autograd@1.8.0`, or `autograd` where this interpreter's is meant."""
    name, _, version = backend.partition("@")
    return name, version


def library_of(backend: str) -> str:
    """Of `torch@2.5.1:compile` it is `torch`."""
    return name_and_version(backend.partition(":")[0])[0]


OWN_API = {"numpy": "adbench"}  # of a backend whose own API has another name: "numpy" is what all may follow


class SizedCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case at one size, and what is run of it.

    Attributes:
        dtypes: in which it is run; its variants in the first.
        hessian: whether whole Hessians are taken of it.
        sparse: whether compressed Jacobians are, as its structure is declared.
        kink: whether it lies at a kink, where there are neither second derivatives nor variants.
        varied: whether its variants are run, which one size of a case is enough for.
        apis: of a function that not all libraries have, the APIs that have it.
    """

    case: str
    size: str
    dtypes: tuple[str, ...]
    hessian: bool = False
    sparse: bool = False
    kink: bool = False
    varied: bool = False
    apis: tuple[str, ...] = ()

    def runs_on(self, backend: str) -> bool:
        """Whether a backend is asked at all: what one library alone has is of no other."""
        library = library_of(backend)
        return not self.apis or not {OWN_API.get(library, library), *SHARED}.isdisjoint(self.apis)

    def has(self, operator: str, dtype: str, variant: str) -> bool:
        """Whether a cell is run; variants are of both modes by all inputs at once."""
        if variant:
            return self.varied and dtype == self.dtypes[0] and operator in CORE_OPERATORS
        if self.kink and operator in SECOND_ORDER:
            return False
        return {"hessian": self.hessian, "jacsparse": self.sparse}.get(operator, True)

    @property
    def id(self) -> str:
        return f"{self.case}[{self.size}]"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Which cells a run holds, in few words.

    Attributes:
        cases: in order, those of the whole run.
        shard: `i/n`, of a run that takes but its part of the cells.
        device: that of every cell.
        variants: "" for the cases as they are.
        rules: whether the derivative rules that cells reach are recorded.
    """

    cases: tuple[SizedCase, ...]
    backends: tuple[str, ...]
    operators: tuple[str, ...]
    shard: str = ""
    device: str = "cpu"
    variants: tuple[str, ...] = ("",)
    rules: bool = False

    def cells(self) -> Iterator[Cell]:
        """The cells of all shards, in an order that keeps together what shares a truth."""
        for backend in self.backends:
            for sized in self.cases:
                if not sized.runs_on(backend):
                    continue
                for dtype, variant, operator in product(sized.dtypes, self.variants, self.operators):
                    if sized.has(operator, dtype, variant):
                        yield Cell(
                            case=sized.case,
                            size=sized.size,
                            operator=operator,
                            dtype=dtype,
                            backend=backend,
                            device=self.device,
                            variant=variant,
                        )


class Order:
    """The place of each cell in the order of a plan, which says of a cell in a results file that it is known."""

    def __init__(self, plan: Plan) -> None:
        truths = [(sized.case, sized.size, dtype) for sized in plan.cases for dtype in sized.dtypes]
        self._truths = {truth: i for i, truth in enumerate(truths)}
        self._backends = {backend: i for i, backend in enumerate(plan.backends)}
        self._asked = {asked: i for i, asked in enumerate(product(plan.variants, plan.operators))}
        self._device = plan.device

    def __len__(self) -> int:
        return len(self._backends) * len(self._truths) * len(self._asked)

    def __getitem__(self, cell: Cell | Outcome) -> int:
        """Place of a cell, or of the outcome of one; KeyError where the plan does not have it."""
        if cell.device != self._device:
            raise KeyError(cell.device)
        backend, truth = self._backends[cell.backend], self._truths[cell.case, cell.size, cell.dtype]
        return (backend * len(self._truths) + truth) * len(self._asked) + self._asked[cell.variant, cell.operator]


def plan(
    cases: Iterable[tuple[Case, str]],
    backends: Iterable[str],
    operators: Iterable[str],
    dtypes: Sequence[str],
    device: str = "cpu",
    variants: Sequence[str] = ("",),
) -> Plan:
    """The plan of cases at sizes on a device, in those of the dtypes that each case has.

    Variants are of the first size of each case.
    """
    operators = tuple(operators)
    sized, varied = list[SizedCase](), set[str]()
    for case, size in cases:
        if had := tuple(d for d in dtypes if d in case.dtypes):
            kink = bool(case.admissible_sets)
            hessian = "hessian" in operators and not kink and case.has_hessian(case.make_inputs(size))
            sparse = "jacsparse" in operators and case.takes("jacsparse")
            first = any(variants) and not kink and case.name not in varied
            sized.append(
                SizedCase(
                    case=case.name,
                    size=size,
                    dtypes=had,
                    hessian=hessian,
                    sparse=sparse,
                    kink=kink,
                    varied=first,
                    apis=tuple(case.native),
                )
            )
            varied.add(case.name)
    return Plan(
        cases=tuple(sized),
        backends=tuple(backends),
        operators=operators,
        device=device,
        variants=tuple(variants),
    )


def with_sizes(cases: Iterable[Case], sizes: Sequence[str], *, full: bool = False) -> list[tuple[Case, str]]:
    """Each case at the named sizes that it has; unnamed, at its first, or for `full` at those to be proved.

    These are its sizes that are neither published nor for timing alone, and that the oracle can take.

    Raises:
        UnknownName: no case has a named size.
        AdbenchError: a named size is beyond the oracle.
    """
    cases = list(cases)
    check_names("size", sizes, {size for case in cases for size in case.all_sizes})
    if not sizes and not full:
        return [(case, next(iter(case.sizes))) for case in cases]
    chosen = [(case, size) for case in cases for size in case.sizes_named(sizes)]
    if not sizes:
        return [
            (case, size)
            for case, size in chosen
            if size not in case.timed and case.jacobian_entries(size) <= LARGEST_JACOBIAN
        ]
    for case, size in chosen:
        if (entries := case.jacobian_entries(size)) > LARGEST_JACOBIAN and not _is_compressed(case, size):
            raise AdbenchError(
                f"{case.name}[{size}] has a Jacobian of {entries} entries, beyond the {LARGEST_JACOBIAN} that the "
                "oracle certifies; `adbench bench` takes this size, `adbench run` the smaller ones"
            )
    return chosen


def _is_compressed(case: Case, size: str) -> bool:
    """Whether the oracle can take a case along the colours of its structure."""
    if case.structure is None:
        return False
    structure = structure_of(case, case.make_inputs(size), by_columns=True)
    return structure.count * math.prod(structure.output_shape) <= LARGEST_COMPRESSED


def check_names(kind: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Raise UnknownName for the first name that is not known."""
    known = list(known)
    for name in names:
        if name not in known:
            raise UnknownName(kind, name, known)
