"""Functions of matrices: determinants, inverses, factorisations, spectra, norms and products.

A closed form here is a differential, as matrix calculus writes it: d(X⁻¹) = −X⁻¹ dX X⁻¹. The Jacobian is what it makes
of every unit matrix. Factors and vectors that are unique only up to a sign or a phase go into what does not depend on
it. Matrices are not symmetric, and not square where they need not be. Points at which a formula in use is known to
fail, such as the determinant of a singular matrix by its inverse, are tagged `hazard`.
"""

from adbench.cases.linalg import determinants, factorisations, norms, products, spectra, systems

__all__ = ["determinants", "factorisations", "norms", "products", "spectra", "systems"]
