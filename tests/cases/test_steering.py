"""The particle and the saddle: cases proved by the oracle, and the published minima in all four nestings."""

from __future__ import annotations

from functools import cache, partial

import numpy as np
import pytest

from adbench.case import DEFINED
from adbench.cases import steering
from adbench.oracle.certify import prove
from adbench.registry import load_backend

CASES = {case.name.partition(".")[2]: case for case in DEFINED[steering.__name__]}
NESTINGS = ("ff", "fr", "rf", "rr")
W = 0.2071918746486116
SADDLE = 8.246324826140356e-06


@cache
def proof(name):
    return prove(CASES[name], "small")


def test_the_catalogue_is_complete():
    assert set(CASES) == {
        *(f"landing_error_{mode}" for mode in "fr"),
        *(f"{name}_{modes}" for name in ("particle", "saddle") for modes in NESTINGS),
    }


@pytest.mark.parametrize("name", CASES)
def test_the_oracle_has_the_truth_of_each(name):
    assert proof(name).proved == (("x", "y") if name.startswith("saddle") else ())
    assert proof(name).digits > 60
    assert CASES[name].formula
    assert set(proof(name).truths) == {"float64", "float32"}


def test_a_step_of_the_particle_is_down_the_slope_of_its_landing_error():
    """w − E′(w)/10: with E′ and E″ of the landing error at the same point, by the oracle."""
    w = CASES["particle_rf"].make_inputs("small")["w"]
    error = prove(CASES["landing_error_f"].at("float64", w=w[0]), "found").truths["float64"]
    step = proof("particle_rf").truths["float64"]
    np.testing.assert_allclose(step.value.high, w - error.jacobian["w"].high / 10, rtol=1e-14)
    curvature = error.second.hessian["w"].high / error.cotangent
    np.testing.assert_allclose(step.jacobian["w"].high, [[1 - curvature / 10]], rtol=1e-12)


# Golden numbers


def slope_of_landing_error(backend, modes, w):
    """E′(w) of the whole flight of some 355 steps."""
    made, (outer, inner) = load_backend(backend), modes
    error = partial(steering.landing_error, made.namespace, inner)
    got = steering.gradient(made.namespace, outer, lambda w: error(w[0]))(made.asarray(np.array([w])))
    return float(made.to_numpy(got)[0])


@pytest.mark.parametrize("modes", NESTINGS)
def test_the_landing_error_is_least_at_the_published_w(modes):
    """The solver stops where a step of 0.00256 E′ is below 1e-5; a little further on the slope is steep."""
    assert abs(slope_of_landing_error("numpy", modes, W)) < 1e-5 / 0.00256
    assert slope_of_landing_error("numpy", modes, W + 2e-3) > 0.4


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")
@pytest.mark.parametrize("modes", NESTINGS)
@pytest.mark.parametrize("library", ["torch", "jax", "autograd"])
def test_each_library_has_the_slope_of_our_engine(library, modes):
    pytest.importorskip(library)
    expected = slope_of_landing_error("numpy", modes, 0.2)
    np.testing.assert_allclose(slope_of_landing_error(library, modes, 0.2), expected, rtol=1e-10)


@pytest.mark.slow
@pytest.mark.parametrize("modes", NESTINGS)
def test_the_particle_is_steered_to_the_published_w(modes):
    w = steering.steered(load_backend("numpy").namespace, *modes)
    np.testing.assert_allclose(w, [W], rtol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("modes", NESTINGS)
def test_the_saddle_is_found_where_it_was_published(modes):
    x, y = steering.saddle_point(load_backend("numpy").namespace, *modes)
    np.testing.assert_allclose([x, y], np.full((2, 2), SADDLE), rtol=1e-12)
