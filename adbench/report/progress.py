"""How far a command has come, on standard error: bars in a terminal, elsewhere a line a minute, JSON, or nothing."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType

import msgspec
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from rich.table import Column
from rich.text import Text

from adbench import plan

HOW = ("auto", "json", "none")
LINE_SECONDS = {"json": 1.0, "text": 60.0}  # a CI's log takes a line a minute, a program one a second
NARROW = 60  # columns of a terminal, below which numbers say more than a bar
WINDOW_SECONDS = 30.0  # over which rates are taken


class Now(msgspec.Struct, kw_only=True):
    """One line of `--progress json`.

    Attributes:
        stage: what is being done: `certify`, `run`, `bench`, `compare`, `fuzz` or `accuracy`.
        backend: empty where the stage is about all of them.
        rate: a second, over the last 30 s; None until there is one.
        counts: of what is done, by status.
    """

    stage: str
    backend: str
    done: int
    total: int
    rate: float | None
    seconds_left: float | None
    counts: dict[str, int]


class Skipped(msgspec.Struct, kw_only=True):
    """The other line of `--progress json`: a backend that does not take part, and why."""

    stage: str
    backend: str
    skipped: str


class Progress:
    """Bars that vanish when the work is done, or lines.

    Args:
        stage: what is being done.
        how: `auto` for bars in a terminal and else for a line a minute; `json` or `none`.
    Raises:
        UnknownName: there is no such way.
    """

    def __init__(self, stage: str, how: str = "auto", clock: Callable[[], float] = time.monotonic) -> None:
        plan.check_names("progress", [how], HOW)
        console = Console(stderr=True, highlight=False)
        in_terminal = console.file.isatty() and not console.is_dumb_terminal
        self._how = ("bars" if in_terminal else "text") if how == "auto" else how
        self._stage, self._clock = stage, clock
        self._bars = Bars(
            *_columns(console.width),
            console=console,
            transient=True,
            disable=self._how != "bars",
            expand=True,
            get_time=clock,
            speed_estimate_period=WINDOW_SECONDS,
        )
        self._counts: dict[TaskID, Counter[str]] = {}
        self._told: dict[TaskID, float] = {}
        self._all: TaskID | None = None

    def __enter__(self) -> Progress:
        self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._bars.stop()
        if self._how == "json":
            for task in self._bars.tasks:
                if not task.finished:
                    self._tell(task)

    def add_task(self, name: str, *, total: int, done: int = 0, stage: str = "") -> TaskID:
        """A bar for one backend; or for a stage of its own, under any name."""
        task = self._bars.add_task(name, total=total, completed=done, stage=stage)
        self._counts[task], self._told[task] = Counter(), self._clock() - (math.inf if self._how == "json" else 0)
        self._fit()
        return task

    def advance(self, task: TaskID, status: str = "", steps: int = 1) -> None:
        """`steps` more are done, with this status."""
        of = self._bars.tasks[self._place(task)]
        first = not of.completed
        if status:
            self._counts[task][status] += steps
        self._bars.advance(task, steps)
        if self._all is not None:
            self._bars.advance(self._all, steps)
        if first or of.finished:
            self._fit()
        due = self._clock() - self._told[task] >= LINE_SECONDS.get(self._how, math.inf)
        if due or (of.finished and self._how == "json"):
            self._tell(of)

    def reach(self, task: TaskID, done: int) -> None:
        """As many are done as are said here, where some were left out."""
        left = done - int(self._bars.tasks[self._place(task)].completed)
        if left > 0:
            self.advance(task, steps=left)

    def rename(self, task: TaskID, name: str) -> None:
        """Say what is being done now."""
        self._bars.update(task, description=name)

    def remove_task(self, task: TaskID) -> None:
        """Take a bar away."""
        self._bars.remove_task(task)
        self._fit()

    def skip(self, backend: str, why: str) -> None:
        """Say that a backend does not take part, and why."""
        if self._how == "json":
            self._print(msgspec.json.encode(Skipped(stage=self._stage, backend=backend, skipped=why)).decode())
        else:
            self._print(f"skipped: {why}", "yellow")

    def _fit(self) -> None:
        """Where there are more bars than lines, show those that move and one for all."""
        console, tasks = self._bars.console, [t for t in self._bars.tasks if t.id != self._all]
        if self._how != "bars" or (self._all is None and len(tasks) <= console.height - 2):
            return
        total, done = sum(t.total or 0 for t in tasks), sum(t.completed for t in tasks)
        if self._all is None:
            self._all = self._bars.add_task(f"all {len(tasks)}", total=total, completed=int(done), stage="")
        self._bars.update(self._all, description=f"all {len(tasks)}", total=total, completed=done)
        for task in tasks:
            self._bars.update(task.id, visible=task.completed > 0 and not task.finished)

    def _place(self, task: TaskID) -> int:
        return self._bars.task_ids.index(task)

    def _tell(self, task: Task) -> None:
        self._told[task.id] = self._clock()
        left = task.time_remaining
        if self._how == "text":
            rate = f", {_rate(task.speed)}, {timedelta(seconds=round(left))} left" if task.speed and left else ""
            self._print(f"{task.description}: {task.completed:.0f} of {task.total:.0f}{rate}")
            return
        stage = task.fields["stage"]
        now = Now(
            stage=stage or self._stage,
            backend="" if stage else task.description,
            done=int(task.completed),
            total=int(task.total or 0),
            rate=task.speed,
            seconds_left=left,
            counts=dict(self._counts[task.id]),
        )
        self._print(msgspec.json.encode(now).decode())

    def _print(self, line: str, style: str = "") -> None:
        self._bars.console.print(line, style=style, markup=False, soft_wrap=True)


class _RateColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(_rate(task.speed), "dim")


def _rate(speed: float | None) -> str:
    if not speed:
        return ""
    return f"{speed:,.0f}/s" if speed >= 10 else f"{speed:.2g}/s"


def _columns(width: int) -> list[ProgressColumn]:
    name = Column(no_wrap=True, overflow="ellipsis", max_width=max(8, min(32, width // 3)), justify="right")
    done, rate = (Column(no_wrap=True, justify="right") for _ in range(2))
    return [
        TextColumn("{task.description}", table_column=name, markup=False),
        *([BarColumn(bar_width=None)] if width >= NARROW else []),
        MofNCompleteColumn(table_column=done),
        _RateColumn(rate),
        TimeRemainingColumn(compact=True),
    ]
