"""HIPS autograd: reverse mode native, forward mode by `make_jvp`."""

from __future__ import annotations

from contextlib import contextmanager

import autograd
import autograd.numpy as anp
import autograd.scipy.special as special
import numpy as np
from autograd.core import VJPNode
from autograd.differential_operators import make_jvp, make_vjp
from autograd.extend import defjvp_argnums, defvjp_argnums, primitive

from adbench.backend import Backend
from adbench.counting import made
from adbench.errors import Unsupported
from adbench.namespace import Namespace

BACKENDS = {"autograd": "Autograd"}

# The standard's names for which autograd has a rule under NumPy's older one.
RENAMED = {
    "acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh", "atan": "arctan",
    "atan2": "arctan2", "atanh": "arctanh", "concat": "concatenate", "permute_dims": "transpose", "pow": "power",
    "cumulative_sum": "cumsum",
}  # fmt: skip


def custom_vjp(f, vjp, jvp=None):
    """`f` as a primitive of autograd's with the rules given."""
    custom = primitive(f)

    def pullback(argnums, y, primals, options):
        def pull(y_bar):
            x_bars = vjp(y_bar, y, *primals)
            x_bars = x_bars if isinstance(x_bars, tuple) else (x_bars,)
            return tuple(x_bars[i] for i in argnums)

        return pull

    def pushforward(argnums, dots, y, primals, options):
        given = dict(zip(argnums, dots, strict=True))
        return jvp(*(given.get(i, 0.0 * x) for i, x in enumerate(primals)), y, *primals)

    defvjp_argnums(custom, pullback)
    if jvp is not None:
        defjvp_argnums(custom, pushforward)
    return custom


class Autograd(Backend):
    name = "autograd"
    distribution = "autograd"
    namespace = Namespace(
        "autograd.numpy",
        anp,
        {
            **{name: getattr(anp, theirs) for name, theirs in RENAMED.items()},
            "broadcast_to": lambda x, shape: anp.broadcast_to(x, shape),  # its rule takes no keyword
            "matrix_transpose": lambda x: anp.swapaxes(x, -1, -2),
            "vecdot": lambda x, y, axis=-1: anp.sum(x * y, axis=axis),
            "fft": Namespace("autograd.numpy.fft", anp.fft, {}),
            "linalg": Namespace(
                "autograd.numpy.linalg",
                anp.linalg,
                {"trace": anp.trace, "outer": anp.outer, "diagonal": lambda x: anp.diagonal(x, axis1=-2, axis2=-1)},
            ),
            "special": Namespace("autograd.scipy.special", special, {"sinc": anp.sinc}),
            "ad": Namespace("autograd", None, {"custom_vjp": custom_vjp}),
        },
    )

    def asarray(self, x, device="cpu"):
        return np.array(x)

    def jvp(self, f, primals, tangents):
        with missing_rules():
            return make_jvp(_of_tuple(f), 0)(primals)(tangents)

    def vjp(self, f, primals):
        with missing_rules():
            pullback, y = make_vjp(_of_tuple(f), 0)(primals)
        return y, pullback

    def jacrev(self, f, primal):
        with missing_rules():
            return autograd.jacobian(f)(primal)

    def hessian(self, f, primal):
        with missing_rules():
            return autograd.hessian(f)(primal)

    def _counts(self, operator, f, primals, *seeds):
        with made(VJPNode) as nodes:
            super()._counts(operator, f, primals, *seeds)
        return {"graph_nodes": nodes.count}


def _of_tuple(f):
    """autograd differentiates by one argument; a tuple is one."""
    return lambda primals: f(*primals)


@contextmanager
def missing_rules():
    """A function without a rule is one that autograd does not support, and says so by this exception."""
    try:
        yield
    except NotImplementedError as error:
        raise Unsupported(f"autograd: {error}") from error
