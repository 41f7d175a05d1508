"""More cases for the fakes: a thousand partial derivatives, and complex numbers on the way."""

from adbench.case import case


@case(wrt=("x",))
def wide(xp, M, x):
    """M x³; M (250, 4), x (4,): a thousand partial derivatives."""
    return M @ x**3


@wide.inputs
def _(rng):
    return {"M": rng.uniform(0.5, 2.0, (250, 4)), "x": rng.uniform(0.5, 2.0, 4)}


wide.jacobian("x")(lambda xp, M, x: M * (3 * x**2))


@case(wrt=("x",))
def wave(xp, x):
    """|1 + e^(ix)|² = 2 + 2 cos x; x (3,): real to complex to real."""
    z = 1 + xp.exp(1j * x)
    return xp.real(z * xp.conj(z))


wave.inputs(lambda rng: {"x": rng.uniform(0.5, 2.0, 3)})
wave.jacobian("x")(lambda xp, x: xp.eye(3, dtype=x.dtype) * (-2 * xp.sin(x)))
