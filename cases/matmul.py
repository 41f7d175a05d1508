"""Products of vectors, matrices and stacks of matrices: what every model is made of.

One operator, `@`, has a rule of its own for each pair of ranks; a wrong one transposes a gradient, drops
an axis of size 1, or forgets to sum over the batch axes along which an operand was repeated. No operand
is square, so that a transposed gradient does not fit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adbench.case import Inputs, case

NOTES = "lecture notes 000 and 001, VJP of products"
TENSORS = "lecture notes 004, derivatives by matrices and of matrices"
STANDARD = "array API standard 2024.12, matmul"


def _normal(**letters: str) -> Callable[..., Inputs]:
    """An inputs function that draws normal numbers: `_normal(A="s1mn")` draws A of shape (s, 1, m, n)."""

    def draw(rng: Any, **size: int) -> Inputs:
        size |= {"0": 0, "1": 1}
        return {name: rng.standard_normal([size[i] for i in axes]) for name, axes in letters.items()}

    return draw


def _sizes(letters: str, **of_size: tuple[int, ...]) -> dict[str, dict[str, int]]:
    return {name: dict(zip(letters, lengths, strict=True)) for name, lengths in of_size.items()}


def _eye(xp: Any, like: Any, axis: int) -> Any:
    """[i=j] over one axis of `like`, in its dtype."""
    return xp.eye(like.shape[axis], dtype=like.dtype)


@case(wrt=("a", "b"), sizes={"small": {"n": 4}}, source=NOTES)
def dot(xp, a, b):
    """f = aᵀb; a (n,), b (n,)."""
    return a @ b


dot.inputs(_normal(a="n", b="n"))
dot.jacobian("a")(lambda xp, a, b: b)
dot.jacobian("b")(lambda xp, a, b: a)


@case(
    wrt=("A", "b"),
    sizes=_sizes("mn", small=(3, 4), medium=(80, 120), large=(800, 1200)),
    source=NOTES,
    bench=True,
)
def matvec(xp, A, b):
    """f = A b; A (m, n), b (n,)."""
    return A @ b


matvec.inputs(_normal(A="mn", b="n"))
matvec.jacobian("A")(lambda xp, A, b: _eye(xp, A, 0)[:, :, None] * b)
matvec.jacobian("b")(lambda xp, A, b: A)
matvec.vjp(lambda xp, y_bar, A, b: {"A": y_bar[:, None] * b, "b": y_bar @ A})


@case(wrt=("a", "B"), sizes={"small": {"n": 4, "p": 2}}, source=NOTES)
def vecmat(xp, a, B):
    """f = aᵀB; a (n,), B (n, p)."""
    return a @ B


vecmat.inputs(_normal(a="n", B="np"))
vecmat.jacobian("a")(lambda xp, a, B: B.T)
vecmat.jacobian("B")(lambda xp, a, B: _eye(xp, B, 1)[:, None, :] * a[:, None])


@case(
    wrt=("A", "B"),
    sizes=_sizes("mnp", small=(3, 4, 2), medium=(50, 70, 60), large=(500, 700, 600)),
    source=NOTES,
    bench=True,
)
def matmat(xp, A, B):
    """F = A B; A (m, n), B (n, p)."""
    return A @ B


matmat.inputs(_normal(A="mn", B="np"))
matmat.jacobian("A")(lambda xp, A, B: _eye(xp, A, 0)[:, None, :, None] * B.T[:, None, :])
matmat.jacobian("B")(lambda xp, A, B: A[:, None, :, None] * _eye(xp, B, 1)[:, None, :])
matmat.vjp(lambda xp, y_bar, A, B: {"A": y_bar @ B.T, "B": A.T @ y_bar})


@case(wrt=("A", "B"), sizes={"small": {"m": 3, "n": 4, "p": 2}}, source=NOTES)
def transposed_matmat(xp, A, B):
    """F = Aᵀ Bᵀ, operands that are not contiguous; A (n, m), B (p, n)."""
    return A.T @ B.T


transposed_matmat.inputs(_normal(A="nm", B="pn"))
transposed_matmat.jacobian("A")(lambda xp, A, B: _eye(xp, A, 1)[:, None, None, :] * B[:, :, None])
transposed_matmat.jacobian("B")(lambda xp, A, B: A.T[:, None, None, :] * _eye(xp, B, 0)[:, :, None])


@case(wrt=("A",), sizes={"small": {"m": 3, "n": 4}}, source=NOTES)
def gram(xp, A):
    """F = A Aᵀ, one array as both operands; A (m, n)."""
    return A @ A.T


gram.inputs(_normal(A="mn"))
gram.jacobian("A")(
    lambda xp, A: xp.einsum("ij,pk->ipjk", _eye(xp, A, 0), A) + xp.einsum("pj,ik->ipjk", _eye(xp, A, 0), A)
)


@case(wrt=("alpha", "X"), sizes={"small": {"m": 3, "n": 4}}, source=NOTES)
def scalar_matrix(xp, alpha, X):
    """F = α X; alpha (), X (m, n)."""
    return alpha * X


scalar_matrix.inputs(_normal(alpha="", X="mn"))
scalar_matrix.jacobian("alpha")(lambda xp, alpha, X: X)
scalar_matrix.jacobian("X")(
    lambda xp, alpha, X: alpha * _eye(xp, X, 0)[:, None, :, None] * _eye(xp, X, 1)[:, None, :]
)


@case(wrt=("a", "b"), sizes={"small": {"m": 3, "n": 4}}, source=NOTES)
def outer(xp, a, b):
    """F = a bᵀ; a (m,), b (n,)."""
    return xp.linalg.outer(a, b)


outer.inputs(_normal(a="m", b="n"))
outer.jacobian("a")(lambda xp, a, b: _eye(xp, a, 0)[:, None, :] * b[:, None])
outer.jacobian("b")(lambda xp, a, b: a[:, None, None] * _eye(xp, b, 0))


@case(
    wrt=("A", "B"),
    sizes=_sizes("smnp", small=(5, 3, 4, 2), medium=(5, 30, 40, 20), large=(5, 300, 400, 200)),
    source=NOTES,
    bench=True,
)
def batched(xp, A, B):
    """F_s = A_s B_s; A (s, m, n), B (s, n, p)."""
    return A @ B


batched.inputs(_normal(A="smn", B="snp"))
batched.jacobian("A")(lambda xp, A, B: xp.einsum("bc,ij,bkp->bipcjk", _eye(xp, A, 0), _eye(xp, A, 1), B))
batched.jacobian("B")(lambda xp, A, B: xp.einsum("bc,pk,bij->bipcjk", _eye(xp, A, 0), _eye(xp, B, 2), A))
batched.vjp(lambda xp, y_bar, A, B: {"A": y_bar @ B.mT, "B": A.mT @ y_bar})


@case(
    wrt=("A", "B"),
    sizes=_sizes("stmnp", small=(5, 3, 2, 3, 2), medium=(5, 3, 25, 35, 30), large=(5, 3, 250, 350, 300)),
    source=NOTES,
    bench=True,
)
def batched_broadcast(xp, A, B):
    """F_{st} = A_s B_t, each matrix repeated along the other's batch axis; A (s, 1, m, n), B (t, n, p)."""
    return A @ B


