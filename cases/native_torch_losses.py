"""torch's losses with their reductions and weights, embeddings, attention and recurrent cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from adbench.cases.native_torch import apart, between, table
from adbench.cases.native_torch_nn import log_softmax, sigmoid, softmax, softplus

row = table(__name__)
F = Callable[..., Any]
NN = "torch.nn.functional"
REDUCED: dict[str, F] = {
    "none": lambda xp, losses: losses,
    "sum": lambda xp, losses: xp.sum(losses),
    "mean": lambda xp, losses: xp.mean(losses),
}
FAR = [[-2.5, 0.25, 1.75], [0.75, -0.375, 3.0]]  # residuals to either side of 1 and of 1/2, none of them near


# Losses of two arrays, entry by entry


def beyond(width: float, at: float) -> F:
    """r² / 2 in units of a width, and beyond it a line."""
    return lambda xp, r: xp.where(xp.abs(r) < at, r * r / (2 * width), xp.abs(r) * at / width - at * at / (2 * width))


PAIRS: dict[str, tuple[str, F]] = {
    "mse_loss": ("mse_loss(x, y", lambda xp, r: r * r),
    "l1_loss": ("l1_loss(x, y", lambda xp, r: xp.abs(r)),
    "smooth_l1_loss": ("smooth_l1_loss(x, y", beyond(1, 1)),
    "smooth_l1_loss_beta": ("smooth_l1_loss(x, y, beta=0.5", beyond(0.5, 0.5)),
    "huber_loss": ("huber_loss(x, y", beyond(1, 1)),
    "huber_loss_delta": ("huber_loss(x, y, delta=0.5", beyond(1, 0.5)),
}


def of_residual(loss: F, reduction: str) -> F:
    return lambda xp, x, y: REDUCED[reduction](xp, loss(xp, x - y))


for name, (call, loss) in PAIRS.items():
    for reduction in REDUCED:
        row(f"{name}_{reduction}", f"{NN}.{call}, reduction='{reduction}')", of_residual(loss, reduction), x=FAR, y=between(-0.05, 0.05, 2, 3))


def reduced(losses: F, reduction: str) -> F:
    """The same parameters, its losses reduced."""
    by_count = {
        1: lambda xp, x: REDUCED[reduction](xp, losses(xp, x)),
        2: lambda xp, x, y: REDUCED[reduction](xp, losses(xp, x, y)),
        3: lambda xp, x, y, w: REDUCED[reduction](xp, losses(xp, x, y, w)),
    }
    return by_count[losses.__code__.co_argcount - 1]


def bce(xp, x, y):
    return -(y * xp.log(x) + (1 - y) * xp.log(1 - x))


PARTS = between(0.1, 0.9, 2, 3)
SIGNS = np.asarray([[1, -1, 1], [-1, 1, -1]])
LOSSES: dict[str, tuple[str, F, dict[str, Any]]] = {
    "binary_cross_entropy": ("binary_cross_entropy(x, y", bce, {"x": PARTS, "y": PARTS}),
    "binary_cross_entropy_weight": ("binary_cross_entropy(x, y.to(x.dtype), w.to(x.dtype)", lambda xp, x, y, w: w * bce(xp, x, y), {"x": PARTS, "y": [[1, 0, 1], [0, 1, 0]], "w": [1, 2, 3]}),
    "bce_with_logits": ("binary_cross_entropy_with_logits(x, y", lambda xp, x, y: softplus(xp, x) - x * y, {"x": (2, 3), "y": PARTS}),
    "bce_with_logits_weights": ("binary_cross_entropy_with_logits(x, y, weight=w.to(x.dtype), pos_weight=2 * w.to(x.dtype)", lambda xp, x, y, w: w * ((1 - y) * softplus(xp, x) + 2 * w * y * softplus(xp, -x)), {"x": (2, 3), "y": PARTS, "w": [1, 2, 3]}),
    "kl_div": ("kl_div(x, y", lambda xp, x, y: y * (xp.log(y) - x), {"x": (2, 3), "y": PARTS}),
    "kl_div_log_target": ("kl_div(x, y, log_target=True", lambda xp, x, y: xp.exp(y) * (y - x), {"x": (2, 3), "y": (2, 3)}),
    "poisson_nll": ("poisson_nll_loss(x, y", lambda xp, x, y: xp.exp(x) - y * x, {"x": (2, 3), "y": PARTS}),
    "poisson_nll_plain": ("poisson_nll_loss(x, y, log_input=False, eps=0.125", lambda xp, x, y: x - y * xp.log(x + 0.125), {"x": PARTS, "y": PARTS}),
    "gaussian_nll": ("gaussian_nll_loss(x, y, w", lambda xp, x, y, w: (xp.log(w) + (x - y) ** 2 / w) / 2, {"x": (2, 3), "y": (2, 3), "w": PARTS}),
    "soft_margin": ("soft_margin_loss(x, y", lambda xp, x, y: softplus(xp, -y * x), {"x": (2, 3), "y": SIGNS}),
    "hinge_embedding": ("hinge_embedding_loss(x, y, margin=1.5", lambda xp, x, y: xp.where(y == 1, x, xp.maximum(1.5 - x, 0 * x)), {"x": apart(2, 3), "y": SIGNS}),
    "margin_ranking": ("margin_ranking_loss(x, y, torch.asarray([[1, -1, 1], [-1, 1, 1]]), margin=0.25", lambda xp, x, y: xp.maximum(0.25 - xp.asarray([[1.0, -1.0, 1.0], [-1.0, 1.0, 1.0]]) * (x - y), 0 * x), {"x": (2, 3), "y": (2, 3)}),
    "cosine_embedding": ("cosine_embedding_loss(x, y, torch.asarray([1, -1, -1]), margin=-0.5", lambda xp, x, y: cosine_losses(xp, x, y), {"x": between(0.5, 1.5, 3, 2), "y": between(0.5, 1.5, 3, 2)}),
    "triplet_margin": ("triplet_margin_loss(x, y, w, margin=5.0, eps=0", lambda xp, x, y, w: xp.linalg.vector_norm(x - y, axis=-1) - xp.linalg.vector_norm(x - w, axis=-1) + 5, {"x": (2, 3), "y": (2, 3), "w": (2, 3)}),
    "multilabel_soft_margin": ("multilabel_soft_margin_loss(x, y", lambda xp, x, y: xp.mean(softplus(xp, x) - y * x, axis=-1), {"x": (2, 3), "y": [[1, 0, 1], [0, 1, 1]]}),
    "multi_margin": ("multi_margin_loss(x, y, margin=2.0", lambda xp, x, y: margins(xp, x, y, 1), {"x": between(-0.5, 0.5, 2, 3), "y": [2, 0]}),
    "multi_margin_squared": ("multi_margin_loss(x, y, p=2, margin=2.0", lambda xp, x, y: margins(xp, x, y, 2), {"x": between(-0.5, 0.5, 2, 3), "y": [2, 0]}),
    "multilabel_margin": ("multilabel_margin_loss(x, y", lambda xp, x, y: xp.stack([1 - x[0, 2] + x[0, 0] + 1 - x[0, 2] + x[0, 1], 1 - x[1, 1] + x[1, 2] + 1 - x[1, 0] + x[1, 2]]) / 3, {"x": between(-0.25, 0.25, 2, 3), "y": [[2, -1, -1], [1, 0, -1]]}),
    "nll": ("nll_loss(x, y", lambda xp, x, y: -picked(xp, x, y), {"x": (3, 4), "y": [2, 0, 3]}),
    "cross_entropy": ("cross_entropy(x, y", lambda xp, x, y: -picked(xp, log_softmax(xp, x, 1), y), {"x": (3, 4), "y": [2, 0, 3]}),
    "cross_entropy_smoothed": ("cross_entropy(x, y, label_smoothing=0.25", lambda xp, x, y: -0.75 * picked(xp, log_softmax(xp, x, 1), y) - xp.mean(log_softmax(xp, x, 1), axis=1) / 4, {"x": (3, 4), "y": [2, 0, 3]}),
    "nll_images": ("nll_loss(x, y", lambda xp, x, y: -xp.take_along_axis(x, xp.asarray(y, dtype=xp.int64)[:, None, :], axis=1)[:, 0, :], {"x": (2, 3, 2), "y": [[0, 2], [1, 1]]}),
}


def picked(xp, x, y):
    return x[np.arange(x.shape[0]), np.asarray(y)]


def cosine(xp, x, y, added=0.0):
    """The cosine of the angle between rows, with a constant added to the squares of their lengths."""
    return xp.sum(x * y, axis=-1) / xp.sqrt((xp.sum(x * x, axis=-1) + added) * (xp.sum(y * y, axis=-1) + added))


def cosine_losses(xp, x, y):
    c = cosine(xp, x, y, 1e-12)
    return xp.where(xp.asarray([True, False, False]), 1 - c, c + 0.5)


def margins(xp, x, y, p):
    """The differences to the target's entry, all of them within the margin of 2."""
    each = (2 - picked(xp, x, y)[:, None] + x) ** p
    return (xp.sum(each, axis=1) - 2**p) / x.shape[1]


