"""The window: what stays inside the dtype's range is judged, what leaves it anywhere says nothing."""

import numpy as np
import pytest
from adbench.backends.numpy import NumPy
from fakes import shaped, small

from adbench.case import Case
from adbench.errors import Undecided
from adbench.fuzz.window import OutOfRange, OutsideDomain, truth_within

SUBNORMAL = 5e-324


def truth(case, dtype="float64", **inputs):
    point = case.at(dtype, **{name: np.asarray(x, dtype=np.float64) for name, x in inputs.items()})
    return truth_within(point, point.make_inputs("found"), dtype, NumPy())


def of(function, **inputs):
    case = Case(name="t.f", function=function, wrt=tuple(inputs), sizes={"small": {}})
    return truth(case, **inputs)


def test_an_ordinary_point_has_a_truth():
    found = truth(shaped.product, x=[2.0, 3.0], y=[5.0, 7.0])
    assert found.value.high.tolist() == [10.0, 21.0]


@pytest.mark.parametrize(
    "inputs",
    [
        {"x": 1e200, "y": 1e200},  # the product overflows
        {"x": 1e90, "y": 1e90},  # a rule may multiply it by another such number
        {"x": 1e-90, "y": 1e-90},
        {"x": 1e150, "y": 1e-150},
        {"x": SUBNORMAL, "y": 1.0},
    ],
)
def test_a_computation_that_leaves_the_window_is_refused(inputs):
    with pytest.raises(OutOfRange):
        truth(shaped.product, **{name: [x] for name, x in inputs.items()})


def test_the_window_is_that_of_the_dtype():
    assert truth(shaped.product, x=[1e20], y=[1e20])
    with pytest.raises(OutOfRange):
        truth(shaped.product, "float32", x=[1e7], y=[1e7])


def test_infinity_on_a_branch_that_is_not_taken_is_refused():
    with pytest.raises(OutsideDomain):
        of(lambda xp, x: xp.where(x > -1.0, x, xp.log(x)), x=[0.5, 0.0])


def test_a_cotangent_that_leaves_the_window_is_refused_though_every_jet_is_inside():
    def shrunk(xp, x):
        y = x
        for _ in range(4):
            y = y * 1e-60  # in forward mode from 1e200 down to 1e-40; the cotangent of y falls to 1e-240
        return y * 1e200

    with pytest.raises(OutOfRange):
        of(shrunk, x=1.0)


def test_a_subnormal_number_that_makes_no_difference_is_let_through():
    found = of(lambda xp, x: x + 1.0, x=SUBNORMAL)
    assert found.value.high == 1.0


def test_a_subnormal_number_that_is_the_answer_is_refused():
    with pytest.raises(OutOfRange):
        truth(shaped.larger, x=[SUBNORMAL], y=[-1.0])


def test_a_tie_is_a_kink_and_a_near_tie_is_not():
    with pytest.raises(Undecided):
        truth(shaped.larger, x=[1.0], y=[1.0])
    assert truth(shaped.larger, x=[1.0], y=[np.nextafter(1.0, 2.0)])


def test_a_comparison_of_rounded_numbers_is_a_kink_already_beside_the_tie():
    third = 1 / 3

    def hinge(xp, x):
        return xp.maximum(x * third + x * third, 2 * third * x + 1e-16 * x)

    with pytest.raises(Undecided):
        of(hinge, x=1.1)


@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_a_zero_on_a_branch_cut_is_a_kink(zero):
    assert truth(shaped.angle, y=zero, x=1.0)
    with pytest.raises(Undecided, match="branch cut"):
        truth(shaped.angle, y=zero, x=-1.0)


def test_a_case_of_the_catalogue_is_within_the_window():
    point = small.cubic.make_inputs("small")
    assert truth(small.cubic, "float32", **{n: x.astype(np.float32) for n, x in point.items()})
