"""Timing in workers: what is prepared is sampled, interleaved, and what cannot be is said."""

import pytest
from fakes import CASES, small

from adbench.errors import BackendNotInstalled
from adbench.plan import Cell
from adbench.runner import bench, protocol
from adbench.runner.bench import Bench, Budget
from adbench.timing.call import failed

QUICK, PATIENT = Budget(seconds=0.2, rounds=4), Budget(seconds=60.0, rounds=8, width=0)


def cells(*backends, case=small.quotient, operators=("primal", "vjp"), dtype="float64"):
    return [
        Cell(case=case.name, size="small", operator=operator, dtype=dtype, backend=backend)
        for backend in backends
        for operator in operators
    ]


def measure(*backends, budget=QUICK, process=0, memory_bytes=0, threads=1, **chosen):
    runner = Bench(
        backends, case_files=(CASES,), budget=budget, process=process, memory_bytes=memory_bytes, threads=threads
    )
    try:
        return runner.measure(cells(*backends, **chosen))
    finally:
        runner.close()


def by_cell(samples):
    return {(s.backend, s.operator): s for s in samples}


def test_every_cell_is_timed_with_all_of_its_samples():
    samples = measure("manual", "fakes.wrong:WrongSign", dtype="float32", process=2)
    assert [(s.backend, s.operator) for s in samples] == [
        (b, o) for b in ("manual", "fakes.wrong:WrongSign") for o in ("primal", "vjp")
    ]
    for sample in samples:
        assert (sample.status, sample.message, sample.process, sample.threads) == ("timed", "", 2, 1)
        assert len(sample.samples) == 4
        assert min(sample.samples) > 0
        assert len(sample.warm_up) >= 4
        assert sample.number >= 1
        assert sample.peak_bytes is None or sample.peak_bytes < 16 << 20
        assert sample.cell == f"small.quotient[small]:{sample.operator}:float32:{sample.backend}"


def test_what_a_backend_cannot_do_is_said():
    samples = by_cell(measure("fakes.raising:NoForward", "fakes.raising:Raises", operators=("vjp", "jvp")))
    assert samples["fakes.raising:NoForward", "vjp"].status == "timed"
    unsupported, error = samples["fakes.raising:NoForward", "jvp"], samples["fakes.raising:Raises", "jvp"]
    assert (unsupported.status, unsupported.message) == ("unsupported", "no forward mode here")
    assert (error.status, error.message) == ("error", "ValueError: no such rule: sin")
    assert unsupported.samples == error.samples == ()


LOST = {
    "fakes.killers:Exits": ("crash", "the process ended with exit code 3: leaving now"),
    "fakes.timed:Dies": ("crash", "the process ended with exit code 7"),
    "fakes.timed:Grows": ("oom", "the process held "),
}


def lost(backends, **options):
    """How the gradients of these backends are lost; their primals and another backend are timed beside them."""
    samples = by_cell(measure(*backends, "manual", case=small.cubic, budget=PATIENT, **options))
    gone = {backend: samples.pop((backend, "vjp")) for backend in backends}
    assert {(s.status, len(s.samples)) for s in samples.values()} == {("timed", 8)}
    assert not any(s.samples for s in gone.values())
    return {backend: (s.status, s.message) for backend, s in gone.items()}


def test_what_dies_or_eats_memory_costs_its_own_cell_only():
    for backend, (status, message) in lost(LOST, memory_bytes=300 << 20).items():
        assert (status, message[: len(LOST[backend][1])]) == LOST[backend]


@pytest.mark.slow
def test_what_hangs_costs_its_own_cell_only(monkeypatch):
    monkeypatch.setattr(bench, "ANSWER_SECONDS", 8.0)
    assert lost(["fakes.timed:Hangs"]) == {"fakes.timed:Hangs": ("timeout", "no answer within 8 s")}


def test_a_call_that_is_too_fast_is_said_to_be():
    (sample,) = measure("fakes.timed:TooFast", operators=("vjp",))
    assert (sample.status, sample.samples) == ("too fast", ())


def test_a_jacobian_by_several_inputs_is_timed():
    (sample,) = measure("manual", operators=("jacrev",))
    assert (sample.status, sample.message) == ("timed", "")


