"""Finding cases and backends, and the sentence that a user sees when one is not there or does not load."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

import adbench.backends
from adbench import registry
from adbench.errors import AdbenchError, BackendFailed, BackendNotInstalled, BrokenFile, InvalidCase, UnknownName

ADAPTER = """
from adbench.backend import Backend


class Mine(Backend):
    name = "mine"
"""

FAMILIES = {"broadcast", "calculus", "matmul", "regression", "sigmoid"}

MINE = '''
import numpy as np
from adbench.case import case


@case(wrt=("x",))
def one(xp, x):
    """2x."""
    return 2 * x


@one.inputs
def _(rng):
    return {"x": rng.standard_normal(3)}
'''


@pytest.fixture(scope="module")
def cases():
    return registry.load_cases()


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # stale for a source of one size in one second

    def file(source, name="mine.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
        return str(path)

    return file


# cases


def test_the_catalogue_holds_its_families(cases):
    assert {c.family for c in cases.values()} >= FAMILIES
    assert all(name == c.name for name, c in cases.items())
    assert list(registry.load_cases()) == list(cases)


def test_a_file_of_ones_own_is_added_to_the_catalogue(cases, write):
    loaded = registry.load_cases([write(MINE)])
    assert set(loaded) - set(cases) == {"mine.one"}
    assert loaded["mine.one"].make_inputs("small")["x"].shape == (3,)
    assert loaded["mine.one"].path == write(MINE)


def test_a_file_that_is_loaded_again_replaces_its_cases(write):
    registry.load_cases([write(MINE)])
    loaded = registry.load_cases([write(MINE.replace("def one", "def two").replace("@one", "@two"))])
    assert "mine.two" in loaded
    assert "mine.one" not in loaded


def test_a_file_that_is_named_twice_is_loaded_once(write):
    assert "mine.one" in registry.load_cases([write(MINE), write(MINE)])


def test_without_its_file_a_case_is_not_in_the_catalogue(write):
    registry.load_cases([write(MINE)])
    assert "mine.one" not in registry.load_cases()


def test_two_cases_of_one_name_are_refused_with_both_places(write):
    with pytest.raises(InvalidCase, match=r"mine\.one \(mine\.py:\d+\): another case has this name, .*mine\.py:\d+"):
        registry.load_cases([write(MINE + MINE)])


def test_a_file_that_takes_a_name_of_the_catalogue_is_refused(write):
    clash = MINE.replace("@case(", '@case(name="square", ')
    with pytest.raises(InvalidCase, match=r"calculus\.square.*another case has this name"):
        registry.load_cases([write(clash, "calculus.py")])


def test_two_files_of_one_name_are_both_loaded_or_refused(write):
    other = MINE.replace("def one", "def two").replace("@one", "@two")
    loaded = registry.load_cases([write(MINE, "a/mine.py"), write(other, "b/mine.py")])
    assert {"mine.one", "mine.two"} <= set(loaded)


def test_entry_points_add_cases(write, tmp_path, monkeypatch):
    write(MINE, "plugged_in_cases.py")
    monkeypatch.syspath_prepend(tmp_path)
    point = EntryPoint(name="plug", value="plugged_in_cases", group="adbench.cases")
    monkeypatch.setattr(registry, "entry_points", lambda group: [point] if group == "adbench.cases" else [])
    assert "plugged_in_cases.one" in registry.load_cases()


# broken files


def test_a_syntax_error_is_given_with_path_line_and_reason(write):
    path = write("x = 1\ndef f(:\n    pass\n")
    with pytest.raises(BrokenFile) as error:
        registry.load_cases([path])
    assert (error.value.path, error.value.line) == (path, 2)
    assert str(error.value).startswith(f"{path}:2: SyntaxError: ")


def test_an_exception_in_the_body_is_given_with_path_line_and_reason(write):
    path = write("x = 1\n\ndef f():\n    return x / 0\n\nf()\n")
    with pytest.raises(BrokenFile) as error:
        registry.load_cases([path])
    assert str(error.value) == f"{path}:4: ZeroDivisionError: division by zero"
    assert isinstance(error.value.__cause__, ZeroDivisionError)


def test_an_exception_in_a_library_is_given_at_the_users_own_line(write):
    path = write("import numpy as np\n\nnp.linalg.inv(np.ones((2, 2)))\n")
    with pytest.raises(BrokenFile, match=r"mine\.py:3: LinAlgError: Singular matrix"):
        registry.load_cases([path])


def test_a_relative_path_is_given_at_the_users_own_line_too(write, tmp_path, monkeypatch):
    write("import numpy as np\n\nnp.linalg.inv(np.ones((2, 2)))\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BrokenFile, match=r"mine\.py:3: LinAlgError"):
        registry.load_cases(["mine.py"])


def test_a_missing_import_is_given_at_its_line(write):
    with pytest.raises(BrokenFile, match=r"mine\.py:2: ModuleNotFoundError: No module named 'not_there_at_all'"):
        registry.load_cases([write("x = 1\nimport not_there_at_all\n")])


def test_a_malformed_case_is_given_with_its_own_sentence(write):
    with pytest.raises(InvalidCase, match=r"mine\.one \(mine\.py:\d+\): wrt names 'z'"):
        registry.load_cases([write(MINE.replace('("x",)', '("z",)'))])


@pytest.mark.parametrize(("name", "reason"), [("nope.py", "no such file"), ("", "no such file")])
def test_a_file_that_is_not_there(tmp_path, name, reason):
    path = str(tmp_path / name)
    with pytest.raises(BrokenFile) as error:
        registry.load_cases([path])
    assert str(error.value) == f"{path}: {reason}"
    assert error.value.exit_code == 2


def test_a_file_that_is_no_python(write):
    with pytest.raises(BrokenFile, match=r"mine\.toml: not a Python file"):
        registry.load_cases([write("x = 1", "mine.toml")])


# patterns


def names(chosen):
    return [c.name for c in chosen]


def test_no_pattern_selects_all_in_catalogue_order(cases):
    assert names(registry.select_cases(cases, [])) == list(cases)


def test_a_family_stands_for_its_cases(cases):
    chosen = names(registry.select_cases(cases, ["calculus"]))
    assert chosen == [n for n in cases if n.startswith("calculus.")]
    assert chosen


def test_globs_and_names_in_catalogue_order_each_once(cases):
    chosen = names(registry.select_cases(cases, ["regression.*", "calculus.s*", "calculus.square"]))
    assert chosen == [n for n in cases if n.startswith(("regression.", "calculus.s"))]
    assert names(registry.select_cases(cases, ["calculus.square"])) == ["calculus.square"]
    assert names(registry.select_cases(cases, ["*.squar?"])) == [n for n in cases if n.endswith(".square")]


def test_patterns_heed_case(cases):
    with pytest.raises(UnknownName):
        registry.select_cases(cases, ["CALCULUS.*"])


@pytest.mark.parametrize(
    ("pattern", "near"),
    [("calculus.sqare", "calculus.square"), ("calculs", "calculus"), ("square", "calculus.square")],
)
def test_an_unknown_name_gives_near_ones(cases, pattern, near):
    with pytest.raises(UnknownName) as error:
        registry.select_cases(cases, ["calculus.*", pattern])
    assert str(error.value).startswith(f"no case named {pattern!r}; did you mean ")
    assert near in error.value.near


def test_an_unknown_name_that_is_near_nothing_says_where_the_list_is(cases):
    with pytest.raises(UnknownName, match=r"no case named 'qqqqqqqqq'; `adbench list cases` prints all \d+"):
        registry.select_cases(cases, ["qqqqqqqqq"])


def test_one_unknown_pattern_among_good_ones_is_refused(cases):
    with pytest.raises(UnknownName, match="'nothing_like_it'"):
        registry.select_cases(cases, ["*", "nothing_like_it"])


# backends


def test_backend_names_point_at_their_classes():
    table = registry.backend_names()
    assert {"autograd", "finite", "jax", "jax:jit", "manual", "numpy", "torch"} <= set(table)
    assert table["numpy"] == "adbench.backends.numpy:NumPy"
    assert table["jax:jit"].startswith("adbench.backends.jax:")


def test_backend_names_and_cases_import_no_library():
    program = (
        "import sys\n"
        "from adbench import registry\n"
        "assert 'torch' in registry.backend_names()\n"
        "assert registry.load_cases()\n"
        "print([m for m in ('torch', 'jax', 'autograd', 'array_api_compat') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_loading_a_backend_gives_an_instance():
    backend = registry.load_backend("numpy")
    assert type(backend).__name__ == "NumPy"
    assert backend.name == "numpy"


def test_a_class_of_ones_own_by_its_module(write, tmp_path, monkeypatch):
    write(ADAPTER, "my_own_adapter.py")
    monkeypatch.syspath_prepend(tmp_path)
    assert registry.load_backend("my_own_adapter:Mine").name == "mine"


def test_entry_points_add_backends(write, tmp_path, monkeypatch):
    write(ADAPTER, "plugged_in_adapter.py")
    monkeypatch.syspath_prepend(tmp_path)
    point = EntryPoint(name="plug", value="plugged_in_adapter:Mine", group="adbench.backends")
    monkeypatch.setattr(registry, "entry_points", lambda group: [point] if group == "adbench.backends" else [])
    assert registry.backend_names()["plug"] == "plugged_in_adapter:Mine"
    assert registry.load_backend("plug").name == "mine"


@pytest.mark.parametrize(
    "name", ["pytorch", "torch:", "nope", "", "no_such_module_at_all:X", "adbench.nope:X", "json:Nope"]
)
def test_an_unknown_backend_is_refused_by_name(name):
    with pytest.raises(UnknownName, match="no backend named") as error:
        registry.load_backend(name)
    assert error.value.name == name
    assert error.value.kind == "backend"


def test_an_unknown_backend_gives_near_ones():
    with pytest.raises(UnknownName, match=r"no backend named 'pytorch'; did you mean torch or torch:compile\?"):
        registry.load_backend("pytorch")
    with pytest.raises(UnknownName, match=r"there are autograd, .*numpy, numpy:compiled, torch"):
        registry.load_backend("qqqqqqq")


def test_a_library_that_is_not_installed_says_what_to_type(monkeypatch):
    monkeypatch.delitem(sys.modules, "adbench.backends.autograd", raising=False)
    monkeypatch.setitem(sys.modules, "autograd", None)  # how Python marks a module that must not be found
    with pytest.raises(BackendNotInstalled) as error:
        registry.load_backend("autograd")
    assert 'autograd is not installed; pip install "adbench-suite[autograd]"' in str(error.value)
    assert error.value.exit_code == 4


def test_the_extra_of_a_configuration_is_its_librarys(monkeypatch):
    monkeypatch.delitem(sys.modules, "adbench.backends.jax", raising=False)
    monkeypatch.setitem(sys.modules, "jax", None)
    with pytest.raises(BackendNotInstalled, match=r"backend jax:jit cannot start: .*\[jax\]"):
        registry.load_backend("jax:jit")


def test_an_adapter_that_raises_is_given_with_path_line_and_reason(write, tmp_path, monkeypatch):
    path = write("x = 1\nraise ValueError('no luck')\n", "raising_adapter.py")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(BrokenFile) as error:
        registry.load_backend("raising_adapter:X")
    assert str(error.value) == f"{path}:2: ValueError: no luck"


def test_an_adapter_that_raises_in_a_library_is_given_at_its_own_line(write, tmp_path, monkeypatch):
    path = write("import numpy as np\nnp.linalg.inv(np.ones((2, 2)))\n", "raising_below_adapter.py")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(BrokenFile) as error:
        registry.load_backend("raising_below_adapter:X")
    assert (error.value.path, error.value.line) == (path, 2)


def test_an_adapter_whose_class_cannot_be_made_is_given_with_its_reason(write, tmp_path, monkeypatch):
    write(ADAPTER + "\n    def __init__(self):\n        raise ValueError('no luck')\n", "unmade_adapter.py")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(BackendFailed, match="backend unmade_adapter:Mine does not start: ValueError: no luck") as error:
        registry.load_backend("unmade_adapter:Mine")
    assert error.value.exit_code == 4


def test_a_relative_module_is_refused():
    with pytest.raises(AdbenchError):
        registry.load_backend(".relative:X")


def test_a_class_that_is_no_backend_is_refused():
    with pytest.raises(UnknownName):
        registry.load_backend("json:JSONDecoder")


def test_an_adapter_of_ones_own_is_no_extra_of_ours(write, tmp_path, monkeypatch):
    write("import not_there_at_all\nclass X: pass\n", "needy_adapter.py")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(BackendNotInstalled) as error:
        registry.load_backend("needy_adapter:X")
    assert "not_there_at_all is not installed" in str(error.value)
    assert "needy_adapter]" not in str(error.value)


@pytest.fixture
def adapters(tmp_path, monkeypatch):
    monkeypatch.setattr(adbench.backends, "__path__", [*adbench.backends.__path__, str(tmp_path)])


@pytest.mark.usefixtures("adapters")
@pytest.mark.parametrize("source", ['BACKENDS = {"zz": "Z"}\n', "import nothing_that_exists\nBACKENDS = {'zz': 'Z'}\n"])
def test_an_adapter_file_declares_its_backends_without_being_run(write, source):
    write(source, "zz_adapter.py")
    assert registry.backend_names()["zz"] == "adbench.backends.zz_adapter:Z"


@pytest.mark.usefixtures("adapters")
def test_a_file_without_backends_declares_none(write):
    before = registry.backend_names()
    write("x = 1\n", "zz_helper.py")
    assert registry.backend_names() == before


@pytest.mark.usefixtures("adapters")
@pytest.mark.parametrize("source", ["BACKENDS = {\n", "BACKENDS = dict(zz='Z')\n"])
def test_a_broken_adapter_file_is_given_with_path_and_line(write, source):
    path = write(source, "zz_broken.py")
    with pytest.raises(BrokenFile) as error:
        registry.backend_names()
    assert (error.value.path, error.value.line) == (path, 1)


@pytest.mark.usefixtures("adapters")
def test_an_annotated_declaration_counts(write):
    write('BACKENDS: dict[str, str] = {"zz": "Z"}\n', "zz_annotated.py")
    assert "zz" in registry.backend_names()


def test_a_case_is_known_by_the_digest_of_its_file(write):
    before = registry.digests(registry.load_cases([write(MINE)]).values())
    after = registry.digests(registry.load_cases([write(MINE + "# another")]).values())
    assert {name for name in before if before[name] != after[name]} == {"mine.one"}


def test_a_case_of_a_folder_is_known_by_all_of_its_files(tmp_path):
    (folder := tmp_path / "mine").mkdir()
    (folder / "mine.py").write_text(MINE)

    def digest():
        return registry.digests(registry.load_cases([str(folder / "mine.py")]).values())["mine.one"]

    before = digest()
    (folder / "common.py").write_text("HALF = 0.5")
    assert digest() != before
