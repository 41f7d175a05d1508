"""Functions that differentiate inside themselves, by either mode, to be differentiated by either mode in turn.

A library must keep the perturbations of all levels apart, let an inner function close over what is differentiated
outside, and have derivatives of its own derivative rules. The letters at the end of a name say how the case
differentiates inside, the outermost first: f by `ad.jvp`, r by `ad.grad`, v by the pullback of `ad.vjp`. The operators
of a run come around that, so that every nesting occurs. What `ad.stop_gradient` gives is a constant to every
derivative, inner and outer: the closed forms of the `stop_gradient` cases take it for one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from adbench.case import case

CONFUSION = "Siskind & Pearlmutter, Nesting forward-mode AD in a functional framework (2008), §2"
EITHER, NESTINGS, DEEP = ("f", "r"), ("ff", "fr", "rf", "rr"), ("fff", "frf", "rfr", "rrr")


# Derivatives inside a case, by the letter of a mode


def slope(xp, mode, f):
    """The derivative of a function of a number."""
    return xp.ad.grad(f) if mode == "r" else lambda x: xp.ad.jvp(f, (x,), (xp.ones_like(x),))[1]


def gradient(xp, mode, f):
    """The gradient of a scalar function of a vector; by forward mode an entry a pass."""

    def forward(x):
        units = xp.eye(x.shape[0], dtype=x.dtype)
        return xp.stack([xp.ad.jvp(f, (x,), (units[i, :],))[1] for i in range(x.shape[0])])

    def pulled_back(x):
        y, pullback = xp.ad.vjp(f, x)
        return pullback(xp.ones_like(y))[0]

    return {"f": forward, "r": xp.ad.grad(f), "v": pulled_back}[mode]


def along(xp, mode, f, v):
    """⟨∇f, v⟩ as a function."""
    return {
        "f": lambda x: xp.ad.jvp(f, (x,), (v,))[1],
        "r": lambda x: xp.sum(xp.ad.grad(f)(x) * v),
    }[mode]


# Of numbers: perturbation confusion, closures, third derivatives


def numbers(rng):
    return {"x": rng.uniform(0.5, 1.5), "c": rng.uniform(0.5, 1.5)}


def three_deep(xp, d, e, x):
    return x * slope(xp, d, lambda y: x * y * slope(xp, e, lambda z: x * y * z)(y))(x)


def four_deep(xp, d, e, g, x):
    def of_z(y):
        return slope(xp, e, lambda z: y * z * slope(xp, g, lambda w: x * y * z * w)(z))

    return x * slope(xp, d, lambda y: x * y * of_z(y)(y))(x)


def twice(f):
    return lambda d, e: lambda xp, x: slope(xp, d, slope(xp, e, lambda y: f(xp, y)))(x)


def third_of_tanh(xp, x):
    t, s = xp.tanh(x), 1 / xp.cosh(x) ** 2
    return -2 * s * (s - 2 * t**2)


def third_of_sigmoid(xp, x):
    s = 1 / (2 + xp.exp(x) + xp.exp(-x))
    return s * (1 - 6 * s)


@cache  # once a namespace: a library may build a class here
def custom_sigmoid(xp):
    def rule(seed, y, x):
        return seed * y * (1 - y)

    return xp.ad.custom_vjp(lambda x: 1 / (1 + xp.exp(-x)), vjp=rule, jvp=rule)


def ranks(xp, x):
    """The matrix that puts a vector in order."""
    ordered = xp.sort(x)[:, None] == x[None, :]
    return xp.where(ordered, xp.ones_like(x), xp.zeros_like(x))


def matrix(xp, a, b, c, d):
    return xp.stack([xp.stack([a, b]), xp.stack([c, d])])


def sum_of_solution(xp, x):
    one = xp.ones_like(x)
    return xp.sum(xp.linalg.solve(matrix(xp, x**2, x, x, 2 * one), xp.stack([one, one])))


# Of vectors: φ(x) = Σ exp(A x), with e = exp(A x): ∇φ = Aᵀe, ∇²φ = Aᵀ diag(e) A


def vectors(rng, m=3, n=2):
    A, Z = rng.standard_normal((m, n)) / 2, rng.standard_normal((m, n)) / 2
    x, v, u, t = (rng.standard_normal(k) for k in (n, n, m, m))
    return {"x": x, "v": v, "A": A, "Z": Z, "u": u, "t": t, "eta": rng.uniform(0.1, 0.5)}


def phi(xp, A):
    return lambda x: xp.sum(xp.exp(A @ x))


def weighted(weights, A):
    """Aᵀ diag(weights) A."""
    return A.T @ (weights[:, None] * A)


def diagonal(xp, x):
    return xp.eye(x.shape[0], dtype=x.dtype) * x


def gradient_norm(xp, mode, x, A):
    g = gradient(xp, mode, phi(xp, A))(x)
    return xp.sum(g * g)


def gradient_norm_by_x(xp, x, A):
    e = xp.exp(A @ x)
    return 2 * (weighted(e, A) @ (e @ A))


def gradient_norm_by_matrix(xp, x, A):
    e = xp.exp(A @ x)
    g = e @ A
    return 2 * e[:, None] * (g + (A @ g)[:, None] * x)


def curvature_by_matrix(xp, x, v, A):
    e, b = xp.exp(A @ x), A @ v
    return (e * b**2)[:, None] * x + 2 * (e * b)[:, None] * v


# tanh(A x) with s = 1 − tanh²: its Jacobian is J = diag(s) A


def layer(xp, A):
    return lambda x: xp.tanh(A @ x)


def layer_slopes(xp, x, A):
    return 1 / xp.cosh(A @ x) ** 2


def two_pullbacks(xp, x, u, t, A):
    _, pullback = xp.ad.vjp(layer(xp, A), x)
    return xp.sum(pullback(u)[0] * pullback(t)[0])


def two_pullbacks_by_x(xp, x, u, t, A):
    s = layer_slopes(xp, x, A)
    of_u, of_t = A @ ((s * u) @ A), A @ ((s * t) @ A)
    return (-2 * xp.tanh(A @ x) * s * (u * of_t + t * of_u)) @ A


def two_pullbacks_by_u(xp, x, u, t, A):
    s = layer_slopes(xp, x, A)
    return s * (A @ ((s * t) @ A))


def gauss_newton(xp, x, v, A):
    f = layer(xp, A)
    return xp.ad.vjp(f, x)[1](xp.ad.jvp(f, (x,), (v,))[1])[0]


# Logistic losses Σ log(1 + exp(−A x)), of rows with the signs of their labels


def logistic(xp, A):
    return lambda x: xp.sum(xp.log1p(xp.exp(-(A @ x))))


def logistic_gradient(xp, A, x):
    return -(1 / (1 + xp.exp(A @ x))) @ A


def learned(xp, mode, steps, x, eta, A, Z):
    for _ in range(steps):
        x = x - eta * gradient(xp, mode, logistic(xp, A))(x)
    return logistic(xp, Z)(x)


def learned_by_x(xp, x, eta, A, Z):
    after, z = logistic_gradient(xp, Z, x - eta * logistic_gradient(xp, A, x)), A @ x
    return after - eta * (weighted(1 / (2 + xp.exp(z) + xp.exp(-z)), A) @ after)


def learned_by_eta(xp, x, eta, A, Z):
    step = logistic_gradient(xp, A, x)
    return -xp.sum(step * logistic_gradient(xp, Z, x - eta * step))


def stopped_logsumexp(xp, x):
    high = xp.ad.stop_gradient(xp.max(x))
    return high + xp.log(xp.sum(xp.exp(x - high)))


class Row(NamedTuple):
    """A function, a case for each way to differentiate inside it.

    Attributes:
        make: takes the letters of a mode and gives the function.
        by: the closed form for each input of wrt; None where there is the oracle alone.
    """

    formula: str
    inputs: Callable[..., dict[str, Any]]
    modes: tuple[str, ...]
    make: Callable[..., Callable[..., Any]]
    by: dict[str, Callable[..., Any] | None]
    source: str = ""


ROWS = {
    "confusion": Row(
        "x · d/dy (x + y) at y = x, which is x; x ().", numbers, EITHER,
        lambda d: lambda xp, x: x * slope(xp, d, lambda y: x + y)(x),
        {"x": lambda xp, x: xp.ones_like(x)}, CONFUSION,
    ),
    "confusion_product": Row(
        "x · d/dy (x y) at y = x, which is x²; x ().", numbers, EITHER,
        lambda d: lambda xp, x: x * slope(xp, d, lambda y: x * y)(x),
        {"x": lambda xp, x: 2 * x}, CONFUSION,
    ),
    "confusion_square": Row(
        "x · d/dy (x y²) at y = x, which is 2x³; x ().", numbers, EITHER,
        lambda d: lambda xp, x: x * slope(xp, d, lambda y: x * y**2)(x),
        {"x": lambda xp, x: 6 * x**2}, CONFUSION,
    ),
    "confusion_three": Row(
        "x · d/dy (x y · d/dz (x y z) at z = y) at y = x, which is 2x⁴; x ().", numbers, NESTINGS,
        lambda d, e: lambda xp, x: three_deep(xp, d, e, x),
        {"x": lambda xp, x: 8 * x**3}, CONFUSION,
    ),
    "confusion_four": Row(
        "x · d/dy (x y · d/dz (y z · d/dw (x y z w) at w = z) at z = y) at y = x, which is 8x⁶; x ().", numbers, DEEP,
        lambda d, e, g: lambda xp, x: four_deep(xp, d, e, g, x),
        {"x": lambda xp, x: 48 * x**5}, CONFUSION,
    ),
    "unused": Row(
        "x + d/dy x² at y = x, which is x, as the inner function does not use y; x ().", numbers, EITHER,
        lambda d: lambda xp, x: x + slope(xp, d, lambda y: x * x)(x),
        {"x": lambda xp, x: xp.ones_like(x)},
    ),
    "constant": Row(
        "x · d/dy y² at y = 3, which is 6x, as the inner derivative does not use x; x ().", numbers, EITHER,
        lambda d: lambda xp, x: x * slope(xp, d, lambda y: y**2)(3 * xp.ones_like(x)),
        {"x": lambda xp, x: 6 * xp.ones_like(x)},
    ),
    "closure": Row(
        "d/dy sin(c y) at y = x, which is c cos(c x); x (), c ().", numbers, EITHER,
        lambda d: lambda xp, x, c: slope(xp, d, lambda y: xp.sin(c * y))(x),
        {
            "x": lambda xp, x, c: -(c**2) * xp.sin(c * x),
            "c": lambda xp, x, c: xp.cos(c * x) - c * x * xp.sin(c * x),
        },
    ),
    "third_x4": Row(
        "d²/dx² x⁴, whose derivative is the third; x ().", numbers, NESTINGS,
        twice(lambda xp, x: x**4), {"x": lambda xp, x: 24 * x},
    ),
    "third_sin": Row(
        "d²/dx² sin x, whose derivative is the third; x ().", numbers, NESTINGS,
        twice(lambda xp, x: xp.sin(x)), {"x": lambda xp, x: -xp.cos(x)},
    ),
    "third_tanh": Row(
        "d²/dx² tanh x, whose derivative is the third; x ().", numbers, NESTINGS,
        twice(lambda xp, x: xp.tanh(x)), {"x": third_of_tanh},
    ),
    "third_custom": Row(
        "d²/dx² σ(x) by a custom rule, whose derivative is the third; x ().", numbers, NESTINGS,
        twice(lambda xp, x: custom_sigmoid(xp)(x)), {"x": third_of_sigmoid},
    ),
    "third_norm": Row(
        "d²/dx² ‖(x, 1)‖, whose derivative is the third; x ().", numbers, NESTINGS,
        twice(lambda xp, x: xp.linalg.vector_norm(xp.stack([x, xp.ones_like(x)]))),
        {"x": lambda xp, x: -3 * x / (1 + x**2) ** 2.5},
    ),
    "third_std": Row(
        "d²/dx² std(x⁴, −x⁴) = x⁴, whose derivative is the third; x ().", numbers, NESTINGS,
        twice(lambda xp, x: xp.std(xp.stack([x**4, -(x**4)]))), {"x": lambda xp, x: 24 * x},
    ),
    "third_power": Row(
        "d²/dx² (x**2.0 + x³) at 0, whose derivative is the third; x ().", lambda rng: {"x": 0.0}, NESTINGS,
        twice(lambda xp, x: x**2.0 + x**3), {"x": lambda xp, x: 6 * xp.ones_like(x)},
    ),
    "third_prod": Row(
        "d²/dx² x · x · eˣ at 0 by prod, whose derivative is the third; x ().", lambda rng: {"x": 0.0}, NESTINGS,
        twice(lambda xp, x: xp.prod(xp.stack([x, x, xp.exp(x)]))),
        {"x": lambda xp, x: xp.exp(x) * (x**2 + 6 * x + 6)},
    ),
    "third_det": Row(
        "d²/dx² det [[x², −1], [x, x²]] = x⁴ + x, whose derivative is the third; x ().", numbers, NESTINGS,
        twice(lambda xp, x: xp.linalg.det(matrix(xp, x**2, -xp.ones_like(x), x, x**2))),
        {"x": lambda xp, x: 24 * x},
    ),
    "third_solve": Row(
        "d²/dx² Σ [[x², x], [x, 2]]⁻¹ (1, 1) = 1 − 2/x + 2/x², whose derivative is the third; x ().", numbers, NESTINGS,
        twice(sum_of_solution),
        {"x": lambda xp, x: 12 / x**4 - 48 / x**5},
    ),
    "gradient_of_sorted": Row(
        "∇ Σ c s³ by x, where s is x in order; x (n,), c (n,).",
        lambda rng: {"x": rng.permutation(4) / 2 + rng.uniform(0.25, 0.5, 4), "c": rng.uniform(0.5, 1.5, 4)}, EITHER,
        lambda d: lambda xp, x, c: gradient(xp, d, lambda y: xp.sum(c * xp.sort(y) ** 3))(x),
        {
            "x": lambda xp, x, c: xp.eye(4, dtype=x.dtype) * (6 * x * (c @ ranks(xp, x))),
            "c": lambda xp, x, c: 3 * x[:, None] ** 2 * ranks(xp, x).T,
        },
    ),
    "gradient_norm": Row(
        "‖∇φ(x)‖² with φ(x) = Σ exp(A x); x (n,), A (m, n).", vectors, ("f", "r", "v"),
        lambda d: lambda xp, x, A: gradient_norm(xp, d, x, A),
        {"x": gradient_norm_by_x, "A": gradient_norm_by_matrix},
    ),
    "curvature": Row(
        "vᵀ∇²φ(x) v with φ(x) = Σ exp(A x); x (n,), v (n,), A (m, n).", vectors, NESTINGS,
        lambda d, e: lambda xp, x, v, A: along(xp, d, along(xp, e, phi(xp, A), v), v)(x),
        {
            "x": lambda xp, x, v, A: (xp.exp(A @ x) * (A @ v) ** 2) @ A,
            "v": lambda xp, x, v, A: 2 * (weighted(xp.exp(A @ x), A) @ v),
            "A": curvature_by_matrix,
        },
    ),
    "hessian_product": Row(
        "∇²φ(x) v as ∇⟨∇φ, v⟩, with φ(x) = Σ exp(A x); x (n,), v (n,), A (m, n).", vectors, NESTINGS,
        lambda d, e: lambda xp, x, v, A: gradient(xp, d, along(xp, e, phi(xp, A), v))(x),
        {
            "x": lambda xp, x, v, A: weighted(xp.exp(A @ x) * (A @ v), A),
            "v": lambda xp, x, v, A: weighted(xp.exp(A @ x), A),
        },
    ),
    "pushforward": Row(
        "J(x) v of tanh(A x); x (n,), v (n,), A (m, n).", vectors, ("",),
        lambda: lambda xp, x, v, A: xp.ad.jvp(layer(xp, A), (x,), (v,))[1],
        {
            "x": lambda xp, x, v, A: (-2 * xp.tanh(A @ x) * layer_slopes(xp, x, A) * (A @ v))[:, None] * A,
            "v": lambda xp, x, v, A: layer_slopes(xp, x, A)[:, None] * A,
        },
    ),
    "two_pullbacks": Row(
        "⟨Jᵀu, Jᵀt⟩ of tanh(A x), by one pullback called twice; x (n,), u (m,), t (m,), A (m, n).", vectors, ("",),
        lambda: two_pullbacks, {"x": two_pullbacks_by_x, "u": two_pullbacks_by_u},
    ),
    "gauss_newton": Row(
        "Jᵀ(J v) of tanh(A x), by both modes; x (n,), v (n,), A (m, n).", vectors, ("",),
        lambda: gauss_newton,
        {
            "x": lambda xp, x, v, A: weighted(-4 * xp.tanh(A @ x) * layer_slopes(xp, x, A) ** 2 * (A @ v), A),
            "v": lambda xp, x, v, A: weighted(layer_slopes(xp, x, A) ** 2, A),
        },
    ),
    "meta_learning": Row(
        "V(x − η ∇L(x)), a logistic loss after one step of descent on another; x (n,), η (), A (m, n), Z (m, n).",
        vectors, ("f", "r", "v"),
        lambda d: lambda xp, x, eta, A, Z: learned(xp, d, 1, x, eta, A, Z),
        {"x": learned_by_x, "eta": learned_by_eta},
    ),
    "meta_learning_steps": Row(
        "The same after two steps; x (n,), η (), A (m, n), Z (m, n).", vectors, EITHER,
        lambda d: lambda xp, x, eta, A, Z: learned(xp, d, 2, x, eta, A, Z),
        {"x": None, "eta": None},
    ),
    "stop_gradient_factor": Row(
        "x · stop(x²), elementwise, which is x³, of derivative x²; x (n,).", vectors, ("",),
        lambda: lambda xp, x: x * xp.ad.stop_gradient(x**2), {"x": lambda xp, x: diagonal(xp, x**2)},
    ),
    "stop_gradient_straight_through": Row(
        "x + stop(sin x − x), elementwise, which is sin x, of derivative 1; x (n,).", vectors, ("",),
        lambda: lambda xp, x: x + xp.ad.stop_gradient(xp.sin(x) - x),
        {"x": lambda xp, x: diagonal(xp, xp.ones_like(x))},
    ),
    "stop_gradient_logsumexp": Row(
        "h + log Σ exp(x − h) with h = stop(max x), of the derivative that it has for any h; x (n,).", vectors, ("",),
        lambda: stopped_logsumexp, {"x": lambda xp, x: xp.exp(x) / xp.sum(xp.exp(x))},
    ),
    "stop_gradient_of_slope": Row(
        "x · stop(d/dy y³ at y = x), which is 3x³, of derivative 3x²; x ().", numbers, EITHER,
        lambda d: lambda xp, x: x * xp.ad.stop_gradient(slope(xp, d, lambda y: y**3)(x)),
        {"x": lambda xp, x: 3 * x**2},
    ),
    "stop_gradient_inside": Row(
        "x · d/dy (y · stop(x y²)) at y = x, which is x⁴, of derivative x³; x ().", numbers, EITHER,
        lambda d: lambda xp, x: x * slope(xp, d, lambda y: y * xp.ad.stop_gradient(x * y**2))(x),
        {"x": lambda xp, x: x**3},
    ),
}  # fmt: skip


def inputs_of(made, draw):
    def inputs(rng):
        return {name: x for name, x in draw(rng).items() if name in made.parameters}

    return inputs


for name, row in ROWS.items():
    for mode in row.modes:
        function = row.make(*mode)
        function.__doc__ = row.formula
        made = case(name=f"{name}_{mode}" if mode else name, wrt=row.by, source=row.source)(function)
        made.inputs(inputs_of(made, row.inputs))
        for wrt, closed_form in row.by.items():
            if closed_form is not None:
                made.jacobian(wrt)(closed_form)
