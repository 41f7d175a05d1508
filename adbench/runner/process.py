"""The parent's end of a worker: start it, ask it one thing at a time, and replace it when it dies or hangs."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import msgspec

from adbench.errors import AdbenchError, BackendFailed, BackendNotInstalled, NoRules
from adbench.oracle.store import cache_folder
from adbench.plan import name_and_version
from adbench.runner import protocol
from adbench.runner.log import Log
from adbench.runner.memory import resident_bytes

START_SECONDS = 120.0
TICK_SECONDS = 0.05  # between two looks at a busy worker's memory and log
GRACE_SECONDS = 2.0  # between the end of a pipe and that of its process
# The GNU library gives large arrays back to the system and takes them again, page by page, until a larger one has been
# freed once: a call takes 1.6 or 3 ms, as earlier cells had it. This is where a process that has freed 32 MiB ends up.
KEPT_MEMORY = "glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=67108864"
MOST_REPLY_BYTES = 1 << 26  # a Jacobian of as many entries as the oracle takes is a hundredth of it


class WorkerDied(AdbenchError):
    """The worker's process ended in the middle of a request; carries the tail of what it wrote."""


class WorkerOutOfMemory(WorkerDied):
    """The worker took more memory than it may and was killed."""


class WorkerTimedOut(AdbenchError):
    """The worker did not answer in time and was killed."""


def loss(error: WorkerDied | WorkerTimedOut) -> Literal["timeout", "oom", "crash"]:
    """The status of a cell that a worker was lost on."""
    if isinstance(error, WorkerTimedOut):
        return "timeout"
    return "oom" if isinstance(error, WorkerOutOfMemory) else "crash"


class Worker:
    """One backend's process.

    Args:
        backend: its name, with or without a version.
        case_files: files given by `--cases`.
        threads: threads that its numeric libraries may use; set before anything is imported.
        python: the interpreter to run it under.
        memory_bytes: resident memory beyond which it is killed; 0 for no limit.
        compiled: whether it finds on disk what others compiled; of no use where compiling is timed.
        record: whether it records the derivative rules that its cells reach.
        begun: told of the worker when its process runs and its library is still being imported.
    Raises:
        AdbenchError: it does not start; the error's exit code says whether that is the user's mistake.
    """

    def __init__(
        self,
        backend: str,
        case_files: tuple[str, ...] = (),
        threads: int = 1,
        *,
        python: str = sys.executable,
        memory_bytes: int = 0,
        compiled: bool = True,
        record: bool = False,
        begun: Callable[[Worker], None] = lambda worker: None,
    ) -> None:
        self.backend = backend
        self._memory_bytes = memory_bytes
        self._log = Log()
        self._scratch = None if compiled else TemporaryDirectory(prefix="adbench-", ignore_cleanup_errors=True)
        to_worker, self._requests = os.pipe()
        self._replies, from_worker = os.pipe()
        self._partial, self._lines = bytearray(), deque[bytearray]()
        os.set_blocking(self._requests, False)
        self._readable, self._writable = select.poll(), select.poll()
        self._readable.register(self._replies, select.POLLIN)
        self._writable.register(self._requests, select.POLLOUT)
        name, _ = name_and_version(backend)
        try:
            self._process = subprocess.Popen(
                [python, "-m", "adbench.runner.worker", name, str(to_worker), str(from_worker)]
                + [protocol.RECORD] * record
                + list(case_files),
                stdin=subprocess.DEVNULL,
                stdout=self._log.fileno(),
                stderr=self._log.fileno(),
                pass_fds=(to_worker, from_worker),
                env=_environment(threads, compiled, self._scratch.name if self._scratch else ""),
                start_new_session=True,  # Ctrl-C is for the run, which then ends its workers itself
            )
        except OSError as error:
            os.close(self._requests)
            os.close(self._replies)
            self._log.close()
            raise BackendFailed(f"backend {backend} does not start: {python}: {error.strerror}") from error
        finally:
            os.close(to_worker)
            os.close(from_worker)
        begun(self)
        try:
            ready = self.receive(START_SECONDS)
            if isinstance(ready, protocol.Ready):
                self.watch()
        except (WorkerDied, WorkerTimedOut) as error:
            raise BackendFailed(f"backend {backend} does not start: {error}") from error
        if isinstance(ready, protocol.Refused):
            self.close()
            raise _refusal(ready)
        assert isinstance(ready, protocol.Ready)
        self.ready, self.version = ready, ready.version

    @property
    def resident_bytes(self) -> int:
        """The memory that it holds now."""
        return resident_bytes(self._process.pid)

    def ask(self, request: protocol.Request, seconds: float) -> protocol.Reply:
        """The reply to a request.

        Raises:
            WorkerDied, WorkerTimedOut: the process is gone; start another.
        """
        self.send(request, seconds)
        return self.receive(seconds)

    def send(self, request: protocol.Request, seconds: float) -> None:
        """Hand over a request, to be answered after those before it; of a process that is gone, `receive` tells.

        Raises:
            WorkerTimedOut: it does not read.
        """
        left = memoryview(protocol.encode(request) + b"\n")
        deadline = time.monotonic() + seconds
        while left:
            try:
                left = left[os.write(self._requests, left) :]
            except BlockingIOError:
                if not self._writable.poll(1000 * max(0.0, deadline - time.monotonic())):
                    raise self._hung(seconds) from None
            except OSError:
                return

    def receive(self, seconds: float) -> protocol.Reply:
        """The reply to the first request that has none.

        Raises:
            WorkerDied, WorkerTimedOut: the process is gone; start another.
        """
        deadline = time.monotonic() + seconds
        while not self._lines:
            left = deadline - time.monotonic()
            if self._readable.poll(1000 * max(0.0, min(left, TICK_SECONDS))):
                self._read()
            else:
                self.watch()
            if left <= 0 and not self._lines:
                raise self._hung(seconds)
        try:
            reply: protocol.Reply = protocol.decode_reply(self._lines.popleft())
        except msgspec.DecodeError as error:
            self.close()
            raise WorkerDied(f"the process answered what is no reply: {error}") from error
        if isinstance(reply, protocol.Checked):
            self._log.mark(reply.logged)
        self._log.trim()
        return reply

    def _read(self) -> None:
        chunk = os.read(self._replies, 1 << 16)
        if not chunk:
            raise self._died()
        self._partial += chunk
        if b"\n" in chunk:
            *lines, self._partial = self._partial.split(b"\n")
            self._lines.extend(lines)
        elif len(self._partial) > MOST_REPLY_BYTES:
            self.close()
            raise WorkerDied(f"the process answered more than {MOST_REPLY_BYTES >> 20} MB that are no reply")

    def watch(self) -> None:
        """See to a process that has not answered yet, or not been asked.

        Raises:
            WorkerDied: it has ended, or it held more memory than it may.
        """
        self._log.trim()
        if self._process.poll() is not None and not self._readable.poll(0):  # a child of it keeps the pipe open
            raise self._died()
        if self._memory_bytes and (held := self.resident_bytes) > self._memory_bytes:
            message = f"the process held {held >> 20} MB, the limit is {self._memory_bytes >> 20}"
            raise WorkerOutOfMemory(message + self._last_words())

    def _died(self) -> WorkerDied:
        try:
            code = self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            how = "closed its pipe"
        else:
            how = "ended with " + (f"signal {-code}" if code < 0 else f"exit code {code}")
        return WorkerDied(f"the process {how}" + self._last_words())

    def _hung(self, seconds: float) -> WorkerTimedOut:
        return WorkerTimedOut(f"no answer within {seconds:g} s" + self._last_words())

    def _last_words(self) -> str:
        """End the process, and tell what it wrote since the last reply."""
        self.kill()
        tail = self._log.tail()
        self.close()
        return f": {tail}" if tail else ""

    def kill(self) -> None:
        """End the process and its children, from any thread; whoever waits for its reply is told that it died."""
        with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody is left; macOS has its own word for it
            os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """End the process and free what it held; harmless when called again."""
        if self._requests < 0:
            return
        self.kill()
        self._process.wait()
        for fd in (self._requests, self._replies):
            os.close(fd)
        self._requests = self._replies = -1
        self._log.close()
        if self._scratch:
            self._scratch.cleanup()


