"""Our own reference engine over NumPy, operation by operation (`numpy`) and compiled whole (`numpy:compiled`)."""

from __future__ import annotations

import numpy as np

from adbench import __version__, engine
from adbench.backend import ALONE, Backend
from adbench.namespace import Namespace

BACKENDS = {"numpy": "NumPy", "numpy:compiled": "NumPyCompiled"}


class NumPy(Backend):
    name = "numpy"
    distribution = "numpy"
    namespace = Namespace(
        "the engine",
        engine.numpy,
        {
            **{
                name: Namespace(f"the engine's {name}", getattr(engine.numpy, name), {})
                for name in ("fft", "linalg", "special")
            },
            "ad": Namespace("the engine", None, {"custom_vjp": engine.custom_vjp}),
        },
    )

    def version(self):
        return __version__

    def asarray(self, x, device="cpu"):
        return np.array(x)

    def jvp(self, f, primals, tangents):
        return engine.jvp(f, primals, tangents)

    def vjp(self, f, primals):
        return engine.vjp(f, *primals)

    def jacfwd(self, f, primal):
        return engine.jacfwd(f)(primal)

    def jacrev(self, f, primal):
        return engine.jacrev(f)(primal)

    def hvp(self, f, primals, tangents):
        return engine.hvp(f, primals, tangents)

    def hessian(self, f, primal):
        return engine.hessian(f)(primal)


class NumPyCompiled(NumPy):
    name = "numpy:compiled"

    def prepare(self, operator, f, primals):
        if operator == "vjp":
            seeds = (self.asarray(f(*primals)),)
        else:
            seeds = () if operator in ALONE else (primals,)
        return engine.compile(super().prepare(operator, f, primals), primals, *seeds)
