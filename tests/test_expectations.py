"""Known deviations: which failures they explain, when they are gone, what is wrong with a file of them."""

import subprocess
import sys
from fnmatch import fnmatchcase
from importlib.metadata import version
from pathlib import Path

import msgspec
import pytest

import adbench.backends
from adbench.errors import InvalidExpectations
from adbench.expectations import Deviation, Healing, explain, load, load_defaults
from adbench.plan import name_and_version
from adbench.results import Outcome

FILES = sorted(f for folder in adbench.backends.__path__ for f in Path(folder).glob("*.toml") if ".rules" not in f.name)
SHIPPED = [(file.name, deviation) for file in FILES for deviation in load(file, fuzzed=True)]


def deviation(**fields):
    return Deviation(
        **{"reason": "because", "match": "inaccurate", "reproduction": "assert True", **fields}
    )


def outcome(status="fail", message="derivative by x (inaccurate): got 1", **fields):
    cell = {"case": "sigmoid.stable", "backend": "jax:jit", "operator": "vjp", "dtype": "float64", **fields}
    return Outcome(
        cell=":".join(cell.values()), family="sigmoid", size="small", status=status, message=message, **cell
    )


def healed(outcomes, deviations, versions=None, *, complete):
    healing = Healing(deviations)
    for place, one in enumerate(outcomes):
        healing.see(one, place, (versions or {}).get(one.backend) or name_and_version(one.backend)[1])
    return healing.healed(complete=complete)


# Which cells


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"case": "sigmoid.*"},
        {"case": ("calculus.*", "sigmoid.stable")},
        {"backend": "jax*"},
        {"backend": "jax:jit", "operator": ("jvp", "vjp"), "dtype": "float64"},
    ],
)
def test_globs_and_lists_of_globs_cover_a_cell(fields):
    assert deviation(**fields).covers(outcome())


@pytest.mark.parametrize(
    "fields",
    [
        {"case": "sigmoid"},
        {"case": "Sigmoid.*"},
        {"case": ()},
        {"backend": "jax"},
        {"operator": ("jvp", "jacfwd")},
        {"dtype": "float32"},
        {"case": "sigmoid.*", "operator": "jvp"},
    ],
)
def test_one_field_that_does_not_match_is_enough(fields):
    assert not deviation(**fields).covers(outcome())


@pytest.mark.parametrize(
    ("variant", "covered"), [("", [""]), ("*", ["", "layout", "closure"]), (("layout", "unused"), ["layout"])]
)
def test_a_record_is_about_cases_as_they_are_unless_it_names_variants(variant, covered):
    recorded = deviation(variant=variant)
    assert [made for made in ("", "layout", "closure") if recorded.covers(outcome(variant=made))] == covered


def test_the_title_of_a_record_names_its_variant():
    assert deviation(case="a.b", operator="jvp").title == "a.b:jvp:*:*"
    assert deviation(case="a.b", operator="jvp", variant="closure").title == "a.b~closure:jvp:*:*"


# Which failures


@pytest.mark.parametrize("status", ["fail", "error", "crash", "timeout"])
def test_a_failure_that_matches_is_explained(status):
    assert explain(outcome(status), [deviation()]).known == "because"


@pytest.mark.parametrize("status", ["pass", "unsupported"])
def test_what_is_no_failure_is_not_explained(status):
    assert explain(outcome(status), [deviation(match="")]).known == ""


def test_another_failure_of_the_same_cell_does_not_hide():
    other = outcome(message="derivative by x (wrong): got −1")
    assert explain(other, [deviation()]) == other


def test_match_is_a_regular_expression_found_anywhere():
    assert explain(outcome(), [deviation(match=r"by \w+ \(inacc")]).known
    assert not explain(outcome(), [deviation(match=r"^inaccurate")]).known


def test_the_first_deviation_that_explains_gives_the_reason():
    deviations = [deviation(match="wrong", reason="a"), deviation(reason="b"), deviation(reason="c")]
    assert explain(outcome(), deviations).known == "b"


