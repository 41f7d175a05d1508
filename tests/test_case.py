"""What a case promises: its inputs, their seeds, and a clear refusal of what is malformed."""

from __future__ import annotations

import numpy as np
import pytest

from adbench.case import DEFINED, DTYPES, Case, case
from adbench.errors import InvalidCase


@pytest.fixture(autouse=True)
def _leave_the_registry_alone():
    before = len(DEFINED.get(__name__, []))
    yield
    del DEFINED.get(__name__, [])[before:]


def made(make=lambda rng: {"x": rng.standard_normal(3)}, name="t.f", function=lambda xp, x: x * 2, **fields):
    fields = {"wrt": ("x",), "sizes": {"small": {}}, **fields}
    of = Case(name=name, function=function, **fields)
    if make is not None:
        of.inputs(make)
    return of


# definition


def test_a_decorated_function_becomes_a_case_of_its_files_family():
    @case(wrt=("w",), source="a note")
    def ridge(xp, w, X):
        """‖Xw‖²; w (n,), X (m, n).

        More about it.
        """
        return xp.sum((X @ w) ** 2)

    family = __name__.rpartition(".")[2]
    assert ridge.name == f"{family}.ridge"
    assert ridge.family == family
    assert ridge.parameters == ("w", "X")
    assert ridge.wrt == ("w",)
    assert ridge.formula == "‖Xw‖²; w (n,), X (m, n)."
    assert dict(ridge.sizes) == {"small": {}}
    assert ridge.dtypes == DTYPES == ("float64", "float32")
    assert (ridge.bench, ridge.shape_only, ridge.source, ridge.tags) == (False, False, "a note", ())
    assert ridge.path == __file__
    assert ridge.where.startswith(f"{family}.ridge (test_case.py:")
    assert DEFINED[__name__][-1] is ridge


def test_a_case_may_have_a_name_of_its_own():
    @case(wrt=("x",), name="other")
    def f(xp, x):
        return x

    assert f.name.endswith(".other")
    assert f.formula == ""


def test_wrt_that_is_no_parameter_is_refused():
    with pytest.raises(InvalidCase, match=r"wrong.*test_case\.py:\d+.*wrt names 'z'; the function's inputs are x, y"):

        @case(wrt=("x", "z"))
        def wrong(xp, x, y):
            return x * y

    assert all(not c.name.endswith(".wrong") for c in DEFINED.get(__name__, []))


def test_an_empty_wrt_is_refused():
    with pytest.raises(InvalidCase, match="wrt is empty; the function's inputs are x"):

        @case(wrt=())
        def wrong(xp, x):
            return x


def test_the_namespace_is_no_input():
    with pytest.raises(InvalidCase, match="wrt names 'xp'"):

        @case(wrt=("xp",))
        def wrong(xp, x):
            return x


def test_a_closed_form_of_an_input_outside_wrt_is_refused():
    with pytest.raises(InvalidCase, match=r"t\.f: jacobian\('y'\) is not among its wrt, x"):
        made().jacobian("y")


def test_decorators_attach_and_give_back_the_function():
    c = made()

    def closed_form(xp, x):
        return 2

    def pullback(xp, y_bar, x):
        return {"x": 2 * y_bar}

    assert c.jacobian("x")(closed_form) is closed_form
    assert c.jacobians == {"x": closed_form}
    assert c.vjp(pullback) is pullback
    assert c.pullback is pullback


# sizes

SIZES = {"small": {"n": 2}, "large": {"n": 30}}


def test_published_sizes_are_there_by_name_alone():
    c = made(lambda rng, n: {"x": np.ones(n)}, sizes=SIZES, published={"n7": {"n": 7}})
    assert c.sizes_named(()) == ["small", "large"]
    assert c.sizes_named(["n7", "small", "other"]) == ["small", "n7"]
    assert c.make_inputs("n7")["x"].size == 7
    with pytest.raises(InvalidCase, match="has no size 'n8'; it has small, large, n7"):
        c.make_inputs("n8")


@pytest.mark.parametrize(
    ("names", "extremes"), [(["a"], ["a"]), (["a", "b"], ["a", "b"]), (["a", "b", "c"], ["a", "c"])]
)
def test_the_extremes_are_the_first_and_the_last_size(names, extremes):
    sizes = {name: {"n": n} for n, name in enumerate(names, 1)}
    assert made(lambda rng, n: {"x": np.ones(n)}, sizes=sizes, published={"z": {"n": 9}}).extremes == extremes


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"timed": ["larg"]}, "timed names 'larg'; its sizes but the first, which is always run, are large$"),
        ({"timed": ["small"]}, "timed names 'small'; its sizes but the first, which is always run, are large$"),
        ({"published": {"large": {"n": 7}}}, "published has 'large', which is in sizes$"),
    ],
)
def test_sizes_that_contradict_each_other_are_refused(fields, sentence):
    with pytest.raises(InvalidCase, match=sentence):
        case(wrt=("x",), sizes=SIZES, **fields)(lambda xp, x: x)


# domain and points


