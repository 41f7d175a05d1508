"""Pages of the catalogue."""

import pytest
from fakes import small

from adbench.report.pages import Standing, index, page, plain, write
from adbench.results import Outcome

CASES = [small.cubic, small.quotient]
VERSIONS = {"jax": "0.10.2", "torch": "2.13.0"}


def outcome(backend, status, case="small.cubic", known=""):
    return Outcome(
        cell="", case=case, family="small", size="small", backend=backend, operator="vjp", dtype="float64",
        status=status, known=known,
    )  # fmt: skip


@pytest.fixture
def standing():
    made = Standing()
    for one in (
        *[outcome("jax", "pass")] * 3, outcome("jax", "fail", known="a * b is lost"), outcome("jax", "unsupported"),
        outcome("jax", "error"), outcome("torch", "unsupported"), outcome("jax", "pass", "small.quotient"),
    ):  # fmt: skip
        made.see(one)
    return made


def test_a_page_has_the_formula_and_each_backends_standing(standing):
    lines = page("small", CASES, standing, VERSIONS).splitlines()
    assert lines[0] == "# small"
    assert "| `cubic` | M (s x³); M (2, 2), x (2,), s (). | x, s |  |" in lines
    assert "| `quotient` *bench* | x / y; both (3,). | x, y |  |" in lines
    assert "| case | jax 0.10.2 | torch 2.13.0 |" in lines
    assert "| `cubic` | 3/5, 1 known, 1 **unexpected** | – |" in lines
    assert "| `quotient` | 1/1 | – |" in lines
    assert lines[-1] == r"- jax, 1 cell: a \* b is lost"


def test_the_index_adds_up_a_family(standing):
    rows = index([("small", CASES)], standing, VERSIONS)
    assert rows[-1] == "| [small](small.md) | 2 | 4/6, 1 known, 1 **unexpected** | – |"


def test_what_means_something_in_markdown_is_escaped():
    assert plain(r"|x_i| * <y>[0] `\`") == r"\|x\_i\| \* &lt;y>\[0\] \`\\\`"


def test_pages_of_families_that_are_gone_go(tmp_path, standing):
    folder = tmp_path / "cases"
    folder.mkdir()
    (folder / "gone.md").touch()
    write(folder, "# Title", CASES, standing, VERSIONS)
    assert sorted(path.name for path in folder.iterdir()) == ["index.md", "small.md"]
    assert (folder / "index.md").read_text(encoding="utf-8").startswith("# Title\n")
