"""The truth of a case at given inputs, and how far from it a backend may be.

Two evaluations of the same jets. At hundreds of bits they enclose the true value and derivatives. At the working
precision of the dtype their radii bound, entry by entry, what rounding can do to this formula at these inputs:

    tolerance = SAFETY × radius + smallest normal number

The second term is there because hardware may flush subnormal results to zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
from flint import arb

from adbench.case import Case, Inputs
from adbench.errors import InvalidCase, NotCertified
from adbench.oracle.evaluate import Balls, evaluate, object_array, round_inputs, seeds
from adbench.oracle.jet import Jet
from adbench.oracle.precision import (
    BITS,
    CAP_BITS,
    CERTIFIED_BITS,
    LARGEST,
    SMALLEST_NORMAL,
    round_to,
    spacing,
    working,
)
from adbench.oracle.sampled import is_useless, sampled
from adbench.parts import COMPLEX, is_complex
from adbench.sparsity import Structure

# A backend writes its rules in another way than the jets do, and its elementary functions may be off by a few ulps
# where the jets are charged one; docs/explanation/tolerances.md shows error over radius for every case and backend.
SAFETY = 4.0

T = TypeVar("T")

PROOF = arb("1e-30")  # widest relative radius that counts as proved


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    """True numbers with tolerances; three float64 arrays of one shape.

    Attributes:
        high: the truth rounded to float64.  low: what that rounding left over.
        tolerance: largest error allowed, absolute.
        complex: whether a library gives it as complex numbers, of which the last axis holds (Re, Im).
    """

    high: np.ndarray
    low: np.ndarray
    tolerance: np.ndarray
    complex: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the array that a library gives."""
        return self.high.shape[:-1] if self.complex else self.high.shape

    def dtype(self, dtype: str) -> str:
        """Of the array that a library gives, where `dtype` is that of its numbers or of their parts."""
        return COMPLEX[dtype] if self.complex else dtype

    def where(self, chosen: np.ndarray | tuple[np.ndarray, ...]) -> Enclosure:
        """The entries that an index chooses."""
        return Enclosure(high=self.high[chosen], low=self.low[chosen], tolerance=self.tolerance[chosen])

    def error(self, got: np.ndarray) -> np.ndarray:
        """|got − truth|, free of rounding of the truth; NaN or infinite where `got` is not finite."""
        with np.errstate(all="ignore"):
            error: np.ndarray = np.abs((np.asarray(got, dtype=np.float64) - self.high) - self.low)
        return error

    def ulps(self, got: np.ndarray, dtype: str) -> np.ndarray:
        """The error in units in the last place of the truth at `dtype`; NaN where the truth is exactly zero."""
        with np.errstate(all="ignore"):
            return np.where(self.high == 0, np.nan, self.error(got) / spacing(self.high, dtype))

    def times(self, factor: float) -> Enclosure:
        """Of the truth times 0, which is exact, or times a power of two below 1, which rounds as the truth does."""
        tolerance = self.tolerance if factor else np.zeros_like(self.tolerance)
        return replace(self, high=factor * self.high, low=factor * self.low, tolerance=tolerance)


@dataclass(frozen=True, kw_only=True)
class Second:
    """Second derivatives of g(x) = ⟨cotangent, f(x)⟩, which has any case's as a scalar function.

    Attributes:
        hvp: the Hessian by all inputs times all tangents, for each input in its shape.
        curvature: the tangents times that, shape ().
        hessian: by each input alone, shape input.shape + input.shape; of a scalar case with few inputs only.
    """

    hvp: dict[str, Enclosure]
    curvature: Enclosure
    hessian: dict[str, Enclosure]


