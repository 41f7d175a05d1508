"""Shards put together: the file of the whole run, or what does not agree, or what is missing."""

import pytest
from commands.runs import cells, run, timeless

from adbench.commands.merge import merge
from adbench.errors import AdbenchError, NothingRan
from adbench.results import Footer, read


@pytest.fixture
def shards(tmp_path, workers):
    """Files of the three shards of a run."""
    paths = [tmp_path / f"{i}.jsonl" for i in (1, 2, 3)]
    for i, path in enumerate(paths, 1):
        assert run(path, shard=f"{i}/3") == 0
    return paths


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out.jsonl"


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refusal(out, shards):
    with pytest.raises(AdbenchError) as caught:
        merge(out, shards)
    assert caught.value.exit_code == 2
    assert not out.exists()
    return str(caught.value)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 1, 0, 2)])
def test_shards_make_the_file_of_the_whole_run(out, shards, tmp_path, order, capsys):
    assert run(tmp_path / "whole.jsonl") == 0
    capsys.readouterr()
    assert merge(out, [shards[i] for i in order]) == 0
    assert timeless(out) == timeless(tmp_path / "whole.jsonl")
    assert capsys.readouterr().out == f"{out}: 12 cells of {len(order)} files\n"


def test_cells_that_no_run_has_are_not_counted(out, tmp_path, workers, capsys):
    """Variants have both modes alone, and a case whose output is a vector has no Hessian."""
    paths = [tmp_path / f"{i}.jsonl" for i in (1, 2)]
    for i, path in enumerate(paths, 1):
        assert run(path, tier="full", shard=f"{i}/2") == 0
    capsys.readouterr()
    assert merge(out, paths) == 0
    assert capsys.readouterr().out == f"{out}: {sum(len(cells(path)) for path in paths)} cells of 2 files\n"


def test_the_whole_began_with_the_first_and_took_as_long_as_all(out, shards):
    merge(out, shards)
    lines = [list(read(path)) for path in shards]
    header, *_, footer = read(out)
    assert header.started == min(one[0].started for one in lines)
    assert footer.seconds == pytest.approx(sum(one[-1].seconds for one in lines))


def test_a_shard_that_is_not_there_is_a_gap_that_resume_fills(out, shards, workers, tmp_path, capsys):
    run(tmp_path / "whole.jsonl")
    assert merge(out, shards[:2]) == 1
    err = capsys.readouterr().err
    assert "adbench: 4 cells are missing: small." in err
    assert err.endswith("and 1 more; no file is of shard 3/3\n")
    assert not isinstance(list(read(out))[-1], Footer)
    workers.seen.clear()
    assert run(out, resume=True) == 0
    assert sorted(workers.seen) == sorted(cells(shards[2]))
    assert sorted(cells(out)) == sorted(cells(tmp_path / "whole.jsonl"))


@pytest.mark.parametrize("cut", [1, 300, 1200])
def test_a_shard_that_was_cut_short_is_a_gap(out, shards, cut, capsys):
    lost = shards[1].read_bytes()[-cut:].count(b'"type":"outcome"') + (cut > 1)
    shards[1].write_bytes(shards[1].read_bytes()[:-cut])
    code = merge(out, shards)
    err = capsys.readouterr().err
    assert code == (1 if cut > 1 else 0)
    assert (f"{shards[1]} was cut short" in err) == (cut > 1)
    assert len(cells(out)) >= 12 - lost


def test_a_backend_that_one_machine_did_not_have_is_a_gap(out, workers, tmp_path):
    paths = [tmp_path / "1.jsonl", tmp_path / "2.jsonl"]
    run(paths[0], shard="1/2")
    workers.versions["manual"] = None
    run(paths[1], shard="2/2")
    assert merge(out, paths) == 1


def test_a_backend_that_no_machine_had_is_skipped_as_in_any_run(out, workers, tmp_path):
    paths = [tmp_path / "1.jsonl", tmp_path / "2.jsonl"]
    workers.versions["manual"] = None
    for i, path in enumerate(paths, 1):
        run(path, shard=f"{i}/2")
    assert merge(out, paths) == 0
    assert {cell.rpartition(":")[2] for cell in cells(out)} == {"numpy"}


def test_two_outcomes_of_one_cell_are_a_conflict(out, shards, tmp_path):
    again = tmp_path / "again.jsonl"
    again.write_bytes(shards[0].read_bytes())
    change(again, '"status":"pass"', '"status":"fail"')
    said = refusal(out, [*shards, again])
    assert said == f"the shards do not agree: {shards[0]} and {again} have two outcomes of {cells(again)[0]}"


def test_another_time_of_one_cell_is_none(out, shards, tmp_path):
    again = tmp_path / "again.jsonl"
    run(again, shard="1/3")
    assert merge(out, [*shards, again]) == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"adbench":"', '"adbench":"9.', "adbench "),
        ('"numpy":"', '"numpy":"9.', "numpy "),
        ('"threads":1', '"threads":64', "threads 1, then 64"),
        ('"small.far[small]":"', '"small.far[small]":"9', "definitions changed of: small.far[small]"),
        ('["jvp","vjp"]', '["jvp"]', "operators jvp, vjp, then jvp"),
    ],
)
def test_shards_of_other_runs_are_refused_with_what_differs(out, shards, old, new, said):
    change(shards[2], old, new)
    assert refusal(out, shards).startswith(f"the shards do not agree: {shards[0]}, then {shards[2]}: {said}")


def test_another_version_of_a_library_is_a_conflict(out, shards):
    change(shards[2], '"version":"1.0"', '"version":"2.0"')
    said = refusal(out, shards)
    assert said == f"the shards do not agree: {shards[2]} has numpy 2.0, a file before it 1.0"


def test_machines_may_differ_and_the_file_names_them_all(out, shards):
    change(shards[1], '"cores":', '"cores":9')
    cores = [next(read(path)).environment["cores"] for path in shards[:2]]
    assert merge(out, shards) == 0
    assert next(read(out)).environment["cores"] == f"{cores[0]}; {cores[1]}"


def test_what_is_no_conformance_run_is_refused(out, shards, tmp_path):
    (tmp_path / "timing.jsonl").write_text(shards[0].read_text().replace('"plan":', '"was":'))
    assert refusal(out, [shards[0], tmp_path / "timing.jsonl"]).endswith("has no plan of an `adbench run`")


def test_a_results_file_is_not_overwritten(shards):
    before = shards[0].read_bytes()
    with pytest.raises(AdbenchError, match="would be lost"):
        merge(shards[0], shards)
    assert shards[0].read_bytes() == before


def test_shards_in_which_nothing_ran_are_nothing(out, shards):
    for path in shards:
        path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    with pytest.raises(NothingRan):
        merge(out, shards)
