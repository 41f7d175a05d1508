"""The comparisons, entry by entry: what is near enough, what is not, and what they say."""

import numpy as np
import pytest

from adbench.conformance import compare
from adbench.oracle.truth import Enclosure

EPS = 2.0**-52


def enclosure(high, tolerance, low=0.0):
    high = np.asarray(high, dtype=np.float64)
    full = [np.broadcast_to(np.asarray(a, dtype=np.float64), high.shape).copy() for a in (low, tolerance)]
    return Enclosure(high=high, low=full[0], tolerance=full[1])


def closeness(got, truth, dtype="float64", scale=0.0):
    return compare.closeness("derivative", "x", np.asarray(got), truth, dtype, lambda: scale)


# closeness


def test_an_answer_within_tolerance_passes_with_its_error_in_ulps_and_in_tolerances():
    check = closeness([1.0, 2.0 + 2 * EPS], enclosure([1.0, 2.0], 4 * EPS))
    assert (check.status, check.name, check.input, check.kind) == ("pass", "derivative", "x", "")
    assert check.ulps == 1.0
    assert check.ratio == 0.5


def test_the_edge_of_the_tolerance_passes_and_the_next_number_fails():
    truth = enclosure([1.0], 4 * EPS)
    assert closeness([1 + 4 * EPS], truth).status == "pass"
    assert closeness([1 + 5 * EPS], truth).status == "fail"


def test_each_entry_is_held_to_its_own_tolerance():
    """A norm would let the large entry's tolerance cover the small one."""
    truth = enclosure([1e6, 1.0], [1e-3, 1e-12])
    assert closeness([1e6 + 0.5e-3, 1.0], truth).status == "pass"
    check = closeness([1e6 + 0.5e-3, 1.0 + 1e-9], truth)
    assert check.status == "fail"
    assert check.ratio == pytest.approx(1000, rel=1e-3)
    assert check.message.startswith("entry [1]: got 1.000000001")


def test_the_entry_that_is_named_is_the_worst_by_tolerances():
    truth = enclosure([[1.0, 1.0], [1.0, 1.0]], [[1e-9, 1e-9], [1e-15, 1e-9]])
    check = closeness([[1.1, 1.0], [1 + 1e-6, 1.0]], truth)
    assert check.message.startswith("entry [1, 0]: ")


def test_what_rounding_the_truth_left_over_counts():
    truth = enclosure([1.0], EPS / 4, low=EPS / 2)
    assert closeness([1.0], truth).status == "fail"
    assert closeness([1.0], enclosure([1.0], EPS / 4)).status == "pass"


@pytest.mark.parametrize("wrong", [5e-324, 1e-300, -1.0])
def test_an_exact_entry_takes_nothing_but_the_exact_number(wrong):
    truth = enclosure([0.0, 3.0], 0.0)
    assert closeness([0.0, 3.0], truth).status == "pass"
    assert closeness([-0.0, 3.0], truth).status == "pass"
    check = closeness([wrong, 3.0], truth)
    assert (check.status, check.kind) == ("fail", "wrong")
    assert check.ratio is None  # infinitely many tolerances, which JSON cannot hold
    assert "tolerance" not in check.message


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("tolerance", [0.0, 1e-15, 1e300])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_nan_and_infinity_fail_whatever_the_tolerance(bad, tolerance, dtype):
    truth = enclosure([1.0, 2.0, 0.0], tolerance)
    check = closeness(np.array([1.0, bad, 0.0], dtype=dtype), truth, dtype, scale=np.inf)
    assert (check.status, check.kind, check.ratio) == ("fail", "wrong", None)
    assert check.message.startswith(f"entry [1]: got {bad:g}, expected 2")


def test_a_nan_is_found_behind_a_larger_error():
    check = closeness([1e9, np.nan], enclosure([1.0, 1.0], 1e-15))
    assert check.message.startswith("entry [1]: got nan")


def test_an_array_without_entries_passes():
    check = closeness(np.empty((0, 3)), enclosure(np.empty((0, 3)), 0.0))
    assert (check.status, check.ulps, check.ratio) == ("pass", None, None)


