"""Which derivatives are right, before they are timed."""

import pytest
from fakes import CASES, small

from adbench.errors import BackendNotInstalled
from adbench.results import Sample
from adbench.runner.conformity import Conformity

MISSING = "fakes.unstartable.missing:Missing"


def conformity(backends, operators=("jvp", "vjp"), **options):
    seen = {"started": {}, "skipped": {}}
    made = Conformity(
        [small.quotient, small.cubic],
        backends,
        operators,
        ["float64"],
        required=options.get("required", ()),
        case_files=(CASES,),
        started=seen["started"].__setitem__,
        skipped=seen["skipped"].__setitem__,
    )
    return made, seen


def sample(backend, operator, case="small.quotient", size="huge"):
    return Sample(
        cell="", case=case, family="small", size=size, backend=backend, operator=operator, dtype="float64",
        status="timed",
    )  # fmt: skip


def test_what_passes_at_the_first_size_conforms_at_all():
    wrong, dies = "fakes.wrong:WrongSign", "fakes.killers:ExitsForward"
    conforms, seen = conformity([wrong, MISSING, "manual", dies])
    assert conforms.backends == [wrong, "manual", dies]
    assert set(seen["started"]) == {wrong, "manual", dies}
    assert set(seen["skipped"]) == {MISSING}
    answers = {
        (backend, operator): conforms(sample(backend, operator))
        for backend in conforms.backends
        for operator in ("primal", "jvp", "vjp")
    }
    assert answers == {
        (wrong, "primal"): True, (wrong, "jvp"): False, (wrong, "vjp"): False,
        ("manual", "primal"): True, ("manual", "jvp"): True, ("manual", "vjp"): True,
        (dies, "primal"): True, (dies, "jvp"): False, (dies, "vjp"): False,
    }  # fmt: skip


def test_a_hessian_that_is_too_large_to_be_checked_is_judged_by_its_products():
    made, _ = conformity(["numpy", "fakes.wrong:WrongSign"], ["hessian"])
    for case in ("small.quotient", "small.cubic"):
        assert made(sample("numpy", "hessian", case=case))
        assert not made(sample("fakes.wrong:WrongSign", "hessian", case=case))


def test_a_backend_that_was_asked_for_and_is_missing_ends_it():
    with pytest.raises(BackendNotInstalled):
        conformity(["manual", MISSING], required=[MISSING])
