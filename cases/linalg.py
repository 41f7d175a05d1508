"""Functions of matrices: determinants, inverses, factorisations, spectra, norms and products.

A closed form here is a differential, as matrix calculus writes it: d(X⁻¹) = −X⁻¹ dX X⁻¹. The Jacobian is what it makes
of every unit matrix. Factors and vectors that are unique only up to a sign or a phase go into what does not depend on
it. Matrices are not symmetric, and not square where they need not be. Points at which a formula in use is known to
fail, such as the determinant of a singular matrix by its inverse, are tagged `hazard`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from adbench.case import DTYPES, Case, case

NOTES = "lecture notes 003, matrix calculus"
STANDARD = "array API standard 2024.12, linear algebra extension"
PERTURBATION = "Giles, An extended collection of matrix derivative results (2008)"
F64 = ("float64",)
HAZARD = ("hazard",)
Inputs = dict[str, Any]


# Closed forms


def T(xp, X):  # noqa: N802 — as mathematics writes it
    return xp.matrix_transpose(X)


def sym(xp, A):
    """The symmetric part, so that a function of symmetric matrices has an input without constraints."""
    return (A + T(xp, A)) / 2


def eye(xp, like, axis=-1):
    return xp.eye(like.shape[axis], dtype=like.dtype)


def tr(xp, X):
    return xp.linalg.trace(X)


def of_units(xp, x, differential):
    """J from the image of every unit array: the directions lie along a new first axis."""
    size = math.prod(x.shape)
    columns = differential(xp.reshape(xp.eye(size, dtype=x.dtype), (size, *x.shape)))
    y_axes = tuple(range(1, columns.ndim))
    return xp.reshape(xp.permute_dims(columns, (*y_axes, 0)), columns.shape[1:] + x.shape)


def inputs_of(value: Any) -> Callable[..., Inputs]:
    """An inputs function: of a function of `rng`, or the same point every time."""
    return value if callable(value) else lambda rng: {name: np.asarray(x) for name, x in value.items()}


def define(
    name: str,
    function: Callable[..., Any],
    differentials: Mapping[str, Callable[..., Any]],
    inputs: Any,
    formula: str,
    **fields: Any,
) -> Case:
    """A case whose Jacobian by each input is that of `differential(xp, dX, **inputs)`, linear in a stack of dX."""

    def closed_form(wrt: str) -> Callable[..., Any]:
        return lambda xp, **x: of_units(xp, x[wrt], lambda units: differentials[wrt](xp, units, **x))

    function.__doc__ = formula
    made = case(name=name, wrt=tuple(differentials), **{"source": STANDARD, **fields})(function)
    made.inputs(inputs_of(inputs))
    for wrt in differentials:
        made.jacobian(wrt)(closed_form(wrt))
    return made


# Inputs


def normal(**shapes: tuple[int, ...]) -> Callable[..., Inputs]:
    return lambda rng: {name: rng.standard_normal(shape) for name, shape in shapes.items()}


def regular(*shape: int, **others: tuple[int, ...]) -> Callable[..., Inputs]:
    """A matrix X, or a stack, with singular values from 1 to 2, and normal numbers."""

    def draw(rng):
        return {"X": with_values(rng, shape, np.linspace(1.0, 2.0, min(shape[-2:]))), **normal(**others)(rng)}

    return draw


def ill_conditioned(n: int, **others: tuple[int, ...]) -> Callable[..., Inputs]:
    """A matrix X of condition 1e8."""
    return lambda rng: {"X": with_values(rng, (n, n), np.geomspace(1.0, 1e-8, n)), **normal(**others)(rng)}


def with_values(rng: Any, shape: tuple[int, ...], values: np.ndarray) -> np.ndarray:
    """Matrices with these singular values."""
    u, _, vt = np.linalg.svd(rng.standard_normal(shape), full_matrices=False)
    return (u * values) @ vt


def symmetric(n: int, values: Any, stack: tuple[int, ...] = ()) -> Callable[..., Inputs]:
    """A matrix X, not symmetric, whose symmetric part has these eigenvalues."""

    def draw(rng):
        q = np.linalg.qr(rng.standard_normal((*stack, n, n)))[0]
        skew = rng.standard_normal((*stack, n, n))
        return {"X": (q * np.asarray(values)) @ q.swapaxes(-1, -2) + (skew - skew.swapaxes(-1, -2)) / 2}

    return draw


# Determinants: d det X = det X · tr(X⁻¹ dX)


def d_det(xp, dX, X):
    return xp.linalg.det(X) * tr(xp, xp.linalg.inv(X) @ dX)


def d_logdet(xp, dX, X):
    return tr(xp, xp.linalg.inv(X) @ dX)


def d_det_by_cofactors(xp, dX, X):
    """Of three rows: d det X = Σ (dX)ᵢ · (Xⱼ × X_k), for any X."""
    turned = xp.stack([xp.linalg.cross(X[i - 2, :], X[i - 1, :]) for i in range(3)])
    return xp.sum(dX * turned, axis=(-2, -1))


SQUARES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "": (regular(3, 3), DTYPES),
    "_one": (regular(1, 1), DTYPES),
    "_four": (normal(X=(4, 4)), F64),
    "_stack": (regular(2, 3, 3), DTYPES),
    "_ill": (ill_conditioned(3), F64),
}
for suffix, (inputs, dtypes) in SQUARES.items():
    points = {"inputs": inputs, "dtypes": dtypes}
    define(f"det{suffix}", lambda xp, X: xp.linalg.det(X), {"X": d_det}, formula="y = det X.", **points)
    define(
        f"slogdet{suffix}",
        lambda xp, X: xp.linalg.slogdet(X)[1],
        {"X": d_logdet},
        formula="y = log |det X|, from slogdet.",
        **points,
    )
    define(
        f"inv{suffix}",
        lambda xp, X: xp.linalg.inv(X),
        {"X": lambda xp, dX, X: -xp.linalg.inv(X) @ dX @ xp.linalg.inv(X)},
        formula="Y = X⁻¹; dY = −X⁻¹ dX X⁻¹.",
        **points,
    )

for name, X in {
    "det_singular": [[1.1, 2.3, 3.7], [2.2, 4.6, 7.4], [1.3, 0.4, 1.9]],
    "det_zero_column": [[1.1, 0.0, 3.3], [2.3, 0.0, 6.5], [1.7, 0.0, 0.9]],
}.items():
    define(
        name,
        lambda xp, X: xp.linalg.det(X),
        {"X": d_det_by_cofactors},
        {"X": X},
        f"y = det X, of a singular matrix: dy = ⟨cofactors, dX⟩; X = {X}.",
        tags=HAZARD,
    )
define(
    "slogdet_overflowing",
    lambda xp, X: xp.linalg.slogdet(X)[1],
    {"X": d_logdet},
    {"X": np.array([[2.0, 1.0, 0.0], [0.5, 3.0, 1.0], [0.0, 1.0, 4.0]]) * 1e120},
    "y = log |det X|, where det X overflows.",
    dtypes=F64,
    tags=HAZARD,
)
define(
    "logdet_covariance",
    lambda xp, X: xp.linalg.slogdet(X.T @ X + eye(xp, X))[1],
    {"X": lambda xp, dX, X: 2 * tr(xp, xp.linalg.inv(X.T @ X + eye(xp, X)) @ X.T @ dX)},
    normal(X=(4, 3)),
    "y = log det(XᵀX + I); dy = 2 tr((XᵀX + I)⁻¹ Xᵀ dX).",
    source=NOTES,
)


# Linear systems: dZ = X⁻¹ (dB − dX Z)


def beside(xp, units, axes):
    """Units with as many axes behind the first as what they are multiplied with."""
    missing = (1,) * (axes + 1 - units.ndim)
    return xp.reshape(units, units.shape[:1] + missing + units.shape[1:])


def d_solve_by_matrix(xp, dX, X, b):
    Z = xp.linalg.solve(X, b)
    dX = beside(xp, dX, b.ndim)
    return -xp.linalg.inv(X) @ (dX @ Z) if b.ndim > 1 else -(dX @ Z) @ T(xp, xp.linalg.inv(X))


def d_solve_by_right(xp, db, X, b):
    return xp.linalg.inv(X) @ beside(xp, db, X.ndim) if b.ndim > 1 else db @ T(xp, xp.linalg.inv(X))


SYSTEMS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "vector": (regular(3, 3, b=(3,)), DTYPES),
    "matrix": (regular(3, 3, b=(3, 2)), DTYPES),
    "stack": (regular(2, 3, 3, b=(2, 3, 2)), DTYPES),
    "matrix_broadcast": (regular(3, 3, b=(2, 3, 2)), DTYPES),
    "right_broadcast": (regular(2, 3, 3, b=(3, 2)), DTYPES),
    "one": (regular(1, 1, b=(1, 2)), DTYPES),
    "ill": (ill_conditioned(3, b=(3,)), F64),
}
for suffix, (inputs, dtypes) in SYSTEMS.items():
    define(
        f"solve_{suffix}",
        lambda xp, X, b: xp.linalg.solve(X, b),
        {"X": d_solve_by_matrix, "b": d_solve_by_right},
        inputs,
        "Z = X⁻¹ b; dZ = X⁻¹ (db − dX Z).",
        dtypes=dtypes,
    )


def triangle(xp, X, lower, off=0):
    """One triangle of X, from the diagonal or, with `off` 1, from the one beside it on."""
    return xp.tril(X, k=-off) if lower else xp.triu(X, k=off)


def _define_triangular(name: str, inputs: Any, **options: Any) -> None:
    lower, unit, trans = (options.get(k, False) for k in ("lower", "unit_diagonal", "trans"))

    def factor(xp, X):
        L = triangle(xp, X, lower, int(unit)) + (eye(xp, X) if unit else 0)
        return T(xp, L) if trans else L

    def by_matrix(xp, dX, X, b):
        dL = triangle(xp, dX, lower, int(unit))
        return d_solve_by_matrix(xp, T(xp, dL) if trans else dL, factor(xp, X), b)

    def by_right(xp, db, X, b):
        return d_solve_by_right(xp, db, factor(xp, X), b)

    given = ", ".join(f"{k}={v}" for k, v in options.items())
    define(
        name,
        lambda xp, X, b: xp.linalg.solve_triangular(X, b, **options),
        {"X": by_matrix, "b": by_right},
        inputs,
        f"Z = solve_triangular(X, b, {given}): one triangle of X alone is looked at.",
        source="scipy.linalg.solve_triangular",
    )


for name, inputs, options in (
    ("solve_triangular_lower", regular(3, 3, b=(3, 2)), {"lower": True}),
    ("solve_triangular_upper", regular(3, 3, b=(3, 2)), {"lower": False}),
    ("solve_triangular_vector", regular(3, 3, b=(3,)), {"lower": True}),
    ("solve_triangular_transposed", regular(3, 3, b=(3, 2)), {"lower": True, "trans": 1}),
    ("solve_triangular_unit", regular(3, 3, b=(3, 2)), {"lower": False, "unit_diagonal": True}),
):
    _define_triangular(name, inputs, **options)


# Cholesky and QR: with S = L Lᵀ, dL = L Φ(L⁻¹ dS L⁻ᵀ); Φ keeps a triangle and halves the diagonal


def phi(xp, S):
    return xp.tril(S) - S * eye(xp, S) / 2


def d_cholesky(xp, dX, X):
    L = xp.linalg.cholesky(sym(xp, X))
    inverse = xp.linalg.inv(L)
    return L @ phi(xp, inverse @ sym(xp, dX) @ T(xp, inverse))


def cholesky(xp, X):
    return xp.linalg.cholesky(sym(xp, X))


def cholesky_upper(xp, X):
    return xp.linalg.cholesky(sym(xp, X), upper=True)


SPREAD, FAR = (1.0, 2.0, 3.5), (1.0, 1e-4, 1e-8)
for suffix, inputs, dtypes, upper in (
    ("", symmetric(3, SPREAD), DTYPES, False),
    ("_upper", symmetric(3, SPREAD), DTYPES, True),
    ("_stack", symmetric(3, SPREAD, (2,)), DTYPES, False),
    ("_one", symmetric(1, (2.0,)), DTYPES, False),
    ("_ill", symmetric(3, FAR), F64, False),
):
    define(
        f"cholesky{suffix}",
        cholesky_upper if upper else cholesky,
        {"X": (lambda xp, dX, X: T(xp, d_cholesky(xp, dX, X))) if upper else d_cholesky},
        inputs,
        "U, (X + Xᵀ)/2 = UᵀU." if upper else "L, (X + Xᵀ)/2 = L Lᵀ; dL = L Φ(L⁻¹ dS L⁻ᵀ).",
        dtypes=dtypes,
        source=PERTURBATION,
    )


def positive_qr(xp, X):
    """The factors with a positive diagonal of R, which are unique."""
    Q, R = xp.linalg.qr(X)
    signs = xp.sign(xp.linalg.diagonal(R))
    return Q * signs[..., None, :], signs[..., :, None] * R


def d_qr(xp, dX, X):
    Q, R = positive_qr(xp, X)
    M = dX @ xp.linalg.inv(R)
    A = T(xp, Q) @ M
    W = T(xp, phi(xp, A + T(xp, A)))
    return M - Q @ W, W @ R


for suffix, inputs in (("tall", regular(4, 2)), ("square", regular(3, 3)), ("stack", regular(2, 4, 2))):
    for factor, function, differential in (
        ("q", lambda xp, X: positive_qr(xp, X)[0], lambda xp, dX, X: d_qr(xp, dX, X)[0]),
        ("r", lambda xp, X: positive_qr(xp, X)[1], lambda xp, dX, X: d_qr(xp, dX, X)[1]),
    ):
        define(
            f"qr_{factor}_{suffix}",
            function,
            {"X": differential},
            inputs,
            f"{factor.upper()} of X = QR with a positive diagonal of R.",
            source=PERTURBATION,
        )


# Spectra of S = (X + Xᵀ)/2 = V diag(λ) Vᵀ: dλᵢ = vᵢᵀ dS vᵢ, dV = V (F ∘ VᵀdS V), F[i, j] = 1/(λⱼ − λᵢ)


def in_basis(xp, dX, X):
    values, V = xp.linalg.eigh(sym(xp, X))
    return values, V, T(xp, V) @ sym(xp, dX) @ V


def d_values(xp, dX, X):
    return xp.linalg.diagonal(in_basis(xp, dX, X)[2])


def d_projector(xp, dX, X):
    """Of P = v vᵀ for the lowest eigenvalue."""
    values, V, D = in_basis(xp, dX, X)
    weights = D[..., 1:, 0] / (values[..., None, :1] - values[..., None, 1:])[..., 0, :]
    dv = xp.matmul(V[..., :, 1:], weights[..., None])
    half = dv @ T(xp, V[..., :, :1])
    return half + T(xp, half)


def d_exponential(xp, dX, X):
    """V (G ∘ VᵀdS V) Vᵀ with the divided differences of exp."""
    values, V, D = in_basis(xp, dX, X)
    a, b = values[..., :, None], values[..., None, :]
    unit = eye(xp, X)
    apart = (xp.exp(a) - xp.exp(b)) / (a - b + unit)
    return V @ (D * (apart * (1 - unit) + xp.exp(a) * unit)) @ T(xp, V)


def eigvalsh(xp, X):
    return xp.linalg.eigvalsh(sym(xp, X))


def projector(xp, X):
    v = xp.linalg.eigh(sym(xp, X))[1][..., :, :1]
    return v @ T(xp, v)


def exponential(xp, X):
    values, V = xp.linalg.eigh(sym(xp, X))
    return (V * xp.exp(values)[..., None, :]) @ T(xp, V)


CLOSE = (1.0, 1.0 + 1e-6, 2.0)
for suffix, inputs, dtypes, tags in (
    ("", symmetric(3, (-1.0, 0.5, 2.0)), DTYPES, ()),
    ("_stack", symmetric(3, (-1.0, 0.5, 2.0), (2,)), DTYPES, ()),
    ("_wide", symmetric(3, (1e-8, 1.0, 2.0)), F64, ()),
    ("_close", symmetric(3, CLOSE), F64, HAZARD),
):
    for name, function, differential, formula in (
        ("eigvalsh", eigvalsh, d_values, "λ of (X + Xᵀ)/2; dλᵢ = vᵢᵀ dS vᵢ."),
        ("eigh_projector", projector, d_projector, "v vᵀ for the lowest eigenvalue of (X + Xᵀ)/2."),
        ("eigh_exponential", exponential, d_exponential, "V exp(Λ) Vᵀ of (X + Xᵀ)/2."),
    ):
        define(
            f"{name}{suffix}",
            function,
            {"X": differential},
            inputs,
            formula,
            dtypes=dtypes,
            tags=tags,
            source=PERTURBATION,
        )


# Singular values of X = U diag(σ) Vᵀ: dσᵢ = uᵢᵀ dX vᵢ


def svd(xp, X):
    return xp.linalg.svd(X, full_matrices=False)


def d_svdvals(xp, dX, X):
    U, _, Vt = svd(xp, X)
    return xp.linalg.diagonal(T(xp, U) @ dX @ T(xp, Vt))


def leading(xp, X):
    """σ₁ u₁ v₁ᵀ, the nearest matrix of rank 1."""
    U, s, Vt = svd(xp, X)
    return s[0] * U[:, :1] @ Vt[:1, :]


def d_leading(xp, dX, X):
    """X P for the projector P on v₁, an eigenvector of XᵀX."""
    values, V = xp.linalg.eigh(X.T @ X)
    D = T(xp, V) @ (T(xp, dX) @ X + X.T @ dX) @ V
    last = V[:, -1:]
    dv = xp.matmul(V[:, :-1], D[..., :-1, -1:] / (values[-1] - values[:-1])[:, None])
    return dX @ last @ last.T + X @ (dv @ last.T + last @ T(xp, dv))


TALL, WIDE = regular(4, 3), regular(3, 4)
for suffix, inputs in (("tall", TALL), ("wide", WIDE), ("square", regular(3, 3)), ("stack", regular(2, 3, 2))):
    define(
        f"svdvals_{suffix}",
        lambda xp, X: xp.linalg.svdvals(X),
        {"X": d_svdvals},
        inputs,
        "σ of X = UΣVᵀ; dσᵢ = uᵢᵀ dX vᵢ.",
        source=PERTURBATION,
    )
for suffix, inputs in (("tall", TALL), ("wide", WIDE)):
    define(
        f"svd_leading_{suffix}",
        lambda xp, X: leading(xp, X),
        {"X": d_leading},
        inputs,
        "σ₁ u₁ v₁ᵀ, the nearest matrix of rank 1.",
        source=PERTURBATION,
    )


def d_pinv(xp, dX, X):
    P = xp.linalg.pinv(X)
    outside, kernel = eye(xp, X, -2) - X @ P, eye(xp, X) - P @ X
    return -P @ dX @ P + P @ T(xp, P) @ T(xp, dX) @ outside + kernel @ T(xp, dX) @ T(xp, P) @ P


for suffix, inputs in (
    ("tall", TALL),
    ("wide", WIDE),
    ("square", regular(3, 3)),
    ("stack", regular(2, 4, 3)),
    ("column", normal(X=(4, 1))),
):
    define(
        f"pinv_{suffix}",
        lambda xp, X: xp.linalg.pinv(X),
        {"X": d_pinv},
        inputs,
        "P = X⁺; dP = −P dX P + P Pᵀ dXᵀ (I − X P) + (I − P X) dXᵀ Pᵀ P.",
        source="Golub & Pereyra (1973)",
    )


# Norms


def inner(xp, A, B):
    return xp.sum(A * B, axis=(-2, -1))


def d_frobenius(xp, dX, X):
    return inner(xp, dX, X) / xp.sqrt(inner(xp, X, X))


def d_nuclear(xp, dX, X):
    U, _, Vt = svd(xp, X)
    return inner(xp, dX, U @ Vt)


def d_spectral(which: int) -> Callable[..., Any]:
    def differential(xp, dX, X):
        U, _, Vt = svd(xp, X)
        return xp.linalg.diagonal(T(xp, U) @ dX @ T(xp, Vt))[..., which]

    return differential


def d_sums(axis: int, largest: bool) -> Callable[..., Any]:
    """Of the largest or smallest sum of magnitudes along an axis."""

    def differential(xp, dX, X):
        sums = xp.sum(xp.abs(X), axis=axis, keepdims=True)
        other = -3 - axis
        extreme = (xp.max if largest else xp.min)(sums, axis=other, keepdims=True)
        chosen = xp.where(sums == extreme, xp.ones_like(sums), xp.zeros_like(sums))
        return inner(xp, dX, xp.sign(X) * chosen)

    return differential


def norm_of(order: Any, **options: Any) -> Callable[..., Any]:
    return lambda xp, X: xp.linalg.matrix_norm(X, ord=order, **options)


def kept(differential: Callable[..., Any]) -> Callable[..., Any]:
    return lambda xp, dX, X: differential(xp, dX, X)[..., None, None]


ORDERS: dict[str, tuple[Any, Callable[..., Any]]] = {
    "frobenius": ("fro", d_frobenius),
    "nuclear": ("nuc", d_nuclear),
    "two": (2, d_spectral(0)),
    "minus_two": (-2, d_spectral(-1)),
    "one": (1, d_sums(-2, True)),
    "minus_one": (-1, d_sums(-2, False)),
    "infinity": (math.inf, d_sums(-1, True)),
    "minus_infinity": (-math.inf, d_sums(-1, False)),
}
for name, (order, differential) in ORDERS.items():
    define(f"matrix_norm_{name}", norm_of(order), {"X": differential}, WIDE, f"‖X‖ of order {order}.")
    define(
        f"matrix_norm_{name}_stack_kept",
        norm_of(order, keepdims=True),
        {"X": kept(differential)},
        regular(2, 4, 3),
        f"‖X‖ of order {order} of a stack, with its axes kept.",
    )


# Powers and exponentials


def d_power(n: int) -> Callable[..., Any]:
    """Σ Xᵏ dX Xⁿ⁻¹⁻ᵏ; of a negative power through d(X⁻¹)."""

    def differential(xp, dX, X):
        if n < 0:
            inverse = xp.linalg.inv(X)
            X, dX = inverse, -inverse @ dX @ inverse
        powers = [eye(xp, X)]
        for _ in range(abs(n) - 1):
            powers.append(powers[-1] @ X)
        return sum(powers[k] @ dX @ powers[-1 - k] for k in range(abs(n)))

    return differential


def power_of(n: int) -> Callable[..., Any]:
    return lambda xp, X: xp.linalg.matrix_power(X, n)


for n in (1, 2, 3, 6, -1, -2):
    define(
        f"matrix_power_{n}".replace("-", "minus_"),
        power_of(n),
        {"X": d_power(n)},
        regular(3, 3),
        f"X to the power {n}: dY = Σ Xᵏ dX Xⁿ⁻¹⁻ᵏ.",
    )
define(
    "matrix_power_stack",
    power_of(3),
    {"X": d_power(3)},
    regular(2, 3, 3),
    "X³ of a stack.",
)


def d_expm(xp, dX, X):
    """The corner of exp [[X, dX], [0, X]]."""
    n = X.shape[-1]
    X = xp.broadcast_to(X, dX.shape)
    block = xp.concat([xp.concat([X, dX], axis=-1), xp.concat([xp.zeros_like(X), X], axis=-1)], axis=-2)
    return xp.linalg.expm(block)[..., :n, n:]


for suffix, inputs, dtypes, tags in (
    ("", normal(X=(2, 2)), DTYPES, ()),
    ("_stack", normal(X=(2, 2, 2)), DTYPES, ()),
    ("_nilpotent", {"X": [[0.0, 2.0, 3.0], [0.0, 0.0, 4.0], [0.0, 0.0, 0.0]]}, DTYPES, HAZARD),
    ("_large", {"X": [[3.0, 5.0], [-5.0, 2.0]]}, F64, ()),
    ("_defective", {"X": [[1.0, 1.0], [0.0, 1.0]]}, DTYPES, HAZARD),
):
    define(
        f"expm{suffix}",
        lambda xp, X: xp.linalg.expm(X),
        {"X": d_expm},
        inputs,
        "exp X by its series; dY is the corner of exp [[X, dX], [0, X]].",
        dtypes=dtypes,
        tags=tags,
        source="Van Loan, Computing integrals involving the matrix exponential (1978)",
    )


# Products that name their axes: linear in each operand


def _define_product(name: str, function: Callable[..., Any], inputs: Any, formula: str, **fields: Any) -> None:
    """A function linear in each of its operands, whose differential is itself with the operand replaced."""

    def differential(wrt: str) -> Callable[..., Any]:
        def by(xp, units, **x):
            return xp.stack([function(xp, **{**x, wrt: units[k, ...]}) for k in range(units.shape[0])])

        return by

    drawn = inputs(np.random.default_rng(0))
    define(name, function, {wrt: differential(wrt) for wrt in drawn}, inputs, formula, **fields)


EINSUMS: dict[str, tuple[str, tuple[tuple[int, ...], ...]]] = {
    "matmat": ("ij,jk->ik", ((3, 4), (4, 2))),
    "transposed": ("ij,kj->ki", ((3, 4), (2, 4))),
    "inner": ("ij,ij->", ((3, 4), (3, 4))),
    "outer": ("i,j->ij", ((3,), (4,))),
    "diagonal": ("ii->i", ((3, 3),)),
    "trace": ("ii->", ((3, 3),)),
    "diagonal_stack": ("bii->bi", ((2, 3, 3),)),
    "sum_axis": ("ijk->ik", ((2, 3, 4),)),
    "permuted": ("ijk->kij", ((2, 3, 4),)),
    "batched": ("bij,bjk->bik", ((2, 3, 4), (2, 4, 2))),
    "batch_summed": ("bij,bjk->ik", ((2, 3, 4), (2, 4, 2))),
    "elementwise": ("ij,ij->ij", ((3, 4), (3, 4))),
    "row_scaled": ("ij,i->ij", ((3, 4), (3,))),
    "bilinear": ("i,ij,j->", ((3,), (3, 4), (4,))),
    "chain": ("ij,jk,kl->il", ((3, 4), (4, 2), (2, 3))),
    "diagonal_of_operand": ("ii,ij->ij", ((3, 3), (3, 4))),
    "summed_alone": ("ij,k->k", ((3, 4), (2,))),
    "implicit": ("ij,jk", ((3, 4), (4, 2))),
    "ellipsis": ("...ij,...jk->...ik", ((2, 3, 4), (4, 2))),
}


def _define_einsum(name: str, subscripts: str, shapes: tuple[tuple[int, ...], ...]) -> None:
    letters = "ABC"[: len(shapes)]

    def one(xp, A):
        return xp.einsum(subscripts, A)

    def two(xp, A, B):
        return xp.einsum(subscripts, A, B)

    def three(xp, A, B, C):
        return xp.einsum(subscripts, A, B, C)

    shapes_by_name = dict(zip(letters, shapes, strict=True))
    function = (one, two, three)[len(shapes) - 1]
    formula = f'einsum("{subscripts}").'
    _define_product(f"einsum_{name}", function, normal(**shapes_by_name), formula, source="numpy.einsum")


for name, (subscripts, shapes) in EINSUMS.items():
    _define_einsum(name, subscripts, shapes)

for name, function, inputs, formula in (
    ("tensordot", lambda xp, A, B: xp.tensordot(A, B, axes=1), normal(A=(2, 3), B=(3, 4)), "Σ over one axis."),
    ("tensordot_two", lambda xp, A, B: xp.tensordot(A, B), normal(A=(2, 3, 4), B=(3, 4, 2)), "Σ over two axes."),
    ("tensordot_none", lambda xp, A, B: xp.tensordot(A, B, axes=0), normal(A=(2,), B=(3, 2)), "The outer product."),
    (
        "tensordot_named",
        lambda xp, A, B: xp.tensordot(A, B, axes=((0, 2), (1, 0))),
        normal(A=(2, 3, 4), B=(4, 2, 3)),
        "Σ over axes 0 and 2 of A with 1 and 0 of B.",
    ),
    ("kron", lambda xp, A, B: xp.kron(A, B), normal(A=(2, 3), B=(3, 2)), "A ⊗ B."),
    ("kron_vectors", lambda xp, A, B: xp.kron(A, B), normal(A=(2,), B=(3,)), "a ⊗ b."),
    ("outer", lambda xp, A, B: xp.linalg.outer(A, B), normal(A=(3,), B=(2,)), "a bᵀ."),
    ("cross", lambda xp, A, B: xp.linalg.cross(A, B), normal(A=(3,), B=(3,)), "a × b."),
    ("cross_stack", lambda xp, A, B: xp.linalg.cross(A, B), normal(A=(2, 3), B=(2, 3)), "a × b of a stack."),
    (
        "cross_first",
        lambda xp, A, B: xp.linalg.cross(A, B, axis=0),
        normal(A=(3, 2), B=(3, 2)),
        "a × b along the first axis.",
    ),
    ("vecdot", lambda xp, A, B: xp.vecdot(A, B), normal(A=(2, 3), B=(2, 3)), "Σ aᵢbᵢ along the last axis."),
    (
        "vecdot_first_broadcast",
        lambda xp, A, B: xp.vecdot(A, B, axis=-2),
        normal(A=(2, 3, 2), B=(3, 1)),
        "Σ aᵢbᵢ along the last axis but one.",
    ),
    (
        "multi_dot",
        lambda xp, A, B, C: xp.linalg.multi_dot([A, B, C]),
        normal(A=(2, 3), B=(3, 4), C=(4, 2)),
        "A B C in the cheapest order.",
    ),
    (
        "multi_dot_vectors",
        lambda xp, A, B, C: xp.linalg.multi_dot([A, B, C]),
        normal(A=(3,), B=(3, 4), C=(4,)),
        "aᵀB c in the cheapest order.",
    ),
    ("linear_form", lambda xp, A, B: A @ B, normal(A=(3,), B=(3,)), "cᵀx."),
    ("inner_product", lambda xp, A, B: xp.linalg.trace(A.T @ B), normal(A=(3, 4), B=(3, 4)), "⟨X, Y⟩ = tr(XᵀY)."),
):
    _define_product(name, function, inputs, formula)


# Forms, quotients and conditions


@case(wrt=("A", "x"), source=NOTES)
def quadratic_form(xp, A, x):
    """y = xᵀAx; dy/dx = (A + Aᵀ)x."""
    return x @ A @ x


quadratic_form.inputs(normal(A=(3, 3), x=(3,)))
quadratic_form.jacobian("A")(lambda xp, A, x: x[:, None] * x)
quadratic_form.jacobian("x")(lambda xp, A, x: (A + A.T) @ x)


@case(wrt=("A", "x"), source=NOTES)
def rayleigh_quotient(xp, A, x):
    """y = xᵀAx / xᵀx."""
    return (x @ A @ x) / (x @ x)


rayleigh_quotient.inputs(normal(A=(3, 3), x=(3,)))
rayleigh_quotient.jacobian("A")(lambda xp, A, x: x[:, None] * x / (x @ x))
rayleigh_quotient.jacobian("x")(lambda xp, A, x: ((A + A.T) @ x - 2 * (x @ A @ x) / (x @ x) * x) / (x @ x))


define(
    "matrix_over_norm",
    lambda xp, X: X / xp.sqrt(xp.sum(X * X)),
    {
        "X": lambda xp, dX, X: (
            dX / xp.sqrt(inner(xp, X, X)) - inner(xp, dX, X)[:, None, None] * X / inner(xp, X, X) ** 1.5
        )
    },
    normal(X=(3, 2)),
    "Y = X / φ(X) with φ the Frobenius norm.",
    source=NOTES,
)


def condition(xp, X):
    return xp.linalg.matrix_norm(X) * xp.linalg.matrix_norm(xp.linalg.inv(X))


def d_condition(xp, dX, X):
    Y = xp.linalg.inv(X)
    a, b = xp.sqrt(inner(xp, X, X)), xp.sqrt(inner(xp, Y, Y))
    return inner(xp, dX, X) * b / a - inner(xp, Y @ dX @ Y, Y) * a / b


for suffix, inputs, dtypes in (("", regular(3, 3), DTYPES), ("_ill", ill_conditioned(3), F64)):
    define(
        f"condition{suffix}",
        lambda xp, X: condition(xp, X),
        {"X": d_condition},
        inputs,
        "κ = ‖X‖ ‖X⁻¹‖ in the Frobenius norm.",
        dtypes=dtypes,
        source=NOTES,
    )