def test_an_outcome_of_another_time_is_explained_by_the_deviations_of_today():
    recorded = outcome(known="a reason of then")
    assert explain(recorded, []).known == ""
    assert explain(recorded, [deviation(reason="of today")]).known == "of today"


# When they are gone


@pytest.mark.parametrize("complete", [True, False])
def test_a_deviation_that_still_happens_is_not_healed(complete):
    assert healed([outcome()], [deviation()], complete=complete) == []


@pytest.mark.parametrize("complete", [True, False])
def test_a_deviation_of_every_cell_is_healed_by_one_that_passes(complete):
    passed, one = outcome("pass", ""), deviation()
    assert healed([outcome(operator="jvp"), passed], [one], complete=complete) == [(one, passed)]


def test_a_deviation_of_some_cells_is_healed_when_all_of_them_pass():
    one = deviation(every=False)
    passed = [outcome("pass", ""), outcome("pass", "", operator="jvp")]
    assert healed([passed[0], outcome(operator="jvp")], [one], complete=True) == []
    assert healed(passed, [one], complete=True) == [(one, passed[0])]


def test_a_deviation_of_some_cells_is_not_healed_by_a_run_of_a_part():
    assert healed([outcome("pass", "")], [deviation(every=False)], complete=False) == []


def test_a_deviation_of_cells_that_were_not_run_is_not_healed():
    assert healed([outcome("pass", "")], [deviation(case="calculus.*")], complete=True) == []


def test_a_failure_of_another_kind_does_not_heal():
    other = outcome(message="derivative by x (wrong): got −1")
    assert healed([other], [deviation(), deviation(every=False)], complete=True) == []


def test_unsupported_cells_do_not_keep_a_deviation_alive():
    one, passed = deviation(every=False), outcome("pass", "")
    assert healed([passed, outcome("unsupported", "", operator="jvp")], [one], complete=True) == [
        (one, passed)
    ]


# Versions


@pytest.mark.parametrize("glob", ["jax", "j*", ("torch", "jax"), "jax@0.9.2", "jax@0.9*"])
def test_a_library_is_meant_in_each_version_unless_one_is_named(glob):
    assert deviation(backend=glob).covers(outcome(backend="jax@0.9.2"))


@pytest.mark.parametrize("glob", ["jax@0.10*", "jax:jit", "torch"])
def test_another_version_or_library_is_not_meant(glob):
    assert not deviation(backend=glob).covers(outcome(backend="jax@0.9.2"))


@pytest.mark.parametrize(
    ("versions", "version", "admitted"),
    [
        ("", "1.8.0", True),
        ("", "unknown", True),
        ("<1.9", "1.8.0", True),
        ("<1.9", "1.9.0", False),
        (">=1.8,<1.9", "1.8.0+cpu", True),
        ("<1.9", "1.8.0rc1", True),
        ("<1.9", "unknown", False),
        ("<1.9", "", False),
    ],
)
def test_versions_are_those_of_a_requirement(versions, version, admitted):
    assert deviation(versions=versions).admits(version) == admitted


def test_a_deviation_that_one_version_shows_no_more_is_healed_there():
    old, new = outcome(backend="jax@0.9"), outcome("pass", "", backend="jax@0.10")
    for every in (True, False):
        one = deviation(backend="jax", every=every)
        assert healed([old, new], [one], complete=True) == [(one, new)]
        assert healed([old, outcome(backend="jax@0.10")], [one], complete=True) == []


def test_a_deviation_is_healed_only_in_the_versions_that_it_names():
    one, passed = deviation(versions="<0.10"), outcome("pass", "")
    assert healed([passed], [one], {"jax:jit": "0.10"}, complete=True) == []
    assert healed([passed], [one], {"jax:jit": "0.9"}, complete=True) == [(one, passed)]
    assert healed([outcome("pass", "", backend="jax@0.10")], [one], complete=True) == []


def test_the_cell_that_shows_it_is_the_first_of_the_run_in_whatever_order_they_came():
    healing, passed = Healing([one := deviation()]), outcome("pass", "")
    for place in (5, 2, 7):
        healing.see(msgspec.structs.replace(passed, cell=str(place)), place)
    assert healing.healed(complete=True) == [(one, msgspec.structs.replace(passed, cell="2"))]


