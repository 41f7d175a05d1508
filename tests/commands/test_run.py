"""Runs that are cut short and go on: no cell is lost, none is run twice, and another run's file is refused."""

import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from commands.runs import cells, run, timeless
from fakes import CASES, small

from adbench.commands import run as command
from adbench.errors import AdbenchError, HarnessFailed, NothingRan
from adbench.oracle import store
from adbench.plan import VARIANTS
from adbench.results import Footer, Outcome, read


@pytest.fixture
def path(tmp_path):
    return tmp_path / "results.jsonl"


@pytest.fixture
def whole(tmp_path, workers):
    """The file of a run that nothing disturbed."""
    path = tmp_path / "whole.jsonl"
    assert run(path) == 0
    workers.seen.clear()
    return path


def cut_short(path, workers, after, death=None):
    """A run that ends after so many cells."""
    workers.dies_after, workers.death = after, death or KeyboardInterrupt()
    with pytest.raises(type(workers.death)):
        run(path)
    workers.dies_after = 10**9


@pytest.mark.parametrize("death", [KeyboardInterrupt(), HarnessFailed("no space left")])
@pytest.mark.parametrize("after", [0, 1, 6, 11])
def test_a_run_that_was_cut_short_goes_on(path, whole, workers, after, death, capsys):
    cut_short(path, workers, after, death)
    assert len(cells(path)) == after
    assert run(path, resume=True) == 0
    assert workers.seen == cells(whole)  # each once, over both runs
    assert timeless(path) == timeless(whole)
    out, err = capsys.readouterr()
    assert f"{path}: {after} cells are done, {12 - after} to go" in err
    assert "passed 12 of 12 applicable, 12 applicable of 12 cells" in out


def test_a_run_that_is_cut_short_again_and_again_is_done_in_the_end(path, whole, workers):
    cut_short(path, workers, 0)
    for _ in range(6):
        path.write_bytes(path.read_bytes()[: -random.Random(0).randrange(1, 200)])
        workers.dies_after = 4
        try:
            run(path, resume=True)
            break
        except KeyboardInterrupt:
            continue
    assert timeless(path) == timeless(whole)


def test_a_finished_file_leaves_nothing_to_do_and_prints_its_summary_again(whole, workers, capsys):
    before = whole.read_bytes()
    assert run(whole, resume=True) == 0
    out, err = capsys.readouterr()
    assert f"{whole}: 12 cells are done, nothing to do" in err
    assert "passed 12 of 12 applicable" in out
    assert workers.seen == []
    assert whole.read_bytes() == before


def test_a_failure_of_the_first_part_is_one_of_the_whole(path, workers, capsys):
    cut_short(path, workers, 3)
    path.write_bytes(path.read_bytes().replace(b'"status":"pass"', b'"status":"fail"', 1))
    assert run(path, resume=True) == 1
    assert "fail small.cubic[small]:jvp:float64:numpy" in capsys.readouterr().out


def test_to_go_on_with_what_was_never_begun_is_to_begin(path, whole):
    assert run(path, resume=True) == 0
    assert timeless(path) == timeless(whole)


def test_a_run_does_not_overwrite_another(whole, workers):
    before = whole.read_bytes()
    with pytest.raises(AdbenchError, match="is there already and would be lost"):
        run(whole)
    assert whole.read_bytes() == before
    assert workers.seen == []


def test_going_on_needs_a_file(workers):
    with pytest.raises(AdbenchError, match="--resume goes on with the run of a results file; name it with --json"):
        run(None, resume=True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"backends": ("numpy",)}, "backends manual, numpy, then numpy"),
        ({"operators": ("vjp",)}, "operators jvp, vjp, then vjp"),
        ({"dtypes": ("float32",)}, r"dtypes changed of: small.cubic\[small\], small.quotient\[small\], small.far"),
        ({"shard": "1/2"}, "shard none, then 1/2"),
        ({"variants": ("none", "closure")}, "variants none, then closure, none"),
    ],
)
def test_another_selection_is_another_run(path, workers, options, said):
    cut_short(path, workers, 3)
    before = path.read_bytes()
    with pytest.raises(AdbenchError, match=f"is of another run: {said}") as caught:
        run(path, resume=True, **options)
    assert caught.value.exit_code == 2
    assert path.read_bytes() == before


def test_a_case_that_has_changed_makes_another_run(path, workers, tmp_path, monkeypatch):
    copy = tmp_path / "small.py"
    copy.write_text(Path(CASES).read_text())
    monkeypatch.setattr("commands.runs.CASES", str(copy))
    cut_short(path, workers, 3)
    copy.write_text(copy.read_text().replace("rng.uniform(0.5, 2.0)}", "rng.uniform(0.5, 1.0)}", 1))
    store._file_digest.cache_clear()  # a file is read once a process
    store._case_digest.cache_clear()
    with pytest.raises(AdbenchError, match=r"is of another run: .*definitions changed of: small.cubic\[small\]"):
        run(path, resume=True)


