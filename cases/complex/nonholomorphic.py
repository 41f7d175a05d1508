"""Functions that are not holomorphic: of |z|, of Re z and Im z, and of z̄."""

from __future__ import annotations

from adbench.cases.complex.common import HUGE, TINY, Function, at, define, define_at, drawn, inner, quadrants

CR = "Kreutz-Delgado, The Complex Gradient Operator and the CR-Calculus (2009)"


def d_abs(xp, dz, z):
    return inner(xp, z, dz) / xp.abs(z)


def d_norm(order: int) -> Function:
    def differential(xp, dz, z):
        slope = xp.abs(z) ** (order - 2) * inner(xp, z, dz)
        return xp.sum(slope, axis=-1) / xp.linalg.vector_norm(z, ord=order) ** (order - 1)

    return differential


def d_angle(xp, dz, z):
    return xp.imag(dz / z)


REAL_VALUED: dict[str, tuple[str, Function, Function]] = {
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
for suffix, place in {
    "small": at(1e-30 + 1e-30j, -1e-12 + 3e-12j),
    "tiny": TINY,
    "huge": HUGE,
    "axis": at(1 + 1e-9j, -1e-9 + 2j),
}.items():
    for name in ("abs", "angle", "log_modulus"):
        formula, function, differential = REAL_VALUED[name]
        define_at(f"{name}_{suffix}", function, differential, place, formula, real=True, source=CR)
define("conj", lambda xp, z: xp.conj(z), {"z": lambda xp, dz, z: xp.conj(dz)}, quadrants, "z̄.", source=CR)
define("sign", lambda xp, z: xp.sign(z), {"z": lambda xp, dz, z: 1j * z / xp.abs(z) * d_angle(xp, dz, z)}, quadrants,
       "z/|z|.", source=CR)  # fmt: skip
define("conjugate_product", lambda xp, z, w: xp.conj(z) * w,
       {"z": lambda xp, dz, z, w: xp.conj(dz) * w, "w": lambda xp, dw, z, w: xp.conj(z) * dw},
       drawn(z=(3,), w=(3,)), "z̄ w.", source=CR)  # fmt: skip
