"""PyTorch by `torch.func`, eager (`torch`) and compiled whole (`torch:compile`)."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import sysconfig
from collections import deque
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import ClassVar

import array_api_compat.torch as xp
import numpy as np
import torch
from torch.nn import functional

from adbench.backend import Backend
from adbench.errors import Unsupported
from adbench.namespace import Namespace

BACKENDS = {"torch": "Torch", "torch:compile": "TorchCompile"}

# SciPy's names of what torch spells out.
SPECIAL = {
    "j0": "bessel_j0", "j1": "bessel_j1", "y0": "bessel_y0", "y1": "bessel_y1",
    "k0": "modified_bessel_k0", "k1": "modified_bessel_k1",
    "k0e": "scaled_modified_bessel_k0", "k1e": "scaled_modified_bessel_k1",
}  # fmt: skip

# The names of the extension `nn` for which torch.nn.functional has others.
NN = {
    "log_sigmoid": "logsigmoid", "hard_tanh": "hardtanh", "hard_sigmoid": "hardsigmoid", "hard_swish": "hardswish",
    "soft_sign": "softsign", "mse": "mse_loss", "l1": "l1_loss", "huber": "huber_loss", "smooth_l1": "smooth_l1_loss",
    "bce": "binary_cross_entropy", "bce_with_logits": "binary_cross_entropy_with_logits", "nll": "nll_loss",
    "poisson_nll": "poisson_nll_loss", "gaussian_nll": "gaussian_nll_loss",
}  # fmt: skip
BY_AXIS = ("glu", "softmax", "log_softmax", "normalize", "cosine_similarity")


def custom_vjp(f, vjp, jvp=None):
    """`f` as a `torch.autograd.Function` with the rules given; the primals and the output are saved."""

    class Custom(torch.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(*primals):
            return f(*primals)

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.save_for_backward(output, *inputs)
            ctx.save_for_forward(output, *inputs)

        @staticmethod
        def backward(ctx, y_bar):
            return vjp(y_bar, *ctx.saved_tensors)

    if jvp is not None:
        Custom.jvp = staticmethod(lambda ctx, *tangents: jvp(*tangents, *ctx.saved_tensors))
    return Custom.apply


def over(f):
    """`f(x, dim, keepdim)` with the standard's keywords; None stands for all axes, which `f` must be given."""

    def reduce(x, axis=None, keepdims=False, **options):
        return f(x, dim=tuple(range(x.ndim)) if axis is None else axis, keepdim=keepdims, **options)

    return reduce


def by_axis(f):
    """`f`, whose `dim` is the standard's `axis`."""
    return lambda *operands, axis, **options: f(*operands, dim=axis, **options)


def spread(f):
    """`var` or `std`, whose correction the compatibility layer would not let be a fraction."""
    return lambda x, axis=None, correction=0, keepdims=False: over(f)(x, axis, keepdims, correction=correction)


def logsumexp(a, axis=None, b=None, keepdims=False):
    """SciPy's."""
    if b is not None:
        raise Unsupported("torch.special: logsumexp takes no weights")
    return over(torch.special.logsumexp)(a, axis, keepdims)


def along(f):
    """`softmax` or `log_softmax`."""

    def normalise(x, axis=None):
        if not isinstance(axis, int):
            raise Unsupported("torch.special: softmax and log_softmax take one axis")
        return f(x, dim=axis)

    return normalise


def polygamma(n, x):
    """SciPy's, of one order."""
    if not isinstance(n, int):
        raise Unsupported("torch.special: polygamma takes one order, a Python integer")
    return torch.special.polygamma(n, x)


def solve_triangular(a, b, lower=False, trans=0, unit_diagonal=False):
    """SciPy's, of matrices and vectors."""
    a, upper = (a.mT, lower) if trans else (a, not lower)
    columns = b[..., None] if b.ndim == 1 else b
    solved = torch.linalg.solve_triangular(a, columns, upper=upper, unitriangular=unit_diagonal)
    return solved[..., 0] if b.ndim == 1 else solved


def strided(x):
    """A view of every other entry of a larger tensor with its axes in the opposite order; between them are NaNs, or
    ones. torch has no negative steps."""
    between = torch.nan if x.is_floating_point() or x.is_complex() else 1
    if not x.ndim:
        return torch.stack([torch.full_like(x, between), x])[1]
    room = x.new_full([2 * n for n in reversed(x.shape)], between)
    view = room.permute(*reversed(range(x.ndim)))[(slice(None, None, 2),) * x.ndim]
    return view.copy_(x)


LAYOUTS = {"strided": strided}  # and none that cannot be written

# What makes an array of nothing: without a device of its own, on the processor.
CREATION = ("arange", "asarray", "empty", "eye", "full", "linspace", "ones", "zeros")


def namespace(device):
    """`xp` whose arrays of nothing are on the device."""
    return Namespace(
        "torch",
        xp,
        {
            **({} if device == "cpu" else {name: partial(getattr(xp, name), device=device) for name in CREATION}),
            "fft": Namespace("torch.fft", xp.fft, {}),
            "var": spread(torch.var),
            "std": spread(torch.std),
            "linalg": Namespace(
                "torch.linalg", xp.linalg, {"expm": torch.linalg.matrix_exp, "solve_triangular": solve_triangular}
            ),
            "special": Namespace(
                "torch.special",
                torch.special,
                {
                    **{name: getattr(torch.special, theirs) for name, theirs in SPECIAL.items()},
                    "log_expit": torch.nn.functional.logsigmoid,
                    "logsumexp": logsumexp,
                    "softmax": along(torch.special.softmax),
                    "log_softmax": along(torch.special.log_softmax),
                    "polygamma": polygamma,
                },
            ),
            "nn": Namespace(
                "torch.nn.functional",
                functional,
                {
                    **{name: getattr(functional, theirs) for name, theirs in NN.items()},
                    **{name: by_axis(getattr(functional, name)) for name in BY_AXIS},
                    "sigmoid": torch.sigmoid,
                    "cdist": torch.cdist,
                },
            ),
            "ad": Namespace(
                "torch.func", torch.func, {"custom_vjp": custom_vjp, "stop_gradient": torch.Tensor.detach}
            ),
        },
    )


