"""Discrete Fourier transforms, which are linear over the real numbers: the differential is the transform itself."""

from __future__ import annotations

from typing import Any

from adbench.cases.complex.common import F64, STANDARD, Shape, define, drawn, normal

from adbench.case import DTYPES

NORMS = ("backward", "ortho", "forward")
OF_REAL, TO_REAL = ("rfft", "rfftn", "ihfft"), ("irfft", "irfftn", "hfft")
OPTIONS: dict[str, tuple[dict[str, Any], Shape]] = {
    "odd": ({"n": 5}, (5,)),
    "padded": ({"n": 6}, (3,)),
    "cut": ({"n": 3}, (5,)),
    "axis": ({"axis": -2}, (3, 2)),
}
OPTIONS_ND: dict[str, tuple[dict[str, Any], Shape]] = {
    "axes": ({"axes": (-1, -3)}, (2, 2, 3)),
    "lengths": ({"s": (3, 2), "axes": (-2, -1)}, (2, 3)),
}


def transform(name: str, suffix: str, shape: Shape, *, dtypes: tuple[str, ...] = F64, **options: Any) -> None:
    def f(xp, z):
        return getattr(xp.fft, name)(z, **options)

    told = "".join(f", {key} = {value}" for key, value in options.items())
    define(
        f"{name}_{suffix}",
        f,
        {"z": lambda xp, dz, z: f(xp, dz)},
        lambda rng: {"z": normal(rng, shape, name not in OF_REAL)},
        f"{name} z{told}; z {'real' if name in OF_REAL else 'complex'} {shape}.",
        real=name in TO_REAL,
        dtypes=dtypes,
        tier="core" if suffix == "backward" else "full",  # which JAX takes its time to compile
        source=f"{STANDARD}, fft extension",
    )


for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"):
    for norm in NORMS:
        transform(name, norm, (4,), norm=norm, dtypes=DTYPES if norm == "backward" else F64)
    for suffix, (options, shape) in OPTIONS.items() if name in ("fft", "rfft", "irfft", "hfft") else ():
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
