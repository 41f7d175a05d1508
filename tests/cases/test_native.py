"""The rows of JAX's and autograd's own functions: definitions have the values of SciPy's and NumPy's, and prove."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import scipy.fft
import scipy.linalg
import scipy.signal
import scipy.special

from adbench import plain
from adbench.case import DEFINED
from adbench.cases import (
    native_autograd,
    native_autograd_scipy,
    native_jax_complex,
    native_jax_control,
    native_jax_fft,
    native_jax_index,
    native_jax_lax,
    native_jax_linalg,
    native_jax_nn,
    native_jax_numpy,
    native_jax_scipy,
    native_jax_shape,
    native_jax_window,
)
from adbench.oracle.certify import prove

JAX = (
    native_jax_complex, native_jax_control, native_jax_fft, native_jax_index, native_jax_lax, native_jax_linalg,
    native_jax_nn, native_jax_numpy, native_jax_scipy, native_jax_shape, native_jax_window,
)  # fmt: skip
AUTOGRAD = (native_autograd, native_autograd_scipy)
ROWS = {case.name: case for module in (*JAX, *AUTOGRAD) for case in DEFINED[module.__name__]}


def test_each_row_is_of_one_library():
    apis = {name: tuple(case.native) for name, case in ROWS.items()}
    assert {api for name, api in apis.items() if name.startswith("native_jax")} == {("jax",)}
    assert {api for name, api in apis.items() if name.startswith("native_autograd")} == {("autograd",)}


def test_each_row_has_a_definition_and_a_formula_of_its_own():
    functions = Counter(case.function for case in ROWS.values())
    assert not [f.__code__ for f, n in functions.items() if n > 1]
    assert not [name for name, case in ROWS.items() if not case.formula]


@pytest.mark.slow
@pytest.mark.parametrize("name", ROWS)
def test_proves(name):
    assert set(prove(ROWS[name], "small").truths["float64" if "float64" in ROWS[name].dtypes else "float32"].vjp)


# Definitions beside functions of SciPy's, which no library under test has made


def defined(name, **inputs):
    return ROWS[name].function(plain.NAMESPACE, **{n: np.asarray(x) for n, x in inputs.items()})


POINTS = np.array([0.3, 0.8, 1.4])
BESIDE = {
    "native_jax_scipy.dawsn": (scipy.special.dawsn, {"x": POINTS}),
    "native_jax_scipy.sine_integral": (lambda x: scipy.special.sici(x)[0], {"x": POINTS}),
    "native_jax_scipy.hyp1f1": (scipy.special.hyp1f1, {"a": POINTS, "b": POINTS[::-1], "x": POINTS}),
    "native_jax_scipy.hyp2f1": (
        scipy.special.hyp2f1, {"a": POINTS, "b": POINTS[::-1], "c": POINTS + 1, "x": POINTS / 4}),
    "native_jax_scipy.owens_t": (lambda h: scipy.special.owens_t(h, 1.0), {"h": POINTS}),
    "native_jax_scipy.boxcox": (scipy.special.boxcox, {"x": POINTS, "p": POINTS[::-1]}),
    "native_jax_scipy.boxcox1p": (scipy.special.boxcox1p, {"x": POINTS, "p": POINTS[::-1]}),
    "native_jax_scipy.comb": (scipy.special.binom, {"n": POINTS + 4, "k": POINTS}),
    "native_jax_scipy.convolve_full": (np.convolve, {"x": POINTS, "y": POINTS[:2]}),
    "native_jax_scipy.convolve2d": (
        scipy.signal.convolve2d, {"x": np.outer(POINTS, POINTS), "y": np.diag(POINTS[:2]) + 1}),
    "native_jax_fft.dct": (lambda x: scipy.fft.dct(x, axis=1), {"x": np.outer(POINTS, POINTS)}),
    "native_jax_fft.dct_ortho": (lambda x: scipy.fft.dct(x, axis=0, norm="ortho"), {"x": np.outer(POINTS, POINTS)}),
    "native_jax_fft.idct": (lambda x: scipy.fft.idct(x, axis=1), {"x": np.outer(POINTS, POINTS)}),
    "native_jax_linalg.sqrtm": (scipy.linalg.sqrtm, {"A": np.array([[2.0, 0.5], [0.25, 3.0]])}),
    "native_jax_linalg.solve_sylvester": (
        scipy.linalg.solve_sylvester, {n: np.eye(2) * k + 0.25 for n, k in zip("ABC", (1, 2, 3), strict=True)}),
    "native_jax_linalg.expm_frechet": (
        lambda A, E: scipy.linalg.expm_frechet(A, E)[1], {"A": np.diag([0.5, 1.0]), "E": np.ones((2, 2))}),
    "native_autograd_scipy.solve_banded": (
        lambda d, b: scipy.linalg.solve_banded((1, 1), d, b), {"d": np.eye(3)[::-1] + 3, "b": POINTS}),
}  # fmt: skip


@pytest.mark.parametrize("name", BESIDE)
def test_a_definition_has_the_values_of_another_program(name):
    function, inputs = BESIDE[name]
    np.testing.assert_allclose(defined(name, **inputs), function(*inputs.values()), rtol=1e-12, atol=1e-14)


def test_the_windows_of_a_dilated_and_padded_line_are_where_they_are_counted_to_be():
    got = native_jax_window.windows((3,), (2,), (2,), ((1, 2),), (2,), (3,))
    line = [-1, 0, -1, 1, -1, 2, -1, -1]
    assert got.tolist() == [[line[i], line[i + 3]] for i in (0, 2, 4)]


def test_a_convolution_is_that_of_scipy_turned():
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((4, 5)), rng.standard_normal((2, 3))
    got = native_jax_window.convolution(plain.NAMESPACE, x[None, None], w[None, None])[0, 0]
    np.testing.assert_allclose(got, scipy.signal.correlate2d(x, w, mode="valid"), rtol=1e-13)


@pytest.mark.parametrize("shape", [(3, 3), (2, 3), (3, 2)])
def test_the_factors_multiply_to_their_matrix(shape):
    A = np.random.default_rng(0).uniform(-0.5, 0.5, shape) + 3 * np.eye(*shape)
    L, U = native_jax_linalg.doolittle(plain.NAMESPACE, A)
    np.testing.assert_allclose(L @ U, A, rtol=1e-13)
    np.testing.assert_array_equal(np.triu(L), np.eye(*L.shape))
    np.testing.assert_array_equal(np.tril(U, -1), 0)
