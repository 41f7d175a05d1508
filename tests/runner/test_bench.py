"""Timing in workers: what is prepared is sampled, interleaved, and what cannot be is said."""

import pytest
from fakes import CASES, small

from adbench.errors import BackendNotInstalled
from adbench.runner import bench
from adbench.runner.bench import Bench


@pytest.fixture
def measure(monkeypatch):
    """Measure `small.quotient` or another case on some backends, quickly."""
    monkeypatch.setattr(bench, "SAMPLE_SECONDS", 1e-4)
    monkeypatch.setattr(bench, "ROUNDS", 4)
    made = []

    def measure(
        backends,
        case=small.quotient,
        operators=("primal", "vjp"),
        skipped=None,
        required=(),
        dtype="float64",
    ):
        skipped = skipped if skipped is not None else {}
        runner = Bench(
            backends, required=required, case_files=(CASES,), threads=1, skipped=skipped.__setitem__
        )
        made.append(runner)
        return runner.measure(case, "small", operators, dtype)

    yield measure
    for runner in made:
        runner.close()


def by_cell(samples):
    return {(s.backend, s.operator): s for s in samples}


def test_every_cell_is_timed_with_all_of_its_samples(measure):
    samples = measure(["manual", "fakes.wrong:WrongSign"], dtype="float32")
    assert len(samples) == 4
    for sample in samples:
        assert sample.status == "timed"
        assert 3 <= len(sample.samples) <= 4
        assert min(sample.samples) > 0
        assert sample.first_call_seconds > 0
        assert sample.number >= 1
        assert (sample.case, sample.family, sample.size, sample.dtype) == (
            "small.quotient", "small", "small", "float32"
        )  # fmt: skip
        assert sample.cell == f"small.quotient[small]:{sample.operator}:float32:{sample.backend}"


def test_a_wrong_derivative_is_timed_and_marked(measure):
    conforms = {key: s.conforms for key, s in by_cell(measure(["manual", "fakes.wrong:WrongSign"])).items()}
    assert conforms == {
        ("manual", "primal"): True,
        ("manual", "vjp"): True,
        ("fakes.wrong:WrongSign", "primal"): True,
        ("fakes.wrong:WrongSign", "vjp"): False,
    }


def test_what_a_backend_cannot_do_is_said(measure):
    samples = by_cell(
        measure(["fakes.raising:NoForward", "fakes.raising:Raises"], operators=("vjp", "jvp"))
    )
    assert samples["fakes.raising:NoForward", "vjp"].status == "timed"
    unsupported, error = samples["fakes.raising:NoForward", "jvp"], samples["fakes.raising:Raises", "jvp"]
    assert (unsupported.status, unsupported.message) == ("unsupported", "no forward mode here")
    assert (error.status, error.message) == ("error", "ValueError: no such rule: sin")
    assert unsupported.samples == error.samples == ()


def test_a_backend_that_dies_is_lost_and_the_others_are_timed(measure):
    samples = by_cell(measure(["fakes.killers:Exits", "manual"], small.cubic, ("vjp",)))
    assert samples["manual", "vjp"].status == "timed"
    lost = samples["fakes.killers:Exits", "vjp"]
    assert (lost.status, lost.message) == ("crash", "the process ended with exit code 3: leaving now")


def test_a_death_costs_the_cell_in_which_it_happened(measure):
    samples = by_cell(measure(["fakes.killers:Exits"], small.cubic, ("primal", "vjp")))
    assert samples["fakes.killers:Exits", "primal"].status == "timed"


def test_a_jacobian_by_several_inputs_is_timed(measure):
    (sample,) = measure(["manual"], operators=("jacrev",))
    assert (sample.status, sample.message) == ("timed", "")


def test_a_backend_that_is_missing_is_skipped_or_ends_the_run(measure):
    missing, skipped = "fakes.unstartable.missing:Missing", {}
    samples = measure([missing, "manual"], operators=("primal",), skipped=skipped)
    assert {s.backend for s in samples} == {"manual"}
    assert "no_such_library is not installed" in skipped[missing]
    with pytest.raises(BackendNotInstalled):
        measure(["manual", missing], required=[missing])


def test_backends_are_interleaved_in_a_new_order_each_round(measure, monkeypatch):
    asked = []
    ask = Bench._ask

    def spy(self, cell, request):
        if isinstance(request, bench.protocol.Measure):
            asked.append(cell.backend)
        return ask(self, cell, request)

    monkeypatch.setattr(Bench, "_ask", spy)
    monkeypatch.setattr(bench, "ROUNDS", 12)
    monkeypatch.setattr(bench, "CELL_SECONDS", 1e9)
    samples = measure(["manual", "finite"], operators=("primal",))
    rounds = list(zip(asked[::2], asked[1::2], strict=True))
    assert len(rounds) == 12 == len(samples[0].samples)
    assert set(rounds) == {("manual", "finite"), ("finite", "manual")}


def test_a_death_in_the_check_of_a_cell_costs_no_other_and_the_cell_is_not_ranked(measure):
    samples = by_cell(measure(["fakes.killers:ExitsForward"], operators=("primal", "vjp")))
    assert {key[1]: (s.status, s.conforms) for key, s in samples.items()} == {
        "primal": ("timed", True),
        "vjp": ("timed", False),
    }
