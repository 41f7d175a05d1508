"""Linear algebra over jets: the standard's `linalg`, `expm`, and NumPy's and SciPy's products and solves.

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
    kron,
    matmul,
    matrix_power,
    matrix_transpose,
    multi_dot,
    outer,
    tensordot,
    trace,
    vecdot,
)
from adbench.oracle.linalg.singular import SVDResult, matrix_rank, svd, svdvals
from adbench.oracle.linalg.spectral import EighResult, eigh, eigvalsh
from adbench.oracle.linalg.triangular import cho_solve, cholesky_solve, solve_triangular

__all__ = [
    "EighResult",
    "QRResult",
    "SVDResult",
    "SlogdetResult",
    "cho_solve",
    "cholesky",
    "cholesky_solve",
    "cross",
    "det",
    "diagonal",
    "eigh",
    "eigvalsh",
    "expm",
    "inv",
    "kron",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "matrix_transpose",
    "multi_dot",
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
