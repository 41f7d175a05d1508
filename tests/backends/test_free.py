"""The backends that the cases themselves provide."""

import numpy as np
import pytest
from adbench.backends.free import Manual

from adbench.case import case

X, Y = np.array([1.0, 2.0]), np.array([3.0, 5.0])


def product(*wrt):
    """x y with a hand-written pullback; what is called is told to `called`."""
    called = []

    @case(wrt=wrt)
    def product(xp, x, y):
        called.append("function")
        return x * y

    @product.vjp
    def _(xp, y_bar, x, y):
        called.append("pullback")
        return {"x": y_bar * y, "y": y_bar * x}

    return product, called


@pytest.mark.parametrize("wrt", [("x",), ("y",), ("x", "y"), ("y", "x")])
def test_a_timed_gradient_is_the_function_and_its_pullback_and_no_more(wrt):
    of, called = product(*wrt)
    arrays, manual = {"x": X, "y": Y}, Manual()
    primals = tuple(arrays[name] for name in wrt)
    f = manual.bind(of, {name: x for name, x in arrays.items() if name not in wrt}, wrt)
    call = manual.prepare("vjp", f, primals)
    called.clear()
    y, x_bars = call(primals, np.array([1.0, 10.0]))
    assert called == ["function", "pullback"]
    assert y.tolist() == [3.0, 10.0]
    expected = {"x": [3.0, 50.0], "y": [1.0, 20.0]}
    assert [x_bar.tolist() for x_bar in x_bars] == [expected[name] for name in wrt]
