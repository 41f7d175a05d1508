"""Lets `adbench.cases` and `adbench.backends` be the top-level folders when adbench runs from a checkout."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent.parent


def extend(package_path: list[str], folder: str) -> None:
    """Add `folder` of the checkout to a package's search path; in an installed wheel, do nothing."""
    if (ROOT / "pyproject.toml").is_file() and (ROOT / folder).is_dir():
        package_path.append(str(ROOT / folder))
