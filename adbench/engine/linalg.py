"""The linear algebra extension of the array API standard, and SciPy's most common functions of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.engine.errors import no_such_name
from adbench.engine.primitive import piecewise_constant
from adbench.engine.rules.determinant import SlogdetResult, det, slogdet
from adbench.engine.rules.factorisation import QRResult, cholesky, qr
from adbench.engine.rules.indexing import diagonal
from adbench.engine.rules.matrix import trace
from adbench.engine.rules.norms import matrix_norm, norm, vector_norm
from adbench.engine.rules.powers import expm, matrix_power, multi_dot
from adbench.engine.rules.product import cross, matmul, outer, tensordot, vecdot
from adbench.engine.rules.shape import matrix_transpose
from adbench.engine.rules.singular import SVDResult, svd, svdvals
from adbench.engine.rules.solving import cho_solve, inv, pinv, solve, solve_triangular
from adbench.engine.rules.spectral import EighResult, eigh, eigvalsh

__all__ = [
    "EighResult",
    "QRResult",
    "SVDResult",
    "SlogdetResult",
    "cho_solve",
    "cholesky",
    "cross",
    "det",
    "diagonal",
    "eigh",
    "eigvalsh",
    "expm",
    "inv",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "matrix_transpose",
    "multi_dot",
    "norm",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_triangular",
    "svd",
    "svdvals",
    "tensordot",
    "trace",
    "vecdot",
    "vector_norm",
]

matrix_rank = piecewise_constant(np.linalg.matrix_rank)

def __getattr__(name: str) -> Any:
    """Say what is missing."""
    raise no_such_name("adbench.engine.linalg", name)
