"""Norms over jets: values and shapes as NumPy has them, kinks refused; derivatives are in test_linalg_derivatives."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, arb_mat

from adbench.errors import InvalidCase, Undecided
from adbench.oracle import linalg
from adbench.oracle.jet import Jet

INF = float("inf")


def active(a):
    """Jets with a direction for each entry, and the second order along ones."""
    a = np.asarray(a, dtype=float)
    made = np.empty(a.shape, dtype=object)
    for k, i in enumerate(np.ndindex(a.shape)):
        row = arb_mat(1, a.size)
        row[0, k] = arb(1)
        made[i] = Jet(arb(float(a[i])), row, arb(1))
    return made


def middles(x):
    return np.array([float(j.value.mid()) for j in np.ravel(x)]).reshape(np.shape(x))


def gradient(j):
    return [float(x.mid()) for x in j.dot.entries()]


DATA = np.random.default_rng(0).standard_normal((2, 3, 4))


@pytest.mark.parametrize("order", [0, 1, 2, 3, 4, 1.5, -1, INF, -INF])
@pytest.mark.parametrize("axis", [0, -1, None])
@pytest.mark.parametrize("keepdims", [False, True])
def test_vector_norm_is_numpy_s(order, axis, keepdims):
    ours = linalg.vector_norm(DATA, axis=axis, keepdims=keepdims, ord=order)
    np.testing.assert_allclose(
        middles(ours), np.linalg.vector_norm(DATA, axis=axis, keepdims=keepdims, ord=order), rtol=1e-14
    )


@pytest.mark.parametrize("keepdims", [False, True])
def test_vector_norm_over_two_axes(keepdims):
    ours = linalg.vector_norm(DATA, axis=(-1, 0), keepdims=keepdims)
    np.testing.assert_allclose(middles(ours), np.linalg.vector_norm(DATA, axis=(0, 2), keepdims=keepdims), rtol=1e-14)


@pytest.mark.parametrize("order", ["fro", "nuc", 1, -1, 2, -2, INF, -INF])
@pytest.mark.parametrize("keepdims", [False, True])
def test_matrix_norm_is_numpy_s(order, keepdims):
    ours = linalg.matrix_norm(DATA, ord=order, keepdims=keepdims)
    np.testing.assert_allclose(middles(ours), np.linalg.matrix_norm(DATA, ord=order, keepdims=keepdims), rtol=1e-13)


def test_sums_and_extremes_have_signs_for_gradients():
    assert gradient(linalg.vector_norm(active([3.0, -4.0]), ord=1)) == [1.0, -1.0]
    assert gradient(linalg.vector_norm(active([3.0, -4.0]), ord=INF)) == [0.0, -1.0]
    assert gradient(linalg.vector_norm(active([3.0, -4.0]), ord=-INF)) == [1.0, 0.0]
    a = active([[1.0, -2.0], [-3.0, 5.0]])
    assert gradient(linalg.matrix_norm(a, ord=1)) == [0.0, -1.0, 0.0, 1.0]
    assert gradient(linalg.matrix_norm(a, ord=-1)) == [1.0, 0.0, -1.0, 0.0]
    assert gradient(linalg.matrix_norm(a, ord=INF)) == [0.0, 0.0, -1.0, 1.0]
    assert gradient(linalg.matrix_norm(a, ord=-INF)) == [1.0, -1.0, 0.0, 0.0]


def test_an_entry_of_zero_matters_only_where_the_norm_has_a_kink_there():
    assert gradient(linalg.vector_norm(active([3.0, 0.0, 4.0]))) == pytest.approx([0.6, 0.0, 0.8])
    assert gradient(linalg.vector_norm(active([0.0, -4.0]), ord=INF)) == [0.0, -1.0]
    assert gradient(linalg.vector_norm(active([0.0, 2.0]), ord=3)) == pytest.approx([0.0, 1.0])
    assert linalg.vector_norm(active([0.0, 2.0, 0.0]), ord=0).value == 1
    assert gradient(linalg.matrix_norm(active([[0.0, 1.0], [2.0, -3.0]]), ord=INF)) == [0.0, 0.0, 1.0, -1.0]
    for order in (1, 1.5, -INF):
        with pytest.raises(Undecided):
            linalg.vector_norm(active([0.0, -4.0]), ord=order)


@pytest.mark.parametrize("order", [1, 2, 3, 4, 2.5])
def test_a_constant_vector_of_zeros_has_norm_zero(order):
    assert linalg.vector_norm(np.zeros(3), ord=order).value == 0


def test_the_norm_of_zero_is_a_kink():
    with pytest.raises(Undecided, match="vector_norm: the norm may be zero at 53 bits, where it has a kink"):
        linalg.vector_norm(active([0.0, 0.0]))
    with pytest.raises(Undecided, match="matrix_norm: the norm may be zero"):
        linalg.matrix_norm(active(np.zeros((2, 2))))


@pytest.mark.parametrize("order", [INF, -INF])
def test_a_tie_is_a_kink(order):
    with pytest.raises(Undecided):
        linalg.vector_norm(active([2.0, -2.0]), ord=order)
    with pytest.raises(Undecided):
        linalg.matrix_norm(active([[1.0, 2.0], [2.0, 1.0]]), ord=order)
    assert linalg.vector_norm(np.array([2.0, -2.0]), ord=order).value == 2


def test_what_is_not_a_norm_is_refused_by_name():
    with pytest.raises(InvalidCase, match=r"matrix_norm: ord is 'fro', 'nuc'.*, not 3"):
        linalg.matrix_norm(np.eye(2), ord=3)
    with pytest.raises(InvalidCase, match="no entries"):
        linalg.vector_norm(np.zeros(0), ord=INF)
    with pytest.raises(InvalidCase, match="matrix_norm: expected matrices"):
        linalg.matrix_norm(np.zeros(3))


def test_an_entry_that_may_be_zero_cannot_be_counted():
    with pytest.raises(Undecided, match="ord=0 counts"):
        linalg.vector_norm(np.array([Jet(arb(0, 1e-9)), Jet(arb(1))]), ord=0)
