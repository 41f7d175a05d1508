"""Functions of complex numbers: proofs, Cauchy's and Riemann's equations, and differentials that are planted wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from adbench.cases.complex import common

from adbench.case import defined_by
from adbench.cases import complex as family
from adbench.conformance.blocks import HOLOMORPHIC, kind_of
from adbench.errors import InvalidCase
from adbench.oracle.certify import prove

FAMILY = {case.name.removeprefix("complex."): case for case in defined_by(family.__name__)}
FEW = list(FAMILY.values())[::12]
each_of_few = pytest.mark.parametrize("case", FEW, ids=lambda case: case.name)


def jacobian(name, wrt="z"):
    truth = prove(FAMILY[name], "small").truths["float64"]
    return truth, truth.jacobian[wrt]


def check_proof(case):
    proof = prove(case, "small")
    assert set(proof.truths) == set(case.dtypes)
    assert set(proof.proved) == set(case.jacobians)


@each_of_few
def test_one_case_in_twelve_proves(case):
    check_proof(case)


@pytest.mark.slow
@pytest.mark.parametrize("case", FAMILY.values(), ids=FAMILY)
def test_every_case_proves(case):
    check_proof(case)


def test_nearly_every_case_has_a_closed_form():
    open_cases = {name for name, case in FAMILY.items() if set(case.wrt) > set(case.jacobians)}
    assert open_cases == {"quadratic_map", "moebius", "expectation", "det_stack", "expm", "power_spectrum"}


@pytest.mark.parametrize(("name", "holomorphic"), [("exp", True), ("asin_cut", True), ("conj", False), ("sign", False)])
def test_holomorphic_functions_satisfy_the_equations_of_cauchy_and_riemann(name, holomorphic):
    truth, by_z = jacobian(name)
    assert (kind_of(truth.inputs["z"], truth.cotangent, by_z) == HOLOMORPHIC) is holomorphic


def test_the_two_sides_of_a_cut_have_other_values():
    """log jumps by 2πi, its derivative does not."""
    truth, by_z = jacobian("log_cut")
    assert truth.value.high[0, 1] - truth.value.high[1, 1] == pytest.approx(2 * np.pi)
    np.testing.assert_allclose(by_z.high[0, :, 0, :], by_z.high[1, :, 1, :], atol=1e-8)


def test_a_transform_with_norm_ortho_keeps_lengths():
    _, by_z = jacobian("fft_ortho")
    J = by_z.high.reshape(8, 8)
    np.testing.assert_allclose(J.T @ J, np.eye(8), atol=1e-15)


def test_the_first_coefficient_of_irfft_has_no_imaginary_part():
    _, by_z = jacobian("irfft_backward")
    assert (by_z.high[:, 0, 1] == 0).all()


def test_the_gradient_of_a_real_operand_is_real():
    truth, by_p = jacobian("multiply_real_left", "p")
    assert not truth.vjp["p"].complex
    assert truth.vjp["q"].complex
    assert by_p.high.shape == (3, 2, 3)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("exp", lambda xp, dz, z: xp.exp(z) * xp.conj(dz)),
        ("inv", lambda xp, dZ, Z: -common.H(xp, xp.linalg.inv(Z)) @ dZ @ xp.linalg.inv(Z)),
        ("fft_forward", lambda xp, dz, z: xp.fft.fft(dz)),
    ],
)
def test_a_wrong_differential_is_refused(name, wrong):
    case = FAMILY[name]
    (wrt,) = case.wrt

    def planted(xp, **x):
        return common.of_units(
            xp, x[wrt], lambda dz: wrong(xp, dz, **x), complex_input=True, complex_output=True
        )

    with pytest.raises(InvalidCase, match="is wrong at entry"):
        prove(replace(case, jacobians={wrt: planted}), "small")
