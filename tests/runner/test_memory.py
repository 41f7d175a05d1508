"""Memory of a process as another sees it."""

import os
import subprocess
import sys

import numpy as np
import pytest

from adbench.runner import memory
from adbench.runner.memory import resident_bytes

HELD = 64 << 20


def held_and_let_go():
    before = resident_bytes(os.getpid())
    block = np.ones(HELD // 8)
    during = resident_bytes(os.getpid())
    del block
    return before, during


def test_memory_that_is_touched_is_seen():
    before, during = held_and_let_go()
    assert 0.9 * HELD < during - before < 1.5 * HELD


def test_memory_that_is_only_reserved_is_not():
    before = resident_bytes(os.getpid())
    block = np.empty(1 << 27)
    assert resident_bytes(os.getpid()) - before < block.nbytes / 10


def test_a_process_that_has_ended_holds_none():
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    assert resident_bytes(done.pid) == 0


@pytest.mark.skipif(not os.path.exists("/bin/ps"), reason="there is no ps")
def test_ps_says_the_same():
    assert memory._asked_of_ps(os.getpid()) == pytest.approx(resident_bytes(os.getpid()), rel=0.1)
