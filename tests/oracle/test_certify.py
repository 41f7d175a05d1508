"""What registration refuses, and the sentence that it says."""

from __future__ import annotations

import numpy as np
import pytest

from adbench.errors import InvalidCase, NotCertified, Undecided
from adbench.oracle.certify import prove

X = np.array([1.5, -2.0, 0.5])


def cube(xp, x):
    return x * x * x


def cube_by_x(xp, x):
    return xp.eye(3) * (3 * x * x)


def test_a_right_case_is_proved_in_each_of_its_dtypes(make_case):
    case = make_case(cube, jacobian={"x": cube_by_x}, vjp=lambda xp, y_bar, x: {"x": 3 * x * x * y_bar}, x=X)
    truths = prove(case, "small").truths
    assert set(truths) == {"float64", "float32"}
    np.testing.assert_array_equal(truths["float64"].jacobian["x"].high, np.diag(3 * X * X))
    assert set(prove(make_case(cube, dtypes=("float64",), x=X), "small").truths) == {"float64"}


def test_a_wrong_closed_form_is_refused_with_its_entry_and_both_values(make_case):
    case = make_case(cube, jacobian={"x": lambda xp, x: xp.eye(3) * (3 * x)}, path="here.py", line=7, x=X)
    with pytest.raises(InvalidCase) as error:
        prove(case, "small")
    sentence = str(error.value)
    assert "test.f (here.py:7)" in sentence
    assert "jacobian('x') is wrong at entry [0, 0]" in sentence
    assert "it says 4.5" in sentence
    assert "the oracle proves 6.75" in sentence


@pytest.mark.parametrize("index", [(0, 0), (1, 2), (2, 2)])
@pytest.mark.parametrize("fault", [1e-10, 2.0**-52])
def test_a_small_fault_in_one_entry_is_found(make_case, index, fault):
    def wrong(xp, x):
        planted = np.zeros((3, 3))
        planted[index] = fault
        return cube_by_x(xp, x) + xp.asarray(planted)

    with pytest.raises(InvalidCase, match=rf"is wrong at entry \[{index[0]}, {index[1]}\]"):
        prove(make_case(cube, jacobian={"x": wrong}, x=X), "small")


@pytest.mark.parametrize(
    ("wrong", "shape"),
    [
        (lambda xp, x: 3 * x * x, r"\(3,\)"),
        (lambda xp, x: xp.sum(3 * x * x), r"\(\)"),
        (lambda xp, x: cube_by_x(xp, x)[None], r"\(1, 3, 3\)"),
    ],
)
def test_a_closed_form_of_the_wrong_shape_is_refused(make_case, wrong, shape):
    with pytest.raises(InvalidCase, match=rf"test\.f: jacobian\('x'\) has shape {shape}, expected \(3, 3\)"):
        prove(make_case(cube, jacobian={"x": wrong}, x=X), "small")


def test_a_transposed_jacobian_is_refused(make_case):
    A = np.array([[1.0, 2.0], [3.0, 4.0]])
    for closed_form, right in ((lambda xp, x, A: A, True), (lambda xp, x, A: A.T, False)):
        case = make_case(lambda xp, x, A: A @ x, wrt=("x",), jacobian={"x": closed_form}, x=np.ones(2), A=A)
        if right:
            prove(case, "small")
        else:
            with pytest.raises(InvalidCase, match=r"wrong at entry \[0, 1\]"):
                prove(case, "small")


def test_only_the_wrong_one_of_two_closed_forms_is_named(make_case):
    forms = {"x": lambda xp, x, y: y, "y": lambda xp, x, y: y}
    with pytest.raises(InvalidCase, match=r"jacobian\('y'\) is wrong"):
        prove(make_case(lambda xp, x, y: x * y, jacobian=forms, x=np.array(2.0), y=np.array(3.0)), "small")


def test_a_closed_form_that_is_not_a_number_proves_nothing(make_case):
    """A ball that is not finite overlaps every other."""
    for wrong in (lambda xp, x: xp.eye(3) * xp.log(-x * x), lambda xp, x: xp.eye(3) / (x - x)):
        with pytest.raises(InvalidCase, match="is wrong at entry"):
            prove(make_case(cube, jacobian={"x": wrong}, x=X), "small")


