"""Linear algebra as `scipy.linalg` has it, with every flag, and the functions of torch that do the same.

Each row is the libraries' own function and its definition in names of the standard, which judges the derivative and
which our engine runs. What a function does not look at, such as the other triangle, has derivatives of 0. Libraries
read a symmetric matrix each in its own way, so that its symmetric part is taken first, in all of them. The cases
`…_free` are of one triangle, as SciPy documents it, and `…_part` of the symmetric part, as torch does. Points of
condition 1e6 and 1e8 are tagged `hazard`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np

from adbench.case import case

Inputs = dict[str, Any]
Function = Callable[..., Any]
Draw = Callable[[np.random.Generator], Inputs]

SOURCE = "SciPy, scipy.linalg"


def row(name: str, definition: Function, draw: Draw, **natives: Function) -> None:
    """A case by all inputs; the libraries' own by API. A name that ends in `_ill` is of a badly conditioned point."""
    ill: dict[str, Any] = {"dtypes": ("float64",), "tags": ("hazard",)} if name.endswith("_ill") else {}
    wrt = tuple(inspect.signature(definition).parameters)[1:]
    if "scipy" in natives:  # or else libraries with NumPy's names would take the definition for their own
        natives["numpy"] = definition
    case(name=name, wrt=wrt, native=natives, source=SOURCE, **ill)(definition).inputs(draw)


# Inputs


def with_values(rng: Any, m: int, n: int, values: Any) -> Any:
    """A matrix with these singular values."""
    u, _, vt = np.linalg.svd(rng.standard_normal((m, n)), full_matrices=False)
    return (u * values) @ vt


def definite(rng: Any, values: Any) -> Any:
    """A symmetric matrix with these eigenvalues."""
    u = np.linalg.qr(rng.standard_normal((len(values), len(values))))[0]
    made = u * values @ u.T
    return (made + made.T) / 2


def triangle(rng: Any, n: int = 3) -> Any:
    """A matrix of which both triangles are well conditioned."""
    return rng.uniform(-0.5, 0.5, (n, n)) + np.diag(rng.uniform(1.0, 2.0, n))


def dominant(rng: Any, m: int, n: int) -> Any:
    """A matrix in which the largest entry of each column is on the diagonal, also while it is eliminated."""
    return rng.uniform(0.3, 0.5, (m, n)) * rng.choice([-1.0, 1.0], (m, n)) + 2 * np.eye(m, n)


REGULAR, SPREAD, INDEFINITE = (1.0, 1.5, 2.0), (0.5, 1.0, 3.0), (-1.0, 0.5, 2.0)
ILL, ILL_DEFINITE = (1.0, 1e-4, 1e-8), (1e-6, 1e-3, 1.0)


def general(values: Any = REGULAR, *b: int) -> Draw:
    return lambda rng: {"A": with_values(rng, 3, 3, values)} | ({"b": rng.standard_normal(b)} if b else {})


def symmetric(values: Any = SPREAD, *b: int) -> Draw:
    return lambda rng: {"A": definite(rng, values)} | ({"b": rng.standard_normal(b)} if b else {})


def triangles(*b: int) -> Draw:
    return lambda rng: {"A": triangle(rng), "b": rng.standard_normal(b)}


def sym(A: Any) -> Any:
    return (A + A.T) / 2


def mirrored(xp: Any, A: Any, lower: bool) -> Any:
    """The symmetric matrix of which A has one triangle."""
    return xp.tril(A) + xp.tril(A, k=-1).T if lower else xp.triu(A) + xp.triu(A, k=1).T


# Solves by a general and by a symmetric matrix


def solve(xp, A, b):
    """A X = B."""
    return xp.linalg.solve(A, b)


def solve_symmetric(xp, A, b):
    """½ (A + Aᵀ) X = B."""
    return xp.linalg.solve(sym(A), b)


def solve_natives() -> dict[str, Function]:
    return {
        "scipy": lambda scipy, A, b: scipy.linalg.solve(A, b),
        "torch": lambda torch, A, b: torch.linalg.solve(A, b),
    }


