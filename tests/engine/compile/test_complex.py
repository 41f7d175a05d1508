"""Compiled functions with complex numbers in them: as eager, in value and both modes."""

import numpy as np
import pytest
from engine.checks import assert_close, normal

from adbench.engine import compile, jvp, vjp
from adbench.engine import numpy as xp

X, Z = normal(6), normal(4) + 1j * normal(4, seed=1)
ROUNDING = 8 * np.finfo(float).eps

FUNCTIONS = {
    "squared": lambda z: z * xp.conj(z),
    "conjugate twice": lambda z: xp.conj(xp.conj(z)) * z,
    "parts": lambda z: xp.real(z) * xp.imag(z),
    "modulus": lambda z: xp.abs(z) ** 2 + xp.abs(z),
    "signs": lambda z: xp.negative(-z) * z - (-z) + (z + z) + z / 4 + z * 1.0 - 0.0,
    "powers": lambda z: z**2 + xp.square(z) + z**-1 + 1 / z + z**3,
    "transcendental": lambda z: xp.exp(z) + xp.sin(z) * xp.log(z) + xp.sqrt(z),
    "matrices": lambda z: xp.reshape(z, (2, 2)) @ xp.conj(xp.matrix_transpose(xp.reshape(z, (2, 2)))),
    "fft": lambda z: xp.fft.ifft(xp.fft.fft(z) * z),
    "inner product": lambda z: xp.vecdot(z, 2j * z),
    "sums": lambda z: xp.sum(z) * xp.mean(z) + xp.sum(xp.reshape(z, (2, 2)), axis=0),
}
OF_REAL = {
    "power spectrum": lambda x: xp.real(xp.fft.rfft(x) * xp.conj(xp.fft.rfft(x))),
    "there and back": lambda x: xp.fft.irfft(xp.fft.rfft(x) * 2j) * x,
    "phase": lambda x: xp.imag(xp.exp(1j * x)),
}


@pytest.mark.parametrize("name", [*FUNCTIONS, *OF_REAL])
def test_compiled_is_eager(name):
    f, x = (FUNCTIONS[name], Z) if name in FUNCTIONS else (OF_REAL[name], X)
    y_bar = f(x) * (0.5 - 1j if np.iscomplexobj(f(x)) else 0.5)
    for g in (f, lambda x: jvp(f, (x,), (x * (2 + x),))[1], lambda x: vjp(f, x)[1](y_bar)[0]):
        assert_close(compile(g, x * 1.25)(x), g(x), ROUNDING)
