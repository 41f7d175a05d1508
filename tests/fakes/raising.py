"""Backends that raise."""

from adbench.backends.free import Manual

from adbench.errors import Unsupported


class Raises(Manual):
    def jvp(self, f, primals, tangents):
        raise ValueError("no such rule: sin")


class RaisesEmpty(Manual):
    """An exception without a word."""

    def jvp(self, f, primals, tangents):
        raise AssertionError


class RaisesLines(Manual):
    """An exception of many lines, the first of them blank."""

    def jvp(self, f, primals, tangents):
        raise RuntimeError("\n\n  the graph is broken\nat node 1\nat node 2\n")


class Unprintable(Manual):
    """An exception that cannot be printed either."""

    def jvp(self, f, primals, tangents):
        class MuteError(Exception):
            def __str__(self):
                raise RuntimeError("mute")

            __repr__ = __str__

        raise MuteError


class RecursesDeeply(Manual):
    def jvp(self, f, primals, tangents):
        return self.jvp(f, primals, tangents)


class NoForward(Manual):
    """Reverse mode is all that it has."""

    def jvp(self, f, primals, tangents):
        raise Unsupported("no forward mode here")

    def jacfwd(self, f, primal):
        raise Unsupported("no forward mode here")