def _refusal(refused: protocol.Refused) -> AdbenchError:
    """What a worker says instead of being ready, as the error that it was there."""
    if refused.missing:
        missing = NoRules if refused.exit_code == NoRules.exit_code else BackendNotInstalled
        return missing(refused.message)
    failed = refused.exit_code == BackendFailed.exit_code
    return BackendFailed(refused.message) if failed else AdbenchError(refused.message)


def _environment(threads: int, compiled: bool = True, caches: str = "") -> dict[str, str]:
    """The worker's environment: threads fixed before any import, and what was compiled once kept on disk or not."""
    caches = caches or str(cache_folder())
    libraries = ("OMP", "OPENBLAS", "MKL", "BLIS", "NUMEXPR")
    names = [f"{library}_NUM_THREADS" for library in libraries] + ["VECLIB_MAXIMUM_THREADS"]
    flags = os.environ.get("XLA_FLAGS", "")
    if threads == 1 and "xla_cpu_multi_thread_eigen" not in flags:
        flags = f"{flags} --xla_cpu_multi_thread_eigen=false".strip()
    return {
        "JAX_ENABLE_COMPILATION_CACHE": str(compiled).lower(),
        "JAX_COMPILATION_CACHE_DIR": str(Path(caches, "jax")),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
        "GLIBC_TUNABLES": KEPT_MEMORY,
        "JAX_PLATFORMS": "cpu",
        "TORCHINDUCTOR_CACHE_DIR": str(Path(caches, "torch")),
        "TORCHINDUCTOR_COMPILE_THREADS": "1",  # or it keeps as many processes as there are cores
        "XLA_PYTHON_CLIENT_PREALLOCATE": "false",  # or the first process takes three quarters of a GPU's memory
        **os.environ,
        "XLA_FLAGS": flags,
        **dict.fromkeys(names, str(threads)),
    }