def test_a_closed_form_whose_ball_is_wide_proves_nothing(make_case):
    case = make_case(lambda xp, x: x * x, jacobian={"x": lambda xp, x: (1e97 + 3 * x) - 1e97}, x=np.array(3.0))
    with pytest.raises(NotCertified, match=r"jacobian\('x'\) cannot be proved, entry \[\] .* too wide at 320 bits"):
        prove(case, "small")


# pullbacks


@pytest.mark.parametrize(
    "wrong",
    [lambda xp, y_bar, x: {"x": 3 * x * x}, lambda xp, y_bar, x: {"x": 3 * x * x * y_bar * (1 + 1e-12)}],
)
def test_a_wrong_pullback_is_refused(make_case, wrong):
    with pytest.raises(InvalidCase, match=r"test\.f: vjp of x is wrong at entry \[0\]: it says .*, the oracle proves"):
        prove(make_case(cube, vjp=wrong, x=X), "small")


def test_a_pullback_of_the_wrong_shape_is_refused(make_case):
    with pytest.raises(InvalidCase, match=r"vjp of x has shape \(\), expected \(3,\)"):
        prove(make_case(cube, vjp=lambda xp, y_bar, x: {"x": xp.sum(y_bar)}, x=X), "small")


@pytest.mark.parametrize("names", [(), ("x", "z")])
def test_a_pullback_of_other_inputs_than_wrt_is_refused(make_case, names):
    with pytest.raises(InvalidCase, match=r"vjp gives \[.*\], wrt is \['x'\]"):
        prove(make_case(cube, vjp=lambda xp, y_bar, x: dict.fromkeys(names, y_bar), x=X), "small")


# derivatives that cannot fail


def test_a_derivative_that_is_all_zero_is_refused(make_case):
    case = make_case(lambda xp, x, y: x * 2, x=np.array(1.0), y=np.array(1.0))
    with pytest.raises(InvalidCase, match=r"the derivative by y is nowhere larger than its tolerance in float"):
        prove(case, "small")


def test_a_derivative_below_its_tolerance_is_refused(make_case):
    """(x + 1e17) − 1e17 has the derivative of its first term; 1e17 x on the way drowns it."""
    case = make_case(lambda xp, x: (x + 1e17 * x / 3) - 1e17 * x / 3, dtypes=("float64",), x=np.array(1.1))
    with pytest.raises(InvalidCase, match=r"by x is nowhere larger than its tolerance in float64, so that an all-zero"):
        prove(case, "small")


def test_one_entry_above_its_tolerance_is_enough(make_case):
    case = make_case(lambda xp, x: x * np.array([0.0, 1.0]), x=np.array([1.0, 2.0]))
    assert prove(case, "small").truths["float64"].jacobian["x"].high[1, 1] == 1


def test_a_derivative_that_underflows_in_one_dtype_is_refused_in_it(make_case):
    case = make_case(lambda xp, x: xp.exp(-x), x=np.array(100.0))
    with pytest.raises(InvalidCase, match="in float32"):
        prove(case, "small")


@pytest.mark.parametrize("shape", [(0,), (3, 0)])
def test_a_jacobian_without_entries_needs_to_be_marked(make_case, shape):
    with pytest.raises(InvalidCase, match="by x has no entries; mark the case shape_only"):
        prove(make_case(lambda xp, x: x * 2, x=np.zeros(shape)), "small")
    marked = make_case(lambda xp, x: x * 2, shape_only=True, x=np.zeros(shape))
    assert prove(marked, "small").truths["float64"].jacobian["x"].high.shape == shape + shape


# kinks and inputs


@pytest.mark.parametrize(
    "kink",
    [
        lambda xp, x: xp.abs(x),
        lambda xp, x: xp.maximum(x, 0.0),
        lambda xp, x: xp.minimum(x, 2 * x),
        lambda xp, x: xp.max(xp.stack([x[0], -x[0]])),
        lambda xp, x: xp.where(x > 0, x, 2 * x),
        lambda xp, x: xp.where(x == 0, 2 * x, x),
        lambda xp, x: xp.sign(x) * x,
    ],
)
def test_a_kink_is_undecided(make_case, kink):
    case = make_case(kink, x=np.array([0.0]))
    with pytest.raises(Undecided, match="kink"):
        prove(case, "small")
    away = make_case(kink, x=np.array([0.5]))
    prove(away, "small")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_an_input_that_is_not_finite_is_refused_with_its_entry(make_case, bad):
    x = np.ones((2, 3))
    x[1, 2] = bad
    with pytest.raises(InvalidCase, match=rf"test\.f: input x\[1, 2\] is {bad}; inputs must be finite"):
        prove(make_case(lambda xp, x: x * 2, x=x), "small")


