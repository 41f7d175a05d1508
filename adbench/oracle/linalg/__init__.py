"""Linear algebra over jets: the standard's `linalg`, and `expm`, to first and second order.

`elimination` and `factorisations` are arithmetic on jets; `spectral` and `singular` start from certified balls around
eigenvectors and lift them order by order; `basis` holds the proofs that these rest on.
"""

from adbench.oracle.linalg.elimination import SlogdetResult, det, inv, slogdet, solve
from adbench.oracle.linalg.factorisations import QRResult, cholesky, pinv, qr
from adbench.oracle.linalg.norms import matrix_norm, vector_norm
from adbench.oracle.linalg.products import (
    cross,
    diagonal,
    expm,
    matmul,
    matrix_power,
    matrix_transpose,
    outer,
    tensordot,
    trace,
    vecdot,
)
from adbench.oracle.linalg.singular import SVDResult, matrix_rank, svd, svdvals
from adbench.oracle.linalg.spectral import EighResult, eigh, eigvalsh

__all__ = [
    "EighResult",
    "QRResult",
    "SVDResult",
    "SlogdetResult",
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
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
    "tensordot",
    "trace",
    "vecdot",
    "vector_norm",
]
