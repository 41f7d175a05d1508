"""Derivatives of derivatives: levels that are not confused, closures, structures, errors in between."""

import itertools

import numpy as np
import pytest
from engine.checks import FINITE, assert_close, finite_jacobian, normal

from adbench.engine import (
    Tensor,
    errors,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacrev,
    jvp,
    linearize,
    stop_gradient,
    value_and_grad,
    vjp,
)
from adbench.engine import numpy as xp

ONE = np.array(1.0)


def by_jvp(f):
    return lambda x: jvp(f, (x,), (ONE,))[1]


def by_vjp(f):
    return lambda x: vjp(f, x)[1](ONE)[0]


def by_linearize(f):
    return lambda x: linearize(f, x)[1](ONE)


MODES = {"forward": by_jvp, "reverse": grad}
ALL = {**MODES, "vjp": by_vjp, "linearize": by_linearize, "jacfwd": jacfwd, "jacrev": jacrev}
PAIRS = [pytest.param(ALL[a], ALL[b], id=f"{a} of {b}") for a, b in itertools.product(ALL, repeat=2)]
TRIPLES = [pytest.param([MODES[m] for m in ms], id="-".join(ms)) for ms in itertools.product(MODES, repeat=3)]


# Perturbation confusion


@pytest.mark.parametrize(("outer", "inner"), PAIRS)
def test_inner_variable_added_to_the_outer(outer, inner):
    """d/dx (x · d/dy (x + y)) = 1; two, if the perturbations of x and y are one."""
    assert outer(lambda x: x * inner(lambda y: x + y)(ONE))(ONE) == 1


@pytest.mark.parametrize(("outer", "inner"), PAIRS)
def test_inner_variable_times_the_outer(outer, inner):
    """d/dx (x · d/dy (x y)) = d/dx x² = 2x."""
    assert outer(lambda x: x * inner(lambda y: x * y)(np.array(2.0)))(np.array(3.0)) == 6


@pytest.mark.parametrize(("outer", "inner"), PAIRS)
def test_inner_derivative_that_ignores_its_variable(outer, inner):
    """d/dy x = 0, whatever x carries."""
    assert outer(lambda x: x * inner(lambda y: x)(ONE))(ONE) == 0


@pytest.mark.parametrize(("outer", "inner"), PAIRS)
def test_inner_derivative_at_the_outer_variable(outer, inner):
    """d/dx [d/dy y³ at y = x] = 6x."""
    assert outer(lambda x: inner(lambda y: y * y * y)(x))(np.array(2.0)) == 12


@pytest.mark.parametrize("modes", TRIPLES)
def test_three_levels_of_confusion(modes):
    """d/dx (x · d/dy (y · d/dz (x + y + z))) at any point: d/dz = 1, d/dy y = 1, d/dx x = 1."""
    first, second, third = modes
    assert first(lambda x: x * second(lambda y: y * third(lambda z: x + y + z)(ONE))(ONE))(ONE) == 1


@pytest.mark.parametrize("modes", TRIPLES)
def test_levels_that_escape_through_a_function(modes):
    """The derivative of x ↦ (y ↦ x y), a function-valued function, taken at each level in turn."""
    first, second, third = modes

    def shifted(x):
        return lambda f: lambda y: f(x + y)

    def f(x):
        return second(lambda y: shifted(x)(third(lambda z: z**3))(y))(np.array(1.0))

    assert first(f)(np.array(2.0)) == 6  # z³ → 3z² at x + y, by y: 6(x + y), by x: 6


# Closures


@pytest.mark.parametrize(("outer", "inner"), PAIRS)
def test_closure_over_an_outer_intermediate(outer, inner):
    """d/dx d/dy (sin(x) y²) = 2 y cos x."""

    def f(x):
        s = xp.sin(x)
        return inner(lambda y: s * y * y)(np.array(5.0))

    assert outer(f)(np.array(0.3)) == pytest.approx(10 * np.cos(0.3), rel=1e-15)


