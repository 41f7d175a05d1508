"""Python executables for `--python`: this one under a wrapper, with modules of its own, or with none."""

import os
import sys


def interpreter(folder, flags="", **modules):
    """A Python executable, this one under a wrapper, with modules of its own.

    Args:
        folder: where to make it.
        flags: of Python's own.
        modules: source by name; `sitecustomize` is imported first of all.
    """
    folder.mkdir()
    for name, source in modules.items():
        (folder / f"{name}.py").write_text(source)
    path = folder / "python"
    first = f'"{folder}${{PYTHONPATH:+{os.pathsep}$PYTHONPATH}}"'
    path.write_text(f'#!/bin/sh\nPYTHONPATH={first} exec "{sys.executable}" {flags} "$@"\n')
    path.chmod(0o755)
    return str(path)


def library(folder, version, factor=1.0):
    """An interpreter that has this version of the library."""
    return interpreter(folder, fake_library=f'__version__ = "{version}"\nfactor = {factor}\n')
