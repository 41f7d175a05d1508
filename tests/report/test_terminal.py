"""The end of a run: the matrix, the two numbers, and what to do about every failure."""

import io
import shlex

import msgspec
import pytest
from rich.console import Console

from adbench.expectations import Deviation
from adbench.report.tally import MOST_FAILURES, Tally
from adbench.report.terminal import print_summary, reproduce
from adbench.results import Outcome


def outcome(status="pass", case="a.one", backend="numpy", operator="vjp", ulps=None, known="", message=""):
    return Outcome(
        cell=f"{case}[small]:{operator}:float64:{backend}",
        case=case, family=case.partition(".")[0], size="small", backend=backend, operator=operator,
        dtype="float64", status=status, ulps=ulps, known=known,
        message=message or ("" if status == "pass" else "why"),
    )  # fmt: skip


def printed(outcomes, width=200, *, by_case=False, hazards=(), **options):
    tally = Tally(by_case=by_case, hazards=hazards)
    for place, one in enumerate(outcomes):
        tally.see(one, place)
    versions = dict.fromkeys((o.backend for o in outcomes), "1.0")
    out = io.StringIO()
    print_summary(Console(file=out, width=width, highlight=False), tally, versions, **options)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_the_command_of_a_variant_names_it():
    one = msgspec.structs.replace(outcome("fail"), variant="closure")
    assert reproduce(one).endswith("--dtype float64 --size small --variant closure")
    assert "--variant" not in reproduce(outcome("fail"))


def test_hazards_have_a_row_of_their_own():
    lines = printed(MIXED, hazards=["a.two", "c.none"])
    assert row(lines, "hazards,") == ["no", "excuse", "1/1", "0/1", "1k"]
    assert row(lines, "a") == ["2/3", "1✗", "1/2", "1k"]
    assert not any(line.startswith("hazards") for line in printed(MIXED))


def row(lines, name):
    return next(line.split()[1:] for line in lines if line.split()[:1] == [name])


MIXED = [
    outcome(),
    outcome("fail", operator="jvp"),
    outcome(case="a.two"),
    outcome("unsupported", case="b.three"),
    outcome(backend="torch", ulps=2.5),
    outcome("error", backend="torch", case="a.two", known="because"),
    outcome("crash", backend="torch", case="b.three"),
]


def test_the_matrix_is_families_by_backends():
    lines = printed(MIXED)
    assert lines[0].split() == ["numpy", "torch"]
    assert lines[1].split() == ["family", "1.0", "1.0"]
    assert row(lines, "a") == ["2/3", "1✗", "1/2", "1k"]
    assert row(lines, "b") == ["unsupported", "0/1", "1✗"]


def test_verbose_is_cases_by_backends():
    lines = printed(MIXED, by_case=True)
    assert row(lines, "a.one") == ["1/2", "1✗", "1/1"]
    assert row(lines, "a.two") == ["1/1", "0/1", "1k"]


def test_a_case_that_a_backend_was_not_run_on_is_a_dash():
    assert row(printed([outcome(), outcome(backend="torch", case="b.x")]), "b") == ["–", "1/1"]


def test_the_two_numbers_count_every_cell():
    assert "passed 3 of 6 applicable, 6 applicable of 7 cells" in printed(MIXED)
    assert "1 known deviations (k), each with its reason below" in printed(MIXED)


@pytest.mark.parametrize("status", ["fail", "error", "crash", "timeout"])
def test_no_failure_of_any_kind_is_left_out_of_the_applicable(status):
    assert "passed 0 of 1 applicable, 1 applicable of 1 cells" in printed([outcome(status)])


def test_unsupported_is_neither_a_pass_nor_a_failure():
    assert "passed 0 of 0 applicable, 0 applicable of 1 cells" in printed([outcome("unsupported")])


def test_the_worst_error_is_that_of_the_cells_that_passed():
    lines = printed(
        [outcome(ulps=0.5), outcome(ulps=2.25, operator="jvp"), outcome("fail", case="a.two", ulps=1e9)]
    )
    assert next(line for line in lines if line.startswith("worst error, ulps")).split()[-1] == "2.25"


def test_a_failure_is_told_with_its_reason_and_its_command():
    lines = printed(MIXED)
    at = lines.index("fail a.one[small]:jvp:float64:numpy")
    assert lines[at + 1] == "  why"
    assert (
        lines[at + 2] == "  adbench run a.one --backend numpy --operator jvp --dtype float64 --size small"
    )
    assert "crash b.three[small]:vjp:float64:torch" in lines
    assert not any(line.startswith(("error ", "pass ")) for line in lines)


def test_a_known_deviation_is_told_once_with_its_count():
    outcomes = [outcome("fail", operator=o, known="because", backend="torch") for o in ("jvp", "vjp")]
    assert "known torch ×2: because" in printed(outcomes)


def test_a_healed_deviation_is_told_with_a_cell_that_shows_it():
    gone = Deviation(case="a.*", match="x", reason="y", reproduction="z")
    lines = printed([outcome()], healed=[(gone, outcome())])
    assert lines[-1] == (
        "healed a.*:*:*:*: a.one[small]:vjp:float64:numpy passes now; "
        "remove this deviation from its expectations file"
    )


def test_a_flood_of_failures_is_cut_short_and_says_so():
    lines = printed([outcome("fail", case=f"a.n{i}") for i in range(MOST_FAILURES + 7)])
    assert sum(line.startswith("fail ") for line in lines) == MOST_FAILURES
    assert "… and 7 more failures; --json PATH keeps them all" in lines


def test_text_that_looks_like_markup_is_printed_as_it_is():
    lines = printed([outcome("fail", message="[red]x[/red] has shape [2]")])
    assert "  [red]x[/red] has shape [2]" in lines


def test_the_command_has_the_options_that_the_run_had():
    assert reproduce(outcome(), " --cases mine.py").endswith(" --size small --cases mine.py")
    assert shlex.split(reproduce(outcome()))[:3] == ["adbench", "run", "a.one"]


def test_a_command_is_one_line_however_narrow_the_terminal():
    failed = outcome("fail")
    assert "  " + reproduce(failed) in printed([failed], width=60)


def test_a_backend_under_its_own_interpreter_is_named_with_its_version_once_and_selected_by_its_options():
    lines = printed([outcome("fail", backend="lib@1.0")], options=lambda name: f"--backend lib --python lib={name}")
    assert lines[0].split() == ["lib@1.0"]
    assert lines[1].split() == ["family"]
    command = "adbench run a.one --backend lib --python lib=lib@1.0 --operator vjp --dtype float64 --size small"
    assert f"  {command}" in lines
