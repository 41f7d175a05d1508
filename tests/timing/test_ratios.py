"""Ratios: of what to what."""

import pytest
from fakes.lines import processes, sample

from adbench.timing.pool import Times
from adbench.timing.ratios import rows


def by_cell(lines):
    return {(r.pooled.backend, r.pooled.group.operator): r for r in rows(Times(lines))}


def values(row):
    found = (row.to_primal, row.to_manual, row.to_fastest)
    return tuple(interval and pytest.approx(interval.value) for interval in found)


LINES = [
    sample("manual", "primal", 1.0),
    sample("manual", "vjp", 2.0),
    sample("numpy", "primal", 4.0),
    sample("numpy", "vjp", 12.0),
    sample("torch", "vjp", 24.0),
]


def test_ratios_are_to_the_backends_own_primal_to_manual_and_to_the_fastest_library():
    found = by_cell(LINES)
    assert set(found) == {("manual", "vjp"), ("numpy", "vjp"), ("torch", "vjp")}
    assert values(found["manual", "vjp"]) == (2.0, 1.0, 2 / 12)
    assert values(found["numpy", "vjp"]) == (3.0, 6.0, 1.0)
    assert values(found["torch", "vjp"]) == (None, 12.0, 2.0)


def test_ratios_of_ratios_agree():
    seconds = {"manual": (1, 3, 7), "numpy": (2, 9, 4), "torch": (8, 5, 6)}
    lines = [sample(backend, "vjp", *times) for backend, times in seconds.items()]
    found = by_cell(lines)
    numpy, torch = found["numpy", "vjp"], found["torch", "vjp"]
    assert torch.to_manual.value / numpy.to_manual.value == pytest.approx(torch.to_fastest.value)
    assert torch.seconds.value / numpy.seconds.value == pytest.approx(torch.to_fastest.value)


def test_what_does_not_conform_is_compared_and_nothing_with_it():
    found = by_cell([*LINES, sample("wrong", "vjp", 0.5, conforms=False)])
    assert values(found["wrong", "vjp"]) == (None, 0.25, 0.5 / 12)
    assert values(found["numpy", "vjp"]) == (3.0, 6.0, 1.0)
    wrong = [sample("manual", "vjp", 1.0, conforms=False), sample("numpy", "vjp", 1.0)]
    assert by_cell(wrong)["numpy", "vjp"].to_manual is None


@pytest.mark.parametrize(
    "other", [{"case": "a.c"}, {"size": "large"}, {"dtype": "float32"}, {"device": "cuda"}, {"threads": 2}]
)
def test_nothing_is_compared_with_another_case_size_dtype_device_or_number_of_threads(other):
    lines = [sample("manual", "vjp", 1.0), sample("numpy", "primal", 1.0), sample("numpy", "vjp", 2.0, **other)]
    assert values(by_cell(lines)["numpy", "vjp"]) == (None, None, 1.0)


def test_what_was_not_timed_has_no_row_and_no_share_in_a_ratio():
    lines = [
        sample("manual", "vjp", status="unsupported"),
        sample("numpy", "primal", status="crash"),
        sample("numpy", "vjp", 2.0),
    ]
    assert {cell: values(row) for cell, row in by_cell(lines).items()} == {("numpy", "vjp"): (None, None, 1.0)}


def test_a_slow_process_is_no_slow_ratio():
    slow = [1.0, 10.0, 3.0, 30.0]
    lines = [
        *processes("numpy", "primal", [(2 * s, 2.1 * s) for s in slow]),
        *processes("numpy", "vjp", [(6 * s, 6.3 * s) for s in slow]),
    ]
    row = by_cell(lines)["numpy", "vjp"]
    assert row.seconds.high / row.seconds.low > 10
    assert (row.to_primal.low, row.to_primal.high) == pytest.approx((3.0, 3.0))
