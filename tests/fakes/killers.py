"""Backends that take their process down, or keep it, on `small.cubic`; on every other case they are right."""

import ctypes
import os
import signal
import sys
import threading
import time

import numpy as np
from adbench.backends.free import Manual


class Killer(Manual):
    def kill(self):
        raise NotImplementedError

    def vjp(self, f, primals):
        if f.case.name == "small.cubic":
            self.kill()
        return super().vjp(f, primals)


class Exits(Killer):
    def kill(self):
        print("leaving now", file=sys.stderr, flush=True)
        os._exit(3)


class ExitsForward(Manual):
    """Forward mode is the end of it; reverse mode is right."""

    def jvp(self, f, primals, tangents):
        os._exit(5)


class CallsSysExit(Killer):
    def kill(self):
        sys.exit(4)


class Segfaults(Killer):
    def kill(self):
        ctypes.string_at(0)


class IsKilled(Killer):
    def kill(self):
        os.kill(os.getpid(), signal.SIGKILL)


class Hangs(Killer):
    """Deaf to everything that can be ignored."""

    def kill(self):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            time.sleep(60)


class Floods(Killer):
    """Four megabytes on each stream, which is more than any pipe holds; the answer is right."""

    def kill(self):
        for stream in (sys.stdout, sys.stderr):
            for _ in range(64):
                stream.write("{" * (1 << 16) + "\n")


class FloodsForEver(Killer):
    """A megabyte a hundredth of a second, until it is ended."""

    def kill(self):
        while True:
            os.write(2, b"x" * 999_999 + b"\n")
            time.sleep(0.01)


class EatsMemory(Killer):
    """Up to 3 GB, and keeps it."""

    def kill(self):
        held = []
        while len(held) < 60:
            held.append(np.ones(50 << 17))
            time.sleep(0.005)
        time.sleep(3600)


class RecursesDeeply(Killer):
    def kill(self):
        self.kill()


class OverflowsTheStack(Killer):
    """Recursion that Python does not stop."""

    def kill(self):
        nested = ()
        for _ in range(1 << 18):
            nested = (nested,)
        hash(nested)


class Interrupts(Killer):
    def kill(self):
        raise KeyboardInterrupt


class WritesGarbage(Killer):
    """Writes on the descriptor that the worker answers on."""

    def kill(self):
        os.write(int(sys.argv[3]), b"garbage\n")


class WritesGarbageForEver(Killer):
    """Not even in lines."""

    def kill(self):
        while True:
            os.write(int(sys.argv[3]), b"g" * 65536)


class WritesGarbageLater(Killer):
    """In the middle of whatever is checked then."""

    def kill(self):
        threading.Timer(0.02, os.write, (int(sys.argv[3]), b"garbage\n")).start()


class ClosesItsPipes(Killer):
    """And goes on."""

    def kill(self):
        os.closerange(3, 256)
        time.sleep(3600)


class DiesLater(Killer):
    """Answers, and is gone when it is asked again."""

    def kill(self):
        threading.Timer(0.02, os._exit, (9,)).start()


class LeavesAChild(Killer):
    """A child that outlives it, and holds its pipes; the answer is right."""

    def kill(self):
        if not os.fork():
            time.sleep(3600)
            os._exit(0)


class DiesBeforeItsChild(LeavesAChild):
    def kill(self):
        super().kill()
        os._exit(6)


class ForksAndGoesOn(Killer):
    """Child and parent both answer."""

    def kill(self):
        os.fork()
