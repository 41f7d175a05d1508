"""Probability: proofs, the lecture notes' numbers and identities, and planted mistakes."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import scipy.stats
from adbench.cases.probability import entropies, normal

from adbench import plain
from adbench.case import defined_by
from adbench.cases import probability
from adbench.errors import InvalidCase
from adbench.oracle.certify import prove

FAMILY = {case.name.removeprefix("probability."): case for case in defined_by(probability.__name__)}
CELLS = [(name, size) for name, case in FAMILY.items() for size in case.sizes]


@cache
def proof(name, size="small"):
    return prove(FAMILY[name], size)


def truth(name, size="small"):
    return proof(name, size).truths["float64"]


def jacobian(name, wrt, size="small"):
    return truth(name, size).jacobian[wrt].high


def value(name, *inputs):
    named = dict(zip(FAMILY[name].parameters, map(np.asarray, inputs), strict=True))
    return FAMILY[name].function(plain.NAMESPACE, **named)


@pytest.mark.parametrize(("name", "size"), CELLS)
def test_proves(name, size):
    case, proven = FAMILY[name], proof(name, size)
    assert case.formula
    assert set(proven.truths) == set(case.dtypes)
    assert set(proven.proved) == set(case.wrt) == set(case.jacobians)
    assert {truth.bound for truth in proven.truths.values()} == {"radius"}


@pytest.mark.parametrize(("name", "size"), CELLS)
def test_closed_forms_in_numpy_are_within_tolerance(name, size):
    for dtype, true in proof(name, size).truths.items():
        inputs = {k: x.astype(dtype) for k, x in true.inputs.items()}
        for wrt, closed_form in FAMILY[name].jacobians.items():
            got = closed_form(plain.NAMESPACE, **inputs)
            assert got.dtype == dtype
            assert (true.jacobian[wrt].error(got) <= true.jacobian[wrt].tolerance).all()


def test_every_function_of_the_catalogue_is_there():
    assert {
        "normal_pdf", "normal_cdf", "bivariate_normal", "expectation", "variance", "covariance", "entropy",
        "cross_entropy", "kl", "kl_of_logits", "lp_norm_1", "lp_norm_2", "lp_norm_3", "naive_bayes",
    } <= set(FAMILY)  # fmt: skip


def test_smooth_points_with_a_trap_are_hazards():
    far = [name for name in FAMILY if name.endswith(("_tail", "_tails", "_singular", "_offset", "_close", "_one"))]
    assert len(far) == 16
    assert all("hazard" in FAMILY[name].tags for name in far)


# Densities


@pytest.mark.parametrize("size", ["small", "scalar", "batch"])
@pytest.mark.parametrize("name", ["normal_cdf", "normal_cdf_by_erf"])
def test_the_derivative_of_the_cdf_is_the_density(name, size):
    x, mean, std = truth(name, size).inputs.values()
    density = np.asarray(value("normal_pdf", x, mean, std))
    by_x = jacobian(name, "x", size).reshape(density.size, x.size)
    np.testing.assert_allclose(by_x, np.diag(density.ravel()), rtol=1e-14)


@pytest.mark.parametrize("size", ["one", "small"])
@pytest.mark.parametrize("name", ["bivariate_normal", "bivariate_normal_by_cholesky", "bivariate_normal_density"])
def test_the_bivariate_normal_is_scipys(name, size):
    x, mean, cov = truth(name, size).inputs.values()
    of_scipy = scipy.stats.multivariate_normal(mean, (cov + cov.T) / 2)
    expected = of_scipy.pdf(x) if name.endswith("density") else of_scipy.logpdf(x)
    np.testing.assert_allclose(truth(name, size).value.high, expected, rtol=1e-12)


def test_it_is_the_same_by_inverse_and_by_solve_of_any_matrix():
    inputs = truth("bivariate_normal_by_solve").inputs.values()
    expected = value("bivariate_normal", *inputs)
    np.testing.assert_allclose(truth("bivariate_normal_by_solve").value.high, expected, rtol=1e-13)


def test_by_deviations_and_correlation_it_is_the_same():
    x, mean, std, rho = truth("bivariate_normal_by_correlation").inputs.values()
    cov = np.outer(std, std) * np.array([[1, rho], [rho, 1]])
    got = truth("bivariate_normal_by_correlation").value.high
    assert got == pytest.approx(value("bivariate_normal", x, mean, cov), rel=1e-13)


# Moments: the notes' properties of expectation and variance


def test_expectation_is_linear_and_variance_does_not_see_an_offset():
    x, p = truth("variance").inputs.values()
    for c in (3.0, -0.5):
        assert value("expectation", c * x, p) == pytest.approx(c * value("expectation", x, p), rel=1e-14)
        assert value("variance", c + x, p) == pytest.approx(value("variance", x, p), rel=1e-13)
        assert value("variance", c * x, p) == pytest.approx(c**2 * value("variance", x, p), rel=1e-13)
    assert np.sum(jacobian("variance", "x")) == pytest.approx(0, abs=1e-15)


def test_variance_is_the_second_moment_less_the_squared_first():
    x, p = truth("variance").inputs.values()
    first, second = value("expectation", x, p), value("expectation_of_square", x, p)
    assert value("variance", x, p) == pytest.approx(second - first**2, rel=1e-13)
    assert value("variance_by_moments", x, p) == pytest.approx(second - first**2, rel=1e-13)


def test_covariances_are_numpys():
    X = truth("covariance").inputs["X"]
    np.testing.assert_allclose(truth("covariance").value.high, np.cov(X.T), rtol=1e-13)
    X, p = truth("covariance_of_distribution").inputs.values()
    expected = np.cov(X.T, aweights=p, ddof=0)
    np.testing.assert_allclose(truth("covariance_of_distribution").value.high, expected, rtol=1e-12)


# Entropies: the notes' properties and quiz


def test_entropy_is_largest_at_one_half_where_its_derivative_is_zero():
    assert value("binary_entropy", 0.5) == pytest.approx(math.log(2), rel=1e-15)
    assert FAMILY["binary_entropy"].jacobians["p"](plain.NAMESPACE, p=np.asarray(0.5)) == 0
    at = jacobian("binary_entropy", "p").diagonal()
    assert [np.sign(slope) for slope in at] == [1, -1, -1]  # at 1/8, 3/4 and a little above 1/2


def test_cross_entropy_is_kl_divergence_plus_entropy():
    p, q = truth("cross_entropy", "batch").inputs.values()
    np.testing.assert_allclose(value("cross_entropy", p, q), value("kl", p, q) + value("entropy", p), rtol=1e-13)


def test_kl_divergence_is_not_negative_not_symmetric_and_zero_of_equals():
    p, q = truth("kl").inputs.values()
    assert value("kl", p, q) > 0
    assert value("kl", p, q) != pytest.approx(value("kl", q, p), rel=1e-3)
    assert value("kl", p, p) == 0


def test_the_better_guess_costs_less():
    """The notes' quiz: p(1) = 0.99, q(1) = 0.01 and 0.98."""
    bad, good = (truth(f"cross_entropy_{guess}_guess") for guess in ("bad", "good"))
    assert bad.value.high == pytest.approx(-0.99 * math.log(0.01) - 0.01 * math.log(0.99), rel=1e-14)
    assert good.value.high == pytest.approx(-0.99 * math.log(0.98) - 0.01 * math.log(0.02), rel=1e-14)
    assert (round(float(bad.value.high), 4), round(float(good.value.high), 4)) == (4.5592, 0.0591)
    np.testing.assert_allclose(bad.jacobian["q"].high, [-99, -0.01 / 0.99], rtol=1e-12)