def test_a_scalar_answer_is_named_without_an_index():
    check = closeness(np.float64(2.0), enclosure(1.0, 1e-15))
    assert check.message.startswith("got 2, expected 1, ")


def test_ulps_are_those_of_the_dtype_and_skip_true_zeros():
    off = np.array([1 + 2.0**-23, 0.0], dtype=np.float32)
    check = closeness(off, enclosure([1.0, 0.0], 2.0**-22), "float32")
    assert (check.status, check.ulps) == ("pass", 1.0)
    assert closeness([0.0], enclosure([0.0], 0.0)).ulps is None


def test_an_error_at_the_rounding_level_of_the_largest_magnitude_is_inaccurate_a_larger_one_wrong():
    truth = enclosure([1.0], EPS)
    assert closeness([1 + 1e-12], truth, scale=1e4).kind == "inaccurate"
    assert closeness([1 + 1e-12], truth, scale=1e2).kind == "wrong"
    single = np.array([1 + 2.0**-20], dtype=np.float32)
    assert closeness(single, enclosure([1.0], 2.0**-24), "float32", scale=8.0).kind == "inaccurate"
    assert closeness(single, enclosure([1.0], 2.0**-24), "float32", scale=0.25).kind == "wrong"


def test_the_scale_is_asked_for_only_when_an_entry_is_beyond_its_tolerance():
    def scale():
        raise AssertionError

    got, truth = np.array([1.0]), enclosure([1.0], EPS)
    assert compare.closeness("derivative", "x", got, truth, "float64", scale).status == "pass"


# shape and dtype


def test_shape_tells_a_scalar_from_an_array_of_one():
    assert compare.shape("x", np.zeros(()), ()).status == "pass"
    check = compare.shape("x", np.zeros(1), ())
    assert (check.name, check.status, check.message) == ("shape", "fail", "has shape (1,), expected ()")
    assert compare.shape("x", np.zeros((0, 3)), (3, 0)).status == "fail"


def test_dtype_is_exact():
    assert compare.dtype("x", np.zeros(1, np.float32), "float32").status == "pass"
    check = compare.dtype("x", np.zeros(1, np.float32), "float64")
    assert (check.name, check.status, check.message) == (
        "dtype", "fail", "has dtype float32, expected float64"
    )  # fmt: skip
    assert compare.dtype("x", np.zeros(1, complex), "float64").status == "fail"
    assert compare.dtype("x", np.zeros(1, int), "float64").status == "fail"


# adjoint


def pair(dtype, off=0.0):
    """The arguments of the identity for y = A x with one side off by a relative error."""
    rng = np.random.default_rng(0)
    A = rng.standard_normal((4, 3)).astype(dtype)
    u, y_bar = rng.standard_normal(3).astype(dtype), rng.standard_normal(4).astype(dtype)
    exact = [np.asarray(a, dtype=np.float64) for a in (A, u, y_bar)]
    eps = np.finfo(dtype).eps
    jvp = enclosure(exact[0] @ exact[1], 4 * eps * np.abs(exact[0]) @ np.abs(exact[1]))
    vjp = enclosure(exact[2] @ exact[0], 4 * eps * np.abs(exact[2]) @ np.abs(exact[0]))
    forward, reverse = A @ u, (y_bar @ A).astype(np.float64)
    return exact[2], forward, [exact[1]], [reverse * (1 + off)], jvp, [vjp]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_adjoint_identity_holds_for_a_right_pair(dtype):
    check = compare.adjoint(*pair(dtype))
    assert (check.name, check.status, check.message) == ("adjoint", "pass", "")
    assert 0 <= check.ratio <= 1


@pytest.mark.parametrize("off", [1e-9, -1e-9, 1e-12])
def test_the_adjoint_identity_fails_when_one_side_is_off(off):
    check = compare.adjoint(*pair("float64", off))
    assert check.status == "fail"
    assert check.ratio > 1
    assert "⟨ȳ, J u⟩ = " in check.message


def test_the_adjoint_identity_in_float32_is_held_to_float32():
    assert compare.adjoint(*pair("float32", 1e-9)).status == "pass"
    assert compare.adjoint(*pair("float32", 1e-4)).status == "fail"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("side", ["forward", "reverse", "both"])
