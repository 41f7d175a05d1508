"""The two backends that the cases themselves provide: the closed form by hand, and finite differences.

`manual` is the speed limit of NumPy; `finite` is what everybody compares with, and what it costs in digits.
"""

from __future__ import annotations

from functools import partial
from inspect import signature
from operator import itemgetter
from typing import ClassVar

import numpy as np
import scipy

from adbench import plain
from adbench.backend import WHOLE, Backend
from adbench.errors import Unsupported
from adbench.layouts import LAYOUTS
from adbench.namespace import Namespace
from adbench.parts import joined, parts

BACKENDS = {"manual": "Manual", "finite": "Finite"}


class _Plain(Backend):
    """Values by NumPy itself."""

    distribution = "numpy"
    default = False
    layouts = LAYOUTS
    namespace = plain.NAMESPACE
    apis: ClassVar = {"numpy": Namespace("numpy", np, {}), "scipy": Namespace("scipy", scipy, {})}

    def asarray(self, x, device="cpu"):
        return np.array(x)

    def _gradient(self, *args):
        raise Unsupported(f"{self.name} has no second derivatives")

    _slope = _gradient


class Manual(_Plain):
    """A closed form is a real Jacobian, over the parts of complex numbers."""

    name = "manual"
    complex_jacobians: ClassVar = {operator: {WHOLE: "its closed form"} for operator in ("jacfwd", "jacrev")}

    def bind(self, case, constants, wrt):
        f = super().bind(case, constants, wrt)
        f.case, f.constants, f.wrt = case, constants, wrt
        return f

    def prepare(self, operator, f, primals):
        """What somebody would type who has the two functions: nothing but they shall be in the time."""
        _refuse_others(f)
        own_rule = type(self).vjp is not Manual.vjp  # a subclass is what it overrides
        if operator != "vjp" or own_rule or not _takes_first(f.case.pullback, f.wrt):
            return super().prepare(operator, f, primals)
        pullback = partial(f.case.pullback, plain.NAMESPACE, **f.constants)
        chosen = itemgetter(*f.wrt) if len(f.wrt) > 1 else lambda x_bars: (x_bars[f.wrt[0]],)

        def call(primals, y_bar):
            y = f(*primals)
            return y, chosen(pullback(y_bar, *primals))

        return call

    def jvp(self, f, primals, tangents):
        _refuse_others(f)
        y, directions = f(*primals), zip(f.wrt, map(parts, tangents), strict=True)
        terms = (np.tensordot(_jacobian(f, n, primals), u, axes=u.ndim) for n, u in directions)
        return y, joined(np.asarray(sum(terms)), y)

    def vjp(self, f, primals):
        _refuse_others(f)
        if f.case.pullback is not None:
            named = dict(zip(f.wrt, primals, strict=True))

            def pullback(y_bar):
                x_bars = f.case.pullback(plain.NAMESPACE, y_bar, **f.constants, **named)
                return tuple(x_bars[name] for name in f.wrt)
        else:

            def pullback(y_bar):
                y_bar = parts(y_bar)
                pulled = (np.tensordot(y_bar, _jacobian(f, n, primals), axes=y_bar.ndim) for n in f.wrt)
                return tuple(map(joined, pulled, primals))

        return f(*primals), pullback

    def jacfwd(self, f, primal):
        return _jacobian(f, f.wrt[0], (primal,))

    jacrev = jacfwd


def _refuse_others(f):
    """Raise for what is not a case that `bind` gave, but a function made of one."""
    if not hasattr(f, "case"):
        raise Unsupported("manual has the derivatives of cases, and of no function made of them")


def _takes_first(pullback, names):
    """Whether there is a pullback whose parameters behind `xp` and `y_bar` begin with these."""
    return pullback is not None and tuple(signature(pullback).parameters)[2 : 2 + len(names)] == tuple(names)


def _jacobian(f, name, primals):
    closed_form = f.case.jacobians.get(name)
    if closed_form is None:
        raise Unsupported(f"{f.case.name} has no closed form for {name}")
    return np.asarray(closed_form(plain.NAMESPACE, **f.constants, **dict(zip(f.wrt, primals, strict=True))))


class Finite(_Plain):
    name = "finite"

    def jvp(self, f, primals, tangents):
        # Balances truncation O(h²) against rounding O(eps / h).
        step = np.cbrt(np.finfo(primals[0].dtype).eps)  # in the dtype of real numbers, or of complex ones' parts
        ahead = f(*(x + step * u for x, u in zip(primals, tangents, strict=True)))
        behind = f(*(x - step * u for x, u in zip(primals, tangents, strict=True)))
        return f(*primals), (ahead - behind) / (2 * step)
