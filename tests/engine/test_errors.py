"""Every mistake that a user is likely to make ends in a sentence that says what to do instead."""

import copy
import math
import pickle

import numpy as np
import pytest

from adbench.engine import Tensor, errors, grad, jvp, stop_gradient, value_and_grad, vjp
from adbench.engine import numpy as xp

X = np.ones(3)


def message_of(kind, use, x=X):
    """What the error says that `use` of a traced array raises."""
    with pytest.raises(kind) as raised:
        grad(use)(x)
    text = str(raised.value)
    assert "\n" not in text
    return text


# No rule


@pytest.mark.parametrize(
    ("use", "name"),
    [
        (lambda x: np.linalg.eig(x), "numpy.linalg.eig"),
        (lambda x: np.histogram(x), "numpy.histogram"),
        (lambda x: np.digitize(x, [0.0, 1.0]), "numpy.digitize"),
        (lambda x: np.union1d(x, x), "numpy.union1d"),
        (lambda x: np.roots(x), "numpy.roots"),
        (lambda x: np.logical_and.reduce(x), "numpy.logical_and.reduce"),
    ],
)
def test_function_without_rule(use, name):
    text = message_of(errors.NoRule, use)
    assert text.startswith(f"{name} has no derivative rule")
    assert "custom_vjp(f, rule) with rule(y_bar, y, *primals)" in text
    assert "adbench.engine.numpy" in text


@pytest.mark.parametrize("module", [xp, xp.linalg, xp.special], ids=["numpy", "linalg", "special"])
def test_missing_name(module):
    with pytest.raises(AttributeError, match=rf"^{module.__name__} has no 'no_such'.*custom_vjp"):
        module.no_such  # noqa: B018
    assert not hasattr(module, "no_such")


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("tobytes", "see adbench.engine.numpy"),
        ("item", r"stop_gradient\(x\)"),
        ("fill", "where, concat or stack"),
        ("nonzero", "use adbench.engine.numpy.nonzero"),
        ("backward", "only a Tensor has one"),
        ("grad", "only a Tensor has one"),
    ],
)
def test_missing_attribute(name, advice):
    with pytest.raises(AttributeError, match=rf"a traced array has no attribute '{name}'; .*{advice}"):
        grad(lambda x: getattr(x, name))(X)
    seen = []
    grad(lambda x: seen.append(hasattr(x, name)) or xp.sum(x))(X)
    assert seen == [False]


# Assignment in place


def add_in_place(x):
    a = np.zeros(3)
    a += x
    return a


def fill_a_slice(x):
    a = np.zeros(3)
    a[:] = x
    return a


def fill_an_entry(x):
    a = np.zeros(3)
    a[0] = x[0]
    return a


def increment_an_entry(x):
    x[0] += 1
    return x


@pytest.mark.parametrize(
    ("use", "advice"),
    [
        (lambda x: x.__setitem__(0, 1), "where, concat or stack"),
        (increment_an_entry, "where, concat or stack"),
        (lambda x: x.__delitem__(0), "where, concat or stack"),
        (lambda x: np.add(x, 1, out=np.zeros(3)), "instead of out="),
        (add_in_place, "write `a = a + x` instead of `a += x`"),
        (fill_a_slice, "stack in place of np.array and a[i] = x"),
    ],
)
def test_assignment(use, advice):
    assert advice in message_of(errors.ValueIsTraced, use)


def test_assignment_of_an_entry():
    """NumPy says something of its own here, with ours as the cause."""
    with pytest.raises(ValueError, match="setting an array element") as raised:
        grad(fill_an_entry)(X)
    assert "with stack in place of a[i] = x" in str(raised.value.__cause__)


def test_augmented_assignment_of_a_traced_array_makes_a_new_one():
    def f(x):
        y = x
        y += 1
        y *= x
        return xp.sum(y)

    x = np.array([1.0, 2.0])
    np.testing.assert_array_equal(grad(f)(x), 2 * x + 1)
    np.testing.assert_array_equal(x, [1, 2])


# Values that would lose their derivative


@pytest.mark.parametrize(
    ("use", "advice"),
    [
        (lambda x: float(x), "float(stop_gradient(x))"),
        (lambda x: int(x), "float(stop_gradient(x))"),
        (lambda x: complex(x), "float(stop_gradient(x))"),
        (lambda x: math.sin(x), "adbench.engine.numpy in place of math's"),
        (lambda x: range(x), "float(stop_gradient(x))"),
        (lambda x: [1.0, 2.0][x], "float(stop_gradient(x))"),
        (lambda x: np.asarray(x), "asarray and stack in place of np.array"),
        (lambda x: np.array([x, x]), "asarray and stack in place of np.array"),
        (lambda x: np.arange(3.0)[x], "stop_gradient(x)"),
        (lambda x: np.random.default_rng(0).normal(x), "stop_gradient(x)"),
        (lambda x: np.vectorize(lambda a: a)(x), "adbench.engine.numpy"),
        (lambda x: pickle.dumps(x), "stop_gradient(x)"),
    ],
)
def test_plain_values(use, advice):
    assert advice in message_of(errors.ValueIsTraced, use, 1.0)


