"""Jacobians and Hessians, by the batch and by the row."""

import sys
import tracemalloc

import numpy as np
import pytest
from engine.checks import assert_close, normal

from adbench.engine import basis, custom_vjp, errors, grad, hessian, hvp, jacfwd, jacrev, jvp, vmap
from adbench.engine import numpy as xp
from adbench.engine.core import Axis

ONE = np.array(1.0)


@pytest.mark.parametrize("jacobian", [jacfwd, jacrev])
def test_jacobian_shapes(jacobian):
    x, y = normal(2, 3), normal(4)

    def f(x, y):
        return xp.sum(x) * xp.stack([y, y])

    by_x, by_y = jacobian(f, (0, 1))(x, y)
    assert by_x.shape == (2, 4, 2, 3)
    assert by_y.shape == (2, 4, 4)
    assert_close(by_y, np.sum(x) * np.stack([np.eye(4), np.eye(4)]), 1e-14)
    assert jacobian(lambda x: xp.sum(x * x))(x).shape == (2, 3)
    assert jacobian(lambda x: x)(np.zeros((0, 2))).shape == (0, 2, 0, 2)


def test_hessian_and_hvp():
    x, a = normal(3), normal(3, 3)
    v = normal(3, seed=1)

    def f(x):
        return x @ a @ x

    assert_close(hessian(f)(x), a + a.T, 1e-14)
    assert_close(hvp(f, (x,), (v,))[0], (a + a.T) @ v, 1e-14)
    assert hessian(lambda x: x * x)(x).shape == (3, 3, 3)


def test_hessian_blocks():
    blocks = hessian(lambda x, y: xp.sum(x) * xp.sum(y * y), (0, 1))(normal(2), np.array([1.0, 2.0, 3.0]))
    assert [[b.shape for b in row] for row in blocks] == [[(2, 2), (2, 3)], [(3, 2), (3, 3)]]
    np.testing.assert_array_equal(blocks[0][1], [[2, 4, 6]] * 2)


def test_hvp_of_several_primals():
    products = hvp(lambda x, y: x * x * y, (np.array(3.0), np.array(5.0)), (ONE, np.array(2.0)))
    assert products == (2 * 5 * 1 + 2 * 3 * 2, 2 * 3 * 1)


def test_jacobian_by_complex_inputs_is_refused():
    with pytest.raises(errors.NotDifferentiable, match="real and imaginary parts"):
        jacrev(lambda z: z * z)(np.ones(2, complex))


A, D = normal(7, 5), normal(5, seed=1)
FUNCTIONS = {
    "dense": lambda x: xp.tanh(A @ x) * xp.sum(x),
    "softmax": lambda x: xp.special.softmax(A @ x + x[0]),
    "elementwise": lambda x: 1 / (1 + xp.exp(-x)) * D,
    "selection": lambda x: xp.concat([x[::-1], x[[0, 0, 3]], xp.take(x, xp.argsort(x))]),
    "matrices": lambda x: xp.linalg.inv(xp.outer(x, x) + np.eye(5)) @ x,
    "kinks": lambda x: xp.maximum(x, 0.1) + xp.abs(x) + xp.where(x > 0, x * x, -x),
    "branch": lambda x: x * x if x[0] > 0 else -x,
    "constant": lambda x: np.ones(3),
}


@pytest.fixture
def by_loop(monkeypatch):
    """Call a function with every Jacobian taken a row at a time."""

    def call(f, x):
        with monkeypatch.context() as patch:
            patch.setattr(basis, "SINGLY", sys.maxsize)
            return f(x)

    return call


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize(
    "operator", [jacfwd, jacrev, hessian, lambda f: jacrev(jacrev(f)), lambda f: jacrev(jacfwd(f))]
)
def test_batch_equals_loop(name, operator, by_loop):
    """But for the order in which BLAS sums: 8 ulps of the largest entry."""
    jacobian, x = operator(FUNCTIONS[name]), normal(5, seed=2)
    assert_close(jacobian(x), by_loop(jacobian, x), 8 * np.finfo(float).eps)


@pytest.mark.parametrize("chunk", [1, 2, 3, 4, 5, 6, 100])
@pytest.mark.parametrize("operator", [jacfwd, jacrev, hessian])
def test_chunks(operator, chunk):
    f, x = FUNCTIONS["dense"], normal(5, seed=2)
    assert_close(operator(f, chunk=chunk)(x), operator(f)(x), 8 * np.finfo(float).eps)


