"""A truth is proved once, again when what it depends on has changed, and never lost to a bad cache."""

from __future__ import annotations

import importlib
import os
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from adbench import registry
from adbench.errors import InvalidCase
from adbench.oracle import store

SOURCE = '''
import numpy as np
from adbench.case import case


@case(wrt=("x", "s"), sizes={"small": {"n": 3}, "other": {"n": 2}})
def kept(xp, x, s, k):
    """s Σ xᵏ."""
    return s * xp.sum(x**k[0])


@kept.inputs
def _(rng, n):
    return {"x": rng.uniform(1, 2, n), "s": rng.uniform(1, 2), "k": np.array([3])}


@kept.jacobian("x")
def _(xp, x, s, k):
    return s * 3 * x**2
'''


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A cache of the test's own, and digests that are taken anew in it."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # stale for a source of one size in one second
    monkeypatch.setenv("ADBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(store, "_file_digest", cache(store._file_digest.__wrapped__))
    monkeypatch.setattr(store, "_case_digest", cache(store._case_digest.__wrapped__))
    monkeypatch.setattr(store, "_oracle_digest", cache(store._oracle_digest.__wrapped__))
    return tmp_path / "cache"


@pytest.fixture
def proofs(monkeypatch):
    """The (case, size) pairs that were proved, in order."""
    made, prove = [], store.prove

    def counted(case, size):
        made.append((case.name, size))
        return prove(case, size)

    monkeypatch.setattr(store, "prove", counted)
    return made


def load(path: Path, source: str = SOURCE):
    path.write_text(source, encoding="utf-8")
    store._file_digest.cache_clear()  # a process reads a case file once; here it stands for a new process
    store._case_digest.cache_clear()
    return registry.load_cases([str(path)])["kept_cases.kept"]


@pytest.fixture
def case(tmp_path):
    return load(tmp_path / "kept_cases.py")


def files(folder):
    return [p for p in folder.rglob("*") if p.is_file()]


def assert_equal(a, b):
    assert set(a) == set(b)
    for dtype, truth in a.items():
        other = b[dtype]
        for one, two in (
            (truth.value, other.value),
            (truth.jvp, other.jvp),
            *((truth.jacobian[k], other.jacobian[k]) for k in ("x", "s")),
            *((truth.vjp[k], other.vjp[k]) for k in ("x", "s")),
        ):
            for part in ("high", "low", "tolerance"):
                assert_same_array(getattr(one, part), getattr(two, part))
        assert list(truth.inputs) == list(other.inputs)
        for k, x in truth.inputs.items():
            assert_same_array(x, other.inputs[k])
        for k, x in truth.tangents.items():
            assert_same_array(x, other.tangents[k])
        assert_same_array(truth.cotangent, other.cotangent)


def assert_same_array(a, b):
    assert isinstance(a, np.ndarray)
    assert isinstance(b, np.ndarray)
    assert (a.dtype, a.shape) == (b.dtype, b.shape)
    assert a.tobytes() == b.tobytes()


def test_the_second_call_reads_what_the_first_has_proved(case, proofs):
    assert not store.is_known(case, "small")
    first = store.truths(case, "small")
    assert store.is_known(case, "small")
    second = store.truths(case, "small")
    assert proofs == [("kept_cases.kept", "small")]
    assert_equal(first, second)


def test_a_cached_truth_still_judges(case):
    store.truths(case, "small")
    truth = store.truths(case, "small")["float64"]
    enclosure = truth.jacobian["x"]
    right = truth.inputs["s"] * 3 * truth.inputs["x"] ** 2
    assert (enclosure.error(right) <= enclosure.tolerance).all()
    assert (enclosure.error(right * (1 + 1e-10)) > enclosure.tolerance).all()


def test_sizes_are_kept_apart(case, proofs):
    small, other = store.truths(case, "small"), store.truths(case, "other")
    assert proofs == [("kept_cases.kept", "small"), ("kept_cases.kept", "other")]
    assert small["float64"].inputs["x"].shape == (3,)
    assert other["float64"].inputs["x"].shape == (2,)


def test_a_changed_case_file_is_proved_again(case, proofs, tmp_path):
    store.truths(case, "small")
    changed = load(tmp_path / "kept_cases.py", SOURCE.replace("uniform(1, 2, n)", "uniform(2, 3, n)"))
    truth = store.truths(changed, "small")["float64"]
    assert len(proofs) == 2
    assert (truth.inputs["x"] >= 2).all()


def test_a_case_file_that_has_become_wrong_is_refused_and_not_kept(case, folder, tmp_path):
    store.truths(case, "small")
    wrong = load(tmp_path / "kept_cases.py", SOURCE.replace("s * 3", "s * 4"))
    for _ in range(2):
        with pytest.raises(InvalidCase, match="is wrong at entry"):
            store.truths(wrong, "small")
    assert len(files(folder)) == 1


def test_a_moved_case_file_is_not_proved_again(case, proofs, tmp_path):
    store.truths(case, "small")
    (tmp_path / "elsewhere").mkdir()
    store.truths(load(tmp_path / "elsewhere" / "kept_cases.py"), "small")
    assert len(proofs) == 1


def test_a_changed_oracle_proves_again(case, proofs, monkeypatch):
    store.truths(case, "small")
    monkeypatch.setattr(store, "_oracle_digest", lambda: "another oracle")
    assert not store.is_known(case, "small")
    store.truths(case, "small")
    store.truths(case, "small")
    assert len(proofs) == 2


def test_the_digest_of_the_oracle_is_of_its_sources_the_case_layer_and_numpy(monkeypatch):
    before, read = store._oracle_digest(), []
    monkeypatch.setattr(store, "_file_digest", lambda path: read.append(Path(path).name) or path)
    store._oracle_digest.cache_clear()
    assert store._oracle_digest() != before
    assert {
        "jet.py",
        "functions.py",
        "elimination.py",
        "truth.py",
        "certify.py",
        "precision.py",
        "case.py",
    } <= set(read)
    now = store._oracle_digest()
    store._oracle_digest.cache_clear()
    monkeypatch.setattr(store.np, "__version__", "0.0")
    assert store._oracle_digest() != now


BROKEN = {
    "empty": lambda data: b"",
    "cut short": lambda data: data[: len(data) // 2],
    "other bytes": lambda data: b"\xff" * len(data),
    "another message": lambda data: b"\x01",
    "an unknown dtype": lambda data: data.replace(b"<f8", b"xx8"),
    "a buffer of the wrong length": lambda data: data.replace(b"<f8", b"<f4"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_cache_file_is_proved_again_and_replaced(case, folder, proofs, broken):
    first = store.truths(case, "small")
    (path,) = files(folder)
    whole = path.read_bytes()
    path.write_bytes(broken(whole))
    assert path.read_bytes() != whole
    assert_equal(store.truths(case, "small"), first)
    assert len(proofs) == 2
    assert path.read_bytes() == whole
    store.truths(case, "small")
    assert len(proofs) == 2


def test_nothing_but_the_truth_is_left_in_the_folder(case, folder):
    store.truths(case, "small")
    assert [p.suffix for p in files(folder)] == [".msgpack"]


def test_a_folder_that_cannot_be_written_is_no_error(case, proofs, tmp_path, monkeypatch):
    (tmp_path / "a_file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("ADBENCH_CACHE", str(tmp_path / "a_file" / "cache"))
    first, second = store.truths(case, "small"), store.truths(case, "small")
    assert len(proofs) == 2
    assert not store.is_known(case, "small")
    assert_equal(first, second)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_no_error(case, folder, proofs):
    folder.mkdir()
    folder.chmod(0o500)
    store.truths(case, "small")
    assert len(proofs) == 1


def test_a_full_disk_leaves_no_half_of_a_truth(case, folder, monkeypatch):
    def full(self, data):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        store.truths(case, "small")
    assert not store.is_known(case, "small")
    store.truths(case, "small")
    assert store.is_known(case, "small")


def test_the_folder_is_the_users_cache_unless_moved(tmp_path, monkeypatch):
    assert store.cache_folder() == tmp_path / "cache"
    monkeypatch.delenv("ADBENCH_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert store.cache_folder() == store.user_cache_path("adbench")


def test_prove_all_yields_each_pair_and_fills_the_cache(case, proofs, tmp_path):
    work = [("kept_cases.kept", "small"), ("kept_cases.kept", "other")]
    assert list(store.prove_all(work, (str(tmp_path / "kept_cases.py"),), jobs=4)) == work
    assert proofs == work
    assert store.is_known(case, "small")
    assert store.is_known(case, "other")


def test_prove_all_in_processes_fills_the_cache(tmp_path, proofs):
    sizes = ", ".join(f'"s{n}": {{"n": {n}}}' for n in range(1, 9))
    source = SOURCE.replace('"small": {"n": 3}, "other": {"n": 2}', sizes)
    case = load(tmp_path / "kept_cases.py", source)
    work = [("kept_cases.kept", f"s{n}") for n in range(1, 9)]
    assert sorted(store.prove_all(work, (case.path,), jobs=2)) == work
    assert proofs == []  # not here, but in the workers
    assert all(store.is_known(case, size) for _, size in work)


def test_prove_all_stops_with_the_error_of_a_wrong_case(tmp_path):
    wrong = load(tmp_path / "kept_cases.py", SOURCE.replace("s * 3", "s * 4"))
    with pytest.raises(InvalidCase, match="is wrong at entry"):
        list(store.prove_all([("kept_cases.kept", "small")], (wrong.path,), jobs=1))


def test_a_cached_truth_is_as_writable_as_a_fresh_one(case):
    fresh, cached = store.truths(case, "small")["float64"], store.truths(case, "small")["float64"]
    assert fresh.inputs["x"].flags.writeable == cached.inputs["x"].flags.writeable


HELPED = "import kept_helper\n" + SOURCE.replace("s * xp.sum(", "s * kept_helper.total(xp, ").replace(
    "np.array([3])", "np.array([kept_helper.POWER])"
).replace("s * 3 * x**2", "s * k[0] * x ** (k[0] - 1)")
HELPER = "POWER = 3\n\n\ndef total(xp, x):\n    return xp.sum(x)\n"


@pytest.fixture
def helper(tmp_path, monkeypatch):
    """A module that a case file imports."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "kept_helper.py").write_text(HELPER, encoding="utf-8")
    monkeypatch.delitem(sys.modules, "kept_helper", raising=False)
    yield importlib.import_module("kept_helper")
    sys.modules.pop("kept_helper")


def test_inputs_that_have_changed_are_proved_again(tmp_path, proofs, helper):
    store.truths(load(tmp_path / "kept_cases.py", HELPED), "small")
    helper.POWER = 2
    store.truths(load(tmp_path / "kept_cases.py", HELPED), "small")
    assert len(proofs) == 2


def test_a_changed_helper_of_a_case_file_proves_again(tmp_path, proofs, helper):
    store.truths(load(tmp_path / "kept_cases.py", HELPED), "small")
    (tmp_path / "kept_helper.py").write_text(HELPER.replace("xp.sum(x)", "2 * xp.sum(x)"), encoding="utf-8")
    importlib.reload(helper)
    store._file_digest.cache_clear()  # as in a new process
    store._case_digest.cache_clear()
    with pytest.raises(InvalidCase):
        store.truths(load(tmp_path / "kept_cases.py", HELPED), "small")
