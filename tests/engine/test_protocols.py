"""NumPy's own functions on traced arrays: the engine's rule, or a refusal."""

import numpy as np
import pytest
from engine.checks import check, normal, positive

from adbench.engine import errors, grad

M = normal(3, 3)
FUNCTIONS = {
    "exp": np.exp,
    "arctan2": lambda x: np.arctan2(x, M),
    "maximum": lambda x: np.maximum(0.5, x),
    "absolute": np.absolute,
    "hypot": lambda x: np.hypot(x, x.T),
    "matmul": lambda x: np.matmul(M, x),
    "add": lambda x: np.add(np.float64(2), x),
    "sum": lambda x: np.sum(x * x, axis=0, keepdims=True),
    "mean": lambda x: np.mean(x, 1),
    "max": lambda x: np.max(x),
    "std": lambda x: np.std(x),
    "where": lambda x: np.where(M > 0, x, 2 * x),
    "clip": lambda x: np.clip(x, 0.4, 0.6),
    "concatenate": lambda x: np.concatenate([x, M], 1) @ np.ones(6),
    "stack": lambda x: np.stack([x, x * x], axis=-1),
    "transpose": lambda x: np.transpose(x) @ x,
    "reshape": lambda x: np.reshape(x, (1, 9)),
    "ravel": lambda x: np.ravel(x),
    "cumsum": lambda x: np.cumsum(x) * np.cumsum(x, axis=1).ravel(),
    "dot": lambda x: np.dot(x, M) + np.dot(x[0], x[1]) * np.dot(2.0, x),
    "outer": lambda x: np.outer(x[0], x[1]),
    "einsum": lambda x: np.einsum("ij,jk->k", x, x),
    "trapezoid by hand": lambda x: np.sum((x[1:] + x[:-1]) / 2),
    "norm": lambda x: np.linalg.norm(x) + np.linalg.norm(x, axis=1) + np.linalg.norm(x[0], 3),
    "det": lambda x: np.linalg.det(x + 2 * np.eye(3)),
    "solve": lambda x: np.linalg.solve(M, x),
    "tril": lambda x: np.tril(x, -1) + np.triu(x, k=1),
    "sum where": lambda x: np.sum(x * x, where=M > 0, initial=2.0),
    "var ddof": lambda x: np.var(x, ddof=1),
    "cumprod": lambda x: np.cumprod(x) + x.cumprod(axis=1).ravel(),
    "sort": lambda x: np.sort(x, axis=0) * np.diff(x, axis=1)[:, :1],
    "kron": lambda x: np.kron(x, M),
    "svd": lambda x: np.linalg.svd(x)[1] + np.linalg.eigvalsh(x + x.T),
    "dot of three axes": lambda x: np.dot(M[None], x),
    "norm of a matrix": lambda x: np.linalg.norm(x, 2) + np.linalg.norm(x, ord=1, axis=(1, 0), keepdims=True),
    "interp": lambda x: np.interp(x[0], np.array([0.0, 0.5, 1.0]), x[1]) + np.unwrap(x)[2],
    "percentile": lambda x: np.percentile(x, [10, 60], axis=0) + np.median(x) + np.ptp(x, axis=1),
    "pad": lambda x: np.pad(x, 1, mode="reflect") + np.gradient(np.pad(x, 1), axis=0),
    "block": lambda x: np.block([[x, M], [M, x]]) @ np.hstack([x[0], x[1]]) + np.convolve(x[0], np.ravel(x)[:4]),
    "cbrt": lambda x: np.cbrt(x) + np.fmod(x, 0.3) + np.logaddexp2(x, M) + np.nan_to_num(x) + np.amax(x),
    "fft": lambda x: np.fft.rfft(x).real + np.imag(np.conj(np.fft.fft(x)[:, :2])),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_has_numpys_value_and_its_derivative(name):
    f, x = FUNCTIONS[name], positive(3, 3)
    seen = []
    grad(lambda x: seen.append(np.asarray(f(x).value)) or x.sum())(x)
    np.testing.assert_allclose(seen[0], f(x), rtol=1e-14)
    check(f, x)


def test_functions_without_derivative_see_values():
    seen = []

    def f(x):
        seen.extend([np.ones_like(x), np.argmax(x), np.isfinite(x), np.any(x > 1), np.shape(x), np.allclose(x, x)])
        return np.sum(x)

    grad(f)(np.array([1.0, 3.0]))
    np.testing.assert_array_equal(seen[0], [1, 1])
    assert seen[1:2] + seen[3:] == [1, True, (2,), True]
    assert type(seen[0]) is type(seen[2]) is np.ndarray


@pytest.mark.parametrize(
    ("f", "name"),
    [
        (lambda x: np.spacing(x), "numpy.spacing"),
        (lambda x: np.linalg.eig(x), "numpy.linalg.eig"),
        (lambda x: np.histogram(x), "numpy.histogram"),
        (lambda x: np.apply_along_axis(np.sum, 0, x), "numpy.apply_along_axis"),
        (lambda x: np.add.reduce(x), "numpy.add.reduce"),
        (lambda x: np.sort(x, kind="stable"), "numpy.sort called so"),
        (lambda x: np.linalg.svd(x, compute_uv=False), "numpy.linalg.svd called so"),
        (lambda x: np.exp(x, where=x > 0), "numpy.exp with where="),
        (lambda x: np.nansum(x, where=x > 0), "numpy.nansum called so"),
    ],
)
def test_what_has_no_rule_is_refused_by_name(f, name):
    with pytest.raises(errors.NoRule, match=rf"^{name}.* has no derivative rule.*custom_vjp"):
        grad(f)(np.eye(2))
