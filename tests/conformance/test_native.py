"""Functions that are a library's own: differentiated as the library has them, judged by their definition."""

from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest
from adbench.backends.free import Finite

from adbench.case import DEFINED, case
from adbench.conformance.check import Subject, check_cell
from adbench.namespace import Namespace
from adbench.oracle.certify import prove
from adbench.plan import Cell, plan


def made(name, native, size=3):
    @case(name=name, wrt=("x",), native=native, dtypes=("float64",))
    def function(xp, x):
        """sin² x."""
        return xp.sin(x) ** 2

    function.inputs(lambda rng: {"x": rng.uniform(0.5, 1.0, size)})
    return function


SQUARED = made("squared", {"lib": lambda lib, x: lib.sin2(x)})
COSINE = made("cosine", {"lib": lambda lib, x: 1 - lib.sin2(x)})
LONGER = made("longer", {"lib": lambda lib, x: lib.sin2(x)[None]})
LACKING = made("lacking", {"lib": lambda lib, x: lib.deep.sin2(x)})
FOLLOWING = made("following", {"numpy": lambda np, x: np.sin(x) ** 2})
DEFINED.pop(__name__)


class Lib(Finite):
    """Central differences through the API of a library."""

    name = "lib"
    apis: ClassVar = {"lib": Namespace("lib", SimpleNamespace(sin2=lambda x: np.sin(x) ** 2), {})}


def outcome_of(made, operator, backend):
    subject = Subject(backend, made, "small", "float64", "cpu", prove(made, "small").truths["float64"])
    return check_cell(
        Cell(case=made.name, size="small", operator=operator, dtype="float64", backend=backend.name), subject
    )


@pytest.mark.parametrize("operator", ["jvp", "jacfwd"])
def test_what_is_differentiated_is_the_librarys_own(operator):
    class Counting(Lib):
        calls = 0
        apis: ClassVar = {"lib": Namespace("lib", SimpleNamespace(sin2=lambda x: Counting.counted(x)), {})}

        @classmethod
        def counted(cls, x):
            cls.calls += 1
            return np.sin(x) ** 2

    outcome = outcome_of(SQUARED, operator, Counting())
    assert Counting.calls > 2
    assert outcome.status == "fail"  # as finite differences are; the value is right
    assert outcome.checks[0].name != "definition"
    assert "inaccurate" in outcome.message or "wrong" in outcome.message


@pytest.mark.parametrize("operator", ["jvp", "jacfwd"])
@pytest.mark.parametrize("wrong", [COSINE, LONGER])
def test_another_value_is_an_error_of_the_table_and_no_wrong_derivative(operator, wrong):
    outcome = outcome_of(wrong, operator, Lib())
    assert outcome.status == "error"
    assert [(check.name, check.kind) for check in outcome.checks] == [("definition", "table")]
    assert "beside that of its definition" in outcome.message
    assert wrong.where in outcome.message


def test_both_values_are_named():
    x = COSINE.make_inputs("small")["x"]
    message = outcome_of(COSINE, "jvp", Lib()).message
    got, expected = (float(message.partition(f"{word} ")[2].partition(",")[0]) for word in ("got", "expected"))
    entry = int(np.argmin(np.abs(np.cos(x) ** 2 - got)))
    assert got == pytest.approx(np.cos(x[entry]) ** 2)
    assert expected == pytest.approx(np.sin(x[entry]) ** 2)


def test_what_a_library_lacks_is_unsupported_by_name():
    outcome = outcome_of(LACKING, "jvp", Lib())
    assert (outcome.status, outcome.message) == ("unsupported", "lib has no deep")
    other = outcome_of(FOLLOWING, "jvp", Lib())
    assert (other.status, other.message) == ("unsupported", "lib does not offer the API of numpy")


def test_a_librarys_own_function_is_asked_of_it_alone_and_a_shared_one_of_all():
    cases, backends = [(SQUARED, "small"), (FOLLOWING, "small")], ["lib", "lib@2:fast", "other"]
    cells = plan(cases, backends, ["jvp"], ["float64"]).cells()
    asked = [(cell.case.rpartition(".")[2], cell.backend) for cell in cells]
    assert asked == [
        ("squared", "lib"),
        ("following", "lib"),
        ("squared", "lib@2:fast"),
        ("following", "lib@2:fast"),
        ("following", "other"),
    ]
