"""A timed call: what is inside the clock, and what is not."""

import gc

import pytest
from adbench.backends.free import Manual
from fakes import raising, small

from adbench.errors import Unsupported
from adbench.plan import Cell
from adbench.timing import call as timing
from adbench.timing.call import TimedCall, prepare


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still but when it is told to go on."""

    class Clock:
        now = 0.0

        def tick(self, seconds):
            self.now += seconds

    made = Clock()
    monkeypatch.setattr(timing.time, "perf_counter", lambda: made.now)
    return made


def cell(operator="vjp", dtype="float64"):
    return Cell(case="small.cubic", size="small", operator=operator, dtype=dtype, backend="fake")


def test_a_sample_is_seconds_a_call(clock):
    timed = TimedCall(lambda: clock.tick(3.0), lambda result: clock.tick(0.5), 0.0, 0.0)
    assert timed.sample(1) == 3.5
    assert timed.sample(4) == 3.5


def test_every_call_is_synchronised_with_its_own_result():
    results, seen = iter(range(10)), []
    TimedCall(lambda: next(results), seen.append, 0.0, 0.0).sample(5)
    assert seen == [0, 1, 2, 3, 4]


@pytest.fixture
def restored():
    enabled = gc.isenabled()
    yield
    (gc.enable if enabled else gc.disable)()


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize("enabled", [True, False])
def test_garbage_collection_is_off_in_a_sample_and_afterwards_as_it_was(enabled):
    (gc.enable if enabled else gc.disable)()
    seen = []
    TimedCall(lambda: seen.append(gc.isenabled()), lambda result: None, 0.0, 0.0).sample(2)
    assert seen == [False, False]
    assert gc.isenabled() is enabled


@pytest.mark.usefixtures("restored")
def test_garbage_collection_is_restored_after_an_exception():
    def fails():
        raise ValueError

    gc.enable()
    with pytest.raises(ValueError, match=r"^$"):
        TimedCall(fails, lambda result: None, 0.0, 0.0).sample(1)
    assert gc.isenabled()


class Slow(Manual):
    """Takes 100 s in its first call, then 4, 3, 2, 1, 1, … s, of which 0.5 until it is synchronised."""

    def __init__(self, clock):
        self.clock, self.synchronized, self.seconds = clock, [], iter([100.0, 4.0, 3.0, 2.0])

    def prepare(self, operator, f, primals):
        self.clock.tick(1000.0)
        call = super().prepare(operator, f, primals)

        def slow(*arguments):
            self.clock.tick(next(self.seconds, 1.0) - 0.5)
            return call(*arguments)

        return slow

    def synchronize(self, result):
        self.clock.tick(0.5)
        self.synchronized.append(result)


def test_the_first_call_is_kept_apart_and_a_warm_one_is_the_fastest_of_a_few(clock):
    backend = Slow(clock)
    timed = prepare(cell(), small.cubic, backend)
    assert timed.warm_up[0] == 100.0
    assert timed.warm_seconds == 2.0
    assert len(backend.synchronized) == 1 + timing.WARM_CALLS
    assert timed.sample(3) == 1.0


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("operator", ["primal", "jvp", "vjp"])
def test_what_is_timed_is_the_right_thing(operator, dtype):
    timed = prepare(cell(operator, dtype), small.cubic, Manual())
    given = {n: x.astype(dtype) for n, x in small.cubic.make_inputs("small").items()}
    M, x, s = given["M"], given["x"], given["s"]
    answer = timed.call()
    value = answer if operator == "primal" else answer[0]
    assert value.dtype == dtype
    assert value == pytest.approx(M @ (s * x**3), rel=1e-5)
    if operator == "jvp":
        assert answer[1] == pytest.approx(M @ (3 * s * x**2) + M @ x**3, rel=1e-5)
    if operator == "vjp":
        assert answer[1][0] == pytest.approx(M.sum(axis=0) * 3 * s * x**2, rel=1e-5)
        assert answer[1][1] == pytest.approx((M @ x**3).sum(), rel=1e-5)


@pytest.mark.parametrize(
    ("backend", "status", "message"),
    [
        (raising.NoForward, "unsupported", "no forward mode here"),
        (raising.Raises, "error", "ValueError: no such rule: sin"),
    ],
)
def test_a_call_that_cannot_be_made_is_a_sample_that_says_why(backend, status, message):
    made = prepare(cell("jvp"), small.cubic, backend())
    assert (made.status, made.message, made.samples) == (status, message, ())
    assert (made.cell, made.case, made.family) == (cell("jvp").id, "small.cubic", "small")


def test_the_device_of_a_call_that_cannot_be_made_is_kept():
    there = Cell(
        case="small.cubic", size="small", operator="jvp", dtype="float64", backend="fake", device="cuda"
    )
    assert prepare(there, small.cubic, raising.NoForward()).device == "cuda"


def test_why_is_one_line():
    assert (
        prepare(cell("jvp"), small.cubic, raising.RaisesLines()).message
        == "RuntimeError: the graph is broken"
    )


def test_unsupported_in_the_primal_is_unsupported():
    class Nothing(Manual):
        def prepare(self, operator, f, primals):
            raise Unsupported("nothing here")

    assert prepare(cell("primal"), small.cubic, Nothing()).status == "unsupported"
