"""`adbench bench`: what it writes, and what it refuses."""

import pytest
from fakes import CASES

from adbench import results
from adbench.results import Header, Sample, Started

QUICK = ("--cases", CASES, "--cell-seconds", "0.2", "--width", "50", "--progress", "none")
WRONG = "fakes.wrong:WrongSign"


def timed(path):
    return [line for line in results.read(path) if isinstance(line, Sample)]


def test_a_line_for_each_cell_and_process_and_number_of_threads(adbench, tmp_path):
    path = tmp_path / "results.jsonl"
    code, out, err = adbench(
        "bench", "small", *QUICK, "-b", f"manual,{WRONG}", "--processes", 2, "--threads", "1,2", "--json", path
    )
    assert (code, err) == (0, "")
    samples = timed(path)
    assert [(s.process, s.threads, s.operator, s.backend) for s in samples] == [
        (process, threads, operator, backend)
        for process in (0, 1)
        for threads in (1, 2)
        for backend in ("manual", WRONG)
        for operator in ("primal", "vjp")
    ]
    assert {s.status for s in samples} == {"timed"}
    assert all(s.conforms == (s.operator == "primal" or s.backend == "manual") for s in samples)
    header, *others = results.read(path)
    assert isinstance(header, Header)
    assert header.environment["threads"] == "1,2"
    assert sorted(line.backend for line in others if isinstance(line, Started)) == sorted(["manual", WRONG])
    assert "1 cases and sizes" in out


def test_published_sizes_are_timed_if_they_are_named(adbench, tmp_path):
    path = tmp_path / "results.jsonl"
    options = ("--size", "elsewhere", "--processes", 1, "-b", "manual")
    assert adbench("bench", "small", *QUICK, *options, "--json", path)[0] == 0
    assert {(s.case, s.size, s.conforms) for s in timed(path)} == {("small.quotient", "elsewhere", True)}


def test_what_cannot_be_timed_is_said_once(adbench, tmp_path):
    path = tmp_path / "results.jsonl"
    code, out, _ = adbench("bench", "small", *QUICK, "-b", "finite,manual", "--processes", 2, "--json", path)
    assert code == 0
    assert [(s.process, s.status) for s in timed(path) if (s.backend, s.operator) == ("finite", "vjp")] == [
        (0, "unsupported")
    ]
    assert "unsupported:\n  finite: finite has no reverse mode\n    small.quotient[small]:vjp:float64:finite" in out


@pytest.mark.parametrize("given", ["0", "-1", "two", "1,0"])
def test_a_number_of_threads_that_is_none_is_refused(adbench, given):
    code, _, err = adbench("bench", "small", *QUICK, "--threads", given)
    assert code == 2
    assert err.startswith(f"adbench: --threads {given.removeprefix('1,')}: must be whole numbers from 1")


@pytest.mark.parametrize("option", ["--processes", "--cell-seconds"])
def test_no_processes_and_no_time_are_wrong_usage(adbench, option):
    code, _, err = adbench("bench", "small", *QUICK, option, "0")
    assert code == 2
    assert f"Invalid value for '{option}'" in err
