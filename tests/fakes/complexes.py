"""Small complex cases, and backends that are wrong of complex numbers alone, over our own engine."""

import numpy as np
from adbench.backends.numpy import NumPy

from adbench.backend import COMPLEX_TO_REAL, HOLOMORPHIC
from adbench.case import case
from adbench.parts import real_jacobian


def numbers(rng, *shape):
    return rng.uniform(0.5, 1.5, shape) + 1j * rng.uniform(0.5, 1.5, shape)


@case(wrt=("z",))
def cube(xp, z):
    """z³; z (2,): holomorphic."""
    return z**3


cube.inputs(lambda rng: {"z": numbers(rng, 2)})
cube.jacobian("z")(lambda xp, z: real_jacobian(xp, (3 * z**2)[:, None] * xp.eye(2, dtype=z.dtype), input_ndim=1))


@case(wrt=("x", "z"))
def scaled(xp, x, z):
    """x z̄; x () real, z (2,) complex."""
    return x * xp.conj(z)


@scaled.inputs
def _(rng):
    return {"x": rng.uniform(0.5, 1.5), "z": numbers(rng, 2)}


@scaled.jacobian("x")
def _(xp, x, z):
    return xp.stack([xp.real(z), -xp.imag(z)], axis=-1)


@scaled.jacobian("z")
def _(xp, x, z):
    one = xp.eye(2, dtype=z.dtype)
    return real_jacobian(xp, 0 * one, x * one, input_ndim=1)


@case(wrt=("z",))
def length(xp, z):
    """Σ|z|²; z (2,): to a real number."""
    return xp.sum(xp.real(xp.conj(z) * z))


length.inputs(lambda rng: {"z": numbers(rng, 2)})
length.jacobian("z")(lambda xp, z: xp.stack([2 * xp.real(z), 2 * xp.imag(z)], axis=-1))


@case(wrt=("x",))
def turned(xp, x):
    """e^(ix); x (2,) real: to complex numbers."""
    return xp.exp(1j * x)


turned.inputs(lambda rng: {"x": rng.uniform(0.5, 1.5, 2)})


@turned.jacobian("x")
def _(xp, x):
    one = xp.eye(2, dtype=x.dtype)
    return xp.stack([-xp.sin(x) * one, xp.cos(x) * one], axis=1)


@case(wrt=("z",))
def modulus(xp, z):
    """|z|; z () complex: a kink at 0."""
    return xp.abs(z)


modulus.inputs(lambda rng: {"z": np.array(0j)})
modulus.admissible("z")(lambda xp, z: (xp.asarray([-1.0, -1.0]), xp.asarray([1.0, 1.0])))


class StatesTheOther(NumPy):
    """Its pullbacks do not conjugate, and it says that they do."""

    conjugates = True


class ClaimsGradients(NumPy):
    """Its own Jacobians of real functions hold half of a complex gradient."""

    complex_jacobians = {**NumPy.complex_jacobians, "jacrev": {COMPLEX_TO_REAL: "jacrev"}}  # noqa: RUF012

    def jacrev(self, f, primal):
        return self.vjp(f, (primal,))[1](np.float64(1.0))[0].real


class ClaimsHolomorphic(NumPy):
    """Its own forward Jacobian of a holomorphic function is the conjugate of f'."""

    complex_jacobians = {"jacfwd": {HOLOMORPHIC: "jacfwd"}}  # noqa: RUF012

    def jacfwd(self, f, primal):
        return np.conj(np.diag(self.jvp(f, (primal,), (np.ones_like(primal),))[1]))


class ComplexGradient(NumPy):
    """The gradient of a real operand beside a complex one is complex."""

    def vjp(self, f, primals):
        y, pullback = super().vjp(f, primals)
        return y, lambda y_bar: tuple(np.asarray(x_bar + 0j * np.sum(y_bar)) for x_bar in pullback(y_bar))


class DropsImaginary(NumPy):
    """Of a cotangent it takes the real part."""

    def vjp(self, f, primals):
        y, pullback = super().vjp(f, primals)
        return y, lambda y_bar: pullback(y_bar.real.astype(y_bar.dtype))


class RealTangents(NumPy):
    """Of a tangent it gives the real part."""

    def jvp(self, f, primals, tangents):
        y, y_dot = super().jvp(f, primals, tangents)
        return y, y_dot.real
