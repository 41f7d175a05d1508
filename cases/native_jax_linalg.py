"""Factorisations and solvers of `jax.lax.linalg`, `jax.scipy.linalg` and `jax.numpy.linalg`, with every flag.

Factors that are unique only up to signs go into functions that do not see them. A matrix that must be symmetric is made
so of one without constraints.
"""

from __future__ import annotations

import itertools
from typing import Any

from adbench.rows import dominant, real, table

F64 = ("float64",)
NO_VECTORS = {"compute_left_eigenvectors": False, "compute_right_eigenvectors": False}
row = table("jax", "jax.lax.linalg, jax.scipy.linalg, jax.numpy.linalg", F64)



def T(xp: Any, A: Any) -> Any:  # noqa: N802 — as mathematics writes it
    return xp.matrix_transpose(A)


def sym(A: Any) -> Any:
    """The symmetric part, of any library's matrices."""
    return (A + A.T) / 2


def half(xp: Any, A: Any) -> Any:
    return (A + T(xp, A)) / 2


def eye(xp: Any, A: Any) -> Any:
    return xp.eye(A.shape[-1], dtype=A.dtype)


def doolittle(xp: Any, A: Any) -> tuple[Any, Any]:
    """L and U of a matrix whose rows need no exchange, of any shape (Golub & Van Loan, Matrix Computations, §3.2)."""
    m, n = A.shape
    L, U = {}, {}
    for i in range(m):
        for j in range(n):
            rest = A[i, j] - sum((L[i, k] * U[k, j] for k in range(min(i, j))), 0 * A[i, j])
            if i <= j:
                U[i, j] = rest
            else:
                L[i, j] = rest / U[j, j]
    zero, one = 0 * A[0, 0], 1 + 0 * A[0, 0]
    r = min(m, n)
    lower = [xp.stack([one if i == k else L.get((i, k), zero) for k in range(r)]) for i in range(m)]
    upper = [xp.stack([U.get((k, j), zero) for j in range(n)]) for k in range(r)]
    return xp.stack(lower), xp.stack(upper)


def packed(xp: Any, A: Any) -> Any:
    L, U = doolittle(xp, A)
    m, n = A.shape
    return xp.stack([sum(U[i, j] if i <= j else L[i, j] for i in range(m)) for j in range(n)])


def root(xp: Any, S: Any) -> Any:
    """√S of a matrix of 2, (S + √det S) / √(tr S + 2 √det S)."""
    d = xp.sqrt(xp.linalg.det(S))
    return (S + d * eye(xp, S)) / xp.sqrt(xp.linalg.trace(S) + 2 * d)


def inverse_root(xp: Any, S: Any) -> Any:
    return xp.linalg.inv(root(xp, S))


# Factorisations

row("cholesky", "L of the symmetric part", lambda jax, A: jax.lax.linalg.cholesky(A),
    lambda xp, A: xp.linalg.cholesky(half(xp, A)), A=dominant(3, 3))
row("cholesky_unsymmetrised", "L of A Aᵀ", lambda jax, A: jax.lax.linalg.cholesky(A @ A.T, symmetrize_input=False),
    lambda xp, A: xp.linalg.cholesky(A @ T(xp, A)), A=dominant(3, 3))
row("eigh_values", "the eigenvalues of the symmetric part", lambda jax, A: jax.lax.linalg.eigh(A)[1],
    lambda xp, A: xp.linalg.eigvalsh(half(xp, A)), A=dominant(3, 3))
row("eigh_upper", "the eigenvalues of A + Aᵀ, of its upper half",
    lambda jax, A: jax.lax.linalg.eigh(A + A.T, lower=False, symmetrize_input=False)[1],
    lambda xp, A: xp.linalg.eigvalsh(A + T(xp, A)), A=dominant(3, 3))
row("eigh_exp", "V exp(w) Vᵀ of the symmetric part", lambda jax, A: (lambda v, w: (v * jax.numpy.exp(w)) @ v.T)(*jax.lax.linalg.eigh(A)),
    lambda xp, A: xp.linalg.expm(half(xp, A)), A=real(3, 3))
row("eigh_unsorted", "V exp(w) Vᵀ, its values in no order",
    lambda jax, A: (lambda v, w: (v * jax.numpy.exp(w)) @ v.T)(*jax.lax.linalg.eigh(A, sort_eigenvalues=False)),
    lambda xp, A: xp.linalg.expm(half(xp, A)), A=real(2, 2))
