"""PyTorch, eager, by `torch.func`."""

from __future__ import annotations

import array_api_compat.torch as xp
import numpy as np
import torch

from adbench.backend import Backend
from adbench.namespace import Namespace

BACKENDS = {"torch": "Torch"}


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


class Torch(Backend):
    name = "torch"
    distribution = "torch"
    namespace = Namespace(
        "torch",
        xp,
        {
            "linalg": Namespace("torch.linalg", xp.linalg, {}),
            "special": Namespace("torch.special", torch.special, {}),
            "ad": Namespace("torch", None, {"custom_vjp": custom_vjp}),
        },
    )

    def devices(self):
        return ("cpu", "cuda") if torch.cuda.is_available() else ("cpu",)

    def asarray(self, x, device="cpu"):
        return torch.asarray(np.ascontiguousarray(x) if np.ndim(x) else x, device=device, copy=True)

    def to_numpy(self, x):
        return x.detach().cpu().numpy()

    def synchronize(self, result):
        if torch.cuda.is_available():
            torch.cuda.synchronize()  # kernels run behind the call; on the CPU a call returns when it has computed

    def jvp(self, f, primals, tangents):
        return torch.func.jvp(f, primals, tangents)

    def vjp(self, f, primals):
        return torch.func.vjp(f, *primals)

    def jacfwd(self, f, primal):
        return torch.func.jacfwd(f)(primal)

    def jacrev(self, f, primal):
        return torch.func.jacrev(f)(primal)
