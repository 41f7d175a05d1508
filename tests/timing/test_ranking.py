"""The order of libraries: over what they share, and what counts against those that fail."""

import pytest
from fakes.lines import patient, processes, sample
from hypothesis import given
from hypothesis import strategies as st

from adbench.timing.pool import Times
from adbench.timing.ranking import ranking


def board(times, **fields):
    """Lines of `{backend: (seconds a case)}`; None where there is no such line."""
    return [
        sample(backend, "vjp", t, t, case=f"a.{i}", **fields)
        for backend, seconds in times.items()
        for i, t in enumerate(seconds)
        if t is not None
    ]


def standings(lines):
    return {s.backend: s for s in ranking(Times(lines)).standings}


def test_the_mean_is_geometric_over_the_shared_problems():
    found = standings(board({"jax": (1.0, 4.0, 2.0), "torch": (2.0, 2.0, 2.0)}))
    assert found["jax"].to_fastest.value == pytest.approx(2 ** (1 / 3))
    assert found["torch"].to_fastest.value == pytest.approx(2 ** (1 / 3))
    lines = board({"jax": (1.0, 1.0, 8.0), "torch": (2.0, 4.0, None)})
    shared = ranking(Times(lines))
    assert (len(shared.problems), len(shared.shared)) == (3, 2)
    assert [s.backend for s in shared.standings] == ["jax", "torch"]
    assert shared.standings[1].to_fastest.value == pytest.approx(8**0.5)


def test_no_case_dominates_because_it_is_large():
    order = ranking(Times(board({"jax": (1e-6, 1e-6, 1000.0), "torch": (9e-6, 9e-6, 900.0)}))).standings
    assert [s.backend for s in order] == ["jax", "torch"]


@patient
@given(st.lists(st.tuples(st.floats(1e-6, 1e3), st.floats(1e-6, 1e3)), min_size=1, max_size=5))
def test_the_ratio_of_two_standings_is_that_of_their_geometric_means(seconds):
    jax, torch = zip(*seconds, strict=True)
    found = standings(board({"jax": jax, "torch": torch}))
    there = found["jax"].to_fastest.value / found["torch"].to_fastest.value
    swapped = standings(board({"jax": torch, "torch": jax}))
    back = swapped["jax"].to_fastest.value / swapped["torch"].to_fastest.value
    assert there * back == pytest.approx(1)


def test_ratios_to_the_primal_and_to_manual_are_over_the_shared_problems_that_have_them():
    lines = [
        *board({"jax": (4.0, 6.0), "manual": (2.0, None)}),
        sample("jax", "primal", 1.0, 1.0, case="a.0"),
        sample("jax", "primal", 1.0, 1.0, case="a.1"),
    ]
    (jax,) = ranking(Times(lines)).standings
    assert (jax.to_primal.value, jax.to_manual.value) == pytest.approx((24**0.5, 2.0))


def test_what_failed_counts_in_the_profile_and_not_in_the_mean():
    lines = board({"jax": (1.0, 1.0, 1.0, 1.0), "torch": (3.0, 3.0, 0.5, None)})
    found = standings([*lines, sample("torch", "vjp", case="a.3", status="crash")])
    assert found["torch"].shares == (0.25, 0.25, 0.75, 0.75)
    assert found["jax"].shares == (0.75, 1.0, 1.0, 1.0)
    assert found["torch"].to_fastest.value == pytest.approx(9 ** (1 / 3))


def test_a_wrong_derivative_is_in_no_ranking():
    wrong = [*board({"jax": (1.0, 1.0)}), *board({"wrong": (0.1, 0.1)}, conforms=False)]
    found = ranking(Times(wrong))
    assert [s.backend for s in found.standings] == ["jax"]
    assert found.standings[0].shares[0] == 1.0
    assert found.few == {"wrong": 0}


def test_a_library_with_few_problems_does_not_take_them_from_the_others():
    found = ranking(Times(board({"jax": (1.0,) * 5, "torch": (2.0,) * 5, "few": (1.0, 1.0, None, None, None)})))
    assert [s.backend for s in found.standings] == ["jax", "torch"]
    assert (len(found.shared), found.few) == (5, {"few": 2})


def test_the_derivative_by_hand_is_not_ranked():
    assert set(standings(board({"manual": (1.0,), "jax": (2.0,)}))) == {"jax"}


def test_a_problem_that_is_too_fast_for_the_clock_on_one_library_ranks_nobody():
    lines = board({"jax": (1.0, 1.0), "torch": (2.0, None)})
    found = ranking(Times([*lines, sample("torch", "vjp", case="a.1", status="too fast")]))
    assert len(found.problems) == 1
    assert {s.backend: s.shares[0] for s in found.standings} == {"jax": 1.0, "torch": 0.0}


def test_libraries_that_cannot_be_told_apart_are_tied():
    rounds = {"jax": [1.0, 1.3, 0.8], "torch": [1.1, 1.0, 1.2], "autograd": [9.0, 9.9, 8.8]}
    lines = [line for b, seconds in rounds.items() for line in processes(b, "vjp", [(t, t) for t in seconds])]
    assert [(s.backend, s.tied) for s in ranking(Times(lines)).standings] == [
        ("jax", False), ("torch", True), ("autograd", False)
    ]  # fmt: skip


def test_compiling_is_beside_it():
    lines = [sample("jax", "vjp", 1.0, 1.0, warm_up=(t,), case=f"a.{t}") for t in (2.0, 5.0, 31.0)]
    assert ranking(Times(lines)).standings[0].compile_seconds == 4.0


def test_nothing_that_conforms_is_no_ranking():
    assert ranking(Times(board({"jax": (1.0,)}, conforms=False))).standings == ()
    nothing_shared = board({"a": (1.0, None), "b": (None, 1.0)})
    assert ranking(Times(nothing_shared)).standings == ()
    assert ranking(Times(nothing_shared)).few == {"a": 1, "b": 1}
