"""Programs inside of programs: loops, branches, rules of one's own, solvers, recomputation, names of mapped axes.

What is differentiated is a program that JAX traces on its own, so that its rules are those of the program's inside. A
definition is the same written out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.rows import apart, between, constant, dominant, positive, real, table

F64 = ("float64",)
row = table("jax", "jax.lax, control flow; jax, transformations", F64)

# Loops


def scanned(xp: Any, step: Any, carry: Any, xs: Any, reverse: bool = False) -> tuple[Any, Any]:
    made = []
    for x in xs[::-1] if reverse else xs:
        carry, y = step(carry, x)
        made.append(y)
    return carry, xp.stack(made[::-1] if reverse else made)


def both(y: tuple[Any, Any]) -> Any:
    """What a loop has carried, by what it has emitted."""
    return y[0] * y[1]


def _step(c: Any, x: Any) -> tuple[Any, Any]:
    return c * x + x, c * c


row("scan", "c ← c x + x, emitting c²", lambda jax, c, x: both(jax.lax.scan(_step, c, x)),
    lambda xp, c, x: both(scanned(xp, _step, c, x)), c=real(), x=real(4))
row("scan_reverse", "the same from the end", lambda jax, c, x: both(jax.lax.scan(_step, c, x, reverse=True)),
    lambda xp, c, x: both(scanned(xp, _step, c, x, reverse=True)), c=real(), x=real(4))
row("scan_unrolled", "the same, two steps at a time", lambda jax, c, x: both(jax.lax.scan(_step, c, x, unroll=2)),
    lambda xp, c, x: both(scanned(xp, _step, c, x)), c=real(), x=real(4))
row("scan_closure", "c ← a c + x, where a comes from outside",
    lambda jax, a, c, x: both(jax.lax.scan(lambda c, x: (a * c + x, a + c), c, x)),
    lambda xp, a, c, x: both(scanned(xp, lambda c, x: (a * c + x, a + c), c, x)), a=real(), c=real(), x=real(3))
row("scan_of_none", "c ← sin c, three times", lambda jax, c: jax.lax.scan(lambda c, _: (jax.numpy.sin(c), None), c, None, length=3)[0],
    lambda xp, c: xp.sin(xp.sin(xp.sin(c))), c=real(2))
row("scan_nested", "a loop in a loop",
    lambda jax, x: jax.lax.scan(lambda c, r: jax.lax.scan(_step, c, r), 1.0 + 0 * x[0, 0], x)[0],
    lambda xp, x: scanned(xp, lambda c, r: scanned(xp, _step, c, r), 1 + 0 * x[0, 0], x)[0], x=real(2, 2))
row("fori_loop", "c ← c x, from 1 to 3", lambda jax, x: jax.lax.fori_loop(1, 4, lambda i, c: c * x + i, x),
    lambda xp, x: ((x * x + 1) * x + 2) * x + 3, x=real(2))
row("while_loop", "c ← c x while c < 10", lambda jax, x: jax.lax.while_loop(lambda c: c < 10.0, lambda c: c * x, x),
    lambda xp, x: x**4, x=between(1.8, 2.1))
row("map", "each row's product", lambda jax, x: jax.lax.map(jax.numpy.prod, x), lambda xp, x: xp.prod(x, axis=1), x=real(3, 2))
row("map_batches", "each row's product, two rows at a time", lambda jax, x: jax.lax.map(jax.numpy.prod, x, batch_size=2),
    lambda xp, x: xp.prod(x, axis=1), x=real(3, 2))
row("vmap", "each row by each column", lambda jax, x, y: jax.vmap(jax.numpy.dot, in_axes=(0, 1), out_axes=0)(x, y),
    lambda xp, x, y: xp.einsum("ij,ji->i", x, y), x=real(2, 3), y=real(3, 2))

# Branches

row("cond_true", "sin x where 1 > 0", lambda jax, x, p: jax.lax.cond(p > 0, jax.numpy.sin, jax.numpy.cos, x),
    lambda xp, x, p: xp.sin(x), x=real(3), p=constant(1))
row("cond_by_x", "x y if x > 0, else y²", lambda jax, x, y: jax.lax.cond(x > 0, lambda: x * y, lambda: y * y),
    lambda xp, x, y: xp.where(x > 0, x * y, y * y), x=positive(), y=real(3))
row("switch", "of three functions the one that i names",
    lambda jax, x, i: jax.lax.switch(i, [jax.numpy.sin, jax.numpy.cos, jax.numpy.exp], x), lambda xp, x, i: xp.cos(x),
    x=real(3), i=constant(1))
row("switch_clamped", "the last where i is beyond", lambda jax, x, i: jax.lax.switch(i, [jax.numpy.sin, jax.numpy.exp], x),
    lambda xp, x, i: xp.exp(x), x=real(3), i=constant(5))
row("cond_mapped", "sin xᵢ if xᵢ > 0, else xᵢ²",
    lambda jax, x: jax.vmap(lambda e: jax.lax.cond(e > 0, jax.numpy.sin, jax.numpy.square, e))(x),
    lambda xp, x: xp.where(x > 0, xp.sin(x), x * x), x=apart(4))
row("platform_dependent", "sin x, as the platform has it",
    lambda jax, x: jax.lax.platform_dependent(x, cpu=jax.numpy.sin, default=jax.numpy.sin), lambda xp, x: xp.sin(x), x=real(3))

# Solvers


def _matvec(A: Any) -> Any:
    return lambda v: A @ v


row("custom_root", "the cube root, as a root",
    lambda jax, a: jax.lax.custom_root(
        lambda x: x**3 - a, 1 + 0 * a,
        lambda f, x0: jax.lax.fori_loop(0, 60, lambda i, x: x - f(x) / jax.jvp(f, (x,), (1 + 0 * x,))[1], x0),
        lambda g, y: y / g(jax.numpy.ones_like(y))),
    lambda xp, a: a ** (xp.ones_like(a) / 3), a=positive())
row("custom_linear_solve", "A⁻¹ b, by a solver of one's own",
    lambda jax, A, b: jax.lax.custom_linear_solve(
        _matvec(A), b, lambda _, b: jax.numpy.linalg.solve(A, b), lambda _, b: jax.numpy.linalg.solve(A.T, b)),
    lambda xp, A, b: xp.linalg.solve(A, b), A=dominant(3, 3), b=real(3))
row("custom_linear_solve_symmetric", "(A + Aᵀ)⁻¹ b, which is its own transpose",
    lambda jax, A, b: jax.lax.custom_linear_solve(
        _matvec(A + A.T), b, lambda _, b: jax.numpy.linalg.solve(A + A.T, b), symmetric=True),
    lambda xp, A, b: xp.linalg.solve(A + xp.matrix_transpose(A), b), A=dominant(3, 3), b=real(3))
row("cg", "(A + Aᵀ)⁻¹ b by conjugate gradients",
    lambda jax, A, b: jax.scipy.sparse.linalg.cg(_matvec(A + A.T), b, tol=0.0, atol=1e-15)[0],
    lambda xp, A, b: xp.linalg.solve(A + xp.matrix_transpose(A), b), A=dominant(3, 3), b=real(3))

# Rules of one's own


def _with_jvp(jax: Any) -> Any:
    f = jax.custom_jvp(lambda x, y: jax.numpy.sin(x) * y)
    f.defjvp(lambda p, t: (f(*p), jax.numpy.cos(p[0]) * t[0] * p[1] + jax.numpy.sin(p[0]) * t[1]))
    return f


def _with_jvps(jax: Any) -> Any:
    f = jax.custom_jvp(lambda x, y: jax.numpy.sin(x) * y)
    f.defjvps(lambda t, z, x, y: jax.numpy.cos(x) * t * y, lambda t, z, x, y: jax.numpy.sin(x) * t)
    return f


def _with_vjp(jax: Any, **options: Any) -> Any:
    f = jax.custom_vjp(lambda x, y: jax.numpy.sin(x) * y)
    f.defvjp(
        lambda x, y: (jax.numpy.sin(x) * y, (x, y)),
        lambda saved, z_bar: (z_bar * jax.numpy.cos(saved[0]) * saved[1], z_bar * jax.numpy.sin(saved[0])),
        **options,
    )
    return f


def _with_gradient(jax: Any) -> Any:
    return jax.custom_gradient(
        lambda x, y: (jax.numpy.sin(x) * y, lambda z_bar: (z_bar * jax.numpy.cos(x) * y, z_bar * jax.numpy.sin(x)))
    )


def ruled(name: str, formula: str, made: Any, within: Any = lambda jax, f: f) -> None:
    row(name, formula, lambda jax, x, y: within(jax, made(jax))(x, y), lambda xp, x, y: xp.sin(x) * y, x=real(3), y=real(3))


ruled("custom_jvp", "sin(x) y with a rule of one's own", _with_jvp)
ruled("custom_jvp_by_each", "sin(x) y with a rule by each operand", _with_jvps)
ruled("custom_vjp", "sin(x) y with a pullback of one's own", _with_vjp)
ruled("custom_vjp_remat", "sin(x) y with a pullback, recomputed", lambda jax: _with_vjp(jax, optimize_remat=True))
ruled("custom_gradient", "sin(x) y with its gradient", _with_gradient)
ruled("custom_jvp_jit", "the same, compiled inside", _with_jvp, lambda jax, f: jax.jit(f))
ruled("custom_vjp_mapped", "the same, entry by entry", _with_vjp, lambda jax, f: jax.vmap(f))
ruled("custom_vjp_checkpoint", "the same, recomputed", _with_vjp, lambda jax, f: jax.checkpoint(f))


def _with_vmap(jax: Any, f: Any) -> Any:
    made = jax.custom_batching.custom_vmap(f)

    @made.def_vmap
    def _(size: int, mapped: list[bool], x: Any, y: Any) -> tuple[Any, bool]:
        return jax.vmap(f, in_axes=[0 if m else None for m in mapped])(x, y), True

    return made


def plain(name: str, formula: str, within: Any) -> None:
    """exp(sin x) y under a transformation that does not change it."""
    row(name, formula, lambda jax, x, y: within(jax, lambda x, y: jax.numpy.exp(jax.numpy.sin(x)) * y)(x, y),
        lambda xp, x, y: xp.exp(xp.sin(x)) * y, x=real(3), y=real(3))


plain("jit", "exp(sin x) y, compiled inside", lambda jax, f: jax.jit(f))
plain("jit_inline", "exp(sin x) y, compiled in place", lambda jax, f: jax.jit(f, inline=True))
plain("checkpoint", "exp(sin x) y, recomputed", lambda jax, f: jax.checkpoint(f))
plain("checkpoint_policy", "exp(sin x) y, all saved", lambda jax, f: jax.checkpoint(f, policy=jax.checkpoint_policies.everything_saveable))
plain("checkpoint_kept_apart", "exp(sin x) y, recomputed, not merged", lambda jax, f: jax.checkpoint(f, prevent_cse=False))
plain("named_call", "exp(sin x) y with a name", lambda jax, f: jax.named_call(f, name="f"))
plain("linearize", "exp(sin x) y, linear in y", lambda jax, f: lambda x, y: jax.linearize(lambda y: f(x, y), 0 * y)[1](y))
plain("linear_transpose", "exp(sin x) y, transposed twice by y",
      lambda jax, f: lambda x, y: jax.linear_transpose(lambda y: f(x, y), y)(y)[0])
plain("composite", "exp(sin x) y as one operation", lambda jax, f: jax.lax.composite(f, "adbench.f"))
plain("closure_convert", "exp(sin x) y, its closure made an operand",
      lambda jax, f: lambda x, y: (lambda g, held: g(y, *held))(*jax.closure_convert(lambda y: f(x, y), y)))
plain("optimization_barrier", "exp(sin x) y, behind a barrier",
      lambda jax, f: lambda x, y: f(*jax.lax.optimization_barrier((x, y))))
plain("checkpoint_name", "exp(sin x) y, with a name to save it by",
      lambda jax, f: lambda x, y: jax.ad_checkpoint.checkpoint_name(f(x, y), "kept"))
plain("device_put", "exp(sin x) y, on the device where it is", lambda jax, f: lambda x, y: f(jax.device_put(x), y))
plain("copy", "exp(sin x) y of a copy", lambda jax, f: lambda x, y: f(jax.numpy.copy(x), y))
plain("debug_callback", "exp(sin x) y, which somebody looks at",
      lambda jax, f: lambda x, y: (jax.debug.callback(lambda z: None, x), f(x, y))[1])
plain("debug_print", "exp(sin x) y, which is printed nowhere",
      lambda jax, f: lambda x, y: (jax.lax.cond(y[0] > 100, lambda: jax.debug.print("{}", x), lambda: None), f(x, y))[1])
plain("pure_callback", "exp(sin x) y, by NumPy",
      lambda jax, f: lambda x, y: jax.pure_callback(lambda x, y: np.exp(np.sin(x)) * y, jax.ShapeDtypeStruct(x.shape, x.dtype), x, y))
plain("custom_vmap", "exp(sin x) y, with a batching of its own", lambda jax, f: _with_vmap(jax, f))
plain("sequential_vmap", "exp(sin x) y, mapped one by one", lambda jax, f: jax.custom_batching.sequential_vmap(f))
plain("sharding_constraint", "exp(sin x) y, laid out on one device",
      lambda jax, f: lambda x, y: f(jax.lax.with_sharding_constraint(x, jax.sharding.SingleDeviceSharding(jax.devices()[0])), y))
row("linear_call", "exp(sin x) y, linear in y, with its transpose",
    lambda jax, x, y: jax.custom_derivatives.linear_call(
        lambda r, y: jax.numpy.exp(jax.numpy.sin(r)) * y, lambda r, z: jax.numpy.exp(jax.numpy.sin(r)) * z, x, y),
    lambda xp, x, y: xp.exp(xp.sin(x)) * y, x=constant([0.3, -1.2, 0.7]), y=real(3))
row("stop_gradient", "x y, of a y that stands still", lambda jax, x, y: x * jax.lax.stop_gradient(y) + y,
    lambda xp, x, y: x * xp.ad.stop_gradient(y) + y, x=real(3), y=real(3))

# References

row("ref_set", "x with its second entry squared, in place", lambda jax, x: _set(jax, x),
    lambda xp, x: xp.stack([x[0], x[1] ** 2, x[2]]), x=real(3))
row("ref_add", "x with a part of it added, in place", lambda jax, x, y: _added(jax, x, y),
    lambda xp, x, y: xp.concat([x[:1], x[1:] + y]) * x, x=real(3), y=real(2))
row("ref_swap", "what stood where y went, by y", lambda jax, x, y: _swapped(jax, x, y),
    lambda xp, x, y: xp.stack([x[0] * y * y, x[1]]), x=real(2), y=real())


def _set(jax: Any, x: Any) -> Any:
    ref = jax.new_ref(x)
    ref[1] = ref[1] ** 2
    return jax.freeze(ref)


def _added(jax: Any, x: Any, y: Any) -> Any:
    ref = jax.new_ref(x)
    jax.ref.addupdate(ref, slice(1, None), y)
    return ref[...] * x


def _swapped(jax: Any, x: Any, y: Any) -> Any:
    ref = jax.new_ref(x)
    old = jax.ref.swap(ref, 0, y)
    return ref[...] * jax.numpy.stack([old * y, 1 + 0 * y])


# Mapped axes that have a name


def named(name: str, formula: str, f: Any, definition: Any) -> None:
    """The gradient inside of a mapped axis, by a rule of the axis: Σⱼ ∂fⱼ/∂xᵢ, as examples are each other's operands."""
    row(name, formula, lambda jax, x: jax.vmap(jax.grad(lambda e: f(jax, e)), axis_name="i")(x), definition, x=real(3))


