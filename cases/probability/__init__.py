"""Probability: densities, moments, entropies, divergences and posteriors, by every continuous parameter.

What goes wrong here goes wrong far out: in the tails of a density, where probabilities are nearly 0 or 1, where two
distributions nearly agree, where a covariance is nearly singular. Such points are cases of their own, tagged `hazard`
where the function is smooth and a formula in use is known to fail. Probabilities are differentiated as free numbers:
nothing makes them add up to 1.
"""

from adbench.cases.probability import entropies, moments, normal, norms, posteriors

__all__ = ["entropies", "moments", "normal", "norms", "posteriors"]
