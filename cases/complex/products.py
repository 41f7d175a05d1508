"""Products of Z and W, of which one may be real."""

from __future__ import annotations

from collections.abc import Callable

from adbench.cases.complex.common import F64, Function, H, Inputs, Shape, define, drawn

from adbench.case import DTYPES


def vectors(f: Function) -> Function:
    """A linear function of matrices, of a stack of vectors."""
    return lambda xp, d, **x: f(xp, d[..., None], **x)[..., 0]


def factors(*shapes: Shape, kinds: tuple[bool, bool]) -> Callable[..., Inputs]:
    """Z and W of these shapes, each complex or not."""

    def draw(rng):
        pairs = (rng.standard_normal((2, *shape)) for shape in shapes)
        return {n: x + 1j * y if pair else x for n, (x, y), pair in zip("ZW", pairs, kinds, strict=True)}

    return draw


PRODUCTS: dict[str, tuple[str, Function, Function, Function, Shape, Shape]] = {
    "matmul": ("Z W", lambda xp, Z, W: xp.matmul(Z, W),
        lambda xp, d, Z, W: d @ W, lambda xp, d, Z, W: Z @ d, (2, 3), (3, 2)),
    "matvec": ("Z W, of a vector W", lambda xp, Z, W: xp.matmul(Z, W),
        lambda xp, d, Z, W: d @ W, vectors(lambda xp, d, Z, W: Z @ d), (2, 3), (3,)),
    "vecdot": ("⟨Z, W⟩, which conjugates Z", lambda xp, Z, W: xp.vecdot(Z, W),
        lambda xp, d, Z, W: xp.sum(xp.conj(d) * W, axis=-1), lambda xp, d, Z, W: xp.sum(xp.conj(Z) * d, axis=-1),
        (3,), (3,)),
    "outer": ("Z Wᵀ", lambda xp, Z, W: xp.linalg.outer(Z, W),
        lambda xp, d, Z, W: d[..., None] * W, lambda xp, d, Z, W: Z[:, None] * d[:, None, :], (3,), (2,)),
    "tensordot": ("Σ Z_ijk W_jkl", lambda xp, Z, W: xp.tensordot(Z, W, axes=2),
        lambda xp, d, Z, W: xp.tensordot(d, W, axes=2),
        lambda xp, d, Z, W: xp.reshape(Z, (2, 4)) @ xp.reshape(d, (-1, 4, 2)), (2, 2, 2), (2, 2, 2)),
    "solve": ("Z⁻¹ W", lambda xp, Z, W: xp.linalg.solve(Z, W),
        lambda xp, d, Z, W: -xp.linalg.inv(Z) @ d @ xp.linalg.inv(Z) @ W,
        lambda xp, d, Z, W: xp.linalg.inv(Z) @ d, (3, 3), (3, 2)),
    "solve_vector": ("Z⁻¹ W, of a vector W", lambda xp, Z, W: xp.linalg.solve(Z, W),
        lambda xp, d, Z, W: -xp.linalg.inv(Z) @ d @ xp.linalg.inv(Z) @ W,
        vectors(lambda xp, d, Z, W: xp.linalg.inv(Z) @ d), (3, 3), (3,)),
}  # fmt: skip
KINDS = {"": (True, True), "_real_left": (False, True), "_real_right": (True, False)}
for name, (formula, function, *by, left, right) in PRODUCTS.items():
    for suffix, kinds in KINDS.items():
        define(
            f"{name}{suffix}",
            function,
            dict(zip("ZW", by, strict=True)),
            factors(left, right, kinds=kinds),
            f"{formula}; Z {'complex' if kinds[0] else 'real'}, W {'complex' if kinds[1] else 'real'}.",
            dtypes=DTYPES if name in ("matmul", "solve") else F64,
        )
define("einsum", lambda xp, Z, W: xp.einsum("ij,kj->ik", Z, xp.conj(W)),
       {"Z": lambda xp, d, Z, W: d @ H(xp, W), "W": lambda xp, d, Z, W: Z @ H(xp, d)},
       drawn(Z=(2, 3), W=(2, 3)), "Z Wᴴ, by einsum.")  # fmt: skip
define("gram", lambda xp, Z: H(xp, Z) @ Z, {"Z": lambda xp, d, Z: H(xp, d) @ Z + H(xp, Z) @ d},
       drawn(Z=(3, 2)), "Zᴴ Z.")  # fmt: skip
