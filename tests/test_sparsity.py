"""Structures: what is refused of them, and colourings that tell every entry from every other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize._numdiff import group_columns

from adbench.case import Case
from adbench.errors import InvalidCase
from adbench.sparsity import colour, structure_of

patterns = st.integers(1, 12).flatmap(
    lambda m: st.lists(st.lists(st.booleans(), min_size=m, max_size=m), min_size=1, max_size=12)
)


def declaring(matrix, **fields):
    """A case x ↦ M x, x in two parts, that declares where M is not zero."""
    matrix = np.asarray(matrix, dtype=float)
    made = Case(
        name="test.linear",
        function=lambda xp, a, b: xp.asarray(matrix) @ xp.concat([a, b]),
        wrt=("a", "b"),
        sizes={"small": {}},
        **fields,
    )
    made.inputs(lambda rng: {"a": rng.standard_normal(1), "b": rng.standard_normal(matrix.shape[1] - 1)})
    made.sparsity(lambda a, b: np.nonzero(matrix))
    return made


def structure(matrix, **options):
    case = declaring(matrix)
    return structure_of(case, case.make_inputs("small"), **options)


@settings(max_examples=40, deadline=None)
@given(patterns)
def test_lines_of_one_colour_never_meet(rows):
    matrix = np.array(rows)
    lines, crossings = np.nonzero(matrix)
    if not lines.size:
        return
    colours = colour(lines, crossings, len(matrix))
    assert set(colours) == set(range(colours.max() + 1))
    for c in range(colours.max() + 1):
        assert (matrix[colours == c].sum(axis=0) <= 1).all()


@settings(max_examples=40, deadline=None)
@given(patterns.filter(lambda rows: len(rows[0]) > 1 and np.any(rows)), st.booleans())
def test_every_entry_is_found_in_what_the_seeds_compress(rows, by_columns):
    matrix = np.array(rows) * np.arange(1.0, 1 + np.size(rows)).reshape(np.shape(rows))
    found = structure(matrix, by_columns=by_columns)
    seeds = found.seeds("float64")
    if found.by_columns:
        compressed = np.concatenate([seed.reshape(found.count, -1) for seed in seeds], axis=1) @ matrix.T
    else:
        compressed = seeds @ matrix
    np.testing.assert_array_equal(compressed[found.found], matrix[found.rows, found.columns])
    compressed[found.found] = 0
    assert (compressed == 0).all()


@pytest.mark.parametrize("by_columns", [False, True])
def test_the_mode_is_that_of_fewer_passes(by_columns):
    arrow = np.eye(6) + np.eye(6)[:, [0] * 6]  # its first row is full
    wide = arrow.T if by_columns else arrow
    found = structure(wide != 0)
    assert (found.by_columns, found.count) == (by_columns, 2)
    assert structure(wide != 0, by_columns=True).by_columns


def test_as_few_colours_as_scipy_finds_for_a_banded_matrix():
    band = np.abs(np.subtract.outer(np.arange(40), np.arange(40))) <= 2
    assert structure(band).count == group_columns(band, order=np.arange(40)).max() + 1 == 5


def test_seeds_are_split_by_input_and_have_the_dtype():
    first, rest = structure(np.ones((3, 3)) - np.eye(3), by_columns=True).seeds("float32")
    assert (first.shape, rest.shape, first.dtype) == ((3, 1), (3, 2), np.float32)


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        (([0, 2], [0, 0]), r"declares entry \[2, 0\] of a Jacobian of shape \(2, 3\)"),
        (([0, -1], [0, 0]), r"declares entry \[-1, 0\]"),
        (([0, 1, 0], [0, 2, 0]), r"declares entry \[0, 0\] twice"),
        (([0, 1], [0]), "must be two lists of integers"),
        (([0.0, 1.0], [0.0, 1.0]), "must be two lists of integers"),
        ((np.zeros(0, int), np.zeros(0, int)), "declares no entry at all"),
    ],
)
def test_what_is_no_structure_is_refused_with_its_place(declared, message):
    case = declaring(np.ones((2, 3)), path="here.py", line=7)
    case.sparsity(lambda a, b: declared)
    with pytest.raises(InvalidCase, match=rf"^test.linear \(here.py:7\): .*{message}"):
        structure_of(case, case.make_inputs("small"))


def test_complex_cases_and_those_without_have_none():
    case = declaring(np.ones((2, 3)))
    with pytest.raises(InvalidCase, match="only real cases"):
        structure_of(case, {"a": np.ones(1), "b": np.ones(2) * 1j})
    case.structure = None
    assert not case.takes("jacsparse")
    assert case.takes("jvp")
    with pytest.raises(InvalidCase, match=r"declares no structure .*\.sparsity"):
        structure_of(case, case.make_inputs("small"))
