"""Trees of arrays in and out of every operator."""

from typing import NamedTuple

import numpy as np
import pytest
from engine.checks import assert_close, normal

from adbench.engine import errors, grad, graph, hvp, jvp, linearize, stop_gradient, tree, value_and_grad, vjp
from adbench.engine import numpy as xp


class Layer(NamedTuple):
    weight: np.ndarray
    bias: np.ndarray


PARAMS = {"layers": [Layer(normal(3, 2), normal(3)), Layer(normal(1, 3), normal(1))], "scale": np.array(2.0)}
DOTS = tree.mapped(lambda x: normal(*x.shape, seed=7), PARAMS)
X = normal(2)


def network(params, x):
    for layer in params["layers"]:
        x = xp.tanh(layer.weight @ x + layer.bias)
    return params["scale"] * xp.sum(x)


def flat(params):
    return np.concatenate([np.ravel(leaf) for leaf in tree.leaves(params)])


def unflat(vector):
    parts, start = [], 0
    for leaf in tree.leaves(PARAMS):
        parts.append(vector[start : start + leaf.size].reshape(leaf.shape))
        start += leaf.size
    return tree.rebuilt(PARAMS, iter(parts))


def of_vector(vector):
    return network(unflat(vector), X)


def assert_same_structure(x, y):
    if not tree.is_tree(y):
        assert np.shape(x) == np.shape(y)
        return
    assert type(x) is type(y)
    if isinstance(y, dict):
        assert list(x) == list(y)
        x, y = x.values(), y.values()
    for a, b in zip(x, y, strict=True):
        assert_same_structure(a, b)


def test_gradient_has_the_arguments_structure():
    gradient = grad(network)(PARAMS, X)
    assert_same_structure(gradient, PARAMS)
    assert_close(flat(gradient), grad(of_vector)(flat(PARAMS)), 1e-14)


def test_value_and_grad_by_several_arguments():
    value, (by_params, by_x) = value_and_grad(network, (0, 1))(PARAMS, X)
    assert value == network(PARAMS, X)
    assert_same_structure(by_params, PARAMS)
    assert_close(by_x, grad(lambda x: network(PARAMS, x))(X), 1e-14)


def test_argument_beside_a_tree():
    assert_close(grad(network, 1)(PARAMS, X), grad(lambda x: network(PARAMS, x))(X), 0)
    assert_close(grad(network, -1)(PARAMS, X), grad(network, 1)(PARAMS, X), 0)


def test_jvp_and_linearize():
    expected = grad(of_vector)(flat(PARAMS)) @ flat(DOTS)
    y, y_dot = jvp(lambda p: network(p, X), (PARAMS,), (DOTS,))
    assert_close(y_dot, expected, 1e-14)
    y, pushforward = linearize(lambda p: network(p, X), PARAMS)
    assert y == network(PARAMS, X)
    assert_close(pushforward(DOTS), expected, 1e-14)


def test_vjp_with_a_tree_on_both_sides():
    def f(params):
        return {"sum": network(params, X), "rest": [params["scale"] * 2.0, (params["layers"][1].bias,)]}

    y, pullback = vjp(f, PARAMS)
    assert_same_structure(y, f(PARAMS))
    (cotangent,) = pullback({"rest": [3.0, (np.ones(1),)], "sum": 1.0})
    assert_same_structure(cotangent, PARAMS)
    gradient = grad(network)(PARAMS, X)
    assert_close(cotangent["scale"], gradient["scale"] + 6, 1e-14)
    assert_close(cotangent["layers"][1].bias, gradient["layers"][1].bias + 1, 1e-14)
    _, y_dot = jvp(f, (PARAMS,), (DOTS,))
    assert_same_structure(y_dot, y)
    assert y_dot["rest"][0] == 2 * DOTS["scale"]


def test_hvp():
    (product,) = hvp(lambda p: network(p, X), (PARAMS,), (DOTS,))
    assert_same_structure(product, PARAMS)
    assert_close(flat(product), hvp(of_vector, (flat(PARAMS),), (flat(DOTS),))[0], 1e-13)


def test_trees_nest():
    def squared_slope(params):
        return sum(xp.sum(leaf * leaf) for leaf in tree.leaves(grad(network)(params, X)))

    by_vector = grad(lambda v: xp.sum(grad(of_vector)(v) ** 2))(flat(PARAMS))
    assert_close(flat(grad(squared_slope)(PARAMS)), by_vector, 1e-13)


def test_lists_and_tuples_of_numbers():
    assert grad(lambda p: p[0] * p[1][0])([2.0, (3.0,)]) == [3, (2,)]
    assert grad(lambda p: p["a"] ** 2)({"a": 3.0, "unused": 1.0}) == {"a": 6, "unused": 0}
    assert jvp(lambda x: [x, 2 * x], (1.0,), (1.0,)) == ([1, 2], [1, 2])


def test_stop_gradient():
    def f(p):
        stopped = stop_gradient(p)
        return p["a"] * stopped["a"]

    assert grad(f)({"a": 3.0}) == {"a": 3}


def test_empty_containers():
    assert grad(lambda p: p["a"] * 2)({"a": 1.0, "none": [], "nothing": {}}) == {"a": 2, "none": [], "nothing": {}}
    assert grad(lambda p: 3.0)(()) == ()


def test_messages_name_the_leaf():
    def loss(params):
        return params["w"][0]

    with pytest.raises(errors.NotDifferentiable, match=r"argument params\['w'\]\[1\] of loss has dtype int64.*float64"):
        grad(loss)({"w": [1.0, np.array(2)]})


@pytest.mark.parametrize(
    ("dots", "message"),
    [
        ({"a": 1.0}, r"tangent\[0\] is the keys \['a'\], expected a dict with the keys \['a', 'b'\]"),
        (1.0, r"tangent\[0\] is a float, expected a dict"),
        ({"a": 1.0, "b": 1.0}, r"tangent\[0\]\['b'\] is a float, expected a tuple of 2"),
        ({"a": 1.0, "b": (1.0,)}, r"tangent\[0\]\['b'\] is 1 of them, expected a tuple of 2"),
    ],
)
def test_other_structure_is_refused(dots, message):
    with pytest.raises(errors.StructureMismatch, match=message):
        jvp(lambda p: p["a"], ({"a": 1.0, "b": (1.0, 2.0)},), (dots,))


def test_other_structure_of_a_cotangent_is_refused():
    _, pullback = vjp(lambda x: (x, x), 1.0)
    with pytest.raises(errors.StructureMismatch, match="cotangent is a float, expected a tuple of 2"):
        pullback(1.0)


def test_graph_names_the_leaves():
    assert "<b>p[&#x27;a&#x27;]</b>" in graph(lambda p: p["a"] * 2.0, {"a": 3.0}).dot
