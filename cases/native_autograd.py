"""autograd's containers, its helpers, and its rules of SciPy and of its own numpy that follow no name of the standard.

A tuple, a list or a dictionary that holds what is traced is a value with rules of its own; so is an array made of such
numbers. A rule of a linear function is differentiated again for the second order, by another rule.
"""

from __future__ import annotations

import numpy as np
from adbench.cases.native_jax_linalg import inverse_root

from adbench.rows import constant, dominant, fixed, positive, real, table

row = table("autograd", "HIPS autograd")
F64 = ("float64",)

# Containers

row("array_of_numbers", "[x₀ x₁, x₁ y]", lambda lib, x, y: lib.numpy.array([x[0] * x[1], x[1] * y]),
    lambda xp, x, y: xp.stack([x[0] * x[1], x[1] * y]), x=real(2), y=real())
row("array_of_rows", "rows of rows", lambda lib, x: lib.numpy.array([[x[0], x[1]], [x[2], x[0] * x[1]]]),
    lambda xp, x: xp.stack([x[:2], xp.stack([x[2], x[0] * x[1]])]), x=real(3))
row("array_of_arrays", "x and its square", lambda lib, x: lib.numpy.array([x, x**2]), lambda xp, x: xp.stack([x, x * x]), x=real(3))
row("tuple", "a b of a tuple (a, b)", lambda lib, x, y: (lambda t: t[0] * t[1])(lib.tuple((lib.numpy.sin(x), y))),
    lambda xp, x, y: xp.sin(x) * y, x=real(3), y=real(3))
row("tuple_joined", "of tuples put together", lambda lib, x, y: (lambda t: t[0] * t[2] + t[1])((x,) + lib.tuple((y, x)) + (y,)),  # noqa: RUF005
    lambda xp, x, y: x * x + y, x=real(3), y=real(3))
row("list", "a b of a list", lambda lib, x, y: (lambda t: t[-1] * t[0])(lib.list([x, x * y])), lambda xp, x, y: x * x * y, x=real(3), y=real(3))
row("list_sliced", "of a part of a list", lambda lib, x, y: (lambda t: t[0] * t[1])(lib.list([x, y, x * y])[1:]),
    lambda xp, x, y: y * x * y, x=real(3), y=real(3))
row("list_joined", "of lists put together", lambda lib, x, y: (lambda t: t[0] * t[3])([x] + lib.list([y, x]) + [y]),  # noqa: RUF005
    lambda xp, x, y: x * y, x=real(3), y=real(3))
row("dict", "a b of a dictionary", lambda lib, x, y: (lambda d: d["a"] * d["b"])(lib.dict({"a": lib.numpy.sin(x), "b": y})),
    lambda xp, x, y: xp.sin(x) * y, x=real(3), y=real(3))
row("dict_items", "Σ of the values of a dictionary", lambda lib, x, y: sum(v**2 for v in lib.dict({"a": x, "b": x * y}).values()),
    lambda xp, x, y: x * x + (x * y) ** 2, x=real(3), y=real(3))
row("nested_containers", "a list in a dictionary in a tuple",
    lambda lib, x, y: (lambda t: t[0]["a"][1] * t[1])(lib.tuple((lib.dict({"a": lib.list([y, x])}), y))),
    lambda xp, x, y: x * y, x=real(3), y=real(3))
row("flatten", "a dictionary as one array", lambda lib, x, y: lib.misc.flatten({"a": x, "b": (y, x * y)})[0],
    lambda xp, x, y: xp.concat([x, y, x * y]), x=real(2), y=real(2))
row("flatten_back", "and back", lambda lib, x: (lambda f, back: back(f * 2)["a"] * x)(*lib.misc.flatten({"a": x, "b": np.ones(2)})),
    lambda xp, x: 2 * x * x, x=real(2), dtypes=F64)

# Indices

row("index_twice", "x[i] of repeated places", lambda lib, x, i: x[i] * x[0], lambda xp, x, i: xp.take(x, i) * x[0], x=real(4), i=constant([2, 0, 2]))
row("index_table", "x[i, 1:] of repeated rows", lambda lib, x, i: x[i, 1:], lambda xp, x, i: xp.take(x, i, axis=0)[:, 1:], x=real(3, 3), i=constant([2, 0, 2]))
row("index_mask", "x where it is true", lambda lib, x, m: x[m] ** 2, lambda xp, x, m: xp.stack([x[0], x[2]]) ** 2, x=real(3), m=constant([True, False, True]))
row("iterate", "Π of the rows", lambda lib, x: (lambda a, b: a * b)(*x), lambda xp, x: x[0] * x[1], x=real(2, 3))

