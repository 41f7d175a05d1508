"""Where a run took place, as facts for the results file."""

from __future__ import annotations

import os
import platform
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from adbench import __version__
from adbench.results import SCHEMA, Header


def header(command: str, threads: int = 1) -> Header:
    """The header of a results file that is begun now."""
    return Header(
        schema=SCHEMA,
        adbench=__version__,
        command=command,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        environment={
            "python": platform.python_version(),
            "numpy": np.__version__,
            "platform": platform.platform(),
            "processor": _processor(),
            "cores": os.cpu_count() or 0,
            "threads": threads,
        },
    )


def command_line() -> str:
    """What the user typed, to be typed again."""
    return shlex.join(["adbench", *sys.argv[1:]])


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
