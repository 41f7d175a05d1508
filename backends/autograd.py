"""HIPS autograd: reverse mode native, forward mode by `make_jvp`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import ClassVar

import autograd
import autograd.numpy as anp
import autograd.scipy
import autograd.scipy.special as special
import numpy as np
from autograd.core import VJPNode
from autograd.differential_operators import make_jvp, make_vjp
from autograd.extend import defjvp_argnums, defvjp_argnums, primitive
from autograd.scipy.linalg import solve_triangular
from autograd.tracer import getval

from adbench.backend import COMPLEX_TO_REAL, Backend
from adbench.counting import made
from adbench.errors import Unsupported
from adbench.layouts import LAYOUTS
from adbench.namespace import Namespace

BACKENDS = {"autograd": "Autograd"}

# The standard's names for which autograd has a rule under NumPy's older one.
RENAMED = {
    "acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh", "atan": "arctan",
    "atan2": "arctan2", "atanh": "arctanh", "concat": "concatenate", "permute_dims": "transpose", "pow": "power",
}  # fmt: skip


# The standard's keywords for which autograd has a rule under NumPy's older ones.


def cumulative_sum(x, axis=None, include_initial=False):
    if include_initial:
        raise Unsupported("autograd: cumsum has no include_initial")
    return anp.cumsum(x, axis=axis)


def spread(f):
    """`var` or `std`."""
    return lambda x, axis=None, correction=0, keepdims=False: f(x, axis=axis, ddof=correction, keepdims=keepdims)


def take(x, indices, axis=None):
    """By indexing, which has a rule."""
    return x[(slice(None),) * ((axis or 0) % x.ndim) + (indices,)]


def diagonal(x, offset=0):
    return anp.diagonal(x, -offset, -1, -2)  # its rule takes the axes in this order alone


def trace(x, offset=0):
    return anp.trace(x, offset) if x.ndim == 2 else anp.sum(diagonal(x, offset), axis=-1)


def vector_norm(x, axis=None, keepdims=False, ord=2):
    if isinstance(axis, tuple):
        raise Unsupported("autograd: norm over two axes is a matrix's, and over more there is none")
    y = anp.linalg.norm(anp.ravel(x) if axis is None else x, ord, axis)
    if not keepdims:
        return y
    return anp.reshape(y, (1,) * x.ndim) if axis is None else anp.expand_dims(y, axis)


def matrix_norm(x, keepdims=False, ord="fro"):
    y = anp.linalg.norm(x, ord, (-2, -1))
    return y[..., None, None] if keepdims else y


def flip(x, axis=None):
    """By slices, which have a rule."""
    axes = {a % x.ndim for a in (range(x.ndim) if axis is None else np.atleast_1d(axis))}
    return x[tuple(slice(None, None, -1) if i in axes else slice(None) for i in range(x.ndim))]


def ordered(f):
    """`sort` or `argsort`."""

    def sort(x, axis=-1, descending=False, stable=True):
        return flip(f(x, axis=axis), axis) if descending else f(x, axis=axis)

    return sort


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


def jvp(f, primals, tangents):
    return make_jvp(_of_tuple(f), 0)(primals)(tangents)


def vjp(f, *primals):
    pullback, y = make_vjp(_of_tuple(f), 0)(primals)
    return y, pullback


class Autograd(Backend):
    name = "autograd"
    distribution = "autograd"
    layouts = LAYOUTS
    conjugates = True
    complex_jacobians: ClassVar = {"jacrev": {COMPLEX_TO_REAL: "`autograd.jacobian(f)(z)`"}}
    namespace = Namespace(
        "autograd.numpy",
        anp,
        {
            **{name: getattr(anp, theirs) for name, theirs in RENAMED.items()},
            "broadcast_to": lambda x, shape: anp.broadcast_to(x, shape),  # its rule takes no keyword
            "clip": lambda x, min=None, max=None: anp.clip(x, min, max),  # likewise
            "cumulative_sum": cumulative_sum,
            "var": spread(anp.var),
            "std": spread(anp.std),
            "take": take,
            "sort": ordered(anp.sort),
            "argsort": ordered(anp.argsort),
            "flip": flip,
            "matrix_transpose": lambda x: anp.swapaxes(x, -1, -2),
            "vecdot": lambda x, y, axis=-1: anp.sum((anp.conj(x) if anp.iscomplexobj(x) else x) * y, axis=axis),
            "fft": Namespace("autograd.numpy.fft", anp.fft, {}),
            "linalg": Namespace(
                "autograd.numpy.linalg",
                anp.linalg,
                {
                    "trace": trace,
                    "outer": anp.outer,
                    "diagonal": diagonal,
                    "vector_norm": vector_norm,
                    "cross": anp.cross,
                    "solve_triangular": solve_triangular,
                    "matrix_norm": matrix_norm,
                    "eigvalsh": lambda x: anp.linalg.eigh(x)[0],
                    "svdvals": lambda x: anp.linalg.svd(x, compute_uv=False),
                },
            ),
            "special": Namespace("autograd.scipy.special", special, {"sinc": anp.sinc}),
            "ad": Namespace(
                "autograd", autograd, {"jvp": jvp, "vjp": vjp, "stop_gradient": getval, "custom_vjp": custom_vjp}
            ),
        },
    )

    apis: ClassVar = {
        "autograd": Namespace("autograd", autograd, {}),
        "numpy": Namespace("autograd.numpy", anp, {}),
        "scipy": Namespace("autograd.scipy", autograd.scipy, {}),
    }

    def asarray(self, x, device="cpu"):
        return np.array(x)

    def jvp(self, f, primals, tangents):
        with missing_rules():
            return jvp(f, primals, tangents)

    def vjp(self, f, primals):
        with missing_rules():
            y, pullback = vjp(f, *primals)

        def pull(y_bar):
            with missing_rules():  # some rules refuse a keyword when they are called
                return pullback(y_bar)

        return y, pull

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
