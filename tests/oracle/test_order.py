"""Sorting and searching against NumPy; derivatives go where the entries go; ties are Undecided."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.arrays import active, arrays, curvature, jacobian, values

from adbench.errors import Undecided
from adbench.oracle.jet import Jet
from adbench.oracle.namespace import NAMESPACE as XP
from adbench.oracle.namespace import jets

some = settings(max_examples=40, deadline=None)


@given(data=st.data(), descending=st.booleans())
@some
def test_sort_and_argsort_along_any_axis(data, descending):
    x = arrays(data.draw, min_dims=1)
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    order = np.argsort(-x if descending else x, axis=axis, kind="stable")
    got = XP.argsort(jets(x), axis=axis, descending=descending)
    assert got.dtype == np.int64
    assert got.tolist() == order.tolist()
    y = XP.sort(active(x), axis=axis, descending=descending)
    assert values(y).tolist() == np.take_along_axis(x, order, axis=axis).tolist()
    places = np.take_along_axis(np.arange(x.size).reshape(x.shape), order, axis=axis)
    assert jacobian(y, x.size).tolist() == np.eye(x.size)[places.ravel()].tolist()
    assert not curvature(y, x.size).any()


def test_equal_constants_keep_their_order_either_way():
    x = jets([2.0, 1.0, 2.0, 1.0])
    assert XP.argsort(x).tolist() == [1, 3, 0, 2]
    assert XP.argsort(x, descending=True).tolist() == [0, 2, 1, 3]


@pytest.mark.parametrize("name", ["sort", "argsort", "argmax", "argmin"])
def test_ties_are_undecided_where_a_derivative_is_asked_for(name):
    with pytest.raises(Undecided):
        getattr(XP, name)(active([2.0, 1.0, 2.0, 1.0]))


def test_balls_that_overlap_have_no_order():
    with pytest.raises(Undecided):
        XP.sort(np.array([Jet(arb(1, 0.5)), Jet(arb(1.25, 0.5))]))


@given(data=st.data(), keepdims=st.booleans(), name=st.sampled_from(["argmax", "argmin"]))
@some
def test_places_of_extremes(data, keepdims, name):
    x = arrays(data.draw, min_dims=1, min_side=1)
    axis = data.draw(st.none() | st.integers(-x.ndim, x.ndim - 1))
    got, expected = (getattr(lib, name)(a, axis=axis, keepdims=keepdims) for lib, a in ((XP, jets(x)), (np, x)))
    assert np.shape(got) == np.shape(expected)
    assert np.asarray(got).tolist() == np.asarray(expected).tolist()


def test_the_first_of_equal_constants_is_the_extreme():
    assert XP.argmax(jets([1.0, 3.0, 3.0])) == 1
    assert XP.argmin(jets([1.0, 1.0, 3.0])) == 0


@pytest.mark.parametrize("name", ["argmax", "argmin"])
def test_nothing_has_no_extreme(name):
    with pytest.raises(ValueError, match="extreme of nothing"):
        getattr(XP, name)(jets(np.zeros((2, 0))), axis=1)


@given(row=st.lists(st.integers(-5, 5), max_size=6), data=st.data(), side=st.sampled_from(["left", "right"]))
@some
def test_searchsorted(row, data, side):
    sought = np.array(data.draw(st.lists(st.integers(-6, 6), max_size=4)), dtype=float)
    x = np.array(row, dtype=float)
    sorter = np.argsort(x, kind="stable")
    for a, options in ((np.sort(x), {}), (x, {"sorter": sorter})):
        got = XP.searchsorted(jets(a), jets(sought), side=side, **options)
        assert got.tolist() == np.searchsorted(a, sought, side=side, **options).tolist()
        assert got.dtype == np.int64


def test_searchsorted_for_a_number_and_for_a_table():
    x = jets([1.0, 2.0, 4.0])
    assert XP.searchsorted(x, jets(3.0)).shape == ()
    assert XP.searchsorted(x, active([[0.0, 5.0], [1.5, 2.5]])).tolist() == [[0, 3], [1, 2]]
    with pytest.raises(Undecided):
        XP.searchsorted(x, active([2.0]))


def test_nonzero():
    x = np.array([[0.0, 1.0], [-2.0, 0.0]])
    assert [i.tolist() for i in XP.nonzero(jets(x))] == [i.tolist() for i in np.nonzero(x)]
