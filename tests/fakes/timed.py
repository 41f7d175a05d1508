"""Backends that are hard to time, each in one way that its name says; what they answer is right.

`spend` is how they pass time. Tests replace it by a clock's own tick.
"""

import itertools
import os
import time

import numpy as np
from adbench.backends.free import Manual

COMPUTE = 0.01  # seconds of a call that does its work
spend = time.sleep


class Timed(Manual):
    """Takes as long in its n-th call, from 1, as `seconds(n)` says."""

    def seconds(self, n):
        return COMPUTE

    def prepare(self, operator, f, primals):
        call, count = super().prepare(operator, f, primals), itertools.count(1)

        def timed(*arguments):
            spend(self.seconds(next(count)))
            return call(*arguments)

        return timed


class SlowFirst(Timed):
    def seconds(self, n):
        return 100 * COMPUTE if n == 1 else COMPUTE


class CompilesInThird(Timed):
    """Interprets twice, compiles, and is a hundred times faster from then on."""

    def seconds(self, n):
        return {1: COMPUTE, 2: COMPUTE, 3: 30 * COMPUTE}.get(n, COMPUTE / 100)


class SlowTenth(Timed):
    def seconds(self, n):
        return COMPUTE if n % 10 else 11 * COMPUTE


class TooSlow(Timed):
    def seconds(self, n):
        return 60 * COMPUTE


class TooFast(Manual):
    """Does nothing when it is called."""

    def prepare(self, operator, f, primals):
        answer = f(*primals)
        return lambda *arguments: answer


class Remembers(Manual):
    """Knows the arrays again that it has seen, and what it answered."""

    most = 1000

    def prepare(self, operator, f, primals):
        call, seen = super().prepare(operator, f, primals), []

        def remembering(primals, *rest):
            for known, answer in seen:
                if all(a is b for a, b in zip(known, primals, strict=True)):
                    spend(COMPUTE / 1000)
                    return answer
            spend(COMPUTE)
            seen.append((primals, call(primals, *rest)))
            del seen[: -self.most]
            return seen[-1][1]

        return remembering


class RemembersOne(Remembers):
    most = 1


class Deferred:
    """An array that is not computed yet; those of one answer are computed together."""

    def __init__(self, value, work):
        self.value, self.work = value, work

    def compute(self):
        while self.work:
            spend(self.work.pop())
        return self.value


class Lazy(Manual):
    """Computes when an answer is read; there is nothing to wait for before."""

    def prepare(self, operator, f, primals):
        call = super().prepare(operator, f, primals)

        def lazy(*arguments):
            spend(COMPUTE / 1000)
            return _deferred(call(*arguments), [COMPUTE])

        return lazy

    def to_numpy(self, x):
        return np.asarray(x.compute() if isinstance(x, Deferred) else x)


class Asynchronous(Lazy):
    """Returns before it has computed, and says how to wait."""

    def synchronize(self, result):
        if isinstance(result, tuple | list):
            for part in result:
                self.synchronize(part)
        elif isinstance(result, Deferred):
            result.compute()


def _deferred(answer, work):
    if isinstance(answer, tuple | list):
        return [_deferred(part, work) for part in answer]
    return Deferred(answer, work)


class _Calls(Manual):
    """Does something in each call, which is otherwise right."""

    def called(self, n):
        raise NotImplementedError

    def prepare(self, operator, f, primals):
        call, count = super().prepare(operator, f, primals), itertools.count(1)

        def calling(*arguments):
            if operator == "vjp":
                self.called(next(count))
            return call(*arguments)

        return calling


class Allocates(_Calls):
    """64 MB, and gives them back."""

    def called(self, n):
        np.ones(64 << 17)


class Grows(_Calls):
    """By 64 MB in each call, to 3 GB at most."""

    held = ()

    def called(self, n):
        if n < 48:
            self.held = (*self.held, np.ones(64 << 17))


class Dies(_Calls):
    """When it has been called often enough to be warm."""

    def called(self, n):
        if n > 20:
            os._exit(7)


class Hangs(_Calls):
    def called(self, n):
        if n > 20:
            time.sleep(3600)
