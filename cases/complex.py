"""Complex numbers in and out: complex128, and complex64 in cells of float32.

Libraries disagree on which of two conjugates a gradient is, forget to take the real part of a gradient that goes to a
real operand beside a complex one, and divide by |z|² where it overflows. Truth is what they agree on, the derivative
of the function of (Re, Im). A closed form here is a differential, linear over the real numbers: d|z| = Re(z̄ dz)/|z|.
The Jacobian is what it makes of every unit array, and of i times each. Functions with a branch cut are asked on both
of its sides. Vectors that are unique only up to a phase go into what does not depend on it. Points at which a formula
in use is known to fail are tagged `hazard`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, NamedTuple

import numpy as np

from adbench.case import DTYPES, Case, case

STANDARD = "array API standard 2024.12"
CR = "Kreutz-Delgado, The Complex Gradient Operator and the CR-Calculus (2009)"
F64 = ("float64",)
HAZARD = ("hazard",)
Inputs = dict[str, Any]
Differential = Callable[..., Any]


# Closed forms


def of_units(xp, x, differential, *, complex_input, complex_output):
    """The real Jacobian from the image of every unit array, and of i times each, along a new first axis."""
    size = math.prod(x.shape)
    units = xp.reshape(xp.eye(size, dtype=x.dtype), (size, *x.shape))
    blocks = []
    for y in (differential(units), differential(1j * units)) if complex_input else (differential(units),):
        if complex_output:
            y = xp.stack([xp.real(y), xp.imag(y)], axis=-1)
        blocks.append(xp.reshape(xp.permute_dims(y, (*range(1, y.ndim), 0)), y.shape[1:] + x.shape))
    return xp.stack(blocks, axis=-1) if complex_input else blocks[0]


def define(
    name: str,
    function: Callable[..., Any],
    differentials: Mapping[str, Differential | None],
    inputs: Any,
    formula: str,
    *,
    real: bool = False,
    **fields: Any,
) -> Case:
    """A case whose derivative by each input is that of `differential(xp, dz, **inputs)`; None leaves it to the oracle.

    Args:
        real: whether the output is.
    """
    @wraps(function)
    def own(*arguments: Any, **named: Any) -> Any:  # with a docstring of its own: rows share functions
        return function(*arguments, **named)

    own.__doc__ = formula
    made = case(name=name, wrt=tuple(differentials), **{"source": STANDARD, **fields})(own)
    made.inputs(inputs if callable(inputs) else lambda rng: {key: np.asarray(x) for key, x in inputs.items()})

    def closed_form(wrt: str, differential: Differential) -> Callable[..., Any]:
        def jacobian(xp: Any, **x: Any) -> Any:
            pair = made.make_inputs("small")[wrt].dtype.kind == "c"  # which a ball does not tell
            return of_units(
                xp, x[wrt], lambda units: differential(xp, units, **x), complex_input=pair, complex_output=not real
            )

        return jacobian

    for wrt, differential in differentials.items():
        if differential is not None:
            made.jacobian(wrt)(closed_form(wrt, differential))
    return made


def H(xp, A):  # noqa: N802 — as mathematics writes it
    return xp.conj(xp.matrix_transpose(A))


def columns(f):
    """A linear function of matrices, of a stack of vectors."""
    return lambda v: f(v[..., None])[..., 0]


def inner(xp, z, dz):
    """Re z̄ dz, the differential of |z|²/2."""
    return xp.real(xp.conj(z) * dz)


def hermitian(xp, Z):
    """The Hermitian part, so that a function of Hermitian matrices has an input without constraints."""
    return (Z + H(xp, Z)) / 2


def tr(xp, A):
    return xp.linalg.trace(A)


# Inputs: z, w, v complex, capitals for matrices; x, y, a, b and θ real.


def drawn(**shapes: tuple[int, ...]) -> Callable[..., Inputs]:
    def draw(rng):
        return {
            name: rng.standard_normal(shape) + (1j * rng.standard_normal(shape) if name[0] in "zwvZWV" else 0.0)
            for name, shape in shapes.items()
        }

    return draw


def regular(n: int, **others: tuple[int, ...]) -> Callable[..., Inputs]:
    """A matrix Z with singular values from 1 to 2."""

    def draw(rng):
        u, _, vh = np.linalg.svd(rng.standard_normal((n, n)) + 1j * rng.standard_normal((n, n)))
        return {"Z": (u * np.linspace(1.0, 2.0, n)) @ vh, **drawn(**others)(rng)}

    return draw


def with_spectrum(*values: float) -> Callable[..., Inputs]:
    """A matrix Z whose Hermitian part has these eigenvalues."""

    def draw(rng):
        n = len(values)
        q = np.linalg.qr(rng.standard_normal((n, n)) + 1j * rng.standard_normal((n, n)))[0]
        skew = rng.standard_normal((n, n)) + 1j * rng.standard_normal((n, n))
        return {"Z": (q * np.asarray(values)) @ q.conj().T + (skew - skew.conj().T) / 2}

    return draw


# Holomorphic functions of one number: dy = f'(z) dz


def quadrants(rng: Any) -> Inputs:
    """A number in each quadrant, and one of them twice."""
    signs = np.array([1 + 1j, -1 + 1j, -1 - 1j, 1 - 1j, 1 + 1j])
    re, im = rng.uniform(0.3, 1.5, (2, 5))
    return {"z": signs.real * re + 1j * signs.imag * im}


class At(NamedTuple):
    """Points, the dtypes that hold them, and tags."""

    points: tuple[complex, ...]
    dtypes: tuple[str, ...]
    tags: tuple[str, ...]


def at(*points: complex, of: tuple[str, ...] = DTYPES) -> At:
    return At(points, of, ())


def trap(*points: complex, of: tuple[str, ...] = DTYPES) -> At:
    """Points that a formula in use is known to fail at."""
    return At(points, of, HAZARD)


def sides(*ends: complex) -> At:
    """Points beside a cut: 1e-9 to each side of a number on it, at a right angle to the axis that it lies on."""
    return at(*(end + side * (1e-9j if end.imag == 0 else 1e-9) for end in map(complex, ends) for side in (1, -1)))


SMALL, LARGE = at(1e-12 + 1e-12j, -1e-12 - 3e-12j), at(1e8 + 1e8j, -3e8 + 1e3j)
HUGE, TINY = trap(1e200 + 1e200j, -3e200 + 1e190j, of=F64), trap(1e-200 + 1e-200j, 1e-190 - 3e-200j, of=F64)
ELEMENTARY: dict[str, tuple[str, Differential, dict[str, At]]] = {
    "exp": ("e^z", lambda xp, z: xp.exp(z), {"small": SMALL, "far": at(700 + 1j, -700 + 2j, of=F64)}),
    "expm1": ("e^z − 1", lambda xp, z: xp.exp(z), {"small": SMALL, "cancelling": trap(1e-8 + 1e-4j, 1e-6 - 1e-3j)}),
    "log": ("log z", lambda xp, z: 1 / z, {
        "cut": sides(-2), "small": SMALL, "circle": at(0.6 + 0.8j, 1e-9 + 1j), "huge": HUGE, "tiny": TINY}),
    "log1p": ("log(1 + z)", lambda xp, z: 1 / (1 + z), {"cut": sides(-3), "small": SMALL}),
    "log2": ("log₂ z", lambda xp, z: 1 / (z * xp.log(xp.real(0 * z) + 2)), {"cut": sides(-2)}),
    "log10": ("log₁₀ z", lambda xp, z: 1 / (z * xp.log(xp.real(0 * z) + 10)), {"cut": sides(-2)}),
    "sqrt": ("√z", lambda xp, z: 1 / (2 * xp.sqrt(z)), {
        "cut": sides(-2), "small": SMALL, "huge": HUGE, "tiny": TINY}),
    "square": ("z²", lambda xp, z: 2 * z, {}),
    "reciprocal": ("1/z", lambda xp, z: -1 / (z * z), {"large": trap(1e100 + 3e100j, 1e140 - 1j, of=F64)}),
    "negative": ("−z", lambda xp, z: -xp.ones_like(z), {}),
    "sin": ("sin z", lambda xp, z: xp.cos(z), {"far": at(1 + 300j, 2 - 700j, of=F64)}),
    "cos": ("cos z", lambda xp, z: -xp.sin(z), {"far": at(1 + 300j, 2 - 700j, of=F64)}),
    "tan": ("tan z", lambda xp, z: 1 / xp.cos(z) ** 2, {
        "pole": at(math.pi / 2 + 1e-4j), "far": trap(1 + 10j, -2 - 15j), "farther": trap(1 + 200j, of=F64)}),
    "sinh": ("sinh z", lambda xp, z: xp.cosh(z), {"far": at(300 + 1j, -700 + 2j, of=F64)}),
    "cosh": ("cosh z", lambda xp, z: xp.sinh(z), {"far": at(300 + 1j, -700 + 2j, of=F64)}),
    "tanh": ("tanh z", lambda xp, z: 1 / xp.cosh(z) ** 2, {
        "far": trap(10 + 1j, -15 - 2j), "farther": trap(200 + 1j, of=F64)}),
    "asin": ("asin z", lambda xp, z: 1 / (xp.sqrt(1 - z) * xp.sqrt(1 + z)), {
        "cut": sides(2, -2), "small": SMALL, "large": LARGE, "branch": trap(1 + 1e-8j)}),
    "acos": ("acos z", lambda xp, z: -1 / (xp.sqrt(1 - z) * xp.sqrt(1 + z)), {
        "cut": sides(2, -2), "small": SMALL, "large": LARGE, "branch": trap(1 + 1e-8j)}),
    "atan": ("atan z", lambda xp, z: 1 / ((1 - 1j * z) * (1 + 1j * z)), {
        "cut": sides(2j, -2j), "small": SMALL, "large": LARGE, "branch": trap(1e-6 + 1j)}),
    "asinh": ("asinh z", lambda xp, z: 1 / (xp.sqrt(1 - 1j * z) * xp.sqrt(1 + 1j * z)), {
        "cut": sides(2j, -2j), "small": SMALL, "large": LARGE, "branch": trap(1e-8 + 1j)}),
    "acosh": ("acosh z", lambda xp, z: 1 / (xp.sqrt(z - 1) * xp.sqrt(z + 1)), {
        "cut": sides(-2, 0.5), "small": SMALL, "large": LARGE, "branch": trap(1 + 1e-8j)}),
    "atanh": ("atanh z", lambda xp, z: 1 / ((1 - z) * (1 + z)), {
        "cut": sides(2, -2), "small": SMALL, "large": LARGE, "branch": trap(1 + 1e-6j)}),
}  # fmt: skip


def elementary(name: str) -> Callable[..., Any]:
    return lambda xp, z: getattr(xp, name)(z)


def sloped(slope: Differential) -> Differential:
    return lambda xp, dz, **x: slope(xp, **x) * dz


for name, (formula, slope, hard) in ELEMENTARY.items():
    define(name, elementary(name), {"z": sloped(slope)}, quadrants, f"{formula}; z complex.")
    for suffix, (points, dtypes, tags) in hard.items():
        define(
            f"{name}_{suffix}",
            elementary(name),
            {"z": sloped(slope)},
            {"z": np.array(points)},
            f"{formula}, at {', '.join(f'{p:.3g}' for p in points)}.",
            dtypes=dtypes,
            tags=tags,
        )

for name, function, slope, formula in (
    ("pow_square", lambda xp, z: z**2, lambda xp, z: 2 * z, "z², an integer power"),
    ("pow_cube", lambda xp, z: z**3, lambda xp, z: 3 * z * z, "z³"),
    ("pow_inverse", lambda xp, z: z**-2, lambda xp, z: -2 / (z * z * z), "z⁻²"),
    ("pow_half", lambda xp, z: z**0.5, lambda xp, z: 0.5 / xp.sqrt(z), "z^½"),
    ("pow_1_2i", lambda xp, z: z ** (1 + 2j), lambda xp, z: (1 + 2j) * xp.exp(2j * xp.log(z)), "z^(1 + 2i)"),
    ("pow_of_base", lambda xp, z: 2.0**z, lambda xp, z: xp.log(xp.real(0 * z) + 2) * 2**z, "2^z, of a real base"),
):
    define(name, function, {"z": sloped(slope)}, quadrants, f"{formula}; z complex.")
define("pow_cut", lambda xp, z: z**1.5, {"z": lambda xp, dz, z: 1.5 * xp.sqrt(z) * dz},
       {"z": np.array([-2 + 1e-9j, -2 - 1e-9j])}, "z^1.5, on both sides of the cut.")  # fmt: skip


# Two operands, of which one may be real: its gradient is


def spread_out(xp, d, like):
    """A stack of scalars, to be multiplied with arrays like `like`."""
    return xp.reshape(d, d.shape[:1] + (1,) * (like.ndim + 1 - d.ndim) + d.shape[1:])


OPERATIONS: dict[str, tuple[str, Callable[..., Any], Differential, Differential]] = {
    "add": ("+", lambda xp, p, q: p + q, lambda xp, p, q: 1, lambda xp, p, q: 1),
    "subtract": ("−", lambda xp, p, q: p - q, lambda xp, p, q: 1, lambda xp, p, q: -1),
    "multiply": ("·", lambda xp, p, q: p * q, lambda xp, p, q: q, lambda xp, p, q: p),
    "divide": ("/", lambda xp, p, q: p / q, lambda xp, p, q: 1 / q, lambda xp, p, q: -p / (q * q)),
    "pow": ("**", lambda xp, p, q: p**q,
        lambda xp, p, q: q * p ** (q - 1), lambda xp, p, q: p**q * xp.log(p)),
}  # fmt: skip
# Of p and of q the shape, and whether it is complex. The output has the shape of the longer one.
OPERANDS: dict[str, tuple[tuple[int, ...], bool, tuple[int, ...], bool]] = {
    "complex": ((3,), True, (3,), True),
    "real_left": ((3,), False, (3,), True),
    "real_right": ((3,), True, (3,), False),
    "real_scalar": ((), False, (2, 2), True),
    "scalar_beside_real": ((), True, (3,), False),
}


def numbers(rng: Any, shape: tuple[int, ...], pair: bool) -> np.ndarray:
    """Complex ones, or real ones above 0, of which there are powers."""
    x = rng.uniform(0.5, 1.5, shape)
    return x * np.exp(1j * rng.uniform(-2.5, 2.5, shape)) if pair else x


for kind, (of_p, pair_p, of_q, pair_q) in OPERANDS.items():
    for name, (sign, function, by_p, by_q) in OPERATIONS.items():

        def by(slope: Differential) -> Differential:
            return lambda xp, d, p, q: (slope(xp, p, q) + 0 * (p + q)) * xp.reshape(
                d, d.shape[:1] + (1,) * ((p + q).ndim + 1 - d.ndim) + d.shape[1:]
            )

        define(
            f"{name}_{kind}",
            function,
            {"p": by(by_p), "q": by(by_q)},
            lambda rng, k=(of_p, pair_p, of_q, pair_q): {"p": numbers(rng, *k[:2]), "q": numbers(rng, *k[2:])},
            f"p {sign} q; p {'complex' if pair_p else 'real'} {of_p}, q {'complex' if pair_q else 'real'} {of_q}.",
        )


# Functions that are not holomorphic


def d_abs(xp, dz, z):
    return inner(xp, z, dz) / xp.abs(z)


def d_norm(order: int) -> Differential:
    def differential(xp, dz, z):
        slope = xp.abs(z) ** (order - 2) * inner(xp, z, dz)
        return xp.sum(slope, axis=-1) / xp.linalg.vector_norm(z, ord=order) ** (order - 1)

    return differential


def d_angle(xp, dz, z):
    return xp.imag(dz / z)


REAL_VALUED: dict[str, tuple[str, Callable[..., Any], Differential]] = {
    "abs": ("|z|", lambda xp, z: xp.abs(z), d_abs),
    "real": ("Re z", lambda xp, z: xp.real(z), lambda xp, dz, z: xp.real(dz)),
    "imag": ("Im z", lambda xp, z: xp.imag(z), lambda xp, dz, z: xp.imag(dz)),
    "angle": ("atan2(Im z, Re z)", lambda xp, z: xp.atan2(xp.imag(z), xp.real(z)), d_angle),
    "squared_modulus": ("|z|²", lambda xp, z: xp.abs(z) ** 2, lambda xp, dz, z: 2 * inner(xp, z, dz)),
    "times_conjugate": ("Re z z̄", lambda xp, z: xp.real(z * xp.conj(z)), lambda xp, dz, z: 2 * inner(xp, z, dz)),
    "log_modulus": ("log |z|", lambda xp, z: xp.log(xp.abs(z)), lambda xp, dz, z: xp.real(dz / z)),
    "product_of_parts": ("Re z · Im z", lambda xp, z: xp.real(z) * xp.imag(z), lambda xp, dz, z: xp.imag(z * dz)),
    "norm_1": ("Σ|z|", lambda xp, z: xp.linalg.vector_norm(z, ord=1), d_norm(1)),
    "norm": ("‖z‖", lambda xp, z: xp.linalg.vector_norm(z), d_norm(2)),
    "norm_3": ("(Σ|z|³)^⅓", lambda xp, z: xp.linalg.vector_norm(z, ord=3), d_norm(3)),
    "sum_of_squares": ("Σ|z|²", lambda xp, z: xp.sum(xp.real(xp.conj(z) * z)),
        lambda xp, dz, z: 2 * xp.sum(inner(xp, z, dz), axis=-1)),
}  # fmt: skip
for name, (formula, function, differential) in REAL_VALUED.items():
    define(name, function, {"z": differential}, quadrants, f"{formula}; z complex.", real=True, source=CR)
for suffix, points in {
    "small": at(1e-30 + 1e-30j, -1e-12 + 3e-12j),
    "tiny": TINY,
    "huge": HUGE,
    "axis": at(1 + 1e-9j, -1e-9 + 2j),
}.items():
    for name in ("abs", "angle", "log_modulus"):
        formula, function, differential = REAL_VALUED[name]
        define(
            f"{name}_{suffix}",
            function,
            {"z": differential},
            {"z": np.array(points.points)},
            f"{formula}, at {', '.join(f'{p:.3g}' for p in points.points)}.",
            real=True,
            dtypes=points.dtypes,
            tags=points.tags,
            source=CR,
        )
define("conj", lambda xp, z: xp.conj(z), {"z": lambda xp, dz, z: xp.conj(dz)}, quadrants, "z̄.", source=CR)
define("sign", lambda xp, z: xp.sign(z), {"z": lambda xp, dz, z: 1j * z / xp.abs(z) * d_angle(xp, dz, z)}, quadrants,
       "z/|z|.", source=CR)  # fmt: skip
define("conjugate_product", lambda xp, z, w: xp.conj(z) * w,
       {"z": lambda xp, dz, z, w: xp.conj(dz) * w, "w": lambda xp, dw, z, w: xp.conj(z) * dw},
       drawn(z=(3,), w=(3,)), "z̄ w.", source=CR)  # fmt: skip


# Real to complex, and back


define(
    "polar",
    lambda xp, r, theta: r * xp.exp(1j * theta),
    {
        "r": lambda xp, dr, r, theta: dr * xp.exp(1j * theta),
        "theta": lambda xp, d, r, theta: d * 1j * r * xp.exp(1j * theta),
    },
    lambda rng: {"r": rng.uniform(0.5, 2.0, 3), "theta": rng.uniform(-3.0, 3.0, 3)},
    "r e^(iθ), of real r and θ.",
)
define(
    "from_parts",
    lambda xp, x, y: (x + 1j * y) ** 2,
    {"x": lambda xp, dx, x, y: 2 * (x + 1j * y) * dx, "y": lambda xp, dy, x, y: 2j * (x + 1j * y) * dy},
    drawn(x=(3,), y=(3,)),
    "(x + iy)², of real x and y.",
)
define(
    "wave",
    lambda xp, x: xp.abs(1 + xp.exp(1j * x)) ** 2,
    {"x": lambda xp, dx, x: -2 * xp.sin(x) * dx},
    lambda rng: {"x": rng.uniform(0.3, 1.5, 4)},
    "|1 + e^(ix)|² = 2 + 2 cos x, of a real x.",
    real=True,
)
define(
    "phase",
    lambda xp, x: xp.imag(xp.log(1 + 1j * x)),
    {"x": lambda xp, dx, x: dx / (1 + x * x)},
    drawn(x=(4,)),
    "Im log(1 + ix) = atan x, of a real x.",
    real=True,
)
define(
    "rotation",
    lambda xp, theta, z: xp.real(xp.exp(1j * theta) * z),
    {
        "theta": lambda xp, d, theta, z: d[:, None] * xp.real(1j * xp.exp(1j * theta) * z),
        "z": lambda xp, dz, theta, z: xp.real(xp.exp(1j * theta) * dz),
    },
    drawn(theta=(), z=(3,)),
    "Re e^(iθ) z, of a real θ.",
    real=True,
)
define(
    "impedance",
    lambda xp, a, x: xp.abs(1 / (1 + 1j * x * a)),
    {
        "a": lambda xp, da, a, x: -(x * x * a) / (1 + (x * a) ** 2) ** 1.5 * da[:, None],
        "x": lambda xp, dx, a, x: -(x * a * a) / (1 + (x * a) ** 2) ** 1.5 * dx,
    },
    drawn(a=(), x=(3,)),
    "|1/(1 + iax)| = (1 + a²x²)^−½, of real a and x.",
    real=True,
)
define(
    "quadratic_map",
    lambda xp, z: (((z * z + z) ** 2 + z) ** 2 + z) * 0.25,
    {"z": None},
    lambda rng: {"z": rng.uniform(-0.7, 0.7, 3) + 1j * rng.uniform(-0.7, 0.7, 3)},
    "The fourth iterate of w² + z from 0, a quarter of it.",
)
define(
    "moebius",
    lambda xp, z, w: (z[0] * w + z[1]) / (z[2] * w + z[3]),
    {"z": None, "w": None},
    drawn(z=(4,), w=(2,)),
    "(z₀ w + z₁)/(z₂ w + z₃).",
)
define(
    "newton_step",
    lambda xp, z: z - (z**3 - 1) / (3 * z**2),
    {"z": lambda xp, dz, z: 2 * (1 - 1 / (z * z * z)) * dz / 3},
    quadrants,
    "A step of Newton's method to a root of z³ = 1.",
)
define(
    "fidelity",
    lambda xp, z, w: xp.abs(xp.vecdot(z, w)) ** 2,
    {
        "z": lambda xp, dz, z, w: 2 * xp.real(xp.conj(xp.vecdot(z, w)) * xp.sum(xp.conj(dz) * w, axis=-1)),
        "w": lambda xp, dw, z, w: 2 * xp.real(xp.conj(xp.vecdot(z, w)) * xp.sum(xp.conj(z) * dw, axis=-1)),
    },
    drawn(z=(3,), w=(3,)),
    "|⟨z, w⟩|², of two states.",
    real=True,
)
define(
    "expectation",
    lambda xp, Z, w: xp.real(xp.vecdot(w, hermitian(xp, Z) @ w)) / xp.real(xp.vecdot(w, w)),
    {"Z": None, "w": None},
    drawn(Z=(3, 3), w=(3,)),
    "⟨w, H w⟩/⟨w, w⟩, H = (Z + Zᴴ)/2.",
    real=True,
)


# Shapes and sums


def d_cumulative_prod(xp, dz, z):
    pair = dz[..., 0] * z[:, 1] + z[:, 0] * dz[..., 1]
    return xp.stack([dz[..., 0], pair, pair * z[:, 2] + z[:, 0] * z[:, 1] * dz[..., 2]], axis=-1)


SHAPES: dict[str, tuple[str, Callable[..., Any], Differential, tuple[int, ...]]] = {
    "sum": ("Σ z", lambda xp, z: xp.sum(z), lambda xp, dz, z: xp.sum(dz, axis=(-2, -1)), (2, 3)),
    "sum_axis": ("Σ z along the first axis", lambda xp, z: xp.sum(z, axis=0),
        lambda xp, dz, z: xp.sum(dz, axis=-2), (2, 3)),
    "mean": ("mean z along the last axis", lambda xp, z: xp.mean(z, axis=-1),
        lambda xp, dz, z: xp.mean(dz, axis=-1), (2, 3)),
    "prod": ("Π z along the last axis", lambda xp, z: xp.prod(z, axis=-1),
        lambda xp, dz, z: xp.prod(z, axis=-1) * xp.sum(dz / z, axis=-1), (2, 3)),
    "cumulative_sum": ("running Σ z", lambda xp, z: xp.cumulative_sum(z, axis=-1),
        lambda xp, dz, z: xp.cumulative_sum(dz, axis=-1), (2, 3)),
    "cumulative_prod": ("running Π z", lambda xp, z: xp.cumulative_prod(z, axis=-1),
        d_cumulative_prod, (2, 3)),
    "reshape": ("z as (3, 2)", lambda xp, z: xp.reshape(z, (3, 2)),
        lambda xp, dz, z: xp.reshape(dz, (*dz.shape[:1], 3, 2)), (2, 3)),
    "broadcast_to": ("z as (2, 3)", lambda xp, z: xp.broadcast_to(z, (2, 3)),
        lambda xp, dz, z: xp.broadcast_to(dz[:, None, :], (*dz.shape[:1], 2, 3)), (3,)),
    "take": ("z₂, z₀, z₂", lambda xp, z: xp.take(z, xp.asarray([2, 0, 2], dtype=xp.int64), axis=0),
        lambda xp, dz, z: xp.stack([dz[:, 2], dz[:, 0], dz[:, 2]], axis=1), (3,)),
    "flip": ("z from its end", lambda xp, z: xp.flip(z), lambda xp, dz, z: xp.flip(dz, axis=-1), (3,)),
    "stack": ("z, z̄", lambda xp, z: xp.stack([z, xp.conj(z)]),
        lambda xp, dz, z: xp.stack([dz, xp.conj(dz)], axis=1), (3,)),
    "concat_real": ("z and Re z, one after the other", lambda xp, z: xp.concat([z, xp.real(z) + 0 * z]),
        lambda xp, dz, z: xp.concat([dz, xp.real(dz) + 0 * dz], axis=-1), (3,)),
    "where": ("z where Re z > 0, else z̄", lambda xp, z: xp.where(xp.real(z) > 0, z, xp.conj(z)),
        lambda xp, dz, z: xp.where(xp.real(z) > 0, dz, xp.conj(dz)), (4,)),
    "tril": ("the lower triangle of Z", lambda xp, z: xp.tril(z), lambda xp, dz, z: xp.tril(dz), (3, 3)),
    "matrix_transpose": ("Zᵀ", lambda xp, z: xp.matrix_transpose(z),
        lambda xp, dz, z: xp.matrix_transpose(dz), (2, 3)),
    "trace": ("tr Z", lambda xp, z: xp.linalg.trace(z), lambda xp, dz, z: tr(xp, dz), (3, 3)),
    "diagonal": ("diag Z", lambda xp, z: xp.linalg.diagonal(z), lambda xp, dz, z: xp.linalg.diagonal(dz), (3, 3)),
}  # fmt: skip
for name, (formula, function, differential, shape) in SHAPES.items():
    define(name, function, {"z": differential}, drawn(z=shape), f"{formula}; z {shape}.")


# Products of Z and W, of which one may be real


def vectors(f: Callable[..., Any]) -> Differential:
    """A linear function of matrices, of a stack of vectors."""
    return lambda xp, d, **x: f(xp, d[..., None], **x)[..., 0]


def normal(*shapes: tuple[int, ...], kinds: tuple[bool, bool]) -> Callable[..., Inputs]:
    """Z and W of these shapes, each complex or not."""

    def draw(rng):
        pairs = (rng.standard_normal((2, *shape)) for shape in shapes)
        return {n: x + 1j * y if pair else x for n, (x, y), pair in zip("ZW", pairs, kinds, strict=True)}

    return draw


PRODUCTS: dict[str, tuple[str, Callable[..., Any], Differential, Differential, tuple[int, ...], tuple[int, ...]]] = {
    "matmul": ("Z W", lambda xp, Z, W: xp.matmul(Z, W),
        lambda xp, d, Z, W: d @ W, lambda xp, d, Z, W: Z @ d, (2, 3), (3, 2)),
    "matvec": ("Z W, of a vector W", lambda xp, Z, W: xp.matmul(Z, W),
        lambda xp, d, Z, W: d @ W, vectors(lambda xp, d, Z, W: Z @ d), (2, 3), (3,)),
    "vecdot": ("⟨Z, W⟩, which conjugates Z", lambda xp, Z, W: xp.vecdot(Z, W),
        lambda xp, d, Z, W: xp.sum(xp.conj(d) * W, axis=-1), lambda xp, d, Z, W: xp.sum(xp.conj(Z) * d, axis=-1),
        (3,), (3,)),
    "outer": ("Z Wᵀ", lambda xp, Z, W: xp.linalg.outer(Z, W),
        lambda xp, d, Z, W: d[..., None] * W, lambda xp, d, Z, W: Z[:, None] * d[:, None, :], (3,), (2,)),
    "tensordot": ("Σ Z_ijk W_jkl", lambda xp, Z, W: xp.tensordot(Z, W, axes=2),
        lambda xp, d, Z, W: xp.tensordot(d, W, axes=2),
        lambda xp, d, Z, W: xp.reshape(Z, (2, 4)) @ xp.reshape(d, (-1, 4, 2)), (2, 2, 2), (2, 2, 2)),
    "solve": ("Z⁻¹ W", lambda xp, Z, W: xp.linalg.solve(Z, W),
        lambda xp, d, Z, W: -xp.linalg.inv(Z) @ d @ xp.linalg.inv(Z) @ W,
        lambda xp, d, Z, W: xp.linalg.inv(Z) @ d, (3, 3), (3, 2)),
    "solve_vector": ("Z⁻¹ W, of a vector W", lambda xp, Z, W: xp.linalg.solve(Z, W),
        lambda xp, d, Z, W: -xp.linalg.inv(Z) @ d @ xp.linalg.inv(Z) @ W,
        vectors(lambda xp, d, Z, W: xp.linalg.inv(Z) @ d), (3, 3), (3,)),
}  # fmt: skip
KINDS = {"": (True, True), "_real_left": (False, True), "_real_right": (True, False)}
for name, (formula, function, *by, left, right) in PRODUCTS.items():
    for suffix, kinds in KINDS.items():
        define(
            f"{name}{suffix}",
            function,
            dict(zip("ZW", by, strict=True)),
            normal(left, right, kinds=kinds),
            f"{formula}; Z {'complex' if kinds[0] else 'real'}, W {'complex' if kinds[1] else 'real'}.",
        )
define("einsum", lambda xp, Z, W: xp.einsum("ij,kj->ik", Z, xp.conj(W)),
       {"Z": lambda xp, d, Z, W: d @ H(xp, W), "W": lambda xp, d, Z, W: Z @ H(xp, d)},
       drawn(Z=(2, 3), W=(2, 3)), "Z Wᴴ, by einsum.")  # fmt: skip
define("gram", lambda xp, Z: H(xp, Z) @ Z, {"Z": lambda xp, d, Z: H(xp, d) @ Z + H(xp, Z) @ d},
       drawn(Z=(3, 2)), "Zᴴ Z.")  # fmt: skip


# Functions of matrices


def solved(xp, d, Z):
    return xp.linalg.inv(Z) @ d


def d_cholesky(xp, d, Z):
    """dL = L Φ(L⁻¹ dH L⁻ᴴ), Φ the lower triangle with half of the diagonal."""
    L = xp.linalg.cholesky(hermitian(xp, Z))
    inner = solved(xp, solved(xp, hermitian(xp, d), L) @ H(xp, xp.linalg.inv(L)), xp.eye(2, dtype=Z.dtype))
    return L @ (xp.tril(inner) + xp.tril(inner, k=-1)) / 2


def d_eigvalsh(xp, d, Z):
    """dλₖ = vₖᴴ dH vₖ."""
    V = xp.linalg.eigh(hermitian(xp, Z))[1]
    return xp.real(xp.sum(xp.conj(V) * (hermitian(xp, d) @ V), axis=-2))


def d_projector(xp, d, Z):
    """dP = Σⱼ vⱼ (vⱼᴴ dH v)/(λ − λⱼ) vᴴ, over the others, and its Hermitian transpose."""
    values, V = xp.linalg.eigh(hermitian(xp, Z))
    v, others = V[:, -1:], V[:, :-1]
    half = others @ ((H(xp, others) @ hermitian(xp, d) @ v) / (values[-1] - values[:-1])[:, None]) @ H(xp, v)
    return half + H(xp, half)


def projector(xp, Z):
    v = xp.linalg.eigh(hermitian(xp, Z))[1][:, -1:]
    return v @ H(xp, v)


def d_svdvals(xp, d, Z):
    """dsₖ = Re uₖᴴ dZ vₖ."""
    u, _, vh = xp.linalg.svd(Z, full_matrices=False)
    return xp.real(xp.linalg.diagonal(H(xp, u) @ d @ H(xp, vh)))


def d_pinv(xp, d, Z):
    """d(Z⁺) = −Z⁺ dZ Z⁺ + (ZᴴZ)⁻¹ dZᴴ (I − Z Z⁺), of full column rank."""
    P = xp.linalg.pinv(Z)
    return -P @ d @ P + xp.linalg.inv(H(xp, Z) @ Z) @ H(xp, d) @ (xp.eye(3, dtype=Z.dtype) - Z @ P)


def d_frobenius(xp, d, Z):
    return xp.sum(inner(xp, Z, d), axis=(-2, -1)) / xp.linalg.matrix_norm(Z)


MATRICES: dict[str, tuple[str, Callable[..., Any], Differential | None, Any, bool]] = {
    "inv": ("Z⁻¹", lambda xp, Z: xp.linalg.inv(Z), lambda xp, d, Z: -solved(xp, d, Z) @ xp.linalg.inv(Z),
        regular(3), False),
    "det": ("det Z", lambda xp, Z: xp.linalg.det(Z),
        lambda xp, d, Z: xp.linalg.det(Z) * tr(xp, solved(xp, d, Z)), regular(3), False),
    "det_stack": ("det Z of two matrices", lambda xp, Z: xp.linalg.det(Z), None, drawn(Z=(2, 2, 2)), False),
    "logabsdet": ("log |det Z|, from slogdet", lambda xp, Z: xp.linalg.slogdet(Z)[1],
        lambda xp, d, Z: xp.real(tr(xp, solved(xp, d, Z))), regular(3), True),
    "det_sign": ("det Z/|det Z|, from slogdet", lambda xp, Z: xp.linalg.slogdet(Z)[0],
        lambda xp, d, Z: xp.linalg.slogdet(Z)[0] * 1j * xp.imag(tr(xp, solved(xp, d, Z))), regular(3), False),
    "cholesky": ("L, L Lᴴ = (Z + Zᴴ)/2", lambda xp, Z: xp.linalg.cholesky(hermitian(xp, Z)), d_cholesky,
        with_spectrum(1.0, 3.0), False),
    "eigvalsh": ("eigenvalues of (Z + Zᴴ)/2", lambda xp, Z: xp.linalg.eigvalsh(hermitian(xp, Z)), d_eigvalsh,
        with_spectrum(-1.0, 0.5, 2.0), True),
    "eigh_values": ("eigenvalues of (Z + Zᴴ)/2, from eigh", lambda xp, Z: xp.linalg.eigh(hermitian(xp, Z))[0],
        d_eigvalsh, with_spectrum(-1.0, 0.5, 2.0), True),
    "eigh_projector": ("v vᴴ, of the last eigenvector of (Z + Zᴴ)/2", projector, d_projector,
        with_spectrum(-1.0, 0.5, 2.0), False),
    "svdvals": ("singular values of Z", lambda xp, Z: xp.linalg.svdvals(Z), d_svdvals, regular(3), True),
    "pinv": ("Z⁺, of full column rank", lambda xp, Z: xp.linalg.pinv(Z), d_pinv, drawn(Z=(3, 2)), False),
    "matrix_power": ("Z³", lambda xp, Z: xp.linalg.matrix_power(Z, 3),
        lambda xp, d, Z: d @ Z @ Z + Z @ d @ Z + Z @ Z @ d, drawn(Z=(2, 2)), False),
    "expm": ("exp Z", lambda xp, Z: xp.linalg.expm(Z), None, regular(2), False),
    "frobenius": ("‖Z‖_F", lambda xp, Z: xp.linalg.matrix_norm(Z), d_frobenius, drawn(Z=(2, 3)), True),
}  # fmt: skip
for name, (formula, function, differential, inputs, real) in MATRICES.items():
    define(name, function, {"Z": differential}, inputs, f"{formula}.", real=real)


# Discrete Fourier transforms, which are linear over the real numbers: the differential is the transform itself

NORMS = ("backward", "ortho", "forward")
OF_REAL, TO_REAL = ("rfft", "rfftn", "ihfft"), ("irfft", "irfftn", "hfft")
OPTIONS: dict[str, tuple[dict[str, Any], tuple[int, ...]]] = {
    "odd": ({"n": 5}, (5,)),
    "padded": ({"n": 6}, (3,)),
    "cut": ({"n": 3}, (5,)),
    "axis": ({"axis": -2}, (3, 2)),
}
OPTIONS_ND: dict[str, tuple[dict[str, Any], tuple[int, ...]]] = {
    "axes": ({"axes": (-1, -3)}, (2, 2, 3)),
    "lengths": ({"s": (3, 2), "axes": (-2, -1)}, (2, 3)),
}


def transform(name: str, suffix: str, shape: tuple[int, ...], **options: Any) -> None:
    def f(xp, z):
        return getattr(xp.fft, name)(z, **options)

    told = "".join(f", {key} = {value}" for key, value in options.items())
    define(
        f"{name}_{suffix}",
        f,
        {"z": lambda xp, dz, z: f(xp, dz)},
        lambda rng: {"z": drawn(**{"x" if name in OF_REAL else "z": shape})(rng).popitem()[1]},
        f"{name} z{told}; z {'real' if name in OF_REAL else 'complex'} {shape}.",
        real=name in TO_REAL,
        source=f"{STANDARD}, fft extension",
    )


for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"):
    for norm in NORMS:
        transform(name, norm, (4,), norm=norm)
    for suffix, (options, shape) in OPTIONS.items():
        transform(name, suffix, shape, **options)
for name in ("fftn", "ifftn", "rfftn", "irfftn"):
    for norm in NORMS:
        transform(name, norm, (2, 3), norm=norm, axes=(-2, -1))
    for suffix, (options, shape) in OPTIONS_ND.items():
        transform(name, suffix, shape, **options)
transform("fftshift", "last", (5,), axes=-1)
transform("ifftshift", "last", (5,), axes=-1)
define("power_spectrum", lambda xp, x: xp.sum(xp.abs(xp.fft.fft(x)) ** 2 * xp.arange(4, dtype=x.dtype)),
       {"x": None}, drawn(x=(4,)), "Σ k |fft(x)ₖ|², of a real x.", real=True)  # fmt: skip
define("filter", lambda xp, x, z: xp.fft.irfft(xp.fft.rfft(x) * z),
       {"x": lambda xp, dx, x, z: xp.fft.irfft(xp.fft.rfft(dx) * z),
        "z": lambda xp, dz, x, z: xp.fft.irfft(xp.fft.rfft(x) * dz)},
       drawn(x=(4,), z=(3,)), "irfft(rfft(x) z): a filter z of a real signal x.", real=True)  # fmt: skip
