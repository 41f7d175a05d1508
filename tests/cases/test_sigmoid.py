"""Sigmoid chains: proved by the oracle, and what the rule s(1 − s) costs at x = 100."""

from __future__ import annotations

import importlib
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from adbench.case import DEFINED
from adbench.cases import sigmoid
from adbench.errors import InvalidCase
from adbench.namespace import Namespace
from adbench.oracle.certify import prove

CASES = {case.name.partition(".")[2]: case for case in DEFINED[sigmoid.__name__]}
CELLS = [
    (name, size) for name, case in CASES.items() for size in case.sizes if size not in ("medium", "large")
]
TYPED = [(name, size, dtype) for name, size in CELLS for dtype in CASES[name].dtypes]
FOLDS = (1, 3, 10, 100)
CHAINS = [f"sigmoid_{rule}chain_{k}" for k in FOLDS for rule in ("", "custom_")]
LIBRARIES = {"numpy": "", "array_api_compat.torch": "torch.special", "jax.numpy": "jax.scipy.special"}


@cache
def truths(name, size):
    return prove(CASES[name], size).truths


@cache
def namespace(library):
    """A library's module with the two extensions that this family uses; a value has no need of the rule."""
    module = pytest.importorskip(library)
    if library == "jax.numpy":
        pytest.importorskip("jax").config.update("jax_enable_x64", True)
    special = LIBRARIES[library]
    expit = importlib.import_module(special).expit if special else lambda x: 1 / (1 + np.exp(-x))
    extensions = {
        "special": Namespace("special", None, {"expit": expit}),
        "ad": Namespace("ad", None, {"custom_vjp": lambda f, vjp, jvp=None: f}),
    }
    return Namespace(library, module, extensions)


def inputs_of(name, size, dtype):
    return {k: x.astype(dtype) for k, x in truths(name, size)[dtype].inputs.items()}


def test_the_catalogue_is_complete():
    single = {"sigmoid_naive", "sigmoid_custom", "sigmoid_stable"}
    there = {f"{name}_at_100" for name in (*single, "sigmoid_chain_3", "sigmoid_custom_chain_3")}
    assert set(CASES) == single | set(CHAINS) | there


@pytest.mark.parametrize(("name", "size"), CELLS)
def test_the_oracle_proves_every_closed_form(name, size):
    assert set(CASES[name].jacobians) == {"x"}
    assert CASES[name].formula
    assert set(truths(name, size)) == set(CASES[name].dtypes)


@pytest.mark.parametrize(("name", "size", "dtype"), TYPED)
def test_closed_forms_in_numpy_are_within_tolerance(name, size, dtype):
    truth = truths(name, size)[dtype].jacobian["x"]
    jacobian = CASES[name].jacobians["x"](namespace("numpy"), **inputs_of(name, size, dtype))
    assert jacobian.dtype == dtype
    assert (truth.error(jacobian) <= truth.tolerance).all()


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_is_timed_and_has_a_pullback_within_tolerance(name):
    case = CASES[name]
    assert case.bench
    assert list(case.sizes) == ["small", "one", "medium", "large"]
    for dtype in case.dtypes:
        truth = truths(name, "small")[dtype]
        pulled = case.pullback(np, truth.cotangent.astype(dtype), **inputs_of(name, "small", dtype))["x"]
        assert pulled.dtype == dtype
        assert (truth.vjp["x"].error(pulled) <= truth.vjp["x"].tolerance).all()


@pytest.mark.parametrize(("name", "size", "dtype"), [cell for cell in TYPED if cell[1] == "small"])
@pytest.mark.parametrize("library", LIBRARIES)
def test_values_and_dtypes_in_each_library(library, name, size, dtype):
    xp, truth = namespace(library), truths(name, size)[dtype]
    arrays = {k: xp.asarray(x) for k, x in inputs_of(name, size, dtype).items()}
    value = np.asarray(CASES[name].function(xp, **arrays))
    assert value.dtype == dtype
    assert (truth.value.error(value) <= truth.value.tolerance).all()


