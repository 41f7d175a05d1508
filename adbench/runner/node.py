"""What a node of a cluster does: checks cells in processes of its own, which it keeps from chunk to chunk.

The node's process itself is Dask's and imports no AD library.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
import time
from functools import cache
from pathlib import Path

import msgspec
import numpy as np

import adbench.backends
import adbench.cases
from adbench.errors import AdbenchError, ClusterFailed
from adbench.oracle import store
from adbench.plan import Cell
from adbench.results import Outcome
from adbench.runner import protocol
from adbench.runner.checker import Checker
from adbench.runner.process import Worker

IDLE_SECONDS = 60.0  # then a run's processes end, for its head may have died without a word
ENDED = ClusterFailed("the run has ended")


class Setup(msgspec.Struct, frozen=True):
    """What a node must know of a run; goes with every chunk, as the node may have joined a moment ago.

    Attributes:
        run: a name that no other run has.
        facts: see `facts`; the head's.
        versions: of each backend's library, on the head.
        case_files: name and contents of each file given by `--cases`.
        seconds, memory_bytes: limits of a cell and of its process.
    """

    run: str
    facts: dict[str, str]
    versions: dict[str, str]
    case_files: tuple[tuple[str, bytes], ...]
    seconds: float
    memory_bytes: int


class Chunk(msgspec.Struct, frozen=True):
    """Cells of one backend that share a truth, and that truth as the head has it on disk."""

    cells: tuple[Cell, ...]
    truth: store.Stored | None = None


encode = msgspec.msgpack.Encoder().encode
decode_setup = msgspec.msgpack.Decoder(Setup).decode
decode_chunk = msgspec.msgpack.Decoder(Chunk).decode
decode_facts = msgspec.msgpack.Decoder(dict[str, str]).decode
decode_answer = msgspec.msgpack.Decoder(list[Outcome] | protocol.Refused).decode


@cache
def facts() -> dict[str, str]:
    """What must be the same on every node, beside the libraries; sources by their contents, wherever they lie."""
    roots = [*adbench.__path__, *adbench.backends.__path__, *adbench.cases.__path__]
    files = {file.resolve() for root in roots for file in Path(root).rglob("*.py")}
    sources = hashlib.sha256("".join(sorted(hashlib.sha256(f.read_bytes()).hexdigest() for f in files)).encode())
    return {
        "adbench": adbench.__version__,
        "adbench's sources": sources.hexdigest()[:12],
        "NumPy": np.__version__,  # inputs are drawn from its random streams
    }


def differences(here: dict[str, str], there: dict[str, str]) -> str:
    """What is not the same on the head (`here`) and on a node; empty if nothing is."""
    found = ((name, there.get(name, "missing"), version) for name, version in here.items())
    return ", ".join(f"{name} {other} (here {version})" for name, other, version in found if other != version)


def inspect(setup: bytes) -> bytes:
    """The facts of this node, and its version of each backend's library or why there is none."""
    wanted = decode_setup(setup)
    found = dict(facts())
    if not differences(wanted.facts, found):
        for backend in wanted.versions:
            try:
                worker = Worker(backend)
            except AdbenchError as error:
                found[backend] = f"refused: {error}"
            else:
                found[backend] = worker.version
                worker.close()
    return encode(found)


def check(setup: bytes, chunk: bytes) -> bytes:
    """The outcomes of a chunk's cells, or why this node takes none."""
    try:
        return encode(_pool(setup).check(decode_chunk(chunk)))
    except AdbenchError as error:
        from distributed import get_worker

        return encode(protocol.Refused(f"node {get_worker().address}: {error}", error.exit_code))


def end(setup: bytes) -> None:
    """End the processes of a run, also those in the middle of a cell."""
    with _lock:
        pool = _pools.pop(setup, None)
    if pool:
        pool.close()


_pools: dict[bytes, Pool] = {}
_lock = threading.Lock()


def _pool(setup: bytes) -> Pool:
    with _lock:
        if setup not in _pools:
            _pools[setup] = Pool(setup)
        return _pools[setup]


class Pool:
    """The processes of one run on this node, as many as it checks chunks at once.

    Raises:
        ClusterFailed: this node's adbench or NumPy is not the head's.
    """

    def __init__(self, setup: bytes) -> None:
        self._setup = decode_setup(setup)
        if differing := differences(self._setup.facts, facts()):
            raise ClusterFailed(differing)
        self._folder = tempfile.TemporaryDirectory(prefix="adbench-")
        self._files = tuple(self._written(*file) for file in self._setup.case_files)
        self._idle: list[tuple[str, Checker]] = []  # by backend, the one used last at the end
        self._busy: set[Checker] = set()
        self._lock, self._closed = threading.Lock(), threading.Event()
        self._used = time.monotonic()
        threading.Thread(target=self._wait_for_silence, args=(setup,), daemon=True).start()

    def check(self, chunk: Chunk) -> list[Outcome]:
        """The outcomes of a chunk's cells.

        Raises:
            AdbenchError: the backend does not start here, or has another version; or the run has ended.
        """
        if chunk.truth:
            store.keep(chunk.truth)
        backend = chunk.cells[0].backend
        checker = self._take(backend)
        try:
            outcomes = list(checker.check(chunk.cells))
        except BaseException:
            self._end(checker)
            raise
        with self._lock:
            self._used = time.monotonic()
            if not self._closed.is_set():
                self._busy.discard(checker)
                self._idle.append((backend, checker))
                return outcomes
        self._end(checker)
        raise ENDED

    def close(self) -> None:
        """End all processes, from any thread, also those in the middle of a cell."""
        with self._lock:
            self._closed.set()
            for checker in self._busy:
                checker.stop()
            for _, checker in self._idle:
                checker.close()
            self._folder.cleanup()

    def _take(self, backend: str) -> Checker:
        """The backend's checker that was used last; if none is idle a new one, in place of another backend's."""
        with self._lock:
            mine = next((pair for pair in reversed(self._idle) if pair[0] == backend), None)
            if chosen := mine or next(iter(self._idle), None):
                self._idle.remove(chosen)
                self._busy.add(chosen[1])
        if mine:
            return mine[1]
        if chosen:
            self._end(chosen[1])
        return self._start(backend)

    def _start(self, backend: str) -> Checker:
        run = self._setup
        checker = Checker(backend, self._files, seconds=run.seconds, memory_bytes=run.memory_bytes)
        with self._lock:
            self._busy.add(checker)
        try:
            version = checker.start()
        except BaseException:
            self._end(checker)
            raise
        differing = differences({backend: run.versions[backend]}, {backend: version})
        if differing or self._closed.is_set():
            self._end(checker)
            raise ClusterFailed(differing) if differing else ENDED
        return checker

    def _end(self, checker: Checker) -> None:
        with self._lock:
            self._busy.discard(checker)
        checker.close()

    def _written(self, name: str, contents: bytes) -> str:
        """A case file on this node, in a folder of its own: the family is named after the file."""
        path = Path(tempfile.mkdtemp(dir=self._folder.name)) / name
        path.write_bytes(contents)
        return str(path)

    def _wait_for_silence(self, setup: bytes) -> None:
        while not self._closed.wait(IDLE_SECONDS / 10):
            with self._lock:
                silent = not self._busy and time.monotonic() - self._used > IDLE_SECONDS
            if silent:
                end(setup)
