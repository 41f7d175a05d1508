"""A small automatic differentiation engine over NumPy: forward and reverse mode, freely nested.

    from adbench.engine import grad, numpy as xp
    grad(lambda x: xp.sum(xp.sin(x) ** 2))(x)

To read it: `core` (the values and the pass backwards), `dispatch` (one operation at one level), `primitive`
(how a rule is declared), `rules` (the rules), `trace`, `ad` and `jacobian` (the operators), `large` (which values the
tape lets go of), `batching` and `mapping` (many examples at once), `compile` (straight-line source), `tensor` (the
lecture notes' way of working), `drawing` (graphs), `nn` (functions of neural networks, composed of the others).
docs/explanation/engine.md walks through it with one example.
"""

from __future__ import annotations

from adbench.engine import errors, nn, numpy, operators
from adbench.engine.ad import grad, jvp, linearize, stop_gradient, value_and_grad, vjp
from adbench.engine.compile import compile
from adbench.engine.custom import custom_jvp, custom_vjp
from adbench.engine.drawing import graph
from adbench.engine.jacobian import hessian, hvp, jacfwd, jacrev
from adbench.engine.mapping import vmap
from adbench.engine.primitive import bilinear, elementwise, linear, primitive
from adbench.engine.tensor import Tensor

__all__ = [
    "Tensor",
    "bilinear",
    "compile",
    "custom_jvp",
    "custom_vjp",
    "elementwise",
    "errors",
    "grad",
    "graph",
    "hessian",
    "hvp",
    "jacfwd",
    "jacrev",
    "jvp",
    "linear",
    "linearize",
    "nn",
    "numpy",
    "operators",
    "primitive",
    "stop_gradient",
    "value_and_grad",
    "vjp",
    "vmap",
]
