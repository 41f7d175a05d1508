"""Entropies and divergences."""

from __future__ import annotations

from collections.abc import Callable

from adbench.cases.probability.common import (
    ENTROPIES,
    F64,
    HAZARD,
    PROBABILITY,
    Inputs,
    by_rows,
    define,
    fixed,
    simplex,
    spread,
)
from adbench.cases.probability.moments import ROWS

from adbench.case import DTYPES


def entropy(xp, p):
    """H(p) = −Σ p log p; p (4,) or (2, 4)."""
    return -xp.sum(p * xp.log(p), axis=-1)


def binary_entropy(xp, p):
    """(p − 1) log(1 − p) − p log p, entry by entry; p (3,)."""
    return (p - 1) * xp.log(1 - p) - p * xp.log(p)


def cross_entropy(xp, p, q):
    """H(p, q) = −Σ p log q; p and q (4,) or (2, 4)."""
    return -xp.sum(p * xp.log(q), axis=-1)


def kl(xp, p, q):
    """KL(p‖q) = −Σ p log(q/p); p and q (4,) or (2, 4)."""
    return -xp.sum(p * xp.log(q / p), axis=-1)


def kl_of_logits(xp, a, b):
    """KL(softmax a‖softmax b); a and b (4,) or (2, 4)."""
    log_p = a - xp.special.logsumexp(a, axis=-1, keepdims=True)
    log_q = b - xp.special.logsumexp(b, axis=-1, keepdims=True)
    return xp.sum(xp.exp(log_p) * (log_p - log_q), axis=-1)


def softmax(xp, a):
    e = xp.exp(a - xp.max(a, axis=-1, keepdims=True))
    return e / xp.sum(e, axis=-1, keepdims=True)


def kl_by_a(xp, a, b):
    """p (log p − log q − KL)."""
    log_ratio = (
        a - b - xp.special.logsumexp(a, axis=-1, keepdims=True) + xp.special.logsumexp(b, axis=-1, keepdims=True)
    )
    return softmax(xp, a) * (log_ratio - kl_of_logits(xp, a, b)[..., None])


OF_ENTROPY = {"p": lambda xp, p: -xp.log(p) - 1}
OF_CROSS = {"p": lambda xp, p, q: -xp.log(q), "q": lambda xp, p, q: -p / q}
OF_KL = {"p": lambda xp, p, q: xp.log(p / q) + 1, "q": lambda xp, p, q: -p / q}
OF_LOGITS = {"a": kl_by_a, "b": lambda xp, a, b: softmax(xp, b) - softmax(xp, a)}
OF_BINARY = {"p": lambda xp, p: xp.log(1 - p) - xp.log(p)}


def distributions(*names: str) -> Callable[..., Inputs]:
    return lambda rng, shape: {name: simplex(rng, shape) for name in names}


def two_logits(rng, shape):
    return {"a": rng.standard_normal(shape), "b": rng.standard_normal(shape)}


P_FAR, Q_FAR = [1e-9, 1e-8, 0.5, 0.25], [0.25, 0.5, 1e-9, 1e-7]  # 1/p⁴ is within the range of float32
CLOSE_P = [0.125, 0.25, 0.5, 0.125]
CLOSE_Q = [0.125 + 2.0**-30, 0.25 - 2.0**-31, 0.5, 0.125 - 2.0**-31]
FAR_A, FAR_B = [2.0, 0.0, -2.0, 1.0], [-300.0, 0.5, 40.0, 2.0]
for name, function, partials, inputs in (
    ("entropy", entropy, OF_ENTROPY, distributions("p")),
    ("cross_entropy", cross_entropy, OF_CROSS, distributions("p", "q")),
    ("kl", kl, OF_KL, distributions("p", "q")),
    ("kl_of_logits", kl_of_logits, OF_LOGITS, two_logits),
):
    domain = {} if "a" in partials else dict.fromkeys(partials, PROBABILITY)
    define(name, function, partials, by_rows, inputs, sizes=ROWS, source=ENTROPIES, domain=domain)
for name, function, partials, place, inputs, dtypes, tags in (
    ("entropy_near_zero", entropy, OF_ENTROPY, by_rows, fixed(p=P_FAR), DTYPES, ()),
    ("cross_entropy_near_zero", cross_entropy, OF_CROSS, by_rows, fixed(p=P_FAR, q=Q_FAR), DTYPES, ()),
    ("kl_near_zero", kl, OF_KL, by_rows, fixed(p=P_FAR, q=Q_FAR), DTYPES, ()),
    ("kl_close", kl, OF_KL, by_rows, fixed(p=CLOSE_P, q=CLOSE_Q), F64, HAZARD),
    ("kl_of_logits_far", kl_of_logits, OF_LOGITS, by_rows, fixed(a=FAR_A, b=FAR_B), F64, HAZARD),
    ("binary_entropy", binary_entropy, OF_BINARY, spread, fixed(p=[0.125, 0.75, 0.5 + 2.0**-10]), DTYPES, ()),
    ("binary_entropy_scalar", binary_entropy, OF_BINARY, spread, fixed(p=0.3), DTYPES, ()),
    ("binary_entropy_near_one", binary_entropy, OF_BINARY, spread, fixed(p=[1 - 2.0**-52, 1e-20]), F64, HAZARD),
):
    define(name, function, partials, place, inputs, dtypes=dtypes, tags=tags, source=ENTROPIES)
GUESSES: dict[str, list[float]] = {"bad": [0.01, 0.99], "good": [0.98, 0.02]}  # the notes' own, of p = 0.99
for guess, q in GUESSES.items():
    at_guess = fixed(p=[0.99, 0.01], q=q)
    define(f"cross_entropy_{guess}_guess", cross_entropy, OF_CROSS, by_rows, at_guess, source=ENTROPIES)
