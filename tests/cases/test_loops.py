"""The scalar-loop forms: the derivatives of the array forms, by programs that see nothing but single entries."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from adbench import plain
from adbench.case import DEFINED
from adbench.cases import loops, objectives
from adbench.oracle.certify import prove
from adbench.oracle.evaluate import evaluate, seeds
from adbench.oracle.truth import Second

CASES = {case.name.partition(".")[2]: case for case in DEFINED[loops.__name__]}
ARRAYS = {case.name.partition(".")[2]: case for case in DEFINED[objectives.__name__]}


def test_every_objective_has_a_loop_that_says_so():
    assert list(CASES) == list(ARRAYS)
    for name, case in CASES.items():
        assert case.formula.startswith(f"Scalar-loop form of objectives.{name}, ")
        assert list(case.sizes) == ["small"]
        assert (case.wrt, case.parameters) == (ARRAYS[name].wrt, ARRAYS[name].parameters)


@pytest.mark.parametrize("name", CASES)
def test_the_oracle_proves_the_closed_forms_of_the_array_form(name):
    case, proof = CASES[name], prove(CASES[name], "small")
    assert set(proof.proved) == {*case.wrt, "vjp", *(f"hessian {a}, {b}" for a, b in case.hessians)}
    assert set(proof.truths) == {"float64", "float32"}
    assert all(made.bound == "radius" and isinstance(made.second, Second) for made in proof.truths.values())


@pytest.mark.parametrize("name", CASES)
def test_both_forms_agree_on_the_same_data_to_eighty_digits(name):
    case = CASES[name]
    inputs = ARRAYS[name].make_inputs("small")
    tangents, cotangent = seeds(case, inputs, (), "float64")
    loop, array = (
        evaluate(replace(case, function=form.function), inputs, tangents, cotangent, 320).groups()
        for form in (case, ARRAYS[name])
    )
    assert loop.keys() == array.keys()
    for group, balls in loop.items():
        for a, b in zip(balls.flat, array[group].flat, strict=True):
            assert a.overlaps(b)
            assert max(a.rad(), b.rad()) < 1e-80 * (1 + abs(b))


class Scalars:
    """A namespace of NumPy's for scalars alone."""

    def __init__(self, namespace=plain.NAMESPACE):
        self.namespace = namespace

    def __getattr__(self, name):
        function = getattr(self.namespace, name)
        if name == "special":
            return Scalars(function)

        def scalar(*operands):
            assert all(np.ndim(x) == 0 for x in operands)
            return function(*operands)

        return scalar


class Entries(np.ndarray):
    """An array that gives single entries and nothing else."""

    def __array_ufunc__(self, *args, **kwargs):
        raise AssertionError("an operation on a whole array")

    def __array_function__(self, *args, **kwargs):
        raise AssertionError("a function of a whole array")

    def __getitem__(self, index):
        entry = np.asarray(self)[index]
        assert np.ndim(entry) == 0
        return entry


@pytest.mark.parametrize("name", CASES)
def test_a_loop_reads_single_entries_and_adds_up_scalars(name):
    case = CASES[name]
    inputs = case.make_inputs("small")
    watched = {n: x.view(Entries) if x.ndim else x for n, x in inputs.items()}
    assert case.function(Scalars(), **watched) == pytest.approx(case.function(plain.NAMESPACE, **inputs), rel=1e-15)
