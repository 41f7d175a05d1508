"""The parent's end of a worker: start it, ask it one thing at a time, and replace it when it dies or hangs."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from adbench.errors import AdbenchError, BackendFailed, BackendNotInstalled
from adbench.oracle.store import cache_folder
from adbench.plan import name_and_version
from adbench.runner import protocol

START_SECONDS = 120.0


class WorkerDied(AdbenchError):
    """The worker's process ended in the middle of a request; carries the tail of what it wrote."""


class WorkerTimedOut(AdbenchError):
    """The worker did not answer in time and was killed."""


class Worker:
    """One backend's process.

    Args:
        backend: its name, with or without a version.
        case_files: files given by `--cases`.
        threads: threads that its numeric libraries may use; set before anything is imported.
        python: the interpreter to run it under.
    Raises:
        AdbenchError: it does not start; the error's exit code says whether that is the user's mistake.
    """

    def __init__(
        self, backend: str, case_files: tuple[str, ...] = (), threads: int = 1, *, python: str = sys.executable
    ) -> None:
        self.backend = backend
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `close`)
        to_worker, self._requests = os.pipe()
        self._replies, from_worker = os.pipe()
        self._buffer = b""
        name, _ = name_and_version(backend)
        try:
            self._process = subprocess.Popen(
                [python, "-m", "adbench.runner.worker", name, str(to_worker), str(from_worker), *case_files],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                pass_fds=(to_worker, from_worker),
                env=_environment(threads),
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
        try:
            ready = self._receive(START_SECONDS)
        except (WorkerDied, WorkerTimedOut) as error:
            raise BackendFailed(f"backend {backend} does not start: {error}") from error
        if isinstance(ready, protocol.Refused):
            self.close()
            raise _refusal(ready)
        assert isinstance(ready, protocol.Ready)
        self.ready, self.version = ready, ready.version

    def ask(self, request: protocol.Request, seconds: float) -> protocol.Reply:
        """The reply to a request.

        Raises:
            WorkerDied, WorkerTimedOut: the process is gone; start another.
        """
        try:
            os.write(self._requests, protocol.encode(request) + b"\n")
        except OSError:
            raise self._died() from None
        return self._receive(seconds)

    def _receive(self, seconds: float) -> protocol.Reply:
        deadline = time.monotonic() + seconds
        while b"\n" not in self._buffer:
            readable, _, _ = select.select([self._replies], [], [], max(0.0, deadline - time.monotonic()))
            if not readable:
                self.close()
                raise WorkerTimedOut(f"no answer within {seconds:.0f} s")
            chunk = os.read(self._replies, 1 << 16)
            if not chunk:
                raise self._died()
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\n")
        try:
            reply: protocol.Reply = protocol.decode_reply(line)
        except msgspec.DecodeError as error:
            self.close()
            raise WorkerDied(f"the process answered what is no reply: {error}") from error
        return reply

    def _died(self) -> WorkerDied:
        code = self._process.wait()
        self._log.seek(max(0, self._log.seek(0, os.SEEK_END) - 2000))
        tail = self._log.read().decode(errors="replace").strip().splitlines()[-1:]
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        self.close()
        return WorkerDied(f"the process ended with {how}" + (f": {tail[0]}" if tail else ""))

    def kill(self) -> None:
        """End the process, from any thread; whoever waits for its reply is told that it died."""
        if self._process.poll() is None:
            self._process.kill()

    def close(self) -> None:
        """End the process and free what it held; harmless when called again."""
        self.kill()
        self._process.wait()
        for fd in (self._requests, self._replies):
            if fd >= 0:
                os.close(fd)
        self._requests = self._replies = -1
        self._log.close()


def _refusal(refused: protocol.Refused) -> AdbenchError:
    """What a worker says instead of being ready, as the error that it was there."""
    if refused.missing:
        return BackendNotInstalled(refused.message)
    failed = refused.exit_code == BackendFailed.exit_code
    return BackendFailed(refused.message) if failed else AdbenchError(refused.message)


def _environment(threads: int) -> dict[str, str]:
    """The worker's environment: threads fixed before any import, and JAX's compilation cache on disk."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
    single = "--xla_cpu_multi_thread_eigen=false" if threads == 1 else ""
    return {
        "JAX_COMPILATION_CACHE_DIR": str(Path(cache_folder()) / "jax"),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
        "JAX_PLATFORMS": "cpu",
        "XLA_FLAGS": single,
        **os.environ,
        **dict.fromkeys(names, str(threads)),
    }
