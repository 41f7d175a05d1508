"""Normalisations: by mean and variance, by the mean square, and by length."""

from __future__ import annotations

from typing import Any

import numpy as np
from adbench.cases.nn.common import HAZARD, Function, also, at, between, define, normal

# fmt: off

AFFINE = {"weight": (4,), "bias": (4,)}
NEARLY_CONSTANT = [[1.1, 1.1007, 1.0996, 1.1002], [0.3, -0.2, 1.4, 0.7]]
OFFSET = [[1000.3, 999.6, 1001.2, 1000.9], [-999.4, -1000.7, -1002.1, -1000.1]]


def layer_norm(**options: float) -> Function:
    return lambda xp, x, weight, bias: xp.nn.layer_norm(x, (4,), weight, bias, **options)


NORM = "(x − mean x)/√(var x + ε) over"
define("layer_norm", layer_norm(), "x weight bias", normal(x=(2, 4), **AFFINE),
    f"{NORM} the last axis, times weight plus bias; x (2, 4).")
define("layer_norm_eps", layer_norm(eps=0.1), "x weight bias", normal(x=(2, 4), **AFFINE),
    f"{NORM} the last axis, times weight plus bias, ε = 0.1; x (2, 4).")
define("layer_norm_plain", lambda xp, x: xp.nn.layer_norm(x, (4,)), "x", normal(x=(2, 4)),
    f"{NORM} the last axis; x (2, 4).")
define("layer_norm_two_axes", lambda xp, x, weight, bias: xp.nn.layer_norm(x, (2, 3), weight, bias), "x weight bias",
    normal(x=(2, 2, 3), weight=(2, 3), bias=(2, 3)), f"{NORM} the last two axes; x (2, 2, 3).")
for where, x in (("nearly_constant", NEARLY_CONSTANT), ("offset", OFFSET)):
    define(f"layer_norm_{where}", layer_norm(), "x weight bias", also(normal(**AFFINE), x=x),
        f"{NORM} the last axis; x = {x}.", tags=HAZARD)

RMS = "x/√(mean x² + ε)"
define("rms_norm", lambda xp, x, weight: xp.nn.rms_norm(x, (4,), weight, eps=1e-5), "x weight",
    normal(x=(2, 4), weight=(4,)), f"{RMS} over the last axis, times weight, ε = 1e-5; x (2, 4).")
define("rms_norm_plain", lambda xp, x: xp.nn.rms_norm(x, (2, 3), eps=1e-3), "x", normal(x=(2, 2, 3)),
    f"{RMS} over the last two axes, ε = 1e-3; x (2, 2, 3).")
define("rms_norm_small", lambda xp, x, weight: xp.nn.rms_norm(x, (4,), weight, eps=1e-5), "x weight",
    also(normal(weight=(4,)), x=[[1e-4, -2e-4, 3e-3, 0.0], [1e-8, 2e-8, -1e-8, 3e-8]]),
    f"{RMS} of numbers whose mean square is less than ε; x (2, 4).", tags=HAZARD)

CHANNELS = {"weight": (2,), "bias": (2,)}
define("batch_norm", lambda xp, x, weight, bias: xp.nn.batch_norm(x, None, None, weight, bias, training=True),
    "x weight bias", normal(x=(3, 2, 2), **CHANNELS), f"{NORM} all but the channels, in training; x (3, 2, 2).")
define("batch_norm_images", lambda xp, x: xp.nn.batch_norm(x, None, None, training=True, eps=1e-2), "x",
    normal(x=(2, 2, 2, 2)), f"{NORM} all but the channels, in training, ε = 1e-2; x (2, 2, 2, 2).")
define("batch_norm_offset", lambda xp, x, weight, bias: xp.nn.batch_norm(x, None, None, weight, bias, training=True),
    "x weight bias", also(normal(**CHANNELS), x=np.reshape(OFFSET, (2, 2, 2)).swapaxes(0, 1)),
    f"{NORM} all but the channels, in training, far from 0; x (2, 2, 2).", tags=HAZARD)
define("batch_norm_eval", lambda xp, x, weight, bias, mean, var: xp.nn.batch_norm(x, mean, var, weight, bias),
    "x weight bias",
    also(normal(x=(3, 2, 2), mean=(2,), **CHANNELS), var=between(0.5, 2.0, 2)),
    "weight (x − mean)/√(var + ε) + bias by running statistics; x (3, 2, 2).")
define("batch_norm_statistics", lambda xp, mean, var, x: xp.nn.batch_norm(x, mean, var), "mean var",
    also(normal(x=(3, 2, 2), mean=(2,)), var=between(0.5, 2.0, 2)),
    "(x − mean)/√(var + ε) by the running statistics; x (3, 2, 2).")

define("group_norm", lambda xp, x, weight, bias: xp.nn.group_norm(x, 2, weight, bias), "x weight bias",
    normal(x=(2, 4, 2), **AFFINE), f"{NORM} each of two groups of channels; x (2, 4, 2).")
define("group_norm_plain", lambda xp, x: xp.nn.group_norm(x, 1, eps=1e-3), "x", normal(x=(2, 2, 2, 2)),
    f"{NORM} all channels, ε = 1e-3; x (2, 2, 2, 2).")
define("group_norm_nearly_constant", lambda xp, x, weight, bias: xp.nn.group_norm(x, 2, weight, bias), "x weight bias",
    also(normal(**AFFINE), x=np.reshape([NEARLY_CONSTANT[0], *OFFSET, NEARLY_CONSTANT[1]], (2, 4, 2))),
    f"{NORM} each of two groups of channels; x (2, 4, 2) of nearly equal numbers, and far from 0.", tags=HAZARD)
define("instance_norm", lambda xp, x, weight, bias: xp.nn.instance_norm(x, weight=weight, bias=bias), "x weight bias",
    normal(x=(2, 2, 3), **CHANNELS), f"{NORM} each channel; x (2, 2, 3).")
define("instance_norm_plain", lambda xp, x: xp.nn.instance_norm(x, eps=1e-3), "x", normal(x=(2, 2, 3)),
    f"{NORM} each channel, ε = 1e-3; x (2, 2, 3).")


def normalize(**options: Any) -> Function:
    return lambda xp, x: xp.nn.normalize(x, **options)


def cosine_similarity(axis: int) -> Function:
    return lambda xp, x, y: xp.nn.cosine_similarity(x, y, axis=axis)


for p, suffix in ((2.0, ""), (1.0, "_one"), (3.0, "_three")):
    define(f"normalize{suffix}", normalize(p=p, axis=1), "x", normal(x=(2, 3)),
        f"x/‖x‖ of order {p:g} along axis 1; x (2, 3).")
define("normalize_first", normalize(axis=0), "x", normal(x=(2, 3)), "x/‖x‖ along axis 0; x (2, 3).")
define("normalize_small", normalize(axis=-1, eps=1e-3), "x", at(x=[[1e-4, -2e-4], [0.3, 0.4]]),
    "x/max(‖x‖, 1e-3) of a small row, and another.", tags=HAZARD)
for axis, suffix in ((1, ""), (0, "_first")):
    define(f"cosine_similarity{suffix}", cosine_similarity(axis), "x y",
        normal(x=(2, 3), y=(2, 3)), f"x·y/(‖x‖‖y‖) along axis {axis}; x and y (2, 3).")
define("cosine_similarity_parallel", cosine_similarity(-1), "x y",
    at(x=[[3.0, 4.0, 12.0]], y=[[3.0, 4.125, 12.0]]),
    "x·y/(‖x‖‖y‖) of vectors that are nearly parallel.", tags=HAZARD)
