"""Batches of examples: every function under `vmap` equals the loop, in value and in both modes, both ways nested."""

import re

import numpy as np
import pytest
from engine.checks import normal, positive

from adbench.engine import (
    bilinear,
    custom_vjp,
    elementwise,
    errors,
    grad,
    hessian,
    jvp,
    linear,
    primitive,
    stop_gradient,
    vjp,
    vmap,
)
from adbench.engine import numpy as xp

B = 3
M, V, C = positive(4, 4, seed=7), positive(4, seed=8), positive(2, 4, 4, seed=9)
UNARY = """
    abs acos asin asinh atan atanh cos cosh exp exp2 expm1 log log10 log1p log2 negative positive reciprocal
    sin sinh sqrt square tan tanh ceil floor round sign trunc
"""
REDUCTIONS = "max mean min prod sum var"
BINARY = "add atan2 copysign divide hypot logaddexp maximum minimum multiply power remainder subtract"
ROWS = np.array([[0, 2], [1, 1]])
MASK = np.array([True, False, True, True])

# Calls on a 4×4 example x, on v, a vector made of x, and on constants.
CALLS = """
    1 + acosh(1 + x)
    clip(x, 0.4, v)
    where(x > 0.5, x, v); where(M > 0.5, 1.0, v); where(v > 0.5, M, 0.0)
    take(x, ROWS, axis=1); take(x, argsort(v), axis=0); take(M, argmax(v))
    take_along_axis(x, argsort(x, axis=0), axis=0)
    einsum("ij,j->i", x, v); einsum("ij,jk,k", M, x, V); einsum("ii->i", x); einsum("...ij,j", C, v)
    matmul(x, v); v @ x; v @ v; x @ x.T; stack([x, x]) @ x; x @ stack([x, x]); stack([x, x]) @ v; v @ stack([x, x])
    M @ x; V @ x; C @ x; x @ M; x @ V; x @ C; M @ v; V @ v; C @ v; v @ M; v @ V; v @ C; stack([x, x]) @ V
    outer(v, V); outer(v, v)
    tensordot(C, x, axes=2); tensordot(x, M, axes=([0], [1]))
    vecdot(x, v); vecdot(M, x, axis=0)
    cumulative_sum(x, axis=1); cumulative_sum(v, include_initial=True); cumsum(x, axis=0); diff(x, axis=0, n=2)
    cumulative_prod(x, axis=1); cumprod(v); sort(x, axis=0); sort(round(4 * x) * v, descending=True)
    kron(v, V); kron(x, M[:2]); meshgrid(v, V)[0]; sinc(x); real(x + 1j * v); imag(x * (1 + 1j * V)); real(conj(1j * x))
    real(fft.fft(x)); imag(fft.rfft(v, n=6)); fft.irfft(x + 1j * V, axis=0); real(fft.ifft(x, axis=0))
    std(x, axis=-1)
    astype(x, float32)
    broadcast_arrays(v, M)[0]; broadcast_arrays(x, C)[0]
    broadcast_to(v, (2, 4, 4)); broadcast_to(v[0], (3,))
    concat([x, M], axis=1); concat([v, x], axis=None)
    stack([v, V, v], axis=-1); stack([V, v], axis=1)
    unstack(x, axis=1)[2]
    expand_dims(x, axis=1); expand_dims(x, axis=(0, -1))
    squeeze(x[None, :, :1], axis=(0, 2)); squeeze(x[None, :, :1])
    flip(x); flip(x, axis=0); flip(x, axis=-1)
    roll(x, 3); roll(x, (1, 2), axis=(0, 1))
    matrix_transpose(x) @ v; x.T * v; stack([x, x]).T
    moveaxis(x[None], 0, 2); moveaxis(x[None], (0, 1), (-1, 0))
    permute_dims(x[None], (2, -3, 1)); permute_dims(x[None])
    swapaxes(x[None], 0, -1)
    repeat(x, 2, axis=1); repeat(v, [1, 0, 2, 1])
    reshape(x, (2, -1)); reshape(x, 16)
    tile(x, (2, 1, 3))
    tril(x, k=1); tril(v); triu(x)
    linalg.det(x); linalg.inv(x + 4 * I); linalg.solve(x + 4 * I, V); linalg.solve(M + 4 * I, v)
    linalg.solve(C + 4 * I, x); linalg.slogdet(x)[1]; linalg.slogdet(x)[0] * v; linalg.cholesky(x @ x.T + I)
    linalg.qr(x)[0] @ v; linalg.qr(x)[1]; linalg.eigh(x + x.T)[0]; linalg.eigvalsh(x + x.T); linalg.svdvals(x)
    linalg.svd(x)[1] * v; linalg.pinv(x[:, :3]); linalg.matrix_power(x, 3); linalg.expm(x); linalg.multi_dot([x, M, v])
    linalg.solve_triangular(x + 4 * I, V); linalg.solve_triangular(M + 4 * I, x, lower=True)
    linalg.cross(x[:, :3], v[:3])
    linalg.trace(x); linalg.diagonal(x, offset=1); linalg.matrix_norm(x)
    linalg.vector_norm(x, axis=0); linalg.vector_norm(x, ord=0); linalg.vector_norm(x, axis=1, ord=1)
    linalg.vector_norm(x, axis=0, ord=3); linalg.vector_norm(x, ord=inf)
    special.i0(x); special.i0e(x); special.i1(x); special.i1e(x); special.iv(2, x); special.ive(1, x); special.j0(x)
    special.j1(x); special.jv(2, x); special.k0(x); special.k0e(x); special.k1(x); special.k1e(x); special.kv(2, x)
    special.kve(1, x); special.y0(x); special.y1(x); special.yv(2, x); special.airy(x)[2]
    special.dawsn(x); special.erf(x); special.erfc(x); special.erfcx(x); special.erfi(x); special.log_ndtr(x)
    special.ndtr(x); special.erfinv(0.5 * tanh(x)); special.erfcinv(expit(x)); special.ndtri(0.5 * expit(x))
    special.entr(x); special.exp1(x); special.expi(x); special.expn(2, x); special.kl_div(x, v); special.rel_entr(v, x)
    special.logit(expit(x)); special.spence(x); special.xlog1py(x, v); special.xlogy(x, v)
    special.beta(v, V); special.betaln(x, v); special.digamma(x); special.gamma(x); special.gammaln(x)
    special.loggamma(x); special.multigammaln(x + 1, 2); special.poch(x, V); special.polygamma(2, x); special.psi(x)
    special.rgamma(x); special.zeta(3.0, x); special.gammainc(1.5, x); special.gammaincc(1.5, x)
    special.betainc(1.5, 2.5, expit(x))
    special.expit(x); special.log_expit(x); special.softmax(x, axis=0); special.softmax(x)
    special.log_softmax(x, axis=-1); special.logsumexp(x); special.logsumexp(x, axis=0, keepdims=True)
    x[0]; x[-1]; x[:, 1]; x[..., None]; x[ROWS]; x[ROWS, ROWS]; x[MASK]; x[MASK, 1]; x[True]
    C3[ROWS, :, ROWS] * v[0]; (C3 * x)[ROWS, :, ROWS]; (C3 * x)[0, 1:3, ROWS]; (C3 * x)[ROWS, ..., 1]
    x[argsort(v)]; M[:, argmin(v)] * v; x[argsort(v), 1:]
    full((2, 3), v[0]); full_like(M, v[0]); asarray([v[0], 1.0, v[1]])
"""
CONSTANTS = {"M": M, "V": V, "C": C, "C3": C[[0, 1, 0]], "I": np.eye(4), "ROWS": ROWS, "MASK": MASK}
NAMES = {**vars(xp), **CONSTANTS, "expit": xp.special.expit}


