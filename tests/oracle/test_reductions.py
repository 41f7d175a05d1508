"""Reductions and running functions: NumPy's numbers and shapes for any array, derivatives to second order by hand."""

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
from adbench.oracle.precision import working

some = settings(max_examples=60, deadline=None)


def draw_axis(draw, ndim):
    """None, one, or several, of either sign."""
    single = st.integers(-ndim, ndim - 1)
    several = st.lists(single, unique_by=lambda i: i % ndim, max_size=ndim).map(tuple)
    return draw(st.none() | single | several) if ndim else draw(st.sampled_from([None, ()]))


def close(got, expected):
    assert np.shape(got) == np.shape(expected)
    np.testing.assert_allclose(values(got), expected, rtol=1e-12, atol=1e-12)


@given(data=st.data(), name=st.sampled_from(["sum", "prod", "mean", "max", "min"]), keepdims=st.booleans())
@some
def test_reductions_over_any_axes(data, name, keepdims):
    x = arrays(data.draw, min_side=1)
    axis = draw_axis(data.draw, x.ndim)
    expected = getattr(np, name)(x, axis=axis, keepdims=keepdims)
    np.testing.assert_allclose(values(getattr(XP, name)(jets(x), axis=axis, keepdims=keepdims)), expected, rtol=1e-12)
    assert np.shape(getattr(XP, name)(jets(x), axis=axis, keepdims=keepdims)) == np.shape(expected)


@given(data=st.data(), name=st.sampled_from(["var", "std"]), keepdims=st.booleans())
@some
def test_var_and_std_take_a_correction(data, name, keepdims):
    x = arrays(data.draw, min_side=1)
    axis = draw_axis(data.draw, x.ndim)
    count = x.size // max(np.size(np.sum(x, axis=axis)), 1)
    correction = data.draw(st.sampled_from([c for c in (0, 0.5, 1, 2) if c < count]))
    got = getattr(XP, name)(jets(x), axis=axis, correction=correction, keepdims=keepdims)
    close(got, getattr(np, name)(x, axis=axis, ddof=correction, keepdims=keepdims))


def test_var_without_a_degree_of_freedom_is_not_a_number():
    for x, correction in (([1.0, 2.0], 2), ([1.0], 1), ([1.0, 2.0], 3), ([], 0)):
        for name in ("var", "std"):
            assert not getattr(XP, name)(jets(x), correction=correction).value.is_finite()
    assert not XP.mean(jets([])).value.is_finite()


@pytest.mark.parametrize("axis", [0, 1, -1, (0, 1), ()])
def test_sums_along_axes_without_entries(axis):
    x = np.zeros((2, 0))
    for name in ("sum", "prod"):
        close(getattr(XP, name)(jets(x), axis=axis), getattr(np, name)(x, axis=axis))


X, V = np.array([2.0, -3.0, 5.0, 0.5]), np.arange(1.0, 5)


@pytest.mark.parametrize("correction", [0, 1, 1.5])
def test_derivatives_of_var_and_std(correction):
    """∇ var = 2 (x − x̄)/(n − c), H v = 2 (v − v̄)/(n − c); of s = √var by the chain rule."""
    slack = 2 / (4 - correction)
    slope, second = slack * (X - X.mean()), slack * (V - V.mean())
    s = np.std(X, ddof=correction)
    y = XP.var(active(X), correction=correction)
    np.testing.assert_allclose(jacobian(y, 4)[0], slope, rtol=1e-14)
    np.testing.assert_allclose(curvature(y, 4)[0], second, rtol=1e-14)
    y = XP.std(active(X), correction=correction)
    np.testing.assert_allclose(jacobian(y, 4)[0], slope / (2 * s), rtol=1e-14)
    np.testing.assert_allclose(curvature(y, 4)[0], second / (2 * s) - slope * (slope @ V) / (4 * s**3), rtol=1e-13)


def test_std_of_a_constant_vector_is_a_kink_but_of_constants_zero():
    with pytest.raises(Undecided, match="std of 3 times 2"):
        XP.std(active([2.0, 2.0, 2.0]))
    with pytest.raises(Undecided):
        XP.std(active([[1.0, 2.0], [3.0, 3.0]]), axis=1)
    assert XP.std(jets([2.0, 2.0])).value.contains(0)


def test_std_of_one_number_is_0_whatever_the_number():
    y = XP.std(active([[3.0], [5.0]]), axis=1)
    assert all(entry.value == 0 and all(ball == 0 for ball in entry.dot.entries()) for entry in y)


