"""The normal distribution of three variables, by a whole covariance and by what makes one."""

from __future__ import annotations

from typing import Any

import numpy as np
from adbench.cases.stats.common import F64, LOG_TWO_PI, Function, Inputs, unchecked, vector


def logpdf(xp, x, mean, cov):
    """−½ rᵀS⁻¹r − ½ log det S − 3/2 log 2π with S = (Σ + Σᵀ)/2, r = x − μ; x (3,) or (2, 3), Σ (3, 3)."""
    S, r = (cov + cov.T) / 2, x - mean
    quadratic = xp.sum(r * xp.linalg.solve(S, r.T).T, axis=-1)
    return -quadratic / 2 - xp.linalg.slogdet(S)[1] / 2 - 1.5 * LOG_TWO_PI


def pdf(xp, x, mean, cov):
    """The exponential of that."""
    return xp.exp(logpdf(xp, x, mean, cov))


def entropy(xp, cov):
    """½ log det S + 3/2 (1 + log 2π) with S = (Σ + Σᵀ)/2."""
    return xp.linalg.slogdet((cov + cov.T) / 2)[1] / 2 + 1.5 * (1 + LOG_TWO_PI)


def of_torch(torch: Any, mean: Any, cov: Any) -> Any:
    return unchecked(torch.distributions, "MultivariateNormal", mean, covariance_matrix=cov)


LOGPDF = {
    "scipy": lambda scipy, x, mean, cov: scipy.stats.multivariate_normal.logpdf(x, mean, cov),
    "torch": lambda torch, x, mean, cov: of_torch(torch, mean, cov).log_prob(x),
}
PDF = {"scipy": lambda scipy, x, mean, cov: scipy.stats.multivariate_normal.pdf(x, mean, cov)}
ENTROPY = {  # of the symmetric part: second derivatives beside it are of how a library goes on from there
    "scipy": lambda scipy, cov: scipy.stats.multivariate_normal.entropy(ZEROS, (cov + cov.T) / 2),
    "torch": lambda torch, cov: of_torch(torch, torch.zeros_like(cov[0]), (cov + cov.T) / 2).entropy(),
}
ZEROS = np.zeros(3)
ILL = (1e-6, 1.0, 3.0)
PLACES = np.array([[0, 1, 3], [1, 2, 4], [3, 4, 5]])


def each(change: Function, natives: dict[str, Function]) -> dict[str, Function]:
    return {api: change(native) for api, native in natives.items()}


def packed(f: Function) -> Function:
    def of_entries(api, x, mean, entries):
        """That of a symmetric Σ by its six entries."""
        return f(api, x, mean, entries[PLACES])

    return of_entries


def rooted(f: Function) -> Function:
    def of_root(api, x, mean, root):
        """That of Σ = R Rᵀ by a square R."""
        return f(api, x, mean, root @ root.T)

    return of_root


def symmetrised(f: Function) -> Function:
    return lambda api, x, mean, cov: f(api, x, mean, (cov + cov.T) / 2)


def inputs(rng: Any, *stack: int, eigenvalues: tuple[float, ...] = (0.5, 1.0, 3.0)) -> Inputs:
    turned = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    cov = turned * eigenvalues @ turned.T
    cov = (cov + cov.T) / 2
    return {
        "x": rng.standard_normal((*stack, 3)),
        "mean": rng.standard_normal(3),
        "cov": cov,
        "entries": cov[np.tril_indices(3)],
        "root": np.linalg.cholesky(cov) @ np.linalg.qr(rng.standard_normal((3, 3)))[0],
    }


N = "multivariate_normal"
vector(f"{N}_logpdf", logpdf, LOGPDF, inputs)
vector(f"{N}_logpdf_rows", logpdf, each(symmetrised, LOGPDF), lambda rng: inputs(rng, 2))
vector(f"{N}_logpdf_packed", packed(logpdf), each(packed, LOGPDF), inputs)
vector(f"{N}_logpdf_rooted", rooted(logpdf), each(rooted, LOGPDF), inputs)
vector(f"{N}_logpdf_ill", logpdf, each(symmetrised, LOGPDF), lambda rng: inputs(rng, eigenvalues=ILL), dtypes=F64)
vector(f"{N}_pdf", pdf, PDF, inputs)
vector(f"{N}_pdf_rows", pdf, each(symmetrised, PDF), lambda rng: inputs(rng, 2))
vector(f"{N}_entropy", entropy, ENTROPY, inputs)