def calls():
    """The source of every call."""
    yield from (f"{name}(x)" for name in UNARY.split())
    for name in BINARY.split():
        yield from (f"{name}({pair})" for pair in ("x, V", "C, v[0]", "v, x", "0.5, v", "x, v[1]"))
    for name in REDUCTIONS.split():
        yield from (f"{name}({rest})" for rest in ("x", "x, axis=0", "x, axis=(-1, 0), keepdims=True", "v[0]"))
    for line in CALLS.strip().splitlines():
        yield from (call.strip() for call in line.split(";"))


def test_no_function_is_left_out():
    from adbench.engine.numpy import RULES

    called = set(re.findall(r"\w+(?=\()", " ".join(calls())))
    assert {name for names in RULES.values() for name in names.split()} <= called


@pytest.mark.parametrize("call", list(calls()))
def test_batch_equals_loop(call):
    x, x_dot = positive(B, 4, 4), normal(B, 4, 4)

    def f(x):
        return eval(call, {**NAMES, "x": x, "v": 0.9 * x[1]})

    def tangent(x, x_dot):
        return jvp(f, (x,), (x_dot,))[1]

    def cotangent(x):
        y, pullback = vjp(f, x)
        return pullback(xp.cos(xp.asarray(y)))[0]

    same(vmap(f)(x), [f(example) for example in x])
    x_dots = [tangent(*example) for example in zip(x, x_dot, strict=True)]
    same(vmap(tangent)(x, x_dot), x_dots)
    same(jvp(vmap(f), (x,), (x_dot,))[1], x_dots)
    x_bars = [cotangent(example) for example in x]
    same(vmap(cotangent)(x), x_bars)
    y, pullback = vjp(vmap(f), x)
    same(pullback(np.cos(y))[0], x_bars)


