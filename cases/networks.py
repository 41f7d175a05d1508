"""Neural networks: layers, losses, attention, convolution, normalisation and recurrence, each a composition.

What is trained most is built of few functions, and these are where they meet: a bias that is broadcast over a batch,
weights that every step of a loop reads, a mask of infinities, a softmax whose largest entry is taken out, slices that
overlap. The libraries' own fused functions are another family's.

A pullback is written by hand, as backpropagation is taught: the cotangent of the output, then of each layer before it.
The Jacobian is what it makes of every unit cotangent; where it is short it is written out instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from adbench.case import Case, case

LAYERS = "lecture notes 004, gradients of a single-layer neural network"
DEEP = "lecture notes 004, gradients of a multi-layer neural network"
TWO = "lecture notes 002, neural networks with matrix notation"
HAZARD = ("hazard",)
Inputs = dict[str, Any]
Sizes = dict[str, dict[str, Any]]


# Shared by functions and closed forms


def sigmoid(xp, z):
    return 1 / (1 + xp.exp(-z))


def softmax(xp, s):
    """Over the last axis; the largest entry is taken out, so that nothing overflows."""
    e = xp.exp(s - xp.max(s, axis=-1, keepdims=True))
    return e / xp.sum(e, axis=-1, keepdims=True)


def tanh_slope(xp, z):
    """tanh′(z) = 1/cosh²z, which has its digits also where tanh z is nearly 1."""
    return 1 / xp.cosh(z) ** 2


def eye(xp, like, axis=-1):
    return xp.eye(like.shape[axis], dtype=like.dtype)


def T(xp, X):  # noqa: N802 — as mathematics writes it
    return xp.matrix_transpose(X)


def rows(made: Case, wrt: str) -> Callable[..., Any]:
    """The Jacobian by one input: the pullback of every unit cotangent."""

    def closed_form(xp, **inputs):
        y, x = made.function(xp, **inputs), inputs[wrt]
        size = math.prod(y.shape)
        units = xp.reshape(xp.eye(size, dtype=x.dtype), (size, *y.shape))
        pulled = [made.pullback(xp, units[k, ...], **inputs)[wrt] for k in range(size)]
        return xp.reshape(xp.stack(pulled), (*y.shape, *x.shape))

    return closed_form


def by_pullback(made: Case) -> None:
    """Give a case the closed forms that its pullback makes."""
    for wrt in made.wrt:
        made.jacobian(wrt)(rows(made, wrt))


def drawn(**shapes: tuple[Any, ...]) -> Callable[..., Inputs]:
    """An inputs function: normal numbers of shapes whose letters the size names.

    Weights, whose names begin with A, W or U, are divided by √ of their last axis: a layer, however wide, keeps what it
    is given of order 1.
    """

    def draw(rng: Any, **size: int) -> Inputs:
        made = {}
        for name, letters in shapes.items():
            shape = tuple(size.get(n, n) for n in letters)
            scale = math.sqrt(shape[-1]) if len(shape) > 1 and name[0] in "AWU" else 1.0
            made[name] = rng.standard_normal(shape) / scale
        return made

    return draw


def fixed(**point: Any) -> Callable[..., Inputs]:
    return lambda rng: {name: np.asarray(x) for name, x in point.items()}


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


# Softmax and cross entropy, with labels T as rows of one 1


@case(
    wrt=("W", "b", "X"),
    sizes={
        "small": {"m": 4, "n": 3, "k": 5},
        "medium": {"m": 500, "n": 50, "k": 10},
        "large": {"m": 10_000, "n": 100, "k": 20},
    },
    source="lecture notes 004, cross entropy cost and maximum likelihood estimation",
    bench=True,
)
def softmax_cross_entropy(xp, W, b, X, T):
    """−Σ T log softmax(XWᵀ + b); W (k, n), b (k,), X (m, n), T (m, k)."""
    z = X @ W.T + b
    return xp.sum(xp.special.logsumexp(z, axis=-1)) - xp.sum(T * z)


@softmax_cross_entropy.inputs
def _(rng, m, n, k):
    return {**drawn(W=("k", "n"), b=("k",), X=("m", "n"))(rng, m=m, n=n, k=k), "T": np.eye(k)[rng.integers(0, k, m)]}


@softmax_cross_entropy.vjp
def _(xp, y_bar, W, b, X, T):
    z_bar = y_bar * (softmax(xp, X @ W.T + b) - T)
    return {"W": z_bar.T @ X, "b": xp.sum(z_bar, axis=0), "X": z_bar @ W}


by_pullback(softmax_cross_entropy)


def composed(xp, Z, T):
    """−Σ T log softmax(Z), written out; Z and T (4, 5)."""
    return -xp.sum(T * xp.log(softmax(xp, Z)))


def chosen(xp, Z, labels):
    """−Σ log softmax(Z)[label], each entry chosen by its label; Z (4, 5), labels (4,)."""
    shifted = Z - xp.max(Z, axis=-1, keepdims=True)
    normaliser = xp.log(xp.sum(xp.exp(shifted), axis=-1))
    return xp.sum(normaliser - shifted[xp.arange(Z.shape[0], dtype=xp.int64), labels])


def fused(xp, Z, T):
    """−Σ T log_softmax(Z), the library's own; Z and T (4, 5)."""
    return -xp.sum(T * xp.special.log_softmax(Z, axis=-1))


