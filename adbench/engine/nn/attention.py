"""Scaled dot-product attention."""

from __future__ import annotations

import math

import numpy as np

from adbench.engine import numpy as xp
from adbench.engine.core import Array
from adbench.engine.rules.softmax import softmax


def scaled_dot_product_attention(
    query: Array,
    key: Array,
    value: Array,
    attn_mask: Array | None = None,
    is_causal: bool = False,
    scale: float | None = None,
) -> Array:
    """softmax(Q Kᵀ / √d + mask) V; a mask of booleans says what takes part, one of numbers is added."""
    scores = query @ xp.matrix_transpose(key) * (1 / math.sqrt(query.shape[-1]) if scale is None else scale)
    if is_causal:
        scores = xp.where(np.tri(*scores.shape[-2:]) > 0, scores, -math.inf)
    if attn_mask is not None:
        scores = xp.where(attn_mask, scores, -math.inf) if attn_mask.dtype == bool else scores + attn_mask
    return softmax(scores, axis=-1) @ value
