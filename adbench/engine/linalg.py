"""The linear algebra extension of the array API standard."""

from __future__ import annotations

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
