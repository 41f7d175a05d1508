"""Backends that keep something from call to call, or change what is not theirs."""

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


class ChangesInputOnce(_Aside):
    """In its first call alone."""

    def prepare(self, operator, f, primals):
        self.calls = count()
        return super().prepare(operator, f, primals)

    def aside(self, f, primals, seeds):
        if next(self.calls) == 0:
            primals[0][...] = 0


class ChangesInputAndRaises(ChangesInput):
    """What it makes of its input, it cannot take itself."""

    def jvp(self, f, primals, tangents):
        if not primals[0].any():
            raise ZeroDivisionError("x is zero")
        return super().jvp(f, primals, tangents)


class _Numbered(Manual):
    """The derivative that each call answers goes through `bend`, with the call's number from 0 on."""

    def bend(self, derivative, number):
        raise NotImplementedError

    def prepare(self, operator, f, primals):
        call, numbers = super().prepare(operator, f, primals), count()

        def numbered(primals, *seeds):
            answer, number = call(primals, *seeds), next(numbers)
            if operator in ("jacfwd", "jacrev"):
                return self.bend(answer, number)
            y, derivative = answer
            if operator == "jvp":
                return y, self.bend(derivative, number)
            return y, tuple(self.bend(x_bar, number) for x_bar in derivative)

        return numbered


class Unsteady(_Numbered):
    """Every other answer is a unit in the last place larger."""

    def bend(self, derivative, number):
        return np.nextafter(derivative, np.asarray(np.inf, derivative.dtype)) if number % 2 else derivative


class WrongAtFirst(_Numbered):
    """As where what runs before the compiler is done has another rule."""

    def bend(self, derivative, number):
        return -derivative if number == 0 else derivative


class WrongAtSecond(_Numbered):
    def bend(self, derivative, number):
        return -derivative if number == 1 else derivative


class WrongAtThird(_Numbered):
    def bend(self, derivative, number):
        return -derivative if number == 2 else derivative


class Accumulates(Manual):
    """Each cotangent is added to what the calls before it left, as where a gradient is not zeroed."""

    def prepare(self, operator, f, primals):
        call, left = super().prepare(operator, f, primals), []

        def accumulated(primals, *seeds):
            answer = call(primals, *seeds)
            if operator != "vjp":
                return answer
            left.append(answer[1])
            return answer[0], tuple(np.asarray(sum(x_bars)) for x_bars in zip(*left, strict=True))

        return accumulated


class ReusesBuffer(Manual):
    """Every answer is written where the one before it lay."""

    def prepare(self, operator, f, primals):
        call, buffer = super().prepare(operator, f, primals), {}

        def kept(index, x):
            x = np.asarray(x)
            buffer.setdefault(index, np.empty_like(x))[...] = x
            return buffer[index]

        def reusing(primals, *seeds):
            answer = call(primals, *seeds)
            if operator in ("jacfwd", "jacrev"):
                return kept(0, answer)
            y, derivative = answer
            return y, tuple(map(kept, count(), derivative)) if operator == "vjp" else kept(0, derivative)

        return reusing


class Stale(Manual):
    """The derivative at the point where the call was prepared, with the value at the point of the call."""

    def prepare(self, operator, f, primals):
        call, there = super().prepare(operator, f, primals), primals
        if operator in ("jacfwd", "jacrev"):
            return lambda primals: call(there)
        return lambda primals, *seeds: (f(*primals), call(there, *seeds)[1])


class StaleSeed(Manual):
    """The first call's tangents or cotangent are compiled in; the point is not."""

    def prepare(self, operator, f, primals):
        call, first = super().prepare(operator, f, primals), []

        def stale(primals, *seeds):
            first.append(seeds)
            return call(primals, *first[0])

        return stale


class StaleAnswer(Manual):
    """The first answer, for ever: value and derivative."""

    def prepare(self, operator, f, primals):
        call, answers = super().prepare(operator, f, primals), []

        def stale(primals, *seeds):
            if not answers:
                answers.append(call(primals, *seeds))
            return answers[0]

        return stale


class OneBehind(Manual):
    """The answer to the call before; the first time its own."""

    def prepare(self, operator, f, primals):
        call, answers = super().prepare(operator, f, primals), []

        def behind(primals, *seeds):
            answers.append(call(primals, *seeds))
            return answers[max(0, len(answers) - 2)]

        return behind