def test_a_backend_that_is_missing_is_skipped_or_ends_the_run():
    missing, skipped = "fakes.unstartable.missing:Missing", {}
    runner = Bench([missing, "manual"], skipped=skipped.__setitem__)
    runner.close()
    assert list(runner.versions) == ["manual"]
    assert "no_such_library is not installed" in skipped[missing]
    with pytest.raises(BackendNotInstalled):
        Bench([missing, "manual"], required=[missing])


class Seats:
    """Stand for processes: a call of each backend takes so many seconds as `times` says, sample by sample.

    Attributes:
        asked: backends of which a sample was taken, in order.
    """

    def __init__(self, **times):
        self.times, self.asked, self.version = {name: iter(t) for name, t in times.items()}, [], "1"

    def __call__(self, start, limit, memory_bytes):
        return self

    def renew(self):
        pass

    close = renew

    def prepare(self, cell, seconds):
        return protocol.Prepared(warm_up=(1.0,), number=10)

    def measure(self, cell, number, seconds):
        self.asked.append(cell.backend)
        taken = next(self.times[cell.backend])
        return failed(cell, "crash", taken) if isinstance(taken, str) else taken


@pytest.fixture
def seated(monkeypatch):
    """Samples of backends whose calls take what is given, and the order in which they were taken."""

    def seated(process=0, budget=QUICK, **times):
        seats = Seats(**times)
        monkeypatch.setattr(bench, "Seat", seats)
        samples = Bench(list(times), budget=budget, process=process).measure(cells(*times, operators=("vjp",)))
        return {s.backend: s for s in samples}, seats.asked

    return seated


def noise():
    """Samples of which no median is known well."""
    while True:
        yield from (1e-5, 2e-5, 4e-5)


def test_backends_are_interleaved_in_a_new_order_each_round(seated):
    orders = set()
    for process in range(2):
        samples, asked = seated(process, Budget(rounds=12), a=noise(), b=noise(), c=noise())
        rounds = list(zip(asked[::3], asked[1::3], asked[2::3], strict=True))
        assert len(rounds) == 12 == len(samples["a"].samples)
        assert {frozenset(one) for one in rounds} == {frozenset("abc")}
        assert len(set(rounds)) > 3
        orders.add(tuple(rounds))
    assert len(orders) == 2  # each process has an order of its own


def test_sampling_ends_when_every_cell_of_the_case_is_known_well_enough(seated):
    budget = Budget(rounds=30, width=0.01)
    samples, _ = seated(budget=budget, a=[1e-5] * 30, b=[2e-5] * 30)
    assert len(samples["a"].samples) == len(samples["b"].samples) == 6
    samples, _ = seated(budget=budget, a=[1e-5] * 30, b=noise())
    assert len(samples["a"].samples) == len(samples["b"].samples) == 30  # pairs, all of them


def test_a_cell_whose_time_is_over_leaves_the_others_to_go_on(seated):
    samples, _ = seated(budget=Budget(seconds=1.0, rounds=8), slow=[0.03] * 8, quick=noise())
    assert samples["slow"].samples == (0.03,) * 4  # ten calls in each
    assert len(samples["quick"].samples) == 8


def test_a_cell_whose_time_is_over_long_before_there_are_enough_is_too_slow(seated):
    samples, _ = seated(budget=Budget(seconds=1.0), slow=[0.03, 0.29], quick=noise())
    slow = samples["slow"]
    assert (slow.status, slow.samples) == ("too slow", ())
    assert slow.message == "2 of at least 3 samples took 3.2 s; they may take 3"
    assert samples["quick"].status == "timed"


def test_a_slow_spell_in_the_first_samples_makes_no_cell_too_slow(seated):
    samples, _ = seated(budget=Budget(seconds=1.0), one=[0.03, 0.12, 0.03], other=noise())
    assert samples["one"].samples == (0.03, 0.12, 0.03)


def test_a_cell_that_is_lost_is_not_asked_for_again(seated):
    samples, asked = seated(a=[1e-5, 1e-5, "gone"], b=noise())
    assert (samples["a"].status, samples["a"].message, samples["a"].samples) == ("crash", "gone", ())
    assert asked.count("a") == 3
    assert len(samples["b"].samples) == 4
