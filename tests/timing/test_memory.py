"""The peak of memory over a call."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from adbench.timing.memory import peak_bytes

tells = pytest.mark.skipif(
    not sys.platform.startswith("linux") or peak_bytes(lambda: None) is None, reason="needs /proc/self/clear_refs"
)
MB = 1 << 20


def in_a_new_process(code):
    """What `peak` is after the code. A process of many tests has holes in its memory, which a call fills unseen."""
    script = f"import numpy as np\nfrom adbench.timing.memory import peak_bytes\n{code}\nprint(peak)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return int(done.stdout)


@tells
@pytest.mark.parametrize("size", [16, 64, 200])
def test_what_is_allocated_and_freed_within_a_call_is_seen(size):
    peak = in_a_new_process(f"peak = peak_bytes(lambda: np.ones({size} << 17))")
    assert peak == pytest.approx(size * MB, abs=6 * MB)


@tells
def test_the_most_at_one_time_counts_and_not_the_sum():
    def one_after_the_other():
        for _ in range(4):
            np.ones(32 << 17)

    assert peak_bytes(one_after_the_other) == pytest.approx(32 * MB, abs=6 * MB)


@tells
def test_an_earlier_peak_does_not_hide_it_and_memory_that_was_freed_is_taken_anew():
    twenty = "peak = peak_bytes(lambda: [np.ones(1 << 17) for _ in range(20)])"
    peak = in_a_new_process(f"np.ones(300 << 17)\nfor _ in range(3): {twenty}")
    assert peak == pytest.approx(20 * MB, abs=6 * MB)


@tells
def test_a_call_that_allocates_nothing_adds_nothing():
    assert peak_bytes(lambda: None) < 2 * MB


def test_where_the_system_does_not_tell_there_is_none_and_no_call(monkeypatch):
    def refused(self, text):
        raise PermissionError

    monkeypatch.setattr(Path, "write_text", refused)
    calls = []
    assert peak_bytes(lambda: calls.append(0)) is None
    assert not calls


@tells
def test_the_calls_own_errors_are_its_own():
    def fails():
        raise OSError("mine")

    with pytest.raises(OSError, match="mine"):
        peak_bytes(fails)