for name, (call, losses, inputs) in LOSSES.items():
    for reduction in REDUCED:
        if "kl_div" in name and reduction == "mean":
            continue  # torch warns that it is to be another mean
        row(f"{name}_{reduction}", f"{NN}.{call}, reduction='{reduction}')", reduced(losses, reduction), **inputs)
row("kl_div_batchmean", f"{NN}.kl_div(x, y, reduction='batchmean')", lambda xp, x, y: xp.sum(y * (xp.log(y) - x)) / 2, x=(2, 3), y=PARTS)
WEIGHTS = "torch.asarray([0.5, 1.0, 2.0, 0.25], dtype=x.dtype)"


def weights(xp, y):
    return np.asarray([0.5, 1.0, 2.0, 0.25])[np.asarray(y)]


row("nll_weighted", f"{NN}.nll_loss(x, y, {WEIGHTS})", lambda xp, x, y: -xp.sum(weights(xp, y) * picked(xp, x, y)) / np.sum(weights(xp, y)), x=(3, 4), y=[2, 0, 3])
row("nll_ignored", f"{NN}.nll_loss(x, y, ignore_index=0)", lambda xp, x, y: -(x[0, 2] + x[2, 3]) / 2, x=(3, 4), y=[2, 0, 3])
row("nll_2d", f"{NN}.nll_loss(x, y)", lambda xp, x, y: -xp.mean(xp.take_along_axis(x, xp.asarray(y, dtype=xp.int64)[:, None, :, :], axis=1)), x=(2, 3, 2, 1), y=[[[0], [2]], [[1], [1]]])
row("nll_2d_weighted", f"{NN}.nll_loss(x, y, {WEIGHTS}[:3], reduction='sum')", lambda xp, x, y: -xp.sum(xp.take_along_axis(x, xp.asarray(y, dtype=xp.int64)[:, None, :, :], axis=1)[:, 0, :, :] * weights(xp, y)), x=(2, 3, 2, 1), y=[[[0], [2]], [[1], [1]]])
row("cross_entropy_weighted", f"{NN}.cross_entropy(x, y, {WEIGHTS})", lambda xp, x, y: -xp.sum(weights(xp, y) * picked(xp, log_softmax(xp, x, 1), y)) / np.sum(weights(xp, y)), x=(3, 4), y=[2, 0, 3])
row("cross_entropy_probabilities", f"{NN}.cross_entropy(x, y)", lambda xp, x, y: -xp.sum(y * log_softmax(xp, x, 1)) / 3, x=(3, 4), y=between(0.1, 0.4, 3, 4))
row("cosine_similarity", f"{NN}.cosine_similarity(x, y, dim=0)", lambda xp, x, y: cosine(xp, xp.matrix_transpose(x), xp.matrix_transpose(y)), x=between(0.5, 1.5, 3, 2), y=between(-1.5, -0.5, 3, 1))
row("pairwise_distance", f"{NN}.pairwise_distance(x, y, p=3.0, eps=0.125)", lambda xp, x, y: xp.linalg.vector_norm(x - y + 0.125, ord=3, axis=-1), x=(2, 3), y=(2, 3))


