"""torch's functions of signals, images and volumes: convolution, pooling, padding, resampling and folding.

What is linear with weights that the shapes decide has its weights from NumPy, by the rule of the documentation. Sizes
and scales are such that the weights are exact in every dtype, where the rule lets them be.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import numpy as np
from adbench.cases.native_torch import apart, between, table
from adbench.cases.native_torch_index import NONE, moved

row = table(__name__)
F = Callable[..., Any]
NN = "torch.nn.functional"
Windows = list[list[int]]  # of each entry of the output, those of the input along one axis


# Pooling: x (…, *space) by windows along each axis of space


def sliding(n: int, kernel: int, stride: int, padding: int = 0, dilation: int = 1, *, ceil: bool = False) -> Windows:
    """Windows as they slide; what stands in the padding is left out."""
    steps = (n + 2 * padding - dilation * (kernel - 1) - 1) / stride
    count = (math.ceil(steps) if ceil else math.floor(steps)) + 1
    count -= ceil and (count - 1) * stride >= n + padding  # none starts in the padding at the end
    all_of = [[o * stride - padding + k * dilation for k in range(kernel)] for o in range(count)]
    return [[i for i in window if 0 <= i < n] for window in all_of]


def adaptive(n: int, count: int) -> Windows:
    return [list(range(o * n // count, -((o + 1) * n // -count))) for o in range(count)]


def pooled(reduce: F, *axes: Windows) -> F:
    """`reduce(xp, entries of a window along the last axis)`."""

    def of(xp, x):
        lead = x.shape[: x.ndim - len(axes)]
        made = []
        for windows in product(*axes):
            entries = x[(..., *np.ix_(*windows))]
            made.append(reduce(xp, xp.reshape(entries, (*lead, math.prod(map(len, windows))))))
        return xp.reshape(xp.stack(made, axis=-1), (*lead, *map(len, axes)))

    return of


def largest(xp, x):
    return xp.max(x, axis=-1)


def mean(xp, x):
    return xp.mean(x, axis=-1)


def share(size: int) -> F:
    return lambda xp, x: xp.sum(x, axis=-1) / size


def power_mean(p: float) -> F:
    return lambda xp, x: xp.sum(x**p, axis=-1) ** (1 / p)


def squared(of: F) -> F:
    return lambda xp, x: of(xp, x) ** 2


SQUARE = (1, 2, 4, 4)
CUBE = (1, 1, 3, 4, 4)
TWO, THREE = [sliding(4, 2, 2)] * 2, [sliding(3, 2, 1), *[sliding(4, 2, 2)] * 2]
PADDED = [sliding(4, 3, 2, 1)] * 2
POOLS: dict[str, tuple[str, F, Any]] = {
    "max_pool1d": ("max_pool1d(x, 2)", pooled(largest, sliding(5, 2, 2)), apart(2, 3, 5)),
    "max_pool1d_keywords": ("max_pool1d(x, 3, stride=2, padding=1, dilation=2)", pooled(largest, sliding(6, 3, 2, 1, 2)), apart(1, 2, 6)),
    "max_pool2d": ("max_pool2d(x, 2)", pooled(largest, *TWO), apart(*SQUARE)),
    "max_pool2d_keywords": ("max_pool2d(x, 3, stride=2, padding=1)", pooled(largest, *PADDED), apart(*SQUARE)),
    "max_pool2d_dilated": ("max_pool2d(x, 2, stride=1, dilation=2)", pooled(largest, *[sliding(4, 2, 1, 0, 2)] * 2), apart(*SQUARE)),
    "max_pool2d_ceil": ("max_pool2d(x, 3, stride=2, ceil_mode=True)", pooled(largest, *[sliding(4, 3, 2, ceil=True)] * 2), apart(*SQUARE)),
    "max_pool2d_indices": ("max_pool2d(x, 2, return_indices=True)[0]", pooled(largest, *TWO), apart(*SQUARE)),
    "max_pool3d": ("max_pool3d(x, 2, stride=(1, 2, 2))", pooled(largest, *THREE), apart(*CUBE)),
    "avg_pool1d": ("avg_pool1d(x, 3, stride=2, padding=1)", pooled(share(3), sliding(5, 3, 2, 1)), (2, 3, 5)),
    "avg_pool1d_without_pad": ("avg_pool1d(x, 3, stride=2, padding=1, count_include_pad=False)", pooled(mean, sliding(5, 3, 2, 1)), (2, 3, 5)),
    "avg_pool2d": ("avg_pool2d(x, 2)", pooled(mean, *TWO), SQUARE),
    "avg_pool2d_padded": ("avg_pool2d(x, 3, stride=2, padding=1)", pooled(share(9), *PADDED), SQUARE),
    "avg_pool2d_without_pad": ("avg_pool2d(x, 3, stride=2, padding=1, count_include_pad=False)", pooled(mean, *PADDED), SQUARE),
    "avg_pool2d_divisor": ("avg_pool2d(x, 2, divisor_override=5)", pooled(share(5), *TWO), SQUARE),
    "avg_pool2d_ceil": ("avg_pool2d(x, 3, stride=2, ceil_mode=True)", pooled(mean, *[sliding(4, 3, 2, ceil=True)] * 2), SQUARE),
    "avg_pool3d": ("avg_pool3d(x, 2, stride=(1, 2, 2))", pooled(mean, *THREE), CUBE),
    "avg_pool3d_without_pad": ("avg_pool3d(x, 3, stride=2, padding=1, count_include_pad=False)", pooled(mean, sliding(3, 3, 2, 1), *PADDED), CUBE),
    "lp_pool1d": ("lp_pool1d(x, 3, 2)", pooled(power_mean(3), sliding(5, 2, 2)), between(0.5, 1.5, 1, 2, 5)),
    "lp_pool2d": ("lp_pool2d(x, 2, 2)", pooled(power_mean(2), *TWO), between(0.5, 1.5, *SQUARE)),
    "lp_pool3d": ("lp_pool3d(x, 2, 2, stride=(1, 2, 2))", pooled(power_mean(2), *THREE), between(0.5, 1.5, *CUBE)),
    "adaptive_avg_pool1d": ("adaptive_avg_pool1d(x, 3)", pooled(mean, adaptive(5, 3)), (2, 3, 5)),
    "adaptive_avg_pool2d": ("adaptive_avg_pool2d(x, (3, 2))", pooled(mean, adaptive(4, 3), adaptive(4, 2)), SQUARE),
    "adaptive_avg_pool3d": ("adaptive_avg_pool3d(x, (2, 3, 1))", pooled(mean, adaptive(3, 2), adaptive(4, 3), adaptive(4, 1)), CUBE),
    "adaptive_max_pool1d": ("adaptive_max_pool1d(x, 3)", pooled(largest, adaptive(5, 3)), apart(2, 3, 5)),
    "adaptive_max_pool2d": ("adaptive_max_pool2d(x, (3, 2))", pooled(largest, adaptive(4, 3), adaptive(4, 2)), apart(*SQUARE)),
    "adaptive_max_pool3d": ("adaptive_max_pool3d(x, (2, 3, 1))", pooled(largest, adaptive(3, 2), adaptive(4, 3), adaptive(4, 1)), apart(*CUBE)),
    # of two windows along an axis the first starts at its beginning and the last ends at its end, whatever is drawn
    "fractional_max_pool2d": ("fractional_max_pool2d(x, 2, output_size=2, _random_samples=torch.full((1, 2, 2), 0.5, dtype=x.dtype))", pooled(largest, *[[[0, 1], [3, 4]]] * 2), apart(1, 2, 5, 5)),
    "fractional_max_pool3d": ("fractional_max_pool3d(x, 2, output_size=2, _random_samples=torch.full((1, 1, 3), 0.5, dtype=x.dtype))", pooled(largest, *[[[0, 1], [2, 3]]] * 3), apart(1, 1, 4, 4, 4)),
}  # fmt: skip
for name, (call, definition, x) in POOLS.items():
    row(name, f"{NN}.{call} ** 2", squared(definition), x=x)


def unpooled(count: int, places: Sequence[int]) -> Callable[[Any], Any]:
    """Where the entries in order go among so many zeros."""

    def place(p):
        made = np.full(count, NONE)
        made[list(places)] = p.ravel()
        return made

    return place


row("max_unpool1d", f"{NN}.max_unpool1d(x, torch.asarray([[[1, 2]]]), 2) ** 2", moved(lambda p: unpooled(4, [1, 2])(p).reshape(1, 1, 4)), x=(1, 1, 2))
row("max_unpool2d", f"{NN}.max_unpool2d(x, torch.asarray([[[[0, 7], [9, 14]]]]), 2) ** 2", moved(lambda p: unpooled(16, [0, 7, 9, 14])(p).reshape(1, 1, 4, 4)), x=(1, 1, 2, 2))
row("max_unpool3d", f"{NN}.max_unpool3d(x, torch.asarray([[[[[3, 12]]]]]), (2, 2, 2)) ** 2", moved(lambda p: unpooled(16, [3, 12])(p).reshape(1, 1, 2, 2, 4)), x=(1, 1, 1, 1, 2))


# Padding

PADS = {
    "1d": ("(2, 1)", ((0, 0), (0, 0), (2, 1)), (1, 2, 4)),
    "2d": ("(2, 1, 0, 1)", ((0, 0), (0, 0), (0, 1), (2, 1)), (1, 1, 3, 4)),
    "3d": ("(1, 0, 0, 1, 1, 1)", ((0, 0), (0, 0), (1, 1), (0, 1), (1, 0)), (1, 1, 2, 3, 2)),
}


def pad(widths: Any, mode: str) -> F:
    return moved(lambda p: np.pad(p, widths, mode=mode))


for mode, numpys in (("reflect", "reflect"), ("replicate", "edge"), ("circular", "wrap")):
    for label, (given, widths, shape) in PADS.items():
        row(f"pad_{mode}_{label}", f"{NN}.pad(x, {given}, mode='{mode}') ** 2", pad(widths, numpys), x=shape)


# Resampling: a matrix of weights along each axis


def along(xp, x, weights, axis):
    return xp.moveaxis(xp.tensordot(xp.asarray(weights), x, axes=([1], [axis])), 0, axis)


def resampled(*weights: np.ndarray) -> F:
    """The square of x by the weights of its last axes."""

    def of(xp, x):
        y = x
        for k, w in enumerate(weights):
            y = along(xp, y, w, x.ndim - len(weights) + k)
        return y**2

    return of


def sources(n: int, count: int, corners: bool) -> np.ndarray:
    """Where the entries of the output stand among those of the input."""
    i = np.arange(count)
    return i * (n - 1) / max(count - 1, 1) if corners else (i + 0.5) * n / count - 0.5


def nearest(n: int, count: int, exact: bool = False) -> np.ndarray:
    taken = np.floor((np.arange(count) + (0.5 if exact else 0)) * n / count).astype(int)
    return np.eye(n)[taken]


def by_kernel(kernel: Callable[[Any], Any], at_places: np.ndarray, n: int, reach: int) -> np.ndarray:
    """Weights kernel(distance) of the entries within reach, those beyond the ends taken from the ends."""
    made = np.zeros((at_places.size, n))
    for o, place in enumerate(at_places):
        for j in range(math.floor(place) - reach + 1, math.floor(place) + reach + 1):
            made[o, min(max(j, 0), n - 1)] += kernel(place - j)
    return made


def hat(t):
    return np.maximum(1 - np.abs(t), 0)


def cubic(a: float) -> Callable[[Any], Any]:
    """Keys's kernel."""

    def kernel(t):
        t = np.abs(t)
        return np.where(t <= 1, (a + 2) * t**3 - (a + 3) * t**2 + 1, np.where(t < 2, a * (t**3 - 5 * t**2 + 8 * t - 4), 0))

    return kernel


