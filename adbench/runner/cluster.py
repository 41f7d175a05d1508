"""Runs cells on the nodes of a Dask cluster: the head sends chunks, a few at a time, and hears outcomes."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import groupby
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from adbench.errors import AdbenchError, BackendNotInstalled, ClusterFailed, describe
from adbench.oracle import store
from adbench.plan import Cell
from adbench.registry import load_cases
from adbench.results import Outcome
from adbench.runner import node
from adbench.runner.checker import CELL_SECONDS, LOST, MEMORY_BYTES, lost
from adbench.runner.conformance import MOST_CRASHES
from adbench.runner.process import Worker

if TYPE_CHECKING:
    from distributed import Client

CONNECT_SECONDS = 10.0
NODE_SECONDS = 60.0  # that a cluster may be without nodes
CHUNKS_A_THREAD = 4  # in flight: enough that no node waits for the head
NODES_NAMED = 3  # of those that differ


@contextmanager
def connected(address: str) -> Iterator[Client | None]:
    """The cluster whose scheduler is at `address`, as a Dask client; None for no address.

    Raises:
        AdbenchError: it is no address.
        ClusterFailed: Dask is not installed, or no scheduler answers.
    """
    if not address:
        yield None
        return
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterFailed('--scheduler needs Dask; pip install "adbench-suite[dask]"') from error
    try:
        kind = asyncio.run(_kind(address))
    except ValueError as error:
        raise AdbenchError(f"--scheduler {address}: {error}; an address is like tcp://10.0.0.1:8786") from error
    except OSError as error:
        waited = f"waited {CONNECT_SECONDS:.0f} s"
        raise ClusterFailed(
            f"no Dask scheduler answers at {address}, {waited}; start one with `dask scheduler`"
        ) from error
    except Exception as error:  # whatever a stranger's answer does to Dask's decoder
        raise ClusterFailed(f"what answers at {address} is no Dask scheduler: {describe(error)}") from error
    if kind != "Scheduler":
        raise ClusterFailed(f"at {address} is a Dask {kind.lower()}; --scheduler takes the scheduler's address")
    for name in ("distributed.client", "distributed.utils", "tornado.application"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # of a lost scheduler we tell in a sentence
    with Client(address, timeout=CONNECT_SECONDS, set_as_default=False) as client:
        yield client


async def _kind(address: str) -> str:
    """What is at an address. A client that fails to connect prints tracebacks when it is deleted; this does not."""
    from distributed import Security
    from distributed.core import rpc

    arguments = Security().get_connection_args("client")
    async with rpc(address, timeout=CONNECT_SECONDS, connection_args=arguments) as there:
        return str((await there.identity())["type"])


class ClusterRun:
    """One conformance run on a cluster; see `adbench.runner.conformance.Run` for the arguments that are not here.

    Args:
        client: a connected Dask client.
    """

    def __init__(
        self,
        client: Client,
        *,
        case_files: tuple[str, ...],
        required: Sequence[str],
        see: Callable[[Outcome], None],
        started: Callable[[str, str], None],
        skipped: Callable[[str, str], None],
        expected: Callable[[Outcome], bool] = lambda outcome: False,
        seconds: float = CELL_SECONDS,
        memory_bytes: int = MEMORY_BYTES,
    ) -> None:
        self._client, self._address = client, client.scheduler.address
        self._case_files, self._required = case_files, required
        self._seconds, self._memory_bytes = seconds, memory_bytes
        self._see, self._started, self._skipped, self._expected = see, started, skipped, expected
        self._failures: list[AdbenchError] = []
        self._losses: Counter[str] = Counter()
        self._threads, self._counted, self._peopled = 0, float("-inf"), time.monotonic()

    def conform(self, cells: Iterable[Cell], jobs: int) -> None:
        """Check every cell; what a lost node had in hand is done again on another.

        Args:
            cells: in an order that keeps together what shares a truth.
            jobs: backends to start at once on the head, for their versions.
        Raises:
            AdbenchError: a backend that was asked for, or that is installed, does not start here; raised when the
                others are done.
            ClusterFailed: the nodes are not like the head, or there are none left, or the scheduler is gone.
        """
        cells = list(cells)
        versions = self._versions(dict.fromkeys(cell.backend for cell in cells), jobs)
        files = tuple((Path(path).name, Path(path).read_bytes()) for path in self._case_files)
        run = uuid4().hex[:12]
        setup = node.encode(node.Setup(run, node.facts(), versions, files, self._seconds, self._memory_bytes))
        try:
            self._compare(setup, node.facts() | versions)
            self._stream(f"adbench-{run}", setup, self._chunks(cell for cell in cells if cell.backend in versions))
        finally:
            self._end(setup)
        if self._failures:
            raise self._failures[0]

    def _versions(self, backends: Iterable[str], jobs: int) -> dict[str, str]:
        """Each backend's version on the head, but for those that are skipped."""
        with ThreadPoolExecutor(jobs) as pool:
            asked = {backend: pool.submit(_version, backend) for backend in backends}
        versions = {}
        for backend, answer in asked.items():
            try:
                versions[backend] = answer.result()
            except AdbenchError as error:
                self._skipped(backend, str(error))
                if backend in self._required or not isinstance(error, BackendNotInstalled):
                    self._failures.append(error)
            else:
                self._started(backend, versions[backend])
        return versions

    def _compare(self, setup: bytes, here: dict[str, str]) -> None:
        """Raise if a node is not like the head."""
        while not self._count():
            time.sleep(0.1)
        answers = self._client.run(_on_node_aside, "inspect", setup, on_error="return")
        differing = {address: _difference(here, answer) for address, answer in answers.items()}
        named = [f"{address} has {what}" for address, what in differing.items() if what]
        if named:
            more = [f"and {len(named) - NODES_NAMED} more"] if len(named) > NODES_NAMED else []
            what = " · ".join(named[:NODES_NAMED] + more)
            raise ClusterFailed(
                f"{len(named)} of {len(answers)} nodes are not like this machine: {what}; install its versions there"
            )

    def _chunks(self, cells: Iterable[Cell]) -> Iterator[node.Chunk]:
        """Cells of one backend, case, size and dtype, with their truth."""
        cases = load_cases(self._case_files)
        for (_, case, size, _), group in groupby(cells, lambda c: (c.backend, c.case, c.size, c.dtype)):
            yield node.Chunk(tuple(group), store.stored(cases[case], size))

    def _stream(self, name: str, setup: bytes, chunks: Iterator[node.Chunk]) -> None:
        """Keep the nodes busy until all chunks are done; Dask sends what a lost node had to another one."""
        from distributed import as_completed

        done = as_completed(loop=self._client.loop, with_results=True, raise_errors=False)
        again: deque[node.Chunk] = deque()
        flying: dict[Any, node.Chunk] = {}
        number = 0
        try:
            while True:
                while len(flying) < CHUNKS_A_THREAD * max(1, self._count()):
                    chunk = again.popleft() if again else next(chunks, None)
                    if chunk is None:
                        break
                    if self._is_given_up(chunk):
                        continue
                    key, number = f"{name}-{number}", number + 1
                    future = self._client.submit(_on_node, "check", setup, node.encode(chunk), key=key, pure=False)
                    flying[future] = chunk
                    done.add(future)
                if not flying:
                    return
                try:
                    future, answer = done.queue.get(timeout=1)
                except Empty:
                    continue  # to look whether there are nodes left
                again.extend(self._hear(flying.pop(future), future.status, answer))
        finally:
            self._client.cancel(list(flying))

    def _hear(self, chunk: node.Chunk, status: str, answer: Any) -> list[node.Chunk]:
        """Hand on a chunk's outcomes; returns what is to be tried again, smaller."""
        if status == "error":
            error = answer[1]
            if type(error).__name__ != "KilledWorker":
                raise ClusterFailed(f"a node failed: {describe(error)}")
            if len(chunk.cells) > 1:  # one of them is to blame
                return [node.Chunk((cell,), chunk.truth) for cell in chunk.cells]
            self._hand_on(lost(chunk.cells[0], "crash", f"every node that took it was lost: {describe(error)}"))
            return []
        if status != "finished":
            raise self._gone()
        outcomes = node.decode_answer(answer)
        if not isinstance(outcomes, list):
            raise _Refused(outcomes.message, outcomes.exit_code)
        for outcome in outcomes:
            self._hand_on(outcome)
        return []

    def _hand_on(self, outcome: Outcome) -> None:
        self._see(outcome)
        self._losses[outcome.backend] += outcome.status in LOST and not self._expected(outcome)

    def _is_given_up(self, chunk: node.Chunk) -> bool:
        """Whether the chunk's backend is broken as a whole; then its cells say so."""
        backend = chunk.cells[0].backend
        if (losses := self._losses[backend]) < MOST_CRASHES:
            return False
        for cell in chunk.cells:
            self._see(lost(cell, "crash", f"not run: {backend} was given up after it was lost on {losses} cells"))
        return True

    def _count(self) -> int:
        """Threads of all nodes, asked for once a second.

        Raises:
            ClusterFailed: there has been no node for long.
        """
        now = time.monotonic()
        if now - self._counted > 1:
            try:
                self._threads, self._counted = sum(self._client.nthreads().values()), now
            except OSError as error:
                raise self._gone() from error
            if self._threads:
                self._peopled = now
            if now - self._peopled > NODE_SECONDS:
                message = f"the scheduler at {self._address} has had no node for {NODE_SECONDS:.0f} s"
                raise ClusterFailed(f"{message}; start some with `dask worker {self._address}`")
        return self._threads

    def _gone(self) -> ClusterFailed:
        return ClusterFailed(f"the scheduler at {self._address} is gone; what was measured is kept")

    def _end(self, setup: bytes) -> None:
        """End the processes on the nodes; what this cannot reach ends by itself."""
        if self._client.status == "running":
            with suppress(Exception):
                self._client.run(_on_node_aside, "end", setup, on_error="ignore")


