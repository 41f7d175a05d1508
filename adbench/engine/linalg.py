"""The linear algebra extension of the array API standard."""

from __future__ import annotations

from typing import Any

from adbench.engine.errors import no_such_name
from adbench.engine.rules.decomposition import SlogdetResult, cholesky, det, inv, slogdet, solve, trace
from adbench.engine.rules.indexing import diagonal
from adbench.engine.rules.product import matmul, outer, tensordot, vecdot
from adbench.engine.rules.reduction import matrix_norm, vector_norm
from adbench.engine.rules.shape import matrix_transpose

__all__ = [
    "SlogdetResult",
    "cholesky",
    "det",
    "diagonal",
    "inv",
    "matmul",
    "matrix_norm",
    "matrix_transpose",
    "outer",
    "slogdet",
    "solve",
    "tensordot",
    "trace",
    "vecdot",
    "vector_norm",
]


def __getattr__(name: str) -> Any:
    """Say what is missing."""
    raise no_such_name("adbench.engine.linalg", name)
