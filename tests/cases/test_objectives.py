"""The benchmarks' objectives: proved by the oracle, the papers' facts, and no size at which a gradient says nothing."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from itertools import product

import numpy as np
import pytest
from adbench.backends.numpy import NumPy
from scipy import stats
from scipy.special import logsumexp, softmax

from adbench import engine, plain
from adbench.case import DEFINED
from adbench.cases import objectives
from adbench.oracle.certify import prove
from adbench.oracle.truth import Second

CASES = {case.name.partition(".")[2]: case for case in DEFINED[objectives.__name__]}
NUMPY = NumPy.namespace
BENCH = ["gmm", "lstm", "kmeans", "llsq", "lse"]
KMEANS = {size: math.prod(options.values()) for size, options in CASES["kmeans"].published.items()}
GIGABYTES = {size for size, entries in KMEANS.items() if entries > 2e7}
SECONDS = {"n4096", "n8196", "n16392", "n1000_s1000"} | {size for size, entries in KMEANS.items() if entries > 2e6}
SECONDS |= {f"l{l}_c{c}" for l, c in product((2, 4), (1024, 4096))}
SECONDS |= {f"d{d}_k{k}" for d, k in product((10, 20, 32, 64), (25, 50, 100))}
UNPROVED = [
    pytest.param(name, size, marks=[pytest.mark.slow] if size in SECONDS else [])
    for name, case in CASES.items()
    for size in case.all_sizes
    if size not in {"small"} | GIGABYTES
]


@cache
def proof(name):
    return prove(CASES[name], "small")


def truth(name):
    return proof(name).truths["float64"]


def values(name):
    return truth(name).inputs.values()


def gradient(name, wrt):
    return truth(name).jacobian[wrt].high


def near(got, expected, rtol=1e-12):
    np.testing.assert_allclose(got, expected, rtol=rtol, atol=rtol * np.max(np.abs(expected)), strict=True)


def test_the_catalogue_is_complete():
    assert list(CASES) == [*BENCH, "ode", "det"]
    assert all(case.bench for case in CASES.values())
    for name in BENCH:
        assert list(CASES[name].sizes) == ["small", *CASES[name].timed] == ["small", "medium", "large"]


def test_the_published_sizes_are_there():
    assert {name: len(case.published) for name, case in CASES.items()} == {
        "gmm": 25, "lstm": 4, "kmeans": 18, "llsq": 11, "lse": 10, "ode": 3, "det": 7,
    }  # fmt: skip
    gmm = CASES["gmm"].make_inputs("d10_k25")
    assert gmm["x"].shape == (1000, 10)
    assert {name: gmm[name].shape for name in ("alpha", "mu", "q", "l")} == {
        "alpha": (25,), "mu": (25, 10), "q": (25, 10), "l": (25, 45),
    }  # fmt: skip
    assert (gmm["gamma"], gmm["m"]) == (1.0, 0.0)
    lstm = CASES["lstm"].make_inputs("l4_c1024")
    assert lstm["main"].size + lstm["extra"].size == 8 * 4 * 14 + 3 * 14
    assert lstm["sequence"].shape == (1024, 14)


@pytest.mark.parametrize("name", CASES)
def test_the_oracle_proves_every_closed_form(name):
    assert {*CASES[name].wrt, "vjp"} <= set(proof(name).proved)
    assert set(proof(name).truths) == {"float64", "float32"}
    assert all(made.bound == "radius" and isinstance(made.second, Second) for made in proof(name).truths.values())


@pytest.mark.parametrize(("name", "size"), UNPROVED)
def test_no_size_is_degenerate(name, size):
    case = CASES[name]
    inputs = case.make_inputs(size)
    assert np.isfinite(case.function(plain.NAMESPACE, **inputs))
    for wrt, x_bar in case.pullback(plain.NAMESPACE, 1.0, **inputs).items():
        assert x_bar.shape == inputs[wrt].shape
        assert np.isfinite(x_bar).all()
        assert x_bar.any()


@pytest.mark.parametrize("name", CASES)
def test_both_modes_of_the_engine_agree_with_the_pullback_by_hand_at_a_larger_size(name):
    case = CASES[name]
    size = [*case.timed, *case.published][0]
    inputs = case.make_inputs(size)
    by_hand = case.pullback(plain.NAMESPACE, 1.0, **inputs)
    primals = tuple(inputs.pop(wrt) for wrt in case.wrt)

    def f(*primals):
        return case.function(NUMPY, **inputs, **dict(zip(case.wrt, primals, strict=True)))

    _, pullback = engine.vjp(f, *primals)
    for wrt, x_bar in zip(case.wrt, pullback(np.asarray(1.0)), strict=True):
        near(x_bar, by_hand[wrt], 1e-9)
    _, slope = engine.jvp(f, primals, primals)
    near(slope, np.asarray(sum(np.sum(by_hand[wrt] * x) for wrt, x in zip(case.wrt, primals, strict=True))), 1e-9)


# what the papers say


def test_gmm_is_the_logarithm_of_the_densities_that_it_is_made_of():
    alpha, mu, q, l, x, gamma, m = values("gmm")
    K, D = mu.shape
    log_posterior, parts = 0.0, []
    for k in range(K):
        Q = np.diag(np.exp(q[k]))
        Q[1, 0], Q[2, 0], Q[2, 1] = l[k]
        precision = Q.T @ Q
        log_posterior += stats.wishart(D + 1 + m, np.eye(D) / gamma**2).logpdf(precision)
        parts.append(math.log(softmax(alpha)[k]) + stats.multivariate_normal(mu[k], np.linalg.inv(precision)).logpdf(x))
    log_posterior += logsumexp(parts, axis=0).sum()
    near(truth("gmm").value.high, np.asarray(log_posterior))


def test_lstm_without_parameters_has_its_constant_of_2():
    inputs = CASES["lstm"].make_inputs("small")
    c, b = inputs["sequence"].shape
    empty = {**inputs, "main": 0 * inputs["main"], "extra": 0 * inputs["extra"]}
    expected = math.log(b + 2) * inputs["sequence"][1:].sum() / ((c - 1) * b)
    assert CASES["lstm"].function(plain.NAMESPACE, **empty) == pytest.approx(expected, rel=1e-14)


def test_the_newton_direction_of_kmeans_is_from_the_mean_of_the_points_to_the_centre():
    centres, points = values("kmeans")
    nearest = np.array([np.argmin([np.sum((c - p) ** 2) for c in centres]) for p in points])
    counts = np.bincount(nearest, minlength=len(centres))[:, None]
    second = truth("kmeans").second.hessian["centres"].high.reshape(centres.size, centres.size)
    near(second / truth("kmeans").cotangent, np.diag((2.0 * counts + 0 * centres).ravel()))
    expected = np.array([c - points[nearest == j].mean(axis=0) for j, c in enumerate(centres)])
    near(gradient("kmeans", "centres") / (2 * counts), expected)

    def cost(C):
        return CASES["kmeans"].function(NUMPY, C, points)

    (slope,) = engine.vjp(cost, centres)[1](np.asarray(1.0))
    (diagonal,) = engine.hvp(cost, (centres,), (np.ones_like(centres),))
    near(slope / diagonal, expected)


def test_llsq_is_pulled_by_its_residual():
    x, t = values("llsq")
    V = np.vander(t, x.size, increasing=True)
    near(gradient("llsq", "x"), -V.T @ (np.sign(t) - V @ x))


def test_the_gradient_of_lse_is_softmax():
    (x,) = values("lse")
    near(gradient("lse", "x"), softmax(x))
    near(truth("lse").value.high, np.asarray(logsumexp(x)))


@pytest.mark.parametrize("n", [1, 2, 3, 4])
@pytest.mark.parametrize("steps", [1, 3])
def test_ode_is_exact_up_to_four_unknowns(n, steps):
    x, h = CASES["ode"].draw_inputs(np.random.default_rng(n), "", {"n": n, "steps": steps}).values()
    y, pullback = engine.vjp(lambda x: CASES["ode"].function(NUMPY, x, h), x)
    near(y, np.asarray(x.prod() * 2**n / math.factorial(n)))
    near(pullback(np.asarray(1.0))[0], y / x)


@pytest.mark.parametrize(("n", "steps"), [(7, 2), (8, 2), (9, 2), (12, 5)])
def test_ode_is_what_the_series_of_its_steps_leaves_and_0_beyond_four_unknowns_a_step(n, steps):
    """A step multiplies by 1 + u + u²/2 + u³/6 + u⁴/24, u = h d/dt: y is the uⁿ of its power, times hⁿ Πx."""
    x, h = CASES["ode"].draw_inputs(np.random.default_rng(n), "", {"n": n, "steps": steps}).values()
    series = [Fraction(1)]
    for _ in range(steps):
        grown = [Fraction(0)] * (len(series) + 4)
        for (i, a), k in product(enumerate(series), range(5)):
            grown[i + k] += a / math.factorial(k)
        series = grown
    expected = float(series[n] * Fraction(2, steps) ** n) * x.prod() if n <= 4 * steps else 0.0
    assert (expected == 0.0) == (n > 4 * steps)
    near(CASES["ode"].function(plain.NAMESPACE, x, h), np.float64(expected))


def test_the_gradient_of_det_is_the_matrix_of_cofactors():
    (A,) = values("det")
    cofactors = np.array([np.cross(A[i - 2], A[i - 1]) for i in range(3)])
    near(gradient("det", "A"), cofactors)
