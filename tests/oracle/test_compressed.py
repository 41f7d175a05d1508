"""Structures are proved of whole Jacobians and along colours, and along these is known what is known of the whole."""

import numpy as np
import pytest

from adbench import plan
from adbench.cases import vision
from adbench.errors import InvalidCase, NotCertified
from adbench.oracle import store
from adbench.oracle.certify import prove
from adbench.oracle.compressed import compressed_truth
from adbench.oracle.truth import scale, truth_at
from adbench.sparsity import structure_of

N = np.arange(5)
BAND = np.abs(np.subtract.outer(N, N)) <= 1
X = np.array([0.5, -1.5, 2.0, 3.0, -0.25])


def cubes(xp, x):
    """A band of three: xᵢ³ + xᵢ₋₁ + xᵢ₊₁."""
    return x**3 + xp.concat([x[1:], x[:1] * 0]) + xp.concat([x[:1] * 0, x[:-1]])


@pytest.fixture(params=["whole", "compressed"])
def path(request, monkeypatch):
    """Both ways of proving a case as small as these."""
    if request.param == "compressed":
        monkeypatch.setattr(plan, "LARGEST_JACOBIAN", 0)
    return request.param


def declaring(make_case, places, function=cubes, **options):
    case = make_case(function, path="here.py", line=7, x=X, **options)
    case.sparsity(lambda x: places)
    return case


def test_a_right_structure_is_proved(path, make_case):
    proof = prove(declaring(make_case, np.nonzero(BAND)), "small")
    assert proof.proved == ("structure",)
    truth = proof.truths["float64"]
    expected = np.where(np.eye(5) == 1, 3 * X**2, 1.0)
    case = declaring(make_case, np.nonzero(BAND))
    np.testing.assert_array_equal(truth.nonzeros(case, structure_of(case, truth.inputs)).high, expected[BAND])
    assert (truth.compressed is None, bool(truth.jacobian)) == (path == "whole", path == "whole")


def test_more_than_the_jacobian_has_may_be_declared(path, make_case):
    assert prove(declaring(make_case, np.nonzero(np.ones((5, 5)))), "small").proved == ("structure",)


@pytest.mark.parametrize("entry", [(0, 1), (2, 2), (4, 3)])
def test_a_structure_that_lacks_one_entry_is_refused(path, entry, make_case):
    lacking = BAND.copy()
    lacking[entry] = False
    with pytest.raises(InvalidCase) as error:
        prove(declaring(make_case, np.nonzero(lacking)), "small")
    assert str(error.value).startswith("test.f (here.py:7): ")
    assert "its structure lacks" in str(error.value)
    assert (f"entry {list(entry)} of the Jacobian is" if path == "whole" else f"row {entry[0]} of") in str(error.value)


def test_entries_of_one_colour_do_not_hide_one_another(path, make_case):
    """The diagonal alone: one colour, in which each entry is a sum of three."""
    with pytest.raises(InvalidCase, match="lacks"):
        prove(declaring(make_case, (N, N)), "small")


def test_an_entry_of_no_colour_in_its_row_is_refused(path, make_case):
    with pytest.raises(InvalidCase, match="its structure lacks"):
        prove(declaring(make_case, (N[1:], N[1:]), lambda xp, x: x * x), "small")


def test_a_derivative_that_cannot_fail_is_refused(path, make_case):
    case = make_case(lambda xp, x, y: x * x + 0 * y, x=X, y=X)
    case.sparsity(lambda x, y: (np.tile(N, 2), np.arange(10)))
    with pytest.raises(InvalidCase, match="the derivative by y is nowhere larger than its tolerance"):
        prove(case, "small")


@pytest.mark.parametrize("factor", [3.0, 3.0 + 1e-12])
def test_a_pullback_by_hand_is_proved_too(path, factor, make_case):
    case = declaring(make_case, (N, N), lambda xp, x: x**3, vjp=lambda xp, y_bar, x: {"x": factor * x**2 * y_bar})
    if factor == 3:
        assert prove(case, "small").proved == ("structure", "vjp")
    else:
        with pytest.raises(InvalidCase, match=r"vjp of x is wrong at entry \[0\]"):
            prove(case, "small")


def test_rounding_that_leaves_too_few_digits_is_said(monkeypatch, make_case):
    def chaotic(xp, x):
        for _ in range(60):
            x = 4 * x * (1 - x)
        return x

    case = make_case(chaotic, x=np.full(3, 0.3))
    case.sparsity(lambda x: (np.arange(3), np.arange(3)))
    monkeypatch.setattr(plan, "LARGEST_JACOBIAN", 0)
    with pytest.raises(NotCertified, match="leaves too few digits of a computation of this size"):
        prove(case, "small")


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_truth_along_colours_is_that_of_the_whole(dtype):
    case = vision.ba
    inputs = case.make_inputs("small")
    whole, narrow = truth_at(case, inputs, dtype), compressed_truth(case, inputs, dtype)
    structure = structure_of(case, inputs)
    pairs = [
        (whole.value, narrow.value),
        (whole.jvp, narrow.jvp),
        (whole.nonzeros(case, structure), narrow.nonzeros(case, structure)),
        *((whole.vjp[name], narrow.vjp[name]) for name in case.wrt),
    ]
    for a, b in pairs:
        np.testing.assert_array_equal(a.high, b.high)
        np.testing.assert_allclose(a.low, b.low, rtol=1e-9, atol=1e-40)
        # Radii have 30 bits; and a zero that is added is charged for, where it is.
        assert (b.tolerance <= a.tolerance * (1 + 1e-6)).all()
        assert (b.tolerance >= a.tolerance / 8).all()
    assert scale(case, narrow, dtype) == pytest.approx(scale(case, whole, dtype), rel=1e-6)


def test_it_is_kept_like_any_other(monkeypatch, tmp_path, make_case):
    monkeypatch.setenv("ADBENCH_CACHE", str(tmp_path))
    monkeypatch.setattr(plan, "LARGEST_JACOBIAN", 0)
    first, again = (store.truths(vision.ba, "small")["float64"] for _ in range(2))
    assert list((tmp_path / "truth").glob("*.msgpack"))
    np.testing.assert_array_equal(first.compressed.high, again.compressed.high)
    assert again.jacobian == {}
