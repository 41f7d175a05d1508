"""Special functions: proofs, derivatives that are known by other means, and operands that broadcast."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from adbench.case import defined_by
from adbench.cases import special
from adbench.errors import InvalidCase
from adbench.oracle.certify import prove
from adbench.oracle.truth import truth_at

FAMILY = {case.name.removeprefix("special."): case for case in defined_by(special.__name__)}
ASKED_FOR = """
    airy_ai airy_ai_slope airy_bi airy_bi_slope beta betainc betaln dawsn digamma entr erf erfc erfcinv erfcx erfi
    erfinv exp1 exp2 expi expit expn gamma gammainc gammaincc gammaln i0 i0e i1 i1e iv ive j0 j1 jn_0 jv k0 k0e k1 k1e
    kl_div kv kve log_expit log_ndtr loggamma logit multigammaln ndtr ndtri poch polygamma psi rel_entr rgamma sinc
    spence xlog1py xlogy y0 y1 yn_0 yv zeta softmax_last log_softmax_last logsumexp_weights
"""
# A proof at each of the ordinary points; at the hard ones it takes minutes.
ORDINARY = [name for name, case in FAMILY.items() if len(case.sizes) > 1]


@pytest.mark.parametrize(
    "name", [name if name in ORDINARY else pytest.param(name, marks=pytest.mark.slow) for name in FAMILY]
)
def test_proves(name):
    case = FAMILY[name]
    proof = prove(case, "small")
    assert set(proof.truths) == set(case.dtypes)
    assert set(proof.proved) == set(case.jacobians)


def test_every_function_that_was_asked_for_is_there():
    assert set(ASKED_FOR.split()) <= set(FAMILY)


def test_only_what_has_no_elementary_derivative_is_without_a_closed_form():
    without = {(name, wrt) for name, case in FAMILY.items() for wrt in case.wrt if wrt not in case.jacobians}
    assert {wrt for name, wrt in without} <= {"a", "b", "s", "v"}
    assert all("_by_" in name for name, wrt in without)


@pytest.mark.parametrize(
    ("name", "row"), [("erf_tiny", 'one("erf", '), ("beta_outer", 'many("beta", '), ("jn_3", 'one(f"{kind}_{n}", ')]
)
def test_a_case_stands_where_its_row_does(name, row):
    lines = Path(FAMILY[name].path).read_text(encoding="utf-8").splitlines()
    assert lines[FAMILY[name].line - 1].strip().startswith(row)


def slope(name, wrt="x"):
    """The true derivative at each point of a case, in float64 or else in its only dtype."""
    case = FAMILY[name]
    truth = truth_at(case, case.make_inputs("small"), case.dtypes[0])
    return np.diagonal(truth.jacobian[wrt].high.reshape((truth.value.high.size,) * 2))


ROOT_PI = math.sqrt(math.pi)


@pytest.mark.parametrize(
    ("name", "wrt", "expected"),
    [
        ("rgamma_poles", "x", [1.0, -1.0, 2.0, -6.0]),
        ("sinc_whole", "x", [-1.0, -0.5, -0.2]),
        ("spence_one", "x", [-1.0, -1 + 2.0**-21, -1 - 2.0**-21]),
        ("gammainc_at_0", "x", [1.0, 0.0, 0.0]),
        ("betainc_ends", "x", [2.0, 0.0, 2.0]),
        ("jv_zero", "x", [0.0, 0.5, 0.0]),
        ("iv_zero", "x", [0.0, 0.5, 0.0]),
        ("erf_tiny", "x", [2 / ROOT_PI] * 2),
        ("erfc_far", "x", [-2 / ROOT_PI * math.exp(-x * x) for x in (5.0, 6.0, 9.0)]),
        ("logit_last", "x", [2.0**53]),
        ("xlogy_zero", "y", [0.0, 0.0, 4.0]),
        ("kl_div_equal", "y", [0.0, 1 - 2 / (2 + 2.0**-20)]),
        ("log_expit_far", "x", [math.exp(-40.0), 1.0]),
        ("poch_whole", "z", [0.0, 1.0, 7.0]),
        ("j0_roots", "x", [-0.5191474972894669, 0.3402648065583682]),
        ("airy_ai_roots", "x", [0.7012108227206914]),
    ],
)
def test_derivatives_that_are_known_by_other_means(name, wrt, expected):
    np.testing.assert_allclose(slope(name, wrt), expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", ["betaln", "jv", "betainc"])
def test_operands_meet_as_scalars_and_in_each_axis(name):
    first, *_, last = FAMILY[name].parameters
    shapes = ("scalar_first", "scalar_last", "outer")
    inputs = {where: FAMILY[f"{name}_{where}"].make_inputs("small") for where in shapes}
    assert inputs["scalar_first"][first].shape == inputs["scalar_last"][last].shape == ()
    assert inputs["scalar_first"][last].shape == inputs["scalar_last"][first].shape == (3,)
    assert FAMILY[f"{name}_outer"].output_shape(inputs["outer"])[-2:] == (2, 3)


def test_a_planted_derivative_is_refused():
    case = FAMILY["logsumexp_by_weights_broadcast"]
    planted = case.jacobians | {"b": lambda xp, a, b: 2 * case.jacobians["b"](xp, a=a, b=b)}
    with pytest.raises(InvalidCase, match="wrong at entry"):
        prove(replace(case, jacobians=planted), "small")


def test_hazards_have_a_tag():
    tagged = {name for name, case in FAMILY.items() if "hazard" in case.tags}
    assert {"i0e_large", "gammainc_at_0", "softmax_apart", "logsumexp_weights_zero"} <= tagged
    assert not tagged & {"i0e", "erf_tiny", "betaln_outer", "softmax_last"}
