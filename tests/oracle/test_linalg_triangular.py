"""Triangular and Cholesky solves: SciPy's numbers for every flag, derivatives in closed form, what is never read."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.linalg
from flint import arb
from oracle.arrays import active, curvature, jacobian, values

from adbench.errors import InvalidCase, NotCertified
from adbench.oracle import linalg
from adbench.oracle.jet import Jet
from adbench.oracle.namespace import jets
from adbench.oracle.precision import working

RNG = np.random.default_rng(0)
A = RNG.standard_normal((3, 3)) + 3 * np.eye(3)
B = RNG.standard_normal((3, 2))
FLAGS = [
    {"lower": lower, "trans": trans, "unit_diagonal": unit}
    for lower in (False, True)
    for trans in (0, 1, "N", "T", "C")
    for unit in (False, True)
]
each_flag = pytest.mark.parametrize("flags", FLAGS, ids=str)


def operator(a, lower, trans, unit_diagonal):
    """The matrix that is inverted."""
    t = np.tril(a) if lower else np.triu(a)
    t = t - np.diag(np.diag(t)) + np.eye(len(t)) if unit_diagonal else t
    return t.T if trans in (1, 2, "T", "C") else t


@each_flag
@pytest.mark.parametrize("b", [B, B[:, 0]], ids=["matrix", "vector"])
def test_solve_triangular_is_scipys(b, flags):
    x = linalg.solve_triangular(jets(A), jets(b), **flags)
    assert x.shape == b.shape
    np.testing.assert_allclose(values(x), scipy.linalg.solve_triangular(A, b, **flags), rtol=1e-13)


@each_flag
def test_derivatives_by_the_matrix(flags):
    """With T the operator, T' its change: x' = −T⁻¹ T' x, and x'' along v and u −T⁻¹ (T'u x'v + T'v x'u)."""
    b, v = B[:, 0], np.arange(1.0, 10).reshape(3, 3)
    inverse, only = np.linalg.inv(operator(A, **flags)), {**flags, "unit_diagonal": False}
    x = inverse @ b

    def change(d):
        t = operator(d, **only)
        return t - np.diag(np.diag(t)) if flags["unit_diagonal"] else t

    def slope(d):
        return -inverse @ change(d) @ x

    units = np.eye(9).reshape(9, 3, 3)
    y = linalg.solve_triangular(active(A, along=v), b, **flags)
    np.testing.assert_allclose(jacobian(y, 9), np.array([slope(e) for e in units]).T, rtol=1e-12, atol=1e-15)
    second = [-inverse @ (change(e) @ slope(v) + change(v) @ slope(e)) for e in units]
    np.testing.assert_allclose(curvature(y, 9), np.array(second).T, rtol=1e-12, atol=1e-14)


@each_flag
def test_derivatives_by_the_right_side(flags):
    y = linalg.solve_triangular(A, active(B[:, 0]), **flags)
    np.testing.assert_allclose(jacobian(y, 3), np.linalg.inv(operator(A, **flags)), rtol=1e-12, atol=1e-15)
    assert not curvature(y, 3).any()


def test_the_other_triangle_may_hold_anything():
    a = jets(A)
    a[np.tril_indices(3, -1)] = Jet(arb.nan())
    assert values(linalg.solve_triangular(a, B)).tolist() == values(linalg.solve_triangular(A, B)).tolist()
    np.fill_diagonal(a, Jet(arb(0)))
    assert all(j.value.is_finite() for j in linalg.solve_triangular(a, B, unit_diagonal=True).flat)


def test_stacks_broadcast():
    a, b = RNG.standard_normal((2, 1, 3, 3)) + 3 * np.eye(3), RNG.standard_normal((4, 3, 2))
    x = linalg.solve_triangular(a, b)
    assert x.shape == (2, 4, 3, 2)
    np.testing.assert_allclose(np.triu(a) @ values(x), np.broadcast_to(b, x.shape), rtol=1e-12)


def test_every_precision_encloses():
    with working(400):
        exact = linalg.solve_triangular(A, B)
    for bits in (24, 53, 320):
        with working(bits):
            x = linalg.solve_triangular(A, B)
        for mine, true in zip(x.flat, exact.flat, strict=True):
            assert mine.value.overlaps(true.value)
            assert mine.value.rad() <= 2.0 ** (10 - bits)


def test_a_diagonal_entry_that_may_be_zero_is_not_certified():
    with pytest.raises(NotCertified, match="diagonal entry 1 may be zero at 53 bits"):
        linalg.solve_triangular(np.array([[1.0, 2.0], [0.0, 0.0]]), np.ones(2))


def test_wrong_operands_are_refused():
    with pytest.raises(InvalidCase, match="trans is 0, 1, 2, 'N', 'T' or 'C', not 'H'"):
        linalg.solve_triangular(A, B, trans="H")
    with pytest.raises(InvalidCase, match=r"A has shape \(3, 3\) and B \(2, 1\)"):
        linalg.solve_triangular(A, np.ones(2))


@pytest.mark.parametrize("lower", [False, True])
@pytest.mark.parametrize("b", [B, B[:, 0]], ids=["matrix", "vector"])
def test_cholesky_solves_are_scipys(b, lower):
    c = np.linalg.cholesky(A @ A.T) if lower else np.linalg.cholesky(A @ A.T).T
    expected = scipy.linalg.cho_solve((c, lower), b)
    np.testing.assert_allclose(values(linalg.cho_solve((c, lower), b)), expected, rtol=1e-12)
    np.testing.assert_allclose(values(linalg.cholesky_solve(b, c, upper=not lower)), expected, rtol=1e-12)


@pytest.mark.parametrize("upper", [False, True])
def test_cholesky_and_its_solve_are_solve(upper):
    """Through both, X = A⁻¹ B with its derivatives by A, those of `solve` of the symmetric part."""
    a = active(A @ A.T)
    x = linalg.cholesky_solve(B, linalg.cholesky(a, upper=upper), upper=upper)
    expected = linalg.solve((a + a.T) / 2, B)
    np.testing.assert_allclose(values(x), values(expected), rtol=1e-12)
    np.testing.assert_allclose(jacobian(x, 9), jacobian(expected, 9), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(curvature(x, 9), curvature(expected, 9), rtol=1e-8, atol=1e-10)


def test_derivatives_by_the_factor():
    """A = L Lᵀ: x' = −A⁻¹ (L' Lᵀ + L L'ᵀ) x."""
    factor, b = np.tril(A), B[:, 0]
    x = np.linalg.solve(factor @ factor.T, b)
    y = linalg.cho_solve((active(factor), True), b)
    changes = [np.tril(e) @ factor.T + factor @ np.tril(e).T for e in np.eye(9).reshape(9, 3, 3)]
    expected = np.array([-np.linalg.solve(factor @ factor.T, d @ x) for d in changes]).T
    np.testing.assert_allclose(jacobian(y, 9), expected, rtol=1e-12, atol=1e-15)
