"""Jacobians and Hessians of and by trees of arrays, their structure, and what is refused."""

from typing import NamedTuple

import numpy as np
import pytest
from engine.checks import assert_close, normal

from adbench.engine import errors, hessian, jacfwd, jacrev, jvp, tree, vjp
from adbench.engine import numpy as xp

PARAMS = {"w": normal(2, 3), "b": [normal(2), (normal(),)]}
X = normal(3)
jacobians = pytest.mark.parametrize("jacobian", [jacfwd, jacrev])


class Result(NamedTuple):
    layer: np.ndarray
    rest: dict[str, np.ndarray]


def network(params, x):
    layer = xp.tanh(params["w"] @ x + params["b"][0])
    return Result(layer, {"scale": xp.sum(layer) * params["b"][1][0], "square": x * x})


def shapes(x):
    return tree.mapped(np.shape, x)


def sized(*before):
    """The shapes of a tree like the parameters, after other axes."""
    return {"w": (*before, 2, 3), "b": [(*before, 2), ((*before,),)]}


@jacobians
def test_a_tree_like_the_value_of_trees_like_the_argument(jacobian):
    made = jacobian(network)(PARAMS, X)
    assert isinstance(made, Result)
    assert shapes(made) == Result(sized(2), {"scale": sized(), "square": sized(3)})
    made = jacobian(network, (1, 0))(PARAMS, X)
    assert shapes(made) == Result(((2, 3), sized(2)), {"scale": ((3,), sized()), "square": ((3, 3), sized(3))})
    np.testing.assert_array_equal(made.rest["square"][0], np.diag(2 * X))
    np.testing.assert_array_equal(made.rest["square"][1]["w"], 0)


@jacobians
def test_blocks_are_those_of_the_leaf_alone(jacobian):
    made = jacobian(network)(PARAMS, X)
    by_w = jacobian(lambda w: network({**PARAMS, "w": w}, X).layer)(PARAMS["w"])
    np.testing.assert_array_equal(made.layer["w"], by_w)
    by_scale = jacobian(lambda c: network({**PARAMS, "b": [PARAMS["b"][0], (c,)]}, X).rest["scale"])(PARAMS["b"][1][0])
    np.testing.assert_array_equal(made.rest["scale"]["b"][1][0], by_scale)


def test_both_modes_and_products_agree():
    forward, reverse = (j(network, (0, 1))(PARAMS, X) for j in (jacfwd, jacrev))
    dots = tree.mapped(np.ones_like, (PARAMS, X))
    along = tree.leaves(jvp(network, (PARAMS, X), dots)[1])
    rows = [forward.layer, forward.rest["scale"], forward.rest["square"]]
    for y_dot, row in zip(along, rows, strict=True):
        assert_close(sum(b.reshape(*y_dot.shape, -1).sum(-1) for b in tree.leaves(row)), y_dot, 1e-14)
    for a, b in zip(tree.leaves(forward), tree.leaves(reverse), strict=True):
        assert_close(a, b, 1e-15)


def test_hessian_of_trees():
    made = hessian(lambda p: xp.sum(p["a"]) * p["b"][0] ** 2)({"a": np.ones(2), "b": (3.0,)})
    assert shapes(made) == {"a": {"a": (2, 2), "b": ((2,),)}, "b": ({"a": (2,), "b": ((),)},)}
    np.testing.assert_array_equal(made["a"]["b"][0], [6, 6])
    np.testing.assert_array_equal(made["b"][0]["a"], [6, 6])
    assert made["b"][0]["b"][0] == 4
    by_params, by_x = hessian(network, (0, 1))(PARAMS, X).layer
    assert shapes(by_params["w"]) == (sized(2, 2, 3), (2, 2, 3, 3))
    assert shapes(by_x) == (sized(2, 3), (2, 3, 3))


@jacobians
def test_trees_without_leaves(jacobian):
    assert jacobian(lambda x: {})(1.0) == {}
    assert jacobian(lambda p: (xp.asarray(2.0), [3.0]))({"none": []}) == ({"none": []}, [{"none": []}])
    assert jacobian(lambda x: x, ())(1.0) == ()


@jacobians
def test_an_infinite_derivative_stays_in_its_leaf(jacobian):
    with np.errstate(divide="ignore"):
        assert jacobian(lambda x: (xp.sqrt(x), 2 * x))(0.0) == (np.inf, 2)


def test_a_leaf_that_nothing_flows_from():
    _, pullback = vjp(lambda x: {"root": xp.sqrt(x), "twice": 2 * x}, np.zeros(2))
    np.testing.assert_array_equal(pullback({"root": None, "twice": np.ones(2)})[0], [2, 2])
    _, pullback = vjp(xp.sqrt, 1.0)
    with pytest.raises(errors.NotDifferentiable):
        pullback(None)


@jacobians
def test_chunks_of_trees(jacobian):
    whole, pieces = jacobian(network)(PARAMS, X), jacobian(network, chunk=2)(PARAMS, X)
    for a, b in zip(tree.leaves(whole), tree.leaves(pieces), strict=True):
        assert_close(a, b, 1e-15)


@jacobians
def test_results_of_trees_share_no_memory(jacobian):
    first, second = jacobian(lambda p: (p[0] + p[1], p[0] + p[1]))((np.ones(2), np.ones(2)))
    first[0][...] = 5
    for block in (first[1], *second):
        np.testing.assert_array_equal(block, np.eye(2))


@jacobians
def test_complex_outputs(jacobian):
    """ẏ is the complex derivative; a cotangent has only a real part of it, so that reverse mode takes two."""
    np.testing.assert_array_equal(jacobian(lambda x: (1 + 2j) * x)(X), (1 + 2j) * np.eye(3))
    np.testing.assert_array_equal(jacobian(lambda x: {"re": x, "im": 1j * x})(1.0)["im"], 1j)
    spectrum = jacobian(xp.fft.rfft)(X)
    np.testing.assert_allclose(spectrum, np.fft.rfft(np.eye(3)).T, atol=1e-15)


@jacobians
def test_what_is_refused(jacobian):
    name = jacobian.__name__

    def loss(params, x):
        return params["w"] * x

    with pytest.raises(errors.NotDifferentiable, match=r"argument params\['w'\] of loss has dtype int64"):
        jacobian(loss)({"w": np.array(2)}, X)
    with pytest.raises(errors.NotDifferentiable, match=r"params\['w'\].*complex128.*real and imaginary parts"):
        jacobian(loss)({"w": np.array(2j)}, X)
    with pytest.raises(errors.EngineError, match=rf"{name} of loss by 'x', which got 1 arguments by position"):
        jacobian(loss, 1)(PARAMS, x=X)
    with pytest.raises(errors.EngineError, match="argnums is 'x', expected an integer"):
        jacobian(loss, "x")(PARAMS, X)
    with pytest.raises(errors.EngineError, match=rf"write {name}\(f\)\(x\), not {name}\(f\(x\)\)"):
        jacobian(loss(PARAMS, 2.0))