def test_the_adjoint_identity_fails_on_nan_and_infinity(side, bad):
    cotangent, forward, tangents, x_bars, jvp, vjp = pair("float64")
    if side != "reverse":
        forward = np.full_like(forward, bad)
    if side != "forward":
        x_bars = [np.full_like(x_bars[0], bad)]
    check = compare.adjoint(cotangent, forward, tangents, x_bars, jvp, vjp)
    assert (check.status, check.ratio) == ("fail", None)


def test_the_adjoint_identity_sums_over_the_inputs():
    one = np.array([1.0])
    arguments = [one, np.array([5.0]), [one, one], [np.array([2.0]), np.array([3.0])]]
    bounds = [enclosure([5.0], EPS), [enclosure([2.0], EPS), enclosure([3.0], EPS)]]
    assert compare.adjoint(*arguments, *bounds).status == "pass"
    arguments[3] = [np.array([2.0]), np.array([2.0])]
    assert compare.adjoint(*arguments, *bounds).status == "fail"


def test_the_adjoint_identity_of_nothing_is_zero_equals_zero():
    empty = enclosure(np.empty(0), 0.0)
    check = compare.adjoint(np.empty(0), np.empty(0), [np.empty(0)], [np.empty(0)], empty, [empty])
    assert (check.status, check.ratio) == ("pass", 0.0)


def test_the_adjoint_identity_is_exact_where_both_tolerances_are_zero():
    one, exact = np.array([1.0]), enclosure([0.0], 0.0)
    zero, least = np.array([0.0]), np.array([5e-324])
    assert compare.adjoint(one, zero, [one], [zero], exact, [exact]).status == "pass"
    assert compare.adjoint(one, least, [one], [zero], exact, [exact]).status == "fail"


# agreement


def test_modes_agree_within_both_tolerances_together():
    truth = enclosure([1.0, 0.0], [EPS, 0.0])
    forward, reverse = np.array([1 + EPS, 0.0]), np.array([1 - EPS, 0.0])
    check = compare.agreement("x", forward, reverse, truth)
    assert (check.name, check.status, check.ratio) == ("agreement", "pass", 1.0)
    check = compare.agreement("x", forward + EPS, reverse, truth)
    assert check.status == "fail"


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e-300])
def test_modes_that_differ_where_the_truth_is_exact_fail(bad):
    truth = enclosure([1.0, 0.0], [EPS, 0.0])
    check = compare.agreement("x", np.array([1.0, 0.0]), np.array([1.0, bad]), truth)
    assert (check.status, check.ratio) == ("fail", None)
    assert check.message.startswith("entry [1]: forward mode says 0, reverse mode ")


def test_two_modes_that_both_say_nan_do_not_agree():
    truth = enclosure([1.0], 1.0)
    assert compare.agreement("x", np.array([np.nan]), np.array([np.nan]), truth).status == "fail"
    assert compare.agreement("x", np.array([np.inf]), np.array([np.inf]), truth).status == "fail"


def test_modes_of_different_shape_do_not_agree():
    check = compare.agreement("x", np.zeros(2), np.zeros((2, 1)), enclosure([0.0, 0.0], 0.0))
    assert (check.status, check.message) == ("fail", "forward mode gives shape (2,), reverse mode (2, 1)")


def test_empty_jacobians_agree():
    assert (
        compare.agreement("x", np.empty((0, 2)), np.empty((0, 2)), enclosure(np.empty((0, 2)), 0.0)).status
        == "pass"
    )


# bits


def test_same_bits_sees_what_equality_does_not():
    nan = np.array([np.nan])
    assert compare.same_bits("purity", "x", nan, nan.copy(), "changed").status == "pass"
    for after in (
        np.array([-0.0]),
        np.array([0]),
        np.array([0.0], np.float32),
        np.array([[0.0]]),
        np.array([5e-324]),
    ):
        check = compare.same_bits("purity", "x", np.array([0.0]), after, "changed")
        assert (check.status, check.message) == ("fail", "changed")
