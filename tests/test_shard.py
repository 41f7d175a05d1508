"""Shards: each cell in one of them, alike on every machine, and none with much more to do than another."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adbench.case import Case
from adbench.errors import AdbenchError
from adbench.plan import plan
from adbench.shard import part, split


def made(name, entries):
    case = Case(name=name, function=lambda xp, x: xp.sum(x), wrt=("x",), sizes={"small": {"n": entries}})
    case.inputs(lambda rng, n: {"x": np.ones(n)})
    return case


CASES = {c.name: c for c in (made(f"a.case{i}", entries) for i, entries in enumerate([1, 9000, 1, 1, 9000, 1, 2]))}
SIZED = plan([(case, "small") for case in CASES.values()], ["numpy"], ["vjp"], ["float64", "float32"]).cases


@pytest.mark.parametrize("count", range(1, 8))
def test_the_shards_are_the_whole_each_in_order(count):
    parts = [part(f"{i}/{count}", SIZED, CASES) for i in range(1, count + 1)]
    assert all(parts)
    assert sorted((sized for one in parts for sized in one), key=SIZED.index) == list(SIZED)
    assert all(list(one) == sorted(one, key=SIZED.index) for one in parts)


def test_large_cases_are_in_different_shards():
    for i in (1, 2):
        assert sum(CASES[sized.case].sizes["small"]["n"] > 1000 for sized in part(f"{i}/2", SIZED, CASES)) == 1


@pytest.mark.parametrize("shard", ["0/3", "4/3", "1", "1/0", "a/b", "-1/3", "1/3/5", "1.5/3", "¹/3", "/", "1/ 3"])
def test_what_is_no_shard_is_refused(shard):
    with pytest.raises(AdbenchError, match="--shard takes i/n with i from 1 to n") as caught:
        part(shard, SIZED, CASES)
    assert caught.value.exit_code == 2


def test_more_shards_than_cases_are_refused_on_every_machine():
    for i in (1, 8):
        with pytest.raises(AdbenchError, match=r"there are but 7 cases and sizes to split; take fewer shards"):
            part(f"{i}/8", SIZED, CASES)


@given(loads=st.lists(st.floats(0.1, 1e6), min_size=1, max_size=60), data=st.data())
def test_parts_hold_every_load_once_and_differ_by_no_more_than_the_largest(loads, data):
    parts = split(loads, data.draw(st.integers(1, len(loads))))
    assert sorted(i for one in parts for i in one) == list(range(len(loads)))
    sums = [sum(loads[i] for i in one) for one in parts]
    assert max(sums) - min(sums) <= max(loads) * (1 + 1e-9)
    assert all(parts)


@pytest.mark.parametrize("count", [1, 3, 5])
def test_equal_loads_make_parts_of_equal_number(count):
    sizes = [len(one) for one in split([1.0] * 15, count)]
    assert sizes == [15 // count] * count
