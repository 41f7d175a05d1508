"""When a call is warm."""

import pytest

from adbench.timing.warm import FEWEST_CALLS, MOST_CALLS, WARM_SECONDS, TooSlow, steady, warm


def warmed(*times, seconds=1e9):
    """Times of the calls that are made where they take so long; the last one for ever."""
    coming = iter(times)
    return warm(lambda: next(coming, times[-1]), seconds)


def test_a_first_call_that_compiles_is_over_at_once():
    assert warmed(5.0, 0.1) == (5.0, 0.1, 0.1, 0.1)


def test_quick_calls_are_made_more_often():
    assert warmed(5.0, 1e-5) == (5.0, *[1e-5] * 9)


@pytest.mark.parametrize("third", [2.0, 30.0])
def test_a_compilation_that_hides_in_the_third_call_is_waited_for(third):
    times = warmed(1.0, 0.5, third, 0.1)
    assert times[2] == third
    assert times[-2:] == (0.1, 0.1)


@pytest.mark.parametrize("hidden", [4, 7, 9])
def test_in_quick_calls_it_may_hide_later(hidden):
    times = warmed(*[0.001] * hidden, 0.5, 1e-4)
    assert 0.5 in times
    assert times[-3:-1] == (1e-4, 1e-4)


def test_calls_that_become_slower_for_ever_are_waited_for_in_vain():
    times = warmed(*[0.1 * 2**n for n in range(20)])
    assert len(times) < 10
    assert sum(times[1:-1]) >= WARM_SECONDS > sum(times[1:-2])


def test_noisy_calls_are_made_so_often_and_no_more():
    assert len(warmed(*[1e-6, 1e-5, 1e-5, 1e-5] * 100)) == MOST_CALLS


def test_one_slow_call_among_the_last_is_noise_and_two_are_not():
    calm = [1.0] * FEWEST_CALLS
    assert steady([*calm, 1.0, 1.0, 2.9])
    assert not steady([*calm, 1.0, 1.0, 3.1])
    assert not steady([*calm, 1.0, 1.3, 1.3])


def test_a_call_of_which_three_do_not_fit_is_too_slow_after_two():
    calls = []

    def one():
        calls.append(0)
        return 0.6

    with pytest.raises(TooSlow, match=r"^a call takes 0.6 s, so 3 samples do not fit in 1 s$"):
        warm(one, 1.0)
    assert len(calls) == 2


def test_a_first_call_that_takes_longer_than_the_budget_is_not_too_slow():
    assert warmed(5.0, 0.4, seconds=1.0)[0] == 5.0
