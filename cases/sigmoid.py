"""Sigmoids, naive, with a custom rule, and the library's own: what a hand-written derivative gains and loses.

The rule σ′ = σ(1 − σ) saves work, and at x = 100 it loses every digit: σ rounds to 1 there, so that
the rule gives 0, while the naive formula, differentiated, keeps the true 3.72e-44. Chains of k
sigmoids measure the overhead of a node.
"""

from __future__ import annotations

from functools import cache, partial

import numpy as np

from adbench.case import case

SOURCE = "lecture notes 001, customizing the backward step"
ORDINARY = {"small": {"n": 7}, "one": {"n": 1}}
OF_RULE = {"x": (None, 2.0)}  # beyond, the rule σ(1 − σ) loses digits of 1 − σ
AT_100 = {"x": (100.0, 100.0)}
FOLDS = (1, 3, 10, 100)


def naive(xp, x):
    return 1 / (1 + xp.exp(-x))


@cache  # once a namespace: a library may build a class here, which costs more than calling it
def custom(xp):
    """The sigmoid whose derivative is the rule σ(1 − σ), by the backend's own mechanism."""

    def rule(seed, y, x):
        return seed * y * (1 - y)  # of y_bar and x_dot alike, as the Jacobian is diagonal

    return xp.ad.custom_vjp(lambda x: naive(xp, x), vjp=rule, jvp=rule)


def slope(xp, x):
    """σ′(x) = σ(x) σ(−x), which has all its digits at any x."""
    return naive(xp, x) * naive(xp, -x)


def diagonal(xp, partial):
    return xp.eye(partial.shape[0], dtype=partial.dtype) * partial


def ordinary(rng, n):
    return {"x": rng.uniform(-2.0, 2.0, n)}


def at_100(rng):
    return {"x": np.array([100.0])}


def wide_or_ordinary(rng, n, wide=False):
    return {"x": np.linspace(-30.0, 30.0, n)} if wide else ordinary(rng, n)


@case(wrt=("x",), sizes={**ORDINARY, "wide": {"n": 7, "wide": True}}, source=SOURCE)
def sigmoid_naive(xp, x):
    """s(x) = 1/(1 + exp(−x)); x (n,)."""
    return naive(xp, x)


@case(wrt=("x",), sizes=ORDINARY, domain=OF_RULE, source=SOURCE)
def sigmoid_custom(xp, x):
    """s(x) = 1/(1 + exp(−x)) with the derivative rule s(1 − s); x (n,)."""
    return custom(xp)(x)


@case(wrt=("x",), sizes=ORDINARY, source=SOURCE)
def sigmoid_stable(xp, x):
    """s(x) = expit(x), the library's own; x (n,)."""
    return xp.special.expit(x)


def once(xp, x):
    return diagonal(xp, slope(xp, x))


for made, inputs in (
    (sigmoid_naive, wide_or_ordinary),
    (sigmoid_custom, ordinary),
    (sigmoid_stable, ordinary),
):
    made.inputs(inputs)
    made.jacobian("x")(once)


def folded(k):
    """The closed form of k sigmoids in a chain: the product of their slopes, on the diagonal."""

    def jacobian(xp, x):
        product = slope(xp, x)
        for _ in range(k - 1):
            x = naive(xp, x)
            product = product * slope(xp, x)
        return diagonal(xp, product)

    return jacobian


def pulled(k):
    """The pullback of k sigmoids by hand: each s serves its own slope and the next s."""

    def pullback(xp, y_bar, x):
        x_bar, s = y_bar, x
        for _ in range(k):
            s = naive(xp, s)
            x_bar = x_bar * s * (1 - s)
        return {"x": x_bar}

    return pullback


def chain_sizes(k):
    # Reverse mode keeps some four arrays a stage: 100 stages of 10⁶ entries would take 3 GB.
    return {**ORDINARY, "medium": {"n": 1000}, "large": {"n": 10**7 // max(k, 10)}}


def in_float32(k):
    """The dtypes in which the chain's derivative, near 0.22ᵏ, is a normal number."""
    return ("float64", "float32") if k <= 10 else ("float64",)


def chain(prefix, sigmoid_of, k):
    @case(
        name=f"{prefix}_{k}",
        wrt=("x",),
        sizes=chain_sizes(k),
        dtypes=in_float32(k),
        domain=OF_RULE if sigmoid_of is custom else {},
        source=SOURCE,
        bench=True,
    )
    def sigmoids(xp, x):
        """s(s(…s(x)…)), as many times as the name says, with the rule s(1 − s) if custom; x (n,)."""
        s = sigmoid_of(xp)
        for _ in range(k):
            x = s(x)
        return x

    sigmoids.inputs(ordinary)
    sigmoids.jacobian("x")(folded(k))
    sigmoids.vjp(pulled(k))
    return sigmoids


KINDS = {"sigmoid_chain": lambda xp: partial(naive, xp), "sigmoid_custom_chain": custom}
CHAINS = {(prefix, k): chain(prefix, sigmoid_of, k) for k in FOLDS for prefix, sigmoid_of in KINDS.items()}


# in float64 alone: in float32 the derivative at 100 is below the smallest normal number
for made, closed_form in (
    (sigmoid_naive, once),
    (sigmoid_custom, once),
    (sigmoid_stable, once),
    (CHAINS["sigmoid_chain", 3], folded(3)),
    (CHAINS["sigmoid_custom_chain", 3], folded(3)),
):
    there = case(
        name=f"{made.name.partition('.')[2]}_at_100", wrt=("x",), dtypes=("float64",), domain=AT_100, source=SOURCE
    )(made.function)
    there.inputs(at_100)
    there.jacobian("x")(closed_form)
