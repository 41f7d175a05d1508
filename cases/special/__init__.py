"""Special functions, under SciPy's names: every differentiable one that at least two of the libraries offer.

A row a function: what it is, its derivative in closed form, where ordinary points are drawn, and its hard points:
roots, poles and removable points, tails, the largest and the smallest arguments. There the formulas that are in use
cancel, overflow, or divide zero by zero, and nobody looks. Those that some formula is known to fail at are tagged
`hazard`. Where there is no elementary derivative, as by the order of a Bessel function, the truth is the oracle's
alone.

Functions of several operands meet each of them as a scalar beside an array, and both broadcast at once. Vectors are
the shape of the hard points; `elementwise` has the other shapes.
"""

from adbench.cases.special import (  # isort: skip  # in the order of the cases
    error,
    gamma,
    beta,
    incomplete,
    integrals,
    entropy,
    elementary,
    bessel,
    airy,
    orders,
    softmax,
)

__all__ = [
    "airy",
    "bessel",
    "beta",
    "elementary",
    "entropy",
    "error",
    "gamma",
    "incomplete",
    "integrals",
    "orders",
    "softmax",
]