def test_through_softmax_the_divergence_has_the_gradient_q_minus_p():
    a, b = truth("kl_of_logits").inputs.values()
    p, q = entropies.softmax(np, a), entropies.softmax(np, b)
    np.testing.assert_allclose(jacobian("kl_of_logits", "b"), q - p, rtol=1e-12)
    assert np.sum(jacobian("kl_of_logits", "a")) == pytest.approx(0, abs=1e-15)


# Norms and posteriors


@pytest.mark.parametrize("order", [1, 2, 3])
def test_norms_are_numpys(order):
    x = truth(f"lp_norm_{order}").inputs["x"]
    assert truth(f"lp_norm_{order}").value.high == pytest.approx(np.linalg.norm(x, order), rel=1e-14)
    assert (x < 0).sum() == (x > 0).sum() == 2


def test_a_norm_falls_with_its_order():
    assert jacobian("lp_norm", "p") < 0


def test_a_banana_comes_from_the_first_carton_with_one_third():
    """The notes: P(c₁|banana) = (2/5 · 1/2)/(3/5) = 1/3."""
    likelihood, prior = truth("bayes").inputs.values()
    assert likelihood @ prior == pytest.approx(3 / 5, rel=1e-15)
    assert truth("bayes").value.high[0] == pytest.approx(1 / 3, rel=1e-15)
    np.testing.assert_allclose(np.exp(truth("naive_bayes_cartons").value.high), [1 / 3, 2 / 3], rtol=1e-15)


def test_a_document_has_the_posterior_of_the_product_of_its_words():
    prior, words, counts = truth("naive_bayes").inputs.values()
    joint = prior * np.prod(words**counts, axis=1)
    np.testing.assert_allclose(np.exp(truth("naive_bayes").value.high), joint / joint.sum(), rtol=1e-13)


# Mistakes


@pytest.mark.parametrize(
    ("name", "wrt", "wrong"),
    [
        ("normal_cdf", "std", lambda xp, x, mean, std: normal.phi(xp, x, mean, std)),
        ("variance", "p", lambda xp, x, p: x * x),
        ("entropy", "p", lambda xp, p: -xp.log(p)),
        ("naive_bayes", "counts", lambda xp, prior, words, counts: xp.log(words)),
        ("bivariate_normal_by_cholesky", "cov", normal.log_by_cov),
    ],
)
def test_a_wrong_closed_form_is_refused(name, wrt, wrong):
    case = FAMILY[name]
    with pytest.raises(InvalidCase, match=rf"jacobian\('{wrt}'\) is wrong at entry"):
        prove(replace(case, jacobians={**case.jacobians, wrt: wrong}), "small")
