"""A tree of asv's results, as asv itself reads it."""

import ast
import itertools
import json
import math

import pytest
from export.files import COMMIT, sample, write

from adbench.commands.export import export
from adbench.errors import AdbenchError


def tree(tmp_path, *samples, name="results.jsonl", folder="asv", **options):
    given = {key: options.pop(key) for key in ("machine", "commit") if key in options}
    path = write(tmp_path / name, *samples, **options)
    assert export(path, asv_folder=tmp_path / folder, pyperf_file=None, **given) == 0
    return tmp_path / folder


def results(folder, machine="reference"):
    return [p for p in sorted((folder / machine).glob("*.json")) if p.name != "machine.json"]


def read(path, name):
    """Values of a benchmark as asv finds them, by the list of parameters in benchmarks.json."""
    asv = pytest.importorskip("asv.results")
    listed = json.loads((path.parent.parent / "benchmarks.json").read_text())[name]
    loaded = asv.Results.load(str(path))
    names = [tuple(ast.literal_eval(value) for value in one) for one in itertools.product(*listed["params"])]
    of = {"value": loaded.get_result_value, "stats": loaded.get_result_stats, "samples": loaded.get_result_samples}
    return {key: dict(zip(names, get(name, listed["params"]), strict=True)) for key, get in of.items()}


def test_asv_reads_medians_samples_and_calls_by_the_names_of_parameters(tmp_path):
    taken = sample(process=0), sample(process=1, samples=(5e-6, 4e-6)), sample("manual", samples=(1e-7,))
    (path,) = results(tree(tmp_path, *taken))
    got, key = read(path, "regression.ridge.vjp"), ("small", "torch", "float64", "cpu")
    assert got["value"][key] == 3e-6
    assert got["samples"][key] == [3e-6, 1e-6, 2e-6, 5e-6, 4e-6]  # of both processes
    assert got["stats"][key]["number"] == 10
    assert got["stats"][key]["repeat"] == 5
    assert (got["stats"][key]["q_25"], got["stats"][key]["q_75"]) == (2e-6, 4e-6)
    assert math.isinf(got["stats"][key]["ci_99_a"])  # of five samples nothing is known with 99 %
    assert got["value"]["small", "manual", "float64", "cpu"] == 1e-7


def test_the_interval_is_between_samples_where_there_are_enough(tmp_path):
    (path,) = results(tree(tmp_path, sample(samples=tuple(1e-6 * i for i in range(1, 21)))))
    stats = read(path, "regression.ridge.vjp")["stats"]["small", "torch", "float64", "cpu"]
    # P(3 or fewer heads of 20 throws) is 0.0013, P(4 or fewer) 0.0059: the fourth sample from either end
    assert (stats["ci_99_a"], stats["ci_99_b"]) == pytest.approx((4e-6, 17e-6))


def test_a_second_file_keeps_the_names_of_the_first(tmp_path):
    """Fewer backends, others, and another order: asv passes parameters by index."""
    tree(tmp_path, sample("manual"), sample("torch"))
    later = "f" * 40
    others = sample("jax", samples=(7e-6,)), sample("torch", "large", samples=(8e-6,)), sample("torch", samples=(9e-6,))
    folder = tree(tmp_path, *others, name="later.jsonl", commit=later)
    first, second = (next(p for p in results(folder) if p.name.startswith(c[:8])) for c in (COMMIT, later))
    listed = json.loads((folder / "benchmarks.json").read_text())["regression.ridge.vjp"]["params"]
    assert listed[:2] == [["'small'", "'large'"], ["'manual'", "'torch'", "'jax'"]]
    before, after = (read(path, "regression.ridge.vjp")["value"] for path in (first, second))
    assert before["small", "manual", "float64", "cpu"] == before["small", "torch", "float64", "cpu"] == 2e-6
    assert before["small", "jax", "float64", "cpu"] is None
    assert after["small", "torch", "float64", "cpu"] == 9e-6
    assert after["large", "torch", "float64", "cpu"] == 8e-6
    assert after["small", "manual", "float64", "cpu"] is None