# Connectionist temporal classification: −log of the probability of all ways to say a b, with blanks (0) and repeats


def ctc(xp, x, labels, steps):
    """Of log-probabilities x (time, classes), by Graves's forward recursion over blank a blank b … blank."""
    spelled = [0, *(s for label in labels for s in (label, 0))]
    p = xp.exp(x)
    alive = [p[0, 0], p[0, spelled[1]]] + [0 * p[0, 0]] * (len(spelled) - 2)
    for t in range(1, steps):
        new = []
        for s, label in enumerate(spelled):
            total = alive[s] + (alive[s - 1] if s else 0)
            if s > 1 and label and label != spelled[s - 2]:
                total = total + alive[s - 2]
            new.append(total * p[t, label])
        alive = new
    return -xp.log(alive[-1] + alive[-2])


row("ctc", f"{NN}.ctc_loss(torch.log_softmax(x, -1), torch.asarray([[1, 2], [2, 2]]), [4, 4], [2, 2], reduction='none')", lambda xp, x: xp.stack([ctc(xp, log_softmax(xp, x, -1)[:, i, :], labels, 4) for i, labels in enumerate([[1, 2], [2, 2]])]), x=(4, 2, 3))
row("ctc_lengths", f"{NN}.ctc_loss(torch.log_softmax(x, -1), torch.asarray([1, 2, 2]), torch.asarray([4, 3]), torch.asarray([2, 1]), reduction='sum')", lambda xp, x: sum(ctc(xp, log_softmax(xp, x, -1)[:, i, :], labels, n) for i, (labels, n) in enumerate([([1, 2], 4), ([2], 3)])), x=(4, 2, 3))