def same(actual, examples):
    """Equal but for the rounding of BLAS, which sums in another order."""
    expected = np.stack(examples)
    assert actual.shape == expected.shape
    assert actual.dtype == expected.dtype
    rtol = 1e-12 if actual.dtype == np.float64 else 1e-5
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=rtol * max(1, np.abs(expected).max(initial=0)))


def test_nested():
    x, y = normal(3, 2), normal(4, 2)
    table = vmap(lambda a: vmap(lambda b: xp.sum(xp.sin(a) * b))(y))(x)
    np.testing.assert_allclose(table, np.sin(x) @ y.T, rtol=1e-14)
    product = vmap(vmap(lambda a, b: a @ b, in_axes=(None, 0)), in_axes=(0, None))
    np.testing.assert_allclose(product(x, y), x @ y.T, rtol=1e-14)


def test_gradient_and_batch_in_either_order():
    x = normal(5)
    each = vmap(grad(lambda x: xp.sin(x) * x))(x)
    np.testing.assert_allclose(each, np.cos(x) * x + np.sin(x), rtol=1e-14)
    np.testing.assert_array_equal(grad(lambda x: xp.sum(vmap(lambda x: xp.sin(x) * x)(x)))(x), each)


def test_perturbations_are_not_confused_through_a_batch():
    """d/dx Σ (x · d/dy (x + y)) is the number of examples, in every mode."""
    y = normal(3)

    def f(x):
        return xp.sum(vmap(lambda y: x * grad(lambda y: x + y)(y))(y))

    assert grad(f)(2.0) == 3
    assert jvp(f, (2.0,), (1.0,))[1] == 3
    assert grad(lambda x: xp.sum(vmap(lambda y: x * jvp(lambda y: x + y, (y,), (1.0,))[1])(y)))(2.0) == 3


@pytest.mark.parametrize("order", ["vgg", "gvg", "ggv"])
def test_second_derivative_with_a_batch_at_each_place(order):
    def summed(f):
        return lambda x: xp.sum(f(x))

    f = (lambda x: x**3 * xp.exp(x)) if order[-1] == "v" else (lambda x: xp.sum(x**3 * xp.exp(x)))
    for step in reversed(order):
        f = vmap(f) if step == "v" else grad(summed(f))
    x = positive(4)
    np.testing.assert_allclose(f(x), np.exp(x) * (x**3 + 6 * x**2 + 6 * x), rtol=1e-13)


def test_hessian_of_each_example():
    x = normal(3, 2)
    f = lambda x: xp.sum(xp.exp(x)) * x[0]
    same(vmap(hessian(f))(x), [hessian(f)(row) for row in x])


def test_axes():
    x, y = normal(2, 3, 4), normal(4, 3)
    f = lambda a, b: xp.outer(a[0], b)
    expected = np.stack([np.outer(x[0, :, i], y[i]) for i in range(4)])
    for in_axes in ((2, 0), (-1, -2)):
        np.testing.assert_array_equal(vmap(f, in_axes)(x, y), expected)
    np.testing.assert_array_equal(vmap(f, (2, 0), out_axes=-1)(x, y), np.moveaxis(expected, 0, -1))
    np.testing.assert_array_equal(vmap(f, [None, 0])(x[..., 0], y)[2], np.outer(x[0, :, 0], y[2]))
    first, second = vmap(lambda a: (a, a), out_axes=(0, 1))(y)
    assert (first.shape, second.shape) == ((4, 3), (3, 4))


def test_trees_and_keywords():
    f = lambda p, *, power: {"a": p["w"] ** power, "b": [p["w"] + p["b"][0], 1.0]}
    y = vmap(f)({"w": np.arange(3.0), "b": (np.ones(3),)}, power=2)
    np.testing.assert_array_equal(y["a"], [0, 1, 4])
    np.testing.assert_array_equal(y["b"], [[1, 2, 3], [1, 1, 1]])


def test_what_is_the_same_for_all_examples_is_repeated():
    assert vmap(lambda x: 3.0)(np.ones(4)).shape == (4,)
    np.testing.assert_array_equal(vmap(grad(lambda x: 2.0 * x))(np.ones(4)), [2.0] * 4)


@pytest.mark.parametrize("f", [lambda x: xp.sum(x * x), lambda x: x @ M, lambda x: xp.linalg.det(xp.outer(x, x)), len])
def test_no_examples(f):
    assert vmap(f)(np.zeros((0, 4))).shape == (0, *np.shape(f(np.ones(4))))


