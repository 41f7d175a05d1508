"""The truth of a case at given inputs, and how far from it a backend may be.

Two evaluations of the same jets. At hundreds of bits they enclose the true value and derivatives. At the working
precision of the dtype their radii bound, entry by entry, what rounding can do to this formula at these inputs:

    tolerance = SAFETY × radius + smallest normal number

The second term is there because hardware may flush subnormal results to zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb, arb_mat

from adbench.case import Case, Inputs
from adbench.errors import InvalidCase, NotCertified
from adbench.oracle.jet import Jet
from adbench.oracle.namespace import NAMESPACE, jets
from adbench.oracle.precision import BITS, CAP_BITS, CERTIFIED_BITS, working

# A backend sums in another order than the jets do, and its elementary functions may be off by a few ulps where
# the jets are charged one; docs/tolerances.md shows error over radius for every case and backend.
SAFETY = 4.0

UNIT = np.sqrt(2.0)  # a length with as many bits as there are

PROOF = arb("1e-30")  # widest relative radius that counts as proved


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    """True numbers with tolerances; three float64 arrays of one shape.

    Attributes:
        high: the truth rounded to float64.  low: what that rounding left over.
        tolerance: largest error allowed, absolute.
    """

    high: np.ndarray
    low: np.ndarray
    tolerance: np.ndarray

    def error(self, got: np.ndarray) -> np.ndarray:
        """|got − truth|, free of rounding of the truth; NaN or infinite where `got` is not finite."""
        with np.errstate(all="ignore"):
            error: np.ndarray = np.abs((np.asarray(got, dtype=np.float64) - self.high) - self.low)
        return error

    def ulps(self, got: np.ndarray, dtype: str) -> np.ndarray:
        """The error in units in the last place of the truth at `dtype`; NaN where the truth is exactly zero."""
        with np.errstate(all="ignore"):
            unit = np.spacing(np.abs(self.high).astype(dtype)).astype(np.float64)
            return np.where(self.high == 0, np.nan, self.error(got) / unit)


@dataclass(frozen=True, kw_only=True)
class Truth:
    """Everything that the checks compare with, for one case, inputs and dtype.

    Attributes:
        inputs: the inputs as the dtype holds them.
        tangents: a random direction an input of `wrt`.  cotangent: a random one of the output's shape.
        value: f(x).  jacobian: for each input, shape output.shape + input.shape.
        jvp: the derivative along all tangents at once.  vjp: the cotangent pulled back to each input.
    """

    inputs: Inputs
    tangents: Inputs
    cotangent: np.ndarray
    value: Enclosure
    jvp: Enclosure
    jacobian: dict[str, Enclosure]
    vjp: dict[str, Enclosure]


@dataclass(frozen=True)
class Balls:
    """One evaluation: object arrays of balls, as in `Truth`."""

    value: np.ndarray
    jvp: np.ndarray
    jacobian: dict[str, np.ndarray]
    vjp: dict[str, np.ndarray]

    def groups(self) -> dict[str, np.ndarray]:
        """Every array under a name of its own: value, jvp, jacobian:w, vjp:w, …"""
        return {
            "value": self.value,
            "jvp": self.jvp,
            **{f"jacobian:{name}": balls for name, balls in self.jacobian.items()},
            **{f"vjp:{name}": balls for name, balls in self.vjp.items()},
        }


def round_inputs(inputs: Inputs, dtype: str) -> Inputs:
    """The inputs as `dtype` holds them, as float64 arrays; integers and booleans stay.

    Raises:
        InvalidCase: an input overflows in this dtype.
    """
    rounded = {name: x.astype(dtype).astype(np.float64) if x.dtype.kind == "f" else x for name, x in inputs.items()}
    for name, x in rounded.items():
        if not np.isfinite(x).all():
            raise InvalidCase(f'input {name} overflows in {dtype}; give the case dtypes=("float64",)')
    return rounded


def seeds(case: Case, inputs: Inputs, output_shape: tuple[int, ...], dtype: str) -> tuple[Inputs, np.ndarray]:
    """A random tangent for each input of `wrt` and a random cotangent, as `dtype` holds them."""
    rng = np.random.default_rng([len(case.name), *case.name.encode()])
    tangents = {name: np.asarray(rng.standard_normal(inputs[name].shape)) for name in case.wrt}
    drawn = {**tangents, "": np.asarray(rng.standard_normal(output_shape))}
    drawn = round_inputs(drawn, dtype)
    return {name: drawn[name] for name in case.wrt}, drawn[""]


def evaluate(
    case: Case, inputs: Inputs, tangents: Inputs, cotangent: np.ndarray, bits: int, unit: float = 1.0
) -> Balls:
    """Value and first derivatives of a case as balls, at a working precision.

    One pass of jets with a direction for each entry of each input in `wrt`, and a last one along all tangents.

    Args:
        unit: length of those directions. The derivatives are divided by it, and are the same for any; but only
            with 1 does a product by the direction cost no rounding.
    Raises:
        Undecided: the inputs lie at a kink.
    """
    sizes = {name: inputs[name].size for name in case.wrt}
    width = sum(sizes.values()) + 1
    with working(bits):
        arguments, start = {name: jets(x) for name, x in inputs.items() if x.dtype.kind == "f"}, 0
        for name, size in sizes.items():
            arguments[name] = _active(inputs[name], tangents[name], start, width, unit)
            start += size
        arguments = {name: arguments.get(name, inputs[name]) for name in case.parameters}
        y = jets(case.function(NAMESPACE, **arguments))
        whole = object_array([e for j in y.flat for e in _entries(j, width)], (y.size, width))
        if unit != 1:
            whole[:, :-1] = whole[:, :-1] / arb(unit)
        pulled = _pull_back(cotangent, whole)
        jacobian, vjp, start = {}, {}, 0
        for name, size in sizes.items():
            shape = inputs[name].shape
            jacobian[name] = whole[:, start : start + size].reshape(y.shape + shape)
            vjp[name] = pulled[start : start + size].reshape(shape)
            start += size
        value = object_array([j.value for j in y.flat], y.shape)
        return Balls(value, whole[:, -1].reshape(y.shape), jacobian, vjp)


def _active(x: np.ndarray, tangent: np.ndarray, start: int, width: int, unit: float) -> np.ndarray:
    """Jets of `x` whose directions number `start`, `start` + 1, … are its entries, and the last its tangent."""
    made = np.empty(x.shape, dtype=object)
    for i, index in enumerate(np.ndindex(x.shape)):
        row = arb_mat(1, width)
        row[0, start + i] = arb(unit)
        row[0, width - 1] = arb(float(tangent[index]))
        made[index] = Jet(arb(float(x[index])), row)
    return made


def _pull_back(cotangent: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """ȳᵀJ, rounded term by term as a backend would: Arb's own matrix product rounds once and promises too much."""
    total = object_array([arb(0)] * rows.shape[1], (rows.shape[1],))
    for weight, row in zip(cotangent.flat, rows, strict=True):
        total = total + arb(float(weight)) * row
    return total