row("eig_values", "Σ w³ of the eigenvalues, tr A³", lambda jax, A: (jax.lax.linalg.eig(A, **NO_VECTORS)[0] ** 3).sum().real,
    lambda xp, A: xp.linalg.trace(A @ A @ A), A=dominant(3, 3))
row("eigvals", "Σ w³ of the eigenvalues, tr A³", lambda jax, A: (jax.numpy.linalg.eigvals(A) ** 3).sum().real,
    lambda xp, A: xp.linalg.trace(A @ A @ A), A=dominant(3, 3))
row("eig_vectors", "V w² V⁻¹, A²",
    lambda jax, A: (lambda w, v: (v * w**2) @ jax.numpy.linalg.inv(v))(
        *jax.lax.linalg.eig(A, compute_left_eigenvectors=False)).real,
    lambda xp, A: A @ A, A=dominant(3, 3))
row("lu", "L (2 U) + U", lambda jax, A: (lambda p, l, u: l @ (2 * u) + u)(*jax.scipy.linalg.lu(A)),
    lambda xp, A: (lambda l, u: l @ (2 * u) + u)(*doolittle(xp, A)), A=dominant(3, 3))
row("lu_packed", "columns of L below and U above the diagonal, summed", lambda jax, A: jax.lax.linalg.lu(A)[0].sum(0),
    lambda xp, A: packed(xp, A), A=dominant(3, 3))
row("lu_wide", "the same of (2, 3)", lambda jax, A: jax.lax.linalg.lu(A[:2])[0].sum(0), lambda xp, A: packed(xp, A[:2]),
    A=dominant(3, 3))
row("lu_tall", "the same of (3, 2)", lambda jax, A: jax.lax.linalg.lu(A[:, :2])[0].sum(0), lambda xp, A: packed(xp, A[:, :2]),
    A=dominant(3, 3))
row("qr", "|R| of a tall matrix", lambda jax, A: abs(jax.lax.linalg.qr(A, full_matrices=False)[1]),
    lambda xp, A: xp.abs(xp.linalg.qr(A)[1]), A=real(3, 2))
row("qr_projection", "Q Qᵀ of a tall matrix", lambda jax, A: (lambda q: q @ q.T)(jax.lax.linalg.qr(A, full_matrices=False)[0]),
    lambda xp, A: A @ xp.linalg.solve(T(xp, A) @ A, T(xp, A)), A=real(3, 2))
row("qr_square", "|R| of a square matrix", lambda jax, A: abs(jax.lax.linalg.qr(A)[1]), lambda xp, A: xp.abs(xp.linalg.qr(A)[1]),
    A=dominant(3, 3))
row("qr_r", "|R| alone", lambda jax, A: abs(jax.numpy.linalg.qr(A, mode="r")), lambda xp, A: xp.abs(xp.linalg.qr(A)[1]), A=real(3, 2))
row("svd_values", "the singular values of a wide matrix", lambda jax, A: jax.lax.linalg.svd(A, compute_uv=False),
    lambda xp, A: xp.linalg.svdvals(A), A=real(2, 3))
row("svd", "U Vᵀ of a square matrix", lambda jax, A: (lambda u, s, v: u @ v)(*jax.lax.linalg.svd(A, full_matrices=False)),
    lambda xp, A: A @ inverse_root(xp, T(xp, A) @ A), A=dominant(2, 2))
row("svd_tall", "the same of a tall one", lambda jax, A: (lambda u, s, v: u @ v)(*jax.lax.linalg.svd(A, full_matrices=False)),
    lambda xp, A: A @ inverse_root(xp, T(xp, A) @ A), A=real(3, 2))
row("svd_full", "the same, of U with all its columns", lambda jax, A: (lambda u, s, v: u[:, :2] @ v)(*jax.lax.linalg.svd(A, full_matrices=True)),
    lambda xp, A: A @ inverse_root(xp, T(xp, A) @ A), A=real(3, 2))
row("polar", "the rotation of A", lambda jax, A: jax.scipy.linalg.polar(A, method="svd")[0],
    lambda xp, A: A @ inverse_root(xp, T(xp, A) @ A), A=dominant(2, 2))
row("sqrtm", "√A", lambda jax, A: jax.scipy.linalg.sqrtm(A).real, lambda xp, A: root(xp, A), A=dominant(2, 2))


# Solvers


