"""Rows of linear algebra.

Factorisations whose signs are free are looked at through functions that do not see them.
"""

from __future__ import annotations

import numpy as np
from engine.checks import normal
from engine.truths import Row, row

A = normal(3, 3)
WELL = A + 3 * np.eye(3)
BATCH = normal(2, 3, 3) + 3 * np.eye(3)
TALL, WIDE = normal(4, 3), normal(3, 4)
SYMMETRIC = A + A.T
POSITIVE = A @ A.T + np.eye(3)
POSITIVE = (POSITIVE + POSITIVE.T) / 2
SINGULAR = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]
RANK_ONE = [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [-1.0, -2.0, -3.0]]


def of_one(f, *primals) -> list[Row]:
    """A row for each primal."""
    return [row(lambda xp, x: f(xp.linalg, x), x) for x in primals]


def triangle(xp, x, lower=False, unit=False):
    """One triangle of `x`, with ones on its diagonal where `unit`."""
    if unit:
        return (xp.tril(x, k=-1) if lower else xp.triu(x, k=1)) + xp.eye(x.shape[-1])
    return xp.tril(x) if lower else xp.triu(x)


def triangular(trans, lower, unit=False) -> Row:
    """A triangular solve with its flags, and the same by a general one."""

    def reference(xp, a, b):
        t = triangle(xp, a, lower, unit)
        return xp.linalg.solve(xp.matrix_transpose(t) if trans else t, b)

    return row(
        lambda xp, a, b: xp.linalg.solve_triangular(a, b, trans=trans, lower=lower, unit_diagonal=unit),
        WELL,
        normal(3, 2) if lower else normal(3),
        reference=reference,
    )


def norms(*orders) -> list[Row]:
    """Matrix norms."""
    return [row(lambda xp, x, p=p: xp.linalg.matrix_norm(x, ord=p), TALL) for p in orders]


# fmt: off
LINALG: dict[str, list[Row]] = {
    "cho_solve":        [row(lambda xp, a, b, low=low: xp.linalg.cho_solve((a, low), b), WELL, normal(3, 2),
                             reference=lambda xp, a, b, low=low: (lambda t: xp.linalg.solve(
                                 t @ xp.matrix_transpose(t) if low else xp.matrix_transpose(t) @ t, b))(triangle(xp, a, low)))
                         for low in (True, False)],
    "cholesky":         [row(lambda xp, x, up=up: xp.linalg.cholesky(x, upper=up), POSITIVE) for up in (False, True)],
    "cross":            [row(lambda xp, x, y: xp.linalg.cross(x, y), normal(2, 3), normal(3)),
                         row(lambda xp, x, y: xp.linalg.cross(x, y, axis=0), normal(3, 2), normal(3, 2, seed=1))],
    "det":              of_one(lambda la, x: la.det(x), A, BATCH, SINGULAR, RANK_ONE, np.zeros((3, 3)), [[2.0]], [[0.0, 0.0], [1.0, 2.0]]),
    "diagonal":         of_one(lambda la, x: la.diagonal(x * x, offset=1), A, TALL, WIDE),
    "eigh":             of_one(lambda la, x: la.eigh(x).eigenvectors ** 2, SYMMETRIC)
                        + of_one(lambda la, x: la.eigh(x).eigenvalues, SYMMETRIC),
    "eigvalsh":         of_one(lambda la, x: la.eigvalsh(x), SYMMETRIC, POSITIVE),
    "expm":             of_one(lambda la, x: la.expm(x), A, 5 * A, np.zeros((2, 2)), [[0.5, 1.0], [0.0, -0.3]]),
    "inv":              of_one(lambda la, x: la.inv(x), A, BATCH),
    "matmul":           [row(lambda xp, x, y: xp.linalg.matmul(x, y), A, normal(3))],
    "matrix_norm":      norms("fro", "nuc", 2, -2, 1, -1, np.inf, -np.inf),
    "matrix_power":     [row(lambda xp, x, n=n: xp.linalg.matrix_power(x, n), A) for n in (0, 1, 2, 5, -2)],
    "matrix_transpose": of_one(lambda la, x: la.matrix_transpose(x) ** 2, TALL),
    "multi_dot":        [row(lambda xp, a, b, c: xp.linalg.multi_dot([a, b, c]), normal(4), TALL, normal(3, 2),
                             reference=lambda xp, a, b, c: a @ b @ c)],
    "norm":             [row(lambda xp, x: xp.linalg.norm(x, "nuc", (2, 0), True), BATCH,
                             reference=lambda xp, x: xp.linalg.matrix_norm(xp.permute_dims(x, (1, 0, 2)), ord="nuc")[None, :, None]),
                         row(lambda xp, x: xp.linalg.norm(x, 3, -1), TALL,
                             reference=lambda xp, x: xp.linalg.vector_norm(x, ord=3, axis=-1))],
    "outer":            [row(lambda xp, x, y: xp.linalg.outer(x, y), normal(3), normal(2))],
    "pinv":             of_one(lambda la, x: la.pinv(x), TALL, WIDE, WELL),
    "qr":               of_one(lambda la, x: la.qr(x).Q ** 2, TALL, A, WIDE)
                        + of_one(lambda la, x: la.qr(x).R ** 2, TALL, A, WIDE),
    "slogdet":          of_one(lambda la, x: la.slogdet(x).logabsdet, A, BATCH),
    "solve":            [row(lambda xp, a, b: xp.linalg.solve(a, b), a, b)
                         for a, b in ((WELL, normal(3)), (WELL, normal(3, 2)), (BATCH, normal(2, 3, 1)))],
    "solve_triangular": [triangular(0, True), triangular(1, True), triangular(0, False), triangular(1, False),
                         triangular(0, True, unit=True)],
    "svd":              of_one(lambda la, x: la.svd(x, full_matrices=False).U ** 2, TALL, WIDE, WELL)
                        + of_one(lambda la, x: la.svd(x, full_matrices=False).Vh ** 2, TALL, WIDE)
                        + of_one(lambda la, x: la.svd(x, full_matrices=False).S, TALL),
    "svdvals":          of_one(lambda la, x: la.svdvals(x), TALL, WIDE),
    "tensordot":        [row(lambda xp, x, y: xp.linalg.tensordot(x, y, axes=1), A, normal(3, 2))],
    "trace":            of_one(lambda la, x: la.trace(x * x), A, BATCH) + of_one(lambda la, x: la.trace(x * x, offset=-1), TALL),
    "vecdot":           [row(lambda xp, x, y: xp.linalg.vecdot(x, y), A, normal(3))],
    "vector_norm":      [row(lambda xp, x, p=p: xp.linalg.vector_norm(x, ord=p), normal(5)) for p in (0, 1, 2, 3, 2.5, -1, np.inf, -np.inf)]
                        + [row(lambda xp, x: xp.linalg.vector_norm(x, axis=(0, 2), keepdims=True), normal(2, 3, 2))],
}
# fmt: on

ROWS = {f"linalg.{name}": rows for name, rows in LINALG.items()}
