"""What only our own engine has: derivatives of a higher order than the oracle takes inside a case."""

from __future__ import annotations

from adbench.rows import between, table

row = table("adbench", "the engine")


def second(engine, f, x):
    """The second derivative of a function of a number."""
    return engine.grad(engine.grad(f))(x)


row("second_of_betainc", "d²/dx² I(2, 3; x), whose derivative is the third",
    lambda engine, x: second(engine, lambda y: engine.numpy.special.betainc(2.0, 3.0, y), x),
    lambda xp, x: 12 * (1 - x) * (1 - 3 * x), x=between(0.5, 0.75))
row("second_of_betainc_forward", "the same, by forward mode inside",
    lambda engine, x: engine.jvp(lambda y: engine.jvp(lambda z: engine.numpy.special.betainc(2.0, 3.0, z), (y,), (1.0,))[1], (x,), (1.0,))[1],
    lambda xp, x: 12 * (1 - x) * (1 - 3 * x), x=between(0.5, 0.75))