@pytest.mark.parametrize(
    ("domain", "sentence"),
    [
        ({"z": (0.0, 1.0)}, "domain names 'z'; the inputs are x, k"),
        ({"x": (1.0, 0.0)}, "the domain of x is empty, from 1.0 to 0.0"),
    ],
)
def test_a_domain_that_cannot_be_is_refused(domain, sentence):
    with pytest.raises(InvalidCase, match=sentence):
        case(wrt=("x",), domain=domain)(lambda xp, x, k: x)


def test_a_domain_may_be_open_at_either_end_and_need_not_name_every_input():
    attached = case(wrt=("x",), domain={"k": (None, 2.0)})(lambda xp, x, k: x)
    assert attached.domain == {"k": (None, 2.0)}


def test_a_case_at_a_point_has_its_inputs_and_nothing_else():
    point = made(bench=True, sizes=SIZES, timed=("large",), published={"n7": {"n": 7}}).at("float32", x=[1.0, -0.0])
    assert (point.dtypes, list(point.all_sizes), point.bench, point.timed) == (("float32",), ["found"], False, ())
    assert point.make_inputs("found")["x"].tobytes() == np.array([1.0, -0.0]).tobytes()


def test_the_name_at_a_point_tells_points_apart():
    one, same, other = (made().at("float64", x=x).name for x in (0.0, 0.0, -0.0))
    assert one == same != other
    assert one.startswith("found.f_")


# inputs


def test_inputs_are_reproducible():
    np.testing.assert_array_equal(made().make_inputs("small")["x"], made().make_inputs("small")["x"])


def test_inputs_differ_by_case_size_and_point():
    sizes = {"small": {}, "large": {}}
    drawn = [
        made(name=name, sizes=sizes).make_inputs(size, point)["x"]
        for name in ("t.f", "t.g")
        for size in sizes
        for point in ("check", "other")
    ]
    assert len({x.tobytes() for x in drawn}) == 8


def test_inputs_do_not_depend_on_numpys_global_state():
    np.random.seed(0)
    first = made().make_inputs("small")["x"]
    np.random.seed(1)
    np.testing.assert_array_equal(first, made().make_inputs("small")["x"])


def test_the_draws_of_a_name_are_pinned():
    """Committed results stand on these."""
    np.testing.assert_allclose(
        made().make_inputs("small")["x"],
        [0.27491544752213437, -0.20041021514712504, 1.1090466179533691],
        rtol=1e-15,
    )


def test_a_size_is_the_keywords_of_the_inputs_function():
    c = made(lambda rng, n, scale=1.0: {"x": np.full(n, scale)}, sizes={"a": {"n": 2}, "b": {"n": 3, "scale": 5.0}})
    assert c.make_inputs("a")["x"].tolist() == [1, 1]
    assert c.make_inputs("b")["x"].tolist() == [5, 5, 5]


def test_inputs_come_in_the_order_of_the_parameters():
    c = made(lambda rng: {"y": 1.0, "x": 2.0}, function=lambda xp, x, y: x * y)
    assert list(c.make_inputs("small")) == ["x", "y"]


def test_integers_and_booleans_stay_unless_differentiated():
    c = made(
        lambda rng: {
            "x": [1, 2],
            "k": np.array([1, 2], dtype=np.int32),
            "b": [True, False],
            "c": np.float32(0.5),
        },
        function=lambda xp, x, k, b, c: x * k * c,
    )
    inputs = c.make_inputs("small")
    assert {k: x.dtype.name for k, x in inputs.items()} == {
        "x": "float64", "k": "int32", "b": "bool", "c": "float64",
    }  # fmt: skip


def test_inputs_are_contiguous_arrays_of_their_shape():
    c = made(
        lambda rng: {
            "x": np.arange(6.0).reshape(2, 3).T,
            "k": np.arange(6).reshape(2, 3).T,
            "s": 2.0,
            "i": 3,
        },
        function=lambda xp, x, k, s, i: x,
    )
    inputs = c.make_inputs("small")
    assert {k: x.shape for k, x in inputs.items()} == {"x": (3, 2), "k": (3, 2), "s": (), "i": ()}
    assert all(isinstance(x, np.ndarray) and x.flags.c_contiguous for x in inputs.values())
    np.testing.assert_array_equal(inputs["x"], np.arange(6.0).reshape(2, 3).T)


@pytest.mark.parametrize(
    ("drawn", "given_names"),
    [({}, r"\[\]"), ({"x": 1.0, "y": 2.0}, r"\['x', 'y'\]"), ({"y": 1.0}, r"\['y'\]")],
)
def test_inputs_of_other_names_than_the_parameters_are_refused(drawn, given_names):
    with pytest.raises(
        InvalidCase, match=rf"t\.f: the inputs function gives {given_names}, the function takes \['x'\]"
    ):
        made(lambda rng: drawn).make_inputs("small")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("wrt", ["x", "y"])
