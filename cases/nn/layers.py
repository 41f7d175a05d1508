"""Layers: linear ones, convolutions and pooling."""

from __future__ import annotations

from typing import Any

from adbench.cases.nn.common import Function, Shape, define, normal, strata

Options = dict[str, Any]

# fmt: off

define("linear", lambda xp, x, weight: xp.nn.linear(x, weight), "x weight", normal(x=(3,), weight=(2, 3)),
    "x Aᵀ; x (3,), A (2, 3).")
define("linear_bias", lambda xp, x, weight, bias: xp.nn.linear(x, weight, bias), "x weight bias",
    normal(x=(2, 2, 3), weight=(2, 3), bias=(2,)), "x Aᵀ + b; x (2, 2, 3), A (2, 3), b (2,).")


def told(options: Options) -> str:
    return "".join(f", {name}={x}" for name, x in options.items())


def convolution(of: str, **options: Any) -> Function:
    return lambda xp, x, weight, bias: getattr(xp.nn, of)(x, weight, bias, **options)


CONVOLUTIONS: dict[str, tuple[str, Shape, Shape, Options]] = {
    "conv1d": ("conv1d", (2, 2, 5), (3, 2, 3), {}),
    "conv1d_stride": ("conv1d", (1, 2, 6), (2, 2, 3), {"stride": 2}),
    "conv1d_padding": ("conv1d", (1, 2, 4), (2, 2, 3), {"padding": 2}),
    "conv1d_dilation": ("conv1d", (1, 2, 6), (2, 2, 3), {"dilation": 2}),
    "conv1d_groups": ("conv1d", (1, 4, 4), (4, 2, 3), {"groups": 2}),
    "conv1d_depthwise": ("conv1d", (2, 3, 4), (3, 1, 2), {"groups": 3, "padding": 1}),
    "conv1d_same": ("conv1d", (1, 2, 5), (2, 2, 3), {"padding": "same", "dilation": 2}),
    "conv1d_all": ("conv1d", (1, 4, 7), (2, 2, 2), {"stride": 3, "padding": 1, "dilation": 2, "groups": 2}),
    "conv2d": ("conv2d", (2, 2, 3, 3), (2, 2, 2, 2), {}),
    "conv2d_stride": ("conv2d", (1, 1, 4, 5), (2, 1, 2, 3), {"stride": (2, 1)}),
    "conv2d_padding": ("conv2d", (1, 1, 3, 3), (2, 1, 2, 3), {"padding": (1, 2)}),
    "conv2d_dilation": ("conv2d", (1, 1, 4, 4), (2, 1, 2, 2), {"dilation": (2, 1)}),
    "conv2d_groups": ("conv2d", (1, 4, 3, 2), (2, 2, 2, 2), {"groups": 2}),
    "conv2d_one_by_one": ("conv2d", (2, 2, 2, 2), (3, 2, 1, 1), {}),
    "conv2d_all": ("conv2d", (1, 2, 5, 4), (2, 1, 2, 2), {"stride": 2, "padding": 1, "dilation": (1, 2), "groups": 2}),
    "conv3d": ("conv3d", (1, 1, 2, 3, 3), (2, 1, 2, 2, 2), {"padding": (0, 1, 0), "stride": (1, 2, 1)}),
    "conv_transpose1d": ("conv_transpose1d", (1, 2, 4), (2, 3, 3), {}),
    "conv_transpose1d_stride": ("conv_transpose1d", (1, 2, 3), (2, 2, 3), {"stride": 2}),
    "conv_transpose1d_padding": ("conv_transpose1d", (1, 2, 4), (2, 2, 3), {"stride": 2, "padding": 1}),
    "conv_transpose1d_dilation": ("conv_transpose1d", (1, 2, 3), (2, 2, 2), {"dilation": 2, "padding": 1}),
    "conv_transpose1d_all": ("conv_transpose1d", (1, 4, 3), (4, 1, 2),
        {"stride": 3, "padding": 1, "dilation": 2, "groups": 2, "output_padding": 1}),
    "conv_transpose2d": ("conv_transpose2d", (1, 2, 2, 3), (2, 1, 2, 2), {}),
    "conv_transpose2d_stride": ("conv_transpose2d", (1, 1, 2, 3), (1, 2, 3, 2), {"stride": (2, 1), "padding": (1, 0)}),
}
for name, (of, x_shape, kernel, options) in CONVOLUTIONS.items():
    channels = kernel[1] * options.get("groups", 1) if "transpose" in of else kernel[0]
    define(
        name,
        convolution(of, **options),
        "x weight bias",
        normal(x=x_shape, weight=kernel, bias=(channels,)),
        f"{of}(x, weight, bias{told(options)}); x {x_shape}, weight {kernel}.",
    )


def pool(of: str, size: int | Shape, **options: Any) -> Function:
    return lambda xp, x: getattr(xp.nn, of)(x, size, **options)


LINE, IMAGE = (2, 2, 7), (1, 2, 5, 4)
POOLS: dict[str, tuple[str, Shape, int | Shape, Options]] = {
    "max_pool1d": ("max_pool1d", LINE, 2, {}),
    "max_pool1d_stride": ("max_pool1d", LINE, 3, {"stride": 1}),
    "max_pool1d_padding": ("max_pool1d", LINE, 3, {"stride": 2, "padding": 1}),
    "max_pool1d_dilation": ("max_pool1d", LINE, 2, {"stride": 1, "dilation": 3}),
    "max_pool1d_ceil": ("max_pool1d", LINE, 2, {"stride": 2, "ceil_mode": True}),
    "max_pool2d": ("max_pool2d", IMAGE, 2, {}),
    "max_pool2d_stride": ("max_pool2d", IMAGE, (3, 2), {"stride": (1, 2)}),
    "max_pool2d_padding": ("max_pool2d", IMAGE, 3, {"stride": 2, "padding": 1}),
    "max_pool2d_dilation": ("max_pool2d", IMAGE, 2, {"stride": 1, "dilation": (2, 1)}),
    "max_pool2d_ceil": ("max_pool2d", IMAGE, 3, {"stride": 2, "ceil_mode": True}),
    "avg_pool1d": ("avg_pool1d", LINE, 2, {}),
    "avg_pool1d_stride": ("avg_pool1d", LINE, 3, {"stride": 1}),
    "avg_pool1d_padding": ("avg_pool1d", LINE, 3, {"stride": 2, "padding": 1}),
    "avg_pool1d_without_padding": ("avg_pool1d", LINE, 3, {"stride": 2, "padding": 1, "count_include_pad": False}),
    "avg_pool1d_ceil": ("avg_pool1d", LINE, 2, {"stride": 2, "ceil_mode": True}),
    "avg_pool2d": ("avg_pool2d", IMAGE, 2, {}),
    "avg_pool2d_padding": ("avg_pool2d", IMAGE, 3, {"stride": (2, 1), "padding": (1, 0)}),
    "avg_pool2d_without_padding": ("avg_pool2d", IMAGE, 3, {"padding": 1, "count_include_pad": False}),
    "avg_pool2d_divisor": ("avg_pool2d", IMAGE, 2, {"divisor_override": 3}),
    "avg_pool2d_ceil": ("avg_pool2d", IMAGE, 3, {"stride": 2, "padding": 1, "ceil_mode": True}),
}
for name, (of, x_shape, size, options) in POOLS.items():
    define(
        name,
        pool(of, size, **options),
        "x",
        strata(-3.0, -0.5, x=x_shape),  # a 0 in the padding would be the largest
        f"{of}(x, {size}{told(options)}); x {x_shape}, all negative.",
    )
