"""`adbench show --graph`: the graph of a case as the reference engine records it, in a picture or as text."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from adbench import registry
from adbench.case import Array, Case
from adbench.engine import graph
from adbench.oracle.truth import Truth
from adbench.parts import in_dtype


def save_graph(case: Case, truth: Truth, dtype: str, path: Path) -> str:
    """Write the graph of `case` at its inputs.

    Returns:
        A line that says where it is and what its gradients are of.
    Raises:
        AdbenchError: the engine lacks a function that the case uses, or the file cannot be drawn or written.
    """
    xp = registry.load_backend("numpy").namespace
    inputs = {name: in_dtype(x, dtype) for name, x in truth.inputs.items()}

    def f(*primals: Array) -> Array:
        return case.function(xp, **(inputs | dict(zip(case.wrt, primals, strict=True))))

    value = truth.value
    y_bar = np.ones(value.shape, value.dtype(dtype)) if value.shape or value.complex else None
    graph(f, *(inputs[name] for name in case.wrt), y_bar=y_bar, names=case.wrt).save(path)
    real = "the real part of f" if value.complex else "f"
    return f"{path}: the graph, with gradients of {real}" + (", summed over its entries" if value.shape else "")
