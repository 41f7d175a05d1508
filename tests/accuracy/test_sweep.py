"""The points of a sweep: where they lie, and that they are the same ones every time."""

import numpy as np
import pytest

from adbench.accuracy.sweep import POINTS, linear, log, of, points, signed


def column(spans, dtype="float64", name="f", **options):
    (x,) = points(name, of(x=spans, **options), dtype)
    return x


def test_a_sweep_is_the_same_every_time_and_another_function_has_another():
    function = of(x=linear(-1, 1), y=signed(1e-3, 1e3))
    once, again = points("f", function, "float64"), points("f", function, "float64")
    assert all(np.array_equal(x, y) for x, y in zip(once, again, strict=True))
    assert not np.array_equal(once[0], points("g", function, "float64")[0])


def test_linear_has_a_point_in_each_part_of_the_span():
    x = np.sort(column(linear(-3, 5)))
    assert x.size == POINTS
    assert np.array_equal(np.floor((x + 3) / 8 * POINTS), np.arange(POINTS))


def test_points_have_bits_down_to_the_last():
    x = column(linear(-40, 40))
    small = x[np.abs(x) < 1]
    assert (small * 2.0**52 % 1 != 0).any()
    assert np.abs(x).max() <= 40


def test_log_has_as_many_points_in_each_decade():
    x = column(log(1e-10, 1e10))
    assert (x > 0).all()
    assert np.histogram(np.log10(x), bins=20, range=(-10, 10))[0].tolist() == [10] * 20


def test_signed_has_both_signs_and_no_small_magnitude():
    x = column(signed(1e-3, 1e3))
    assert 1e-3 <= np.abs(x).min() < 1.1e-3
    assert 60 < (x < 0).sum() < 140


def test_spans_share_the_points():
    x = column(linear(-2, -1) + log(1, 1e3))
    assert ((x < 0).sum(), (x >= 1).sum()) == (POINTS / 2, POINTS / 2)


def test_operands_are_drawn_apart():
    x, y = points("f", of(x=linear(0, 1), y=linear(0, 1)), "float64")
    assert abs(np.corrcoef(x, y)[0, 1]) < 0.3


def test_hard_points_come_on_top_as_they_are():
    x, y = points("f", of(x=linear(0, 1), y=linear(0, 1), hard=[(1000, -1000), (0, 2)]), "float64")
    assert list(zip(x[POINTS:].tolist(), y[POINTS:].tolist(), strict=True)) == [(1000, -1000), (0, 2)]
    assert column(linear(0, 1), hard=[19])[POINTS:].tolist() == [19]


def test_points_are_of_the_dtype_and_within_its_normal_numbers():
    x = column(signed(1e-300, 1e300), "float32", hard=[1e-40, 1e40, 0, 3])
    assert x.dtype == np.float32
    assert x.size == POINTS + 2  # neither the subnormal one nor the one that overflows, but 0
    assert np.abs(x[x != 0]).min() >= np.finfo(np.float32).smallest_normal
    assert np.isfinite(x).all()


@pytest.mark.parametrize(("dtype", "tiny"), [("float64", 1e-320), ("float32", 1e-40)])
def test_a_point_is_left_out_with_all_of_its_operands(dtype, tiny):
    x, y = points("f", of(x=linear(1, 2), y=linear(1, 2), hard=[(tiny, 1), (5, 6)]), dtype)
    assert (x[POINTS:].tolist(), y[POINTS:].tolist()) == ([5], [6])
