"""Writes results files: under a lock, every line handed to the system at once, and nothing measured is ever lost."""

from __future__ import annotations

import fcntl
import os
import stat
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import msgspec

from adbench.environment import differences
from adbench.errors import AdbenchError, HarnessFailed
from adbench.results import Accuracy, Footer, Header, Line, Outcome, Sample, Started, Verdict, scan

HEADER = b'{"type":"header"'
NO_MEASUREMENT = (HEADER, b'{"type":"backend"')  # how lines begin that nobody would miss

Recorded = Started | Outcome | Sample | Verdict | Accuracy


class Journal:
    """Appends lines to a results file; without a path it keeps nothing.

    The lock is the kernel's (`flock`), which goes with the process that holds it, however that ends.

    Args:
        header: of the run that writes.
        replay: told of each line that the file holds already, for a run that goes on behind it; a last line that is
            not whole is cut off. Without it the file is begun, and must not hold a measurement.
    Attributes:
        finished: whether the file has its footer, so that nothing is left to do.
    Raises:
        AdbenchError: the file cannot be written, another process writes it, or it holds measurements; with `replay`,
            it is of another run, or a line in it is not valid.
    """

    def __init__(
        self, path: Path | None, header: Header, replay: Callable[[Recorded], None] | None = None
    ) -> None:
        self._path, self._counts, self._end = path, Counter[str](), 0
        self._file: int | None = None
        self.finished = False
        if path is None:
            return
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
            if stat.S_ISREG(os.fstat(self._file).st_mode):  # a pipe holds nothing
                _lock(self._file, path)
                if replay is None:
                    _refuse_measurements(path)
                else:
                    self._replay(path, header, replay)
                os.ftruncate(self._file, self._end)
            if not self._end:
                self._put(header)
        except OSError as error:
            self._release()
            raise AdbenchError(f"cannot write {path}: {error.strerror}") from error
        except BaseException:
            self._release()
            raise

    def write(self, line: Recorded) -> None:
        """Append one line.

        Raises:
            HarnessFailed: there is no room for it; the file then ends with the line before.
        """
        self._count(line)
        self._put(line)

    def close(self, seconds: float) -> None:
        """Append the footer."""
        self._put(Footer(counts=dict(self._counts), seconds=seconds))
        if self._file is not None:
            with suppress(OSError):  # a pipe cannot
                os.fsync(self._file)
        self._release()

    def _replay(self, path: Path, header: Header, replay: Callable[[Recorded], None]) -> None:
        if not _has_header(path):
            return
        for end, line in scan(path, whole=True):
            if isinstance(line, Header):
                if different := differences(line, header):
                    raise AdbenchError(f"{path} is of another run: {'; '.join(different)}")
            elif isinstance(line, Footer):
                self.finished = True
            else:
                self._count(line)
                replay(line)
            self._end = end

    def _count(self, line: Recorded) -> None:
        if not isinstance(line, Started):
            self._counts[line.status] += 1

    def _put(self, line: Line) -> None:
        if self._file is None:
            return
        data = msgspec.json.encode(line) + b"\n"
        try:
            written = 0
            while written < len(data):  # a disk that fills up takes a part
                written += os.write(self._file, data[written:])
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._file, self._end)
            raise HarnessFailed(
                f"cannot write {self._path}: {error.strerror}; what was measured until then is kept"
            ) from error
        self._end += len(data)

    def _release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._release()


def _has_header(path: Path) -> bool:
    """Whether the first line is whole; it may have been cut short, but what is there must be of a header."""
    with path.open("rb") as file:
        first = file.readline()
    if not HEADER.startswith(first[: len(HEADER)]):
        raise AdbenchError(f"{path} is not a results file")
    return first.endswith(b"\n")


def _refuse_measurements(path: Path) -> None:
    with path.open("rb") as file:
        if any(not line.startswith(NO_MEASUREMENT) for line in file):
            raise AdbenchError(
                f"{path} is there already and would be lost; `adbench run --resume` goes on with a run that was cut "
                "short, anything else needs another file"
            )


def _lock(file: int, path: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise AdbenchError(f"{path} is being written by {_holder(file)}; two runs cannot write one file") from error


def _holder(file: int) -> str:
    """The process that has the lock, as far as the system tells: its number and command."""
    inode = f":{os.fstat(file).st_ino}"
    with suppress(OSError):
        for line in Path("/proc/locks").read_text(encoding="utf-8").splitlines():
            _, kind, _, _, pid, held, *_ = line.split()  # 1: FLOCK ADVISORY WRITE 4711 08:01:3214 0 EOF
            if kind == "FLOCK" and held.endswith(inode):
                command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                return f"process {pid} ({command.strip()[:200]})"
    return "another process"
