"""Backends that are right except at some inputs, which their names tell; the closed forms in plain NumPy elsewhere."""

import os
import time
from pathlib import Path

import numpy as np
from adbench.backends.free import Manual


class _Picky(Manual):
    """Where `picks(entries)` is true of the entries that are differentiated by, every derivative is `bent`."""

    def picks(self, entries):
        raise NotImplementedError

    def bend(self, derivative):
        return -derivative

    def prepare(self, operator, f, primals):
        call = super().prepare(operator, f, primals)

        def bent(primals, *seeds):
            answer = call(primals, *seeds)
            if not self.picks(np.concatenate([x.ravel() for x in primals])):
                return answer
            if operator in ("jacfwd", "jacrev"):
                return self.bend(answer)
            y, derivative = answer
            return y, tuple(map(self.bend, derivative)) if operator == "vjp" else self.bend(derivative)

        return bent


class WrongForNegative(_Picky):
    def picks(self, entries):
        return (entries < 0).any()


class SlightlyOffForNegative(WrongForNegative):
    """Six digits beyond what a comparison with finite differences sees."""

    def bend(self, derivative):
        return derivative * np.asarray(1 + 1e-10, dtype=derivative.dtype)


class WrongAtTies(_Picky):
    """Where an entry is repeated."""

    def picks(self, entries):
        return len(set(entries[entries != 0])) < np.count_nonzero(entries)


class WrongAtNearTies(_Picky):
    """Where two entries are neighbours among the numbers of the dtype."""

    def picks(self, entries):
        entries = np.sort(entries[entries != 0])
        return (np.nextafter(entries[:-1], np.inf, dtype=entries.dtype) == entries[1:]).any()


class WrongIfHuge(_Picky):
    def picks(self, entries):
        return (np.abs(entries) > 1e9).any()


class WrongIfTiny(_Picky):
    def picks(self, entries):
        return ((entries != 0) & (np.abs(entries) < 1e-9)).any()


class ExitsForNegative(WrongForNegative):
    def bend(self, derivative):
        os._exit(3)


class HangsForNegative(WrongForNegative):
    def bend(self, derivative):
        if "HANGS" in os.environ:  # a file to say so by
            Path(os.environ["HANGS"]).touch()
        time.sleep(3600)
