"""The table of the accuracy board."""

import io

import pytest
from rich.console import Console

from adbench.report.accuracy import is_bad, markdown, print_board, rows, text
from adbench.results import Accuracy, WorstPoint


def line(mode="forward", median=0.25, maximum=1.0, backend="numpy", function="tanh", status="measured", **fields):
    operand = "" if mode == "value" else "x"
    worst = WorstPoint(at={"x": 19.0}, got="0.0", expected=1.5e-16) if status == "measured" else None
    measured = {"points": 200, "median": median, "maximum": maximum, "worst": worst} if status == "measured" else {}
    return Accuracy(
        function=function, operand=operand, mode=mode, backend=backend, dtype="float64", status=status,
        **{**measured, **fields},
    )  # fmt: skip


def printed(lines, missing=(), versions=None):
    out = io.StringIO()
    versions = versions or dict.fromkeys((x.backend for x in lines), "1.0")
    print_board(Console(file=out, width=200, highlight=False), lines, versions, missing)
    return [text.rstrip() for text in out.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (line(), "0.2/1.0"),
        (line(median=9.96, maximum=123.4), "10/123"),
        (line(maximum=5.2e17), "0.2/5e+17"),
        (line(maximum=None, infinite=3), "0.2/∞ ×3"),
        (line(median=None, maximum=None, infinite=150), "∞/∞ ×150"),
        (line(status="unsupported"), "–"),
        (line(status="crash"), "crash"),
        (line(points=0, median=None, maximum=None), "no point"),
        (None, "–"),
    ],
)
def test_an_entry(given, expected):
    assert text(given) == expected


def test_above_ten_ulps_is_bad_and_so_is_infinity():
    assert not is_bad(line(maximum=10.0))
    assert is_bad(line(maximum=10.5))
    assert is_bad(line(maximum=None, infinite=1))
    assert not is_bad(line(status="unsupported"))
    assert not is_bad(line(points=0, median=None, maximum=None))


def test_modes_that_read_alike_are_one_row_and_others_two():
    alike = [line("value"), line(), line("reverse")]
    assert [row.what for row in rows(alike)] == ["value", "by x, both modes"]
    apart = [*alike, line(backend="torch"), line("reverse", maximum=2.0, backend="torch")]
    assert [row.what for row in rows(apart)] == ["value", "by x, forward", "by x, reverse"]


def test_functions_by_backends():
    lines = printed([line("value"), line(), line("value", backend="torch", maximum=3.0)])
    assert lines[0].split() == ["numpy", "torch"]
    assert lines[2].split() == ["tanh", "value", "0.2/1.0", "0.2/3.0"]
    assert lines[3].split("forward")[1].split() == ["0.2/1.0", "–"]


def test_the_worst_point_is_told_once_for_all_who_answer_alike():
    bad = [line(maximum=1e15), line("reverse", maximum=1e15), line(maximum=1e15, backend="torch"), line("value")]
    lines = printed(bad)
    at = lines.index("worst point of each entry above 10 ulps:")
    assert lines[at + 1 :] == [
        "  derivative by x of tanh float64: x = 19.0, got 0.0, expected 1.5e-16, 1e+15 ulps "
        "(numpy forward and reverse, torch forward)"
    ]


def test_a_good_board_has_no_list_of_worst_points():
    assert not any("worst" in text for text in printed([line(), line("value")]))


def test_errors_and_missing_functions_are_named():
    lines = printed([line(status="error", message="TypeError: no"), line("value")], missing=["special.erf", "no_such"])
    assert "error numpy derivative by x of tanh float64, forward: TypeError: no" in lines
    assert lines[-1] == "not on the board, because the oracle lacks them: special.erf, no_such"


def test_the_page_has_bad_entries_in_bold_and_their_points_below():
    page = markdown([line("value"), line(maximum=1e15), line("reverse", maximum=1e15)], {"numpy": "1.0"}).splitlines()
    assert page[0] == "| function | | numpy 1.0 |"
    assert page[2:4] == ["| `tanh` | value | 0.2/1.0 |", "| `tanh` | by x, both modes | **0.2/1e+15** |"]
    assert page[5].startswith("- derivative by x of tanh float64: x = 19.0, got 0.0")