def triangle(xp: Any, A: Any, lower: bool, transpose: bool, unit: bool) -> Any:
    half = xp.tril(A, k=-1) if lower else xp.triu(A, k=1)
    half = half + (eye(xp, A) if unit else A * eye(xp, A))
    return T(xp, half) if transpose else half


def triangular(left: bool, lower: bool, transpose: bool, unit: bool) -> None:
    name = "_".join(n for n, on in (("left", left), ("lower", lower), ("transposed", transpose), ("unit", unit)) if on)

    def definition(xp: Any, A: Any, b: Any) -> Any:
        M = triangle(xp, A, lower, transpose, unit)
        return xp.linalg.solve(M, b) if left else T(xp, xp.linalg.solve(T(xp, M), T(xp, b)))

    row(f"triangular_solve_{name or 'right_upper'}", "A⁻¹ b or b A⁻¹ of a triangle of A",
        lambda jax, A, b: jax.lax.linalg.triangular_solve(
            A, b, left_side=left, lower=lower, transpose_a=transpose, unit_diagonal=unit),
        definition, A=dominant(3, 3), b=real(3, 2) if left else real(2, 3))


for flags in itertools.product((False, True), repeat=4):
    triangular(*flags)


def lu_solve(trans: int) -> None:
    row(f"lu_solve_{trans}", ("A⁻¹ b", "A⁻ᵀ b", "A⁻ᴴ b")[trans],
        lambda jax, A, b: jax.scipy.linalg.lu_solve(jax.scipy.linalg.lu_factor(A), b, trans=trans),
        lambda xp, A, b: xp.linalg.solve(T(xp, A) if trans else A, b), A=dominant(3, 3), b=real(3, 2))


for trans in range(3):
    lu_solve(trans)


def three(xp: Any, low: Any, d: Any, up: Any) -> Any:
    """The matrix of three diagonals."""
    n = d.shape[0]
    zero = 0 * d[0]
    places = {-1: low, 0: d, 1: up}
    return xp.stack([xp.stack([places[j - i][i] if abs(j - i) <= 1 else zero for j in range(n)]) for i in range(n)])


row("tridiagonal_solve", "A⁻¹ b, of three diagonals",
    lambda jax, low, d, up, b: jax.lax.linalg.tridiagonal_solve(low, d + 4, up, b),
    lambda xp, low, d, up, b: xp.linalg.solve(three(xp, low, d + 4, up), b),
    low=real(3), d=real(3), up=real(3), b=real(3, 1))
row("lstsq", "the least squares of a tall matrix", lambda jax, A, b: jax.numpy.linalg.lstsq(A, b)[0],
    lambda xp, A, b: xp.linalg.solve(T(xp, A) @ A, T(xp, A) @ b), A=real(4, 2), b=real(4))
row("lstsq_wide", "the shortest solution of a wide system", lambda jax, A, b: jax.numpy.linalg.lstsq(A, b)[0],
    lambda xp, A, b: T(xp, A) @ xp.linalg.solve(A @ T(xp, A), b), A=real(2, 3), b=real(2))
row("tensorsolve", "A x = b over two axes", lambda jax, A, b: jax.numpy.linalg.tensorsolve(A.reshape(2, 2, 2, 2), b),
    lambda xp, A, b: xp.reshape(xp.linalg.solve(A, xp.reshape(b, (4,))), (2, 2)), A=dominant(4, 4), b=real(2, 2))
row("tensorinv", "A⁻¹ over two axes", lambda jax, A: jax.numpy.linalg.tensorinv(A.reshape(2, 2, 2, 2), ind=2),
    lambda xp, A: xp.reshape(xp.linalg.inv(A), (2, 2, 2, 2)), A=dominant(4, 4))
row("pinv_hermitian", "the inverse of the symmetric part, its rows summed",
    lambda jax, A: jax.numpy.linalg.pinv(sym(A), hermitian=True).sum(0), lambda xp, A: xp.sum(xp.linalg.inv(half(xp, A)), axis=0), A=dominant(3, 3))
row("cond", "the ratio of the singular values", lambda jax, A: jax.numpy.linalg.cond(A),
    lambda xp, A: xp.linalg.svdvals(A)[0] / xp.linalg.svdvals(A)[-1], A=dominant(2, 2))
row("cond_frobenius", "‖A‖ ‖A⁻¹‖", lambda jax, A: jax.numpy.linalg.cond(A, p="fro"),
    lambda xp, A: xp.sqrt(xp.sum(A**2) * xp.sum(xp.linalg.inv(A) ** 2)), A=dominant(2, 2))
