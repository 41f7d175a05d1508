"""Two kinks, and backends that answer there what they must not; elsewhere they are right."""

import numpy as np
from adbench.backends.numpy import NumPy

from adbench.case import case


@case(wrt=("x",))
def size(xp, x):
    """|x| at 0."""
    return xp.abs(x)


size.inputs(lambda rng: {"x": 0.0})
size.admissible("x")(lambda xp, x: (x * 0 - 1, x * 0 + 1))


@case(wrt=("x", "y"))
def larger(xp, x, y):
    """max(x, y) at a tie."""
    return xp.maximum(x, y)


larger.inputs(lambda rng: {"x": 2.0, "y": 2.0})
for name in ("x", "y"):
    larger.admissible(name)(lambda xp, x, y: (x * 0, x * 0 + 1))
larger.smooth_along(lambda x, y: {"x": np.array(1.0), "y": np.array(1.0)})


class _Choosing(NumPy):
    """One that says `forward` for the derivative by each input in forward mode, and `reverse` in reverse mode."""

    forward = reverse = 0.5

    def jvp(self, f, primals, tangents):
        y, _ = super().jvp(f, primals, tangents)
        return y, y * 0 + sum(self.forward * u for u in tangents)

    def vjp(self, f, primals):
        y, _ = super().vjp(f, primals)
        return y, lambda y_bar: tuple(self.reverse * y_bar for _ in primals)

    def jacfwd(self, f, primal):
        return self.jvp(f, (primal,), (np.ones_like(primal),))[1]

    def jacrev(self, f, primal):
        return self.vjp(f, (primal,))[1](np.ones_like(primal))[0]


class Half(_Choosing):
    """Admissible everywhere."""


class One(_Choosing):
    """Admissible for |x|; at a tie each share is, and the two are not together."""

    forward = reverse = 1.0


class Outside(_Choosing):
    forward = reverse = 1.5


class NotANumber(_Choosing):
    forward = reverse = np.nan


class NaNForward(_Choosing):
    forward = np.nan


class Apart(_Choosing):
    """Admissible in each mode, and not the same."""

    forward, reverse = 0.25, 0.75


class Raises(_Choosing):
    def jvp(self, f, primals, tangents):
        raise ValueError("no derivative here")

    def vjp(self, f, primals):
        raise ValueError("no derivative here")


class WrongValue(_Choosing):
    def jvp(self, f, primals, tangents):
        y, y_dot = super().jvp(f, primals, tangents)
        return y + 1, y_dot