def confident(xp, Z, T):
    """−Σ T log_softmax(Z) where each label has nearly all, and softmax(Z) − T is not 0 all the same; Z and T (3, 3)."""
    return fused(xp, Z, T)


def less_labels(xp, Z, T):
    """softmax(Z) ΣT − T, as Σ over others of pₖ Tⱼ − pⱼ Tₖ: where pₖ rounds to 1, pₖ − 1 would be 0."""
    P, others = softmax(xp, Z), 1 - eye(xp, Z)
    return P * (T @ others) - T * (P @ others)


def _define_cross_entropy(function: Callable[..., Any], inputs: Callable[..., Inputs], **fields: Any) -> None:
    name = f"cross_entropy_{function.__name__}"
    made = case(name=name, wrt=("Z",), source="the loss of a classifier", **fields)(function)
    made.inputs(inputs)

    @made.jacobian("Z")
    def _(xp, Z, T=None, labels=None):
        T = xp.asarray(np.eye(Z.shape[1])[labels], dtype=Z.dtype) if T is None else T
        return less_labels(xp, Z, T)


LABELS = np.array([1, 4, 0, 1])
CONFIDENT = fixed(Z=[[30.0, 0.0, -5.0], [-40.0, 35.0, 1.0], [2.0, 700.0, 740.0]], T=np.eye(3))
_define_cross_entropy(composed, lambda rng: {"Z": rng.standard_normal((4, 5)), "T": np.eye(5)[LABELS]})
_define_cross_entropy(chosen, lambda rng: {"Z": rng.standard_normal((4, 5)), "labels": LABELS})
_define_cross_entropy(fused, lambda rng: {"Z": rng.standard_normal((4, 5)), "T": np.eye(5)[LABELS]})
_define_cross_entropy(confident, CONFIDENT, dtypes=("float64",), tags=HAZARD)


# Attention


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


# Convolution by slices, one a tap


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


# Normalisation

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


# Recurrence


@case(wrt=("x", "h", "c", "W", "U", "b"), source="Hochreiter & Schmidhuber, Long short-term memory (1997)")
def lstm_cell(xp, x, h, c, W, U, b):
    """(h′, c′), c′ = f c + i g, h′ = o tanh c′, gates i, f, g, o of Wx + Uh + b.

    x (3,), h and c (2,), W (8, 3), U (8, 2), b (8,), result (2, 2).
    """
    i, f, g, o = gates(xp, W @ x + U @ h + b)
    new = f * c + i * g
    return xp.stack([o * xp.tanh(new), new])


def gates(xp, a):
    n = a.shape[0] // 4
    return sigmoid(xp, a[:n]), sigmoid(xp, a[n : 2 * n]), xp.tanh(a[2 * n : 3 * n]), sigmoid(xp, a[3 * n :])


