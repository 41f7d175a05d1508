"""Ratios: of what to what, and their mean."""

import pytest

from adbench.results import Sample
from adbench.timing.ratios import geometric_mean, rows


def sample(backend, operator, *seconds, status="timed", **fields):
    cell = {"case": "a.b", "size": "small", "dtype": "float64", **fields}
    return Sample(
        cell=f"{cell}:{operator}:{backend}",
        family="a", backend=backend, operator=operator, status=status, samples=seconds, number=1, **cell,
    )  # fmt: skip


def by_cell(samples):
    return {(r.sample.backend, r.sample.operator): r for r in rows(samples)}


def test_a_row_has_the_least_and_the_middle_of_its_samples():
    (row,) = rows([sample("numpy", "vjp", 5.0, 2.0, 3.0, 9.0)])
    assert (row.minimum_seconds, row.median_seconds) == (2.0, 4.0)


def test_ratios_are_of_minima_to_the_backends_own_primal_and_to_manual():
    found = by_cell(
        [
            sample("manual", "primal", 1.0, 50.0),
            sample("manual", "vjp", 2.0, 50.0),
            sample("numpy", "primal", 4.0, 50.0),
            sample("numpy", "vjp", 12.0, 50.0),
        ]
    )
    assert (found["numpy", "vjp"].to_primal, found["numpy", "vjp"].to_manual) == (3.0, 6.0)
    assert (found["manual", "vjp"].to_primal, found["manual", "vjp"].to_manual) == (2.0, 1.0)


@pytest.mark.parametrize("other", [{"case": "a.c"}, {"size": "large"}, {"dtype": "float32"}])
def test_nothing_is_compared_with_another_case_size_or_dtype(other):
    found = rows(
        [sample("manual", "vjp", 1.0), sample("numpy", "primal", 1.0), sample("numpy", "vjp", 2.0, **other)]
    )
    assert [(r.to_primal, r.to_manual) for r in found if r.sample.backend == "numpy"][-1] == (None, None)


def test_what_was_not_timed_has_no_row_and_no_share_in_a_ratio():
    found = by_cell(
        [
            sample("manual", "vjp", status="unsupported"),
            sample("numpy", "primal", status="crash"),
            sample("numpy", "vjp", 2.0),
        ]
    )
    assert list(found) == [("numpy", "vjp")]
    assert (found["numpy", "vjp"].to_primal, found["numpy", "vjp"].to_manual) == (None, None)


def test_the_geometric_mean_does_not_care_which_is_the_denominator():
    assert geometric_mean([1.0, 4.0]) == pytest.approx(2.0)
    assert geometric_mean([1.0, 0.25]) == pytest.approx(1 / 2.0)
    assert geometric_mean([]) is None
