"""What backends answer over a sweep."""

import numpy as np
import pytest
from adbench.backends.numpy import NumPy
from fakes import inaccurate

from adbench.accuracy.answer import Swept, questions, sweep
from adbench.accuracy.judge import judge
from adbench.accuracy.truth import swept_truth
from adbench.runner import protocol
from adbench.runner.worker import Desk


def lines(backend, name, dtype="float64"):
    """Judged lines of one function by (mode, operand)."""
    truth = swept_truth(name, dtype)
    return {(s.mode, s.operand): judge(name, "fake", dtype, s, truth) for s in sweep(backend, name, dtype)}


def test_the_value_and_each_operand_in_both_modes_are_asked_for():
    assert questions("tanh") == [("value", ""), ("forward", "x"), ("reverse", "x")]
    assert [(s.mode, s.operand) for s in sweep(NumPy(), "atan2", "float64")] == questions("atan2")
    assert questions("atan2")[1:] == [(m, o) for o in ("y", "x") for m in ("forward", "reverse")]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", ["tanh", "hypot", "special.expit", "log1p", "divide", "acosh"])
def test_our_engine_is_within_a_few_ulps(name, dtype):
    for line in lines(NumPy(), name, dtype).values():
        assert line.status == "measured"
        assert line.points > 60
        assert line.infinite == 0
        assert line.maximum < 10


def test_a_derivative_that_cancels_shows_by_its_maximum_and_its_value_is_not_blamed():
    found = lines(inaccurate.OneMinusSquare(), "tanh")
    assert found["value", ""].maximum < 2
    for mode in ("forward", "reverse"):
        assert found[mode, "x"].maximum > 1e15
        assert found[mode, "x"].median < 2
        assert abs(found[mode, "x"].worst.at["x"]) > 18


def test_nan_is_counted_in_the_mode_that_has_it():
    found = lines(inaccurate.NaNFarOut(), "tanh")
    assert found["forward", "x"].infinite == 0
    beyond = np.abs(swept_truth("tanh", "float64").points["x"]) > 5
    assert 0 < found["reverse", "x"].infinite <= beyond.sum()
    assert found["reverse", "x"].worst.got == "nan"


def test_operands_are_not_taken_for_each_other():
    found = lines(inaccurate.Swapped(), "atan2")
    assert found["value", ""].maximum < 2
    assert min(found["reverse", operand].median or np.inf for operand in "yx") > 1e10


def test_a_mode_that_is_not_there_is_unsupported_and_the_other_is_measured():
    found = lines(inaccurate.ReverseAlone(), "tanh")
    assert (found["forward", "x"].status, found["forward", "x"].message) == ("unsupported", "no forward mode here")
    assert found["reverse", "x"].status == "measured"


def test_a_function_that_is_not_there_is_unsupported():
    assert {line.status for line in lines(NumPy(), "special.expit").values()} == {"measured"}
    backend = NumPy()
    backend.namespace = inaccurate._with(special=inaccurate.Namespace("nothing", None, {}))
    assert {line.status for line in lines(backend, "special.expit").values()} == {"unsupported"}


def test_an_answer_of_another_shape_is_an_error():
    found = lines(inaccurate.Sums(), "sin")
    assert found["value", ""].status == "error"
    assert "shape ()" in found["value", ""].message


def test_answers_cross_the_protocol_to_the_bit():
    odd = np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324, 0.1])
    answers = protocol.Answers([Swept(mode="value", answers=odd.tobytes())])
    back = protocol.decode_reply(protocol.encode(answers))
    assert back.swept[0].array.tobytes() == odd.tobytes()


def test_a_worker_answers_a_sweep():
    request = protocol.decode_request(protocol.encode(protocol.Sweep("sqrt", "float32")))
    reply = Desk(NumPy(), {}).answer(request)
    assert reply == protocol.Answers(sweep(NumPy(), "sqrt", "float32"))