def test_truth_of_an_array():
    text = message_of(errors.ValueIsTraced, lambda x: x if x else -x)
    assert "shape (3,) is neither true nor false; use any or all" in text
    assert grad(lambda x: x[0] if xp.any(x > 0) else -x[0])(X)[0] == 1


@pytest.mark.parametrize("use", [len, list, lambda x: [*x]])
def test_scalar_as_a_sequence(use):
    assert "shape (), has no length" in message_of(TypeError, use, 1.0)


def test_a_tensor_names_its_data():
    x = Tensor(X)
    for use in (lambda: float(x[0]), lambda: np.asarray(x), lambda: pickle.dumps(x)):
        with pytest.raises(errors.ValueIsTraced, match=r"x\.data"):
            use()


def test_copies_keep_the_derivative():
    for copied in (copy.copy, copy.deepcopy, lambda x: x.copy()):
        np.testing.assert_array_equal(grad(lambda x: xp.sum(copied(x)))(X), X)
    w = Tensor(X)
    kept = copy.deepcopy(w)
    w.data -= 1
    np.testing.assert_array_equal(kept.data, X)


def test_printing_and_rounding_need_no_derivative():
    seen = []
    grad(lambda x: seen.extend([f"{x:.1f}", str(x), round(x), x // 1]) or x)(1.26)
    assert seen[0] == "1.3"
    assert "1.26" in seen[1]
    assert seen[2:] == [1, 1]


# What goes in and comes out


@pytest.mark.parametrize(
    ("bad", "advice"),
    [
        (3, "int64, expected a real floating-point one; convert it to float64 first, as x.astype"),
        (np.arange(3, dtype=np.uint8), "uint8, .*convert it to float64"),
        (True, "bool, .*convert it to float64"),
        (np.array([1.0, None]), "object, .*convert it to float64"),
        ("text", "<U4, expected a real floating-point one$"),
        (np.datetime64("2020-01-01"), "datetime64.*, expected a real floating-point one$"),
        (None, "object, "),
    ],
)
def test_dtype_of_an_argument(bad, advice):
    def loss(weight, count):
        return weight

    with pytest.raises(errors.NotDifferentiable, match=rf"^argument 'count' of loss has dtype {advice}"):
        grad(loss, 1)(1.0, bad)


@pytest.mark.parametrize("bad", ["text", None, 1j, np.array([1.0, None]), np.datetime64("2020-01-01")])
def test_dtype_of_a_tensor(bad):
    with pytest.raises(errors.NotDifferentiable, match=r"^Tensor\(\) of dtype .*, expected real numbers"):
        Tensor(bad)


def test_result_that_is_no_scalar():
    for use in (lambda x: x * 2, lambda x: x[:1], lambda x: [x[0], x[1]], lambda x: {"a": x[0]}):
        text = message_of(errors.NotScalar, use)
        assert "expected a scalar; use jacrev for its Jacobian or vjp for a product with it" in text
    assert "complex128, expected a real scalar" in message_of(errors.NotScalar, lambda x: x * 1j, 1.0)


def test_arguments_of_grad():
    def loss(weight, rate):
        return weight * rate

    with pytest.raises(errors.EngineError, match="grad of loss by 'rate', which got 1 arguments by position"):
        grad(loss, 1)(1.0, rate=2.0)
    with pytest.raises(errors.EngineError, match="by '5', which got 2 arguments"):
        value_and_grad(loss, (0, 5))(1.0, 2.0)
    with pytest.raises(errors.EngineError, match="argnums is 'weight', expected an integer"):
        grad(loss, "weight")(1.0, 2.0)
    for operator in (grad, value_and_grad):
        with pytest.raises(errors.EngineError, match=r"write grad\(f\)\(x\), not grad\(f\(x\)\)"):
            operator(loss(1.0, 2.0))


def test_arguments_of_jvp_and_pullback():
    with pytest.raises(errors.StructureMismatch, match=r"as in jvp\(f, \(x,\), \(x_dot,\)\)"):
        jvp(lambda x: x, X, X)
    with pytest.raises(errors.NotDifferentiable, match="tangent 0 has dtype complex128, expected float64"):
        jvp(lambda x: x, (1.0,), (1j,))
    with pytest.raises(errors.NotDifferentiable, match="cotangent 0 has dtype <U1"):
        vjp(lambda x: x, 1.0)[1]("a")


def test_exception_of_the_function_itself_passes_through():
    for error in (IndexError("mine"), TypeError("mine"), KeyError("mine")):

        def f(x, error=error):
            raise error

        with pytest.raises(type(error), match="mine"):
            grad(f)(X)
        assert grad(lambda x: xp.sum(stop_gradient(x) * x))(X)[0] == 1
