"""A matrix as characters."""

import numpy as np
import pytest

from adbench.report.picture import picture


def test_zeros_and_magnitudes_and_signs_show():
    drawn = picture(np.array([[8.0, 4.0, 0.0], [-1.0, 0.1, 1e-9], [0.0, -8.0, 0.79]]))
    assert drawn.plain.splitlines() == ["██·", "▓▒░", "·█▒"]
    assert [drawn.plain[span.start : span.end] for span in drawn.spans if span.style == "red"] == ["▓", "█"]


def test_a_matrix_of_zeros_is_drawn():
    assert picture(np.zeros((2, 3))).plain == "···\n···"


@pytest.mark.parametrize("shape", [(1, 1), (16, 64), (17, 65), (1000, 3), (3, 1000)])
def test_the_entries_of_a_diagonal_stay_where_they_are_in_a_smaller_picture(shape):
    lines = picture(np.eye(*shape)).plain.splitlines()
    assert len(lines) == min(shape[0], 16)
    assert {len(line) for line in lines} == {min(shape[1], 64)}
    assert lines[0][0] == "█"
    for line in lines:
        assert "█" in line or shape[0] > shape[1]


def test_a_block_shows_its_largest_entry_and_its_sign():
    matrix = np.zeros((32, 1))
    matrix[:4, 0] = [1.0, -3.0, 0.0, 0.0]
    drawn = picture(matrix)
    assert drawn.plain.splitlines()[:2] == ["█", "·"]
    assert any(span.style == "red" for span in drawn.spans)
