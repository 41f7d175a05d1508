"""Losses with every reduction: of residuals, of probabilities and of labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from adbench.cases.nn.common import F64, HAZARD, Function, Inputs, also, at, between, define, normal, strata

from adbench.case import DTYPES

# fmt: off


def loss(of: str, names: str, **options: Any) -> Function:
    """A loss of x, a target, and what `names` adds to them."""
    functions: Mapping[str, Function] = {
        "x target": lambda xp, x, target: getattr(xp.nn, of)(x, target, **options),
        "x target weight": lambda xp, x, target, weight: getattr(xp.nn, of)(x, target, weight, **options),
        "x target var": lambda xp, x, target, var: getattr(xp.nn, of)(x, target, var, **options),
        "x target weight pos_weight": lambda xp, x, target, weight, pos_weight: getattr(xp.nn, of)(
            x, target, weight=weight, pos_weight=pos_weight, **options
        ),
    }
    return functions[names]


def probabilities(*shape: int) -> Callable[..., np.ndarray]:
    return between(0.1, 0.9, *shape)


def positive(*shape: int) -> Callable[..., np.ndarray]:
    return between(0.5, 2.0, *shape)


REDUCED = ("none", "mean", "sum")
PAIR = strata(-2.0, 2.0, x=(2, 3), target=(2, 3))
GUESS = strata(0.1, 0.9, x=(2, 3), target=(2, 3))
LOGITS = also(normal(x=(2, 3)), target=probabilities(2, 3))
RESIDUALS = {
    "mse": "(x − t)²",
    "l1": "|x − t|",
    "huber": "r²/2 of r = x − t, |r| − ½ beyond 1",
    "smooth_l1": "r²/2 of r = x − t, |r| − ½ beyond 1",
}
for reduction in REDUCED:
    for of, formula in RESIDUALS.items():
        define(f"{of}_{reduction}", loss(of, "x target", reduction=reduction), "x target", PAIR,
            f"{formula}; reduction {reduction}; x and t (2, 3).")
    define(f"bce_{reduction}", loss("bce", "x target", reduction=reduction), "x target", GUESS,
        f"−t log x − (1 − t) log(1 − x); reduction {reduction}; x and t (2, 3).")
    define(f"bce_with_logits_{reduction}", loss("bce_with_logits", "x target", reduction=reduction), "x target", LOGITS,
        f"−t log σ(x) − (1 − t) log σ(−x); reduction {reduction}; x and t (2, 3).")
define("huber_delta", loss("huber", "x target", delta=0.6), "x target", PAIR, "huber with δ = 0.6; x and t (2, 3).")
define("smooth_l1_beta", loss("smooth_l1", "x target", beta=0.6), "x target", PAIR,
    "smooth_l1 with β = 0.6; x and t (2, 3).")

for wrt, name in (("x target", "bce_weight"), ("weight", "bce_by_weight")):
    define(name, loss("bce", "x target weight"), wrt, also(GUESS, weight=positive(3)),
        f"−w (t log x + (1 − t) log(1 − x)), averaged, by {wrt}; x and t (2, 3), w (3,).")
define("bce_nearly_sure", loss("bce", "x target", reduction="none"), "x target",
    at(x=[2.0**-20, 1 - 2.0**-20, 2.0**-20, 1 - 2.0**-20], target=[1.0, 0.0, 0.0, 1.0]),
    "−t log x − (1 − t) log(1 − x) of probabilities next to 0 and 1.", tags=HAZARD)
WEIGHTED_LOGITS = also(LOGITS, weight=positive(2, 1), pos_weight=positive(3))
define("bce_with_logits_weights", loss("bce_with_logits", "x target weight pos_weight"),
    "x target weight pos_weight", WEIGHTED_LOGITS,
    "−w (p t log σ(x) + (1 − t) log σ(−x)), averaged; x and t (2, 3), w (2, 1), p (3,).")
for bound, dtypes in ((20.0, DTYPES), (100.0, DTYPES), (745.0, F64)):
    define(f"bce_with_logits_at_{bound:g}", loss("bce_with_logits", "x target", reduction="none"), "x target",
        at(x=[bound, -bound, bound, -bound], target=[1.0, 0.0, 0.25, 0.25]),
        f"−t log σ(x) − (1 − t) log σ(−x) at ±{bound:g}, where two labels are right.", dtypes=dtypes, tags=HAZARD)

CLASSES, PLACES = [2, 0, 1], [[0, 2], [1, 1]]  # of three labels, and of two images of two entries
SCORES, IMAGES = also(normal(x=(3, 3)), target=CLASSES), also(normal(x=(2, 3, 2)), target=PLACES)
NLL, ENTROPY = "−w[t] x[t]", "−w[t] log softmax(x)[t]"
for reduction in REDUCED:
    for of, formula in (("nll", NLL), ("cross_entropy", ENTROPY)):
        define(f"{of}_{reduction}", loss(of, "x target", reduction=reduction), "x", SCORES,
            f"{formula}, w = 1; reduction {reduction}; x (3, 3), labels t (3,).")
        define(f"{of}_{reduction}_weight", loss(of, "x target weight", reduction=reduction), "x",
            also(SCORES, weight=positive(3)), f"{formula}; reduction {reduction}; x (3, 3), w (3,), labels t (3,).")
for of, formula in (("nll", NLL), ("cross_entropy", ENTROPY)):
    define(f"{of}_images", loss(of, "x target weight"), "x", also(IMAGES, weight=positive(3)),
        f"{formula}, the weighted mean; x (2, 3, 2), w (3,), labels t (2, 2).")
    define(f"{of}_by_weight", loss(of, "x target weight"), "weight", also(SCORES, weight=positive(3)),
        f"{formula}, the weighted mean, by w; x (3, 3), w (3,), labels t (3,).")
for reduction in REDUCED:
    define(f"cross_entropy_{reduction}_smoothing",
        loss("cross_entropy", "x target weight", reduction=reduction, label_smoothing=0.2), "x",
        also(SCORES, weight=positive(3)),
        f"{ENTROPY} with a fifth of the label spread over all; reduction {reduction}; x (3, 3), w (3,).")
    define(f"cross_entropy_{reduction}_probabilities",
        loss("cross_entropy", "x target weight", reduction=reduction, label_smoothing=0.1), "x target",
        also(normal(x=(2, 3)), target=probabilities(2, 3), weight=positive(3)),
        f"−Σ w p log softmax(x) with p = 0.9 t + 0.1/3; reduction {reduction}; x and t (2, 3), w (3,).")
define("cross_entropy_at_1000", loss("cross_entropy", "x target", reduction="none"), "x",
    at(x=[[1000.0, -1000.0, 999.0], [-1000.0, 1000.0, -999.5]], target=[0, 2]),
    "−log softmax(x)[t] of logits ±1000, labels that are likely and that are not.", tags=HAZARD)
define("cross_entropy_sure", loss("cross_entropy", "x target", reduction="sum"), "x",
    at(x=[[40.0, 0.0, -1.0], [0.0, 1.0, 50.0]], target=[0, 2]),
    "−Σ log softmax(x)[t] of labels that have nearly all.", tags=HAZARD)


def divergence(rng: Any) -> Inputs:
    guess = GUESS(rng)
    return {**guess, "x": np.log(guess["x"])}


for reduction in (*REDUCED, "batchmean"):
    define(f"kl_div_{reduction}", loss("kl_div", "x target", reduction=reduction), "x target", divergence,
        f"t (log t − x) of log-probabilities x; reduction {reduction}; x and t (2, 3).")
define("kl_div_log_target", loss("kl_div", "x target", reduction="sum", log_target=True), "x target",
    normal(x=(2, 3), target=(2, 3)), "Σ eᵗ (t − x) of log-probabilities x and t (2, 3).")
define("poisson_nll", loss("poisson_nll", "x target"), "x target", LOGITS, "eˣ − t x, averaged; x and t (2, 3).")
define("poisson_nll_rate", loss("poisson_nll", "x target", log_input=False, reduction="sum"), "x target", GUESS,
    "Σ x − t log(x + 1e-8); x and t (2, 3).")
for full, suffix in ((False, ""), (True, "_full")):
    define(f"gaussian_nll{suffix}", loss("gaussian_nll", "x target var", full=full), "x target var",
        also(PAIR, var=positive(2, 3)), f"(log v + (x − t)²/v{' + log 2π' if full else ''})/2, averaged; (2, 3) each.")
