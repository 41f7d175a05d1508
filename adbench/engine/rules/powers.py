"""Products of many matrices: powers, the exponential, chains.

All but the exponential are written in other operations, so without rules of their own. How often it squares depends
on the entries, so that it is a primitive.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

import numpy as np

from adbench.engine.core import Array
from adbench.engine.primitive import primitive
from adbench.engine.rules.matrix import eye_like
from adbench.engine.rules.product import matmul
from adbench.engine.rules.shape import concat, expand_dims, matrix_transpose, reshape
from adbench.engine.rules.solving import inv

# The diagonal Padé approximant of degree 13, and the 1-norm up to which it is exact to float64's rounding.
# Source: Higham, The scaling and squaring method for the matrix exponential revisited (2005), table 2.3.
DEGREE, REACH = 13, 5.37
PADE = [math.comb(DEGREE, k) * math.factorial(26 - k) / math.factorial(26) for k in range(DEGREE + 1)]


def matrix_power(x: Array, n: int, /) -> Array:
    """Xⁿ by repeated squaring; of the inverse for n < 0."""
    if n < 0:
        x, n = inv(x), -n
    y, square = None, x
    while n:
        if n % 2:
            y = square if y is None else y @ square
        n //= 2
        square = square @ square if n else square
    return np.broadcast_to(eye_like(x), x.shape) if y is None else y


def _expm(x: Array) -> Array:
    """Scaled, by a quotient of polynomials p(X) / p(−X), and squared again."""
    if not isinstance(x, np.ndarray):  # what compile traces with takes it for a function of NumPy's
        return x.__array_function__(_expm, (type(x),), (x,), {})
    norm = np.linalg.norm(x, 1, (-2, -1)).max(initial=0.0) if x.size else 0.0
    squarings = max(0, math.ceil(math.log2(norm / REACH))) if 0 < norm < np.inf else 0
    x = x * 2.0**-squarings
    squared = x @ x
    even, odd = PADE[-2], PADE[-1]
    identity = eye_like(x)
    u, v = odd * identity, even * identity
    for k in range(DEGREE - 2, 0, -2):
        u, v = u @ squared + PADE[k] * identity, v @ squared + PADE[k - 1] * identity
    u = x @ u
    y: Array = np.linalg.solve(v - u, v + u)
    for _ in range(squarings):
        y = y @ y
    return y


def _expm_tangent(t: Array, x: Array) -> Array:
    """The corner of exp [[X, Ẋ], [0, X]].

    Source: Van Loan, Computing integrals involving the matrix exponential (1978).
    """
    n = x.shape[-1]
    upper, lower = concat([x, t], axis=-1), concat([np.zeros(x.shape, x.dtype), x], axis=-1)
    return expm(concat([upper, lower], axis=-2))[..., :n, n:]


expm = primitive(
    _expm,
    jvp=[lambda t, y, x: _expm_tangent(t, x)],
    vjp=[lambda t, y, x: _expm_tangent(t, matrix_transpose(x))],
)


def multi_dot(arrays: Sequence[Array], /) -> Array:
    """The product of matrices, of which the first and the last may be vectors, in the order that costs least."""
    if len(arrays) < 2:
        raise ValueError(f"multi_dot of {len(arrays)} arrays, expected two or more")
    first, last = arrays[0], arrays[-1]
    chain = [expand_dims(first, 0) if first.ndim == 1 else first, *arrays[1:-1]]
    chain.append(expand_dims(last, 1) if last.ndim == 1 else last)
    sizes = [chain[0].shape[0], *(a.shape[1] for a in chain)]

    @functools.cache
    def best(i: int, j: int) -> tuple[int, int]:
        """The multiplications that the product of i, …, j takes, and where to split it."""
        if i == j:
            return 0, i
        costs = ((best(i, k)[0] + best(k + 1, j)[0] + sizes[i] * sizes[k + 1] * sizes[j + 1], k) for k in range(i, j))
        return min(costs)

    def product(i: int, j: int) -> Array:
        k = best(i, j)[1]
        return chain[i] if i == j else matmul(product(i, k), product(k + 1, j))

    y = product(0, len(chain) - 1)
    return reshape(y, first.shape[:-1] + last.shape[1:])
