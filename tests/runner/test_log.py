"""What a process writes: its last words, and a file that does not grow for ever."""

import os

import pytest

from adbench.runner import log
from adbench.runner.log import Log


@pytest.fixture
def a_log():
    one = Log()
    yield one
    one.close()


def write(a_log, text):
    os.write(a_log.fileno(), text.encode())


def test_the_tail_is_the_last_lines_in_one(a_log):
    write(a_log, "one\ntwo\n\n  three\nfour\n")
    assert a_log.tail() == "two | three | four"


def test_the_tail_of_nothing_is_empty(a_log):
    assert a_log.tail() == ""


def test_what_was_written_before_is_no_part_of_the_tail(a_log):
    write(a_log, "a warning, long ago\n")
    a_log.mark(a_log.size)
    assert a_log.tail() == ""
    write(a_log, "the end\n")
    assert a_log.tail() == "the end"


def test_bytes_that_are_no_text_and_lines_without_end_are_shown_all_the_same(a_log):
    os.write(a_log.fileno(), b"\xff\xfe\n" + b"x" * 10_000)
    assert a_log.tail() == "x" * 200


def test_a_log_that_has_grown_too_long_is_cut_to_its_end_and_goes_on_there(a_log, monkeypatch):
    monkeypatch.setattr(log, "MOST_BYTES", 5000)
    write(a_log, "x" * 5000 + "\nlast\n")
    a_log.trim()
    assert a_log.size == log.TAIL_BYTES
    write(a_log, "and on\n")
    assert a_log.size == log.TAIL_BYTES + 7  # no hole where the cut was
    assert a_log.tail().endswith("last | and on")


def test_a_mark_stays_where_it_was_when_the_log_is_cut(a_log, monkeypatch):
    monkeypatch.setattr(log, "MOST_BYTES", 5000)
    write(a_log, "x" * 5000 + "\nbefore\n")
    a_log.mark(a_log.size)
    write(a_log, "after\n")
    a_log.trim()
    assert a_log.tail() == "after"


def test_a_short_log_is_not_cut(a_log):
    write(a_log, "short\n")
    a_log.trim()
    assert a_log.size == 6