# Files

GOOD = (
    '[[deviation]]\ncase = ["a.*", "b.c"]\nmatch = "x"\nreason = "y"\nreproduction = "z"\nevery = false\n'
)


def test_a_file_is_read(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(GOOD * 2)
    expected = Deviation(case=("a.*", "b.c"), match="x", reason="y", reproduction="z", every=False)
    assert load(path) == [expected, expected]
    assert expected.title == "a.*|b.c:*:*:*"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (GOOD.replace('reason = "y"\n', ""), "reason"),
        (GOOD.replace('match = "x"\n', ""), "match"),
        (GOOD.replace('reproduction = "z"\n', ""), "reproduction"),
        (GOOD + 'status = "fail"\n', "status"),
        (GOOD.replace('"x"', '"("'), "unterminated subpattern"),
        (GOOD.replace("false", '"no"'), "every"),
        (GOOD.replace('["a.*", "b.c"]', "[1]"), "case"),
        (GOOD + 'versions = "1.9"\n', "Invalid specifier: '1.9'"),
        (GOOD.replace("[[deviation]]", "[[deviation"), "line 1"),
        (GOOD.replace("[[deviation]]", "[deviation]"), "array"),
    ],
)
def test_a_file_that_is_invalid_is_told_with_its_path_and_why(tmp_path, text, why):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(InvalidExpectations) as caught:
        load(path)
    assert caught.value.exit_code == 6
    assert str(caught.value).startswith(f"{path}: ")
    assert why in str(caught.value)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(InvalidExpectations, match="No such file"):
        load(tmp_path / "none.toml")


def test_a_misspelt_table_is_told(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(GOOD.replace("deviation", "deviations"))
    with pytest.raises(InvalidExpectations, match="deviations"):
        load(path)


def test_a_file_that_is_no_text_is_told(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidExpectations):
        load(path)


# Ours


def test_ours_are_loaded_by_default():
    assert load_defaults(fuzzed=True) == [deviation for _, deviation in SHIPPED]
    assert load_defaults() == [deviation for _, deviation in SHIPPED if not deviation.fuzzed]
    assert FILES


@pytest.fixture(scope="session")
def known():
    from adbench import registry

    return list(registry.load_cases()), list(registry.backend_names())


@pytest.mark.parametrize(("file", "recorded"), SHIPPED, ids=[f"{f}-{d.title}" for f, d in SHIPPED])
def test_a_recorded_deviation_is_complete(file, recorded, known):
    cases, backends = known
    assert recorded.reason.strip()
    assert recorded.match.strip()
    assert 1 <= len(recorded.reproduction.strip().splitlines()) <= 10
    compile(recorded.reproduction, file, "exec")
    for named, globs in ((cases, recorded.case), (backends, recorded.backend)):
        for glob in [globs] if isinstance(globs, str) else globs:
            assert any(fnmatchcase(name, glob) for name in named), f"{glob} matches nothing"
    assert recorded.backend != "*", "a deviation is one library's"


# The reproductions of a library run in one process each, after one another, as a reader would paste them.
LIBRARIES = {"autograd.toml": "autograd", "numpy.toml": "numpy", "torch.toml": "torch", "jax.toml": "jax"}
RUN = """
import sys, json
for title, code in json.load(sys.stdin):
    try:
        exec(compile(code, title, "exec"), {})
    except Exception as error:
        print(f"{title}: {type(error).__name__}: {error}")
"""


@pytest.mark.parametrize("file", [f.name for f in FILES])
def test_the_reproductions_run_and_show_what_they_claim(file):
    pytest.importorskip(LIBRARIES.get(file, "numpy"))
    installed = version(LIBRARIES[file]) if file in LIBRARIES else ""
    work = msgspec.json.encode([(d.title, d.reproduction) for f, d in SHIPPED if f == file and d.admits(installed)])
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RUN],
        input=work,
        capture_output=True,
        timeout=1200,  # many of JAX's compile for seconds
        check=True,
    )
    assert ran.stdout.decode() == ""
