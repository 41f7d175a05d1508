"""Smooth functions of repeated eigenvalues, in all nestings, held to the same functions without eigenvalues."""

import numpy as np
import pytest
from engine.checks import assert_close, normal

from adbench.engine import compile, grad, hessian, hvp, jacfwd, jacrev, jvp, vmap
from adbench.engine import numpy as xp

NESTINGS = {"ff": (jacfwd, jacfwd), "fr": (jacfwd, jacrev), "rf": (jacrev, jacfwd), "rr": (jacrev, jacrev)}
ROUNDING = 1e-14

turn = np.linalg.qr(normal(3, 3))[0]
POINTS = {
    "identity": 2 * np.eye(3),
    "two equal": np.diag([1.0, 1.0, 3.0]),
    "two others equal": np.diag([3.0, 0.5, 3.0]),
    "turned": turn @ np.diag([1.0, 2.0, 2.0]) @ turn.T,
    "distinct": np.diag([1.0, 2.0, 4.0]),
}
w, trace = xp.linalg.eigvalsh, xp.linalg.trace
SMOOTH = {
    "squares": (lambda x: xp.sum(w(x) ** 2), lambda x: trace(x @ x)),
    "cubes": (lambda x: xp.sum(w(x) ** 3), lambda x: trace(x @ x @ x)),
    "logarithm": (lambda x: xp.sum(xp.log(w(x))), lambda x: xp.linalg.slogdet(x)[1]),
    "inverse": (lambda x: xp.sum(1 / w(x)), lambda x: trace(xp.linalg.inv(x))),
    "exponential": (lambda x: xp.sum(xp.exp(w(x))), lambda x: trace(xp.linalg.expm(x))),
    "product": (lambda x: xp.prod(w(x)), xp.linalg.det),
    "square of a sum": (lambda x: xp.sum(w(x)) ** 2, lambda x: trace(x) ** 2),
    "ratio": (lambda x: xp.sum(w(x) ** 2) / xp.sum(w(x)), lambda x: trace(x @ x) / trace(x)),
    "eigh": (lambda x: xp.sum(xp.sqrt(xp.linalg.eigh(x)[0])), None),
    "norm": (lambda x: xp.linalg.vector_norm(w(x)), lambda x: xp.sqrt(trace(x @ x))),
}
symmetric = lambda x: (x + x.T) / 2


def of_square_root(x):
    """The trace of √X by Newton's iteration."""
    y = x
    for _ in range(30):
        y = (y + xp.linalg.solve(y, x)) / 2
    return trace(y)


@pytest.mark.parametrize("nesting", NESTINGS)
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("name", SMOOTH)
def test_hessian(name, point, nesting):
    f, same = SMOOTH[name]
    outer, inner = NESTINGS[nesting]
    expected = hessian(lambda x: (same or of_square_root)(symmetric(x)))(POINTS[point])
    assert_close(outer(inner(f))(POINTS[point]), expected, ROUNDING if same else 1e-12)


s = xp.linalg.svdvals
GENERAL = {
    "turn of 2 I": 2 * turn,
    "two equal": turn @ np.diag([1.0, 1.0, 3.0]),
    "tall": 3 * np.eye(3)[:, :2],
    "wide": 3 * np.eye(2, 3),
    "zeros": np.zeros((2, 2)),
    "rank one": np.diag([2.0, 0.0, 0.0]),
}
OF_SINGULAR_VALUES = {
    "squares": (lambda x: xp.sum(s(x) ** 2), lambda x: xp.sum(x * x)),
    "fourth powers": (lambda x: xp.sum(s(x) ** 4), lambda x: trace(x.T @ x @ x.T @ x)),
    "svd": (lambda x: xp.sum(xp.linalg.svd(x, full_matrices=False)[1] ** 2), lambda x: xp.sum(x * x)),
    "sum": (lambda x: xp.sum(s(x)), lambda x: of_square_root(x.T @ x if x.shape[0] >= x.shape[1] else x @ x.T)),
}


KINKS = {("sum", "zeros"), ("sum", "rank one")}


