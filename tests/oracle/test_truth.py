"""Truth against mpmath to a hundred bits; tolerances that a right answer meets and a fault does not."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from adbench.errors import InvalidCase, NotCertified, Undecided
from adbench.oracle import truth as module
from adbench.oracle.jet import Jet
from adbench.oracle.precision import CERTIFIED_BITS
from adbench.oracle.truth import certified, evaluate, round_inputs, scale, seeds, truth_at

RNG = np.random.default_rng(20)
W, X = RNG.uniform(-1, 1, 3), RNG.uniform(-1, 1, (4, 3))


def softplus(xp, w, X):
    """Σ log(1 + exp(Xw)), with a residual: several operations, an answer of shape ()."""
    return xp.sum(xp.log(1 + xp.exp(X @ w)))


def softplus_by_w(xp, w, X):
    return X.T @ (1 / (1 + xp.exp(-(X @ w))))


def layer(xp, w, X):
    return xp.tanh(X @ w)


def layer_by_w(xp, w, X):
    return (1 / xp.cosh(X @ w) ** 2)[:, None] * X


def ratio(xp, w, X):
    return X[:, 0] / (w[0] ** 2 + w[1] ** 2 + 1) * xp.sin(w[2])


def ratio_by_w(xp, w, X):
    d = w[0] ** 2 + w[1] ** 2 + 1
    s = xp.sin(w[2])
    return xp.stack([-2 * w[0] * s / d**2 * X[:, 0], -2 * w[1] * s / d**2 * X[:, 0], xp.cos(w[2]) / d * X[:, 0]]).T


SMALL = {"softplus": (softplus, softplus_by_w), "layer": (layer, layer_by_w), "ratio": (ratio, ratio_by_w)}
each_case = pytest.mark.parametrize("name", SMALL)
each_dtype = pytest.mark.parametrize("dtype", ["float64", "float32"])


def at(case, dtype="float64"):
    return truth_at(case, case.make_inputs("small"), dtype)


def in_mpmath(name, truth):
    """Value (m,) and Jacobian (m, 3) of a small case, in mpmath's numbers."""
    w = [mpmath.mpf(v) for v in truth.inputs["w"]]
    rows = [[mpmath.mpf(v) for v in row] for row in truth.inputs["X"]]
    dots = [sum(a * b for a, b in zip(row, w, strict=True)) for row in rows]
    if name == "softplus":
        slopes = [1 / (1 + mpmath.exp(-z)) for z in dots]
        jacobian = [[sum(s * row[j] for s, row in zip(slopes, rows, strict=True)) for j in range(3)]]
        return [sum(mpmath.log(1 + mpmath.exp(z)) for z in dots)], jacobian
    if name == "layer":
        return list(map(mpmath.tanh, dots)), [
            [mpmath.sech(z) ** 2 * v for v in row] for z, row in zip(dots, rows, strict=True)
        ]
    d, s = w[0] ** 2 + w[1] ** 2 + 1, mpmath.sin(w[2])
    slopes = [-2 * w[0] * s / d**2, -2 * w[1] * s / d**2, mpmath.cos(w[2]) / d]
    return [row[0] / d * s for row in rows], [[row[0] * c for c in slopes] for row in rows]


def assert_to_100_bits(enclosure, true):
    flat = [v for row in true for v in row] if isinstance(true[0], list) else true
    assert enclosure.high.size == len(flat)
    for high, low, exact in zip(enclosure.high.flat, enclosure.low.flat, flat, strict=True):
        assert high == float(exact)
        assert abs(mpmath.mpf(high) + mpmath.mpf(low) - exact) <= abs(exact) * mpmath.mpf(2) ** -100


@each_dtype
@each_case
def test_truth_is_mpmaths_to_100_bits(make_case, name, dtype):
    truth = at(make_case(SMALL[name][0], wrt=("w",), w=W, X=X), dtype)
    value, jacobian = in_mpmath(name, truth)
    u, y_bar = [mpmath.mpf(v) for v in truth.tangents["w"]], [mpmath.mpf(v) for v in truth.cotangent.flat]
    assert_to_100_bits(truth.value, value)
    assert_to_100_bits(truth.jacobian["w"], jacobian)
    assert_to_100_bits(truth.jvp, [sum(a * b for a, b in zip(row, u, strict=True)) for row in jacobian])
    columns = zip(*jacobian, strict=True)
    assert_to_100_bits(truth.vjp["w"], [sum(a * b for a, b in zip(c, y_bar, strict=True)) for c in columns])