@dataclass(frozen=True, kw_only=True)
class Admissible:
    """What the derivative by one input may be at a kink: each entry from `low` to `high`, both of the Jacobian's shape.

    Where the derivative is infinite both are inf, or both -inf.
    """

    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Smooth:
    """At a kink a direction, by input, along which the function is smooth; its derivative has the output's shape."""

    direction: Inputs
    slope: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Truth:
    """Everything that the checks compare with, for one case, inputs and dtype.

    At a kink there is no derivative: `admissible` and `smooth` are in the place of what belongs to one, which is empty
    there or NaN; so is the value where the oracle has none.

    Attributes:
        inputs: the inputs as the dtype holds them.
        tangents: a random direction an input of `wrt`.  cotangent: a random one of the output's shape. Complex where
            the input or the output is, and its parts are the components of a real vector.
        bound: what the tolerances come from: the balls' `radius`, or `sampled` where that is useless.
        value: f(x).  jacobian: for each input, shape output.shape + input.shape; none where it was compressed. These
            and what follows are real: a complex output, and a complex input, have an axis (Re, Im) of 2 behind their
            own; see `adbench.parts`.
        jvp: the derivative along all tangents at once.  vjp: the cotangent pulled back to each input.
        second: the second derivatives, or why there are none.
        admissible: at a kink, what the derivative by each input may be.
        smooth: at a kink, the directions in which there is but one.
        compressed: the entries of the Jacobian that its structure has, in its order, where the Jacobian is too large
            to be had whole; see `compressed_truth`.
    """

    inputs: Inputs
    tangents: Inputs
    cotangent: np.ndarray
    bound: str
    value: Enclosure
    jvp: Enclosure
    jacobian: dict[str, Enclosure]
    vjp: dict[str, Enclosure]
    second: Second | str = "were not asked for"
    admissible: dict[str, Admissible] = field(default_factory=dict)
    smooth: tuple[Smooth, ...] = ()
    compressed: Enclosure | None = None

    def nonzeros(self, case: Case, structure: Structure) -> Enclosure:
        """The entries of the Jacobian that its structure has, shape (nonzeros,)."""
        if self.compressed is not None:
            return self.compressed
        blocks = [self.jacobian[name] for name in case.wrt]

        def chosen(field: str) -> np.ndarray:
            flat = [getattr(block, field).reshape(self.value.high.size, -1) for block in blocks]
            entries: np.ndarray = np.concatenate(flat, axis=1)[structure.rows, structure.columns]
            return entries

        return Enclosure(high=chosen("high"), low=chosen("low"), tolerance=chosen("tolerance"))


def certified(case: Case, inputs: Inputs, tangents: Inputs, cotangent: np.ndarray) -> tuple[Balls, int]:
    """Enclosures narrow enough to be called the truth, and the bits that it took.

    Raises:
        NotCertified: some enclosure stays wide at the cap on precision.
    """
    return narrowed(case, inputs, lambda bits: evaluate(case, inputs, tangents, cotangent, bits), Balls.groups)


def narrowed(
    case: Case, inputs: Inputs, attempt: Callable[[int], T], groups: Callable[[T], dict[str, np.ndarray]]
) -> tuple[T, int]:
    """What `attempt` makes of balls at a precision at which all of them are narrow, and that precision in bits.

    Raises:
        NotCertified: one stays wide at the cap.
    """
    bits = CERTIFIED_BITS
    given = max((float(abs(x)) for array in inputs.values() for x in array.flat), default=0.0)
    while True:
        try:
            made = attempt(bits)
        except NotCertified:  # a pivot, say, that these bits do not tell from 0
            if bits >= CAP_BITS:
                raise
            bits *= 2
            continue
        named = groups(made)
        largest = max(arb(given), *(abs(b).upper() for group in named.values() for b in group.flat), arb(0))
        wide = next((f"{name} {b}" for name, group in named.items() if (b := too_wide(group, largest))), None)
        if wide is None:
            return made, bits
        if bits >= CAP_BITS:
            raise NotCertified(f"{case.where}: {wide} is still too wide at {bits} bits")
        bits *= 2


def too_wide(balls: np.ndarray, largest: arb) -> str | None:
    """The first ball whose radius is above 1e-30 of its own size, and which is not zero beside `largest`."""
    for index, b in np.ndenumerate(balls):
        if not b.is_finite() or not (b.rad() <= PROOF * abs(b.mid()) or abs(b).upper() <= PROOF * PROOF * largest):
            return f"entry {list(index)} = {b}"
    return None


def enclose(true: np.ndarray, rough: np.ndarray, dtype: str, *, complex: bool = False) -> Enclosure:
    """True balls as numbers, with tolerances from the same balls at the working precision of `dtype`."""
    high = np.array([float(b.mid()) for b in true.flat], dtype=np.float64).reshape(true.shape)
    low = np.array([float(b.mid() - arb(float(b.mid()))) for b in true.flat], dtype=np.float64).reshape(true.shape)
    radius = np.array([float(b.rad()) for b in rough.flat], dtype=np.float64).reshape(true.shape)
    # Asked of the balls: the radius of a number near the smallest normal one underflows to 0.
    inexact = np.array([not b.is_exact() for b in rough.flat], dtype=bool).reshape(true.shape)
    tolerance = np.asarray(SAFETY * radius + np.where(inexact, SMALLEST_NORMAL[dtype], 0.0))
    return Enclosure(high=high, low=low, tolerance=tolerance, complex=complex)


