"""A small automatic differentiation engine over NumPy: forward and reverse mode, freely nested.

    from adbench.engine import grad, numpy as xp
    grad(lambda x: xp.sum(xp.sin(x) ** 2))(x)

To read it: `core` (the values and the pass backwards), `dispatch` (one operation at one level), `primitive`
(how a rule is declared), `rules` (the rules), `ad` and `jacobian` (the operators), `compile` (straight-line source).
"""

from __future__ import annotations

from adbench.engine import errors, numpy, operators
from adbench.engine.ad import grad, jvp, stop_gradient, value_and_grad, vjp
from adbench.engine.compile import compile
from adbench.engine.custom import custom_vjp
from adbench.engine.jacobian import hessian, hvp, jacfwd, jacrev
from adbench.engine.primitive import bilinear, elementwise, linear, primitive

__all__ = [
    "bilinear",
    "compile",
    "custom_vjp",
    "elementwise",
    "errors",
    "grad",
    "hessian",
    "hvp",
    "jacfwd",
    "jacrev",
    "jvp",
    "linear",
    "numpy",
    "operators",
    "primitive",
    "stop_gradient",
    "value_and_grad",
    "vjp",
]