class Torch(Backend):
    name = "torch"
    distribution = "torch"
    layouts = LAYOUTS
    namespace = namespace("cpu")
    apis: ClassVar = {"torch": Namespace("torch", torch, {})}

    def devices(self):
        return ("cpu", "cuda") if torch.cuda.is_available() else ("cpu",)

    def use(self, device):
        if device == self.device:
            return
        super().use(device)
        self.namespace = namespace(device)

    def asarray(self, x, device="cpu"):
        return torch.asarray(np.ascontiguousarray(x) if np.ndim(x) else x, device=device, copy=True)

    def to_numpy(self, x):
        x = x.detach()
        if x._is_zerotensor():  # a symbolic zero, of which numpy(force=True) gives memory that is freed at once
            x = x.clone()
        return x.numpy(force=True)

    def synchronize(self, result):
        if self.device == "cuda":
            torch.cuda.synchronize()  # kernels run behind the call; on the CPU a call returns when it has computed

    def jvp(self, f, primals, tangents):
        with missing_rules():
            return torch.func.jvp(f, primals, tangents)

    def vjp(self, f, primals):
        with missing_rules():
            y, pullback = torch.func.vjp(f, *primals)

        def pull(y_bar):
            with missing_rules():  # torch looks for the rule when it is called
                return pullback(y_bar)

        return y, pull

    def jacfwd(self, f, primal):
        with missing_rules():
            return torch.func.jacfwd(f)(primal)

    def jacrev(self, f, primal):
        with missing_rules():
            return torch.func.jacrev(f)(primal)

    def hessian(self, f, primal):
        with missing_rules():
            return torch.func.hessian(f)(primal)

    def vmap(self, f):
        def mapped(*batch):
            with missing_rules():
                return torch.func.vmap(f)(*batch)

        return mapped

    def rules(self):
        from adbench.rules import torch as rules

        return rules.names()

    def rules_used(self):
        from adbench.rules import torch as rules

        return rules.used()

    def _counts(self, operator, f, primals, *seeds):
        graphs = []

        def watched(*xs):
            y = f(*xs)
            graphs.append(_nodes(y.grad_fn))
            return y

        super()._counts(operator, watched, primals, *seeds)
        counts = {"graph_nodes": len(graphs[-1])}
        for nodes in graphs:  # one that only another one holds is freed inside it: a long chain overflows the stack
            while nodes:
                nodes.popleft()
        return counts


def _nodes(root):
    """Of the graph that reverse mode walks from `root`: operations, and an accumulator for each input, in its order."""
    seen, left, nodes = set(), [root], deque()
    while left:
        node = left.pop()
        if node is not None and id(node) not in seen:
            seen.add(id(node))
            nodes.append(node)
            left += [other for other, _ in node.next_functions]
    return nodes


class TorchCompile(Torch):
    name = "torch:compile"
    default = False  # seconds a call to compile

    def __init__(self):
        sys.setrecursionlimit(max(sys.getrecursionlimit(), 2000))  # as the first compilation would, for good

    rules = Backend.rules

    def prepare(self, operator, f, primals):
        if lacking := missing_for_compiling():
            raise Unsupported(f"torch.compile needs {lacking}")
        return self.compiled(super().prepare(operator, f, primals))

    def compiled(self, call, *example):
        def compiled(*arguments):
            return call(*arguments)

        # What is compiled is kept by code object, and tried in turn at each call: every call has its own.
        compiled.__code__ = compiled.__code__.replace()
        return torch.compile(compiled)


@cache
def missing_for_compiling():
    """What torch.compile would miss when it builds its first kernel; empty where nothing is missing."""
    compiler = shlex.split(os.environ.get("CXX", "")) or ["clang++" if sys.platform == "darwin" else "g++"]
    if shutil.which(compiler[0]) is None:
        return f"a C++ compiler, and there is no {compiler[0]}; install it, or name another in CXX"
    if not Path(sysconfig.get_path("include"), "Python.h").exists():
        return f"Python's headers, which {sys.executable} does not have; install its development package"
    return ""


# In what words a RuntimeError says that there is no rule: of a derivative, by an operand, or of a batch.
NO_RULE = re.compile(
    r"derivative for \S+ is not implemented|is not differentiable with respect to argument"
    r"|^Batching rule not implemented for|does not yet have a batching rule|^vmap: we do not yet support"
    r"|does not support automatic differentiation for outputs"
)


@contextmanager
def missing_rules():
    """A function without a rule is one that torch does not support, and says so by this exception or that; so is a
    slice with a negative step, for which it has another."""
    try:
        yield
    except ValueError as error:
        if "step must be greater than zero" not in str(error):
            raise
        raise Unsupported("torch: indexing has no negative steps") from error
    except RuntimeError as error:  # also a NotImplementedError
        if not isinstance(error, NotImplementedError) and not NO_RULE.search(str(error)):
            raise
        raise Unsupported(f"torch: {error}") from error
