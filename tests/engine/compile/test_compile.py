"""The public function: what it computes, what it compiles for, what it refuses, and how it reads."""

import gc
import inspect
import linecache
import pickle
import traceback
from pathlib import Path

import numpy as np
import pytest

from adbench import engine
from adbench.engine import grad, hessian, hvp, jacfwd, jacrev, jvp, value_and_grad, vjp
from adbench.engine import numpy as xp
from adbench.engine.compile.errors import CannotCompile, DependsOnData

X = np.array([0.3, -1.2, 0.7, 2.0])


def f(x):
    """A scalar that many rules have a share in."""
    y = xp.sin(x[1:]) * xp.exp(-x[:-1]) + xp.maximum(x[1:], 0.5)
    return xp.sum(y * y) / (1 + xp.sum(x**2)) + xp.max(x)


def g(x):
    """A vector."""
    return xp.concat([xp.cumulative_sum(x), xp.sin(x) @ xp.reshape(x, (-1, 1)) * x[:2]])


def assert_same(got, expected):
    """Equal structure, shapes and dtypes, and values to a few ulps."""
    if isinstance(expected, tuple | list | dict):
        assert type(got) is type(expected)
        assert len(got) == len(expected)
        for key in expected if isinstance(expected, dict) else range(len(expected)):
            assert_same(got[key], expected[key])
        return
    assert np.shape(got) == np.shape(expected)
    assert np.result_type(got) == np.result_type(expected)
    few_ulps = 100 * np.finfo(np.result_type(1.0 if isinstance(expected, int) else expected)).eps
    np.testing.assert_allclose(got, expected, rtol=few_ulps, atol=few_ulps)


COMPOSITIONS = {
    "primal": f,
    "vector": g,
    "grad": grad(f),
    "value_and_grad": value_and_grad(f),
    "jvp": lambda x: jvp(g, (x,), (x * 2,)),
    "vjp": lambda x: vjp(g, x)[1](g(x)),
    "jacfwd": jacfwd(g),
    "jacrev": jacrev(g),
    "hessian": hessian(f),
    "hvp": lambda x: hvp(f, (x,), (x + 1,)),
    "reverse over reverse": jacrev(grad(f)),
    "forward over forward": jacfwd(jacfwd(g)),
    "third order": jacfwd(jacrev(grad(f))),
}


