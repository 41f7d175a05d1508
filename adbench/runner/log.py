"""What a process writes on its two streams: a file without a name, cut back to its end before it fills the disk."""

from __future__ import annotations

import fcntl
import os
import tempfile

MOST_BYTES = 1 << 24  # a flood writes a hundred times this between two looks at it, which a disk can bear
TAIL_BYTES = 2000
TAIL_LINES = 3  # what C++ says of an uncaught exception takes two


class Log:
    """A file for `Popen`'s `stdout` and `stderr`."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 (closed by `close`)
        # After a cut the next write is to go to the new end, not to where the old one was.
        fcntl.fcntl(self._file, fcntl.F_SETFL, fcntl.fcntl(self._file, fcntl.F_GETFL) | os.O_APPEND)
        self._mark = 0

    def fileno(self) -> int:
        return self._file.fileno()

    @property
    def size(self) -> int:
        return os.fstat(self._file.fileno()).st_size

    def mark(self, size: int) -> None:
        """What comes after the first `size` bytes belongs to the next cell."""
        self._mark = size

    def trim(self) -> None:
        """Drop all but the end of a log that has grown too long."""
        if (size := self.size) > MOST_BYTES:
            end = os.pread(self._file.fileno(), TAIL_BYTES, size - TAIL_BYTES)
            os.ftruncate(self._file.fileno(), 0)
            self._file.write(end)
            self._mark = max(0, self._mark - (size - TAIL_BYTES))

    def tail(self) -> str:
        """The last lines written after the mark, as one; empty if there are none."""
        start = max(self.size - TAIL_BYTES, self._mark)
        lines = os.pread(self._file.fileno(), TAIL_BYTES, start).decode(errors="replace").splitlines()
        return " | ".join([line.strip()[:200] for line in lines if line.strip()][-TAIL_LINES:])

    def close(self) -> None:
        self._file.close()
