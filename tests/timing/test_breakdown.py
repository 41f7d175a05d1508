"""The ranking by operator, size and family."""

import pytest
from fakes.lines import sample

from adbench.timing.breakdown import parts
from adbench.timing.pool import Times
from adbench.timing.ranking import ranking


def broken_down(lines):
    times = Times(lines)
    return {(part.kind, part.name): part for part in parts(times, ranking(times))}


def test_a_part_for_each_kind_of_which_there_are_several():
    lines = [
        sample(backend, operator, t, size=size)
        for backend, t in {"jax": 1.0, "torch": 2.0}.items()
        for operator in ("vjp", "jvp")
        for size in ("big", "small")
    ]
    found = broken_down(lines)
    assert list(found) == [("operator", "jvp"), ("operator", "vjp"), ("size", "big"), ("size", "small")]
    assert all(part.problems == 2 for part in found.values())
    assert found["size", "big"].to_fastest == pytest.approx({"jax": 1.0, "torch": 2.0})


def test_families_stand_for_their_cases():
    lines = [sample("jax", "vjp", 1.0, case=case) for case in ("a.x", "a.y", "b.x")]
    assert [(kind, part.problems) for (kind, _), part in broken_down(lines).items()] == [("family", 2), ("family", 1)]
    assert list(broken_down(lines[:2])) == [("case", "a.x"), ("case", "a.y")]


def test_sizes_are_in_the_order_of_their_times():
    lines = [sample("jax", "vjp", t, size=size) for size, t in {"a": 3.0, "b": 1.0, "c": 2.0}.items()]
    assert [name for _, name in broken_down(lines)] == ["b", "c", "a"]


def test_each_part_has_its_own_fastest():
    lines = [
        sample(backend, "vjp", t, size=size)
        for backend, sizes in {"jax": {"s": 4.0, "l": 2.0}, "numpy": {"s": 1.0, "l": 6.0}}.items()
        for size, t in sizes.items()
    ]
    found = broken_down(lines)
    assert found["size", "s"].to_fastest == pytest.approx({"numpy": 1.0, "jax": 4.0})
    assert found["size", "l"].to_fastest == pytest.approx({"numpy": 3.0, "jax": 1.0})


def test_one_problem_has_no_parts():
    assert broken_down([sample("jax", "vjp", 1.0)]) == {}
