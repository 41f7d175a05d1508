"""NumPy's own functions: its values for every call of the cases and of its other arguments, and refusals."""

import numpy as np
import pytest
from engine.checks import check, normal, positive

from adbench.case import defined_by
from adbench.cases import numpy_api
from adbench.engine import jvp, vjp, vmap
from adbench.engine import numpy as xp
from adbench.errors import Unsupported
from adbench.namespace import Namespace

ENGINE = Namespace("the engine", xp, {})
FAMILY = {case.name.removeprefix("numpy_api."): case for case in defined_by(numpy_api.__name__)}
LACKING = FAMILY.pop("real_if_close")  # the dtype of the result depends on the values
X, V, NAN = normal(3, 4), normal(5), np.where(normal(3, 4) > 0, np.nan, normal(3, 4))
# Calls with arguments that no case has, as text in which np is NumPy or the engine.
CALLS = """
    np.reshape(X, 6 * 2); np.reshape(X, -1, order="F"); np.take(X, [1, 5], mode="clip")
    np.choose([0, 1], [[1.0, 2.0], 3.0])
    np.array([1.0, 2.0], ndmin=2); np.array(3); np.full(3, 2.0); np.full_like(X, 2.0, dtype=np.float32)
    np.linspace(0.0, 1.0); np.logspace(0.0, 1.0, 3, dtype=np.float32); np.geomspace(-1.0, -8.0, 4)
    np.insert(X, [1, 2], X[:, :2], axis=1); np.insert(V, slice(0, 2), 7.0); np.insert(X, 3, V[0]); np.delete(X, 5)
    np.append(1.0, V); np.block([V, V]); np.block([[X], [X]]); np.hsplit(V, [2])[0]; np.resize(V, 7)
    np.pad(X, [[1, 2], [0, 1]], "empty").shape; np.pad(V, 2, "mean", stat_length=((2, 3),)); np.pad(X, 9, "reflect")
    np.pad(V, (0, 11), "reflect", reflect_type="odd"); np.pad(X, (1, 2), constant_values=((1, 2), (3, 4)))
    np.convolve(V, 2.0 * V[:1], "same"); np.convolve(V[:2], V, "same"); np.correlate(V[:2], V, "same")
    np.correlate(V[:3], V); np.correlate(V, V[:4], "full"); np.correlate(V[:2], V[:3], "same")
    np.einsum("ij,kj->ik", X, X, optimize=True); np.einsum(X, [0, ...]); np.einsum(X, [Ellipsis, 1], [Ellipsis])
    np.vander(V, 2); np.polyder(V, 3); np.outer(2.0, V); np.inner(2.0, X); np.dot(X, 3.0)
    np.gradient(X, 2.0)[1]; np.gradient(X, 0.5, V[:4].cumsum(), axis=(0, 1))[0]; np.gradient(V[:3], edge_order=2)
    np.trapezoid(V, V); np.trapezoid(X, X, axis=0); np.interp(0.3, [0.0, 1.0], [2.0, 5.0])
    np.ediff1d(V, to_end=[1.0, 2.0])
    np.percentile(X, 50.0, axis=(0, 1), keepdims=True); np.quantile(X, [[0.1], [0.9]], axis=1)
    np.median(np.where(X > 0, np.nan, X))
    np.nanmedian(NAN, axis=0); np.nanquantile(NAN, [0.2, 0.7]); np.nanvar(NAN, ddof=1, keepdims=True); np.nanmean(NAN)
    np.partition(X, 3, axis=None)[3]; np.average(X, axis=1, weights=V[:4], returned=True)[1]; np.average(X)
    np.cov(X, fweights=np.array([1, 2, 0, 3])); np.cov(V); np.cov(X, X, rowvar=False); np.corrcoef(V)
    np.corrcoef(V, 2 * V)
    np.nan_to_num(np.array([np.inf, -np.inf, np.nan])); np.nan_to_num(np.array([np.inf, np.nan]), nan=1.0, posinf=2.0)
    np.fmax(NAN, 0.0); np.fmin(NAN, NAN); np.heaviside(np.array([-1.0, 0.0, np.nan]), 0.5)
    np.float_power(2, np.arange(3))
    np.clip(X, a_min=-0.5, a_max=None); np.clip(X, a_max=0.5, a_min=0.0); np.unwrap(4 * V); np.angle(1j * V)
    np.modf(X)[1]
    np.linalg.norm(X, "nuc"); np.linalg.norm(X, 2, axis=(1, 0)); np.linalg.norm(X, -1, keepdims=True)
    np.linalg.norm(V, 0)
    np.piecewise(X, [X > 0], [1.0, np.negative]); np.select([X > 0], [X], 2.0); np.rollaxis(X[None], 1, 3).shape
"""