def linear(n: int, count: int, corners: bool = False) -> np.ndarray:
    return by_kernel(hat, np.maximum(sources(n, count, corners), 0), n, 1)


def bicubic(n: int, count: int, corners: bool = False) -> np.ndarray:
    return by_kernel(cubic(-0.75), sources(n, count, corners), n, 2)


def smoothed(kernel: Callable[[Any], Any], support: float, n: int, count: int) -> np.ndarray:
    """With antialias: the kernel as wide as the entries that become one, its weights adding up to 1."""
    scale = n / count
    wide = max(scale, 1.0)
    made = np.zeros((count, n))
    for o in range(count):
        centre = scale * (o + 0.5)
        first, last = max(int(centre - support * wide + 0.5), 0), min(int(centre + support * wide + 0.5), n)
        j = np.arange(first, last)
        made[o, j] = kernel((j - centre + 0.5) / wide)
    return made / made.sum(axis=1, keepdims=True)


LINE, PLANE, SPACE = (1, 2, 4), (1, 1, 4, 3), (1, 1, 2, 2, 3)
RESAMPLED: tuple[tuple[str, str, Sequence[np.ndarray], tuple[int, ...]], ...] = (
    ("nearest1d", "size=8, mode='nearest'", [nearest(4, 8)], LINE),
    ("nearest1d_down", "size=2, mode='nearest'", [nearest(4, 2)], LINE),
    ("nearest2d", "scale_factor=2, mode='nearest'", [nearest(4, 8), nearest(3, 6)], PLANE),
    ("nearest3d", "scale_factor=2, mode='nearest'", [nearest(2, 4), nearest(2, 4), nearest(3, 6)], SPACE),
    ("nearest_exact1d", "size=6, mode='nearest-exact'", [nearest(4, 6, True)], LINE),
    ("nearest_exact2d", "size=(2, 6), mode='nearest-exact'", [nearest(4, 2, True), nearest(3, 6, True)], PLANE),
    ("nearest_exact3d", "size=(4, 2, 6), mode='nearest-exact'", [nearest(2, 4, True), nearest(2, 2, True), nearest(3, 6, True)], SPACE),
    ("linear", "size=8, mode='linear'", [linear(4, 8)], LINE),
    ("linear_corners", "size=7, mode='linear', align_corners=True", [linear(4, 7, True)], LINE),
    ("bilinear", "size=(8, 6), mode='bilinear'", [linear(4, 8), linear(3, 6)], PLANE),
    ("bilinear_down", "size=(2, 6), mode='bilinear'", [linear(4, 2), linear(3, 6)], PLANE),
    ("bilinear_corners", "size=(7, 5), mode='bilinear', align_corners=True", [linear(4, 7, True), linear(3, 5, True)], PLANE),
    ("bilinear_smoothed", "size=(2, 6), mode='bilinear', antialias=True", [smoothed(hat, 1, 4, 2), smoothed(hat, 1, 3, 6)], PLANE),
    ("bicubic", "size=(8, 6), mode='bicubic'", [bicubic(4, 8), bicubic(3, 6)], PLANE),
    ("bicubic_corners", "size=(7, 5), mode='bicubic', align_corners=True", [bicubic(4, 7, True), bicubic(3, 5, True)], PLANE),
    ("bicubic_smoothed", "size=(2, 6), mode='bicubic', antialias=True", [smoothed(cubic(-0.5), 2, 4, 2), smoothed(cubic(-0.5), 2, 3, 6)], PLANE),
    ("trilinear", "size=(4, 2, 6), mode='trilinear'", [linear(2, 4), linear(2, 2), linear(3, 6)], SPACE),
    ("trilinear_corners", "size=(3, 2, 5), mode='trilinear', align_corners=True", [linear(2, 3, True), linear(2, 2, True), linear(3, 5, True)], SPACE),
    ("area", "size=(2, 1), mode='area'", [np.kron(np.eye(2), [[0.5, 0.5]]), np.full((1, 3), 1 / 3)], PLANE),
)  # fmt: skip
for name, keywords, weights, shape in RESAMPLED:
    row(f"interpolate_{name}", f"{NN}.interpolate(x, {keywords}) ** 2", resampled(*weights), x=shape)


