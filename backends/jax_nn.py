"""JAX under the names of the extension `nn`: `jax.nn`, and `jax.lax` for convolutions and pooling.

It has no losses, which users write themselves or take from another library. What it lacks is Unsupported, by name.
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
from jax import lax

from adbench.errors import Unsupported
from adbench.namespace import Namespace

SPATIAL = {1: "X", 2: "XY", 3: "XYZ"}


def without(name, f, *lacking):
    """`f` by the name of what it calls in JAX, which has none of these options."""

    def call(*operands, **options):
        for option in lacking:
            if option in options:
                raise Unsupported(f"{name} has no {option}")
        return f(*operands, **options)

    return call


def gelu(x, approximate="none"):
    return jax.nn.gelu(x, approximate=approximate == "tanh")


def by_channel(parameter, x):
    return jnp.reshape(parameter, (-1,) + (1,) * (x.ndim - 2))


def prelu(x, weight):
    return jax.nn.leaky_relu(x, weight if weight.size == 1 else by_channel(weight, x))


def affine(x, weight, bias):
    x = x if weight is None else x * weight
    return x if bias is None else x + bias


def affine_by_channel(x, weight, bias):
    return affine(x, *(p if p is None else by_channel(p, x) for p in (weight, bias)))


def layer_norm(x, normalized_shape, weight=None, bias=None, eps=1e-5):
    axes = tuple(range(-len(normalized_shape), 0))
    return affine(jax.nn.standardize(x, axes, epsilon=eps), weight, bias)


def batch_norm(x, running_mean, running_var, weight=None, bias=None, training=False, eps=1e-5):
    given = {} if training else {"mean": by_channel(running_mean, x), "variance": by_channel(running_var, x)}
    y = jax.nn.standardize(x, (0, *range(2, x.ndim)), epsilon=eps, **given)
    return affine_by_channel(y, weight, bias)


def group_norm(x, num_groups, weight=None, bias=None, eps=1e-5):
    y = jax.nn.standardize(jnp.reshape(x, (x.shape[0], num_groups, -1)), -1, epsilon=eps)
    return affine_by_channel(jnp.reshape(y, x.shape), weight, bias)


def instance_norm(x, *, weight=None, bias=None, eps=1e-5):
    y = jax.nn.standardize(x, tuple(range(2, x.ndim)), epsilon=eps)
    return affine_by_channel(y, weight, bias)


def per_axis(size, ndim):
    return (size,) * ndim if isinstance(size, int) else tuple(size)


def paddings(padding, ndim):
    return padding.upper() if isinstance(padding, str) else [(p, p) for p in per_axis(padding, ndim)]


def layout(ndim):
    return tuple(letters + SPATIAL[ndim] for letters in ("NC", "OI", "NC"))


def convolution(ndim):
    def convolve(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
        y = lax.conv_general_dilated(
            x,
            weight,
            per_axis(stride, ndim),
            paddings(padding, ndim),
            rhs_dilation=per_axis(dilation, ndim),
            dimension_numbers=layout(ndim),
            feature_group_count=groups,
        )
        return affine_by_channel(y, None, bias)

    return convolve


def conv_transpose(ndim):
    def convolve(x, weight, bias=None, stride=1, padding=0, dilation=1):
        y = lax.conv_transpose(
            x,
            weight,
            per_axis(stride, ndim),
            paddings(padding, ndim),
            rhs_dilation=per_axis(dilation, ndim),
            dimension_numbers=layout(ndim),
            transpose_kernel=True,
            use_consistent_padding=True,
        )
        return affine_by_channel(y, None, bias)

    return without("jax.lax.conv_transpose", convolve, "groups", "output_padding")


def reduce_window(x, start, function, ndim, kernel, stride, padding, dilation=1):
    kernels, strides = per_axis(kernel, ndim), per_axis(kernel if stride is None else stride, ndim)
    ahead = (1,) * (x.ndim - ndim)
    pads = [(0, 0)] * len(ahead) + paddings(padding, ndim)
    steps = ahead + per_axis(dilation, ndim)
    return lax.reduce_window(x, start, function, ahead + kernels, ahead + strides, pads, window_dilation=steps)


def max_pool(ndim):
    def pool(x, kernel_size, stride=None, padding=0, dilation=1):
        return reduce_window(x, -jnp.inf, lax.max, ndim, kernel_size, stride, padding, dilation)

    return without("jax.lax.reduce_window", pool, "ceil_mode")


def avg_pool(ndim):
    def pool(x, kernel_size, stride=None, padding=0, count_include_pad=True, divisor_override=None):
        total = reduce_window(x, 0.0, lax.add, ndim, kernel_size, stride, padding)
        if divisor_override is not None:
            return total / divisor_override
        if count_include_pad:
            return total / math.prod(per_axis(kernel_size, ndim))
        return total / reduce_window(jnp.ones_like(x), 0.0, lax.add, ndim, kernel_size, stride, padding)

    return without("jax.lax.reduce_window", pool, "ceil_mode")


def scaled_dot_product_attention(query, key, value, attn_mask=None, is_causal=False, scale=None):
    """jax.nn's has its heads behind its positions, and a keyword for each kind of mask."""
    query, key, value = (jnp.swapaxes(x, -3, -2) for x in (query, key, value))
    given = {}
    if attn_mask is not None:
        given["mask" if attn_mask.dtype == bool else "bias"] = attn_mask
    y = jax.nn.dot_product_attention(query, key, value, scale=scale, is_causal=is_causal, **given)
    return jnp.swapaxes(y, -3, -2)


NN = Namespace(
    "jax.nn",
    jax.nn,
    {
        "gelu": gelu,
        "prelu": prelu,
        "softplus": without("jax.nn.softplus", jax.nn.softplus, "beta"),
        "hard_tanh": without("jax.nn.hard_tanh", jax.nn.hard_tanh, "min_val", "max_val"),
        "layer_norm": layer_norm,
        "batch_norm": batch_norm,
        "group_norm": group_norm,
        "instance_norm": instance_norm,
        **{f"conv{n}d": convolution(n) for n in (1, 2, 3)},
        **{f"conv_transpose{n}d": conv_transpose(n) for n in (1, 2)},
        **{f"max_pool{n}d": max_pool(n) for n in (1, 2)},
        **{f"avg_pool{n}d": avg_pool(n) for n in (1, 2)},
        "scaled_dot_product_attention": scaled_dot_product_attention,
    },
)
