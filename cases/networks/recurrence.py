"""Recurrence: an LSTM cell, and a network unrolled over time."""

from __future__ import annotations

from adbench.cases.networks.common import by_pullback, drawn, sigmoid, tanh_slope

from adbench.case import case


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
