"""The tables of `adbench bench`."""

import io

from rich.console import Console

from adbench.report.timing import timings
from adbench.results import Sample


def sample(backend, operator, *seconds, status="timed", conforms=True, case="a.b", message=""):
    return Sample(
        cell=f"{case}[small]:{operator}:float64:{backend}",
        case=case, family="a", size="small", backend=backend, operator=operator, dtype="float64",
        status=status, samples=seconds, number=1, conforms=conforms, message=message,
        warm_up=(0.25,) if seconds else (),
    )  # fmt: skip


def printed(samples):
    out = io.StringIO()
    Console(file=out, width=200, highlight=False).print(timings(samples))
    return [line.rstrip() for line in out.getvalue().splitlines()]


SAMPLES = [
    sample("manual", "primal", 1e-6),
    sample("manual", "vjp", 2e-6),
    sample("numpy", "primal", 2e-6),
    sample("numpy", "vjp", 8e-6, 10e-6, 12e-6),
]


def test_a_row_for_each_derivative_and_none_for_a_primal():
    lines = printed(SAMPLES)
    assert lines[0].split() == [
        "case",
        "backend",
        "minimum",
        "median",
        "first",
        "call",
        "×",
        "primal",
        "×",
        "manual",
    ]
    assert " ".join(lines[1].split()) == "a.b[small] vjp float64 manual 2 µs 2 µs 250 ms 2.00 1.00"
    assert " ".join(lines[2].split()) == "numpy 8 µs 10 µs 250 ms 4.00 4.00"
    assert lines[3] == ""


def test_geometric_means_are_over_the_cells_that_conform():
    wrong = [
        sample("numpy", "primal", 1.0, case="a.c"),
        sample("numpy", "vjp", 1e3, conforms=False, case="a.c"),
    ]
    lines = printed(SAMPLES + wrong)
    means = [line.split() for line in lines if line.startswith(("numpy ", "manual "))]
    assert means == [["manual", "1", "2.00", "1.00"], ["numpy", "1", "4.00", "4.00"]]
    assert any("numpy ✗" in line for line in lines)
    below = lines[lines.index("not ranked, because the derivative does not conform (✗):") :]
    assert below[1] == "  a.c[small]:vjp:float64:numpy"


def test_what_was_not_timed_is_listed_with_its_reason():
    lost = sample("torch", "vjp", status="crash", message="exit code 3")
    absent = [
        sample("finite", "vjp", status="unsupported", message="no reverse mode", case=c)
        for c in ("a.b", "a.c")
    ]
    lines = printed([*SAMPLES, lost, *absent])
    assert "  a.b[small]:vjp:float64:torch: crash: exit code 3" in lines
    assert "unsupported ×2: no reverse mode" in lines


def test_nothing_is_left_out_in_silence_or_listed_without_need():
    lines = printed(SAMPLES)
    assert not any("not ranked" in line or "not timed" in line or "unsupported" in line for line in lines)


def test_times_have_three_digits_and_the_unit_that_suits_them():
    seconds = [3.2e-9, 4.567e-6, 999.4e-6, 0.01234, 1.5, 1234.5]
    lines = printed([sample("numpy", "vjp", s, case=f"a.{i}") for i, s in enumerate(seconds)])
    minima = [" ".join(line.split()[4:6]) for line in lines[1:7]]
    assert minima == ["0.0032 µs", "4.57 µs", "999 µs", "12.3 ms", "1.5 s", "1234 s"]
