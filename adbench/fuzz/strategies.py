"""What to try a case at: Hypothesis strategies for its shapes and for the entries of its inputs.

The entries are those on which derivatives go wrong: small integers, the ends of the domain, zeros of both signs,
numbers beside which another is lost, subnormal ones, the constants of the function and the numbers one unit in the
last place to each side of them, and the same for entries that were drawn before: repeated entries and near ties.
Of each entry Hypothesis chooses a kind and a number of that kind, and shrinks both choices towards 0: what is simple
comes first.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.errors import UnsatisfiedAssumption

from adbench.case import Bounds, Case, Inputs
from adbench.errors import AdbenchError
from adbench.fuzz.window import WINDOW_BITS
from adbench.parts import joined, parts, real_shape

LONGEST = 3  # of an axis; JAX compiles every shape anew, and what goes wrong with four entries does with three
MOST_ENTRIES = 64  # of one input that is drawn entry by entry; of a larger one a few are replaced
REPLACED = 3  # of those at most; so few entries are always drawn anew
KEEP = 16  # kinds to choose from where most entries stay as they are: those beyond ours say so
KINKS = (0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0)
SMALL = tuple(float(v) for v in sorted(range(-8, 9), key=lambda v: (abs(v), v < 0)))  # 0, 1, −1, 2, −2, …
COUNT = 256  # of a kind; Hypothesis draws evenly from no more
DIGITS = (1.0, -1.0, 1.5, -1.5, 1.0 + 2.0**-20, -1.0 - 2.0**-20)
Draw = Callable[[st.SearchStrategy[Any]], Any]


def examples(case: Case, dtype: str) -> st.SearchStrategy[Inputs]:
    """Inputs of a case, as float64 and complex128 arrays that `dtype` holds exactly."""
    landmarks = _landmarks(case)
    numbers = {n: _Numbers(dtype, case.domain.get(n, (None, None)), landmarks) for n in case.parameters}
    return st.composite(_example)(case, dtype, numbers)


def _example(draw: Draw, case: Case, dtype: str, numbers: Mapping[str, _Numbers]) -> Inputs:
    """One example.

    Entries are drawn for the longest axes, and those beyond the axes that were drawn are cut off: so a shape shrinks
    without what is drawn after it becoming something else.
    """
    first = next(iter(case.sizes.values()))
    longest = {key: min(n, LONGEST) if _is_length(n) else n for key, n in first.items()}
    options = {key: draw(st.integers(1, n)) if _is_length(n) else n for key, n in longest.items()}
    seed = draw(st.integers(0, 255))
    drawn = _inputs(case, seed, options)
    whole = drawn if options == longest else _inputs(case, seed, longest)
    pool = list[float]()
    for name, x in drawn.items():
        if x.dtype.kind in "fc":
            corner = _corner(real_shape(whole[name]), real_shape(x))
            entries = parts(x).astype(dtype).astype(np.float64)
            drawn[name] = joined(_entries(draw, entries, corner, numbers[name], pool), x)
    return drawn


def _is_length(n: Any) -> bool:
    return isinstance(n, int) and not isinstance(n, bool) and n > 1


def _inputs(case: Case, seed: int, options: Mapping[str, Any]) -> Inputs:
    try:
        return case.draw_inputs(np.random.default_rng(seed), "drawn by fuzz", options)
    except AdbenchError as error:  # its inputs function cannot make this shape
        raise UnsatisfiedAssumption from error


def _corner(whole: tuple[int, ...], part: tuple[int, ...]) -> np.ndarray:
    """For each entry of an array, its place among those of a part of it that ends at the same corner, or −1.

    The last entries are kept, because Hypothesis makes the first ones zero.
    """
    if len(whole) != len(part) or any(n < m for n, m in zip(whole, part, strict=True)):
        whole = part  # shapes that do not grow with their options
    places = np.full(whole, -1)
    places[tuple(slice(n - m, n) for n, m in zip(whole, part, strict=True))] = np.arange(math.prod(part)).reshape(part)
    return places.reshape(-1)


def _entries(draw: Draw, x: np.ndarray, corner: np.ndarray, numbers: _Numbers, pool: list[float]) -> np.ndarray:
    """An array like `x`: drawn entry by entry, or `x` itself with a few entries replaced.

    Args:
        corner: of each entry to draw its place in `x`; −1 where it is cut off.
        pool: entries that were drawn before, of any input; is added to.
    """
    made, size = x.copy(), corner.size
    few = size > REPLACED and draw(st.booleans())
    wild = draw(st.booleans())
    sign = draw(st.sampled_from([1, 0, -1]))  # 0 for both; what wants positive numbers would seldom get three
    large = size > MOST_ENTRIES
    places = draw(st.lists(st.integers(0, size - 1), max_size=REPLACED)) if large else range(size)
    for entry in places:
        kind = draw(st.integers(0, KEEP - 1 if few and not large else numbers.kinds(wild) - 1))
        choice = draw(st.integers(0, COUNT - 1))  # always: what takes fewer choices would be taken for simpler
        if kind < numbers.kinds(wild) and corner[entry] >= 0:
            made.reshape(-1)[corner[entry]] = value = numbers.number(kind, choice, sign, pool)
            pool.append(value)
    return made


class _Numbers:
    """The numbers to draw the entries of one input from: finite, and between two bounds, ends included.

    Args:
        landmarks: numbers near which the function may change.
    """

    def __init__(self, dtype: str, bounds: Bounds, landmarks: list[float]) -> None:
        self._dtype, self._bounds = dtype, bounds
        marks = [*landmarks, *(float(end) for end in bounds if end is not None)]
        self._special = [-0.0, *(v for mark in marks for v in _neighbours(mark, dtype))]
        self._extremes = _extremes(dtype)

    @staticmethod
    def kinds(wild: bool) -> int:
        """How many kinds of numbers there are.

        Args:
            wild: whether to reach to the ends of the range.
        """
        return 7 if wild else 4

    def number(self, kind: int, k: int, sign: int, pool: list[float]) -> float:
        """The k-th number of a kind, simple ones first.

        Args:
            sign: of all of them, where there are no bounds; 0 for both.
            pool: numbers of which it may be one, or next to one.
        """
        dtype, bounds = self._dtype, self._bounds
        if bounds == (None, None) and sign:
            bounds = (0.0, None) if sign > 0 else (None, -0.0)
        if kind == 1:
            value = _ordinary(k, bounds, dtype)
        elif kind == 2:
            value = self._special[k % len(self._special)]
        elif kind == 3 and pool:
            value = _neighbours(pool[k // 3 % len(pool)], dtype)[k % 3]
        elif kind == 4:
            value = self._extremes[k % len(self._extremes)]
        elif kind >= 5:
            value = _of_any_size(k, WINDOW_BITS[dtype] // (8 if kind == 5 else 1), dtype)
        else:
            value = SMALL[k % len(SMALL)]
        return _moved_inside(value, bounds, dtype)


def _ordinary(k: int, bounds: Bounds, dtype: str) -> float:
    """A number of order 1, or where the bounds exclude those, next to a bound; with all digits, as by a 255th."""
    low, high = bounds
    if low is None:
        low = -4.0 if high is None else min(-4.0, high - 4.0)
    if high is None:
        high = max(4.0, low + 4.0)
    near, far = sorted((high, low), key=abs)
    return _round(near + (far - near) * (k / (COUNT - 1)), dtype)


def _of_any_size(k: int, widest: int, dtype: str) -> float:
    """A number whose exponent is up to `widest` or down to its negative."""
    away = (k + 1) // 2 * (1 if k % 2 else -1)
    return _round(math.ldexp(DIGITS[k % len(DIGITS)], away * widest // (COUNT // 2)), dtype)


def _extremes(dtype: str) -> list[float]:
    """The ends of the dtype's range and of the window, of both signs."""
    info = np.finfo(dtype)
    window = 2.0 ** WINDOW_BITS[dtype]
    ends = (info.smallest_normal, info.smallest_subnormal, info.smallest_normal / 2, 1 / window, window, info.max)
    return [sign * float(end) for end in ends for sign in (1, -1)]


