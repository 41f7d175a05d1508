"""What the linear algebra shares: arrays of jets from anything, and a function of one matrix over a stack of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import ctx

from adbench.errors import InvalidCase
from adbench.oracle.arrays import has_complex
from adbench.oracle.functions import square
from adbench.oracle.holomorphic import conj, squared_modulus
from adbench.oracle.jet import Jet, jet
from adbench.oracle.pair import Complex, conjugate, parts_of


def as_jets(x: Any) -> np.ndarray:
    """Anything array-like as an object array of jets; its numbers become constants."""
    array = np.asarray(x, dtype=object)
    return np.asarray(_as_jets(array) if array.size else array, dtype=object)  # a ufunc unwraps shape ()


_as_jets = np.frompyfunc(jet, 1, 1)


def identity(n: int) -> np.ndarray:
    """The constant n × n identity."""
    return as_jets(np.eye(n, dtype=int))


def matrices(name: str, a: Any, *, square: bool = False) -> np.ndarray:
    """The operand `a` of the function `name` as jets, once it has the shape of a stack of matrices."""
    a = as_jets(a)
    if a.ndim < 2 or (square and a.shape[-1] != a.shape[-2]):
        raise InvalidCase(f"{name}: expected {'square matrices' if square else 'matrices'}, got shape {a.shape}")
    if 0 in a.shape[:-2]:
        raise InvalidCase(f"{name}: a stack of shape {a.shape} holds no matrix")
    return alike(a, a)


def alike(a: np.ndarray, like: np.ndarray) -> np.ndarray:
    """All entries of `a` as complex ones, where one of `like` is: a real one too is charged in both parts then."""
    return np.asarray(a + 0j if has_complex(like) else a, dtype=object)


def over_stack(function: Callable[[np.ndarray], tuple[Any, ...]], a: np.ndarray) -> tuple[Any, ...]:
    """The results of a function of one matrix, for each of a stack of shape (…, m, n), with the stack's axes first."""
    stack = a.shape[:-2]
    found = [function(a[i]) for i in np.ndindex(stack)]
    return tuple(_joined(list(parts), stack) for parts in zip(*found, strict=True))


def _joined(parts: list[Any], stack: tuple[int, ...]) -> Any:
    made = np.empty((len(parts), *np.shape(parts[0])), dtype=object)
    for i, part in enumerate(parts):
        made[i] = part
    return made.reshape(stack + made.shape[1:])[()]  # a bare jet, as NumPy's own reductions give, in place of shape ()


def values(a: np.ndarray) -> np.ndarray:
    """The balls around the values of an array of jets."""
    return np.asarray(_value(a) if a.size else a, dtype=object)


_value = np.frompyfunc(lambda j: j.value, 1, 1)


def middles(balls: np.ndarray) -> np.ndarray:
    """The middles of balls, as exact balls."""
    return np.asarray(_middle(balls) if balls.size else balls, dtype=object)


_middle = np.frompyfunc(lambda ball: ball.mid(), 1, 1)


def conjugated(a: np.ndarray) -> np.ndarray:
    """The conjugates of an array of jets."""
    return np.asarray(_conj(a) if a.size else a, dtype=object)


_conj = np.frompyfunc(conj, 1, 1)


def adjoint(a: np.ndarray) -> np.ndarray:
    """The conjugate transpose of one matrix of jets."""
    return conjugated(a.T)


def adjoint_of_balls(a: np.ndarray) -> np.ndarray:
    """The conjugate transpose of one matrix of balls."""
    return np.asarray(_conj_ball(a.T) if a.size else a.T, dtype=object)


_conj_ball = np.frompyfunc(conjugate, 1, 1)


def squared(x: Jet) -> Any:
    """x², or |x|² of a complex number; a jet."""
    return squared_modulus(x) if isinstance(x.value, Complex) else square(x)


def with_values(a: np.ndarray, balls: np.ndarray) -> np.ndarray:
    """The jets of `a` with other balls for their values, which enclose the same numbers more tightly."""
    return np.asarray(_with_value(a, balls), dtype=object)


def _as_kind(ball: Any, like: Any) -> Any:
    return Complex(*parts_of(ball)) if isinstance(like, Complex) else ball


_with_value = np.frompyfunc(lambda j, ball: Jet(_as_kind(ball, j.value), j.dot, j.along, j.mixed), 2, 1)


def has_second_order(a: np.ndarray) -> bool:
    """Whether some jet carries a second order."""
    return any(j.along is not None for j in a.flat)


def at_working_precision() -> str:
    """For messages."""
    return f"at {ctx.prec} bits"


def maybe_zero(ball: Any) -> bool:
    """Whether a ball does not keep clear of zero; one that is not finite does not."""
    return not abs(ball) > 0
