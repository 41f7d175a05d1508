"""Regression: least squares, logistic and Gaussian likelihoods, and gradient descent on them.

These are the objectives that most gradients are taken of. Together they hold what goes wrong there:
one matrix met twice, a scalar that multiplies a norm, a linear solve, a gradient that is zero to
rounding, a loop that is unrolled.
"""

from __future__ import annotations

import math

import numpy as np

from adbench.case import case

SMALL = {"small": {"m": 20, "n": 5}, "tiny": {"m": 5, "n": 3}}
TIMED = {**SMALL, "medium": {"m": 1000, "n": 100}, "large": {"m": 10_000, "n": 500}}
DEGREES = {"small": {"degree": 3}, "line": {"degree": 1}, "degree_8": {"degree": 8}}
POSITIVE, LABEL = (0.0, None), (0.0, 1.0)
CHAIN = "lecture notes 002, forward mode with vectors"


def linear_data(rng, m, n):
    """X (m, n), y (m,) linear in it but for noise, a w (n,) that is not the best, and nodes that follow."""
    X, w, best = rng.standard_normal((m, n)), rng.standard_normal(n), rng.standard_normal(n) / math.sqrt(n)
    y = X @ best + rng.standard_normal(m)
    a = X @ w
    b = y - a
    chain = {"X": X, "w": w, "y": y, "a": a, "b": b, "c": b**2, "g": np.sum(b**2)}
    return {**chain, "lam": rng.uniform(0.5, 2.0), "sigma": rng.uniform(0.5, 2.0)}


def labelled_data(rng, m, n):
    """X (m, n), labels y (m,) of 0 and 1, and w (n,) that keeps Xw of order 1, however large n is."""
    X, w = rng.standard_normal((m, n)), rng.standard_normal(n) / math.sqrt(n)
    return {"X": X, "w": w, "y": rng.permutation(np.arange(m) % 2.0), "tau": rng.uniform(0.5, 2.0)}


def draw(made, data=linear_data):
    """Give a case as its inputs those of `data` that it names."""
    made.inputs(lambda rng, m, n: {k: v for k, v in data(rng, m, n).items() if k in made.parameters})


def sigmoid(xp, z):
    return 1 / (1 + xp.exp(-z))


def identity(xp, like):
    return xp.eye(like.shape[0], dtype=like.dtype)


def gram(xp, X, lam):
    """XᵀX + λI, half the Hessian of the ridge objective."""
    return X.T @ X + lam * xp.eye(X.shape[1], dtype=X.dtype)


# ridge regression


@case(wrt=("w", "X", "y", "lam"), sizes=TIMED, domain={"lam": POSITIVE}, source="lecture notes 000, Q26", bench=True)
def ridge(xp, w, X, y, lam):
    """‖y − Xw‖² + λ‖w‖²; w (n,), X (m, n), y (m,), λ ()."""
    r = y - X @ w
    return xp.sum(r * r) + lam * xp.sum(w * w)


def ridge_gradient(xp, w, X, y, lam):
    return 2 * (X.T @ (X @ w - y)) + 2 * lam * w


draw(ridge)
ridge.jacobian("w")(ridge_gradient)
ridge.jacobian("X")(lambda xp, w, X, y, lam: 2 * (X @ w - y)[:, None] * w)
ridge.jacobian("y")(lambda xp, w, X, y, lam: 2 * (y - X @ w))
ridge.jacobian("lam")(lambda xp, w, X, y, lam: xp.sum(w * w))
ridge.hessian("w", "w")(lambda xp, w, X, y, lam: 2 * (X.T @ X + lam * xp.eye(X.shape[1], dtype=X.dtype)))


@ridge.vjp
def _(xp, y_bar, w, X, y, lam):
    a_bar = (2 * y_bar) * (X @ w - y)  # of a = Xw
    w_bar = a_bar @ X + (2 * y_bar * lam) * w
    return {"w": w_bar, "X": a_bar[:, None] * w, "y": -a_bar, "lam": y_bar * (w @ w)}


@case(wrt=("X", "y", "lam"), sizes=SMALL, domain={"lam": POSITIVE}, source="lecture notes 000, A26")
def ridge_solution(xp, X, y, lam):
    """w* = (XᵀX + λI)⁻¹ Xᵀy; X (m, n), y (m,), λ (), w* (n,)."""
    return xp.linalg.solve(gram(xp, X, lam), X.T @ y)


