"""Each trap as a backend: what a call takes in truth is what is said, and what had to be done for it."""

import numpy as np
import pytest
from adbench.backends.free import Manual
from fakes import small, timed
from fakes.timed import COMPUTE

from adbench.plan import Cell
from adbench.timing.call import prepare
from adbench.timing.traps import LAZY, REMEMBERS, TRIALS, is_lazy, read, remembers


def prepared(backend, operator="vjp"):
    cell = Cell(case="small.cubic", size="small", operator=operator, dtype="float64", backend="fake")
    return prepare(cell, small.cubic, backend, seconds=1.0)


@pytest.mark.parametrize("operator", ["primal", "jvp", "vjp", "jacrev"])
@pytest.mark.parametrize("backend", [timed.Remembers, timed.RemembersOne])
def test_a_backend_that_remembers_answers_is_timed_on_new_arrays(clock, backend, operator):
    made = prepared(backend(), operator)
    assert made.note == REMEMBERS
    inputs = 2 if operator == "jacrev" else 1  # one Jacobian after the other
    assert made.sample(1) == pytest.approx(inputs * COMPUTE)
    assert made.sample(50) == pytest.approx(inputs * COMPUTE)


@pytest.mark.parametrize("operator", ["primal", "vjp"])
def test_a_lazy_backend_is_timed_with_the_reading_of_its_answers(clock, operator):
    made = prepared(timed.Lazy(), operator)
    assert made.note == LAZY
    assert made.sample(20) == pytest.approx(COMPUTE, rel=0.01)


def test_a_backend_that_returns_before_it_has_computed_is_waited_for(clock):
    made = prepared(timed.Asynchronous())
    assert made.note == ""
    assert made.sample(20) == pytest.approx(COMPUTE, rel=0.01)


def test_a_lazy_backend_that_remembers_is_both(clock):
    class Both(timed.Lazy):
        def prepare(self, operator, f, primals):
            call, seen = super().prepare(operator, f, primals), []

            def remembering(primals, *rest):
                for known, answer in seen:
                    if all(a is b for a, b in zip(known, primals, strict=True)):
                        return answer
                seen.append((primals, call(primals, *rest)))
                return seen[-1][1]

            return remembering

    made = prepared(Both())
    assert made.note == f"{LAZY}; {REMEMBERS}"
    assert made.sample(20) == pytest.approx(COMPUTE, rel=0.01)


@pytest.mark.parametrize("backend", [timed.Timed, timed.SlowFirst, timed.CompilesInThird, timed.SlowTenth])
def test_other_backends_fall_into_neither(clock, backend):
    assert prepared(backend()).note == ""


def test_a_compilation_that_hides_in_the_third_call_is_in_none_of_the_samples(clock):
    made = prepared(timed.CompilesInThird())
    assert made.warm_up[2] == pytest.approx(30 * COMPUTE)
    assert made.sample(10) == pytest.approx(COMPUTE / 100)


def test_a_call_that_is_slow_every_tenth_time_is_so_in_the_mean_of_its_samples(clock):
    made = prepared(timed.SlowTenth())
    samples = [made.sample(3) for _ in range(20)]
    assert np.mean(samples) == pytest.approx(2 * COMPUTE)
    assert {round(s / COMPUTE, 6) for s in samples} == {1.0, round(13 / 3, 6)}


def test_a_slow_spell_is_not_taken_for_a_trap():
    """However often the first of two times is the longer one, one time that it is not decides."""
    times = iter([9.0, 1.0] * (TRIALS - 1) + [1.0, 1.0])
    assert not remembers(lambda: None, lambda call: next(times))
    times = iter([9.0, 1.0] * TRIALS)
    assert remembers(lambda: None, lambda call: next(times))


def test_an_honest_call_is_tried_once(clock):
    calls = []

    def renew():
        return lambda: calls.append(clock.tick(1.0))

    assert not is_lazy(renew, lambda result: None, Manual())
    assert len(calls) == 1


def test_every_array_of_an_answer_is_read():
    x, y = np.ones(2), np.zeros(3)
    got = read(Manual(), (x, [y, (x,)], None, 2.0))
    assert [part.tolist() for part in got] == [[1, 1], [0, 0, 0], [1, 1], 2.0]
