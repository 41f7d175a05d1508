"""Results files: what is written is read back, and a file that is not whole says where it ends."""

import json
import math

import pytest

from adbench import results
from adbench.environment import header
from adbench.errors import AdbenchError
from adbench.journal import Journal
from adbench.results import Check, Footer, Outcome, Sample, Started, read, scan

HEADER = header("adbench run 'calculus.*'")
CELL = {
    "cell": "small.cubic[small]:vjp:float64:numpy", "case": "small.cubic", "family": "small",
    "size": "small", "backend": "numpy", "operator": "vjp", "dtype": "float64",
}  # fmt: skip
OUTCOME = Outcome(
    **CELL,
    status="fail",
    checks=(
        Check(name="value", status="pass", ulps=0.5, ratio=0.25),
        Check(
            name="derivative", status="fail", input="x", ulps=1e9, ratio=1e8, kind="wrong", message="got −1"
        ),
        Check(name="adjoint", status="skip", message="no forward mode"),
    ),
    ulps=1e9,
    ratio=1e8,
    message="derivative by x (wrong): got −1",
    native=False,
    seconds=0.125,
    known="because",
)
SAMPLE = Sample(
    **CELL, status="timed", warm_up=(0.5, 0.1), number=3, samples=(1e-6, 2e-6), conforms=True
)
STARTED = Started(backend="numpy", version="2.4.6")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "results.jsonl"


def write(path, *lines):
    with Journal(path, HEADER) as journal:
        for line in lines:
            journal.write(line)
        journal.close(1.5)


def test_what_is_written_is_read_back(path):
    write(path, STARTED, OUTCOME, SAMPLE)
    footer = Footer(counts={"fail": 1, "timed": 1}, seconds=1.5)
    assert list(read(path)) == [HEADER, STARTED, OUTCOME, SAMPLE, footer]


def test_the_header_says_what_and_where():
    assert HEADER.command == "adbench run 'calculus.*'"
    assert {"python", "numpy", "platform", "processor", "cores", "threads"} <= set(HEADER.environment)
    assert HEADER.started.endswith("+00:00")


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_nan_and_infinity_are_null(path, number):
    write(
        path,
        Outcome(**CELL, status="fail", ulps=number, checks=(Check(name="d", status="fail", ratio=number),)),
    )
    text = path.read_text(encoding="utf-8")
    assert "NaN" not in text
    assert "nfinity" not in text
    _, outcome, _ = read(path)
    assert outcome.ulps is None
    assert outcome.checks[0].ratio is None


def test_any_text_survives_on_one_line(path):
    outcome = Outcome(**CELL, status="error", message='a "b"\n\u2028 \x85 ⟨ȳ⟩ \x00 {')
    write(path, outcome)
    assert len(path.read_bytes().split(b"\n")) == 4
    assert list(read(path))[1] == outcome


def refusal(path):
    with pytest.raises(AdbenchError) as caught:
        list(read(path))
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_a_scan_tells_where_each_line_ends_and_can_leave_out_a_last_one_that_is_not_whole(path):
    write(path, OUTCOME)
    whole, data = list(scan(path)), path.read_bytes()
    assert [data[end - 1 : end] for end, _ in whole] == [b"\n"] * 3
    assert whole[-1][0] == len(data)
    for cut in (1, 20):
        path.write_bytes(data[:-cut])
        assert list(scan(path, whole=True)) == whole[:-1]


@pytest.mark.parametrize("cut", [1, 20, 200])
def test_a_line_cut_short_is_told_by_its_number(path, cut):
    write(path, OUTCOME, OUTCOME)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2]) + lines[2][:cut])
    assert refusal(path).startswith(f"{path}, line 3: not a results line: ")


@pytest.mark.parametrize(
    "line",
    ["", "not json", "[]", "{}", '{"type":"surprise"}', '{"type":"outcome","cell":"x"}', "\xff"],
)
def test_a_line_that_is_none_is_told_by_its_number(path, line):
    write(path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + line.encode("latin-1") + b"\n" + lines[1])
    assert refusal(path).startswith(f"{path}, line 2: not a results line: ")


def test_an_unknown_status_is_refused(path):
    write(path, OUTCOME)
    path.write_bytes(path.read_bytes().replace(b'"status":"fail","checks"', b'"status":"meh","checks"'))
    assert "line 2" in refusal(path)


def test_a_file_that_does_not_begin_with_a_header_is_none(path):
    write(path, OUTCOME)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))
    assert refusal(path) == f"{path}, line 1: a results file begins with a header"


def test_an_empty_file_is_none(path):
    path.touch()
    assert refusal(path) == f"{path} is empty; it is not a results file"


def test_a_missing_file_is_told(path):
    assert refusal(path) == f"cannot read {path}: No such file or directory"


def test_a_newer_schema_is_refused_with_what_to_do(path):
    write(path)
    newer = results.SCHEMA + 1
    path.write_bytes(path.read_bytes().replace(b'"schema":%d' % results.SCHEMA, b'"schema":%d' % newer))
    assert (
        refusal(path)
        == f"{path} has schema {newer}, this adbench reads up to {results.SCHEMA}; upgrade adbench"
    )


def test_a_newer_schema_is_refused_as_such_even_when_its_header_has_changed(path):
    path.write_text('{"type":"header","schema":99,"adbench":{"version":"9"}}\n')
    assert "has schema 99" in refusal(path)


def test_the_json_schema_is_json_and_names_every_kind_of_line():
    schema = json.loads(json.dumps(results.json_schema()))
    kinds = {name.rpartition("/")[2] for name in schema["discriminator"]["mapping"].values()}
    assert kinds == {"Header", "Started", "Outcome", "Sample", "Verdict", "Accuracy", "Footer"}
    assert schema["$defs"]["Outcome"]["properties"]["status"]["enum"] == sorted(
        ["pass", "fail", "error", "unsupported", "crash", "timeout", "oom"]
    )
