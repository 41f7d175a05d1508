"""Second derivatives of a cell: what is right passes in every nesting, what is wrong fails there and only there."""

from functools import cache

import numpy as np
import pytest
from adbench.backends.free import Finite
from adbench.backends.numpy import NumPy

from adbench import engine, registry
from adbench.backend import FIRST_ORDER, SECOND_ORDER, Backend
from adbench.conformance.check import Subject, check_cell
from adbench.oracle.certify import prove
from adbench.plan import Cell, plan

CASES = registry.load_cases()
SCALAR, VECTOR = "calculus.product_sine", "sigmoid.sigmoid_naive"


@cache
def truths(name):
    return prove(CASES[name], "small").truths


def outcome_of(backend, operator, name=SCALAR, dtype="float64"):
    cell = Cell(case=name, size="small", operator=operator, dtype=dtype, backend=backend.name)
    return check_cell(cell, Subject(backend, CASES[name], "small", dtype, "cpu", truths(name)[dtype]))


class Derived(NumPy):
    """The engine with nothing native beyond jvp and vjp."""

    hvp, hessian = Backend.hvp, Backend.hessian


class Flat(NumPy):
    """Takes first derivatives for constants."""

    def hvp(self, f, primals, tangents):
        return tuple(np.zeros_like(x) for x in primals)

    revrev = revfwd = hvp

    def fwdfwd(self, f, primals, tangents):
        return np.zeros_like(primals[0].sum())

    def hessian(self, f, primal):
        return np.zeros(primal.shape * 2, primal.dtype)


class Asymmetric(NumPy):
    """Forgets the last entry's part of a mixed derivative."""

    def hessian(self, f, primal):
        H = engine.hessian(f)(primal)
        H[0, -1] = 0
        return H


class Confused(NumPy):
    """Mixes the two levels up: the inner derivative is taken of the outer one's tangent as well."""

    def fwdfwd(self, f, primals, tangents):
        return 2 * super().fwdfwd(f, primals, tangents)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("operator", SECOND_ORDER)
@pytest.mark.parametrize("backend", [NumPy, Derived])
def test_what_is_right_passes(backend, operator, dtype):
    outcome = outcome_of(backend(), operator, dtype=dtype)
    assert (outcome.status, outcome.message) == ("pass", "")
    assert "derivative" in {check.name for check in outcome.checks}
    assert outcome.ratio <= 1


@pytest.mark.parametrize("operator", SECOND_ORDER)
def test_a_zero_answer_fails(operator):
    outcome = outcome_of(Flat(), operator)
    assert outcome.status == "fail"
    assert outcome.message.startswith("derivative by x")
    assert "(wrong): " in outcome.message


WRONG = [(Flat, SECOND_ORDER), (Asymmetric, ["hessian"]), (Confused, ["fwdfwd"])]


@pytest.mark.parametrize(("backend", "wrong"), WRONG)
def test_only_the_operators_that_are_wrong_fail(backend, wrong):
    failing = [o for o in (*FIRST_ORDER, *SECOND_ORDER) if outcome_of(backend(), o).status != "pass"]
    assert failing == list(wrong)


def test_without_a_truth_it_is_not_applicable():
    outcome = outcome_of(NumPy(), "hessian", VECTOR)
    assert (outcome.status, outcome.message) == ("unsupported", "whole Hessians are of scalar cases with few entries")


def test_finite_differences_have_none():
    outcome = outcome_of(Finite(), "fwdfwd")
    assert (outcome.status, outcome.message) == ("unsupported", "finite has no second derivatives")


def test_hessians_are_planned_where_they_are_taken():
    sized = [(CASES[name], "small") for name in (SCALAR, VECTOR)]
    cells = plan(sized, ["numpy"], ["vjp", "hessian"], ["float64"]).cells()
    assert [(c.case, c.operator) for c in cells] == [(SCALAR, "vjp"), (SCALAR, "hessian"), (VECTOR, "vjp")]
