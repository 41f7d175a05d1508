"""docs/cases/ has the families that there are."""

from pathlib import Path

from adbench import registry

PAGES = Path(__file__).parents[2] / "docs" / "cases"


def test_every_family_has_a_page():
    families = {case.family for case in registry.load_cases().values()}
    written = {path.stem for path in PAGES.glob("*.md")} - {"index"}
    assert written == families, "python benchmarks/pages.py RESULTS.jsonl writes the pages, of a run of the full tier"
