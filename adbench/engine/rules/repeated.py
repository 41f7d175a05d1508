"""What the second derivative needs where eigenvalues are repeated, and functions of them are smooth all the same.

Along Ẋ, eigenvalues that coincide move apart as the eigenvalues of Vᴴ Ẋ V, V any basis of their eigenvectors: ẇ is
linear in Ẋ only if Vᴴ Ẋ V is diagonal, as another choice of V makes it. In forward mode Ẋ is known, so V is so chosen
(`adapted`). In reverse mode over reverse it is not. There the gradient G = V diag(w̄) Vᴴ of a function of w alone has
w̄ⱼ = w̄ᵢ for wⱼ = wᵢ, and in its derivative stands

    (w̄ⱼ − w̄ᵢ) / (wⱼ − wᵢ) = ∂w̄ᵢ/∂wᵢ − ∂w̄ᵢ/∂wⱼ      as wⱼ → wᵢ

which the tape between w and w̄ knows (`split`). Source: Lewis & Sendov, Twice differentiable spectral functions (2001).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from adbench.engine.arrays import StandIn, whole
from adbench.engine.core import Array, Batched, Dual, Node, Tracer, history, plain
from adbench.engine.primitive import piecewise_constant

ROUNDINGS = 8  # times n eps ‖X‖ LAPACK's eigenvalues may be apart and equal; 1 is usual, 2 occurs at n = 3


def tangent_in(x: Any) -> Array:
    """A tangent of `x`, without derivatives of its own; None if there is none."""
    if x.__class__ is Dual:
        return plain(x.dot)
    within = tangent_in(x.value) if isinstance(x, Tracer) else None
    return within if within is None or x.__class__ is not Batched else Batched(within, x.axis)


def equal(w: Array) -> Array:
    """Which pairs of eigenvalues, shape (…, n), are equal to rounding; shape (…, n, n)."""
    size = np.abs(w).max(axis=-1, initial=0.0)[..., None, None]
    return np.abs(w[..., None, :] - w[..., None]) <= ROUNDINGS * w.shape[-1] * np.finfo(w.dtype).eps * size


def vanishing(s: Array) -> Array:
    """Which pairs of singular values, shape (…, k), are 0 to rounding; shape (…, k, k)."""
    size = s.max(axis=-1, initial=0.0)[..., None, None]
    return s[..., None, :] + s[..., None] <= ROUNDINGS * s.shape[-1] * np.finfo(s.dtype).eps * size


def repeated(w: np.ndarray) -> list[tuple[Any, ...]]:
    """An index for each run of equal eigenvalues among sorted ones, shape (…, n)."""
    same = equal(w)
    found = []
    for index in np.ndindex(w.shape[:-1]):
        ends = np.flatnonzero(~np.append(same[index].diagonal(1), False)) + 1  # of runs
        found += [(*index, slice(i, j)) for i, j in zip([0, *ends[:-1]], ends, strict=True) if j - i > 1]
    return found


def distinct(system: Array, row: int = 0) -> bool:
    """Whether no values in a row of a decomposition are equal; False where that is not known."""
    while isinstance(system, Tracer):  # a batch
        system = system.value
    return not isinstance(system, StandIn) and not repeated(np.real(system[..., row, :]))


def _adapted(system: np.ndarray, x_dot: np.ndarray) -> np.ndarray:
    """Eigenvalues above eigenvectors, these turned among those of equal values so that Vᴴ Ẋ V is diagonal there."""
    turned, dots = broadcast_stacks(system, x_dot)
    w, v = np.real(turned[..., 0, :]), turned[..., 1:, :]
    for *index, run in repeated(w):
        columns = (*index, slice(None), run)
        v[columns] = v[columns] @ axes_of(adjoint(v[columns]) @ dots[tuple(index)] @ v[columns])
    return turned


def _adapted_pairs(system: np.ndarray, x_dot: np.ndarray) -> np.ndarray:
    """U, singular values and V, stacked, U and V turned likewise so that Uᴴ Ẋ V is; apart where the values are 0."""
    turned, dots = broadcast_stacks(system, x_dot)
    m = x_dot.shape[-2]
    u, s, v = turned[..., :m, :], np.real(turned[..., m, :]), turned[..., m + 1 :, :]
    zero = vanishing(s)
    for *index, run in repeated(s):
        columns = (*index, slice(None), run)
        p = adjoint(u[columns]) @ dots[tuple(index)] @ v[columns]
        if zero[(*index, run.start, run.start)]:
            left, _, right = np.linalg.svd(p)
            u[columns], v[columns] = u[columns] @ left, v[columns] @ adjoint(right)
        else:
            axes = axes_of(p)
            u[columns], v[columns] = u[columns] @ axes, v[columns] @ axes
    return turned


adapted = piecewise_constant(whole(_adapted))
adapted_pairs = piecewise_constant(whole(_adapted_pairs))


def broadcast_stacks(system: np.ndarray, x_dot: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A copy of `system`, and `x_dot`, as stacks of as many matrices."""
    stack = np.broadcast_shapes(system.shape[:-2], x_dot.shape[:-2])
    copy = np.broadcast_to(system, (*stack, *system.shape[-2:])).copy()
    return copy, np.broadcast_to(x_dot, (*stack, *x_dot.shape[-2:]))


def adjoint(x: np.ndarray) -> np.ndarray:
    return x.conj().T


def axes_of(c: np.ndarray) -> np.ndarray:
    """The eigenvectors of the Hermitian part."""
    return np.asarray(np.linalg.eigh((c + adjoint(c)) / 2)[1])


def split(w_bar: Array, w: Array) -> np.ndarray | None:
    """∂w̄ᵢ/∂wᵢ − ∂w̄ᵢ/∂wⱼ for pairs of equal eigenvalues, else 0; shape (…, n, n).

    None where there are no such, or w̄ does not depend on `w` by a tape.
    """
    if not (w_bar.__class__ is w.__class__ is Node and w_bar.level == w.level):
        return None
    values = plain(w)
    runs = repeated(values) if isinstance(values, np.ndarray) else []
    if not runs:
        return None
    slopes = np.zeros((*values.shape, values.shape[-1]), values.dtype)
    for *index, run in runs:
        seed = np.zeros_like(values)
        seed[(*index, run.start)] = 1.0
        slope = plain(cotangent_at(w_bar, seed, w))
        if slope is not None:
            first, second = slope[(*index, run)][:2]
            slopes[(*index, run, run)] = (first - second) * (1 - np.eye(run.stop - run.start))
    return slopes


def cotangent_at(y: Node, y_bar: Array, x: Node) -> Array:
    """The cotangent of `x` for `y_bar` on an open tape, which is left as it was; None if `y` is no function of `x`."""
    nodes = history(y)
    bars = [node.bar for node in nodes]
    try:
        for node in nodes:
            node.bar = None
        y.bar = y_bar
        for node in reversed(nodes):
            if node is x:
                return x.bar
            if node.bar is not None and node.pull is not None:
                node.pull(node, node.bar)
        return None
    finally:
        for node, bar in zip(nodes, bars, strict=True):
            node.bar = bar
