"""Holomorphic functions of one number: dy = f′(z) dz."""

from __future__ import annotations

import math

from adbench.cases.complex.common import HUGE, TINY, At, Function, at, define, define_at, quadrants, trap


def sides(*ends: complex) -> At:
    """Points beside a cut: 1e-9 to each side of a number on it, at a right angle to the axis that it lies on."""
    return at(*(end + side * (1e-9j if end.imag == 0 else 1e-9) for end in map(complex, ends) for side in (1, -1)))


SMALL, LARGE = at(1e-12 + 1e-12j, -1e-12 - 3e-12j), at(1e8 + 1e8j, -3e8 + 1e3j)
ELEMENTARY: dict[str, tuple[str, Function, dict[str, At]]] = {
    "exp": ("e^z", lambda xp, z: xp.exp(z), {"small": SMALL, "far": at(700 + 1j, -700 + 2j)}),
    "expm1": ("e^z − 1", lambda xp, z: xp.exp(z), {"small": SMALL, "cancelling": trap(1e-8 + 1e-4j, 1e-6 - 1e-3j)}),
    "log": ("log z", lambda xp, z: 1 / z, {
        "cut": sides(-2), "small": SMALL, "circle": at(0.6 + 0.8j, 1e-9 + 1j), "huge": HUGE, "tiny": TINY}),
    "log1p": ("log(1 + z)", lambda xp, z: 1 / (1 + z), {"cut": sides(-3), "small": SMALL}),
    "log2": ("log₂ z", lambda xp, z: 1 / (z * xp.log(xp.real(0 * z) + 2)), {"cut": sides(-2)}),
    "log10": ("log₁₀ z", lambda xp, z: 1 / (z * xp.log(xp.real(0 * z) + 10)), {"cut": sides(-2)}),
    "sqrt": ("√z", lambda xp, z: 1 / (2 * xp.sqrt(z)), {
        "cut": sides(-2), "small": SMALL, "huge": HUGE, "tiny": TINY}),
    "square": ("z²", lambda xp, z: 2 * z, {}),
    "reciprocal": ("1/z", lambda xp, z: -1 / (z * z), {"large": trap(1e100 + 3e100j, 1e140 - 1j)}),
    "negative": ("−z", lambda xp, z: -xp.ones_like(z), {}),
    "sin": ("sin z", lambda xp, z: xp.cos(z), {"far": at(1 + 300j, 2 - 700j)}),
    "cos": ("cos z", lambda xp, z: -xp.sin(z), {"far": at(1 + 300j, 2 - 700j)}),
    "tan": ("tan z", lambda xp, z: 1 / xp.cos(z) ** 2, {
        "pole": at(math.pi / 2 + 1e-4j), "far": trap(1 + 10j, -2 - 15j), "farther": trap(1 + 200j)}),
    "sinh": ("sinh z", lambda xp, z: xp.cosh(z), {"far": at(300 + 1j, -700 + 2j)}),
    "cosh": ("cosh z", lambda xp, z: xp.sinh(z), {"far": at(300 + 1j, -700 + 2j)}),
    "tanh": ("tanh z", lambda xp, z: 1 / xp.cosh(z) ** 2, {
        "far": trap(10 + 1j, -15 - 2j), "farther": trap(200 + 1j)}),
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


def elementary(name: str) -> Function:
    return lambda xp, z: getattr(xp, name)(z)


def sloped(slope: Function) -> Function:
    return lambda xp, dz, **x: slope(xp, **x) * dz


for name, (formula, slope, hard) in ELEMENTARY.items():
    define(name, elementary(name), {"z": sloped(slope)}, quadrants, f"{formula}; z complex.")
    for suffix, place in hard.items():
        define_at(f"{name}_{suffix}", elementary(name), sloped(slope), place, formula)

for name, function, slope, formula in (
    ("pow_square", lambda xp, z: z**2, lambda xp, z: 2 * z, "z², an integer power"),
    ("pow_cube", lambda xp, z: z**3, lambda xp, z: 3 * z * z, "z³"),
    ("pow_inverse", lambda xp, z: z**-2, lambda xp, z: -2 / (z * z * z), "z⁻²"),
    ("pow_half", lambda xp, z: z**0.5, lambda xp, z: 0.5 / xp.sqrt(z), "z^½"),
    ("pow_1_2i", lambda xp, z: z ** (1 + 2j), lambda xp, z: (1 + 2j) * xp.exp(2j * xp.log(z)), "z^(1 + 2i)"),
    ("pow_of_base", lambda xp, z: 2.0**z, lambda xp, z: xp.log(xp.real(0 * z) + 2) * 2**z, "2^z, of a real base"),
):
    define(name, function, {"z": sloped(slope)}, quadrants, f"{formula}; z complex.")
define("pow_cut", lambda xp, z: z**1.5, {"z": sloped(lambda xp, z: 1.5 * xp.sqrt(z))},
       {"z": sides(-2).points}, "z^1.5, on both sides of the cut.")  # fmt: skip
