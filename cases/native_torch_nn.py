"""torch's layers one entry or one row at a time: activations, normalisations, losses, embeddings, attention, cells.

Their backward passes are functions with derivatives of their own, which only second derivatives reach. Every keyword
that changes a derivative has its row; points lie away from the kinks.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from adbench.cases.native_torch import apart, between, table

row = table(__name__)
F = Callable[..., Any]
NN = "torch.nn.functional"


def relu(xp, x):
    return xp.maximum(x, xp.zeros_like(x))


def sigmoid(xp, x):
    return 1 / (1 + xp.exp(-x))


def softplus(xp, x, beta=1.0):
    return xp.log1p(xp.exp(beta * x)) / beta


def softmax(xp, x, axis):
    e = xp.exp(x)
    return e / xp.sum(e, axis=axis, keepdims=True)


def log_softmax(xp, x, axis):
    return x - xp.log(xp.sum(xp.exp(x), axis=axis, keepdims=True))


def elu(alpha: float = 1.0, scale: float = 1.0, input_scale: float = 1.0) -> F:
    return lambda xp, x: scale * xp.where(x > 0, x, alpha * (xp.exp(input_scale * xp.minimum(x, xp.zeros_like(x))) - 1))


def leaky(slope: float) -> F:
    return lambda xp, x: xp.where(x > 0, x, slope * x)


def held(low: float, high: float, inside: F, below: F, above: F) -> F:
    """Three pieces of a line."""
    return lambda xp, x: xp.where(x < low, below(x), xp.where(x > high, above(x), inside(x)))


def same(x):
    return x


def nothing(x):
    return 0 * x


# Activations

ACROSS = [-4.25, -1.5, -0.625, -0.25, 0.375, 0.75, 1.25, 4.5]  # every piece of all of them, none of their ends
ACTIVATIONS: dict[str, tuple[str, F]] = {
    "relu": ("relu(x)", relu),
    "relu6": ("relu6(2 * x)", held(0, 3, lambda x: 2 * x, nothing, lambda x: 6 + 0 * x)),
    "elu": ("elu(x)", elu()),
    "elu_alpha": ("elu(x, alpha=1.75)", elu(1.75)),
    "selu": ("selu(x)", elu(1.6732632423543772848170429916717, 1.0507009873554804934193349852946)),
    "celu": ("celu(x)", elu()),
    "celu_alpha": ("celu(x, alpha=2.0)", elu(2.0, 1.0, 0.5)),
    "leaky_relu": ("leaky_relu(x)", leaky(0.01)),
    "leaky_relu_slope": ("leaky_relu(x, 0.25)", leaky(0.25)),
    "rrelu": ("rrelu(x, 0.125, 0.375)", leaky(0.25)),
    "hardtanh": ("hardtanh(x)", held(-1, 1, same, lambda x: -1 + 0 * x, lambda x: 1 + 0 * x)),
    "hardtanh_bounds": ("hardtanh(x, -0.5, 2.0)", held(-0.5, 2, same, lambda x: -0.5 + 0 * x, lambda x: 2 + 0 * x)),
    "hardsigmoid": ("hardsigmoid(x)", held(-3, 3, lambda x: x / 6 + 0.5, nothing, lambda x: 1 + 0 * x)),
    "hardswish": ("hardswish(x)", held(-3, 3, lambda x: x * (x + 3) / 6, nothing, same)),
    "hardshrink": ("hardshrink(x)", held(-0.5, 0.5, nothing, same, same)),
    "hardshrink_lambd": ("hardshrink(x, 1.0)", held(-1, 1, nothing, same, same)),
    "softshrink": ("softshrink(x)", held(-0.5, 0.5, nothing, lambda x: x + 0.5, lambda x: x - 0.5)),
    "softshrink_lambd": ("softshrink(x, 1.0)", held(-1, 1, nothing, lambda x: x + 1, lambda x: x - 1)),
    "threshold": ("threshold(x, 0.5, 2.0)", lambda xp, x: xp.where(x > 0.5, x, 2 + 0 * x)),
    "tanhshrink": ("tanhshrink(x)", lambda xp, x: x - xp.tanh(x)),
    "softsign": ("softsign(x)", lambda xp, x: x / (1 + xp.abs(x))),
    "silu": ("silu(x)", lambda xp, x: x * sigmoid(xp, x)),
    "mish": ("mish(x)", lambda xp, x: x * xp.tanh(softplus(xp, x))),
    "softplus": ("softplus(x)", lambda xp, x: softplus(xp, x)),
    "softplus_beta": ("softplus(x, beta=2.5)", lambda xp, x: softplus(xp, x, 2.5)),
    "softplus_threshold": ("softplus(x, beta=2.0, threshold=1.0)", lambda xp, x: xp.where(x > 0.5, x, softplus(xp, x, 2.0))),
    "logsigmoid": ("logsigmoid(x)", lambda xp, x: -softplus(xp, -x)),
    "gelu": ("gelu(x)", lambda xp, x: x * xp.special.ndtr(x)),
    "gelu_tanh": ("gelu(x, approximate='tanh')", lambda xp, x: x * (1 + xp.tanh(xp.sqrt(2 / xp.asarray(math.pi)) * (x + 0.044715 * x**3))) / 2),
}
IN_PLACE = ("relu", "elu", "elu_alpha", "selu", "celu_alpha", "leaky_relu_slope", "rrelu", "hardtanh", "hardsigmoid", "hardswish", "threshold", "silu", "mish")
for name, (call, definition) in ACTIVATIONS.items():
    row(name, f"{NN}.{call}", definition, x=ACROSS)
    if name in IN_PLACE:
        of_copy = call.replace("(x", "(x.clone()", 1)[:-1]
        row(f"{name}_in_place", f"{NN}.{of_copy}, inplace=True)", definition, x=ACROSS)
row("rrelu_with_noise", "torch.ops.aten.rrelu_with_noise(x, torch.ones_like(x), 0.125, 0.375, False)", leaky(0.25), x=ACROSS)
row("prelu", f"{NN}.prelu(x, w)", lambda xp, x, w: xp.where(x > 0, x, w * x), x=apart(2, 4), w=between(0.1, 0.5, 1))
row("prelu_channels", f"{NN}.prelu(x, w)", lambda xp, x, w: xp.where(x > 0, x, w[:, None] * x), x=apart(2, 3, 4), w=between(0.1, 0.5, 3))
row("glu", f"{NN}.glu(x)", lambda xp, x: x[:, :2] * sigmoid(xp, x[:, 2:]), x=(3, 4))
row("glu_dim", f"{NN}.glu(x, dim=0)", lambda xp, x: x[:2] * sigmoid(xp, x[2:]), x=(4, 3))
row("softmax", f"{NN}.softmax(x, dim=0)", lambda xp, x: softmax(xp, x, 0), x=(3, 4))
row("softmax_last", "torch.softmax(x, dim=-1)", lambda xp, x: softmax(xp, x, -1), x=(3, 4))
row("log_softmax", f"{NN}.log_softmax(x, dim=1)", lambda xp, x: log_softmax(xp, x, 1), x=(2, 3, 4))
row("softmin", f"{NN}.softmin(x, dim=1)", lambda xp, x: softmax(xp, -x, 1), x=(3, 4))
row("safe_softmax", "torch._safe_softmax(x, 1)", lambda xp, x: softmax(xp, x, 1), x=(3, 4))
row("masked_softmax", "torch._masked_softmax(x, torch.asarray([[False, True, False], [True, False, False]]), 1)", lambda xp, x: masked_softmax(xp, x), x=(2, 3))


def masked_softmax(xp, x):
    taking_part = xp.asarray([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]) * xp.exp(x)
    return taking_part / xp.sum(taking_part, axis=1, keepdims=True)


# Normalisations


def normalised(xp, x, axes, eps):
    return (x - xp.mean(x, axis=axes, keepdims=True)) / xp.sqrt(xp.var(x, axis=axes, keepdims=True) + eps)


def channels(w):
    return w[:, None]


row("layer_norm", f"{NN}.layer_norm(x, (4,))", lambda xp, x: normalised(xp, x, -1, 1e-5), x=(3, 4))
row("layer_norm_affine", f"{NN}.layer_norm(x, (3, 4), w, b, eps=0.01)", lambda xp, x, w, b: w * normalised(xp, x, (-2, -1), 0.01) + b, x=(2, 3, 4), w=(3, 4), b=(3, 4))
row("native_layer_norm", "torch.native_layer_norm(x, (4,), w, b, 0.01)[0]", lambda xp, x, w, b: w * normalised(xp, x, -1, 0.01) + b, x=(3, 4), w=(4,), b=(4,))
row("rms_norm", f"{NN}.rms_norm(x, (4,), w, eps=0.01)", lambda xp, x, w: w * x / xp.sqrt(xp.mean(x * x, axis=-1, keepdims=True) + 0.01), x=(3, 4), w=(4,))
row("rms_norm_plain", f"{NN}.rms_norm(x, (3, 4), eps=0.01)", lambda xp, x: x / xp.sqrt(xp.mean(x * x, axis=(-2, -1), keepdims=True) + 0.01), x=(2, 3, 4))
row("group_norm", f"{NN}.group_norm(x, 2, eps=0.01)", lambda xp, x: xp.reshape(normalised(xp, xp.reshape(x, (2, 2, 6)), -1, 0.01), (2, 4, 3)), x=(2, 4, 3))
row("group_norm_affine", f"{NN}.group_norm(x, 2, w, b, eps=0.01)", lambda xp, x, w, b: channels(w) * xp.reshape(normalised(xp, xp.reshape(x, (2, 2, 6)), -1, 0.01), (2, 4, 3)) + channels(b), x=(2, 4, 3), w=(4,), b=(4,))
row("instance_norm", f"{NN}.instance_norm(x, weight=w, bias=b, eps=0.01)", lambda xp, x, w, b: channels(w) * normalised(xp, x, -1, 0.01) + channels(b), x=(2, 3, 4), w=(3,), b=(3,))
row("batch_norm_training", f"{NN}.batch_norm(x, None, None, w, b, training=True, eps=0.01)", lambda xp, x, w, b: channels(w) * normalised(xp, x, (0, 2), 0.01) + channels(b), x=(2, 3, 4), w=(3,), b=(3,))
row("batch_norm_plain", f"{NN}.batch_norm(x, None, None, training=True)", lambda xp, x: normalised(xp, x, 0, 1e-5), x=(4, 3))
RUNNING = "torch.asarray([0.25, -0.5, 1.0], dtype=x.dtype), torch.asarray([0.5, 1.5, 2.0], dtype=x.dtype)"


def by_running(xp, x):
    return (x - xp.asarray([[0.25], [-0.5], [1.0]])) / xp.sqrt(xp.asarray([[0.5], [1.5], [2.0]]) + 0.01)


row("batch_norm_running", f"{NN}.batch_norm(x, {RUNNING}, w, b, eps=0.01)", lambda xp, x, w, b: channels(w) * by_running(xp, x) + channels(b), x=(2, 3, 4), w=(3,), b=(3,))
row("batch_norm_both", f"{NN}.batch_norm(x, {RUNNING}, w, b, training=True, eps=0.01)", lambda xp, x, w, b: channels(w) * normalised(xp, x, (0, 2), 0.01) + channels(b), x=(2, 3, 4), w=(3,), b=(3,))
row("native_batch_norm", f"torch.native_batch_norm(x, w, b, {RUNNING}, False, 0.1, 0.01)[0]", lambda xp, x, w, b: channels(w) * by_running(xp, x) + channels(b), x=(2, 3, 4), w=(3,), b=(3,))
row("batch_norm_legit", "torch._native_batch_norm_legit(x, w, b, True, 0.1, 0.01)[0]", lambda xp, x, w, b: channels(w) * normalised(xp, x, (0, 2), 0.01) + channels(b), x=(2, 3, 4), w=(3,), b=(3,))
row("batch_norm_no_training", f"torch._native_batch_norm_legit_no_training(x, w, b, {RUNNING}, 0.1, 0.01)[0]", lambda xp, x, w, b: channels(w) * by_running(xp, x) + channels(b), x=(2, 3, 4), w=(3,), b=(3,))
row("batch_norm_with_update", f"torch.ops.aten._batch_norm_with_update(x, w, b, {RUNNING}, 0.1, 0.01)[0]", lambda xp, x, w, b: channels(w) * normalised(xp, x, (0, 2), 0.01) + channels(b), x=(2, 3, 4), w=(3,), b=(3,))
row("batch_norm_no_update", f"torch.ops.aten._batch_norm_no_update(x, w, b, {RUNNING}, 0.1, 0.01)[0]", lambda xp, x, w, b: channels(w) * by_running(xp, x) + channels(b), x=(2, 3, 4), w=(3,), b=(3,))
row("local_response_norm", f"{NN}.local_response_norm(x, 3, alpha=0.5, beta=0.75, k=2.0)", lambda xp, x: x / (2 + 0.5 * neighbours(xp, x * x) / 3) ** 0.75, x=(2, 3, 4))
row("normalize", f"{NN}.normalize(x, p=3.0, dim=0)", lambda xp, x: x / xp.linalg.vector_norm(x, ord=3, axis=0, keepdims=True), x=apart(3, 2))
row("weight_norm", "torch._weight_norm(v, g, 0)", lambda xp, v, g: v * g / xp.sqrt(xp.sum(v * v, axis=1, keepdims=True)), v=(2, 3), g=(2, 1))
row("weight_norm_last", "torch._weight_norm(v, g, 1)", lambda xp, v, g: v * g / xp.sqrt(xp.sum(v * v, axis=0, keepdims=True)), v=(2, 3), g=(1, 3))


def neighbours(xp, x):
    """Sums of each channel and those beside it."""
    none = xp.zeros_like(x[:, :1])
    padded = xp.concat([none, x, none], axis=1)
    return padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]