# Sampling on a grid: each entry of the input weighs by how far the place is from it


def places(xp, grid, n: int, corners: bool, padding: str):
    """Coordinates from −1 to 1 among n entries."""
    x = (grid + 1) * (n - 1) / 2 if corners else ((grid + 1) * n - 1) / 2
    if padding == "zeros":
        return x
    if padding == "reflection":
        low, high = (0.0, n - 1.0) if corners else (-0.5, n - 0.5)
        x = xp.where(x < low, 2 * low - x, xp.where(x > high, 2 * high - x, x))
    return xp.clip(x, 0.0, n - 1.0)


def near(xp, place, n: int, mode: str):
    """Weights of n entries, along a last axis."""
    t = place[..., None] - xp.asarray(np.arange(n, dtype=float))
    if mode == "bilinear":
        return xp.maximum(1 - xp.abs(t), xp.zeros_like(t))
    if mode == "nearest":
        return xp.where(xp.abs(t) < 0.5, xp.ones_like(t), xp.zeros_like(t))
    a, t = -0.75, xp.abs(t)
    outer = xp.where(t < 2, a * (t**3 - 5 * t**2 + 8 * t - 4), xp.zeros_like(t))
    return xp.where(t < 1, (a + 2) * t**3 - (a + 3) * t**2 + 1, outer)


