"""Products that name their axes, linear in each operand; forms, quotients and conditions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from adbench.cases.linalg.common import F64, NOTES, define, ill_conditioned, normal, regular
from adbench.cases.linalg.norms import inner

from adbench.case import DTYPES, case

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
