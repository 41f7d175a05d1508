"""The tables of `adbench bench`."""

import io

import pytest
from fakes.lines import processes, sample
from msgspec.structs import replace
from rich.console import Console

from adbench.report.timing import FEW, timings
from adbench.timing.pool import Times


def printed(samples, width=100, **options):
    out = io.StringIO()
    Console(file=out, width=width, highlight=False).print(timings(Times(samples), width, **options))
    return [line.rstrip() for line in out.getvalue().splitlines()]


def words(lines):
    return [" ".join(line.split()) for line in lines]


SEEN = {"peak_bytes": 4000, "warm_up": (0.25,), "counters": {"primal_calls": 1, "tape_nodes": 7}}
SAMPLES = [
    *processes("manual", "primal", [(1e-6, 1e-6)] * 3),
    *processes("manual", "vjp", [(2e-6, 2e-6)] * 3),
    *processes("numpy", "primal", [(2e-6, 2e-6), (2e-6, 2e-6), (2.02e-6, 2.02e-6)]),
    *processes("numpy", "vjp", [(8e-6, 8e-6), (8e-6, 8e-6), (8.08e-6, 8.08e-6)], **SEEN),
    *processes("torch", "primal", [(4e-6, 4e-6)] * 3),
    *processes("torch", "vjp", [(24e-6, 24e-6)] * 3),
]
MANY = [sample(b, "vjp", 1.0, 1.1, case=f"a.{i}") for i in range(FEW + 1) for b in ("jax", "numpy")]


def test_the_cells_of_a_case_stand_together_with_their_ratios():
    lines = words(printed(SAMPLES))
    assert lines[0] == "a.b[small] vjp float64"
    assert lines[1] == "time minimum × primal × manual × fastest compile memory"
    assert lines[2] == "manual 2 µs 2 µs 2.00 1.00 0.25 ±2% 0 µs –"
    assert lines[3] == "numpy 8.03 µs ±2% 8 µs 4.00 4.01 ±2% fastest 250 ms 4 kB"
    assert lines[4] == "torch 24 µs 24 µs 6.00 12.0 2.99 ±2% 0 µs –"
    assert lines[5] == "numpy: primal calls 1, tape nodes 7"


def test_the_ranking_has_means_with_intervals_and_profiles():
    twice = [*SAMPLES, *(replace(s, case="a.c") for s in SAMPLES)]
    lines = words(printed(twice))
    start = lines.index("Geometric means over the 2 problems (case[size], operator) that all 2 libraries have")
    assert lines[start + 1 : start + 4] == [
        "library × fastest × primal × manual fastest ≤2× ≤4× ≤10× area compile",
        "1 numpy 1.00 4.00 4.01 ±2% 100% 100% 100% 100% 1.00 250 ms",
        "2 torch 2.99 ±2% 6.00 12.0 0% 0% 100% 100% 0.52 0 µs",
    ]


def test_one_problem_is_no_ranking():
    assert not any("Geometric" in line for line in printed(SAMPLES))


def test_libraries_that_cannot_be_told_apart_are_marked():
    places = [line.split()[:2] for line in printed(MANY) if line.startswith(("1 ", "≈2"))]
    assert places == [["1", "jax"], ["≈2", "numpy"]]


def test_many_cells_are_printed_only_where_they_are_asked_for():
    brief, full = printed(MANY), printed(MANY, verbose=True)
    assert not any(line.startswith("a.") for line in brief)
    assert f"-v prints the times of all {len(MANY)} cells" in brief
    assert sum(line.startswith("a.") for line in full) == FEW + 1
    assert not any("-v prints" in line for line in full)


def test_the_ranking_is_taken_apart():
    lines = [
        sample(b, operator, t * f, t * f, size=size)
        for b, t in {"jax:jit": 1.0, "numpy": 2.0}.items()
        for operator in ("jvp", "vjp")
        for size, f in {"small": 1.0, "large": 5.0}.items()
    ]
    below = words(printed(lines))
    start = below.index("Where: × fastest, geometric means")
    assert below[start + 1 : start + 9] == [
        "jax", "problems :jit numpy", "by operator", "jvp 2 1.00 2.00", "vjp 2 1.00 2.00", "by size",
        "small 2 1.00 2.00", "large 2 1.00 2.00",
    ]  # fmt: skip