named("psum", "∂/∂xᵢ Σⱼ xⱼ Σₖ sin xₖ", lambda jax, e: jax.lax.psum(jax.numpy.sin(e), "i") * e,
      lambda xp, x: xp.sum(xp.sin(x)) + xp.cos(x) * xp.sum(x))
named("pmean", "the same of a mean", lambda jax, e: jax.lax.pmean(jax.numpy.sin(e), "i") * e,
      lambda xp, x: (xp.sum(xp.sin(x)) + xp.cos(x) * xp.sum(x)) / 3)
named("ppermute", "the same of the neighbour's", lambda jax, e: jax.lax.ppermute(jax.numpy.sin(e), "i", [(0, 1), (1, 2), (2, 0)]) * e,
      lambda xp, x: xp.roll(xp.sin(x), 1) + xp.cos(x) * xp.roll(x, -1))
named("all_gather", "the same of all, squared", lambda jax, e: (jax.lax.all_gather(e, "i") ** 2).sum() * e,
      lambda xp, x: xp.sum(x * x) + 2 * x * xp.sum(x))
row("all_to_all", "the same of a transposed table",
    lambda jax, x: jax.vmap(jax.grad(lambda r: (jax.lax.all_to_all(r, "i", 0, 0) ** 2 * r).sum()), axis_name="i")(x),
    lambda xp, x: xp.matrix_transpose(x) ** 2 + 2 * x * xp.matrix_transpose(x), x=real(2, 2))
row("psum_scatter", "the same of a sum of which each keeps an entry",
    lambda jax, x: jax.vmap(jax.grad(lambda r: jax.lax.psum_scatter(r**2, "i") * r[0]), axis_name="i")(x),
    lambda xp, x: 2 * x * x[None, :, 0] + xp.stack([xp.sum(x**2, axis=0), xp.zeros_like(x[0])], axis=1), x=real(2, 2))
