"""What theory predicts of each law, and what the times say of it, with intervals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from laws_sweep import FIXED, SWEEPS
from msgspec.structs import replace

from adbench.results import Sample
from adbench.timing.intervals import Estimates, Interval
from adbench.timing.pool import Times
from adbench.timing.scaling import Entries, exponents, theil_sen

OPERATORS = {
    "wide": ("jacfwd", "jacrev"),
    "tall": ("jacfwd", "jacrev"),
    "deep_chain": ("vjp",),
    "wide_reuse": ("vjp",),
    "hvp_cost": ("vjp", "hvp"),
    "cheap_gradient": ("primal", "vjp"),
}
SEEN_BYTES = 1 << 20  # less of a peak is pages and buffers


@dataclass(frozen=True)
class Row:
    """A quantity of a law.

    Attributes:
        predicted: as the page states it.
        low, high: between which the prediction lies.
        found: by backend.
        last: of an exponent, that between the two largest sizes, by backend.
    """

    law: str
    quantity: str
    predicted: str
    low: float
    high: float
    found: dict[str, Interval]
    last: dict[str, Interval] = field(default_factory=dict)


def multiplications(n: int, m: int, p: int, q: int) -> dict[str, int]:
    """Of the Jacobian of f∘g∘h, h: Rⁿ → Rᵐ, g: Rᵐ → Rᵖ, f: Rᵖ → R^q, by multiplying three Jacobians out."""
    return {"jacfwd": (q * p + p * m) * n, "jacrev": q * (p * m + m * n)}


def with_seeds(n: int, m: int, p: int, q: int) -> dict[str, int]:
    """The same where the first product, by the unit vectors, is made like any other, as libraries make it."""
    each = q * p + p * m + m * n
    return {"jacfwd": each * n, "jacrev": q * each}


def law_of(case: str) -> str:
    """The law that a case is timed for."""
    family, _, name = case.partition(".")
    return name if family == "laws_sweep" else "cheap_gradient"


def swept(size: str) -> int:
    """The number in the name of a size."""
    return int(re.sub(r"\D", "", size))


def entries(case: str, size: str) -> Entries:
    """What is swept, in place of the inputs."""
    return Entries(inputs=swept(size), columns=1, rows=1)


def rows(samples: dict[str, list[Sample]]) -> list[Row]:
    """The rows of all laws of which there are samples.

    Args:
        samples: by law.
    """
    return [row for law, made in LAWS.items() if samples.get(law) for row in made(law, samples[law])]


def chain(law: str, samples: Sequence[Sample]) -> Iterable[Row]:
    """Exponents of both modes by what is swept, and where they take as long."""
    times, letter, other = Times(samples), *{"wide": ("n", "q"), "tall": ("q", "n")}[law]
    for operator in ("jacfwd", "jacrev"):
        by_hand, by_seeds = (
            predicted(law, lambda n, count=c: count(**n)[operator]) for c in (multiplications, with_seeds)
        )
        text = f"{by_hand:.2f} to {by_seeds:.2f}" if by_seeds - by_hand >= 0.005 else f"{by_hand:.2f}"
        quantity = f"time of {operator}, exponent of {letter} at {other} = {FIXED}"
        yield grown(law, quantity, text, by_hand, by_seeds, times, operator)
    yield Row(law, f"{letter} at which both take as long", str(FIXED), FIXED, FIXED, crossings(times))


def predicted(law: str, count: Callable[[dict[str, int]], int]) -> float:
    """The exponent that counts have over the sizes of a sweep."""
    x = np.log([swept(size) for size in SWEEPS[law]])
    y = np.log([count(shape) for shape in SWEEPS[law].values()])
    return float(theil_sen(x, y[:, None])[0])


def crossings(times: Times) -> dict[str, Interval]:
    """By backend, where both modes of a chain take as long, in what is swept: between the sizes at which they do."""
    found: dict[str, Interval] = {}
    for backend, pairs in pairs_of(times, "jacfwd", "jacrev").items():
        points = sorted((swept(times.cells[forward].group.size), forward, reverse) for forward, reverse in pairs)
        for near, far in pairwise(points):
            lead = times.ratios([near[1:], far[1:]])
            if lead.point[0] * lead.point[1] < 0:
                found.setdefault(backend, crossing(np.log([near[0], far[0]]), lead))
    return found


def crossing(x: np.ndarray, lead: Estimates) -> Interval:
    """Where the line through two leads is zero; of another run's leads, as far as the same slope carries it."""
    left, right = lead.point
    part, slope = left / (left - right), (right - left) / (x[1] - x[0])
    at = lead.through(lambda y: x[0] + part * (x[1] - x[0]) - ((1 - part) * y[0] + part * y[1]) / slope)
    return at.ratios()[0]