# Embeddings

WORDS = [[2, 0, 2], [1, 3, 0]]
BAGS = "torch.asarray([2, 0, 2, 1, 3]), w, torch.asarray([0, 2])"  # two bags, of two words and of three


def rows_of(w: Any, indices: Any) -> Any:
    return w[np.asarray(indices)]


def bag(xp: Any, w: Any, indices: Any, mode: str) -> Any:
    return getattr(xp, mode)(rows_of(w, indices), axis=0)


def bags(mode: str, *indices: Any) -> F:
    return lambda xp, w: xp.stack([bag(xp, w, of_one, mode) for of_one in indices])


row("embedding", f"{NN}.embedding(torch.asarray({WORDS}), w) ** 2", lambda xp, w: rows_of(w, WORDS) ** 2, w=(4, 2))
row("embedding_padding", f"{NN}.embedding(torch.asarray({WORDS}), w, padding_idx=2) * w[0]", lambda xp, w: xp.where(xp.asarray(np.asarray(WORDS) == 2)[..., None], xp.ad.stop_gradient(rows_of(w, WORDS)), rows_of(w, WORDS)) * w[0, :], w=(4, 2))
row("embedding_by_frequency", f"{NN}.embedding(torch.asarray({[[0, 1]]}), w, scale_grad_by_freq=True) ** 2", lambda xp, w: rows_of(w, [[0, 1]]) ** 2, w=(4, 2))
for mode in ("sum", "mean", "max"):
    row(f"embedding_bag_{mode}", f"{NN}.embedding_bag({BAGS}, mode='{mode}')", bags(mode, [2, 0], [2, 1, 3]), w=apart(4, 2))
    row(f"embedding_bag_matrix_{mode}", f"{NN}.embedding_bag(torch.asarray({WORDS}), w, mode='{mode}')", bags(mode, *WORDS), w=apart(4, 2))
row("embedding_bag_weights", f"{NN}.embedding_bag({BAGS}, mode='sum', per_sample_weights=p)", lambda xp, w, p: xp.stack([w[2, :] * p[0] + w[0, :] * p[1], w[2, :] * p[2] + w[1, :] * p[3] + w[3, :] * p[4]]), w=(4, 2), p=(5,))
row("one_layer", f"{NN}.linear(x, w, b)", lambda xp, x, w, b: x @ xp.matrix_transpose(w) + b, x=(2, 3), w=(4, 3), b=(4,))


# Attention


def attention(xp, q, k, v, scale=None, bias=0):
    scores = q @ xp.matrix_transpose(k) * (q.shape[-1] ** -0.5 if scale is None else scale)
    return softmax(xp, scores + bias, -1) @ v


def causal(xp, q, k, v):
    n = q.shape[-2]
    weights = xp.asarray(np.tri(n)) * xp.exp(q @ xp.matrix_transpose(k) / xp.sqrt(xp.asarray(float(q.shape[-1]))))
    return weights / xp.sum(weights, axis=-1, keepdims=True) @ v


