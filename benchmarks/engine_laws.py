"""The engine's laws, each as a ratio in one run: `python benchmarks/engine_laws.py [SECTION…]`.

| section | what is measured |
|---|---|
| jacobians | whole Jacobians and Hessians beside a loop over unit vectors, autograd and torch.func |
| products | a Hessian-vector product over a gradient; a JVP and a gradient over the primal |
| chains | time and bytes of a chain by its length, and its time over the same NumPy calls by hand |
| peers | the eager gradient of every bench case, small sizes, beside autograd and torch |
| hand | the gradient of large arrays beside the same primitives written by hand, in time and in peak memory |

The calls of one comparison take turns, in one process with one thread; times are minima, of this thread alone.
"""

from __future__ import annotations

import math
import sys

import asv_suite  # noqa: F401  one thread, before NumPy is imported
import autograd
import autograd.numpy as anp
import numpy as np
import torch
from laws_by_hand import PROGRAMS
from laws_timing import exponent, minima, peak_bytes, row, sample, summary

from adbench import engine, registry
from adbench.engine import basis
from adbench.engine import numpy as enp
from adbench.plan import Cell
from adbench.timing.call import TimedCall, prepare

CASES = {name: case for name, case in registry.load_cases().items() if case.bench}
LARGE_BYTES = 2**18  # of inputs: beyond the reach of the interpreter's overhead
SMALL_ENTRIES = 1000


def main() -> None:
    """Run the sections named on the command line, or all."""
    for name in sys.argv[1:] or SECTIONS:
        print(f"\n## {name}", flush=True)
        SECTIONS[name]()


# Jacobians

LAYERS = {  # each with a namespace's own functions: xp, softmax, A @ x, and a scalar for the Hessian
    "ridge residual": (lambda xp, softmax, A, b, x: A @ x - b, lambda xp, y, x: xp.sum(y * y) + 0.7 * xp.sum(x * x)),
    "softmax layer": (lambda xp, softmax, A, b, x: softmax(A @ x + b), lambda xp, y, x: xp.sum(y * y)),
    "tanh layer": (lambda xp, softmax, A, b, x: xp.tanh(A @ x + b), lambda xp, y, x: xp.sum(y * y)),
}


def jacobians():
    """Milliseconds of the engine, and the others' times over it."""
    rng = np.random.default_rng(0)
    row("", "engine µs", "loop", "autograd", "torch.func")
    ratios = {"loop": [], "autograd": [], "torch.func": []}
    for n in (3, 10, 30, 100, 300, 1000):
        A, b, x = rng.standard_normal((n, n)) / math.sqrt(n), rng.standard_normal(n), rng.standard_normal(n)
        for title, (layer, scalar) in LAYERS.items():
            for kind in ("jacfwd", "jacrev", "hessian"):
                calls = jacobian_calls(kind, layer, scalar, A, b, x)
                if n > 300 or (n > 100 and kind == "hessian"):
                    del calls["autograd"], calls["loop"]  # seconds each
                expected = calls["torch.func"]().numpy()
                for name, call in calls.items():
                    np.testing.assert_allclose(np.asarray(call()), expected, rtol=1e-8, atol=1e-10, err_msg=name)
                seconds = minima(calls)
                times = {name: seconds[name] / seconds["engine"] for name in ratios if name in seconds}
                for name, ratio in times.items():
                    ratios[name].append(ratio)
                row(f"{title}, n={n}, {kind}", seconds["engine"] * 1e6, *[times.get(name, "") for name in ratios])
    for name, values in ratios.items():
        summary(name, values, 1, at_least=True)


