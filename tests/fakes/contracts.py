"""Backends whose derivatives are right, and that break one contract beside them: over our own engine."""

import numpy as np
from adbench.backends.numpy import NumPy

from adbench import engine
from adbench.conformance.subject import mapped

STEP = 1e-200


class _Called(NumPy):
    """Every prepared call of `jvp` or `vjp` goes through `around(call, primals, *seeds)`."""

    def around(self, call, primals, *seeds):
        raise NotImplementedError

    def prepare(self, operator, f, primals):
        call = super().prepare(operator, f, primals)
        if operator not in ("jvp", "vjp"):
            return call
        return lambda primals, *seeds: self.around(call, primals, *seeds)


def norm(tree):
    return sum(map(norm, tree)) if isinstance(tree, tuple | list) else np.abs(tree).sum()


class NaNForZero(_Called):
    """Zero times infinity, where the tangents or the cotangent are zero."""

    def around(self, call, primals, *seeds):
        y, derivative = call(primals, *seeds)
        return y, derivative if norm(seeds) else mapped(lambda x: np.full_like(x, np.nan), derivative)


class Quadratic(_Called):
    """Right for seeds as long as its first one, whose length it has compiled in."""

    def prepare(self, operator, f, primals):
        self.lengths = []
        return super().prepare(operator, f, primals)

    def around(self, call, primals, *seeds):
        y, derivative = call(primals, *seeds)
        self.lengths.append(norm(seeds))
        return y, mapped(lambda x: x * (self.lengths[-1] / self.lengths[0]), derivative)


class ReadsMemory(_Called):
    """Reads entries one after the other from where an array begins, whatever its steps are."""

    def around(self, call, primals, *seeds):
        return call(mapped(as_it_lies, primals), *seeds)


def as_it_lies(x):
    return x if x.flags.c_contiguous else np.ndarray(x.shape, x.dtype, x.base)


class WritesWhatIsThere(_Called):
    """Writes into its inputs what they hold, which nobody sees unless they cannot be written."""

    def around(self, call, primals, *seeds):
        for x in primals:
            x[...] = x
        return call(primals, *seeds)


class ComplexStep(NumPy):
    """Forward mode by the imaginary part of f(x + ih u): one perturbation for all, so that nested ones are confused."""

    def jvp(self, f, primals, tangents):
        z = f(*(x + 1j * STEP * u for x, u in zip(primals, tangents, strict=True)))
        return np.real(z), np.imag(z) / STEP


class OneTape(NumPy):
    """A pass backwards inside another finds what it looks for on the tape twice."""

    inside = False

    def vjp(self, f, primals):
        inner, self.inside = self.inside, True
        try:
            y, pullback = super().vjp(f, primals)
        finally:
            self.inside = inner
        return y, (lambda y_bar: mapped(lambda x: x + x, pullback(y_bar))) if inner else pullback


class _Unused(NumPy):
    """What no output depends on is pulled back to `instead(x)`."""

    def instead(self, x):
        raise NotImplementedError

    def vjp(self, f, primals):
        y, pullback = super().vjp(f, primals)
        if not isinstance(y, np.ndarray):  # inside another derivative
            return y, pullback
        unused = [not x_bar.any() for x_bar in pullback(np.ones_like(y))]

        def pull(y_bar):
            x_bars = pullback(y_bar)
            return tuple(self.instead(x) if no else x for no, x in zip(unused, x_bars, strict=True))

        return y, pull


class NoneForUnused(_Unused):
    def instead(self, x):
        return None


class NumberForUnused(_Unused):
    def instead(self, x):
        return np.zeros(())


class RefusesUnused(_Unused):
    def instead(self, x):
        raise RuntimeError("one of the inputs appears not to have been used")


class NumberForConstant(NumPy):
    """The derivative of what is constant is the number 0, whatever its shape."""

    def jvp(self, f, primals, tangents):
        y, y_dot = super().jvp(f, primals, tangents)
        constant = not any(x_bar.any() for x_bar in engine.vjp(f, *primals)[1](np.ones_like(y)))
        return y, np.zeros(()) if constant else y_dot


class FirstOfAll(NumPy):
    """Every example of a batch has the answer to the first."""

    def vmap(self, f):
        batched = super().vmap(f)
        return lambda *batch: mapped(lambda x: np.broadcast_to(x[:1], x.shape), batched(*batch))


class Reversed(NumPy):
    """The answers come in the opposite order."""

    def vmap(self, f):
        batched = super().vmap(f)
        return lambda *batch: mapped(lambda x: x[::-1], batched(*batch))


class RefusesBatches(NumPy):
    def vmap(self, f):
        raise ValueError("no batching rule")
