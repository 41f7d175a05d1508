"""Complex arrays as real ones: an axis of 2 at the end, (Re, Im). Derivatives are those of that real function.

    output complex:  J has shape output.shape + (2,) + …        input complex:  … + input.shape + (2,)

so that J is real whatever its function is, and says the same of every library's convention.
"""

from __future__ import annotations

from typing import Any

import numpy as np

COMPLEX = {"float64": "complex128", "float32": "complex64"}  # of two numbers of a dtype each



def is_complex(x: np.ndarray) -> bool:
    """Whether an array's dtype is."""
    return x.dtype.kind == "c"


def parts(x: np.ndarray) -> np.ndarray:
    """The real array of a complex one, shape x.shape + (2,); a real one as it is."""
    return np.stack([x.real, x.imag], axis=-1) if is_complex(x) else x


def joined(real: np.ndarray, like: np.ndarray) -> np.ndarray:
    """What `parts` makes `real` of, where `like` is complex; else `real`."""
    if not is_complex(like):
        return real
    made = np.empty(real.shape[:-1], dtype=COMPLEX[real.dtype.name])
    made.real, made.imag = real[..., 0], real[..., 1]
    return made


def real_shape(x: np.ndarray) -> tuple[int, ...]:
    """The shape of `parts(x)`."""
    return (*x.shape, 2) if is_complex(x) else x.shape


def real_jacobian(xp: Any, by_z: Any, by_conj: Any = None, *, input_ndim: int) -> Any:
    """The real Jacobian of a complex function of a complex input, from df = by_z dz + by_conj dz̄.

    Along 1 the derivative is by_z + by_conj, along i it is i (by_z − by_conj).

    Args:
        by_z: ∂f/∂z, shape output.shape + input.shape; f' where f is holomorphic.
        by_conj: ∂f/∂z̄ likewise, the derivative by the conjugate; None where f is holomorphic.
        input_ndim: number of axes of the input.
    Returns:
        Shape output.shape + (2,) + input.shape + (2,).
    Source: Kreutz-Delgado, The Complex Gradient Operator and the CR-Calculus (2009).
    """
    along_1 = by_z if by_conj is None else by_z + by_conj
    along_i = 1j * (by_z if by_conj is None else by_z - by_conj)
    columns = [xp.stack([xp.real(u), xp.imag(u)], axis=u.ndim - input_ndim) for u in (along_1, along_i)]
    return xp.stack(columns, axis=-1)
