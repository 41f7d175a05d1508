"""Traps that make a call look faster than it is: answers that are remembered, and answers that are not computed yet.

Both are looked for outside the samples, by what must differ, in the same breath. Noise makes such a difference once;
only one that shows every time counts, and the first time that it does not show ends the search.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from adbench.backend import Backend

Call = Callable[[], Any]

TRIALS = 7
REMEMBERS = "it remembers answers by the identity of its inputs; every call was made on new copies of them"
LAZY = "it computes when its answer is read; reading is timed too"


def remembers(renew: Callable[[], Call], spent: Callable[[Call], float]) -> bool:
    """Whether a call takes longer on arrays that it has not seen than on those of the call before.

    Args:
        renew: makes the call on new arrays.
        spent: seconds that a call takes.
    """
    for _ in range(TRIALS):
        call = renew()
        unseen = spent(call)
        other = renew()  # what making one leaves in the processor's caches shall be alike
        seen = spent(call)
        del other
        if unseen <= 1.5 * seen:
            return False
    return True


def is_lazy(
    renew: Callable[[], Call], synchronize: Callable[[Any], Any], backend: Backend, device: str = "cpu"
) -> bool:
    """Whether reading an answer that has been waited for takes longer than reading as many numbers that are there."""
    for _ in range(TRIALS):
        call = renew()
        start = time.perf_counter()
        answer = call()
        synchronize(answer)
        called = time.perf_counter()
        values = read(backend, answer)
        done = time.perf_counter()
        there = [backend.asarray(x, device) for x in values]
        backend.synchronize(there)
        again = time.perf_counter()
        read(backend, there)
        reading = time.perf_counter() - again
        if done - called <= 1.5 * reading + 0.5 * (called - start):
            return False
    return True


def read(backend: Backend, answer: Any) -> list[np.ndarray]:
    """The arrays of an answer, nested as it may be, as NumPy's."""
    if isinstance(answer, np.ndarray | np.generic | float | int):
        return [np.asarray(answer)]
    if answer is None:
        return []
    if isinstance(answer, Sequence):
        return [x for part in answer for x in read(backend, part)]
    return [backend.to_numpy(answer)]