def test_pullback_used_in_another_derivative():
    def f(x):
        _, pullback = vjp(lambda y: y * y * x, x)
        return pullback(x)[0]  # x · 2x·x

    assert grad(f)(np.array(2.0)) == 6 * 4
    assert by_jvp(f)(np.array(2.0)) == 6 * 4


def test_outer_variable_kept_in_a_list_by_the_inner_function():
    def f(x):
        kept = []

        def inner(y):
            kept.append(x * 2)  # of the outer level: it may leave the inner function
            return x * y

        return grad(inner)(3.0) + kept[0]

    assert grad(f)(5.0) == 3


def test_inner_variable_that_leaves_its_derivative():
    kept = []

    def f(x):
        grad(lambda y: kept.append(y) or x * y)(3.0)
        return x * kept[0]

    with pytest.raises(errors.TraceEnded):
        grad(f)(5.0)


# Higher orders

THIRD = {
    "x⁴": (lambda x: x**4, lambda x: 24 * x),
    "sin": (xp.sin, lambda x: -np.cos(x)),
    "tanh": (xp.tanh, lambda x: (1 - np.tanh(x) ** 2) * (6 * np.tanh(x) ** 2 - 2)),
    "exp(x²)": (lambda x: xp.exp(x * x), lambda x: (8 * x**3 + 12 * x) * np.exp(x * x)),
    "1/x": (lambda x: 1 / x, lambda x: -6 / x**4),
}


@pytest.mark.parametrize("name", THIRD)
@pytest.mark.parametrize("modes", TRIPLES)
def test_third_derivative(name, modes):
    f, third = THIRD[name]
    for mode in modes:
        f = mode(f)
    for x in (0.3, -0.7):
        assert f(np.array(x)) == pytest.approx(third(x), rel=1e-13)


def test_sixth_derivative_mixed():
    f = xp.sin
    for mode in (grad, by_jvp, by_vjp, by_linearize, grad, by_jvp):
        f = mode(f)
    assert f(np.array(0.3)) == pytest.approx(-np.sin(0.3), rel=1e-13)


def test_grad_in_jvp_in_grad():
    """g(x) = d/dε f'(x + ε v) summed is vᵀH, and its gradient the third derivative along v."""
    v = np.array([1.0, 2.0])

    def along(x):
        return xp.sum(jvp(grad(lambda x: xp.sum(x**4)), (x,), (v,))[1])

    x = np.array([0.5, -1.0])
    np.testing.assert_allclose(grad(along)(x), 24 * x * v, rtol=1e-14)


def test_gradient_of_a_step_of_descent():
    """Differentiating through an update, by its rate and by the starting point."""
    a = normal(3, 3)

    def loss(x):
        return xp.sum(xp.tanh(a @ x) ** 2)

    def after(x, rate):
        for _ in range(3):
            x = x - rate * grad(loss)(x)
        return loss(x)

    x, rate = normal(3, seed=1), np.array(0.1)
    by_x, by_rate = grad(after, (0, 1))(x, rate)
    assert_close(by_x, finite_jacobian(lambda x: after(x, rate), x), FINITE)
    assert_close(by_rate, finite_jacobian(lambda rate: after(x, rate), rate), FINITE)


def test_hessian_is_symmetric_and_gives_hvp():
    x, v = normal(4), normal(4, seed=1)

    def f(x):
        return xp.special.logsumexp(x * x) * xp.sin(x[0])

    h = hessian(f)(x)
    assert_close(h, h.T, 1e-13)
    for outer, inner in itertools.product((jacfwd, jacrev), repeat=2):
        assert_close(outer(inner(f))(x), h, 1e-13)
    assert_close(hvp(f, (x,), (v,))[0], h @ v, 1e-13)
    assert_close(linearize(grad(f), x)[1](v), h @ v, 1e-13)


# Zeros and constants


@pytest.mark.parametrize(("outer", "inner"), PAIRS)
def test_second_derivative_of_a_linear_function_is_zero(outer, inner):
    assert outer(inner(lambda x: 3 * x))(ONE) == 0


