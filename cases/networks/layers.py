"""Layers: one, two, and K of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from adbench.cases.linalg.common import eye
from adbench.cases.networks.common import (
    DEEP,
    HAZARD,
    LAYERS,
    TWO,
    Inputs,
    Sizes,
    by_pullback,
    drawn,
    fixed,
    sigmoid,
    tanh_slope,
)

from adbench.case import case

# One layer


@case(wrt=("A", "x", "b"), source=LAYERS)
def dense(xp, A, x, b):
    """y = σ(Ax + b); A (3, 2), x (2,), b (3,)."""
    return sigmoid(xp, A @ x + b)


def dense_slope(xp, A, x, b):
    """σ′(z) = σ(z) σ(−z) on the diagonal, ∂y/∂z."""
    z = A @ x + b
    return eye(xp, b) * (sigmoid(xp, z) * sigmoid(xp, -z))


dense.inputs(drawn(A=(3, 2), x=(2,), b=(3,)))
dense.jacobian("A")(lambda xp, A, x, b: dense_slope(xp, A, x, b)[:, :, None] * x)
dense.jacobian("x")(lambda xp, A, x, b: dense_slope(xp, A, x, b) @ A)
dense.jacobian("b")(dense_slope)


def _define_tanh_layer(name: str, inputs: Callable[..., Inputs], **fields: Any) -> None:
    """The layer of note 004, with the note's Jacobians by einsum."""

    @case(name=name, wrt=("x", "A", "b"), source=LAYERS, **fields)
    def layer(xp, x, A, b):
        """f = tanh(Ax + b); x (2,), A (3, 2), b (3,)."""
        return xp.tanh(A @ x + b)

    def df_dz(xp, x, A, b):
        return eye(xp, b) * tanh_slope(xp, A @ x + b)

    layer.inputs(inputs)
    layer.jacobian("x")(lambda xp, x, A, b: xp.einsum("il,lj->ij", df_dz(xp, x, A, b), A))
    layer.jacobian("b")(lambda xp, x, A, b: xp.einsum("il,lj->ij", df_dz(xp, x, A, b), eye(xp, b)))
    layer.jacobian("A")(lambda xp, x, A, b: xp.einsum("il,ljk->ijk", df_dz(xp, x, A, b), eye(xp, b)[:, :, None] * x))


_define_tanh_layer("tanh_layer", drawn(x=(2,), A=(3, 2), b=(3,)))
_define_tanh_layer(
    "tanh_layer_saturated",
    fixed(x=[1.5, -2.0], A=[[4.0, -3.0], [-5.0, 2.0], [0.5, 0.25]], b=[0.5, -1.0, 17.0]),
    dtypes=("float64",),
    tags=HAZARD,
)


@case(wrt=("A", "b", "x", "y"), source=LAYERS)
def squared_loss(xp, A, b, x, y):
    """L = ½‖y − tanh(Ax + b)‖²; A (3, 2), b (3,), x (2,), y (3,)."""
    e = y - xp.tanh(A @ x + b)
    return 0.5 * xp.sum(e * e)


@squared_loss.vjp
def _(xp, y_bar, A, b, x, y):
    z = A @ x + b
    e_bar = y_bar * (y - xp.tanh(z))
    z_bar = -e_bar * tanh_slope(xp, z)
    return {"A": z_bar[:, None] * x, "b": z_bar, "x": z_bar @ A, "y": e_bar}


squared_loss.inputs(drawn(A=(3, 2), b=(3,), x=(2,), y=(3,)))
by_pullback(squared_loss)


# Two layers


@case(wrt=("w0", "W", "X"), sizes={"small": {"m": 4, "n": 3, "h": 5}}, source=TWO)
def two_layer(xp, w0, W, X):
    """f = σ(XWᵀ) w₀; w₀ (h,), W (h, n), X (m, n)."""
    return sigmoid(xp, X @ W.T) @ w0


def unit_slopes(xp, w0, W, X):
    """∂f/∂z for z = XWᵀ, shape (m, h)."""
    z = X @ W.T
    return w0 * sigmoid(xp, z) * sigmoid(xp, -z)


TWO_SHAPES = {"w0": ("h",), "W": ("h", "n"), "X": ("m", "n")}
two_layer.inputs(drawn(**TWO_SHAPES))
two_layer.jacobian("w0")(lambda xp, w0, W, X: sigmoid(xp, X @ W.T))
two_layer.jacobian("W")(lambda xp, w0, W, X: unit_slopes(xp, w0, W, X)[:, :, None] * X[:, None, :])
two_layer.jacobian("X")(lambda xp, w0, W, X: eye(xp, X, 0)[:, :, None] * (unit_slopes(xp, w0, W, X) @ W)[:, None, :])


