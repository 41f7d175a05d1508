"""What is torch's own: rows become cases that run what they say, and helpers of definitions follow their rules."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from adbench.cases.native_torch import apart, between, is_fixed, table

from adbench import plain
from adbench.case import DEFINED
from adbench.cases import native_torch, native_torch_convolution, native_torch_images, native_torch_index

xp = plain.NAMESPACE


@pytest.fixture
def row():
    yield table("tests.family")
    DEFINED.pop("tests.family", None)


def test_a_row_runs_its_call_and_shows_it(row):
    row("scaled", "torch.scale(x, n, by=2)", lambda xp, x, n: 2 * x * n, x=(3,), n=[1, 2, 3])
    (made,) = DEFINED["tests.family"]
    assert (made.name, made.wrt, made.parameters) == ("family.scaled", ("x",), ("x", "n"))
    assert made.formula == "torch.scale(x, n, by=2); x (3,)."
    assert made.path == __file__
    scale = SimpleNamespace(scale=lambda x, n, by: by * x * n + 1)
    inputs = made.make_inputs("small")
    np.testing.assert_array_equal(made.native["torch"](scale, **inputs), made.function(xp, **inputs) + 1)
    np.testing.assert_array_equal(made.native["torch"](scale, 1.0, n=2), 5.0)


def test_bounds_are_the_domain_and_one_definition_serves_two_rows(row):
    def same(xp, x):
        return x

    row("a", "torch.a(x)", same, x=between(0.5, 2.0, 4))
    row("b", "torch.b(x)", same, ("float64",), x=between(-1.0, 1.0))
    a, b = DEFINED["tests.family"]
    assert (a.domain, b.domain) == ({"x": (0.5, 2.0)}, {"x": (-1.0, 1.0)})
    assert (a.formula, b.formula) == ("torch.a(x).", "torch.b(x).")
    assert b.dtypes == ("float64",)
    assert b.make_inputs("small")["x"].shape == ()


@pytest.mark.parametrize("given", [[1, 2], [True, False], np.arange(3)])
def test_whole_numbers_and_booleans_are_fixed(given):
    assert is_fixed(given)


@pytest.mark.parametrize("given", [(2, 3), [1.0, 2.0], between(0, 1, 3), apart(3)])
def test_other_numbers_are_differentiated_by(given):
    assert not is_fixed(given)


def test_numbers_apart_have_magnitudes_apart():
    magnitudes = np.sort(np.abs(apart(4, 5)(np.random.default_rng(0))).ravel())
    assert magnitudes[0] > 0.5
    assert np.diff(magnitudes).min() > 0.02


def test_all_rows_are_of_torch_alone():
    families = [module for module in DEFINED if module.rpartition(".")[2].startswith("native_torch")]
    assert len(families) >= 4
    cases = [case for module in families for case in DEFINED[module]]
    assert all(set(case.native) == {"torch"} for case in cases)
    assert DEFINED[native_torch.__name__][0].family == "native_torch"


def test_places_are_moved_and_none_is_zero():
    x = np.arange(1.0, 7.0).reshape(2, 3)
    y = native_torch_index.moved(lambda p: np.where(p > 3, p.T.reshape(2, 3), native_torch_index.NONE))(xp, x)
    np.testing.assert_array_equal(y, np.where(x > 4, x.T.reshape(2, 3), 0) ** 2)


@pytest.mark.parametrize("reduction", ["sum", "prod", "max"])
def test_what_goes_to_one_place_is_reduced(reduction):
    x, y = np.array([2.0, 3.0, 5.0]), np.array([7.0, 11.0])
    to_last = native_torch_index.gathered(reduction, [2, 2])(xp, x, y)
    np.testing.assert_array_equal(to_last, [2, 3, getattr(np, reduction)([5, 7, 11])])
    without = native_torch_index.gathered(reduction, [2, 2], with_self=False)(xp, x, y)
    np.testing.assert_array_equal(without, [2, 3, getattr(np, reduction)([7, 11])])


def test_patches_fold_into_what_they_were_taken_from():
    given = ((2, 2), (1, 1), (0, 0), (1, 1))
    places = native_torch_convolution.patches((3, 4), *given)
    parts = native_torch_convolution.taken_from(xp, np.ones((1, 1, 3, 4)), places)
    counted = native_torch_convolution.added_up(xp, parts, places, (3, 4))
    np.testing.assert_array_equal(counted[0, 0], np.outer([1, 2, 1], [1, 2, 2, 1]))


@pytest.mark.parametrize(
    "weights",
    [
        native_torch_images.linear(4, 7, True),
        native_torch_images.bicubic(4, 8),
        native_torch_images.nearest(4, 6, True),
        native_torch_images.smoothed(native_torch_images.hat, 1, 6, 2),
        native_torch_images.smoothed(native_torch_images.cubic(-0.5), 2, 3, 6),
    ],
)
def test_a_constant_is_resampled_to_itself(weights):
    np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-15)


def test_linear_resampling_with_corners_keeps_a_line():
    np.testing.assert_allclose(native_torch_images.linear(4, 7, True) @ np.arange(4.0), np.arange(7) / 2, rtol=1e-15)
