"""What is refused before it is timed: a derivative that says nothing, at a size that nobody has proved."""

import numpy as np
import pytest
from adbench.backends.free import Manual

from adbench.case import Case
from adbench.plan import Cell
from adbench.timing.call import TimedCall, prepare


def scaled():
    """a x³ by x (2,), where the size says what a is."""
    sizes = {"small": {"a": 0.0}, "zero": {"a": 0.0}, "infinite": {"a": 1e308}, "one": {"a": 1.0}}
    c = Case(name="t.scaled", function=lambda xp, x, a: a * x**3, wrt=("x",), sizes=sizes)
    c.inputs(lambda rng, a: {"x": np.array([1.0, 2.0]), "a": a})
    c.jacobian("x")(lambda xp, x, a: 3 * a * x**2 * xp.eye(2, dtype=x.dtype))
    return c


def prepared(size, operator):
    cell = Cell(case="t.scaled", size=size, operator=operator, dtype="float64", backend="manual")
    with np.errstate(all="ignore"):
        return prepare(cell, scaled(), Manual(), seconds=10.0)


@pytest.mark.parametrize("operator", ["vjp", "jacfwd", "jacrev"])
@pytest.mark.parametrize(("size", "what"), [("zero", "0 throughout"), ("infinite", "not finite")])
def test_a_derivative_that_says_nothing_is_refused(size, what, operator):
    made = prepared(size, operator)
    assert (made.status, made.message) == ("error", f"t.scaled: at size {size} the derivative by x is {what}")


@pytest.mark.parametrize(
    ("size", "operator"),
    [
        ("one", "vjp"),
        ("one", "jacrev"),
        ("small", "vjp"),  # the first size is the oracle's to judge
        ("zero", "jvp"),  # along tangents of ones it may be 0 for good reason
        ("zero", "primal"),
    ],
)
def test_others_are_timed(size, operator):
    assert isinstance(prepared(size, operator), TimedCall)
