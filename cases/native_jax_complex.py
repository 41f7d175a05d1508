"""Functions of complex numbers that only JAX has, or whose rules are JAX's own: parts, conjugates, mixed operands.

A function of a complex number is one of (Re, Im); JAX's `grad` gives the conjugate of what others give, which its
adapter states.
"""

from __future__ import annotations

from adbench.cases.native_jax_linalg import root

from adbench.rows import complex_, dominant, fixed, real, table

F64 = ("float64",)
row = table("jax", "jax.lax, jax.numpy and jax.scipy of complex numbers", F64)

# Parts

row("complex", "x + iy", lambda jax, x, y: jax.lax.complex(x, y), lambda xp, x, y: x + 1j * y, x=real(3), y=real(3))
row("real_times_imag", "Re z · Im z", lambda jax, z: jax.lax.real(z) * jax.lax.imag(z),
    lambda xp, z: xp.real(z) * xp.imag(z), z=complex_(3))
row("conj", "z̄", lambda jax, z: jax.lax.conj(z), lambda xp, z: xp.conj(z), z=complex_(3))
row("conj_of_real", "x as a complex number", lambda jax, x: jax.lax.conj(x), lambda xp, x: x + 0j, x=real(3))
row("abs_of_complex", "|z|", lambda jax, z: jax.lax.abs(z), lambda xp, z: xp.abs(z), z=complex_(3))
row("sign_of_complex", "z/|z|", lambda jax, z: jax.lax.sign(z), lambda xp, z: z / xp.abs(z), z=complex_(3))
row("integer_pow_of_complex", "z³", lambda jax, z: jax.lax.integer_pow(z, 3), lambda xp, z: z**3, z=complex_(3))
row("rsqrt_of_complex", "1/√z", lambda jax, z: jax.lax.rsqrt(z), lambda xp, z: 1 / xp.sqrt(z), z=complex_(3))

row("convert_to_complex", "x + 0i", lambda jax, x: jax.lax.convert_element_type(x, "complex128") * (1 + 2j),
    lambda xp, x: x * (1 + 2j), x=real(3))

# Elementwise rules with a branch of their own for complex numbers

row("logistic", "1/(1 + e⁻ᶻ)", lambda jax, z: jax.lax.logistic(z), lambda xp, z: 1 / (1 + xp.exp(-z)), z=complex_(3))
row("log1p", "log(1 + z)", lambda jax, z: jax.lax.log1p(z), lambda xp, z: xp.log1p(z), z=complex_(3))
row("tan", "tan z", lambda jax, z: jax.lax.tan(z), lambda xp, z: xp.tan(z), z=complex_(3))
row("pow", "z^w", lambda jax, z, w: jax.lax.pow(z, w), lambda xp, z, w: z**w, z=complex_(3), w=complex_(3))
row("pow_of_real", "z^x, x real", lambda jax, z, x: jax.numpy.power(z, x), lambda xp, z, x: z**x, z=complex_(3), x=real(3))
row("mul_by_real", "x z, x real", lambda jax, x, z: x * z, lambda xp, x, z: x * z, x=real(3), z=complex_(3))
row("div_by_real", "z / x, x real", lambda jax, z, x: z / x, lambda xp, z, x: z / x, z=complex_(3), x=real(3))
row("square", "z²", lambda jax, z: jax.lax.square(z), lambda xp, z: z * z, z=complex_(3))
row("squared_modulus", "|z|²", lambda jax, z: jax.numpy.real(z * jax.numpy.conj(z)), lambda xp, z: xp.real(z) ** 2 + xp.imag(z) ** 2,
    z=complex_(3))
row("angle", "arg z", lambda jax, z: jax.numpy.angle(z), lambda xp, z: xp.atan2(xp.imag(z), xp.real(z)), z=complex_(3))
row("where", "z or its conjugate", lambda jax, z: jax.numpy.where(z.real > 0, z, z.conj()),
    lambda xp, z: xp.where(xp.real(z) > 0, z, xp.conj(z)), z=complex_(3))
row("cumprod", "Π so far", lambda jax, z: jax.lax.cumprod(z), lambda xp, z: xp.cumulative_prod(z), z=complex_(3))
row("reduce_prod", "Π", lambda jax, z: jax.lax.reduce_prod(z, (0,)), lambda xp, z: xp.prod(z), z=complex_(3))
row("dot_general", "A B of complex matrices", lambda jax, a, b: jax.lax.dot(a, b), lambda xp, a, b: a @ b, a=complex_(2, 2), b=complex_(2, 2))
row("triangular_solve", "A⁻ᴴ b of a triangle of A",
    lambda jax, a, b: jax.lax.linalg.triangular_solve(a + 3, b, left_side=True, lower=True, transpose_a=True, conjugate_a=True),
    lambda xp, a, b: xp.linalg.solve(xp.conj(xp.matrix_transpose(xp.tril(a + 3))), b), a=complex_(2, 2), b=complex_(2, 1))
row("solve", "A⁻¹ b, A real", lambda jax, A, b: jax.numpy.linalg.solve(A, b), lambda xp, A, b: xp.linalg.solve(A + 0j, b), A=dominant(2, 2), b=complex_(2))
row("scatter_add", "z with w added at 1", lambda jax, z, w: z.at[1].add(w), lambda xp, z, w: xp.stack([z[0], z[1] + w, z[2]]), z=complex_(3), w=complex_())
row("conv", "windows of complex numbers", lambda jax, z, w: jax.lax.conv(z[None, None], w[None, None], (1,), "VALID")[0, 0],
    lambda xp, z, w: xp.stack([z[0] * w[0] + z[1] * w[1], z[1] * w[0] + z[2] * w[1]]), z=complex_(3), w=complex_(2))
row("scan", "c ← c z + z", lambda jax, z: jax.lax.scan(lambda c, e: (c * e + e, c), 1 + 0 * z[0], z)[0],
    lambda xp, z: (2 * z[0] * z[1] + z[1]) * z[2] + z[2], z=complex_(3))
row("expi_of_angle", "e^(ix) of a real x", lambda jax, x: jax.numpy.exp(1j * x), lambda xp, x: xp.cos(x) + 1j * xp.sin(x), x=real(3))
row("eig_values", "Σ w³ of the eigenvalues, tr A³", lambda jax, a: (jax.numpy.linalg.eigvals(a) ** 3).sum(),
    lambda xp, a: xp.linalg.trace(a @ a @ a), a=complex_(2, 2))
row("eigh_values", "the eigenvalues of the Hermitian part", lambda jax, a: jax.lax.linalg.eigh(a)[1],
    lambda xp, a: xp.linalg.eigvalsh((a + xp.conj(xp.matrix_transpose(a))) / 2), a=complex_(2, 2))
row("svdvals", "the singular values", lambda jax, a: jax.lax.linalg.svd(a, compute_uv=False), lambda xp, a: xp.linalg.svdvals(a), a=complex_(2, 2))
row("sqrtm", "√A", lambda jax, a: jax.scipy.linalg.sqrtm(a), lambda xp, a: root(xp, a), a=fixed([[2 + 1j, 0.5 - 0.3j], [0.4j - 0.2, 3 - 0.5j]]))