@each_dtype
@each_case
def test_every_part_is_an_array_of_its_shape(make_case, name, dtype):
    truth = at(make_case(SMALL[name][0], wrt=("w",), w=W, X=X), dtype)
    m = () if name == "softplus" else (4,)
    shapes = [(truth.value, m), (truth.jvp, m), (truth.jacobian["w"], (*m, 3)), (truth.vjp["w"], (3,))]
    for enclosure, shape in shapes:
        for part in (enclosure.high, enclosure.low, enclosure.tolerance):
            assert isinstance(part, np.ndarray)
            assert part.shape == shape
            assert part.dtype == np.float64
    assert truth.cotangent.shape == m
    assert truth.tangents["w"].shape == (3,)


@each_dtype
@each_case
def test_a_correct_evaluation_is_within_tolerance(make_case, name, dtype):
    function, closed_form = SMALL[name]
    truth = at(make_case(function, wrt=("w",), w=W, X=X), dtype)
    inputs = {k: x.astype(dtype) for k, x in truth.inputs.items()}
    jacobian = closed_form(np, **inputs)
    assert jacobian.dtype == dtype
    y_bar, u = truth.cotangent.astype(dtype), truth.tangents["w"].astype(dtype)
    answers = [
        (truth.value, function(np, **inputs)),
        (truth.jacobian["w"], jacobian),
        (truth.vjp["w"], np.tensordot(y_bar, jacobian, axes=y_bar.ndim)),
        (truth.jvp, jacobian @ u),
    ]
    for enclosure, answer in answers:
        assert (enclosure.error(answer) <= enclosure.tolerance).all()


@each_case
def test_a_fault_of_1e_10_in_any_entry_is_beyond_its_tolerance(make_case, name):
    truth = at(make_case(SMALL[name][0], wrt=("w",), w=W, X=X))
    for enclosure in (truth.value, truth.jvp, truth.jacobian["w"], truth.vjp["w"]):
        for index in np.ndindex(enclosure.high.shape):
            answer = enclosure.high.copy()
            answer[index] *= 1 + 1e-10
            beyond = enclosure.error(answer) > enclosure.tolerance
            assert beyond[index]
            assert beyond.sum() == 1


@each_case
def test_tolerances_of_float32_are_those_of_24_bits(make_case, name):
    case = make_case(SMALL[name][0], wrt=("w",), w=np.float32(W), X=np.float32(X))
    wide, narrow = at(case, "float32").jacobian["w"], at(case, "float64").jacobian["w"]
    np.testing.assert_array_equal(wide.high, narrow.high)
    assert (wide.tolerance > 2.0**26 * narrow.tolerance).all()
    assert (wide.tolerance < 2.0**32 * narrow.tolerance).all()


def test_tolerances_are_zero_where_exact_and_positive_where_rounded(make_case):
    case = make_case(lambda xp, x: xp.stack([x[0] * 4, x[0] + x[1], x[0] / x[1]]), x=np.array([1.0, 3.0]))
    truth = at(case)
    np.testing.assert_array_equal(truth.value.tolerance > 0, [False, False, True])
    np.testing.assert_array_equal(truth.jacobian["x"].tolerance > 0, [[False, False], [False, False], [True, True]])
    np.testing.assert_array_equal(truth.jacobian["x"].high[:2], [[4, 0], [1, 1]])


def test_a_tolerance_is_at_least_the_smallest_normal_number(make_case):
    """What hardware flushes to zero is no error: the term is there although the radius underflows."""
    truth = at(make_case(lambda xp, x: x * x, x=np.array([1e-160])))
    tiny = np.finfo(np.float64).smallest_normal
    assert tiny <= truth.value.tolerance[0] <= 1.01 * tiny
    assert truth.value.error(np.zeros(1)) <= truth.value.tolerance


def test_inputs_are_rounded_to_the_dtype_first(make_case):
    case = make_case(lambda xp, x, k: x * k, x=np.array([0.1, 1 / 3]), k=np.array([3, 5]))
    truth = at(case, "float32")
    np.testing.assert_array_equal(truth.inputs["x"], np.float32([0.1, 1 / 3]).astype(np.float64))
    assert truth.inputs["k"].dtype.kind == "i"
    np.testing.assert_array_equal(truth.value.high, truth.inputs["x"] * [3, 5])
    for drawn in (truth.cotangent, truth.tangents["x"]):
        np.testing.assert_array_equal(drawn, drawn.astype(np.float32))