@pytest.mark.parametrize("call", [call.strip() for call in CALLS.replace("\n", ";").split(";") if call.strip()])
def test_values_are_numpys(call):
    names = {"X": X, "V": V, "NAN": NAN}
    expected = eval(call, {**names, "np": np})
    np.testing.assert_allclose(eval(call, {**names, "np": ENGINE}), expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("case", FAMILY.values(), ids=FAMILY)
def test_modes_agree_and_values_are_numpys(case):
    inputs = case.make_inputs("small")
    f = lambda *xs: case.native["numpy"](ENGINE, **{**inputs, **dict(zip(case.wrt, xs, strict=True))})
    primals = tuple(inputs[name] for name in case.wrt)
    x_dots = tuple(normal(*x.shape, seed=1) for x in primals)
    y, y_dot = jvp(f, primals, x_dots)
    np.testing.assert_allclose(y, case.native["numpy"](np, **inputs), rtol=1e-9, atol=1e-12)
    y_bar = normal(*np.shape(y), seed=2)
    x_bars = vjp(f, *primals)[1](y_bar)
    forward, reverse = np.sum(y_bar * y_dot), sum(np.sum(a * b) for a, b in zip(x_bars, x_dots, strict=True))
    np.testing.assert_allclose(forward, reverse, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ["median_axes", "nanquantile", "interp", "pad_median", "convolve_same", "unwrap"])
def test_batches_are_examples(name):
    case = FAMILY[name]
    inputs = case.make_inputs("small")
    f = lambda x: case.native["numpy"](ENGINE, **{**inputs, case.wrt[0]: x})
    x = inputs[case.wrt[0]]
    batch = np.stack([x, x + 0.125, x[::-1]])
    np.testing.assert_allclose(vmap(f)(batch), [f(x) for x in batch], rtol=1e-12)


def test_what_makes_no_sense_compiled_is_lacking_by_name():
    with pytest.raises(Unsupported, match="the engine has no real_if_close"):
        LACKING.native["numpy"](ENGINE, x=V)


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda: xp.reshape(X, (12,), order="A"), "no order 'A'"),
        (lambda: xp.pad(X, 1, "linear"), "no mode 'linear'"),
        (lambda: xp.convolve(V, V, "all"), "no mode 'all'"),
        (lambda: xp.quantile(V, 0.5, method="hazen"), "no method 'hazen'"),
        (lambda: xp.cross(V[:2], V[:2]), "vectors of 3 entries"),
        (lambda: xp.split(V, 2), "5 entries cannot be split into 2"),
        (lambda: xp.average(X, weights=X[0]), r"weights of that shape or along one axis, got \(4,\)"),
        (lambda: xp.linalg.norm(np.ones((2, 2, 2)), ord=1), "name them by axis"),
    ],
)
def test_what_is_not_there_is_refused(f, message):
    with pytest.raises(ValueError, match=message):
        f()


def test_a_function_of_pieces_sees_no_entry_outside_its_own():
    x = np.array([-1.0, 4.0])
    check(lambda x: xp.piecewise(x, [x > 0, x <= 0], [xp.sqrt, lambda x: x * x]), x, second=False)
    check(lambda x: xp.piecewise(x, [x > 0, x > 9], [lambda x: x * x, xp.log]), x)


def test_ends_that_are_differentiated():
    check(lambda a, b: xp.linspace(a, b, 4, axis=-1) + xp.geomspace(a, b + 2, 4, axis=1), positive(3), positive(3))
    check(lambda x, c: xp.pad(x, ((1, 0), (0, 2)), "linear_ramp", end_values=c), normal(2, 3), normal(2, 2))