@pytest.mark.parametrize("name", COMPOSITIONS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_computes_what_the_function_does(name, dtype):
    function = COMPOSITIONS[name]
    compiled = engine.compile(function, X[::-1].astype(dtype))
    for x in (X.astype(dtype), (X / 3).astype(dtype)):
        assert_same(compiled(x), function(x))


def test_results_are_new_and_inputs_stay_as_they_were():
    constant = np.ones(3)

    def function(x, y):
        return x, x, x.T, x * 1.0, constant, y, -x, {"a": x[0], "b": (xp.reshape(x, (9,)), 3)}

    x, y = np.arange(9.0).reshape(3, 3), np.array(2.0)
    compiled = engine.compile(function, x, y)
    first = compiled(x, y)
    arrays = [a for a in (*first[:7], first[7]["a"], first[7]["b"][0]) if isinstance(a, np.ndarray)]
    for i, a in enumerate(arrays):
        assert a.flags.writeable
        assert not any(np.shares_memory(a, b) for b in (*arrays[:i], x, y, constant))
    assert_same(first, function(x, y))
    for a in arrays:
        a[...] = -1
    assert_same(compiled(x, y), function(np.arange(9.0).reshape(3, 3), np.array(2.0)))


def test_another_shape_or_dtype_is_compiled_when_it_occurs():
    traced = []

    def function(x):
        traced.append(x.shape)
        return xp.sum(x * x)

    compiled = engine.compile(grad(function), np.ones(3))
    for x in (np.ones(3), np.ones(5), np.ones(5, np.float32), np.ones((2, 2)), np.ones(5)):
        got = compiled(x)
        assert got.dtype == x.dtype
        np.testing.assert_array_equal(got, 2 * x)
    assert traced == [(3,), (5,), (5,), (2, 2)]


def test_old_programs_are_forgotten():
    traced = []
    compiled = engine.compile(lambda x: traced.append(x.shape) or x + 1, np.ones(1))
    for n in (*range(2, 20), 19, 2):
        compiled(np.ones(n))
    assert traced == [(n,) for n in (*range(1, 20), 2)]


def test_arguments_that_are_no_arrays_are_compiled_by_value():
    compiled = engine.compile(lambda x, n, how: x * n if how == "times" else x + n, X, 2, "times")
    times = [(n, "times") for n in (2, 3, -0.0, 0.0, True, 1)]
    for n, how in (*times, (2, "plus"), (2.0, "plus")):
        expected = X * n if how == "times" else X + n
        np.testing.assert_array_equal(compiled(X, n, how), expected)
        np.testing.assert_array_equal(np.signbit(compiled(X, n, how)), np.signbit(expected))


def test_nested_arguments():
    def loss(parameters, data):
        (W, b), (x, y) = parameters["layer"], data
        return xp.sum((x @ W + b - y) ** 2)

    parameters = {"layer": (np.ones((2, 3)), np.ones(3)), "rate": 0.5}
    data = [np.ones((4, 2)), np.zeros((4, 3))]
    compiled = engine.compile(loss, parameters, data)
    assert compiled(parameters, data) == loss(parameters, data) == 108
    assert compiled({**parameters, "layer": (np.zeros((2, 3)), np.ones(3))}, data) == 12
    assert "parameters_layer" in compiled.source


def test_scalars_of_both_kinds():
    compiled = engine.compile(grad(lambda x: x**3 / 2), np.float64(2))
    assert compiled(np.float64(4)) == compiled(np.array(4.0)) == 24
    assert compiled(2.0) == 6  # a Python number is a constant


def test_an_array_with_a_dtype_object_of_its_own():
    x = pickle.loads(pickle.dumps(X))
    np.testing.assert_array_equal(engine.compile(lambda x: x + 1, X)(x), X + 1)
    swapped = X.astype(">f8")
    np.testing.assert_array_equal(engine.compile(lambda x: x + 1, X)(swapped), X + 1)


def test_a_compiled_function_can_be_differentiated_and_compiled_again():
    compiled = engine.compile(f, X)
    assert_same(grad(compiled)(X), grad(f)(X))
    assert_same(engine.compile(grad(compiled), X)(X), grad(f)(X))
    assert_same(engine.compile(hessian(engine.compile(f, X)), X)(X), hessian(f)(X))


def test_names_are_the_functions_own():
    def ridge(w, exp, t0):
        return xp.sum(xp.exp(w) * exp + t0)

    compiled = engine.compile(grad(ridge), X, X, X)
    assert compiled.__name__ == "gradient_of_ridge"
    assert list(inspect.signature(compiled).parameters) == ["w", "exp", "t0"]
    assert_same(compiled(w=X, exp=X, t0=X), grad(ridge)(X, X, X))


def test_the_source_is_one_operation_a_line_and_tracebacks_show_it():
    compiled = engine.compile(lambda x: xp.log(x + 1) * 2, X)
    assert [line.strip() for line in compiled.source.splitlines()] == [
        "# _1 is 1.0 of float64, shape ()",
        "# _2 is 2.0 of float64, shape ()",
        "def compiled(x):",
        "if not (",
        "x.__class__ is ndarray and x.shape == (4,) and x.dtype is float64",
        "):",
        "return otherwise(x)",
        "t0 = x + _1",
        "t1 = log(t0)",
        "t2 = t1 * _2",
        "return t2",
    ]
    filename = compiled.__code__.co_filename
    assert linecache.getline(filename, 1) == compiled.source.splitlines(keepends=True)[0]
    with pytest.raises(FloatingPointError) as caught, np.errstate(invalid="raise"):
        compiled(X - 10)
    assert traceback.extract_tb(caught.value.__traceback__)[-1].line == "t1 = log(t0)"
    del compiled, caught
    gc.collect()
    assert not linecache.getline(filename, 1)


def test_common_subexpressions_are_computed_once():
    compiled = engine.compile(grad(lambda x: xp.sum(xp.exp(x) * xp.exp(x) + xp.exp(x))), X)
    assert compiled.source.count("exp(x)") == 1


def test_what_no_output_needs_is_not_computed():
    def function(x):
        xp.sin(x)
        return xp.cos(x)

    assert "sin" not in engine.compile(function, X).source


def branch(x):
    return x if x[0] > 0 else -x


def loop(x):
    while xp.sum(x) < 10:
        x = x * 2
    return x


REFUSED = {
    "if": branch,
    "while": loop,
    "float": lambda x: x * float(engine.stop_gradient(x)[0]),
    "int": lambda x: x[int(engine.stop_gradient(x)[0])],
    "range": lambda x: range(engine.stop_gradient(x)[0]),
    "item": lambda x: engine.stop_gradient(x).sum().item(),
    "and": lambda x: x[0] > 0 and x[1] > 0,
    "in": lambda x: 1.0 in engine.stop_gradient(x),
    "mask": lambda x: x[x > 0],
    "nonzero": lambda x: x[xp.nonzero(x)[0]],
    "where of a condition alone": lambda x: np.where(engine.stop_gradient(x) > 0),
    "unique": lambda x: xp.unique_values(x),
    "math": lambda x: __import__("math").sin(engine.stop_gradient(x)[0]),
    "asarray": lambda x: np.asarray(engine.stop_gradient(x)) + x,
}


@pytest.mark.parametrize("derivative", [lambda f: f, lambda f: jacrev(f)], ids=["primal", "jacrev"])
@pytest.mark.parametrize("name", REFUSED)
def test_what_depends_on_data_is_refused_with_its_place(name, derivative):
    function = REFUSED[name]
    with pytest.raises(DependsOnData) as caught:
        engine.compile(derivative(function), X)
    first = function.__code__.co_firstlineno
    assert caught.value.file == __file__
    assert caught.value.line in (first, first + 1)
    assert f"{__file__}:{caught.value.line}: " in str(caught.value)


def assigning(x):
    x[0] = 1
    return x


def added_in_place(x):
    total = np.zeros(4)
    total += x
    return total


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (assigning, "cannot be assigned to"),
        (added_in_place, "numpy.add writes into an array"),
        (lambda x: np.copyto(np.zeros(4), x), "numpy.copyto writes into an array"),
        (lambda x: vjp(f, x), "returned a function"),
        (lambda x: "text", "returned a str"),
    ],
)
def test_what_is_no_program_of_arrays_is_refused(function, message):
    with pytest.raises(CannotCompile, match=message):
        engine.compile(function, X)