def test_ill_conditioning_loosens_a_tolerance(make_case):
    """(c + x) − c keeps x's derivative and loses the digits of its value."""

    def of(c):
        return at(make_case(lambda xp, x: ((c + x) - c) * x, x=np.array([0.1]))).value

    easy, hard = of(0.0), of(1e6)
    assert hard.tolerance > 1e5 * easy.tolerance
    naive = np.array([((1e6 + 0.1) - 1e6) * 0.1])
    assert easy.error(naive) > easy.tolerance
    assert hard.error(naive) <= hard.tolerance


# vectors


def test_jvp_is_along_all_tangents_at_once(make_case):
    case = make_case(lambda xp, x, y: x * xp.exp(y), x=np.array([1.5, -0.5]), y=np.array([0.25, 2.0]))
    truth = at(case)
    by_x, by_y = (np.diagonal(truth.jacobian[k].high) for k in "xy")
    together = by_x * truth.tangents["x"] + by_y * truth.tangents["y"]
    np.testing.assert_allclose(truth.jvp.high, together, rtol=1e-14)
    assert np.abs(by_y * truth.tangents["y"]).min() > 1e-3  # so that leaving one out would show


def dot_products(rows, y_bar):
    """ȳᵀJ by NumPy's product and by plain sums from either end."""
    yield y_bar @ rows
    for order in (slice(None), slice(None, None, -1)):
        total = np.zeros(rows.shape[1], rows.dtype)
        for weight, row in zip(y_bar[order], rows[order], strict=True):
            total = total + weight * row
        yield total


@each_dtype
def test_vjp_tolerance_is_honest_where_its_terms_cancel(make_case, dtype):
    """The columns are chosen so that the terms ȳᵢJᵢⱼ add up to a millionth of their size."""

    def f(xp, A, x):
        return A @ x

    start = make_case(f, wrt=("x",), A=np.ones((6, 2)), x=np.array([1.0, 0.7]))
    y_bar = seeds(start, start.make_inputs("small"), (6,), dtype)[1]
    signs = np.array([1, -1, 1, -1, 1, -1])[:, None]
    A = (signs + 1e-6 * RNG.uniform(0.5, 1, (6, 2))) / y_bar[:, None]
    truth = at(make_case(f, wrt=("x",), A=A, x=np.array([1.0, 0.7])), dtype)
    enclosure, size = truth.vjp["x"], np.abs(truth.cotangent[:, None] * truth.inputs["A"]).sum(axis=0)
    assert (np.abs(enclosure.high) < 1e-5 * size).all()
    rows = truth.jacobian["x"].high.astype(dtype)
    for answer in dot_products(rows, truth.cotangent.astype(dtype)):
        assert (enclosure.error(answer) <= enclosure.tolerance).all()
    assert (enclosure.tolerance < 100 * np.finfo(dtype).eps * size).all()


def test_vjp_tolerance_is_honest_where_the_jacobian_is_exact(make_case):
    truth = at(make_case(lambda xp, x: 3 * x - 2 * x, x=np.array([1.0, 2.0, 3.0])))
    y_bar = truth.cotangent
    assert (truth.vjp["x"].error(3 * y_bar - 2 * y_bar) <= truth.vjp["x"].tolerance).all()


def test_vjp_tolerance_is_honest_at_whole_numbers(make_case):
    truth = at(make_case(lambda xp, x: (x[0] + x[1]) ** 2 - (x[0] - x[1]) ** 2, x=np.array([1000.0, 1.0])))
    plus, minus = truth.cotangent * 2 * 1001, -truth.cotangent * 2 * 999
    enclosure = truth.vjp["x"]
    assert (enclosure.error(np.array([plus + minus, plus - minus])) <= enclosure.tolerance).all()


def test_seeds_are_those_of_the_case_and_reproducible(make_case):
    def drawn(name, dtype="float64"):
        case = make_case(lambda xp, x: x, name=name, x=np.zeros(3))
        return seeds(case, case.make_inputs("small"), (3,), dtype)

    (first, y_bar), (again, y_bar_again), (other, _) = drawn("a.b"), drawn("a.b"), drawn("a.c")
    np.testing.assert_array_equal(first["x"], again["x"])
    np.testing.assert_array_equal(y_bar, y_bar_again)
    assert (first["x"] != other["x"]).all()
    assert (first["x"] != y_bar).all()
    np.testing.assert_array_equal(drawn("a.b", "float32")[0]["x"], first["x"].astype(np.float32))