@pytest.mark.parametrize("x", [[2.0, -3.0, 5.0], [2.0, 0.0, 5.0], [0.0, 0.0, 5.0], [0.0, 0.0, 0.0]], ids=str)
def test_prod_with_zeros_has_the_products_of_the_others(x):
    x, v = np.array(x), np.arange(1.0, 4)
    others = [np.prod(np.delete(x, k)) for k in range(3)]
    second = [sum(v[j] * np.prod(np.delete(x, [j, k])) for j in range(3) if j != k) for k in range(3)]
    for y in (XP.prod(active(x)), XP.cumulative_prod(active(x))[-1]):
        assert jacobian(y, 3)[0].tolist() == others
        assert curvature(y, 3)[0].tolist() == second


@given(data=st.data(), name=st.sampled_from(["cumulative_sum", "cumulative_prod"]), initial=st.booleans())
@some
def test_running_functions(data, name, initial):
    x = arrays(data.draw, min_dims=1)
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1) if x.ndim > 1 else st.none() | st.just(0) | st.just(-1))
    got = getattr(XP, name)(jets(x), axis=axis, include_initial=initial)
    close(got, getattr(np, name)(x, axis=axis, include_initial=initial))


def test_running_functions_of_several_dimensions_need_an_axis():
    with pytest.raises(ValueError, match="axis must be given for an array of 2 dimensions"):
        XP.cumulative_sum(jets(np.ones((2, 2))))


def test_derivatives_of_running_functions():
    y = XP.cumulative_sum(active(X), include_initial=True)
    assert jacobian(y, 4).tolist() == np.tri(5, 4, -1).tolist()
    assert not curvature(y, 4).any()
    y = XP.cumulative_prod(active(X))
    products = np.cumprod(X)
    np.testing.assert_allclose(jacobian(y, 4), np.tri(4) * products[:, None] / X, rtol=1e-14)
    second = [[sum(V[j] * products[i] / X[j] / X[k] for j in range(i + 1) if j != k) * (k <= i) for k in range(4)]
              for i in range(4)]  # fmt: skip
    np.testing.assert_allclose(curvature(y, 4), second, rtol=1e-14)


@given(data=st.data(), n=st.integers(0, 4))
@some
def test_diff(data, n):
    x = arrays(data.draw, min_dims=1, max_dims=2)
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    ends = {}
    for end in data.draw(st.lists(st.sampled_from(["prepend", "append"]), unique=True)) if n else ():
        shape = list(x.shape)
        shape[axis] = data.draw(st.integers(0, 2))
        ends[end] = np.arange(float(np.prod(shape))).reshape(shape)
    got = XP.diff(jets(x), axis=axis, n=n, **{end: jets(e) for end, e in ends.items()})
    close(got, np.diff(x, n=n, axis=axis, **ends))


def test_derivatives_of_diff_are_binomial():
    y = XP.diff(active(X), n=2, prepend=active([1.0], along=[0.0])[:0])
    assert jacobian(y, 4).tolist() == [[1, -2, 1, 0], [0, 1, -2, 1]]
    assert [float(j.along) for j in y] == [0, 0]  # of 1, 2, 3, 4


@given(data=st.data(), name=st.sampled_from(["all", "any", "count_nonzero"]), keepdims=st.booleans())
@some
def test_reductions_of_truth(data, name, keepdims):
    x = np.floor(arrays(data.draw) / 40)
    axis = draw_axis(data.draw, x.ndim)
    got = getattr(XP, name)(jets(x), axis=axis, keepdims=keepdims)
    expected = getattr(np, name)(x, axis=axis, keepdims=keepdims)
    assert np.shape(got) == np.shape(expected)
    assert np.asarray(got).tolist() == np.asarray(expected).tolist()


def test_extremes_take_the_whole_jet_and_are_undecided_at_ties():
    x = active([[1.0, 4.0], [3.0, 2.0]])
    assert jacobian(XP.max(x, axis=0), 4).tolist() == [[0, 0, 1, 0], [0, 1, 0, 0]]
    assert jacobian(XP.min(x, axis=-1), 4).tolist() == [[1, 0, 0, 0], [0, 0, 0, 1]]
    with pytest.raises(Undecided):
        XP.max(active([[1.0, 1.0]]), axis=-1)


def test_sums_enclose_at_every_precision():
    x = np.array([0.1, 0.2, -0.3])
    with working(400):
        exact = sum((arb(float(e)) for e in x), arb(0))
        mean_square = sum(((arb(float(e)) - exact / 3) ** 2 for e in x), arb(0)) / 3
    for bits in (24, 53, 320):
        with working(bits):
            assert XP.sum(jets(x)).value.overlaps(exact)
            assert XP.mean(jets(x)).value.overlaps(exact / 3)
            assert XP.var(jets(x)).value.overlaps(mean_square)
            assert XP.std(np.array([Jet(arb(1, 0.5)), Jet(arb(4))])).value.contains(1.5)
