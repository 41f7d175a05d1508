"""Backends that misbehave, each in one way that its name says, over the closed forms in plain NumPy."""

from pathlib import Path

CASES = str(Path(__file__).with_name("small.py"))  # for `--cases`