def solve_as(assume_a: str, lower: bool, symmetrised: Function = sym) -> Function:
    return lambda scipy, A, b: scipy.linalg.solve(symmetrised(A), b, lower=lower, assume_a=assume_a)


def factored(lower: bool) -> dict[str, Function]:
    def of_torch(torch: Any, A: Any, b: Any) -> Any:
        return torch.cholesky_solve(b, torch.linalg.cholesky(sym(A), upper=not lower), upper=not lower)

    return {
        "scipy": lambda scipy, A, b: scipy.linalg.cho_solve(scipy.linalg.cho_factor(sym(A), lower=lower), b),
        "torch": of_torch,
    }


def of_triangle(lower: bool) -> Function:
    def solve_mirrored(xp, A, b):
        """S X = B, S the symmetric matrix of which A has one triangle."""
        return xp.linalg.solve(mirrored(xp, A, lower), b)

    return solve_mirrored


row("solve", solve, general(REGULAR, 3, 2), **solve_natives())
row("solve_vector", solve, general(REGULAR, 3), **solve_natives())
row("solve_ill", solve, general(ILL, 3), **solve_natives())
row("solve_sym", solve_symmetric, symmetric(INDEFINITE, 3, 2), scipy=solve_as("sym", False))
for lower, which in ((False, "upper"), (True, "lower")):
    row(f"solve_pos_{which}", solve_symmetric, symmetric(SPREAD, 3, 2), scipy=solve_as("pos", lower))
    row(f"solve_pos_{which}_free", of_triangle(lower), symmetric(SPREAD, 3), scipy=solve_as("pos", lower, lambda A: A))
    row(f"cho_factor_{which}", solve_symmetric, symmetric(SPREAD, 3, 2), **factored(lower))
row("cho_factor_ill", solve_symmetric, symmetric(ILL_DEFINITE, 3, 2), **factored(True))


# Triangular solves: which triangle, transposed or not, ones on the diagonal or what is there


def triangular(lower: bool, trans: Any, unit: bool) -> tuple[Function, dict[str, Function]]:
    def solve_triangular(xp, A, b):
        """T X = B or TᵀX = B with T a triangle of A."""
        return xp.linalg.solve_triangular(A, b, lower=lower, trans=trans, unit_diagonal=unit)

    def of_scipy(scipy: Any, A: Any, b: Any) -> Any:
        return scipy.linalg.solve_triangular(A, b, lower=lower, trans=trans, unit_diagonal=unit)

    def of_torch(torch: Any, A: Any, b: Any) -> Any:
        A, upper = (A, not lower) if trans in (0, "N") else (A.mT, lower)
        solved = torch.linalg.solve_triangular(A, b[:, None] if b.ndim == 1 else b, upper=upper, unitriangular=unit)
        return solved[:, 0] if b.ndim == 1 else solved

    return solve_triangular, {"scipy": of_scipy, "torch": of_torch}


for lower, trans, unit in product((False, True), (0, 1, 2), (False, True)):
    definition, natives = triangular(lower, trans, unit)
    flags = f"{'lower' if lower else 'upper'}_{trans}{'_unit' if unit else ''}"
    row(f"solve_triangular_{flags}", definition, triangles(3, 2), **natives)
for lower, trans in product((False, True), "NTC"):
    definition, natives = triangular(lower, trans, False)
    row(f"solve_triangular_{'lower' if lower else 'upper'}_{trans}_vector", definition, triangles(3), **natives)


# Cholesky factors


def cho_solve(lower: bool) -> tuple[Function, dict[str, Function]]:
    def solve_factored(xp, A, b):
        """L Lᵀ X = B or Uᵀ U X = B, L and U triangles of A."""
        return xp.linalg.cho_solve((A, lower), b)

    return solve_factored, {
        "scipy": lambda scipy, A, b: scipy.linalg.cho_solve((A, lower), b),
        "torch": lambda torch, A, b: torch.cholesky_solve(b, A, upper=not lower),
    }


def cholesky(lower: bool) -> tuple[Function, dict[str, Function]]:
    def factor(xp, A):
        """L or U with L Lᵀ = Uᵀ U = ½ (A + Aᵀ)."""
        return xp.linalg.cholesky(sym(A), upper=not lower)

    return factor, {
        "scipy": lambda scipy, A: scipy.linalg.cholesky(sym(A), lower=lower),
        "torch": lambda torch, A: torch.linalg.cholesky(sym(A), upper=not lower),
    }


