"""Scaled dot-product attention over jets."""

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.oracle.arrays import jets
from adbench.oracle.functions import sqrt
from adbench.oracle.jet import jet
from adbench.oracle.special.softmax import softmax


def scaled_dot_product_attention(
    query: Any, key: Any, value: Any, attn_mask: Any = None, is_causal: bool = False, scale: float | None = None
) -> Any:
    """softmax(Q Kᵀ / √d + mask) V; a mask of booleans says what takes part, one of numbers is added."""
    query, key, value = jets(query), jets(key), jets(value)
    factor = 1 / sqrt(query.shape[-1]) if scale is None else jet(scale)
    scores = query @ np.swapaxes(key, -1, -2) * factor
    taking_part = np.ones(scores.shape, dtype=bool)
    if is_causal:
        taking_part &= np.tri(scores.shape[-2], scores.shape[-1], dtype=bool)
    if attn_mask is not None and np.asarray(attn_mask).dtype == bool:
        taking_part &= attn_mask
    elif attn_mask is not None:
        scores = scores + jets(attn_mask)
    return _softmax_among(scores, taking_part) @ value


def _softmax_among(scores: np.ndarray, taking_part: np.ndarray) -> np.ndarray:
    """softmax over the last axis, with exact zeros for what takes no part."""
    weights = jets(np.zeros(scores.shape))
    for index in np.ndindex(scores.shape[:-1]):
        if taking_part[index].any():
            weights[index][taking_part[index]] = softmax(scores[index][taking_part[index]])
    return weights