def test_an_entry_that_is_not_finite_is_named(bad, wrt):
    c = made(lambda rng: {"x": 1.0, "y": [[0.0, 1.0], [bad, 2.0]]}, function=lambda xp, x, y: x, wrt=(wrt,))
    with pytest.raises(InvalidCase, match=rf"t\.f: input y\[1, 0\] is {bad}; inputs must be finite"):
        c.make_inputs("small")


def test_a_scalar_that_is_not_finite_is_named():
    with pytest.raises(InvalidCase, match=r"input x\[\] is nan"):
        made(lambda rng: {"x": np.nan}).make_inputs("small")


def test_a_case_without_inputs_says_how_to_give_them():
    with pytest.raises(InvalidCase, match=r"t\.f: has no inputs function \(decorate one with @f\.inputs\)"):
        made(None).make_inputs("small")


def test_an_inputs_function_that_fails_is_the_cause():
    with pytest.raises(InvalidCase, match="cannot make the inputs of size 'small': division by zero") as error:
        made(lambda rng: {"x": 1 / 0}).make_inputs("small")
    assert isinstance(error.value.__cause__, ZeroDivisionError)


def test_an_inputs_function_that_does_not_take_the_size_is_refused():
    with pytest.raises(InvalidCase, match="unexpected keyword argument 'n'"):
        made(sizes={"small": {"n": 3}}).make_inputs("small")


@pytest.mark.parametrize("drawn", [None, {"x": "abc"}, {"x": [[1.0], [1.0, 2.0]]}])
def test_inputs_that_are_no_arrays_are_refused(drawn):
    with pytest.raises(InvalidCase, match=r"t\.f"):
        made(lambda rng: drawn).make_inputs("small")


def test_an_unknown_size_names_the_sizes():
    with pytest.raises(InvalidCase, match=r"t\.f: has no size 'huge'; it has small"):
        made().make_inputs("huge")


def test_complex_inputs_are_complex128():
    x = made(lambda rng: {"x": np.array([[1 + 2j, 3]], dtype=np.complex64).T}).make_inputs("small")["x"]
    assert x.dtype == np.complex128
    assert x.flags.c_contiguous


@pytest.mark.parametrize("bad", [complex(1, np.nan), complex(np.inf, 0)])
def test_a_complex_entry_that_is_not_finite_is_named(bad):
    with pytest.raises(InvalidCase, match=r"input x\[0, 1\] is .*; inputs must be finite"):
        made(lambda rng: {"x": np.array([[1j, bad]])}).make_inputs("small")


def test_inputs_that_are_no_numbers_are_refused():
    with pytest.raises(InvalidCase, match="input x has dtype <U1, expected numbers or booleans"):
        made(lambda rng: {"x": np.array(["a"])}).make_inputs("small")


# shapes


def test_a_function_that_fails_is_refused_in_a_sentence():
    failing = made(lambda rng: {"x": np.ones(3)}, function=lambda xp, x: xp.exp(x) + undefined, path="here.py", line=7)  # noqa: F821
    with pytest.raises(InvalidCase, match=r"t\.f \(here\.py:7\): NameError: name 'undefined' is not defined"):
        failing.jacobian_entries("small")



def test_output_shape_and_entries_of_the_jacobian():
    c = made(
        lambda rng, m: {"x": np.ones(3), "A": np.ones((m, 3)), "k": np.ones(50)},
        function=lambda xp, x, A, k: A @ x,
        wrt=("x", "A"),
        sizes={"a": {"m": 2}, "b": {"m": 5}},
    )
    assert c.output_shape(c.make_inputs("b")) == (5,)
    assert c.jacobian_entries("a") == 2 * (3 + 6)
    assert c.jacobian_entries("b") == 5 * (3 + 15)


def test_the_jacobian_of_a_complex_function_has_entries_for_both_parts():
    c = made(lambda rng: {"x": np.array([1j, 2.0])}, function=lambda xp, x: x * x)
    assert c.output_shape(c.make_inputs("small")) == (2,)
    assert c.output_like(c.make_inputs("small")).dtype == np.complex128
    assert c.jacobian_entries("small") == 4 * 4
    c = made(lambda rng: {"x": np.array([1j, 2.0])}, function=lambda xp, x: xp.special.expit(xp.real(x)))
    assert c.output_like(c.make_inputs("small")).dtype == np.float64
    assert c.jacobian_entries("small") == 2 * 4


def test_a_scalar_output_has_one_row_and_an_empty_one_none():
    scalar = made(function=lambda xp, x: xp.sum(x))
    assert scalar.output_shape(scalar.make_inputs("small")) == ()
    assert scalar.jacobian_entries("small") == 3
    assert made(function=lambda xp, x: x[:0]).jacobian_entries("small") == 0


def test_output_shape_says_nothing_of_overflow():
    c = made(lambda rng: {"x": 1e4}, function=lambda xp, x: xp.exp(x) / 0.0)
    with np.errstate(all="raise"):
        assert c.output_shape(c.make_inputs("small")) == ()


def test_where_without_a_file_is_the_name():
    assert made().where == "t.f"
    assert made(path="/a/b.py", line=3).where == "t.f (b.py:3)"
