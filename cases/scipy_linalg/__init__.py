"""Linear algebra as `scipy.linalg` has it, with every flag, and the functions of torch that do the same.

Each row is the libraries' own function and its definition in names of the standard, which judges the derivative and
which our engine runs. What a function does not look at, such as the other triangle, has derivatives of 0. Libraries
read a symmetric matrix each in its own way, so that its symmetric part is taken first, in all of them. The cases
`…_free` are of one triangle, as SciPy documents it, and `…_part` of the symmetric part, as torch does. Points of
condition 1e6 and 1e8 are tagged `hazard`.
"""

from adbench.cases.scipy_linalg import (  # isort: skip — in the order in which the cases are listed
    solves,
    cholesky,
    elimination,
    functions,
    spectra,
    structured,
)

__all__ = ["cholesky", "elimination", "functions", "solves", "spectra", "structured"]
