"""Norms of order p."""

from __future__ import annotations

import numpy as np
from adbench.cases.probability.common import NORMS, by_rows, define
from adbench.cases.probability.moments import ROWS

from adbench.case import case


def lp_norm(xp, x, p):
    """(Σ |x|ᵖ)^(1/p), by the order too; x (4,) or (2, 4), p ()."""
    return xp.sum(xp.abs(x) ** p, axis=-1) ** (1 / p)


def lp_by_x(xp, x, p):
    return xp.sign(x) * (xp.abs(x) / lp_norm(xp, x, p)[..., None]) ** (p - 1)


def lp_by_p(xp, x, p):
    """N (Σ |x|ᵖ log |x| / Σ |x|ᵖ − log N)/p."""
    powers, N = xp.abs(x) ** p, lp_norm(xp, x, p)
    weighted = xp.sum(powers * xp.log(xp.abs(x)), axis=-1) / xp.sum(powers, axis=-1)
    return N * (weighted - xp.log(N)) / p


def _define_norm(p: int) -> None:
    def norm(xp, x):
        return lp_norm(xp, x, p)

    def by_x(xp, x):
        """p·e·|x|ᵖ⁻¹ sign x (Σ |x|ᵖ)^(e−1), e the float nearest to 1/p, which the function takes for it."""
        e = xp.asarray(1 / p, dtype=x.dtype)
        total = xp.sum(xp.abs(x) ** p, axis=-1, keepdims=True)
        return p * e * xp.sign(x) * xp.abs(x) ** (p - 1) * total ** (e - 1)

    norm.__doc__ = f"(Σ |x|ᵖ)^(1/p), p = {p}; x (4,) or (2, 4)."
    define(f"lp_norm_{p}", norm, {"x": by_x}, by_rows, _of_both_signs, sizes=ROWS, source=NORMS)


def _of_both_signs(rng, shape):
    return {"x": rng.uniform(0.25, 2.0, shape) * rng.permuted(np.resize([1.0, -1.0], shape), axis=-1)}


for order in (1, 2, 3):
    _define_norm(order)
of_order = case(name="lp_norm", wrt=("x", "p"), sizes=ROWS, source=NORMS, domain={"p": (1.0, None)})(lp_norm)
of_order.inputs(lambda rng, shape: {**_of_both_signs(rng, shape), "p": np.asarray(1.75)})
of_order.jacobian("x")(lambda xp, x, p: by_rows(xp, lp_by_x(xp, x, p), x))
of_order.jacobian("p")(lp_by_p)