def cholesky_of_triangle(lower: bool) -> Function:
    def factor(xp, A):
        """L or U with L Lᵀ = Uᵀ U = S, the symmetric matrix of which A has one triangle."""
        return xp.linalg.cholesky(mirrored(xp, A, lower), upper=not lower)

    return factor


for lower, which in ((False, "upper"), (True, "lower")):
    definition, natives = cho_solve(lower)
    row(f"cho_solve_{which}", definition, triangles(3, 2), **natives)
    definition, natives = cholesky(lower)
    row(f"cholesky_{which}", definition, symmetric(), **natives)
    own = {"scipy": lambda scipy, A, lower=lower: scipy.linalg.cholesky(A, lower=lower)}
    row(f"cholesky_{which}_free", cholesky_of_triangle(lower), symmetric(), **own)
    own = {"torch": lambda torch, A, lower=lower: torch.linalg.cholesky(A, upper=not lower)}
    row(f"cholesky_{which}_part", definition, symmetric(), **own)


# Elimination; the rows of A are those of a dominant matrix in another order, so that pivoting finds that order again

ORDER, BACK = [1, 2, 0, 3], [2, 0, 1, 3]


def eliminated(xp: Any, A: Any) -> tuple[Any, Any]:
    """L and U without pivoting; A (m, n)."""
    m, n = A.shape
    rows, k = [A[i, :] for i in range(m)], min(m, n)
    zero, one = 0 * A[0, 0], 0 * A[0, 0] + 1
    factors = [[one if i == j else zero for j in range(k)] for i in range(m)]
    for j in range(k):
        for i in range(j + 1, m):
            factors[i][j] = rows[i][j] / rows[j][j]
            rows[i] = rows[i] - factors[i][j] * rows[j]
    return xp.stack([xp.stack(entries) for entries in factors]), xp.triu(xp.stack(rows[:k]))


def gram(A: Any) -> Any:
    return A @ A.T


def lu_lower(xp, A):
    """L of the rows of A in order."""
    return eliminated(xp, A[np.array(BACK[: A.shape[0]])])[0]


def lu_upper(xp, A):
    """U Uᵀ of the rows of A in order: U itself has a row of A, in which nobody might round anything."""
    return gram(eliminated(xp, A[np.array(BACK[: A.shape[0]])])[1])


def lu_permuted(xp, A):
    """P L, of which A = P L U."""
    return lu_lower(xp, A)[np.array(ORDER[: A.shape[0]])]


def lu_factor(xp, A):
    """F Fᵀ, with U in F, and below it L without its ones."""
    lower, upper = eliminated(xp, A[np.array(BACK[:3])])
    return gram(xp.tril(lower, k=-1) + upper)


def permuted(m: int, n: int, *b: int) -> Draw:
    def draw(rng: Any) -> Inputs:
        return {"A": dominant(rng, m, n)[ORDER[:m]]} | ({"b": rng.standard_normal(b)} if b else {})

    return draw


for m, n, shape in ((3, 3, "square"), (4, 3, "tall"), (3, 4, "wide")):
    row(
        f"lu_lower_{shape}",
        lu_lower,
        permuted(m, n),
        scipy=lambda scipy, A: scipy.linalg.lu(A)[1],
        torch=lambda torch, A: torch.linalg.lu(A).L,
    )
    row(
        f"lu_upper_{shape}",
        lu_upper,
        permuted(m, n),
        scipy=lambda scipy, A: gram(scipy.linalg.lu(A)[2]),
        torch=lambda torch, A: gram(torch.linalg.lu(A).U),
    )
row(
    "lu_permute_l",
    lu_permuted,
    permuted(3, 3),
    scipy=lambda scipy, A: scipy.linalg.lu(A, permute_l=True)[0],
    torch=lambda torch, A: torch.linalg.lu(A).P @ torch.linalg.lu(A).L,
)
row(
    "lu_factor",
    lu_factor,
    permuted(3, 3),
    scipy=lambda scipy, A: gram(scipy.linalg.lu_factor(A)[0]),
    torch=lambda torch, A: gram(torch.linalg.lu_factor(A).LU),
)