def _landmarks(case: Case) -> list[float]:
    """Numbers that the function names, and those near which functions change anyway."""
    function = inspect.unwrap(case.function)
    code = getattr(function, "__code__", None)
    cells = [cell.cell_contents for cell in getattr(function, "__closure__", None) or () if _is_filled(cell)]
    named = [*(code.co_consts if code else ()), *cells]
    numbers = [float(v) for v in named if isinstance(v, int | float) and not isinstance(v, bool)]
    return list(dict.fromkeys([*KINKS, *(s * v for v in numbers if math.isfinite(v) for s in (1, -1))]))


def _is_filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def _neighbours(value: float, dtype: str) -> list[float]:
    """The number as `dtype` holds it, and the ones above and below it."""
    held, infinity = np.asarray(value).astype(dtype), np.asarray(np.inf).astype(dtype)
    with np.errstate(over="ignore"):
        return [float(v) for v in (held, np.nextafter(held, infinity), np.nextafter(held, -infinity))]


def _round(value: float, dtype: str) -> float:
    return float(np.asarray(value).astype(dtype))


def _inside(value: float, bounds: Bounds) -> bool:
    low, high = bounds
    return math.isfinite(value) and (low is None or value >= low) and (high is None or value <= high)


def _moved_inside(value: float, bounds: Bounds, dtype: str) -> float:
    """The number; else its negative; else the bound that is nearest, as the dtype holds it."""
    low, high = bounds
    nearest = min(max(value, -math.inf if low is None else low), math.inf if high is None else high)
    return next((v for v in (value, -value, *_neighbours(nearest, dtype)) if _inside(v, bounds)), nearest)
