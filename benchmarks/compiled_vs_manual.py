"""The compiled derivative beside the hand-written one and jax.jit's: `python benchmarks/compiled_vs_manual.py`.

For every bench case at every size, as functions of the cotangent of the value and of all inputs:

- *pullback*: the cotangents of the inputs alone. By hand it is the case's `@case.vjp` in plain NumPy.
- *both*: the value and the cotangents. By hand it is the case's function and then its `@case.vjp`.

The contenders take turns, in a new order each round, in one process with one thread; a ratio is one of minima.
`--case PATTERN` and `--size NAME` choose, `--rounds N` says how often.
"""

from __future__ import annotations

import argparse
import fnmatch
import math
import random
import statistics

import asv_suite  # noqa: F401  one thread, before NumPy is imported
import jax
import numpy as np
from adbench.backends.jax import Jax
from adbench.backends.numpy import NumPy

from adbench import engine, plain, registry
from adbench.timing.call import TimedCall

SAMPLE_SECONDS = 0.003
MEAN, WORST = 1.2, 1.5  # wanted: at most so many times the hand-written time
SMALL = 100  # entries of the largest array, up to which jax.jit is to be beaten


def main() -> None:
    """Time all and print the table."""
    options = parsed()
    bench = [c for c in registry.load_cases().values() if c.bench and c.pullback is not None]
    cases = [c for c in bench if fnmatch.fnmatchcase(c.name, options.case)]
    print(f"{options.rounds} rounds, minima; jax {jax.__version__}, NumPy {np.__version__}")
    print(f"{'':36}{'':10}{'by hand, µs':>12}{'compiled':>11}{'× hand':>8}{'jax.jit':>11}{'× compiled':>11}")
    ratios: dict[str, list[tuple[float, str]]] = {}
    for case in cases:
        for size in case.sizes:
            if options.size in ("", size):
                for what in ("pullback", "both"):
                    one(case, size, what, options.rounds, ratios)
    print()
    for what, found in ratios.items():
        mean = statistics.geometric_mean(r for r, _ in found)
        worst = (min if "jax" in what else max)(found)
        print(f"{what}: geometric mean {mean:.2f}, worst {worst[0]:.2f} ({worst[1]}), {len(found)} cases and sizes")


def parsed():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", default="*")
    parser.add_argument("--size", default="")
    parser.add_argument("--rounds", type=int, default=40)
    return parser.parse_args()


def one(case, size, what, rounds, ratios):
    """Time one case at one size and add its ratios."""
    inputs, calls = case.make_inputs(size), {}
    calls["hand"] = by_hand(case, inputs, what)
    calls["compiled"] = compiled(case, inputs, what)
    calls["jax"] = jitted(case, inputs, what)
    expected = calls["hand"].call()
    for name in ("compiled", "jax"):
        for got, want in zip(flat(calls[name].call()), flat(expected), strict=True):
            np.testing.assert_allclose(np.asarray(got), want, rtol=1e-6, atol=1e-9, err_msg=f"{case.name} {name}")
    seconds = interleaved(calls, rounds)
    to_hand, of_jax = seconds["compiled"] / seconds["hand"], seconds["jax"] / seconds["compiled"]
    where = f"{case.name}[{size}]"
    ratios.setdefault(f"{what}, compiled over hand", []).append((to_hand, where))
    if max(x.size for x in inputs.values()) <= SMALL:
        ratios.setdefault(f"{what}, jax.jit over compiled up to {SMALL} entries", []).append((of_jax, where))
    mark = "" if to_hand <= WORST else "  MISSED"
    hand, ours, theirs = (seconds[name] * 1e6 for name in ("hand", "compiled", "jax"))
    print(f"{where:36}{what:10}{hand:12.2f}{ours:11.2f}{to_hand:8.2f}{theirs:11.2f}{of_jax:11.2f}{mark}", flush=True)


def by_hand(case, inputs, what):
    xp, values = plain.NAMESPACE, list(inputs.values())
    y_bar, f, pullback = np.ones_like(case.function(xp, *values)), case.function, case.pullback

    def both():
        return f(xp, *values), pullback(xp, y_bar, *values)

    return timed((lambda: pullback(xp, y_bar, *values)) if what == "pullback" else both)


def compiled(case, inputs, what):
    values = list(inputs.values())
    y_bar = np.ones_like(case.function(plain.NAMESPACE, *values))
    call = engine.compile(derivative(case, NumPy.namespace, engine.vjp, what), y_bar, *values)
    return timed(lambda: call(y_bar, *values))


def jitted(case, inputs, what):
    values = [jax.numpy.array(x) for x in inputs.values()]
    y_bar = jax.numpy.ones_like(case.function(Jax.namespace, *values))
    call = jax.jit(derivative(case, Jax.namespace, jax.vjp, what))
    return timed(lambda: call(y_bar, *values), jax.block_until_ready)


def derivative(case, xp, vjp, what):
    """The function of the cotangent and all inputs."""
    positions = [case.parameters.index(name) for name in case.wrt]

    def derived(y_bar, *values):
        def f(*chosen):
            filled = list(values)
            for i, x in zip(positions, chosen, strict=True):
                filled[i] = x
            return case.function(xp, *filled)

        y, pullback = vjp(f, *[values[i] for i in positions])
        x_bars = tuple(pullback(y_bar))
        return x_bars if what == "pullback" else (y, x_bars)

    return derived


def timed(call, synchronize=lambda result: None):
    return TimedCall(call, synchronize, 0.0, 0.0)


def interleaved(calls, rounds):
    """The least seconds a call, in turns whose order changes every round."""
    numbers = {name: max(1, math.ceil(SAMPLE_SECONDS / warm(call))) for name, call in calls.items()}
    least = dict.fromkeys(calls, math.inf)
    order = random.Random(0)
    for _ in range(rounds):
        for name in order.sample(list(calls), len(calls)):
            least[name] = min(least[name], calls[name].sample(numbers[name]))
    return least


def warm(call):
    return min(call.sample(1) for _ in range(5))


def flat(tree):
    """The arrays of nested tuples and dictionaries."""
    if isinstance(tree, dict):
        return [x for item in tree.values() for x in flat(item)]
    return [x for item in tree for x in flat(item)] if isinstance(tree, tuple) else [tree]


if __name__ == "__main__":
    main()
