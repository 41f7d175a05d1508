"""torch's functions of complex numbers that the standard lacks, and its Fourier transforms, of real numbers and to them.

Every input and output is real: a complex number is made of two, and taken apart again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from adbench.cases.native_torch import apart, between, table

row = table(__name__)
F = Callable[..., Any]
PARTS: dict[str, Any] = {"a": apart(3), "b": apart(3)}
Z = "torch.complex(a, b)"


def pair(xp, re, im):
    return xp.stack([re, im], axis=-1)


def parts(xp, z):
    return pair(xp, xp.real(z), xp.imag(z))


# Making numbers, taking them apart, turning them over

row("complex", f"torch.view_as_real({Z} ** 2)", lambda xp, a, b: pair(xp, a * a - b * b, 2 * a * b), **PARTS)
row("polar", "torch.view_as_real(torch.polar(r, t))", lambda xp, r, t: pair(xp, r * xp.cos(t), r * xp.sin(t)), r=between(0.5, 2, 3), t=(3,))
row("view_as_complex", "torch.view_as_real(torch.view_as_complex(x) ** 2)", lambda xp, x: pair(xp, x[:, 0] ** 2 - x[:, 1] ** 2, 2 * x[:, 0] * x[:, 1]), x=(3, 2))
row("view_as_complex_copy", "torch.view_as_real_copy(torch.view_as_complex_copy(x) ** 2)", lambda xp, x: pair(xp, x[:, 0] ** 2 - x[:, 1] ** 2, 2 * x[:, 0] * x[:, 1]), x=(3, 2))
row("real", f"torch.real({Z} ** 2)", lambda xp, a, b: a * a - b * b, **PARTS)
row("imag", f"torch.imag({Z} ** 2)", lambda xp, a, b: 2 * a * b, **PARTS)
row("abs", f"torch.abs({Z})", lambda xp, a, b: xp.sqrt(a * a + b * b), **PARTS)
row("angle", f"torch.angle({Z})", lambda xp, a, b: xp.atan2(b, a), **PARTS)
row("sgn", f"torch.view_as_real(torch.sgn({Z}))", lambda xp, a, b: pair(xp, a, b) / xp.sqrt(a * a + b * b)[:, None], **PARTS)
for name, call in {
    "conj": "torch.conj({z} ** 2)",
    "conj_resolved": "torch.conj({z} ** 2).resolve_conj()",
    "conj_physical": "torch.conj_physical({z} ** 2)",
    "conj_physical_in_place": "({z} ** 2).conj_physical_()",
    "conj_copy": "torch._conj_copy({z} ** 2)",
}.items():
    row(name, f"torch.view_as_real({call.format(z=Z)} * 1)", lambda xp, a, b: pair(xp, a * a - b * b, -2 * a * b), **PARTS)
row("neg_view", f"torch.conj({Z} ** 2).imag * a", lambda xp, a, b: -2 * a * a * b, **PARTS)
row("neg_view_resolved", f"torch.conj({Z} ** 2).imag.resolve_neg() * a", lambda xp, a, b: -2 * a * a * b, **PARTS)
row("neg_view_copy", f"torch._neg_view_copy({Z} ** 2).imag", lambda xp, a, b: -2 * a * b, **PARTS)
row("vdot", f"torch.vdot({Z}, {Z} ** 2).imag", lambda xp, a, b: xp.sum((a * a + b * b) * b), **PARTS)
row("dot", f"torch.dot({Z}, {Z}).imag", lambda xp, a, b: xp.sum(2 * a * b), **PARTS)
row("vecdot", f"torch.linalg.vecdot({Z}, {Z} ** 2).real", lambda xp, a, b: xp.sum((a * a + b * b) * a), **PARTS)
row("adjoint", "torch.view_as_real(torch.adjoint(torch.complex(a, b)) @ torch.complex(a, b))", lambda xp, a, b: pair(xp, a.T @ a + b.T @ b, a.T @ b - b.T @ a), a=(3, 2), b=(3, 2))
row("norm", f"torch.linalg.vector_norm({Z}, 3)", lambda xp, a, b: xp.sum((a * a + b * b) ** 1.5) ** (1 / 3), **PARTS)
row("mul_of_real", f"torch.view_as_real({Z} * a)", lambda xp, a, b: pair(xp, a * a, a * b), **PARTS)
row("reciprocal", f"torch.view_as_real(torch.reciprocal({Z}))", lambda xp, a, b: pair(xp, a, -b) / (a * a + b * b)[:, None], **PARTS)
row("exp", f"torch.view_as_real(torch.exp({Z}))", lambda xp, a, b: pair(xp, xp.exp(a) * xp.cos(b), xp.exp(a) * xp.sin(b)), **PARTS)
row("log", f"torch.view_as_real(torch.log({Z}))", lambda xp, a, b: pair(xp, xp.log(a * a + b * b) / 2, xp.atan2(b, a)), **PARTS)
row("solve", "torch.linalg.solve(torch.complex(a, b), torch.complex(b, a)).real", lambda xp, a, b: solved(xp, a, b), a=lambda rng: rng.uniform(-0.5, 0.5, (2, 2)) + 2 * np.eye(2), b=(2, 2))


def solved(xp, a, b):
    """The real part of (a + bi)⁻¹ (b + ai), from a real system of twice the size."""
    whole = xp.concat([xp.concat([a, -b], axis=1), xp.concat([b, a], axis=1)], axis=0)
    return xp.linalg.solve(whole, xp.concat([b, a], axis=0))[:2, :]


# Fourier transforms


def transformed(name: str, of: str, keywords: dict[str, Any]) -> F:
    """To real parts: of real numbers x, or of x[0] + x[1] i."""

    def transform(xp, x):
        y = getattr(xp.fft, name)(x * x if of == "real" else x[0, ...] + 1j * x[1, ...], **keywords)
        return y if name in TO_REAL else parts(xp, y)

    return transform


TO_REAL = ("irfft", "hfft", "irfftn")
COMPLEX = ("fft", "ifft", "irfft", "hfft", "fftn", "ifftn", "irfftn")
KEYWORDS: dict[str, dict[str, Any]] = {
    "": {},
    "_ortho": {"norm": "ortho"},
    "_forward": {"norm": "forward"},
    "_short": {"n": 3},
    "_long": {"n": 6, "axis": 0},
}
for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"):
    for label, keywords in KEYWORDS.items():
        given = "".join(f", {'dim' if key == 'axis' else key}={value!r}" for key, value in keywords.items())
        of = "complex" if name in COMPLEX else "real"
        z = "torch.complex(x[0], x[1])" if of == "complex" else "x * x"
        call = f"torch.fft.{name}({z}{given})"
        row(f"{name}{label}", call if name in TO_REAL else f"torch.view_as_real({call}.resolve_conj())", transformed(name, of, keywords), x=(2, 2, 4) if of == "complex" else (2, 4))
for name in ("fftn", "ifftn", "rfftn", "irfftn"):
    for label, keywords in {"": {}, "_axes": {"axes": (0,), "norm": "ortho"}, "_sizes": {"s": (3, 4)}}.items():
        given = "".join(f", {'dim' if key == 'axes' else key}={value!r}" for key, value in keywords.items())
        keywords = keywords | {"axes": (0, 1)} if "s" in keywords else keywords
        of = "complex" if name in COMPLEX else "real"
        z = "torch.complex(x[0], x[1])" if of == "complex" else "x * x"
        call = f"torch.fft.{name}({z}{given})"
        row(f"{name}{label}", call if name in TO_REAL else f"torch.view_as_real({call}.resolve_conj())", transformed(name, of, keywords), x=(2, 2, 3) if of == "complex" else (2, 3))
row("fft2", "torch.view_as_real(torch.fft.fft2(x * x))", transformed("fftn", "real", {}), x=(2, 3))
row("rfft2", "torch.view_as_real(torch.fft.rfft2(x * x))", transformed("rfftn", "real", {}), x=(2, 3))
row("irfft2", "torch.fft.irfft2(torch.complex(x[0], x[1]))", transformed("irfftn", "complex", {}), x=(2, 2, 3))
row("fft_of_real", "torch.view_as_real(torch.fft.fft(x * x))", transformed("fft", "real", {}), x=(2, 4))
row("ifft_of_real", "torch.view_as_real(torch.fft.ifft(x * x).resolve_conj())", transformed("ifft", "real", {}), x=(2, 4))
row("fftshift", "torch.fft.fftshift(x * x)", lambda xp, x: xp.fft.fftshift(x * x), x=(2, 5))
row("ifftshift", "torch.fft.ifftshift(x * x, dim=1)", lambda xp, x: xp.fft.ifftshift(x * x, axes=(1,)), x=(2, 5))


# Short-time transforms: four entries at a time, two apart

WINDOW = [0.5, 1.0, 0.75, 0.25]


def frames(xp, x):
    return xp.stack([x[i : i + 4] for i in range(0, x.shape[0] - 3, 2)])


def short_time(xp, x, factor=1.0):
    return xp.matrix_transpose(xp.fft.rfft(frames(xp, x) * xp.asarray(WINDOW))) * factor


GIVEN = f"4, hop_length=2, window=torch.asarray({WINDOW}, dtype=x.dtype)"
row("stft", f"torch.view_as_real(torch.stft(x * x, {GIVEN}, center=False, return_complex=True))", lambda xp, x: parts(xp, short_time(xp, x * x)), x=(8,))
row("stft_normalized", f"torch.view_as_real(torch.stft(x * x, {GIVEN}, center=False, normalized=True, return_complex=True))", lambda xp, x: parts(xp, short_time(xp, x * x, 0.5)), x=(8,))
row("stft_centred", f"torch.view_as_real(torch.stft(x * x, {GIVEN}, return_complex=True))", lambda xp, x: parts(xp, short_time(xp, (x * x)[np.asarray([2, 1, *range(6), 4, 3])])), x=(6,))
row("istft", f"torch.istft(torch.complex(x[0], x[1]), {GIVEN})", lambda xp, x: overlapped(xp, x[0, ...] + 1j * x[1, ...]), x=(2, 3, 4))


def overlapped(xp, z):
    """The frames' windowed inverses added up, divided by the squares of the windows, without half a frame at either end."""
    made = xp.fft.irfft(xp.matrix_transpose(z), n=4) * xp.asarray(WINDOW)
    onto, weights = np.zeros((made.shape[0], 4, 2 * made.shape[0] + 2)), np.zeros(2 * made.shape[0] + 2)
    for frame in range(made.shape[0]):
        onto[frame, range(4), range(2 * frame, 2 * frame + 4)] = 1
        weights[2 * frame : 2 * frame + 4] += np.square(WINDOW)
    total = xp.tensordot(made, xp.asarray(onto), axes=([0, 1], [0, 1]))
    return (total / xp.asarray(weights))[2:-2]