batched_broadcast.inputs(_normal(A="s1mn", B="tnp"))
batched_broadcast.jacobian("A")(
    lambda xp, A, B: xp.einsum("sr,ij,tkp->stiprjk", _eye(xp, A, 0), _eye(xp, A, 2), B)[..., None, :, :]
)
batched_broadcast.jacobian("B")(
    lambda xp, A, B: xp.einsum("tr,pk,sij->stiprjk", _eye(xp, B, 0), _eye(xp, B, 2), A[:, 0, :, :])
)


@batched_broadcast.vjp
def _(xp, y_bar, A, B):
    """Summed over the repeated axis within one product: (sm, tp) by (tp, n), and (n, sm) by (t, sm, p)."""
    s, t, m, p = y_bar.shape
    n = B.shape[1]
    rows = xp.reshape(xp.permute_dims(y_bar, (0, 2, 1, 3)), (s * m, t * p))
    A_bar = rows @ xp.reshape(xp.permute_dims(B, (0, 2, 1)), (t * p, n))
    stacks = xp.reshape(xp.permute_dims(y_bar, (1, 0, 2, 3)), (t, s * m, p))
    return {"A": xp.reshape(A_bar, (s, 1, m, n)), "B": xp.reshape(A, (s * m, n)).T @ stacks}


