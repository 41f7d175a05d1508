"""torch's convolutions, transposed ones, and unfolding and folding, with every keyword that changes their derivatives.

A convolution is the product of weights with patches; which entry of x stands where in which patch is arithmetic on
whole numbers. A transposed one, and a fold, add up what those patches would be made of.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from adbench.cases.native_torch import table
from adbench.cases.native_torch_index import NONE, at

row = table(__name__)
F = Callable[..., Any]
Sizes = tuple[int, ...]
NN = "torch.nn.functional"


def patches(space: Sizes, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes) -> np.ndarray:
    """Places in a space of the entries of its patches, −1 in the padding; shape (entries, patches)."""
    places = np.pad(np.arange(math.prod(space)).reshape(space), [(p, p) for p in padding], constant_values=NONE)
    taken = []
    for n, k, s, d in zip(places.shape, kernel, stride, dilation, strict=True):
        count = (n - d * (k - 1) - 1) // s + 1
        taken.append(np.arange(k)[:, None] * d + np.arange(count) * s)
    for axis, index in enumerate(taken):
        places = np.moveaxis(np.moveaxis(places, 2 * axis, 0)[index], (0, 1), (2 * axis, 2 * axis + 1))
    order = (*range(0, 2 * len(space), 2), *range(1, 2 * len(space), 2))
    return places.transpose(order).reshape(math.prod(kernel), -1)


def counts(space: Sizes, kernel: Sizes, stride: Sizes, padding: Sizes, dilation: Sizes) -> Sizes:
    """How many patches there are along each axis."""
    return tuple(
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, k, s, p, d in zip(space, kernel, stride, padding, dilation, strict=True)
    )


def taken_from(xp, x, places):
    """Patches (N, C, entries, patches) of x (N, C, *space)."""
    count = math.prod(x.shape[2:])
    lead = np.arange(x.shape[0] * x.shape[1]).reshape(*x.shape[:2], 1, 1) * count
    return at(xp, x, np.where(places < 0, NONE, lead + places))


def added_up(xp, parts, places, space):
    """y (N, C, *space) whose patches (N, C, entries, patches) add up."""
    onto = np.eye(math.prod(space) + 1)[places.ravel()][:, :-1]  # what is in the padding goes nowhere
    flat = xp.reshape(parts, (*parts.shape[:2], places.size))
    return xp.reshape(flat @ xp.asarray(onto), (*parts.shape[:2], *space))


def every(value: Any, dims: int) -> Sizes:
    return value if isinstance(value, tuple) else (value,) * dims


def convolved(stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1) -> F:
    def of(xp, x, w, b):
        dims, kernel = x.ndim - 2, w.shape[2:]
        given = [every(v, dims) for v in (stride, padding, dilation)]
        parts = taken_from(xp, x, patches(x.shape[2:], kernel, *given))
        parts = xp.reshape(parts, (x.shape[0], groups, -1, math.prod(kernel), parts.shape[-1]))
        weights = xp.reshape(w, (groups, w.shape[0] // groups, w.shape[1], math.prod(kernel)))
        y = xp.einsum("ngckl,gock->ngol", parts, weights)
        made = counts(x.shape[2:], kernel, *given)
        return xp.reshape(y, (x.shape[0], w.shape[0], *made)) + xp.reshape(b, (-1, *(1,) * dims))

    return of


def transposed(stride: Any = 1, padding: Any = 0, output_padding: int = 0, dilation: Any = 1, groups: int = 1) -> F:
    def of(xp, x, w, b):
        dims, kernel = x.ndim - 2, w.shape[2:]
        given = [every(v, dims) for v in (stride, padding, dilation)]
        sizes = zip(x.shape[2:], kernel, *given, strict=True)
        space = tuple((n - 1) * s - 2 * p + d * (k - 1) + output_padding + 1 for n, k, s, p, d in sizes)
        grouped = xp.reshape(x, (x.shape[0], groups, x.shape[1] // groups, math.prod(x.shape[2:])))
        weights = xp.reshape(w, (groups, w.shape[0] // groups, w.shape[1], math.prod(kernel)))
        parts = xp.einsum("ngcl,gcok->ngokl", grouped, weights)
        parts = xp.reshape(parts, (x.shape[0], groups * w.shape[1], math.prod(kernel), -1))
        y = added_up(xp, parts, patches(space, kernel, *given), space)
        return y + xp.reshape(b, (-1, *(1,) * dims))

    return of


# call, definition, shapes of x and of the weights; the bias is as long as there are channels in the output
CONVOLUTIONS: tuple[tuple[str, str, F, Sizes, Sizes, int], ...] = (
    ("conv1d",           "conv1d(x, w, b)",                                  convolved(),                       (2, 2, 5),       (3, 2, 3),       3),
    ("conv1d_keywords",  "conv1d(x, w, b, stride=2, padding=2, dilation=2)", convolved(2, 2, 2),                (1, 2, 6),       (3, 2, 2),       3),
    ("conv1d_same",      "conv1d(x, w, b, padding='same')",                  convolved(1, 1),                   (1, 2, 5),       (2, 2, 3),       2),
    ("conv1d_groups",    "conv1d(x, w, b, groups=2)",                        convolved(groups=2),               (1, 4, 4),       (4, 2, 2),       4),
    ("conv1d_depthwise", "conv1d(x, w, b, groups=3)",                        convolved(groups=3),               (1, 3, 4),       (3, 1, 2),       3),
    ("conv2d",           "conv2d(x, w, b)",                                  convolved(),                       (2, 2, 3, 4),    (2, 2, 2, 3),    2),
    ("conv2d_keywords",  "conv2d(x, w, b, stride=(1, 2), padding=(1, 2), dilation=(2, 1))", convolved((1, 2), (1, 2), (2, 1)), (1, 2, 3, 4), (2, 2, 2, 2), 2),
    ("conv2d_groups",    "conv2d(x, w, b, stride=2, padding=1, groups=2)",   convolved(2, 1, 1, 2),             (1, 4, 3, 3),    (2, 2, 2, 2),    2),
    ("conv3d",           "conv3d(x, w, b, padding=1, stride=2)",             convolved(2, 1),                   (1, 2, 2, 3, 3), (2, 2, 2, 2, 2), 2),
    ("conv_transpose1d", "conv_transpose1d(x, w, b)",                        transposed(),                      (2, 2, 4),       (2, 3, 3),       3),
    ("conv_transpose1d_keywords", "conv_transpose1d(x, w, b, stride=2, padding=1, output_padding=1, dilation=2)", transposed(2, 1, 1, 2), (1, 2, 4), (2, 3, 2), 3),
    ("conv_transpose2d", "conv_transpose2d(x, w, b, stride=2, padding=1)",   transposed(2, 1),                  (1, 2, 3, 2),    (2, 2, 2, 3),    2),
    ("conv_transpose2d_groups", "conv_transpose2d(x, w, b, groups=2)",       transposed(groups=2),              (1, 4, 2, 2),    (4, 1, 2, 2),    2),
    ("conv_transpose3d", "conv_transpose3d(x, w, b, stride=2)",              transposed(2),                     (1, 2, 2, 1, 2), (2, 1, 2, 2, 1), 1),
)  # fmt: skip
for name, call, definition, x, w, b in CONVOLUTIONS:
    row(name, f"{NN}.{call}", definition, x=x, w=w, b=(b,))
row("conv2d_plain", f"{NN}.conv2d(x, w)", lambda xp, x, w: convolved()(xp, x, w, xp.zeros(2, dtype=x.dtype)), x=(1, 2, 3, 4), w=(2, 2, 2, 3))
row("conv_tbc", "torch.conv_tbc(x, w, b, 1)", lambda xp, x, w, b: xp.permute_dims(convolved(1, 1)(xp, xp.permute_dims(x, (1, 2, 0)), xp.permute_dims(w, (2, 1, 0)), b), (2, 0, 1)), x=(4, 2, 2), w=(3, 2, 3), b=(3,))


# Unfolding and folding

KEYWORDS = {"": (1, 0, 1), "stride=2, padding=1, dilation=2": (2, 1, 2)}


def unfolded(*given: int) -> F:
    def of(xp, x):
        parts = taken_from(xp, x * x, patches(x.shape[2:], (2, 2), *(every(v, 2) for v in given)))
        return xp.reshape(parts, (x.shape[0], -1, parts.shape[-1]))

    return of


def folded(space: Sizes, *given: int) -> F:
    def of(xp, x):
        parts = xp.reshape(x * x, (x.shape[0], -1, 4, x.shape[-1]))
        return added_up(xp, parts, patches(space, (2, 2), *(every(v, 2) for v in given)), space)

    return of


for keywords, given in KEYWORDS.items():
    label, count = "_keywords" * bool(keywords), math.prod(counts((3, 4), (2, 2), *(every(v, 2) for v in given)))
    row(f"unfold{label}", f"{NN}.unfold(x * x, 2{', ' * bool(keywords)}{keywords})", unfolded(*given), x=(1, 2, 3, 4))
    row(f"fold{label}", f"{NN}.fold(x * x, (3, 4), 2{', ' * bool(keywords)}{keywords})", folded((3, 4), *given), x=(1, 8, count))