def _entries(j: Jet, width: int) -> list[arb]:
    return [arb(0)] * width if j.dot is None else j.dot.entries()


def object_array(values: list[Any], shape: tuple[int, ...]) -> np.ndarray:
    """An object array of values that NumPy is not to look into."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array.reshape(shape)


def certified(case: Case, inputs: Inputs, tangents: Inputs, cotangent: np.ndarray) -> tuple[Balls, int]:
    """Enclosures narrow enough to be called the truth, and the bits that it took.

    Raises:
        NotCertified: some enclosure stays wide at the cap on precision.
    """
    bits = CERTIFIED_BITS
    while True:
        balls = evaluate(case, inputs, tangents, cotangent, bits)
        groups = balls.groups()
        largest = max((abs(b).upper() for group in groups.values() for b in group.flat), default=arb(0))
        largest = max(largest, *(arb(float(np.abs(x).max(initial=0))) for x in inputs.values()))
        wide = next((f"{name} {b}" for name, group in groups.items() if (b := too_wide(group, largest))), None)
        if wide is None:
            return balls, bits
        if bits >= CAP_BITS:
            raise NotCertified(f"{case.where}: {wide} is still too wide at {bits} bits")
        bits *= 2


def too_wide(balls: np.ndarray, largest: arb) -> str | None:
    """The first ball whose radius is above 1e-30 of its own size, and which is not zero beside `largest`."""
    for index, b in np.ndenumerate(balls):
        if not b.is_finite() or not (b.rad() <= PROOF * abs(b.mid()) or abs(b).upper() <= PROOF * PROOF * largest):
            return f"entry {list(index)} = {b}"
    return None


def _enclose(true: np.ndarray, rough: np.ndarray, dtype: str) -> Enclosure:
    high = np.array([float(b.mid()) for b in true.flat], dtype=np.float64).reshape(true.shape)
    low = np.array([float(b.mid() - arb(float(b.mid()))) for b in true.flat], dtype=np.float64).reshape(true.shape)
    radius = np.array([float(b.rad()) for b in rough.flat], dtype=np.float64).reshape(true.shape)
    smallest_normal = float(np.finfo(dtype).smallest_normal)
    # Asked of the balls: the radius of a number near the smallest normal one underflows to 0.
    inexact = np.array([not b.is_exact() for b in rough.flat], dtype=bool).reshape(true.shape)
    tolerance = np.asarray(SAFETY * radius + np.where(inexact, smallest_normal, 0.0))
    return Enclosure(high=high, low=low, tolerance=tolerance)


def truth_at(case: Case, inputs: Inputs, dtype: str) -> Truth:
    """Compute the truth of a case at any inputs.

    Args:
        inputs: float64 arrays; they are first rounded to `dtype`.
        dtype: whose rounding the tolerances are for.
    Raises:
        Undecided: the inputs lie at a kink.
        NotCertified: the enclosures stay wide at the cap on precision.
    """
    inputs = round_inputs(inputs, dtype)
    tangents, cotangent = seeds(case, inputs, case.output_shape(inputs), dtype)
    true, bits = certified(case, inputs, tangents, cotangent)
    rough = evaluate(case, inputs, tangents, cotangent, BITS[dtype]).groups()
    # What pulls a cotangent back rounds every product by it, also where the Jacobian's own entries are exact.
    pulled = evaluate(case, inputs, tangents, cotangent, BITS[dtype], float(np.asarray(UNIT).astype(dtype)))
    rough |= {name: balls for name, balls in pulled.groups().items() if name.startswith("vjp")}
    with working(bits):
        made = {name: _enclose(balls, rough[name], dtype) for name, balls in true.groups().items()}
    _refuse_out_of_range(case, made, dtype)
    return Truth(
        inputs=inputs,
        tangents=tangents,
        cotangent=cotangent,
        value=made["value"],
        jvp=made["jvp"],
        jacobian={name: made[f"jacobian:{name}"] for name in case.wrt},
        vjp={name: made[f"vjp:{name}"] for name in case.wrt},
    )


def _refuse_out_of_range(case: Case, made: dict[str, Enclosure], dtype: str) -> None:
    advice = f"; choose other inputs, or leave {dtype} out of the case's dtypes"
    for name, enclosure in made.items():
        if (np.abs(enclosure.high) > np.finfo(dtype).max).any():
            raise InvalidCase(f"{case.where}: {name} is beyond the range of {dtype}{advice}")
        if not np.isfinite(enclosure.tolerance).all():
            raise InvalidCase(f"{case.where}: rounding in {dtype} leaves no digit of {name}{advice}")


def scale(case: Case, truth: Truth, dtype: str) -> float:
    """Largest magnitude that occurs in the computation: digits are lost at its rounding level, never above."""
    largest = 0.0

    def see(j: Jet) -> None:
        nonlocal largest
        for ball in (j.value, *(j.dot.entries() if j.dot is not None else ())):
            largest = max(largest, float(abs(ball).upper()))

    Jet.magnitude = see
    try:
        evaluate(case, truth.inputs, truth.tangents, truth.cotangent, BITS[dtype])
    finally:
        Jet.magnitude = None
    return largest
