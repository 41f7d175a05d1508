"""Posteriors: t_c = log P(c) + log P(d|c), log P(c|d) = t_c − log Σ exp t."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from adbench.cases.probability.common import BAYES, F64, HAZARD, POSITIVE, PROBABILITY, Inputs, fixed, simplex
from adbench.cases.probability.entropies import softmax
from adbench.cases.probability.normal import OF_LOG_PHI, log_phi

from adbench.case import case


@case(wrt=("likelihood", "prior"), domain=dict.fromkeys(("likelihood", "prior"), PROBABILITY), source="Bayes' theorem")
def bayes(xp, likelihood, prior):
    """P(c|d) = P(d|c) P(c) / Σ P(d|c) P(c); likelihood and prior (2,)."""
    joint = likelihood * prior
    return joint / xp.sum(joint)


def shares(xp, likelihood, prior):
    """∂P(c|d)/∂ log of a joint probability: P(c|d) ([c=k] − P(k|d))."""
    posterior = bayes.function(xp, likelihood, prior)
    return posterior[:, None] * (xp.eye(posterior.shape[0], dtype=posterior.dtype) - posterior)


# The notes' two cartons of fruit, a banana drawn.
bayes.inputs(fixed(likelihood=[2 / 5, 4 / 5], prior=[0.5, 0.5]))
bayes.jacobian("likelihood")(lambda xp, likelihood, prior: shares(xp, likelihood, prior) / likelihood)
bayes.jacobian("prior")(lambda xp, likelihood, prior: shares(xp, likelihood, prior) / prior)


def joint_log(xp, prior, words, counts):
    """log P(c) + Σ counts log P(w|c), shape (classes,)."""
    return xp.log(prior) + xp.log(words) @ counts


def log_posterior(xp, prior, words, counts):
    """log P(c|d), P(d|c) = Π P(w|c)ⁿ; the prior (2,), words P(w|c) (2, 3), counts n (3,)."""
    t = joint_log(xp, prior, words, counts)
    return t - xp.special.logsumexp(t)


def centred(xp, t):
    """∂(t − log Σ exp t)/∂t = [c=k] − P(k|d)."""
    return xp.eye(t.shape[0], dtype=t.dtype) - softmax(xp, t)


def _define_naive_bayes(name: str, inputs: Callable[..., Inputs], **fields: Any) -> None:
    domain = {"prior": PROBABILITY, "words": PROBABILITY, "counts": POSITIVE}
    made = case(name=name, wrt=("prior", "words", "counts"), source=BAYES, domain=domain, **fields)(log_posterior)
    made.inputs(inputs)

    def by_t(xp, prior, words, counts):
        return centred(xp, joint_log(xp, prior, words, counts))

    made.jacobian("prior")(lambda xp, prior, words, counts: by_t(xp, prior, words, counts) / prior)
    made.jacobian("words")(
        lambda xp, prior, words, counts: by_t(xp, prior, words, counts)[:, :, None] * (counts / words)
    )
    made.jacobian("counts")(lambda xp, prior, words, counts: by_t(xp, prior, words, counts) @ xp.log(words))


def document(rng):
    return {"prior": simplex(rng, (2,)), "words": simplex(rng, (2, 3)), "counts": np.array([3.0, 0.0, 1.0])}


_define_naive_bayes("naive_bayes", document)
_define_naive_bayes(
    "naive_bayes_cartons", fixed(prior=[0.5, 0.5], words=[[2 / 5, 3 / 5], [4 / 5, 1 / 5]], counts=[1.0, 0.0])
)
_define_naive_bayes(
    "naive_bayes_long_document",
    fixed(prior=[0.5, 0.5], words=[[0.5, 0.25, 0.25], [0.25, 0.625, 0.125]], counts=[400.0, 300.0, 500.0]),
    dtypes=F64,
    tags=HAZARD,
)


@case(wrt=("prior", "mean", "std", "x"), domain={"prior": PROBABILITY, "std": POSITIVE}, source=BAYES)
def gaussian_naive_bayes(xp, prior, mean, std, x):
    """log P(c|x), P(x|c) = Π φ(x; μ, σ); the prior (2,), μ and σ (2, 3), x (3,)."""
    t = xp.log(prior) + xp.sum(log_phi(xp, x, mean, std), axis=-1)
    return t - xp.special.logsumexp(t)


def gaussian_by_t(xp, prior, mean, std, x):
    return centred(xp, xp.log(prior) + xp.sum(log_phi(xp, x, mean, std), axis=-1))


gaussian_naive_bayes.inputs(
    lambda rng: {
        "prior": simplex(rng, (2,)),
        "mean": rng.standard_normal((2, 3)),
        "std": rng.uniform(0.5, 2.0, (2, 3)),
        "x": rng.standard_normal(3),
    }
)
gaussian_naive_bayes.jacobian("prior")(lambda xp, **given: gaussian_by_t(xp, **given) / given["prior"])
for wrt in ("mean", "std"):
    gaussian_naive_bayes.jacobian(wrt)(
        lambda xp, prior, mean, std, x, by=OF_LOG_PHI[wrt]: (
            gaussian_by_t(xp, prior, mean, std, x)[:, :, None] * by(xp, x, mean, std)
        )
    )
gaussian_naive_bayes.jacobian("x")(
    lambda xp, prior, mean, std, x: gaussian_by_t(xp, prior, mean, std, x) @ OF_LOG_PHI["x"](xp, x, mean, std)
)
