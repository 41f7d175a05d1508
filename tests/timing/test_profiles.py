"""Performance profiles: shares that grow with τ."""

import numpy as np
import pytest
from fakes.lines import patient
from hypothesis import given
from hypothesis import strategies as st

from adbench.timing.profiles import WORST, area, profile

RATIOS = st.lists(st.floats(1, 100) | st.just(np.inf), min_size=1, max_size=12).map(np.array)


@patient
@given(RATIOS, st.floats(1, 20), st.floats(1, 20))
def test_a_profile_never_falls(ratios, a, b):
    assert profile(ratios, min(a, b)) <= profile(ratios, max(a, b))


@patient
@given(RATIOS)
def test_the_area_is_that_under_the_profile(ratios):
    taus = np.exp((np.arange(400) + 0.5) / 400 * np.log(WORST))
    assert area(ratios) == pytest.approx(np.mean([profile(ratios, tau) for tau in taus]), abs=5e-3)


@patient
@given(RATIOS)
def test_what_failed_is_within_no_factor(ratios):
    failed = np.append(ratios, np.inf)
    assert profile(failed, 1e300) <= len(ratios) / len(failed)
    assert area(failed) <= area(ratios)


def test_who_is_always_the_fastest_has_it_all():
    assert (profile(np.ones(3), 1.0), area(np.ones(3))) == (1.0, 1.0)
    assert (profile(np.full(3, np.inf), 10.0), area(np.full(3, np.inf))) == (0.0, 0.0)