def test_chunk_is_positive():
    with pytest.raises(errors.EngineError, match="chunk is 0"):
        jacfwd(lambda x: x, chunk=0)(np.ones(2))


@pytest.mark.parametrize("jacobian", [jacfwd, jacrev])
def test_chunks_chosen_by_bytes(jacobian, monkeypatch):
    sizes = []
    monkeypatch.setattr(basis, "Axis", lambda size, limit: (sizes.append(size), Axis(size, limit))[1])
    monkeypatch.setattr(basis, "FIRST_BYTES", 0)
    monkeypatch.setattr(basis, "CHUNK_BYTES", 200_000)
    x = normal(100)
    np.testing.assert_array_equal(np.diag(jacobian(lambda x: xp.sin(x) * 2.0)(x)), np.cos(x) * 2)
    assert sizes[0] == basis.FIRST_ROWS  # which is measured: two or three arrays of 800 bytes a row
    assert sum(sizes) == 100
    assert 60 <= sizes[1] <= 84


@pytest.mark.parametrize("operator", [jacfwd, jacrev, lambda f: hessian(lambda x: xp.sum(f(x)))])
def test_memory_is_bounded(operator, monkeypatch):
    """Eight intermediates of 400 rows × 64 KB take 200 MB; a limit is met by the first chunk and by the others."""
    monkeypatch.setattr(basis, "CHUNK_BYTES", 2**22)
    wide = np.ones(20)

    def f(x):
        y = xp.expand_dims(x, -1) * wide
        for _ in range(8):
            y = xp.sin(y)
        return xp.sum(y, axis=-1)

    x = normal(400)
    operator(f)(x[:3])
    tracemalloc.start()
    try:
        result = operator(f)(x)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * result.nbytes + 3 * 2**22


def test_rows_that_fill_a_chunk_are_taken_singly(monkeypatch):
    shapes = []
    monkeypatch.setattr(basis, "CHUNK_BYTES", 1000)
    push = lambda e: (shapes.append(type(e)), e * 2.0)[1]
    np.testing.assert_array_equal(basis.along_basis(push, np.ones(100)), 2 * np.eye(100))
    assert shapes == [np.ndarray] * 100


@pytest.mark.parametrize("jacobian", [jacfwd, jacrev])
def test_empty(jacobian):
    assert jacobian(lambda x: xp.sum(x) * np.ones(3))(np.zeros(0)).shape == (3, 0)
    assert jacobian(lambda x: x[:0] * 2)(np.ones(3)).shape == (0, 3)
    assert hessian(lambda x: xp.sum(x * x))(np.zeros(0)).shape == (0, 0)


@pytest.mark.parametrize("jacobian", [jacfwd, jacrev])
def test_blocks_share_no_memory(jacobian):
    x = np.ones(3)
    by_x, by_y, by_z = jacobian(lambda x, y, z: x + y, (0, 1, 2))(x, x, x)
    by_x[0, 0] = by_z[0, 0] = 5
    np.testing.assert_array_equal(by_y, np.eye(3))
    assert by_z[1, 1] == 0


def test_dtype_is_kept():
    x = np.linspace(0.1, 0.8, 4, dtype=np.float32)
    for operator in (jacfwd, jacrev, hessian):
        assert operator(lambda x: xp.tanh(x) * np.float32(2))(x).dtype == np.float32


def test_the_primal_is_computed_once_a_chunk():
    calls = []

    def f(x):
        calls.append(1)
        return xp.sin(x)

    jacrev(f)(np.ones(50))
    assert len(calls) == 1
    jacfwd(f)(np.ones(50))
    assert len(calls) == 2


def test_rule_without_batching():
    """A rule that asks for plain arrays is called a row at a time."""
    rough = custom_vjp(lambda x: x * x, lambda y_bar, y, x: np.asarray(y_bar) * 2 * x)
    np.testing.assert_array_equal(jacrev(rough)(np.arange(4.0)), np.diag(2 * np.arange(4.0)))


def test_jacobians_nest_with_everything():
    x, f = normal(3), lambda x: x**3
    each = vmap(jacfwd(f))(np.stack([x, 2 * x]))
    np.testing.assert_allclose(each[1], np.diag(3 * (2 * x) ** 2), rtol=1e-15)
    np.testing.assert_allclose(grad(lambda x: xp.sum(jacrev(f)(x)))(x), 6 * x, rtol=1e-15)
    np.testing.assert_allclose(jvp(lambda x: jacfwd(f)(x), (x,), (x,))[1], np.diag(6 * x * x), rtol=1e-15)
