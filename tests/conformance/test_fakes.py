"""Every misbehaviour in `tests/fakes/` is caught: in its own operators alone, by the check that is meant for it.

The fakes that take their process down are in `tests/runner/`.
"""

import inspect
from functools import cache
from typing import NamedTuple

import pytest
from adbench.backends.free import Manual
from adbench.backends.numpy import NumPy, NumPyCompiled
from fakes import CASES, impure, partly, small, wider, wrong

from adbench.backend import FIRST_ORDER as OPERATORS
from adbench.case import DTYPES, Case
from adbench.conformance.check import check_cell
from adbench.conformance.subject import Subject
from adbench.oracle.store import truths
from adbench.plan import Cell
from adbench.registry import load_cases
from adbench.runner.conformance import Run

ALL, BOTH, JACOBIANS = OPERATORS, ("jvp", "vjp"), ("jacfwd", "jacrev")
FORWARD, REVERSE = ("jvp", "jacfwd"), ("vjp", "jacrev")


class Fake(NamedTuple):
    """A backend, the operators that it spoils on a case, and what each of their cells must say: nothing else may fail.

    Attributes:
        everywhere: whether it spoils every case of the catalogue that is no kink, or needs one of a certain form.
    """

    backend: type
    operators: tuple[str, ...]
    check: str
    kind: str = ""
    case: str = "small.cubic"
    dtype: str = "float64"
    status: str = "fail"
    everywhere: bool = False


FAKES = [
    Fake(wrong.WrongSign, ALL, "derivative", "wrong", everywhere=True),
    Fake(wrong.WrongFactor, ALL, "derivative", "wrong", everywhere=True),
    Fake(wrong.SlightlyOff, ALL, "derivative", "wrong"),
    Fake(wrong.SlightlyOff, ALL, "derivative", "inaccurate", "small.far"),
    Fake(wrong.Zero, ALL, "derivative", "wrong", everywhere=True),
    Fake(wrong.NaN, ALL, "derivative", "wrong", everywhere=True),
    Fake(wrong.OneNaN, ALL, "derivative", "wrong", everywhere=True),
    Fake(wrong.Infinite, ALL, "derivative", "wrong", everywhere=True),
    Fake(wrong.Huge, ALL, "derivative", "wrong", everywhere=True),
    Fake(wrong.Float32, ALL, "dtype", everywhere=True),
    Fake(wrong.Float32Inside, ALL, "derivative", "wrong"),
    Fake(wrong.Float64, ALL, "dtype", dtype="float32", everywhere=True),
    Fake(wrong.Complex, ALL, "dtype", everywhere=True),
    Fake(wrong.WrongShape, ALL, "shape", everywhere=True),
    Fake(wrong.Transposed, ALL, "derivative", "wrong"),
    Fake(wrong.NotUnbroadcast, ("vjp",), "shape"),
    Fake(wrong.UnbroadcastByMean, ("vjp",), "derivative", "wrong"),
    Fake(wrong.Swapped, BOTH, "derivative", "wrong", "small.quotient"),
    Fake(wrong.OneTooFew, ("vjp",), "", status="error", everywhere=True),
    Fake(wrong.WrongForward, FORWARD, "derivative", "wrong", everywhere=True),
    Fake(wrong.WrongReverse, REVERSE, "derivative", "wrong", everywhere=True),
    Fake(wrong.WrongValue, BOTH, "value", "wrong"),
    Fake(partly.WrongJacfwd, ("jacfwd",), "derivative", "wrong", everywhere=True),
    Fake(partly.WrongJacrev, ("jacrev",), "derivative", "wrong", everywhere=True),
    Fake(partly.WrongBySecond, (*REVERSE, "jacfwd"), "derivative", "wrong", "small.quotient"),
    Fake(partly.WrongInFloat32, ALL, "derivative", "wrong", dtype="float32", everywhere=True),
    Fake(partly.OneEntrySlightlyOff, ALL, "derivative", "wrong", "wider.wide"),
    Fake(partly.WrongConjugate, REVERSE, "derivative", "wrong", "wider.wave"),
    Fake(impure.ChangesInput, ALL, "purity"),
    Fake(impure.ChangesInputOnce, ALL, "purity"),
    Fake(impure.ChangesInputAndRaises, ALL, "purity"),
    Fake(impure.ChangesConstant, ALL, "purity"),
    Fake(impure.ChangesSeed, BOTH, "purity", everywhere=True),
    Fake(impure.ReusesBuffer, ALL, "purity"),
    Fake(impure.Unsteady, ALL, "determinism", everywhere=True),
    Fake(impure.WrongAtFirst, ALL, "determinism", everywhere=True),
    Fake(impure.WrongAtSecond, ALL, "determinism", everywhere=True),
    Fake(impure.WrongAtThird, ALL, "derivative", "wrong", everywhere=True),
    Fake(impure.Accumulates, ("vjp",), "derivative", "wrong", everywhere=True),
    Fake(impure.Stale, ALL, "derivative", "wrong"),
    Fake(impure.StaleSeed, BOTH, "derivative", "wrong", everywhere=True),
    Fake(impure.StaleAnswer, BOTH, "value", "wrong"),
    Fake(impure.StaleAnswer, JACOBIANS, "derivative", "wrong"),
    Fake(impure.OneBehind, BOTH, "value", "wrong"),
    Fake(impure.OneBehind, JACOBIANS, "derivative", "wrong"),
]
IDS = [f"{fake.backend.__name__}-{fake.case}" for fake in FAKES]
CASES_OF_FAKES = {c.name: c for module in (small, wider) for c in vars(module).values() if isinstance(c, Case)}
# `manual`, which the fakes spoil, has no derivatives within derivatives; of complex numbers see test_complex.
CATALOGUE = [
    c
    for c in load_cases(()).values()
    if set(c.wrt) <= set(c.jacobians) and not c.shape_only and c.family not in ("complex", "nested", "steering")
]
pytestmark = pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")
HONEST = [Manual, NumPy, NumPyCompiled]