class _Refused(AdbenchError):
    """What a node said instead of outcomes, with the exit code that it means."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def _version(backend: str) -> str:
    worker = Worker(backend)
    worker.close()
    return worker.version


def _difference(here: dict[str, str], answer: bytes | Exception) -> str:
    if isinstance(answer, ModuleNotFoundError) and answer.name == "adbench":
        return "no adbench"
    if isinstance(answer, Exception):
        return f"another adbench: {describe(answer)}"
    there = node.decode_facts(answer)  # without backends where adbench itself differs
    return node.differences({name: version for name, version in here.items() if name in there}, there)


def _remote() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Functions that call one of `adbench.runner.node` by name: as a task, and beside the tasks.

    Dask sends a nested function by value, so that the scheduler itself needs no adbench, and its lack on a node is an
    error of the call and can be told.
    """

    def call(function: str, *arguments: bytes) -> Any:
        from importlib import import_module

        return getattr(import_module("adbench.runner.node"), function)(*arguments)

    async def aside(function: str, *arguments: bytes) -> Any:  # in a thread: the node goes on answering
        from asyncio import to_thread
        from importlib import import_module

        return await to_thread(getattr(import_module("adbench.runner.node"), function), *arguments)

    return call, aside


_on_node, _on_node_aside = _remote()
