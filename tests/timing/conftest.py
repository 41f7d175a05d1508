"""A clock that stands still but when it is told to go on."""

import time

import pytest
from fakes import timed


class Clock:
    now = 0.0

    def tick(self, seconds):
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    """The clock that samples are taken by, and that the fakes of `fakes.timed` pass time on."""
    made = Clock()
    monkeypatch.setattr(time, "perf_counter", lambda: made.now)
    monkeypatch.setattr(timed, "spend", made.tick)
    return made