@pytest.mark.parametrize(
    ("version", "said"), [("2.0", "numpy 1.0, then 2.0"), (None, "numpy 1.0, then none; numpy is not installed")]
)
def test_another_version_of_a_library_makes_another_run(path, workers, version, said):
    cut_short(path, workers, 3)
    workers.versions["numpy"] = version
    with pytest.raises(AdbenchError, match=f"is of another run: {said}") as caught:
        run(path, resume=True)
    assert caught.value.exit_code == 2
    assert len(cells(path)) == 3


def test_a_backend_that_is_skipped_does_not_keep_a_run_from_its_end(path, workers):
    workers.versions["manual"] = None
    assert run(path) == 0
    assert isinstance(list(read(path))[-1], Footer)
    assert run(path, resume=True) == 0


def test_where_nothing_ran_the_file_is_not_in_the_way(path, workers):
    workers.versions |= {"numpy": None, "manual": None}
    with pytest.raises(NothingRan):
        run(path)
    workers.versions.clear()
    assert run(path) == 0


def test_a_shard_takes_its_part_and_says_so(path, workers):
    assert run(path, shard="2/3") == 0
    assert next(read(path)).plan.shard == "2/3"
    assert len(cells(path)) == 4
    assert len({cell.partition(":")[0] for cell in cells(path)}) == 1


def test_variants_alone_are_run_without_the_cases_as_they_are(path, workers):
    assert run(path, variants=("layout", "batched"), operators=("vjp", "jacrev")) == 0
    assert len(cells(path)) == 12
    assert {cell.partition("]")[2].partition(":f")[0] for cell in cells(path)} == {"~layout:vjp", "~batched:vjp"}


@pytest.mark.parametrize(("tier", "made"), [("core", {""}), ("full", {"", *VARIANTS})])
def test_the_full_tier_runs_variants_and_the_core_does_not(path, workers, tier, made):
    assert run(path, tier=tier) == 0
    assert {line.variant for line in read(path) if isinstance(line, Outcome)} == made


@pytest.mark.parametrize(
    ("patterns", "tier", "names"),
    [
        ([], "core", {"cubic", "shared"}),
        ([], "full", {"cubic", "shared", "own"}),
        (["small"], "core", {"cubic", "shared", "own"}),
    ],
)
def test_a_bare_run_leaves_out_what_a_library_has_of_its_own(path, workers, monkeypatch, patterns, tier, names):
    apis = {"cubic": (), "own": ("manual",), "shared": ("numpy",)}
    native = {name: dict.fromkeys(of, small.cubic.function) for name, of in apis.items()}
    known = {f"small.{name}": replace(small.cubic, name=f"small.{name}", native=of) for name, of in native.items()}
    known["small.own"] = replace(known["small.own"], tier="full")
    monkeypatch.setattr(command.registry, "load_cases", lambda files: known)
    monkeypatch.setattr(command, "certify", lambda *given: None)
    command.run(patterns, backends=("manual",), tier=tier, json=path)
    assert {cell.partition("[")[0].partition(".")[2] for cell in cells(path)} == names


def test_variants_of_other_operators_are_none(path, workers):
    with pytest.raises(NothingRan, match="variants are of jvp and vjp, and not of jacrev"):
        run(path, variants=("layout",), operators=("jacrev",))


def test_a_shard_that_was_cut_short_goes_on(path, workers, tmp_path):
    assert run(tmp_path / "whole.jsonl", shard="2/2") == 0
    workers.dies_after = 1
    with pytest.raises(KeyboardInterrupt):
        run(path, shard="2/2")
    workers.dies_after = 10**9
    assert run(path, shard="2/2", resume=True) == 0
    assert timeless(path) == timeless(tmp_path / "whole.jsonl")


@pytest.mark.slow
def test_a_parent_that_is_killed_at_any_moment_goes_on_until_it_is_done(tmp_path):
    """kill -9 whenever the file has grown by some bytes, none among them, with real workers."""
    moments, kills = random.Random(4), 0
    path, whole = tmp_path / "results.jsonl", tmp_path / "whole.jsonl"
    command = [sys.executable, "-m", "adbench", "run", "calculus", "-b", "numpy,manual", "--tier", "full"]
    subprocess.run([*command, "--json", str(whole)], check=True, stdout=subprocess.DEVNULL)
    while True:
        enough = size(path) + moments.choice([0, 1, moments.randrange(size(whole) // 4)])
        with subprocess.Popen(
            [*command, "--json", str(path), "--resume"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as running:
            while running.poll() is None and size(path) < enough:
                time.sleep(0.001)
            if size(path) >= enough:
                time.sleep(moments.uniform(0, 1) if not kills % 3 else 0.0)  # also before it has opened the file
                running.kill()
            err = running.communicate()[1].decode()
        assert "Traceback" not in err
        if running.returncode == 0:
            break
        assert running.returncode == -signal.SIGKILL, err
        kills += 1
    assert kills >= 3
    assert sorted(cells(path)) == sorted(cells(whole))
    assert isinstance(list(read(path))[-1], Footer)


def size(path):
    return path.stat().st_size if path.exists() else 0