def sampled(mode: str, padding: str, corners: bool) -> F:
    """x (N, C, *space) at g (N, *places, axes), whose last entry is of the first axis of space."""

    def of(xp, x, g):
        y, space = x * x, x.shape[2:]
        lead = tuple(g.shape[1:-1])
        for k, n in enumerate(space):
            weights = near(xp, places(xp, g[..., len(space) - 1 - k], n, corners, padding), n, mode)
            w = xp.reshape(weights, (x.shape[0], 1, math.prod(lead), n, *(1,) * (len(space) - 1 - k)))
            y = xp.sum((y[:, :, None, ...] if k == 0 else y) * w, axis=3)
        return xp.reshape(y, (*x.shape[:2], *lead))

    return of


def scattered(*shape: int) -> F:
    """Places away from the entries and from the middles between them, some of them beyond the ends."""
    return lambda rng: rng.choice([-1.15, -0.85, -0.4, -0.15, 0.15, 0.4, 0.85, 1.15], shape) + rng.uniform(-0.02, 0.02, shape)


def with_sum(of: F) -> F:
    return lambda xp, x, g: of(xp, x, g) * xp.sum(g)


for padding in ("zeros", "border", "reflection"):
    for corners in (False, True):
        keywords = f"padding_mode='{padding}', align_corners={corners}"
        label = f"{padding}{'_corners' * corners}"
        of = sampled("bilinear", padding, corners)
        call = f"{NN}.grid_sample(x * x, g, mode='bilinear', {keywords})"
        row(f"grid_sample_bilinear_{label}", call, of, x=(1, 2, 3, 4), g=scattered(1, 2, 2, 2))
        row(f"grid_sample_bilinear_{label}_3d", call, of, x=(1, 1, 2, 3, 2), g=scattered(1, 1, 2, 2, 3))
        nearest_of = with_sum(sampled("nearest", padding, corners))
        call = f"{NN}.grid_sample(x * x, g, mode='nearest', {keywords}) * g.sum()"
        row(f"grid_sample_nearest_{label}", call, nearest_of, x=(1, 2, 3, 4), g=scattered(1, 2, 2, 2))
        if padding == "zeros":
            row(f"grid_sample_nearest_{label}_3d", call, nearest_of, x=(1, 1, 2, 3, 2), g=scattered(1, 1, 2, 2, 3))
            call = f"{NN}.grid_sample(x * x, g, mode='bicubic', {keywords})"
            row(f"grid_sample_bicubic_{label}", call, sampled("bicubic", padding, corners), x=(1, 2, 3, 4), g=scattered(1, 2, 2, 2))


def affine(corners: bool, *space: int) -> F:
    """Coordinates of a grid, the last axis's first, and 1, by a matrix."""

    def of(xp, theta):
        axes = [np.linspace(-1, 1, n) * (1 if corners else (n - 1) / n) for n in space]
        grid = np.meshgrid(*axes, indexing="ij")[::-1]
        return xp.tensordot(xp.asarray(np.stack([*grid, np.ones(space)], axis=-1)), theta * theta, axes=([len(space)], [2]))

    return lambda xp, theta: xp.moveaxis(of(xp, theta), len(space), 0)


for corners in (False, True):
    row(f"affine_grid{'_corners' * corners}", f"{NN}.affine_grid(theta * theta, (1, 1, 2, 4), align_corners={corners})", affine(corners, 2, 4), theta=(1, 2, 3))
row("affine_grid_3d", f"{NN}.affine_grid(theta * theta, (1, 1, 2, 2, 4), align_corners=False)", affine(False, 2, 2, 4), theta=(1, 3, 4))
