"""The checks catch planted wrong rules."""

import numpy as np
import pytest
from engine.checks import check, normal

from adbench.engine import elementwise, primitive
from adbench.engine import numpy as xp
from adbench.engine.core import plain

WRONG = {
    "wrong factor": elementwise(np.sin, lambda y, x: 2 * xp.cos(x)),
    "wrong sign": elementwise(np.cos, lambda y, x: xp.sin(x)),
    "small error": elementwise(np.sin, lambda y, x: xp.cos(x) * (1 + 1e-6)),
    "wrong reverse": primitive(
        np.sin, jvp=[lambda t, y, x: t * xp.cos(x)], vjp=[lambda t, y, x: t * xp.sin(x)]
    ),
    "wrong second order": elementwise(np.sin, lambda y, x: np.cos(plain(x))),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_rule_is_caught(name):
    with pytest.raises(AssertionError):
        check(WRONG[name], normal(3))


def test_right_rule_passes():
    check(xp.sin, normal(3))
