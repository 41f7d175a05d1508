"""Which checkers find a wrong derivative: `python benchmarks/detection.py [SEEDS]` prints docs/detection.md's table.

One of 1000 entries of a derivative is off by a relative fault, planted in a rule of the library's own kind
(`torch.autograd.Function`, `jax.custom_jvp`, autograd's `defvjp` and `defjvp`), and each checker looks at the same
function. The stock checkers are called as their documentation says, with their default tolerances, in float64.
adbench does what `adbench run` does: `jvp` and `vjp`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from adbench.backend import Backend, Function
from adbench.case import Array, Case, case
from adbench.conformance import check
from adbench.conformance.subject import Subject
from adbench.errors import BackendNotInstalled
from adbench.oracle.truth import Truth, truth_at
from adbench.plan import Cell
from adbench.registry import load_backend

SEEDS = 20
OPERATORS = ("jvp", "vjp")  # what a bare `adbench run` looks at

# What an entry of the derivative is multiplied by.
FAULTS = {"none": 1.0, **{f"{size:.0e}": 1 + size for size in (1e-10, 1e-8, 1e-6, 1e-4, 1e-2)}, "entry is 0": 0.0}

SIZES = {"small": 20, "full": 1000}  # entries of the derivative


@case(wrt=("x",), sizes={size: {"n": n} for size, n in SIZES.items()})
def sine(xp, x, planted):
    """sin x; x (n,). The derivative has n entries that are not zero."""
    return xp.ad.custom_vjp(
        lambda x: xp.sin(x),
        vjp=lambda y_bar, y, x: y_bar * planted * xp.cos(x),
        jvp=lambda x_dot, y, x: x_dot * planted * xp.cos(x),
    )(x)


@sine.inputs
def _(rng, n):
    return {"x": rng.uniform(-3, 3, n), "planted": np.ones(n)}


@case(wrt=("x",), sizes={size: {"m": 20, "n": n // 20} for size, n in SIZES.items()})
def matvec(xp, x, A, planted):
    """A x; A (20, n / 20), x (n / 20,). The derivative is A."""
    return xp.ad.custom_vjp(
        lambda x: A @ x,
        vjp=lambda y_bar, y, x: (planted * A).T @ y_bar,
        jvp=lambda x_dot, y, x: (planted * A) @ x_dot,
    )(x)


@matvec.inputs
def _(rng, m, n):
    return {"x": rng.standard_normal(n), "A": rng.standard_normal((m, n)), "planted": np.ones((m, n))}


@case(wrt=("W",), sizes={size: {"m": 30, "n": n // 20, "k": 20} for size, n in SIZES.items()})
def ridge(xp, W, X, Y, planted):
    """‖Y − X W‖² + ‖W‖² / 10; W (n / 20, 20). The derivative is the gradient."""

    def f(W):
        R = X @ W - Y
        return xp.sum(R * R) + xp.sum(W * W) / 10

    def gradient(W):
        return planted * (2 * (X.T @ (X @ W - Y)) + W / 5)

    return xp.ad.custom_vjp(
        f, vjp=lambda y_bar, y, W: y_bar * gradient(W), jvp=lambda W_dot, y, W: xp.sum(W_dot * gradient(W))
    )(W)


@ridge.inputs
def _(rng, m, n, k):
    return {
        "W": rng.standard_normal((n, k)),
        "X": rng.standard_normal((m, n)),
        "Y": rng.standard_normal((m, k)),
        "planted": np.ones((n, k)),
    }


PROBLEMS = (sine, matvec, ridge)
Checker = Callable[[Function, Array], bool]  # whether it finds the derivative of the function at a point wrong


def torch_slow(f: Function, x: Array) -> bool:
    """`torch.autograd.gradcheck` as it is."""
    import torch

    return not torch.autograd.gradcheck(f, x.requires_grad_(), raise_exception=False)


def torch_fast(f: Function, x: Array) -> bool:
    """`torch.autograd.gradcheck` with `fast_mode=True`."""
    import torch

    return not torch.autograd.gradcheck(f, x.requires_grad_(), fast_mode=True, raise_exception=False)


def jax_check(f: Function, x: Array) -> bool:
    """`jax.test_util.check_grads`, first order, both modes; the order has no default."""
    from jax.test_util import check_grads

    return _raises_assertion(lambda: check_grads(f, (x,), order=1))


def autograd_check(f: Function, x: Array) -> bool:
    """`autograd.test_util.check_grads`, both modes and second order as it is."""
    from autograd.test_util import check_grads

    return _raises_assertion(lambda: check_grads(f)(x))


STOCK: dict[str, tuple[str, Checker]] = {
    "torch gradcheck, slow": ("torch", torch_slow),
    "torch gradcheck, fast": ("torch", torch_fast),
    "jax check_grads": ("jax", jax_check),
    "autograd check_grads": ("autograd", autograd_check),
}


def _raises_assertion(check_it: Callable[[], Any]) -> bool:
    try:
        check_it()
    except AssertionError:
        return True
    return False


def adbench_finds(backend: Backend, problem: Case, size: str, truth: Truth) -> bool:
    """Whether adbench's check fails on the function with what is planted in `truth.inputs`."""
    subject = Subject(backend, problem, size, "float64", "cpu", truth)
    cells = [Cell(case=problem.name, size=size, operator=o, dtype="float64", backend=backend.name) for o in OPERATORS]
    # What a failure is classed by is not asked here, and takes a pass over every number of the computation.
    subject.scale = 1.0
    outcomes = [check.check_cell(cell, subject) for cell in cells]
    if lost := [o for o in outcomes if o.status not in ("pass", "fail")]:
        raise RuntimeError(f"{lost[0].cell}: {lost[0].message}")
    return any(o.status == "fail" for o in outcomes)


