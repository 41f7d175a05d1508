"""What theory says of the cost of derivatives, as programs whose cost is known.

A chain of dense maps has a Jacobian that forward mode makes in time that grows with the inputs, reverse mode with the
outputs; a chain of n nodes and a value that is used n times over must be differentiated in time that grows as n; and
a product with a Hessian costs a few gradients, never n of them. A library that walks every path of a graph, recurses
once a node or makes a Hessian on the way gives the right answer, and none when n is large.

The sizes here are for conformance. `python benchmarks/laws.py` times others, and docs/laws.md has what came of it.
"""

from __future__ import annotations

import numpy as np

from adbench.case import case

NOTES = "lecture notes 001, cost of forward and reverse mode"
GRAPHS = "Griewank & Walther, Evaluating Derivatives (2008), chapter 4"
PRODUCTS = "Griewank & Walther, Evaluating Derivatives (2008), chapter 5; Rosenbrock's function chained"


def _slope(xp, t):
    """tanh′ by its value."""
    return 1 - t * t


def _chain(name, **size):
    """A case of the chain, with its shape at the first size."""

    @case(name=name, wrt=("x",), sizes={"small": size}, source=NOTES)
    def chain(xp, x, H, G, F):
        """f = F tanh(G tanh(H x)); x (n,), H (m, n), G (p, m), F (q, p)."""
        return F @ xp.tanh(G @ xp.tanh(H @ x))

    @chain.inputs
    def _(rng, n, m, p, q):
        """Rows of unit length in the mean, so that tanh is flat nowhere, at any size."""
        shapes = {"H": (m, n), "G": (p, m), "F": (q, p)}
        maps = {name: rng.standard_normal(shape) / np.sqrt(shape[1]) for name, shape in shapes.items()}
        return {"x": rng.standard_normal(n), **maps}

    @chain.jacobian("x")
    def _(xp, x, H, G, F):
        t = xp.tanh(H @ x)
        u = xp.tanh(G @ t)
        return (F * _slope(xp, u)) @ (G * _slope(xp, t)) @ H

    @chain.vjp
    def _(xp, y_bar, x, H, G, F):
        t = xp.tanh(H @ x)
        u = xp.tanh(G @ t)
        return {"x": (((y_bar @ F) * _slope(xp, u)) @ G * _slope(xp, t)) @ H}

    return chain


wide = _chain("wide", n=6, m=4, p=3, q=2)
tall = _chain("tall", n=2, m=4, p=3, q=6)


@case(wrt=("x",), sizes={"small": {"steps": 10}}, domain={"x": (0.0, None)}, source=GRAPHS)
def deep_chain(xp, x, steps):
    """x ← x/(1 + x), as often as `steps` says, two nodes each time; x (), which becomes x/(1 + steps x)."""
    for _ in range(int(steps)):
        x = x / (1 + x)
    return x


deep_chain.inputs(lambda rng, steps: {"x": rng.uniform(0.5, 1.5), "steps": np.array(steps)})
deep_chain.jacobian("x")(lambda xp, x, steps: 1 / (1 + int(steps) * x) ** 2)
deep_chain.hessian("x", "x")(lambda xp, x, steps: -2 * int(steps) / (1 + int(steps) * x) ** 3)


@deep_chain.vjp
def _(xp, y_bar, x, steps):
    slope = 1 / (1 + int(steps) * x)
    return {"x": y_bar * slope * slope}


@case(wrt=("x",), sizes={"small": {"depth": 20}}, source=GRAPHS)
def wide_reuse(xp, x, depth):
    """x ← x + x, as often as `depth` says: 2^depth paths lead from the input to the output; x ()."""
    for _ in range(int(depth)):
        x = x + x
    return x


wide_reuse.inputs(lambda rng, depth: {"x": rng.uniform(0.5, 1.5), "depth": np.array(depth)})
wide_reuse.jacobian("x")(lambda xp, x, depth: xp.ones_like(x) * 2.0 ** int(depth))
wide_reuse.vjp(lambda xp, y_bar, x, depth: {"x": y_bar * 2.0 ** int(depth)})


def _gaps(x):
    return x[1:] - x[:-1] * x[:-1]


def _shifted(xp, early, late):
    """Of n − 1 terms, what each gives to its first entry and to its second, summed; shape (n,)."""
    none = xp.zeros_like(early[:1])
    return xp.concat([early, none]) + xp.concat([none, late])


@case(wrt=("x",), sizes={"small": {"n": 5}}, source=PRODUCTS)
def hvp_cost(xp, x):
    """f = Σᵢ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)², whose Hessian has three diagonals; x (n,)."""
    return xp.sum(100 * _gaps(x) ** 2 + (1 - x[:-1]) ** 2)


def gradient(xp, x):
    """−400 xᵢ (xᵢ₊₁ − xᵢ²) − 2 (1 − xᵢ) of one term, 200 (xᵢ − xᵢ₋₁²) of the other."""
    gaps = _gaps(x)
    return _shifted(xp, -400 * x[:-1] * gaps - 2 * (1 - x[:-1]), 200 * gaps)


hvp_cost.inputs(lambda rng, n: {"x": rng.standard_normal(n)})
hvp_cost.jacobian("x")(gradient)
hvp_cost.vjp(lambda xp, y_bar, x: {"x": y_bar * gradient(xp, x)})


@hvp_cost.hessian("x", "x")
def _(xp, x):
    early = 1200 * x[:-1] * x[:-1] - 400 * x[1:] + 2
    eye = xp.eye(x.shape[0], dtype=x.dtype)
    beside = xp.eye(x.shape[0], k=1, dtype=x.dtype) * (-400 * x)[:, None]
    return eye * _shifted(xp, early, 200 * xp.ones_like(early)) + beside + xp.matrix_transpose(beside)
