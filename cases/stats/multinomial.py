"""The multinomial distribution, by logits and by weights of its probabilities."""

from __future__ import annotations

import numpy as np
from adbench.cases.stats.common import unchecked, vector


def logpmf(xp, p):
    """log n! − Σ log kᵢ! + Σ kᵢ log pᵢ with the counts k and n = Σ kᵢ."""
    k = xp.asarray(COUNTS, dtype=p.dtype)
    return xp.special.gammaln(xp.sum(k) + 1) + xp.sum(k * xp.log(p) - xp.special.gammaln(k + 1))


def by_logits(xp, logits):
    """That of p = softmax of the logits; (4,)."""
    return logpmf(xp, xp.special.softmax(logits))


def by_weights(xp, weights):
    """That of p = weights / Σ weights; (4,)."""
    return logpmf(xp, weights / xp.sum(weights))


COUNTS = np.array([2, 0, 3, 1])
OF_LOGITS = {
    "scipy": lambda scipy, logits: scipy.stats.multinomial.logpmf(COUNTS, 6, scipy.special.softmax(logits)),
    "torch": lambda torch, logits: unchecked(torch.distributions, "Multinomial", 6, logits=logits).log_prob(
        torch.asarray(COUNTS, dtype=logits.dtype)
    ),
}
OF_WEIGHTS = {
    "scipy": lambda scipy, weights: scipy.stats.multinomial.logpmf(COUNTS, 6, weights / weights.sum()),
    "torch": lambda torch, weights: unchecked(torch.distributions, "Multinomial", 6, weights).log_prob(
        torch.asarray(COUNTS, dtype=weights.dtype)
    ),
}

vector("multinomial_logpmf_logits", by_logits, OF_LOGITS, lambda rng: {"logits": rng.standard_normal(4)})
vector("multinomial_logpmf_weights", by_weights, OF_WEIGHTS, lambda rng: {"weights": rng.uniform(0.5, 2.0, 4)})