# Vector spaces, of autograd.extend

row("inner_product", "⟨x, y⟩", lambda lib, x, y: lib.extend.vspace(y).inner_prod(x, y), lambda xp, x, y: xp.sum(x * y), x=real(2, 3), y=real(2, 3))
row("scalar_mul", "a x", lambda lib, x, a: lib.extend.vspace(x).scalar_mul(x, a), lambda xp, x, a: a * x, x=real(3), a=real())
row("covector", "x, of the dual space", lambda lib, x: lib.extend.vspace(x).covector(x) * x, lambda xp, x: x * x, x=real(3))

# Derivatives as functions, differentiated again

row("elementwise_grad", "x cos x, by sin′", lambda lib, x: x * lib.elementwise_grad(lib.numpy.sin)(x), lambda xp, x: x * xp.cos(x), x=real(3))
row("value_and_grad", "f and f′ together", lambda lib, x: (lambda v, g: v * g)(*lib.value_and_grad(lambda y: lib.numpy.sum(y**3))(x)),
    lambda xp, x: xp.sum(x**3) * 3 * x**2, x=real(3))
row("hessian_vector_product", "H v", lambda lib, x, v: lib.hessian_vector_product(lambda y: lib.numpy.sum(y**3))(x, v),
    lambda xp, x, v: 6 * x * v, x=real(3), v=real(3))
row("tensor_jacobian_product", "J applied to v", lambda lib, x, v: lib.tensor_jacobian_product(lib.numpy.sin)(x, v),
    lambda xp, x, v: xp.cos(x) * v, x=real(3), v=real(3))
row("make_ggnvp", "Jᵀ J v", lambda lib, x, v: lib.make_ggnvp(lib.numpy.sin)(x)(v), lambda xp, x, v: xp.cos(x) ** 2 * v, x=real(3), v=real(3))
row("deriv", "f″", lambda lib, x: lib.deriv(lib.deriv(lib.numpy.sin))(x), lambda xp, x: -xp.sin(x), x=real(3))
row("checkpoint", "exp(sin x) y, recomputed", lambda lib, x, y: lib.checkpoint(lambda x, y: lib.numpy.exp(lib.numpy.sin(x)) * y)(x, y),
    lambda xp, x, y: xp.exp(xp.sin(x)) * y, x=real(3), y=real(3))
row("fixed_point", "√a, where x = (x + a/x)/2",
    lambda lib, a: lib.misc.fixed_points.fixed_point(
        lambda a: lambda x: (x + a / x) / 2, a, 1.0 + 0 * np.ones(3), lambda x, y: np.abs(x - y).max(), 1e-15),
    lambda xp, a: xp.sqrt(a), a=positive(3), dtypes=F64)

# Products: their rules are functions that are differentiated again

row("dot", "A b", lambda lib, A, b: lib.numpy.dot(A, b), lambda xp, A, b: A @ b, A=real(2, 3), b=real(3))
row("dot_stacks", "Σₖ A[i, k] B[l, k, j]", lambda lib, A, B: lib.numpy.dot(A, B), lambda xp, A, B: xp.einsum("ik,lkj->ilj", A, B), A=real(2, 3), B=real(2, 3, 2))
row("dot_numbers", "a B", lambda lib, A, B: lib.numpy.dot(A, B), lambda xp, A, B: A * B, A=real(), B=real(2, 2))
row("tensordot", "over two axes", lambda lib, A, B: lib.numpy.tensordot(A, B, axes=([0, 2], [1, 0])),
    lambda xp, A, B: xp.einsum("ijk,kil->jl", A, B), A=real(2, 3, 2), B=real(2, 2, 3))
row("tensordot_number", "over the last and the first", lambda lib, A, B: lib.numpy.tensordot(A, B, axes=2),
    lambda xp, A, B: xp.einsum("ijk,jkl->il", A, B), A=real(2, 2, 3), B=real(2, 3, 2))
