"""Special functions: SciPy's values, what is refused, float32, and life without SciPy."""

import subprocess
import sys

import numpy as np
import pytest
import scipy.special
from engine.rules.rows_special import BY_BOTH, BY_X, ONE, OURS, TWO, columns

from adbench.engine import errors, grad, jvp, vjp
from adbench.engine import numpy as xp

REFUSED = set(BY_X) - set(BY_BOTH) - {"expn", "polygamma", "jn", "kn"}  # the last are jv and kv
BY_ORDER = [(name, order, x) for name in sorted(REFUSED) for order, x in BY_X[name]]


@pytest.mark.parametrize("name", sorted(set(ONE) - OURS))
def test_values_of_one_argument(name):
    x = np.array(ONE[name])
    np.testing.assert_array_equal(getattr(xp.special, name)(x), getattr(scipy.special, name)(x))


@pytest.mark.parametrize("name", sorted(set(TWO) - OURS))
def test_values_of_two_arguments(name):
    operands = [np.array(c) for c in columns(TWO[name])]
    np.testing.assert_array_equal(getattr(xp.special, name)(*operands), getattr(scipy.special, name)(*operands))


@pytest.mark.parametrize("name", sorted(set(BY_X) - OURS))
def test_values_of_an_order_and_an_argument(name):
    for order, x in BY_X[name]:
        got = getattr(xp.special, name)(*order, np.array(x))
        np.testing.assert_array_equal(got, getattr(scipy.special, name)(*order, np.array(x)))


@pytest.mark.parametrize(("name", "order", "x"), BY_ORDER)
def test_derivative_by_an_order_is_refused_by_name(name, order, x):
    f = lambda v: getattr(xp.special, name)(v, *order[1:], np.array(x[0]))
    with pytest.raises(errors.NoRuleBy, match=rf"special\.{name} has no derivative rule by \w, .*stop_gradient"):
        grad(f)(float(order[0]))
    with pytest.raises(errors.NoRuleBy):
        jvp(f, (float(order[0]),), (1.0,))


def test_derivative_of_a_density_by_its_parameter():
    """∂/∂a of the derivative by x."""
    a, x = 2.5, 1.3
    slope = lambda a: grad(lambda x: xp.special.gammainc(xp.asarray(a), x))(np.array(x))
    h = 1e-6
    density = lambda a: x ** (a - 1) * np.exp(-x) / scipy.special.gamma(a)
    assert grad(slope)(a) == pytest.approx((density(a + h) - density(a - h)) / (2 * h), rel=1e-8)


def test_at_zero_the_regularised_functions_do_not_depend_on_their_parameter():
    x = np.array([0.0, 1.0])
    assert grad(lambda a: xp.special.gammainc(a, x)[0])(2.0) == 0.0
    assert grad(lambda a: xp.special.gammaincc(a, x)[0])(2.0) == 0.0


@pytest.mark.parametrize("name", ["jn", "kn", "yn", "polygamma", "expn"])
def test_a_whole_order_leaves_single_precision_single(name):
    y, pullback = vjp(lambda x: getattr(xp.special, name)(3, x), np.float32([1.5]))
    assert y.dtype == pullback(np.ones(1, np.float32))[0].dtype == np.float32


def test_k_is_infinite_at_zero_and_no_number_below():
    np.testing.assert_array_equal(xp.special.kv(1.5, np.array([0.0, -1.0])), [np.inf, np.nan])
    assert grad(lambda x: xp.special.kve(0.5, x))(0.0) == -np.inf


def test_k_of_a_large_order_does_not_overflow_before_its_value_does():
    assert xp.special.kv(100.0, np.array(1e-1)) == pytest.approx(scipy.special.kv(100.0, 1e-1), rel=1e-12)


@pytest.mark.parametrize("name", sorted(ONE))
def test_single_precision_stays_single(name):
    x = np.array(ONE[name][1:2], np.float32)
    y, pullback = vjp(getattr(xp.special, name), x)
    assert y.dtype == pullback(np.ones(1, np.float32))[0].dtype == np.float32


def test_scipy_is_asked_for_by_name_where_it_is_missing():
    code = (
        "import sys; sys.modules['scipy'] = None\n"
        "from adbench.engine import errors, grad, numpy as xp\n"
        "assert grad(xp.special.expit)(0.0) == 0.25\n"
        "try: xp.special.erf(1.0)\n"
        "except errors.ScipyNotInstalled as error: print(error)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == (
        "the values of adbench.engine.numpy.special.erf are SciPy's, and SciPy is not installed; "
        'pip install "adbench-suite[special]"\n'
    )


def test_missing_name():
    with pytest.raises(AttributeError, match=r"special has no 'mathieu'.*no derivative rule"):
        xp.special.mathieu  # noqa: B018
