"""Special functions, under SciPy's names and with its keywords.

The values are SciPy's, which is imported when one is first asked for; expit, log_expit and the softmax family do
without it.
"""

from __future__ import annotations

from typing import Any

from adbench.engine.errors import no_such_name
from adbench.engine.rules import (
    elementwise,
    removable,
    softmax,
    special_bessel,
    special_error,
    special_exponential,
    special_gamma,
    special_incomplete,
)

RULES = {
    elementwise: "exp2 expit expm1 log1p log_expit",
    removable: "sinc",
    softmax: "log_softmax logsumexp softmax",
    special_bessel: "airy i0 i0e i1 i1e iv ive j0 j1 jn jv k0 k0e k1 k1e kn kv kve y0 y1 yn yv",
    special_error: "dawsn erf erfc erfcinv erfcx erfi erfinv log_ndtr ndtr ndtri",
    special_exponential: "entr exp1 expi expn kl_div logit rel_entr spence xlog1py xlogy",
    special_gamma: """
        beta betaln digamma gamma gammaln loggamma multigammaln poch polygamma psi rgamma zeta
    """,
    special_incomplete: "betainc gammainc gammaincc",
}

for module, names in RULES.items():
    globals().update({name: getattr(module, name) for name in names.split()})


def __getattr__(name: str) -> Any:
    """Say what is missing."""
    raise no_such_name("adbench.engine.special", name)
