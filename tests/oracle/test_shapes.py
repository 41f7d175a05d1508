"""Functions of shapes, indices and dtypes against NumPy; what they move keeps its derivatives."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.arrays import active, arrays, jacobian, values

from adbench.errors import Undecided
from adbench.oracle.jet import Jet
from adbench.oracle.namespace import NAMESPACE as XP
from adbench.oracle.namespace import jets

some = settings(max_examples=50, deadline=None)


def moves(call, x):
    """The oracle's function gives NumPy's values, and each entry's derivative is that of the entry it came from."""
    y, expected = call(XP, active(x)), call(np, x)
    assert np.shape(y) == np.shape(expected)
    assert values(y).tolist() == np.asarray(expected).tolist()
    places = np.ravel(call(np, 1 + np.arange(x.size).reshape(x.shape))).astype(int)  # 0 is what was filled in
    assert jacobian(y, x.size).tolist() == np.eye(x.size + 1, x.size, -1)[places].tolist()


@given(data=st.data(), name=st.sampled_from(["tril", "triu"]), k=st.integers(-4, 4))
@some
def test_triangles(data, name, k):
    moves(lambda xp, x: getattr(xp, name)(x, k=k), arrays(data.draw, min_dims=2))


@given(data=st.data())
@some
def test_unstack_is_numpys(data):
    x = arrays(data.draw, min_dims=1, min_side=1)
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    parts = XP.unstack(active(x), axis=axis)
    assert isinstance(parts, tuple)
    moves(lambda xp, x: xp.stack(xp.unstack(x, axis=axis), axis=axis), x)
    assert all(np.shape(p) == np.delete(x.shape, axis).tolist() or np.ndim(p) == x.ndim - 1 for p in parts)


@given(data=st.data())
@some
def test_take_along_axis(data):
    x = arrays(data.draw, min_dims=1, min_side=1)
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    indices = np.argsort(x, axis=axis)[:1] if axis % x.ndim and data.draw(st.booleans()) else np.argsort(x, axis=axis)
    moves(lambda xp, x: xp.take_along_axis(x, indices, axis=axis), x)


@pytest.mark.parametrize("indexing", ["xy", "ij"])
def test_meshgrid(indexing):
    operands = [np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0]), np.array(6.0)]
    for n in (0, 1, 2, 3):
        got, expected = (lib.meshgrid(*operands[:n], indexing=indexing) for lib in (XP, np))
        assert isinstance(got, list)
        assert [values(g).tolist() for g in got] == [e.tolist() for e in expected]
    first, _ = XP.meshgrid(active([1.0, 2.0]), jets([1.0, 2.0, 3.0]), indexing=indexing)
    assert jacobian(first, 2).sum(axis=0).tolist() == [3, 3]


def test_broadcast_arrays():
    x, y = XP.broadcast_arrays(active([[1.0], [2.0]]), jets([3.0, 4.0]))
    assert values(x).tolist() == [[1, 1], [2, 2]]
    assert values(y).tolist() == [[3, 4], [3, 4]]
    assert jacobian(x, 2).tolist() == [[1, 0], [1, 0], [0, 1], [0, 1]]


@given(data=st.data())
@some
def test_rearrangements_keep_derivatives_where_they_belong(data):
    x = arrays(data.draw, min_dims=2)
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    shift, times = data.draw(st.integers(-4, 4)), data.draw(st.integers(0, 3))
    moves(lambda xp, x: xp.flip(x, axis=axis), x)
    moves(lambda xp, x: xp.roll(x, shift, axis=axis), x)
    moves(lambda xp, x: xp.roll(x, (shift, times), axis=(axis, 0)), x)
    moves(lambda xp, x: xp.repeat(x, times, axis=axis), x)
    moves(lambda xp, x: xp.tile(x, (times, 1)), x)
    moves(lambda xp, x: xp.moveaxis(x, axis, 0), x)
    moves(lambda xp, x: xp.expand_dims(x, axis=axis), x)
    moves(lambda xp, x: xp.concat([x, x], axis=axis), x)
    moves(lambda xp, x: xp.matrix_transpose(x), x)
    moves(lambda xp, x: x[..., ::-1, None], x)


