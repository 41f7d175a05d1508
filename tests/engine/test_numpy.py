"""The array namespace."""

import operator
import subprocess
import sys

import numpy as np
import pytest

from adbench.engine import grad, vjp
from adbench.engine import numpy as xp

STANDARD = """
    abs acos acosh add asin asinh atan atan2 atanh ceil clip copysign cos cosh divide exp expm1 floor
    hypot log log1p log2 log10 logaddexp maximum minimum multiply negative positive pow reciprocal
    remainder round sign sin sinh square sqrt subtract tan tanh trunc where sum prod mean std var max min
    cumulative_sum reshape permute_dims matrix_transpose moveaxis expand_dims squeeze broadcast_to
    broadcast_arrays concat stack unstack flip roll repeat tile tril triu take take_along_axis matmul
    tensordot vecdot argmax argmin argsort searchsorted nonzero count_nonzero all any equal not_equal less
    less_equal greater greater_equal isfinite isinf isnan logical_and logical_or logical_not logical_xor
    signbit nextafter floor_divide asarray zeros ones empty full eye arange linspace meshgrid zeros_like
    ones_like empty_like full_like astype result_type finfo iinfo can_cast isdtype pi e inf nan newaxis
    float32 float64 int32 int64 bool complex64 complex128 conj real imag cumulative_prod sort diff clip unique_all
    unique_counts unique_inverse unique_values bitwise_left_shift bitwise_right_shift bitwise_and bitwise_or
    bitwise_invert bitwise_xor from_dlpack linalg.cholesky linalg.cross linalg.det linalg.diagonal linalg.eigh
    linalg.eigvalsh linalg.inv linalg.matmul linalg.matrix_norm linalg.matrix_power linalg.matrix_rank
    linalg.matrix_transpose linalg.outer linalg.pinv linalg.qr linalg.slogdet linalg.solve linalg.svd linalg.svdvals
    linalg.tensordot linalg.trace linalg.vecdot linalg.vector_norm fft.fft fft.ifft fft.fftn fft.ifftn fft.rfft
    fft.irfft fft.rfftn fft.irfftn fft.hfft fft.ihfft fft.fftfreq fft.rfftfreq fft.fftshift fft.ifftshift
"""


@pytest.mark.parametrize("name", STANDARD.split())
def test_name_of_the_standard(name):
    operator.attrgetter(name)(xp)


def test_missing_name():
    with pytest.raises(AttributeError, match=r"no 'fourier'.*no derivative rule"):
        xp.fourier  # noqa: B018


def test_functions_without_derivative_give_plain_arrays():
    seen = []

    def f(x):
        seen.extend([xp.argmax(x), xp.isfinite(x), xp.greater(x, 1.0), xp.zeros_like(x), xp.argsort(x)])
        return xp.sum(x)

    vjp(f, np.array([1.0, 3.0, 2.0]))
    for result, expected in zip(seen, [1, [True] * 3, [False, True, True], [0, 0, 0], [0, 2, 1]], strict=True):
        assert isinstance(result, np.ndarray | np.generic)
        np.testing.assert_array_equal(result, expected)


def test_asarray():
    x = np.ones(2)
    assert xp.asarray(x) is x
    assert xp.asarray([1, 2], dtype=xp.float32).dtype == np.float32
    assert grad(lambda x: xp.sum(xp.asarray([[x, 2.0], [x * x, x]]) ** 2))(3.0) == 6 + 4 * 27 + 6
    assert grad(lambda x: xp.asarray(x, dtype=xp.float64))(np.float32(3)).dtype == np.float32


def test_importing_imports_numpy_and_nothing_heavier():
    heavy = "('scipy', 'torch', 'jax', 'autograd')"
    code = f"import sys, adbench.engine; print([m for m in {heavy} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
