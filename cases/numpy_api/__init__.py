"""NumPy's own functions and keywords beyond the array API standard, for the libraries that follow NumPy.

Their rules are where libraries are thinnest: a keyword that the value honours and the derivative does not, an axis that
is negative, a matrix that is not square, an end of a range or a weight that nobody thought of differentiating by. Each
row is a call as one writes it with `jax.numpy`, `autograd.numpy` or the engine's, and its definition in the standard's
names, by which the oracle judges it. What only moves entries is defined by what NumPy does to their numbers: the same
call puts the places of the entries in order, so that y[o] = x[i] or 0.
"""

from adbench.cases.numpy_api import (  # isort: skip  # in the order of the cases
    moves,
    reductions,
    statistics,
    ordered,
    calculus,
    polynomials,
    ranges,
    products,
    padding,
    elementwise,
)

__all__ = [
    "calculus",
    "elementwise",
    "moves",
    "ordered",
    "padding",
    "polynomials",
    "products",
    "ranges",
    "reductions",
    "statistics",
]