def grown(law: str, quantity: str, text: str, low: float, high: float, times: Times, operator: str) -> Row:
    """The row of an exponent."""
    found = {e.backend: e for e in exponents(times, entries) if e.group.operator == operator}
    last = {backend: e.last for backend, e in found.items() if e.sizes > 2}
    return Row(law, quantity, text, low, high, {backend: e.overall for backend, e in found.items()}, last)


def deep(law: str, samples: Sequence[Sample]) -> Iterable[Row]:
    """Exponents of time and memory by the number of nodes."""
    yield grown(law, "time of the gradient, exponent of the nodes", "1", 1, 1, Times(samples), "vjp")
    yield grown(law, "memory of the gradient, exponent of the nodes", "1", 1, 1, Times(held(samples)), "vjp")


def held(samples: Sequence[Sample]) -> list[Sample]:
    """Bytes for seconds, of cells of which every process saw enough."""
    timed = [(s, s.peak_bytes or 0) for s in samples if s.samples]
    small = {s.cell for s, peak in timed if peak < SEEN_BYTES}
    return [replace(s, samples=(float(peak),)) for s, peak in timed if s.cell not in small]


def reuse(law: str, samples: Sequence[Sample]) -> Iterable[Row]:
    """The exponent of time by the depth."""
    yield grown(law, "time of the gradient, exponent of n, of 2ⁿ paths", "1", 1, 1, Times(samples), "vjp")


def products(law: str, samples: Sequence[Sample]) -> Iterable[Row]:
    """The exponent of a Hessian-vector product by the inputs, and what it costs beside a gradient."""
    times = Times(samples)
    yield grown(law, "time of the product, exponent of n", "1", 1, 1, times, "hvp")
    largest = max((pooled.group.size for pooled in times.cells), key=swept)
    found = over(times, "hvp", "vjp", largest)
    yield Row(law, f"product over gradient at n = {swept(largest):,}", "2 to 2.5", 0, 2.5, found)


def cheap(law: str, samples: Sequence[Sample]) -> Iterable[Row]:
    """What a gradient costs beside its function, the geometric mean over the cases."""
    found = over(Times(samples), "vjp", "primal")
    cases = len({s.case for s in samples})
    yield Row(law, f"gradient over function, geometric mean of {cases} cases", "3 to 4", 0, 4, found)


def over(times: Times, above: str, below: str, size: str = "") -> dict[str, Interval]:
    """By backend, one operator's time over another's, the geometric mean over cases and sizes."""
    pairs = pairs_of(times, above, below, size)
    return {b: times.ratios(p).through(lambda y: y.mean(axis=0)).ratios()[0] for b, p in pairs.items()}


def cheap_ratios(times: Times) -> dict[str, np.ndarray]:
    """By backend, a gradient's time over its function's, a case an entry."""
    return {b: np.exp(times.ratios(p).point) for b, p in pairs_of(times, "vjp", "primal").items()}


def pairs_of(times: Times, above: str, below: str, size: str = "") -> dict[str, list[tuple[int, int]]]:
    """By backend, the rows of two operators of a case at a size."""
    pairs: dict[str, list[tuple[int, int]]] = {}
    for group, backends in times.groups.items():
        if group.operator == above and size in ("", group.size):
            for backend, row in backends.items():
                other = times.row.get((group._replace(operator=below), backend))
                if other is not None and times.cells[other].conforms:
                    pairs.setdefault(backend, []).append((row, other))
    return pairs


def agrees(row: Row, backend: str, slack: float = 0.1) -> bool:
    """Whether a measured value, or its interval, reaches what is predicted, give or take a tenth."""
    interval = row.found[backend]
    low, high = (interval.low, interval.high) if interval.known else (interval.value, interval.value)
    return low <= row.high + slack * max(1, row.high) and high >= row.low - slack * max(1, row.low)


LAWS = {
    "wide": chain,
    "tall": chain,
    "deep_chain": deep,
    "wide_reuse": reuse,
    "hvp_cost": products,
    "cheap_gradient": cheap,
}