PIVOTS = np.array([1, 2, 2], dtype=np.int32)  # exchange rows 0 and 1, then 1 and 2


def lu_solve(trans: int) -> tuple[Function, dict[str, Function]]:
    def solve_lu(xp, A, b):
        """P L U X = B or (P L U)ᵀ X = B, the unit L and U in one matrix A."""
        if trans:
            half = xp.linalg.solve_triangular(A, b, trans=1)
            return xp.linalg.solve_triangular(A, half, trans=1, lower=True, unit_diagonal=True)[np.array([2, 0, 1])]
        half = xp.linalg.solve_triangular(A, b[np.array([1, 2, 0])], lower=True, unit_diagonal=True)
        return xp.linalg.solve_triangular(A, half)

    def of_torch(torch: Any, A: Any, b: Any) -> Any:
        return torch.linalg.lu_solve(A, torch.asarray(PIVOTS) + 1, b, adjoint=bool(trans))

    return solve_lu, {
        "scipy": lambda scipy, A, b: scipy.linalg.lu_solve((A, PIVOTS), b, trans=trans),
        "torch": of_torch,
    }


for trans in (0, 1, 2):
    definition, natives = lu_solve(trans)
    row(f"lu_solve_{trans}", definition, triangles(3, 2), **natives)
row(
    "lu_factor_solve",
    solve,
    permuted(3, 3, 3, 2),
    scipy=lambda scipy, A, b: scipy.linalg.lu_solve(scipy.linalg.lu_factor(A), b),
    torch=lambda torch, A, b: torch.linalg.lu_solve(*torch.linalg.lu_factor(A), b),
)


# Functions of one matrix


def inv(xp, A):
    """A⁻¹."""
    return xp.linalg.inv(A)


def det(xp, A):
    """det A."""
    return xp.linalg.det(A)


def expm(xp, A):
    """exp A."""
    return xp.linalg.expm(A)


def of_one(scipys: str, torchs: str) -> dict[str, Function]:
    return {
        "scipy": lambda scipy, A: getattr(scipy.linalg, scipys)(A),
        "torch": lambda torch, A: getattr(torch.linalg, torchs)(A),
    }


row("inv", inv, general(), **of_one("inv", "inv"))
row("inv_ill", inv, general(ILL), **of_one("inv", "inv"))
row("det", det, general(), **of_one("det", "det"))
row("det_four", det, lambda rng: {"A": with_values(rng, 4, 4, (1.0, 1.5, 2.0, 2.5))}, **of_one("det", "det"))
row("det_ill", det, general(ILL), **of_one("det", "det"))
row("expm", expm, general(), **of_one("expm", "matrix_exp"))


def expm_frechet(xp, A, b):
    """The derivative of exp at A along B, a block of the exponential of a larger matrix."""
    above, below = xp.concat([A, b], axis=1), xp.concat([0 * A, A], axis=1)
    return xp.linalg.expm(xp.concat([above, below], axis=0))[:3, 3:]


def sqrtm_of_two(xp, A):
    """(A + √δ)/√(tr A + 2 √δ) with δ = det A; A (2, 2)."""
    root = xp.sqrt(A[0, 0] * A[1, 1] - A[0, 1] * A[1, 0])
    return (A + root * xp.eye(2, dtype=A.dtype)) / xp.sqrt(A[0, 0] + A[1, 1] + 2 * root)


def sqrtm_symmetric(xp, A):
    """V √Λ Vᵀ with V Λ Vᵀ = ½ (A + Aᵀ)."""
    values, vectors = xp.linalg.eigh(sym(A))
    return vectors * xp.sqrt(values) @ vectors.T


def two(rng: Any) -> Inputs:
    return {"A": np.array([[2.0, 0.5], [-0.75, 1.5]]) + rng.uniform(-0.25, 0.25, (2, 2))}


# JAX's is complex whatever its value.
row("sqrtm", sqrtm_of_two, two,
    jax=lambda jax, A: jax.scipy.linalg.sqrtm(A).real, scipy=lambda scipy, A: scipy.linalg.sqrtm(A))