def test_unused_arguments():
    f = grad(lambda x, y, z: x * 2, (0, 1, 2))
    assert f(1.0, 2.0, 3.0) == (2, 0, 0)
    by_x, by_y = grad(lambda x, y: xp.sum(grad(lambda a, b: xp.sum(a * a))(x, y)), (0, 1))(np.ones(2), np.ones(3))
    np.testing.assert_array_equal(by_x, [2, 2])
    np.testing.assert_array_equal(by_y, np.zeros(3))


def test_stopped_at_every_level():
    assert grad(lambda x: grad(lambda y: stop_gradient(x) * y * y)(2.0))(3.0) == 0
    assert grad(lambda x: grad(lambda y: x * stop_gradient(y) * y)(2.0))(3.0) == 2


# Structures


def test_values_kept_in_structures_inside_the_function():
    def f(x):
        state = {"parts": [x * 2, (x[0], x[1:])], "sum": xp.sum(x)}
        state["parts"].append(state["sum"] * x[-1])
        return xp.sum(state["parts"][0]) + state["parts"][1][0] * xp.sum(state["parts"][1][1]) + state["parts"][2]

    x = normal(3)
    assert_close(grad(f)(x), finite_jacobian(f, x), FINITE)


def test_trees_through_two_levels():
    params = {"w": [normal(2, 2), normal(2)]}

    def norm_of_gradient(params):
        gradient = grad(lambda p: xp.sum(xp.tanh(p["w"][0] @ p["w"][1])))(params)
        return xp.sum(gradient["w"][0] ** 2) + xp.sum(gradient["w"][1] ** 2)

    by_params = grad(norm_of_gradient)(params)
    expected = finite_jacobian(lambda w: norm_of_gradient({"w": [w, params["w"][1]]}), params["w"][0])
    assert_close(by_params["w"][0], expected, FINITE)


# Python around it


def test_generator_of_thousands_of_steps():
    def states(x):
        for i in range(5000):
            x = x + 1e-3 * xp.sin(x) if i % 2 else x * 1.0
            yield x

    def last(x):
        return list(states(x))[-1]

    x = np.array(0.5)
    assert_close(grad(last)(x), finite_jacobian(last, x), FINITE)
    assert_close(grad(last)(x), by_jvp(last)(x), 1e-12)


def test_two_generators_at_different_levels_in_turn():
    """Each of two derivatives is left in the middle and taken up again."""

    def f(x):
        def halves():
            yield grad(lambda y: x * y)(2.0)
            yield grad(lambda y: x * x * y)(2.0)

        return sum(a * b for a, b in zip(halves(), halves(), strict=True))  # x² + x⁴

    assert grad(f)(2.0) == 2 * 2 + 4 * 8


def test_recursion():
    def power(x, n):
        return x * power(x, n - 1) if n else 1.0

    assert grad(grad(lambda x: power(x, 5)))(2.0) == 20 * 8


@pytest.mark.parametrize("mode", [*ALL.values(), lambda f: lambda x: f(Tensor(x))])
def test_exception_leaves_the_engine_usable(mode):
    failing = [True]

    def f(x):
        y = grad(lambda z: x * z * z)(2.0)
        if failing[0]:
            raise RuntimeError("planted")
        return y * x

    with pytest.raises(RuntimeError, match="planted"):
        mode(f)(np.array(3.0))
    with pytest.raises(RuntimeError, match="planted"):
        grad(lambda x: x * mode(f)(np.array(3.0)))(1.0)
    assert grad(lambda x: x * by_jvp(lambda y: x + y)(ONE))(3.0) == 1
    failing[0] = False
    assert grad(f)(3.0) == 24


def test_exception_caught_inside_the_function():
    def failing(y):
        raise ZeroDivisionError

    def f(x):
        try:
            return grad(lambda y: failing(y * x))(2.0)
        except ZeroDivisionError:
            return x * x

    assert value_and_grad(f)(3.0) == (9, 6)


def test_levels_of_different_dtypes():
    x = np.array([0.5, 1.5], np.float32)
    result = grad(lambda x: xp.sum(grad(lambda y: xp.sum(y**3 * 2.0))(x)))(x)
    assert result.dtype == np.float32
    assert_close(result, 12 * x, 1e-6)
