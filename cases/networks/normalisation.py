"""Normalisation of layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adbench.cases.networks.common import HAZARD, Inputs, by_pullback, drawn, fixed

from adbench.case import case

EPSILON = 1e-5  # what keeps the division finite where a row is constant


def _define_layer_norm(name: str, inputs: Callable[..., Inputs], **fields: Any) -> None:
    @case(name=name, wrt=("X", "gamma", "beta"), source="Ba, Kiros & Hinton, Layer normalization (2016)", **fields)
    def layer_norm(xp, X, gamma, beta):
        """γ (X − mean X)/√(var X + 1e-5) + β, of each row; X (2, 4), γ and β (4,)."""
        centred = X - xp.mean(X, axis=-1, keepdims=True)
        return gamma * centred / xp.sqrt(xp.var(X, axis=-1, keepdims=True) + EPSILON) + beta

    @layer_norm.vjp
    def _(xp, y_bar, X, gamma, beta):
        def mean(x):
            return xp.mean(x, axis=-1, keepdims=True)

        centred = X - mean(X)
        sigma = xp.sqrt(mean(centred * centred) + EPSILON)
        hat = centred / sigma
        hat_bar = y_bar * gamma
        X_bar = (hat_bar - mean(hat_bar) - hat * mean(hat_bar * hat)) / sigma
        return {"X": X_bar, "gamma": xp.sum(y_bar * hat, axis=0), "beta": xp.sum(y_bar, axis=0)}

    layer_norm.inputs(inputs)
    by_pullback(layer_norm)


_define_layer_norm("layer_norm", drawn(X=(2, 4), gamma=(4,), beta=(4,)))
SCALE, SHIFT = [1.25, -0.5, 2.0, 0.75], [0.5, 0.25, -1.0, 0.0]
CONSTANT_ROW = [[0.25, 0.25, 0.25, 0.25], [1.0, -2.0, 0.5, 0.25]]
OFFSET_ROWS = [[1e6 + 1.1, 1e6, 1e6 - 2.3, 1e6 + 0.7], [-1e6 + 1.3, -1e6 + 3.1, -1e6, -1e6 + 0.1]]
_define_layer_norm("layer_norm_constant_row", fixed(X=CONSTANT_ROW, gamma=SCALE, beta=SHIFT), tags=HAZARD)
_define_layer_norm("layer_norm_offset", fixed(X=OFFSET_ROWS, gamma=SCALE, beta=SHIFT), dtypes=("float64",), tags=HAZARD)
