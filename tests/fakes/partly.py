"""Backends that are wrong in one place alone, which their names tell; right everywhere else."""

import numpy as np
from adbench.backends.free import Manual
from adbench.backends.numpy import NumPy

from adbench import engine
from adbench.namespace import Namespace


class WrongJacfwd(Manual):
    def jacfwd(self, f, primal):
        return -super().jacfwd(f, primal)


class WrongJacrev(Manual):
    def jacrev(self, f, primal):
        return -super().jacrev(f, primal)


class _Answered(Manual):
    """Each derivative `by` its input goes through `bend`, in the answers of every operator; by all, in forward mode."""

    def bend(self, derivative, by):
        raise NotImplementedError

    def prepare(self, operator, f, primals):
        call = super().prepare(operator, f, primals)
        by_all = ",".join(f.wrt)

        def bent(primals, *seeds):
            answer = call(primals, *seeds)
            if operator in ("jacfwd", "jacrev"):
                return self.bend(answer, by_all)
            y, derivative = answer
            if operator == "jvp":
                return y, self.bend(derivative, by_all)
            return y, tuple(map(self.bend, derivative, f.wrt))

        return bent


class WrongBySecond(_Answered):
    """By the second of two inputs, x and y or x and s, where it is differentiated by alone or in reverse mode."""

    def bend(self, derivative, by):
        return -derivative if by in ("s", "y") else derivative


class WrongInFloat32(_Answered):
    def bend(self, derivative, by):
        return -derivative if derivative.dtype == np.float32 else derivative


class OneEntrySlightlyOff(_Answered):
    """One entry, of a Jacobian of a thousand say, in the eleventh digit."""

    def bend(self, derivative, by):
        bent = np.array(derivative, order="C")
        bent.reshape(-1)[bent.size // 3] *= 1 + 1e-10
        return bent


class WrongConjugate(NumPy):
    """The pullback of exp multiplies by the conjugate of exp z, which no real z shows."""

    namespace = Namespace(
        "the fake",
        NumPy.namespace,
        {"exp": engine.custom_vjp(np.exp, vjp=lambda y_bar, y, z: y_bar * y.conj(), jvp=lambda z_dot, y, z: z_dot * y)},
    )
