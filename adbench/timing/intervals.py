"""Intervals that say what another run would find: whole processes are drawn anew, and few of them make it wide."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np

CONFIDENCE = 0.95
RESAMPLES = 1000  # the width is then known to 1 in 45
NORMAL = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
SEED = 20240229
CHUNK = 100  # cells whose rounds are resampled at once: 12 MB at 15 rounds


@dataclass(frozen=True, kw_only=True)
class Interval:
    """An estimate and the ends of its interval at `CONFIDENCE`; without a spread to tell them by, they are NaN."""

    value: float
    low: float
    high: float

    @property
    def known(self) -> bool:
        """Whether there was a spread to tell the ends by."""
        return math.isfinite(self.high)

    def holds(self, value: float) -> bool:
        """Whether a value lies within; all do where the ends are not known."""
        return not self.known or self.low <= value <= self.high


@dataclass(frozen=True)
class Estimates:
    """Logarithms that were estimated, n of them.

    Attributes:
        point: the estimates, shape (n,).
        draws: the same of resampled processes, shape (n, RESAMPLES), spread as far as another run may lie; NaN where
            nothing tells how far.
    """

    point: np.ndarray
    draws: np.ndarray

    def __getitem__(self, rows: Sequence[int] | np.ndarray) -> Estimates:
        return Estimates(self.point[rows], self.draws[rows])

    def __sub__(self, other: Estimates) -> Estimates:
        """Logarithms of ratios; what ran in the same processes was drawn together, and stays paired."""
        return Estimates(self.point - other.point, self.draws - other.draws)

    def through(self, f: Callable[[np.ndarray], np.ndarray]) -> Estimates:
        """One estimate from all, by an `f` that takes shape (n, k) to (k,)."""
        return Estimates(f(self.point[:, None]), f(self.draws)[None])

    def mean(self) -> Estimates:
        """The logarithm of the geometric mean."""
        return self.through(lambda logs: logs.mean(axis=0))

    def intervals(self) -> list[Interval]:
        """The intervals of the logarithms: the normal quantile times the bootstrap's standard error."""
        half = NORMAL * self.draws.std(axis=1)
        return [_interval(p, p - h, p + h) for p, h in zip(self.point, half, strict=True)]

    def ratios(self) -> list[Interval]:
        """The intervals of what these are the logarithms of."""
        with np.errstate(over="ignore"):
            return [_interval(np.exp(i.value), np.exp(i.low), np.exp(i.high)) for i in self.intervals()]


def _interval(value: float, low: float, high: float) -> Interval:
    return Interval(value=float(value), low=float(low), high=float(high))


def estimate(logs: np.ndarray) -> Estimates:
    """Estimate each cell's time: the mean over processes of the trimmed mean over rounds, of logarithms.

    Args:
        logs: logarithms of seconds, shape (cells, processes, rounds), NaN where there is none; each cell has some.
    """
    means = trimmed(logs)
    there = np.isfinite(means)
    units = there.sum(axis=1)
    point = np.where(there, means, 0.0).sum(axis=1) / units
    draws = np.empty((len(logs), RESAMPLES))
    patterns, which = np.unique(there, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        rows, processes = np.flatnonzero(which.ravel() == number), np.flatnonzero(pattern)
        if len(processes) > 1:
            draws[rows] = means[np.ix_(rows, processes)] @ _weights(tuple(processes))
        else:
            units[rows] = np.isfinite(logs[rows, processes[0]]).sum(axis=1)
            draws[rows] = _resampled(logs[rows, processes[0]], units[rows])
    return Estimates(point, point[:, None] + (draws - point[:, None]) * _widening(units)[:, None])


def _widening(units: np.ndarray) -> np.ndarray:
    """By what draws from few units must be spread.

    Drawn from n, a mean varies by (n − 1)/n of what it should, and the normal quantile takes for known a spread that
    was told from n: with three processes, bare percentiles hold the truth three times in four where they state 95 %.
    """
    n, place = np.unique(units, return_inverse=True)
    wider = [student(int(k) - 1) / NORMAL * math.sqrt(k / (k - 1)) if k > 1 else math.nan for k in n]
    return np.array(wider)[place]


@cache
def _weights(processes: tuple[int, ...]) -> np.ndarray:
    """How often each process is drawn, over their number, shape (processes, RESAMPLES)."""
    n = len(processes)
    return np.random.default_rng([SEED, *processes]).multinomial(n, np.full(n, 1 / n), RESAMPLES).T / n


def _resampled(logs: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Trimmed means of one process's resampled rounds, the same ones for all cells that have as many."""
    draws = np.empty((len(logs), RESAMPLES))
    for count in np.unique(counts):
        drawn = np.random.default_rng([SEED, count]).integers(count, size=(RESAMPLES, count))
        for rows in np.array_split(mine := np.flatnonzero(counts == count), -(-len(mine) // CHUNK)):
            draws[rows] = trimmed(logs[rows][:, drawn])
    return draws


def trimmed(x: np.ndarray) -> np.ndarray:
    """The mean over the last axis without the lowest and the highest fifth; NaN, left out, where all is NaN."""
    count = np.isfinite(x).sum(axis=-1, keepdims=True)
    cut, place = count // 5, np.arange(x.shape[-1])
    kept = np.where((place >= cut) & (place < count - cut), np.sort(x, axis=-1), 0.0).sum(axis=-1)
    left = (count - 2 * cut)[..., 0]
    return np.where(left, kept / np.maximum(left, 1), np.nan)


@cache
def student(freedom: int, confidence: float = CONFIDENCE) -> float:
    """The t for which Student's distribution has `confidence` between −t and t.

    Args:
        freedom: degrees of freedom, at least 1.
    """
    low, high = 0.0, math.pi / 2
    while (middle := (low + high) / 2) not in (low, high):
        low, high = (middle, high) if _between(middle, freedom) < confidence else (low, middle)
    return math.sqrt(freedom) * math.tan(low)


def _between(angle: float, freedom: int) -> float:
    """Share of Student's distribution between ∓√ν tan θ. Source: Abramowitz & Stegun, 26.7.3 and 26.7.4."""
    cosine, odd = math.cos(angle), freedom % 2
    term, total = (cosine, 0.0) if odd else (1.0, 0.0)
    for i in range(odd, freedom - 1, 2):
        total += term
        term *= cosine * cosine * (i + 1) / (i + 2)
    part = math.sin(angle) * total
    return 2 / math.pi * (angle + part) if odd else part
