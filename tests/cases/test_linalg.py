"""Functions of matrices: proofs, identities of matrix calculus, and differentials that are planted wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from adbench.cases.linalg import common, factorisations, spectra

from adbench.case import defined_by
from adbench.cases import linalg
from adbench.errors import InvalidCase
from adbench.oracle.certify import prove

FAMILY = {case.name.removeprefix("linalg."): case for case in defined_by(linalg.__name__)}
every_case = pytest.mark.parametrize("case", FAMILY.values(), ids=FAMILY)


def jacobian(name, wrt="X"):
    truth = prove(FAMILY[name], "small").truths["float64"]
    return truth.inputs, truth.jacobian[wrt].high


@every_case
def test_proves(case):
    proof = prove(case, "small")
    assert set(proof.truths) == set(case.dtypes)
    assert set(proof.proved) == set(case.wrt) == set(case.jacobians)


def test_the_derivative_of_det_is_the_matrix_of_cofactors():
    inputs, J = jacobian("det_singular")
    X, rows = inputs["X"], [0, 1, 2]
    for i in rows:
        for j in rows:
            minor = np.delete(np.delete(X, i, 0), j, 1)
            assert J[i, j] == pytest.approx((-1) ** (i + j) * np.linalg.det(minor), abs=1e-14)


def test_the_derivative_of_the_inverse_is_a_kronecker_product():
    inputs, J = jacobian("inv")
    Y = np.linalg.inv(inputs["X"])
    np.testing.assert_allclose(J, -np.einsum("ik,lj->ijkl", Y, Y), rtol=1e-13)


def test_projectors_stay_projectors():
    """P² = P has the derivative P dP + dP P = dP."""
    inputs, J = jacobian("eigh_projector")
    P = spectra.projector(np, inputs["X"])
    np.testing.assert_allclose(np.einsum("ij,jkab->ikab", P, J) + np.einsum("ijab,jk->ikab", J, P), J, atol=1e-13)


def test_orthonormal_columns_stay_orthonormal():
    """QᵀQ = I has the derivative dQᵀQ + QᵀdQ = 0."""
    inputs, J = jacobian("qr_q_tall")
    Q = factorisations.positive_qr(np, inputs["X"])[0]
    product = np.einsum("ij,ikab->jkab", Q, J)
    np.testing.assert_allclose(product + product.swapaxes(0, 1), 0, atol=1e-14)


def test_what_a_triangular_solve_does_not_look_at_has_derivative_zero():
    assert (jacobian("solve_triangular_lower")[1][..., *np.triu_indices(3, 1)] == 0).all()
    assert (jacobian("solve_triangular_unit")[1][..., *np.tril_indices(3)] == 0).all()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("inv", lambda xp, dX, X: xp.linalg.inv(X) @ dX @ xp.linalg.inv(X)),
        ("det_stack", lambda xp, dX, X: xp.linalg.det(X) * common.tr(xp, common.T(xp, xp.linalg.inv(X)) @ dX)),
        ("pinv_tall", lambda xp, dX, X: -xp.linalg.pinv(X) @ dX @ xp.linalg.pinv(X)),
        ("expm", lambda xp, dX, X: xp.linalg.expm(X) @ dX),
    ],
)
def test_a_wrong_differential_is_refused(name, wrong):
    planted = {"X": lambda xp, X: common.of_units(xp, X, lambda units: wrong(xp, units, X))}
    with pytest.raises(InvalidCase, match="X"):
        prove(replace(FAMILY[name], jacobians=planted), "small")