@ridge_solution.jacobian("X")
def _(xp, X, y, lam):
    w, inverse = ridge_solution.function(xp, X, y, lam), xp.linalg.inv(gram(xp, X, lam))
    r = y - X @ w
    return inverse[:, None, :] * r[:, None] - (inverse @ X.T)[:, :, None] * w


def solution_by_lam(xp, X, y, lam):
    return -xp.linalg.solve(gram(xp, X, lam), ridge_solution.function(xp, X, y, lam))


draw(ridge_solution)
ridge_solution.jacobian("y")(lambda xp, X, y, lam: xp.linalg.solve(gram(xp, X, lam), X.T))
ridge_solution.jacobian("lam")(solution_by_lam)


@case(wrt=("w", "X", "y", "lam"), sizes=SMALL, domain={"lam": POSITIVE}, source="lecture notes 000, A26")
def ridge_optimality(xp, w, X, y, lam):
    """2Xᵀ(Xw − y) + 2λw at w = w*, where it is 0 but for rounding; w (n,), X (m, n), y (m,), λ ()."""
    return ridge_gradient(xp, w, X, y, lam)


@ridge_optimality.inputs
def _(rng, m, n):
    data = {k: v for k, v in linear_data(rng, m, n).items() if k in ("X", "y", "lam")}
    return {"w": ridge_solution.function(np, **data), **data}


@ridge_optimality.jacobian("X")
def _(xp, w, X, y, lam):
    r = X @ w - y
    return 2 * (identity(xp, w)[:, None, :] * r[:, None] + X.T[:, :, None] * w)


ridge_optimality.jacobian("w")(lambda xp, w, X, y, lam: 2 * gram(xp, X, lam))
ridge_optimality.jacobian("y")(lambda xp, w, X, y, lam: -2 * X.T)
ridge_optimality.jacobian("lam")(lambda xp, w, X, y, lam: 2 * w)


# the mean squared error, a step at a time: a = Xw, b = y − a, c = b², g = Σc, L = g/N


def node(name, formula, function, **closed_forms):
    """A step of the chain as a case of its own, with the closed form for each input of its `wrt`."""
    function.__doc__ = formula
    made = case(name=name, wrt=closed_forms, sizes=SMALL, source=CHAIN)(function)
    draw(made)
    for wrt, closed_form in closed_forms.items():
        made.jacobian(wrt)(closed_form)


node("mse_prediction", "a = Xw; w (n,), X (m, n).", lambda xp, w, X: X @ w, w=lambda xp, w, X: X)
node(
    "da_dX",
    "a = Xw by X, ∂aᵢ/∂Xⱼₖ = [i=j] wₖ; X (m, n), w (n,).",
    lambda xp, X, w: X @ w,
    X=lambda xp, X, w: identity(xp, X)[:, :, None] * w,
)
node(
    "mse_residual",
    "b = y − a; y (m,), a (m,).",
    lambda xp, y, a: y - a,
    y=lambda xp, y, a: identity(xp, y),
    a=lambda xp, y, a: -identity(xp, a),
)
node("mse_square", "c = b²; b (m,).", lambda xp, b: b**2, b=lambda xp, b: identity(xp, b) * (2 * b))
node("mse_sum", "g = Σc; c (m,).", lambda xp, c: xp.sum(c), c=lambda xp, c: xp.ones_like(c))
node(
    "mse_mean",
    "L = g/N; g (), and y (N,) for its length alone.",
    lambda xp, g, y: g / y.shape[0],
    g=lambda xp, g, y: xp.ones_like(g) / y.shape[0],
)
node(
    "mse",
    "L = Σ(y − Xw)²/N; w (n,), X (N, n), y (N,).",
    lambda xp, w, X, y: xp.sum((y - X @ w) ** 2) / y.shape[0],
    w=lambda xp, w, X, y: 2 * (X.T @ (X @ w - y)) / y.shape[0],
    X=lambda xp, w, X, y: 2 * (X @ w - y)[:, None] * w / y.shape[0],
    y=lambda xp, w, X, y: 2 * (y - X @ w) / y.shape[0],
)


# other least squares


@case(wrt=("x", "A", "y"), sizes=SMALL, source="lecture notes 004, multivariate chain rule")
def residual_norm(xp, x, A, y):
    """½‖y − Ax‖²; x (n,), A (m, n), y (m,)."""
    e = y - A @ x
    return 0.5 * xp.sum(e * e)


