"""Our own reference engine over NumPy, operation by operation (`numpy`) and compiled whole (`numpy:compiled`)."""

from __future__ import annotations

import ast
from typing import ClassVar

import numpy as np

from adbench import __version__, engine
from adbench.backend import ALONE, REAL_TO_COMPLEX, Backend
from adbench.counting import made
from adbench.engine.core import Node
from adbench.layouts import LAYOUTS
from adbench.namespace import Namespace

STATEMENTS = (ast.Assign, ast.AugAssign, ast.Expr)
BACKENDS = {"numpy": "NumPy", "numpy:compiled": "NumPyCompiled"}


class NumPy(Backend):
    name = "numpy"
    distribution = "numpy"
    layouts = LAYOUTS
    complex_jacobians: ClassVar = {
        "jacfwd": {REAL_TO_COMPLEX: "`engine.jacfwd(f)(x)`"},
        "jacrev": {REAL_TO_COMPLEX: "`engine.jacrev(f)(x)`"},
    }
    namespace = Namespace(
        "the engine",
        engine.numpy,
        {
            **{
                name: Namespace(f"the engine's {name}", getattr(engine.numpy, name), {})
                for name in ("fft", "linalg", "special")
            },
            "nn": Namespace("the engine's nn", engine.nn, {}),
            "ad": Namespace("the engine", engine, {}),
        },
    )

    apis: ClassVar = {
        "numpy": Namespace("the engine", engine.numpy, {}),
        "adbench": Namespace("the engine", engine, {}),
    }

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

    def vmap(self, f):
        return engine.vmap(f)

    def rules(self):
        from adbench.rules import engine as rules

        return rules.names()

    def rules_used(self):
        from adbench.rules import engine as rules

        return rules.used()

    def _counts(self, operator, f, primals, *seeds):
        with made(Node) as nodes:
            super()._counts(operator, f, primals, *seeds)
        return {"tape_nodes": nodes.count}


class NumPyCompiled(NumPy):
    name = "numpy:compiled"
    rules = Backend.rules

    def prepare(self, operator, f, primals):
        if operator == "vjp":
            seeds = (self.asarray(f(*primals)),)
        elif operator == "jacsparse":  # one direction; as many as come are compiled when they do
            seeds = (tuple(x[None] for x in primals),)
        else:
            seeds = () if operator in ALONE else (primals,)
        return self.compiled(super().prepare(operator, f, primals), primals, *seeds)

    def compiled(self, call, *example):
        return engine.compile(call, *example)

    def _counts(self, operator, f, primals, *seeds):
        source = engine.compile(self._eager(operator, f), primals, *seeds).source
        return {"statements": sum(isinstance(node, STATEMENTS) for node in ast.walk(ast.parse(source)))}