# enclosures


def test_the_error_is_free_of_the_rounding_of_the_truth(make_case):
    truth = at(make_case(lambda xp, x: x / 3, x=np.array([1.0]))).value
    third = np.array([1 / 3])
    exact = mpmath.mpf(1) / 3 - mpmath.mpf(1 / 3)
    assert truth.error(third)[0] == pytest.approx(float(abs(exact)), rel=1e-12)
    assert truth.ulps(third, "float64")[0] == pytest.approx(1 / 3, rel=1e-12)
    assert truth.ulps(np.nextafter(third, 1), "float64")[0] == pytest.approx(2 / 3, rel=1e-12)
    assert truth.ulps(np.float32(third), "float32")[0] < 0.5


def test_ulps_of_an_exact_zero_are_nan(make_case):
    truth = at(make_case(lambda xp, x: x * np.array([0.0, 1.0]), x=np.array([2.0, 2.0]))).value
    ulps = truth.ulps(np.array([0.0, 2.0]), "float64")
    assert np.isnan(ulps[0])
    assert ulps[1] == 0


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_an_answer_that_is_not_finite_is_never_within_tolerance(make_case, bad):
    truth = at(make_case(lambda xp, x: x / 3, x=np.array([1.0]))).value
    assert not (truth.error(np.array([bad])) <= truth.tolerance).any()


# what is refused


def test_an_input_that_overflows_in_float32_is_refused(make_case):
    case = make_case(lambda xp, x: x / 1e300, x=np.array([1.0, 1e300]))
    assert at(case, "float64").value.high[1] == 1
    with pytest.raises(InvalidCase, match=r"input x overflows in float32.*dtypes"):
        at(case, "float32")


def test_round_inputs_leaves_integers_and_booleans():
    inputs = {"k": np.array([2**30 + 1]), "b": np.array([True]), "x": np.array([0.1])}
    rounded = round_inputs(inputs, "float32")
    assert rounded["k"] is inputs["k"]
    assert rounded["b"] is inputs["b"]
    assert rounded["x"].dtype == np.float64
    assert rounded["x"] == np.float32(0.1)


@pytest.mark.parametrize(("x", "dtype"), [(800.0, "float64"), (200.0, "float32")])
def test_a_value_that_overflows_is_refused(make_case, x, dtype):
    with pytest.raises(InvalidCase, match=f"test.f: value is beyond the range of {dtype}"):
        at(make_case(lambda xp, x: xp.exp(x), x=np.array([x])), dtype)


def test_an_entry_without_a_digit_has_a_sampled_tolerance(make_case):
    truth = at(make_case(lambda xp, x: xp.stack([x, 1 / ((1 + x) - 1)]), x=np.array(1e-9)), "float32")
    assert truth.bound == "sampled"
    assert np.isfinite(truth.jacobian["x"].tolerance).all()
    assert truth.jacobian["x"].tolerance[1] > abs(truth.jacobian["x"].high[1])


def test_more_bits_are_taken_where_they_are_needed(make_case):
    case = make_case(lambda xp, x: (1e100 + x) - 1e100, x=np.array([3.0]))
    inputs = case.make_inputs("small")
    balls, bits = certified(case, inputs, *seeds(case, inputs, (1,), "float64"))
    assert bits == 2 * CERTIFIED_BITS
    assert balls.value[0].contains(3)


def test_the_cap_on_precision_is_an_error_with_the_bits_and_the_ball(make_case, monkeypatch):
    monkeypatch.setattr(module, "CAP_BITS", 2 * CERTIFIED_BITS)
    with pytest.raises(NotCertified, match=r"test\.f: value entry \[0\] = .* too wide at 640 bits"):
        at(make_case(lambda xp, x: (1e200 + x) - 1e200, x=np.array([3.0])))
    with pytest.raises(NotCertified, match=r"entry \[0\] = nan is still too wide"):
        at(make_case(lambda xp, x: xp.sqrt(x), x=np.array([0.0])))


def test_a_zero_by_cancellation_is_certified_beside_its_inputs(make_case):
    truth = at(make_case(lambda xp, x: xp.exp(xp.log(x)) - x, x=np.array([3.0])))
    assert abs(truth.value.high[0]) < 1e-60
    assert 0 < truth.value.tolerance[0] < 1e-13