def test_created_whole_numbers_are_indices():
    x = active(np.array([1.0, 2.0, 4.0]))
    index = XP.asarray([2, 0], dtype=XP.int64)
    assert index.dtype == np.int64
    assert values(x[index]).tolist() == [4.0, 1.0]
    assert values(x[XP.asarray([True, False, True], dtype=XP.bool)]).tolist() == [1.0, 4.0]


def test_the_same_entry_taken_twice():
    moves(lambda xp, x: xp.take(x, np.array([2, 0, 2, -1])), np.array([1.0, 2.0, 3.0]))
    moves(lambda xp, x: xp.take(x, np.array([[1, 1]]), axis=-1), np.array([[1.0, 2.0], [3.0, 4.0]]))
    moves(lambda xp, x: xp.repeat(x, np.array([0, 2, 1])), np.array([1.0, 2.0, 3.0]))


def test_where_takes_the_whole_jet_of_one_side():
    x = active([1.0, -2.0])
    y = XP.where(x > 0, x * x, 3 * x)
    assert jacobian(y, 2).tolist() == [[2, 0], [0, 3]]


@pytest.mark.parametrize("endpoint", [True, False])
@pytest.mark.parametrize("num", [0, 1, 2, 5])
def test_linspace(num, endpoint):
    got = XP.linspace(0.3, -2.0, num, endpoint=endpoint)
    expected = np.linspace(0.3, -2.0, num, endpoint=endpoint)
    assert got.shape == expected.shape
    np.testing.assert_allclose(values(got), expected, rtol=1e-15)


def test_linspace_is_differentiated_by_its_ends(variable):
    y = XP.linspace(variable(0.0, 1, 0), variable(1.0, 0, 1), 5)
    assert jacobian(y, 2).tolist() == [[1, 0], [0.75, 0.25], [0.5, 0.5], [0.25, 0.75], [0, 1]]


def test_thirds_are_enclosed():
    third = XP.linspace(0, 1, 4)[1].value
    assert third.contains(arb(1) / 3) or third.overlaps(arb(1) / 3)
    assert third.rad() > 0


# dtypes


def test_astype():
    x = active([1.5, -1.5, 0.25])
    assert XP.astype(x, XP.float64).tolist() == x.tolist()
    assert XP.astype(x, np.float32).tolist() == x.tolist()
    assert XP.astype(x, XP.bool).tolist() == [True, True, True]
    whole = XP.astype(x, XP.int64)
    assert whole.dtype == np.int64
    assert whole.tolist() == [1, -1, 0]
    assert XP.astype(np.array([1, 2]), XP.float64)[0].value == 1
    assert XP.astype(jets(2.0), XP.int32).shape == ()
    assert XP.astype(jets(np.zeros((0, 2))), XP.int64).shape == (0, 2)


def test_astype_of_an_integer_is_a_jump():
    assert XP.astype(jets([2.0, 2.0**60]), XP.int64).tolist() == [2, 2**60]
    for number in (active([2.0])[0], Jet(arb(3, 1e-9))):
        with pytest.raises(Undecided):
            XP.astype(np.array([number]), XP.int64)


@pytest.mark.parametrize(
    ("dtype", "kind", "answer"),
    [
        ("float64", "real floating", True),
        ("float64", "numeric", True),
        ("float64", "integral", False),
        ("float64", "complex floating", False),
        ("float64", ("bool", "real floating"), True),
        ("int64", "signed integer", True),
        ("int64", "unsigned integer", False),
        ("int64", "numeric", True),
        ("bool", "bool", True),
        ("bool", "numeric", False),
    ],
)
def test_isdtype(dtype, kind, answer):
    assert XP.isdtype(getattr(XP, dtype), kind) is answer


def test_isdtype_of_a_dtype():
    assert XP.isdtype(jets([1.0]).dtype, XP.float64)
    assert not XP.isdtype(XP.int64, XP.float64)
    with pytest.raises(TypeError, match="not understood"):
        XP.isdtype(XP.int64, "integers")


def test_result_type():
    assert XP.result_type(XP.int64, XP.float64) == XP.float64
    assert XP.result_type(np.array([1]), 2.5) == XP.float64
    assert XP.result_type(np.array([1]), np.array([True])) == XP.int64
    assert XP.result_type(jets([1.0]), 1) == XP.float64