def jacobian_calls(kind, layer, scalar, A, b, x):
    """The same Jacobian by the engine, the engine's loop, autograd and torch."""

    def function(xp, softmax, A, b):
        value = lambda x: layer(xp, softmax, A, b, x)
        return (lambda x: scalar(xp, value(x), x)) if kind == "hessian" else value

    by_engine = getattr(engine, kind)(function(enp, enp.special.softmax, A, b))
    by_autograd = (autograd.hessian if kind == "hessian" else autograd.jacobian)(function(anp, autograd_softmax, A, b))
    At, bt, xt = torch.from_numpy(A), torch.from_numpy(b), torch.from_numpy(x)
    by_torch = getattr(torch.func, kind)(function(torch, lambda z: torch.softmax(z, 0), At, bt))

    def by_loop():
        basis.SINGLY, singly = sys.maxsize, basis.SINGLY
        try:
            return by_engine(x)
        finally:
            basis.SINGLY = singly

    return {
        "engine": lambda: by_engine(x),
        "loop": by_loop,
        "autograd": lambda: by_autograd(x),
        "torch.func": lambda: by_torch(xt),
    }


def autograd_softmax(z):
    e = anp.exp(z - anp.max(z))
    return e / anp.sum(e)


# Products


def products():
    """HVP over gradient of every bench case; JVP and gradient over the primal of those with large arrays."""
    row("", "hvp/grad", "jvp/primal", "grad/primal", "jvp, first", "grad, first")
    ratios = {kind: [] for kind in ("hvp", "jvp", "gradient", "jvp by the first input", "gradient by the first input")}
    for case in CASES.values():
        for size in case.sizes:
            f, primals = scalar_function(case, size)
            seconds = minima(products_of(f, primals))
            over = {"hvp": seconds["hvp"] / seconds["gradient"]}
            if sum(x.nbytes for x in case.make_inputs(size).values()) >= LARGE_BYTES:
                over |= {kind: seconds[kind] / seconds["primal"] for kind in ratios if kind != "hvp"}
            for kind, ratio in over.items():
                ratios[kind].append(ratio)
            row(f"{case.name}[{size}]", *over.values())
    summary("HVP over gradient", ratios.pop("hvp"), 3, at_least=False)
    for kind, values in ratios.items():
        summary(f"{kind} over primal, large arrays", values, 2.5 if "jvp" in kind else 4, at_least=False)


def products_of(f, primals):
    """The primal and its derivatives, by all inputs at once and by the first alone."""
    tangents, everything = tuple(np.ones_like(x) for x in primals), tuple(range(len(primals)))
    first = lambda x: f(x, *primals[1:])
    return {
        "primal": lambda: f(*primals),
        "gradient": lambda: engine.grad(f, everything)(*primals),
        "jvp": lambda: engine.jvp(f, primals, tangents),
        "hvp": lambda: engine.hvp(f, primals, tangents),
        "gradient by the first input": lambda: engine.grad(first)(primals[0]),
        "jvp by the first input": lambda: engine.jvp(first, primals[:1], tangents[:1]),
    }


def scalar_function(case, size):
    """The sum of a case's output as a function of the inputs that it is differentiated with respect to."""
    inputs = case.make_inputs(size)
    namespace = registry.load_backend("numpy").namespace
    fixed = {name: x for name, x in inputs.items() if name not in case.wrt}

    def f(*primals):
        return enp.sum(case.function(namespace, **fixed, **dict(zip(case.wrt, primals, strict=True))))

    return f, tuple(inputs[name] for name in case.wrt)


# Chains


def sines(xp, x, n):
    for _ in range(n):
        x = xp.sin(x)
    return x


def sines_by_hand(x, n):
    """The gradient of `sines` with the NumPy calls that the engine makes."""
    values = []
    for _ in range(n):
        values.append(x)
        x = np.sin(x)
    x_bar = np.float64(1)
    while values:
        x_bar = x_bar * np.cos(values.pop())
    return x_bar


def doublings(xp, x, n):
    for _ in range(n):
        x = 0.5 * (x + x)  # halved, or 2ⁿ would overflow
    return x


LENGTHS = (10**3, 10**4, 10**5, 10**6)