@lstm_cell.vjp
def _(xp, y_bar, x, h, c, W, U, b):
    a = W @ x + U @ h + b
    i, f, g, o = gates(xp, a)
    new = f * c + i * g
    h_bar = y_bar[0, :]
    new_bar = y_bar[1, :] + h_bar * o * tanh_slope(xp, new)
    by_gate = xp.concat([new_bar * g, new_bar * c, new_bar * i, h_bar * xp.tanh(new)])
    n = h.shape[0]
    slopes = sigmoid(xp, a) * sigmoid(xp, -a)
    a_bar = by_gate * xp.concat([slopes[: 2 * n], tanh_slope(xp, a[2 * n : 3 * n]), slopes[3 * n :]])
    return {
        "x": a_bar @ W,
        "h": a_bar @ U,
        "c": new_bar * f,
        "W": a_bar[:, None] * x,
        "U": a_bar[:, None] * h,
        "b": a_bar,
    }


lstm_cell.inputs(lambda rng: {**drawn(x=(3,), h=(2,), c=(2,), W=(8, 3), U=(8, 2))(rng), "b": rng.uniform(-0.5, 0.5, 8)})
by_pullback(lstm_cell)


def rnn_loss(xp, W, U, b, start, X, Y):
    """½Σ‖h_t − Y_t‖², h_t = tanh(X_t Wᵀ + h_{t−1} Uᵀ + b), unrolled; W (h, n), U (h, h), X (t, m, n), Y (t, m, h)."""
    h, loss = start, 0
    for t in range(X.shape[0]):
        h = xp.tanh(X[t, ...] @ W.T + h @ U.T + b)
        loss = loss + 0.5 * xp.sum((h - Y[t, ...]) ** 2)
    return loss


def backwards(xp, y_bar, W, U, b, start, X, Y):
    """Through time, the last step first: of each its t, the state that it was given, and the cotangent of z.

    And behind them the cotangent of the first state.
    """
    h = [start]
    for t in range(X.shape[0]):
        h.append(xp.tanh(X[t, ...] @ W.T + h[t] @ U.T + b))
    h_bar, steps = 0, []
    for t in reversed(range(X.shape[0])):
        z_bar = (h_bar + y_bar * (h[t + 1] - Y[t, ...])) * (1 - h[t + 1] ** 2)
        steps.append((t, h[t], z_bar))
        h_bar = z_bar @ U
    return steps, h_bar


def weights_pulled(xp, y_bar, W, U, b, start, X, Y):
    W_bar = U_bar = b_bar = 0
    steps, start_bar = backwards(xp, y_bar, W, U, b, start, X, Y)
    for t, h, z_bar in steps:
        W_bar, U_bar = W_bar + z_bar.T @ X[t, ...], U_bar + z_bar.T @ h
        b_bar = b_bar + xp.sum(z_bar, axis=0)
    return {"W": W_bar, "U": U_bar, "b": b_bar, "start": start_bar}


def inputs_pulled(xp, y_bar, W, U, b, start, X, Y):
    steps, _ = backwards(xp, y_bar, W, U, b, start, X, Y)
    return {"X": xp.stack([z_bar @ W for _, _, z_bar in reversed(steps)])}


RNN_SHAPES = {
    "W": ("h", "n"), "U": ("h", "h"), "b": ("h",), "start": ("m", "h"), "X": ("t", "m", "n"), "Y": ("t", "m", "h")
}  # fmt: skip
RNN_SMALL = {"small": {"t": 4, "m": 2, "n": 2, "h": 3}}
RNN_TIMED = {
    **RNN_SMALL,
    "medium": {"t": 10, "m": 16, "n": 32, "h": 128},
    "large": {"t": 50, "m": 64, "n": 64, "h": 128},
}
for name, wrt, pulled, sizes, bench in (
    ("rnn", ("W", "U", "b", "start"), weights_pulled, RNN_TIMED, True),
    ("rnn_by_inputs", ("X",), inputs_pulled, RNN_SMALL, False),
):
    rnn = case(name=name, wrt=wrt, sizes=sizes, source="backpropagation through time", bench=bench)(rnn_loss)
    rnn.vjp(pulled)
    rnn.inputs(drawn(**RNN_SHAPES))
    by_pullback(rnn)