@residual_norm.inputs
def _(rng, m, n):
    data = linear_data(rng, m, n)
    return {"x": data["w"], "A": data["X"], "y": data["y"]}


residual_norm.jacobian("x")(lambda xp, x, A, y: -(y - A @ x) @ A)
residual_norm.jacobian("A")(lambda xp, x, A, y: -(y - A @ x)[:, None] * x)
residual_norm.jacobian("y")(lambda xp, x, A, y: y - A @ x)


def powers(xp, x, count):
    """The rows [1, x, …, x^(count−1)], shape (m, count)."""
    return xp.stack([x**d for d in range(count)], axis=1)


def misfit(xp, theta, x, y):
    return y - powers(xp, x, theta.shape[0]) @ theta


@case(wrt=("theta", "x", "y"), sizes=DEGREES, source="lecture notes 004, scenario 1")
def polynomial(xp, theta, x, y):
    """Σ(yᵢ − θᵀ[1, xᵢ, …, xᵢᴰ])²; θ (D+1,), x (m,), y (m,)."""
    return xp.sum(misfit(xp, theta, x, y) ** 2)


@polynomial.inputs
def _(rng, degree, m=10):
    x = rng.uniform(-1.5, 1.5, m)
    return {"theta": rng.standard_normal(degree + 1), "x": x, "y": np.sin(x) + 0.1 * rng.standard_normal(m)}


@polynomial.jacobian("x")
def _(xp, theta, x, y):
    degree = theta.shape[0] - 1
    slope = powers(xp, x, degree) @ (theta[1:] * xp.arange(1, degree + 1, dtype=theta.dtype))
    return -2 * misfit(xp, theta, x, y) * slope


@polynomial.jacobian("theta")
def _(xp, theta, x, y):
    return -2 * misfit(xp, theta, x, y) @ powers(xp, x, theta.shape[0])


polynomial.jacobian("y")(lambda xp, theta, x, y: 2 * misfit(xp, theta, x, y))


# likelihoods


@case(
    wrt=("w", "b", "x", "t", "lam"),
    domain={"lam": POSITIVE},
    source="lecture notes 003, univariate logistic least squares",
)
def logistic_least_squares(xp, w, b, x, t, lam):
    """½(σ(wx + b) − t)² + λ·½w²; all ()."""
    return 0.5 * (sigmoid(xp, w * x + b) - t) ** 2 + lam * (0.5 * w**2)


def z_bar(xp, w, b, x, t, lam):
    """(y − t) σ′(z), the adjoint of z = wx + b where y = σ(z); σ′(z) = σ(z) σ(−z)."""
    z = w * x + b
    return (sigmoid(xp, z) - t) * sigmoid(xp, z) * sigmoid(xp, -z)


logistic_least_squares.inputs(
    lambda rng: {name: rng.uniform(0.2, 1.5) for name in ("w", "b", "x", "t", "lam")}
)
logistic_least_squares.jacobian("w")(lambda xp, w, b, x, t, lam: z_bar(xp, w, b, x, t, lam) * x + lam * w)
logistic_least_squares.jacobian("b")(z_bar)
logistic_least_squares.jacobian("x")(lambda xp, w, b, x, t, lam: z_bar(xp, w, b, x, t, lam) * w)
logistic_least_squares.jacobian("t")(lambda xp, w, b, x, t, lam: t - sigmoid(xp, w * x + b))
logistic_least_squares.jacobian("lam")(lambda xp, w, b, x, t, lam: 0.5 * w**2)


@case(wrt=("w", "X"), sizes=TIMED, domain={"y": LABEL}, source="lecture notes 002, loss function", bench=True)
def logistic_nll(xp, w, X, y):
    """−Σ log σ((2y − 1) Xw); w (n,), X (m, n), labels y (m,) of 0 and 1."""
    return -xp.sum(xp.log(sigmoid(xp, (2 * y - 1) * (X @ w))))


def margin_bar(xp, w, X, y):
    """(1 − 2y) σ(−z), the adjoint of Xw where z = (2y − 1) Xw; shape (m,)."""
    flip = 1 - 2 * y
    return flip * sigmoid(xp, flip * (X @ w))


draw(logistic_nll, labelled_data)
logistic_nll.jacobian("w")(lambda xp, w, X, y: margin_bar(xp, w, X, y) @ X)
logistic_nll.jacobian("X")(lambda xp, w, X, y: margin_bar(xp, w, X, y)[:, None] * w)


