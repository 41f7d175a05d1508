"""Backends that take their process down, or keep it, on `small.cubic`; on every other case they are right."""

import ctypes
import os
import resource
import signal
import sys
import time

from adbench.backends.free import Manual


class _Killer(Manual):
    def kill(self):
        raise NotImplementedError

    def vjp(self, f, primals):
        if f.case.name == "small.cubic":
            self.kill()
        return super().vjp(f, primals)


class Exits(_Killer):
    def kill(self):
        print("leaving now", file=sys.stderr, flush=True)
        os._exit(3)


class ExitsForward(Manual):
    """Forward mode is the end of it; reverse mode is right."""

    def jvp(self, f, primals, tangents):
        os._exit(5)


class CallsSysExit(_Killer):
    def kill(self):
        sys.exit(4)


class Segfaults(_Killer):
    def kill(self):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no core file in the checkout
        ctypes.string_at(0)


class IsKilled(_Killer):
    def kill(self):
        os.kill(os.getpid(), signal.SIGKILL)


class Hangs(_Killer):
    """Deaf to everything that can be ignored."""

    def kill(self):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        while True:
            time.sleep(60)


class Floods(_Killer):
    """Four megabytes on each stream, which is more than any pipe holds; the answer is right."""

    def kill(self):
        for stream in (sys.stdout, sys.stderr):
            for _ in range(64):
                stream.write("{" * (1 << 16) + "\n")


class WritesGarbage(_Killer):
    """Writes on the descriptor that the worker answers on."""

    def kill(self):
        os.write(int(sys.argv[3]), b"garbage\n")
