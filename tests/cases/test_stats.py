"""Distributions: definitions beside SciPy's own functions, and identities between densities, cdfs and quantiles."""

from __future__ import annotations

import functools

import numpy as np
import pytest
import scipy.stats
from adbench.cases.stats.multivariate_normal import PLACES

from adbench.case import Case, defined_by
from adbench.cases import stats
from adbench.oracle.certify import prove

FAMILY = {case.name.removeprefix("stats."): case for case in defined_by(stats.__name__)}
SLOW = [name for name in FAMILY if name.startswith(("beta_scaled_cdf", "beta_cdf"))]  # seconds by both shapes
BY_TRIANGLE = ("multivariate_normal_logpdf", "multivariate_normal_pdf")  # of the covariance, in SciPy


def is_drawn(case: Case) -> bool:
    one, other = (case.make_inputs("small", point) for point in ("check", "prepare"))
    return any(not np.array_equal(one[n], other[n]) for n in case.wrt)


ORDINARY = [name for name, case in FAMILY.items() if name not in SLOW and not name.endswith("_ill") and is_drawn(case)]


@functools.cache
def truth(name):
    return prove(FAMILY[name], "small").truths["float64"]


@pytest.mark.parametrize("name", [*ORDINARY, *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW)])
def test_the_definition_is_scipys_function_and_so_is_its_derivative(name):
    """Along one direction, by central differences of SciPy's."""
    case, inputs = FAMILY[name], truth(name).inputs
    own = functools.partial(case.native["scipy"], scipy)
    np.testing.assert_allclose(own(**inputs), truth(name).value.high, rtol=1e-11, atol=1e-13)
    if name.startswith("dirichlet") or name in BY_TRIANGLE:  # beside the simplex SciPy refuses
        return
    tangents = {n: truth(name).tangents[n] for n in case.wrt}
    beside = [own(**{**inputs, **{n: inputs[n] + h * u for n, u in tangents.items()}}) for h in (1e-5, -1e-5)]
    slope = (beside[0] - beside[1]) / 2e-5
    np.testing.assert_allclose(slope, truth(name).jvp.high, rtol=1e-5, atol=1e-7)


def values(name):
    """Value and derivative by the variate, along the diagonal of the Jacobian: x is one column."""
    case, found = FAMILY[name], truth(name)
    variate = case.wrt[0]
    J = found.jacobian[variate].high
    return found.inputs, found.value.high, np.einsum("iji...->ij", J[..., 0])


@pytest.mark.parametrize("name", ["norm", "t", "gamma", "chi2", "laplace", "logistic", "cauchy", "expon", "pareto"])
def test_the_derivative_of_a_cdf_is_the_density(name):
    inputs, _, slope = values(f"{name}_cdf")
    parameters = [inputs[n] for n in FAMILY[f"{name}_cdf"].parameters]
    np.testing.assert_allclose(slope, getattr(scipy.stats, name).pdf(*parameters), rtol=1e-12)


@pytest.mark.parametrize("name", ["norm", "logistic", "cauchy", "expon", "uniform", "pareto", "gumbel_r"])
def test_a_quantile_is_the_inverse_of_the_cdf(name):
    inputs, x, slope = values(f"{name}_ppf")
    _, *parameters = (inputs[n] for n in FAMILY[f"{name}_ppf"].parameters)
    distribution = getattr(scipy.stats, name)(*parameters)
    np.testing.assert_allclose(distribution.cdf(x), np.broadcast_to(inputs["q"], x.shape), rtol=1e-12)
    np.testing.assert_allclose(slope * distribution.pdf(x), 1.0, rtol=1e-12)


def test_upper_and_lower_tails_are_mirrored():
    for lower, upper in (("cdf", "sf"), ("logcdf", "logsf")):
        below, above = truth(f"norm_{lower}_tails"), truth(f"norm_{upper}_tails")
        np.testing.assert_array_equal(below.inputs["x"], above.inputs["x"])
        assert (below.jacobian["x"].high.diagonal() > 0).all()
        assert (above.jacobian["x"].high.diagonal() < 0).all()


def test_a_covariance_by_its_entries_has_twice_the_derivative_beside_the_diagonal():
    inputs, J = truth("multivariate_normal_logpdf").inputs, truth("multivariate_normal_logpdf").jacobian["cov"].high
    np.testing.assert_allclose(J, J.T, rtol=1e-12)
    solved = np.linalg.solve(inputs["cov"], inputs["x"] - inputs["mean"])
    np.testing.assert_allclose(J, (np.outer(solved, solved) - np.linalg.inv(inputs["cov"])) / 2, rtol=1e-10)
    entries = truth("multivariate_normal_logpdf_packed")
    S = entries.inputs["entries"][PLACES]
    solved = np.linalg.solve(S, entries.inputs["x"] - entries.inputs["mean"])
    free = (np.outer(solved, solved) - np.linalg.inv(S)) / 2
    expected = (free * (2 - np.eye(3)))[np.tril_indices(3)]
    np.testing.assert_allclose(entries.jacobian["entries"].high, expected, rtol=1e-10)


def test_natives_take_inputs_in_order_and_by_name():
    case: Case = FAMILY["gamma_cdf"]
    x, a = np.array(1.5), np.array(2.5)
    own = case.native["scipy"]
    assert own(scipy, x, a) == own(scipy, x, a=a) == own(scipy, a=a, x=x) == scipy.stats.gamma.cdf(1.5, 2.5)
