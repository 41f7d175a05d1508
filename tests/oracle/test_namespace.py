"""The oracle's namespace against NumPy's: the same shapes, and values that differ by rounding alone."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb

from adbench.errors import Undecided, Unsupported
from adbench.oracle.jet import Jet, jet
from adbench.oracle.namespace import NAMESPACE as XP
from adbench.oracle.namespace import jets
from adbench.oracle.precision import working

SHAPES = [(), (1,), (3,), (2, 3), (1, 3), (2, 3, 2), (0,), (2, 0), (0, 3)]
each_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)


def draw(shape, seed=0, low=-2.0, high=2.0):
    return np.asarray(np.random.default_rng([seed, *shape]).uniform(low, high, shape))


def middle(y):
    """The midpoints of jets, or numbers as they are, as an array."""
    y = np.asarray(y)
    if y.dtype != object:
        return y
    entries = [float(jet(e).value.mid()) for e in y.flat]
    return np.array(entries, dtype=np.float64).reshape(y.shape)


def assert_same(got, expected):
    assert np.shape(got) == np.shape(expected)
    np.testing.assert_allclose(middle(got), expected, rtol=1e-13, atol=1e-14)


def variants(ndim):
    """Every axis and pair of axes, counted from either end, and all of them."""
    single = [*range(-ndim, ndim)]
    return [
        None,
        *single,
        *[(a, b) for a in range(ndim) for b in range(ndim) if a != b],
        *[(-1, 0)] * (ndim > 1),
    ]


# elementwise


def of_numpy(names):
    return {name: getattr(np, name) for name in names}


UNARY = of_numpy(["exp", "expm1", "sin", "cos", "tan", "sinh", "cosh", "tanh"])
UNARY |= of_numpy(["square", "sign", "abs", "negative", "reciprocal"])
POSITIVE = of_numpy(["log", "log1p", "log2", "log10", "sqrt"])
BINARY = {
    **of_numpy(["add", "subtract", "multiply", "divide", "maximum", "minimum"]),
    **of_numpy(["hypot", "logaddexp", "copysign"]),
    "atan2": np.arctan2,
}
COMPARISONS = ["greater", "greater_equal", "less", "less_equal", "equal"]


@each_shape
@pytest.mark.parametrize("name", UNARY)
def test_unary_functions(name, shape):
    x = draw(shape)
    assert_same(getattr(XP, name)(jets(x)), UNARY[name](x))


@each_shape
@pytest.mark.parametrize("name", POSITIVE)
def test_unary_functions_of_positive_numbers(name, shape):
    x = draw(shape, low=0.1)
    assert_same(getattr(XP, name)(jets(x)), POSITIVE[name](x))


@each_shape
def test_expit(shape):
    x = draw(shape)
    assert_same(XP.special.expit(jets(x)), 1 / (1 + np.exp(-x)))


@pytest.mark.parametrize("other", [(), (3,), (2, 1), (2, 3), (1, 1)], ids=str)
@pytest.mark.parametrize("name", BINARY)
def test_binary_functions_broadcast(name, other):
    x, y = draw((2, 3)), draw(other, seed=1)
    assert_same(getattr(XP, name)(jets(x), jets(y)), BINARY[name](x, y))
    assert_same(getattr(XP, name)(jets(y), jets(x)), BINARY[name](y, x))


@pytest.mark.parametrize("name", [*BINARY, "pow"])
def test_binary_functions_of_an_array_and_a_number(name):
    x = draw((2, 3), low=0.5)
    expected = BINARY.get(name, np.power)
    assert_same(getattr(XP, name)(jets(x), 1.75), expected(x, 1.75))
    assert_same(getattr(XP, name)(1.75, jets(x)), expected(1.75, x))


@pytest.mark.parametrize("name", COMPARISONS)
def test_comparisons_give_booleans(name):
    x = draw((2, 3))
    got = getattr(XP, name)(jets(x), 0.25)
    assert got.dtype == bool
    np.testing.assert_array_equal(got, getattr(np, name)(x, 0.25))


# reductions

REDUCTIONS = {"sum": np.sum, "prod": np.prod, "mean": np.mean, "max": np.max, "min": np.min}


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize(("shape", "axis"), [(s, a) for s in SHAPES if 0 not in s for a in variants(len(s))], ids=str)
@pytest.mark.parametrize("name", REDUCTIONS)
def test_reductions(name, shape, axis, keepdims):
    x = draw(shape)
    got = getattr(XP, name)(jets(x), axis=axis, keepdims=keepdims)
    assert_same(got, REDUCTIONS[name](x, axis=axis, keepdims=keepdims))


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize(
    ("shape", "axis"),
    [((0,), None), ((0,), 0), ((2, 0), None), ((2, 0), 0), ((2, 0), 1), ((0, 3), 0), ((0, 3), -1)],
    ids=str,
)
@pytest.mark.parametrize("name", ["sum", "prod"])
def test_reductions_of_nothing(name, shape, axis, keepdims):
    x = np.zeros(shape)
    got = getattr(XP, name)(jets(x), axis=axis, keepdims=keepdims)
    assert_same(got, REDUCTIONS[name](x, axis=axis, keepdims=keepdims))


def test_the_largest_of_nothing_is_refused():
    with pytest.raises(ValueError, match="no identity"):
        XP.max(jets(np.zeros(0)))


@pytest.mark.parametrize("axis", [2, -3, (0, 0), (0, 2)])
def test_an_axis_that_is_not_there_is_refused(axis):
    with pytest.raises(ValueError, match="axis"):
        XP.sum(jets(np.ones((2, 3))), axis=axis)


def test_reductions_carry_derivatives(variable):
    x = np.array([[variable(a, *e) for a, e in zip((2.0, 3.0, 5.0), np.eye(3), strict=True)]])
    assert XP.sum(x).dot.entries() == [arb(1)] * 3
    assert XP.prod(x).dot.entries() == [arb(15), arb(10), arb(6)]
    assert XP.max(x).dot.entries() == [arb(0), arb(0), arb(1)]
    assert XP.min(x, axis=1)[0].dot.entries() == [arb(1), arb(0), arb(0)]
    third = XP.mean(x, axis=1, keepdims=True)
    assert third.shape == (1, 1)
    assert all(e.overlaps(arb(1) / 3) and e.rad() < 1e-14 for e in third[0, 0].dot.entries())


def test_the_largest_is_undecided_at_a_tie(variable):
    x = np.array([variable(1.0), variable(1.0)])
    for name in ("max", "min"):
        with pytest.raises(Undecided):
            getattr(XP, name)(x)


# shapes and indices


@pytest.mark.parametrize(
    ("shape", "call"),
    [
        ((2, 3), lambda xp, x: xp.reshape(x, (3, 2))),
        ((2, 3), lambda xp, x: xp.reshape(x, (-1,))),
        ((), lambda xp, x: xp.reshape(x, (1, 1))),
        ((1, 1), lambda xp, x: xp.reshape(x, ())),
        ((0, 3), lambda xp, x: xp.reshape(x, (3, 0))),
        ((3,), lambda xp, x: xp.expand_dims(x, axis=0)),
        ((), lambda xp, x: xp.expand_dims(x, axis=0)),
        ((1, 3, 1), lambda xp, x: xp.squeeze(x, axis=(0, 2))),
        ((1,), lambda xp, x: xp.squeeze(x, axis=0)),
        ((3,), lambda xp, x: xp.broadcast_to(x, (2, 3))),
        ((), lambda xp, x: xp.broadcast_to(x, (2, 3))),
        ((2, 1), lambda xp, x: xp.broadcast_to(x, (2, 0))),
        ((2, 3), lambda xp, x: xp.flip(x)),
        ((2, 3), lambda xp, x: xp.flip(x, axis=1)),
        ((2, 3), lambda xp, x: xp.roll(x, 1)),
        ((2, 3), lambda xp, x: xp.roll(x, -2, axis=1)),
        ((2, 3), lambda xp, x: xp.repeat(x, 2)),
        ((2, 3), lambda xp, x: xp.repeat(x, 2, axis=0)),
        ((2, 3), lambda xp, x: xp.tile(x, (2, 1))),
        ((2, 3), lambda xp, x: xp.take(x, np.array([2, 0, 0]), axis=1)),
        ((3,), lambda xp, x: xp.take(x, np.array([[2, 0], [1, 1]]))),
        ((2, 3), lambda xp, x: xp.matrix_transpose(x)),
        ((2, 3, 4), lambda xp, x: xp.matrix_transpose(x)),
        ((2, 3, 4), lambda xp, x: xp.moveaxis(x, 0, -1)),
        ((2, 3, 4), lambda xp, x: xp.permute_dims(x, (2, 0, 1))),
        ((2, 3), lambda xp, x: x.T),
        ((2, 3), lambda xp, x: x[1, ::-1]),
        ((2, 3), lambda xp, x: x[:, None, 1:]),
        ((2, 3), lambda xp, x: x[..., np.array([0, 2])]),
        ((2, 3), lambda xp, x: x[x > 0]),
        ((3, 3), lambda xp, x: xp.linalg.trace(x)),
        ((2, 3, 3), lambda xp, x: xp.linalg.trace(x)),
        ((2, 3, 3), lambda xp, x: xp.linalg.diagonal(x)),
        ((2, 3), lambda xp, x: xp.linalg.matrix_transpose(x)),
        ((3,), lambda xp, x: xp.linalg.outer(x, x[:2])),
        ((2, 3), lambda xp, x: xp.vecdot(x, x)),
        ((2, 3), lambda xp, x: xp.concat([x, x + 1, x[:1]], axis=0)),
        ((2, 3), lambda xp, x: xp.concat([x, x], axis=-1)),
        ((2, 3), lambda xp, x: xp.concat([x, x[0]], axis=None)),
        ((0,), lambda xp, x: xp.concat([x, x])),
        ((3,), lambda xp, x: xp.stack([x, x, x])),
        ((3,), lambda xp, x: xp.stack([x, 2 * x], axis=-1)),
        ((), lambda xp, x: xp.stack([x, 2 * x])),
        ((2, 3), lambda xp, x: xp.where(x > 0, x, 2 * x)),
        ((2, 3), lambda xp, x: xp.where(x > 0, x, 0.0)),
        ((2, 3), lambda xp, x: xp.where(np.array([True, False, True]), 1.5, x)),
        ((), lambda xp, x: xp.where(x > 0, x, -x)),
        ((2, 0), lambda xp, x: xp.where(x > 0, x, -x)),
    ],
)  # fmt: skip
def test_shapes_and_indices(shape, call):
    x = draw(shape)
    assert_same(call(XP, jets(x)), call(np, x))


@pytest.mark.parametrize(
    ("subscripts", "shapes"),
    [
        ("ij,jk->ik", [(2, 3), (3, 2)]),
        ("ij->ji", [(2, 3)]),
        ("ii->i", [(3, 3)]),
        ("ii", [(3, 3)]),
        ("i,i->", [(3,), (3,)]),
        ("bij,bjk->bik", [(2, 3, 2), (2, 2, 1)]),
        ("i,ij,j", [(2,), (2, 3), (3,)]),
        ("...i,i->...", [(2, 3), (3,)]),
        ("ij,jk->ik", [(2, 0), (0, 2)]),
    ],
)
def test_einsum(subscripts, shapes):
    arrays = [draw(s, seed=i) for i, s in enumerate(shapes)]
    assert_same(XP.einsum(subscripts, *map(jets, arrays)), np.einsum(subscripts, *arrays))


@pytest.mark.parametrize(
    ("left", "right"),
    [((2, 3), (3, 2)), ((3,), (3, 2)), ((2, 3), (3,)), ((3,), (3,)), ((4, 2, 3), (3, 2)), ((2, 0), (0, 3))],
    ids=str,
)
def test_matmul(left, right):
    a, b = draw(left), draw(right, seed=1)
    for got in (jets(a) @ jets(b), XP.matmul(jets(a), jets(b)), jets(a) @ b, a @ jets(b)):
        assert_same(got, a @ b)


@pytest.mark.parametrize("axes", [0, 1, 2, ([0], [1])])
def test_tensordot(axes):
    a, b = draw((3, 3)), draw((3, 3), seed=1)
    assert_same(XP.tensordot(jets(a), jets(b), axes=axes), np.tensordot(a, b, axes=axes))


# creation


@pytest.mark.parametrize(
    "call",
    [
        lambda xp, x: xp.zeros((2, 3)),
        lambda xp, x: xp.ones(3, dtype=xp.float64),
        lambda xp, x: xp.eye(3),
        lambda xp, x: xp.eye(2, 3, k=1, dtype=x.dtype),
        lambda xp, x: xp.arange(4),
        lambda xp, x: xp.arange(1, 7, 2, dtype=xp.float64),
        lambda xp, x: xp.full((2,), 0.25),
        lambda xp, x: xp.asarray([1.0, 2.5]),
        lambda xp, x: xp.asarray(0.5),
        lambda xp, x: xp.zeros_like(x),
        lambda xp, x: xp.ones_like(x),
        lambda xp, x: xp.full_like(x, 2.5),
    ],
)
@pytest.mark.parametrize("shape", [(), (2, 3)], ids=str)
def test_creation(call, shape):
    x = draw(shape)
    got = call(XP, jets(x))
    assert_same(got, call(np, x))
    assert all(isinstance(e, Jet) and e.dot is None for e in got.flat)


def test_creation_like_a_bare_jet():
    assert XP.ones_like(jet(2)).shape == ()
    assert XP.full_like(XP.sum(jets([1.0, 2.0])), 7)[()].value == 7


# jets of things


@pytest.mark.parametrize("x", [2.5, 3, True, [1, 2.5], np.arange(3), np.ones((2, 0)), np.float32(0.1)], ids=str)
def test_jets_of_numbers_are_exact_constants(x):
    got = jets(x)
    assert got.dtype == object
    assert got.shape == np.shape(x)
    assert middle(got).tolist() == np.asarray(x, dtype=np.float64).tolist()
    assert all(isinstance(e, Jet) and e.dot is None and e.value.is_exact() for e in got.flat)


def test_jets_leaves_jets_alone(variable):
    j = variable(1.0, 2.0)
    assert jets(j).shape == ()
    assert jets(j)[()] is j
    assert jets([j, 1.0])[0] is j


def test_functions_of_nothing_but_integers_are_rounded_once():
    with working(24):
        third = XP.divide(jets(1), jets(3))
        assert third.value.contains(arb(1) / 3)
        assert third.value.rad() > 0
        assert XP.asarray(0.1)[()].value.rad() > 0


def test_the_derivative_that_a_case_supplies_is_ignored(variable):
    f = XP.ad.custom_vjp(lambda x: x * x, vjp=lambda y_bar, y, x: 0 * y_bar)
    assert f(variable(3.0)).dot[0, 0] == 6


def test_a_missing_name_is_unsupported_by_name():
    with pytest.raises(Unsupported, match="the oracle has no cholesky_of_nothing"):
        _ = XP.cholesky_of_nothing
    with pytest.raises(Unsupported, match="the oracle's linalg has no nothing"):
        _ = XP.linalg.nothing


def test_where_with_a_condition_of_numbers():
    condition = np.array([0.0, 1.0])
    assert_same(XP.where(jets(condition), 1.0, 2.0), np.where(condition, 1.0, 2.0))


def test_a_scalar_can_be_given_an_axis():
    x = draw((3,))
    assert_same(XP.sum(jets(x))[None], np.sum(x)[None])


def test_the_mean_of_integers_is_certified():
    with working(320):
        mean = jets(XP.mean(np.array([1, 0, 1])))[()].value
        assert mean.overlaps(arb(2) / 3)
