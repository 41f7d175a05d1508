"""A finding as Python: every bit of its inputs, in a file that registers a case of the same name."""

import sys

import numpy as np
import pytest
from fakes import CASES, small

import adbench.cases
from adbench.case import DEFINED
from adbench.fuzz import paste
from adbench.fuzz.hunt import Finding
from adbench.registry import load_cases
from adbench.results import Outcome


def finding(case=small.quotient, dtype="float64", message="derivative by x (wrong)", **inputs):
    outcome = Outcome(
        cell="…", case=case.name, family="small", size="found", backend="b", operator="vjp", dtype=dtype,
        status="fail", message=message,
    )  # fmt: skip
    return Finding(case=case, inputs=inputs, outcome=outcome, others=(), flat=False)


def ordinary():
    return {"x": np.array([1.0, 0.1, -0.0]), "y": np.array([5e-324, 1e300, np.nextafter(1.0, 2.0)])}


@pytest.mark.parametrize(
    "x",
    [
        np.array([0.1, -0.0, 5e-324, 1.7976931348623157e308]),
        np.array(2.5),
        np.array([[1, 2], [3, 4]]),
        np.array([True, False]),
        np.zeros((0, 4)),
        np.zeros((2, 0, 3), dtype=np.int64),
    ],
)
def test_a_literal_makes_the_same_array(x):
    made = eval(paste.literal(x), {"np": np})
    assert (made.dtype, made.shape, made.tobytes()) == (x.dtype, x.shape, x.tobytes())


def test_the_file_registers_the_case_at_its_inputs(tmp_path):
    (file := tmp_path / paste.FILE).write_text(paste.source(finding(**ordinary()), (CASES,)))
    name = small.quotient.at("float64", **ordinary()).name
    case = load_cases([str(file)])[name]
    made = case.make_inputs("found")
    assert {n: x.tobytes() for n, x in made.items()} == {n: x.tobytes() for n, x in ordinary().items()}
    assert (case.dtypes, list(case.sizes), case.wrt) == (("float64",), ["found"], ("x", "y"))
    assert case.function is not small.quotient.function  # loaded anew, from the file that is named
    assert set(case.jacobians) == {"x", "y"}


def test_a_case_of_the_catalogue_needs_no_file():
    catalogue = load_cases()["calculus.log_sum"]
    text = paste.source(finding(catalogue, a=np.array(1.0), b=np.array(2.0)))
    assert 'load_cases()["calculus.log_sum"]' in text
    compile(text, "found.py", "exec")


def test_the_file_may_be_put_among_the_cases(tmp_path, monkeypatch):
    catalogue = load_cases()["calculus.log_sum"]
    (tmp_path / "pasted_by_a_test.py").write_text(paste.source(finding(catalogue, a=np.array(1.0), b=np.array(2.0))))
    monkeypatch.setattr(adbench.cases, "__path__", [*adbench.cases.__path__, str(tmp_path)])
    try:
        assert catalogue.at("float64", a=1.0, b=2.0).name in load_cases()
    finally:
        sys.modules.pop("adbench.cases.pasted_by_a_test", None)
        DEFINED.pop("adbench.cases.pasted_by_a_test", None)


def test_a_point_that_the_registry_refuses_says_why():
    zero = finding(small.quotient, x=np.zeros(3), y=np.ones(3))
    assert "an all-zero answer would pass" in paste.refusal(zero)
    assert paste.refusal(finding(small.quotient, x=np.ones(3), y=np.ones(3))) == ""


def test_the_name_does_not_depend_on_the_file_and_tells_points_apart():
    one, same, other = (small.quotient.at("float64", x=np.ones(3), y=np.full(3, v)).name for v in (2.0, 2.0, 3.0))
    assert one == same != other
    assert one.startswith("found.quotient_")


def test_a_message_cannot_end_the_docstring():
    text = paste.source(finding(message='""" + exit() \\N', **ordinary()))
    compile(text, "found.py", "exec")


def test_the_command_names_case_file_backend_operator_and_dtype():
    command = paste.command(finding(dtype="float32", **ordinary()))
    name = small.quotient.at("float32", **ordinary()).name
    assert command == f"adbench run {name} --cases found.py --backend b --operator vjp --dtype float32"
