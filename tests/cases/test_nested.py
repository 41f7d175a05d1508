"""Derivatives inside derivatives: proved by the oracle, right in our engine whatever the modes, confusion caught."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from adbench.case import DEFINED
from adbench.cases import nested
from adbench.errors import InvalidCase
from adbench.oracle.certify import prove
from adbench.oracle.truth import truth_at
from adbench.registry import load_backend

CASES = {case.name.partition(".")[2]: case for case in DEFINED[nested.__name__]}
NESTINGS = ("ff", "fr", "rf", "rr")
THIRDS = ("x4", "sin", "tanh", "custom", "norm", "std", "power", "prod", "det", "solve")


@cache
def proof(name):
    return prove(CASES[name], "small")


def test_the_catalogue_is_complete():
    modes = {
        **dict.fromkeys(
            (
                "confusion", "confusion_product", "confusion_square", "unused", "constant", "closure",
                "gradient_of_sorted", "meta_learning_steps", "stop_gradient_of_slope", "stop_gradient_inside",
            ),
            ("f", "r"),
        ),
        **dict.fromkeys(("confusion_three", "curvature", "hessian_product"), NESTINGS),
        **{f"third_{name}": NESTINGS for name in THIRDS},
        "confusion_four": ("fff", "frf", "rfr", "rrr"),
        **dict.fromkeys(("gradient_norm", "meta_learning"), ("f", "r", "v")),
    }  # fmt: skip
    alone = {
        "pushforward", "two_pullbacks", "gauss_newton", "stop_gradient_factor", "stop_gradient_straight_through",
        "stop_gradient_logsumexp",
    }  # fmt: skip
    assert set(CASES) == {f"{name}_{mode}" for name, several in modes.items() for mode in several} | alone


@pytest.mark.parametrize("name", CASES)
def test_the_oracle_proves_every_closed_form(name):
    alone = name.startswith("meta_learning_steps")  # three steps have none
    assert set(CASES[name].jacobians) == (set() if alone else set(CASES[name].wrt))
    assert proof(name).proved == tuple(CASES[name].jacobians)
    assert CASES[name].formula
    assert set(proof(name).truths) == {"float64", "float32"}
    assert {truth.bound for truth in proof(name).truths.values()} == {"radius"}


def by_engine(name, dtype="float64"):
    """The engine's value, Jacobians by reverse mode and derivative along the tangents by forward mode."""
    backend, case, truth = load_backend("numpy"), CASES[name], proof(name).truths[dtype]
    inputs = {k: x.astype(dtype) for k, x in truth.inputs.items()}
    primals = tuple(inputs[k] for k in case.wrt)
    f = backend.bind(case, {k: x for k, x in inputs.items() if k not in case.wrt}, case.wrt)
    y, y_dot = backend.jvp(f, primals, tuple(truth.tangents[k].astype(dtype) for k in case.wrt))
    _, pullback = backend.vjp(f, primals)
    return y, y_dot, dict(zip(case.wrt, pullback(truth.cotangent.astype(dtype)), strict=True))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", CASES)
def test_the_engine_is_within_tolerance_in_both_outer_modes(name, dtype):
    truth = proof(name).truths[dtype]
    y, y_dot, x_bars = by_engine(name, dtype)
    for got, true in ((y, truth.value), (y_dot, truth.jvp), *((x_bars[k], truth.vjp[k]) for k in x_bars)):
        assert got.dtype == dtype
        assert (true.error(got) <= true.tolerance).all()


@pytest.mark.parametrize("name", [name for name, row in nested.ROWS.items() if len(row.modes) > 1])
def test_the_truth_has_no_mode(name):
    first, *others = (CASES[f"{name}_{mode}"] for mode in nested.ROWS[name].modes)
    inputs = first.make_inputs("small")
    true = truth_at(first, inputs, "float64").jacobian
    for other in others:
        for wrt, jacobian in truth_at(other, inputs, "float64").jacobian.items():
            np.testing.assert_array_equal(jacobian.high, true[wrt].high)


# Golden: what the catalogue says


@pytest.mark.parametrize("mode", ["f", "r"])
def test_perturbations_are_not_confused(mode):
    """d/dx (x d/dy (x + y)) = 1; a library that confuses the two answers 2."""
    truth = proof(f"confusion_{mode}").truths["float64"].jacobian["x"]
    assert (truth.high, truth.low, truth.tolerance) == (1, 0, 0)
    confused = replace(CASES[f"confusion_{mode}"], jacobians={"x": lambda xp, x: 2 * xp.ones_like(x)})
    with pytest.raises(InvalidCase, match=r"it says 2.*the oracle proves 1"):
        prove(confused, "small")


@pytest.mark.parametrize("modes", NESTINGS)
@pytest.mark.parametrize(
    ("name", "third"),
    [
        ("x4", lambda x: 24 * x),
        ("sin", lambda x: -np.cos(x)),
        ("tanh", lambda x: (6 * np.tanh(x) ** 2 - 2) / np.cosh(x) ** 2),
    ],
)
def test_third_derivatives(name, modes, third):
    truth = proof(f"third_{name}_{modes}").truths["float64"]
    np.testing.assert_allclose(truth.jacobian["x"].high, third(truth.inputs["x"]), rtol=1e-13)


@pytest.mark.parametrize(
    ("name", "if_it_flowed"),
    [
        ("stop_gradient_of_slope_r", lambda xp, x: 9 * x**2),
        ("stop_gradient_inside_f", lambda xp, x: 4 * x**3),
        ("stop_gradient_factor", lambda xp, x: nested.diagonal(xp, 3 * x**2)),
        ("stop_gradient_straight_through", lambda xp, x: nested.diagonal(xp, xp.cos(x))),
    ],
)
def test_a_derivative_that_flows_through_a_stop_is_refused(name, if_it_flowed):
    with pytest.raises(InvalidCase, match="is wrong at entry"):
        prove(replace(CASES[name], jacobians={"x": if_it_flowed}), "small")


# The namespace of each adapter


@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")
@pytest.mark.parametrize("library", ["numpy", "torch", "jax", "autograd"])
def test_every_library_has_the_derivatives_of_a_case(library):
    """Of c sin x, at x = (0.5, 1): by `jvp` and `vjp` of two primals, and by `grad` with c = `stop_gradient(x)`."""
    pytest.importorskip(library)
    backend = load_backend(library)
    xp, at = backend.namespace, np.array([0.5, 1.0])
    x, c = (backend.asarray(a) for a in (at, np.array([2.0, -3.0])))

    def f(x, c):
        return xp.sin(x) * c

    y, y_dot = xp.ad.jvp(f, (x, c), (c, x))
    _, pullback = xp.ad.vjp(f, x, c)
    x_bar, c_bar = pullback(c)
    found = y, y_dot, x_bar, c_bar, xp.ad.grad(lambda x: xp.sum(f(x, xp.ad.stop_gradient(x))))(x)
    k, sin, cos = np.array([2.0, -3.0]), np.sin(at), np.cos(at)
    expected = sin * k, cos * k * k + sin * at, cos * k * k, sin * k, cos * at
    for got, true in zip(found, expected, strict=True):
        np.testing.assert_allclose(backend.to_numpy(got), true, rtol=1e-14)


def test_numpy_alone_has_no_derivatives_inside(adbench):
    _, out, _ = adbench("run", "nested.confusion_r", "--backend", "manual,finite")
    assert "0 applicable of 4 cells" in out