def test_the_custom_sigmoid_is_built_once_a_namespace():
    xp = namespace("numpy")
    assert sigmoid.custom(xp) is sigmoid.custom(xp)


@pytest.mark.parametrize("name", ["sigmoid_naive_at_100", "sigmoid_custom_at_100", "sigmoid_stable_at_100"])
def test_golden_derivative_at_100(name):
    derivative = truths(name, "small")["float64"].jacobian["x"].high
    np.testing.assert_allclose(derivative, [[3.72e-44]], rtol=0, atol=0.005e-44)


@pytest.mark.parametrize("rule", ["", "custom_"])
def test_three_folds_at_100_are_the_slopes_at_100_and_1_and_s_of_1(rule):
    derivative = truths(f"sigmoid_{rule}chain_3_at_100", "small")["float64"].jacobian["x"].high
    s = 1 / (1 + np.exp(-1.0))
    ss = 1 / (1 + np.exp(-s))
    np.testing.assert_allclose(derivative, [[np.exp(-100) * s * (1 - s) * ss * (1 - ss)]], rtol=1e-14)


def test_the_rule_s_times_1_minus_s_is_zero_at_100():
    s = CASES["sigmoid_naive_at_100"].function(np, np.array([100.0]))
    assert s * (1 - s) == 0


def by_engine(name):
    """The engine's reverse and forward derivative of a case at x = 100."""
    engine = pytest.importorskip("adbench.engine")
    module = pytest.importorskip("adbench.engine.numpy")
    xp = Namespace("engine", module, {"ad": Namespace("ad", None, {"custom_vjp": engine.custom_vjp})})
    case = CASES[name]
    x = case.make_inputs("small")["x"]
    _, pullback = engine.vjp(lambda x: case.function(xp, x), x)
    _, y_dot = engine.jvp(lambda x: case.function(xp, x), (x,), (np.ones(1),))
    return pullback(np.ones(1))[0], y_dot


@pytest.mark.parametrize("name", ["sigmoid_naive_at_100", "sigmoid_chain_3_at_100"])
def test_the_naive_formula_keeps_its_digits_in_both_modes(name):
    truth = truths(name, "small")["float64"].jacobian["x"]
    for derivative in by_engine(name):
        assert (truth.error(derivative.reshape(1, 1)) <= truth.tolerance).all()


@pytest.mark.parametrize("name", ["sigmoid_custom_at_100", "sigmoid_custom_chain_3_at_100"])
def test_the_custom_rule_loses_every_digit_in_both_modes(name):
    truth = truths(name, "small")["float64"].jacobian["x"]
    for derivative in by_engine(name):
        assert derivative == 0
        assert (truth.error(derivative.reshape(1, 1)) > 1e10 * truth.tolerance).all()


def test_a_planted_wrong_closed_form_is_refused():
    forgets_a_fold = replace(CASES["sigmoid_chain_10"], jacobians=CASES["sigmoid_chain_3"].jacobians)
    with pytest.raises(InvalidCase, match=r"jacobian\('x'\) is wrong at entry \[0, 0\]"):
        prove(forgets_a_fold, "small")


def test_a_planted_wrong_pullback_is_refused():
    forgets_a_fold = replace(CASES["sigmoid_chain_10"], pullback=CASES["sigmoid_chain_3"].pullback)
    with pytest.raises(InvalidCase, match="vjp of x is wrong at entry"):
        prove(forgets_a_fold, "small")


def test_a_closed_form_of_the_wrong_shape_is_refused():
    not_a_matrix = replace(CASES["sigmoid_naive"], jacobians={"x": sigmoid.slope})
    with pytest.raises(InvalidCase, match=r"has shape \(7,\), expected \(7, 7\)"):
        prove(not_a_matrix, "small")