@case(
    wrt=("w0", "W", "X"),
    sizes={
        "small": {"m": 4, "n": 3, "h": 5},
        "medium": {"m": 500, "n": 50, "h": 20},
        "large": {"m": 5000, "n": 100, "h": 100},
    },
    domain={"y": (0.0, 1.0)},
    source="lecture notes 002, loss function",
    bench=True,
)
def two_layer_nll(xp, w0, W, X, y):
    """−Σ log σ((2y − 1) σ(XWᵀ) w₀); w₀ (h,), W (h, n), X (m, n), labels y (m,) of 0 and 1."""
    return -xp.sum(xp.log(sigmoid(xp, (2 * y - 1) * (sigmoid(xp, X @ W.T) @ w0))))


@two_layer_nll.inputs
def _(rng, m, n, h):
    inputs = drawn(**TWO_SHAPES)(rng, m=m, n=n, h=h)
    return {**inputs, "w0": inputs["w0"] / math.sqrt(h), "y": rng.permutation(np.arange(m) % 2.0)}


@two_layer_nll.vjp
def _(xp, y_bar, w0, W, X, y):
    phi = sigmoid(xp, X @ W.T)
    flip = 1 - 2 * y
    f_bar = y_bar * flip * sigmoid(xp, flip * (phi @ w0))
    z_bar = f_bar[:, None] * w0 * phi * (1 - phi)
    return {"w0": f_bar @ phi, "W": z_bar.T @ X, "X": z_bar @ W}


by_pullback(two_layer_nll)


# K layers


def _define_mlp(layers: int, sizes: Sizes, bench: bool = False) -> None:
    """f_k = tanh(f_{k−1} A_kᵀ + b_k), the weights of all layers in one array."""

    @case(name=f"mlp_{layers}", wrt=("A", "b", "X", "Y"), sizes=sizes, source=DEEP, bench=bench)
    def network(xp, A, b, X, Y):
        """‖Y − f_K‖², f_k = tanh(f_{k−1} A_kᵀ + b_k), f₀ = X; A (K, n, n), b (K, n), X and Y (m, n)."""
        f = X
        for k in range(layers):
            f = xp.tanh(f @ A[k, ...].T + b[k, ...])
        return xp.sum((Y - f) ** 2)

    @network.vjp
    def _(xp, y_bar, A, b, X, Y):
        f = [X]
        for k in range(layers):
            f.append(xp.tanh(f[k] @ A[k, ...].T + b[k, ...]))
        Y_bar = 2 * y_bar * (Y - f[layers])
        f_bar, A_bar, b_bar = -Y_bar, [], []
        for k in reversed(range(layers)):
            z_bar = f_bar * (1 - f[k + 1] ** 2)
            A_bar.insert(0, z_bar.T @ f[k])
            b_bar.insert(0, xp.sum(z_bar, axis=0))
            f_bar = z_bar @ A[k, ...]
        return {"A": xp.stack(A_bar), "b": xp.stack(b_bar), "X": f_bar, "Y": Y_bar}

    network.inputs(drawn(A=(layers, "n", "n"), b=(layers, "n"), X=("m", "n"), Y=("m", "n")))
    by_pullback(network)


MLP_SMALL = {"small": {"m": 4, "n": 3}}
MLP_TIMED = {**MLP_SMALL, "medium": {"m": 128, "n": 64}, "large": {"m": 512, "n": 256}}
_define_mlp(1, MLP_SMALL)
_define_mlp(3, MLP_TIMED, bench=True)
_define_mlp(8, MLP_SMALL)


@case(wrt=("A1", "b1", "A2", "b2", "X"), sizes={"small": {"m": 4, "n": 3, "h": 5}}, source=DEEP)
def relu_net(xp, A1, b1, A2, b2, X):
    """max(max(XA₁ᵀ + b₁, 0) A₂ᵀ + b₂, 0); A₁ (h, n), b₁ (h,), A₂ (n, h), b₂ (n,), X (m, n)."""
    return xp.maximum(xp.maximum(X @ A1.T + b1, 0) @ A2.T + b2, 0)


@relu_net.vjp
def _(xp, y_bar, A1, b1, A2, b2, X):
    z1 = X @ A1.T + b1
    f1 = xp.maximum(z1, 0)
    z2 = f1 @ A2.T + b2
    z2_bar = xp.where(z2 > 0, y_bar, xp.zeros_like(z2))
    z1_bar = xp.where(z1 > 0, z2_bar @ A2, xp.zeros_like(z1))
    return {
        "A1": z1_bar.T @ X,
        "b1": xp.sum(z1_bar, axis=0),
        "A2": z2_bar.T @ f1,
        "b2": xp.sum(z2_bar, axis=0),
        "X": z1_bar @ A1,
    }


relu_net.inputs(drawn(A1=("h", "n"), b1=("h",), A2=("n", "h"), b2=("n",), X=("m", "n")))
by_pullback(relu_net)
