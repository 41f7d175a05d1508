"""Probability distributions as `scipy.stats` names them: what two or more of JAX, autograd and torch have.

Each function is differentiated as the library has it, by the variate and every continuous parameter, which broadcast;
what judges it is its definition here. torch has no names of SciPy's: its distributions are put together as users do,
but without the validation of arguments, which asks for values and so fails under `vmap`. Our engine has none, and
runs the definitions. autograd has rules by some arguments alone, so that those functions are cases by these too.
Hard points are the tails and the limits of the parameters, tagged `hazard` where a formula in use is known to fail.
"""

from adbench.cases.stats import (  # isort: skip  # in the order of the cases
    normal,
    gamma,
    continuous,
    discrete,
    multivariate_normal,
    multinomial,
)

__all__ = ["continuous", "discrete", "gamma", "multinomial", "multivariate_normal", "normal"]