# More pairs of ranks: name, formula, axes of A and of B, ∂F/∂A, ∂F/∂B.
PRODUCTS = (
    ("row_column", "F = A B, of shape (1, 1), not ()", "1n", "n1",
     lambda xp, A, B: B.T[None, :, None, :],
     lambda xp, A, B: A[:, None, :, None]),
    ("empty_inner", "F = A B = 0, a sum over no terms", "m0", "0p",
     lambda xp, A, B: xp.einsum("ij,kp->ipjk", _eye(xp, A, 0), B),
     lambda xp, A, B: xp.einsum("ij,pk->ipjk", A, _eye(xp, B, 1))),
    ("matrix_batched", "F_s = A B_s", "mn", "snp",
     lambda xp, A, B: xp.einsum("ij,skp->sipjk", _eye(xp, A, 0), B),
     lambda xp, A, B: xp.einsum("sr,pk,ij->siprjk", _eye(xp, B, 0), _eye(xp, B, 2), A)),
    ("batched_matrix", "F_s = A_s B", "smn", "np",
     lambda xp, A, B: xp.einsum("sr,ij,kp->siprjk", _eye(xp, A, 0), _eye(xp, A, 1), B),
     lambda xp, A, B: xp.einsum("pk,sij->sipjk", _eye(xp, B, 1), A)),
    ("vec_batched", "f_s = Aᵀ B_s, A a vector", "n", "snp",
     lambda xp, A, B: xp.matrix_transpose(B),
     lambda xp, A, B: xp.einsum("sr,pk,j->sprjk", _eye(xp, B, 0), _eye(xp, B, 2), A)),
    ("batched_vec", "f_s = A_s B, B a vector", "smn", "n",
     lambda xp, A, B: xp.einsum("sr,ij,k->sirjk", _eye(xp, A, 0), _eye(xp, A, 1), B),
     lambda xp, A, B: A),
)  # fmt: skip


def _product(name: str, formula: str, A_axes: str, B_axes: str, by_A: Any, by_B: Any) -> None:
    size = {letter: n for letter, n in {"s": 5, "m": 3, "n": 4, "p": 2}.items() if letter in A_axes + B_axes}

    @case(name=name, wrt=("A", "B"), sizes={"small": size}, source=STANDARD, shape_only="0" in A_axes)
    def product(xp, A, B):
        return A @ B

    product.function.__doc__ = f"{formula}; A ({', '.join(A_axes)}), B ({', '.join(B_axes)})."
    product.inputs(_normal(A=A_axes, B=B_axes))
    product.jacobian("A")(by_A)
    product.jacobian("B")(by_B)


for row in PRODUCTS:
    _product(*row)


CHAIN = _sizes("mnpqr", small=(3, 4, 2, 3, 4), medium=(50, 60, 40, 50, 60), large=(500, 600, 400, 500, 600))


@case(wrt=("A", "B", "C", "D", "x"), sizes=CHAIN, source=NOTES, bench=True)
def matmul_chain(xp, A, B, C, D, x):
    """f = A (B (C (D x))), vectors all the way; A (m, n), B (n, p), C (p, q), D (q, r), x (r,)."""
    return A @ (B @ (C @ (D @ x)))


