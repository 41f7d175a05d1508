"""Second derivatives of the truth: against closed forms, and each mode of reaching them against the others."""

import numpy as np
import pytest

from adbench.oracle.certify import prove
from adbench.oracle.truth import Second


def second(make_case, function, dtype="float64", **inputs):
    truth = prove(make_case(function, **inputs), "small").truths[dtype]
    assert isinstance(truth.second, Second)
    return truth, truth.second


def test_of_a_quadratic_form(make_case):
    A = np.array([[2.0, 0.5], [-1.0, 3.0]])
    truth, found = second(make_case, lambda xp, x: x @ (xp.asarray(A) @ x), x=np.array([0.7, -1.3]))
    expected = float(truth.cotangent) * (A + A.T)
    v = truth.tangents["x"]
    np.testing.assert_allclose(found.hessian["x"].high, expected, rtol=1e-15)
    np.testing.assert_allclose(found.hvp["x"].high, expected @ v, rtol=1e-14)
    np.testing.assert_allclose(found.curvature.high, v @ expected @ v, rtol=1e-14)


def test_of_a_vector_function_is_that_of_its_product_with_the_cotangent(make_case):
    x = np.array([0.3, -0.8, 1.1])
    truth, found = second(make_case, lambda xp, x: xp.sin(x) * x[0], x=x)
    w, v = truth.cotangent, truth.tangents["x"]
    H = np.diag(-w * np.sin(x) * x[0])
    H[0] += w * np.cos(x)
    H[:, 0] += w * np.cos(x)
    np.testing.assert_allclose(found.hvp["x"].high, H @ v, rtol=1e-14)
    np.testing.assert_allclose(found.curvature.high, v @ H @ v, rtol=1e-13)
    assert found.hessian == {}


def test_by_several_inputs_has_the_mixed_parts(make_case):
    truth, found = second(make_case, lambda xp, x, y: xp.sum(x * x * y), x=np.array([2.0, 3.0]), y=np.array(0.5))
    w, u, v = float(truth.cotangent), truth.tangents["x"], truth.tangents["y"]
    x, y = truth.inputs["x"], truth.inputs["y"]
    np.testing.assert_allclose(found.hvp["x"].high, w * (2 * y * u + 2 * x * v), rtol=1e-14)
    np.testing.assert_allclose(found.hvp["y"].high, w * (2 * x @ u), rtol=1e-14)
    np.testing.assert_allclose(found.hessian["x"].high, w * 2 * y * np.eye(2), rtol=1e-15)
    np.testing.assert_array_equal(found.hessian["y"].high, [[0.0]] if y.shape else 0.0)


def test_of_nothing_and_of_a_linear_function(make_case):
    _, found = second(make_case, lambda xp, x: 3.0 * x, x=np.array([1.0, 2.0]))
    np.testing.assert_array_equal(found.hvp["x"].high, [0, 0])
    np.testing.assert_array_equal(found.hvp["x"].tolerance, [0, 0])


def test_tolerances_are_those_of_the_dtype(make_case):
    f, x = lambda xp, x: xp.sum(xp.exp(x) * x), np.array([0.5, 1.5])
    wide, narrow = (second(make_case, f, dtype, x=x)[1].hvp["x"] for dtype in ("float32", "float64"))
    ratio = wide.tolerance / narrow.tolerance
    assert (ratio > 2.0**27).all()
    assert (ratio < 2.0**31).all()


def test_complex_cases_have_those_of_the_real_function(make_case):
    """⟨1 + 2i, z²⟩ = Re (1 − 2i) z²: its gradient over (Re, Im) is that of 2 (1 + 2i) z̄."""
    case = make_case(lambda xp, z: z * z, z=np.array([1.0 + 2.0j]), wrt=("z",))
    truth = prove(case, "small").truths["float64"]
    assert truth.second.hvp["z"].complex
    pulled = 2 * truth.cotangent * np.conj(truth.tangents["z"])
    np.testing.assert_allclose(truth.second.hvp["z"].high, np.stack([pulled.real, pulled.imag], -1), rtol=1e-14)
    assert truth.second.hessian == {}


@pytest.mark.parametrize("size", [0, 24, 25])
def test_whole_hessians_are_of_few_entries(make_case, size):
    case = make_case(lambda xp, x: xp.sum(x * x * x), x=np.linspace(1, 2, size))
    assert case.has_hessian(case.make_inputs("small")) == (size <= 24)


def test_a_function_that_is_linear_in_an_entry_has_second_derivatives(make_case):
    """Its curvature along that entry is 0, and the products that it is the difference of are not."""
    X = np.array([[1.1, 0.3, 2.0], [0.7, 1.9, 0.2], [0.4, 0.6, 1.3]])
    _, found = second(make_case, lambda xp, X: xp.linalg.det(X), X=X)
    hessian = found.hessian["X"].high.reshape(9, 9)
    np.testing.assert_allclose(np.diagonal(hessian), 0, atol=1e-30)
    assert np.abs(hessian).max() > 0.1
