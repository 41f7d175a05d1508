"""The objectives of the AD benchmarks, written for arrays: mixtures, recurrent nets, clustering, fits, an ODE, det.

Benchmarks of AD libraries have timed these programs for years, and checked them loosely if at all: here each gradient
is written out by hand and proved. The family `loops` has the same functions entry by entry. Published sizes are taken
by name, with data drawn by seed; where the gradient was 0 at a published size, it is not here, and the case says so.
"""

from __future__ import annotations

import math
from functools import cache, partial
from itertools import product

import numpy as np

from adbench.case import Case, case

ADBENCH = "Šrajer, Kukelova & Fitzgibbon, A benchmark of selected algorithmic differentiation tools (2018): "
GRADBENCH = "GradBench: "


def timed(small, medium, large):
    """The fields of a bench case of which the oracle is to take the small size alone."""
    return {"sizes": {"small": small, "medium": medium, "large": large}, "timed": ("medium", "large"), "bench": True}


def by_hand(made: Case):
    """Take the pullback of a scalar case for its closed forms too: a Jacobian is what it makes of 1."""

    def attach(pullback):
        made.vjp(pullback)
        for wrt in made.wrt:
            made.jacobian(wrt)(partial(_of_one, pullback, wrt))
        return pullback

    return attach


def _of_one(pullback, wrt, xp, **inputs):
    return pullback(xp, 1.0, **inputs)[wrt]


# Gaussian mixture


@cache
def places(D):
    """For each entry of a strict lower triangle in columns its row times D plus its column."""
    columns, rows = np.triu_indices(D, 1)
    return rows * D + columns


