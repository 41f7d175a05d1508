"""Progress: bars that fit a terminal, lines that a program can read, and silence."""

import json
import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from fcntl import ioctl
from struct import pack
from termios import TIOCSWINSZ

import pytest
from fakes import CASES

from adbench.commands.run import run
from adbench.errors import UnknownName
from adbench.report import progress
from adbench.report.progress import Progress

WRONG = "fakes.wrong:WrongSign"


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def go_on(bars, task, clock, steps, seconds, status="pass"):
    for _ in range(steps):
        clock.now += seconds
        bars.advance(task, status)


def objects(capsys):
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_json_tells_the_first_the_last_and_one_a_second(capsys, clock):
    with Progress("run", "json", clock) as bars:
        task = bars.add_task("numpy", total=40)
        go_on(bars, task, clock, 39, 0.1)
        go_on(bars, task, clock, 1, 0.1, "fail")
    first, *middle, last = objects(capsys)
    assert first == {
        "stage": "run",
        "backend": "numpy",
        "done": 1,
        "total": 40,
        "rate": None,
        "seconds_left": None,
        "counts": {"pass": 1},
    }
    assert 2 <= len(middle) <= 4
    assert all(line["rate"] == pytest.approx(10) for line in middle)
    assert all(line["seconds_left"] == pytest.approx((40 - line["done"]) / 10, abs=1) for line in middle)
    assert (last["done"], last["seconds_left"], last["counts"]) == (40, 0, {"pass": 39, "fail": 1})


def test_json_tells_where_it_was_left(capsys, clock):
    with suppress(KeyboardInterrupt), Progress("run", "json", clock) as bars:
        task = bars.add_task("numpy", total=100, done=50)
        go_on(bars, task, clock, 3, 0.1)
        raise KeyboardInterrupt
    assert [line["done"] for line in objects(capsys)] == [51, 53]


def test_json_tells_of_a_backend_that_is_skipped(capsys, clock):
    with Progress("run", "json", clock) as bars:
        task = bars.add_task("jax", total=10)
        bars.skip("jax", 'jax is not installed; pip install "adbench-suite[jax]"')
        bars.remove_task(task)
    (line,) = objects(capsys)
    assert line["backend"] == "jax"
    assert line["skipped"].startswith("jax is not installed")


def test_a_stage_of_its_own_is_about_no_backend(capsys, clock):
    with Progress("run", "json", clock) as bars:
        go_on(bars, bars.add_task("certifying truth", total=1, stage="certify"), clock, 1, 1, "")
    assert [(line["stage"], line["backend"], line["counts"]) for line in objects(capsys)] == [("certify", "", {})]


def test_what_was_left_out_is_caught_up_with(capsys, clock):
    with Progress("fuzz", "json", clock) as bars:
        task = bars.add_task("numpy", total=10)
        go_on(bars, task, clock, 3, 0.1)
        bars.reach(task, 10)
        bars.reach(task, 5)
    assert [line["done"] for line in objects(capsys)] == [1, 10]


def test_without_a_terminal_a_short_run_is_silent_and_a_long_one_says_a_line_a_minute(capsys, clock):
    with Progress("run", clock=clock) as bars:
        task = bars.add_task("numpy", total=1000)
        go_on(bars, task, clock, 59, 1)
        assert capsys.readouterr().err == ""
        go_on(bars, task, clock, 61, 1)
    assert capsys.readouterr().err.splitlines() == [
        "numpy: 60 of 1000, 1/s, 0:15:40 left",
        "numpy: 120 of 1000, 1/s, 0:14:40 left",
    ]


def test_none_is_silent_but_for_what_is_skipped(capsys, clock):
    with Progress("run", "none", clock) as bars:
        go_on(bars, bars.add_task("numpy", total=200), clock, 200, 1)
        bars.skip("jax", "jax is not installed")
    assert capsys.readouterr().err == "skipped: jax is not installed\n"


def test_a_run_tells_the_progress_of_each_backend(capsys):
    assert run(["small"], backends=["manual", WRONG], case_files=(CASES,), progress="json") == 1
    last = {line["backend"]: line for line in objects(capsys) if line["stage"] == "run"}
    assert {name: (line["done"], line["total"], line["counts"]) for name, line in last.items()} == {
        "manual": (6, 6, {"pass": 6}),
        WRONG: (6, 6, {"fail": 6}),
    }


def test_another_way_is_refused():
    with pytest.raises(UnknownName, match="no progress named 'jsno'; did you mean json"):
        Progress("run", "jsno")


# In a terminal

DEMO = """
import sys
from adbench.report.progress import Progress
with Progress("run") as bars:
    tasks = [bars.add_task(name, total=50) for name in sys.argv[1:]]
    for pair in zip(tasks[::2], tasks[1::2]):
        for _ in range(50):
            for task in pair:
                bars.advance(task, "pass")
        bars._bars.refresh()
"""


def screens(columns, rows, names):
    """What a terminal of this size shows, frame by frame, as lists of lines."""
    parent, child = pty.openpty()
    ioctl(child, TIOCSWINSZ, pack("HHHH", rows, columns, 0, 0))
    without = {"COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"}
    env = {k: v for k, v in os.environ.items() if k not in without} | {"TERM": "xterm", "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen([sys.executable, "-c", DEMO, *names], stderr=child, stdout=child, stdin=child, env=env)
    os.close(child)
    shown = b""
    while True:
        try:
            chunk = os.read(parent, 1 << 16)
        except OSError:  # how Linux says that the other end is closed
            break
        if not chunk:
            break
        shown += chunk
    os.close(parent)
    assert process.wait() == 0
    frames = re.split(r"\x1b\[2K(?:\x1b\[1A\x1b\[2K)*", shown.decode())
    plain = [re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", frame).replace("\r", "") for frame in frames]
    return [frame.splitlines() for frame in plain if frame.strip()]


@pytest.mark.parametrize("columns", [40, 80, 140])
def test_bars_fit_the_width_of_the_terminal(columns):
    shown = screens(columns, 24, ["numpy", "fakes.killers:WritesGarbageForEver"])
    assert max(len(line) for lines in shown for line in lines) <= columns
    (last,) = [lines for lines in shown if sum("50/50" in line for line in lines) == 2][-1:]
    assert last[0].split()[0] == "numpy"
    assert last[1].split()[0].startswith("fakes.kil")
    assert ("━" in last[0]) == (columns >= progress.NARROW)


def test_more_backends_than_lines_show_those_that_move_and_all_together():
    shown = screens(80, 10, [f"backend{i}" for i in range(30)])
    assert max(map(len, shown)) <= 10
    assert any(line.split()[:2] == ["all", "30"] for line in shown[-1])
    assert not any("50/50" in line for line in shown[-1])