def test_a_subclass_of_arrays_is_refused():
    with pytest.raises(CannotCompile, match="an argument is a MaskedArray"):
        engine.compile(lambda x: x, np.ma.ones(3))


@pytest.mark.parametrize("jacobian", [jacfwd, jacrev])
def test_batched_entries_at_places_that_are_computed(jacobian):
    x = np.array([[0.3, -1.2, 0.7], [2.0, 0.1, 0.5]])
    for f in (xp.sort, lambda x: xp.sort(x, axis=0, descending=True)):
        assert_same(engine.compile(jacobian(f), x)(x), jacobian(f)(x))


def test_a_batch_that_is_an_argument():
    def along(x, directions):
        return engine.vmap(lambda u: jvp(g, (x,), (u,))[1])(directions)

    directions = np.eye(4)[:3]
    assert_same(engine.compile(along, X, directions)(X, directions), along(X, directions))


def test_entries_of_a_constant_at_places_that_are_computed():
    table = np.arange(40.0).reshape(4, 10)

    def function(x):
        i = xp.argsort(x)
        return xp.sum(xp.take(table, i, axis=0)[:, 0] * xp.take(x, i) * x[i[:1]])

    compiled = engine.compile(value_and_grad(function), X)
    for x in (X, X[::-1].copy(), -X):
        assert_same(compiled(x), value_and_grad(function)(x))


def test_closed_over_arrays_are_constants():
    data = np.arange(4.0)
    compiled = engine.compile(lambda x: xp.sum(x * data), X)
    before = compiled(X)
    assert before == np.sum(X * data)
    assert engine.compile(grad(lambda x: xp.sum(x * data)), X)(X) is not data


def test_a_constant_beside_a_float32_in_a_function_of_scipys_stays_float32():
    x = np.float32(0.75)
    compiled = engine.compile(lambda x: xp.special.betaln(x, xp.ones_like(x) / 2), x)
    assert compiled(x).dtype == np.float32


def test_the_function_runs_once_for_a_signature():
    said = []
    compiled = engine.compile(lambda x: said.append("once") or x + 1, X)
    compiled(X)
    compiled(2 * X)
    assert said == ["once"]


def test_the_documentation_prints_what_is_compiled():
    text = (Path(__file__).parents[3] / "docs" / "explanation" / "compile.md").read_text()
    example, source = text.split("```python\n")[1:3]
    namespace: dict = {}
    exec(example.split("```")[0].replace("print(", "("), namespace)
    assert namespace["gradient"].source == source.split("```")[0]