@logistic_nll.vjp
def _(xp, y_bar, w, X, y):
    a_bar = y_bar * margin_bar(xp, w, X, y)  # of a = Xw
    return {"w": a_bar @ X, "X": a_bar[:, None] * w}


@case(wrt=("w", "X", "y", "sigma"), sizes=SMALL, domain={"sigma": POSITIVE}, source="lecture notes 000, A23")
def gaussian_nll(xp, w, X, y, sigma):
    """‖y − Xw‖²/(2σ²) + m log σ + ½m log 2π; w (n,), X (m, n), y (m,), σ ()."""
    m, r = y.shape[0], y - X @ w
    return xp.sum(r * r) / (2 * sigma**2) + m * xp.log(sigma) + 0.5 * m * math.log(2 * math.pi)


def scaled_residual(w, X, y, sigma):
    return (y - X @ w) / sigma**2


draw(gaussian_nll)
gaussian_nll.jacobian("w")(lambda xp, w, X, y, sigma: -scaled_residual(w, X, y, sigma) @ X)
gaussian_nll.jacobian("X")(lambda xp, w, X, y, sigma: -scaled_residual(w, X, y, sigma)[:, None] * w)
gaussian_nll.jacobian("y")(lambda xp, w, X, y, sigma: scaled_residual(w, X, y, sigma))
gaussian_nll.jacobian("sigma")(
    lambda xp, w, X, y, sigma: y.shape[0] / sigma - xp.sum((y - X @ w) ** 2) / sigma**3
)


@case(wrt=("w", "X", "tau"), sizes=SMALL, domain={"tau": POSITIVE, "y": LABEL}, source="lecture notes 000, A24")
def map_estimate(xp, w, X, tau, y):
    """−Σ log σ((2y − 1) Xw) + ‖w‖²/(2τ²) + n log τ, likelihood and prior; w (n,), X (m, n), τ (), y (m,)."""
    prior = xp.sum(w * w) / (2 * tau**2) + w.shape[0] * xp.log(tau)
    return logistic_nll.function(xp, w, X, y) + prior


draw(map_estimate, labelled_data)
map_estimate.jacobian("w")(lambda xp, w, X, tau, y: margin_bar(xp, w, X, y) @ X + w / tau**2)
map_estimate.jacobian("X")(lambda xp, w, X, tau, y: margin_bar(xp, w, X, y)[:, None] * w)
map_estimate.jacobian("tau")(lambda xp, w, X, tau, y: w.shape[0] / tau - xp.sum(w * w) / tau**3)


# gradient descent on ridge: wₖ = w* + (I − ηH)ᵏ (w₀ − w*), with H = 2(XᵀX + λI)


def descent_data(rng, m, n):
    data = linear_data(rng, m, n)
    return {**data, "start": data["w"], "step": 0.02 / m}  # the balls of k steps widen as (1 + η‖H‖)ᵏ


def contraction(xp, k, step, X, lam):
    """(I − ηH)ᵏ."""
    hessian = 2 * gram(xp, X, lam)
    same = identity(xp, hessian)
    power = same
    for _ in range(k):
        power = power @ (same - step * hessian)
    return power


OF_DESCENT = {"lam": POSITIVE, "step": (0.0, 1.0)}


def gradient_descent(k):
    @case(
        name=f"gradient_descent_{k}",
        wrt=("start", "step"),
        sizes=SMALL,
        domain=OF_DESCENT,
        source="lecture notes 004",
    )
    def descend(xp, start, step, X, y, lam):
        """w ← w − η(2Xᵀ(Xw − y) + 2λw), as often as the name says; w₀ (n,), η (), X (m, n), y (m,), λ ()."""
        w = start
        for _ in range(k):
            w = w - step * ridge_gradient(xp, w, X, y, lam)
        return w

    @descend.jacobian("step")
    def _(xp, start, step, X, y, lam):
        away = start - ridge_solution.function(xp, X, y, lam)
        return -k * (2 * gram(xp, X, lam) @ (contraction(xp, k - 1, step, X, lam) @ away))

    descend.jacobian("start")(lambda xp, start, step, X, y, lam: contraction(xp, k, step, X, lam))
    draw(descend, descent_data)


for k in (1, 5, 20):
    gradient_descent(k)