def truth_at(case: Case, inputs: Inputs, dtype: str) -> Truth:
    """Compute the truth of a case at any inputs.

    Args:
        inputs: float64 or complex128 arrays; they are first rounded to `dtype`.
        dtype: whose rounding the tolerances are for.
    Raises:
        Undecided: the inputs lie at a kink.
        NotCertified: the enclosures stay wide at the cap on precision.
    """
    inputs = round_inputs(inputs, dtype)
    like = case.output_like(inputs)
    tangents, cotangent = seeds(case, inputs, like.shape, dtype, complex_output=is_complex(like))
    true, bits = certified(case, inputs, tangents, cotangent)
    rough = _rough(case, inputs, tangents, cotangent, dtype)
    bound = "radius" if rough else "sampled"
    if not rough:
        with working(bits):
            rough = sampled(case, inputs, tangents, cotangent, BITS[dtype], true)
    given = {"value": like, "jvp": like, **{f"vjp:{name}": inputs[name] for name in case.wrt}}
    pairs = {name for name, x in given.items() if is_complex(x)}
    with working(bits):
        made = {
            name: enclose(balls, rough[name], dtype, complex=name in pairs) for name, balls in true.groups().items()
        }
    refuse_out_of_range(case, made, dtype)
    return Truth(
        inputs=inputs,
        tangents=tangents,
        cotangent=cotangent,
        bound=bound,
        value=made["value"],
        jvp=made["jvp"],
        jacobian={name: made[f"jacobian:{name}"] for name in case.wrt},
        vjp={name: made[f"vjp:{name}"] for name in case.wrt},
    )


def _rough(case: Case, inputs: Inputs, tangents: Inputs, cotangent: np.ndarray, dtype: str) -> dict[str, np.ndarray]:
    """The balls at the working precision of `dtype`, by name; none where their radii say nothing."""
    try:
        rough = evaluate(case, inputs, tangents, cotangent, BITS[dtype]).groups()
        # Reverse mode multiplies from the other end: it rounds products where those of forward mode happen to be
        # exact, of small integers for one. Directions √2 long leave none exact but copies and structural zeros.
        pulled = evaluate(case, inputs, tangents, cotangent, BITS[dtype], unit_of(dtype))
    except NotCertified:  # a pivot, say, that these bits do not tell from 0
        return {}
    given = max((float(np.abs(x).max(initial=0.0)) for x in inputs.values()), default=0.0)
    if is_useless(rough["value"], given) or any(is_useless(rough[f"jacobian:{name}"]) for name in case.wrt):
        return {}
    for name, balls in pulled.groups().items():
        if name.startswith("vjp"):
            rough[name] = balls
        elif name.startswith("jacobian"):
            rough[name] = wider(rough[name], balls)
    return rough


def unit_of(dtype: str) -> float:
    """√2 as the dtype holds it: a length with as many bits as there are."""
    return float(round_to(np.asarray(np.sqrt(2.0)), dtype))


def wider(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Of each two balls the one with the larger radius."""
    chosen = [a if a.rad() >= b.rad() else b for a, b in zip(one.flat, other.flat, strict=True)]
    return object_array(chosen, one.shape)


def refuse_out_of_range(case: Case, made: dict[str, Enclosure], dtype: str) -> None:
    advice = f"; choose other inputs, or leave {dtype} out of the case's dtypes"
    for name, enclosure in made.items():
        if (np.abs(enclosure.high) > LARGEST[dtype]).any():
            raise InvalidCase(f"{case.where}: {name} is beyond the range of {dtype}{advice}")
        if not np.isfinite(enclosure.tolerance).all():
            raise InvalidCase(f"{case.where}: rounding in {dtype} leaves no digit of {name}{advice}")


def scale(case: Case, truth: Truth, dtype: str) -> float:
    """Largest magnitude that occurs in the computation: digits are lost at its rounding level, never above.

    An infinity that a case masks with, as a score of −∞ in a softmax, is no magnitude.
    """
    from adbench.oracle.compressed import evaluate_compressed  # which needs this file

    largest = 0.0

    def see(j: Jet) -> None:
        nonlocal largest
        for ball in (j.value, *(j.dot.entries() if j.dot is not None else ())):
            if ball.mid().is_finite():
                largest = max(largest, float(abs(ball).upper()))

    Jet.magnitude = see
    try:
        if truth.compressed is None:
            evaluate(case, truth.inputs, truth.tangents, truth.cotangent, BITS[dtype])
        else:
            evaluate_compressed(case, truth.inputs, truth.tangents, truth.cotangent, BITS[dtype])
    finally:
        Jet.magnitude = None
    return largest
