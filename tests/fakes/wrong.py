"""Backends that answer, and whose answers are wrong."""

from dataclasses import replace

import numpy as np
from adbench.backends.free import Manual


class _Bent(Manual):
    """Every derivative goes through `bend`, in both modes."""

    def bend(self, derivative):
        raise NotImplementedError

    def jvp(self, f, primals, tangents):
        y, y_dot = super().jvp(f, primals, tangents)
        return y, self.bend(y_dot)

    def vjp(self, f, primals):
        y, pullback = super().vjp(f, primals)
        return y, lambda y_bar: tuple(self.bend(x_bar) for x_bar in pullback(y_bar))

    def jacfwd(self, f, primal):
        return self.bend(super().jacfwd(f, primal))

    def jacrev(self, f, primal):
        return self.bend(super().jacrev(f, primal))


class WrongSign(_Bent):
    def bend(self, derivative):
        return -derivative


class WrongFactor(_Bent):
    def bend(self, derivative):
        return 2 * derivative


class SlightlyOff(_Bent):
    """Six digits beyond what a comparison with finite differences sees."""

    def bend(self, derivative):
        return derivative * np.asarray(1 + 1e-10, dtype=derivative.dtype)


class Zero(_Bent):
    def bend(self, derivative):
        return np.zeros_like(derivative)


class NaN(_Bent):
    def bend(self, derivative):
        return np.full_like(derivative, np.nan)


class Infinite(_Bent):
    def bend(self, derivative):
        return np.full_like(derivative, np.inf)


class Huge(_Bent):
    """Finite, but no two of its entries can be added."""

    def bend(self, derivative):
        return np.full_like(derivative, np.finfo(derivative.dtype).max)


class OneNaN(_Bent):
    """The last entry alone."""

    def bend(self, derivative):
        bent = np.array(derivative, order="C")
        bent.reshape(-1)[-1] = np.nan
        return bent


class Float32(_Bent):
    def bend(self, derivative):
        return np.asarray(derivative, dtype=np.float32)


class Float32Inside(_Bent):
    """The right dtype, and half of its digits."""

    def bend(self, derivative):
        return np.asarray(derivative, dtype=np.float32).astype(np.asarray(derivative).dtype)


class Float64(_Bent):
    def bend(self, derivative):
        return np.asarray(derivative, dtype=np.float64)


class Complex(_Bent):
    def bend(self, derivative):
        return np.asarray(derivative, dtype=complex)


class WrongShape(_Bent):
    def bend(self, derivative):
        return np.asarray(derivative)[None]


class Transposed(Manual):
    """The transposed Jacobian, in both modes: where it is square, no shape shows it."""

    def bind(self, case, constants, wrt):
        bound = super().bind(case, constants, wrt)
        flipped = {name: _flipped(closed_form) for name, closed_form in case.jacobians.items()}
        bound.case = replace(case, jacobians=flipped)
        return bound


def _flipped(closed_form):
    return lambda xp, **inputs: closed_form(xp, **inputs).T


class NotUnbroadcast(Manual):
    """The cotangent of a scalar that was broadcast is not summed."""

    def vjp(self, f, primals):
        y, pullback = super().vjp(f, primals)

        def unsummed(y_bar):
            pairs = zip(pullback(y_bar), primals, strict=True)
            return tuple(x_bar if x.ndim else np.broadcast_to(x_bar, y.shape) for x_bar, x in pairs)

        return y, unsummed


class UnbroadcastByMean(Manual):
    """The cotangent of a scalar that was broadcast is averaged where it should be summed."""

    def vjp(self, f, primals):
        y, pullback = super().vjp(f, primals)

        def averaged(y_bar):
            return tuple(
                x_bar if x.ndim else x_bar / np.asarray(y.size, y.dtype)
                for x_bar, x in zip(pullback(y_bar), primals, strict=True)
            )

        return y, averaged


class Swapped(Manual):
    """Tangents and cotangents go to the inputs in the opposite order."""

    def jvp(self, f, primals, tangents):
        return super().jvp(f, primals, tangents[::-1])

    def vjp(self, f, primals):
        y, pullback = super().vjp(f, primals)
        return y, lambda y_bar: pullback(y_bar)[::-1]


class OneTooFew(Manual):
    """The pullback forgets an input."""

    def vjp(self, f, primals):
        y, pullback = super().vjp(f, primals)
        return y, lambda y_bar: pullback(y_bar)[:-1]


class WrongForward(Manual):
    """Reverse mode is right."""

    def jvp(self, f, primals, tangents):
        y, y_dot = super().jvp(f, primals, tangents)
        return y, -y_dot

    def jacfwd(self, f, primal):
        return -super().jacfwd(f, primal)


class WrongReverse(Manual):
    """Forward mode is right."""

    def vjp(self, f, primals):
        y, pullback = super().vjp(f, primals)
        return y, lambda y_bar: tuple(-x_bar for x_bar in pullback(y_bar))

    def jacrev(self, f, primal):
        return -super().jacrev(f, primal)


class WrongValue(Manual):
    """The derivatives are right."""

    def jvp(self, f, primals, tangents):
        y, y_dot = super().jvp(f, primals, tangents)
        return y + 1, y_dot

    def vjp(self, f, primals):
        y, pullback = super().vjp(f, primals)
        return y + 1, pullback
