"""The worker's side: outcomes at given inputs, under the name of the case that was asked about."""

import numpy as np
from adbench.backends.free import Manual
from fakes import shaped
from fakes.wrong import WrongSign

from adbench.fuzz.judge import judge
from adbench.plan import Cell

CELL = Cell(case="shaped.product", size="found", operator="", dtype="float64", backend="fake")


def at(x, y, backend=None, operators=("jvp", "vjp")):
    inputs = {"x": np.array(x), "y": np.array(y)}
    return judge(shaped.product, backend or Manual(), CELL, operators, inputs)


def test_each_operator_has_an_outcome_at_inputs_of_any_shape():
    tried = at([2.0, 3.0, 4.0], [5.0, 6.0, 7.0])
    assert [o.cell for o in tried.outcomes] == [f"shaped.product[found]:{o}:float64:fake" for o in ("jvp", "vjp")]
    assert {(o.case, o.family, o.status) for o in tried.outcomes} == {("shaped.product", "shaped", "pass")}
    assert (tried.discarded, tried.flat) == ("", False)


def test_a_wrong_answer_is_a_failed_outcome():
    assert [o.status for o in at([2.0], [3.0], WrongSign()).outcomes] == ["fail", "fail"]


def test_a_derivative_of_zero_is_flat():
    assert at([0.0], [3.0]).flat


def test_what_says_nothing_has_a_reason_and_no_outcome():
    tried = at([1e300], [1e300])
    assert (tried.discarded, tried.outcomes) == ("out of range", ())
    assert at([1.0, 2.0], [1.0, 2.0, 3.0]).discarded == "outside the domain"


def test_no_operator_asks_the_oracle_alone():
    assert at([2.0], [3.0], operators=()).outcomes == ()