row("inner", "Σₖ A[i, k] B[j, k]", lambda lib, A, B: lib.numpy.inner(A, B), lambda xp, A, B: xp.einsum("ik,jk->ij", A, B), A=real(2, 3), B=real(2, 3))
row("einsum_interleaved", "A Bᵀ by lists of axes", lambda lib, A, B: lib.numpy.einsum(A, [0, 1], B, [2, 1], [0, 2]),
    lambda xp, A, B: xp.einsum("ij,kj->ik", A, B), A=real(2, 3), B=real(2, 3))
row("make_diagonal", "x as a diagonal", lambda lib, x: lib.numpy.make_diagonal(x, axis1=-1, axis2=-2), lambda xp, x: x[:, None, :] * xp.eye(3), x=real(2, 3))
row("concatenate_args", "x and y end to end", lambda lib, x, y: lib.numpy.concatenate_args(0, x, y), lambda xp, x, y: xp.concat([x, y]), x=real(2), y=real(3))
row("flipud", "x upside down", lambda lib, x: lib.numpy.flipud(x), lambda xp, x: x[::-1], x=real(3, 2))
row("rad2deg", "radians as degrees", lambda lib, x: lib.numpy.rad2deg(x), lambda xp, x: x * 180 / xp.asarray(xp.pi, dtype=x.dtype), x=real(3))
row("amin", "the smallest", lambda lib, x: lib.numpy.amin(x, axis=0), lambda xp, x: xp.min(x, axis=0), x=fixed([[0.3, 1.2], [0.7, -0.4]]))
row("norm_nuclear", "Σ of the singular values", lambda lib, A: lib.numpy.linalg.norm(A, "nuc"), lambda xp, A: xp.sum(xp.linalg.svdvals(A)), A=real(3, 2))
row("norm_nuclear_axes", "the same of other axes", lambda lib, A: lib.numpy.linalg.norm(A, "nuc", axis=(0, 2)),
    lambda xp, A: xp.sum(xp.linalg.svdvals(xp.permute_dims(A, (1, 0, 2))), axis=-1), A=real(2, 2, 3))
row("norm_frobenius_axes", "√Σ x² of two axes", lambda lib, A: lib.numpy.linalg.norm(A, "fro", axis=(2, 0)),
    lambda xp, A: xp.sqrt(xp.sum(A**2, axis=(0, 2))), A=real(2, 2, 3))
row("eigh_upper", "V exp(w) Vᵀ of the upper half", lambda lib, A: (lambda w, v: lib.numpy.dot(v * lib.numpy.exp(w), v.T))(*lib.numpy.linalg.eigh(A + A.T, "U")),
    lambda xp, A: xp.linalg.expm(A + xp.matrix_transpose(A)), A=real(2, 2))
row("eig", "Σ w³, tr A³", lambda lib, A: lib.numpy.real(lib.numpy.sum(lib.numpy.linalg.eig(A)[0] ** 3)),
    lambda xp, A: xp.linalg.trace(A @ A @ A), A=dominant(3, 3))
row("eig_vectors", "V exp(w) V⁻¹",
    lambda lib, A: (lambda w, v: lib.numpy.real(lib.numpy.dot(v * lib.numpy.exp(w), lib.numpy.linalg.inv(v))))(*lib.numpy.linalg.eig(A)),
    lambda xp, A: xp.linalg.expm(A), A=dominant(2, 2))
row("svd", "U Vᵀ", lambda lib, A: (lambda u, s, v: lib.numpy.dot(u, v))(*lib.numpy.linalg.svd(A, full_matrices=False)),
    lambda xp, A: A @ inverse_root(xp, xp.matrix_transpose(A) @ A), A=dominant(2, 2))
row("slogdet", "log |det A| by its sign", lambda lib, A: (lambda s, d: s * d)(*lib.numpy.linalg.slogdet(A)), lambda xp, A: xp.linalg.slogdet(A)[1], A=dominant(3, 3))
row("pinv_tall", "A⁺ of a tall matrix", lambda lib, A: lib.numpy.linalg.pinv(A),
    lambda xp, A: xp.linalg.solve(xp.matrix_transpose(A) @ A, xp.matrix_transpose(A)), A=real(3, 2))