def test_branches_on_values_take_examples_singly():
    seen = []

    def f(x):
        seen.append(type(x).__name__)
        return xp.sin(x) if x > 0 else -x

    x = np.array([-1.0, 2.0, 3.0])
    np.testing.assert_array_equal(vmap(f)(x), [1, np.sin(2), np.sin(3)])
    np.testing.assert_array_equal(vmap(grad(f))(x), [-1, np.cos(2), np.cos(3)])
    seen.clear()
    np.testing.assert_array_equal(vmap(f)(x[1:]), np.sin(x[1:]))
    assert seen == ["Batched"]


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x * float(x[0]),
        lambda x: x[: int(x[1])] * 0 + 1,
        lambda x: xp.sum(xp.nonzero(x > 0)[0]),
        lambda x: x * np.asarray(x),
    ],
)  # fmt: skip
def test_what_only_an_example_can_answer(f):
    x = np.array([[1.0, 2.0, -1.0], [3.0, 2.0, 4.0]])
    np.testing.assert_array_equal(vmap(f)(x), [f(row) for row in x])


def test_inner_branch_on_an_outer_batch():
    x, y = np.array([-1.0, 1.0]), np.array([2.0, 3.0])
    result = vmap(lambda a: vmap(lambda b: b * a if a > 0 else b - a)(y))(x)
    np.testing.assert_array_equal(result, [[3, 4], [2, 3]])


cube = elementwise(lambda x: x**3, lambda y, x: 3.0 * x * x)
even = linear(lambda x: x[::2], lambda y_bar, x: xp.reshape(xp.stack([y_bar, 0 * y_bar], axis=1), x.shape))
dot = bilinear(np.dot, lambda z_bar, x, y: z_bar * y, lambda z_bar, x, y: x * z_bar)
powered = primitive(
    lambda x, *, n: x**n,
    jvp=[lambda x_dot, y, x, *, n: x_dot * n * x ** (n - 1)],
    vjp=[lambda y_bar, y, x, *, n: y_bar * n * x ** (n - 1)],
)
custom = custom_vjp(lambda x: np.exp(x), lambda y_bar, y, x: y_bar * y, lambda x_dot, y, x: x_dot * y)


@pytest.mark.parametrize("f", [cube, even, lambda x: dot(x, V), lambda x: dot(x, x), lambda x: powered(x, n=3), custom])
def test_primitives_of_ones_own(f):
    x = positive(3, 4)
    same(vmap(f)(x), [f(row) for row in x])
    slope = grad(lambda x: xp.sum(f(x)))
    same(vmap(slope)(x), [slope(row) for row in x])
    same(grad(lambda x: xp.sum(vmap(f)(x)))(x), [slope(row) for row in x])


def test_pullback_of_a_batch_of_cotangents():
    """The way of `jacrev`: the primal is computed once, the cotangents are the batch."""
    x = normal(4)
    y, pullback = vjp(lambda x: xp.tanh(M @ x), x)
    np.testing.assert_allclose(vmap(lambda e: pullback(e)[0])(np.eye(4)), (1 - y * y)[:, None] * M, rtol=1e-14)


def test_a_batch_looks_like_an_example():
    seen = {}

    def f(x):
        seen.update(shape=x.shape, ndim=x.ndim, size=x.size, dtype=x.dtype, length=len(x), text=repr(x).split("(")[0])
        seen.update(np_shape=np.shape(x), promoted=np.result_type(x, np.float64), stopped=stop_gradient(x).shape)
        return x

    vmap(f)(np.ones((5, 2, 3), np.float32))
    assert seen == {
        "shape": (2, 3), "ndim": 2, "size": 6, "dtype": np.float32, "length": 2, "text": "Batched",
        "np_shape": (2, 3), "promoted": np.float64, "stopped": (2, 3),
    }  # fmt: skip


def test_numpy_functions_of_plain_batches():
    x = normal(3, 4)
    f = lambda x: (np.argsort(x), np.isnan(x) | (x > 0), np.add.reduce(x), np.where(x > 0, x, 0.0), ~(x > 0))
    for actual, expected in zip(vmap(f)(x), zip(*[f(row) for row in x], strict=True), strict=True):
        np.testing.assert_array_equal(actual, np.stack(expected))
    with pytest.raises(errors.NoRule, match=r"numpy\.spacing"):
        vmap(grad(lambda x: np.spacing(x)))(np.ones(3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: vmap(lambda x, y: x)(np.ones(2), np.ones(3)), r"lengths \[2, 3\]"),
        (lambda: vmap(lambda x: x, in_axes=None)(1.0), r"lengths \[\]"),
        (lambda: vmap(lambda x: x, in_axes=(0, 0))(np.ones(3)), "got 1 arguments, expected 2"),
        (lambda: vmap(lambda x: x, in_axes=2)(np.ones(3)), r"axis 2 of an array with shape \(3,\)"),
        (lambda: vmap(lambda x: x.__setitem__(0, 1.0))(np.ones((3, 2))), "cannot be assigned to"),
    ],
)
def test_misuse(call, message):
    with pytest.raises(errors.EngineError, match=message):
        call()
