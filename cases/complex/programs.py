"""Programs: from real numbers to complex ones, and back."""

from __future__ import annotations

from adbench.cases.complex.common import define, drawn, hermitian, quadrants

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
