"""Backends whose first answer is right, and that do something on the side."""

from itertools import count

import numpy as np
from adbench.backends.free import Manual


class _Aside(Manual):
    """Every call is followed by `aside(f, primals, seeds)`."""

    def aside(self, f, primals, seeds):
        raise NotImplementedError

    def prepare(self, operator, f, primals):
        call = super().prepare(operator, f, primals)

        def and_aside(primals, *seeds):
            answer = call(primals, *seeds)
            self.aside(f, primals, seeds)
            return answer

        return and_aside


class ChangesInput(_Aside):
    def aside(self, f, primals, seeds):
        primals[0][...] = 0


class ChangesConstant(_Aside):
    """An input that is not differentiated by."""

    def aside(self, f, primals, seeds):
        for x in f.constants.values():
            x[...] = 0


class ChangesSeed(_Aside):
    """The cotangent, or the tangents."""

    def aside(self, f, primals, seeds):
        for seed in seeds:
            for u in seed if isinstance(seed, tuple) else (seed,):
                u[...] = 0


class Unsteady(Manual):
    """Every other answer is a unit in the last place larger."""

    def prepare(self, operator, f, primals):
        call, calls = super().prepare(operator, f, primals), count()

        def unsteady(primals, *seeds):
            y, y_dot = call(primals, *seeds)
            return y, (y_dot if next(calls) % 2 else np.nextafter(y_dot, np.inf))

        return unsteady


class Stale(Manual):
    """The derivative at the point where the call was prepared, with the value at the point of the call."""

    def prepare(self, operator, f, primals):
        call, there = super().prepare(operator, f, primals), primals
        if operator in ("jacfwd", "jacrev"):
            return lambda primals: call(there)
        return lambda primals, *seeds: (f(*primals), call(there, *seeds)[1])