def stock_finds(checker: Checker, backend: Backend, problem: Case, truth: Truth) -> bool:
    """Whether a stock checker finds the same function wrong at the same point."""
    arrays = {name: backend.asarray(x) for name, x in truth.inputs.items()}
    (wrt,) = problem.wrt
    x = arrays.pop(wrt)
    return checker(backend.bind(problem, arrays, (wrt,)), x)


def plant(truth: Truth, factor: float, seed: int) -> Truth:
    """The truth with one entry of the derivative, drawn by the seed, multiplied by `factor` in the function's rule."""
    planted = truth.inputs["planted"].copy()
    planted.flat[np.random.default_rng(seed).integers(planted.size)] = factor
    return replace(truth, inputs={**truth.inputs, "planted": planted})


def count(finds: Callable[[Case, Truth], bool], truths: dict[str, Truth], factor: float, seeds: int) -> tuple[int, int]:
    """How many plants were found, of how many."""
    found = []
    for problem in PROBLEMS:
        for seed in range(seeds):
            _seed_checkers(seed)
            found.append(finds(problem, plant(truths[problem.name], factor, seed)))
    return sum(found), len(found)


def _seed_checkers(seed: int) -> None:
    """Their directions are drawn from the libraries' global generators."""
    np.random.seed(seed)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)


def within_reach(problem: Case, truth: Truth, fault: float) -> tuple[int, int]:
    """In how many entries of the derivative, of how many, a fault cannot hide.

    It moves `jvp` or `vjp` by more than twice the tolerance: what is left when rounding goes against it is still more
    than is allowed.
    """
    (wrt,) = problem.wrt
    jacobian = truth.jacobian[wrt].high.reshape(truth.cotangent.size, -1)
    moved = np.abs(fault * jacobian)
    by_reverse = moved * np.abs(truth.cotangent.reshape(-1, 1)) > 2 * truth.vjp[wrt].tolerance.reshape(1, -1)
    by_forward = moved * np.abs(truth.tangents[wrt].reshape(1, -1)) > 2 * truth.jvp.tolerance.reshape(-1, 1)
    entries = jacobian != 0
    return int((by_reverse | by_forward)[entries].sum()), int(entries.sum())


def checkers(size: str) -> Iterator[tuple[str, Callable[[Case, Truth], bool]]]:
    """Every checker whose library is installed."""
    backends = {}
    for name in ("torch", "jax", "autograd"):
        try:
            backends[name] = load_backend(name)
        except BackendNotInstalled as error:
            print(error, file=sys.stderr)
    for name, backend in backends.items():
        yield f"adbench on {name}", lambda p, t, b=backend: adbench_finds(b, p, size, t)
    for title, (name, checker) in STOCK.items():
        if name in backends:
            yield title, lambda p, t, b=backends[name], c=checker: stock_finds(c, b, p, t)


def main(seeds: int = SEEDS, size: str = "full") -> None:
    """Print the table: what each checker found of what was planted."""
    truths = {p.name: truth_at(p, p.make_inputs(size), "float64") for p in PROBLEMS}
    print(f"| fault | {' | '.join(FAULTS)} |")
    print("|---" * (len(FAULTS) + 1) + "|")
    for title, finds in checkers(size):
        cells = []
        for factor in FAULTS.values():
            found, of = count(finds, truths, factor, seeds)
            cells.append(f"{found} of {of}")
        print(f"| {title} | {' | '.join(cells)} |", flush=True)
    print("\nEntries in which a fault of 1e-10 cannot hide from adbench:", end=" ")
    reach = {p.name: within_reach(p, truths[p.name], 1e-10) for p in PROBLEMS}
    print(", ".join(f"{name.partition('.')[2]} {found} of {of}" for name, (found, of) in reach.items()))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