row("sqrtm_symmetric", sqrtm_symmetric, symmetric(),
    jax=lambda jax, A: jax.scipy.linalg.sqrtm(sym(A)).real, scipy=lambda scipy, A: scipy.linalg.sqrtm(sym(A)))
row(
    "expm_frechet",
    expm_frechet,
    general(REGULAR, 3, 3),
    scipy=lambda scipy, A, b: scipy.linalg.expm_frechet(A, b, compute_expm=False),
)


# Spectra and orthogonal factors; what a sign is free in goes into what does not see it


def eigenvalues(xp, A):
    """Of ½ (A + Aᵀ)."""
    return xp.linalg.eigvalsh(sym(A))


def eigenprojector(xp, A):
    """v vᵀ of the eigenvector of the least eigenvalue of ½ (A + Aᵀ)."""
    v = xp.linalg.eigh(sym(A))[1][:, :1]
    return gram(v)


def svd_values(xp, A):
    """The singular values of A."""
    return xp.linalg.svdvals(A)


def qr_q(xp, A):
    """Q of A = Q R, with LAPACK's signs."""
    return xp.linalg.qr(A)[0]


def qr_r(xp, A):
    """R of A = Q R, with LAPACK's signs."""
    return xp.linalg.qr(A)[1]


def polar(xp, A):
    """U Vᵀ of the singular vectors, the orthogonal factor of A."""
    u, _, vt = xp.linalg.svd(A, full_matrices=False)
    return u @ vt


def tall(m: int = 4, values: Any = REGULAR) -> Draw:
    return lambda rng: {"A": with_values(rng, m, 3, values)}


for lower, which in ((False, "upper"), (True, "lower")):
    row(
        f"eigh_values_{which}",
        eigenvalues,
        symmetric(INDEFINITE),
        scipy=lambda scipy, A, lower=lower: scipy.linalg.eigh(sym(A), eigvals_only=True, lower=lower),
        torch=lambda torch, A, lower=lower: torch.linalg.eigvalsh(sym(A), UPLO="L" if lower else "U"),
    )
row(
    "eigh_projector",
    eigenprojector,
    symmetric(INDEFINITE),
    scipy=lambda scipy, A: gram(scipy.linalg.eigh(sym(A))[1][:, :1]),
    torch=lambda torch, A: gram(torch.linalg.eigh(sym(A))[1][:, :1]),
)
row(
    "svd_values",
    svd_values,
    tall(),
    scipy=lambda scipy, A: scipy.linalg.svd(A, compute_uv=False),
    torch=lambda torch, A: torch.linalg.svdvals(A),
)


def of_svd(library: Any, A: Any) -> Any:
    u, _, vt = library.linalg.svd(A, full_matrices=False)
    return u @ vt


row("svd_polar", polar, tall(3), scipy=of_svd, torch=of_svd)
row("polar", polar, tall(3), scipy=lambda scipy, A: scipy.linalg.polar(A)[0])
for m, shape in ((3, "square"), (4, "tall")):
    row(
        f"qr_q_{shape}",
        qr_q,
        tall(m),
        scipy=lambda scipy, A: scipy.linalg.qr(A, mode="economic")[0],
        torch=lambda torch, A: torch.linalg.qr(A)[0],
    )
    row(
        f"qr_r_{shape}",
        qr_r,
        tall(m),
        scipy=lambda scipy, A: scipy.linalg.qr(A, mode="economic")[1],
        torch=lambda torch, A: torch.linalg.qr(A)[1],
    )


def tridiagonal(xp, d, e):
    """The eigenvalues of the symmetric matrix with d on the diagonal and e beside it."""
    beside = xp.concat([e, 0 * e[:1]])
    D, E = d[:, None] * xp.eye(3, dtype=d.dtype), beside[:, None] * xp.eye(3, k=1, dtype=d.dtype)
    return xp.linalg.eigvalsh(D + E + E.T)


row(
    "eigh_tridiagonal",
    tridiagonal,
    lambda rng: {"d": np.array([1.0, 2.0, 4.0]) + rng.uniform(-0.25, 0.25, 3), "e": rng.uniform(0.2, 0.5, 2)},
    scipy=lambda scipy, d, e: scipy.linalg.eigh_tridiagonal(d, e, eigvals_only=True),
)


