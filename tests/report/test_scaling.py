"""The tables of `adbench bench --scaling`."""

import io

from fakes.lines import processes, sample
from rich.console import Console

from adbench.report.scaling import scaling
from adbench.timing.pool import Times
from adbench.timing.scaling import Entries

SIZES = {"s": 10, "m": 100, "l": 1000}


def printed(lines, width=100):
    def entries(case, size):
        return Entries(inputs=SIZES[size], columns=SIZES[size], rows=30) if case.startswith("a.") else None

    out = io.StringIO()
    Console(file=out, width=width, highlight=False).print(scaling(Times(lines), entries, width))
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


def grown(backend, operator, power, factor=1.0, **fields):
    return [
        line
        for size, n in SIZES.items()
        for line in processes(backend, operator, [(factor * n**power,) * 2] * 3, size=size, **fields)
    ]


LINES = [
    *grown("numpy", "primal", 1.0),
    *grown("numpy", "jacfwd", 2.0, 1.0),
    *grown("numpy", "jacrev", 1.0, 30.0),
    *grown("jax:jit", "primal", 0.5),
]


def test_exponents_stand_by_operator_and_backend():
    lines = printed(LINES)
    start = lines.index("Growth: p of time ∝ (entries of all inputs)ᵖ, over all sizes → between the two largest")
    assert lines[start + 1 : start + 5] == [
        "jax:jit numpy",
        "a.b primal 0.50±0.00→0.50 1.00±0.00→1.00",
        "a.b jacfwd – 2.00±0.00→2.00",
        "a.b jacrev – 1.00±0.00→1.00",
    ]


def test_dtypes_are_told_apart_where_there_are_several():
    lines = printed([*LINES, *grown("numpy", "primal", 1.0, dtype="float32")])
    assert "a.b primal float32 – 1.00±0.00→1.00" in lines


def test_where_modes_change_places_is_told_by_size_and_by_shape():
    lines = printed(LINES)
    start = lines.index("Where forward and reverse mode change places, by size")
    assert lines[start + 1 : start + 3] == [
        "library entries of the inputs faster from there on", "a.b float64 numpy 30 jacrev"
    ]  # fmt: skip
    start = lines.index("Where they do, by the shape of the Jacobian over all cases")
    assert lines[start + 1 : start + 3] == [
        "dtype shapes jacrev faster from inputs an output", "numpy float64 3 67% 1.00"
    ]  # fmt: skip


def test_without_both_modes_it_is_said_how_to_have_them():
    assert printed(LINES[:9])[-1] == "no crossovers: they need both jacfwd and jacrev; -o jacfwd,jacrev times them"


def test_without_several_sizes_of_a_known_case_it_is_said_that_there_is_none():
    said = "no exponents: nothing was timed at two sizes or more of a case that is known here"
    assert printed(processes("numpy", "vjp", [(1.0, 1.0)], size="s"))[-1] == said
    assert printed([sample("numpy", "vjp", 1.0, case="z.z", size=size) for size in SIZES])[-1] == said


def test_nothing_is_cut_off():
    many = [line for b in ("autograd", "jax", "jax:jit", "numpy", "torch", "manual") for line in grown(b, "vjp", 0.3)]
    assert not any("…" in line for line in printed(many, 60))