row("slogdet_qr", "log |det A|, by Q R", lambda jax, A: jax.numpy.linalg.slogdet(A, method="qr")[1],
    lambda xp, A: xp.linalg.slogdet(A)[1], A=dominant(3, 3))
row("cho_solve", "(A Aᵀ)⁻¹ b", lambda jax, A, b: jax.scipy.linalg.cho_solve(jax.scipy.linalg.cho_factor(A @ A.T), b),
    lambda xp, A, b: xp.linalg.solve(A @ T(xp, A), b), A=dominant(2, 2), b=real(2, 2))
row("solve_symmetric", "A⁻¹ b of the symmetric part", lambda jax, A, b: jax.scipy.linalg.solve(sym(A), b, assume_a="pos"),
    lambda xp, A, b: xp.linalg.solve(half(xp, A), b), A=dominant(3, 3), b=real(3))
row("solve_sylvester", "A X + X B = C", lambda jax, A, B, C: jax.scipy.linalg.solve_sylvester(A, B, C, method="eigen").real,
    lambda xp, A, B, C: xp.reshape(
        xp.linalg.solve(xp.kron(A, eye(xp, B)) + xp.kron(eye(xp, A), T(xp, B)), xp.reshape(C, (4,))), (2, 2)),
    A=dominant(2, 2), B=dominant(2, 2), C=real(2, 2))
row("expm_frechet", "the derivative of exp A along E", lambda jax, A, E: jax.scipy.linalg.expm_frechet(A, E, compute_expm=False),
    lambda xp, A, E: xp.linalg.expm(xp.concat([xp.concat([A, E], axis=1), xp.concat([0 * A, A], axis=1)]))[:2, 2:],
    A=real(2, 2), E=real(2, 2))
row("eigh_tridiagonal", "the eigenvalues of two diagonals",
    lambda jax, d, e: jax.scipy.linalg.eigh_tridiagonal(d, e, eigvals_only=True),
    lambda xp, d, e: xp.linalg.eigvalsh(three(xp, xp.concat([e[:1], e]), d, e)), d=real(3), e=real(2))

# Matrices made of vectors


def places(name: str, formula: str, made: Any, indices: list[list[int]], size: int) -> None:
    """A matrix that has the entries of x at places, 0 at −1."""
    row(name, formula, lambda jax, x: made(jax)(x), lambda xp, x: xp.stack(
        [xp.stack([x[i] if i >= 0 else 0 * x[0] for i in r]) for r in indices]), x=real(size))


places("circulant", "each column the one before, moved down", lambda jax: jax.scipy.linalg.circulant, [[0, 2, 1], [1, 0, 2], [2, 1, 0]], 3)
places("toeplitz", "constant diagonals", lambda jax: jax.scipy.linalg.toeplitz, [[0, 1, 2], [1, 0, 1], [2, 1, 0]], 3)
places("hankel", "constant rising diagonals", lambda jax: jax.scipy.linalg.hankel, [[0, 1, 2], [1, 2, -1], [2, -1, -1]], 3)
places("convolution_matrix", "the matrix of a convolution", lambda jax: lambda x: jax.scipy.linalg.convolution_matrix(x, 2),
       [[0, -1], [1, 0], [2, 1], [-1, 2]], 3)
row("block_diag", "blocks on a diagonal", lambda jax, A, b: jax.scipy.linalg.block_diag(A, b),
    lambda xp, A, b: xp.concat([xp.concat([A, 0 * A[:, :1]], axis=1), xp.concat([0 * A[:1], b], axis=1)]), A=real(2, 2), b=real(1, 1))
row("companion", "−x₁/x₀ … above ones", lambda jax, x: jax.scipy.linalg.companion(x),
    lambda xp, x: xp.stack([-x[1:] / x[0], xp.stack([1 + 0 * x[0], 0 * x[0]])]), x=real(3))
row("leslie", "f above a diagonal of s", lambda jax, f, s: jax.scipy.linalg.leslie(f, s),
    lambda xp, f, s: xp.stack([f, xp.stack([s[0], 0 * s[0]])]), f=real(2), s=real(1))
row("fiedler", "|xᵢ − xⱼ|", lambda jax, x: jax.scipy.linalg.fiedler(x), lambda xp, x: xp.where(
    eye(xp, x[None]) > 0, 0 * x, xp.abs(x[:, None] - x + eye(xp, x[None]))), x=real(3))