# Matrices of parts, and equations between them


def block_diag(xp, A, b, c):
    """A (2, 3), b (2,) as a row, c (1, 1), along a diagonal of zeros."""
    blocks = [A, b[None, :], c]
    width, made, left = sum(block.shape[1] for block in blocks), [], 0
    for block in blocks:
        zeros = [xp.zeros((block.shape[0], n), dtype=A.dtype) for n in (left, width - left - block.shape[1])]
        made.append(xp.concat([zeros[0], block, zeros[1]], axis=1))
        left += block.shape[1]
    return xp.concat(made, axis=0)


def blocks(rng: Any) -> Inputs:
    return {name: rng.standard_normal(shape) for name, shape in (("A", (2, 3)), ("b", (2,)), ("c", (1, 1)))}


row(
    "block_diag",
    block_diag,
    blocks,
    scipy=lambda scipy, A, b, c: scipy.linalg.block_diag(A, b, c),
    torch=lambda torch, A, b, c: torch.block_diag(A, b, c),
)

ACROSS = np.arange(4)[:, None] - np.arange(3)  # i − j


def toeplitz(xp, c):
    """c of |i − j|; c (3,)."""
    return c[np.abs(np.arange(3)[:, None] - np.arange(3))]


def toeplitz_of_two(xp, c, r):
    """cᵢ₋ⱼ below and on the diagonal, rⱼ₋ᵢ above it; c (4,), r (3,), of which the first is not looked at."""
    return xp.concat([xp.flip(c), r[1:]])[3 - ACROSS]


row(
    "toeplitz",
    toeplitz,
    lambda rng: {"c": rng.standard_normal(3)},
    scipy=lambda scipy, c: scipy.linalg.toeplitz(c),
)
row(
    "toeplitz_of_two",
    toeplitz_of_two,
    lambda rng: {"c": rng.standard_normal(4), "r": rng.standard_normal(3)},
    scipy=lambda scipy, c, r: scipy.linalg.toeplitz(c, r),
)


def sylvester(xp, A, b, c):
    """A X + X B = C, as one system for the rows of X one after the other; A (3, 3), B (2, 2), C (3, 2)."""
    I, J = xp.eye(3, dtype=A.dtype), xp.eye(2, dtype=A.dtype)
    system = A[:, None, :, None] * J[None, :, None, :] + I[:, None, :, None] * b.T[None, :, None, :]
    return xp.reshape(xp.linalg.solve(xp.reshape(system, (6, 6)), xp.reshape(c, (6,))), (3, 2))


row(
    "solve_sylvester",
    sylvester,
    lambda rng: {"A": triangle(rng), "b": triangle(rng, 2), "c": rng.standard_normal((3, 2))},
    scipy=lambda scipy, A, b, c: scipy.linalg.solve_sylvester(A, b, c),
)


def banded(below: int, above: int) -> tuple[Function, Function]:
    i, j = np.indices((4, 4))
    held = (j - i <= above) & (i - j <= below)
    places = np.where(held, above + i - j, 0), j

    def solve_banded(xp, A, b):
        """M X = B with M of bands, Mᵢⱼ = A[u + i − j, j]."""
        return xp.linalg.solve(A[places] * xp.asarray(held.astype(np.float64), dtype=A.dtype), b)

    return solve_banded, lambda scipy, A, b: scipy.linalg.solve_banded((below, above), A, b)


def bands(below: int, above: int, *b: int) -> Draw:
    def draw(rng: Any) -> Inputs:
        A = rng.uniform(-0.5, 0.5, (below + above + 1, 4))
        A[above] += 2.0
        return {"A": A, "b": rng.standard_normal(b)}

    return draw


for below, above, right in ((1, 1, (4,)), (1, 1, (4, 2)), (2, 1, (4, 2)), (1, 2, (4,))):
    definition, of_scipy = banded(below, above)
    shape = "matrix" if len(right) > 1 else "vector"
    row(f"solve_banded_{below}_{above}_{shape}", definition, bands(below, above, *right), scipy=of_scipy)
