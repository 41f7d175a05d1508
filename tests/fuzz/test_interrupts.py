"""Ctrl-C is heard, also where somebody else takes it for his own."""

import contextlib
import signal
import threading

import numpy as np
import pytest
from fakes import shaped

from adbench.fuzz.hunt import hunt
from adbench.fuzz.interrupts import noted
from adbench.runner.protocol import Tried


def test_an_interrupt_that_was_swallowed_is_told():
    before = signal.getsignal(signal.SIGINT)
    with noted() as interrupted:
        assert not interrupted()
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert interrupted()
    assert signal.getsignal(signal.SIGINT) is before


def test_it_is_raised_as_ever():
    with noted(), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_a_thread_has_no_signals_and_needs_none():
    told = []

    def run():
        with noted() as interrupted:
            told.append(interrupted())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert told == [False]


def test_a_hunt_ends_with_the_next_example_after_a_swallowed_interrupt():
    asked = []

    def ask(inputs):
        asked.append({name: np.copy(x) for name, x in inputs.items()})
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        return Tried()

    found = hunt(shaped.product, "float64", ask, backend="fake", examples=20, seed=0)
    assert found.interrupted
    assert len(asked) == 1