@pytest.mark.parametrize("nesting", NESTINGS)
@pytest.mark.parametrize(("name", "point"), sorted({(n, p) for n in OF_SINGULAR_VALUES for p in GENERAL} - KINKS))
def test_hessian_of_singular_values(name, point, nesting):
    f, same = OF_SINGULAR_VALUES[name]
    outer, inner = NESTINGS[nesting]
    expected = hessian(same)(GENERAL[point])
    assert_close(outer(inner(f))(GENERAL[point]), expected, 1e-12 if name == "sum" else ROUNDING)


def test_polar_factor_of_equal_singular_values():
    """d(U Vᴴ) at the identity is the skew part of Ẋ."""

    def polar(x):
        u, _, vh = xp.linalg.svd(x)
        return u @ vh

    x_dot = normal(3, 3)
    assert_close(jvp(polar, (np.eye(3),), (x_dot,))[1], (x_dot - x_dot.T) / 2, ROUNDING)
    by_reverse = np.einsum("ijkl,kl->ij", jacrev(polar)(np.eye(3)), x_dot)
    assert_close(by_reverse, (x_dot - x_dot.T) / 2, ROUNDING)


@pytest.mark.parametrize("nesting", NESTINGS)
def test_stacks(nesting):
    outer, inner = NESTINGS[nesting]
    x = np.stack([np.eye(2), np.diag([1.0, 2.0])])
    f = lambda x: xp.sum(xp.log(w(x)) * np.array([[1.0], [3.0]]))
    expected = hessian(lambda x: xp.sum(xp.linalg.slogdet((x + x.mT) / 2)[1] * np.array([1.0, 3.0])))(x)
    assert_close(outer(inner(f))(x), expected, ROUNDING)


def test_complex_matrices():
    """At 2 I, by the real and the imaginary part."""
    f = lambda x: xp.sum(xp.log(w(x[0] + 1j * x[1])))
    hermitian = lambda x: (x[0] + x[0].T) / 2 + 0.5j * (x[1] - x[1].T)
    x = np.stack([2 * np.eye(2), np.zeros((2, 2))])
    expected = hessian(lambda x: xp.linalg.slogdet(hermitian(x))[1])(x)
    for outer, inner in NESTINGS.values():
        assert_close(outer(inner(f))(x), expected, ROUNDING)


def test_products_and_batches():
    f, same = SMOOTH["logarithm"]
    x, x_dot = np.eye(3), normal(3, 3)
    expected = hvp(lambda x: same(symmetric(x)), (x,), (x_dot,))[0]
    assert_close(hvp(f, (x,), (x_dot,))[0], expected, ROUNDING)
    assert_close(grad(lambda x: xp.sum(grad(f)(x) * x_dot))(x), expected, ROUNDING)
    both = np.stack([x, POINTS["distinct"]])
    assert_close(vmap(hessian(f))(both)[0], hessian(f)(x), ROUNDING)
    assert_close(compile(hessian(f), POINTS["distinct"])(x), hessian(f)(x), ROUNDING)


def test_the_tape_between_eigenvalues_and_gradient_is_left_as_it_was():
    """Its nodes have cotangents of their own when the private pass comes, as in a pullback that is called again."""
    f = SMOOTH["cubes"][0]
    x = np.eye(2)

    def twice(x):
        slope = grad(f)(x)
        return xp.sum(slope * slope) + xp.sum(grad(f)(x))

    expected = grad(lambda x: xp.sum((3 * x @ x) * (3 * x @ x)) + xp.sum(3 * x @ x))(x)
    assert_close(grad(twice)(x), symmetric(expected), ROUNDING)


def test_a_function_of_the_matrix_is_right_forward_alone():
    """Through eigenvectors d exp(1) Ẋ comes out on the diagonal alone in reverse; `expm` has all of it."""

    def through_eigenvectors(x):
        values, v = xp.linalg.eigh(x)
        return v @ (xp.exp(values)[:, None] * v.T)

    x, x_dot = np.eye(2), np.ones((2, 2))
    np.testing.assert_allclose(jvp(through_eigenvectors, (x,), (x_dot,))[1], np.e * x_dot, rtol=1e-14)
    np.testing.assert_allclose(np.sum(jacrev(through_eigenvectors)(x), (2, 3)), np.e * np.eye(2), rtol=1e-14)
    np.testing.assert_allclose(np.sum(jacrev(xp.linalg.expm)(x), (2, 3)), np.e * x_dot, rtol=1e-14)