def test_a_kink_is_undecided(make_case):
    with pytest.raises(Undecided, match="kink"):
        at(make_case(lambda xp, x: xp.abs(x), x=np.array([1.0, 0.0])))


# shapes


@pytest.mark.parametrize("shape", [(), (1,), (0,), (2, 0), (2, 3)], ids=str)
def test_every_shape_of_input(make_case, shape):
    x = RNG.uniform(1, 2, shape)
    truth = at(make_case(lambda xp, x: x * x, shape_only=True, x=x))
    assert truth.value.high.shape == shape
    assert truth.jacobian["x"].high.shape == shape + shape
    np.testing.assert_array_equal(truth.vjp["x"].high.shape, shape)
    np.testing.assert_allclose(truth.jacobian["x"].high.sum(), 2 * x.sum(), rtol=1e-14)


def test_inputs_outside_wrt_have_no_derivative(make_case):
    truth = at(make_case(lambda xp, x, c: x * c, wrt=("x",), x=np.array([2.0]), c=np.array([5.0])))
    assert set(truth.jacobian) == set(truth.vjp) == set(truth.tangents) == {"x"}
    assert truth.jacobian["x"].high == 5


def test_an_output_that_does_not_depend_on_an_input_has_exact_zeros(make_case):
    truth = at(make_case(lambda xp, x, y: x * 3, x=np.array([2.0]), y=np.array([5.0])))
    for enclosure in (truth.jacobian["y"], truth.vjp["y"]):
        assert (enclosure.high == 0).all()
        assert (enclosure.tolerance == 0).all()


# scale


def test_scale_is_the_largest_magnitude_on_the_way(make_case):
    case = make_case(lambda xp, x: (1e8 + x) - 1e8, x=np.array([3.0]))
    assert scale(case, at(case), "float64") == pytest.approx(1e8 + 3, rel=1e-6)
    steep = make_case(lambda xp, x: (1e9 * x) / 1e9, x=np.array([1e-3]))
    largest = 1e9 * max(1.0, abs(at(steep).tangents["x"][0]))  # a derivative on the way
    assert scale(steep, at(steep), "float64") == pytest.approx(largest, rel=1e-6)


def test_an_infinite_mask_is_no_magnitude(make_case):
    masked = lambda xp, x: xp.sum(xp.exp(xp.where(x > 0, x, xp.full_like(x, -np.inf)) - xp.max(x)))
    case = make_case(masked, x=np.array([3.0, -1.0, 2.0]))
    assert scale(case, at(case), "float64") == pytest.approx(3, rel=0.5)


def test_scale_leaves_no_tracking_behind(make_case):
    case = make_case(lambda xp, x: x * x, x=np.array([3.0]))
    truth = at(case)
    scale(case, truth, "float64")
    assert Jet.magnitude is None
    broken = make_case(lambda xp, x: xp.abs(x - 3), x=np.array([3.0]))
    with pytest.raises(Undecided):
        scale(broken, truth, "float64")
    assert Jet.magnitude is None


def test_evaluate_at_more_bits_lies_inside(make_case):
    case = make_case(layer, wrt=("w",), w=W, X=X)
    inputs = case.make_inputs("small")
    drawn = seeds(case, inputs, (4,), "float64")
    wide, narrow = (evaluate(case, inputs, *drawn, bits).groups() for bits in (53, 320))
    assert set(wide) == {"value", "jvp", "jacobian:w", "vjp:w"}
    for name, balls in wide.items():
        for ball, inner in zip(balls.flat, narrow[name].flat, strict=True):
            assert ball.contains(inner)
            assert inner.rad() < 1e-80 * ball.rad()


def test_a_pivot_that_the_working_precision_does_not_tell_from_zero_is_sampled(make_case):
    X = np.linalg.qr(np.random.default_rng(0).standard_normal((4, 4)))[0] * np.array([1.0, 0.3, 0.05, 1e-3])
    truth = at(make_case(lambda xp, X: xp.linalg.cholesky(X @ X.T), X=X), "float32")
    assert truth.bound == "sampled"
    assert np.isfinite(truth.value.tolerance).all()
    assert at(make_case(lambda xp, X: xp.linalg.cholesky(X @ X.T), X=X), "float64").bound == "radius"