@case(wrt=("A", "B", "C", "D", "x"), sizes={"small": CHAIN["small"]}, source=NOTES)
def matmul_chain_left(xp, A, B, C, D, x):
    """f = (((A B) C) D) x, matrices up to the last; A (m, n), B (n, p), C (p, q), D (q, r), x (r,)."""
    return A @ B @ C @ D @ x


for chain in (matmul_chain, matmul_chain_left):
    chain.inputs(_normal(A="mn", B="np", C="pq", D="qr", x="r"))
    chain.jacobian("A")(lambda xp, A, B, C, D, x: _eye(xp, A, 0)[:, :, None] * (B @ (C @ (D @ x))))
    chain.jacobian("B")(lambda xp, A, B, C, D, x: A[:, :, None] * (C @ (D @ x)))
    chain.jacobian("C")(lambda xp, A, B, C, D, x: (A @ B)[:, :, None] * (D @ x))
    chain.jacobian("D")(lambda xp, A, B, C, D, x: (A @ B @ C)[:, :, None] * x)
    chain.jacobian("x")(lambda xp, A, B, C, D, x: A @ B @ C @ D)


@matmul_chain.vjp
def _(xp, y_bar, A, B, C, D, x):
    d = D @ x
    c = C @ d
    b = B @ c
    b_bar = y_bar @ A
    c_bar = b_bar @ B
    d_bar = c_bar @ C
    rows = {"A": (y_bar, b), "B": (b_bar, c), "C": (c_bar, d), "D": (d_bar, x)}
    return {**{name: left[:, None] * right for name, (left, right) in rows.items()}, "x": d_bar @ D}


@case(wrt=("A",), sizes={"small": {"m": 3, "n": 4}}, source=TENSORS)
def linear_map_wrt_matrix(xp, A, x):
    """f = A x by A alone, an M × (M × N) array whose i-th block has xᵀ as its i-th row; A (m, n), x (n,)."""
    return A @ x


linear_map_wrt_matrix.inputs(_normal(A="mn", x="n"))
linear_map_wrt_matrix.jacobian("A")(
    lambda xp, A, x: xp.stack([_eye(xp, A, 0)[:, i, None] * x for i in range(A.shape[0])], axis=0)
)


@case(wrt=("x",), sizes={"small": {"m": 4, "n": 2, "k": 3}}, source=TENSORS)
def matrix_of_vector(xp, x, T):
    """A_{ij} = sin(Σ_k T_{ijk} x_k), of shape (m, n); x (k,), T (m, n, k)."""
    return xp.sin(T @ x)


matrix_of_vector.inputs(_normal(x="k", T="mnk"))
matrix_of_vector.jacobian("x")(lambda xp, x, T: xp.cos(T @ x)[:, :, None] * T)


@case(
    wrt=("A", "B", "C", "D"),
    sizes={"small": {"m": 3, "n": 4, "p": 2, "q": 3}},
    source="Petersen & Pedersen, Matrix Cookbook, §2.5",
)
def trace_cyclic(xp, A, B, C, D):
    """f = tr(A B C D), the same for every cyclic shift; A (m, n), B (n, p), C (p, q), D (q, m)."""
    return xp.linalg.trace(A @ B @ C @ D)


trace_cyclic.inputs(_normal(A="mn", B="np", C="pq", D="qm"))
trace_cyclic.jacobian("A")(lambda xp, A, B, C, D: (B @ C @ D).T)
trace_cyclic.jacobian("B")(lambda xp, A, B, C, D: (C @ D @ A).T)
trace_cyclic.jacobian("C")(lambda xp, A, B, C, D: (D @ A @ B).T)
trace_cyclic.jacobian("D")(lambda xp, A, B, C, D: (A @ B @ C).T)
