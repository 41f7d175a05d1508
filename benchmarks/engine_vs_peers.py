"""The engine's eager gradient beside autograd's and torch's: `python benchmarks/engine_vs_peers.py`.

Each is written as a user of that library would. The libraries take turns, in a new order each round, in one
process with one thread; a ratio is a peer's time over the engine's, of minima and of medians.
"""

from __future__ import annotations

import gc
import math
import random
import statistics
import time

import asv_suite  # noqa: F401  one thread, before NumPy is imported
import autograd
import autograd.numpy as anp
import numpy as np
import torch

from adbench import engine
from adbench.engine import numpy as enp

ROUNDS = 60
SAMPLE_SECONDS = 0.004
FIGURES = {"autograd": 5.0}  # issue 2: at least so many times the engine's time


def main() -> None:
    """Time all libraries on all functions and print the table."""
    rng, problems = np.random.default_rng(0), {}
    problems["ridge, m=5, n=3"] = ridge(rng, 5, 3)
    for n in (1, 1000):
        problems[f"sigmoid, 3-fold, n={n}"] = sigmoid_chain(rng, n)
    print(
        f"autograd {version('autograd')}, torch {torch.__version__}; {ROUNDS} rounds, microseconds a gradient"
    )
    print(f"{'':24}{'':10}{'minimum':>10}{'median':>10}{'× engine (minima)':>20}{'(medians)':>12}")
    ratios: dict[str, list[float]] = {}
    for title, (gradients, expected) in problems.items():
        for name, gradient in gradients.items():
            np.testing.assert_allclose(gradient(), expected, rtol=1e-10, err_msg=f"{title}, {name}")
        seconds = interleaved(gradients)
        for name, samples in seconds.items():
            least, middle = min(samples), statistics.median(samples)
            ratio = least / min(seconds["engine"])
            of_medians = middle / statistics.median(seconds["engine"])
            ratios.setdefault(name, []).append(ratio)
            times = f"{least * 1e6:10.1f}{middle * 1e6:10.1f}"
            print(f"{title:24}{name:10}{times}{ratio:20.2f}{of_medians:12.2f}")
    print()
    for name in ("autograd", "torch"):
        mean, worst = statistics.geometric_mean(ratios[name]), min(ratios[name])
        figure = FIGURES.get(name)
        verdict = (
            f" (figure: {figure:g} ×, {'reached' if worst >= figure else 'NOT reached'})" if figure else ""
        )
        print(f"{name}: {mean:.2f} × the engine's time, geometric mean; at least {worst:.2f} ×{verdict}")


def ridge(rng, m, n):
    """The gradient of ‖y − Xw‖² + λ‖w‖² by w, for each library, and its closed form."""
    X, y, w, lam = rng.standard_normal((m, n)), rng.standard_normal(m), rng.standard_normal(n), 0.7

    def with_engine(w):
        r = y - X @ w
        return enp.sum(r * r) + lam * enp.sum(w * w)

    def with_autograd(w):
        r = y - anp.dot(X, w)
        return anp.sum(r * r) + lam * anp.sum(w * w)

    Xt, yt, wt = torch.from_numpy(X), torch.from_numpy(y), torch.tensor(w, requires_grad=True)

    def with_torch():
        r = yt - Xt @ wt
        return torch.autograd.grad((r * r).sum() + lam * (wt * wt).sum(), wt)[0]

    by_engine, by_autograd = engine.grad(with_engine), autograd.grad(with_autograd)
    gradients = {"engine": lambda: by_engine(w), "autograd": lambda: by_autograd(w), "torch": with_torch}
    return gradients, 2 * X.T @ (X @ w - y) + 2 * lam * w


def sigmoid_chain(rng, n):
    """The gradient of Σ s(s(s(x))), s(x) = 1/(1 + exp(−x)), for each library, and its closed form."""
    x = rng.standard_normal(n)

    def with_engine(x):
        for _ in range(3):
            x = 1 / (1 + enp.exp(-x))
        return enp.sum(x)

    def with_autograd(x):
        for _ in range(3):
            x = 1 / (1 + anp.exp(-x))
        return anp.sum(x)

    xt = torch.tensor(x, requires_grad=True)

    def with_torch():
        s = xt
        for _ in range(3):
            s = 1 / (1 + torch.exp(-s))
        return torch.autograd.grad(s.sum(), xt)[0]

    by_engine, by_autograd = engine.grad(with_engine), autograd.grad(with_autograd)
    gradients = {"engine": lambda: by_engine(x), "autograd": lambda: by_autograd(x), "torch": with_torch}
    expected, s = np.ones(n), x
    for _ in range(3):
        s = 1 / (1 + np.exp(-s))
        expected = expected * s * (1 - s)
    return gradients, expected


def interleaved(calls):
    """Seconds a call, `ROUNDS` samples each, in turns whose order changes every round."""
    numbers = {name: max(1, math.ceil(SAMPLE_SECONDS / warm(call))) for name, call in calls.items()}
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    order = random.Random(0)
    for _ in range(ROUNDS):
        for name in order.sample(list(calls), len(calls)):
            seconds[name].append(sample(calls[name], numbers[name]))
    return seconds


def warm(call):
    for _ in range(20):
        call()
    return min(sample(call, 5) for _ in range(10))


def sample(call, number):
    gc.disable()
    try:
        start = time.perf_counter()
        for _ in range(number):
            call()
        return (time.perf_counter() - start) / number
    finally:
        gc.enable()


def version(distribution):
    from importlib.metadata import version

    return version(distribution)


if __name__ == "__main__":
    main()
