"""Reductions: proofs, the groups beside NumPy's own reductions, and products with zeros by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adbench.case import DEFINED
from adbench.cases import reductions
from adbench.errors import InvalidCase
from adbench.oracle.certify import prove

FAMILY = {case.name.removeprefix("reductions."): case for case in DEFINED[reductions.__name__]}
every_case = pytest.mark.parametrize("case", FAMILY.values(), ids=FAMILY)
shapes = st.lists(st.integers(1, 3), min_size=1, max_size=3).map(tuple)


@every_case
def test_proves(case):
    for size in case.sizes:
        proof = prove(case, size)
        assert set(proof.truths) == set(case.dtypes)
        assert set(proof.proved) == set(case.wrt) == set(case.jacobians)


@st.composite
def reduced(draw):
    shape = draw(shapes)
    axes = draw(st.sets(st.integers(0, len(shape) - 1), min_size=1))
    signed = tuple(a - len(shape) * draw(st.booleans()) for a in axes)
    return shape, draw(st.sampled_from([None, signed, signed[0]])), draw(st.booleans())


@settings(max_examples=50)
@given(reduced())
def test_groups_of_a_reduction_are_those_that_sum_adds_up(drawn):
    shape, axis, keepdims = drawn
    x = np.random.default_rng(0).integers(-9, 10, shape)
    summed = np.tensordot(reductions.over(shape, axis, keepdims).astype(int), x, x.ndim)
    np.testing.assert_array_equal(summed, x.sum(axis=axis, keepdims=keepdims), strict=True)


@settings(max_examples=50)
@given(shapes, st.integers(-3, 2), st.booleans())
def test_groups_of_a_running_sum_are_those_that_it_adds_up(shape, axis, initial):
    axis %= len(shape)
    x = np.random.default_rng(0).integers(-9, 10, shape)
    summed = np.tensordot(reductions.up_to(shape, axis, initial).astype(int), x, x.ndim)
    np.testing.assert_array_equal(summed, np.cumulative_sum(x, axis=axis, include_initial=initial), strict=True)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("prod_one_zero", [0, -3, 0, 0]),
        ("cumulative_prod_one_zero", [[1, 0, 0, 0], [0, 2, 0, 0], [0, -6, 0, 0], [0, -3, 0, 0]]),
        ("cumulative_prod_first_zero", [[0, 0, 0], [1, 0, 0], [2, 0, 0], [8, 0, 0]]),
        ("vector_norm_zero", [0, 0.6, -0.8]),
        ("max_opposite", [0, 1, 0]),
        ("trace_above", [[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]),
    ],
)
def test_derivatives_by_hand(name, expected):
    jacobian = prove(FAMILY[name], "small").truths["float64"].jacobian["x"].high
    np.testing.assert_allclose(jacobian, expected, rtol=1e-15)


def test_of_two_zeros_no_factor_moves_the_product():
    jacobian = prove(FAMILY["prod_two_zeros"], "small").truths["float64"].jacobian["x"].high
    np.testing.assert_array_equal(jacobian[0], np.zeros((3, 3)))
    np.testing.assert_array_equal(jacobian[2, 2], [10, 15, 6])


def test_every_reduction_meets_every_axis_with_and_without_keepdims():
    expected = {f"{name}_{axis}{kept}" for name in ("sum", "prod", "mean", "max", "min", "var", "std", "vector_norm")
                for axis in reductions.AXES for kept in ("", "_kept")}  # fmt: skip
    assert expected <= set(FAMILY)


@pytest.mark.parametrize(
    ("name", "without"),
    [
        ("var_last_corrected", "var_last"),
        ("vector_norm_order_three", "vector_norm_last"),
        ("cumulative_sum_last_initial", "cumulative_sum_last"),
        ("diff_n_two", "diff_last"),
    ],
)
def test_a_keyword_that_is_dropped_is_refused(name, without):
    with pytest.raises(InvalidCase, match=r"wrong at entry|has shape"):
        prove(replace(FAMILY[name], jacobians=FAMILY[without].jacobians), "small")
