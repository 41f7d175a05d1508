"""Convolution by slices, one a tap."""

from __future__ import annotations

import numpy as np
from adbench.cases.linalg.common import eye
from adbench.cases.networks.common import drawn

from adbench.case import case


@case(wrt=("x", "w"), source="cross-correlation")
def conv1d(xp, x, w):
    """y[i] = Σ w[k] x[i + k]; x (7,), w (3,)."""
    n = x.shape[0] - w.shape[0] + 1
    return sum(w[k] * x[k : k + n] for k in range(w.shape[0]))


@conv1d.jacobian("x")
def _(xp, x, w):
    n, m = x.shape[0] - w.shape[0] + 1, x.shape[0]
    return sum(w[k] * xp.eye(n, m, k=k, dtype=x.dtype) for k in range(w.shape[0]))


@conv1d.jacobian("w")
def _(xp, x, w):
    n = x.shape[0] - w.shape[0] + 1
    return xp.stack([x[k : k + n] for k in range(w.shape[0])], axis=1)


conv1d.inputs(drawn(x=(7,), w=(3,)))


def _define_channels(name: str, stride: int = 1, dilation: int = 1, padding: int = 0) -> None:
    def taps(x, w):
        """Of each tap, where it starts and where it stops in the padded signal."""
        width = x.shape[-1] + 2 * padding
        count = (width - dilation * (w.shape[-1] - 1) - 1) // stride + 1
        return [(k * dilation, k * dilation + (count - 1) * stride + 1) for k in range(w.shape[-1])]

    def convolve(xp, x, w):
        zeros = xp.zeros((x.shape[0], padding), dtype=x.dtype)
        padded = xp.concat([zeros, x, zeros], axis=-1) if padding else x
        return sum(w[..., k] @ padded[..., a:b:stride] for k, (a, b) in enumerate(taps(x, w)))

    def selected(xp, x, w):
        """S[i, k, j] = [j = i·stride + k·dilation − padding]."""
        j = np.arange(x.shape[-1]) + padding
        S = np.stack([np.arange(a, b, stride)[:, None] == j for a, b in taps(x, w)], axis=1)
        return xp.asarray(S.astype(np.float64), dtype=x.dtype)

    at = f"x[c, {stride}i + {dilation}k − {padding}]"
    convolve.__doc__ = f"y[o, i] = Σ w[o, c, k] {at}, 0 outside of x; x (2, 7), w (3, 2, 3)."
    made = case(name=name, wrt=("x", "w"), source="cross-correlation")(convolve)
    made.inputs(drawn(x=(2, 7), w=(3, 2, 3)))
    made.jacobian("x")(lambda xp, x, w: xp.einsum("ock,ikj->oicj", w, selected(xp, x, w)))
    made.jacobian("w")(lambda xp, x, w: xp.einsum("op,cj,ikj->oipck", eye(xp, w, 0), x, selected(xp, x, w)))


_define_channels("conv1d_channels")
_define_channels("conv1d_strided", stride=2)
_define_channels("conv1d_dilated", dilation=2)
_define_channels("conv1d_padded", padding=1)
