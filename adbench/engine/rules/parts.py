"""Parts of complex numbers, which have derivatives by the real and the imaginary part and none by the number.

A tangent of y = f(x) is J x_dot, which for a holomorphic f is f'(x) x_dot. A cotangent pairs with it as
Re(x_bar · x_dot), without a conjugate: so rules of holomorphic functions, and transposes of linear ones, are those
of real numbers, and only what is here needs rules of its own. `vjp` conjugates what it takes and gives, so that
outside x_bar is ∂/∂Re + i ∂/∂Im.
"""

# Rules refer to each other before they are declared.
# mypy: disable-error-code="has-type"

from __future__ import annotations

import numpy as np

from adbench.engine.core import Array, plain
from adbench.engine.primitive import linear, primitive
from adbench.engine.rules.shape import astype

I = np.complex64(1j)  # unlike Python's, it makes arrays of scalars, and float32 stays single

# fmt: off
_real   = linear(np.real, lambda y_bar, x: astype(y_bar, x.dtype))
_imag   = linear(np.imag, lambda y_bar, x: -I * y_bar)
_conj   = linear(np.conj, lambda y_bar, x: _conj(y_bar))
modulus = primitive(np.abs, jvp=[lambda t, y, x: _real(t * _conj(phase(x)))],
                            vjp=[lambda t, y, x: t * _conj(phase(x))])
# fmt: on


def _phase(x: Array) -> Array:
    y = np.abs(x)
    return x / (y + (y == 0))


def _turned(t: Array, y: Array, x: Array) -> Array:
    """i y Im(ȳ t)/|x|: a phase turns, and does not grow. The derivative of the quotient would cancel."""
    r = modulus(x)
    return I * y * _imag(_conj(y) * t) / (r + (plain(r) == 0))


phase = primitive(_phase, jvp=[_turned], vjp=[lambda t, y, x: _conj(_turned(_conj(t), y, x))])


def real(x: Array, /) -> Array:
    """The real part; `x` itself where it is real."""
    return _real(x) if is_complex(x) else x


def imag(x: Array, /) -> Array:
    """The imaginary part; plain zeros where `x` is real."""
    return _imag(x) if is_complex(x) else np.zeros_like(plain(x))


def conj(x: Array, /) -> Array:
    """The complex conjugate; `x` itself where it is real."""
    return _conj(x) if is_complex(x) else x


def squared(x: Array) -> Array:
    """|x|²."""
    return _real(x * _conj(x)) if is_complex(x) else x * x


def is_complex(x: Array) -> bool:
    """Whether the entries are complex numbers."""
    return bool(np.iscomplexobj(plain(x)))
