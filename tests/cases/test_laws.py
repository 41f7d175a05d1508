"""The laws' programs: proofs, golden numbers, and costs that are counted rather than timed."""

from __future__ import annotations

import numpy as np
import pytest

from adbench import engine, registry
from adbench.case import DEFINED
from adbench.cases import laws
from adbench.oracle.certify import prove

FAMILY = {case.name.removeprefix("laws."): case for case in DEFINED[laws.__name__]}
every_case = pytest.mark.parametrize("case", FAMILY.values(), ids=FAMILY)
CHAINS = laws.wide, laws.tall


@every_case
def test_proves(case):
    assert set(prove(case, "small").truths) == {"float64", "float32"}
    assert set(case.jacobians) == set(case.wrt)


@every_case
def test_pullback_by_hand(case):
    inputs = case.make_inputs("small")
    y_bar = np.random.default_rng(0).standard_normal(np.shape(case.function(np, **inputs)))
    expected = np.tensordot(y_bar, case.jacobians["x"](np, **inputs), y_bar.ndim)
    np.testing.assert_allclose(case.pullback(np, y_bar, **inputs)["x"], expected, rtol=1e-13)


@every_case
def test_no_bare_command_times_it_or_takes_long_to_check_it(case):
    assert not case.bench
    assert all(case.jacobian_entries(size) <= 12 for size in case.sizes)


def test_wide_has_more_inputs_and_tall_more_outputs():
    shapes = [case.jacobians["x"](np, **case.make_inputs("small")).shape for case in CHAINS]
    assert shapes == [(2, 6), (6, 2)]


@pytest.mark.parametrize("case", CHAINS, ids=lambda case: case.name)
def test_chain_at_0_is_linear(case):
    inputs = case.make_inputs("small") | {"x": np.zeros(case.sizes["small"]["n"])}
    expected = inputs["F"] @ inputs["G"] @ inputs["H"]
    np.testing.assert_allclose(case.jacobians["x"](np, **inputs), expected, rtol=1e-13)


def of_x(case, **constants):
    """The case as a function of x under the engine."""
    namespace = registry.load_backend("numpy").namespace
    return lambda x: case.function(namespace, x, **constants)


def derivative(case, x, **constants):
    """By the engine, in reverse mode."""
    return engine.grad(of_x(case, **constants))(np.asarray(x))


def test_deep_chain_golden():
    nine, one = np.array(9), np.array(1.0)
    assert laws.deep_chain.function(np, one, nine) == pytest.approx(0.1, rel=1e-14)
    assert derivative(laws.deep_chain, 1.0, steps=nine) == pytest.approx(0.01, rel=1e-14)
    assert laws.deep_chain.hessians["x", "x"](np, one, nine) == pytest.approx(-0.018, rel=1e-14)


def test_deep_chain_does_not_recurse():
    assert derivative(laws.deep_chain, 1.0, steps=np.array(9999)) == pytest.approx(1e-8, rel=1e-10)


@pytest.mark.slow
def test_deep_chain_of_a_million_nodes():
    assert derivative(laws.deep_chain, 1.0, steps=np.array(499_999)) == pytest.approx(4e-12, rel=1e-9)


def test_wide_reuse_golden():
    assert derivative(laws.wide_reuse, 0.3, depth=np.array(10)) == 1024.0
    assert derivative(laws.wide_reuse, 0.3, depth=np.array(1000)) == 2.0**1000  # by paths, it would never end


def nodes(case, operator, x, **constants):
    """Nodes that the engine records for a derivative at x of the case."""
    backend = registry.load_backend("numpy")
    seeds = ((np.ones_like(x),),) if operator == "hvp" else (np.ones(()),)
    return backend.counters(operator, of_x(case, **constants), (x,), *seeds)["tape_nodes"]


def test_the_engine_records_two_nodes_a_step_and_one_a_reuse():
    x = np.array(0.5)
    chains = [nodes(laws.deep_chain, "vjp", x, steps=np.array(n)) for n in (10, 20, 30)]
    assert np.diff(chains).tolist() == [20, 20]
    reuses = [nodes(laws.wide_reuse, "vjp", x, depth=np.array(n)) for n in (10, 20, 30)]
    assert np.diff(reuses).tolist() == [10, 10]


def test_the_nodes_of_a_hessian_vector_product_do_not_depend_on_the_inputs():
    rng = np.random.default_rng(0)
    gradient, few, many = (nodes(laws.hvp_cost, "vjp", rng.standard_normal(5)),
                           nodes(laws.hvp_cost, "hvp", rng.standard_normal(5)),
                           nodes(laws.hvp_cost, "hvp", rng.standard_normal(500)))  # fmt: skip
    assert few == many <= 10 * gradient


def test_rosenbrock_golden():
    """At the classical start; 0 at the minimum, where all entries are 1."""
    x, case = np.array([-1.2, 1.0]), laws.hvp_cost
    assert case.function(np, x) == pytest.approx(24.2, rel=1e-14)
    assert derivative(case, x).tolist() == pytest.approx([-215.6, -88.0], rel=1e-13)
    np.testing.assert_allclose(case.hessians["x", "x"](np, x), [[1330, 480], [480, 200]], rtol=1e-13)
    assert case.function(np, np.ones(7)) == 0
    assert not derivative(case, np.ones(7)).any()