def chains():
    """Nanoseconds and bytes a node by the number of nodes, and their exponents; the collector is as Python has it."""
    row("", "ns a node", "by hand", "ratio", "bytes a node")
    x, engines, hands, held = np.array(0.5), {}, {}, {}
    gradient = engine.grad(lambda x, n: sines(enp, x, n))
    for n in LENGTHS:
        engines[n] = lambda n=n: gradient(x, n)
        hands[n] = lambda n=n: sines_by_hand(x, n)
    seconds, by_hand = least(engines), least(hands)
    for n in LENGTHS:
        held[n] = peak_bytes(engines[n])
        row(f"sin, {n} times", seconds[n] / n * 1e9, by_hand[n] / n * 1e9, seconds[n] / by_hand[n], held[n] / n)
    exponent("time", seconds)
    exponent("memory", held)
    summary("time over by hand", [seconds[n] / by_hand[n] for n in LENGTHS], 4, at_least=False)
    doubled = engine.grad(lambda x, n: doublings(enp, x, n))
    wide = least({n: lambda n=n: doubled(x, n) for n in LENGTHS[:3]})
    for n, taken in wide.items():
        row(f"x + x, {n} deep", taken / n * 1e9)
    exponent("time of x + x", wide)


def least(calls):
    """Seconds of each call, by its length, the least of many that take turns."""
    taken = dict.fromkeys(calls, math.inf)
    for _ in range(8):
        for n, call in calls.items():
            taken[n] = min(taken[n], *[sample(call, 1, collecting=True) for _ in range(1 + 10**5 // n)])
    return taken


# Peers


def peers():
    """Every bench case at its small sizes: autograd's and torch's time over the engine's."""
    row("", "engine µs", "autograd", "torch")
    ratios, without_custom = {"autograd": [], "torch": []}, {"autograd": [], "torch": []}
    for case in CASES.values():
        for size in case.sizes:
            inputs = case.make_inputs(size)
            if max(*map(np.size, inputs.values()), math.prod(case.output_shape(inputs))) > SMALL_ENTRIES:
                continue
            seconds = minima(gradients(case, size))
            times = {name: seconds[name] / seconds["numpy"] for name in ratios if name in seconds}
            for name, ratio in times.items():
                ratios[name].append(ratio)
                if "custom" not in case.name:
                    without_custom[name].append(ratio)
            row(f"{case.name}[{size}]", seconds["numpy"] * 1e6, *[times.get(name, "") for name in ratios])
    for name, figure in (("autograd", 6), ("torch", 2)):
        summary(name, ratios[name], figure, at_least=True)
        summary(f"{name}, without chains of custom rules", without_custom[name], figure, at_least=True)


def gradients(case, size):
    """The prepared `vjp` of each library that has it."""
    made = {}
    for name in ("numpy", "autograd", "torch"):
        cell = Cell(case=case.name, size=size, operator="vjp", dtype="float64", backend=name)
        timed = prepare(cell, case, registry.load_backend(name))
        if isinstance(timed, TimedCall):
            made[name] = lambda timed=timed: timed.synchronize(timed.call())
    return made


def hand():
    """Large arrays: the engine's gradient over the same primitives by hand, in time and in peak memory."""
    row("", "ms", "by hand", "ratio", "MB", "by hand", "ratio")
    times, memory = [], []
    for title, (by_engine, by_hand) in PROGRAMS.items():
        np.testing.assert_allclose(by_engine(), by_hand(), rtol=1e-9)
        seconds = minima({"engine": by_engine, "hand": by_hand})
        peaks = peak_bytes(by_engine), peak_bytes(by_hand)
        times.append(seconds["engine"] / seconds["hand"])
        memory.append(peaks[0] / peaks[1])
        row(title, *[s * 1e3 for s in seconds.values()], times[-1], *[p / 1e6 for p in peaks], memory[-1])
    summary("time over by hand", times, 1.1, at_least=False)
    summary("peak memory over by hand", memory, 1.1, at_least=False)


SECTIONS = {"jacobians": jacobians, "products": products, "chains": chains, "peers": peers, "hand": hand}

if __name__ == "__main__":
    main()
