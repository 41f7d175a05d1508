"""JAX, operation by operation (`jax`) and compiled whole (`jax:jit`)."""

from __future__ import annotations

import re
from functools import partial
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np
from adbench.backends.jax_nn import NN
from jax.extend.core import jaxprs_in_params

from adbench.backend import COMPLEX_TO_REAL, HOLOMORPHIC, REAL_TO_COMPLEX, Backend
from adbench.errors import Unsupported
from adbench.namespace import Namespace

BACKENDS = {"jax": "Jax", "jax:jit": "JaxJit"}

jax.config.update("jax_enable_x64", True)  # or float64 inputs silently become float32

# What JAX refuses to differentiate it refuses in these words, where it does not raise NotImplementedError.
REFUSED = re.compile(
    "does not support reverse-mode autodiff|Reverse-mode differentiation does not work for lax.while_loop"
    "|can't apply forward-mode autodiff .jvp. to a custom_vjp function"
    "|JVP rule for composite not implemented|Pure callbacks do not support JVP"
)


def custom_vjp(f, vjp, jvp=None):
    """`f` with the rule given. JAX derives reverse mode from a forward rule, so with one `jvp` is all it needs."""
    if jvp is not None:
        custom = jax.custom_jvp(f)

        @custom.defjvp
        def _(primals, tangents):
            y = custom(*primals)
            return y, jvp(*tangents, y, *primals)

        return custom
    custom = jax.custom_vjp(f)

    def forward(*primals):
        y = f(*primals)
        return y, (y, *primals)

    def backward(saved, y_bar):
        x_bars = vjp(y_bar, *saved)
        return x_bars if isinstance(x_bars, tuple) else (x_bars,)

    custom.defvjp(forward, backward)
    return custom


def jn(n, x):
    """One order of all that JAX gives."""
    if not isinstance(n, int) or n < 0:
        raise Unsupported("jax.scipy.special: bessel_jn takes one order that is a natural number")
    return jax.scipy.special.bessel_jn(x, v=n)[n]


class Jax(Backend):
    name = "jax"
    distribution = "jax"
    conjugates = True
    complex_jacobians: ClassVar = {
        "jacfwd": {REAL_TO_COMPLEX: "`jax.jacfwd(f)(x)`", HOLOMORPHIC: "`jax.jacfwd(f, holomorphic=True)(z)`"},
        "jacrev": {COMPLEX_TO_REAL: "`jax.jacrev(f)(z)`", HOLOMORPHIC: "`jax.jacrev(f, holomorphic=True)(z)`"},
    }
    namespace = Namespace(
        "jax.numpy",
        jnp,
        {
            "fft": Namespace("jax.numpy.fft", jnp.fft, {}),
            "linalg": Namespace(
                "jax.numpy.linalg",
                jnp.linalg,
                {name: getattr(jax.scipy.linalg, name) for name in ("expm", "solve_triangular", "cho_solve")},
            ),
            "special": Namespace(
                "jax.scipy.special",
                jax.scipy.special,
                {
                    "log_expit": jax.nn.log_sigmoid,
                    "sinc": jnp.sinc,
                    "exp2": jnp.exp2,
                    "psi": jax.scipy.special.digamma,
                    "jn": jn,
                },
            ),
            "nn": NN,
            "ad": Namespace("jax", jax, {"custom_vjp": custom_vjp, "stop_gradient": jax.lax.stop_gradient}),
        },
    )

    apis: ClassVar = {
        "jax": Namespace("jax", jax, {}),
        "numpy": Namespace("jax.numpy", jnp, {}),
        "scipy": Namespace("jax.scipy", jax.scipy, {}),
    }

    def devices(self):
        return tuple(dict.fromkeys(("cpu", *({"gpu": "cuda"}.get(d.platform, d.platform) for d in jax.devices()))))

    def use(self, device):
        if device == self.device:
            return
        super().use(device)
        jax.config.update("jax_default_device", jax.devices(device)[0])

    def asarray(self, x, device="cpu"):
        return jax.device_put(jnp.array(x), jax.devices(device)[0])

    def to_numpy(self, x):
        return np.array(x)

    def synchronize(self, result):
        jax.block_until_ready(result)  # JAX returns before it has computed

    def jvp(self, f, primals, tangents):
        return jax.jvp(f, primals, tangents)

    def vjp(self, f, primals):
        return jax.vjp(f, *primals)

    def jacfwd(self, f, primal):
        return jax.jacfwd(f, holomorphic=jnp.iscomplexobj(primal))(primal)

    def jacrev(self, f, primal):
        holomorphic = jnp.iscomplexobj(primal) and jnp.iscomplexobj(jax.eval_shape(f, primal))
        return jax.jacrev(f, holomorphic=holomorphic)(primal)

    def hessian(self, f, primal):
        return jax.hessian(f)(primal)

    def vmap(self, f):
        return jax.vmap(f)

    def rules(self):
        from adbench.rules import jax as rules

        return rules.names()

    def rules_used(self):
        from adbench.rules import jax as rules

        return rules.used()

    def _eager(self, operator, f):
        return partial(refusing, super()._eager(operator, f))

    def compiled(self, call, *example):
        return partial(refusing, call)

    def _counts(self, operator, f, primals, *seeds):
        return {"jaxpr_equations": _equations(jax.make_jaxpr(self._eager(operator, f))(primals, *seeds).jaxpr)}


class JaxJit(Jax):
    name = "jax:jit"
    rules = Backend.rules

    def prepare(self, operator, f, primals):
        return self.compiled(super().prepare(operator, f, primals))

    def compiled(self, call, *example):
        return partial(refusing, jax.jit(call))  # some it refuses only here


def refusing(call, *arguments):
    """The call; a function without a rule is one that JAX does not support, and says so."""
    try:
        return call(*arguments)
    except (NotImplementedError, TypeError, ValueError) as error:
        if not isinstance(error, NotImplementedError) and not REFUSED.search(str(error)):
            raise
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise Unsupported(f"jax: {reason}") from error


def _equations(jaxpr):
    """Of a program and of those inside it, such as the branches of a condition; a loop's body counts once."""
    inner = (sub for equation in jaxpr.eqns for sub in jaxprs_in_params(equation.params))
    return len(jaxpr.eqns) + sum(_equations(sub) for sub in inner)
