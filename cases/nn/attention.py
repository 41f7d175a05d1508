"""Attention: with axes in front for a batch and for heads, and with one."""

from __future__ import annotations

from typing import Any

import numpy as np
from adbench.cases.nn.common import HAZARD, Function, also, define, normal

# fmt: off

HEADS = {"query": (1, 2, 3, 2), "key": (1, 2, 4, 2), "value": (1, 2, 4, 2)}
STACK = {"query": (2, 3, 2), "key": (2, 4, 2), "value": (2, 4, 2)}
MASK = [[True, False, True, True], [True, True, False, False], [False, True, True, True]]
SOFT = "softmax(QKᵀ/√d + M) V"


def attention(**options: Any) -> Function:
    return lambda xp, query, key, value: xp.nn.scaled_dot_product_attention(query, key, value, **options)


def masked() -> Function:
    return lambda xp, query, key, value, mask: xp.nn.scaled_dot_product_attention(query, key, value, attn_mask=mask)


for of, shapes in (("attention", HEADS), ("attention_stack", STACK)):
    sizes = f"Q {shapes['query']}, K {shapes['key']}, V {shapes['value']}"
    wrt, ahead = "query key value", (1,) * (len(shapes["query"]) - 2)
    define(of, attention(), wrt, normal(**shapes), f"softmax(QKᵀ/√d) V; {sizes}.")
    define(f"{of}_causal", attention(is_causal=True), wrt, normal(**shapes), f"{SOFT}, M causal; {sizes}.")
    define(f"{of}_scale", attention(scale=0.3), wrt, normal(**shapes), f"softmax(0.3 QKᵀ) V; {sizes}.")
    define(f"{of}_mask", masked(), wrt,
        also(normal(**shapes), mask=np.reshape(MASK, (*ahead, 3, 4))), f"{SOFT} with a mask of booleans; {sizes}.")
    define(f"{of}_bias", masked(), f"{wrt} mask",
        normal(**shapes, mask=(*ahead, 3, 4)), f"{SOFT} with a mask of numbers, also by it; {sizes}.")
define("attention_sure", attention(scale=10.0), "query key value", normal(**STACK),
    "softmax(10 QKᵀ) V, where nearly all goes to one; the shapes of attention_stack.", tags=HAZARD)
