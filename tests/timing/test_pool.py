"""Lines of a file as cells: all processes together, in an order of their own."""

import pytest
from fakes.lines import patient, processes, sample
from hypothesis import given
from hypothesis import strategies as st

from adbench.errors import AdbenchError
from adbench.timing.pool import Group, Times, by_backend, natural

LINES = [
    *processes("manual", "primal", [(1.0, 2.0), (1.0, 3.0)]),
    *processes("manual", "vjp", [(2.0, 2.0), (3.0, 1.0)]),
    *processes("numpy", "primal", [(2.0, 2.5), (2.5, 2.0)]),
    *processes("numpy", "vjp", [(8.0, 6.0), (7.0, 9.0)], peak_bytes=5),
    sample("torch", "vjp", status="crash", process=0, message="gone"),
    sample("torch", "vjp", 4.0, 5.0, process=1),
    sample("finite", "vjp", status="unsupported", message="no reverse mode"),
    sample("numpy", "vjp", 1.0, 2.0, size="tiny"),
]


@patient
@given(st.permutations(LINES))
def test_the_order_of_the_lines_does_not_matter(lines):
    times, expected = Times(lines), Times(LINES)
    assert times.cells == expected.cells
    assert times.untimed == expected.untimed
    assert times.estimates.ratios() == expected.estimates.ratios()
    assert (times.groups, times.fastest, times.sizes) == (expected.groups, expected.fastest, expected.sizes)


def test_the_processes_of_a_cell_are_pooled():
    times = Times(processes("numpy", "vjp", [(4.0, 1.0, 9.0), (2.0, 8.0)], peak_bytes=3, warm_up=(11.0,)))
    (cell,) = times.cells
    assert len(cell.timed) == 2
    assert (cell.minimum_seconds, cell.median_seconds) == (1.0, 4.0)
    assert cell.compile_seconds == 6.5  # 11 − 4 and 11 − 5, in the middle
    assert cell.peak_bytes == 3
    assert times.estimates.point.shape == (1,)


def test_a_cell_that_one_process_lost_is_timed_by_the_other():
    (cell,) = [p for p in Times(LINES).cells if p.backend == "torch"]
    assert [s.process for s in cell.timed] == [1]
    assert [s.message for s in cell.lost] == ["gone"]
    assert Times(LINES).untimed[0].backend == "finite"


def test_a_cell_conforms_where_no_process_found_otherwise():
    lines = [sample("numpy", "vjp", 1.0), sample("numpy", "vjp", 1.0, process=1, conforms=False)]
    assert not Times(lines).cells[0].conforms
    assert Times(lines).groups == {}
    assert not Times([sample("numpy", "vjp", 1.0, conforms=None)]).cells[0].conforms


def test_threads_and_devices_are_not_pooled():
    lines = [sample("numpy", "vjp", 1.0), sample("numpy", "vjp", 1.0, threads=2)]
    assert [str(p.group) for p in Times(lines).cells] == [
        "a.b[small] vjp float64", "a.b[small] vjp float64 2 threads"
    ]  # fmt: skip


def test_the_fastest_is_a_library_that_conforms():
    lines = [
        sample("manual", "vjp", 1.0),
        sample("wrong", "vjp", 2.0, conforms=False),
        sample("numpy", "vjp", 3.0),
        sample("torch", "vjp", 4.0),
    ]
    times = Times(lines)
    (row,) = times.fastest.values()
    assert times.cells[row].backend == "numpy"


def test_sizes_are_sorted_by_time():
    assert Times([sample("numpy", "vjp", t, size=s) for s, t in {"b": 3.0, "c": 1.0, "a": 2.0}.items()]).sizes == [
        "c", "a", "b"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([sample("numpy", "vjp", 1.0)] * 2, "a.b[small]:vjp:float64:numpy has two timings of process 0; "),
        ([sample("numpy", "vjp", 1.0, 0.0)], "a.b[small]:vjp:float64:numpy, process 0: timed with samples [1.0, 0.0]"),
        ([sample("numpy", "vjp", -1.0)], "process 0: timed with samples [-1.0]"),
        ([sample("numpy", "vjp")], "process 0: timed with samples []"),
        ([sample("numpy", "vjp", 1.0, status="crash")], "process 0: crash with samples [1.0]"),
    ],
)
def test_lines_that_cannot_be_are_refused(lines, said):
    with pytest.raises(AdbenchError) as error:
        Times(lines)
    assert said in str(error.value)


def test_backends_have_a_fixed_order():
    names = ["torch:compile", "finite", "jax", "torch", "manual", "autograd", "jax:jit"]
    assert sorted(names, key=by_backend) == [
        "manual", "autograd", "jax", "jax:jit", "torch", "torch:compile", "finite"
    ]  # fmt: skip


def test_numbers_in_names_are_numbers():
    assert sorted(["chain_100", "chain_3", "chain_10", "a"], key=natural) == ["a", "chain_3", "chain_10", "chain_100"]


def test_a_group_is_written_without_what_is_empty():
    group = Group("a.b", "", "vjp", "float64", "cuda", 4)
    assert str(group) == "a.b vjp float64 cuda 4 threads"
