"""Runs of `adbench run` on the small cases, on workers that answer at once or go wrong as a test wants it."""

from pathlib import Path

import msgspec
from fakes import CASES

from adbench.commands import run as command
from adbench.results import Outcome, read

NAMES = ("small.cubic", "small.quotient", "small.far")


class Workers:
    """Stands for `Run`: every cell passes, in no time.

    Attributes:
        versions: of backends, where it is not 1.0; None for one that is not installed.
        seen: cells that were checked, in order, over all runs.
        dies_after: cells, after which something ends the run.
    """

    def __init__(self):
        self.versions, self.seen, self.dies_after, self.death = {}, [], 10**9, KeyboardInterrupt()

    def __call__(self, *, see, started, skipped, **_):
        self.see, self.started, self.skipped = see, started, skipped
        return self

    def conform(self, cells, jobs):
        left = self.dies_after
        for backend in dict.fromkeys(cell.backend for cell in cells):
            if (version := self.versions.get(backend, "1.0")) is None:
                self.skipped(backend, f"{backend} is not installed")
                continue
            self.started(backend, version)
            for cell in (c for c in cells if c.backend == backend):
                if not left:
                    raise self.death
                left -= 1
                self.seen.append(cell.id)
                self.see(Outcome(**cell.fields(), status="pass", ulps=0.5, seconds=len(self.seen) / 8))


def run(path, *, backends=("numpy", "manual"), **options):
    return command.run(["small"], backends=backends, case_files=(CASES,), json=path, jobs=1, **options)


def cells(path):
    return [line.cell for line in read(path) if isinstance(line, Outcome)]


def timeless(path: Path):
    """The lines of a file without what differs from run to run."""
    zeros = {"seconds": 0.0, "started": "", "command": ""}
    return [
        msgspec.structs.replace(line, **{name: zero for name, zero in zeros.items() if hasattr(line, name)})
        for line in read(path)
    ]
