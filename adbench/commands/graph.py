"""`adbench show --graph`: the graph of a case as the reference engine records it, in a picture or as text."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from adbench import registry
from adbench.case import Array, Case
from adbench.engine import graph
from adbench.oracle.truth import Truth


def save_graph(case: Case, truth: Truth, dtype: str, path: Path) -> str:
    """Write the graph of `case` at its inputs.

    Returns:
        A line that says where it is and what its gradients are of.
    Raises:
        AdbenchError: the engine lacks a function that the case uses, or the file cannot be drawn or written.
    """
    xp = registry.load_backend("numpy").namespace
    inputs = {name: x.astype(dtype) if x.dtype.kind == "f" else x for name, x in truth.inputs.items()}

    def f(*primals: Array) -> Array:
        return case.function(xp, **(inputs | dict(zip(case.wrt, primals, strict=True))))

    shape = truth.value.high.shape
    y_bar = np.ones(shape, dtype) if shape else None
    graph(f, *(inputs[name] for name in case.wrt), y_bar=y_bar, names=case.wrt).save(path)
    return f"{path}: the graph, with gradients of f" + (", summed over its entries" if shape else "")