@cache
def sources(D):
    """For each entry of a matrix in rows, where the strict lower triangle in columns has it, from 1; 0 elsewhere."""
    found = np.zeros(D * D, dtype=np.int64)
    found[places(D)] = 1 + np.arange(D * (D - 1) // 2)
    return found


def factors(xp, q, l):
    """Q (K, D, D), lower triangular: the diagonal exp(q), and l below it by columns."""
    K, D = q.shape
    padded = xp.concat([xp.zeros_like(q[:, :1]), l], axis=1)
    lower = xp.reshape(xp.take(padded, xp.asarray(sources(D), dtype=xp.int64), axis=1), (K, D, D))
    return lower + xp.eye(D, dtype=q.dtype) * xp.exp(q)[:, None, :]


def log_sum_exp(xp, x):
    """log Σ exp(x) along the first axis, by its largest entry."""
    top = xp.max(x, axis=0)
    return top + xp.log(xp.sum(xp.exp(x - top), axis=0))


def weights(xp, x):
    """exp(x) / Σ exp(x) along the first axis."""
    return xp.exp(x - log_sum_exp(xp, x))


def scores(xp, alpha, mu, q, Q, x):
    """β (K, N), and what it is made of: x − μ and Q(x − μ), both (K, N, D)."""
    apart = x - mu[:, None, :]
    z = apart @ xp.matrix_transpose(Q)
    return (alpha + xp.sum(q, axis=1))[:, None] - 0.5 * xp.sum(z * z, axis=2), apart, z


def wishart_constant(xp, D, gamma, m):
    """νD log(γ/√2) − log Γ_D(ν/2): the part of a component's log prior that no parameter is in."""
    nu = D + m + 1
    halves = xp.arange(D, dtype=gamma.dtype) / 2
    log_gamma = D * (D - 1) / 4 * math.log(math.pi) + xp.sum(xp.special.gammaln(nu / 2 - halves))
    return nu * D * xp.log(gamma / math.sqrt(2.0)) - log_gamma


@case(
    wrt=("alpha", "mu", "q", "l"),
    **timed(
        {"d": 3, "k": 2, "n": 3, "gamma": 0.75, "m": 2.0}, {"d": 10, "k": 5, "n": 100}, {"d": 20, "k": 25, "n": 1000}
    ),
    published={
        f"d{d}_k{k}": {"d": d, "k": k, "n": 1000} for d, k in product((2, 10, 20, 32, 64), (5, 10, 25, 50, 100))
    },
    domain={"q": (-3.0, 3.0), "gamma": (0.125, 8.0), "m": (0.0, 16.0)},
    source=ADBENCH + "GMM",
)
def gmm(xp, alpha, mu, q, l, x, gamma, m):
    """Log posterior of a Gaussian mixture, Wishart prior; α (K,), μ and q (K, D), l (K, D(D−1)/2), x (N, D), γ, m ().

    −N(½D log 2π + LSE α) + Σᵢ LSEₖ βᵢₖ + K(νD log(γ/√2) − log Γ_D(ν/2)) − ½γ² Σₖ‖Qₖ‖² + m Σq, with ν = D + m + 1 and
    βᵢₖ = αₖ + Σqₖ − ½‖Qₖ(xᵢ − μₖ)‖²; Qₖ has exp(qₖ) on the diagonal and lₖ below it by columns.
    """
    (N, D), K = x.shape, alpha.shape[0]
    Q = factors(xp, q, l)
    beta, _, _ = scores(xp, alpha, mu, q, Q, x)
    likelihood = xp.sum(log_sum_exp(xp, beta)) - N * (0.5 * D * math.log(2 * math.pi) + log_sum_exp(xp, alpha))
    prior = K * wishart_constant(xp, D, gamma, m) - 0.5 * gamma**2 * xp.sum(Q * Q) + m * xp.sum(q)
    return likelihood + prior


@gmm.inputs
def _(rng, d, k, n, gamma=1.0, m=0.0):
    return {
        "alpha": rng.standard_normal(k),
        "mu": rng.uniform(size=(k, d)),
        "q": rng.standard_normal((k, d)),
        "l": rng.standard_normal((k, d * (d - 1) // 2)),
        "x": rng.standard_normal((n, d)),
        "gamma": gamma,
        "m": m,
    }


@by_hand(gmm)
def _(xp, y_bar, alpha, mu, q, l, x, gamma, m):
    (N, D), K = x.shape, alpha.shape[0]
    Q = factors(xp, q, l)
    beta, apart, z = scores(xp, alpha, mu, q, Q, x)
    beta_bar = y_bar * weights(xp, beta)
    total = xp.sum(beta_bar, axis=1)
    z_bar = -beta_bar[:, :, None] * z
    Q_bar = xp.matrix_transpose(z_bar) @ apart - y_bar * gamma**2 * Q
    flat = xp.reshape(Q_bar, (K, D * D))
    diagonal = flat[:, :: D + 1]
    return {
        "alpha": total - y_bar * N * weights(xp, alpha),
        "mu": -xp.sum(z_bar @ Q, axis=1),
        "q": total[:, None] + y_bar * m + diagonal * xp.exp(q),
        "l": xp.take(flat, xp.asarray(places(D), dtype=xp.int64), axis=1),
    }


# the diagonal LSTM


def sigmoid(xp, x):
    return 1 / (1 + xp.exp(-x))


def gates(xp, w, b, a, h):
    """Forget, input and output gate, and the change; a and h (b,), w and b (4, b)."""
    return (
        sigmoid(xp, a * w[0] + b[0]),
        sigmoid(xp, h * w[1] + b[1]),
        sigmoid(xp, a * w[2] + b[2]),
        xp.tanh(h * w[3] + b[3]),
    )


def layers_of(xp, main):
    """Weights and biases (4, b) of each layer."""
    rows = xp.reshape(main, (main.shape[0], 4, main.shape[1] // 4))
    return [(rows[i], rows[i + 1]) for i in range(0, main.shape[0], 2)]


def unrolled(xp, main, extra, state, sequence):
    """For each t the last layer's h, and of each layer its input, h and C before, the gates, and tanh C afterwards."""
    layers = layers_of(xp, main)
    hidden = [(state[2 * i], state[2 * i + 1]) for i in range(len(layers))]
    for t in range(sequence.shape[0] - 1):
        a, stages = sequence[t] * extra[0], []
        for i, (weight, bias) in enumerate(layers):
            h, C = hidden[i]
            forget, keep, show, change = gates(xp, weight, bias, a, h)
            after = C * forget + keep * change
            shown = xp.tanh(after)
            stages.append((a, h, C, forget, keep, show, change, shown))
            a = show * shown
            hidden[i] = a, after
        yield a, stages


@case(
    wrt=("main", "extra"),
    **timed({"l": 2, "b": 2, "c": 3}, {"l": 2, "b": 14, "c": 5}, {"l": 2, "b": 10_000, "c": 5}),
    published={f"l{l}_c{c}": {"l": l, "b": 14, "c": c} for l, c in product((2, 4), (1024, 4096))},
    domain=dict.fromkeys(("main", "extra", "state", "sequence"), (-8.0, 8.0)),
    source=GRADBENCH + "LSTM, from Microsoft's ADBench",
)
def lstm(xp, main, extra, state, sequence):
    """−Σₜ sₜ₊₁·(y − log(Σ exp y + 2)) / ((c−1)b), y from an LSTM of diagonal matrices; main (2l, 4b), extra (3, b).

    The text is s, the sequence (c, b), and the state (2l, b) holds h and C of each of the l layers. Of a layer's input
    a, at first s times extra₀: C ← C σ(a w + b) + σ(h w + b) tanh(h w + b), h ← σ(a w + b) tanh C, each with its own
    w and b, and h is the input of the next. At the end y = a extra₁ + extra₂. The constant 2 is the published one.
    """
    (c, b), total = sequence.shape, 0.0
    for t, (a, _) in enumerate(unrolled(xp, main, extra, state, sequence)):
        y = a * extra[1] + extra[2]
        total = total + xp.sum(sequence[t + 1] * (y - xp.log(xp.sum(xp.exp(y)) + 2.0)))
    return -total / ((c - 1) * b)


@lstm.inputs
def _(rng, l, b, c):
    return {
        "main": rng.uniform(size=(2 * l, 4 * b)),
        "extra": rng.uniform(size=(3, b)),
        "state": rng.uniform(size=(2 * l, b)),
        "sequence": rng.integers(0, 2, (c, b)).astype(float),
    }


@by_hand(lstm)
def _(xp, y_bar, main, extra, state, sequence):
    """Backwards through time; z is what a gate's sigmoid or tanh is of."""
    layers, (c, b) = layers_of(xp, main), sequence.shape
    weight_bar, bias_bar, later = [0.0] * len(layers), [0.0] * len(layers), [(0.0, 0.0)] * len(layers)
    in_bar, out_bar, shift_bar, scale = 0.0, 0.0, 0.0, -y_bar / ((c - 1) * b)
    for t, (top, stages) in reversed(list(enumerate(unrolled(xp, main, extra, state, sequence)))):
        grown, text = xp.exp(top * extra[1] + extra[2]), sequence[t + 1]
        predicted_bar = scale * (text - xp.sum(text) * grown / (xp.sum(grown) + 2.0))
        out_bar, shift_bar = out_bar + predicted_bar * top, shift_bar + predicted_bar
        a_bar = predicted_bar * extra[1]
        for i in reversed(range(len(layers))):
            a, h, C, forget, keep, show, change, shown = stages[i]
            h_bar = later[i][0] + a_bar
            C_bar = later[i][1] + h_bar * show * (1 - shown * shown)
            z_bar = xp.stack(
                [
                    C_bar * C * forget * (1 - forget),
                    C_bar * change * keep * (1 - keep),
                    h_bar * shown * show * (1 - show),
                    C_bar * keep * (1 - change * change),
                ]
            )
            weight_bar[i] = weight_bar[i] + z_bar * xp.stack([a, h, a, h])
            bias_bar[i] = bias_bar[i] + z_bar
            through = z_bar * layers[i][0]
            a_bar = through[0] + through[2]
            later[i] = through[1] + through[3], C_bar * forget
        in_bar = in_bar + a_bar * sequence[t]
    rows = [row for pair in zip(weight_bar, bias_bar, strict=True) for row in pair]
    return {
        "main": xp.reshape(xp.stack(rows), main.shape),
        "extra": xp.stack([in_bar, out_bar, shift_bar]),
    }


# clustering


def distances(xp, centres, points):
    """‖Cⱼ − Pᵢ‖², shape (n, k)."""
    apart = points[:, None, :] - centres
    return xp.sum(apart * apart, axis=2)


def members(xp, centres, points):
    """The nearest centre j of each point i, and an array (n, k) with a 1 at these [i, j] and 0 elsewhere."""
    nearest = xp.argmin(distances(xp, centres, points), axis=1)
    chosen = nearest[:, None] == xp.arange(centres.shape[0], dtype=xp.int64)
    return nearest, xp.astype(chosen, centres.dtype)


@case(
    wrt=("centres",),
    **timed({"k": 2, "n": 6, "d": 3}, {"k": 10, "n": 1000, "d": 8}, {"k": 100, "n": 1000, "d": 16}),
    published={
        f"k{k}_n{n}_d{d}": {"k": k, "n": n, "d": d}
        for k, n, d in product((10, 100, 1000), (1000, 10_000, 100_000), (8, 16))
    },
    source=GRADBENCH + "k-means; Bottou & Bengio, Convergence properties of the k-means algorithms (1994)",
)
def kmeans(xp, centres, points):
    """Σᵢ minⱼ ‖Cⱼ − Pᵢ‖²; centres C (k, d), points P (n, d)."""
    return xp.sum(xp.min(distances(xp, centres, points), axis=1))


@kmeans.inputs
def _(rng, k, n, d):
    """Each centre is beside a point, so that it has one. The published ones are on it: for n = k the gradient is 0."""
    points = rng.uniform(size=(n, d))
    return {"centres": points[-k:] + 0.01 * rng.standard_normal((k, d)), "points": points}


@by_hand(kmeans)
def _(xp, y_bar, centres, points):
    nearest, chosen = members(xp, centres, points)
    return {"centres": (2 * y_bar) * (chosen.T @ (xp.take(centres, nearest, axis=0) - points))}


@kmeans.hessian("centres", "centres")
def _(xp, centres, points):
    """Diagonal: twice the number of a centre's points."""
    k, d = centres.shape
    counts = xp.sum(members(xp, centres, points)[1], axis=0)
    diagonal = xp.reshape(2 * counts[:, None] + xp.zeros_like(centres), (k * d,))
    return xp.reshape(xp.eye(k * d, dtype=centres.dtype) * diagonal, (k, d, k, d))


# a fit, and a smooth maximum


def residual(xp, x, t):
    """sign t − Σⱼ xⱼ tʲ by Horner's rule; with a matrix of powers, compilers would make nothing of it but a product."""
    fit = x[-1]
    for j in reversed(range(x.shape[0] - 1)):
        fit = fit * t + x[j]
    return xp.sign(t) - fit


@case(
    wrt=("x",),
    **timed({"n": 6, "m": 4}, {"n": 64, "m": 32}, {"n": 1024, "m": 128}),
    published={f"n{n}": {"n": n, "m": 128} for n in (*(2**i for i in range(4, 13)), 8196, 16392)},
    source=GRADBENCH + "LLSQ",
)
def llsq(xp, x, t):
    """½ Σᵢ (sign tᵢ − Σⱼ xⱼ tᵢʲ)², the fit of a step by a polynomial; x (m,), t (n,)."""
    r = residual(xp, x, t)
    return 0.5 * xp.sum(r * r)


@llsq.inputs
def _(rng, n, m):
    return {"x": rng.uniform(size=m), "t": np.linspace(-1.0, 1.0, n)}


@by_hand(llsq)
def _(xp, y_bar, x, t):
    """−ȳ Vᵀr, each column of V from the one before."""
    pulled, x_bar = -y_bar * residual(xp, x, t), []
    for _ in range(x.shape[0]):
        x_bar.append(xp.sum(pulled))
        pulled = pulled * t
    return {"x": xp.stack(x_bar)}


@llsq.hessian("x", "x")
def _(xp, x, t):
    V = t[:, None] ** xp.arange(x.shape[0], dtype=t.dtype)
    return V.T @ V


@case(
    wrt=("x",),
    **timed({"n": 7}, {"n": 10_000}, {"n": 640_000}),
    published={f"n{2500 * 2**i}": {"n": 2500 * 2**i} for i in range(10)},
    source=GRADBENCH + "LSE",
)
def lse(xp, x):
    """a + log Σ exp(x − a) with a = max x; x (n,)."""
    return log_sum_exp(xp, x)


lse.inputs(lambda rng, n: {"x": rng.uniform(size=n)})


@by_hand(lse)
def _(xp, y_bar, x):
    return {"x": y_bar * weights(xp, x)}


@lse.hessian("x", "x")
def _(xp, x):
    p = weights(xp, x)
    return xp.eye(x.shape[0], dtype=x.dtype) * p - p[:, None] * p


# an ordinary differential equation


@case(
    wrt=("x",),
    sizes={"small": {"n": 6, "steps": 2}},
    published={f"n{n}_s{s}": {"n": n, "steps": s} for n, s in ((100, 100), (1000, 250), (1000, 1000))},
    bench=True,
    domain={"x": (0.0625, 4.0), "h": (0.0625, 2.0)},
    source=GRADBENCH + "ODE, from CMPAD",
)
def ode(xp, x, h):
    """y_{n−1}(Σh) of y₀′ = x₀, yᵢ′ = xᵢ yᵢ₋₁ and y(0) = 0, by classical Runge-Kutta steps h (s,); x (n,).

    A step carries x₀ on by four places at most, so that the last y, and its gradient, is 0 where n > 4s: so are all
    published sizes, of 1,000 unknowns and more and 1, 10 and 100 steps. Here there are as many steps as it takes.
    """
    one = xp.ones_like(x[:1])

    def slope(y):
        return x * xp.concat([one, y[:-1]])

    y = xp.zeros_like(x)
    for i in range(h.shape[0]):
        k1 = slope(y)
        k2 = slope(y + h[i] / 2 * k1)
        k3 = slope(y + h[i] / 2 * k2)
        k4 = slope(y + h[i] * k3)
        y = y + h[i] / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return y[-1]


@ode.inputs
def _(rng, n, steps):
    """On [0, 2]. As yₙ₋₁ is near Πx 2ⁿ/n!, x grows with its index to keep it in range."""
    return {"x": rng.uniform(0.5, 1.5, n) * np.arange(1, n + 1) / 2, "h": np.full(steps, 2 / steps)}


@by_hand(ode)
def _(xp, y_bar, x, h):
    """Every product that reaches the last y has each x once: the gradient is y/x."""
    return {"x": y_bar * ode.function(xp, x, h) / x}


# a determinant


@case(
    wrt=("A",),
    sizes={"small": {"n": 3}},
    published={f"n{n}": {"n": n} for n in range(5, 12)},
    bench=True,
    source=GRADBENCH + "DET; lecture notes 003",
)
def det(xp, A):
    """det A, by the library's own factorisation; A (n, n)."""
    return xp.linalg.det(A)


det.inputs(lambda rng, n: {"A": rng.uniform(size=(n, n))})


@by_hand(det)
def _(xp, y_bar, A):
    return {"A": y_bar * xp.linalg.det(A) * xp.matrix_transpose(xp.linalg.inv(A))}
