"""What a case file is made of: itself and what it imports of its own, but no library."""

from pathlib import Path

import pytest

import adbench.cases
from adbench import registry
from adbench.sources import files_of


def written(folder, **texts):
    for name, text in texts.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return str(folder / "cases.py")


def names(path):
    return [file.name for file in files_of(path)]


@pytest.mark.parametrize(
    "text",
    [
        "import first",
        "from first import f",
        "import numpy, first as other",
        "def f():\n    import first",
        "from . import first",
        "from .first import f",
    ],
)
def test_a_file_beside_is_followed_and_what_it_imports_too(tmp_path, monkeypatch, text):
    path = written(tmp_path, cases=text, first="from second import x\n", second="import cases\n", third="")
    monkeypatch.syspath_prepend(tmp_path)
    assert names(path) == ["cases.py", "first.py", "second.py"]


def test_files_of_a_folder_are_followed(tmp_path):
    path = written(tmp_path, cases="from .parts import one\nfrom .parts.two import x", parts__one="", parts__two="")
    assert names(path) == ["cases.py", "one.py", "two.py"]


def test_libraries_and_what_is_missing_are_not(tmp_path):
    path = written(tmp_path, cases="import numpy\nimport sys\nfrom adbench.case import case\nimport no_such_module")
    assert names(path) == ["cases.py"]


def test_our_own_cases_are_followed_from_anywhere(tmp_path):
    path = written(tmp_path, cases="from adbench.cases.loops import case")
    assert {"cases.py", "loops.py", "objectives.py"} <= set(names(path))


def test_families_that_are_folders_have_their_name_and_all_of_their_files():
    cases = registry.load_cases().values()
    folders = [p.parent for path in adbench.cases.__path__ for p in Path(path).glob("*/__init__.py")]
    assert folders
    for folder in folders:
        paths = {Path(case.path).name for case in cases if case.family == folder.name}
        assert paths == {p.name for p in folder.glob("*.py")} - {"__init__.py", "common.py"}