@pytest.mark.parametrize("width", [90, 160])
def test_nothing_is_cut_off(width):
    backends = ["autograd", "jax", "jax:jit", "numpy", "numpy:compiled", "torch", "torch:compile", "manual"]
    lines = [
        line
        for i, b in enumerate(backends)
        for case in ("a.b", "c.d")
        for operator in ("primal", "vjp", "jacfwd")
        for line in processes(b, operator, [(1.1**i * 1.23e-4, 2e-3)] * 3, case=case, peak_bytes=10**9)
    ]
    shown = printed(lines, width, verbose=True)
    assert not any("…" in line for line in shown)
    assert len([line for line in shown if line.startswith("by operator")]) == (2 if width == 90 else 1)


def test_wrong_derivatives_are_marked_ranked_nowhere_and_listed():
    wrong = [sample("torch", "vjp", 1e-9, 1e-9, case=f"a.{i}", conforms=False) for i in range(3)]
    lines = printed([*SAMPLES, *wrong])
    assert any("torch ✗" in line for line in lines)
    below = lines[lines.index("✗ in no ranking, because the derivative does not conform:") :]
    assert below[1:3] == ["  torch", "    a.0[small]:vjp:float64:torch and 2 more"]
    named = printed([*SAMPLES, *wrong], verbose=True)
    assert all(f"    a.{i}[small]:vjp:float64:torch" in named for i in range(3))


def test_what_was_not_timed_is_listed_with_its_reason():
    lost = [
        sample("torch", "jvp", status="crash", message="exit code 3", process=p) for p in range(3)
    ] + [sample("numpy", "jvp", status="too slow", message="a call takes 9 s, the budget is 3")]
    absent = [
        sample("finite", "vjp", status="unsupported", message="no reverse mode", case=c) for c in ("a.b", "a.c")
    ]
    lines = printed([*SAMPLES, *lost, *absent])
    start = lines.index("not timed:")
    assert lines[start + 1 : start + 5] == [
        "  numpy, too slow",
        "    a.b[small]:jvp:float64:numpy: a call takes 9 s, the budget is 3",
        "  torch, crash",
        "    a.b[small]:jvp:float64:torch: exit code 3",
    ]
    start = lines.index("unsupported:")
    assert lines[start + 1 : start + 3] == [
        "  finite: no reverse mode", "    a.b[small]:vjp:float64:finite and 1 more"
    ]  # fmt: skip


def test_a_process_that_lost_a_cell_is_named_where_others_timed_it():
    lines = printed([*SAMPLES, sample("torch", "vjp", status="oom", message="no memory", process=3)])
    assert lines[lines.index("  torch, oom") + 1] == "    a.b[small]:vjp:float64:torch in process 3: no memory"


def test_what_was_found_out_about_a_timed_call_is_noted():
    lines = printed([*SAMPLES, sample("lazy", "vjp", 1.0, message="computes when the answer is read")])
    start = lines.index("noted of what was timed:")
    assert lines[start + 1 : start + 3] == [
        "  lazy: computes when the answer is read", "    a.b[small]:vjp:float64:lazy in process 0"
    ]  # fmt: skip


def test_a_library_with_too_few_problems_is_said_to_be_so():
    lines = printed([*MANY, sample("torch", "vjp", 1.0, case="a.0")])
    assert lines[lines.index("not ranked, because too few problems were timed:") + 1] == "  torch: 1 of 9"


def test_nothing_is_left_out_in_silence_or_listed_without_need():
    lines = printed(SAMPLES)
    said = ("ranking, because", "not timed", "unsupported", "few", "noted")
    assert not any(word in line for line in lines for word in said)


def test_what_the_intervals_are_over_is_said():
    assert printed(SAMPLES)[-1].endswith("a 95% interval over 3 processes")
    alone = " ".join(printed([sample("numpy", "vjp", 1.0, 2.0)]))
    assert "over the rounds of one process, where another may lie outside" in alone
    mixed = " ".join(printed([*SAMPLES, sample("jax", "vjp", 1.0, 2.0)]))
    assert "over 3 processes; of 1 cells over the rounds of the one process that timed them" in mixed