@cache
def subject_of(case, dtype):
    size = next(iter(case.sizes))
    return Subject(Manual(), case, size, dtype, "cpu", truths(case, size)[dtype])


def outcomes(backend, case, dtype):
    """By operator, as one worker makes them: of one subject, forward mode first."""
    subject = subject_of(case, dtype)
    subject.backend, subject.answers = backend(), {}
    cells = [
        Cell(case=case.name, size=subject.size, operator=operator, dtype=dtype, backend="fake")
        for operator in OPERATORS
    ]
    return {cell.operator: check_cell(cell, subject) for cell in cells}


def first_failure(outcome):
    return next((check for check in outcome.checks if check.status == "fail"), None)


def spoiled(made):
    return {operator for operator, outcome in made.items() if outcome.status != "pass"}


@pytest.mark.parametrize("fake", FAKES, ids=IDS)
def test_a_fake_fails_by_its_own_check_in_its_own_operators_alone(fake):
    made = outcomes(fake.backend, CASES_OF_FAKES[fake.case], fake.dtype)
    others = [f for f in FAKES if (f.backend, f.case, f.dtype) == (fake.backend, fake.case, fake.dtype)]
    assert spoiled(made) == {operator for f in others for operator in f.operators}
    for operator in fake.operators:
        outcome, failure = made[operator], first_failure(made[operator])
        assert outcome.status == fake.status
        assert (failure.name, failure.kind) == (fake.check, fake.kind) if fake.check else failure is None
        assert outcome.message.startswith(fake.check)


@pytest.mark.parametrize("backend", HONEST)
@pytest.mark.parametrize("case", CASES_OF_FAKES.values(), ids=CASES_OF_FAKES)
def test_an_honest_backend_passes_every_check_of_the_fakes_cases(backend, case):
    for dtype in DTYPES:
        made = outcomes(backend, case, dtype)
        assert {operator: outcome.message for operator, outcome in made.items()} == dict.fromkeys(OPERATORS, "")
        assert {check.status for outcome in made.values() for check in outcome.checks} == {"pass"}


@cache
def passes(case, dtype):
    """Whether the closed form in plain NumPy passes: its sums round where the oracle's, in another order, do not."""
    return not spoiled(outcomes(Manual, case, dtype))


def sweep(fake, cases):
    """The cases on which a fake that spoils everything does not fail as it must."""
    escaped = []
    for case in cases:
        if fake.dtype not in case.dtypes or not passes(case, fake.dtype):
            continue
        made = outcomes(fake.backend, case, fake.dtype)
        failures = {operator: first_failure(made[operator]) for operator in fake.operators}
        checks = {failure.name if failure else "" for failure in failures.values()}
        if spoiled(made) != set(fake.operators) or checks != {fake.check}:
            escaped.append((case.name, made))
    return escaped


def test_few_cases_are_left_out_of_the_sweep():
    sample = [case for case in CATALOGUE[::15] if "float64" in case.dtypes]
    assert sum(passes(case, "float64") for case in sample) > 0.9 * len(sample)


EVERYWHERE = [pytest.param(fake, id=fake.backend.__name__) for fake in FAKES if fake.everywhere]


@pytest.mark.parametrize("fake", EVERYWHERE)
def test_a_fake_is_caught_on_one_case_in_fifteen_of_the_catalogue(fake):
    assert sweep(fake, CATALOGUE[::15]) == []


@pytest.mark.slow
@pytest.mark.parametrize("fake", EVERYWHERE)
def test_a_fake_is_caught_on_every_case(fake):
    assert sweep(fake, CATALOGUE) == []


# Through workers


WORKED = list({fake.backend: fake for fake in FAKES}.values())


def cell_of(fake):
    backend = f"{fake.backend.__module__}:{fake.backend.__name__}"
    return Cell(case=fake.case, size="small", operator=fake.operators[-1], dtype=fake.dtype, backend=backend)


@pytest.fixture(scope="module")
def run():
    """The outcome of a cell of each backend, by the cell's id; each backend in its own process."""
    made = []
    nobody, files = {"started": lambda *_: None, "skipped": lambda *_: None}, (CASES, wider.__file__)
    Run(case_files=files, required=(), see=made.append, **nobody).conform(map(cell_of, WORKED), jobs=2)
    return {outcome.cell: outcome for outcome in made}


@pytest.mark.parametrize("fake", [pytest.param(fake, id=fake.backend.__name__) for fake in WORKED])
def test_a_fake_is_caught_through_its_worker(run, fake):
    outcome = run[cell_of(fake).id]
    failure = first_failure(outcome)
    assert outcome.status == fake.status
    assert (failure.name, failure.kind) == (fake.check, fake.kind) if fake.check else failure is None


def test_every_fake_that_answers_is_in_the_table():
    """One that is written and never asked for would be a test that cannot fail."""
    named = [(module, name, c) for module in (wrong, impure, partly) for name, c in vars(module).items()]
    fakes = {c for m, name, c in named if inspect.isclass(c) and c.__module__ == m.__name__ and name[0] != "_"}
    assert fakes == {fake.backend for fake in FAKES}
