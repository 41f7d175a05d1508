"""torch's linear algebra beyond the standard's: fused products, factorisations with their keywords, and what takes them.

A factorisation is defined by the elimination that makes it, written out over `xp`, or by what it must satisfy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from adbench.cases.linalg.common import T, sym
from adbench.cases.native_torch import table

row = table(__name__)
F = Callable[..., Any]


# Inputs


def well(*shape: int) -> F:
    """Matrices with singular values from 1 to 2."""

    def draw(rng):
        u, _, vt = np.linalg.svd(rng.standard_normal(shape), full_matrices=False)
        return (u * np.linspace(1.0, 2.0, min(shape[-2:]))) @ vt

    return draw


def definite(*shape: int) -> F:
    """Matrices, not symmetric, whose symmetric part has eigenvalues from 1 to 3."""

    def draw(rng):
        q = np.linalg.qr(rng.standard_normal(shape))[0]
        skew = rng.standard_normal(shape)
        return (q * np.linspace(1.0, 3.0, shape[-1])) @ q.swapaxes(-1, -2) + (skew - skew.swapaxes(-1, -2)) / 2

    return draw


def triangular(*shape: int) -> F:
    """Matrices either of whose triangles is well conditioned, so that the other is there to be ignored."""

    def draw(rng):
        return rng.uniform(-0.5, 0.5, shape) + 1.5 * np.eye(shape[-1])

    return draw


def swapped(*shape: int) -> F:
    """Matrices of which every column has its pivot a row below, and the last in the first."""
    return lambda rng: np.roll(rng.uniform(-0.5, 0.5, shape) + 3 * np.eye(*shape[-2:]), 1, axis=-2)


# Parts of definitions


def eye(xp, like, n=None):
    return xp.eye(like.shape[-1] if n is None else n, dtype=like.dtype)


# Fused products



def fused(product: F, beta: float, alpha: float) -> F:
    return lambda xp, x, a, b: beta * x + alpha * product(xp, a, b)


FUSED: dict[str, tuple[F, dict[str, tuple[int, ...]]]] = {
    "addmm": (lambda xp, a, b: a @ b, {"x": (3,), "a": (2, 4), "b": (4, 3)}),
    "addmv": (lambda xp, a, b: a @ b, {"x": (2,), "a": (2, 4), "b": (4,)}),
    "addr": (lambda xp, a, b: a[:, None] * b, {"x": (2, 3), "a": (2,), "b": (3,)}),
    "addbmm": (lambda xp, a, b: xp.sum(a @ b, axis=0), {"x": (2, 3), "a": (2, 2, 4), "b": (2, 4, 3)}),
    "baddbmm": (lambda xp, a, b: a @ b, {"x": (2, 3), "a": (2, 2, 4), "b": (2, 4, 3)}),
}
for name, (product, shapes) in FUSED.items():
    row(name, f"torch.{name}(x, a, b)", fused(product, 1, 1), **shapes)
    row(f"{name}_scaled", f"torch.{name}(x, a, b, beta=0.5, alpha=0.75)", fused(product, 0.5, 0.75), **shapes)
row("addmm_beta_0", "torch.addmm(x, a, b, beta=0) + x[0] ** 2", lambda xp, x, a, b: a @ b + x[0] ** 2, x=(3,), a=(2, 4), b=(4, 3))
row("addmm_in_place", "torch.mm(a, b).addmm_(a, b, beta=0.5, alpha=2)", lambda xp, a, b: 2.5 * (a @ b), a=(2, 4), b=(4, 3))
row("bmm", "torch.bmm(a, b)", lambda xp, a, b: a @ b, a=(2, 2, 4), b=(2, 4, 3))
row("mm", "torch.mm(a, b)", lambda xp, a, b: a @ b, a=(2, 4), b=(4, 3))
row("mv", "torch.mv(a, b)", lambda xp, a, b: a @ b, a=(2, 4), b=(4,))
row("dot", "torch.dot(a, b)", lambda xp, a, b: xp.sum(a * b), a=(4,), b=(4,))
row("vdot", "torch.vdot(a, b)", lambda xp, a, b: xp.sum(a * b), a=(4,), b=(4,))
row("inner", "torch.inner(a, b)", lambda xp, a, b: a @ T(xp, b), a=(2, 4), b=(3, 4))
row("outer", "torch.outer(a, b)", lambda xp, a, b: a[:, None] * b, a=(2,), b=(3,))
row("vecdot", "torch.linalg.vecdot(a, b, dim=0)", lambda xp, a, b: xp.sum(a * b, axis=0), a=(4, 3), b=(4, 1))
row("cross", "torch.linalg.cross(a, b, dim=0)", lambda xp, a, b: T(xp, xp.linalg.cross(T(xp, a), T(xp, b))), a=(3, 2), b=(3, 2))
row("cross_broadcast", "torch.linalg.cross(a, b)", lambda xp, a, b: xp.linalg.cross(a + 0 * b, b + 0 * a), a=(2, 3), b=(1, 3))
row("tensordot", "torch.tensordot(a, b, dims=([0, 2], [1, 0]))", lambda xp, a, b: xp.einsum("iaj,jib->ab", a, b), a=(2, 3, 4), b=(4, 2, 3))
row("einsum", "torch.einsum('bi,ij,bj->b', a, m, b)", lambda xp, a, m, b: xp.sum((a @ m) * b, axis=-1), a=(2, 3), m=(3, 4), b=(2, 4))
row("kron", "torch.kron(a, b)", lambda xp, a, b: xp.kron(a, b), a=(2, 3), b=(2, 2))
row("chain_matmul", "torch.chain_matmul(a, b, c)", lambda xp, a, b, c: a @ b @ c, a=(2, 3), b=(3, 4), c=(4, 2))
row("multi_dot", "torch.linalg.multi_dot([a, b, c])", lambda xp, a, b, c: a @ b @ c, a=(3,), b=(3, 4), c=(4, 2))
row("bilinear", "torch.nn.functional.bilinear(x, y, w, b)", lambda xp, x, y, w, b: xp.einsum("ni,oij,nj->no", x, w, y) + b, x=(2, 3), y=(2, 4), w=(2, 3, 4), b=(2,))
row("trace", "torch.trace(a) ** 2", lambda xp, a: xp.linalg.trace(a) ** 2, a=(3, 4))
row("vander", "torch.linalg.vander(x, N=4)", lambda xp, x: xp.stack([x**0, x, x**2, x**3], axis=-1), x=(3,))
row("vander_decreasing", "torch.vander(x, 3)", lambda xp, x: xp.stack([x**2, x, x**0], axis=-1), x=(3,))
row("matrix_power", "torch.linalg.matrix_power(a, 3)", lambda xp, a: a @ a @ a, a=(3, 3))
row("matrix_power_negative", "torch.linalg.matrix_power(a, -2)", lambda xp, a: xp.linalg.inv(a @ a), a=well(3, 3))
row("matrix_exp", "torch.matrix_exp(a)", lambda xp, a: xp.linalg.expm(a), a=well(3, 3))
row("matrix_exp_stack", "torch.linalg.matrix_exp(a)", lambda xp, a: xp.stack([xp.linalg.expm(a[0, ...]), xp.linalg.expm(a[1, ...])]), a=well(2, 2, 2))


# Determinants, inverses and systems

row("det", "torch.det(a)", lambda xp, a: xp.linalg.det(a), a=well(3, 3))
row("logdet", "torch.logdet(a @ a.mT)", lambda xp, a: xp.linalg.slogdet(a @ T(xp, a))[1], a=well(2, 3, 3))
row("slogdet", "torch.linalg.slogdet(a).logabsdet", lambda xp, a: xp.linalg.slogdet(a)[1], a=well(2, 3, 3))
row("slogdet_sign", "torch.linalg.slogdet(a).sign * torch.linalg.slogdet(a).logabsdet.exp()", lambda xp, a: xp.linalg.det(a), a=well(3, 3))
row("inv_ex", "torch.linalg.inv_ex(a).inverse", lambda xp, a: xp.linalg.inv(a), a=well(3, 3))
row("solve_left", "torch.linalg.solve(a, b)", lambda xp, a, b: xp.linalg.solve(a, b), a=well(3, 3), b=(3, 2))
row("solve_right", "torch.linalg.solve(a, b, left=False)", lambda xp, a, b: b @ xp.linalg.inv(a), a=well(3, 3), b=(2, 3))
row("solve_vector", "torch.linalg.solve(a, b)", lambda xp, a, b: xp.linalg.solve(a, b), a=well(3, 3), b=(3,))
row("solve_ex", "torch.linalg.solve_ex(a, b).result", lambda xp, a, b: xp.linalg.solve(a, b), a=well(3, 3), b=(3, 2))
row("tensorinv", "torch.linalg.tensorinv(a, ind=1)", lambda xp, a: xp.reshape(xp.linalg.inv(xp.reshape(a, (4, 4))), (2, 2, 4)), a=lambda rng: well(4, 4)(rng).reshape(4, 2, 2))
row("tensorsolve", "torch.linalg.tensorsolve(a, b)", lambda xp, a, b: xp.reshape(xp.linalg.solve(xp.reshape(a, (4, 4)), xp.reshape(b, (4,))), (4,)), a=lambda rng: well(4, 4)(rng).reshape(2, 2, 4), b=(2, 2))
row("pinv", "torch.linalg.pinv(a)", lambda xp, a: xp.linalg.pinv(a), a=well(4, 3))
row("pinv_wide", "torch.pinverse(a)", lambda xp, a: xp.linalg.pinv(a), a=well(2, 3))
row("pinv_hermitian", "torch.linalg.pinv((a + a.mT) / 2, hermitian=True)", lambda xp, a: xp.linalg.inv(sym(xp, a)), a=definite(3, 3))
row("lstsq", "torch.linalg.lstsq(a, b).solution", lambda xp, a, b: xp.linalg.solve(T(xp, a) @ a, T(xp, a) @ b), a=well(4, 2), b=(4, 2))
row("lstsq_wide", "torch.linalg.lstsq(a, b).solution", lambda xp, a, b: T(xp, a) @ xp.linalg.solve(a @ T(xp, a), b), a=well(2, 4), b=(2, 2))
row("lstsq_residuals", "torch.linalg.lstsq(a, b, driver='gels').residuals", lambda xp, a, b: xp.sum((b - a @ xp.linalg.solve(T(xp, a) @ a, T(xp, a) @ b)) ** 2, axis=0), a=well(4, 2), b=(4, 2))


def factor(xp, a, upper, unit):
    """The triangle that a triangular solver looks at."""
    kept = xp.triu(a, k=int(unit)) if upper else xp.tril(a, k=-int(unit))
    return kept + eye(xp, a) if unit else kept


def solved(upper: bool, unit: bool, transpose: bool = False, left: bool = True) -> F:
    def of(xp, a, b):
        t = factor(xp, a, upper, unit)
        t = T(xp, t) if transpose else t
        return xp.linalg.solve(t, b) if left else b @ xp.linalg.inv(t)

    return of


for upper in (False, True):
    for unit in (False, True):
        label = f"{'_upper' * upper or '_lower'}{'_unit' * unit}"
        row(f"solve_triangular{label}", f"torch.linalg.solve_triangular(a, b, upper={upper}, unitriangular={unit})", solved(upper, unit), a=triangular(3, 3), b=(3, 2))
        row(f"triangular_solve{label}", f"torch.triangular_solve(b, a, upper={upper}, unitriangular={unit}).solution", solved(upper, unit), a=triangular(3, 3), b=(3, 2))
    row(f"solve_triangular_right{'_upper' * upper}", f"torch.linalg.solve_triangular(a, b, upper={upper}, left=False)", solved(upper, False, left=False), a=triangular(3, 3), b=(2, 3))
    row(f"triangular_solve_transpose{'_upper' * upper}", f"torch.triangular_solve(b, a, upper={upper}, transpose=True).solution", solved(upper, False, True), a=triangular(3, 3), b=(3, 2))
row("solve_triangular_broadcast", "torch.linalg.solve_triangular(a, b, upper=True)", solved(True, False), a=triangular(2, 3, 3), b=(3, 2))


# Cholesky


def cholesky(upper: bool = False) -> F:
    return lambda xp, a: T(xp, xp.linalg.cholesky(sym(xp, a))) if upper else xp.linalg.cholesky(sym(xp, a))


def gram(upper: bool) -> F:
    """The matrix that a triangle of X is the Cholesky factor of."""
    return lambda xp, a: T(xp, xp.triu(a)) @ xp.triu(a) if upper else xp.tril(a) @ T(xp, xp.tril(a))


def of_gram(of: F, upper: bool) -> F:
    return lambda xp, a, b: of(xp, gram(upper)(xp, a), b)


def inverse_of_gram(upper: bool) -> F:
    return lambda xp, a: xp.linalg.inv(gram(upper)(xp, a))


for upper in (False, True):
    label, given = "_upper" * upper, f"upper={upper}"
    row(f"cholesky{label}", f"torch.cholesky((a + a.mT) / 2, {given})", cholesky(upper), a=definite(3, 3))
    row(f"linalg_cholesky{label}", f"torch.linalg.cholesky((a + a.mT) / 2, {given})", cholesky(upper), a=definite(2, 3, 3))
    row(f"cholesky_ex{label}", f"torch.linalg.cholesky_ex((a + a.mT) / 2, {given}).L", cholesky(upper), a=definite(3, 3))
    row(f"cholesky_solve{label}", f"torch.cholesky_solve(b, torch.tri{'ul'[not upper]}(a), {given})", of_gram(lambda xp, g, b: xp.linalg.solve(g, b), upper), a=triangular(3, 3), b=(3, 2))
    row(f"cholesky_inverse{label}", f"torch.cholesky_inverse(torch.tri{'ul'[not upper]}(a), {given})", inverse_of_gram(upper), a=triangular(3, 3))


# LU: of matrices whose rows stand one place below those that elimination takes


def eliminated(xp, a):
    """L and U in one matrix, L without the ones on its diagonal."""
    n, m = a.shape
    entries = [[a[(i + 1) % n, j] for j in range(m)] for i in range(n)]
    for k in range(min(n, m)):
        for i in range(k + 1, n):
            entries[i][k] = entries[i][k] / entries[k][k]
            for j in range(k + 1, m):
                entries[i][j] = entries[i][j] - entries[i][k] * entries[k][j]
    return xp.stack([xp.stack(line) for line in entries])


def parts(xp, lu):
    """L and U."""
    k = min(lu.shape)
    return xp.tril(lu, k=-1)[:, :k] + xp.eye(lu.shape[0], k, dtype=lu.dtype), xp.triu(lu)[:k, :]


def product_of_lu(xp, a):
    lower, upper = parts(xp, a)
    return lower @ upper


def lu_solved(left: bool, adjoint: bool) -> F:
    def of(xp, a, b):
        m = T(xp, product_of_lu(xp, a)) if adjoint else product_of_lu(xp, a)
        return xp.linalg.solve(m, b) if left else b @ xp.linalg.inv(m)

    return of


IN_ORDER = "torch.arange(1, 4, dtype=torch.int32)"  # pivots that swap nothing
for label, shape in (("", (3, 3)), ("_tall", (3, 2)), ("_wide", (2, 4))):
    row(f"lu_factor{label}", "torch.linalg.lu_factor(a).LU", eliminated, a=swapped(*shape))
    row(f"lu_lower{label}", "torch.linalg.lu(a).L", lambda xp, a: parts(xp, eliminated(xp, a))[0], a=swapped(*shape))
    row(f"lu_upper{label}", "torch.linalg.lu(a).U", lambda xp, a: parts(xp, eliminated(xp, a))[1], a=swapped(*shape))
row("lu_factor_ex", "torch.linalg.lu_factor_ex(a).LU", eliminated, a=swapped(3, 3))
row("lu_unpack", f"torch.lu_unpack(a, {IN_ORDER})[1] @ torch.lu_unpack(a, {IN_ORDER})[2]", product_of_lu, a=(3, 3))
row("lu_unpack_tall", f"torch.lu_unpack(a, {IN_ORDER})[1] @ torch.lu_unpack(a, {IN_ORDER})[2]", product_of_lu, a=(4, 3))
row("lu_unpack_wide", f"torch.lu_unpack(a, {IN_ORDER})[1] @ torch.lu_unpack(a, {IN_ORDER})[2]", product_of_lu, a=(3, 4))
for left in (True, False):
    for adjoint in (False, True):
        label = f"{'_right' * (not left)}{'_adjoint' * adjoint}"
        call = f"torch.linalg.lu_solve(a, {IN_ORDER}, b, left={left}, adjoint={adjoint})"
        row(f"lu_solve{label}", call, lu_solved(left, adjoint), a=triangular(3, 3), b=(3, 2) if left else (2, 3))


# QR, with R's diagonal made positive, and products of reflections


def q_and_r(xp, a):
    """Of a matrix no wider than tall."""
    r = T(xp, xp.linalg.cholesky(T(xp, a) @ a))
    return a @ xp.linalg.inv(r), r


SIGNED = "(lambda q, r: {})(*torch.linalg.qr(a{}))"
SIGNS = "torch.sign(r.diagonal(dim1=-2, dim2=-1))"
row("qr_q", SIGNED.format(f"q * {SIGNS}", ""), lambda xp, a: q_and_r(xp, a)[0], a=well(4, 2))
row("qr_r", SIGNED.format(f"r * {SIGNS}[:, None]", ""), lambda xp, a: q_and_r(xp, a)[1], a=well(4, 2))
row("qr_complete", SIGNED.format(f"q * {SIGNS}", ", mode='complete'"), lambda xp, a: q_and_r(xp, a)[0], a=well(3, 3))
row("qr_wide", SIGNED.format(f"r * {SIGNS}[:, None]", ""), lambda xp, a: T(xp, q_and_r(xp, a[:, :2])[0]) @ a, a=lambda rng: np.concat([well(2, 2)(rng), rng.standard_normal((2, 2))], axis=1))


def reflections(xp, a, tau):
    """The product of I − τᵢ vᵢ vᵢᵀ: of vᵢ the entries above the i-th are 0, that one is 1, below stands column i of a."""
    below = xp.tril(a, k=-1) + xp.eye(*a.shape, dtype=a.dtype)
    made = eye(xp, a, a.shape[0])
    for i in range(a.shape[1]):
        v = below[:, i]
        made = made - tau[i] * (made @ v)[:, None] * v
    return made


def multiplied(left: bool, transpose: bool) -> F:
    def of(xp, a, tau, c):
        q = T(xp, reflections(xp, a, tau)) if transpose else reflections(xp, a, tau)
        return q @ c if left else c @ q

    return of


row("householder_product", "torch.linalg.householder_product(a, tau)", lambda xp, a, tau: reflections(xp, a, tau)[:, :2], a=(4, 2), tau=(2,))
row("orgqr", "torch.orgqr(a, tau)", lambda xp, a, tau: reflections(xp, a, tau), a=(3, 3), tau=(3,))
for left in (True, False):
    for transpose in (False, True):
        call = f"torch.ormqr(a, tau, c, left={left}, transpose={transpose})"
        row(f"ormqr{'_right' * (not left)}{'_transpose' * transpose}", call, multiplied(left, transpose), a=(4, 2), tau=(2,), c=(4, 3) if left else (3, 4))


# Spectra: of functions of the matrix, which know no order, sign or phase of a vector



def cubed(xp, values, vectors):
    return (vectors * values**3) @ T(xp, vectors)


def thirds(xp, u, values, vt):
    return (u * values**3) @ vt


for triangle in "LU":
    row(f"eigvalsh_{triangle}", f"torch.linalg.eigvalsh((a + a.mT) / 2, UPLO='{triangle}')", lambda xp, a: xp.linalg.eigvalsh(sym(xp, a)), a=definite(3, 3))
    row(f"eigh_{triangle}", f"(lambda l, v: (v * l**3) @ v.mT)(*torch.linalg.eigh((a + a.mT) / 2, UPLO='{triangle}'))", lambda xp, a: cubed(xp, *xp.linalg.eigh(sym(xp, a))), a=definite(3, 3))
row("eigvals", "torch.linalg.eigvals(a).exp().sum().real", lambda xp, a: xp.linalg.trace(xp.linalg.expm(a)), a=(2, 2))
row("eig", "(lambda l, v: (v * l**3) @ torch.linalg.inv(v))(*torch.linalg.eig(a)).real", lambda xp, a: a @ a @ a, a=(3, 3))
row("svdvals", "torch.linalg.svdvals(a)", lambda xp, a: xp.linalg.svdvals(a), a=well(4, 2))
row("svd", "(lambda u, s, vh: (u * s**3) @ vh)(*torch.linalg.svd(a, full_matrices=False))", lambda xp, a: thirds(xp, *xp.linalg.svd(a, full_matrices=False)), a=well(4, 2))
row("svd_wide", "(lambda u, s, vh: (u * s**3) @ vh)(*torch.linalg.svd(a, full_matrices=False))", lambda xp, a: thirds(xp, *xp.linalg.svd(a, full_matrices=False)), a=well(2, 3))
row("svd_full", "(lambda u, s, vh: (u * s**3) @ vh)(*torch.linalg.svd(a))", lambda xp, a: thirds(xp, *xp.linalg.svd(a, full_matrices=False)), a=well(3, 3))
row("svd_older", "(lambda u, s, v: (u * s**3) @ v.mT)(*torch.svd(a))", lambda xp, a: thirds(xp, *xp.linalg.svd(a, full_matrices=False)), a=well(4, 2))


for name, order, definition in (
    ("fro", "'fro'", lambda xp, a: xp.sqrt(xp.sum(a**2))),
    ("nuc", "'nuc'", lambda xp, a: xp.sum(xp.linalg.svdvals(a))),
    ("1", "1", lambda xp, a: xp.max(xp.sum(xp.abs(a), axis=0))),
    ("minus_1", "-1", lambda xp, a: xp.min(xp.sum(xp.abs(a), axis=0))),
    ("inf", "float('inf')", lambda xp, a: xp.max(xp.sum(xp.abs(a), axis=1))),
    ("2", "2", lambda xp, a: xp.max(xp.linalg.svdvals(a))),
    ("minus_2", "-2", lambda xp, a: xp.min(xp.linalg.svdvals(a))),
):
    row(f"matrix_norm_{name}", f"torch.linalg.matrix_norm(a, {order})", definition, a=well(3, 2))
row("cond_2", "torch.linalg.cond(a)", lambda xp, a: xp.linalg.svdvals(a)[0] / xp.linalg.svdvals(a)[1], a=well(2, 2))
row("cond_fro", "torch.linalg.cond(a, 'fro')", lambda xp, a: xp.sqrt(xp.sum(a**2) * xp.sum(xp.linalg.inv(a) ** 2)), a=well(3, 3))
