"""Complex numbers in and out: complex128, and complex64 in cells of float32.

Libraries disagree on which of two conjugates a gradient is, forget to take the real part of a gradient that goes to a
real operand beside a complex one, and divide by |z|² where it overflows. Truth is what they agree on, the derivative
of the function of (Re, Im). A closed form here is a differential, linear over the real numbers: d|z| = Re(z̄ dz)/|z|.
The Jacobian is what it makes of every unit array, and of i times each. Functions with a branch cut are asked on both
of its sides. Vectors that are unique only up to a phase go into what does not depend on it. Points at which a formula
in use is known to fail are tagged `hazard`.
"""

from adbench.cases.complex import (  # isort: skip — in the order in which the cases are listed
    holomorphic,
    operations,
    nonholomorphic,
    programs,
    shapes,
    products,
    matrices,
    transforms,
)

__all__ = ["holomorphic", "matrices", "nonholomorphic", "operations", "products", "programs", "shapes", "transforms"]
