"""Attention, plain, causal and by heads."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from adbench.cases.linalg.common import T
from adbench.cases.networks.common import HAZARD, by_pullback, drawn, softmax

from adbench.case import case


def _define_attention(
    name: str, shapes: dict[str, tuple[Any, ...]], formula: str, causal: bool = False, **fields: Any
) -> None:
    """softmax(QKᵀ/√d) V over the last two axes; what a query may not see has the score −∞."""

    def weights(xp, Q, K):
        scores = Q @ T(xp, K) / math.sqrt(Q.shape[-1])
        if causal:
            seen = xp.asarray(np.tri(Q.shape[-2], K.shape[-2], dtype=bool))
            scores = xp.where(seen, scores, xp.full_like(scores, -math.inf))
        return softmax(xp, scores)

    def attend(xp, Q, K, V):
        return weights(xp, Q, K) @ V

    attend.__doc__ = formula
    source = "Vaswani et al., Attention is all you need (2017)"
    made = case(name=name, wrt=("Q", "K", "V"), source=source, **fields)(attend)

    @made.vjp
    def _(xp, y_bar, Q, K, V):
        P = weights(xp, Q, K)
        P_bar = y_bar @ T(xp, V)
        S_bar = P * (P_bar - xp.sum(P_bar * P, axis=-1, keepdims=True)) / math.sqrt(Q.shape[-1])
        return {"Q": S_bar @ K, "K": T(xp, S_bar) @ Q, "V": T(xp, P) @ y_bar}

    made.inputs(drawn(**shapes))
    by_pullback(made)


_define_attention(
    "attention",
    {"Q": ("m", "d"), "K": ("n", "d"), "V": ("n", "p")},
    "softmax(QKᵀ/√d) V; Q (m, d), K (n, d), V (n, p).",
    sizes={
        "small": {"m": 3, "n": 4, "d": 2, "p": 3},
        "medium": {"m": 64, "n": 64, "d": 32, "p": 32},
        "large": {"m": 512, "n": 512, "d": 64, "p": 64},
    },
    bench=True,
)
_define_attention(
    "attention_causal",
    {"Q": (4, 2), "K": (4, 2), "V": (4, 3)},
    "softmax(QKᵀ/√d + M) V with M 0 for n ≤ m and −∞ for n > m; Q and K (4, 2), V (4, 3).",
    causal=True,
    tags=HAZARD,
)
_define_attention(
    "attention_heads",
    {"Q": (2, 3, 2), "K": (2, 4, 2), "V": (2, 4, 3)},
    "softmax(QKᵀ/√d) V of each head; Q (2, 3, 2), K (2, 4, 2), V (2, 4, 3).",
)