def test_threads_and_versions_are_environments(tmp_path):
    folder = tree(tmp_path, sample(), sample(threads=2, samples=(1e-6,)))
    found = [json.loads(path.read_text()) for path in results(folder)]
    assert sorted(one["params"]["threads"] for one in found) == ["1", "2"]
    assert {one["params"]["torch"] for one in found} == {"2.13.0+cpu"}
    assert found[0]["requirements"] == {"numpy": "2.4.6", "torch": "2.13.0+cpu"}
    assert {one["commit_hash"] for one in found} == {COMMIT}
    assert json.loads((folder / "reference" / "machine.json").read_text()) == {
        "arch": "x86_64", "cpu": "Fast", "machine": "reference", "num_cpu": "2", "os": "Linux", "ram": "", "version": 1,
    }  # fmt: skip


def test_what_is_wrong_or_was_not_timed_is_left_out_and_told(tmp_path, capsys):
    (path,) = results(
        tree(
            tmp_path,
            sample(),
            sample("jax", conforms=False),
            sample("manual", status="too slow"),
            sample("finite", status="unsupported", message="finite has no reverse mode"),
        )
    )
    assert set(read(path, "regression.ridge.vjp")["value"]) == {("small", "torch", "float64", "cpu")}
    assert capsys.readouterr().out.splitlines()[1:] == [
        "left out: the derivative is not known to be right: regression.ridge[small]:vjp:float64:jax",
        "left out: too slow: regression.ridge[small]:vjp:float64:manual",
        "left out: finite has no reverse mode: regression.ridge[small]:vjp:float64:finite",
    ]


def test_another_machine_is_refused_under_one_name_and_taken_under_another(tmp_path):
    tree(tmp_path, sample())
    with pytest.raises(AdbenchError, match="reference is of another machine: its cpu is Fast, that of these"):
        tree(tmp_path, sample(), name="other.jsonl", processor="Slow", commit="f" * 40)
    folder = tree(tmp_path, sample(), name="third.jsonl", processor="Slow", machine="slow")
    assert {p.parent.name for p in folder.rglob("machine.json")} == {"reference", "slow"}


def test_results_are_never_overwritten(tmp_path):
    folder = tree(tmp_path, sample())
    before = {p: p.read_bytes() for p in folder.rglob("*.json")}
    with pytest.raises(AdbenchError, match=r"has regression\.ridge\.vjp of this commit already; remove it"):
        tree(tmp_path, sample(samples=(1.0,)), name="again.jsonl")
    assert {p: p.read_bytes() for p in folder.rglob("*.json")} == before


def test_other_benchmarks_of_a_commit_are_added(tmp_path):
    tree(tmp_path, sample())
    (path,) = results(tree(tmp_path, sample(operator="jvp", samples=(5e-6,)), name="jvp.jsonl"))
    key = ("small", "torch", "float64", "cpu")
    assert read(path, "regression.ridge.vjp")["value"][key] == 2e-6
    assert read(path, "regression.ridge.jvp")["value"][key] == 5e-6


@pytest.mark.parametrize(
    ("commit", "sentence"),
    [
        ("", "does not say which commit it measured; name it by --commit"),
        (f"{COMMIT}-dirty", "was measured with changes beside 1234567890ab; name what they became by --commit"),
        ("no-such-branch", "the repository here has no commit no-such-branch; give its whole hash"),
    ],
)
def test_a_commit_that_is_not_known_is_refused(tmp_path, commit, sentence):
    path = write(tmp_path / "results.jsonl", sample(), commit=commit)
    with pytest.raises(AdbenchError, match=sentence):
        export(path, asv_folder=tmp_path / "asv", pyperf_file=None)
    assert not (tmp_path / "asv").exists()


@pytest.mark.parametrize("content", ["no json", "[1]", '{"regression.ridge.vjp": {"param_names": ["size"]}}'])
def test_a_tree_that_is_not_ours_is_refused(tmp_path, content):
    (tmp_path / "asv").mkdir()
    (tmp_path / "asv" / "benchmarks.json").write_text(content)
    with pytest.raises(AdbenchError, match=r"is not asv's|with other parameters; export to a new folder"):
        tree(tmp_path, sample())


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "asv").write_text("")
    with pytest.raises(AdbenchError, match=r"cannot read .*asv"):
        tree(tmp_path, sample())
