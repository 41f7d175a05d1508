"""Wall time of `adbench --help` and of a bare `adbench run`, nothing cached, then all of it.

`python benchmarks/help_and_run.py`
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

ADBENCH = [sys.executable, "-c", "from adbench.cli import main; main()"]
HELP_FIGURE, RUN_FIGURE = 0.2, 90.0  # seconds, issue 2


def main() -> None:
    """Run both and print their times beside their figures."""
    with tempfile.TemporaryDirectory() as cache:
        helps = [seconds(["--help"], cache)[0] for _ in range(11)]
        report("adbench --help, median of 11", statistics.median(helps), HELP_FIGURE)
        for state in ("nothing cached", "all cached"):
            taken, last_line = seconds(["run"], cache)
            report(f"adbench run, {state}", taken, RUN_FIGURE, last_line)


def seconds(arguments: list[str], cache: str) -> tuple[float, str]:
    """Wall time of a command and the last line that it printed."""
    start = time.perf_counter()
    done = subprocess.run(
        [*ADBENCH, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, "ADBENCH_CACHE": cache},
    )
    taken = time.perf_counter() - start
    if done.returncode not in (0, 1):
        sys.exit(f"adbench {' '.join(arguments)} ended with {done.returncode}: {done.stderr.strip()}")
    return taken, f"exit code {done.returncode}; {done.stdout.strip().splitlines()[-1]}"


def report(what: str, taken: float, figure: float, note: str = "") -> None:
    verdict = "reached" if taken < figure else "NOT reached"
    print(f"{what:32}{taken:8.2f} s   figure {figure:g} s, {verdict}   {note}", flush=True)


if __name__ == "__main__":
    main()