def test_a_function_that_the_oracle_lacks_is_named(make_case):
    case = make_case(lambda xp, x: xp.cbrt(x), x=X)
    with pytest.raises(NotCertified, match=r"test\.f: the oracle has no cbrt, and there is no closed form by x"):
        prove(case, "small")


def test_such_a_case_is_compared_with_its_closed_form_alone(make_case):
    def cube_root(xp, x):
        return xp.cbrt(x)

    case = make_case(cube_root, jacobian={"x": lambda xp, x: xp.eye(3, dtype=x.dtype) / (3 * xp.cbrt(x) ** 2)}, x=X)
    proof = prove(case, "small")
    assert proof.proved == ()
    assert proof.note.startswith("the oracle has no cbrt; compared with its closed form alone")
    truth = proof.truths["float64"]
    assert truth.bound == "closed form"
    right = np.diag(1 / (3 * np.cbrt(X) ** 2))
    assert (truth.jacobian["x"].error(right) <= truth.jacobian["x"].tolerance).all()
    assert (truth.jacobian["x"].error(right * (1 + 1e-6)) > truth.jacobian["x"].tolerance).any()


def test_a_proof_says_what_it_proved_and_to_how_many_digits(make_case):
    diagonal = {"x": lambda xp, x: xp.eye(3, dtype=x.dtype) * xp.cos(x)}
    proof = prove(make_case(lambda xp, x: xp.sin(x), jacobian=diagonal, x=X), "small")
    assert proof.proved == ("x",)
    assert proof.bits == 320
    assert 80 < proof.digits < 97


def test_a_hessian_by_hand_is_proved_and_a_wrong_one_refused(make_case):
    case = make_case(lambda xp, x: xp.sum(x * x * x), x=X)
    case.hessian("x", "x")(lambda xp, x: xp.eye(3, dtype=x.dtype) * 6 * x)
    assert "hessian x, x" in prove(case, "small").proved
    case.hessian("x", "x")(lambda xp, x: xp.eye(3, dtype=x.dtype) * 6.0000001 * x)
    with pytest.raises(InvalidCase, match=r"hessian\('x', 'x'\) is wrong at entry \[0, 0\]"):
        prove(case, "small")


# A closed form whose fault is beyond float64, inputs drawn again, functions that fail


def test_a_fault_beyond_float64_is_shown_in_as_many_digits_as_it_takes(make_case):
    exp, off = (lambda xp, x: xp.exp(x)), (lambda xp, x: xp.exp(x) * (1 + x * 2.0**-52 * 2.0**-52))
    with pytest.raises(InvalidCase, match=r"it says .*, the oracle proves .*") as error:
        prove(make_case(exp, jacobian={"x": off}, x=1.0), "small")
    assert "it says [2.7182818284590452353602874713527965" in str(error.value)
    assert "the oracle proves [2.7182818284590452353602874713526624" in str(error.value)


def test_inputs_of_another_shape_when_they_are_drawn_again_are_refused(make_case):
    case, lengths = make_case(cube, path="here.py", line=7, x=X), iter([3, 4])
    case.inputs(lambda rng: {"x": np.ones(next(lengths))})
    with pytest.raises(InvalidCase) as error:
        prove(case, "small")
    assert str(error.value) == (
        "test.f (here.py:7): input x is float64 (3,) when it is first drawn and float64 (4,) when it is drawn again; "
        "a size must fix shapes and dtypes"
    )


def test_a_nan_when_inputs_are_drawn_again_is_refused(make_case):
    case, drawn = make_case(cube, x=X), iter([1.0, np.nan])
    case.inputs(lambda rng: {"x": np.full(3, next(drawn))})
    with pytest.raises(InvalidCase, match=r"test\.f: input x\[0\] is nan; inputs must be finite"):
        prove(case, "small")