QKV: dict[str, Any] = {"q": (1, 2, 3, 4), "k": (1, 2, 3, 4), "v": (1, 2, 3, 4)}
SDPA = f"{NN}.scaled_dot_product_attention"
row("attention", f"{SDPA}(q, k, v)", lambda xp, q, k, v: attention(xp, q, k, v), **QKV)
row("attention_scale", f"{SDPA}(q, k, v, scale=0.25)", lambda xp, q, k, v: attention(xp, q, k, v, 0.25), **QKV)
row("attention_causal", f"{SDPA}(q, k, v, is_causal=True)", causal, **QKV)
row("attention_mask", f"{SDPA}(q, k, v, torch.ones(3, 3, dtype=torch.bool).tril())", causal, **QKV)
row("attention_bias", f"{SDPA}(q, k, v, m)", lambda xp, q, k, v, m: attention(xp, q, k, v, bias=m), **QKV, m=(3, 3))
row("attention_groups", f"{SDPA}(q, k, v, enable_gqa=True)", lambda xp, q, k, v: attention(xp, q, xp.repeat(k, 2, axis=1), xp.repeat(v, 2, axis=1)), q=(1, 4, 3, 2), k=(1, 2, 3, 2), v=(1, 2, 3, 2))
row("attention_cross", f"{SDPA}(q, k, v)", lambda xp, q, k, v: attention(xp, q, k, v), q=(3, 4), k=(2, 4), v=(2, 5))


# Recurrent cells: gates of the input x and of the state h

CELL: dict[str, Any] = {"x": (2, 3), "h": (2, 2)}


def gates(xp, x, h, w, u, b, c):
    return x @ xp.matrix_transpose(w) + b, h @ xp.matrix_transpose(u) + c


def lstm(xp, x, h, s, w, u, b, c):
    total = sum(gates(xp, x, h, w, u, b, c))
    i, f, g, o = (total[:, 2 * k : 2 * k + 2] for k in range(4))
    state = sigmoid(xp, f) * s + sigmoid(xp, i) * xp.tanh(g)
    return xp.concat([sigmoid(xp, o) * xp.tanh(state), state], axis=1)


def gru(xp, x, h, w, u, b, c):
    of_x, of_h = gates(xp, x, h, w, u, b, c)
    r, z = (sigmoid(xp, of_x[:, 2 * k : 2 * k + 2] + of_h[:, 2 * k : 2 * k + 2]) for k in range(2))
    n = xp.tanh(of_x[:, 4:] + r * of_h[:, 4:])
    return (1 - z) * n + z * h


row("lstm_cell", "torch.cat(torch.lstm_cell(x, (h, s), w, u, b, c), dim=1)", lstm, **CELL, s=(2, 2), w=(8, 3), u=(8, 2), b=(8,), c=(8,))
row("gru_cell", "torch.gru_cell(x, h, w, u, b, c)", gru, **CELL, w=(6, 3), u=(6, 2), b=(6,), c=(6,))
row("rnn_tanh_cell", "torch.rnn_tanh_cell(x, h, w, u, b, c)", lambda xp, x, h, w, u, b, c: xp.tanh(sum(gates(xp, x, h, w, u, b, c))), **CELL, w=(2, 3), u=(2, 2), b=(2,), c=(2,))
row("rnn_relu_cell", "torch.rnn_relu_cell(x, h, w, u, b, c)", lambda xp, x, h, w, u, b, c: xp.maximum(sum(gates(xp, x, h, w, u, b, c)), xp.zeros((2, 2), dtype=x.dtype)), **CELL, w=(2, 3), u=(2, 2), b=(2,), c=(2,))
row("lstm", "torch.lstm(x, (h[None], s[None]), [w, u, b, c], True, 1, 0.0, False, False, False)[0]", lambda xp, x, h, s, w, u, b, c: unrolled(xp, x, h, s, w, u, b, c), x=(3, 2, 3), h=(2, 2), s=(2, 2), w=(8, 3), u=(8, 2), b=(8,), c=(8,))


def unrolled(xp, x, h, s, w, u, b, c):
    made = []
    for t in range(x.shape[0]):
        both = lstm(xp, x[t, ...], h, s, w, u, b, c)
        h, s = both[:, :2], both[:, 2:]
        made.append(h)
    return xp.stack(made)
